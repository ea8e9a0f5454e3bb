import type { TrafficSelector } from '../wire/index.ts'
import { prefixLength } from './addresses.ts'
import type { ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'
import { proxyCovers, sameProxy } from './selectors.ts'
import {
  encodeSelector,
  type Ipv4Selector,
  intersection,
  largestProxy,
  proxyOf,
  readSelector,
  selectorCovers,
  selectorOf,
} from './traffic-selectors.ts'

/** What two ends of IKEv2 agree on as traffic selectors (RFC 7296 §2.9). */

/** TSi and TSr as they stand in a message. */
export interface SelectorPair {
  readonly tsi: readonly TrafficSelector[]
  readonly tsr: readonly TrafficSelector[]
}

/** What an SA covers, seen from here. */
export interface AgreedProxies {
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
}

/** What the initiator offers for a flow: all of it. */
export const offerSelectors = ({ localProxy, remoteProxy }: AgreedProxies): SelectorPair => ({
  tsi: [encodeSelector(selectorOf(localProxy))],
  tsr: [encodeSelector(selectorOf(remoteProxy))],
})

/** What the responder returns for what it agreed to. */
export const answerSelectors = ({ localProxy, remoteProxy }: AgreedProxies): SelectorPair => ({
  tsi: [encodeSelector(selectorOf(remoteProxy))],
  tsr: [encodeSelector(selectorOf(localProxy))],
})

const readAll = (selectors: readonly TrafficSelector[]): readonly Ipv4Selector[] =>
  selectors.map(readSelector).filter((selector) => selector !== null)

interface Side {
  readonly proxy: ProxyIdentity
  /** It holds the first selector of the offer, which is the packet that started the negotiation. */
  readonly holdsFirst: boolean
}

/** The largest part of `own` that one of the offered selectors names and that holds the first of them where it can. */
const narrowSide = (own: Ipv4Selector, offered: readonly TrafficSelector[]): Side | null => {
  const [first] = offered
  const readFirst = first === undefined ? null : readSelector(first)
  const wanted = readFirst === null ? null : intersection(own, readFirst)
  const common = readAll(offered)
    .map((selector) => intersection(own, selector))
    .filter((selector) => selector !== null)
  const holding = wanted === null ? [] : common.map((selector) => largestProxy(selector, wanted))
  const chosen = largest(holding)
  if (chosen) return { proxy: chosen, holdsFirst: true }
  const other = largest(common.map((selector) => largestProxy(selector)))
  return other ? { proxy: other, holdsFirst: false } : null
}

/** The less a proxy identity names, the greater; one that covers another is never greater. */
const narrowness = ({ mask, protocol, port }: ProxyIdentity): number =>
  4 * prefixLength(mask) + (protocol === 0 ? 0 : 2) + (port === 0 ? 0 : 1)

/** One that no other covers; the first of them. */
const largest = (proxies: readonly (ProxyIdentity | null)[]): ProxyIdentity | null =>
  proxies
    .filter((proxy) => proxy !== null)
    .reduce<ProxyIdentity | null>((best, proxy) => (best && narrowness(best) <= narrowness(proxy) ? best : proxy), null)

export type Narrowed =
  | (AgreedProxies & { readonly fit: 'whole' | 'part'; readonly holdsFirst: boolean })
  | { readonly fit: 'denied' | 'differ' }

/** What the responder can agree to for a flow: the part of it that the initiator's selectors name. */
export const narrowToFlow = (flow: ProtectedFlow, { tsi, tsr }: SelectorPair): Narrowed => {
  const remote = narrowSide(selectorOf(flow.remoteProxy), tsi)
  const local = narrowSide(selectorOf(flow.localProxy), tsr)
  if (!local || !remote) return { fit: 'differ' }
  const [localProxy, remoteProxy] = [local.proxy, remote.proxy]
  // An SA for one protocol here and another there would carry nothing.
  if (localProxy.protocol !== remoteProxy.protocol && localProxy.protocol !== 0 && remoteProxy.protocol !== 0)
    return { fit: 'differ' }
  if (isDenied(flow, { localProxy, remoteProxy })) return { fit: 'denied' }
  const whole = sameProxy(localProxy, flow.localProxy) && sameProxy(remoteProxy, flow.remoteProxy)
  return {
    fit: whole ? 'whole' : 'part',
    localProxy,
    remoteProxy,
    holdsFirst: local.holdsFirst && remote.holdsFirst,
  }
}

/** Traffic that a deny entry names never reaches the permit entry behind it. */
export const isDenied = ({ exceptions }: ProtectedFlow, { localProxy, remoteProxy }: AgreedProxies): boolean =>
  exceptions.some(({ source, destination }) => proxyCovers(source, localProxy) && proxyCovers(destination, remoteProxy))

export type Confirmed = ({ readonly ok: true } & AgreedProxies) | { readonly ok: false; readonly reason: string }

/** One proxy identity for what a responder returned of one offered selector; a text says why there is none. */
const confirmSide = (
  name: 'TSi' | 'TSr',
  offered: readonly Ipv4Selector[],
  returned: readonly TrafficSelector[],
): ProxyIdentity | string => {
  if (returned.length === 0) return `the responder returned no ${name}`
  const read = readAll(returned)
  if (read.length < returned.length) return `the responder returned a ${name} that was not offered`
  if (!read.every((selector) => offered.some((outer) => selectorCovers(outer, selector))))
    return `the responder returned more ${name} than was offered`
  // Several that are not one network would need an SA with several selectors.
  const whole = read.find((selector) => read.every((other) => selectorCovers(selector, other)))
  const proxy = whole === undefined ? null : proxyOf(whole)
  return proxy ?? `the ${name} that the responder returned is no single network with one port or all`
}

/** What the initiator accepts: a part of each of its selectors, or all (RFC 7296 §2.9). */
export const confirmNarrowed = (offer: SelectorPair, returned: SelectorPair): Confirmed => {
  const localProxy = confirmSide('TSi', readAll(offer.tsi), returned.tsi)
  if (typeof localProxy === 'string') return { ok: false, reason: localProxy }
  const remoteProxy = confirmSide('TSr', readAll(offer.tsr), returned.tsr)
  if (typeof remoteProxy === 'string') return { ok: false, reason: remoteProxy }
  return { ok: true, localProxy, remoteProxy }
}
