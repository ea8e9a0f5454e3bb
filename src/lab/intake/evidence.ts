import {
  type CertificateChainSection,
  type RouterConfiguration,
  readShownCertificates,
  readShownTrustpoints,
  type ShownCertificate,
  type ShownTrustpoint,
  type Zone,
} from '../../ios/index.ts'
import {
  type Certificate,
  type Name,
  nameFromIos,
  parseCertificate,
  sameName,
  type TrustpointConfiguration,
} from '../../pki/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import { type PemEvidence, pemEvidence, trustpointsInPem } from './pem-evidence.ts'
import { linesOf, type Printed, type PrintedRouter } from './printed-routers.ts'

/** What is known of the certificate of a trustpoint's CA. `unnamed`: that there is one. */
export type CaEvidence =
  | { readonly kind: 'der'; readonly certificate: Certificate; readonly name: Name }
  | { readonly kind: 'shown'; readonly shown: ShownCertificate; readonly name: Name }
  | { readonly kind: 'named'; readonly name: Name; readonly serial: string | null }
  | { readonly kind: 'unnamed' }

/** What is known of a router's own certificate of a trustpoint. `assumed`: nothing shows it, and nothing shows that there is none. */
type IdentityEvidence =
  | { readonly kind: 'none'; readonly request?: 'pending' }
  | { readonly kind: 'der'; readonly certificate: Certificate }
  | { readonly kind: 'shown'; readonly shown: ShownCertificate; readonly issuer: Name; readonly subject: Name }
  | { readonly kind: 'assumed'; readonly serial: string | null }

export interface TrustpointEvidence {
  readonly name: string
  readonly configuration: TrustpointConfiguration | null
  /** Null: the router holds no certificate of its CA. */
  readonly ca: CaEvidence | null
  readonly identity: IdentityEvidence
}

/** A listing of certificates with its place. */
export interface Listing {
  readonly printed: Printed
  readonly certificates: readonly ShownCertificate[]
  /** Everything that the router held stands in it. */
  readonly complete: boolean
}

export interface RouterEvidence {
  readonly router: PrintedRouter
  readonly zones: readonly Zone[]
  /** In the order of the configuration, then those that only a listing knows. */
  readonly trustpoints: readonly TrustpointEvidence[]
  readonly listings: readonly Listing[]
  readonly pem: PemEvidence
  /** What could not be used of what was read. */
  readonly problems: readonly Source[]
}

/** `clock summer-time CEST recurring` is an hour ahead of the zone. */
const zonesOf = ({ timezone, ignored }: RouterConfiguration): readonly Zone[] => {
  const summer = ignored
    .map(({ text }) => /^clock summer-time (\S+)/i.exec(text.trim())?.[1])
    .find((name) => name !== undefined)
  return [timezone, ...(summer === undefined ? [] : [{ name: summer, offsetMinutes: timezone.offsetMinutes + 60 }])]
}

const nameOf = (text: string | null): Name | null => {
  const read = text === null ? null : nameFromIos(text)
  return read?.ok ? read.value : null
}

/** Certificates that come with the system, and those that a router signs for its own web server. */
const isSystems = (name: string): boolean => /^(?:CISCO_IDEVID|TP-self-signed-|Trustpool)/i.test(name)

interface Chained {
  readonly certificate: Certificate
  readonly at: { readonly file: string; readonly line: number }
}

/** What the outputs of a router tell of certificates, by trustpoint. */
interface Shown {
  readonly sections: ReadonlyMap<string, CertificateChainSection>
  readonly inPem: ReadonlyMap<string, PemEvidence['held']>
  readonly notEnrolled: ReadonlySet<string>
  readonly listed: ReadonlyMap<string, readonly ShownCertificate[]>
  /** Everything that the router held is told: what is not there it does not hold. */
  readonly complete: boolean
}

const byTrustpoint = <Each>(
  all: readonly Each[],
  of: (each: Each) => readonly string[],
): ReadonlyMap<string, readonly Each[]> => {
  const found = new Map<string, Each[]>()
  for (const each of all)
    for (const name of of(each)) {
      const known = found.get(name)
      if (known) known.push(each)
      else found.set(name, [each])
    }
  return found
}

