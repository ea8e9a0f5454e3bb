import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Certificate, parseCertificate } from '../../pki/index.ts'
import { prove } from '../../prove/index.ts'
import { InputError, type Lab, type LabRouter, readLab, readLabTexts } from '../index.ts'

/** Certificates in PEM beside configurations are worth what hex below `crypto pki certificate chain` is worth. */

const examples = join(import.meta.dirname, '../../../examples')
const example = 'ikev1-asymmetric-trustpoints'
const scenario = readLab([join(examples, example)])
const textOf = (name: string, of = example): string => readFileSync(join(examples, of, `${name}.cfg`), 'utf8')
const configurations = { 'R1.cfg': textOf('R1'), 'R2.cfg': textOf('R2') }

const block = ({ der }: Pick<Certificate, 'der'>): string =>
  [
    '-----BEGIN CERTIFICATE-----',
    ...(Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []),
    '-----END CERTIFICATE-----',
    '',
  ].join('\n')

const key =
  '% Key name: R1.cisco.com\n   Usage: General Purpose Key\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nU0VDUkVU\n-----END RSA PRIVATE KEY-----\n\n'
const own = ({ identity }: LabRouter['enrolled'][number]): string =>
  identity ? `% General Purpose Certificate:\n${block(identity.certificate)}\n` : ''
const ofCa = ({ ca }: LabRouter['enrolled'][number]): string => (ca ? `% CA certificate:\n${block(ca)}\n` : '')

const exported = ({ name, enrolled }: LabRouter): string =>
  `${name}#conf t\n${enrolled
    .map(
      (each) =>
        `${name}(config)#crypto pki export ${each.name} pem terminal 3des PASSWORD\n${ofCa(each)}${key}${own(each)}`,
    )
    .join('')}${name}(config)#end\n${name}#\n`
const shown = ({ name, enrolled }: LabRouter): string =>
  `${name}#show crypto pki certificates pem\n${enrolled
    .map((each) => `------Trustpoint: ${each.name}------\n${ofCa(each)}${own(each)}`)
    .join('')}${name}#\n`
const hex = ({ enrolled }: LabRouter): string =>
  enrolled
    .flatMap(({ name, ca, identity }) => [
      `crypto pki certificate chain ${name}`,
      ...[identity?.certificate, ca].flatMap((each, index) =>
        each
          ? [
              ` certificate ${index === 1 ? 'ca ' : ''}${each.serial}`,
              `  ${Buffer.from(each.der).toString('hex')}`,
              '  quit',
            ]
          : [],
      ),
    ])
    .join('\n')

const held = ({ routers }: Lab): unknown =>
  routers.map(({ name, orderKnown, enrolled }) => [
    name,
    orderKnown,
    enrolled.map(({ name: trustpoint, ca, identity }) => [
      trustpoint,
      ...[ca, identity?.certificate].map(
        (each) => each && [each.subject.ios, each.issuer.ios, each.serial, each.notBefore, each.notAfter],
      ),
    ]),
  ])

const sourcesOf = (lab: Lab): readonly string[] =>
  lab.sources.map(
    ({ kind, text, router, file, lines }) =>
      `${kind} ${router ?? '-'}: ${text}${file === null ? '' : ` (${file}${lines ? `:${lines.from}-${lines.to}` : ''})`}`,
  )

