import { type KeyPair, labRsaKeyPair, once } from '../crypto/index.ts'
import type { HttpHandler } from '../net/index.ts'
import { type Certificate, issueCertificate, issueCrl, type Name, nameFromIos, type SigningHash } from '../pki/index.ts'
import { answerWith } from './list-answer.ts'
import type { AuthoritySettings } from './scenario-schema.ts'

const day = 86_400_000

/** Where a lab's routers fetch revocation lists. */
export interface CaServer {
  /** The common name, for hosts and messages; with the address behind it where another CA has that name. */
  readonly label: string
  /** Those of the CAs behind it. */
  readonly certificates: readonly Certificate[]
  /** Where it answers: dotted address and port; null without a URL. */
  readonly address: string | null
  readonly port: number
  readonly online: boolean
  /** The CRL, over HTTP. */
  readonly answer: HttpHandler
  /** The same at another time, milliseconds since 1970 UTC: a CA goes on to publish lists. */
  readonly answerAt: (clock: number) => HttpHandler
}

/** A CA of the lab: its key is public knowledge, its names, dates and algorithms are those of the scenario. */
export interface Authority extends CaServer {
  readonly name: Name
  readonly settings: AuthoritySettings
  readonly certificate: Certificate
  readonly keys: KeyPair
  /** Certificates between this CA and its root, this CA first; the root itself is left out. */
  readonly chain: readonly Certificate[]
  /** With what it signs at a time, milliseconds since 1970 UTC: another key and certificate once it has rolled over. */
  readonly generationAt: (time: number) => Generation
  /** The serial number of the next certificate, as IOS prints it; counts on with each call. */
  readonly nextSerial: () => string
}

/** A key of a CA, since when it signs, its certificate, and what stands between it and the root. */
interface Generation extends Pick<Authority, 'keys' | 'certificate' | 'chain'> {
  readonly since: number
}

export type AuthorityProblem = {
  readonly index: number
  readonly key: string
  readonly message: string
  readonly remedy: string
}

const firstSerial = 2

const serialText = (serial: number): string => {
  const hex = serial.toString(16).toUpperCase()
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

/** Makes the CAs, roots before those below them. `clock` is the run's; every CA was made a week before the first enrolment could have been. */
export const makeAuthorities = (
  settings: readonly AuthoritySettings[],
  clock: number,
  start: number,
): readonly Authority[] | AuthorityProblem => {
  const made: Authority[] = []
  const names = settings.map(({ name }) => nameFromIos(name))
  const waiting = new Set(settings.keys())
  while (waiting.size > 0) {
    const index = [...waiting].find((candidate) => {
      const parent = settings[candidate]?.parent
      return parent === undefined || made.some(({ settings: other }) => isNamed(other, parent))
    })
    if (index === undefined) {
      const [first = 0] = waiting
      return {
        index: first,
        key: 'parent',
        message: `there is no CA ${settings[first]?.parent ?? ''} above it`,
        remedy: `parent names another CA of this file: ${settings.map(({ name }) => name).join('; ')}`,
      }
    }
    waiting.delete(index)
    const own = settings[index]
    const name = names[index]
    if (!own || !name) throw new Error('an authority without settings')
    if (!name.ok)
      return {
        index,
        key: 'name',
        message: `"${own.name}" is no name: ${name.reject.detail}`,
        remedy: 'write it as IOS prints it: cn=CA1,o=cisco,o=com',
      }
    const { parent: above } = own
    const alike = settings.filter((other) => other.name === above)
    if (alike.length > 1)
      return {
        index,
        key: 'parent',
        message: `${alike.length} CAs are called ${above}`,
        remedy: `name the one above by its url: ${alike.map(({ url }) => url ?? '(none)').join(', ')}`,
      }
    const parent = above === undefined ? undefined : made.find(({ settings: other }) => isNamed(other, above))
    made.push(makeAuthority(own, name.value, index, parent, clock, start))
  }
  const ordered = settings.flatMap((own) => made.find(({ settings: other }) => other === own) ?? [])
  return ordered.map((authority, index) => {
    const { label, address } = authority
    const isTaken = ordered.slice(0, index).some((other) => other.label === label)
    return isTaken ? { ...authority, label: `${label} at ${address ?? index}` } : authority
  })
}

/** A CA is named by its subject, or where several have that subject by its URL. */
const isNamed = ({ name, url }: AuthoritySettings, by: string): boolean => name === by || url === by

/** Apart from the keys of the first CAs and of the routers. */
const firstSuccessorKey = 48

const makeAuthority = (
  settings: AuthoritySettings,
  name: Name,
  index: number,
  parent: Authority | undefined,
  clock: number,
  start: number,
): Authority => {
  const hash: SigningHash = settings.hash
  let serial = firstSerial
  const generation = (keys: KeyPair, number: string, since: number): Generation => {
    const certificate = issueCertificate({
      version: settings.version,
      serial: number,
      subject: name,
      issuer: parent?.name ?? name,
      notBefore: since,
      notAfter: since + settings.caDays * day,
      keys,
      issuerKeys: parent?.keys ?? keys,
      hash: parent?.settings.hash ?? hash,
      ca: {},
      keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
    })
    return { since, keys, certificate, chain: parent ? [certificate, ...parent.chain] : [] }
  }
  const first = generation(labRsaKeyPair(settings.key, index), parent ? parent.nextSerial() : '01', start)
  const rolledOver = settings.rollover === undefined ? null : Date.parse(settings.rollover)
  const second =
    rolledOver === null
      ? null
      : generation(
          labRsaKeyPair(settings.key, firstSuccessorKey + index),
          parent ? parent.nextSerial() : serialText(serial++),
          rolledOver,
        )
  const generationAt = (time: number): Generation => (second && time >= second.since ? second : first)
  const url = settings.url === undefined ? null : new URL(settings.url)
  const answerAt = (time: number): HttpHandler => {
    const answer = once(() =>
      answerWith(
        issueCrl({
          issuer: name,
          thisUpdate: time - day,
          nextUpdate: time - day + settings.crlDays * day,
          revoked: settings.revoked,
          issuerKeys: generationAt(time).keys,
          hash,
        }),
      ),
    )
    return () => answer()
  }
  return {
    label: /cn=([^,+]+)/i.exec(name.ios)?.[1] ?? name.ios,
    name,
    settings,
    certificate: first.certificate,
    certificates: [first.certificate],
    keys: first.keys,
    generationAt,
    chain: first.chain,
    address: url === null ? null : url.hostname,
    port: url === null || url.port === '' ? 80 : Number(url.port),
    online: settings.online,
    answer: answerAt(clock),
    answerAt,
    nextSerial: () => serialText(serial++),
  }
}
