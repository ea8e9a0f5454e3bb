import type { Lab } from '../../lab/index.ts'
import { exitCodeOf, type Verdict } from '../../prove/index.ts'
import { version } from '../version.ts'
import { artifactAt, type PathOf, sourceRoot } from './places.ts'
import { sarifResults } from './results.ts'
import { sarifRule } from './rules.ts'

export interface SarifOptions {
  /** The files of the lab, as a viewer finds them. */
  readonly pathOf: PathOf
  readonly strict: boolean
}

const exitTexts = {
  0: 'every direction comes up',
  1: 'a direction does not come up, or not in every case',
  3: 'undecided',
} as const

/**
 * The verdict as a SARIF 2.1.0 log: results on the lines of the configurations, the chain of decisions as a code flow, and
 * proved fixes as insertions. Without time stamps: the same inputs give the same bytes.
 */
export const sarifLog = (lab: Lab, verdict: Verdict, { pathOf, strict }: SarifOptions): string => {
  const results = sarifResults(lab, verdict, pathOf)
  const ids = [...new Set(results.map(({ ruleId }) => ruleId))]
  const rules = ids.map((id) => sarifRule(id, results.find(({ ruleId }) => ruleId === id)?.level ?? 'warning'))
  const exitCode = exitCodeOf(verdict, strict)
  const files = [...new Set(lab.routers.flatMap(({ texts }) => texts.map(({ file }) => file)))]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ikewise', semanticVersion: version, rules } },
        invocations: [{ executionSuccessful: true, exitCode, exitCodeDescription: exitTexts[exitCode] }],
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'The folder in which ikewise was run' } } },
        artifacts: files.map((file) => ({ location: artifactAt(file, pathOf), roles: ['analysisTarget'] })),
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => ({ ...result, ruleIndex: ids.indexOf(result.ruleId) })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}
