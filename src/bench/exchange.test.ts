import { describe, expect, it } from 'vitest'
import { freshPair, isUp, negotiate } from './exchange.ts'
import { tunnelSites } from './sites.ts'

describe.each([2, 14, 19] as const)('a tunnel of the benchmark with group %i', (group) => {
  it.each(['RSA-2048', 'P-256', 'pre-shared key'] as const)('and %s comes up', (authentication) => {
    const pair = freshPair(tunnelSites({ group, authentication }))
    expect(isUp(pair)).toBe(false)
    const sent = negotiate(pair)
    expect(sent).toHaveLength(9)
    expect(isUp(pair)).toBe(true)
  })
})
