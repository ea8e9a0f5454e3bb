import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkImports, ROOMS, type Violation } from './support/import-rule.ts'

const repository = join(import.meta.dirname, '..')

const listing = ['src', 'test']
  .flatMap((folder) => readdirSync(join(repository, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(repository, join(entry.parentPath, entry.name)))

const sources = new Map(listing.map((file) => [file, readFileSync(join(repository, file), 'utf8')]))

describe('the import rule of the house', () => {
  const result = checkImports(sources)

  it('holds in every file', () => {
    expect(result.violations.map(({ file, line, rule, what }) => `${file}:${line} ${rule}: ${what}`)).toEqual([])
  })

  it('was checked on every file and on every import', () => {
    const statements = [...sources.values()].flatMap(
      (text) => text.match(/^(?:import|export)\b[^;'"]*? from '/gm) ?? [],
    )
    expect(result.files).toBe(listing.length)
    expect(listing.length).toBeGreaterThan(ROOMS.length)
    expect(statements.length).toBeGreaterThan(ROOMS.length)
    expect(result.imports).toBeGreaterThanOrEqual(statements.length)
  })

  it('knows every folder of src', () => {
    const folders = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map((entry) => entry.name).filter((name) => ![...ROOMS, 'bench'].includes(name))).toEqual([])
  })
})

describe('the checker of the import rule', () => {
  const house: Readonly<Record<string, string>> = {
    'src/wire/index.ts': '',
    'src/wire/header.ts': '',
    'src/wire/header.test.ts': '',
    'src/crypto/index.ts': '',
    'src/ike/index.ts': '',
    'src/ike/v1/main-mode.ts': '',
    'src/ike/v2/init.ts': '',
    'src/net/index.ts': '',
    'src/cli/index.ts': '',
    'test/support/requires.ts': '',
  }

  function rulesBroken(file: string, text: string): readonly Violation['rule'][] {
    return checkImports(new Map(Object.entries({ ...house, [file]: text }))).violations.map(({ rule }) => rule)
  }

  it.each<readonly [why: string, rule: Violation['rule'], file: string, text: string]>([
    ['a value import', 'later room', 'src/wire/a.ts', `import { x } from '../crypto/index.ts'`],
    ['a type import', 'later room', 'src/wire/a.ts', `import type { X } from '../crypto/index.ts'`],
    ['a re-export', 'later room', 'src/wire/a.ts', `export * from '../crypto/index.ts'`],
    ['a named re-export', 'later room', 'src/wire/a.ts', `export type { X } from '../net/index.ts'`],
    ['a dynamic import', 'later room', 'src/crypto/a.ts', `await import('../ike/index.ts')`],
    ['an import type', 'later room', 'src/crypto/a.ts', `type X = import('../ike/index.ts').X`],
    ['the bench', 'unresolved', 'src/cli/a.ts', `import '../bench/index.ts'`],
    ['past the face of a room', 'inside of another room', 'src/crypto/a.ts', `import { x } from '../wire/header.ts'`],
    ['past the face, in a test', 'inside of another room', 'src/crypto/a.test.ts', `import '../wire/header.ts'`],
    ['past the face, from test/', 'inside of another room', 'test/a.test.ts', `import '../src/wire/header.ts'`],
    ['v1 to v2', 'ike versions', 'src/ike/v1/a.ts', `import type { X } from '../v2/init.ts'`],
    ['v2 to v1', 'ike versions', 'src/ike/v2/a.ts', `import { x } from '../v1/main-mode.ts'`],
    ['a missing extension', 'unresolved', 'src/wire/a.ts', `import { x } from './header'`],
    ['a file that is not there', 'unresolved', 'src/wire/a.ts', `import { x } from './nothing.ts'`],
    ['a computed import', 'computed import', 'src/cli/a.ts', 'await import(name)'],
    ['a test from the product', 'test code in product', 'src/wire/a.ts', `import './header.test.ts'`],
    ['test support from the product', 'outside src', 'src/cli/a.ts', `import '../../test/support/requires.ts'`],
    ['text that does not parse', 'unparsable', 'src/wire/a.ts', 'import {'],
  ])('reports %s as %s', (_why, rule, file, text) => {
    expect(rulesBroken(file, text)).toContain(rule)
  })

  it.each([
    `import { readFileSync } from 'node:fs'`,
    `import net from 'node:net'`,
    `import { createSocket } from 'node:dgram'`,
    `import { setTimeout } from 'node:timers/promises'`,
    `import { randomBytes } from 'node:crypto'`,
    `import { randomBytes as fresh } from 'node:crypto'`,
    `import * as c from 'node:crypto'`,
    `import c from 'node:crypto'`,
    `import { register } from 'node:module'`,
    `import m from 'node:module'`,
    `load('node:fs')`,
    'crypto.getRandomValues(bytes)',
    'const now = Date.now()',
    'const now = new Date()',
    'const now = Date()',
    'const r = Math.random()',
    `console.log('x')`,
    'const e = process.env',
    'setTimeout(f, 1)',
    'const log = { console }',
    'globalThis.performance.now()',
  ])('reports the world in the core: %s', (text) => {
    for (const room of ['wire', 'trace', 'crypto', 'pki', 'selection', 'ike', 'ike/v1', 'ipsec']) {
      expect(rulesBroken(`src/${room}/a.ts`, text)).toContain('world in the core')
    }
    expect(rulesBroken('src/net/a.ts', text)).toEqual([])
    expect(rulesBroken('src/wire/a.test.ts', text)).toEqual([])
  })

  it.each([
    ['src/ike/v1/a.ts', `import { x } from '../../wire/index.ts'; import { y } from './main-mode.ts'`],
    ['src/ike/a.ts', `import { x } from './v1/main-mode.ts'; import { y } from './v2/init.ts'`],
    ['src/wire/a.test.ts', `import { x } from './header.ts'; import { y } from '../cli/index.ts'`],
    ['src/wire/a.test.ts', `import { x } from '../../test/support/requires.ts'`],
    ['src/index.ts', `export * from './cli/index.ts'`],
    ['src/bench/main.ts', `import { x } from '../cli/index.ts'`],
    ['src/crypto/a.ts', `import { createHash } from 'node:crypto'; const at = new Date(0); const day = Date.UTC(2026)`],
    ['src/crypto/a.ts', `import { createRequire } from 'node:module'; createRequire(import.meta.url)('a-library')`],
    ['src/crypto/a.ts', 'const draw = (randomBytes: (length: number) => Uint8Array) => randomBytes(8)'],
    ['src/ike/a.ts', 'const x = { process: 1, random: 2 }; x.process; interface Y { console(): void }'],
  ])('accepts, in %s, %s', (file, text) => {
    expect(rulesBroken(file, text)).toEqual([])
  })
})
