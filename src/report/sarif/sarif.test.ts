import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ajv04 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { causeScenarios, labOf as scenarioLab } from '../../../test/support/cause-scenarios.ts'
import { command, exampleFolder, exampleNames } from '../../../test/support/examples.ts'
import { type Lab, readLab } from '../../lab/index.ts'
import { exitCodeOf, families, type Proof, prove } from '../../prove/index.ts'
import type { Location } from './places.ts'
import type { SarifResult } from './results.ts'
import type { SarifRule } from './rules.ts'
import { sarifLog } from './sarif.ts'

const require = createRequire(import.meta.url)
const schema = JSON.parse(
  readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
)
const ajv = new ajv04.default({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const validate = ajv.compile(schema)

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } }
      readonly invocations: readonly [{ readonly exitCode: number }]
      readonly results: readonly (SarifResult & { readonly ruleIndex: number })[]
    },
  ]
}

const proven = (name: string, fix = false): { readonly lab: Lab; readonly proof: Proof } => {
  const lab = readLab([exampleFolder(name)])
  return { lab, proof: prove(lab, fix ? { fix: { canChange: [] } } : {}) }
}

const logOf = (name: string, fix = false): Log => {
  const { lab, proof } = proven(name, fix)
  return JSON.parse(sarifLog(lab, proof.verdict, { pathOf: (file) => `examples/${name}/${file}`, strict: false }))
}

const complaintsOf = (log: unknown): readonly string[] =>
  validate(log) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

const allLocations = ({ locations, relatedLocations, codeFlows }: SarifResult): readonly Location[] => [
  ...locations,
  ...(relatedLocations ?? []),
  ...(codeFlows ?? []).flatMap(({ threadFlows }) =>
    threadFlows.flatMap((flow) => flow.locations.map(({ location }) => location)),
  ),
]

describe('SARIF', () => {
  it.each(exampleNames)(
    '%s fits the schema; every direction that is not up is a result, every place a line',
    (name) => {
      const log = logOf(name, true)
      expect(complaintsOf(log)).toEqual([])
      const { proof } = proven(name)
      const [{ results, tool, invocations }] = log.runs
      const failing = proof.verdict.tunnels.flatMap(({ directions }) =>
        directions.filter(({ outcome }) => outcome !== 'up'),
      )
      expect(results.filter(({ partialFingerprints }) => 'ikewise/direction/1' in partialFingerprints)).toHaveLength(
        failing.length,
      )
      expect(results).toHaveLength(failing.length + proof.verdict.findings.length)
      expect(invocations[0].exitCode).toBe(exitCodeOf(proof.verdict, false))
      for (const result of results) {
        expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId)
        for (const { physicalLocation } of allLocations(result)) {
          if (!physicalLocation?.region) continue
          const file = join(exampleFolder(name), '../..', physicalLocation.artifactLocation.uri)
          const { startLine, snippet } = physicalLocation.region
          // A key in the line is starred out.
          const printed = readFileSync(file, 'utf8').split(/\r?\n/)[startLine - 1] ?? ''
          // A pager rubs its mark out, and of the line that follows it the reader keeps the words.
          const line = printed.includes('\b') ? snippet.text : printed
          expect(printed.trimEnd().endsWith(line.trim())).toBe(true)
          expect(snippet.text.includes('******') ? line.replace(/(?<= key )\S+/, '******') : line).toBe(snippet.text)
        }
      }
    },
  )

  it('the schema refuses what is not SARIF', () => {
    const log = logOf('ikev1-asymmetric-trustpoints')
    const [run] = log.runs
    expect(complaintsOf({ ...log, surplus: 1 })).not.toEqual([])
    expect(complaintsOf({ ...log, runs: [{ ...run, results: [{ level: 'fatal' }] }] })).not.toEqual([])
  })

  it('the rule of a cause is its entry in the catalogue', () => {
    const [{ tool }] = logOf('ikev1-asymmetric-trustpoints').runs
    const [rule] = tool.driver.rules
    const entry = families.flatMap(({ causes }) => causes['certificate-outside-profile-trustpoints'] ?? [])[0]
    expect(rule?.shortDescription.text).toBe(entry?.title)
    expect(rule?.help?.markdown).toMatch(/^\*\*What happened:\*\* .*\*\*What to do:\*\* /s)
    expect(JSON.stringify(rule)).not.toContain('{self}')
  })

  it('the chain of decisions is the code flow, and leads to the line that decides', () => {
    const [{ results }] = logOf('ikev1-asymmetric-trustpoints').runs
    const [result] = results
    expect(result).toMatchObject({ ruleId: 'certificate-outside-profile-trustpoints', level: 'error' })
    expect(result?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'examples/ikev1-asymmetric-trustpoints/R1.cfg', uriBaseId: '%SRCROOT%' },
      region: { startLine: 30, snippet: { text: '  ca trust-point IOSCA1' } },
    })
    const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => location.message?.text) ?? []
    expect(steps).toHaveLength(5)
    expect(steps[0]).toMatch(/^MM4: R1 asks for 7 CAs, CA2 first: /)
  })
})

