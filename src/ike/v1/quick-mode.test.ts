import { describe, expect, it } from 'vitest'
import { type End, IkeV1Pair, otherEnd } from '../../../test/support/ikev1-pair.ts'

/*
 *   QM1  HDR*, HASH(1), SA, Ni, [KE], IDci, IDcr    -->
 *                                                   <--    QM2  HDR*, HASH(2), SA, Nr, [KE], IDci, IDcr
 *   QM3  HDR*, HASH(3)                              -->
 */

/** What each end sends with is what the other receives with, key for key; `pairs` of SAs in each direction. */
const expectAgreement = (pair: IkeV1Pair, pairs: number): void => {
  const [a, b] = [pair.ledgers.A, pair.ledgers.B]
  expect(a.keys('out')).toHaveLength(pairs)
  expect(b.keys('out')).toHaveLength(pairs)
  expect(a.keys('out')).toEqual(b.keys('in'))
  expect(b.keys('out')).toEqual(a.keys('in'))
}

describe.each([null, 2, 14, 19])('quick mode with perfect forward secrecy of group %s', (pfsGroup) => {
  it.each(['A', 'B'] as const)('gives both ends the same pair of SAs, %s begins', (end) => {
    const pair = new IkeV1Pair({ both: { pfsGroup } })
    pair.initiate(end)
    expectAgreement(pair, 1)
    expect(pair.established(end).children).toMatchObject([{ flow: 'flow', role: 'I', seconds: 3600 }])
    expect(pair.established(otherEnd(end)).children).toMatchObject([{ role: 'R' }])
  })
})

describe('quick mode', () => {
  it('may be begun by the responder of phase 1, over the same SA', () => {
    const pair = new IkeV1Pair()
    pair.initiate('A')
    pair.initiate('B', 'flow')
    expect(pair.ladder().slice(9)).toEqual(['B QM1', 'A QM2', 'B QM3'])
    expectAgreement(pair, 2)
  })

  it('tells the peer why it refused an offer: a protected NO-PROPOSAL-CHOSEN, phase 1 stays', () => {
    const pair = new IkeV1Pair({ A: { pfsGroup: 2 }, B: { pfsGroup: 14 } })
    pair.initiate()
    expect(pair.ladder().slice(6)).toEqual(['A QM1', 'B INFO'])
    expect(pair.data('B', 'ike:qm_rejected')).toMatchObject([{ error: 256, notify: 'PROPOSAL_NOT_CHOSEN' }])
    expect(pair.data('A', 'ike:notify_received')).toMatchObject([{ notify: 'PROPOSAL_NOT_CHOSEN', protected: true }])
    expect(pair.data('A', 'ike:node_deleted')).toMatchObject([{ error: true, reason: 'Delete Larval' }])
    expectAgreement(pair, 0)
    for (const end of ['A', 'B'] as const) expect(pair.established(end).children).toEqual([])
  })

  it('is not begun for a flow that nobody knows', () => {
    const pair = new IkeV1Pair()
    pair.initiate('A', 'unknown')
    expect(pair.ladder()).toHaveLength(6)
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ message: 'QM1', code: 'no-offer-for-flow' }])
  })

  it('is begun once for a flow that asked again while phase 1 was under way', () => {
    const pair = new IkeV1Pair()
    pair.lose(['MM2'])
    pair.initiate('A')
    pair.initiate('A')
    pair.lose([])
    pair.advance(10_000)
    expect(pair.sent('A', 'QM1')).toHaveLength(1)
    expectAgreement(pair, 1)
  })
})

