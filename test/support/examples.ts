import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/index.ts'
import type { Verdict } from '../../src/prove/index.ts'

const folder = fileURLToPath(new URL('../../examples', import.meta.url))

const folders: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

/** The folders of `examples/` that hold both ends of a tunnel, in order. */
export const exampleNames: readonly string[] = folders.filter((name) => !name.endsWith('-peer-unknown'))

/** Those that hold one end. */
export const oneSidedNames: readonly string[] = folders.filter((name) => name.endsWith('-peer-unknown'))

export const exampleFolder = (name: string): string => join(folder, name)

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, as on a terminal of 100 columns without colour. */
export const command = (...words: readonly string[]): Promise<CommandResult> => commandAt(100, ...words)

/** Runs a command line in this process, as on a terminal of so many columns without colour. */
export const commandAt = async (width: number, ...words: readonly string[]): Promise<CommandResult> => {
  const output = { out: '', err: '' }
  const code = await run(words, {
    out: (text) => {
      output.out += text
    },
    err: (text) => {
      output.err += text
    },
    colour: false,
    width,
  })
  return { code, ...output }
}

export interface ProvenExample extends CommandResult {
  readonly verdict: Verdict
  /** Where the files of `--out` stand. */
  readonly folder: string
  /** Their paths below it, in order. */
  readonly files: readonly string[]
}

/** Proves an example with `--out`; the folder goes when the test that asked for it calls `dispose`. */
export const proveExample = async (name: string): Promise<ProvenExample & { readonly dispose: () => void }> => {
  const out = mkdtempSync(join(tmpdir(), 'ikewise-example-'))
  const result = await command('prove', exampleFolder(name), '--out', out)
  const files = readdirSync(out, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)))
    .sort()
  return {
    ...result,
    verdict: JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8')),
    folder: out,
    files,
    dispose: () => rmSync(out, { recursive: true }),
  }
}
