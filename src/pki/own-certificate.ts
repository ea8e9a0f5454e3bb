import type { KeyObject } from 'node:crypto'
import { type KeyPair, once } from '../crypto/index.ts'
import { keyIdentifier, spkiOf } from './key-identifier.ts'
import type { Certificate } from './types.ts'

/** What a certificate says whatever its keys are. */
export type Keyless = Omit<Certificate, 'der' | 'spki' | 'publicKey' | 'keyType' | 'subjectKeyId' | 'authorityKeyId'>

/** What its keys put into it. */
export interface KeyFields {
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array
  readonly subjectKeyId: Uint8Array
  readonly authorityKeyId: Uint8Array
}

interface Making {
  readonly keys: Omit<KeyPair, 'privateKey'>
  readonly issuerKeys: Pick<KeyPair, 'publicKey' | 'name'>
  /** Which identifiers stand in it. */
  readonly identifiers: readonly ('subjectKeyId' | 'authorityKeyId')[]
  readonly sign: (fields: KeyFields) => Uint8Array
}

const made = new WeakMap<Certificate, Pick<Making, 'keys' | 'issuerKeys'>>()

/** Whether the lab knows that the certificate holds that pair. What it does not know, octets may show. */
export const isKnownToHold = (certificate: Certificate, keys: Making['issuerKeys']): boolean =>
  isOneKey(made.get(certificate)?.keys, keys) === true

/** Whether two pairs are one; undefined where only their octets tell. */
const isOneKey = (a: Pick<KeyPair, 'name'> | undefined, b: Pick<KeyPair, 'name'> | undefined): boolean | undefined => {
  if (a !== undefined && a === b) return true
  return a?.name == null || b?.name == null ? undefined : a.name === b.name
}

/** Whether two certificates hold one key. Of two that the lab has issued that is known before it is derived. */
export const sameKey = (a: Certificate, b: Certificate): boolean =>
  isOneKey(made.get(a)?.keys, made.get(b)?.keys) ?? Buffer.compare(a.spki, b.spki) === 0

/**
 * Whether the lab has signed the certificate with the pair that the issuer's holds: then there is nothing to verify. A
 * certificate that came in a message is another, and known by its octets only.
 */
export const isKnownToBeIssuedBy = (certificate: Certificate, issuer: Certificate): boolean => {
  const own = made.get(certificate)
  return own !== undefined && isKnownToHold(issuer, own.issuerKeys)
}

/** Bits of an RSA modulus; undefined of another key. */
export const modulusLengthOf = (certificate: Certificate): number | undefined => {
  const own = made.get(certificate)
  return own === undefined
    ? certificate.publicKey.asymmetricKeyDetails?.modulusLength
    : (own.keys.modulusLength ?? undefined)
}

/**
 * A certificate of the lab. Most of what is decided asks for names and dates: keys are derived, and it is signed, when
 * somebody asks for what depends on them.
 */
export const ownCertificate = (keyless: Keyless, { keys, issuerKeys, identifiers, sign }: Making): Certificate => {
  const spki = once(() => spkiOf(keys.publicKey))
  const fields: Readonly<Record<keyof KeyFields, () => Uint8Array>> = {
    spki,
    subjectKeyId: once(() => keyIdentifier(spki())),
    authorityKeyId: once(() => keyIdentifier(spkiOf(issuerKeys.publicKey))),
  }
  const der = once(() =>
    sign({ spki: spki(), subjectKeyId: fields.subjectKeyId(), authorityKeyId: fields.authorityKeyId() }),
  )
  const certificate = {
    ...keyless,
    keyType: keys.type,
    get der(): Uint8Array {
      return der()
    },
    get spki(): Uint8Array {
      return spki()
    },
    get publicKey(): KeyObject {
      return keys.publicKey
    },
  }
  made.set(certificate, { keys, issuerKeys })
  for (const name of identifiers) Object.defineProperty(certificate, name, { enumerable: true, get: fields[name] })
  return certificate
}
