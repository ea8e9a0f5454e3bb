/**
 * ikewise as a library: `prove` answers from which side each tunnel comes up and why not from the other, as data and in
 * every format of the command line. Nothing here writes, logs, ends the process or keeps a state between two calls.
 *
 * @packageDocumentation
 */
import { type LabOptions, readLab, readLabTexts } from './lab/index.ts'
import { exitCodeOf, type ProofOptions, proveUsable, type Verdict } from './prove/index.ts'
import {
  directionFiles,
  type FormatName,
  type OutputFile,
  oneSidedFiles,
  reportFiles,
  reportFormats,
} from './report/index.ts'
import type { Knobs } from './selection/index.ts'

export { InputError } from './lab/index.ts'
export {
  type Because,
  type Blocker,
  type Case,
  type Cause,
  type Condition,
  type Direction,
  Disagreement,
  type FinalState,
  type Finding,
  type Fix,
  type FixEdit,
  type KeyPlaceholder,
  type OneSidedDirection,
  type OneSidedTunnel,
  type Outcome,
  type PeerCondition,
  type SentCertificate,
  type StabilityEvent,
  type Tunnel,
  type Unknown,
  type Verdict,
} from './prove/index.ts'
export type { FormatName, OutputFile } from './report/index.ts'
export { type KnobDescription, type Knobs, knobs } from './selection/index.ts'
export type { SourceRef } from './trace/index.ts'

/** What a verdict is about: paths as on the command line, or the same files as texts, by name. */
export type ProveInput = string | readonly string[] | { readonly files: Readonly<Record<string, string>> }

export interface ProveOptions {
  /** Only the directions in which this router initiates. */
  readonly initiator?: string
  /** Something that happens first: `renew:R1:IOSCA2`, `expire:R1:IOSCA2`, `reload:R1`. */
  readonly whatIf?: string
  /** Search for changes that make both directions of each tunnel come up, on these routers; on any where none is named. */
  readonly fix?: { readonly canChange?: readonly string[] }
  /** The clock of the run, instead of that of the inputs. */
  readonly now?: Date
  /** Behaviours on which sources disagree, settled; `knobs` lists them. */
  readonly knobs?: Partial<Knobs>
}

export interface ReportOptions {
  /** Undecided is worth an exit code of its own, 3. */
  readonly strict?: boolean
  /** Text: colour as of a terminal. */
  readonly colour?: boolean
  /** Text: columns; 100 where nothing is said. */
  readonly width?: number
  /** SARIF: where a file stands that the verdict names by its name, as the reader of the report finds it. */
  readonly pathOf?: (file: string) => string
}

/** A proof: the verdict, and what can be made of it. */
export interface Proven {
  readonly verdict: Verdict
  /** What the command line would exit with: 0, 1 or, under `strict`, 3. (2, an input that cannot be used, is an InputError.) */
  readonly exitCode: (options?: Pick<ReportOptions, 'strict'>) => 0 | 1 | 3
  /** The verdict in a format of `--format`. */
  readonly report: (format: FormatName, options?: ReportOptions) => string
  /** What `--out` writes: debug logs, captures, tables for Wireshark and traces of each direction; the verdict in each format. */
  readonly files: (options?: ReportOptions) => readonly OutputFile[]
}

const labOptions = ({ now, knobs }: ProveOptions): LabOptions => ({
  ...(now === undefined ? {} : { now: now.getTime() }),
  ...(knobs === undefined ? {} : { knobs: Object.entries(knobs).map(([name, value]) => `${name}=${value}`) }),
})

const proofOptions = ({ initiator, whatIf, fix }: ProveOptions): ProofOptions => ({
  ...(initiator === undefined ? {} : { initiator }),
  ...(whatIf === undefined ? {} : { whatIf }),
  ...(fix === undefined ? {} : { fix: { canChange: fix.canChange ?? [] } }),
})

/**
 * Proves every direction of every tunnel of the inputs, by the decisions for each case of what is unknown and by a
 * negotiation for each outcome. The same inputs give the same answer, to the byte.
 *
 * Throws `InputError` for inputs that cannot be used (its `file`, `line`, `column` and `remedy` say where and what to do),
 * and `Disagreement` where decisions and negotiation contradict each other, which is a fault of ikewise.
 */
export const prove = (input: ProveInput, options: ProveOptions = {}): Proven => {
  const lab =
    typeof input === 'object' && 'files' in input
      ? readLabTexts(input.files, labOptions(options))
      : readLab(typeof input === 'string' ? [input] : input, labOptions(options))
  const proof = proveUsable(lab, proofOptions(options))
  const reportInput = ({ strict = false, colour = false, width = 100, pathOf = (file) => file }: ReportOptions) => ({
    lab,
    proof,
    strict,
    text: { colour, width },
    pathOf,
  })
  return {
    verdict: proof.verdict,
    exitCode: ({ strict = false } = {}) => exitCodeOf(proof.verdict, strict),
    report: (format, how = {}) => reportFormats[format].render(reportInput(how)),
    files: (how = {}) => [
      ...proof.runs.flatMap(({ run, otherwise }) => directionFiles(lab, run, otherwise)),
      ...oneSidedFiles(proof.oneSided),
      ...reportFiles(reportInput(how)),
    ],
  }
}
