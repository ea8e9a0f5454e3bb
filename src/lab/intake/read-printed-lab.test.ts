import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prove } from '../../prove/index.ts'
import { readLab } from '../index.ts'

const example = join(import.meta.dirname, '../../../examples/ikev1-asymmetric-trustpoints')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewise-intake-'))
  for (const name of ['R1.cfg', 'R2.cfg']) cpSync(join(example, name), join(folder, name))
})
afterEach(() => rmSync(folder, { recursive: true }))

const inFolder = (name: string): string => join(folder, name)
const configuration = (name: string): string => readFileSync(inFolder(name), 'utf8')

describe('two configurations and nothing else', () => {
  it('make a lab in which nobody knows the orders', () => {
    const { routers } = readLab([inFolder('R1.cfg'), inFolder('R2.cfg')])
    expect(routers.map(({ name, orderKnown }) => [name, orderKnown])).toEqual([
      ['R1', false],
      ['R2', false],
    ])
  })

  it('trustpoints that enrol at one URL are of one CA, whatever they are called', () => {
    writeFileSync(inFolder('R2.cfg'), configuration('R2.cfg').replaceAll('IOSCA2', 'PARTNERS'))
    const [first, second] = readLab([folder]).routers
    const caOf = (router: typeof first, trustpoint: string): string | undefined =>
      router?.enrolled.find(({ name }) => name === trustpoint)?.ca?.subject.ios
    expect(caOf(second, 'PARTNERS')).toBe(caOf(first, 'IOSCA2'))
    expect(caOf(second, 'PARTNERS')).not.toBe(caOf(first, 'IOSCA1'))
  })

  it('may stand in one file, and every line keeps its number there', () => {
    const both = `${configuration('R1.cfg')}${configuration('R2.cfg')}`
    writeFileSync(inFolder('both.txt'), both)
    const { routers } = readLab([inFolder('both.txt')])
    expect(routers.map(({ name }) => name)).toEqual(['R1', 'R2'])
    for (const { configuration: read } of routers)
      for (const { at } of [...read.trustpoints, ...read.isakmpProfiles]) {
        expect(at.file).toBe('both.txt')
        expect(both.split('\n')[at.line - 1]).toBe(at.text)
      }
  })

  it('are named by the prompt where no hostname stands in them', () => {
    const noNames = ['R1', 'R2'].map(
      (name) => `${name}#show running-config\n${configuration(`${name}.cfg`).replace(/^hostname.*\n/, '')}${name}#\n`,
    )
    writeFileSync(inFolder('session.log'), noNames.join('\n'))
    expect(readLab([inFolder('session.log')]).routers.map(({ name }) => name)).toEqual(['R1', 'R2'])
  })
})

it('one configuration makes a lab of one router', () => {
  const { routers, sources } = readLab([inFolder('R1.cfg')])
  expect(routers.map(({ name }) => name)).toEqual(['R1'])
  expect(sources.filter(({ kind }) => kind === 'configuration')).toEqual([
    {
      kind: 'configuration',
      router: 'R1',
      file: 'R1.cfg',
      lines: { from: 1, to: 55 },
      text: 'the configuration of R1',
    },
  ])
})

it('three routers are one too many', () => {
  writeFileSync(inFolder('R3.cfg'), configuration('R2.cfg').replace('hostname R2', 'hostname R3'))
  expect(() => readLab([folder])).toThrow(`there are 3 routers: R1 (${inFolder('R1.cfg')}:1-55), R2`)
})

it('errors name files as they were given', () => {
  const file = inFolder('R1.cfg')
  writeFileSync(file, configuration('R1.cfg').replace('ca trust-point IOSCA1', 'ca trust-point NONE'))
  for (const inputs of [[folder], [file, inFolder('R2.cfg')]])
    expect(() => readLab(inputs)).toThrow(expect.objectContaining({ file, line: 30 }))
  writeFileSync(file, configuration('R2.cfg').replace('encr 3des', 'encr aes'))
  expect(() => readLab([folder])).toThrow(
    expect.objectContaining({ file, message: expect.stringContaining(`, and ${inFolder('R2.cfg')}:`) }),
  )
})

