import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIkewise } from './support/build-ikewise.ts'

const root = join(import.meta.dirname, '..')
const pictures = ['docs/prove.svg', 'docs/ladders.svg', 'docs/report.png'] as const
const check = (cwd: string) => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/pictures.mjs', '--check'], { cwd, encoding: 'utf8' })
  return { status, stderr }
}

beforeAll(buildIkewise, 300_000)

describe('the pictures of the README', () => {
  /** The house with pictures of its own. */
  let copy: string
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'ikewise-pictures-'))
    for (const name of ['docs', 'scripts', 'examples', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true })
    for (const name of ['dist', 'node_modules']) symlinkSync(join(root, name), join(copy, name))
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  it('show what is printed now', () => {
    expect(check(root)).toEqual({ status: 0, stderr: '' })
    for (const picture of pictures) expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`(${picture})`)
  })

  it.each([
    ['docs/prove.svg', 'R1 initiates', 'R1  begins'],
    ['docs/ladders.svg', 'MM1', 'MM9'],
    ['docs/report.png', 'Source-SHA256\0', 'Source-SHA256\0f'],
  ])('%s is told where it does not', (picture, shown, other) => {
    const file = join(copy, picture)
    const before = readFileSync(file, 'latin1')
    writeFileSync(file, before.replace(shown, other), 'latin1')
    const found = check(copy)
    writeFileSync(file, before, 'latin1')
    expect(found).toEqual({ status: 1, stderr: expect.stringContaining(`${picture}: not what ikewise prints`) })
  })
})
