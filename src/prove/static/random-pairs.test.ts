import { describe, expect, it } from 'vitest'
import { randomScenario } from '../../../test/support/random-pair/index.ts'
import { type Draw, holdsFor } from '../../../test/support/scenario-folder.ts'
import { type Lab, runDirection, storeOf } from '../../lab/index.ts'
import { type Knobs, knobs as knobTable } from '../../selection/index.ts'
import { directionsOf } from '../directions.ts'
import { judge } from '../judge.ts'
import { endsOf, worldOf } from './ends.ts'
import { walk } from './verdict.ts'

const shuffled = <T>(values: readonly T[], draw: Draw): readonly T[] => {
  const rest = [...values]
  return values.flatMap(() => rest.splice(draw(rest.length), 1))
}

/** The same lab when its routers have enrolled in another order, and IOS behaves in another of the documented ways. */
const settled = (lab: Lab, draw: Draw): Lab => {
  const drawn = knobTable.map(({ name, values }) => [
    name,
    draw(3) === 0 ? values[draw(values.length)] : lab.knobs[name],
  ])
  const knobs = Object.fromEntries(drawn) as unknown as Knobs
  return {
    ...lab,
    knobs,
    routers: lab.routers.map((router) => {
      const enrolled = shuffled(router.enrolled, draw)
      return { ...router, enrolled, store: storeOf(enrolled, knobs) }
    }),
  }
}

describe('the decisions alone say what the negotiation says', () => {
  it('of random routers, in any order of enrolment, whatever the knobs', { timeout: 600_000 }, () => {
    const kinds = new Map<string, number>()
    holdsFor(randomScenario, { runs: 100, seed: 4 }, (given, draw) => {
      const lab = settled(given, draw)
      const world = worldOf(lab)
      for (const { initiator, responder, flow } of directionsOf(lab)) {
        const asked = { initiator: initiator.name, responder: responder.name, flow }
        const ends = endsOf(world, asked, new Map(), lab.knobs)
        const run = runDirection(lab, initiator, responder, flow)
        const { outcome, stage, rejectedBy, cause, certificates } = judge(run, ends)
        const found = walk(world, asked, new Map(), lab.knobs)
        const code = cause?.code ?? null
        const version = flow.ikev2Profile ? 'IKEv2' : 'IKEv1'
        for (const kind of [`${version} ${outcome}`, `${version} ${stage} ${code}`])
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
        expect([
          found.outcome,
          found.code === 'peer-unreachable' ? stage : found.stage,
          found.rejectedBy,
          found.code,
        ]).toEqual([outcome, stage, rejectedBy, code])
        for (const [router, sent] of Object.entries(certificates))
          if (sent) expect(found.signsWith[router]).toBe(sent.trustpoint)
      }
    })
    // It proves nothing of what it does not see.
    for (const kind of ['IKEv1 up', 'IKEv1 down', 'IKEv2 up', 'IKEv2 down', 'IKEv2 half-open'])
      expect([kind, (kinds.get(kind) ?? 0) >= 1]).toEqual([kind, true])
    expect(kinds.size).toBeGreaterThan(30)
  })
})
