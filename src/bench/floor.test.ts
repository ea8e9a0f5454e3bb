import { describe, expect, it } from 'vitest'
import { freshPair, negotiate } from './exchange.ts'
import { runFloor } from './floor.ts'
import { ikeV1Floor } from './ikev1-floor.ts'
import { tunnelSites } from './sites.ts'

const floorOf = (authentication: 'RSA-2048' | 'pre-shared key') => {
  const sites = tunnelSites({ group: 19, authentication })
  return ikeV1Floor(19, sites, negotiate(freshPair(sites)))
}

describe('a floor', () => {
  it('does each operation as often as it is due, in order', () => {
    const done: string[] = []
    const operation = (name: string, count: number) => ({ name, count, run: () => void done.push(name) })
    runFloor([operation('a', 2), operation('b', 0), operation('c', 1)])
    expect(done).toEqual(['a', 'a', 'c'])
  })

  it('of IKEv1 holds the five encrypted messages at their lengths', () => {
    const messages = floorOf('pre-shared key').filter(({ name }) => name.startsWith('AES'))
    expect(messages).toHaveLength(5)
  })

  it('has signatures only where the tunnel has', () => {
    const names = (authentication: 'RSA-2048' | 'pre-shared key') => floorOf(authentication).map(({ name }) => name)
    const signatures = ['signature made', 'signature checked', 'certificate signature checked']
    expect(names('RSA-2048')).toEqual(expect.arrayContaining(signatures))
    expect(names('pre-shared key').filter((name) => signatures.includes(name))).toEqual([])
  })
})
