import type { RouterConfiguration } from '../ios/index.ts'
import { type Interface, isLoopback, type Route } from '../ipsec/index.ts'
import { type HostInterface, type HostRoute, isInNetwork, prefixLength, VirtualNetwork } from '../net/index.ts'
import { ipv4Number } from '../wire/index.ts'

/** A CA's HTTP server. */
export interface ServerHost {
  readonly name: string
  readonly address: string
}

const hostMask = '255.255.255.255'

/** The host that stands for everything between the routers that no configuration shows. */
const transit = 'transit'

const isPhysical = ({ name, tunnel, shutdown }: Interface): boolean => !tunnel && !shutdown && !isLoopback(name)

/** Only what leaves by a wire is a route of the virtual network; routes into tunnels are the router's own business. */
const wireRoutes = (configuration: RouterConfiguration, physical: readonly Interface[]): readonly HostRoute[] =>
  configuration.ipsec.routes.filter((route: Route) =>
    physical.some(
      (entry) =>
        entry.vrf === route.vrf &&
        (entry.name === route.via ||
          entry.addresses.some(({ address, mask }) => isInNetwork(route.via, address, mask))),
    ),
  )

interface Segment {
  readonly network: number
  readonly mask: string
  readonly ends: { readonly host: string; readonly interface: string; readonly address: string }[]
}

/** Addresses that are a router's own on no wire: where tunnels often end. */
const loopbacksOf = ({ ipsec }: RouterConfiguration): readonly HostInterface[] =>
  ipsec.interfaces
    .filter(({ name, shutdown }) => isLoopback(name) && !shutdown)
    .flatMap(({ name, addresses, vrf }) =>
      addresses.map(({ address }) => ({
        name,
        address,
        mask: hostMask,
        ...(vrf === undefined ? {} : { vrf }),
      })),
    )

const networkOf = (address: string, mask: string): number =>
  ((ipv4Number(address) ?? 0) & (ipv4Number(mask) ?? 0)) >>> 0

/** An address of a subnet that nobody there has; undefined where it holds no more. */
const freeAddress = ({ network, mask, ends }: Segment): string | undefined => {
  const size = 2 ** (32 - prefixLength(mask))
  const taken = new Set(ends.map(({ address }) => address))
  for (let host = size - 2; host > 0; host -= 1) {
    const address = dotted(network + host)
    if (!taken.has(address)) return address
  }
  return undefined
}

/**
 * The wires between routers and CAs: interfaces of one subnet share a segment; gateways that no router owns, CAs in no
 * subnet of a router, and what a route into an interface leads to, stand on a transit host that forwards between its
 * segments, and to the loopbacks behind them.
 */
