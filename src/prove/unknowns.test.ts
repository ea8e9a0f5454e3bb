import { describe, expect, it } from 'vitest'
import { randomScenario } from '../../test/support/random-pair/index.ts'
import { type Draw, holdsFor } from '../../test/support/scenario-folder.ts'
import type { Lab } from '../lab/index.ts'
import { type Knobs, knobs as knobTable } from '../selection/index.ts'
import { classesOf } from './classes.ts'
import { decideClasses, decideDirection } from './decide-direction.ts'
import { caseOf } from './dependence.ts'
import { directionsOf } from './directions.ts'
import { type Orders, walk, worldOf } from './static/index.ts'
import type { Case, Condition } from './verdict.ts'

/** No behaviour on which sources disagree: an extension that no IOS of the time has, and an event. */
const noUnknowns: readonly (keyof Knobs)[] = ['v2.supportedAuthMethods', 'store.orderAfterReload']

const shuffled = <T>(values: readonly T[], draw: Draw): readonly T[] => {
  const rest = [...values]
  return values.flatMap(() => rest.splice(draw(rest.length), 1))
}

/** One way in which everything that nobody said may be. */
interface Assignment {
  readonly orders: Orders
  readonly knobs: Knobs
}

const drawn = (lab: Lab, draw: Draw): Assignment => {
  const knobs = knobTable.map(({ name, values }) => [
    name,
    lab.settled.has(name) || noUnknowns.includes(name) || draw(2) === 0 ? lab.knobs[name] : values[draw(values.length)],
  ])
  return {
    knobs: Object.fromEntries(knobs) as unknown as Knobs,
    orders: new Map(
      lab.routers.map(({ name, enrolled, orderKnown }) => [name, orderKnown ? enrolled : shuffled(enrolled, draw)]),
    ),
  }
}

const isTrue = (condition: Condition, { orders, knobs }: Assignment): boolean => {
  if (condition.kind === 'knob')
    return condition.is.includes((knobs as unknown as Record<string, string>)[condition.knob] ?? '')
  // The random routers enrol where their URLs say.
  if (condition.kind === 'ca') return false
  const newest = orders.get(condition.router)?.findLast(({ name }) => condition.among.includes(name))
  return newest !== undefined && condition.newest.includes(newest.name)
}

const applies = ({ when }: Case, assignment: Assignment): boolean =>
  when.length === 0 || when.some((all) => all.every((condition) => isTrue(condition, assignment)))

describe('the cases of a verdict', () => {
  it('cover every order and every knob, each once, and foretell what it comes to', { timeout: 600_000 }, () => {
    holdsFor(randomScenario, { runs: 120, seed: 4 }, (lab, draw) => {
      const world = worldOf(lab)
      for (const { initiator, responder, flow } of directionsOf(lab)) {
        const asked = { initiator: initiator.name, responder: responder.name, flow }
        const cases = decideDirection(world, asked).groups.map((group) => caseOf(group, null))
        // With hardly any walks some cases stay unknown: those that are told hold all the same.
        const few = decideClasses(world, classesOf(world, asked, undefined, 3)).groups.map((group) =>
          caseOf(group, null),
        )
        for (let times = 0; times < 8; times += 1) {
          const assignment = drawn(lab, draw)
          const { outcome, stage, rejectedBy, code } = walk(world, asked, assignment.orders, assignment.knobs)
          expect(
            cases
              .filter((each) => applies(each, assignment))
              .map((each) => [each.outcome, each.stage, each.rejectedBy, each.code]),
          ).toEqual([[outcome, stage, rejectedBy, code]])
          expect([[], [[outcome, stage, rejectedBy, code]]]).toContainEqual(
            few
              .filter((each) => applies(each, assignment))
              .map((each) => [each.outcome, each.stage, each.rejectedBy, each.code]),
          )
        }
      }
    })
  })
})
