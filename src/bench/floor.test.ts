import { describe, expect, it } from 'vitest'
import { freshPair, negotiate } from './exchange.ts'
import { keyAgreement, runFloor } from './floor.ts'
import { ikeV1Floor } from './ikev1-floor.ts'
import { ikeV2Floor } from './ikev2-floor.ts'
import type { Authentication } from './site-text.ts'
import { tunnelSites } from './sites.ts'

const floorOf = (version: 1 | 2, authentication: Authentication) => {
  const sites = tunnelSites({ version, group: 19, authentication })
  return (version === 1 ? ikeV1Floor : ikeV2Floor)(19, sites, negotiate(freshPair(sites)))
}

describe('a floor', () => {
  it('does each operation as often as it is due, in order', () => {
    const done: string[] = []
    const operation = (name: string, count: number) => ({ name, count, run: () => void done.push(name) })
    runFloor([operation('a', 2), operation('b', 0), operation('c', 1)])
    expect(done).toEqual(['a', 'a', 'c'])
  })

  it.each([
    [1, 5],
    [2, 2],
  ] as const)('of IKEv%i holds its %i encrypted messages', (version, count) => {
    const messages = floorOf(version, 'pre-shared key').filter(({ name }) => name.startsWith('AES'))
    expect(messages).toHaveLength(count)
  })

  it.each([1, 2] as const)('of IKEv%i has signatures only where the tunnel has', (version) => {
    const names = (authentication: Authentication) => floorOf(version, authentication).map(({ name }) => name)
    const signatures = ['signature made', 'signature checked', 'certificate signature checked']
    expect(names('RSA-2048')).toEqual(expect.arrayContaining(signatures))
    expect(names('pre-shared key').filter((name) => signatures.includes(name))).toEqual([])
  })

  it('does every operation without complaint', () => {
    for (const authentication of ['RSA-2048', 'P-256', 'pre-shared key'] as const) runFloor(floorOf(2, authentication))
    runFloor(floorOf(1, 'RSA-2048'))
    runFloor(keyAgreement(31))
  })
})
