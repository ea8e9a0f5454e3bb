import { type Ipv4Packet, ipProtocol, u16At } from '../wire/index.ts'
import { isInNetwork, isMaskWithin, numberOf } from './addresses.ts'
import type { ProxyIdentity } from './configuration.ts'

/** Proxy identities as traffic selectors, RFC 4301 §4.4.1. */

/** Whether everything that `inner` names is named by `outer` too. */
export const proxyCovers = (outer: ProxyIdentity, inner: ProxyIdentity): boolean =>
  isInNetwork(inner.address, outer.address, outer.mask) &&
  isMaskWithin(inner.mask, outer.mask) &&
  (outer.protocol === 0 || outer.protocol === inner.protocol) &&
  (outer.port === 0 || outer.port === inner.port)

export const sameProxy = (a: ProxyIdentity, b: ProxyIdentity): boolean => proxyCovers(a, b) && proxyCovers(b, a)

const meet = (a: number, b: number): boolean => a === 0 || b === 0 || a === b

/** Whether there is something that both name. */
export const proxiesMeet = (a: ProxyIdentity, b: ProxyIdentity): boolean =>
  ((numberOf(a.address) ^ numberOf(b.address)) & numberOf(a.mask) & numberOf(b.mask)) === 0 &&
  meet(a.protocol, b.protocol) &&
  meet(a.port, b.port)

interface Ports {
  readonly source: number
  readonly destination: number
}

/** Null: the packet does not say. Only the first fragment carries the ports (RFC 4301 §7). */
const portsOf = ({ protocol, payload, fragmentOffset }: Ipv4Packet): Ports | null =>
  (protocol === ipProtocol.TCP || protocol === ipProtocol.UDP) && fragmentOffset === 0 && payload.length >= 4
    ? { source: u16At(payload, 0), destination: u16At(payload, 2) }
    : null

const names = (proxy: ProxyIdentity, address: string, protocol: number, port: number | undefined): boolean =>
  isInNetwork(address, proxy.address, proxy.mask) &&
  (proxy.protocol === 0 || proxy.protocol === protocol) &&
  (proxy.port === 0 || proxy.port === port)

/** Whether a packet stands between two proxy identities (RFC 4301 §5.2; attacks E3). Ports that a packet does not say match no selector that asks for one. */
export const selectorsMatch = (packet: Ipv4Packet, source: ProxyIdentity, destination: ProxyIdentity): boolean => {
  const ports = portsOf(packet)
  return (
    names(source, packet.source, packet.protocol, ports?.source) &&
    names(destination, packet.destination, packet.protocol, ports?.destination)
  )
}
