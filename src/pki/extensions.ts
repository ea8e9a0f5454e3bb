import { bytesToOid, children, DerError, need, readDer, type Tlv } from './der.ts'
import type { Certificate, GeneralNames } from './types.ts'

/** The extensions of RFC 5280 §4.2 and §5.2 that bear on a decision. */

export const extensionOid = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  deltaCrl: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const

export const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Uint8Array
}

/** `SEQUENCE OF Extension`. One that stands twice is refused (RFC 5280 §4.2). */
export const readExtensionList = (list: Tlv): readonly Extension[] => {
  const seen = new Set<string>()
  return children(list).map((extension) => {
    const parts = children(need(extension, 0x30, 'an extension'))
    const oid = bytesToOid(need(parts[0], 6, 'the type of an extension').content)
    if (seen.has(oid)) throw new DerError(`extension ${oid} stands twice`)
    seen.add(oid)
    const flag = parts.length === 3 ? need(parts[1], 1, 'whether an extension is critical') : undefined
    if (parts.length > 3) throw new DerError(`extension ${oid} has ${parts.length} parts`)
    return {
      oid,
      critical: flag?.content[0] === 0xff,
      value: need(parts.at(-1), 4, 'the value of an extension').content,
    }
  })
}

const latin = new TextDecoder('latin1')

const readBits = (element: Tlv): readonly string[] => {
  const { content } = need(element, 3, 'the key usage')
  const count = (content.length - 1) * 8 - (content[0] ?? 0)
  return keyUsageNames.filter(
    (_, index) => index < count && ((content[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0,
  )
}

/** As text: four groups and `::` are left to those who compare; an address of another length is none. */
const addressText = (octets: Uint8Array): string | undefined => {
  if (octets.length === 4) return octets.join('.')
  if (octets.length !== 16) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => ((octets[2 * index] ?? 0) << 8) | (octets[2 * index + 1] ?? 0))
  return groups.map((group) => group.toString(16)).join(':')
}

const readNames = (element: Tlv): GeneralNames => {
  const out = { dns: [] as string[], email: [] as string[], ip: [] as string[], uri: [] as string[] }
  for (const { tag, content } of children(need(element, 0x30, 'the alternative names'))) {
    if (tag === 0x81) out.email.push(latin.decode(content))
    if (tag === 0x82) out.dns.push(latin.decode(content))
    if (tag === 0x86) out.uri.push(latin.decode(content))
    const address = tag === 0x87 ? addressText(content) : undefined
    if (address !== undefined) out.ip.push(address)
  }
  return out
}

/** The URIs of a DistributionPointName: `[0] { [0] fullName }`. */
const pointUris = (point: Tlv | undefined): readonly string[] =>
  (point ? children(point) : [])
    .filter(({ tag }) => tag === 0xa0)
    .flatMap((full) => children(full))
    .filter(({ tag }) => tag === 0x86)
    .map(({ content }) => latin.decode(content))

const readDistributionPoints = (element: Tlv): readonly string[] =>
  children(need(element, 0x30, 'the distribution points')).flatMap((point) =>
    pointUris(children(need(point, 0x30, 'a distribution point')).find(({ tag }) => tag === 0xa0)),
  )

const readConstraints = (element: Tlv): NonNullable<Certificate['basicConstraints']> => {
  const fields = children(need(element, 0x30, 'the basic constraints'))
  const ca = fields[0]?.tag === 1 && fields[0].content[0] === 0xff
  const limit = fields.at(-1)?.tag === 2 ? fields.at(-1) : undefined
  if (fields.length > (fields[0]?.tag === 1 ? 1 : 0) + (limit ? 1 : 0))
    throw new DerError('basic constraints of another form')
  if (!limit) return { ca }
  if ((limit.content[0] ?? 0) >= 0x80) throw new DerError('a negative path length')
  // What does not fit two octets limits nothing that we would build.
  return {
    ca,
    pathLength: limit.content.length > 2 ? 0xffff : Number.parseInt(Buffer.from(limit.content).toString('hex'), 16),
  }
}

type Known = Partial<
  Pick<
    Certificate,
    'basicConstraints' | 'keyUsage' | 'extendedKeyUsage' | 'subjectAltName' | 'subjectKeyId' | 'authorityKeyId'
  >
>

type Read = Known & Pick<Certificate, 'crlDistributionPoints' | 'unknownCriticalExtensions'>

const readOne = (oid: string, bytes: Uint8Array): Partial<Read> | null => {
  switch (oid) {
    case extensionOid.basicConstraints:
      return { basicConstraints: readConstraints(readDer(bytes)) }
    case extensionOid.keyUsage:
      return { keyUsage: readBits(readDer(bytes)) }
    case extensionOid.extendedKeyUsage:
      return {
        extendedKeyUsage: children(readDer(bytes, 0x30)).map((usage) =>
          bytesToOid(need(usage, 6, 'an extended key usage').content),
        ),
      }
    case extensionOid.subjectAltName:
      return { subjectAltName: readNames(readDer(bytes)) }
    case extensionOid.crlDistributionPoints:
      return { crlDistributionPoints: readDistributionPoints(readDer(bytes)) }
    case extensionOid.subjectKeyId:
      return { subjectKeyId: readDer(bytes, 4).content.slice() }
    case extensionOid.authorityKeyId: {
      const id = children(readDer(bytes, 0x30)).find(({ tag }) => tag === 0x80)
      return id ? { authorityKeyId: id.content.slice() } : {}
    }
    default:
      return null
  }
}

/**
 * The extensions of a certificate. Name constraints count as unknown and critical whatever their flag says: RFC 5280
 * §4.2.1.10 has them critical, nothing here enforces them, and to pass over them would widen what a CA may name.
 */
export const readCertificateExtensions = (list: Tlv | undefined): Read => {
  let out: Read = { crlDistributionPoints: [], unknownCriticalExtensions: [] }
  for (const { oid, critical, value } of list ? readExtensionList(list) : []) {
    const read = readOne(oid, value)
    if (read) out = { ...out, ...read }
    else if (critical || oid === extensionOid.nameConstraints)
      out = { ...out, unknownCriticalExtensions: [...out.unknownCriticalExtensions, oid] }
  }
  return out
}

/** What a list says of its own reach (RFC 5280 §5.2.5). `partial`: it leaves out reasons, or lists other issuers' certificates. */
export interface IssuingDistributionPoint {
  readonly uris: readonly string[]
  readonly only: 'users' | 'authorities' | null
  readonly partial: boolean
}

export const readIssuingDistributionPoint = (bytes: Uint8Array): IssuingDistributionPoint => {
  const fields = children(readDer(bytes, 0x30))
  const isSet = (tag: number): boolean => fields.some((field) => field.tag === tag && field.content[0] === 0xff)
  return {
    uris: pointUris(fields.find(({ tag }) => tag === 0xa0)),
    only: isSet(0x81) ? 'users' : isSet(0x82) ? 'authorities' : null,
    partial: fields.some(({ tag }) => tag === 0x83) || isSet(0x84) || isSet(0x85),
  }
}
