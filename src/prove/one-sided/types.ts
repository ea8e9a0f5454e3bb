import type { MessageName, RejectCode, SourceRef } from '../../trace/index.ts'
import type { NetworkCode } from '../causes/index.ts'

/** What one router says about a peer of whom nothing is known, as `verdict.json` holds it. */

export type PeerConditionKind =
  | 'address'
  | 'ike-proposal'
  | 'authentication'
  | 'shared-key'
  | 'requests'
  | 'trust'
  | 'match'
  | 'certificate'
  | 'other-certificates'
  | 'identity'
  | 'transform'
  | 'pfs'
  | 'selectors'

/** A way to meet a condition, and what it leads to: `a request for CA1`, `R1 signs with IOSCA1`. */
export interface PeerAlternative {
  readonly value: string
  readonly leadsTo: string | null
}

/** With which code a router refuses. The root cause behind it depends on both ends, so it cannot be told from one. */
export type PeerRefusal = RejectCode | NetworkCode

/** How a negotiation ends. `rejectedBy`: the router's name, or `peer`; null where nobody refuses. */
export interface PeerFailure {
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  readonly code: PeerRefusal
  readonly outcome: 'down' | 'half-open'
  /** Only where this behaviour of IOS, on which sources disagree, is so: `v1.initiatorIdCheck=fail`. Null: always. */
  readonly only: string | null
}

/** Where another reading of the documents changes what the peer must do. */
export interface PeerReading {
  readonly knob: string
  readonly is: string
  readonly text: string
}

/** One thing that the peer must have or do. Together with the others it is enough. */
export interface PeerCondition {
  readonly kind: PeerConditionKind
  /** `rsa-sig`, `ecdsa-sig` or `pre-share` where the peer may choose, and it counts with that method only; null: always. */
  readonly with: string | null
  readonly message: MessageName | null
  /** What the known router does. */
  readonly does: string
  /** What the peer must do. */
  readonly must: string
  /** Each is enough. Empty: `must` says it all. */
  readonly oneOf: readonly PeerAlternative[]
  /** What fails where only this condition is not met; null where nothing does in this direction. */
  readonly otherwise: PeerFailure | null
  readonly readings: readonly PeerReading[]
  readonly rule: string | null
  readonly at: SourceRef | null
}

/** Why no peer whatever makes a direction come up. */
export interface NoPeer {
  readonly stage: MessageName | null
  /** The router's name; `peer` where every peer refuses; null where nobody does. */
  readonly rejectedBy: string | null
  readonly code: PeerRefusal
  readonly summary: string
  readonly at: SourceRef | null
  /** Readings of the documents under which it depends on the peer after all. */
  readonly readings: readonly PeerReading[]
}

export interface OneSidedDirection {
  /** What the known router is. */
  readonly role: 'initiator' | 'responder'
  /** `undecided`: it depends on the peer, or on a behaviour of IOS that no document shows. `down`: no peer makes it come up. */
  readonly outcome: 'undecided' | 'down'
  /** When it comes up, or why it never does, as a sentence. */
  readonly text: string
  readonly cause: NoPeer | null
  readonly conditions: readonly PeerCondition[]
  /** A peer that meets the conditions came up in every case of what is unknown; null where none was found. */
  readonly proof: {
    /** Which of the tunnel's `peers`. */
    readonly peer: number
    readonly cases: number
    readonly negotiations: number
    /** What is still unknown of the known router and decides, with this peer; empty: it holds in every case. */
    readonly dependsOn: readonly string[]
  } | null
  /** Why there is no proof; null where there is one, and where no peer comes up. */
  readonly unproved: string | null
}

/** A configuration with which a peer came up; keys are masked. */
interface ProvedPeer {
  readonly serves: readonly ('initiator' | 'responder')[]
  readonly lines: readonly string[]
}

export interface OneSidedTunnel {
  readonly router: string
  /** As IOS tags it: `Tunnel1-head-0`, `CMAP 10`. */
  readonly tunnel: string
  readonly interface: string
  readonly localAddress: string
  readonly peer: string
  readonly protocol: 'IKEv1' | 'IKEv2'
  readonly at: SourceRef
  readonly directions: readonly OneSidedDirection[]
  readonly peers: readonly ProvedPeer[]
}