export const buildNetwork = (
  start: number,
  wires: { readonly latency: number; readonly mtu?: number; readonly dropsFragments?: boolean },
  routers: readonly {
    readonly name: string
    readonly configuration: RouterConfiguration
    readonly dropsFragments?: boolean
  }[],
  servers: readonly ServerHost[],
): VirtualNetwork => {
  const network = new VirtualNetwork({ start })
  const segments: Segment[] = []
  const attach = (host: string, name: string, address: string, mask: string, vrf?: string): HostInterface => {
    const number = networkOf(address, mask)
    let segment = segments.find((candidate) => candidate.network === number && candidate.mask === mask)
    if (!segment) {
      segment = { network: number, mask, ends: [] }
      segments.push(segment)
    }
    segment.ends.push({ host, interface: name, address })
    return { name, address, mask, ...(vrf === undefined ? {} : { vrf }) }
  }
  const physicals = routers.map(({ name, configuration, dropsFragments = false }) => ({
    name,
    dropsFragments,
    configuration,
    physical: configuration.ipsec.interfaces.filter(isPhysical),
  }))
  const hosts = physicals.map(({ name, configuration, physical, dropsFragments }) => ({
    name,
    dropsFragments,
    interfaces: physical.flatMap((entry) =>
      entry.addresses.slice(0, 1).map(({ address, mask }) => attach(name, entry.name, address, mask, entry.vrf)),
    ),
    routes: wireRoutes(configuration, physical),
  }))
  const transitInterfaces: HostInterface[] = []
  const lines: (HostRoute & { readonly router: string })[] = []
  const serverHosts = servers.map(({ name, address }) => {
    const home = segments.find((segment) => networkOf(address, segment.mask) === segment.network)
    if (home) {
      const gateway = home.ends[0]?.address
      return {
        name,
        dropsFragments: false,
        interfaces: [attach(name, 'eth0', address, home.mask)],
        routes: gateway === undefined ? [] : [{ network: '0.0.0.0', mask: '0.0.0.0', via: gateway }],
      }
    }
    const neighbour = neighbourOf(address)
    transitInterfaces.push(attach(transit, `to ${name}`, neighbour, '255.255.255.252'))
    return {
      name,
      dropsFragments: false,
      interfaces: [attach(name, 'eth0', address, '255.255.255.252')],
      routes: [{ network: '0.0.0.0', mask: '0.0.0.0', via: neighbour }],
    }
  })
  const loopbacks = routers.flatMap(({ name: router, configuration }) =>
    loopbacksOf(configuration).map((own) => ({ router, ...own })),
  )
  const owned = new Set(segments.flatMap(({ ends }) => ends.map(({ address }) => address)))
  for (const host of hosts)
    for (const { via } of host.routes) {
      const out = host.interfaces.find(({ name }) => name === via)
      const wire = segments.find(({ ends }) =>
        ends.some((end) => end.host === host.name && end.interface === out?.name),
      )
      // Who stands on the wire already takes what is sent into it.
      if (
        out &&
        wire?.ends.every((end) => end.host === host.name || serverHosts.some(({ name }) => name === end.host))
      ) {
        const free = freeAddress(wire)
        const name = `to ${host.name} ${out.name}`
        if (free !== undefined) transitInterfaces.push(attach(transit, name, free, out.mask))
        else {
          // A line of two ends, one of which has no address that anybody needs: PPP, or an address of 32 bits.
          const address = `169.254.0.${lines.length + 1}`
          wire.ends.push({ host: transit, interface: name, address })
          transitInterfaces.push({ name, address, mask: hostMask })
          lines.push({ router: host.name, network: out.address, mask: hostMask, via: name })
        }
      }
      const own = host.interfaces.find(({ address, mask }) => isInNetwork(via, address, mask))
      if (!own || owned.has(via)) continue
      owned.add(via)
      transitInterfaces.push(attach(transit, `to ${host.name} ${own.name} ${via}`, via, own.mask))
    }
  for (const host of [...hosts, ...serverHosts])
    network.addHost({
      ...host,
      interfaces: [...host.interfaces, ...loopbacks.filter(({ router }) => router === host.name)],
      routes: longestFirst(host.routes),
    })
  const nextTo = new Set(transitInterfaces.map(({ address, mask }) => networkOf(address, mask)))
  const behind = (router: string): string | undefined =>
    hosts
      .find(({ name }) => name === router)
      ?.interfaces.find(({ address, mask }) => nextTo.has(networkOf(address, mask)))?.address
  const toLoopbacks = loopbacks.flatMap(({ router, address, mask }): readonly HostRoute[] => {
    const via = behind(router) ?? lines.find((line) => line.router === router)?.via
    return via === undefined ? [] : [{ network: address, mask, via }]
  })
  if (transitInterfaces.length > 0)
    network.addHost({
      name: transit,
      interfaces: transitInterfaces,
      routes: [...lines, ...toLoopbacks],
      answersForAll: true,
    })
  for (const { ends } of segments)
    if (ends.length > 1)
      network.addLink({ ends: ends.map(({ host, interface: name }) => ({ host, interface: name })), ...wires })
  return network
}

const longestFirst = (routes: readonly HostRoute[]): readonly HostRoute[] =>
  [...routes].sort((a, b) => prefixLength(b.mask) - prefixLength(a.mask))

/** The other host of the /30 in which an address stands; the CA of a lab that names no subnet for it gets one of its own. */
const neighbourOf = (address: string): string => {
  const number = ipv4Number(address) ?? 0
  const other = (number & 3) === 1 ? number + 1 : (number & ~3) + 1
  return dotted(other)
}

const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
