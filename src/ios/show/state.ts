import type { EspAuthentication, EspEncryption, ProxyIdentity } from '../../ipsec/index.ts'
import type { CertificateStore } from '../../pki/index.ts'
import type {
  IkeAuthentication,
  IkeEncryption,
  IkeGroup,
  IkeHash,
  IkeV2Encryption,
  IkeV2Group,
  IkeV2Integrity,
  IkeV2Prf,
  IsakmpPolicy,
} from '../../selection/index.ts'
import type { IkeV2SaStatus, SaState, SelectorText } from '../../trace/index.ts'
import type { RouterConfiguration } from '../configuration.ts'

/** One phase 1 SA. Lifetimes and times are seconds. */
export interface IsakmpSaState {
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  /** Decides which end `show crypto isakmp sa` calls source: the initiator. */
  readonly role: 'initiator' | 'responder'
  readonly state: SaState
  readonly connectionId: number
  /** IOS keeps a dead SA in the list for a while. */
  readonly deleted: boolean
  /** null until a policy is agreed. */
  readonly agreed: {
    readonly encryption: IkeEncryption
    readonly hash: IkeHash
    readonly authentication: IkeAuthentication
    readonly group: IkeGroup
    readonly lifetimeRemaining: number
  } | null
  readonly deadPeerDetection: boolean
  readonly natTraversal: boolean
  /** The peer's identity, once it is proved. */
  readonly phase1Id: string | null
  /** The ISAKMP profile that is bound. */
  readonly profile: string | null
}

/** A child of an IKEv2 SA. SPIs are hexadecimal, with or without `0x`. */
export interface IkeV2ChildState {
  readonly local: readonly SelectorText[]
  readonly remote: readonly SelectorText[]
  readonly inboundSpi: string
  readonly outboundSpi: string
  readonly encryption: EspEncryption
  readonly authentication: EspAuthentication | null
  readonly mode: 'tunnel' | 'transport'
}

/** One IKEv2 SA. Lifetimes and times are seconds, SPIs 16 hexadecimal digits. VRFs are not modelled. */
export interface IkeV2SaState {
  /** The SA ID of the debugs, and the tunnel ID of the tables. */
  readonly id: number
  /** Counts up; IOS keeps it when the SA is renewed, this model does not. */
  readonly sessionId: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  readonly role: 'initiator' | 'responder'
  readonly status: IkeV2SaStatus
  /** null until a proposal is agreed. `integrity` is null with a cipher that needs none. */
  readonly agreed: {
    readonly encryption: IkeV2Encryption
    readonly integrity: IkeV2Integrity | null
    readonly prf: IkeV2Prf
    readonly group: IkeV2Group
  } | null
  /** `RSA`, `ECDSA`, `PSK`, as in the trace; null until it is known. */
  readonly authSign: string | null
  readonly authVerify: string | null
  readonly lifetime: number
  readonly activeSeconds: number
  readonly localSpi: string
  readonly remoteSpi: string
  readonly localId: string | null
  readonly remoteId: string | null
  /** Of the next request of either side. */
  readonly nextMessageIds: { readonly local: number; readonly remote: number }
  readonly window: { readonly local: number; readonly remote: number }
  readonly deadPeerDetection: { readonly interval: number; readonly retry: number } | null
  readonly behindNat: 'none' | 'self' | 'peer' | 'both'
  /** Octets of the IP packet; null where not both ends fragment. */
  readonly fragmentationMtu: number | null
  readonly profile: string | null
  readonly children: readonly IkeV2ChildState[]
}

/** One ESP SA. `spi` is hexadecimal, with or without `0x`. */
export interface IpsecSaState {
  readonly spi: string
  readonly encryption: EspEncryption
  readonly authentication: EspAuthentication | null
  readonly mode: 'tunnel' | 'transport'
  readonly udpEncapsulation: boolean
  readonly connectionId: number
  readonly remainingKilobytes: number
  readonly remainingSeconds: number
}

/** A flow that a crypto map or a tunnel protects, with or without SAs. */
export interface IpsecFlowState {
  readonly interface: string
  /** `Tunnel1-head-0` for a tunnel. */
  readonly map: string
  readonly local: string
  readonly remote: string
  readonly remotePort: number
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  readonly pfsGroup: IkeGroup | null
  readonly packets: {
    readonly encapsulated: number
    readonly decapsulated: number
    readonly sendErrors: number
    readonly receiveErrors: number
  }
  readonly mtu: { readonly plaintext: number; readonly path: number; readonly interface: string }
  /** Seconds since the SAs came up; null while there are none. */
  readonly upFor: number | null
  readonly inbound: readonly IpsecSaState[]
  readonly outbound: readonly IpsecSaState[]
}

/** Everything of one router that a show command may ask for. */
export interface ShowState {
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
  /** The policies in force, ascending priority; one without `at` is built in (ios-semantics §1.3). */
  readonly isakmpPolicies: readonly IsakmpPolicy[]
  readonly isakmpSas: readonly IsakmpSaState[]
  readonly ikev2Sas: readonly IkeV2SaState[]
  readonly ipsecFlows: readonly IpsecFlowState[]
}
