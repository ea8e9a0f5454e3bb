import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InputError, type Lab, type LabOptions, readLab } from '../lab/index.ts'
import { Disagreement, exitCodeOf, type Proof, type ProofOptions, proveUsable } from '../prove/index.ts'
import {
  directionFiles,
  type FormatName,
  type OutputFile,
  oneSidedFiles,
  peerConfigurations,
  reportFiles,
  reportFormats,
} from '../report/index.ts'
import { pathAmong } from './paths.ts'
import { exitCode, type Terminal } from './terminal.ts'

export interface ProveOptions {
  readonly initiator?: string
  readonly out?: string
  readonly format: FormatName
  readonly now?: string
  readonly strict?: boolean
  readonly ladder?: 'telling' | 'all' | 'none'
  readonly whatIf?: string
  readonly fix?: boolean
  readonly canChange?: readonly string[]
  readonly knob?: readonly string[]
  readonly peerConfig?: string
}

const labOptions = ({ now, knob }: ProveOptions): LabOptions => {
  if (now !== undefined && Number.isNaN(Date.parse(now)))
    throw new InputError({
      file: '--now',
      message: `"${now}" is no time`,
      remedy: 'write it as 2013-06-20T13:00:37+01:00',
    })
  return { ...(now === undefined ? {} : { now: Date.parse(now) }), ...(knob === undefined ? {} : { knobs: knob }) }
}

/** Not mkdir's own `recursive`: where the file system answers ENOENT to a mkdir, as /proc does, Node 20 never ends it. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

const writeFiles = (folder: string, files: readonly OutputFile[]): void => {
  for (const { path, content } of files) {
    const target = join(folder, path)
    try {
      makeFolder(dirname(target))
      writeFileSync(target, content)
    } catch (error) {
      throw new InputError({
        file: target,
        message: `the file cannot be written (${(error as NodeJS.ErrnoException).code})`,
        remedy: 'name a place that may be written',
      })
    }
  }
}

/** Null where the decisions and the negotiation disagree: then nothing that could be said is to be trusted, and nothing is. */
const proveLoudly = (lab: Lab, options: ProofOptions, terminal: Terminal): Proof | null => {
  try {
    return proveUsable(lab, options)
  } catch (error) {
    if (!(error instanceof Disagreement)) throw error
    terminal.err(
      `ikewise contradicts itself, so it gives no verdict.\n  ${error.message}\nThis is a fault of ikewise: please report it with these inputs.\n`,
    )
    return null
  }
}

const writePeerConfiguration = (file: string, { verdict }: Proof): void => {
  if (verdict.oneSided.every(({ peers }) => peers.length === 0))
    throw new InputError({
      file: '--peer-config',
      message:
        verdict.oneSided.length === 0 ? 'both ends of every tunnel are known' : 'no peer was found that comes up',
      remedy: 'the configuration of a peer is made for one router alone, and where one can come up',
    })
  writeFiles(dirname(file), [{ path: basename(file), content: peerConfigurations(verdict.oneSided) }])
}

/** Longer lines are hard to read; two ladders have room. */
const widestText = 150

/** `ikewise prove`: runs every direction of a scenario and says what comes up, and why the rest does not. */
export const prove = (inputs: readonly string[], options: ProveOptions, terminal: Terminal): number => {
  const lab = readLab(inputs, labOptions(options))
  const proof = proveLoudly(
    lab,
    {
      ...(options.initiator === undefined ? {} : { initiator: options.initiator }),
      ...(options.whatIf === undefined ? {} : { whatIf: options.whatIf }),
      ...(options.fix === true || options.canChange ? { fix: { canChange: options.canChange ?? [] } } : {}),
    },
    terminal,
  )
  if (proof === null) return exitCode.unusable
  const input = {
    lab,
    proof,
    strict: options.strict === true,
    pathOf: pathAmong(inputs),
    text: {
      colour: terminal.colour,
      width: Math.min(terminal.width, widestText),
      ...(options.ladder === undefined ? {} : { ladder: options.ladder }),
    },
  }
  if (options.out !== undefined)
    writeFiles(options.out, [
      ...proof.runs.flatMap(({ run, otherwise }) => directionFiles(lab, run, otherwise)),
      ...oneSidedFiles(proof.oneSided),
      ...reportFiles(input),
    ])
  if (options.peerConfig !== undefined) writePeerConfiguration(options.peerConfig, proof)
  terminal.out(reportFormats[options.format].render(input))
  return exitCodeOf(proof.verdict, input.strict)
}
