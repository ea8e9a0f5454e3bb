import { describe, expect, it } from 'vitest'
import { freshPair, isUp, negotiate } from './exchange.ts'
import type { TunnelKind } from './site-text.ts'
import { tunnelSites } from './sites.ts'

const sentBy = (kind: TunnelKind): number => {
  const pair = freshPair(tunnelSites(kind))
  expect(isUp(pair)).toBe(false)
  const sent = negotiate(pair)
  expect(isUp(pair)).toBe(true)
  return sent.length
}

const authentications = ['RSA-2048', 'P-256', 'pre-shared key'] as const

describe('a tunnel of the benchmark comes up', () => {
  it.each([2, 14, 19] as const)('with IKEv1 and group %i in nine messages', (group) => {
    for (const authentication of authentications) expect(sentBy({ version: 1, group, authentication })).toBe(9)
  })

  it.each([2, 14, 19, 31] as const)('with IKEv2 and group %i in four messages', (group) => {
    for (const authentication of authentications) expect(sentBy({ version: 2, group, authentication })).toBe(4)
  })

  it('with IKEv2 in fragments', () => {
    expect(sentBy({ version: 2, group: 14, authentication: 'RSA-2048', fragmentationMtu: 576 })).toBeGreaterThan(6)
  })
})
