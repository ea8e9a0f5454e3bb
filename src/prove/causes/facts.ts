import type { Certificate } from '../../pki/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import type { End } from '../static/ends.ts'

/** Why packets got no answer: nobody refused anything. */
export type NetworkCode = 'peer-unreachable' | 'fragments-dropped' | 'no-answer'

/** What is known of a refusal when it happens, from the decisions or from the events of a negotiation alike. */
export interface RefusalFacts {
  readonly code: RejectCode
  readonly version: 1 | 2
  /** The router that refuses, or that cannot go on. */
  readonly self: End
  readonly peer: End
  /** Of `self`. */
  readonly role: 'initiator' | 'responder'
  /** Dotted: where `self` and its peer are. */
  readonly addresses: { readonly self: string; readonly peer: string }
  /** The trustpoint with which the peer signs; null with a shared key or where it never came to that. */
  readonly peerSigns: string | null
  /** Who the peer says it is; null where it never came to that. */
  readonly peerIdentity: IdentityFact | null
  /** The profile that `self` has bound the peer to; null: none. */
  readonly bound: string | null
  /** The certificates of all CAs. */
  readonly authorities: readonly Certificate[]
  /** To be told of each knob on which the cause leans. */
  readonly lean: (knob: string) => void
}

/** An identity as it is printed; `type` is the number of the ID payload. */
export interface IdentityFact {
  readonly type: number
  readonly value: string
}
