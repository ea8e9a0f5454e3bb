import { describe, expect, it } from 'vitest'
import { readLab } from '../src/lab/index.ts'
import type { Direction, Tunnel } from '../src/prove/index.ts'
import { type CauseScenario, causeScenarios, type ExpectedDirection, labOf, runLab } from './support/cause-scenarios.ts'
import { exampleFolder, exampleNames } from './support/examples.ts'

const scenarios = causeScenarios()

/** What is said of a direction, in the form of the scenarios. */
const told = ({ outcome, stage, rejectedBy, cause, nextBlockers }: Direction, next: boolean): ExpectedDirection =>
  outcome === 'up'
    ? 'up'
    : {
        outcome,
        stage,
        rejectedBy,
        cause: cause?.code ?? '',
        ...(next ? { next: nextBlockers.map(({ code }) => code) } : {}),
      }

const asksNext = (expected: ExpectedDirection | undefined): boolean =>
  expected !== undefined && expected !== 'up' && expected.next !== undefined

/** Every cause that a scenario comes to, wherever it stands. */
const causesOf = (tunnels: readonly Tunnel[]): ReadonlySet<string> =>
  new Set(tunnels.flatMap(({ directions }) => directions.flatMap(({ cause }) => (cause ? [cause.code] : []))))

const readingNotices: ReadonlySet<string> = new Set([
  ...['not-modelled', 'dangling-reference', 'incomplete', 'weak', 'flow-without-effect'],
])

const check = (scenario: CauseScenario): ReadonlySet<string> => {
  const { proof } = runLab(labOf(scenario))
  const { tunnels, findings } = proof.verdict
  const directions = tunnels.flatMap((tunnel) => tunnel.directions)
  expect(
    Object.fromEntries(
      directions.map((direction) => [
        direction.initiator,
        told(direction, asksNext(scenario.expect[direction.initiator])),
      ]),
    ),
  ).toEqual(scenario.expect)
  const found = new Set(findings.map(({ code }) => code).filter((code) => !readingNotices.has(code)))
  expect([...found].sort()).toEqual([...scenario.findings].sort())
  return new Set([...causesOf(tunnels), ...found])
}

describe.each(scenarios)('$cause', ({ cause, produces, neighbours }) => {
  it.each(produces)('is found where $name', (scenario) => {
    expect(check(scenario)).toContain(cause)
  })

  it.each(neighbours)('is not found where $name', (scenario) => {
    expect(check(scenario)).not.toContain(cause)
  })
})

describe('every failing direction', () => {
  it.each(exampleNames)('of %s has one cause, and one that up does not have', (name) => {
    const { proof } = runLab(readLab([exampleFolder(name)]))
    for (const { directions } of proof.verdict.tunnels)
      for (const { outcome, cause } of directions) expect(cause === null).toBe(outcome === 'up')
  })
})
