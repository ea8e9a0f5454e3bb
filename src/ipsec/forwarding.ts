import {
  decodeGre,
  decodeIpv4,
  encodeGre,
  encodeIpv4,
  greProtocolIpv4,
  type Ipv4Packet,
  ipProtocol,
} from '../wire/index.ts'
import type { IpsecConfiguration } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'
import { routeLookup } from './route-lookup.ts'
import { selectorsMatch } from './selectors.ts'
import { vrfOfAddress } from './vrf.ts'

/** Which flow takes a packet of this router, and what a GRE tunnel wraps around it. */

const takes = (flow: ProtectedFlow, packet: Ipv4Packet): boolean =>
  selectorsMatch(packet, flow.localProxy, flow.remoteProxy) &&
  !flow.exceptions.some(({ source, destination }) => selectorsMatch(packet, source, destination))

const wrapped = (flow: ProtectedFlow, packet: Uint8Array, identification: number): Uint8Array =>
  encodeIpv4({
    source: flow.localAddress,
    destination: flow.peer,
    protocol: ipProtocol.GRE,
    identification,
    payload: encodeGre({ protocol: greProtocolIpv4, checksummed: false, payload: packet }),
  })

/**
 * The flow that takes a packet which this router sends, and the packet as it goes into the SA. The route decides: into a
 * tunnel interface, or out of an interface whose crypto map's access list permits it. Null: it leaves in clear, or not
 * at all.
 */
export const outboundFlow = (
  configuration: IpsecConfiguration,
  flows: readonly ProtectedFlow[],
  packet: Uint8Array,
): { readonly flow: ProtectedFlow; readonly inner: Uint8Array } | null => {
  const read = decodeIpv4(packet)
  if (!read.ok) return null
  const { source, destination } = read.value
  const route = routeLookup(configuration, destination, vrfOfAddress(configuration, source))
  if (!route) return null
  const flow = flows.find(
    (candidate) =>
      candidate.interface === route.interface && (candidate.kind !== 'crypto-map' || takes(candidate, read.value)),
  )
  if (!flow) return null
  return {
    flow,
    inner: flow.kind === 'gre-tunnel' ? wrapped(flow, packet, read.value.identification) : packet,
  }
}

/** Any port above the well-known ones: an access list may name it, and none does. */
const ephemeralPort = 49_152

/**
 * The flow into which the router's own TCP traffic to an address goes, such as a request for a CRL; null where it leaves
 * in clear, or not at all. `vrf`: the table by which it is routed.
 */
export const flowTowards = (
  configuration: IpsecConfiguration,
  flows: readonly ProtectedFlow[],
  { address, port, vrf }: { readonly address: string; readonly port: number; readonly vrf?: string },
): ProtectedFlow | null => {
  const route = routeLookup(configuration, address, vrf)
  const source = configuration.interfaces.find(({ name }) => name === route?.interface)?.addresses[0]?.address
  if (source === undefined) return null
  const payload = Uint8Array.of(ephemeralPort >>> 8, ephemeralPort & 0xff, port >>> 8, port & 0xff)
  const packet = encodeIpv4({ source, destination: address, protocol: ipProtocol.TCP, identification: 0, payload })
  return outboundFlow(configuration, flows, packet)?.flow ?? null
}

/** What a packet that came out of an SA of that flow carries: the user's packet, unwrapped where the tunnel is GRE; null where it is not what such a tunnel carries. */
export const unwrap = (flow: ProtectedFlow | undefined, inner: Uint8Array): Uint8Array | null => {
  if (flow?.kind !== 'gre-tunnel') return inner
  const read = decodeIpv4(inner)
  if (!read.ok || read.value.protocol !== ipProtocol.GRE) return null
  const gre = decodeGre(read.value.payload)
  return gre.ok && gre.value.protocol === greProtocolIpv4 ? gre.value.payload : null
}
