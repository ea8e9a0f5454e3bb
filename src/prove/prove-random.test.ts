import { describe, expect, it } from 'vitest'
import { randomScenario } from '../../test/support/random-pair.ts'
import { holdsFor } from '../../test/support/scenario-folder.ts'
import { prove } from './prove.ts'

describe('prove', () => {
  it('never contradicts itself, and says of each case what its own negotiation shows', { timeout: 600_000 }, () => {
    holdsFor(randomScenario, { runs: 25, seed: 21 }, (lab) => {
      const { verdict, runs } = prove(lab)
      const directions = verdict.tunnels.flatMap(({ directions: each }) => each)
      for (const { initiator, responder, cases, outcome, dependsOn } of directions) {
        expect(runs.filter(({ run }) => run.initiator === initiator && run.responder === responder)).toHaveLength(
          cases.length,
        )
        expect(cases.every(({ when }) => when.length > 0)).toBe(cases.length > 1)
        expect(dependsOn.length > 0).toBe(cases.length > 1)
        if (outcome !== 'undecided') expect(cases.map((each) => each.outcome)).toContain(outcome)
      }
    })
  })
})
