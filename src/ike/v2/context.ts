import type { CrlAnswers } from '../../pki/index.ts'
import type { SelectionContext } from '../../selection/index.ts'
import type { EventBody, RejectCode } from '../../trace/index.ts'
import type { IkeV2Proposal, TrafficSelector, WireLimits } from '../../wire/index.ts'
import type { AgreedChild } from '../effects.ts'

/** Settings of the engine that are not configuration of the router. Times are milliseconds. */
export interface IkeV2Settings {
  /** Before the first retransmission; each one after waits twice as long (a model choice, ios-semantics has no figure). */
  readonly retransmitAfter: number
  readonly retransmitLimit: number
  /** How long a responder keeps an SA that does not complete. */
  readonly halfOpenLifetime: number
  readonly maxHalfOpen: number
  /** ECDSA nonces and PSS salts: derived (a run repeats exactly), or random (live). */
  readonly signatureNonce: 'deterministic' | 'random'
  readonly natTraversal: boolean
  /** Follow a peer's hash-and-URL certificates (RFC 7296 §3.6; attacks A18). */
  readonly fetchCertificates: boolean
  /** Hand out the keys of IKE SAs as an effect. */
  readonly exportKeys: boolean
  readonly limits: WireLimits
}

/** What is put into SA, TSi and TSr for a child. */
export interface ChildOffer {
  readonly flow: string
  readonly proposals: readonly IkeV2Proposal[]
  readonly tsi: readonly TrafficSelector[]
  readonly tsr: readonly TrafficSelector[]
  readonly transport: boolean
  /** The group of the KE payload: null in IKE_AUTH, and where the flow wants no PFS. */
  readonly group: number | null
  readonly events: readonly EventBody[]
}

export type ChildRefusal = 'TS_UNACCEPTABLE' | 'NO_PROPOSAL_CHOSEN' | 'INVALID_KE_PAYLOAD'

export type ChildAnswer =
  | {
      readonly accepted: true
      readonly child: AgreedChild
      readonly proposal: IkeV2Proposal
      /** As the initiator named the sides; narrowed. */
      readonly tsi: readonly TrafficSelector[]
      readonly tsr: readonly TrafficSelector[]
      readonly transport: boolean
      readonly events: readonly EventBody[]
    }
  | {
      readonly accepted: false
      /** Stable id of the cause. */
      readonly code: RejectCode
      readonly detail: string
      readonly notify: ChildRefusal
      /** The group that is wanted, with INVALID_KE_PAYLOAD. */
      readonly group?: number
      readonly events: readonly EventBody[]
    }

/** What a child's negotiation asks of `ipsec/`, which stands above this room; the router wires the two together. */
export interface ChildPort {
  /** The initiator's offer for a flow. `spi` is its inbound SPI. Without `keyExchange` (IKE_AUTH) no group is proposed. */
  offer(
    flow: string,
    request: { readonly spi: Uint8Array; readonly keyExchange: boolean },
  ): ChildOffer | { readonly refused: string }
  /** The responder's answer; `spi` is its own inbound SPI, which stands in the returned proposal. */
  answer(request: {
    readonly local: string
    readonly peer: string
    readonly boundProfile: string | null
    readonly proposals: readonly IkeV2Proposal[]
    readonly tsi: readonly TrafficSelector[]
    readonly tsr: readonly TrafficSelector[]
    readonly transport: boolean
    /** Group of the KE payload; null where there is none. */
    readonly group: number | null
    readonly keyExchange: boolean
    readonly spi: Uint8Array
    readonly udpEncapsulation: boolean
  }): ChildAnswer
  /** The initiator checks what came back against its offer. */
  confirm(request: {
    readonly offer: ChildOffer
    readonly returned: readonly IkeV2Proposal[]
    readonly tsi: readonly TrafficSelector[]
    readonly tsr: readonly TrafficSelector[]
    readonly transport: boolean
    readonly local: string
    readonly peer: string
    readonly udpEncapsulation: boolean
  }): ChildAnswer
}

/** Everything a step reads. Time and random bytes are inputs. */
export interface IkeV2Context {
  readonly selection: SelectionContext
  readonly children: ChildPort
  readonly settings: IkeV2Settings
  readonly crls: CrlAnswers
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  readonly random: (octets: number) => Uint8Array
}
