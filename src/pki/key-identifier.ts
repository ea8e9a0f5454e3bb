import { hash, type KeyObject } from 'node:crypto'
import { children, readDer } from './der.ts'

/** A SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). */
export const spkiOf = (key: KeyObject): Uint8Array => Uint8Array.from(key.export({ format: 'der', type: 'spki' }))

/** Method 1 of RFC 5280 §4.2.1.2, which every CA uses: SHA-1 of the key's bits alone, so that identifiers of two CAs agree. */
export const keyIdentifier = (spki: Uint8Array): Uint8Array => {
  const bits = children(readDer(spki))[1]
  if (bits === undefined) throw new Error('a SubjectPublicKeyInfo without a key')
  return Uint8Array.from(hash('sha1', bits.content.subarray(1), 'buffer'))
}
