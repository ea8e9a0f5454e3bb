import { concat } from '../wire/index.ts'
import { aesCmacPrf, aesXcbcPrf } from './aes-mac.ts'
import { type HashName, hashLength, hmac } from './hash.ts'

/** The pseudo-random functions of IKEv2 by the names of `crypto ikev2 proposal` (RFC 7296 §2.13, RFC 4434, RFC 4615, RFC 4868). */
export type PrfName = HashName | 'aes-xcbc' | 'aes-cmac'

/** Lengths in octets. `fixedKey`: nonces are cut to fill the key (RFC 7296 §2.14). */
export interface PrfInfo {
  readonly keyLength: number
  readonly outputLength: number
  readonly fixedKey: boolean
}

const aesPrfs = { 'aes-xcbc': aesXcbcPrf, 'aes-cmac': aesCmacPrf } as const

export const prfInfo = (name: PrfName): PrfInfo =>
  name === 'aes-xcbc' || name === 'aes-cmac'
    ? { keyLength: 16, outputLength: 16, fixedKey: true }
    : { keyLength: hashLength(name), outputLength: hashLength(name), fixedKey: false }

/** The PRF over the parts, one after the other. */
export const prf = (name: PrfName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array =>
  name === 'aes-xcbc' || name === 'aes-cmac' ? aesPrfs[name](key, concat(...parts)) : hmac(name, key, ...parts)

/** The counter is one octet. */
const mostBlocks = 255

/** prf+ (RFC 7296 §2.13). Throws RangeError where more is asked than 255 blocks: nothing of IKEv2 does. */
export const prfPlus = (name: PrfName, key: Uint8Array, seed: Uint8Array, length: number): Uint8Array => {
  const blocks = Math.ceil(length / prfInfo(name).outputLength)
  if (blocks > mostBlocks) throw new RangeError(`prf+ gives no ${length} octets`)
  const output = new Uint8Array(blocks * prfInfo(name).outputLength)
  let last: Uint8Array = new Uint8Array()
  for (let counter = 1; counter <= blocks; counter += 1) {
    last = prf(name, key, last, seed, Uint8Array.of(counter))
    output.set(last, (counter - 1) * last.length)
  }
  return output.slice(0, length)
}
