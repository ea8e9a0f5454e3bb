import { type Knobs, parseKnob } from '../selection/index.ts'
import { InputError } from './input-error.ts'

export interface LabOptions {
  /** Milliseconds since 1970 UTC; instead of the clock that the inputs give. */
  readonly now?: number
  /** `NAME=VALUE`, over those of lab.yaml. */
  readonly knobs?: readonly string[]
}

/** The knobs that whoever asks has settled. Throws InputError for one that there is not. */
export const givenKnobs = (given: readonly string[]): Partial<Knobs> => {
  let knobs: Partial<Knobs> = {}
  for (const text of given) {
    const read = parseKnob(text)
    if (!read.ok) throw new InputError({ file: '--knob', message: `${text} is not known`, remedy: read.reject.detail })
    knobs = { ...knobs, ...read.value }
  }
  return knobs
}
