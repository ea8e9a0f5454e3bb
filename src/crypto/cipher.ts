import { createCipheriv, createDecipheriv } from 'node:crypto'
import { plain } from './bytes.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/** The CBC ciphers of RFC 2409 appendix A, RFC 3602 and their ESP counterparts (RFC 2405, RFC 2451). */
export type CipherName = 'des' | '3des' | 'aes128' | 'aes192' | 'aes256'

/** Lengths in octets. The IV of CBC is one block. */
export interface CipherInfo {
  readonly keyLength: number
  readonly blockLength: number
}

interface Cipher extends CipherInfo {
  readonly openssl: string
}

const ciphers: Readonly<Record<CipherName, Cipher>> = {
  des: { keyLength: 8, blockLength: 8, openssl: 'des-ede3-cbc' },
  '3des': { keyLength: 24, blockLength: 8, openssl: 'des-ede3-cbc' },
  aes128: { keyLength: 16, blockLength: 16, openssl: 'aes-128-cbc' },
  aes192: { keyLength: 24, blockLength: 16, openssl: 'aes-192-cbc' },
  aes256: { keyLength: 32, blockLength: 16, openssl: 'aes-256-cbc' },
}

export const cipherInfo = (name: CipherName): CipherInfo => ciphers[name]

/** OpenSSL 3 refuses single DES; encrypt-decrypt-encrypt under one key three times is the same function. */
const opensslKey = (name: CipherName, key: Uint8Array): Uint8Array => {
  if (name !== 'des') return key
  const tripled = new Uint8Array(24)
  tripled.set(key)
  tripled.set(key, 8)
  tripled.set(key, 16)
  return tripled
}

const checkKeyAndIv = (name: CipherName, key: Uint8Array, iv: Uint8Array): Cipher => {
  const cipher = ciphers[name]
  if (key.length !== cipher.keyLength) throw new RangeError(`${name} takes a key of ${cipher.keyLength} octets`)
  if (iv.length !== cipher.blockLength) throw new RangeError(`${name} takes an IV of ${cipher.blockLength} octets`)
  return cipher
}

/**
 * CBC without padding: as many octets out as in, the last block being the IV of what is chained to it.
 * Throws where the caller is wrong: the length of key or IV, or data that is not whole blocks.
 */
export const cbcEncrypt = (name: CipherName, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array => {
  const { openssl, blockLength } = checkKeyAndIv(name, key, iv)
  if (data.length % blockLength !== 0) throw new RangeError(`${data.length} octets are not whole blocks of ${name}`)
  return plain(createCipheriv(openssl, opensslKey(name, key), iv).setAutoPadding(false).update(data))
}

/** The inverse of {@link cbcEncrypt}. Data from the peer that is empty or not whole blocks is a reject. */
export const cbcDecrypt = (
  name: CipherName,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): CryptoResult<Uint8Array> => {
  const { openssl, blockLength } = checkKeyAndIv(name, key, iv)
  if (data.length === 0 || data.length % blockLength !== 0)
    return reject('not-whole-blocks', `${data.length} octets are not one or more blocks of ${blockLength}`)
  return accept(plain(createDecipheriv(openssl, opensslKey(name, key), iv).setAutoPadding(false).update(data)))
}
