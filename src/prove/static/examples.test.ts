import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLab, runDirection } from '../../lab/index.ts'
import { directionsOf } from '../directions.ts'
import { judge } from '../judge.ts'
import { endsOf, worldOf } from './ends.ts'
import { walk } from './verdict.ts'

const folder = join(import.meta.dirname, '../../../examples')
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe('the decisions alone say what the negotiation says', () => {
  it.each(names)('in %s', (name) => {
    const lab = readLab([join(folder, name)])
    const world = worldOf(lab)
    for (const { initiator, responder, flow } of directionsOf(lab)) {
      const asked = { initiator: initiator.name, responder: responder.name, flow }
      const ends = endsOf(world, asked, new Map(), lab.knobs)
      const run = runDirection(lab, initiator, responder, flow)
      const { outcome, stage, rejectedBy, cause, certificates } = judge(run, ends)
      const found = walk(world, asked, new Map(), lab.knobs)
      expect({ outcome: found.outcome, stage: found.stage, rejectedBy: found.rejectedBy, code: found.code }).toEqual({
        outcome,
        stage,
        rejectedBy,
        code: cause?.code ?? null,
      })
      for (const [router, sent] of Object.entries(certificates))
        if (sent) expect(found.signsWith[router]).toBe(sent.trustpoint)
    }
  })
})
