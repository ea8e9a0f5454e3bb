import type { IkeGroup } from '../selection/index.ts'
import type { SourceRef } from '../trace/index.ts'
import type {
  CryptoMapEntry,
  Interface,
  IpsecConfiguration,
  IpsecLifetime,
  IpsecProfile,
  ProxyIdentity,
  TransformSet,
} from './configuration.ts'

/** Traffic that this router protects: a tunnel interface, or one permit entry of a crypto map's access list. */
export interface ProtectedFlow {
  /** Unique in the router; as IOS tags it: `Tunnel1-head-0`, or `CMAP 10 entry 1`. */
  readonly name: string
  readonly map: string
  readonly kind: 'gre-tunnel' | 'ipsec-tunnel' | 'crypto-map'
  readonly interface: string
  readonly localAddress: string
  readonly peer: string
  readonly isakmpProfile?: { readonly name: string; readonly at: SourceRef }
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  readonly transformSets: readonly TransformSet[]
  readonly pfs?: IkeGroup
  readonly lifetime: IpsecLifetime
  readonly at: SourceRef
}

/** Something that keeps a flow from existing. */
export interface FlowProblem {
  readonly at: SourceRef
  readonly text: string
}

const host = '255.255.255.255'
const greProtocol = 47
const anything: ProxyIdentity = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }

const addressOf = (configuration: IpsecConfiguration, nameOrAddress: string): string | undefined =>
  /^\d+\.\d+\.\d+\.\d+$/.test(nameOrAddress)
    ? nameOrAddress
    : configuration.interfaces.find(
        ({ name, shutdown }) => name.toLowerCase() === nameOrAddress.toLowerCase() && !shutdown,
      )?.addresses[0]?.address

const setsNamed = (
  configuration: IpsecConfiguration,
  names: readonly { readonly name: string }[],
): readonly TransformSet[] =>
  names.flatMap(({ name }) => configuration.transformSets.find((set) => set.name === name) ?? [])

const tunnelFlow = (
  configuration: IpsecConfiguration,
  { name, tunnel, shutdown }: Interface,
): ProtectedFlow | FlowProblem | null => {
  const protection = tunnel?.protection
  if (!tunnel || !protection || shutdown) return null
  const profile: IpsecProfile | undefined = configuration.profiles.find(
    (candidate) => candidate.name === protection.ipsecProfile,
  )
  const { at } = protection
  if (!profile) return { at, text: `there is no ipsec profile ${protection.ipsecProfile}` }
  const local = tunnel.source === undefined ? undefined : addressOf(configuration, tunnel.source)
  if (local === undefined)
    return {
      at,
      text:
        tunnel.source === undefined ? `${name} has no tunnel source` : `tunnel source ${tunnel.source} has no address`,
    }
  if (tunnel.destination === undefined) return { at, text: `${name} has no tunnel destination` }
  const gre = tunnel.mode === 'gre ip'
  const end = (address: string): ProxyIdentity =>
    gre ? { address, mask: host, protocol: greProtocol, port: 0 } : anything
  return {
    name: `${name}-head-0`,
    map: `${name}-head-0`,
    kind: gre ? 'gre-tunnel' : 'ipsec-tunnel',
    interface: name,
    localAddress: local,
    peer: tunnel.destination,
    ...(profile.isakmpProfile ? { isakmpProfile: profile.isakmpProfile } : {}),
    localProxy: end(local),
    remoteProxy: end(tunnel.destination),
    transformSets: setsNamed(configuration, profile.transformSets),
    ...(profile.pfs === undefined ? {} : { pfs: profile.pfs }),
    lifetime: { ...configuration.lifetime, ...profile.lifetime },
    at,
  }
}

const mapFlows = (
  configuration: IpsecConfiguration,
  { name, addresses, cryptoMap, shutdown }: Interface,
): readonly (ProtectedFlow | FlowProblem)[] => {
  if (!cryptoMap || shutdown) return []
  const entries = configuration.cryptoMaps
    .filter((entry) => entry.name === cryptoMap.name)
    .toSorted((a, b) => a.sequence - b.sequence)
  return entries.flatMap((entry: CryptoMapEntry): readonly (ProtectedFlow | FlowProblem)[] => {
    const local =
      entry.localAddress === undefined ? addresses[0]?.address : addressOf(configuration, entry.localAddress)
    if (local === undefined) return [{ at: entry.at, text: `${entry.localAddress ?? name} has no address` }]
    const [peer] = entry.peers
    if (peer === undefined) return [{ at: entry.at, text: `crypto map ${entry.name} ${entry.sequence} names no peer` }]
    const list = configuration.accessLists.find((candidate) => candidate.name === entry.accessList)
    if (!list) return [{ at: entry.at, text: `crypto map ${entry.name} ${entry.sequence} has no access list` }]
    return list.entries
      .filter(({ action }) => action === 'permit')
      .map((permit, index) => ({
        name: `${entry.name} ${entry.sequence} entry ${index + 1}`,
        map: `${entry.name} ${entry.sequence}`,
        kind: 'crypto-map' as const,
        interface: name,
        localAddress: local,
        peer,
        ...(entry.isakmpProfile ? { isakmpProfile: entry.isakmpProfile } : {}),
        localProxy: permit.source,
        remoteProxy: permit.destination,
        transformSets: setsNamed(configuration, entry.transformSets),
        ...(entry.pfs === undefined ? {} : { pfs: entry.pfs }),
        lifetime: { ...configuration.lifetime, ...entry.lifetime },
        at: permit.at,
      }))
  })
}

const isFlow = (candidate: ProtectedFlow | FlowProblem): candidate is ProtectedFlow => 'peer' in candidate

const everything = (configuration: IpsecConfiguration): readonly (ProtectedFlow | FlowProblem)[] =>
  configuration.interfaces.flatMap((entry) => {
    const tunnel = tunnelFlow(configuration, entry)
    return tunnel ? [tunnel] : mapFlows(configuration, entry)
  })

/** Every flow of a router, in the order of its interfaces. Source: ios-semantics §4.4 (a tunnel without a mode is GRE). */
export const protectedFlows = (configuration: IpsecConfiguration): readonly ProtectedFlow[] =>
  everything(configuration).filter(isFlow)

/** What keeps a tunnel or map entry from protecting anything. */
export const flowProblems = (configuration: IpsecConfiguration): readonly FlowProblem[] =>
  everything(configuration).filter((entry): entry is FlowProblem => !isFlow(entry))
