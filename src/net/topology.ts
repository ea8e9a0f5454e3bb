import { INITIAL_TTL, isInNetwork, prefixLength } from './ipv4.ts'

/** An address of a host; dotted. Only an interface that stands in a link reaches others. */
export interface HostInterface {
  readonly name: string
  readonly address: string
  readonly mask: string
}

/** A static route; `via` is a gateway's dotted address or the name of one of the host's own interfaces. */
export interface HostRoute {
  readonly network: string
  readonly mask: string
  readonly via: string
}

export interface HostSettings {
  readonly name: string
  readonly interfaces: readonly HostInterface[]
  readonly routes?: readonly HostRoute[]
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
}

/** Why a packet cannot go its way. */
export type Unreachable =
  /** No connected network and no static route of `host` covers the destination. */
  | 'no-route'
  /** The route leaves by an interface that stands in no link, or nobody on that link answers for the next hop. */
  | 'no-neighbour'
  /** The routes turn in a circle. */
  | 'ttl-expired'

/** The way of a packet, or where and why it ends: `at` is the host that gives up. */
export type Path =
  | { readonly to: string; readonly outgoing: string; readonly latency: number }
  | { readonly at: string; readonly unreachable: Unreachable }

interface Link {
  readonly ends: readonly LinkEnd[]
  readonly latency: number
}

interface Hop {
  readonly host: string
  readonly outgoing: string
  readonly latency: number
}

const DEFAULT_LATENCY = 5

/** Hosts, the links between their interfaces, and their routes. Wrong settings throw: the lab checks what users write. */
export class Topology {
  readonly #hosts = new Map<string, HostSettings>()
  readonly #links: Link[] = []

  addHost(host: HostSettings): void {
    if (this.#hosts.has(host.name)) throw new Error(`there is a host ${host.name} already`)
    this.#hosts.set(host.name, host)
  }

  addLink({ ends, latency = DEFAULT_LATENCY }: LinkSettings): void {
    for (const end of ends) {
      const found = this.host(end.host).interfaces.some(({ name }) => name === end.interface)
      if (!found) throw new Error(`${end.host} has no interface ${end.interface}`)
    }
    this.#links.push({ ends, latency })
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

  /** The way from `from` to `destination`; the latency is the sum over its links, in milliseconds. */
  path(from: string, destination: string): Path {
    let host = this.host(from)
    let outgoing = ''
    let latency = 0
    for (let ttl = INITIAL_TTL; ttl > 0; ttl--) {
      if (owns(host, destination)) return { to: host.name, outgoing, latency }
      const hop = this.#nextHop(host, destination)
      if (typeof hop === 'string') return { at: host.name, unreachable: hop }
      if (outgoing === '') outgoing = hop.outgoing
      latency += hop.latency
      host = this.host(hop.host)
    }
    return { at: host.name, unreachable: 'ttl-expired' }
  }

  #nextHop(host: HostSettings, destination: string): Hop | Unreachable {
    const connected = longest(host.interfaces.filter(({ address, mask }) => isInNetwork(destination, address, mask)))
    const route = longest((host.routes ?? []).filter(({ network, mask }) => isInNetwork(destination, network, mask)))
    if (connected !== undefined && (route === undefined || prefixLength(connected.mask) >= prefixLength(route.mask))) {
      return this.#neighbour(host, connected.name, destination)
    }
    if (route === undefined) return 'no-route'
    if (host.interfaces.some(({ name }) => name === route.via)) return this.#neighbour(host, route.via, destination)
    const towardsGateway = longest(host.interfaces.filter(({ address, mask }) => isInNetwork(route.via, address, mask)))
    return towardsGateway === undefined ? 'no-route' : this.#neighbour(host, towardsGateway.name, route.via)
  }

  /** Who, on the link of an interface, takes packets for `address`: its owner, or on a wire whoever is at the other end. */
  #neighbour(host: HostSettings, outgoing: string, address: string): Hop | Unreachable {
    for (const { ends, latency } of this.#links) {
      if (!ends.some((end) => end.host === host.name && end.interface === outgoing)) continue
      const others = ends.filter((end) => end.host !== host.name)
      const answers =
        others.find((end) => owns(this.host(end.host), address)) ?? (ends.length === 2 ? others[0] : undefined)
      if (answers !== undefined) return { host: answers.host, outgoing, latency }
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