const errorOf = (texts: Readonly<Record<string, string>>): InputError => {
  try {
    readLabTexts(texts)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('the inputs were accepted')
}

const [r1, r2] = scenario.routers
if (!r1 || !r2) throw new Error('an example without its routers')
const [first] = r1.enrolled
if (!first?.identity || !first.ca) throw new Error('a router without certificates')
const identity = first.identity.certificate
const { ca } = first

describe('the certificates of a router are read from', () => {
  const inHex = readLabTexts({
    'R1.cfg': configurations['R1.cfg'].replace(/\nend\n$/, `\n${hex(r1)}\nend\n`),
    'R2.cfg': configurations['R2.cfg'].replace(/\nend\n$/, `\n${hex(r2)}\nend\n`),
  })

  it.each([
    ['crypto pki export', exported],
    ['show crypto pki certificates pem', shown],
  ])('%s as from the hex of its configuration', (_, printed) => {
    const lab = readLabTexts({ ...configurations, 'a.log': printed(r1), 'b.log': printed(r2) })
    expect(held(lab)).toEqual(held(inHex))
    expect(lab.sources.filter(({ kind, text }) => kind === 'assumed' && text.includes('nothing shows it'))).toEqual([])
  })

  it('and prove what those prove: up from one side, and from the other by the order that nobody told', () => {
    const outcomes = (lab: Lab): unknown =>
      prove(lab).verdict.tunnels.map(({ directions }) =>
        directions.map(({ initiator, outcome, stage, cause, dependsOn }) => [
          initiator,
          outcome,
          stage,
          cause?.code,
          dependsOn,
        ]),
      )
    const inPem = readLabTexts({ ...configurations, 'all.log': shown(r1) + exported(r2) })
    expect(outcomes(inPem)).toEqual(outcomes(inHex))
    const [tunnel] = prove(inPem).verdict.tunnels
    expect(
      tunnel?.directions.map(({ initiator, outcome, dependsOn }) => [initiator, outcome, dependsOn.length]),
    ).toEqual([
      ['R1', 'up', 0],
      ['R2', 'undecided', 1],
    ])
  })

  it('what was used of them, and that keys were passed over, stands among the sources', () => {
    const lab = readLabTexts({ ...configurations, 'R1.log': exported(r1) })
    expect(sourcesOf(lab)).toContainEqual(
      expect.stringMatching(
        /^certificates R1: certificates of R1 in PEM: IOSCA1 \(the CA's and its own\) \(R1\.log:2-/,
      ),
    )
    const keys = sourcesOf(lab).filter((text) => text.includes('private key'))
    expect(keys).toHaveLength(r1.enrolled.length)
    const lines = exported(r1).split('\n')
    const from = lines.indexOf('-----BEGIN RSA PRIVATE KEY-----') + 1
    expect(keys[0]).toBe(
      `not-read -: a private key: it was passed over, and nothing of it was kept (R1.log:${from}-${from + 4})`,
    )
    expect(JSON.stringify([lab.sources, lab.routers.map(({ texts }) => texts)])).not.toMatch(/U0VDUkVU|PASSWORD/)
  })
})

describe('the trustpoint of a certificate', () => {
  const owns = (texts: Readonly<Record<string, string>>): readonly string[] =>
    sourcesOf(readLabTexts({ ...configurations, ...texts })).filter((text) => /PEM/.test(text))

  it('may stand in the name of the file', () => {
    expect(owns({ 'R1-IOSCA1.pem': block(identity) })).toEqual([
      'certificates R1: certificates of R1 in PEM: IOSCA1 (its own) (R1-IOSCA1.pem:1-' +
        `${block(identity).split('\n').length - 1})`,
    ])
  })

  it('that nothing tells is asked for', () => {
    expect(owns({ 'R1.pem': block(identity) })[0]).toMatch(
      /^not-read R1: a certificate in PEM, of which nothing tells the trustpoint: leave the command above it in/,
    )
  })

  it('without a line above it is of a CA where it is one', () => {
    expect(
      owns({
        'R1.log': `R1#sh crypto pki cert pem\n------Trustpoint: IOSCA1------\n${block(ca)}${block(identity)}`,
      })[0],
    ).toContain("IOSCA1 (the CA's and its own)")
  })

  it('in which the router says that it is not enrolled holds none', () => {
    const text = `R1#sh crypto pki cert pem\n------Trustpoint: IOSCA1------\n% The specified trustpoint is not enrolled (IOSCA1).\n% Only export the CA certificate in PEM format.\n${ofCa(first)}`
    const [router] = readLabTexts({ ...configurations, 'R1.log': text }).routers
    const found = router?.enrolled.find(({ name }) => name === 'IOSCA1')
    expect(found?.ca?.subject.ios).toBe(ca.subject.ios)
    expect(found?.identity).toBeUndefined()
  })

  it('may be one that the router signed for itself, and is none that counts', () => {
    const text = `R1#sh crypto pki cert pem\n------Trustpoint: WEB------\n% Self-signed CA certificate:\n${block(ca)}\n% General Purpose Certificate:\n${block(ca)}`
    const lab = readLabTexts({ ...configurations, 'R1.log': text })
    expect(lab.routers[0]?.enrolled.map(({ name }) => name)).not.toContain('WEB')
    expect(sourcesOf(lab)).toContainEqual(expect.stringContaining('in PEM: none of a trustpoint that counts'))
  })
})

describe('errors name file, line and what was expected', () => {
  const command = 'R1(config)#crypto pki export IOSCA1 pem terminal 3des\n% General Purpose Certificate:\n'
  const lines = `${command}${block(identity)}`.split('\n')

  it.each([
    ['cut short', lines.slice(0, 6), 6, /^the certificate of line 3 is cut short: more base64 was expected here/],
    [
      'lacking a line',
      lines.filter((_, index) => index !== 5),
      3,
      /^the certificate is cut short: \d+ of its \d+ bytes/,
    ],
    [
      'no base64',
      lines.map((line, index) => (index === 4 ? line.replace(/^.../, '?!?') : line)),
      5,
      /^"\?" is no digit of base64/,
    ],
    [
      'no certificate',
      [...lines.slice(0, 3), 'AAAA', '-----END CERTIFICATE-----'],
      3,
      /^these bytes begin no certificate: a DER SEQUENCE was expected/,
    ],
  ])('a block that is %s', (_, text, line, message) => {
    const error = errorOf({ ...configurations, 'export.log': `${text.join('\n')}\n` })
    expect(error).toMatchObject({ file: 'export.log', line, text: text[line - 1] })
    expect(error.message).toMatch(message)
    expect(error.remedy).toContain('copy the block of line 3 again')
  })

  it('DER that is no certificate is told, and what it was is not known', () => {
    const sequence = block({ der: Uint8Array.from([0x30, 3, 2, 1, 5]) })
    expect(parseCertificate(Uint8Array.from([0x30, 3, 2, 1, 5])).ok).toBe(false)
    const lab = readLabTexts({ ...configurations, 'export.log': `${command}${sequence}` })
    expect(sourcesOf(lab)).toContainEqual(
      expect.stringMatching(/^not-read R1: a certificate of IOSCA1 in PEM cannot be read: .* \(export\.log:3-5\)$/),
    )
    expect(lab.routers[0]?.imagined).toContain('IOSCA1')
  })

  it('two CAs of one trustpoint', () => {
    const other =
      r1.enrolled.find((each) => each.ca && each.ca.subject.ios !== ca.subject.ios)?.ca ?? r2.enrolled[1]?.ca
    if (!other) throw new Error('an example with one CA')
    const text = `R1(config)#crypto pki export IOSCA1 pem terminal\n% CA certificate:\n${block(ca)}`
    const again = `R1(config)#crypto pki export IOSCA1 pem terminal\n% CA certificate:\n${block(other)}`
    const error = errorOf({ ...configurations, 'a.log': text, 'b.log': again })
    expect(error).toMatchObject({ file: 'a.log', line: 3 })
    expect(error.message).toContain(`${ca.subject.ios} here, and ${other.subject.ios} in b.log:3`)
  })
})
