import { type KeyObject, verify as verifySignature } from 'node:crypto'
import { bytesToOid, children, DerError, readDer, type Tlv } from './der.ts'
import { nameFromDer } from './name.ts'
import { importPublicKey } from './public-key.ts'
import type { Certificate, Crl, GeneralNames, Name, PkiResult } from './types.ts'

const algorithms: Readonly<Record<string, { readonly name: string; readonly hash: string | null }>> = {
  '1.2.840.113549.1.1.4': { name: 'md5WithRSAEncryption', hash: 'md5' },
  '1.2.840.113549.1.1.5': { name: 'sha1WithRSAEncryption', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { name: 'sha256WithRSAEncryption', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { name: 'sha384WithRSAEncryption', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { name: 'sha512WithRSAEncryption', hash: 'sha512' },
  '1.2.840.10045.4.1': { name: 'ecdsa-with-SHA1', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa-with-SHA256', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-with-SHA384', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-with-SHA512', hash: 'sha512' },
}
const byName = new Map(Object.values(algorithms).map((entry) => [entry.name, entry.hash]))

const malformed = <T>(read: () => T, code: string): PkiResult<T> => {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reject: { code, detail: error.message } }
    throw error
  }
}

const need = (element: Tlv | undefined, tag: number, what: string): Tlv => {
  if (element?.tag !== tag) throw new DerError(`${what} is missing or of another type`)
  return element
}

const nameOfTlv = (element: Tlv): Name => {
  const name = nameFromDer(element.der.slice())
  if (!name.ok) throw new DerError(name.reject.detail)
  return name.value
}

const ascii = new TextDecoder('latin1')

/** UTCTime or GeneralizedTime in Zulu (RFC 5280 §4.1.2.5), milliseconds since 1970. */
const timeOf = (element: Tlv | undefined): number => {
  const text = element ? ascii.decode(element.content) : ''
  const match =
    element?.tag === 0x17
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : element?.tag === 0x18
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null
  if (!match) throw new DerError(`"${text}" is no time`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return Date.UTC(
    element?.tag === 0x17 ? (year < 50 ? 2000 + year : 1900 + year) : year,
    month - 1,
    day,
    hour,
    minute,
    second,
  )
}

const serialText = (content: Uint8Array): string => {
  const hex = Buffer.from(content)
    .toString('hex')
    .toUpperCase()
    .replace(/^(?:00)+(?=..)/, '')
  return hex === '' ? '00' : hex
}

const algorithmName = (element: Tlv | undefined): string => {
  const oid = bytesToOid(need(children(need(element, 0x30, 'the signature algorithm'))[0], 6, 'the algorithm').content)
  return algorithms[oid]?.name ?? oid
}

const usages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

const bits = (content: Uint8Array): readonly string[] => {
  const unused = content[0] ?? 0
  return usages.filter(
    (_, index) =>
      index < (content.length - 1) * 8 - unused && ((content[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0,
  )
}

const generalNames = (element: Tlv): GeneralNames => {
  const out = { dns: [] as string[], email: [] as string[], ip: [] as string[], uri: [] as string[] }
  for (const name of children(element)) {
    if (name.tag === 0x82) out.dns.push(ascii.decode(name.content))
    if (name.tag === 0x81) out.email.push(ascii.decode(name.content))
    if (name.tag === 0x86) out.uri.push(ascii.decode(name.content))
    if (name.tag === 0x87 && name.content.length === 4) out.ip.push(name.content.join('.'))
  }
  return out
}

const distributionPoints = (element: Tlv): readonly string[] =>
  children(element).flatMap((point) =>
    children(point)
      .filter(({ tag }) => tag === 0xa0)
      .flatMap((name) => children(name))
      .filter(({ tag }) => tag === 0xa0)
      .flatMap((full) => children(full))
      .filter(({ tag }) => tag === 0x86)
      .map(({ content }) => ascii.decode(content)),
  )

type Extensions = Partial<
  Pick<
    Certificate,
    'basicConstraints' | 'keyUsage' | 'extendedKeyUsage' | 'subjectAltName' | 'subjectKeyId' | 'authorityKeyId'
  >
>

const readExtensions = (
  list: readonly Tlv[],
): { readonly known: Extensions; readonly cdp: readonly string[]; readonly unknownCritical: readonly string[] } => {
  let known: Extensions = {}
  let cdp: readonly string[] = []
  const unknownCritical: string[] = []
  for (const extension of list) {
    const parts = children(extension)
    const oid = bytesToOid(need(parts[0], 6, 'the extension').content)
    const critical = parts[1]?.tag === 1 && parts[1].content[0] !== 0
    const value = readDer(need(parts.at(-1), 4, 'the value of an extension').content)
    switch (oid) {
      case '2.5.29.19': {
        const fields = children(value)
        const ca = fields[0]?.tag === 1 && fields[0].content[0] !== 0
        const limit = fields.find(({ tag }) => tag === 2)
        known = { ...known, basicConstraints: { ca, ...(limit ? { pathLength: limit.content[0] ?? 0 } : {}) } }
        break
      }
      case '2.5.29.15':
        known = { ...known, keyUsage: bits(value.content) }
        break
      case '2.5.29.37':
        known = { ...known, extendedKeyUsage: children(value).map(({ content }) => bytesToOid(content)) }
        break
      case '2.5.29.17':
        known = { ...known, subjectAltName: generalNames(value) }
        break
      case '2.5.29.31':
        cdp = distributionPoints(value)
        break
      case '2.5.29.14':
        known = { ...known, subjectKeyId: value.content.slice() }
        break
      case '2.5.29.35': {
        const id = children(value).find(({ tag }) => tag === 0x80)
        if (id) known = { ...known, authorityKeyId: id.content.slice() }
        break
      }
      default:
        if (critical) unknownCritical.push(oid)
    }
  }
  return { known, cdp, unknownCritical }
}

const ecOid = '1.2.840.10045.2.1'
const rsaOid = '1.2.840.113549.1.1.1'

/** Reads an X.509 certificate, v1 or v3. The key is made when it is first asked for. */
export const parseCertificate = (der: Uint8Array): PkiResult<Certificate> =>
  malformed(() => {
    const bytes = der.slice()
    const [body, outer, signature, ...more] = children(readDer(bytes, 0x30))
    if (!body || !outer || !signature || more.length > 0) throw new DerError('a certificate has three parts')
    let fields = children(need(body, 0x30, 'the body'))
    let version: 1 | 2 | 3 = 1
    if (fields[0]?.tag === 0xa0) {
      const number = children(fields[0])[0]?.content[0] ?? 9
      if (number > 2) throw new DerError(`version ${number + 1}`)
      version = (number + 1) as 1 | 2 | 3
      fields = fields.slice(1)
    }
    const [serial, inner, issuer, validity, subject, spki, ...rest] = fields
    if (!inner || Buffer.compare(inner.der, outer.der) !== 0) throw new DerError('the two signature algorithms differ')
    const [notBefore, notAfter] = children(need(validity, 0x30, 'the validity'))
    const extensions = rest.find(({ tag }) => tag === 0xa3)
    const read = readExtensions(extensions ? children(readDer(extensions.content, 0x30)) : [])
    const spkiBytes = need(spki, 0x30, 'the public key').der
    const keyOid = bytesToOid(
      need(
        children(need(children(need(spki, 0x30, 'the public key'))[0], 0x30, 'the key algorithm'))[0],
        6,
        'the key algorithm',
      ).content,
    )
    const publicKey = importPublicKey(need(spki, 0x30, 'the public key'), keyOid)
    return {
      der: bytes,
      version,
      serial: serialText(need(serial, 2, 'the serial number').content),
      subject: nameOfTlv(need(subject, 0x30, 'the subject')),
      issuer: nameOfTlv(need(issuer, 0x30, 'the issuer')),
      notBefore: timeOf(notBefore),
      notAfter: timeOf(notAfter),
      spki: spkiBytes,
      publicKey,
      keyType: keyOid === rsaOid ? 'rsa' : keyOid === ecOid ? 'ec' : 'other',
      signatureAlgorithm: algorithmName(outer),
      crlDistributionPoints: read.cdp,
      unknownCriticalExtensions: read.unknownCritical,
      ...read.known,
    } satisfies Certificate
  }, 'malformed-certificate')

const signedParts = (
  der: Uint8Array,
): { readonly body: Uint8Array; readonly algorithm: string; readonly signature: Uint8Array } => {
  const [body, algorithm, signature] = children(readDer(der, 0x30))
  return {
    body: need(body, 0x30, 'the body').der,
    algorithm: algorithmName(algorithm),
    signature: need(signature, 3, 'the signature').content.subarray(1),
  }
}

/** Whether `key` signed a certificate or list. An algorithm that is not known is no signature. */
const isSignedBy = (der: Uint8Array, key: KeyObject): boolean => {
  const read = malformed(() => signedParts(der), 'malformed')
  if (!read.ok) return false
  const hash = byName.get(read.value.algorithm)
  if (!hash) return false
  try {
    return verifySignature(hash, read.value.body, key, read.value.signature)
  } catch {
    return false
  }
}

export const verifySignedBy = (certificate: Certificate, key: KeyObject): boolean => isSignedBy(certificate.der, key)

/** Reads a certificate revocation list (RFC 5280 §5). */
export const parseCrl = (der: Uint8Array): PkiResult<Crl> =>
  malformed(() => {
    const bytes = der.slice()
    let fields = children(need(children(readDer(bytes, 0x30))[0], 0x30, 'the body'))
    if (fields[0]?.tag === 2) fields = fields.slice(1)
    const [, issuer, thisUpdate, ...rest] = fields
    const next = rest[0]?.tag === 0x17 || rest[0]?.tag === 0x18 ? rest[0] : undefined
    const list = rest.find(({ tag }) => tag === 0x30)
    return {
      der: bytes,
      issuer: nameOfTlv(need(issuer, 0x30, 'the issuer')),
      thisUpdate: timeOf(thisUpdate),
      ...(next ? { nextUpdate: timeOf(next) } : {}),
      revoked: new Set(
        (list ? children(list) : []).map((entry) => serialText(need(children(entry)[0], 2, 'a serial number').content)),
      ),
      verify: (key) => isSignedBy(bytes, key),
    } satisfies Crl
  }, 'malformed-crl')
