import { describe, expect, it } from 'vitest'
import {
  altered,
  expectStillComesUp,
  expectUntouched,
  recorded,
  stoppedBefore,
  toEnd,
  up,
} from '../../../test/support/ikev1-attack.ts'
import { notifyPayload, protectedMessage } from '../../../test/support/ikev1-forge.ts'
import { dataOf, type End, IkeV1Pair, otherEnd } from '../../../test/support/ikev1-pair.ts'
import { decodeClearMessage, notifyType } from '../../wire/index.ts'

/** Messages at the wrong time or in the wrong place, under the numbers of the catalogue. After each one an honest negotiation still comes up. */

describe('A12: reflection', () => {
  const messages = ['MM1', 'MM3', 'MM5', 'QM1', 'QM3', 'MM2', 'MM4', 'MM6', 'QM2'] as const

  it.each(messages)('of %s to its sender changes nothing there', (message) => {
    const pair = up()
    const sender: End = pair.sent('A', message).length > 0 ? 'A' : 'B'
    expectUntouched(pair, sender, () => pair.inject(sender, toEnd(sender, recorded(pair, sender, message).bytes)))
  })

  it.each([
    ['MM1', 'MM2'],
    ['MM3', 'MM4'],
    ['MM5', 'MM6'],
  ] as const)('of %s while %s is awaited changes nothing', (message, awaited) => {
    const pair = stoppedBefore(awaited)
    expectUntouched(pair, 'A', () => pair.inject('A', toEnd('A', recorded(pair, 'A', message).bytes)))
    expectStillComesUp(pair)
  })

  it('of the initiator cookie as responder cookie is not taken', () => {
    const pair = stoppedBefore('MM2')
    const bytes = recorded(pair, 'B', 'MM2').bytes.slice()
    bytes.copyWithin(8, 0, 8)
    const effects = expectUntouched(pair, 'A', () => pair.inject('A', toEnd('A', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'reflected' }])
    expectStillComesUp(pair)
  })

  it('of the own public value is not taken', () => {
    const pair = stoppedBefore('MM4')
    const mine = decodeClearMessage(recorded(pair, 'A', 'MM3').bytes)
    const ke = mine.ok ? mine.value.payloads.find(({ type }) => type === 'KE') : undefined
    if (!ke) throw new Error('no KE')
    const forged = altered(recorded(pair, 'B', 'MM4'), (payloads) =>
      payloads.map((payload) => (payload.type === 'KE' ? ke : payload)),
    )
    const effects = pair.inject('A', forged)
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ message: 'MM4', reason: 'reflected' }])
    expect(pair.live('A')).toMatchObject([{ state: 'I_MM3' }])
    expectStillComesUp(pair)
  })

  it('of a dead peer detection request gets no answer', () => {
    const pair = up({ A: { settings: { keepalive: { interval: 10, retry: 2, periodic: true } } } })
    pair.lose(['INFO'])
    pair.advance(10_000)
    const { bytes } = recorded(pair, 'A', 'INFO')
    const effects = expectUntouched(pair, 'A', () => pair.inject('A', toEnd('A', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'reflected' }])
  })
})

describe('D9: messages that come again', () => {
  it('MM1 a hundred times: one session, one answer, the same octets', () => {
    const pair = new IkeV1Pair()
    pair.lose(['MM2'])
    pair.initiate('A')
    const first = recorded(pair, 'A', 'MM1')
    for (let count = 0; count < 100; count += 1) pair.inject('B', first)
    expect(pair.live('B')).toHaveLength(1)
    expect(new Set(pair.sent('B', 'MM2').map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(1)
    expectStillComesUp(pair)
  })

  it('MM1 replayed after the session came up does not touch it', () => {
    const pair = up()
    const session = pair.established('B')
    pair.lose(['MM2'])
    pair.inject('B', recorded(pair, 'A', 'MM1'))
    expect(pair.established('B')).toBe(session)
  })

  it.each(['MM3', 'MM5', 'QM1', 'QM3'])('%s replayed after everything is up installs nothing', (message) => {
    const pair = up()
    const session = pair.established('B')
    pair.tap = () => []
    const effects = pair.inject('B', recorded(pair, 'A', message))
    expect(pair.established('B')).toBe(session)
    expect(effects.filter(({ kind }) => kind === 'install')).toEqual([])
  })

  it('QM1 stays used, however many exchanges and notifies come after it', () => {
    const pair = up()
    const first = recorded(pair, 'A', 'QM1')
    for (let count = 0; count < 20; count += 1) pair.initiate('A')
    pair.lose(['INFO'])
    for (let messageId = 1; messageId <= 1200; messageId += 1)
      pair.inject(
        'B',
        toEnd('B', protectedMessage(pair.established('B'), [notifyPayload(notifyType.REPLAY_STATUS)], { messageId })),
      )
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', first))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ message: 'QM1', reason: 'replayed' }])
  })

  it('MM3 with the same cookies and other content is no duplicate, and too late', () => {
    const pair = up()
    const forged = altered(recorded(pair, 'A', 'MM3'), (payloads) =>
      payloads.map((payload) => (payload.type === 'NONCE' ? { ...payload, data: new Uint8Array(20) } : payload)),
    )
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', forged))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'not-expected' }])
  })
})

describe('a message outside its state', () => {
  const order = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const

  it.each(order)('is not taken while %s is awaited', (awaited) => {
    const donor = up()
    const pair = stoppedBefore(awaited)
    const receiver: End = pair.sent('A', awaited).length > 0 ? 'B' : 'A'
    for (const message of order) {
      if (message === awaited || message === 'MM1') continue
      const [datagram] = [...donor.sent(otherEnd(receiver), message)]
      if (!datagram || pair.wire.some(({ bytes }) => Buffer.from(bytes).equals(datagram.bytes))) continue
      expectUntouched(pair, receiver, () => pair.inject(receiver, datagram))
    }
    expectStillComesUp(pair)
  })

  it('damaged in its ciphertext leaves the session waiting for the right one', () => {
    for (const message of ['MM5', 'MM6', 'QM1', 'QM2', 'QM3']) {
      const pair = stoppedBefore(message)
      const sender: End = pair.sent('A', message).length > 0 ? 'A' : 'B'
      const datagram = recorded(pair, sender, message)
      const receiver = otherEnd(sender)
      const bytes = datagram.bytes.slice()
      const last = bytes.length - 20
      bytes[last] = (bytes[last] ?? 0) ^ 1
      pair.inject(receiver, { ...datagram, bytes })
      expectStillComesUp(pair)
    }
  })
})

describe('K6: initialization vectors', () => {
  it('of phase 2 differ from exchange to exchange: the same notify twice gives other octets', () => {
    const pair = up()
    const session = pair.established('A')
    const one = protectedMessage(session, [notifyPayload(1)], { messageId: 1 })
    const other = protectedMessage(session, [notifyPayload(1)], { messageId: 2 })
    expect(Buffer.from(one.subarray(28, 44)).equals(other.subarray(28, 44))).toBe(false)
  })
})
