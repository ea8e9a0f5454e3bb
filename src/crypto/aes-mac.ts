import { createCipheriv } from 'node:crypto'
import { plain } from './bytes.ts'

/** AES-XCBC-MAC (RFC 3566) and AES-CMAC (RFC 4493), both with a key of 16 octets and a result of 16. */

const blockLength = 16

const encryptBlock = (key: Uint8Array, block: Uint8Array): Uint8Array => {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return plain(cipher.update(block))
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((octet, index) => octet ^ (b[index] ?? 0))

/** The blocks chained, the last one mixed with a key that depends on whether it was whole. */
const chain = (key: Uint8Array, data: Uint8Array, whole: Uint8Array, padded: Uint8Array): Uint8Array => {
  const blocks = Math.max(1, Math.ceil(data.length / blockLength))
  let state: Uint8Array = new Uint8Array(blockLength)
  for (let index = 0; index < blocks - 1; index += 1)
    state = encryptBlock(key, xor(state, data.subarray(index * blockLength, (index + 1) * blockLength)))
  const rest = data.subarray((blocks - 1) * blockLength)
  const last = new Uint8Array(blockLength)
  last.set(rest)
  if (rest.length < blockLength) last[rest.length] = 0x80
  return encryptBlock(key, xor(xor(state, last), rest.length === blockLength ? whole : padded))
}

const filled = (octet: number): Uint8Array => new Uint8Array(blockLength).fill(octet)

export const aesXcbc = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  chain(encryptBlock(key, filled(1)), data, encryptBlock(key, filled(2)), encryptBlock(key, filled(3)))

/** Times x in the field of 2^128 elements (RFC 4493 §2.3). */
const doubled = (block: Uint8Array): Uint8Array => {
  const result = block.map((octet, index) => (octet << 1) | ((block[index + 1] ?? 0) >>> 7))
  if ((block[0] ?? 0) & 0x80) result[blockLength - 1] = (result[blockLength - 1] ?? 0) ^ 0x87
  return result
}

export const aesCmac = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  const whole = doubled(encryptBlock(key, new Uint8Array(blockLength)))
  return chain(key, data, whole, doubled(whole))
}

/** Both serve as PRFs with a key of any length: short ones are filled up, long ones are hashed with a key of zeros (RFC 4434 §2, RFC 4615 §3). */
export const prfOf =
  (mac: (key: Uint8Array, data: Uint8Array) => Uint8Array) =>
  (key: Uint8Array, data: Uint8Array): Uint8Array => {
    if (key.length === blockLength) return mac(key, data)
    const fitted = new Uint8Array(blockLength)
    fitted.set(key.length < blockLength ? key : mac(fitted, key))
    return mac(fitted, data)
  }
