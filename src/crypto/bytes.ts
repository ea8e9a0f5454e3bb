import { timingSafeEqual } from 'node:crypto'

/** Whether two byte strings are the same, in a time that depends on their lengths only. */
export const equalConstantTime = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b)

/**
 * node's Buffer as a plain view of the same memory. A Buffer must not leave this room: its `slice` shares memory
 * where that of Uint8Array copies, and it prints and serialises differently.
 */
export const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)

/** The same big-endian number in exactly `length` octets. */
export const padLeft = (number: Buffer, length: number): Uint8Array => {
  if (number.length === length) return plain(number)
  if (number.length > length) throw new RangeError(`${number.length} octets do not fit into ${length}`)
  const padded = new Uint8Array(length)
  padded.set(number, length - number.length)
  return padded
}

/** The octets of a hexadecimal literal; spaces are ignored. */
export const fromHex = (hex: string): Uint8Array => plain(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
