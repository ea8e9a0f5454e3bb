import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildIkewise } from './support/build-ikewise.ts'

const root = join(import.meta.dirname, '..')

beforeAll(buildIkewise, 300_000)

describe('the command line as one file', () => {
  let folder: string
  let cli: string
  const file = (name: string): string => join(cli, name)
  const version = (): string =>
    execFileSync(process.execPath, [file('main.js'), '--version'], { encoding: 'utf8' }).trim()
  /** What V8 says of the cache: false where it was used, undefined where none was offered. */
  const wasRejected = (): string =>
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { readBundle } from '${pathToFileURL(file('bundle.js'))}'
         console.log(readBundle(${JSON.stringify(cli)}).script.cachedDataRejected)`,
      ],
      { encoding: 'utf8' },
    ).trim()

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ikewise-bundle-'))
    cli = join(folder, 'dist/cli')
    for (const name of ['main.js', 'bundle.js', 'ikewise.cjs', 'ikewise.cache'])
      cpSync(join(root, 'dist/cli', name), file(name))
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('starts with what V8 compiled when it was built', () => {
    expect(wasRejected()).toBe('false')
    expect(version()).toBe('0.1.0')
  })

  it('runs without that, or with a part of it', () => {
    const cache = readFileSync(file('ikewise.cache'))
    for (const length of [0, 1, 64, 65, 100]) {
      writeFileSync(file('ikewise.cache'), cache.subarray(0, length))
      expect(version()).toBe('0.1.0')
    }
    rmSync(file('ikewise.cache'))
    expect(wasRejected()).toBe('undefined')
    expect(version()).toBe('0.1.0')
  })

  it('does not take that of another build, which V8 would run where both are of one length', () => {
    const source = readFileSync(file('ikewise.cjs'), 'utf8')
    const other = source.replace(/[0-9a-f]{64}$/, (name) => name.replace(/^./, (digit) => (digit === '0' ? '1' : '0')))
    expect(other).not.toBe(source)
    expect(other.length).toBe(source.length)
    writeFileSync(file('ikewise.cjs'), other)
    expect(wasRejected()).toBe('undefined')
    expect(version()).toBe('0.1.0')
  })

  it('comes with the licences of the packages in it', () => {
    const licences = readFileSync(join(root, 'dist/cli/ikewise.cjs.LICENSES'), 'utf8')
    for (const name of ['commander', 'yaml', 'zod']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })
})
