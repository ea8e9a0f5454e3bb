import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import type { Knobs } from './configuration.ts'
import { rules, type SelectionRuleId } from './rules.ts'

type KnobName = keyof Knobs

/** A decision under a rule of the table; `because` may name a line twice or not know it. */
export const decide = <Choice>(
  rule: SelectionRuleId,
  choice: Choice,
  candidates: readonly Candidate[],
  because: readonly (SourceRef | undefined)[] = [],
  knob?: { readonly name: KnobName; readonly value: string },
): Decision<Choice> => ({
  rule,
  source: rules[rule].source,
  choice,
  candidates,
  because: [...new Set(because.filter((line) => line !== undefined))],
  ...(knob === undefined ? {} : { knob }),
})

/** A candidate; `at` may be unknown. */
export const candidate = (name: string, taken: boolean, reason: string, at?: SourceRef): Candidate => ({
  name,
  taken,
  reason,
  ...(at === undefined ? {} : { at }),
})

/** The value of a knob in the form in which a decision names it. */
export const knobUsed = <Name extends KnobName>(
  knobs: Knobs,
  name: Name,
): { readonly name: Name; readonly value: Knobs[Name] } => ({ name, value: knobs[name] })
