import { describe, expect, it } from 'vitest'
import { randomScenario } from '../../../test/support/random-pair/index.ts'
import { type Draw, holdsFor } from '../../../test/support/scenario-folder.ts'
import { type Lab, type LabRouter, runDirection, storeOf } from '../../lab/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { directionsOf, type PlannedDirection } from '../directions.ts'
import { judge } from '../judge.ts'
import { endsOf, type StaticDirection, worldOf } from '../static/index.ts'
import type { Fix } from '../verdict.ts'
import { fixesFor } from './fix.ts'
import { withEdit } from './paste.ts'

const asked = ({ initiator, responder, flow }: PlannedDirection): StaticDirection => ({
  initiator: initiator.name,
  responder: responder.name,
  flow,
})

const changed = (lab: Lab, change: (router: LabRouter) => LabRouter): Lab => ({
  ...lab,
  routers: lab.routers.map(change),
})

/** Nobody knows in which order they enrolled. */
const opened = (lab: Lab): Lab => changed(lab, (router) => ({ ...router, orderKnown: router.enrolled.length < 2 }))

/** What each direction comes to, with everything that it depends on; of one tunnel, or of all others. */
const casesIn = (lab: Lab, isMeant: (planned: PlannedDirection) => boolean): readonly unknown[] => {
  const world = worldOf(lab)
  return directionsOf(lab)
    .filter(isMeant)
    .map((planned) => {
      const { groups, outcome } = decideDirection(world, asked(planned))
      const told = groups.map(({ when, classes }) => [when, classes[0]?.walk.outcome, classes[0]?.walk.code])
      return [planned.initiator.name, planned.responder.name, outcome, told]
    })
}

const pasted = (lab: Lab, { edits }: Fix, lines: 'paste' | 'undo'): Lab =>
  edits.reduce<Lab>((before, { router, [lines]: paste }) => {
    const after = withEdit(before, { router, paste })
    if (!after) throw new Error(`IOS's reader refuses ${paste.join(' / ')}`)
    return after
  }, lab)

/** Any order at all: a negotiation of each direction. */
const negotiated = (lab: Lab, draw: Draw, isMeant: (planned: PlannedDirection) => boolean): readonly unknown[] => {
  const drawn = changed(lab, (router) => {
    const rest = [...router.enrolled]
    const enrolled = router.orderKnown
      ? router.enrolled
      : router.enrolled.flatMap(() => rest.splice(draw(rest.length), 1))
    return { ...router, enrolled, store: storeOf(enrolled, lab.knobs) }
  })
  const world = worldOf(drawn)
  return directionsOf(drawn)
    .filter(isMeant)
    .map((planned) => {
      const run = runDirection(drawn, planned.initiator, planned.responder, planned.flow)
      return judge(run, endsOf(world, asked(planned), new Map(), drawn.knobs)).outcome
    })
}

const isRenewal = ({ edits }: Fix): boolean => edits.some(({ undo }) => undo.length === 0)

describe('a fix of random routers', () => {
  it('is up in every case, is taken back by its undo lines, and leaves other tunnels alone', {
    timeout: 600_000,
  }, () => {
    holdsFor(randomScenario, { runs: 4, seed: 5 }, (lab, draw) => {
      for (const { name } of lab.routers.slice(1)) {
        const own = ({ initiator, responder }: PlannedDirection): boolean =>
          initiator.name === name || responder.name === name
        for (const fix of fixesFor(worldOf(lab), ['R1', name])) {
          if (isRenewal(fix)) continue
          const start = fix.fragile === null ? opened(lab) : lab
          const mended = pasted(start, fix, 'paste')
          for (const direction of casesIn(mended, own))
            expect([fix.text, direction]).toEqual([
              fix.text,
              [expect.anything(), expect.anything(), 'up', [[[], 'up', null]]],
            ])
          expect([fix.text, ...negotiated(mended, draw, own)]).toEqual([fix.text, 'up', 'up'])
          expect([fix.text, casesIn(pasted(lab, fix, 'paste'), (each) => !own(each))]).toEqual([
            fix.text,
            casesIn(lab, (each) => !own(each)),
          ])
          expect([fix.text, casesIn(pasted(mended, fix, 'undo'), () => true)]).toEqual([
            fix.text,
            casesIn(start, () => true),
          ])
        }
      }
    })
  })
})
