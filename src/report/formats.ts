import type { Lab } from '../lab/index.ts'
import type { Proof } from '../prove/index.ts'
import { htmlReport } from './html/page.ts'
import { junitXml } from './junit.ts'
import { markdownReport } from './markdown/markdown.ts'
import type { PathOf } from './sarif/places.ts'
import { sarifLog } from './sarif/sarif.ts'
import type { TextOptions } from './text/paint.ts'
import { verdictText } from './text.ts'

/** What every format is rendered from. */
export interface ReportInput {
  readonly lab: Lab
  readonly proof: Proof
  /** Undecided is worth an exit code of its own. */
  readonly strict: boolean
  readonly text: TextOptions
  readonly pathOf: PathOf
}

interface ReportFormat {
  /** Its file below `--out`; null where only a terminal wants it. */
  readonly file: string | null
  readonly render: (input: ReportInput) => string
}

export type FormatName = 'html' | 'text' | 'json' | 'junit' | 'sarif' | 'markdown'

/** Every format of `--format`, in the order in which help names them. */
export const reportFormats: Readonly<Record<FormatName, ReportFormat>> = {
  text: { file: null, render: ({ lab, proof, text }) => verdictText(lab, proof, text) },
  json: { file: 'verdict.json', render: ({ proof }) => `${JSON.stringify(proof.verdict, null, 2)}\n` },
  html: { file: 'report.html', render: ({ lab, proof }) => htmlReport(lab, proof) },
  junit: {
    file: 'junit.xml',
    render: ({ lab, proof, strict }) => junitXml(proof.verdict, { clock: lab.clock, strict }),
  },
  sarif: {
    file: 'verdict.sarif',
    render: ({ lab, proof, strict, pathOf }) => sarifLog(lab, proof.verdict, { pathOf, strict }),
  },
  markdown: { file: 'verdict.md', render: ({ lab, proof }) => markdownReport(lab, proof) },
}

/** Every format that has a file, rendered. */
export const reportFiles = (input: ReportInput): readonly { readonly path: string; readonly content: string }[] =>
  Object.values(reportFormats).flatMap(({ file, render }) =>
    file === null ? [] : [{ path: file, content: render(input) }],
  )
