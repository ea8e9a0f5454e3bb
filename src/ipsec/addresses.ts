import { ipv4ToBytes, u32At } from '../wire/index.ts'

/** Arithmetic on dotted addresses and masks. All throw RangeError on text that is no address: it is checked at the edge. */

const number = (address: string): number => u32At(ipv4ToBytes(address), 0)

export const isInNetwork = (address: string, network: string, mask: string): boolean =>
  ((number(address) ^ number(network)) & number(mask)) === 0

/** Leading one bits of a mask. */
export const prefixLength = (mask: string): number => Math.clz32(~number(mask))

/** Whether every address under `inner` is one under `outer`. */
export const isMaskWithin = (inner: string, outer: string): boolean => (~number(inner) & number(outer)) === 0

export const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text)