describe('retransmission', () => {
  const messages = [
    ['MM1', 'A'],
    ['MM2', 'B'],
    ['MM3', 'A'],
    ['MM4', 'B'],
    ['MM5', 'A'],
    ['MM6', 'B'],
    ['QM1', 'A'],
    ['QM2', 'B'],
    ['QM3', 'A'],
  ] as const

  it.each(messages)('heals the loss of %s', (message, sender) => {
    const pair = new IkeV1Pair()
    pair.lose([message])
    pair.initiate('A')
    pair.lose([])
    pair.advance(20_000)
    expectAgreement(pair, 1)
    const sent = pair.sent(sender, message)
    expect(sent.length).toBeGreaterThan(1)
    expect(new Set(sent.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(1)
  })

  it.each(messages)('of a doubled %s answers with the same octets, and does nothing twice', (message) => {
    const pair = new IkeV1Pair()
    pair.tap = (datagram) => (datagram.message === message ? [datagram, datagram] : [datagram])
    pair.initiate('A')
    expectAgreement(pair, 1)
    for (const end of ['A', 'B'] as const) {
      expect(pair.live(end)).toHaveLength(1)
      expect(pair.data(end, 'ike:phase1_complete')).toHaveLength(1)
      const each = pair.sent(end).map(({ message: name, bytes }) => `${name} ${Buffer.from(bytes).toString('hex')}`)
      expect(new Set(each).size).toBe(new Set(each.map((text) => text.slice(0, 3))).size)
    }
  })

  it('of phase 2 ends after five attempts on both sides; what the responder had installed goes', () => {
    const pair = new IkeV1Pair()
    pair.lose(['QM2'])
    pair.initiate('A')
    expect(pair.ledgers.B.keys('in')).toHaveLength(1)
    pair.advance(120_000)
    expect(pair.sent('A', 'QM1')).toHaveLength(6)
    for (const end of ['A', 'B'] as const) {
      expect(pair.data(end, 'ike:node_deleted')).toMatchObject([{ error: true, reason: 'Death by retransmission P2' }])
      expect([...pair.ledgers[end].keys('in'), ...pair.ledgers[end].keys('out')]).toEqual([])
      expect(pair.established(end).nodes.size).toBe(0)
    }
  })

  it('that never brings QM3: the responder deletes, and the initiator drops what it believed in', () => {
    const pair = new IkeV1Pair()
    pair.lose(['QM3'])
    pair.initiate('A')
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
    pair.advance(120_000)
    expectAgreement(pair, 0)
    expect(pair.established('A').children).toEqual([])
  })
})

describe('renewal', () => {
  it('of an IPsec SA is begun by the end that began it, a minute before its end; the old one goes at its end', () => {
    const pair = new IkeV1Pair({ both: { childSeconds: 600 } })
    pair.initiate('A')
    pair.advance(539_000)
    expect(pair.sent('A', 'QM1')).toHaveLength(1)
    pair.advance(1000)
    expect(pair.sent('A', 'QM1')).toHaveLength(2)
    expectAgreement(pair, 2)
    pair.advance(59_000)
    expect(pair.sent('B', 'QM1')).toEqual([])
    pair.advance(2000)
    expectAgreement(pair, 1)
  })

  it('of phase 1 takes the IPsec SAs over', () => {
    const pair = new IkeV1Pair({ both: { selection: { policies: [shortPolicy] } } })
    pair.initiate('A')
    const first = pair.established('A')
    pair.advance(541_000)
    const second = pair.established('A')
    expect(second.id).not.toBe(first.id)
    expect(second.keys).toEqual(pair.established('B').keys)
    expect(second.children).toEqual(first.children)
    expect(pair.established('B').children).toHaveLength(1)
    expectAgreement(pair, 1)
    expect(pair.sent('A', 'QM1')).toHaveLength(1)
  })

  it('of phase 1 by its responder swaps the roles', () => {
    const pair = new IkeV1Pair({ both: { selection: { policies: [shortPolicy] } } })
    pair.initiate('A')
    pair.tap = (datagram, sender) => (sender === 'A' && datagram.message === 'MM1' ? [] : [datagram])
    pair.advance(572_000)
    pair.tap = (datagram) => [datagram]
    pair.advance(20_000)
    expect(pair.sent('B', 'MM1')).not.toEqual([])
    expectAgreement(pair, 1)
  })

  it('of an IPsec SA whose phase 1 SA has ended begins with main mode', () => {
    const pair = new IkeV1Pair({ both: { childSeconds: 3600, selection: { policies: [shortPolicy] } } })
    pair.initiate('A')
    pair.lose(['MM1'])
    pair.advance(700_000)
    for (const end of ['A', 'B'] as const) expect(pair.live(end)).toEqual([])
    expectAgreement(pair, 1)
    pair.lose([])
    pair.advance(2_850_000)
    expect(pair.established('A').children.length).toBeGreaterThan(0)
    pair.advance(100_000)
    expectAgreement(pair, 1)
  })
})

const shortPolicy = {
  priority: 10,
  encryption: { cipher: 'aes', bits: 128 },
  hash: 'sha',
  authentication: 'pre-share',
  group: 2,
  lifetime: 600,
} as const

describe('clear crypto session', () => {
  it.each(['A', 'B'] as const)('at %s ends everything at both ends, and arms nothing more', (end: End) => {
    const pair = new IkeV1Pair()
    pair.initiate('A')
    const { id } = pair.established(end)
    pair.run(end, (endpoint, now) => endpoint.clear(now, id))
    expectAgreement(pair, 0)
    for (const one of ['A', 'B'] as const) {
      expect(pair.live(one)).toEqual([])
      expect(pair.armed(one)).toEqual([])
    }
    expect(pair.data(otherEnd(end), 'ike:delete_received').map(({ protocolId }) => protocolId)).toEqual([3, 1])
  })
})
