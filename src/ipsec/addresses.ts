import { ipv4Text, requireIpv4Number } from '../wire/index.ts'

/** Arithmetic on dotted addresses and masks. All throw RangeError on text that is no address: it is checked at the edge. */

/** An address as the number that its 32 bits make. */
export const numberOf: (address: string) => number = requireIpv4Number

export const dotted: (number: number) => string = ipv4Text

/** The mask of so many leading one bits. */
export const maskOf = (length: number): string => dotted(length === 0 ? 0 : 0xffffffff << (32 - length))

export const isInNetwork = (address: string, network: string, mask: string): boolean =>
  ((numberOf(address) ^ numberOf(network)) & numberOf(mask)) === 0

/** Leading one bits of a mask. */
export const prefixLength = (mask: string): number => Math.clz32(~numberOf(mask))

/** Whether the one bits of a mask stand together at its head, so that it names one range of addresses. */
export const isPrefix = (mask: string): boolean => maskOf(prefixLength(mask)) === mask

/** Whether every address under `inner` is one under `outer`. */
export const isMaskWithin = (inner: string, outer: string): boolean => (~numberOf(inner) & numberOf(outer)) === 0

export const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text)
