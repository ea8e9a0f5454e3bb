import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLab } from '../src/lab/index.ts'
import { type CauseEntry, type Direction, type Finding, families, type Tunnel } from '../src/prove/index.ts'
import {
  type CauseScenario,
  causeScenarios,
  type ExpectedDirection,
  labOf,
  type RunScenario,
  runLab,
} from './support/cause-scenarios.ts'
import { withoutScenario } from './support/causes-without-scenario.ts'
import { command, exampleFolder, exampleNames } from './support/examples.ts'

const scenarios = causeScenarios()
const catalogue: ReadonlyMap<string, CauseEntry> = new Map(families.flatMap(({ causes }) => Object.entries(causes)))

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

/** What the reader says of lines stands in nearly every example: a scenario lists it only where it is its cause. */
const readings: ReadonlySet<string> = new Set(Object.keys(families.at(-1)?.causes ?? {}))

const codesOf = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map(({ code }) => code))].filter((code) => !readings.has(code)).sort()

const risksOf = (tunnels: readonly Tunnel[]): readonly string[] =>
  [
    ...new Set(tunnels.flatMap(({ stability }) => stability.flatMap(({ risk }) => (risk === null ? [] : [risk])))),
  ].sort()

const directionsOf = ({ proof }: RunScenario): readonly Direction[] =>
  proof.verdict.tunnels.flatMap(({ directions }) => directions)

/** Runs a scenario, holds it to what it expects, and answers every cause that was found, wherever it stands. */
const check = (scenario: CauseScenario): RunScenario & { readonly found: ReadonlySet<string> } => {
  const run = runLab(labOf(scenario))
  const { tunnels, findings } = run.proof.verdict
  const shown = directionsOf(run).map((direction) => [
    direction.initiator,
    told(direction, asksNext(scenario.expect[direction.initiator])),
  ])
  expect({ directions: Object.fromEntries(shown), findings: codesOf(findings) }).toEqual({
    directions: scenario.expect,
    findings: [...scenario.findings].sort(),
  })
  const risks = risksOf(tunnels)
  if (scenario.risks) expect(risks).toEqual([...scenario.risks].sort())
  const causes = directionsOf(run).flatMap(({ cause }) => (cause ? [cause.code] : []))
  return { ...run, found: new Set([...causes, ...findings.map(({ code }) => code), ...risks]) }
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `…` of the catalogue stands for what differs. */
const pattern = (text: string): RegExp => new RegExp(text.split('…').map(quoted).join('.*'))

/** Every line that the catalogue promises for a failed direction stands in the log of that side. */
const logsKeepPromises = (cause: string, run: RunScenario): void => {
  for (const tunnel of run.proof.verdict.tunnels)
    for (const direction of tunnel.directions) {
      const { initiator, responder } = direction
      if (direction.cause?.code !== cause) continue
      // Where nobody refuses it is the initiator that gives up.
      const rejectedBy = direction.rejectedBy ?? initiator
      const role = rejectedBy === initiator ? 'initiator' : 'responder'
      for (const { side, protocol, as, text } of catalogue.get(cause)?.log ?? []) {
        if (protocol !== tunnel.protocol || (as !== undefined && as !== role)) continue
        const router = (side === 'self') === (rejectedBy === initiator) ? initiator : responder
        expect(run.debug(initiator, router), `${initiator} initiates, ${router} (${side})`).toMatch(pattern(text))
      }
    }
}

/** Of a finding some direction's log shows each line, at the router of which it tells or at its peer. */
const logsShowFinding = (cause: string, run: RunScenario): void => {
  for (const finding of run.proof.verdict.findings.filter(({ code }) => code === cause))
    for (const { side, protocol, text } of catalogue.get(cause)?.log ?? []) {
      const tunnel = run.proof.verdict.tunnels[0]
      if (!tunnel || protocol !== tunnel.protocol) continue
      const router = tunnel.ends.find((end) => (end === finding.router) === (side === 'self')) ?? ''
      const logs = tunnel.directions.map(({ initiator }) => run.debug(initiator, router))
      expect(logs.join('\n'), `${router} (${side})`).toMatch(pattern(text))
    }
}

describe.each(scenarios)('$cause', ({ cause, produces, neighbours }) => {
  it.each(produces)('is found where $name', (scenario) => {
    const run = check(scenario)
    expect(run.found).toContain(cause)
    logsKeepPromises(cause, run)
    if (!catalogue.get(cause)?.kinds.includes('failure')) logsShowFinding(cause, run)
  })

  it.each(neighbours)('is not found where $name', (scenario) => {
    expect(check(scenario).found).not.toContain(cause)
  })
})

describe('the catalogue', () => {
  it('has a scenario and a neighbour for every cause, or says why there can be none', () => {
    const shown = new Set(scenarios.map(({ cause }) => cause))
    expect([...catalogue.keys()].filter((code) => !shown.has(code)).sort()).toEqual(Object.keys(withoutScenario).sort())
    expect([...shown].filter((code) => !catalogue.has(code))).toEqual([])
  })

  it('holds each of the 31 entries of the reference, each shown by a scenario', () => {
    const counted = scenarios.flatMap(({ cause }) => catalogue.get(cause)?.entries ?? [])
    expect([...new Set(counted)].sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1))
  })

  it('calls routers by what they do, so that every text reads with any names', () => {
    for (const [code, { title, summary, happened, why, actor, remedy, source }] of catalogue)
      for (const text of [title, summary, happened, why, actor, remedy, source]) {
        expect(text, code).not.toMatch(/\{(?!self\}|peer\})|\bR[12]\b/)
        expect(text.trim(), code).toBe(text)
        expect(text, code).not.toBe('')
      }
  })
})

