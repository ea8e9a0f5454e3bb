import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProvenExample, proveExample } from './support/examples.ts'

/*
 * The debug logs of the document's tunnel against what its two routers printed. The seed stands beside the checkout and
 * is no part of it; the logs that its scorer found complete are committed in `golden/`, so that they are held without it.
 */
const seeds = fileURLToPath(new URL('../../shared/seeds', import.meta.url))
const goldens = fileURLToPath(new URL('golden', import.meta.url))
const hasSeed = existsSync(join(seeds, 'score-transcript.mjs'))
if (!hasSeed) console.warn(`not run: the seed's scorer; missing: ${seeds}. The logs in ${goldens} stand for it.`)

const score = (transcript: string, folder: string): string =>
  execFileSync(
    process.execPath,
    [
      join(seeds, 'score-transcript.mjs'),
      join(seeds, 'transcripts', transcript),
      `R1=${join(folder, 'R1.debug')}`,
      `R2=${join(folder, 'R2.debug')}`,
    ],
    { encoding: 'utf8' },
  ).trim()

const runs = [
  { example: 'ikev1-asymmetric-trustpoints', initiator: 'R1', transcript: 'ikev1-r1-initiates.txt', lines: 59 },
  { example: 'ikev1-asymmetric-trustpoints', initiator: 'R2', transcript: 'ikev1-r2-initiates.txt', lines: 93 },
  { example: 'ikev2-no-trustpoint', initiator: 'R1', transcript: 'ikev2-no-trustpoint.txt', lines: 17 },
  { example: 'ikev2-overlapping-profiles', initiator: 'R1', transcript: 'ikev2-overlapping-profiles.txt', lines: 7 },
  { example: 'ikev2-asymmetric-trustpoints', initiator: 'R2', transcript: 'ikev2-r2-initiates.txt', lines: 16 },
]

describe.each(runs)('the debug logs of $example, $initiator initiates', ({ example, initiator, transcript, lines }) => {
  let proven: ProvenExample & { readonly dispose: () => void }
  beforeAll(async () => {
    proven = await proveExample(example)
  })
  afterAll(() => proven.dispose())

  it.runIf(hasSeed)(`contain all ${lines} lines that the routers printed, in order`, () => {
    expect(score(transcript, join(proven.folder, `${initiator}-initiates`))).toBe(`${lines}/${lines}`)
  })

  it.each(['R1', 'R2'])('of %s are those that were found complete', async (router) => {
    const file = join(`${initiator}-initiates`, `${router}.debug`)
    const golden = join(goldens, example, file)
    await expect(readFileSync(join(proven.folder, file), 'utf8')).toMatchFileSnapshot(golden)
  })
})

const ikeV2Runs = [
  { example: 'ikev2-no-trustpoint', initiator: 'R1', transcript: 'ikev2-no-trustpoint.txt', lines: 17 },
  { example: 'ikev2-overlapping-profiles', initiator: 'R1', transcript: 'ikev2-overlapping-profiles.txt', lines: 7 },
  { example: 'ikev2-asymmetric-trustpoints', initiator: 'R2', transcript: 'ikev2-r2-initiates.txt', lines: 16 },
]

describe.runIf(hasSeed)('the debug logs of IKEv2', () => {
  it.each(ikeV2Runs)('of $example contain all $lines lines that the routers printed, in order', async (run) => {
    const proven = await proveExample(run.example)
    try {
      const folder = join(proven.folder, `${run.initiator}-initiates`)
      expect(score(run.transcript, folder)).toBe(`${run.lines}/${run.lines}`)
    } finally {
      proven.dispose()
    }
  })
})
