import type { EspAuthentication, EspEncryption, ProxyIdentity } from '../../ipsec/index.ts'
import type { CertificateStore } from '../../pki/index.ts'
import type { IkeAuthentication, IkeEncryption, IkeGroup, IkeHash, IsakmpPolicy } from '../../selection/index.ts'
import type { SaState } from '../../trace/index.ts'
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
  readonly ipsecFlows: readonly IpsecFlowState[]
}
