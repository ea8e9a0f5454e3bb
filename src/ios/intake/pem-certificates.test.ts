import { describe, expect, it } from 'vitest'
import { readRecording } from './outputs.ts'
import { readPemCertificates } from './pem-certificates.ts'

/** SEQUENCE { INTEGER } with a number: as much of a certificate as is looked at here. */
const der = (number: number): Buffer => Buffer.from([0x30, 0x03, 0x02, 0x01, number])
const block = (number: number): readonly string[] => [
  '-----BEGIN CERTIFICATE-----',
  der(number).toString('base64'),
  '-----END CERTIFICATE-----',
]

const read = (lines: readonly string[], command: string | null = null) => readPemCertificates(lines, 1, command)
const told = (lines: readonly string[], command: string | null = null): readonly string[] =>
  read(lines, command).certificates.map(
    ({ kind, trustpoint, from, to, der: bytes }) => `${kind} ${trustpoint} ${from}-${to} ${bytes[4]}`,
  )

const exported = [
  '% CA certificate:',
  ...block(1),
  '',
  '% Key name: R1.cisco.com',
  '  Usage: General Purpose Key',
  '',
  '% General Purpose Certificate:',
  ...block(2),
]

describe('certificates in PEM', () => {
  it('of crypto pki export are of the trustpoint that was exported', () => {
    expect(told(exported, 'crypto pki export IOSCA1 pem terminal 3des')).toEqual([
      'ca IOSCA1 2-4 1',
      'identity IOSCA1 10-12 2',
    ])
    expect(read(exported).odd).toEqual([])
  })

  it('of show crypto pki certificates pem are of the trustpoint in the line above', () => {
    const { notEnrolled } = read(['% The specified trustpoint is not enrolled (IOSCA2).'])
    expect(notEnrolled).toEqual(['IOSCA2'])
    expect(
      told(
        [
          '------Trustpoint: IOSCA1------',
          ...exported,
          '------Trustpoint: IOSCA2------',
          '% The specified trustpoint is not enrolled (IOSCA2).',
          '% Only export the CA certificate in PEM format.',
          '% Self-signed CA certificate:',
          ...block(3),
          '--- Trustpoint: BARE ---',
          ...block(4),
        ],
        'show crypto pki certificates pem',
      ),
    ).toEqual(['ca IOSCA1 3-5 1', 'identity IOSCA1 11-13 2', 'ca IOSCA2 18-20 3', 'null BARE 22-24 4'])
  })

  it.each([
    ['% Signature Certificate:', 'identity'],
    ['% Router certificate:', 'identity'],
    ['% Certificate:', 'identity'],
    ['% Encryption Certificate:', 'other'],
    ['% Rollover CA certificate:', 'other'],
    ['% RA Signature certificate:', 'other'],
    ['% Some new kind of certificate:', 'null'],
  ])('%s is read by its sense', (heading, kind) => {
    expect(told([heading, ...block(1)])).toEqual([`${kind} null 2-4 1`])
  })

  it('the line above a block counts for that block alone', () => {
    expect(told(['% CA certificate:', ...block(1), ...block(2)])).toEqual(['ca null 2-4 1', 'null null 5-7 2'])
  })

  it('blanks and empty lines change nothing', () => {
    const digits = Buffer.concat([Buffer.from([0x30, 0x30]), Buffer.alloc(48, 7)]).toString('base64')
    const noisy = [
      '',
      ' -----BEGIN CERTIFICATE-----',
      ` ${digits.slice(0, 64)}`,
      '',
      `${digits.slice(64)}  `,
      '-----END CERTIFICATE-----',
    ]
    expect(read(noisy)).toMatchObject({ certificates: [{ from: 2, to: 6 }], faults: [], odd: [] })
  })

  it('other lines are told', () => {
    expect(read([...block(1), 'it rained']).odd).toEqual([4])
  })
})

describe('a block that is no certificate is told with its line, and those beside it are read', () => {
  const [begin = '', body = '', end = ''] = block(1)
  it.each([
    ['without an end', [begin, body], 2, 8, 'is cut short'],
    ['cut off by the next', [begin, body, ...block(2)], 2, 8, 'is cut short'],
    ['cut off by a heading', [begin, 'MAMC', '% CA certificate:', ...block(2)], 2, 4, 'is cut short'],
    ['cut off at once', [begin], 1, begin.length, 'is cut short'],
    ['with a line left out', [begin, 'MAMC', end], 1, 1, 'cut short: 3 of its 5 bytes are here'],
    ['with a foreign digit', [begin, ' MAM_AQU=', end], 2, 5, '"_" is no digit of base64'],
    ['with a digit too few', [begin, 'MAMCAQU', end], 1, 1, 'this is no base64: 7 digits'],
    ['with an end inside', [begin, 'MA==MAMC', end], 1, 1, 'this is no base64'],
    ['of something else', [begin, 'AAAA', end], 1, 1, 'these bytes begin no certificate'],
    ['of nothing', [begin, end], 1, 1, 'these bytes begin no certificate'],
    ['with more behind it', [begin, 'MAMCAQUA', end], 1, 1, 'the certificate has 5 bytes, and 6 are here'],
  ])('%s', (_, lines, line, column, message) => {
    const { faults, certificates } = read([...lines, '% General Purpose Certificate:', ...block(9)])
    expect(faults).toMatchObject([
      { line, column, text: lines[line - 1], remedy: expect.stringContaining('line 1 again') },
    ])
    expect(faults[0]?.message).toContain(message)
    expect(certificates.at(-1)?.der[4]).toBe(9)
  })
})

describe('in a session', () => {
  const outputsOf = (lines: readonly string[]): readonly string[] =>
    readRecording(lines.join('\n'), 'x').outputs.map(
      ({ kind, router, from, to, command }) => `${kind} ${router ?? '?'} ${from}-${to} ${command ?? '-'}`,
    )

  it('what is exported in configuration mode is no configuration', () => {
    expect(
      outputsOf([
        'R1(config)#crypto isakmp policy 10',
        'R1(config-isakmp)#cry pki exp IOSCA1 pem term 3des secret123',
        ...exported,
        'R1(config)#crypto key export rsa R1 pem terminal 3des secret123',
        '% Key name: R1',
        'R1(config)#crypto isakmp policy 20',
        'R2#sh cry pki cert pem',
        '------Trustpoint: IOSCA1------',
        ...block(3),
      ]),
    ).toEqual([
      'configuration R1 1-1 -',
      'pem R1 2-14 cry pki exp IOSCA1 pem term 3des',
      'other R1 15-16 crypto key export rsa R1 pem terminal 3des',
      'configuration R1 17-17 -',
      'pem R2 18-22 sh cry pki cert pem',
    ])
  })

  it('without prompts it is known by what it looks like', () => {
    expect(
      outputsOf(['hostname R1', 'end', ...exported, 'hostname R2', 'end', '------Trustpoint: A------', ...block(1)]),
    ).toEqual(['configuration R1 1-2 -', 'pem R1 3-14 -', 'configuration R2 15-16 -', 'pem R2 17-20 -'])
    expect(outputsOf(['crypto pki export IOSCA1 pem terminal', ...exported])).toEqual(['pem ? 1-13 -'])
    expect(told(['crypto pki export IOSCA1 pem terminal', ...block(1)])).toEqual(['null IOSCA1 2-4 1'])
  })
})
