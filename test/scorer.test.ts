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
const golden = fileURLToPath(new URL('golden/ikev1-asymmetric-trustpoints', import.meta.url))
const hasSeed = existsSync(join(seeds, 'score-transcript.mjs'))
if (!hasSeed) console.warn(`not run: the seed's scorer; missing: ${seeds}. The logs in ${golden} stand for it.`)

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
  { initiator: 'R1', transcript: 'ikev1-r1-initiates.txt', lines: 59 },
  { initiator: 'R2', transcript: 'ikev1-r2-initiates.txt', lines: 93 },
]

describe("the debug logs of the document's tunnel", () => {
  let proven: ProvenExample & { readonly dispose: () => void }
  beforeAll(async () => {
    proven = await proveExample('ikev1-asymmetric-trustpoints')
  })
  afterAll(() => proven.dispose())

  describe.each(runs)('$initiator initiates', ({ initiator, transcript, lines }) => {
    it.runIf(hasSeed)(`contain all ${lines} lines that the routers printed, in order`, () => {
      expect(score(transcript, join(proven.folder, `${initiator}-initiates`))).toBe(`${lines}/${lines}`)
    })

    it.each(['R1', 'R2'])('of %s are those that were found complete', async (router) => {
      const file = join(`${initiator}-initiates`, `${router}.debug`)
      await expect(readFileSync(join(proven.folder, file), 'utf8')).toMatchFileSnapshot(join(golden, file))
    })
  })
})
