import { createHash, type KeyObject } from 'node:crypto'
import { parseCertificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { children, der, integerFromHex, oidToBytes, readDer } from './der.ts'
import { extensionOid, keyUsageNames } from './extensions.ts'
import { type SigningHash, signed } from './signed.ts'
import { writeTime } from './time.ts'
import type { Certificate, Crl, Name } from './types.ts'

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
  /** RSA, or EC on P-256, P-384 or P-521. */
  readonly issuerKey: KeyObject
  readonly hash: SigningHash
  readonly ca?: { readonly pathLength?: number }
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
  readonly dns?: readonly string[]
  /** Dotted. */
  readonly ip?: readonly string[]
  readonly email?: readonly string[]
  readonly cdp?: string | readonly string[]
}

const text = new TextEncoder()
const yes = der(1, Uint8Array.of(0xff))

const oid = (dotted: string): Uint8Array => der(6, oidToBytes(dotted))

const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der(0x30, oid(id), ...(critical ? [yes] : []), der(4, value))

/** A named bit list: its trailing zero bits are left out (X.690 §11.2.2). */
const usageBits = (names: readonly string[]): Uint8Array => {
  const indices = names.map((name) => keyUsageNames.indexOf(name as (typeof keyUsageNames)[number]))
  if (indices.includes(-1)) throw new TypeError(`there is no key usage among ${names.join(', ')} of that name`)
  const last = Math.max(-1, ...indices)
  const octets = new Uint8Array(Math.ceil((last + 1) / 8))
  for (const index of indices) octets[index >> 3] = (octets[index >> 3] ?? 0) | (0x80 >> (index & 7))
  return der(3, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), octets)
}

/** Method 1 of RFC 5280 §4.2.1.2, which every CA uses: SHA-1 of the key's bits alone, so that identifiers of two CAs agree. */
export const keyIdentifier = (spki: Uint8Array): Uint8Array => {
  const bits = children(readDer(spki))[1]
  if (bits === undefined) throw new Error('a SubjectPublicKeyInfo without a key')
  return createHash('sha1').update(bits.content.subarray(1)).digest()
}

const constraints = ({ pathLength }: { readonly pathLength?: number }): Uint8Array =>
  der(0x30, yes, ...(pathLength === undefined ? [] : [integerFromHex(pathLength.toString(16))]))

const distributionPoints = (uris: readonly string[]): Uint8Array =>
  der(0x30, ...uris.map((uri) => der(0x30, der(0xa0, der(0xa0, der(0x86, text.encode(uri)))))))

const extensionsOf = (
  contents: CertificateContents,
  spki: Uint8Array,
  issuerSpki: Uint8Array,
): readonly Uint8Array[] => {
  const { ca, keyUsage, extendedKeyUsage, dns = [], ip = [], email = [], cdp = [] } = contents
  const names = [
    ...email.map((address) => der(0x81, text.encode(address))),
    ...dns.map((name) => der(0x82, text.encode(name))),
    ...ip.map((address) => der(0x87, Uint8Array.from(address.split('.').map(Number)))),
  ]
  const uris = typeof cdp === 'string' ? [cdp] : cdp
  return [
    ...(ca ? [extension(extensionOid.basicConstraints, true, constraints(ca))] : []),
    ...(keyUsage ? [extension(extensionOid.keyUsage, ca !== undefined, usageBits(keyUsage))] : []),
    ...(extendedKeyUsage
      ? [extension(extensionOid.extendedKeyUsage, false, der(0x30, ...extendedKeyUsage.map(oid)))]
      : []),
    ...(names.length > 0 ? [extension(extensionOid.subjectAltName, false, der(0x30, ...names))] : []),
    ...(uris.length > 0 ? [extension(extensionOid.crlDistributionPoints, false, distributionPoints(uris))] : []),
    extension(extensionOid.authorityKeyId, false, der(0x30, der(0x80, keyIdentifier(issuerSpki)))),
    extension(extensionOid.subjectKeyId, false, der(4, keyIdentifier(spki))),
  ]
}

export const spkiOf = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' })

/** What we have signed we can read. */
export const ownCertificate = (bytes: Uint8Array): Certificate => {
  const parsed = parseCertificate(bytes)
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}

/** Issues a certificate; the same contents make the same bytes. Throws where the contents make no certificate. */
export const issueCertificate = (contents: CertificateContents, issuerPublicKey: KeyObject): Certificate => {
  const spki = spkiOf(contents.publicKey)
  const extensions = contents.version === 3 ? extensionsOf(contents, spki, spkiOf(issuerPublicKey)) : []
  return ownCertificate(
    signed(contents.issuerKey, contents.hash, (algorithm) =>
      der(
        0x30,
        ...(contents.version === 3 ? [der(0xa0, der(2, Uint8Array.of(2)))] : []),
        integerFromHex(contents.serial),
        algorithm,
        contents.issuer.der,
        der(0x30, writeTime(contents.notBefore), writeTime(contents.notAfter)),
        contents.subject.der,
        spki,
        ...(contents.version === 3 ? [der(0xa3, der(0x30, ...extensions))] : []),
      ),
    ),
  )
}

/** Issues a version 2 CRL, with the CRL number and the identifier of the issuer's key (RFC 5280 §5.2). `revoked` is hex. */
export const issueCrl = (
  contents: {
    readonly issuer: Name
    readonly thisUpdate: number
    readonly nextUpdate: number
    readonly revoked: readonly string[]
    readonly issuerKey: KeyObject
    readonly hash: SigningHash
  },
  issuerPublicKey: KeyObject,
): Crl => {
  const { issuer, thisUpdate, nextUpdate, revoked, issuerKey, hash } = contents
  const entries = revoked.map((serial) => der(0x30, integerFromHex(serial), writeTime(thisUpdate)))
  const extensions = der(
    0x30,
    extension(extensionOid.authorityKeyId, false, der(0x30, der(0x80, keyIdentifier(spkiOf(issuerPublicKey))))),
    extension(extensionOid.crlNumber, false, integerFromHex('01')),
  )
  const parsed = parseCrl(
    signed(issuerKey, hash, (algorithm) =>
      der(
        0x30,
        der(2, Uint8Array.of(1)),
        algorithm,
        issuer.der,
        writeTime(thisUpdate),
        writeTime(nextUpdate),
        ...(entries.length > 0 ? [der(0x30, ...entries)] : []),
        der(0xa0, extensions),
      ),
    ),
  )
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}
