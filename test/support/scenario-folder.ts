import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Lab, readLab } from '../../src/lab/index.ts'
import type { RandomScenario } from './random-pair/index.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'ikewise-scenario-'))

const write = (folder: string, { files }: Pick<RandomScenario, 'files'>): string => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

let scratch: string | undefined

/** Reads a scenario as the command line does: from the files of a folder. */
export const labOf = (scenario: Pick<RandomScenario, 'files'>): Lab => {
  scratch ??= newFolder()
  return readLab([write(scratch, scenario)])
}

/** The tests that a change must pass take one; `IKEWISE_RUNS=10` makes ten times as many runs. */
const factor = Number(process.env.IKEWISE_RUNS ?? 1)

/** Zero for the tests that a change must pass; `IKEWISE_SEED=7` draws other scenarios. */
const otherScenarios = Number(process.env.IKEWISE_SEED ?? 0) * 1000

/** Draws a number from 0 up to, without, the limit: always the same ones for the same scenario. */
export type Draw = (limit: number) => number

/**
 * Holds a property against random scenarios, always the same ones for a seed. A failure names a folder with the smallest scenario
 * that fails; `./ikewise prove` reads it.
 */
export const holdsFor = (
  scenarios: fc.Arbitrary<RandomScenario>,
  { runs, seed }: { readonly runs: number; readonly seed: number },
  property: (lab: Lab, draw: Draw, scenario: RandomScenario) => void,
): void => {
  const drawn = seed + otherScenarios
  const result = fc.check(
    fc.property(scenarios, fc.array(fc.nat({ max: 0xffff }), { minLength: 64, maxLength: 64 }), (scenario, numbers) => {
      let next = 0
      const draw: Draw = (limit) => (numbers[next++ % numbers.length] ?? 0) % limit
      property(labOf(scenario), draw, scenario)
    }),
    { numRuns: Math.ceil(runs * factor), seed: drawn },
  )
  if (!result.failed) return
  const [scenario] = result.counterexample ?? []
  const error = result.errorInstance instanceof Error ? result.errorInstance : new Error(String(result.errorInstance))
  throw new Error(
    `${scenario ? write(newFolder(), scenario) : '(no scenario)'} (run ${result.numRuns}, seed ${drawn}): ${error.message}`,
    { cause: error },
  )
}
