import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLogged, screenLines } from './terminal.ts'

const wiped = (line: string): string => ` --More-- ${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}${line}`

describe('a saved session as it stood on the screen', () => {
  it.each([
    [
      'a pager that was wiped out with backspaces',
      wiped(' ip address 10.0.0.1 255.0.0.0'),
      ' ip address 10.0.0.1 255.0.0.0',
    ],
    ['a pager whose backspaces are lost', ` --More-- ${' '.repeat(8)} mode tunnel`, ' mode tunnel'],
    ['a pager that a carriage return wiped out', ' --More-- \r          \rend', 'end       '],
    ['a pager that a terminal erased', ' --More-- \r\u001b[K mode tunnel', ' mode tunnel'],
    ['a pager on a line of its own', ' --More-- ', ''],
    ['colours', '\u001b[1;32mhostname\u001b[0m R1', 'hostname R1'],
    ['a title of the window', '\u001b]0;R1 console\u0007hostname R1', 'hostname R1'],
    ['a slip of the hand', 'R1#sh rum\bn', 'R1#sh run'],
    ['line ends of Windows over Telnet', 'end\r\r', 'end'],
  ])('%s', (_, raw, shown) => {
    expect(screenLines(`${raw}\n`)).toEqual([shown, ''])
  })

  it('has as many lines as the file, whatever ends them', () => {
    for (const ends of ['\n', '\r\n', '\r\r\n', '\r'])
      expect(screenLines(`\ufeffa${ends}b${ends}${ends}c`)).toEqual(['a', 'b', '', 'c'])
  })

  it('a line without marks of a terminal stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const line = text.replace(/[\p{Cc}\ufeff]/gu, '')
        fc.pre(!/^ ?(?:<?-{2,3})/.test(line))
        expect(screenLines(line)).toEqual([line])
      }),
    )
  })
})

describe('what the router logs in between', () => {
  it.each([
    '*Jun 20 13:00:37.609: ISAKMP:(0):processing SA payload. message ID = 0',
    'Jun 20 13:00:37.609: %SYS-5-CONFIG_I: Configured from console by admin on vty0',
    '000123: Jun 20 2013 13:00:37 CET: %LINK-3-UPDOWN: Interface Tunnel1, changed state to up',
    '%SYS-5-CONFIG_I: Configured from console by console',
    '.Jun  2 13:00:37: %CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed',
  ])('%s', (line) => expect(isLogged(line)).toBe(true))

  it.each(['hostname R1', ' 30820220 30820189', '% Invalid input detected', '*Jun', ' description at 13:00:00: x'])(
    'is not: %s',
    (line) => expect(isLogged(line)).toBe(false),
  )
})
