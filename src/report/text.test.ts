import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { commandAt, exampleFolder } from '../../test/support/examples.ts'
import { readLab } from '../lab/index.ts'
import { prove } from '../prove/index.ts'
import { displayWidth, plain } from './text/paint.ts'
import { verdictText } from './text.ts'

const textOf = async (name: string, width: number, ...options: readonly string[]): Promise<string> =>
  (await commandAt(width, 'prove', exampleFolder(name), ...options)).out

const golden = (name: string): string => `../../test/golden/report/${name}.txt`

describe('the text report', () => {
  it.each([
    ['ikev1-asymmetric-trustpoints', 118, ['--fix']],
    ['ikev2-asymmetric-trustpoints', 118, []],
    ['ikev1-unknown-enrolment', 118, []],
    ['ikev2-half-open', 80, ['--fix']],
    ['ikev2-overlapping-profiles', 80, []],
    ['ikev1-preshared-key', 118, ['--ladder', 'all']],
    ['ikev1-peer-unknown', 118, []],
    ['ikev2-peer-unknown', 80, []],
  ] as const)('%s at %d columns', async (name, width, options) =>
    expect(await textOf(name, width, ...options)).toMatchFileSnapshot(golden(name)),
  )

  it('puts the ladders side by side from 110 columns on', async () => {
    const isBeside = (text: string): boolean => text.split('\n').some((line) => line.split('MM1:').length === 3)
    expect(isBeside(await textOf('ikev1-asymmetric-trustpoints', 110))).toBe(true)
    expect(isBeside(await textOf('ikev1-asymmetric-trustpoints', 109))).toBe(false)
  })

  it.each([110, 118, 131, 150])(
    'every line of ladders side by side is as wide as its neighbours, at %d columns',
    async (width) => {
      const text = await textOf('ikev2-asymmetric-trustpoints', width, '--ladder', 'all')
      const rails = text.split('\n').filter((line) => /^ {2}[│].*│$/.test(line))
      expect(rails.length).toBeGreaterThan(40)
      const widths = new Set(rails.map(displayWidth))
      expect([...widths].length).toBeLessThanOrEqual(2)
      for (const line of rails) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    },
  )

  it('shows no ladder of a tunnel that is up, unless it is asked for', async () => {
    expect(await textOf('ikev1-symmetric-trustpoints', 118)).not.toContain('── MM1')
    expect(await textOf('ikev1-symmetric-trustpoints', 118, '--ladder', 'telling')).toContain('── MM1')
    expect(await textOf('ikev1-asymmetric-trustpoints', 118, '--ladder', 'none')).not.toContain('── MM1')
  })

  it.each(['ikev1-asymmetric-trustpoints', 'ikev2-half-open'])('%s: colour changes no character of it', (name) => {
    const lab = readLab([exampleFolder(name)])
    const proof = prove(lab, { fix: { canChange: [] } })
    const [drawn, undrawn] = [true, false].map((colour) =>
      verdictText(lab, proof, { colour, width: 130, ladder: 'all' }),
    )
    expect(drawn).not.toBe(undrawn)
    expect(stripVTControlCharacters(drawn ?? '')).toBe(undrawn)
  })

  it('says the exact condition where an outcome depends on an order', async () => {
    expect(await textOf('ikev1-unknown-enrolment', 150)).toContain(
      'undecided   up if R1 enrolled in IOSCA1 after IOSCA2, down at MM5 otherwise',
    )
  })
})

describe('a text that comes from a configuration', () => {
  it('reaches no terminal as a control sequence', () => {
    expect(plain('a\u001b[2Jb\u202ec\r\n')).toBe('a\ufffd[2Jb\ufffdc\ufffd\ufffd')
  })

  it('is measured in columns', () => {
    expect(displayWidth('R1 ↔ R2')).toBe(7)
    expect(displayWidth('東京')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
  })
})
