import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** docs/attacks.md claims tests: each claim is held to a title that stands in the file that it names. */

const root = new URL('../', import.meta.url)
const rows = readFileSync(new URL('docs/attacks.md', root), 'utf8')
  .split('\n')
  .map((line) => /^\| ([A-Z][^|]*) \| `([^`]+)` \| (.+) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, attack = '', file = '', title = '']) => [attack, file, title] as const)

it.each(rows)('%s', (_, file, title) => {
  expect(existsSync(new URL(file, root))).toBe(true)
  const titles = readFileSync(new URL(file, root), 'utf8').match(/['"`](?:[^'"`\\\n]|\\.)+['"`]/g) ?? []
  expect(titles.filter((text) => text.includes(title))).not.toEqual([])
})

it('has every attack of its list', () => {
  const named = new Set(rows.flatMap(([attack]) => attack.match(/\b[ADEK]\d+\b/g) ?? []))
  const range = (letter: string, last: number): readonly string[] =>
    Array.from({ length: last }, (_, index) => `${letter}${index + 1}`)
  const elsewhere = readFileSync(new URL('docs/attacks.md', root), 'utf8').match(/^- [ADEK]\d+\b/gm) ?? []
  const told = new Set([...named, ...elsewhere.map((line) => line.slice(2))])
  const list = [...range('A', 18), ...range('D', 10), ...range('E', 5), ...range('K', 6)]
  expect(list.filter((attack) => !told.has(attack))).toEqual([])
})
