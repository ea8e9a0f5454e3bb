import { type PemCertificate, type RouterConfiguration, readPemCertificates } from '../../ios/index.ts'
import { type Certificate, parseCertificate, sameName } from '../../pki/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import { isNamedIn } from './names.ts'
import { linesOf, type Printed, type PrintedRouter } from './printed-routers.ts'

/** A certificate of a trustpoint that was given in PEM. `certificate`: null where it cannot be read. */
interface HeldInPem {
  readonly kind: 'identity' | 'ca'
  readonly trustpoint: string
  readonly certificate: Certificate | null
  readonly at: { readonly file: string; readonly line: number }
}

/** What the outputs of a router show in PEM. */
export interface PemEvidence {
  readonly held: readonly HeldInPem[]
  /** Trustpoints of which the router says that it is not enrolled in them. */
  readonly notEnrolled: ReadonlySet<string>
}

/** Without a heading: whoever may sign certificates, or signed its own, is a CA. */
const kindOf = ({ basicConstraints, subject, issuer }: Certificate): HeldInPem['kind'] =>
  basicConstraints?.ca === true || sameName(subject, issuer) ? 'ca' : 'identity'

/** The trustpoint of a file that holds PEM without a heading: its name has it, or there is one alone. */
const trustpointOfFile = (file: string, { trustpoints }: RouterConfiguration): string | null => {
  const stem = file.replace(/\.[a-z]+$/i, '')
  const [named, ...others] = trustpoints.filter(({ name }) => isNamedIn(name, stem))
  if (named) return others.length === 0 ? named.name : null
  return trustpoints.length === 1 ? (trustpoints[0]?.name ?? null) : null
}

const placeOf = (file: string, router: string, from: number, to: number): Omit<Source, 'text'> => ({
  kind: 'not-read',
  router,
  file,
  lines: { from, to },
})

/** Reads one output. Throws InputError where a block is cut short, no base64 or no DER. */
const readOutput = (
  { name: router, configuration }: PrintedRouter,
  printed: Printed,
  problems: Source[],
): PemEvidence => {
  const { file } = printed.recording
  const { lines, first } = linesOf(printed)
  const { certificates, notEnrolled, faults, odd } = readPemCertificates(lines, first, printed.output.command)
  const [fault] = faults
  if (fault) throw new InputError({ file, ...fault })
  if (odd.length > 0)
    problems.push({
      ...placeOf(file, router, odd[0] ?? first, odd.at(-1) ?? first),
      text: `${odd.length} ${odd.length === 1 ? 'line' : 'lines'} between certificates in PEM`,
    })
  const held = certificates.flatMap((pem: PemCertificate): readonly HeldInPem[] => {
    const passOver = (text: string): readonly HeldInPem[] => {
      problems.push({ ...placeOf(file, router, pem.from, pem.to), text })
      return []
    }
    const trustpoint = pem.trustpoint ?? trustpointOfFile(file, configuration)
    if (trustpoint === null)
      return passOver('a certificate in PEM, of which nothing tells the trustpoint: leave the command above it in')
    if (pem.kind === 'other') return passOver(`a certificate of ${trustpoint} that is not used in IKE`)
    const read = parseCertificate(pem.der)
    if (!read.ok) passOver(`a certificate of ${trustpoint} in PEM cannot be read: ${read.reject.detail}`)
    const certificate = read.ok ? read.value : null
    const kind = pem.kind ?? (certificate ? kindOf(certificate) : null)
    return kind === null ? [] : [{ kind, trustpoint, certificate, at: { file, line: pem.from } }]
  })
  return { held, notEnrolled: new Set(notEnrolled) }
}

/** What the outputs of a router show in PEM; what cannot be used is told in `problems`. Throws InputError as `readOutput`. */
export const pemEvidence = (router: PrintedRouter, outputs: readonly Printed[], problems: Source[]): PemEvidence => {
  const read = outputs
    .filter(({ output }) => output.kind === 'pem')
    .map((printed) => readOutput(router, printed, problems))
  return {
    held: read.flatMap(({ held }) => held),
    notEnrolled: new Set(read.flatMap(({ notEnrolled }) => [...notEnrolled])),
  }
}

const isSelfSigned = ({ kind, certificate }: HeldInPem): boolean =>
  kind === 'identity' && certificate !== null && sameName(certificate.subject, certificate.issuer)

/** The trustpoints with a certificate of somebody else's: what a router signed for itself validates nobody. */
export const trustpointsInPem = ({ held }: PemEvidence): readonly string[] => {
  const own = new Set(held.filter(isSelfSigned).map(({ trustpoint }) => trustpoint))
  return held.flatMap(({ trustpoint }) => (own.has(trustpoint) ? [] : [trustpoint]))
}
