import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyMode } from '../../../test/support/ios-configuration.ts'
import { formatConfigurationError } from './errors.ts'
import { maxConfigurationBytes, parseConfiguration } from './parse-configuration.ts'

/** Reads a text and checks what holds of every answer; a throw fails the test. */
function read(text: string): void {
  const result = parseConfiguration(text, { file: 'fuzz.cfg' })
  if (result.ok) {
    const lines = text.split(/\r\n|\n|\r/).length
    for (const { at } of result.configuration.notices) expect(at.line >= 1 && at.line <= lines).toBe(true)
    return
  }
  expect(result.errors.length).toBeGreaterThan(0)
  for (const error of result.errors) {
    expect(error.line).toBeGreaterThanOrEqual(1)
    expect(error.column).toBeGreaterThanOrEqual(1)
    expect(formatConfigurationError(error)).toContain(`fuzz.cfg:${error.line}:${error.column}: `)
  }
}

const seed = readFileSync(new URL('../../../test/fixtures/seed/R1.cfg', import.meta.url), 'utf8')
const chain = 'crypto pki certificate chain TP1\n certificate 02\n  30030201 05\n  quit\n'
const source = `${everyMode}${chain}${seed}crypto ikev2 profile p\n pki trustpoint T\nbanner motd #x#\n`
const vocabulary = [
  ...new Set(source.split(/\s+/)),
  'no',
  'default',
  '!',
  'exit',
  'end',
  'quit',
  'crypto',
  '300.1.1.1',
  '-1',
  '__proto__',
  'constructor',
  'toString',
  'R1(config)#',
  '--More--',
  '^C',
]
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...vocabulary) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
)
const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))

describe('any text has an answer', () => {
  it('lines of IOS words in any order', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => read(`hostname R1\n${lines.join('\n')}`)),
      { seed: 1, numRuns: 1500 },
    )
  })

  it('a configuration with characters changed, lines cut, doubled and moved', () => {
    const lines = source.split('\n')
    const edit = fc.record({
      at: fc.nat(lines.length - 1),
      from: fc.nat(60),
      length: fc.nat(12),
      put: fc.oneof(fc.constant(''), word),
      to: fc.nat(lines.length - 1),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const changed = [...lines]
        for (const { at, from, length, put, to } of edits) {
          const old = changed[at] ?? ''
          changed.splice(to, 0, old.slice(0, from) + put + old.slice(from + length))
          if (length % 3 === 0) changed.splice(at, 1)
        }
        read(changed.join('\n'))
      }),
      { seed: 2, numRuns: 1500 },
    )
  })

  it('random bytes, read as UTF-8 and as Latin-1', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        read(Buffer.from(bytes).toString('utf8'))
        read(Buffer.from(bytes).toString('latin1'))
      }),
      { seed: 3, numRuns: 1500 },
    )
  })

  it('every beginning of a configuration', () => {
    for (let end = 0; end <= source.length; end += 1) read(source.slice(0, end))
  })

  it('the largest texts that the caller lets through, made to be slow', () => {
    const size = maxConfigurationBytes
    const many = (text: string): string => text.repeat(Math.floor(size / 16 / text.length))
    const texts = [
      many('hostname R1\n'),
      `crypto ipsec profile P\n set transform-set ${many('a ')}`,
      `crypto isakmp profile p\n${many(' match identity host a.b\n')}`,
      `ip access-list extended A\n${many(' permit ip any any\n')}`,
      `crypto isakmp key ${many('x ')}`,
      many('banner motd ^\n'),
      many('R1(config)#'),
      `hostname R1\n${many('key ')}${' '.repeat(size / 16)}`,
      `crypto pki certificate chain T\n certificate 01\n${many('30 ')}`,
      many('crypto isakmp policy 0\n'),
    ]
    for (const text of texts) read(text)
    const unknown = Array.from(
      { length: 20000 },
      (_, index) => `crypto isakmp profile p${index}\n ca trust-point X${index}\n match identity host h${index}\n`,
    )
    read(unknown.join(''))
  })
})
