import { INITIAL_TTL, isInNetwork, prefixLength } from './ipv4.ts'

/** An address of a host; dotted. Only an interface that stands in a link reaches others. */
export interface HostInterface {
  readonly name: string
  readonly address: string
  readonly mask: string
  /** The table in which it stands; absent: the one of no name. */
  readonly vrf?: string
}

/** A static route; `via` is a gateway's dotted address or the name of one of the host's own interfaces. */
export interface HostRoute {
  readonly network: string
  readonly mask: string
  readonly via: string
  /** The table in which it stands; absent: the one of no name. */
  readonly vrf?: string
}

export interface HostSettings {
  readonly name: string
  readonly interfaces: readonly HostInterface[]
  readonly routes?: readonly HostRoute[]
  /** IP fragments that reach it are thrown away: an access list or the policing of its control plane. */
  readonly dropsFragments?: boolean
  /** On its links it takes packets for every address that nobody else there has: proxy ARP (RFC 1027), or a provider. */
  readonly answersForAll?: boolean
}

export interface LinkEnd {
  readonly host: string
  readonly interface: string
}

/** A wire or a segment between two or more interfaces. */
export interface LinkSettings {
  readonly ends: readonly LinkEnd[]
  /** One way, in milliseconds; a thousandth is the smallest step. */
  readonly latency?: number
  /** Octets of the largest IP packet; 1500 where it is not said. */
  readonly mtu?: number
  /** IP fragments are lost on it. */
  readonly dropsFragments?: boolean
}

/** Why a packet cannot go its way. */
export type Unreachable =
  /** No connected network and no static route of `host` covers the destination. */
  | 'no-route'
  /** The route leaves by an interface that stands in no link, or nobody on that link answers for the next hop. */
  | 'no-neighbour'
  /** The routes turn in a circle. */
  | 'ttl-expired'

/**
 * The way of a packet, or where and why it ends: `at` is the host that gives up. `mtu` is that of the first link;
 * `fragmentsEndAt` the host at which the fragments of a packet of that size are lost.
 */
export type Path =
  | {
      readonly to: string
      readonly outgoing: string
      readonly latency: number
      readonly mtu: number
      readonly fragmentsEndAt: string | undefined
    }
  | { readonly at: string; readonly unreachable: Unreachable }

interface Link {
  readonly ends: readonly LinkEnd[]
  readonly latency: number
  readonly mtu: number
  readonly dropsFragments: boolean
}

interface Hop {
  readonly host: string
  readonly outgoing: string
  readonly link: Link
  /** The table of the interface by which the next host receives. */
  readonly vrf: string | undefined
}

const DEFAULT_LATENCY = 5
const DEFAULT_MTU = 1500

/** Hosts, the links between their interfaces, and their routes. Wrong settings throw: the lab checks what users write. */
export class Topology {
  readonly #hosts = new Map<string, HostSettings>()
  readonly #links: Link[] = []

  addHost(host: HostSettings): void {
    if (this.#hosts.has(host.name)) throw new Error(`there is a host ${host.name} already`)
    this.#hosts.set(host.name, host)
  }

  addLink({ ends, latency = DEFAULT_LATENCY, mtu = DEFAULT_MTU, dropsFragments = false }: LinkSettings): void {
    for (const end of ends) {
      const found = this.host(end.host).interfaces.some(({ name }) => name === end.interface)
      if (!found) throw new Error(`${end.host} has no interface ${end.interface}`)
    }
    this.#links.push({ ends, latency, mtu, dropsFragments })
  }

  host(name: string): HostSettings {
    const host = this.#hosts.get(name)
    if (host === undefined) throw new Error(`there is no host ${name}`)
    return host
  }

  /** The host that has `address`. */
  owner(address: string): string | undefined {
    for (const host of this.#hosts.values()) if (owns(host, address)) return host.name
    return undefined
  }

  /** The table in which a host's own address stands; undefined for that of no name, and for an address of others. */
  vrfOf(host: string, address: string): string | undefined {
    return this.host(host).interfaces.find((own) => own.address === address)?.vrf
  }

  /**
   * The way from `from` to `destination`; the latency is the sum over its links, in milliseconds. `vrf`: the table of the
   * sender by which it begins; every host on the way takes that of the interface by which it received. `octets`: the size
   * of the IP packet.
   */
  path(from: string, destination: string, vrf?: string, octets = 0): Path {
    let host = this.host(from)
    let table = vrf
    let outgoing = ''
    let latency = 0
    let mtu = DEFAULT_MTU
    let isFragmented = false
    let fragmentsEndAt: string | undefined
    for (let ttl = INITIAL_TTL; ttl > 0; ttl--) {
      if (owns(host, destination)) return { to: host.name, outgoing, latency, mtu, fragmentsEndAt }
      const hop = this.#nextHop(host, destination, table)
      if (typeof hop === 'string') return { at: host.name, unreachable: hop }
      if (outgoing === '') {
        outgoing = hop.outgoing
        mtu = hop.link.mtu
      }
      latency += hop.link.latency
      table = hop.vrf
      host = this.host(hop.host)
      isFragmented ||= octets > hop.link.mtu
      if (isFragmented && (hop.link.dropsFragments || host.dropsFragments)) fragmentsEndAt ??= host.name
    }
    return { at: host.name, unreachable: 'ttl-expired' }
  }

  #nextHop(host: HostSettings, destination: string, vrf: string | undefined): Hop | Unreachable {
    const interfaces = host.interfaces.filter((entry) => entry.vrf === vrf)
    const routes = (host.routes ?? []).filter((entry) => entry.vrf === vrf)
    const connected = longest(interfaces.filter(({ address, mask }) => isInNetwork(destination, address, mask)))
    const route = longest(routes.filter(({ network, mask }) => isInNetwork(destination, network, mask)))
    if (connected !== undefined && (route === undefined || prefixLength(connected.mask) >= prefixLength(route.mask))) {
      return this.#neighbour(host, connected.name, destination)
    }
    if (route === undefined) return 'no-route'
    if (interfaces.some(({ name }) => name === route.via)) return this.#neighbour(host, route.via, destination)
    const towardsGateway = longest(interfaces.filter(({ address, mask }) => isInNetwork(route.via, address, mask)))
    return towardsGateway === undefined ? 'no-route' : this.#neighbour(host, towardsGateway.name, route.via)
  }

  /** Who, on the link of an interface, takes packets for `address`: its owner, or on a wire whoever is at the other end. */
  #neighbour(host: HostSettings, outgoing: string, address: string): Hop | Unreachable {
    for (const link of this.#links) {
      const { ends } = link
      if (!ends.some((end) => end.host === host.name && end.interface === outgoing)) continue
      const others = ends.filter((end) => end.host !== host.name)
      const answers =
        others.find((end) => owns(this.host(end.host), address)) ??
        others.find((end) => this.host(end.host).answersForAll) ??
        (ends.length === 2 ? others[0] : undefined)
      if (answers !== undefined) {
        const by = this.host(answers.host).interfaces.find(({ name }) => name === answers.interface)
        return { host: answers.host, outgoing, link, vrf: by?.vrf }
      }
    }
    return 'no-neighbour'
  }
}

function owns(host: HostSettings, address: string): boolean {
  return host.interfaces.some((own) => own.address === address)
}

function longest<T extends { readonly mask: string }>(candidates: readonly T[]): T | undefined {
  return candidates.reduce<T | undefined>(
    (best, next) => (best === undefined || prefixLength(next.mask) > prefixLength(best.mask) ? next : best),
    undefined,
  )
}
