import { type KeyPair, latest, once } from '../crypto/index.ts'
import { serialText } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { attempt, der, integerFromHex, oidToBytes, readDer } from './der.ts'
import { extensionOid, keyUsageNames, readCertificateExtensions } from './extensions.ts'
import { keyIdentifier, spkiOf } from './key-identifier.ts'
import { isKnownToHold, type KeyFields, type Keyless, ownCertificate } from './own-certificate.ts'
import { type SigningHash, signatureAlgorithmOf, signed } from './signed.ts'
import { readTime, writeTime } from './time.ts'
import type { Certificate, Crl, Name } from './types.ts'

/** What the lab's CA puts into a certificate. Times are milliseconds since 1970 UTC; `serial` is hex. */
export interface CertificateContents {
  readonly version: 1 | 3
  readonly serial: string
  readonly subject: Name
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  /** The subject's; only the public half is asked for. */
  readonly keys: Omit<KeyPair, 'privateKey'>
  /** RSA, or EC on P-256, P-384 or P-521. */
  readonly issuerKeys: KeyPair
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

const constraints = ({ pathLength }: { readonly pathLength?: number }): Uint8Array =>
  der(0x30, yes, ...(pathLength === undefined ? [] : [integerFromHex(pathLength.toString(16))]))

const distributionPoints = (uris: readonly string[]): Uint8Array =>
  der(0x30, ...uris.map((uri) => der(0x30, der(0xa0, der(0xa0, der(0x86, text.encode(uri)))))))

/** Those that no key goes into. */
const keylessExtensions = (contents: CertificateContents): readonly Uint8Array[] => {
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
  ]
}

const keyExtensions = ({ subjectKeyId, authorityKeyId }: KeyFields): readonly Uint8Array[] => [
  extension(extensionOid.authorityKeyId, false, der(0x30, der(0x80, authorityKeyId))),
  extension(extensionOid.subjectKeyId, false, der(4, subjectKeyId)),
]

/** What we write we can read. */
const read = <T>(reading: () => T): T => {
  const found = attempt(reading, 'malformed-contents')
  if (!found.ok) throw new Error(found.reject.detail)
  return found.value
}

interface Extensions {
  readonly extensions: readonly Uint8Array[]
  readonly says: ReturnType<typeof readCertificateExtensions>
}

const noExtensions: Extensions = { extensions: [], says: readCertificateExtensions(undefined) }

/** Those of a router's certificates are alike, whoever issues them, and so are those of CAs. */
const extensionsKept = latest<Extensions>(256)

const extensionsOf = (contents: CertificateContents): Extensions => {
  const { ca, keyUsage, extendedKeyUsage, dns, ip, email, cdp } = contents
  return extensionsKept(JSON.stringify([ca, keyUsage, extendedKeyUsage, dns, ip, email, cdp]), () => {
    const extensions = keylessExtensions(contents)
    return { extensions, says: read(() => readCertificateExtensions(readDer(der(0x30, ...extensions)))) }
  })
}

/**
 * Issues a certificate; the same contents make the same bytes. It is signed when its octets are first asked for. Throws
 * where the contents make no certificate.
 */
export const issueCertificate = (contents: CertificateContents): Certificate => {
  const { version, keys, issuerKeys, hash, subject, issuer } = contents
  const serial = integerFromHex(contents.serial)
  const [notBefore, notAfter] = [writeTime(contents.notBefore), writeTime(contents.notAfter)]
  const { extensions, says } = version === 3 ? extensionsOf(contents) : noExtensions
  const keyless = read(
    (): Keyless => ({
      version,
      serial: serialText(readDer(serial).content),
      subject,
      issuer,
      notBefore: readTime(readDer(notBefore)),
      notAfter: readTime(readDer(notAfter)),
      signatureAlgorithm: signatureAlgorithmOf(issuerKeys, hash),
      ...says,
    }),
  )
  const body = (fields: KeyFields, algorithm: Uint8Array): Uint8Array =>
    der(
      0x30,
      ...(version === 3 ? [der(0xa0, der(2, Uint8Array.of(2)))] : []),
      serial,
      algorithm,
      issuer.der,
      der(0x30, notBefore, notAfter),
      subject.der,
      fields.spki,
      ...(version === 3 ? [der(0xa3, der(0x30, ...extensions, ...keyExtensions(fields)))] : []),
    )
  return ownCertificate(keyless, {
    keys,
    issuerKeys,
    identifiers: version === 3 ? ['subjectKeyId', 'authorityKeyId'] : [],
    sign: (fields) => signed(issuerKeys, hash, (algorithm) => body(fields, algorithm)),
  })
}

/** Issues a version 2 CRL, signed when its octets are first asked for, with the CRL number and the identifier of the issuer's key (RFC 5280 §5.2). `revoked` is hex. */
export const issueCrl = (contents: {
  readonly issuer: Name
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly revoked: readonly string[]
  readonly issuerKeys: KeyPair
  readonly hash: SigningHash
}): Crl => {
  const { issuer, thisUpdate, nextUpdate, revoked, issuerKeys, hash } = contents
  const [from, until] = [writeTime(thisUpdate), writeTime(nextUpdate)]
  const serials = revoked.map(integerFromHex)
  const octets = once(() => {
    const extensions = der(
      0x30,
      extension(extensionOid.authorityKeyId, false, der(0x30, der(0x80, keyIdentifier(spkiOf(issuerKeys.publicKey))))),
      extension(extensionOid.crlNumber, false, integerFromHex('01')),
    )
    return signed(issuerKeys, hash, (algorithm) =>
      der(
        0x30,
        der(2, Uint8Array.of(1)),
        algorithm,
        issuer.der,
        from,
        until,
        ...(serials.length > 0 ? [der(0x30, ...serials.map((serial) => der(0x30, serial, from)))] : []),
        der(0xa0, extensions),
      ),
    )
  })
  const parsed = once(() => {
    const list = parseCrl(octets())
    if (!list.ok) throw new Error(list.reject.detail)
    return list.value
  })
  return read(
    (): Crl => ({
      issuer,
      thisUpdate: readTime(readDer(from)),
      nextUpdate: readTime(readDer(until)),
      revoked: new Set(serials.map((serial) => serialText(readDer(serial).content))),
      unknownCriticalExtensions: [],
      get der() {
        return octets()
      },
      verify: (by) => isKnownToHold(by, issuerKeys) || parsed().verify(by),
    }),
  )
}
