import type { IpsecConfiguration } from '../ipsec/index.ts'
import type { TrustpointConfiguration } from '../pki/index.ts'
import type { CertificateMap, IkeV2Configuration, IsakmpPolicy, IsakmpProfile, Keyring } from '../selection/index.ts'
import type { SourceRef } from '../trace/index.ts'

/** A line about which the engineer must hear. `not-modelled`: a crypto line that this version does not take into account. */
export interface ConfigurationNotice {
  readonly kind: 'not-modelled' | 'dangling-reference' | 'incomplete' | 'ikev2-proposal-without-policy' | 'weak'
  readonly at: SourceRef
  readonly text: string
}

/** `crypto pki certificate chain NAME` as it stands: DER bytes of each certificate, in order. */
export interface CertificateChainSection {
  readonly trustpoint: string
  readonly at: SourceRef
  readonly certificates: readonly {
    readonly kind: 'identity' | 'ca' | 'self-signed' | 'other'
    readonly serial: string
    readonly der: Uint8Array
    readonly at: SourceRef
  }[]
  /** Certificates whose bytes are not here: they stand in files of the router, as a startup configuration names them, or were left out by `brief`. */
  readonly elsewhere: readonly {
    readonly kind: 'identity' | 'ca' | 'self-signed' | 'other'
    readonly serial: string
    readonly at: SourceRef
  }[]
}

/** One router's configuration, typed. Lists keep the order of the text. */
export interface RouterConfiguration {
  readonly file: string
  /** Of the line `hostname`; without one what whoever read it calls the router, or the file's name without its ending. */
  readonly hostname: string
  /** Nothing but the file's name tells the host name. */
  readonly hostnameAssumed?: true
  readonly domainName?: string
  /** `clock timezone CET 1 0`: name and minutes east of UTC. */
  readonly timezone: { readonly name: string; readonly offsetMinutes: number }
  /** `crypto isakmp policy`, ascending priority, built-in defaults not included. */
  readonly isakmpPolicies: readonly IsakmpPolicy[]
  readonly isakmpDefaultPolicies: boolean
  /** `no crypto isakmp enable`: the router neither starts nor answers ISAKMP. Absent: it does. */
  readonly isakmpDisabled?: true
  readonly isakmpProfiles: readonly IsakmpProfile[]
  readonly isakmpIdentity: 'address' | 'dn' | 'hostname'
  readonly isakmpKeepalive?: { readonly interval: number; readonly retry: number; readonly periodic: boolean }
  readonly isakmpFragmentation: boolean
  readonly natTransparency: boolean
  readonly keyrings: readonly Keyring[]
  /** `crypto ikev2 …`. Absent where the text says nothing of it: IOS's defaults hold. */
  readonly ikev2?: IkeV2Configuration
  readonly certificateMaps: readonly CertificateMap[]
  readonly trustpoints: readonly TrustpointConfiguration[]
  readonly certificateChains: readonly CertificateChainSection[]
  readonly ipsec: IpsecConfiguration
  /** The lines of every mode that stand outside the subject: counted, kept, ignored. */
  readonly ignored: readonly SourceRef[]
  readonly notices: readonly ConfigurationNotice[]
}
