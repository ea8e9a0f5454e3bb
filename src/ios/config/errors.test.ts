import { describe, expect, it } from 'vitest'
import { refused } from '../../../test/support/ios-configuration.ts'
import { formatConfigurationError, nearest } from './errors.ts'
import { parseConfiguration } from './parse-configuration.ts'

function at(text: string): string[] {
  return refused(text).map(({ line, column, message }) => `${line}:${column} ${message}`)
}

describe('wrong arguments', () => {
  it.each([
    ['crypto isakmp policy 0\n', '1:22 "0" does not fit here'],
    ['crypto isakmp policy 10001\n', '1:22 "10001" does not fit here'],
    ['crypto isakmp policy\n', '1:22 the command is not complete'],
    ['crypto isakmp policy 1\n group 3\n', '2:8 "3" does not fit here'],
    ['crypto isakmp policy 1\n lifetime 59\n', '2:11 "59" does not fit here'],
    ['crypto isakmp policy 1\n encr des 128\n', '2:11 des takes no key length'],
    ['crypto isakmp policy 1\n hash sha sha\n', undefined],
    ['interface Ethernet0/0\n ip address 300.1.1.1 255.255.255.0\n', '2:13 "300.1.1.1" does not fit here'],
    ['interface Ethernet0/0\n ip address 10.1.1.1 255.0.255.0\n', '2:22 "255.0.255.0" does not fit here'],
    ['interface Ethernet0/0\n ip address 10.1.1.1\n', '2:22 the command is not complete'],
    ['crypto isakmp keepalive 9\n', '1:25 "9" does not fit here'],
    ['crypto isakmp polcy 1\n', '1:15 unknown word "polcy"; did you mean "policy"?'],
    ['crypto isakmp profile p\n ca trust-piont A\n', '2:5 unknown word "trust-piont"; did you mean "trust-point"?'],
    ['crypot isakmp policy 1\nhostname R1\n', '1:1 unknown word "crypot"; did you mean "crypto"?'],
    ['crypto ipsec transform-set T esp-3des 256\n', '1:39 256 follows no cipher that takes a key length'],
    ['crypto ipsec transform-set T esp-3des esp-aes\n', '1:39 esp-aes is one too many'],
    ['crypto pki certificate map M 1\n valid-start ge 31 Feb 2024\n', '2:17 "31" does not fit here'],
  ])('%j', (text, expected) => {
    if (expected === undefined) expect(parseConfiguration(text, { file: 'R1.cfg' }).ok).toBe(true)
    else expect(at(text)).toEqual([expected])
  })

  it('a refused header does not make errors of its body', () => {
    expect(at('crypto isakmp policy 0\n encr 3des\n group 77\n!\ncrypto isakmp policy 1\n group 77\n')).toEqual([
      '1:22 "0" does not fit here',
      '6:8 "77" does not fit here',
    ])
  })

  it('the same host as host and as domain of one profile is refused in the words of IOS', () => {
    const text = 'crypto isakmp profile p\n match identity host cisco.com\n match identity host domain Cisco.com\n'
    expect(at(text)).toEqual(['3:29 Already found same match identity statement in this profile'])
  })

  it('a key never stands in an error', () => {
    const lines = [
      'crypto isakmp key HUSH adress 1.2.3.4',
      'crypto isakmp key HUSH HUSH address 1.2.3.4',
      'crypto isakmp key HUSH address 1.2.3',
      'crypto i key HUSH address 1.2.3.4',
      'crypto isakmp key 7 HUSH address 1.2.3.4',
    ]
    const errors = refused(`hostname R1\n${lines.join('\n')}\n`)
    expect(errors.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6])
    expect(JSON.stringify(errors) + errors.map(formatConfigurationError).join()).not.toContain('HUSH')
  })
})

