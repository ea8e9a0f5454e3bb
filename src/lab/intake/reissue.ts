import type { KeyPair } from '../../crypto/index.ts'
import { momentOf, type RouterConfiguration, type ShownCertificate, type Zone } from '../../ios/index.ts'
import {
  type Certificate,
  canSign,
  issueCertificate,
  type Name,
  reissueCertificate,
  type SigningHash,
  signingHashOf,
} from '../../pki/index.ts'
import type { KeyKind } from './stand-in-keys.ts'

const day = 86_400_000
/** A CA that nobody described is older than the certificates that it issued, and both are older than the clock. */
const authorityBefore = 10 * day
const authorityFor = 1095 * day
const enrolledBefore = 3 * day
const enrolledFor = 365 * day

const hashes: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])
const curves: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  256: 'P-256',
  384: 'P-384',
  521: 'P-521',
}

export const rsa2048: KeyKind = { rsa: 2048 }

/** The kind of a certificate's key; one that the lab cannot make is stood in for by RSA. */
export const keyKindOf = ({ keyType, publicKey: { asymmetricKeyDetails } }: Certificate): KeyKind => {
  if (keyType === 'ec') return { curve: curves[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'P-256' }
  return { rsa: asymmetricKeyDetails?.modulusLength ?? rsa2048.rsa }
}

/** The same of a certificate that was printed; null where it does not say. */
export const shownKeyKind = ({ key }: ShownCertificate): KeyKind | null => {
  if (key === null) return null
  return key.kind === 'rsa' ? { rsa: key.bits } : { curve: curves[key.bits] ?? 'P-256' }
}

const usableHash = (key: KeyPair, wanted: string | undefined): SigningHash => {
  const hash = wanted !== undefined && hashes.has(wanted) ? (wanted as SigningHash) : 'sha256'
  return canSign(key, hash) ? hash : 'sha256'
}

/** A certificate in DER, octet for octet but for the keys and the signature. */
export const fromDer = (template: Certificate, subject: KeyPair, issuer: KeyPair): Certificate =>
  reissueCertificate(template, { subject, issuer, hash: usableHash(issuer, signingHashOf(template)) })

/** How IOS calls the uses of RFC 5280 §4.2.1.12 and of RFC 4945 §5.1.3.12. */
const extendedUsages: Readonly<Record<string, string>> = {
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  'time stamping': '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'ike intermediate': '1.3.6.1.5.5.8.2.2',
}

const shownUsage = ({ kind, usage, extensions }: ShownCertificate): readonly string[] | null => {
  if (extensions) return extensions.keyUsage
  if (kind === 'ca') return usage === 'Signature' ? ['digitalSignature', 'keyCertSign', 'cRLSign'] : null
  if (usage === 'Signature') return ['digitalSignature']
  if (usage === 'Encryption') return ['keyEncipherment']
  return ['digitalSignature', 'keyEncipherment']
}

export interface Printed {
  readonly shown: ShownCertificate
  readonly subject: Name
  readonly issuer: Name
  readonly zones: readonly Zone[]
  /** Milliseconds since 1970 UTC, for dates that are not printed. */
  readonly clock: number
  /** Host names where the output shows no extensions. */
  readonly dns: readonly string[]
}

/** A certificate as it was printed. What the output does not show is as a CA of IOS would have issued it. */
export const fromShown = (
  { shown, subject, issuer, zones, clock, dns }: Printed,
  key: KeyPair,
  issuerKey: KeyPair,
): Certificate => {
  const { extensions, kind, crlDistributionPoints } = shown
  const usage = shownUsage(shown)
  const purposes = (extensions?.extendedKeyUsage ?? []).flatMap((text) => extendedUsages[text.toLowerCase()] ?? [])
  const from = shown.validFrom ? momentOf(shown.validFrom, zones).time : clock - enrolledBefore
  const constraints = extensions ? extensions.basicConstraints : { ca: kind === 'ca' }
  const names = extensions?.dns ?? dns
  return issueCertificate({
    version: shown.version === 1 ? 1 : 3,
    serial: shown.serial ?? '01',
    subject,
    issuer,
    notBefore: from,
    notAfter: shown.validTo ? momentOf(shown.validTo, zones).time : from + enrolledFor,
    keys: key,
    issuerKeys: issuerKey,
    hash: usableHash(issuerKey, shown.signature?.hash),
    ...(constraints?.ca
      ? { ca: constraints.pathLength === undefined ? {} : { pathLength: constraints.pathLength } }
      : {}),
    ...(usage ? { keyUsage: usage } : {}),
    ...(purposes.length > 0 ? { extendedKeyUsage: purposes } : {}),
    ...(kind !== 'ca' && names.length > 0 ? { dns: names } : {}),
    ...(extensions && extensions.ip.length > 0 ? { ip: extensions.ip } : {}),
    ...(extensions && extensions.email.length > 0 ? { email: extensions.email } : {}),
    ...(crlDistributionPoints.length > 0 ? { cdp: crlDistributionPoints } : {}),
  })
}

/** A CA's certificate of which nothing but a name is known. */
export const imaginedCa = (name: Name, serial: string | null, key: KeyPair, clock: number): Certificate => {
  return issueCertificate({
    version: 3,
    serial: serial ?? '01',
    subject: name,
    issuer: name,
    notBefore: clock - authorityBefore,
    notAfter: clock - authorityBefore + authorityFor,
    keys: key,
    issuerKeys: key,
    hash: 'sha256',
    ca: {},
    keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
  })
}

/** What a trustpoint asks for, where nothing shows what it got. */
export const imaginedIdentity = (
  request: {
    readonly subject: Name
    readonly dns: readonly string[]
    readonly serial: string
    readonly cdp: string | null
  },
  ca: { readonly certificate: Certificate; readonly keys: KeyPair },
  key: KeyPair,
  clock: number,
): Certificate =>
  issueCertificate({
    version: 3,
    serial: request.serial,
    subject: request.subject,
    issuer: ca.certificate.subject,
    notBefore: clock - enrolledBefore,
    notAfter: clock - enrolledBefore + enrolledFor,
    keys: key,
    issuerKeys: ca.keys,
    hash: usableHash(ca.keys, undefined),
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    ...(request.dns.length > 0 ? { dns: request.dns } : {}),
    ...(request.cdp === null ? {} : { cdp: request.cdp }),
  })

/** The key kind that a trustpoint asks for. */
export const requestedKind = (trustpoint: RouterConfiguration['trustpoints'][number] | null): KeyKind =>
  trustpoint?.ecKeyPair === undefined ? { rsa: trustpoint?.rsaKeyPair?.bits ?? rsa2048.rsa } : { curve: 'P-256' }
