import { describe, expect, it } from 'vitest'
import { certificateOf, contextOf, lineAt, profileOf } from '../../test/support/selection-stubs.ts'
import type { CertificateMap, CertificateMapRule, Knobs } from './configuration.ts'
import { defaultKnobs, matchesCertificateMap, rebindByCertificate } from './index.ts'

type Line = readonly [CertificateMapRule['field'], CertificateMapRule['operator'], string]
const mapOf = (name: string, ...sequences: readonly (readonly Line[])[]): CertificateMap => ({
  name,
  sequences: sequences.map((lines, index) => ({
    sequence: (index + 1) * 10,
    at: lineAt(index * 100),
    rules: lines.map(([field, operator, value], offset) => ({
      field,
      operator,
      value,
      at: lineAt(index * 100 + 1 + offset),
    })),
  })),
})

const certificate = certificateOf(
  'serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com,cn=R2,ou=QYTANG,o=cisco',
  'cn=Cisco Manufacturing CA,o=Cisco Systems',
  {
    serial: '00F9',
    subjectAltName: { dns: ['R2.cisco.com', 'vpn.cisco.com'], ip: ['192.168.0.2'] },
  },
)

describe('a rule of a certificate map', () => {
  const table: readonly (readonly [Line, boolean])[] = [
    [['subject-name', 'co', 'ou = qytang'], true],
    [['subject-name', 'co', 'OU=QYTANG'], true],
    [['subject-name', 'co', 'ou  =  qytang , o = cisco'], true],
    [['subject-name', 'co', 'cn = r3'], false],
    [['subject-name', 'nc', 'cn = r3'], true],
    [
      [
        'subject-name',
        'eq',
        'serialnumber = 101 + ipaddress = 192.168.0.2 + hostname = r2.cisco.com, cn = r2, ou = qytang, o = cisco',
      ],
      true,
    ],
    [['subject-name', 'eq', 'cn = r2'], false],
    [['subject-name', 'ne', 'cn = r2'], true],
    [['issuer-name', 'co', 'cisco manufacturing ca'], true],
    [['issuer-name', 'co', 'cn = drhc-vpn-ca'], false],
    [['alt-subject-name', 'eq', 'VPN.cisco.com'], true],
    [['alt-subject-name', 'ne', 'vpn.cisco.com'], false],
    [['alt-subject-name', 'co', '192.168'], true],
    [['unstructured-subject-name', 'eq', 'r2.cisco.com'], true],
    [['unstructured-subject-name', 'co', 'r3'], false],
    [['name', 'co', 'vpn.cisco'], true],
    [['name', 'co', 'cn = r2'], true],
    [['serial-number', 'eq', 'F9'], true],
    [['serial-number', 'eq', '00 f9'], true],
    [['serial-number', 'ne', 'F8'], true],
    [['serial-number', 'co', '9'], true],
    [['valid-start', 'lt', '2013-06-17T11:25:02.000Z'], true],
    [['valid-start', 'lt', '2013-06-17T11:25:01.000Z'], false],
    [['valid-start', 'ge', '2013-06-17T11:25:01.000Z'], true],
    [['expires-on', 'eq', '2014-06-17T11:25:01.000Z'], true],
    [['expires-on', 'ne', '2014-06-17T11:25:01.000Z'], false],
    [['expires-on', 'ne', 'no date at all'], false],
    [['expires-on', 'co', '2014-06-17T11:25:01.000Z'], false],
    [['subject-name', 'lt', 'cn = r2'], false],
  ]
  it.each(table.map(([line, expected]) => [line.join(' '), line, expected] as const))('%s', (_text, line, expected) => {
    expect(matchesCertificateMap(mapOf('M', [line]), certificate).choice).toBe(expected)
  })
})

