import { hash, type KeyObject } from 'node:crypto'
import { children, der, oidToBytes, readDer } from './der.ts'

const known = new WeakMap<KeyObject, Uint8Array>()

/** A SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). */
export const spkiOf = (key: KeyObject): Uint8Array => {
  const spki = known.get(key) ?? (key.asymmetricKeyType === 'rsa' ? rsaSpki(key) : exported(key))
  known.set(key, spki)
  return spki
}

const exported = (key: KeyObject): Uint8Array => Uint8Array.from(key.export({ format: 'der', type: 'spki' }))

/** rsaEncryption with its NULL (RFC 3279 §2.3.1). */
const rsaAlgorithm = der(0x30, der(6, oidToBytes('1.2.840.113549.1.1.1')), der(5))

/** OpenSSL's encoder of the whole takes as long as a verification. */
const rsaSpki = (key: KeyObject): Uint8Array =>
  der(0x30, rsaAlgorithm, der(3, Uint8Array.of(0), key.export({ format: 'der', type: 'pkcs1' })))

/** Method 1 of RFC 5280 §4.2.1.2, which every CA uses: SHA-1 of the key's bits alone, so that identifiers of two CAs agree. */
export const keyIdentifier = (spki: Uint8Array): Uint8Array => {
  const bits = children(readDer(spki))[1]
  if (bits === undefined) throw new Error('a SubjectPublicKeyInfo without a key')
  return Uint8Array.from(hash('sha1', bits.content.subarray(1), 'buffer'))
}