it('what has one name in two folders is named by its path', () => {
  const [first, second] = [mkdtempSync(join(folder, 'a-')), mkdtempSync(join(folder, 'b-'))] as const
  cpSync(inFolder('R1.cfg'), join(first, 'run.cfg'))
  cpSync(inFolder('R2.cfg'), join(second, 'run.cfg'))
  expect(readLab([first, second]).routers.map(({ configuration: { file } }) => file)).toEqual([
    join(first, 'run.cfg'),
    join(second, 'run.cfg'),
  ])
})

describe('trustpoints that enrol without a URL', () => {
  const byHand = (name: string): string => configuration(name).replace(/^ enrollment url .*$/gm, ' enrollment terminal')

  it('have lists all the same: a peer with a certificate of such a CA comes up where one router alone asks for CRLs', () => {
    const file = inFolder('R1.cfg')
    writeFileSync(file, byHand('R1.cfg'))
    expect(byHand('R1.cfg')).toContain('revocation-check crl')
    const [tunnel] = prove(readLab([file])).verdict.oneSided
    expect(tunnel?.directions.map(({ outcome, proof }) => [outcome, proof?.dependsOn])).toEqual([
      ['undecided', []],
      ['undecided', []],
    ])
    expect(tunnel?.directions[0]?.text).toBe(
      'it depends on the peer, which must hold a certificate with an RSA key from the CA of IOSCA1, ask for the CA of IOSCA1 and identify itself as the host name R2.cisco.com',
    )
  })

  it('may be of one CA or of two: every way to read it is tried, and the verdict names what decides', () => {
    for (const name of ['R1.cfg', 'R2.cfg']) writeFileSync(inFolder(name), byHand(name))
    const lab = readLab([folder])
    // Two trustpoints a side: all different, four ways to share one CA, two to share both.
    expect(lab.caReadings?.map(({ answers }) => [...answers.values()])).toHaveLength(7)
    expect(lab.sources.map(({ kind, text }) => `${kind}: ${text}`)).toContainEqual(
      expect.stringMatching(/^unknown: nothing tells which trustpoints without a URL are of one CA: 7 ways/),
    )
    const [tunnel] = prove(lab).verdict.tunnels
    const [first] = tunnel?.directions ?? []
    expect(first).toMatchObject({ initiator: 'R1', outcome: 'undecided' })
    const ups = first?.cases.filter(({ outcome }) => outcome === 'up').flatMap(({ when }) => when)
    // R1 trusts IOSCA1 only: its CA must be one that R2 has as well, whatever R2 calls it.
    expect(ups?.map((all) => all.map(({ text }) => text))).toEqual([
      ['IOSCA1 of R1 shares its CA with IOSCA1 or IOSCA2 of R2'],
    ])
    expect(first?.dependsOn).toContainEqual(expect.objectContaining({ kind: 'ca', name: 'IOSCA1 of R1' }))
  })

  it('are asked for where there are more ways than anybody would read', () => {
    const many = Array.from(
      { length: 5 },
      (_, index) => `crypto pki trustpoint MORE${index}\n enrollment terminal\n!\n`,
    )
    for (const name of ['R1.cfg', 'R2.cfg']) writeFileSync(inFolder(name), `${many.join('')}${byHand(name)}`)
    expect(() => readLab([folder])).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('show crypto pki certificates') }),
    )
  })

  it('are no question where only one router is known', () => {
    writeFileSync(inFolder('R1.cfg'), byHand('R1.cfg'))
    expect(readLab([inFolder('R1.cfg')]).routers.map(({ name }) => name)).toEqual(['R1'])
  })
})
