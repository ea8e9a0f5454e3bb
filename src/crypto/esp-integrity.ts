import { concat } from '../wire/index.ts'
import { aesCmac, aesXcbc } from './aes-mac.ts'
import { type HashName, hmac } from './hash.ts'

/**
 * The integrity algorithms of ESP and of IKEv2's SK payload: RFC 2403, RFC 2404, RFC 3566, RFC 4494 and RFC 4868 §2.3.
 * The last number is the bits of the ICV.
 */
export type EspIntegrityName =
  | 'hmac-md5-96'
  | 'hmac-sha1-96'
  | 'hmac-sha256-128'
  | 'hmac-sha384-192'
  | 'hmac-sha512-256'
  | 'aes-xcbc-96'
  | 'aes-cmac-96'

/** Lengths in octets. */
export interface EspIntegrityInfo {
  readonly keyLength: number
  readonly icvLength: number
}

type Mac = (key: Uint8Array, ...parts: readonly Uint8Array[]) => Uint8Array

const hmacOf =
  (name: HashName): Mac =>
  (key, ...parts) =>
    hmac(name, key, ...parts)

const algorithms: Readonly<Record<EspIntegrityName, EspIntegrityInfo & { readonly mac: Mac }>> = {
  'hmac-md5-96': { keyLength: 16, icvLength: 12, mac: hmacOf('md5') },
  'hmac-sha1-96': { keyLength: 20, icvLength: 12, mac: hmacOf('sha1') },
  'hmac-sha256-128': { keyLength: 32, icvLength: 16, mac: hmacOf('sha256') },
  'hmac-sha384-192': { keyLength: 48, icvLength: 24, mac: hmacOf('sha384') },
  'hmac-sha512-256': { keyLength: 64, icvLength: 32, mac: hmacOf('sha512') },
  'aes-xcbc-96': { keyLength: 16, icvLength: 12, mac: (key, ...parts) => aesXcbc(key, concat(...parts)) },
  'aes-cmac-96': { keyLength: 16, icvLength: 12, mac: (key, ...parts) => aesCmac(key, concat(...parts)) },
}

export const espIntegrityInfo = (name: EspIntegrityName): EspIntegrityInfo => algorithms[name]

/** The integrity check value: the MAC of the parts, cut to `icvLength`. Throws on a key of the wrong length. */
export const icv = (name: EspIntegrityName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const { mac, keyLength, icvLength } = algorithms[name]
  if (key.length !== keyLength) throw new RangeError(`${name} takes a key of ${keyLength} octets`)
  return mac(key, ...parts).subarray(0, icvLength)
}
