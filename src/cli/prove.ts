import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError, type LabOptions, readLab } from '../lab/index.ts'
import { type Proof, prove as runProof } from '../prove/index.ts'
import { directionFiles, type OutputFile, verdictText } from '../report/index.ts'
import { exitCode, type Terminal } from './terminal.ts'

export interface ProveOptions {
  readonly initiator?: string
  readonly out?: string
  readonly format: 'text' | 'json'
  readonly now?: string
  readonly strict?: boolean
  readonly knob?: readonly string[]
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

const writeFiles = (folder: string, files: readonly OutputFile[]): void => {
  for (const { path, content } of files) {
    const target = join(folder, path)
    try {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, content)
    } catch (error) {
      throw new InputError({
        file: target,
        message: `the file cannot be written (${(error as NodeJS.ErrnoException).code})`,
        remedy: 'name a folder that may be written with --out',
      })
    }
  }
}

const codeOf = ({ verdict }: Proof, strict: boolean): number => {
  const outcomes = verdict.tunnels.flatMap(({ directions }) => directions.map(({ outcome }) => outcome))
  if (outcomes.some((outcome) => outcome === 'down' || outcome === 'half-open')) return exitCode.bad
  return strict && outcomes.includes('undecided') ? exitCode.undecided : exitCode.good
}

/** `ikewise prove`: runs every direction of a scenario and says what comes up, and why the rest does not. */
export const prove = (inputs: readonly string[], options: ProveOptions, terminal: Terminal): number => {
  const lab = readLab(inputs, labOptions(options))
  const known = lab.routers.map(({ name }) => name)
  if (options.initiator !== undefined && !known.some((name) => name.toLowerCase() === options.initiator?.toLowerCase()))
    throw new InputError({
      file: '--initiator',
      message: `there is no router ${options.initiator}`,
      remedy: `the routers are ${known.join(', ')}`,
    })
  const proof = runProof(lab, options.initiator === undefined ? {} : { initiator: options.initiator })
  if (proof.verdict.tunnels.length === 0)
    throw new InputError({
      file: lab.source,
      message: 'no router has a tunnel to another',
      remedy:
        'a tunnel interface with `tunnel protection ipsec profile`, or a crypto map on an interface, whose peer is an address of the other router, makes one',
    })
  const json = `${JSON.stringify(proof.verdict, null, 2)}\n`
  if (options.out !== undefined)
    writeFiles(options.out, [
      ...proof.runs.flatMap(({ run }) => directionFiles(lab, run)),
      { path: 'verdict.json', content: json },
    ])
  terminal.out(
    options.format === 'json'
      ? json
      : verdictText(proof.verdict, { colour: terminal.colour, width: Math.min(terminal.width, 140) }),
  )
  return codeOf(proof, options.strict === true)
}
