import { describe, expect, it } from 'vitest'
import {
  altered,
  expectStillComesUp,
  expectUntouched,
  onTheWay,
  recorded,
  stoppedBefore,
  toEnd,
  up,
} from '../../../test/support/ikev1-attack.ts'
import { clearMessage } from '../../../test/support/ikev1-forge.ts'
import { dataOf, endpointOf, IkeV1Pair, policyOf, type Wired } from '../../../test/support/ikev1-pair.ts'
import { exchangeType, type Payload, u32Bytes } from '../../wire/index.ts'
import type { Effect } from '../effects.ts'
import type { IkeV1Endpoint } from './endpoint.ts'

/** Attacks that cost, under the numbers of the catalogue. After each one an honest negotiation still comes up. */

describe('D1, D2: a flood of first messages', () => {
  const flood = (endpoint: IkeV1Endpoint, first: Wired, count: number): readonly Effect[] =>
    Array.from({ length: count }, (_, index) => {
      const bytes = first.bytes.slice()
      bytes.set(u32Bytes(index + 1), 0)
      return endpoint.receive(0, {
        local: first.to,
        peer: { address: `203.0.113.${index % 250}`, port: 500 },
        bytes,
      })
    }).flat()

  it('costs at most the half-open sessions that the settings allow; established ones stay, and an honest peer gets through', () => {
    const pair = up()
    const session = pair.established('B')
    const effects = flood(pair.endpoints.B, recorded(pair, 'A', 'MM1'), 2000)
    expect(pair.live('B')).toHaveLength(1 + 20)
    expect(pair.established('B')).toBe(session)
    expect(pair.sessions('B').length).toBeLessThanOrEqual(1 + 20 + 16)
    const armed = new Set<string>()
    for (const effect of effects) {
      if (effect.kind === 'arm') armed.add(effect.timer)
      if (effect.kind === 'disarm') armed.delete(effect.timer)
    }
    expect(armed.size).toBe(20)
  })

  it('computes no Diffie-Hellman before MM3 comes back to the address that was told a cookie', () => {
    const pair = up()
    const effects = flood(endpointOf('B'), recorded(pair, 'A', 'MM1'), 100)
    expect(dataOf(effects, 'ike:keys_derived')).toEqual([])
    expect(dataOf(effects, 'ike:key_exchange_processed')).toEqual([])
  })

  it('D3: gets back no more octets than it sent, and nothing is repeated by a timer', () => {
    const pair = up()
    const first = recorded(pair, 'A', 'MM1')
    const effects = flood(endpointOf('B'), first, 100)
    const back = effects.reduce((sum, effect) => sum + (effect.kind === 'send' ? effect.bytes.length : 0), 0)
    expect(back).toBeLessThanOrEqual(100 * first.bytes.length)
    expect(effects.some((effect) => effect.kind === 'arm' && effect.timer.endsWith('retransmit'))).toBe(false)
  })

  it('without an acceptable proposal keeps no state', () => {
    const pair = up()
    const strict = endpointOf('B', { selection: { policies: [policyOf({ group: 21 })] } })
    flood(strict, recorded(pair, 'A', 'MM1'), 100)
    expect(strict.sessions().every(({ state }) => state === 'DEAD')).toBe(true)
    expect(strict.sessions().length).toBeLessThanOrEqual(16)
  })
})

describe('D4: fragments', () => {
  const fragment = (pair: IkeV1Pair, number: number, flags: number, data: Uint8Array, fragmentId = 1): Wired => {
    const session = pair.established('B')
    return toEnd(
      'B',
      clearMessage(session, [{ type: 'FRAGMENT', fragmentId, number, flags, data }], {
        messageId: 0,
        exchange: exchangeType.MAIN_MODE,
      }),
    )
  }

  it.each([
    ['number 0', [[0, 0]]],
    ['number 65', [[65, 0]]],
    [
      'a number beyond the last',
      [
        [2, 1],
        [3, 0],
      ],
    ],
    [
      'two last ones',
      [
        [3, 1],
        [2, 1],
      ],
    ],
    [
      'a last one below another',
      [
        [4, 0],
        [2, 1],
      ],
    ],
  ] as const)('%s is refused', (_, pieces) => {
    const pair = up()
    const effects = pieces.flatMap(([number, flags]) =>
      expectUntouched(pair, 'B', () => pair.inject('B', fragment(pair, number, flags, new Uint8Array(8)))),
    )
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-fragment' }])
  })

  it('of more than 64 KiB are thrown away', () => {
    const pair = up()
    const effects = Array.from({ length: 64 }, (_, index) =>
      expectUntouched(pair, 'B', () => pair.inject('B', fragment(pair, index + 1, 0, new Uint8Array(2000)))),
    ).flat()
    expect(dataOf(effects, 'ike:ignored').length).toBeGreaterThan(0)
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['noise', new Uint8Array(200).fill(7)],
  ])('that make %s are no message', (_, data) => {
    const pair = up()
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', fragment(pair, 1, 1, data)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-fragment' }])
  })

  it('inside a fragment are not opened', () => {
    const pair = up()
    const inner = fragment(pair, 1, 1, new Uint8Array(8)).bytes
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', fragment(pair, 1, 1, inner)))
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-fragment' }])
  })
})

describe('D6: oversized and undersized messages', () => {
  it.each([0, 1, 27])('%i octets', (length) => {
    const pair = up()
    expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', new Uint8Array(length))))
  })

  it.each(['MM1', 'MM3', 'MM5', 'QM1'])('%s with another length in its header (CVE-2013-4564)', (message) => {
    const pair = stoppedBefore(message)
    for (const length of [0, 27, 28, 0xffff, 0xffffffff]) {
      const bytes = recorded(pair, 'A', message).bytes.slice()
      bytes.set(u32Bytes(length), 24)
      const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'bad-length' }])
    }
    expectStillComesUp(pair)
  })

  it('65,535 octets of one vendor id after another', () => {
    const pair = new IkeV1Pair()
    pair.lose(['MM1'])
    pair.initiate('A')
    const vendors = Array.from({ length: 3000 }, (): Payload => ({ type: 'VID', data: new Uint8Array(16) }))
    const effects = expectUntouched(pair, 'B', () =>
      pair.inject(
        'B',
        altered(recorded(pair, 'A', 'MM1'), (payloads) => [...payloads, ...vendors]),
      ),
    )
    expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'too-many-payloads' }])
    expectStillComesUp(pair)
  })

  it('a nonce of 7, and one of 257 octets (RFC 2409 §5)', () => {
    for (const length of [0, 7, 257]) {
      const pair = onTheWay('MM3', (payloads) =>
        payloads.map((payload) => (payload.type === 'NONCE' ? { ...payload, data: new Uint8Array(length) } : payload)),
      )
      expect(pair.data('B', 'ike:rejected')).toMatchObject([{ message: 'MM3', code: 'bad-nonce' }])
      expect(pair.sent('B', 'MM4')).toEqual([])
      expectStillComesUp(pair)
    }
  })
})

describe('D10: INITIAL-CONTACT', () => {
  it('between two peers of one router does not touch the other', () => {
    const pair = up()
    const session = pair.established('B')
    const first = recorded(pair, 'A', 'MM1')
    const bytes = first.bytes.slice()
    bytes[0] = (bytes[0] ?? 0) ^ 0xff
    pair.tap = () => []
    pair.inject('B', { ...first, from: { address: '203.0.113.7', port: 500 }, bytes })
    expect(pair.sessions('B')).toContain(session)
  })
})
