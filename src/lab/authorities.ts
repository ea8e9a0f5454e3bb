import type { KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'
import { labRsaKey } from '../crypto/index.ts'
import type { HttpHandler } from '../net/index.ts'
import { type Certificate, issueCertificate, issueCrl, type Name, nameFromIos, type SigningHash } from '../pki/index.ts'
import type { AuthoritySettings } from './scenario-schema.ts'

const day = 86_400_000

/** A CA of the lab: its key is public knowledge, its names, dates and algorithms are those of the scenario. */
export interface Authority {
  /** The common name, for hosts and messages. */
  readonly label: string
  readonly name: Name
  readonly settings: AuthoritySettings
  readonly certificate: Certificate
  readonly key: KeyObject
  /** Certificates between this CA and its root, this CA first; the root itself is left out. */
  readonly chain: readonly Certificate[]
  /** Where it answers: dotted address and port; null without a URL. */
  readonly address: string | null
  readonly port: number
  readonly online: boolean
  /** The CRL, over HTTP. */
  readonly answer: HttpHandler
  /** The same at another time, milliseconds since 1970 UTC: a CA goes on to publish lists. */
  readonly answerAt: (clock: number) => HttpHandler
  /** The serial number of the next certificate, as IOS prints it; counts on with each call. */
  readonly nextSerial: () => string
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
      return parent === undefined || made.some(({ settings: other }) => other.name === parent)
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
    const parent = made.find(({ settings: other }) => other.name === own.parent)
    made.push(makeAuthority(own, name.value, index, parent, clock, start))
  }
  return settings.flatMap((own) => made.find(({ settings: other }) => other === own) ?? [])
}

const makeAuthority = (
  settings: AuthoritySettings,
  name: Name,
  index: number,
  parent: Authority | undefined,
  clock: number,
  start: number,
): Authority => {
  const key = labRsaKey(settings.key, index)
  const hash: SigningHash = settings.hash
  const certificate = issueCertificate(
    {
      version: settings.version,
      serial: parent ? parent.nextSerial() : '01',
      subject: name,
      issuer: parent?.name ?? name,
      notBefore: start,
      notAfter: start + settings.caDays * day,
      publicKey: createPublicKey(key),
      issuerKey: parent?.key ?? key,
      hash: parent?.settings.hash ?? hash,
      ca: {},
      keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
    },
    createPublicKey(parent?.key ?? key),
  )
  const url = settings.url === undefined ? null : new URL(settings.url)
  let serial = firstSerial
  const answerAt = (time: number): HttpHandler => {
    let list: Uint8Array | undefined
    return () => {
      list ??= issueCrl(
        {
          issuer: name,
          thisUpdate: time - day,
          nextUpdate: time - day + settings.crlDays * day,
          revoked: settings.revoked,
          issuerKey: key,
          hash,
        },
        createPublicKey(key),
      ).der
      return { status: 200, body: list }
    }
  }
  return {
    label: /cn=([^,+]+)/i.exec(name.ios)?.[1] ?? name.ios,
    name,
    settings,
    certificate,
    key,
    chain: parent ? [certificate, ...parent.chain] : [],
    address: url === null ? null : url.hostname,
    port: url === null || url.port === '' ? 80 : Number(url.port),
    online: settings.online,
    answer: answerAt(clock),
    answerAt,
    nextSerial: () => serialText(serial++),
  }
}
