import { describe, expect, it } from 'vitest'
import { plainLab, plainPair } from '../../../test/support/plain-pair.ts'
import { labAt } from '../../lab/index.ts'
import { directionsOf } from '../directions.ts'
import { worldAt, worldOf } from './ends.ts'
import { walk } from './verdict.ts'

describe('lost fragments', () => {
  it('are measured by the lists of their day: CAs go on to publish', () => {
    const lab = plainLab(plainPair({}, [{}, { losesFragments: true }], { mtu: 900 }))
    const [, fromR2] = directionsOf(lab)
    if (!fromR2) throw new Error('no direction from R2')
    const asked = { initiator: 'R2', responder: 'R1', flow: fromR2.flow }
    // Ten days later today's list, good for seven, would be no answer, and MM5 would be refused.
    const later = lab.clock + 10 * 86_400_000
    const told = walk(worldAt(worldOf(lab), later), asked, new Map(), lab.knobs)
    expect(told).toMatchObject({ outcome: 'down', stage: 'MM5', code: 'fragments-dropped' })
    expect(told).toEqual(walk(worldOf(labAt(lab, later)), asked, new Map(), lab.knobs))
  })

  it('lean on whether requests for built-in CAs make MM4 larger', () => {
    const lab = plainLab(plainPair({}, [{}, { losesFragments: true }], { mtu: 600 }))
    const [, fromR2] = directionsOf(lab)
    if (!fromR2) throw new Error('no direction from R2')
    const asked = { initiator: 'R2', responder: 'R1', flow: fromR2.flow }
    const walked = (['15.3T', 'none'] as const).map((builtins) =>
      walk(worldOf(lab), asked, new Map(), { ...lab.knobs, builtins }),
    )
    expect(walked.map(({ stage, code }) => [stage, code])).toEqual([
      ['MM3', 'fragments-dropped'],
      ['MM5', 'fragments-dropped'],
    ])
    for (const { questions } of walked) expect(questions).toContainEqual({ kind: 'knob', knob: 'builtins' })
  })
})
