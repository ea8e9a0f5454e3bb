import type { MessageName, SourceRef } from '../trace/index.ts'

/** The answer, as `verdict.json` holds it. Codes and rule ids are stable: reports, tests and documents share them. */

export type Outcome = 'up' | 'down' | 'half-open' | 'undecided'

/** One link of the chain of reasons that ends in a failure, in the order in which it happened. */
export interface Because {
  /** Id of the rule, of `selection/` or `ipsec/`. */
  readonly rule: string
  readonly router: string
  /** The message that was being built or read. */
  readonly message: MessageName | null
  /** What the router did: `R1 asks for every CA it knows, CA2 first`. */
  readonly what: string
  /** Why: `its newest certificate is from CA2; it has no profile yet`. */
  readonly why: string
  readonly at: SourceRef | null
  /** Index of the event in the direction's trace. */
  readonly event: number | null
}

export interface Cause {
  readonly code: string
  readonly summary: string
  readonly because: readonly Because[]
}

/** Something the engineer must know although it does not decide the outcome. */
export interface Finding {
  readonly code: string
  readonly severity: 'warning' | 'note'
  readonly router: string
  readonly text: string
  readonly at: SourceRef | null
}

export interface SentCertificate {
  readonly trustpoint: string
  readonly subject: string
  readonly issuer: string
  readonly serial: string
}

/** Where a router ends: the state of `show crypto isakmp sa`, the status of `show crypto ikev2 sa`; null without a session. */
export interface FinalState {
  readonly isakmp: string | null
  readonly ikev2: string | null
  readonly ipsec: boolean
}

export interface Direction {
  readonly initiator: string
  readonly responder: string
  readonly outcome: Outcome
  /** The message at which it ended; null where everything completed. */
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  /** What each router signed with, by router; null with a pre-shared key or where it never came to that. */
  readonly certificates: Readonly<Record<string, SentCertificate | null>>
  readonly final: Readonly<Record<string, FinalState>>
  /** Echo requests from loopback to loopback, and the replies that came back through ESP. */
  readonly traffic: { readonly sent: number; readonly received: number } | null
  readonly cause: Cause | null
  /** Unknowns and knobs on which this outcome depends. */
  readonly dependsOn: readonly { readonly name: string; readonly value: string; readonly text: string }[]
}

export interface Tunnel {
  readonly ends: readonly [string, string]
  readonly protocol: 'IKEv1' | 'IKEv2'
  /** `RSA signatures`, `ECDSA signatures`, `pre-shared key`; null where no policy was agreed in either direction. */
  readonly authentication: string | null
  readonly directions: readonly Direction[]
}

export interface Verdict {
  readonly schema: 'ikewise/verdict/1'
  readonly tunnels: readonly Tunnel[]
  readonly findings: readonly Finding[]
}
