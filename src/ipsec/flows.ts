import type { IkeGroup } from '../selection/index.ts'
import type { SourceRef } from '../trace/index.ts'
import { ipProtocol } from '../wire/index.ts'
import { dotted, isAddress, isPrefix, numberOf } from './addresses.ts'
import { protectsAnything } from './algorithms.ts'
import type {
  AccessList,
  AccessListEntry,
  CryptoMapEntry,
  Interface,
  IpsecConfiguration,
  IpsecLifetime,
  IpsecProfile,
  ProxyIdentity,
  TransformSet,
} from './configuration.ts'
import { isLoopback, routeLookup } from './route-lookup.ts'
import { algorithmsOf } from './transform-set.ts'
import { vrfOfAddress } from './vrf.ts'

/** Traffic that this router protects: a tunnel interface, or one permit entry of a crypto map's access list. */
export interface ProtectedFlow {
  /** Unique in the router: `Tunnel1-head-0`, or `CMAP 10 entry 1`. */
  readonly name: string
  /** As IOS tags it in debug and show: `Tunnel1-head-0`, or `CMAP 10`. */
  readonly map: string
  readonly kind: 'gre-tunnel' | 'ipsec-tunnel' | 'crypto-map'
  readonly interface: string
  readonly localAddress: string
  /** Where this router begins a negotiation: the first of `peers`. */
  readonly peer: string
  /** From whom it takes one. */
  readonly peers: readonly string[]
  readonly isakmpProfile?: { readonly name: string; readonly at: SourceRef }
  /** Where it is there, the flow is negotiated with IKEv2. */
  readonly ikev2Profile?: { readonly name: string; readonly at: SourceRef }
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  /** Deny entries that stand before the permit entry: traffic that is left to the next crypto map entry. */
  readonly exceptions: readonly Pick<AccessListEntry, 'source' | 'destination'>[]
  readonly transformSets: readonly TransformSet[]
  readonly pfs?: IkeGroup
  readonly lifetime: IpsecLifetime
  /** In whose table the outer packets are routed: `tunnel vrf`, or the VRF of the crypto map's interface. Absent: the global one. */
  readonly fvrf?: string
  /** The local address stands in another table: the outer packets find no way, and no peer's packet belongs to the flow. */
  readonly isInOtherVrf?: true
  /** `responder-only` of the ipsec profile: this router neither begins nor renews. Absent: it does. */
  readonly responderOnly?: true
  readonly at: SourceRef
  /** Where its settings stand: the ipsec profile, or the crypto map entry. */
  readonly settingsAt: SourceRef
}

/** Something that keeps a tunnel or map entry from protecting its traffic. */
export interface FlowProblem {
  readonly code:
    | 'no-ipsec-profile'
    | 'no-local-address'
    | 'no-peer'
    | 'no-access-list'
    | 'no-permit-entry'
    | 'discontiguous-wildcard'
    | 'no-transform-set'
    | 'transform-set-protects-nothing'
    | 'no-route-to-peer'
    | 'route-to-peer-through-itself'
    | 'route-to-peer-into-loopback'
    | 'tunnel-vrf-differs'
  readonly at: SourceRef
  readonly text: string
}

interface Found {
  readonly flows: readonly ProtectedFlow[]
  readonly problems: readonly FlowProblem[]
}

const hostMask = '255.255.255.255'
const anything: ProxyIdentity = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }
const nothing: Found = { flows: [], problems: [] }

const missing = (code: FlowProblem['code'], at: SourceRef, text: string): Found => ({
  flows: [],
  problems: [{ code, at, text }],
})

const addressOf = (configuration: IpsecConfiguration, nameOrAddress: string): string | undefined =>
  isAddress(nameOrAddress)
    ? nameOrAddress
    : configuration.interfaces.find(
        ({ name, shutdown }) => name.toLowerCase() === nameOrAddress.toLowerCase() && !shutdown,
      )?.addresses[0]?.address

interface Sets {
  readonly transformSets: readonly TransformSet[]
  readonly problems: readonly FlowProblem[]
}

const setsOf = (
  configuration: IpsecConfiguration,
  label: string,
  at: SourceRef,
  names: readonly { readonly name: string; readonly at: SourceRef }[],
): Sets => {
  const sets = names.flatMap(({ name, at: namedAt }) => {
    const set = configuration.transformSets.find((candidate) => candidate.name === name)
    return set ? [{ set, namedAt }] : []
  })
  const idle = sets.filter(({ set }) => !protectsAnything(algorithmsOf(set)))
  const transformSets = sets.filter((entry) => !idle.includes(entry)).map(({ set }) => set)
  const none: readonly FlowProblem[] =
    transformSets.length > 0
      ? []
      : [{ code: 'no-transform-set', at, text: `${label} has no transform set that can be proposed` }]
  return {
    transformSets,
    problems: [
      ...idle.map(
        ({ set, namedAt }): FlowProblem => ({
          code: 'transform-set-protects-nothing',
          at: namedAt,
          text: `transform set ${set.name} has neither an ESP cipher nor an ESP authenticator that is modelled`,
        }),
      ),
      ...none,
    ],
  }
}

