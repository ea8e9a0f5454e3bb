import { describe, expect, it } from 'vitest'
import { addresses, type End, type EndOptions, IkeV1Pair, keyringFor } from '../../../test/support/ikev1-pair.ts'

/*
 *   MM3  HDR, KE, Ni, …, NAT-D, NAT-D   -->
 *                                       <--     MM4  HDR, KE, Nr, …, NAT-D, NAT-D
 *   MM5  4500 to 4500, non-ESP marker   -->
 *
 * RFC 3947 §3.2 and §4.
 */

describe('a NAT', () => {
  const outside = { address: '203.0.113.1', port: 40_500 }

  /** A stands behind it; B answers to the outside. */
  const translated = (options: Partial<Record<End, EndOptions>> = {}): IkeV1Pair => {
    const pair = new IkeV1Pair(options)
    pair.tap = (datagram, sender) =>
      sender === 'A'
        ? [{ ...datagram, from: { ...outside, port: datagram.from.port === 500 ? 40_500 : 44_500 } }]
        : [{ ...datagram, to: { address: addresses.A, port: datagram.to.port === 40_500 ? 500 : 4500 } }]
    return pair
  }
  const known: EndOptions = { selection: { keyrings: [keyringFor(outside.address, 'Rather-long-secret-1')] } }

  it('is found by both ends: they move to port 4500 with MM5, and ESP will go in UDP', () => {
    const pair = translated({ B: known })
    pair.initiate('A')
    expect(pair.established('A')).toMatchObject({ nat: { selfBehind: true, peerBehind: false }, local: { port: 4500 } })
    expect(pair.established('B')).toMatchObject({
      nat: { selfBehind: false, peerBehind: true },
      peer: { address: outside.address, port: 44_500 },
      local: { port: 4500 },
    })
    expect(pair.sent('A', 'MM3').map(({ from }) => from.port)).toEqual([500])
    expect(pair.sent('A', 'MM5').map(({ from, to }) => [from.port, to.port])).toEqual([[4500, 4500]])
    expect(pair.ledgers.A.keys('out')).toEqual(pair.ledgers.B.keys('in'))
    const installs = pair.effects.B.flatMap((effect) => (effect.kind === 'install' ? [effect.install] : []))
    expect(installs.map(({ udpEncapsulation }) => udpEncapsulation)).toEqual([true, true])
  })

  it('is not looked for where one end does not speak NAT traversal', () => {
    const pair = translated({ B: { ...known, settings: { natTraversal: false } } })
    pair.initiate('A')
    expect(pair.established('B')).toMatchObject({ nat: { selfBehind: false, peerBehind: false }, local: { port: 500 } })
  })

  it('that binds another port is followed after a message that proved itself, and not before (E5)', () => {
    const pair = translated({ B: known })
    pair.initiate('A')
    const moved = { address: outside.address, port: 45_678 }
    const [qm1] = pair.sent('A', 'QM1')
    if (!qm1) throw new Error('no QM1')
    pair.tap = (datagram, sender) => (sender === 'A' ? [{ ...datagram, from: moved }] : [datagram])
    const damaged = qm1.bytes.slice()
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    pair.inject('B', { ...qm1, bytes: damaged, from: moved })
    expect(pair.established('B').peer.port).toBe(44_500)
    pair.inject('B', { ...qm1, from: moved })
    expect(pair.established('B').peer.port).toBe(44_500)
    pair.tap = (datagram, sender) =>
      sender === 'A' ? [{ ...datagram, from: moved }] : [{ ...datagram, to: { address: addresses.A, port: 4500 } }]
    pair.initiate('A')
    expect(pair.established('B').peer).toEqual(moved)
  })

  it('changes no address with an MM5 that proves nothing (E5)', () => {
    const pair = translated({ B: known })
    const pass = pair.tap
    const stranger = { address: '198.51.100.66', port: 4500 }
    pair.tap = (datagram, sender) => (datagram.message === 'MM5' ? [] : pass(datagram, sender))
    pair.initiate('A')
    const [mm5] = pair.sent('A', 'MM5')
    if (!mm5) throw new Error('no MM5')
    const before = pair.live('B').map(({ peer }) => peer)
    for (let at = 32; at < mm5.bytes.length; at += 1) {
      const bytes = mm5.bytes.slice()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      // What follows HASH_I is not covered by it: such an MM5 is as good as the right one.
      if (at < 32 + 48) pair.inject('B', { ...mm5, from: stranger, bytes })
    }
    expect(pair.data('B', 'ike:rejected').map(({ code }) => code)).toContain('authentication-hash-invalid')
    expect(pair.live('B').map(({ peer }) => peer)).toEqual(before)
    pair.tap = pass
    pair.advance(10_000)
    expect(pair.established('B').peer.address).toBe(outside.address)
  })
})
