import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InputError, type Lab, readLab } from '../index.ts'

/* R1 of the document identifies itself by its host name: `self-identity fqdn`. */
const example = join(import.meta.dirname, '../../../examples/ikev1-asymmetric-trustpoints/R1.cfg')
const configuration = readFileSync(example, 'utf8')
const nameless = configuration.replace(/^hostname.*\n/m, '').replace(/^ip domain.name.*\n/m, '')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewise-names-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (text: string): Lab => {
  const file = join(folder, 'branch.txt')
  writeFileSync(file, text)
  return readLab([file])
}

const named = ({ routers, sources }: Lab) => ({
  names: routers.map(({ configuration: { hostname, domainName } }) => [hostname, domainName]),
  told: sources.filter(({ text }) => text.includes('host name')).map(({ kind, text }) => `${kind}: ${text}`),
})

describe('the host name of a router', () => {
  it('is that of the line hostname, and nothing is said of it', () => {
    expect(named(read(configuration))).toEqual({ names: [['R1', 'cisco.com']], told: [] })
  })

  it('is that of the prompt where no line says it', () => {
    expect(named(read(`EDGE7#show running-config\n${nameless}`)).names).toEqual([['EDGE7', undefined]])
  })

  it('is taken from what its trustpoint asks for, and that is told', () => {
    const lab = named(read(nameless.replace(/^ fqdn .*$/gm, ' fqdn core.example.net')))
    expect(lab.names).toEqual([['core', 'example.net']])
    expect(lab.told).toMatchObject([expect.stringMatching(/^assumed: the host name of branch is core\.example\.net/)])
  })

  it('keeps the domain that is configured', () => {
    expect(named(read(`ip domain name other.example\n${nameless}`)).names).toEqual([['R1', 'other.example']])
  })

  it('is asked for where nothing tells it and the router identifies itself by it', () => {
    const without = nameless.replace(/^ fqdn .*\n/gm, '')
    const line = without.split('\n').findIndex((text) => text.includes('self-identity fqdn')) + 1
    expect(() => read(without)).toThrow(InputError)
    expect(() => read(without)).toThrow(expect.objectContaining({ line, remedy: expect.stringContaining('hostname') }))
  })

  it('may stay unknown where nothing depends on it', () => {
    const without = nameless.replace(/^ fqdn .*\n/gm, '').replace(/self-identity fqdn/, 'self-identity address')
    expect(read(without).routers.map(({ name }) => name)).toEqual(['branch'])
  })
})
