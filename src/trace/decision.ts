import type { SourceRef } from './source.ts'

/** One thing that could have been chosen, and why it was taken or passed over. */
export interface Candidate {
  readonly name: string
  readonly taken: boolean
  readonly reason: string
  readonly at?: SourceRef
}

/** A rule of the model: a stable id that reports, tests and documents share. */
export type RuleId = string

/** A decision as data: the choice, every candidate with its reason, the rule, and the knob it leant on where sources disagree. */
export interface Decision<Choice> {
  readonly rule: RuleId
  /** How sure the rule is, and where it stands: a mark and a place of ios-semantics or the seed. */
  readonly source: string
  readonly choice: Choice
  readonly candidates: readonly Candidate[]
  /** The configuration lines that decided, most telling first. */
  readonly because: readonly SourceRef[]
  readonly knob?: { readonly name: string; readonly value: string }
}

/** A decision without what the function that took it tells its caller besides: the trace shows no more than its schema. */
export const bareDecision = <Choice>({
  rule,
  source,
  choice,
  candidates,
  because,
  knob,
}: Decision<Choice>): Decision<Choice> => ({ rule, source, choice, candidates, because, ...(knob ? { knob } : {}) })
