import { describe, expect, it } from 'vitest'
import { type End, IkeV1Pair, keyringFor, otherEnd, policyOf } from '../../../test/support/ikev1-pair.ts'

/*
 *   MM1  HDR, SA, VID…                  -->
 *                                       <--     MM2  HDR, SA, VID
 *   MM3  HDR, KE, Ni, VID…, NAT-D       -->
 *                                       <--     MM4  HDR, KE, Nr, VID…, NAT-D
 *   MM5  HDR*, IDii, HASH_I, N(IC)      -->
 *                                       <--     MM6  HDR*, IDir, HASH_R
 */

const phase1 = (from: End): readonly string[] =>
  ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6'].map(
    (message, index) => `${index % 2 === 0 ? from : otherEnd(from)} ${message}`,
  )
const phase2 = (from: End): readonly string[] => [`${from} QM1`, `${otherEnd(from)} QM2`, `${from} QM3`]

describe('main mode with a pre-shared key', () => {
  it.each(['A', 'B'] as const)('comes up with %s as initiator: six messages, then three', (end) => {
    const pair = new IkeV1Pair()
    pair.initiate(end)
    expect(pair.ladder()).toEqual([...phase1(end), ...phase2(end)])
    expect(pair.established(end)).toMatchObject({ role: 'I', refused: null })
    expect(pair.established(otherEnd(end))).toMatchObject({ role: 'R', refused: null })
  })

  it('gives both ends the same keys', () => {
    const pair = new IkeV1Pair()
    pair.initiate()
    expect(pair.established('A').keys).toEqual(pair.established('B').keys)
    expect(pair.established('A').iv).toEqual(pair.established('B').iv)
  })

  it.each([1, 2, 5, 14, 15, 16, 19, 20, 21, 24] as const)('works over group %i', (group) => {
    const pair = new IkeV1Pair({ both: { selection: { policies: [policyOf({ group })] } } })
    pair.initiate()
    expect(pair.established('B').agreement.group).toBe(group)
  })

  it.each([
    [{ cipher: 'des' }, 'md5'],
    [{ cipher: '3des' }, 'sha'],
    [{ cipher: 'aes', bits: 192 }, 'sha256'],
    [{ cipher: 'aes', bits: 256 }, 'sha512'],
  ] as const)('works with %o and %s', (encryption, hash) => {
    const pair = new IkeV1Pair({ both: { selection: { policies: [policyOf({ encryption, hash })] } } })
    pair.initiate()
    expect(pair.established('A').keys).toEqual(pair.established('B').keys)
  })

  it('takes the shorter of the two lifetimes at both ends', () => {
    const pair = new IkeV1Pair({
      A: { selection: { policies: [policyOf({ lifetime: 86_400 })] } },
      B: { selection: { policies: [policyOf({ lifetime: 3600 })] } },
    })
    pair.initiate()
    expect(pair.established('B').agreement.lifetimeSeconds).toBe(3600)
  })

  it('repeats octet for octet with the same random octets, and shares none with others', () => {
    const run = (seed: string): readonly string[] => {
      const pair = new IkeV1Pair({ seed })
      pair.initiate()
      return pair.wire.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    }
    expect(run('one')).toEqual(run('one'))
    expect(run('one').filter((datagram) => run('two').includes(datagram))).toEqual([])
  })

  it('keeps the pre-shared key and everything derived from it out of the trace', () => {
    const pair = new IkeV1Pair()
    pair.initiate()
    const events = JSON.stringify([...pair.effects.A, ...pair.effects.B].filter(({ kind }) => kind === 'trace'))
    expect(events).not.toContain('Rather-long-secret-1')
    const { skeyid, skeyidD, skeyidA, encryptionKey } = pair.established('A').keys
    for (const secret of [skeyid, skeyidD, skeyidA, encryptionKey])
      expect(events.toLowerCase()).not.toContain(Buffer.from(secret).toString('hex'))
  })
})

describe('a negotiation that fails ends where IOS ends', () => {
  const dies = (pair: IkeV1Pair): void => pair.advance(120_000)

  it('MM1 without a common policy: an unprotected NO-PROPOSAL-CHOSEN, which the initiator takes for a hint', () => {
    const pair = new IkeV1Pair({ B: { selection: { policies: [policyOf({ group: 5 })] } } })
    pair.initiate()
    expect(pair.ladder()).toEqual(['A MM1', 'B INFO'])
    expect(pair.data('B', 'ike:rejected')).toMatchObject([
      { message: 'MM1', code: 'no-common-policy', notify: 'NO-PROPOSAL-CHOSEN' },
    ])
    expect(pair.live('B')).toEqual([])
    expect(pair.live('A')).toMatchObject([{ state: 'I_MM1' }])
    dies(pair)
    expect(pair.sent('A', 'MM1')).toHaveLength(6)
    expect(pair.sessions('A')).toMatchObject([
      { state: 'DEAD', reason: 'Death by retransmission P1', diedIn: 'MM_NO_STATE' },
    ])
  })

  it('MM3 without a pre-shared key for the peer: the responder is silent and dies half-open', () => {
    const pair = new IkeV1Pair({ B: { selection: { keyrings: [] } } })
    pair.initiate()
    expect(pair.ladder()).toEqual(['A MM1', 'B MM2', 'A MM3'])
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ message: 'MM3', code: 'no-preshared-key' }])
    dies(pair)
    expect(pair.sessions('A')).toMatchObject([{ state: 'DEAD', diedIn: 'MM_SA_SETUP' }])
    expect(pair.sessions('B')).toMatchObject([{ state: 'DEAD', diedIn: 'MM_SA_SETUP' }])
  })

  it('an initiator without a pre-shared key sends nothing', () => {
    const pair = new IkeV1Pair({ A: { selection: { keyrings: [] } } })
    pair.initiate()
    expect(pair.wire).toEqual([])
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ code: 'no-authentication-material' }])
    expect(pair.live('A')).toEqual([])
  })

  it('pre-shared keys that differ: MM5 cannot be read, MM_KEY_EXCH on both sides until both die', () => {
    const pair = new IkeV1Pair({ B: { selection: { keyrings: [keyringFor('192.0.2.1', 'another secret')] } } })
    pair.initiate()
    expect(pair.ladder()).toEqual(['A MM1', 'B MM2', 'A MM3', 'B MM4', 'A MM5'])
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ message: 'MM5', code: 'cannot-decrypt' }])
    dies(pair)
    expect(pair.sent('A', 'MM5')).toHaveLength(6)
    for (const end of ['A', 'B'] as const)
      expect(pair.sessions(end)).toMatchObject([{ state: 'DEAD', diedIn: 'MM_KEY_EXCH' }])
    expect([...pair.armed('A'), ...pair.armed('B')]).toEqual([])
  })
})
