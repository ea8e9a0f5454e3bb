import type { CrlAnswers } from '../../pki/index.ts'
import type { SelectionContext } from '../../selection/index.ts'
import type { EventBody, RejectCode } from '../../trace/index.ts'
import type { Proposal, WireLimits } from '../../wire/index.ts'
import type { AgreedChild, ProxyIdentity } from '../effects.ts'

/** Settings of the engine that are not configuration of the router. Times are milliseconds. */
export interface IkeV1Settings {
  /** IOS: 10 s, 5 attempts (ios-semantics §4.5 [M-h]). */
  readonly retransmitAfter: number
  readonly retransmitLimit: number
  /** How long a responder keeps a session that does not complete. */
  readonly halfOpenLifetime: number
  readonly maxHalfOpen: number
  /** ECDSA nonces: derived from the key and the message (a run repeats exactly), or random (live). */
  readonly signatureNonce: 'deterministic' | 'random'
  readonly natTraversal: boolean
  /** `crypto isakmp fragmentation`: announce it, and send in fragments what is longer than `fragmentSize` octets. */
  readonly fragmentation: boolean
  readonly fragmentSize: number
  readonly keepalive: { readonly interval: number; readonly retry: number; readonly periodic: boolean } | null
  /** Hand out phase 1 keys as an effect. */
  readonly exportKeys: boolean
  readonly limits: WireLimits
}

export interface QuickModeOffer {
  readonly flow: string
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  readonly proposals: readonly Proposal[]
  readonly pfsGroup: number | null
  readonly events: readonly EventBody[]
}

export type QuickModeAnswer =
  | {
      readonly accepted: true
      readonly child: AgreedChild
      readonly proposal: Proposal
      readonly events: readonly EventBody[]
    }
  | {
      readonly accepted: false
      /** Stable id of the cause. */
      readonly code: RejectCode
      readonly detail: string
      /** IOS's number: 32 no matching map, 64 and 256 transform. */
      readonly error: number
      readonly events: readonly EventBody[]
    }

/** What quick mode asks of `ipsec/`, which stands above this room; the router wires the two together. */
export interface QuickModePort {
  /** The initiator's offer for a flow. `spi` is its inbound SPI. */
  offer(
    flow: string,
    request: { readonly spi: Uint8Array; readonly udpEncapsulation: boolean },
  ): QuickModeOffer | { readonly refused: string }
  /** The responder's answer; `spi` is its own inbound SPI, which stands in the returned proposal. */
  answer(request: {
    readonly local: string
    readonly peer: string
    readonly boundProfile: string | null
    readonly localProxy: ProxyIdentity
    readonly remoteProxy: ProxyIdentity
    readonly proposals: readonly Proposal[]
    readonly offeredGroup: number | null
    readonly spi: Uint8Array
    readonly udpEncapsulation: boolean
  }): QuickModeAnswer
  /** The initiator checks what came back against its offer. */
  confirm(request: {
    readonly offer: QuickModeOffer
    readonly returned: readonly Proposal[]
    readonly local: string
    readonly peer: string
    readonly udpEncapsulation: boolean
  }): QuickModeAnswer
}

/** Everything a step reads. Time and random bytes are inputs. */
export interface IkeV1Context {
  readonly selection: SelectionContext
  readonly quickMode: QuickModePort
  readonly settings: IkeV1Settings
  readonly crls: CrlAnswers
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  readonly random: (octets: number) => Uint8Array
  /** True where we hold no SA of either phase with that address. */
  readonly isFirstContact: (address: string) => boolean
}
