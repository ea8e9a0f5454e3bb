import { type DirectionRun, type Lab, runDirection, storeOf } from '../lab/index.ts'
import { blockersOf, toldFor } from './blockers.ts'
import type { ClassTree, UnknownClass } from './classes.ts'
import { decideDirection } from './decide-direction.ts'
import { caseOf, type OutcomeGroup } from './dependence.ts'
import type { PlannedDirection } from './directions.ts'
import { judge } from './judge.ts'
import { endsOf, type Walk, type World, walk } from './static/index.ts'
import type { Case, Condition, Direction, Unknown } from './verdict.ts'

/** A direction with a negotiation of each case; the first run is the one of which the verdict tells. */
export interface ProvenDirection {
  readonly direction: Direction
  readonly runs: readonly DirectionRun[]
  /** False: there are more cases than were looked at. */
  readonly complete: boolean
  readonly classes: ClassTree
}

/** The decisions and the negotiation must never disagree: then one of them is wrong, and nothing that is said can be trusted. */
export class Disagreement extends Error {}

/** A lab in which what a class leaves open is settled. */
const labOfClass = (lab: Lab, { orders, knobs }: Pick<UnknownClass, 'orders' | 'knobs'>): Lab => ({
  ...lab,
  knobs,
  routers: lab.routers.map((router) => {
    const enrolled = orders.get(router.name) ?? router.enrolled
    return { ...router, enrolled, store: storeOf(enrolled, knobs) }
  }),
})

const negotiate = (
  lab: Lab,
  { initiator, responder, flow }: PlannedDirection,
  of: UnknownClass,
  isTold: boolean,
): DirectionRun => {
  // That a failure comes again is shown of the case that is told; the property tests try every one of them five times.
  const attempts = isTold ? lab.failingPingCount : 1
  const pingCount = of.walk.outcome === 'down' ? Math.min(lab.pingCount, attempts) : lab.pingCount
  const settled = { ...labOfClass(lab, of), pingCount }
  const named = (name: string) => {
    const router = settled.routers.find((candidate) => candidate.name === name)
    if (!router) throw new Error(`no router ${name} in the lab`)
    return router
  }
  return runDirection(settled, named(initiator.name), named(responder.name), flow)
}

const compare = (run: DirectionRun, direction: Direction, { walk }: UnknownClass): void => {
  const decided = [
    walk.outcome,
    walk.code === 'peer-unreachable' ? direction.stage : walk.stage,
    walk.rejectedBy,
    walk.code,
  ]
  const negotiated = [direction.outcome, direction.stage, direction.rejectedBy, direction.cause?.code ?? null]
  if (JSON.stringify(decided) === JSON.stringify(negotiated)) return
  throw new Disagreement(
    `${run.initiator} initiates to ${run.responder}: the decisions say ${decided.join(', ')}, the negotiation says ${negotiated.join(', ')}`,
  )
}

const summaryFor = (
  { code, rejectedBy }: Pick<Walk, 'code' | 'rejectedBy'>,
  planned: PlannedDirection,
): string | null => (code === null ? null : toldFor(code, rejectedBy, planned).summary)

const unknownOf = (condition: Condition): Unknown => {
  switch (condition.kind) {
    case 'order':
      return { kind: 'order', name: condition.router, text: `the order in which ${condition.router} enrolled` }
    case 'knob':
      return {
        kind: 'knob',
        name: condition.knob,
        text: `what IOS does, on which sources disagree: knob ${condition.knob}`,
      }
    case 'ca':
      return {
        kind: 'ca',
        name: condition.trustpoint,
        text: `with which trustpoint ${condition.trustpoint} shares its CA`,
      }
  }
}

const unknownsOf = (cases: readonly Case[]): readonly Unknown[] => {
  const found = new Map<string, Unknown>()
  for (const { when } of cases)
    for (const condition of when.flat()) {
      const unknown = unknownOf(condition)
      found.set(`${unknown.kind} ${unknown.name}`, unknown)
    }
  return [...found.values()]
}

/** Proves one direction: finds its classes by the decisions, and runs a negotiation of each outcome. */
export const proveDirection = (
  world: World,
  planned: PlannedDirection,
  newest?: ReadonlyMap<string, string>,
): ProvenDirection => {
  const { lab } = world
  const { initiator, responder, flow } = planned
  const asked = { initiator: initiator.name, responder: responder.name, flow }
  const { tree, groups, outcome, shown: shownGroup, complete } = decideDirection(world, asked, newest)
  const proven = groups.map((group) => {
    const first = firstOf(group)
    const run = negotiate(lab, planned, first, group === shownGroup)
    const direction = judge(run, endsOf(world, asked, first.orders, first.knobs))
    compare(run, direction, first)
    return { group, run, direction, told: caseOf(group, summaryFor(first.walk, planned)) }
  })
  const shown = proven.find(({ group }) => group === shownGroup)
  if (!shown) throw new Error('a direction without a class')
  const cases = proven.map(({ told }) => told)
  const { orders, knobs } = firstOf(shownGroup)
  return {
    direction: {
      ...shown.direction,
      outcome,
      dependsOn: unknownsOf(cases),
      cases,
      nextBlockers: blockersOf(world, planned, walk(world, asked, orders, knobs, { goesOn: true })),
    },
    complete,
    classes: tree,
    runs: [shown.run, ...proven.filter((each) => each !== shown).map(({ run }) => run)],
  }
}

const firstOf = ({ classes }: OutcomeGroup): UnknownClass => {
  const [first] = classes
  if (!first) throw new Error('a group without a class')
  return first
}
