import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debugLog } from '../../src/ios/index.ts'
import type { TraceEvent } from '../../src/trace/index.ts'

const seeds = join(import.meta.dirname, '../../../shared/seeds')
const scorer = join(seeds, 'score-transcript.mjs')
const absent = '../shared/seeds does not stand beside the repository'

const seedIsHere: boolean = existsSync(scorer)

/** Under CI the seed must be there: the tests then fail rather than pass unseen. */
export const seedMayBeAbsent: boolean = !seedIsHere && process.env.CI !== 'true'
if (!seedIsHere) console.warn(`not run: debug text against the seed; ${absent}`)

/** What the seed's scorer says of the debug text of these events: missing lines, if any, and `matched/total`. */
export const seedScore = (transcript: string, events: readonly TraceEvent[]): string => {
  if (!seedIsHere) throw new Error(absent)
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-debug-'))
  try {
    const logs = (['R1', 'R2'] as const).map((router) => {
      const path = join(folder, `${router}.debug`)
      writeFileSync(path, debugLog(events, { router, timezone: { name: 'CET', offsetMinutes: 0 }, dialect: '15.x' }))
      return `${router}=${path}`
    })
    return spawnSync(process.execPath, [scorer, join(seeds, 'transcripts', transcript), ...logs], {
      encoding: 'utf8',
    }).stdout.trim()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
