import type { LabRouter } from '../lab/index.ts'
import type { ClassTree } from './classes.ts'
import { decideClasses } from './decide-direction.ts'
import type { StaticDirection, World } from './static/index.ts'
import type { Outcome, StabilityEvent } from './verdict.ts'

/* What may happen in the life of a tunnel, and what comes of it: words that all who foretell it share. */

/** A direction with its classes of today. */
export interface KnownDirection extends StaticDirection {
  readonly classes: ClassTree
}

interface DirectionOutcome {
  readonly outcome: Outcome
  readonly code: string | null
}

/** Today's outcome of each direction, or that after an event. */
export type Outcomes = readonly DirectionOutcome[]

export type Happening = Pick<StabilityEvent, 'kind' | 'router' | 'trustpoint' | 'at' | 'text'>

export interface After {
  readonly happening: Happening
  readonly after: Outcomes
}

export const outcomeOf = (world: World, classes: ClassTree): DirectionOutcome => {
  const { outcome, shown } = decideClasses(world, classes)
  return { outcome, code: shown.classes[0]?.walk.code ?? null }
}

export const endsOf = ({ lab }: World, directions: readonly StaticDirection[]): readonly LabRouter[] => {
  const names = new Set(directions.flatMap(({ initiator, responder }) => [initiator, responder]))
  return lab.routers.filter(({ name }) => names.has(name))
}
