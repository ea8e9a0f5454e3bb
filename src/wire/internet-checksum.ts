/**
 * The one's complement sum of 16-bit words, not yet complemented: RFC 1071 §1. `before` is the sum of what precedes,
 * which must have had an even number of octets. The result stays below 2^32 for any packet of 65,535 octets.
 */
export const onesSum = (bytes: Uint8Array, before = 0): number => {
  let sum = before
  const even = bytes.length & ~1
  for (let at = 0; at < even; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  if (even < bytes.length) sum += (bytes[even] ?? 0) << 8
  return sum
}

/** The internet checksum of a sum: what stands in the field, or 0 where a field that is part of the sum is right. */
export const foldChecksum = (sum: number): number => {
  let folded = sum
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16)
  return ~folded & 0xffff
}

/** RFC 1071: the checksum of whole octets. */
export const internetChecksum = (bytes: Uint8Array): number => foldChecksum(onesSum(bytes))
