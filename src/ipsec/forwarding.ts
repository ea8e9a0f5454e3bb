import {
  decodeGre,
  decodeIpv4,
  encodeGre,
  encodeIpv4,
  greProtocolIpv4,
  type Ipv4Packet,
  ipProtocol,
  ipv4ToBytes,
  u16At,
  u32At,
} from '../wire/index.ts'
import type { IpsecConfiguration, ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'

/** Which way a packet goes, what a tunnel wraps around it, and whether it may stand inside an SA. */

const number = (address: string): number => u32At(ipv4ToBytes(address), 0)
const inNetwork = (address: string, network: string, mask: string): boolean =>
  ((number(address) ^ number(network)) & number(mask)) === 0
const bits = (mask: string): number => Math.clz32(~number(mask))

export interface RouteChoice {
  readonly interface: string
  /** null: the destination is on the link. */
  readonly nextHop: string | null
}

/** The longest prefix wins, a connected network before a static route of its length; undefined: no route. */
export const routeLookup = (
  configuration: IpsecConfiguration,
  destination: string,
  depth = 0,
): RouteChoice | undefined => {
  const live = configuration.interfaces.filter(({ shutdown }) => !shutdown)
  const connected = live
    .flatMap(({ name, addresses }) =>
      addresses
        .filter(({ address, mask }) => inNetwork(destination, address, mask))
        .map(({ mask }) => ({ interface: name, length: bits(mask) })),
    )
    .toSorted((a, b) => b.length - a.length)[0]
  const fixed = configuration.routes
    .filter(({ network, mask }) => inNetwork(destination, network, mask))
    .toSorted((a, b) => bits(b.mask) - bits(a.mask))[0]
  if (connected && (!fixed || connected.length >= bits(fixed.mask)))
    return { interface: connected.interface, nextHop: null }
  if (!fixed || depth > 8) return undefined
  const named = live.find(({ name }) => name.toLowerCase() === fixed.via.toLowerCase())
  if (named) return { interface: named.name, nextHop: null }
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(fixed.via)) return undefined
  const next = routeLookup(configuration, fixed.via, depth + 1)
  return next ? { interface: next.interface, nextHop: fixed.via } : undefined
}

const portsOf = ({ protocol, payload }: Ipv4Packet): { readonly source: number; readonly destination: number } =>
  (protocol === ipProtocol.TCP || protocol === ipProtocol.UDP) && payload.length >= 4
    ? { source: u16At(payload, 0), destination: u16At(payload, 2) }
    : { source: 0, destination: 0 }

const covers = (proxy: ProxyIdentity, address: string, protocol: number, port: number): boolean =>
  inNetwork(address, proxy.address, proxy.mask) &&
  (proxy.protocol === 0 || proxy.protocol === protocol) &&
  (proxy.port === 0 || proxy.port === port)

/** Whether a packet stands between two proxy identities (RFC 4301 §5.2; attacks E3). */
export const selectorsMatch = (packet: Ipv4Packet, source: ProxyIdentity, destination: ProxyIdentity): boolean => {
  const ports = portsOf(packet)
  return (
    covers(source, packet.source, packet.protocol, ports.source) &&
    covers(destination, packet.destination, packet.protocol, ports.destination)
  )
}

/** The flow that takes a packet which this router sends, and the packet as it goes into the SA: GRE tunnels wrap it first. */
export const outboundFlow = (
  configuration: IpsecConfiguration,
  flows: readonly ProtectedFlow[],
  packet: Uint8Array,
): { readonly flow: ProtectedFlow; readonly inner: Uint8Array } | null => {
  const read = decodeIpv4(packet)
  if (!read.ok) return null
  const route = routeLookup(configuration, read.value.destination)
  if (!route) return null
  const tunnel = flows.find((flow) => flow.kind !== 'crypto-map' && flow.interface === route.interface)
  if (tunnel?.kind === 'ipsec-tunnel') return { flow: tunnel, inner: packet }
  if (tunnel) {
    const gre = encodeGre({ protocol: greProtocolIpv4, checksummed: false, payload: packet })
    return {
      flow: tunnel,
      inner: encodeIpv4({
        source: tunnel.localAddress,
        destination: tunnel.peer,
        protocol: ipProtocol.GRE,
        identification: read.value.identification,
        payload: gre,
      }),
    }
  }
  const map = flows.find(
    (flow) =>
      flow.kind === 'crypto-map' &&
      flow.interface === route.interface &&
      selectorsMatch(read.value, flow.localProxy, flow.remoteProxy),
  )
  return map ? { flow: map, inner: packet } : null
}

/** What a packet that came out of an SA carries: the packet of the user, unwrapped from GRE where the tunnel is one. */
export const unwrap = (flow: ProtectedFlow | undefined, inner: Uint8Array): Uint8Array | null => {
  const read = decodeIpv4(inner)
  if (!read.ok) return null
  if (flow?.kind !== 'gre-tunnel' || read.value.protocol !== ipProtocol.GRE) return inner
  const gre = decodeGre(read.value.payload)
  return gre.ok && gre.value.protocol === greProtocolIpv4 ? gre.value.payload : null
}