describe('what would refuse next', () => {
  const scenario = causeScenarios()
    .flatMap(({ produces, neighbours }) => [...produces, ...neighbours])
    .find(({ name }) => name === 'R1 has another policy, trusts another CA and has another transform set')
  if (!scenario) throw new Error('there is no such scenario')
  const lab = scenarioLab(scenario)
  const { verdict } = prove(lab)
  const log: Log = JSON.parse(sarifLog(lab, verdict, { pathOf: (file) => file, strict: false }))
  const [{ results, tool }] = log.runs

  it('stands among the related locations, with its lines, in a log that fits the schema', () => {
    expect(complaintsOf(log)).toEqual([])
    const [fromR1, fromR2] = results
    const told = (result: SarifResult | undefined): readonly unknown[] =>
      (result?.relatedLocations ?? [])
        .filter(({ message }) => /^(?:Mended, it next fails|Then it fails) at /.test(message?.text ?? ''))
        .map(({ message, physicalLocation }) => [
          message?.text.replace(/:.*\(/, ' ('),
          physicalLocation?.region?.snippet.text.trim(),
        ])
    expect(told(fromR1)).toEqual([
      ['Mended, it next fails at QM1 (transform-mismatch)', 'crypto ipsec transform-set TS esp-3des esp-sha-hmac'],
      ['Mended, it next fails at QM1 (transform-mismatch)', 'crypto ipsec transform-set TS esp-aes esp-sha256-hmac'],
      ['Mended, it next fails at QM1 (transform-mismatch)', 'tunnel protection ipsec profile prof1'],
    ])
    expect(told(fromR2).slice(0, 3)).toEqual([
      ['Mended, it next fails at MM5 (certificate-outside-profile-trustpoints)', 'ca trust-point IOSCA1'],
      ['Mended, it next fails at MM5 (certificate-outside-profile-trustpoints)', 'crypto pki trustpoint IOSCA2'],
      ['Then it fails at QM1 (transform-mismatch)', 'crypto ipsec transform-set TS esp-aes esp-sha256-hmac'],
    ])
    for (const { relatedLocations = [] } of results)
      expect(relatedLocations.map(({ id }) => id)).toEqual(relatedLocations.map((_, index) => index))
  })

  it('is no result and no rule: neither failed today', () => {
    const failing = verdict.tunnels.flatMap(({ directions }) => directions.filter(({ outcome }) => outcome !== 'up'))
    expect(results).toHaveLength(failing.length + verdict.findings.length)
    const blockers = failing.flatMap(({ nextBlockers }) => nextBlockers.map(({ code }) => code))
    expect(blockers).toContain('transform-mismatch')
    expect(tool.driver.rules.map(({ id }) => id)).not.toContain('transform-mismatch')
  })
})

/** Applies the insertions of a fix to the files of a folder. */
const applyTo = (folder: string, fix: NonNullable<SarifResult['fixes']>[number]): void => {
  for (const { artifactLocation, replacements } of fix.artifactChanges)
    for (const { deletedRegion, insertedContent } of replacements) {
      const file = join(folder, artifactLocation.uri)
      const lines = readFileSync(file, 'utf8').split('\n')
      const at = deletedRegion.startLine - 1
      const line = lines[at] ?? ''
      const [before, after] = [line.slice(0, deletedRegion.startColumn - 1), line.slice(deletedRegion.endColumn - 1)]
      writeFileSync(file, lines.with(at, `${before}${insertedContent.text}${after}`).join('\n'))
    }
}

describe('a fix of the log, applied to the files, makes both directions come up', () => {
  it.each(['ikev1-asymmetric-trustpoints', 'ikev1-transform-mismatch', 'ikev1-profile-mismatch', 'ikev2-half-open'])(
    '%s',
    (name) => {
      const { lab, proof } = proven(name, true)
      const log: Log = JSON.parse(sarifLog(lab, proof.verdict, { pathOf: (file) => file, strict: false }))
      const fixes = log.runs[0].results[0]?.fixes ?? []
      expect(fixes.length).toBeGreaterThan(0)
      for (const fix of fixes) {
        const folder = mkdtempSync(join(tmpdir(), 'ikewise-sarif-'))
        try {
          for (const file of ['R1.cfg', 'R2.cfg', 'lab.yaml'])
            writeFileSync(join(folder, file), readFileSync(join(exampleFolder(name), file)))
          applyTo(folder, fix)
          const outcomes = prove(readLab([folder])).verdict.tunnels.flatMap(({ directions }) =>
            directions.map(({ outcome }) => outcome),
          )
          expect(outcomes).toEqual(['up', 'up'])
        } finally {
          rmSync(folder, { recursive: true })
        }
      }
    },
  )
})

it('the command names files as they stand below the working directory', async () => {
  const { out } = await command('prove', 'examples/ikev1-asymmetric-trustpoints', '--format', 'sarif')
  expect(out).toContain('"uri": "examples/ikev1-asymmetric-trustpoints/R2.cfg"')
})
