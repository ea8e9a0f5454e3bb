import type { Knobs } from '../selection/index.ts'
import { type ClassTree, classesOf, isComplete, type UnknownClass } from './classes.ts'
import { contradictsDocuments, groupsOf, isByDefault, type OutcomeGroup } from './dependence.ts'
import type { StaticDirection, World } from './static/index.ts'
import type { Outcome } from './verdict.ts'

/** What a direction comes to by the decisions alone, over all its unknowns. */
export interface DecidedDirection {
  readonly tree: ClassTree
  readonly groups: readonly OutcomeGroup[]
  readonly outcome: Outcome
  /** The group of which is told first: of the first failure where the outcome is undecided. */
  readonly shown: OutcomeGroup
  /** False: there are more classes than were looked at, and then the outcome is undecided whatever the others come to. */
  readonly complete: boolean
}

/** Undecided: an order decides that nobody gave, or a behaviour that no document shows. */
const isUndecided = (knobs: Knobs, groups: readonly OutcomeGroup[]): boolean =>
  groups.filter(({ classes }) => classes.some((each) => isByDefault(each, knobs) || !contradictsDocuments(each, knobs)))
    .length > 1

const representative = ({ classes }: OutcomeGroup): UnknownClass => {
  const [first] = classes
  if (!first) throw new Error('a group without a class')
  return first
}

/** Finds the classes of a direction and what each comes to. `newest`: as for `classesOf`. */
export const decideDirection = (
  world: World,
  direction: StaticDirection,
  newest?: ReadonlyMap<string, string>,
): DecidedDirection => decideClasses(world, classesOf(world, direction, newest))

const enrolledIn =
  ({ lab }: World) =>
  (name: string): readonly string[] =>
    lab.routers.find((router) => router.name === name)?.enrolled.map((trustpoint) => trustpoint.name) ?? []

/** The same for classes that are known. */
export const decideClasses = (world: World, tree: ClassTree): DecidedDirection => {
  const groups = groupsOf(tree, enrolledIn(world))
  const complete = isComplete(tree)
  const undecided = !complete || isUndecided(world.lab.knobs, groups)
  const failing = undecided ? groups.find((group) => representative(group).walk.outcome !== 'up') : undefined
  const shown = failing ?? groups[0]
  if (!shown) throw new Error('a direction without a class')
  return { tree, groups, shown, complete, outcome: undecided ? 'undecided' : representative(shown).walk.outcome }
}
