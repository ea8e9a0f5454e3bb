/**
 * A line of a log. `…` stands for what differs from run to run. `side`: `self` is the router that refuses, or of which a
 * finding tells; `peer` the one that is refused.
 */
export interface LogLine {
  readonly side: 'self' | 'peer'
  readonly protocol: 'IKEv1' | 'IKEv2'
  /** Only where `self` has that role; without it in either. */
  readonly as?: 'initiator' | 'responder'
  readonly text: string
}

/**
 * One cause. In its texts `{self}` stands for the router that refuses, or of which a finding tells, `{peer}` for the other
 * one. Texts are for an engineer who has not read ours.
 */
export interface CauseEntry {
  /** A name for it, without the routers. */
  readonly title: string
  /** `failure`: the root cause of a direction that does not come up. `finding`: told beside the outcome. `risk`: of a tunnel that is up. */
  readonly kinds: readonly ('failure' | 'finding' | 'risk')[]
  /** One line, for a verdict. */
  readonly summary: string
  /** What happened. */
  readonly happened: string
  /** Why routers do that. */
  readonly why: string
  /** What each side's log shows of it; empty: nothing that tells. */
  readonly log: readonly LogLine[]
  /** Who must act. */
  readonly actor: string
  /** What to do. */
  readonly remedy: string
  /** Where it is known from: sections of ios-semantics or of an RFC, with the mark of how sure it is. */
  readonly source: string
  /** The numbers that it has in ios-semantics §6. */
  readonly entries: readonly number[]
}

export type Family<Code extends string> = { readonly [Each in Code]: CauseEntry }
