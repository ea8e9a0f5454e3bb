import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto'
import { plain } from './bytes.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/** AES in Galois/Counter Mode with a nonce of 12 octets and a tag of 16 (NIST SP 800-38D; RFC 4106, RFC 5282). */

const nonceLength = 12
const tagLength = 16

const cipherFor = (key: Uint8Array, nonce: Uint8Array): CipherGCMTypes => {
  if (nonce.length !== nonceLength) throw new RangeError(`AES-GCM takes a nonce of ${nonceLength} octets`)
  if (key.length === 16) return 'aes-128-gcm'
  if (key.length === 24) return 'aes-192-gcm'
  if (key.length === 32) return 'aes-256-gcm'
  throw new RangeError(`AES takes no key of ${key.length} octets`)
}

/**
 * Ciphertext and tag. A nonce must never be used twice under one key: the second use gives the key of the tag away.
 * Throws where the caller is wrong: the length of key or nonce.
 */
export const gcmSeal = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, data: Uint8Array): Uint8Array => {
  const cipher = createCipheriv(cipherFor(key, nonce), key, nonce, { authTagLength: tagLength })
  cipher.setAAD(associated)
  const body = cipher.update(data)
  cipher.final()
  const sealed = new Uint8Array(body.length + tagLength)
  sealed.set(body)
  sealed.set(cipher.getAuthTag(), body.length)
  return sealed
}

/** The inverse of {@link gcmSeal}: nothing of the data is handed out where the tag is wrong. */
export const gcmOpen = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): CryptoResult<Uint8Array> => {
  const end = sealed.length - tagLength
  if (end < 0) return reject('tag-invalid', `${sealed.length} octets hold no tag of ${tagLength}`)
  const decipher = createDecipheriv(cipherFor(key, nonce), key, nonce, { authTagLength: tagLength })
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(end))
  const data = plain(decipher.update(sealed.subarray(0, end)))
  try {
    decipher.final()
  } catch {
    return reject('tag-invalid', 'the tag does not fit key, nonce and data')
  }
  return accept(data)
}
