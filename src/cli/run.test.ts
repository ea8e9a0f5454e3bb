import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { run } from './run.ts'
import { exitCode } from './terminal.ts'

const runHere = async (...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> => {
  const out: string[] = []
  const code = await run(words, { out: (text) => out.push(text), err: () => undefined, colour: false, width: 100 })
  return { code, out: out.join('') }
}

it('--version says that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  expect(await runHere('--version')).toEqual({ code: exitCode.good, out: `${version}\n` })
})