const shownBy = (
  { configuration: { certificateChains } }: PrintedRouter,
  listings: readonly Listing[],
  { held, notEnrolled }: PemEvidence,
): Shown => ({
  sections: new Map(certificateChains.toReversed().map((section) => [section.trustpoint, section])),
  inPem: byTrustpoint(held, ({ trustpoint }) => [trustpoint]),
  notEnrolled,
  listed: byTrustpoint(
    listings.flatMap(({ certificates }) => certificates).filter(({ trustpool }) => !trustpool),
    ({ trustpoints }) => trustpoints,
  ),
  complete: listings.some(({ complete }) => complete) || certificateChains.length > 0,
})

/** Two CAs cannot both be that of a trustpoint; of one CA the certificate that began to be valid last counts. */
const differentCa = (trustpoint: string, one: Chained, other: Chained): InputError =>
  new InputError({
    file: one.at.file,
    line: one.at.line,
    message: `two CAs are given for trustpoint ${trustpoint}: ${one.certificate.subject.ios} here, and ${other.certificate.subject.ios} in ${other.at.file}:${other.at.line}`,
    remedy: 'leave out the certificate that the trustpoint does not hold now',
  })

/**
 * The certificate of the chain section, or in PEM, that began to be valid last; certificates of a section that cannot be read
 * are told. Throws InputError where certificates in PEM are of another CA than what else is given.
 */
const chainCertificate = (
  router: string,
  trustpoint: string,
  kind: 'identity' | 'ca',
  shown: Shown,
  problems: Source[],
): { readonly certificate: Certificate | null; readonly elsewhere: string | null; readonly present: boolean } => {
  const section = shown.sections.get(trustpoint)
  const inPem = (shown.inPem.get(trustpoint) ?? []).filter((each) => each.kind === kind)
  const read: Chained[] = inPem.flatMap(({ certificate, at }) => (certificate ? [{ certificate, at }] : []))
  let unreadable: string | null = null
  for (const entry of section?.certificates ?? []) {
    if (entry.kind !== kind) continue
    const { file, line } = entry.at
    const parsed = parseCertificate(entry.der)
    if (parsed.ok) {
      read.push({ certificate: parsed.value, at: { file, line } })
      continue
    }
    unreadable = entry.serial
    problems.push({
      kind: 'not-read',
      router,
      file,
      lines: { from: line, to: line },
      text: `the certificate ${entry.serial} of ${trustpoint} cannot be read: ${parsed.reject.detail}`,
    })
  }
  const [first] = read
  const other = read.find(({ certificate: { subject } }) => first && !sameName(subject, first.certificate.subject))
  if (kind === 'ca' && inPem.length > 0 && first && other) throw differentCa(trustpoint, first, other)
  const newest = read.reduce<Certificate | null>(
    (best, { certificate }) => (best === null || certificate.notBefore > best.notBefore ? certificate : best),
    null,
  )
  const elsewhere = section?.elsewhere.find((entry) => entry.kind === kind)?.serial ?? unreadable
  return { certificate: newest, elsewhere, present: newest !== null || elsewhere !== null || inPem.length > 0 }
}

const shownFor = ({ listed }: Shown, trustpoint: string, kind: 'identity' | 'ca'): ShownCertificate | null =>
  (listed.get(trustpoint) ?? [])
    .filter((shown) => shown.kind === kind)
    // A listing with extensions says more than one without.
    .toSorted((a, b) => Number(b.extensions !== null) - Number(a.extensions !== null))[0] ?? null

/** Of two certificates the one that began to be valid later is the one that the router holds now. */
const isOutdated = (certificate: Certificate, shown: ShownCertificate): boolean =>
  shown.serial !== null &&
  shown.serial !== certificate.serial &&
  shown.validFrom !== null &&
  shown.validFrom.wallClock - day > certificate.notBefore

const day = 86_400_000

const identityOf = (router: string, name: string, all: Shown, problems: Source[]): IdentityEvidence => {
  const shown = shownFor(all, name, 'identity')
  const chain = chainCertificate(router, name, 'identity', all, problems)
  if (shown && /pending/i.test(shown.status)) return { kind: 'none', request: 'pending' }
  const issuer = nameOf(shown?.issuer ?? null)
  const subject = nameOf(shown?.subject ?? null)
  if (chain.certificate && !(shown && isOutdated(chain.certificate, shown)))
    return { kind: 'der', certificate: chain.certificate }
  if (shown && issuer && subject) return { kind: 'shown', shown, issuer, subject }
  if (shown || chain.present) return { kind: 'assumed', serial: shown?.serial ?? chain.elsewhere }
  return all.notEnrolled.has(name) || all.complete ? { kind: 'none' } : { kind: 'assumed', serial: null }
}