const profilesOf = ({
  isakmpProfile,
  ikev2Profile,
}: Pick<IpsecProfile, 'isakmpProfile' | 'ikev2Profile'>): Pick<ProtectedFlow, 'isakmpProfile' | 'ikev2Profile'> => ({
  ...(isakmpProfile ? { isakmpProfile } : {}),
  ...(ikev2Profile ? { ikev2Profile } : {}),
})

/** A packet of the tunnel must leave by another interface than the tunnel. */
const reachability = (
  configuration: IpsecConfiguration,
  label: string,
  at: SourceRef,
  peer: string,
  tunnel: string | null,
  vrf: string | undefined,
): readonly FlowProblem[] => {
  const way = routeLookup(configuration, peer, vrf)
  if (!way) return [{ code: 'no-route-to-peer', at, text: `${label} has no route to its peer ${peer}` }]
  if (way.interface === tunnel)
    return [
      {
        code: 'route-to-peer-through-itself',
        at,
        text: `the route to ${peer}, the peer of ${label}, leads into ${label}`,
      },
    ]
  if (isLoopback(way.interface))
    return [
      {
        code: 'route-to-peer-into-loopback',
        at,
        text: `the way to ${peer}, the peer of ${label}, leads into ${way.interface}, from where nothing goes on`,
      },
    ]
  return []
}

const tableText = (vrf: string | undefined): string => (vrf === undefined ? 'the global table' : `VRF ${vrf}`)

const tunnelFlow = (
  configuration: IpsecConfiguration,
  { name, tunnel, shutdown, at: interfaceAt }: Interface,
): Found => {
  const protection = tunnel?.protection
  if (!tunnel || !protection || shutdown) return nothing
  const { at } = protection
  const profile = configuration.profiles.find((candidate) => candidate.name === protection.ipsecProfile)
  if (!profile) return missing('no-ipsec-profile', at, `there is no ipsec profile ${protection.ipsecProfile}`)
  if (tunnel.source === undefined) return missing('no-local-address', interfaceAt, `${name} has no tunnel source`)
  const local = addressOf(configuration, tunnel.source)
  if (local === undefined)
    return missing('no-local-address', interfaceAt, `${name}: tunnel source ${tunnel.source} has no address`)
  if (tunnel.destination === undefined) return missing('no-peer', interfaceAt, `${name} has no tunnel destination`)
  const gre = tunnel.mode === 'gre ip'
  const end = (address: string): ProxyIdentity =>
    gre ? { address, mask: hostMask, protocol: ipProtocol.GRE, port: 0 } : anything
  const { transformSets, problems } = setsOf(
    configuration,
    `ipsec profile ${profile.name}`,
    profile.at,
    profile.transformSets,
  )
  const sourceVrf = vrfOfAddress(configuration, local)
  const isInOtherVrf = tunnel.vrf !== sourceVrf
  const flow: ProtectedFlow = {
    name: `${name}-head-0`,
    map: `${name}-head-0`,
    kind: gre ? 'gre-tunnel' : 'ipsec-tunnel',
    interface: name,
    localAddress: local,
    peer: tunnel.destination,
    peers: [tunnel.destination],
    ...profilesOf(profile),
    localProxy: end(local),
    remoteProxy: end(tunnel.destination),
    exceptions: [],
    transformSets,
    ...(profile.pfs === undefined ? {} : { pfs: profile.pfs }),
    lifetime: { ...configuration.lifetime, ...profile.lifetime },
    ...(tunnel.vrf === undefined ? {} : { fvrf: tunnel.vrf }),
    ...(isInOtherVrf ? { isInOtherVrf: true } : {}),
    ...(profile.responderOnly ? { responderOnly: true } : {}),
    at,
    settingsAt: profile.at,
  }
  return {
    flows: [flow],
    problems: [
      ...problems,
      ...(isInOtherVrf
        ? [
            {
              code: 'tunnel-vrf-differs' as const,
              at: interfaceAt,
              text: `${name} routes its packets in ${tableText(tunnel.vrf)}, and its source ${local} stands in ${tableText(sourceVrf)}: tunnel vrf and vrf forwarding of the source interface must be the same`,
            },
          ]
        : reachability(configuration, name, interfaceAt, tunnel.destination, name, tunnel.vrf)),
    ],
  }
}

/** The deny entries before each permit entry; entries with the same ones share them. */
const exceptionsOf = ({ entries }: AccessList): ReadonlyMap<AccessListEntry, readonly AccessListEntry[]> => {
  let denied: readonly AccessListEntry[] = []
  const before = new Map<AccessListEntry, readonly AccessListEntry[]>()
  for (const entry of entries) {
    if (entry.action === 'deny') denied = [...denied, entry]
    else before.set(entry, denied)
  }
  return before
}

/** As IOS keeps it: without the bits of the address that the mask leaves out. */
const normal = (proxy: ProxyIdentity): ProxyIdentity => ({
  ...proxy,
  address: dotted(numberOf(proxy.address) & numberOf(proxy.mask)),
})

