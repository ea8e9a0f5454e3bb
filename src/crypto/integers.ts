/** Arithmetic on big integers for the lab's keys and deterministic signatures. None of it is constant in time. */

/** The octets as a big-endian number. */
export const toBigInt = (bytes: Uint8Array): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`)

/** A non-negative number in `length` big-endian octets. Throws if it needs more. */
export const fromBigInt = (value: bigint, length: number): Uint8Array => {
  const hex = value.toString(16).padStart(2 * length, '0')
  if (value < 0n || hex.length > 2 * length) throw new RangeError(`the number does not fit into ${length} octets`)
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

/** The inverse of `value` modulo `modulus`, which share no factor; from 1 to the modulus less one. */
export const modInverse = (value: bigint, modulus: bigint): bigint => {
  let [previous, current] = [modulus, value % modulus]
  let [previousFactor, factor] = [0n, 1n]
  while (current > 1n) {
    const quotient = previous / current
    ;[previous, current] = [current, previous % current]
    ;[previousFactor, factor] = [factor, previousFactor - quotient * factor]
  }
  if (current !== 1n) throw new RangeError('the numbers share a factor')
  return factor < 0n ? factor + modulus : factor
}
