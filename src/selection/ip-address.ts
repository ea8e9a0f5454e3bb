import { ipv4Number } from '../wire/index.ts'

/** True if both addresses are equal under the mask; false if a text is no address. */
export const sameNetwork = (a: string, b: string, mask: string): boolean => {
  const [left, right, bits] = [ipv4Number(a), ipv4Number(b), ipv4Number(mask)]
  return left !== undefined && right !== undefined && bits !== undefined && ((left ^ right) & bits) === 0
}

/** How many bits a mask fixes: 0 to 32. A text that is no mask fixes none. */
export const maskBits = (mask: string): number => {
  let count = 0
  // Each turn takes the lowest bit that is left.
  for (let rest = ~(ipv4Number(mask) ?? 0); rest !== 0; rest &= rest - 1) count += 1
  return 32 - count
}

/** An IPv6 address as 16 octets (RFC 4291 §2.2); undefined if the text is none. */
export const ipv6Octets = (text: string): Uint8Array | undefined => {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map(groupsOf)
  const [head, tail] = groups
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]))
}

/** The groups of 16 bits of a part of an address; its last may be a dotted IPv4 address. */
const groupsOf = (part: string): readonly number[] | undefined => {
  if (part === '') return []
  const groups: number[] = []
  const words = part.split(':')
  for (const [index, word] of words.entries()) {
    const dotted = index === words.length - 1 ? ipv4Number(word) : undefined
    if (dotted !== undefined) groups.push(Math.floor(dotted / 0x10000), dotted % 0x10000)
    else if (/^[0-9A-Fa-f]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16))
    else return undefined
  }
  return groups
}

/** The 16 octets and the length of an IPv6 prefix such as `2001:db8::/32`; undefined if the text is none. */
export const ipv6Prefix = (text: string): { readonly octets: Uint8Array; readonly bits: number } | undefined => {
  const [address = '', length = '', ...more] = text.split('/')
  const octets = ipv6Octets(address)
  if (octets === undefined || more.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > 128) return undefined
  return { octets, bits: Number(length) }
}

/** True if the first `bits` bits of both are equal. */
export const samePrefix = (a: Uint8Array, b: Uint8Array, bits: number): boolean => {
  for (let index = 0; index * 8 < bits; index += 1) {
    const mask = bits - index * 8 >= 8 ? 255 : (255 << (8 - (bits - index * 8))) & 255
    if ((((a[index] ?? 0) ^ (b[index] ?? 0)) & mask) !== 0) return false
  }
  return true
}
