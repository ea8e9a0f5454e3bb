import type { IkeGroup } from '../selection/index.ts'
import type { SourceRef } from '../trace/index.ts'

/** What `crypto ipsec` and the interfaces say. Sources: ios-semantics §4.4, §5, §8. */

export type EspEncryption =
  | 'esp-des'
  | 'esp-3des'
  | 'esp-aes 128'
  | 'esp-aes 192'
  | 'esp-aes 256'
  | 'esp-null'
  | CombinedEncryption

/** They authenticate as well, and stand without an authenticator: AES-GCM (RFC 4106), AES-GMAC (RFC 4543). */
export type CombinedEncryption =
  | 'esp-gcm 128'
  | 'esp-gcm 192'
  | 'esp-gcm 256'
  | 'esp-gmac 128'
  | 'esp-gmac 192'
  | 'esp-gmac 256'
export type EspAuthentication =
  | 'esp-md5-hmac'
  | 'esp-sha-hmac'
  | 'esp-sha256-hmac'
  | 'esp-sha384-hmac'
  | 'esp-sha512-hmac'

/** `crypto ipsec transform-set NAME …`. */
export interface TransformSet {
  readonly name: string
  readonly encryption?: EspEncryption
  readonly authentication?: EspAuthentication
  readonly mode: 'tunnel' | 'transport'
  readonly at: SourceRef
}

/** IPsec lifetimes; IOS's defaults are 3600 s and 4608000 kB. */
export interface IpsecLifetime {
  readonly seconds: number
  readonly kilobytes: number
}

/** `crypto ipsec profile NAME`. */
export interface IpsecProfile {
  readonly name: string
  readonly transformSets: readonly { readonly name: string; readonly at: SourceRef }[]
  readonly isakmpProfile?: { readonly name: string; readonly at: SourceRef }
  /** `set ikev2-profile`: the tunnel is negotiated with IKEv2. */
  readonly ikev2Profile?: { readonly name: string; readonly at: SourceRef }
  readonly pfs?: IkeGroup
  readonly lifetime?: Partial<IpsecLifetime>
  readonly responderOnly: boolean
  readonly at: SourceRef
}

/** A proxy identity or traffic selector: IPv4 address, mask, protocol and port; 0 is any. */
export interface ProxyIdentity {
  readonly address: string
  readonly mask: string
  readonly protocol: number
  readonly port: number
}

export interface AccessListEntry {
  readonly action: 'permit' | 'deny'
  readonly source: ProxyIdentity
  readonly destination: ProxyIdentity
  readonly at: SourceRef
}

export interface AccessList {
  readonly name: string
  readonly entries: readonly AccessListEntry[]
}

/** `crypto map NAME SEQ ipsec-isakmp`. */
export interface CryptoMapEntry {
  readonly name: string
  readonly sequence: number
  readonly accessList?: string
  readonly peers: readonly string[]
  readonly transformSets: readonly { readonly name: string; readonly at: SourceRef }[]
  readonly isakmpProfile?: { readonly name: string; readonly at: SourceRef }
  /** `set ikev2-profile`: the tunnel is negotiated with IKEv2. */
  readonly ikev2Profile?: { readonly name: string; readonly at: SourceRef }
  readonly pfs?: IkeGroup
  readonly lifetime?: Partial<IpsecLifetime>
  readonly localAddress?: string
  readonly at: SourceRef
}

/** An interface; for tunnels what protects it. Addresses are dotted. */
export interface Interface {
  readonly name: string
  readonly addresses: readonly { readonly address: string; readonly mask: string }[]
  readonly shutdown: boolean
  readonly cryptoMap?: { readonly name: string; readonly at: SourceRef }
  readonly tunnel?: {
    readonly source?: string
    readonly destination?: string
    readonly mode: 'gre ip' | 'ipsec ipv4'
    readonly protection?: { readonly ipsecProfile: string; readonly at: SourceRef }
    /** `tunnel vrf`: in whose table the outer packets are routed. Absent: the global one. */
    readonly vrf?: string
  }
  /** `vrf forwarding`. Absent: the global table. */
  readonly vrf?: string
  readonly at: SourceRef
}

/** `ip route NETWORK MASK {GATEWAY | INTERFACE}`. */
export interface Route {
  readonly network: string
  readonly mask: string
  readonly via: string
  /** Absent: the global table. */
  readonly vrf?: string
  readonly at: SourceRef
}

/** Everything of one router that traffic, proxies and transform sets need. */
export interface IpsecConfiguration {
  readonly transformSets: readonly TransformSet[]
  readonly profiles: readonly IpsecProfile[]
  readonly cryptoMaps: readonly CryptoMapEntry[]
  readonly accessLists: readonly AccessList[]
  readonly interfaces: readonly Interface[]
  readonly routes: readonly Route[]
  readonly lifetime: IpsecLifetime
}