/** No proxy identity and no traffic selector names what such an entry does [M-m: Cisco's guide to crypto access lists]. */
const isDiscontiguous = ({ source, destination }: AccessListEntry): boolean =>
  !isPrefix(source.mask) || !isPrefix(destination.mask)

/** One entry of a crypto map on one interface; `suffix` keeps names unique where the map is bound more than once. */
const entryFlows = (
  configuration: IpsecConfiguration,
  { name: interfaceName, addresses, vrf }: Interface,
  entry: CryptoMapEntry,
  suffix: string,
): Found => {
  const label = `crypto map ${entry.name} ${entry.sequence}`
  const { at } = entry
  const local = entry.localAddress === undefined ? addresses[0]?.address : addressOf(configuration, entry.localAddress)
  if (local === undefined)
    return missing('no-local-address', at, `${label}: ${entry.localAddress ?? interfaceName} has no address`)
  const [peer] = entry.peers
  if (peer === undefined) return missing('no-peer', at, `${label} names no peer`)
  const list = configuration.accessLists.find(({ name }) => name === entry.accessList)
  if (!list) return missing('no-access-list', at, `${label} has no access list`)
  const { transformSets, problems } = setsOf(configuration, label, at, entry.transformSets)
  const map = `${entry.name} ${entry.sequence}`
  const permits = list.entries.filter(({ action }) => action === 'permit')
  if (permits.length === 0)
    return missing(
      'no-permit-entry',
      at,
      `access list ${list.name} of ${label} permits nothing, so nothing is protected`,
    )
  const exceptions = exceptionsOf(list)
  const sourceVrf = vrfOfAddress(configuration, local)
  const isInOtherVrf = vrf !== sourceVrf
  const flows = permits.flatMap((permit, index): readonly ProtectedFlow[] => {
    if (isDiscontiguous(permit)) return []
    const flow: ProtectedFlow = {
      name: `${map} entry ${index + 1}${suffix}`,
      map,
      kind: 'crypto-map',
      interface: interfaceName,
      localAddress: local,
      peer,
      peers: entry.peers,
      ...profilesOf(entry),
      localProxy: normal(permit.source),
      remoteProxy: normal(permit.destination),
      exceptions: exceptions.get(permit) ?? [],
      transformSets,
      ...(entry.pfs === undefined ? {} : { pfs: entry.pfs }),
      ...(vrf === undefined ? {} : { fvrf: vrf }),
      ...(isInOtherVrf ? { isInOtherVrf: true } : {}),
      lifetime: { ...configuration.lifetime, ...entry.lifetime },
      at: permit.at,
      settingsAt: at,
    }
    return [flow]
  })
  const unusable = permits.filter(isDiscontiguous).map(
    (permit): FlowProblem => ({
      code: 'discontiguous-wildcard',
      at: permit.at,
      text: `an entry of access list ${list.name} of ${label} has a wildcard that names no one network`,
    }),
  )
  const way = isInOtherVrf
    ? [
        {
          code: 'tunnel-vrf-differs' as const,
          at,
          text: `${label} stands on ${interfaceName} in ${tableText(vrf)}, and its local address ${local} in ${tableText(sourceVrf)}`,
        },
      ]
    : reachability(configuration, label, at, peer, null, vrf)
  return { flows, problems: [...problems, ...unusable, ...way] }
}

const found = new WeakMap<IpsecConfiguration, readonly Found[]>()

/** Kept: a hub's flows are asked for at every negotiation, and each looks its route up among all interfaces. */
const everything = (configuration: IpsecConfiguration): readonly Found[] => {
  const known = found.get(configuration) ?? findEverything(configuration)
  found.set(configuration, known)
  return known
}

const findEverything = (configuration: IpsecConfiguration): readonly Found[] => {
  const bound = new Set<string>()
  return configuration.interfaces.flatMap((entry): readonly Found[] => {
    if (entry.tunnel?.protection) return [tunnelFlow(configuration, entry)]
    const { cryptoMap, shutdown } = entry
    if (!cryptoMap || shutdown) return []
    const suffix = bound.has(cryptoMap.name) ? ` on ${entry.name}` : ''
    bound.add(cryptoMap.name)
    return configuration.cryptoMaps
      .filter(({ name }) => name === cryptoMap.name)
      .toSorted((a, b) => a.sequence - b.sequence)
      .map((each) => entryFlows(configuration, entry, each, suffix))
  })
}

/**
 * Every flow of a router, in the order of its interfaces, crypto map entries by sequence. A tunnel without a mode is GRE
 * and proposes its two ends with protocol 47, `tunnel mode ipsec ipv4` proposes everything, a crypto map each permit
 * entry (ios-semantics §4.4).
 */
export const protectedFlows = (configuration: IpsecConfiguration): readonly ProtectedFlow[] =>
  everything(configuration).flatMap(({ flows }) => flows)

/** What keeps tunnels and map entries from protecting their traffic. A flow may exist and have problems. */
export const flowProblems = (configuration: IpsecConfiguration): readonly FlowProblem[] =>
  everything(configuration).flatMap(({ problems }) => problems)
