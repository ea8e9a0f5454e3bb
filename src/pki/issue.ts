import { createHash, type KeyObject, sign } from 'node:crypto'
import { parseCertificate, parseCrl } from './certificate.ts'
import { children, der, oidToBytes, readDer } from './der.ts'
import type { Certificate, Crl, Name } from './types.ts'

export type SigningHash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** What the lab's CA puts into a certificate. Times are milliseconds since 1970 UTC; `serial` is hex. */
export interface CertificateContents {
  readonly version: 1 | 3
  readonly serial: string
  readonly subject: Name
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  /** SubjectPublicKeyInfo of the subject. */
  readonly publicKey: KeyObject
  readonly issuerKey: KeyObject
  readonly hash: SigningHash
  readonly ca?: { readonly pathLength?: number }
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
  readonly dns?: readonly string[]
  readonly ip?: readonly string[]
  readonly cdp?: string
}

const rsaAlgorithms: Record<SigningHash, string> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}
const text = new TextEncoder()
const usages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
]

const oid = (dotted: string): Uint8Array => der(6, oidToBytes(dotted))
const algorithm = (hash: SigningHash): Uint8Array => der(0x30, oid(rsaAlgorithms[hash]), der(5))

const time = (milliseconds: number): Uint8Array => {
  const iso = new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return Number(iso.slice(0, 4)) >= 2050
    ? der(0x18, text.encode(`${iso}Z`))
    : der(0x17, text.encode(`${iso.slice(2)}Z`))
}

const integer = (hex: string): Uint8Array => {
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return (octets[0] ?? 0) >= 0x80 ? der(2, Uint8Array.of(0), octets) : der(2, octets)
}

const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der(0x30, oid(id), ...(critical ? [der(1, Uint8Array.of(255))] : []), der(4, value))

const usageBits = (names: readonly string[]): Uint8Array => {
  let octet = 0
  for (const name of names) octet |= 0x80 >> usages.indexOf(name)
  let unused = 0
  while (unused < 7 && (octet & (1 << unused)) === 0) unused += 1
  return der(3, Uint8Array.of(unused, octet))
}

/** Method 1 of RFC 5280 §4.2.1.2, which every CA uses: SHA-1 of the key's bits alone, so that identifiers of two CAs agree. */
const keyId = (spki: Uint8Array): Uint8Array => {
  const bits = children(readDer(spki))[1]
  if (bits === undefined) throw new Error('a SubjectPublicKeyInfo without a key')
  return createHash('sha1').update(bits.content.subarray(1)).digest()
}

const extensionsOf = (
  contents: CertificateContents,
  spki: Uint8Array,
  issuerSpki: Uint8Array,
): readonly Uint8Array[] => {
  const out: Uint8Array[] = []
  if (contents.ca)
    out.push(
      extension(
        '2.5.29.19',
        true,
        der(
          0x30,
          der(1, Uint8Array.of(255)),
          ...(contents.ca.pathLength === undefined ? [] : [der(2, Uint8Array.of(contents.ca.pathLength))]),
        ),
      ),
    )
  if (contents.keyUsage) out.push(extension('2.5.29.15', contents.ca !== undefined, usageBits(contents.keyUsage)))
  if (contents.extendedKeyUsage)
    out.push(extension('2.5.29.37', false, der(0x30, ...contents.extendedKeyUsage.map(oid))))
  const names = [
    ...(contents.dns ?? []).map((name) => der(0x82, text.encode(name))),
    ...(contents.ip ?? []).map((ip) => der(0x87, Uint8Array.from(ip.split('.').map(Number)))),
  ]
  if (names.length > 0) out.push(extension('2.5.29.17', false, der(0x30, ...names)))
  if (contents.cdp !== undefined)
    out.push(
      extension('2.5.29.31', false, der(0x30, der(0x30, der(0xa0, der(0xa0, der(0x86, text.encode(contents.cdp))))))),
    )
  out.push(extension('2.5.29.35', false, der(0x30, der(0x80, keyId(issuerSpki)))))
  out.push(extension('2.5.29.14', false, der(4, keyId(spki))))
  return out
}

const spkiOf = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' })

const signed = (body: Uint8Array, key: KeyObject, hash: SigningHash): Uint8Array =>
  der(0x30, body, algorithm(hash), der(3, Uint8Array.of(0), sign(hash, body, key)))

/** Issues a certificate; RSA PKCS#1 signatures make the same contents the same bytes. Throws where the contents make no certificate. */
export const issueCertificate = (contents: CertificateContents, issuerPublicKey: KeyObject): Certificate => {
  const spki = spkiOf(contents.publicKey)
  const body = der(
    0x30,
    ...(contents.version === 3 ? [der(0xa0, der(2, Uint8Array.of(2)))] : []),
    integer(contents.serial),
    algorithm(contents.hash),
    contents.issuer.der,
    der(0x30, time(contents.notBefore), time(contents.notAfter)),
    contents.subject.der,
    spki,
    ...(contents.version === 3 ? [der(0xa3, der(0x30, ...extensionsOf(contents, spki, spkiOf(issuerPublicKey))))] : []),
  )
  const parsed = parseCertificate(signed(body, contents.issuerKey, contents.hash))
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}

/** Issues a version 2 CRL. */
export const issueCrl = (contents: {
  readonly issuer: Name
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly revoked: readonly string[]
  readonly issuerKey: KeyObject
  readonly hash: SigningHash
}): Crl => {
  const entries = contents.revoked.map((serial) => der(0x30, integer(serial), time(contents.thisUpdate)))
  const body = der(
    0x30,
    der(2, Uint8Array.of(1)),
    algorithm(contents.hash),
    contents.issuer.der,
    time(contents.thisUpdate),
    time(contents.nextUpdate),
    ...(entries.length > 0 ? [der(0x30, ...entries)] : []),
  )
  const parsed = parseCrl(signed(body, contents.issuerKey, contents.hash))
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}
