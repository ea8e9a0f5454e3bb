import { describe, expect, it } from 'vitest'
import { readRecording } from './outputs.ts'

const outputsOf = (lines: readonly string[]): readonly string[] =>
  readRecording(lines.join('\n'), 'x').outputs.map(
    ({ kind, router, from, to, part }) => `${kind} ${router ?? '?'} ${from}-${to}${part ? ' part' : ''}`,
  )

describe('what stands in a file', () => {
  it('without any mark it is one configuration', () => {
    expect(outputsOf(['! mine', 'hostname R1', 'interface Tunnel1', ' ip address 1.2.3.4 255.0.0.0'])).toEqual([
      'configuration R1 1-4',
    ])
  })

  it('prompts and commands tell routers and outputs apart, abbreviated as they are typed', () => {
    expect(
      outputsOf([
        'R1#sh run',
        'Building configuration...',
        'hostname R1',
        'end',
        '',
        'R1#sh cry pki cert ver',
        'Certificate',
        '  Status: Available',
        'R1#show clock',
        '13:00:37.600 CET Thu Jun 20 2013',
        'R1#sh ip route',
        'interface that is none',
        'R2>show crypto ca certificates IOSCA1',
        'Certificate',
        'R2>',
      ]),
    ).toEqual([
      'configuration R1 1-4',
      'certificates R1 6-8',
      'clock R1 9-10',
      'other R1 11-12',
      'certificates R2 13-14 part',
    ])
  })

  it('show tech-support announces its parts', () => {
    expect(
      outputsOf([
        'R1#show tech-support',
        '------------------ show version ------------------',
        'Cisco IOS Software, C2900 Software',
        '------------------ show running-config ------------------',
        'Building configuration...',
        'hostname R1',
        'end',
        '------------------ show interfaces ------------------',
        'Ethernet0/0 is up',
      ]),
    ).toEqual(['other R1 1-1', 'version R1 2-3', 'configuration R1 4-7', 'other R1 8-9'])
  })

  it('configurations and listings one behind the other are known by what they look like', () => {
    expect(
      outputsOf([
        'Building configuration...',
        'Current configuration : 1234 bytes',
        'version 15.3',
        'hostname R1',
        'Certificate',
        '  Status: Available',
        'Trustpoint IOSCA1:',
        '    Subject Name:',
        'Current configuration : 1234 bytes',
        'hostname R2',
        'hostname R3',
        'end',
      ]),
    ).toEqual([
      'configuration R1 1-4',
      'certificates R1 5-6',
      'trustpoints R1 7-8',
      'configuration R2 9-10',
      'configuration R3 11-12',
    ])
  })

  it('what is typed in configuration mode is configuration, and the prompt names the router', () => {
    expect(outputsOf(['R1(config)#crypto isakmp policy 10', 'R1(config-isakmp)#group 14', 'R2(config)#end'])).toEqual([
      'configuration R1 1-2',
      'configuration R2 3-3',
    ])
  })

  it('a banner hides whatever stands in it', () => {
    expect(outputsOf(['hostname R1', 'banner motd ^C', 'Certificate', 'Status: none', 'end', '^C', 'end'])).toEqual([
      'configuration R1 1-7',
    ])
  })

  it('lines that belong to nothing are told', () => {
    const { unread } = readRecording('R1#\nDear diary,\n\ntoday it rained.\nR1#show clock\n', 'x')
    expect(unread).toEqual([
      { from: 2, to: 2 },
      { from: 4, to: 4 },
    ])
  })
})
