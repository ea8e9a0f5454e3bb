import type { CertificateStore, SigningHash } from '../pki/index.ts'
import type { SourceRef } from '../trace/index.ts'
import type { IkeV2Configuration } from './ikev2-configuration.ts'

/** The configuration that the decisions read. Times are seconds. Sources: ios-semantics §1. */

export type IkeEncryption =
  | { readonly cipher: 'des' }
  | { readonly cipher: '3des' }
  | { readonly cipher: 'aes'; readonly bits: 128 | 192 | 256 }
export type IkeHash = 'md5' | 'sha' | 'sha256' | 'sha384' | 'sha512'
export type IkeAuthentication = 'rsa-sig' | 'rsa-encr' | 'pre-share' | 'ecdsa-sig'
export type IkeGroup = 1 | 2 | 5 | 14 | 15 | 16 | 19 | 20 | 21 | 24

/** `crypto isakmp policy N`; lines not configured take IOS's defaults des/sha/rsa-sig/1/86400. */
export interface IsakmpPolicy {
  readonly priority: number
  readonly encryption: IkeEncryption
  readonly hash: IkeHash
  readonly authentication: IkeAuthentication
  readonly group: IkeGroup
  readonly lifetime: number
  /** undefined for a policy that IOS has built in. */
  readonly at?: SourceRef
}

export type MatchStatement = { readonly at: SourceRef } & (
  | { readonly kind: 'address'; readonly address: string; readonly mask: string; readonly vrf?: string }
  | { readonly kind: 'address-ipv6'; readonly prefix: string; readonly vrf?: string }
  | { readonly kind: 'host'; readonly fqdn: string; readonly vrf?: string }
  | { readonly kind: 'host-domain'; readonly domain: string; readonly vrf?: string }
  | { readonly kind: 'user'; readonly user: string; readonly vrf?: string }
  | { readonly kind: 'user-domain'; readonly domain: string; readonly vrf?: string }
  | { readonly kind: 'group'; readonly group: string }
)

export type SelfIdentity =
  | { readonly kind: 'address' }
  | { readonly kind: 'address-ipv6' }
  /** Without a name: host name and `ip domain name`. */
  | { readonly kind: 'fqdn'; readonly name?: string }
  | { readonly kind: 'user-fqdn'; readonly name: string }

/** `crypto isakmp profile NAME`. Lists keep the order of the configuration. */
export interface IsakmpProfile {
  readonly name: string
  readonly at: SourceRef
  readonly caTrustPoints: readonly { readonly name: string; readonly at: SourceRef }[]
  readonly matchIdentity: readonly MatchStatement[]
  readonly matchCertificate: readonly { readonly map: string; readonly at: SourceRef }[]
  readonly keyrings: readonly { readonly name: string; readonly at: SourceRef }[]
  readonly selfIdentity?: SelfIdentity & { readonly at: SourceRef }
  /** Dotted: whoever builds the context has resolved the name of an interface. */
  readonly localAddress?: string
  readonly vrf?: string
  readonly virtualTemplate?: number
  /** Dead peer detection of this profile, seconds. */
  readonly keepalive?: { readonly interval: number; readonly retry: number }
  readonly initiateAggressive: boolean
}

export interface PreSharedKey {
  readonly match:
    | { readonly kind: 'address'; readonly address: string; readonly mask: string }
    | { readonly kind: 'hostname'; readonly hostname: string }
  readonly key: string
  readonly at: SourceRef
}

/** `crypto keyring NAME`; the one named `default` holds the lines `crypto isakmp key`. */
export interface Keyring {
  readonly name: string
  readonly vrf?: string
  readonly keys: readonly PreSharedKey[]
  readonly at?: SourceRef
}

export type CertificateMapField =
  | 'alt-subject-name'
  | 'expires-on'
  | 'issuer-name'
  | 'name'
  | 'serial-number'
  | 'subject-name'
  | 'unstructured-subject-name'
  | 'valid-start'

/** One line of `crypto pki certificate map NAME SEQ`. For dates `value` is ISO 8601 UTC. */
export interface CertificateMapRule {
  readonly field: CertificateMapField
  readonly operator: 'eq' | 'ne' | 'co' | 'nc' | 'lt' | 'ge'
  readonly value: string
  readonly at: SourceRef
}

/** Rules of one sequence are ANDed; sequences are tried in ascending order and ORed. */
export interface CertificateMap {
  readonly name: string
  readonly sequences: readonly {
    readonly sequence: number
    readonly rules: readonly CertificateMapRule[]
    readonly at: SourceRef
  }[]
}

/** Behaviours on which sources disagree (ios-semantics §9). */
export interface Knobs {
  readonly 'v1.overlap': 'last' | 'first' | 'none'
  readonly 'v1.noCertreqMatch': 'fail' | 'firstIdCert' | 'primary'
  readonly 'v1.noCertreqAtAll': 'firstIdCert' | 'fail'
  readonly 'v1.listOrder': 'config' | 'store'
  readonly 'v1.initiatorIdCheck': 'warn' | 'fail'
  readonly 'v2.overlap': 'mostSpecificThenLast' | 'last' | 'first' | 'none'
  readonly 'v2.defaultLocalId': 'address' | 'dnForSig'
  readonly 'v2.respNoMatchCert': 'fail' | 'any'
  readonly 'v2.initiatorPlace': 'unchecked' | 'checked'
  readonly 'v2.initValidateFailure': 'halfOpen' | 'deleteSent'
  readonly 'v2.supportedAuthMethods': 'off' | 'on'
  readonly 'sig.v2Hash': 'sha1' | 'sha256' | 'sha512'
  readonly 'store.orderAfterReload': 'preserve' | 'reverse'
  readonly 'store.caOnlyPosition': 'afterId' | 'byTime'
  readonly builtins: '15.3T' | 'none'
  readonly 'pki.extendedKeyUsage': 'ignored' | 'byRole'
  readonly 'pki.ocsp': 'noAnswer' | 'good'
  readonly 'v1.sameCa': 'anyTrustpoint' | 'lastDefined'
  readonly 'certmap.rebind': 'override' | 'onlyIfNoIdMatch'
  readonly 'map.noProfileAcceptsAny': 'true' | 'false'
}

/** What a router's release can do. Whatever is left out it can. */
export interface Abilities {
  /** Hashes of signatures that it can check: on certificates, lists, and in AUTH of IKEv2. */
  readonly hashes?: readonly SigningHash[]
  /** Versions of X.509 that it accepts from a peer. */
  readonly certificateVersions?: readonly (1 | 2 | 3)[]
  /** The hash of its own RSA signatures of method 1, whatever the knob `sig.v2Hash` says. */
  readonly signatureHash?: 'sha1' | 'sha256' | 'sha512'
}

/** Everything of one router that a decision may read. */
export interface SelectionContext {
  readonly router: string
  readonly hostname: string
  readonly domainName?: string
  readonly store: CertificateStore
  readonly policies: readonly IsakmpPolicy[]
  /** `crypto isakmp default policy`; undefined: on, as IOS has it. */
  readonly isakmpDefaultPolicies?: boolean
  readonly profiles: readonly IsakmpProfile[]
  readonly keyrings: readonly Keyring[]
  readonly certificateMaps: readonly CertificateMap[]
  /** `crypto isakmp identity`. */
  readonly identity: 'address' | 'dn' | 'hostname'
  readonly ikev2: IkeV2Configuration
  /** The VRF of each local address that stands in one; undefined: all stand in the global table. */
  readonly vrfs?: ReadonlyMap<string, string>
  /** undefined: it can do everything. */
  readonly abilities?: Abilities
  readonly knobs: Knobs
}
