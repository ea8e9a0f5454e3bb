import { describe, expect, it } from 'vitest'
import { type CauseScenario, causeScenarios, labOf } from '../../test/support/cause-scenarios.ts'
import { reportFormats } from '../report/index.ts'
import { type Blocker, prove } from './index.ts'

const scenarioNamed = (name: string): CauseScenario => {
  const found = causeScenarios()
    .flatMap(({ produces, neighbours }) => [...produces, ...neighbours])
    .find((scenario) => scenario.name === name)
  if (!found) throw new Error(`there is no scenario "${name}"`)
  return found
}

const blockersOf = (name: string): Readonly<Record<string, readonly Blocker[]>> =>
  Object.fromEntries(
    prove(labOf(scenarioNamed(name))).verdict.tunnels.flatMap(({ directions }) =>
      directions.map(({ initiator, nextBlockers }) => [initiator, nextBlockers]),
    ),
  )

const told = ({ code, actor, at }: Blocker): unknown => [
  code,
  actor,
  at.map(({ router, text }) => `${router}: ${text.trim()}`),
]

describe('what would refuse next names who must act and the lines on which it rests', () => {
  it('in IKEv1', () => {
    const { R1 = [], R2 = [] } = blockersOf('R1 has another policy, trusts another CA and has another transform set')
    const both = 'crypto ipsec transform-set TS'
    expect(R1.map(told)).toEqual([
      [
        'transform-mismatch',
        'the engineers of R2 and R1 together',
        [
          `R1: ${both} esp-3des esp-sha-hmac`,
          `R2: ${both} esp-aes esp-sha256-hmac`,
          'R2: tunnel protection ipsec profile prof1',
        ],
      ],
    ])
    expect(R2.map(told)).toEqual([
      [
        'certificate-outside-profile-trustpoints',
        'the engineers of R1 and R2 together',
        ['R1: ca trust-point IOSCA1', 'R2: crypto pki trustpoint IOSCA2'],
      ],
      [
        'transform-mismatch',
        'the engineers of R1 and R2 together',
        [
          `R2: ${both} esp-aes esp-sha256-hmac`,
          `R1: ${both} esp-3des esp-sha-hmac`,
          'R1: tunnel protection ipsec profile prof1',
        ],
      ],
    ])
  })

  it('in IKEv2', () => {
    const { R1 = [], R2 = [] } = blockersOf(
      'IKEv2, R1 has another proposal, trusts another CA and has another transform set',
    )
    expect(R1.map(({ code }) => code)).toEqual(['transform-mismatch'])
    expect(R2.map(told)[0]).toEqual([
      'certificate-outside-profile-trustpoints',
      'the engineers of R1 and R2 together',
      ['R1: pki trustpoint TP1', 'R2: crypto pki trustpoint TP2'],
    ])
  })

  it('where there is no certificate to send, the trustpoints of the router', () => {
    const { R1 = [] } = blockersOf('R1 holds certificates of one CA only, and R2 asks for another')
    expect(R1.map(told)[1]).toEqual([
      'no-certificate-for-any-request',
      'the engineers of R2 and R1 together',
      ['R2: crypto pki trustpoint IOSCA1'],
    ])
  })

  it('in each format', () => {
    const lab = labOf(scenarioNamed('R1 has another policy, trusts another CA and has another transform set'))
    const input = {
      lab,
      proof: prove(lab),
      strict: false,
      pathOf: (file: string) => file,
      text: { colour: false, width: 120 },
    }
    for (const name of ['text', 'json', 'html', 'markdown', 'junit'] as const) {
      const text = reportFormats[name].render(input).replaceAll('\\_', '_')
      expect(text).toMatch(/certificate-outside-profile-trustpoints/)
      expect(text).toMatch(/R1\.cfg:\d+|"line": ?\d+/)
    }
    const shown = reportFormats.text.render(input).split('\n')
    const at = shown.findIndex((line) => line.includes('Mended, it next fails at MM5'))
    expect(shown.slice(at, at + 6).join('\n')).toMatch(
      /R1\.cfg:\d+ {3}ca trust-point IOSCA1\n.*R2\.cfg:\d+ {3}crypto pki trustpoint IOSCA2\n.*the engineers of R1 and R2 together must act/,
    )
  })
})
