import { createCipheriv, createDecipheriv } from 'node:crypto'
import { plain } from './bytes.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/**
 * Ciphers that authenticate, with tags of 16 octets, but of 8 in AES-CCM_8: AES-GCM (NIST SP 800-38D), AES-CCM (SP 800-38C) and
 * ChaCha20-Poly1305 (RFC 8439), as ESP and IKEv2 use them (RFC 4106, RFC 4309, RFC 5282, RFC 7634).
 */
export type AeadName = 'aes-gcm' | 'aes-ccm' | 'aes-ccm-8' | 'chacha20-poly1305'

/** Octets; the nonce is salt and IV together. */
const lengths: Readonly<Record<AeadName, { readonly nonce: number; readonly tag: number }>> = {
  'aes-gcm': { nonce: 12, tag: 16 },
  'aes-ccm': { nonce: 11, tag: 16 },
  'aes-ccm-8': { nonce: 11, tag: 8 },
  'chacha20-poly1305': { nonce: 12, tag: 16 },
}

export const aeadTagLength = (name: AeadName): number => lengths[name].tag

const aesModes: Readonly<Record<number, 128 | 192 | 256>> = { 16: 128, 24: 192, 32: 256 }

type Algorithm = 'chacha20-poly1305' | `aes-${128 | 192 | 256}-${'gcm' | 'ccm'}`

const algorithmFor = (name: AeadName, key: Uint8Array, nonce: Uint8Array): Algorithm => {
  if (nonce.length !== lengths[name].nonce)
    throw new RangeError(`${name} takes a nonce of ${lengths[name].nonce} octets`)
  const bits = aesModes[key.length]
  if (bits === undefined || (name === 'chacha20-poly1305' && bits !== 256))
    throw new RangeError(`${name} takes no key of ${key.length} octets`)
  return name === 'chacha20-poly1305' ? name : `aes-${bits}-${name === 'aes-gcm' ? 'gcm' : 'ccm'}`
}

/** The types of node:crypto know each mode apart, and CCM alone asks for the length. */
interface WithAssociatedData {
  setAAD(data: Uint8Array, options: { readonly plaintextLength: number }): unknown
}

/** CCM wants to hear of no data too, and node passes on nothing at all of an empty view with an empty buffer. */
const noData: Uint8Array = new Uint8Array(1).subarray(1)

/**
 * Ciphertext and tag. A nonce must never be used twice under one key: with GCM the second use gives the key of the tag
 * away. Throws where the caller is wrong: the length of key or nonce.
 */
export const aeadSeal = (
  name: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  data: Uint8Array,
): Uint8Array => {
  const algorithm = algorithmFor(name, key, nonce) as 'aes-128-gcm'
  const tagLength = aeadTagLength(name)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
  ;(cipher as WithAssociatedData).setAAD(associated, { plaintextLength: data.length })
  const body = cipher.update(data.length === 0 ? noData : data)
  cipher.final()
  const sealed = new Uint8Array(body.length + tagLength)
  sealed.set(body)
  sealed.set(cipher.getAuthTag(), body.length)
  return sealed
}

/** The inverse of {@link aeadSeal}: nothing of the data is handed out where the tag is wrong. */
export const aeadOpen = (
  name: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): CryptoResult<Uint8Array> => {
  const algorithm = algorithmFor(name, key, nonce) as 'aes-128-gcm'
  const tagLength = aeadTagLength(name)
  const end = sealed.length - tagLength
  if (end < 0) return reject('tag-invalid', `${sealed.length} octets hold no tag of ${tagLength}`)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
  decipher.setAuthTag(sealed.subarray(end))
  ;(decipher as WithAssociatedData).setAAD(associated, { plaintextLength: end })
  try {
    // CCM finds a wrong tag in `update`, the others in `final`.
    const data = plain(decipher.update(sealed.subarray(0, end)))
    decipher.final()
    return accept(data)
  } catch {
    return reject('tag-invalid', 'the tag does not fit key, nonce and data')
  }
}
