import { createCipheriv } from 'node:crypto'
import { plain } from './bytes.ts'

/** AES-XCBC-MAC (RFC 3566) and AES-CMAC (RFC 4493), both with a key of 16 octets and a result of 16. */

const blockLength = 16
const zeroBlock: Uint8Array = new Uint8Array(blockLength)

const encrypt = (key: Uint8Array, blocks: Uint8Array): Uint8Array =>
  plain(createCipheriv('aes-128-cbc', key, zeroBlock).setAutoPadding(false).update(blocks))

/** The last block of CBC over the data, whose own last block is mixed with a key that depends on whether it was whole. */
const chain = (key: Uint8Array, data: Uint8Array, whole: Uint8Array, padded: Uint8Array): Uint8Array => {
  const blocks = new Uint8Array(Math.max(1, Math.ceil(data.length / blockLength)) * blockLength)
  blocks.set(data)
  const isWhole = data.length === blocks.length
  if (!isWhole) blocks[data.length] = 0x80
  const last = blocks.length - blockLength
  const mask = isWhole ? whole : padded
  for (let index = 0; index < blockLength; index += 1)
    blocks[last + index] = (blocks[last + index] ?? 0) ^ (mask[index] ?? 0)
  return encrypt(key, blocks).slice(last)
}

const constant = (octet: number): Uint8Array => new Uint8Array(blockLength).fill(octet)

/** Throws on a key of another length. */
export const aesXcbc = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  chain(encrypt(key, constant(1)), data, encrypt(key, constant(2)), encrypt(key, constant(3)))

/** Times x in the field of 2^128 elements (RFC 4493 §2.3). */
const doubled = (block: Uint8Array): Uint8Array => {
  const result = block.map((octet, index) => (octet << 1) | ((block[index + 1] ?? 0) >>> 7))
  if ((block[0] ?? 0) & 0x80) result[blockLength - 1] = (result[blockLength - 1] ?? 0) ^ 0x87
  return result
}

/** Throws on a key of another length. */
export const aesCmac = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  const whole = doubled(encrypt(key, zeroBlock))
  return chain(key, data, whole, doubled(whole))
}

/** As a PRF it takes a key of any length: a short one is filled with zeros, a long one is hashed (RFC 4434 §2). */
export const aesXcbcPrf = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  if (key.length > blockLength) return aesXcbc(aesXcbc(zeroBlock, key), data)
  const filled = new Uint8Array(blockLength)
  filled.set(key)
  return aesXcbc(filled, data)
}

/** As a PRF it takes a key of any length: one that is not of 16 octets is hashed, a short one too (RFC 4615 §3). */
export const aesCmacPrf = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  aesCmac(key.length === blockLength ? key : aesCmac(zeroBlock, key), data)
