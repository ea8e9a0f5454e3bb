import { describe, expect, it } from 'vitest'
import { type RandomScenario, randomScenario } from '../../test/support/random-pair/index.ts'
import { type Draw, holdsFor, labOf } from '../../test/support/scenario-folder.ts'
import { InputError, type Lab } from '../lab/index.ts'
import { prove } from './prove.ts'

/** Some lines of the configurations gone, doubled, or in the place of others of any router. */
const damaged = ({ files }: RandomScenario, draw: Draw): Pick<RandomScenario, 'files'> => {
  const names = Object.keys(files).filter((name) => name.endsWith('.cfg'))
  const lines = names.flatMap((name) => (files[name] ?? '').split('\n'))
  const changed = names.map((name) => {
    const text = (files[name] ?? '').split('\n')
    for (let times = draw(4); times > 0; times -= 1) {
      const at = draw(text.length)
      const other = lines[draw(lines.length)] ?? ''
      text.splice(at, draw(2), ...(draw(2) === 0 ? [] : [other]))
    }
    return [name, text.join('\n')]
  })
  return { files: { ...files, ...Object.fromEntries(changed) } }
}

/** Null where the input cannot be used, and says so. */
const labUnlessRefused = (scenario: Pick<RandomScenario, 'files'>): Lab | null => {
  try {
    return labOf(scenario)
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

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

  it('of configurations with damaged lines gives a verdict or says what is wrong', { timeout: 600_000 }, () => {
    let proven = 0
    holdsFor(randomScenario, { runs: 30, seed: 22 }, (_, draw, scenario) => {
      const lab = labUnlessRefused(damaged(scenario, draw))
      if (!lab) return
      prove(lab)
      proven += 1
    })
    expect(proven).toBeGreaterThan(5)
  })
})