describe('a cause is named where it must be, and nowhere else', () => {
  it.each(exampleNames)(
    '%s: one for each direction that is not up, of the catalogue, with someone who must act',
    (name) => {
      const run = runLab(readLab([exampleFolder(name)]))
      for (const direction of directionsOf(run)) {
        const { outcome, cause, nextBlockers, cases } = direction
        expect(cause === null).toBe(outcome === 'up')
        const codes = [cause?.code, ...nextBlockers.map(({ code }) => code), ...cases.map(({ code }) => code)]
        for (const code of codes) if (code) expect(catalogue.get(code)?.kinds).toContain('failure')
        if (cause) {
          expect(cause.actor + cause.remedy + cause.summary).not.toMatch(/[{}]/)
          logsKeepPromises(cause.code, run)
        }
      }
      for (const { code } of run.proof.verdict.findings) expect(catalogue.get(code)?.kinds).toContain('finding')
      for (const code of risksOf(run.proof.verdict.tunnels)) expect(catalogue.get(code)?.kinds).toContain('risk')
    },
  )
})

describe('ikewise causes', () => {
  it('lists every code with its title', async () => {
    const { code, out } = await command('causes')
    expect(code).toBe(0)
    for (const [name, { title }] of catalogue) expect(out).toMatch(new RegExp(`^  ${name} +${quoted(title)}$`, 'm'))
  })

  it('prints all of one', async () => {
    const { code, out } = await command('causes', 'certificate-outside-profile-trustpoints')
    expect(code).toBe(0)
    for (const part of ['What happened', 'Why', 'What the logs show', 'Who must act', 'What to do', 'Source'])
      expect(out).toContain(`\n${part}\n`)
    expect(out).toContain('No suitable trustpoints found')
  })

  it('answers a code that it does not have with those that are near, and exit code 2', async () => {
    const { code, out, err } = await command('causes', 'certificate-outside-trustpoints')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/there is no cause of that code\n {2}near it are certificate-outside-profile-trustpoints, /)
  })

  it('makes docs/causes.md', async () => {
    const { out } = await command('causes', '--format', 'markdown')
    expect(readFileSync(new URL('../docs/causes.md', import.meta.url), 'utf8')).toBe(out)
  })
})
