import type { MessageName, SourceRef } from '../trace/index.ts'
import type { CatalogueCode } from './causes/index.ts'
import type { OneSidedTunnel } from './one-sided/types.ts'

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

/** The root cause of a direction that does not come up; `ikewise causes CODE` tells the rest of it. */
export interface Cause {
  readonly code: CatalogueCode
  readonly summary: string
  /** Who must act. */
  readonly actor: string
  /** What to do. */
  readonly remedy: string
  readonly because: readonly Because[]
}

/** Something the engineer must know although it does not decide the outcome. */
export interface Finding {
  readonly code: CatalogueCode
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
  /** The unknowns on which the outcome depends; none: it holds for every order and every reading of the documents. */
  readonly dependsOn: readonly Unknown[]
  /**
   * What the direction comes to, case by case. One case, without conditions, where nothing depends on an unknown. The
   * fields above tell of the first case; of the first that fails where the outcome is undecided.
   */
  readonly cases: readonly Case[]
  /** What would refuse next, were each refusal before it mended. */
  readonly nextBlockers: readonly Blocker[]
}

/** An input that was not given. `name`: of the router whose order of enrolment it is, of the knob, or the trustpoint of which nobody knows the CA. */
export interface Unknown {
  readonly kind: 'order' | 'knob' | 'ca'
  readonly name: string
  readonly text: string
}

/** What must hold of one unknown. */
export type Condition =
  | {
      readonly kind: 'order'
      readonly router: string
      /** One of these trustpoints was enrolled or renewed after all the others of `among`. */
      readonly newest: readonly string[]
      readonly among: readonly string[]
      readonly text: string
    }
  | { readonly kind: 'knob'; readonly knob: string; readonly is: readonly string[]; readonly text: string }
  /** `TP1 of R1` is of one CA with one of these: `VPN of R2`, or `no trustpoint of R2`. */
  | { readonly kind: 'ca'; readonly trustpoint: string; readonly is: readonly string[]; readonly text: string }

export interface Case {
  /** Alternatives; in each all conditions hold. Empty: always. */
  readonly when: readonly (readonly Condition[])[]
  readonly outcome: Exclude<Outcome, 'undecided'>
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  readonly code: string | null
  readonly summary: string | null
  /** The trustpoint with which each router signs. */
  readonly signsWith: Readonly<Record<string, string | null>>
}

/** A refusal that stands behind the one that is met first. */
export interface Blocker {
  readonly code: string
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  readonly summary: string
  /** Who must act. */
  readonly actor: string
  /** The lines on which it rests, most telling first. */
  readonly at: readonly SourceRef[]
}

/** Something that happens in a tunnel's life, and what each direction comes to after it. */
export interface StabilityEvent {
  readonly kind: 'renew' | 'enrol' | 'expire' | 'rekey' | 'reload'
  readonly router: string | null
  readonly trustpoint: string | null
  /** ISO 8601; null where it may happen any day. */
  readonly at: string | null
  /** `R1 renews its certificate of IOSCA2`. */
  readonly text: string
  /** What a direction that is up today is exposed to, by its code in the catalogue of causes; null where it stays up. */
  readonly risk: CatalogueCode | null
  readonly directions: readonly {
    readonly initiator: string
    readonly responder: string
    readonly outcome: Outcome
    readonly code: string | null
    /** Another outcome than today's. */
    readonly changes: boolean
  }[]
}

/** What stands for a pre-shared key in the lines of a fix: keys are shown to nobody. */
export interface KeyPlaceholder {
  /** `<the key that R1 has for 192.168.0.2>`. */
  readonly placeholder: string
  /** Where the key is, itself masked: its line, or that of the keyring's peer. */
  readonly at: SourceRef
}

/** Lines to paste into one router, and those that take them back. */
export interface FixEdit {
  readonly router: string
  readonly file: string
  readonly paste: readonly string[]
  readonly undo: readonly string[]
  /** Whoever pastes these lines puts the keys in first. */
  readonly keys: readonly KeyPlaceholder[]
}

/** A change that makes both directions come up in every case, proved by negotiation. */
export interface Fix {
  /** `R2: profile prof1 names trust point IOSCA1`. */
  readonly text: string
  readonly edits: readonly FixEdit[]
  /** What it takes from security; null where it takes nothing. */
  readonly widensTrust: string | null
  /** Why it may not last; null where it holds whatever is renewed. */
  readonly fragile: string | null
  /** Cases that were walked, and negotiations that were run, with both directions up in all. */
  readonly proved: { readonly cases: number; readonly negotiations: number }
}

export interface Tunnel {
  readonly ends: readonly [string, string]
  readonly protocol: 'IKEv1' | 'IKEv2'
  /** `RSA signatures`, `ECDSA signatures`, `pre-shared key`; null where no policy was agreed in either direction. */
  readonly authentication: string | null
  readonly directions: readonly Direction[]
  /** What would change an outcome in the life of the tunnel. */
  readonly stability: readonly StabilityEvent[]
  /** Proved changes, the least intrusive first; null where nobody asked for one. */
  readonly fixes: readonly Fix[] | null
}

/** Where a part of the inputs was found, or what was taken for granted where nothing tells it. */
interface InputSource {
  /**
   * What was read: a `configuration`, `certificates`, the `order` of enrolment, the `clock`, a `serial` number. What was not:
   * `assumed`, `unknown` (every possibility was tried), `not-read`.
   */
  readonly kind: 'configuration' | 'certificates' | 'order' | 'clock' | 'serial' | 'assumed' | 'unknown' | 'not-read'
  readonly router: string | null
  readonly file: string | null
  /** Counted from 1, in the file as it was given. */
  readonly lines: { readonly from: number; readonly to: number } | null
  readonly text: string
}

export interface Verdict {
  readonly schema: 'ikewise/verdict/1'
  /** What was read where, and what was assumed; empty where a `lab.yaml` says it all. */
  readonly sources: readonly InputSource[]
  readonly tunnels: readonly Tunnel[]
  /** The tunnels of the only router that is known, where one is; empty otherwise. */
  readonly oneSided: readonly OneSidedTunnel[]
  readonly findings: readonly Finding[]
}
