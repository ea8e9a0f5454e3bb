/**
 * Octets: the little that every format needs. Views are shared, never copied: what a reader hands out aliases the
 * datagram that it reads.
 */

const noBytes: Uint8Array = new Uint8Array(0)

/** Big-endian 16 bits at `offset`; octets past the end read as zero. */
export const u16At = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)

/** Big-endian 32 bits at `offset`, unsigned; octets past the end read as zero. */
export const u32At = (bytes: Uint8Array, offset: number): number =>
  ((u16At(bytes, offset) << 16) | u16At(bytes, offset + 2)) >>> 0

/** The low 16 bits of `value`, big-endian. */
export const u16Bytes = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value)

/** The low 32 bits of `value`, big-endian. */
export const u32Bytes = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether two byte strings are the same. Not for secrets: it returns at the first difference. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

/** Whether all octets are zero; true of no octets. */
export const isZero = (bytes: Uint8Array): boolean => {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0) return false
  return true
}

/** Lower case, no separators. */
export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/** The octets of a hexadecimal literal; white space is ignored. Throws RangeError on anything else. */
export const fromHex = (hex: string): Uint8Array => {
  const digits = hex.replace(/\s/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new RangeError('not whole hexadecimal octets')
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

/**
 * Reads fields one after another up to `end`. It never throws: past the end it gives zeros or no octets and remembers
 * it in `overrun`, so that a decoder reads the fields as the RFC draws them and asks once.
 */
export class Reader {
  readonly bytes: Uint8Array
  readonly end: number
  offset: number
  overrun = false

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  get remaining(): number {
    return this.end - this.offset
  }

  u8(): number {
    const at = this.advance(1)
    return at < 0 ? 0 : (this.bytes[at] ?? 0)
  }

  u16(): number {
    const at = this.advance(2)
    return at < 0 ? 0 : u16At(this.bytes, at)
  }

  u32(): number {
    const at = this.advance(4)
    return at < 0 ? 0 : u32At(this.bytes, at)
  }

  /** The next `length` octets, aliasing the input. */
  take(length: number): Uint8Array {
    const at = this.advance(length)
    return at < 0 ? noBytes : this.bytes.subarray(at, at + length)
  }

  /** What is left, aliasing the input. */
  rest(): Uint8Array {
    return this.take(this.end - this.offset)
  }

  private advance(length: number): number {
    const at = this.offset
    if (length > this.end - at) {
      this.overrun = true
      this.offset = this.end
      return -1
    }
    this.offset = at + length
    return at
  }
}

const misfit = (value: number, bits: number): RangeError => new RangeError(`${value} does not fit into ${bits} bits`)

/** Buffers that finished writers left, for those that do not know how much they will write: a new one costs more than a message. */
const spare: Uint8Array[] = []
const mostSpare = 4
const spareLength = 4096

/**
 * Writes fields one after another into a buffer that grows; with the right `capacity` nothing is copied. A number that
 * does not fit its field is our mistake: RangeError.
 */
export class Writer {
  private buffer: Uint8Array
  private used = 0

  constructor(capacity?: number) {
    this.buffer = capacity === undefined ? (spare.pop() ?? new Uint8Array(spareLength)) : new Uint8Array(capacity)
  }

  /** Octets written so far. */
  get length(): number {
    return this.used
  }

  u8(value: number): void {
    if ((value & 0xff) !== value) throw misfit(value, 8)
    const at = this.claim(1)
    this.buffer[at] = value
  }

  u16(value: number): void {
    const at = this.claim(2)
    this.patchU16(at, value)
  }

  u32(value: number): void {
    const at = this.claim(4)
    this.patchU32(at, value)
  }

  bytes(octets: Uint8Array): void {
    const at = this.claim(octets.length)
    this.buffer.set(octets, at)
  }

  /** Writes 16 bits over what stands at `at`: lengths are known when their content is written. */
  patchU16(at: number, value: number): void {
    if ((value & 0xffff) !== value) throw misfit(value, 16)
    this.buffer[at] = value >>> 8
    this.buffer[at + 1] = value
  }

  /** The same for 32 bits. */
  patchU32(at: number, value: number): void {
    if (value >>> 0 !== value) throw misfit(value, 32)
    this.buffer[at] = value >>> 24
    this.buffer[at + 1] = value >>> 16
    this.buffer[at + 2] = value >>> 8
    this.buffer[at + 3] = value
  }

  /** What was written so far, for a checksum over it; the next write may change or leave it. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.used)
  }

  /** What was written, in a buffer of exactly its size. The writer is done: it must not be used any more. */
  finish(): Uint8Array {
    const { buffer, used } = this
    if (used === buffer.length) return buffer
    if (buffer.length === spareLength && spare.length < mostSpare) spare.push(buffer)
    // A writer that is used all the same must not write into what is another's by now.
    this.buffer = noBytes
    return buffer.slice(0, used)
  }

  private claim(length: number): number {
    const at = this.used
    const needed = at + length
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.buffer.length))
      larger.set(this.buffer.subarray(0, at))
      this.buffer = larger
    }
    this.used = needed
    return at
  }
}