describe('references that lead nowhere', () => {
  it('an unknown trust point: the nearest name, the known ones, and what to write', () => {
    const text =
      'crypto pki trustpoint IOSCA1\ncrypto pki trustpoint LYON\ncrypto isakmp profile prof1\n ca trust-point IOSCA9\n match identity host a.b\n'
    expect(refused(text)).toEqual([
      {
        file: 'R1.cfg',
        line: 4,
        column: 17,
        text: ' ca trust-point IOSCA9',
        message: 'unknown trust point "IOSCA9"; did you mean "IOSCA1"?',
        expected: 'the name of a trust point (configured: IOSCA1, LYON)',
        remedy: 'write "IOSCA1", or add "crypto pki trustpoint IOSCA9"',
      },
    ])
  })

  it.each([
    ['crypto isakmp profile p\n keyring K\n', '2:10 unknown keyring "K"'],
    ['crypto isakmp profile p\n match certificate CM\n', '2:20 unknown certificate map "CM"'],
    ['crypto pki trustpoint T\n match certificate CM\n', '2:20 unknown certificate map "CM"'],
    ['crypto pki trustpoint T\n chain-validation continue ROOT\n', '2:28 unknown trust point "ROOT"'],
    ['crypto ipsec profile p\n set transform-set NONE\n', '2:20 unknown transform set "NONE"'],
    ['crypto ipsec profile p\n set isakmp-profile NONE\n', '2:21 unknown ISAKMP profile "NONE"'],
    ['interface Tunnel1\n tunnel protection ipsec profile NONE\n', '2:34 unknown ipsec profile "NONE"'],
    ['interface Ethernet0/0\n crypto map NONE\n', '2:13 unknown crypto map "NONE"'],
    ['crypto map M 1 ipsec-isakmp\n match address 101\n', '2:16 unknown access list "101"'],
    ['crypto map M isakmp-profile NONE\n', '1:29 unknown ISAKMP profile "NONE"'],
  ])('%j', (text, expected) => expect(at(text)).toEqual([expected]))

  it('what IOS has built in, and what is defined further down, is known', () => {
    const text = `interface Tunnel1
 tunnel protection ipsec profile P
interface Ethernet0/0
 crypto map DYN
crypto ipsec profile P
 set transform-set default
crypto isakmp profile X
 keyring default
crypto map DYN 10 ipsec-isakmp dynamic D
`
    expect(parseConfiguration(text, { file: 'R1.cfg' }).ok).toBe(true)
  })
})

describe('files that are no configuration', () => {
  it.each([
    ['an empty file', '', 'it is empty'],
    ['blanks', ' \r\n\t\n\u00a0', 'it is empty'],
    ['NUL bytes', 'hostname R1\n\u0000', 'it looks like binary data'],
    ['noise', '\ufffd\u0001\u0002\ufffdabc'.repeat(50), 'it looks like binary data'],
    ['a PDF', '%PDF-1.4\n\u0000\u0001', 'it looks like a PDF document'],
    ['prose', 'This tunnel does not come up.\nWhy?\n', 'no line of it is an IOS command'],
    ['one letter a line', 'c\ni\na\n', 'no line of it is an IOS command'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 'it looks like a PEM file'],
    [
      'a debug log',
      '*Jun 20 13:00:37.609: ISAKMP:(0): SA request profile is prof1\n',
      'it looks like a log or a debug output',
    ],
    [
      'a show output',
      'Certificate\n  Status: Available\n',
      'it looks like the output of "show crypto pki certificates"',
    ],
    ['JSON', '{"schema": 1}\n', 'it looks like JSON'],
    ['an ASA', ': Saved\n:\nASA Version 9.8(2)\nhostname asa1\n', 'it is the configuration of a Cisco ASA'],
    [
      'NX-OS',
      '!Command: show running-config\nversion 7.0(3)I7(4)\nhostname n9k\n',
      'it is the configuration of Cisco NX-OS',
    ],
    ['IOS XR', '!! IOS XR Configuration 6.1.2\nhostname xr1\n', 'it is the configuration of Cisco IOS XR'],
    ['Junos', 'set system host-name srx1\n', 'it is the configuration of Junos'],
    ['a FortiGate', '#config-version=FG100F-6.4\n', 'it is the configuration of a FortiGate'],
    ['HTML', '<!doctype html>\n<p>', 'it looks like an XML or HTML document'],
  ])('%s', (_, text, reason) => {
    const errors = refused(text)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ file: 'R1.cfg', line: 1, column: 1, text: '' })
    expect(errors[0]?.message).toContain(reason)
  })
})

describe('the printed form', () => {
  it('shows the line with a caret under the column', () => {
    const [error] = refused('hostname R1\ncrypto isakmp policy 10\n group 3\n')
    if (error === undefined) throw new Error('no error')
    expect(formatConfigurationError(error)).toBe(
      [
        'R1.cfg:3:8: "3" does not fit here',
        '   group 3',
        '         ^',
        '  expected: a Diffie-Hellman group: one of 1, 2, 5, 14, 15, 16, 19, 20, 21, 24',
        '  remedy:   the form is: group <group> (the Diffie-Hellman group)',
      ].join('\n'),
    )
  })

  it('keeps the caret in place on tabs and no-break spaces, and in the window on a line without end', () => {
    for (const line of ['\tgroup 3', '\u00a0group 3', `group 3${' x'.repeat(500)}`, `${' '.repeat(5000)}group 3`]) {
      const [error] = refused(`crypto isakmp policy 10\n${line}\n`)
      if (error === undefined) throw new Error('no error')
      const [, shown = '', caret = ''] = formatConfigurationError(error).split('\n')
      expect(shown[caret.indexOf('^')]).toBe('3')
      expect(shown.length).toBeLessThan(130)
    }
  })

  it('finds the nearest name', () => {
    expect(nearest('IOSAC1', ['LYON', 'IOSCA1'])).toBe('IOSCA1')
    expect(nearest('NOTHING', ['LYON', 'IOSCA1'])).toBeUndefined()
    expect(nearest('iosca2', ['IOSCA1', 'IOSCA2'])).toBe('IOSCA2')
  })
})
