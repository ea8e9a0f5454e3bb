import { describe, expect, it } from 'vitest'
import {
  altered,
  expectStillComesUp,
  expectUntouched,
  onTheWay,
  quickModePayloads,
  recorded,
  stoppedBefore,
  toEnd,
  up,
} from '../../../test/support/ikev1-attack.ts'
import { clearMessage, protectedMessage } from '../../../test/support/ikev1-forge.ts'
import { dataOf, IkeV1Pair, otherEnd } from '../../../test/support/ikev1-pair.ts'
import { dhGroups } from '../../crypto/index.ts'
import { exchangeType, isakmpFlag, type Payload, u32Bytes } from '../../wire/index.ts'

/** Messages that are wrong in themselves, under the numbers of the catalogue. After each one an honest negotiation still comes up. */

describe('A13: messages of the other version', () => {
  it.each([0x20, 0x10 | 1, 0x00])('version octet %i is refused before anything is looked at', (version) => {
    const pair = up()
    const bytes = recorded(pair, 'A', 'MM1').bytes.slice()
    bytes[17] = version
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-version' }])
  })

  it.each([33, 34, 46, 53])('payload %i of IKEv2 is known by no name here', (type) => {
    const pair = up()
    const session = pair.established('B')
    const bytes = clearMessage(session, [{ type: 'UNKNOWN', payloadType: type, data: new Uint8Array(4) }], {
      messageId: 1,
    })
    expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
  })
})

describe('D7: public values out of range (CVE-2015-3240)', () => {
  const length = dhGroups[2].publicLength
  const value = (fill: number, last: number, octets = length): Uint8Array => {
    const bytes = new Uint8Array(octets).fill(fill)
    if (octets > 0) bytes[octets - 1] = last
    return bytes
  }
  const values = [
    ['0', value(0, 0)],
    ['1', value(0, 1)],
    ['above p', value(0xff, 0xff)],
    ['of no octets', value(0, 0, 0)],
    ['an octet short', value(1, 1, length - 1)],
    ['an octet long', value(1, 1, length + 1)],
  ] as const

  describe.each(['MM3', 'MM4'])('in %s', (message) => {
    it.each(values)('%s', (_, data) => {
      const pair = onTheWay(message, (payloads) =>
        payloads.map((payload) => (payload.type === 'KE' ? { ...payload, data } : payload)),
      )
      const end = message === 'MM3' ? 'B' : 'A'
      expect(pair.data(end, 'ike:rejected')).toMatchObject([{ message, code: 'bad-public-value' }])
      expect(pair.data(end, 'ike:keys_derived')).toEqual([])
      expectStillComesUp(pair)
    })
  })

  it.each(values)('in quick mode: %s', (_, data) => {
    const pair = up({ both: { pfsGroup: 2 } })
    const session = pair.established('B')
    const donor = quickModePayloads(data)
    const effects = pair.inject(
      'B',
      toEnd('B', protectedMessage(session, donor, { messageId: 4711, exchange: exchangeType.QUICK_MODE })),
    )
    expect(dataOf(effects, 'ike:rejected')).toMatchObject([{ message: 'QM1', code: 'pfs-mismatch' }])
    expect(effects.filter(({ kind }) => kind === 'install')).toEqual([])
    expect(pair.established('B').children).toEqual(session.children)
  })
})

