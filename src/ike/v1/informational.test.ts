import { describe, expect, it } from 'vitest'
import {
  clearMessage,
  cookiesOf,
  deletePayload,
  notifyPayload,
  protectedMessage,
} from '../../../test/support/ikev1-forge.ts'
import { addresses, dataOf, type End, IkeV1Pair, otherEnd } from '../../../test/support/ikev1-pair.ts'
import { notifyType } from '../../wire/index.ts'

/*
 *   HDR*, HASH(1), N or D   -->
 */

const up = (options: ConstructorParameters<typeof IkeV1Pair>[0] = {}): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.initiate('A')
  return pair
}
const toEnd = (receiver: End, bytes: Uint8Array): Parameters<IkeV1Pair['inject']>[1] => ({
  from: { address: addresses[otherEnd(receiver)], port: 500 },
  to: { address: addresses[receiver], port: 500 },
  bytes,
})

describe('a delete under the protection of phase 1', () => {
  it('of an IPsec SA removes the pair, by the SPI on which the peer received', () => {
    const pair = up()
    const session = pair.established('B')
    const [child] = session.children
    if (!child) throw new Error('no child')
    pair.inject('B', toEnd('B', protectedMessage(session, [deletePayload(3, [child.outbound])], { messageId: 77 })))
    expect(pair.established('B').children).toEqual([])
    expect([...pair.ledgers.B.keys('in'), ...pair.ledgers.B.keys('out')]).toEqual([])
    expect(pair.armed('B').filter((timer) => timer.startsWith('child'))).toEqual([])
  })

  it('of an SPI that the peer does not own removes nothing', () => {
    const pair = up()
    const session = pair.established('B')
    const [child] = session.children
    if (!child) throw new Error('no child')
    pair.inject('B', toEnd('B', protectedMessage(session, [deletePayload(3, [child.inbound])], { messageId: 77 })))
    expect(pair.established('B').children).toEqual([child])
  })

  it('of phase 1 ends it; its IPsec SAs live on', () => {
    const pair = up()
    const session = pair.established('B')
    pair.inject('B', toEnd('B', protectedMessage(session, [deletePayload(1, [cookiesOf(session)])], { messageId: 77 })))
    expect(pair.sessions('B')).toMatchObject([{ state: 'DEAD', reason: 'peer deleted it', diedIn: 'QM_IDLE' }])
    expect(pair.ledgers.B.keys('in')).toHaveLength(1)
  })

  it('of other cookies ends nothing', () => {
    const pair = up()
    const session = pair.established('B')
    pair.inject('B', toEnd('B', protectedMessage(session, [deletePayload(1, [new Uint8Array(16)])], { messageId: 77 })))
    expect(pair.established('B').id).toBe(session.id)
  })

  it('with more payloads behind it is read to its end (CVE-2023-38712)', () => {
    const pair = up()
    const session = pair.established('B')
    const effects = pair.inject(
      'B',
      toEnd(
        'B',
        protectedMessage(
          session,
          [deletePayload(1, [cookiesOf(session)]), notifyPayload(notifyType.R_U_THERE), notifyPayload(1)],
          { messageId: 77 },
        ),
      ),
    )
    expect(dataOf(effects, 'ike:notify_received')).toHaveLength(2)
    expect(pair.live('B')).toEqual([])
  })
})

describe('INITIAL-CONTACT', () => {
  it('stands in MM5 of an initiator that has no other SA with the peer: the responder forgets what it held', () => {
    const pair = up()
    const before = pair.established('B')
    const fresh = new IkeV1Pair({ seed: 'A after its restart' })
    pair.run('B', () => [])
    fresh.tap = (datagram, sender) => {
      if (sender === 'B') return []
      pair.inject('B', datagram)
      return []
    }
    pair.tap = (datagram, sender) => {
      if (sender === 'B') fresh.inject('A', datagram)
      return []
    }
    fresh.initiate('A')
    const after = pair.established('B')
    expect(after.id).not.toBe(before.id)
    expect(pair.ledgers.B.keys('out')).toEqual(fresh.ledgers.A.keys('in'))
    expect(pair.data('B', 'ike:initial_contact_received')).toHaveLength(2)
  })

  it('under protection removes older SAs with that peer, and nothing of the SA that carries it', () => {
    const pair = up()
    const session = pair.established('B')
    const notify = notifyPayload(notifyType.INITIAL_CONTACT, { spi: cookiesOf(session) })
    pair.inject('B', toEnd('B', protectedMessage(session, [notify], { messageId: 77 })))
    expect(pair.established('B').children).toEqual(session.children)
    expect(pair.ledgers.B.keys('in')).toHaveLength(1)
  })
})

describe('dead peer detection', () => {
  const keepalive = { interval: 10, retry: 2, periodic: true }
  const settings = { settings: { keepalive } }

  it('asks an idle peer, and is content with its answer', () => {
    const pair = up({ A: settings })
    pair.advance(10_000)
    expect(pair.ladder().slice(9)).toEqual(['A INFO', 'B INFO'])
    expect(pair.data('A', 'ike:dpd_answered')).toHaveLength(1)
    expect(pair.established('A').dpd).toMatchObject({ unanswered: 0 })
  })

  it('on demand asks only after traffic was sent', () => {
    const pair = up({ A: { settings: { keepalive: { ...keepalive, periodic: false } } } })
    pair.advance(100_000)
    expect(pair.sent('A', 'INFO')).toEqual([])
    pair.endpoints.A.traffic(pair.now, addresses.B, 'out')
    pair.advance(10_000)
    expect(pair.sent('A', 'INFO')).toHaveLength(1)
  })

  it('gives a peer up that does not answer: its SAs go', () => {
    const pair = up({ A: settings })
    pair.lose(['INFO'], 'B')
    pair.advance(30_000)
    expect(pair.sent('A', 'INFO')).toHaveLength(5)
    expect(pair.sessions('A')).toMatchObject([{ state: 'DEAD', reason: 'peers is not responding' }])
    expect([...pair.ledgers.A.keys('in'), ...pair.ledgers.A.keys('out')]).toEqual([])
    expect(pair.armed('A')).toEqual([])
  })

  it('takes no answer with another sequence number', () => {
    const pair = up({ A: settings })
    pair.lose(['INFO'], 'B')
    pair.advance(10_000)
    const session = pair.established('A')
    const wrong = notifyPayload(notifyType.R_U_THERE_ACK, { spi: cookiesOf(session), data: Uint8Array.of(0, 0, 0, 0) })
    pair.inject('A', toEnd('A', protectedMessage(session, [wrong], { messageId: 78 })))
    expect(pair.established('A').dpd).toMatchObject({ unanswered: 1 })
  })
})

describe('an informational message without protection', () => {
  it.each(['A', 'B'] as const)('is a hint at %s: delete, INITIAL-CONTACT and errors change nothing', (end) => {
    const pair = up()
    const session = pair.established(end)
    const [child] = session.children
    if (!child) throw new Error('no child')
    for (const payload of [
      deletePayload(1, [cookiesOf(session)]),
      deletePayload(3, [child.outbound]),
      notifyPayload(notifyType.INITIAL_CONTACT),
      notifyPayload(notifyType.NO_PROPOSAL_CHOSEN),
      notifyPayload(notifyType.INVALID_COOKIE),
    ]) {
      const effects = pair.inject(end, toEnd(end, clearMessage(session, [payload], { messageId: 5 })))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'unprotected' }])
      expect(effects).toHaveLength(1)
    }
    expect(pair.established(end)).toBe(session)
  })
})
