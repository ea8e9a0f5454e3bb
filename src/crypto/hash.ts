import { createHmac, hash as digestOf } from 'node:crypto'
import { plain } from './bytes.ts'

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

const lengths: Readonly<Record<HashName, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

/** Octets of the digest, and of the HMAC. */
export const hashLength = (name: HashName): number => lengths[name]

/** The digest of the parts, one after the other. */
export const hash = (name: HashName, ...parts: readonly Uint8Array[]): Uint8Array => {
  const [first = nothing, ...others] = parts
  // One call is cheaper than an object with its state, even where the parts are put together for it.
  return plain(digestOf(name, others.length === 0 ? first : Buffer.concat(parts), 'buffer'))
}

const nothing = new Uint8Array()

/** HMAC (RFC 2104) of the parts, one after the other; a key of any length. It is IKEv1's prf (RFC 2409 §4). */
export const hmac = (name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const state = createHmac(name, key)
  for (const part of parts) state.update(part)
  return plain(state.digest())
}
