import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deterministicRandom } from '../../crypto/index.ts'
import { showCommand } from '../../ios/index.ts'
import { Router } from '../../router/index.ts'
import { defaultKnobs } from '../../selection/index.ts'
import { type Lab, type LabRouter, readLab } from '../index.ts'

/** What a router printed, read back: the same certificates in the same order, whatever stands in between. */

const examples = join(import.meta.dirname, '../../../examples')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewise-evidence-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const shown = ({ name, store, configuration }: LabRouter, words: string): string => {
  const random = deterministicRandom('at rest')
  const state = new Router({ name, configuration, store, knobs: defaultKnobs, random }).snapshot(0)
  const result = showCommand(words.split(' '), state)
  if (!result.ok) throw new Error(result.error)
  return result.text
}

const chains = ({ enrolled }: LabRouter): string =>
  enrolled
    .flatMap(({ name, ca, identity }) => [
      `crypto pki certificate chain ${name}`,
      ...(identity ? hex('certificate', identity.certificate) : []),
      ...(ca ? hex('certificate ca', ca) : []),
    ])
    .join('\n')

const hex = (
  words: string,
  { serial, der }: { readonly serial: string; readonly der: Uint8Array },
): readonly string[] => [
  ` ${words} ${serial}`,
  ...(
    Buffer.from(der)
      .toString('hex')
      .toUpperCase()
      .match(/.{1,64}/g) ?? []
  ).map((line) => `  ${line.replace(/.{8}/g, '$& ')}`),
  '  \tquit',
]

interface Session {
  readonly lab: Lab
  readonly lines: readonly string[]
}

/** Both routers of an example in one session, with what they show. */
const sessionOf = (example: string, show: readonly string[], withChains = false): Session => {
  const lab = readLab([join(examples, example)])
  const lines = lab.routers.flatMap((router) => [
    ...show.flatMap((words) => [`${router.name}#show ${words}`, ...shown(router, words).split('\n')]),
    `${router.name}#show running-config`,
    'Building configuration...',
    '',
    ...readFileSync(join(examples, example, `${router.name}.cfg`), 'utf8')
      .replace(/\nend\n$/, '\n')
      .split('\n'),
    ...(withChains ? chains(router).split('\n') : []),
    'end',
    '',
    `${router.name}#`,
  ])
  return { lab, lines }
}

const read = (lines: readonly string[], ends = '\n'): Lab => {
  const file = join(folder, 'session.log')
  writeFileSync(file, lines.join(ends))
  return readLab([file])
}

const stores = (lab: Lab): readonly string[] => lab.routers.map((router) => shown(router, 'crypto pki certificates'))
const orders = (lab: Lab): readonly (readonly string[])[] =>
  lab.routers.map(({ enrolled, orderKnown }) => [String(orderKnown), ...enrolled.map(({ name }) => name)])

describe('what ikewise show prints reads back into the same store', () => {
  it.each([
    'ikev1-asymmetric-trustpoints',
    'ikev1-reordered-enrolment',
    'ikev1-ecdsa',
    'ikev1-expired-certificate',
    'ikev2-asymmetric-trustpoints',
    'ikev2-half-open',
  ])('%s', (example) => {
    for (const words of ['crypto pki certificates', 'crypto pki certificates verbose']) {
      const { lab, lines } = sessionOf(example, [words])
      const again = read(lines)
      expect(stores(again)).toEqual(stores(lab))
      expect(orders(again)).toEqual(orders(lab).map(([, ...names]) => ['true', ...names]))
    }
  })
})

describe('certificates in the configuration', () => {
  it('are issued anew: everything but keys and signatures stays, and the order is not known', () => {
    const { lab, lines } = sessionOf('ikev1-intermediate-ca', [], true)
    const again = read(lines)
    for (const [index, router] of lab.routers.entries()) {
      const own = again.routers[index]
      expect(own?.enrolled.map(({ name }) => name).toSorted()).toEqual(
        router.enrolled.map(({ name }) => name).toSorted(),
      )
      for (const before of router.enrolled) {
        const now = own?.enrolled.find(({ name }) => name === before.name)
        const facts = (held: typeof before | undefined) => [
          held?.identity?.certificate.subject.ios,
          held?.identity?.certificate.serial,
          held?.identity?.certificate.notAfter,
          held?.identity?.certificate.signatureAlgorithm,
          held?.identity?.certificate.keyUsage,
          held?.identity?.chain.map(({ subject }) => subject.ios),
          held?.ca?.subject.ios,
          held?.ca?.notBefore,
        ]
        expect(facts(now)).toEqual(facts(before))
      }
    }
  })

  it('with a listing beside them, the listing gives the order', () => {
    const { lab, lines } = sessionOf('ikev1-asymmetric-trustpoints', ['crypto pki certificates'], true)
    expect(orders(read(lines))).toEqual(orders(lab))
    expect(orders(read(sessionOf('ikev1-asymmetric-trustpoints', [], true).lines)).map(([known]) => known)).toEqual([
      'false',
      'false',
    ])
  })

  it('that only a file of the router holds are assumed, with their serial numbers', () => {
    const { lines } = sessionOf('ikev1-asymmetric-trustpoints', [])
    const startup = lines.flatMap((line) =>
      line === 'end'
        ? [
            'crypto pki certificate chain IOSCA1',
            ' certificate 0A nvram:CA1#A.cer',
            ' certificate ca 01 nvram:CA1#1CA.cer',
            'end',
          ]
        : [line],
    )
    const [first] = read(startup).routers
    expect(first?.enrolled.map(({ name, identity }) => [name, identity?.certificate.serial])).toEqual([
      ['IOSCA1', '0A'],
    ])
  })
})

