import { isAddress, isInNetwork, prefixLength } from './addresses.ts'
import type { Interface, IpsecConfiguration, Route } from './configuration.ts'

export interface RouteChoice {
  readonly interface: string
  /** null: the destination is on the link. */
  readonly nextHop: string | null
}

/** Routes that one lookup follows at most: dead routes that lead to one another must not cost more than that. */
const mostRoutes = 64

/** A route into it throws packets away. */
const isNull = (name: string): boolean => /^null\d*$/i.test(name)

/**
 * Which way a packet goes: the longest prefix, a connected network before a static route of its length. A static route
 * whose interface is down or whose gateway cannot be reached is not in the table, so the next one counts. Undefined: no
 * route. `destination` is dotted; `vrf` is the table, that of no name where it is left out.
 */
export const routeLookup = (
  { interfaces, routes }: Pick<IpsecConfiguration, 'interfaces' | 'routes'>,
  destination: string,
  vrf?: string,
): RouteChoice | undefined =>
  lookup(
    {
      interfaces: interfaces.filter((entry) => entry.vrf === vrf),
      routes: routes.filter((entry) => entry.vrf === vrf),
    },
    destination,
    new Set(),
  )

/** What a router sends out of such an interface stays in the router: no wire leads on from it. */
export const isLoopback = (name: string): boolean => /^loopback/i.test(name)

/** One table, with the interfaces that stand in it. */
type Table = Pick<IpsecConfiguration, 'interfaces' | 'routes'>

const lookup = (configuration: Table, destination: string, followed: Set<Route>): RouteChoice | undefined => {
  const live = configuration.interfaces.filter(({ shutdown }) => !shutdown)
  const connected = bestConnected(live, destination)
  const fixed = configuration.routes
    .filter(({ network, mask }) => isInNetwork(destination, network, mask))
    .toSorted((a, b) => prefixLength(b.mask) - prefixLength(a.mask))
  for (const route of fixed) {
    if (connected && connected.length >= prefixLength(route.mask)) break
    if (followed.has(route)) continue
    if (followed.size >= mostRoutes) return undefined
    followed.add(route)
    if (isNull(route.via)) return undefined
    const way = follow(configuration, live, route, followed)
    if (way) return way
  }
  return connected ? { interface: connected.interface, nextHop: null } : undefined
}

const bestConnected = (
  live: readonly Interface[],
  destination: string,
): { readonly interface: string; readonly length: number } | undefined =>
  live
    .flatMap(({ name, addresses }) =>
      addresses
        .filter(({ address, mask }) => isInNetwork(destination, address, mask))
        .map(({ mask }) => ({ interface: name, length: prefixLength(mask) })),
    )
    .toSorted((a, b) => b.length - a.length)[0]

const follow = (
  configuration: Table,
  live: readonly Interface[],
  { via }: Route,
  followed: Set<Route>,
): RouteChoice | undefined => {
  if (!isAddress(via)) {
    const out = live.find(({ name }) => name.toLowerCase() === via.toLowerCase())
    return out ? { interface: out.name, nextHop: null } : undefined
  }
  const next = lookup(configuration, via, followed)
  return next ? { interface: next.interface, nextHop: via } : undefined
}
