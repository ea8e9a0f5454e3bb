import { type TrafficSelector, u32At, u32Bytes } from '../wire/index.ts'
import { dotted, maskOf, numberOf } from './addresses.ts'
import type { ProxyIdentity } from './configuration.ts'

/** Traffic selectors of IKEv2 (RFC 7296 §3.13) as ranges, and what they have in common with proxy identities. */

/** TS_IPV4_ADDR_RANGE. */
const ipv4Range = 7
const lastPort = 0xffff

/**
 * A selector for IPv4, its addresses as numbers, both ends included. Protocol 0 is any. All ports are 0 to 65535; the
 * pair 65535 and 0 is "opaque", which no proxy identity names.
 */
export interface Ipv4Selector {
  readonly protocol: number
  readonly startPort: number
  readonly endPort: number
  readonly start: number
  readonly end: number
}

/** The selector that a proxy identity names, whose mask is a prefix; port 0 is any. */
export const selectorOf = ({ address, mask, protocol, port }: ProxyIdentity): Ipv4Selector => {
  const bits = numberOf(mask)
  const start = (numberOf(address) & bits) >>> 0
  return {
    protocol,
    startPort: port,
    endPort: port === 0 ? lastPort : port,
    start,
    end: (start | ~bits) >>> 0,
  }
}

/** As it stands in a TS payload. */
export const encodeSelector = ({ start, end, ...rest }: Ipv4Selector): TrafficSelector => ({
  kind: 'range',
  tsType: ipv4Range,
  ...rest,
  start: u32Bytes(start),
  end: u32Bytes(end),
})

/**
 * A peer's selector; null where this engine cannot choose it: IPv6, a type that is not known (RFC 7296 §3.13.1), a range
 * that ends before it begins, opaque ports.
 */
export const readSelector = (selector: TrafficSelector): Ipv4Selector | null => {
  if (selector.kind !== 'range' || selector.tsType !== ipv4Range) return null
  const { protocol, startPort, endPort } = selector
  if (selector.start.length !== 4 || selector.end.length !== 4) return null
  const start = u32At(selector.start, 0)
  const end = u32At(selector.end, 0)
  return start > end || startPort > endPort ? null : { protocol, startPort, endPort, start, end }
}

/** What both name; null: nothing. */
export const intersection = (a: Ipv4Selector, b: Ipv4Selector): Ipv4Selector | null => {
  if (a.protocol !== 0 && b.protocol !== 0 && a.protocol !== b.protocol) return null
  const both = {
    protocol: a.protocol === 0 ? b.protocol : a.protocol,
    startPort: Math.max(a.startPort, b.startPort),
    endPort: Math.min(a.endPort, b.endPort),
    start: Math.max(a.start, b.start),
    end: Math.min(a.end, b.end),
  }
  return both.start > both.end || both.startPort > both.endPort ? null : both
}

/** Whether everything that `inner` names is named by `outer` too. */
export const selectorCovers = (outer: Ipv4Selector, inner: Ipv4Selector): boolean =>
  (outer.protocol === 0 || outer.protocol === inner.protocol) &&
  outer.startPort <= inner.startPort &&
  inner.endPort <= outer.endPort &&
  outer.start <= inner.start &&
  inner.end <= outer.end

/**
 * The largest proxy identity inside a selector, that of the lowest addresses where several are equal; or the largest that
 * names all of `within`. An SA names one network, and one port or all: a range that is neither is narrowed to that.
 * Null: there is none.
 */
export const largestProxy = (selector: Ipv4Selector, within?: Ipv4Selector): ProxyIdentity | null => {
  const port = portOf(selector) ?? (within ? portOf(within) : null)
  if (port === null) return null
  for (let length = 0; length <= 32; length += 1) {
    const size = 2 ** (32 - length)
    const start = (within ? Math.floor(within.start / size) : Math.ceil(selector.start / size)) * size
    if (start < selector.start || start + size - 1 > selector.end) continue
    const proxy = { address: dotted(start), mask: maskOf(length), protocol: selector.protocol, port }
    return !within || selectorCovers(selectorOf(proxy), within) ? proxy : null
  }
  return null
}

/** The proxy identity that names exactly what a selector names; null where none does. */
export const proxyOf = (selector: Ipv4Selector): ProxyIdentity | null => largestProxy(selector, selector)

/** 0: any; null: some of them, or port 0 alone, which a proxy identity cannot say. */
const portOf = ({ startPort, endPort }: Ipv4Selector): number | null => {
  if (startPort === 0 && endPort === lastPort) return 0
  return startPort === endPort && startPort !== 0 ? startPort : null
}