describe('the order of enrolment', () => {
  const listed = (cut: (listing: readonly string[]) => readonly string[]): Lab => {
    const { lines } = sessionOf('ikev1-asymmetric-trustpoints', ['crypto pki certificates'])
    const end = lines.indexOf('R1#show running-config')
    return read([...lines.slice(0, 1), ...cut(lines.slice(1, end)), ...lines.slice(end)])
  }

  it('is known where a listing that was cut short leaves one trustpoint', () => {
    const lab = listed((listing) => [...listing.slice(0, listing.indexOf('') + 1), '<output omitted, 1 more>'])
    expect(orders(lab)[0]).toEqual(['true', 'IOSCA1', 'IOSCA2'])
  })

  it('is not known where a listing breaks off, and what stands behind is not taken to be absent', () => {
    const lab = listed((listing) => listing.slice(0, 8))
    expect(orders(lab)[0]?.slice().sort()).toEqual(['IOSCA1', 'IOSCA2', 'false'])
  })

  it('is not known where each trustpoint was asked for by itself', () => {
    const { lab, lines } = sessionOf('ikev1-asymmetric-trustpoints', [])
    const [first] = lab.routers
    if (!first) throw new Error('an example without a router')
    const asked = ['IOSCA1', 'IOSCA2'].flatMap((name) => [
      `R1#show crypto pki certificates ${name}`,
      ...shown(first, `crypto pki certificates ${name}`).split('\n'),
    ])
    expect(orders(read([...asked, ...lines]))[0]?.[0]).toBe('false')
  })

  it('is that of the install times where each trustpoint was asked for by itself', () => {
    const { lab, lines } = sessionOf('ikev1-asymmetric-trustpoints', [])
    const [first] = lab.routers
    if (!first) throw new Error('an example without a router')
    const asked = ['IOSCA1', 'IOSCA2'].flatMap((name, index) => [
      `R1#show crypto pki certificates verbose ${name}`,
      ...shown(first, `crypto pki certificates verbose ${name}`)
        .replace('Associated', `Cert install time: 1${3 - index}:00:00 CET Jun 17 2013\n  Associated`)
        .split('\n'),
    ])
    expect(orders(read([...asked, ...lines]))[0]).toEqual(['true', 'IOSCA2', 'IOSCA1'])
  })
})

describe('the clock', () => {
  const at = (lines: readonly string[]): string => new Date(read(lines).clock).toISOString()
  const { lines } = { lines: ['R1#show run', 'hostname R1', 'clock timezone CET 1 0', 'end'] }

  it('is that of show clock, in the zone of the router', () => {
    expect(at([...lines, 'R1#show clock', '*13:00:37.600 CET Thu Jun 20 2013'])).toBe('2013-06-20T12:00:37.600Z')
  })

  it('is that of the last change of the configuration, where nothing is newer', () => {
    expect(
      at(['R1#show run', '! Last configuration change at 13:00:37 CET Thu Jun 20 2013 by admin', ...lines.slice(1)]),
    ).toBe('2013-06-20T12:00:37.000Z')
  })

  it('is within the validity of every certificate, where nothing tells the time', () => {
    const { clock, routers } = read(sessionOf('ikev1-asymmetric-trustpoints', ['crypto pki certificates']).lines)
    for (const { enrolled } of routers)
      for (const { identity, ca } of enrolled)
        for (const certificate of [identity?.certificate, ca]) {
          expect(clock).toBeGreaterThanOrEqual(certificate?.notBefore ?? Number.POSITIVE_INFINITY)
          expect(clock).toBeLessThan(certificate?.notAfter ?? 0)
        }
  })
})

describe('the noise of a session', () => {
  const { lab, lines } = (() => sessionOf('ikev1-asymmetric-trustpoints', ['crypto pki certificates']))()
  const logged = '*Jun 20 13:00:37.609: %SYS-5-CONFIG_I: Configured from console by admin'
  /** Each leaves a line where it is, and what the router printed as it was. */
  const disturbances: readonly ((line: string) => string)[] = [
    (line) => line,
    (line) => ` --More-- ${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}${line}`,
    (line) => `\u001b[7m${line}\u001b[0m`,
    (line) => `${line}   `,
    (line) => `${line}\r`,
  ]

  it('changes nothing that is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(disturbances.length - 1), { minLength: lines.length, maxLength: lines.length }),
        fc.array(fc.nat(lines.length - 1), { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r\r\n'),
        fc.boolean(),
        (marks, between, ends, mark) => {
          const noisy = lines.flatMap((line, index) => [
            ...(between.includes(index) ? [logged] : []),
            (disturbances[marks[index] ?? 0] ?? String)(line),
          ])
          const again = read(mark ? [`\ufeff${noisy[0]}`, ...noisy.slice(1)] : noisy, ends)
          expect(stores(again)).toEqual(stores(lab))
          expect(orders(again)).toEqual(orders(lab))
          expect(again.sources.filter(({ kind }) => kind === 'not-read')).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })
})
