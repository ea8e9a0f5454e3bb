import { describe, expect, it } from 'vitest'
import { randomScenario } from '../../test/support/random-pair/index.ts'
import { holdsFor } from '../../test/support/scenario-folder.ts'
import { type Lab, labAt, storeOf } from '../lab/index.ts'
import type { Trustpoint } from '../pki/index.ts'
import { classesOf } from './classes.ts'
import { decideDirection } from './decide-direction.ts'
import { directionsOf, type PlannedDirection } from './directions.ts'
import { stabilityOf } from './stability.ts'
import { type StaticDirection, worldOf } from './static/index.ts'
import type { StabilityEvent } from './verdict.ts'

const asked = ({ initiator, responder, flow }: PlannedDirection): StaticDirection => ({
  initiator: initiator.name,
  responder: responder.name,
  flow,
})

/** What each direction comes to in a lab that nothing is known of but itself. */
const outcomesIn = (lab: Lab, directions: readonly PlannedDirection[]): unknown => {
  const world = worldOf(lab)
  return directions.map((planned) => {
    const { outcome, shown } = decideDirection(world, asked(planned))
    return [planned.initiator.name, outcome, shown.classes[0]?.walk.code ?? null]
  })
}

const said = ({ directions }: StabilityEvent): unknown =>
  directions.map(({ initiator, outcome, code }) => [initiator, outcome, code])

const reordered = (
  lab: Lab,
  name: string | null,
  order: (enrolled: readonly Trustpoint[]) => readonly Trustpoint[],
): Lab => ({
  ...lab,
  routers: lab.routers.map((router) => {
    if (router.name !== name) return router
    const enrolled = order(router.enrolled)
    return { ...router, enrolled, store: storeOf(enrolled, lab.knobs) }
  }),
})

const second = 1000
const day = 86_400_000

/** The lab to which an event leads; null for those that are no change of a lab. */
const after = (lab: Lab, { kind, router, trustpoint, at }: StabilityEvent): Lab | null => {
  switch (kind) {
    case 'renew':
      return reordered(lab, router, (enrolled) => [
        ...enrolled.filter(({ name }) => name !== trustpoint),
        ...enrolled.filter(({ name }) => name === trustpoint),
      ])
    case 'expire':
      return labAt(lab, Date.parse(at ?? '') + second)
    case 'reload':
      return reordered(lab, router, (enrolled) => enrolled.toReversed())
    default:
      return null
  }
}

/** A certificate that begins to be valid later, if only by the clock of a router that is slow, is no event of a tunnel's life. */
const hasFuture = ({ clock, routers }: Lab): boolean => {
  const now = clock + Math.min(...routers.map(({ clockOffset = 0 }) => clockOffset))
  return routers.some(({ enrolled }) =>
    enrolled.some(({ ca, identity }) =>
      [ca, identity?.certificate, ...(identity?.chain ?? [])].some(
        (each) => each !== undefined && each.notBefore > now,
      ),
    ),
  )
}

describe('what stability foretells', () => {
  it('comes true: after each event, and on any day between the expiries', { timeout: 600_000 }, () => {
    holdsFor(randomScenario, { runs: 60, seed: 11 }, (lab, draw) => {
      const all = directionsOf(lab)
      const peers = new Set(all.map(({ responder }) => responder.name))
      for (const peer of peers) {
        const directions = all.filter(({ initiator, responder }) =>
          [initiator.name, responder.name].every((name) => name === peer || name === 'R1'),
        )
        if (peer === 'R1' || directions.length === 0) continue
        const world = worldOf(lab)
        const known = directions.map(asked).map((each) => ({ ...each, classes: classesOf(world, each) }))
        const { events } = stabilityOf(world, known)
        for (const event of events) {
          const changed = after(lab, event)
          if (changed) expect([event.text, outcomesIn(changed, directions)]).toEqual([event.text, said(event)])
        }
        if (events.length === 0 || hasFuture(lab)) continue
        const then = lab.clock + draw(500) * day
        const last = events.findLast(({ kind, at }) => kind === 'expire' && Date.parse(at ?? '') < then)
        expect([then, outcomesIn(labAt(lab, then), directions)]).toEqual([
          then,
          last ? said(last) : outcomesIn(lab, directions),
        ])
      }
    })
  })
})