const caOf = (
  router: string,
  name: string,
  all: Shown,
  identity: IdentityEvidence,
  told: ShownTrustpoint | undefined,
  problems: Source[],
): CaEvidence | null => {
  const shown = shownFor(all, name, 'ca')
  const chain = chainCertificate(router, name, 'ca', all, problems)
  const shownName = nameOf(shown?.subject ?? null)
  if (chain.certificate && !(shown && isOutdated(chain.certificate, shown)))
    return { kind: 'der', certificate: chain.certificate, name: chain.certificate.subject }
  if (shown && shownName) return { kind: 'shown', shown, name: shownName }
  const toldName = nameOf(told?.ca ?? null)
  if (toldName) return { kind: 'named', name: toldName, serial: told?.caSerial ?? null }
  if (identity.kind === 'der') return { kind: 'named', name: identity.certificate.issuer, serial: null }
  if (identity.kind === 'shown') return { kind: 'named', name: identity.issuer, serial: null }
  const issuerOnly = nameOf(shownFor(all, name, 'identity')?.issuer ?? null)
  if (issuerOnly) return { kind: 'named', name: issuerOnly, serial: null }
  return identity.kind === 'none' && !chain.present ? null : { kind: 'unnamed' }
}

const listingOf = (router: string, printed: Printed, problems: Source[]): Listing => {
  const { lines, first } = linesOf(printed)
  const { certificates, omissions, odd } = readShownCertificates(lines, first)
  const { recording, output } = printed
  if (odd.length > 0)
    problems.push({
      kind: 'not-read',
      router,
      file: recording.file,
      lines: { from: odd[0] ?? first, to: odd.at(-1) ?? first },
      text: `${odd.length} ${odd.length === 1 ? 'line' : 'lines'} of the listing of certificates`,
    })
  // The trustpoints are the last line of a certificate: without them the listing breaks off.
  const last = certificates.at(-1)
  const ends = last !== undefined && (last.trustpoints.length > 0 || last.trustpool)
  return { printed, certificates, complete: !output.part && omissions.length === 0 && ends }
}

/** Everything that the outputs of a router tell of its trustpoints. */
export const evidenceOf = (router: PrintedRouter, outputs: readonly Printed[]): RouterEvidence => {
  const { configuration, name } = router
  const problems: Source[] = []
  const listings = outputs
    .filter(({ output }) => output.kind === 'certificates')
    .map((printed) => listingOf(name, printed, problems))
  const pem = pemEvidence(router, outputs, problems)
  const told = new Map(
    outputs
      .filter(({ output }) => output.kind === 'trustpoints')
      .flatMap((printed) => {
        const { lines, first } = linesOf(printed)
        return readShownTrustpoints(lines, first)
      })
      .toReversed()
      .map((each) => [each.name, each]),
  )
  const configured = new Map(configuration.trustpoints.toReversed().map((each) => [each.name, each]))
  const own = configuration.trustpoints.filter(
    (trustpoint) => trustpoint.enrollment.kind !== 'selfsigned' && !isSystems(trustpoint.name),
  )
  const others = listings
    .flatMap(({ certificates }) => certificates)
    .filter(({ trustpool, kind }) => !trustpool && kind !== 'self-signed')
    .flatMap(({ trustpoints }) => trustpoints)
    .concat(trustpointsInPem(pem))
    .filter((other) => !isSystems(other) && !configured.has(other))
  const names = [...new Set([...own.map((trustpoint) => trustpoint.name), ...others])]
  const all = shownBy(router, listings, pem)
  const trustpoints = names.map((trustpoint): TrustpointEvidence => {
    const identity = identityOf(name, trustpoint, all, problems)
    return {
      name: trustpoint,
      configuration: configured.get(trustpoint) ?? null,
      identity,
      ca: caOf(name, trustpoint, all, identity, told.get(trustpoint), problems),
    }
  })
  return { router, zones: zonesOf(configuration), trustpoints, listings, pem, problems }
}
