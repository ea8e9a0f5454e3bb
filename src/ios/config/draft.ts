import type {
  AccessListEntry,
  CryptoMapEntry,
  Interface,
  IpsecLifetime,
  IpsecProfile,
  Route,
  TransformSet,
} from '../../ipsec/index.ts'
import type { TrustpointConfiguration } from '../../pki/index.ts'
import type {
  CertificateMapRule,
  IkeV2Policy,
  IkeV2Profile,
  IkeV2Proposal,
  IsakmpPolicy,
  IsakmpProfile,
  Keyring,
  MatchStatement,
} from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import type { CertificateChainSection, RouterConfiguration } from '../configuration.ts'
import type { Ikev2KeyringDraft } from './ikev2-keyring.ts'
import { type Ikev2Settings, ikev2Settings } from './ikev2-settings.ts'
import type { WithoutDefaults } from './smart-defaults.ts'

/** What the commands write to, before it becomes a RouterConfiguration. */

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** A thing under construction, with the line that set each of its attributes. */
export interface Draft<T> {
  readonly value: Mutable<T>
  readonly lines: Map<keyof T & string, SourceRef>
  /** What its lists hold, so that a long list is not searched for every line. */
  readonly members: Set<string>
}

export function draft<T>(value: Mutable<T>): Draft<T> {
  return { value, lines: new Map(), members: new Set() }
}

/** Sets an attribute and remembers its line. */
export function set<T, K extends keyof T & string>(
  draft: Draft<T>,
  name: K,
  value: Mutable<T>[K],
  at: SourceRef,
): void {
  draft.value[name] = value
  draft.lines.set(name, at)
}

/** Takes an optional attribute back to its default. */
export function unset<T>(draft: Draft<T>, name: keyof T & string): void {
  Reflect.deleteProperty(draft.value, name)
  draft.lines.delete(name)
}

export interface CertificateMapDraft {
  readonly name: string
  readonly sequences: Map<
    number,
    { readonly sequence: number; readonly rules: CertificateMapRule[]; readonly at: SourceRef }
  >
}

export interface AccessListDraft {
  readonly name: string
  readonly entries: { readonly sequence: number; readonly entry: AccessListEntry }[]
  /** The highest sequence number so far. */
  last: number
  /** Notices that count only if a crypto map uses the list. */
  readonly notices: (() => void)[]
}

export interface TunnelDraft {
  source?: string
  destination?: string
  mode: 'gre ip' | 'ipsec ipv4'
  protection?: { readonly ipsecProfile: string; readonly at: SourceRef }
  sourceAt?: SourceRef
  vrf?: string
}

export interface InterfaceDraft {
  readonly name: string
  readonly at: SourceRef
  readonly addresses: { readonly address: string; readonly mask: string; readonly secondary: boolean }[]
  shutdown: boolean
  vrf?: string
  cryptoMap?: NonNullable<Interface['cryptoMap']>
  tunnel?: TunnelDraft
}

/** `crypto map NAME local-address IF` and `crypto map NAME isakmp-profile P`: they hold for every entry of the name. */
export interface CryptoMapDefaults {
  localAddress?: { readonly name: string; readonly at: SourceRef }
  isakmpProfile?: { readonly name: string; readonly at: SourceRef }
}

interface Ikev2Draft {
  readonly settings: { -readonly [K in keyof Ikev2Settings]: Ikev2Settings[K] }
  readonly proposals: Map<string, Draft<IkeV2Proposal>>
  readonly policies: Map<string, Draft<IkeV2Policy>>
  readonly keyrings: Map<string, Ikev2KeyringDraft>
  readonly profiles: Map<string, Draft<IkeV2Profile>>
}

export interface RouterDraft {
  hostname?: string
  domainName?: string
  timezone: RouterConfiguration['timezone']
  isakmpDisabled: boolean
  isakmpDefaultPolicies: boolean
  isakmpIdentity: RouterConfiguration['isakmpIdentity']
  isakmpKeepalive?: NonNullable<RouterConfiguration['isakmpKeepalive']>
  isakmpFragmentation: boolean
  natTransparency: boolean
  lifetime: IpsecLifetime
  readonly policies: Map<number, Draft<IsakmpPolicy>>
  readonly profiles: Map<string, Draft<IsakmpProfile> & { readonly statements: Map<string, MatchStatement> }>
  readonly keyrings: Map<string, Draft<Keyring>>
  readonly ikev2: Ikev2Draft
  readonly certificateMaps: Map<string, CertificateMapDraft>
  readonly trustpoints: Map<string, Draft<TrustpointConfiguration>>
  readonly chains: Map<string, Draft<CertificateChainSection>>
  readonly transformSets: Map<string, Draft<TransformSet>>
  readonly ipsecProfiles: Map<string, Draft<IpsecProfile>>
  readonly withoutDefaults: WithoutDefaults
  /** By `name sequence`. */
  readonly cryptoMaps: Map<string, Draft<CryptoMapEntry>>
  readonly cryptoMapDefaults: Map<string, CryptoMapDefaults>
  /** Names of crypto maps of which an entry is not modelled (dynamic, manual, GDOI). */
  readonly otherCryptoMaps: Set<string>
  readonly accessLists: Map<string, AccessListDraft>
  /** Names of access lists of other kinds. */
  readonly otherAccessLists: Set<string>
  readonly interfaces: Map<string, InterfaceDraft>
  readonly routes: Route[]
}

export function routerDraft(): RouterDraft {
  return {
    timezone: { name: 'UTC', offsetMinutes: 0 },
    isakmpDisabled: false,
    isakmpDefaultPolicies: true,
    isakmpIdentity: 'address',
    isakmpFragmentation: false,
    natTransparency: true,
    lifetime: { seconds: 3600, kilobytes: 4608000 },
    policies: new Map(),
    profiles: new Map(),
    keyrings: new Map(),
    ikev2: {
      settings: ikev2Settings(),
      proposals: new Map(),
      policies: new Map(),
      keyrings: new Map(),
      profiles: new Map(),
    },
    certificateMaps: new Map(),
    trustpoints: new Map(),
    chains: new Map(),
    transformSets: new Map(),
    ipsecProfiles: new Map(),
    withoutDefaults: { transformSet: false, profile: false },
    cryptoMaps: new Map(),
    cryptoMapDefaults: new Map(),
    otherCryptoMaps: new Set(),
    accessLists: new Map(),
    otherAccessLists: new Set(),
    interfaces: new Map(),
    routes: [],
  }
}

/** The value of `key`, made by `make` when it is not there yet. */
export function take<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
