import { type HashName, hmac } from './hash.ts'

/** The ESP integrity algorithms: RFC 2403, RFC 2404 and RFC 4868 §2.3. The last number is the bits of the ICV. */
export type EspIntegrityName =
  | 'hmac-md5-96'
  | 'hmac-sha1-96'
  | 'hmac-sha256-128'
  | 'hmac-sha384-192'
  | 'hmac-sha512-256'

/** Lengths in octets. */
export interface EspIntegrityInfo {
  readonly hash: HashName
  readonly keyLength: number
  readonly icvLength: number
}

const algorithms: Readonly<Record<EspIntegrityName, EspIntegrityInfo>> = {
  'hmac-md5-96': { hash: 'md5', keyLength: 16, icvLength: 12 },
  'hmac-sha1-96': { hash: 'sha1', keyLength: 20, icvLength: 12 },
  'hmac-sha256-128': { hash: 'sha256', keyLength: 32, icvLength: 16 },
  'hmac-sha384-192': { hash: 'sha384', keyLength: 48, icvLength: 24 },
  'hmac-sha512-256': { hash: 'sha512', keyLength: 64, icvLength: 32 },
}

export const espIntegrityInfo = (name: EspIntegrityName): EspIntegrityInfo => algorithms[name]

/** The integrity check value: the HMAC of the parts, cut to `icvLength`. Throws on a key of the wrong length. */
export const icv = (name: EspIntegrityName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const { hash, keyLength, icvLength } = algorithms[name]
  if (key.length !== keyLength) throw new RangeError(`${name} takes a key of ${keyLength} octets`)
  return hmac(hash, key, ...parts).subarray(0, icvLength)
}
