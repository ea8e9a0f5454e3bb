import type { KeyObject } from 'node:crypto'
import { attempt, bytesToOid, children, DerError, need, readDer, type Tlv } from './der.ts'
import { readCertificateExtensions } from './extensions.ts'
import { nameFromTlv } from './name.ts'
import { isKnownToBeIssuedBy } from './own-certificate.ts'
import { importPublicKey } from './public-key.ts'
import { isSignedBy, readSigned, sameAlgorithm } from './signed.ts'
import { readTime } from './time.ts'
import type { Certificate, PkiResult } from './types.ts'

/** What fits an IKE message. */
const maximum = 65_535

const keyTypes: Readonly<Record<string, Certificate['keyType']>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.10045.2.1': 'ec',
}

/** Upper-case hex without leading zero octets, two digits at least. */
export const serialText = (content: Uint8Array): string =>
  Buffer.from(content)
    .toString('hex')
    .toUpperCase()
    .replace(/^(?:00)+(?=..)/, '')

const readVersion = (explicit: Tlv | undefined): 1 | 2 | 3 => {
  if (!explicit) return 1
  const [number, ...more] = children(explicit)
  const { content } = need(number, 2, 'the version')
  const version = (content[0] ?? 0) + 1
  if (more.length > 0 || content.length !== 1 || version > 3) throw new DerError('a version that is not 1, 2 or 3')
  return version as 1 | 2 | 3
}

const readKey = (spki: Tlv): { readonly publicKey: KeyObject; readonly keyType: Certificate['keyType'] } => {
  const [algorithm] = children(spki)
  const oid = bytesToOid(need(children(need(algorithm, 0x30, 'the key algorithm'))[0], 6, 'the key algorithm').content)
  return { publicKey: importPublicKey(spki, oid), keyType: keyTypes[oid] ?? 'other' }
}

const uniqueIds = [0x81, 0x82, 0xa1, 0xa2]
const extensionsTag = 0xa3

/** What may follow the key, by version (RFC 5280 §4.1). */
const readTail = (version: 1 | 2 | 3, tail: readonly Tlv[]): Tlv | undefined => {
  const extensions = tail.at(-1)?.tag === extensionsTag ? tail.at(-1) : undefined
  const ids = extensions ? tail.slice(0, -1) : tail
  if (ids.some(({ tag }) => !uniqueIds.includes(tag)) || ids.length > 2)
    throw new DerError('fields that no certificate has')
  if (ids.length > 0 && version === 1) throw new DerError('unique identifiers in version 1')
  if (!extensions) return undefined
  if (version !== 3) throw new DerError(`extensions in version ${version}`)
  return readDer(extensions.content, 0x30)
}

/**
 * Reads an X.509 certificate, version 1 to 3 (RFC 5280 §4.1), at most 65,535 octets. Strict DER; the two signature
 * algorithms must agree, or one certificate would have endless encodings (attacks.md A17).
 */
export const parseCertificate = (input: Uint8Array): PkiResult<Certificate> =>
  attempt((): Certificate => {
    const bytes = input.slice()
    const { body, algorithm, algorithmName } = readSigned(bytes, maximum)
    const all = children(body)
    const explicit = all[0]?.tag === 0xa0 ? all[0] : undefined
    const version = readVersion(explicit)
    const [serial, inner, issuer, validity, subject, spki, ...tail] = explicit ? all.slice(1) : all
    sameAlgorithm(inner, algorithm)
    const [notBefore, notAfter, ...more] = children(need(validity, 0x30, 'the validity'))
    if (more.length > 0) throw new DerError('a validity of more than two times')
    const key = need(spki, 0x30, 'the public key')
    return {
      der: bytes,
      version,
      serial: serialText(need(serial, 2, 'the serial number').content),
      subject: nameFromTlv(need(subject, 0x30, 'the subject')),
      issuer: nameFromTlv(need(issuer, 0x30, 'the issuer')),
      notBefore: readTime(notBefore),
      notAfter: readTime(notAfter),
      spki: key.der,
      ...readKey(key),
      signatureAlgorithm: algorithmName,
      ...readCertificateExtensions(readTail(version, tail)),
    }
  }, 'malformed-certificate')

const verified = new WeakMap<Certificate, WeakMap<KeyObject, boolean>>()

/** Whether the key of `issuer` signed the certificate: what was found once stays so. */
export const verifySignedBy = (certificate: Certificate, issuer: Certificate): boolean => {
  if (isKnownToBeIssuedBy(certificate, issuer)) return true
  const { publicKey: key } = issuer
  const byKey = verified.get(certificate) ?? new WeakMap<KeyObject, boolean>()
  verified.set(certificate, byKey)
  const found = byKey.get(key) ?? isSignedBy(certificate.der, key)
  byKey.set(key, found)
  return found
}