describe('D7: messages that lack what they must have', () => {
  it.each([
    ['MM1', 'SA'],
    ['MM2', 'SA'],
    ['MM3', 'KE'],
    ['MM3', 'NONCE'],
    ['MM4', 'KE'],
    ['MM4', 'NONCE'],
  ])('%s without %s (CVE-2013-6467)', (message, type) => {
    const pair = onTheWay(message, (payloads) => [
      ...payloads.filter((payload) => payload.type !== type),
      { type: 'VID', data: new Uint8Array(4) },
    ])
    expect([...pair.data('A', 'ike:ignored'), ...pair.data('B', 'ike:ignored')]).toMatchObject([
      { message, reason: 'payload-not-allowed' },
    ])
    expectStillComesUp(pair)
  })

  it.each(['SA', 'KE', 'NONCE', 'ID', 'HASH', 'SIG', 'DELETE'] as const)('MM3 with one %s more', (type) => {
    const extra: Payload =
      type === 'SA'
        ? { type, doi: 1, situation: u32Bytes(1), proposals: [] }
        : type === 'ID'
          ? { type, idType: 1, protocol: 0, port: 0, data: new Uint8Array(4) }
          : type === 'DELETE'
            ? { type, doi: 1, protocolId: 3, spiSize: 4, spis: [u32Bytes(1)] }
            : { type, data: new Uint8Array(20) }
    const pair = stoppedBefore('MM3')
    const forged = altered(recorded(pair, 'A', 'MM3'), (payloads) => [...payloads, extra])
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', forged))
    expect(dataOf(effects, 'ike:ignored')).toHaveLength(1)
    expectStillComesUp(pair)
  })

  it('an SA without transforms, or without a proposal', () => {
    for (const proposals of [[], [{ number: 1, protocolId: 1, spi: new Uint8Array(0), transforms: [] }]]) {
      const pair = onTheWay('MM1', (payloads) =>
        payloads.map((payload) => (payload.type === 'SA' ? { ...payload, proposals } : payload)),
      )
      expect(pair.live('B')).toEqual([])
      expectStillComesUp(pair)
    }
  })

  it('QM1 whose accepted proposal has no SPI of four octets', () => {
    const pair = up()
    for (const [messageId, spi] of [
      [1, new Uint8Array(0)],
      [2, new Uint8Array(8)],
    ] as const) {
      const bytes = protectedMessage(pair.established('B'), quickModePayloads(null, spi), {
        messageId,
        exchange: exchangeType.QUICK_MODE,
      })
      const effects = pair.inject('B', toEnd('B', bytes))
      expect(effects.filter(({ kind }) => kind === 'install')).toEqual([])
    }
    expect(pair.established('B').children).toHaveLength(1)
  })
})

describe('header fields', () => {
  it.each([
    ['MM3', 'B'],
    ['MM4', 'A'],
  ] as const)('%s with the encryption bit is too early', (message, receiver) => {
    const pair = stoppedBefore(message)
    const datagram = recorded(pair, otherEnd(receiver), message)
    const bytes = datagram.bytes.slice()
    bytes[19] = isakmpFlag.ENCRYPTION
    const effects = expectUntouched(pair, receiver, () => pair.inject(receiver, { ...datagram, bytes }))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'encrypted-too-early' }])
    expectStillComesUp(pair)
  })

  it.each([
    ['MM5', 'B'],
    ['MM6', 'A'],
  ] as const)('%s in clear is not read', (message, receiver) => {
    const pair = stoppedBefore(message)
    const datagram = recorded(pair, otherEnd(receiver), message)
    const bytes = datagram.bytes.slice()
    bytes[19] = 0
    const effects = expectUntouched(pair, receiver, () => pair.inject(receiver, { ...datagram, bytes }))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'not-encrypted' }])
    expectStillComesUp(pair)
  })

  it.each(['MM1', 'MM3'])('%s with the commit bit is what it would be without', (message) => {
    const pair = new IkeV1Pair()
    pair.tap = (datagram) => [
      datagram.message === message ? altered(datagram, (payloads) => payloads, { flags: isakmpFlag.COMMIT }) : datagram,
    ]
    pair.initiate('A')
    expectStillComesUp(pair)
  })

  it.each(['MM1', 'MM2', 'MM3', 'MM4'])('%s with a message id belongs to no main mode', (message) => {
    const pair = new IkeV1Pair()
    pair.tap = (datagram) => [
      datagram.message === message ? altered(datagram, (payloads) => payloads, { messageId: 1 }) : datagram,
    ]
    pair.initiate('A')
    expect(pair.ledgers.A.keys('out')).toEqual([])
    expectStillComesUp(pair)
  })

  it.each([4, 8, 0x80, 0xff])('flags %i stand in no message (RFC 2408 §5.2)', (flags) => {
    const pair = stoppedBefore('MM5')
    const bytes = recorded(pair, 'A', 'MM5').bytes.slice()
    bytes[19] = flags | isakmpFlag.ENCRYPTION
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-flags' }])
    expectStillComesUp(pair)
  })

  it('quick mode with message id 0 is not read', () => {
    const pair = up()
    const bytes = protectedMessage(pair.established('B'), quickModePayloads(null), {
      messageId: 0,
      exchange: exchangeType.QUICK_MODE,
    })
    expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
  })

  it.each([1, 3, 6, 33, 240])('exchange type %i is not supported', (exchange) => {
    const pair = up()
    const bytes = clearMessage(pair.established('B'), [], { messageId: 0, exchange })
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'unsupported-exchange' }])
  })

  it('a first message without an initiator cookie makes no session', () => {
    const pair = new IkeV1Pair()
    pair.lose(['MM1'])
    pair.initiate('A')
    const bytes = recorded(pair, 'A', 'MM1').bytes.slice().fill(0, 0, 8)
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'no-cookie' }])
  })
})