describe('a certificate map', () => {
  const yes: Line = ['subject-name', 'co', 'cn = r2']
  const no: Line = ['subject-name', 'co', 'cn = r3']

  it('all rules of a sequence must hold', () => {
    expect(matchesCertificateMap(mapOf('M', [yes, no]), certificate)).toMatchObject({
      choice: false,
      because: [{ line: 2 }],
    })
    expect(matchesCertificateMap(mapOf('M', [yes, yes]), certificate).choice).toBe(true)
  })

  it('the first sequence that fits decides, in ascending order whatever the order of the lines', () => {
    const map = mapOf('M', [no], [yes], [yes])
    const turned = { ...map, sequences: map.sequences.toReversed() }
    for (const each of [map, turned]) {
      const decision = matchesCertificateMap(each, certificate)
      expect(decision.candidates.map(({ name, taken }) => [name, taken])).toEqual([
        ['M 10', false],
        ['M 20', true],
        ['M 30', false],
      ])
    }
  })

  it('letters beyond ASCII are not folded onto ASCII', () => {
    const kelvin = certificateOf('cn=lin\u212A', 'cn=CA1')
    expect(matchesCertificateMap(mapOf('M', [['subject-name', 'co', 'cn = link']]), kelvin).choice).toBe(false)
    expect(matchesCertificateMap(mapOf('M', [['subject-name', 'co', 'cn = lin\u212A']]), kelvin).choice).toBe(true)
  })

  it('a sequence without rules fits every certificate, a map without sequences none', () => {
    expect(matchesCertificateMap(mapOf('M', []), certificate).choice).toBe(true)
    expect(matchesCertificateMap(mapOf('M'), certificate).choice).toBe(false)
  })
})

describe('a certificate map of another profile', () => {
  const fits = mapOf('FITS', [['subject-name', 'co', 'cn = r2']])
  const other = mapOf('OTHER', [['subject-name', 'co', 'cn = r3']])
  const mapped = (name: string, line: number, map: string) =>
    profileOf(name, line, { matchCertificate: [{ map, at: lineAt(line + 1) }] })
  const rebind = (profiles: readonly ReturnType<typeof mapped>[], bound: string | null, knobs: Partial<Knobs> = {}) =>
    rebindByCertificate(contextOf({ profiles, certificateMaps: [fits, other], knobs: { ...defaultKnobs, ...knobs } }), {
      certificate,
      bound,
    })

  it('binds the peer where no identity matched, and leans on no knob', () => {
    const decision = rebind([mapped('certpro', 1, 'FITS')], null)
    expect(decision).toMatchObject({ choice: 'certpro', rule: 'v1.profile.certificate-map', because: [{ line: 2 }] })
    expect(decision.knob).toBeUndefined()
  })

  it.each([
    ['override', 'certpro'],
    ['onlyIfNoIdMatch', 'prof1'],
  ] as const)('takes over from the profile bound by identity: certmap.rebind=%s', (value, expected) => {
    const decision = rebind([profileOf('prof1', 20), mapped('certpro', 1, 'FITS')], 'prof1', {
      'certmap.rebind': value,
    })
    expect(decision.choice).toBe(expected)
    expect(decision.knob).toEqual({ name: 'certmap.rebind', value })
  })

  it('keeps the profile that is bound if its own map fits', () => {
    const decision = rebind([mapped('a', 1, 'FITS'), mapped('b', 5, 'FITS')], 'a')
    expect(decision.choice).toBe('a')
    expect(decision.knob).toBeUndefined()
  })

  it('changes nothing where no map fits or is configured', () => {
    const decision = rebind([mapped('a', 1, 'OTHER'), mapped('b', 5, 'GONE')], 'prof1')
    expect(decision.choice).toBe('prof1')
    expect(decision.candidates.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/OTHER does not fit/),
      'certificate map GONE is not configured',
    ])
  })

  it('has no candidates where no profile has a map', () => {
    expect(rebind([profileOf('prof1', 20)], 'prof1').candidates).toEqual([])
  })

  it.each([
    ['last', 'b'],
    ['first', 'a'],
    ['none', null],
  ] as const)('maps of several profiles fit: v1.overlap=%s', (value, expected) => {
    const decision = rebind([mapped('a', 1, 'FITS'), mapped('b', 5, 'FITS')], null, { 'v1.overlap': value })
    expect(decision).toMatchObject({
      choice: expected,
      rule: 'v1.profile.certificate-map-overlap',
      knob: { name: 'v1.overlap', value },
    })
  })
})
