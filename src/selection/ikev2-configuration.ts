import type { SourceRef } from '../trace/index.ts'
import type { IkeGroup } from './configuration.ts'

/** The IKEv2 configuration that the decisions read. Times are seconds. Sources: ios-semantics §2. */

/** IOS's names, and those of algorithms that other peers use and the engine can do; IOS's reader accepts IOS's only. */
export type IkeV2Encryption =
  | 'des'
  | '3des'
  | 'aes-cbc-128'
  | 'aes-cbc-192'
  | 'aes-cbc-256'
  | 'aes-gcm-128'
  | 'aes-gcm-192'
  | 'aes-gcm-256'
  | 'aes-ccm-128'
  | 'aes-ccm-192'
  | 'aes-ccm-256'
  | 'chacha20-poly1305'
export type IkeV2Integrity = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'aes-xcbc' | 'aes-cmac'
export type IkeV2Prf = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'aes-xcbc' | 'aes-cmac'
export type IkeV2Group = IkeGroup | 31

/** `crypto ikev2 proposal NAME`. Lists are ordered by preference. With AES-GCM and its like `integrity` is empty. */
export interface IkeV2Proposal {
  readonly name: string
  /** undefined for the smart default. */
  readonly at?: SourceRef
  readonly encryption: readonly IkeV2Encryption[]
  readonly integrity: readonly IkeV2Integrity[]
  readonly prf: readonly IkeV2Prf[]
  readonly groups: readonly IkeV2Group[]
}

/** `crypto ikev2 policy NAME`. No `matchLocal`: any local address. */
export interface IkeV2Policy {
  readonly name: string
  readonly at?: SourceRef
  readonly matchLocal: readonly { readonly address: string; readonly at: SourceRef }[]
  /** undefined: the global one; `any`: all. */
  readonly fvrf?: string
  readonly proposals: readonly { readonly name: string; readonly at: SourceRef }[]
}

/** A line `match identity remote` of a profile, or `identity` of a keyring's peer. */
export type IkeV2IdentityMatch = { readonly at: SourceRef } & (
  | { readonly kind: 'address'; readonly address: string; readonly mask: string }
  | { readonly kind: 'address-ipv6'; readonly prefix: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'email-domain'; readonly domain: string }
  | { readonly kind: 'fqdn'; readonly fqdn: string }
  | { readonly kind: 'fqdn-domain'; readonly domain: string }
  | { readonly kind: 'key-id'; readonly keyId: string }
)

/** `peer NAME` of a keyring: by address, host name or identity. `local` and `remote` keys may differ. */
export interface IkeV2KeyringPeer {
  readonly name: string
  readonly at: SourceRef
  readonly address?: { readonly address: string; readonly mask: string }
  readonly hostname?: string
  readonly identity?: IkeV2IdentityMatch
  readonly localKey?: string
  readonly remoteKey?: string
}

export interface IkeV2Keyring {
  readonly name: string
  readonly at: SourceRef
  readonly peers: readonly IkeV2KeyringPeer[]
}

export type IkeV2AuthenticationMethod = 'pre-share' | 'rsa-sig' | 'ecdsa-sig' | 'eap'

export type IkeV2LocalIdentity = { readonly at: SourceRef } & (
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'dn' }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'fqdn'; readonly fqdn: string }
  | { readonly kind: 'key-id'; readonly keyId: string }
)

/** `pki trustpoint NAME [sign | verify]`; without a keyword it serves both. */
export interface IkeV2TrustpointUse {
  readonly name: string
  readonly use: 'both' | 'sign' | 'verify'
  readonly at: SourceRef
}

/** `crypto ikev2 profile NAME`. Lists keep the order of the configuration. */
export interface IkeV2Profile {
  readonly name: string
  readonly at: SourceRef
  readonly shutdown: boolean
  /** Exactly one method, or the profile is incomplete. `key`: of `pre-share key`. */
  readonly authenticationLocal?: {
    readonly method: IkeV2AuthenticationMethod
    readonly key?: string
    readonly at: SourceRef
  }
  readonly authenticationRemote: readonly {
    readonly method: IkeV2AuthenticationMethod
    readonly key?: string
    readonly at: SourceRef
  }[]
  readonly identityLocal?: IkeV2LocalIdentity
  readonly matchIdentityRemote: readonly IkeV2IdentityMatch[]
  readonly matchCertificate: readonly { readonly map: string; readonly at: SourceRef }[]
  /** Dotted: whoever builds the context has resolved the name of an interface. */
  readonly matchLocalAddress: readonly { readonly address: string; readonly at: SourceRef }[]
  /** undefined: the global one; `any`: all. */
  readonly fvrf?: string
  readonly keyring?: { readonly name: string; readonly at: SourceRef }
  readonly trustpoints: readonly IkeV2TrustpointUse[]
  readonly dpd?: { readonly interval: number; readonly retry: number; readonly periodic: boolean }
  readonly lifetime?: number
  /** `nat force-encap`. */
  readonly forceEncapsulation: boolean
  /** `config-exchange request`; on by default. */
  readonly configurationRequest: boolean
  readonly virtualTemplate?: number
  readonly initialContactForce: boolean
}

/** Everything of IKEv2 that one router has configured: part of its `SelectionContext`. */
export interface IkeV2Configuration {
  readonly proposals: readonly IkeV2Proposal[]
  readonly policies: readonly IkeV2Policy[]
  readonly keyrings: readonly IkeV2Keyring[]
  readonly profiles: readonly IkeV2Profile[]
  /** `no crypto ikev2 proposal default` and `no crypto ikev2 policy default` turn these off. */
  readonly defaultProposal: boolean
  readonly defaultPolicy: boolean
  /** `crypto ikev2 http-url cert`: on by default (ios-semantics §0.3 item 9). */
  readonly httpUrlCert: boolean
  /** `crypto ikev2 fragmentation [mtu N]`, octets of the IP packet; undefined: off. */
  readonly fragmentationMtu?: number
  /** `crypto ikev2 cookie-challenge N`: half-open SAs from which a COOKIE is asked for; undefined: off. */
  readonly cookieChallenge?: number
  /** `crypto ikev2 window N`; 5 by default. */
  readonly window: number
  /** `crypto ikev2 dpd …`; undefined: off. */
  readonly dpd?: { readonly interval: number; readonly retry: number; readonly periodic: boolean }
  /** `crypto ikev2 limit max-in-negotation-sa N`; 40 by default. */
  readonly maxInNegotiation: number
  readonly natKeepalive?: number
  /**
   * RFC 9593: announce per CA which authentication methods are accepted, and heed what the peer announces. No IOS of the
   * time has it: off, and a lab's or a live gateway's own setting.
   */
  readonly supportedAuthenticationMethods: boolean
  /** RFC 7427: digital signatures where both ends announce hash algorithms. IOS 15.3T: off. */
  readonly digitalSignatures: boolean
}
