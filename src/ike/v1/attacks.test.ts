import { describe, expect, it } from 'vitest'
import {
  clearMessage,
  cookiesOf,
  deletePayload,
  notifyPayload,
  protectedMessage,
  sealed,
} from '../../../test/support/ikev1-forge.ts'
import {
  addresses,
  dataOf,
  type End,
  endpointOf,
  IkeV1Pair,
  otherEnd,
  policyOf,
  type Wired,
} from '../../../test/support/ikev1-pair.ts'
import { dhGroups } from '../../crypto/index.ts'
import {
  decodeClearMessage,
  encodeClearMessage,
  exchangeType,
  isakmpFlag,
  notifyType,
  type Payload,
  payloadType,
  u32Bytes,
} from '../../wire/index.ts'
import type { Effect } from '../effects.ts'
import type { IkeV1Endpoint } from './endpoint.ts'

/** The attacks of the catalogue that concern IKEv1, under its numbers. After each one an honest negotiation still comes up. */

const toEnd = (receiver: End, bytes: Uint8Array, from: string = addresses[otherEnd(receiver)]): Wired => ({
  from: { address: from, port: 500 },
  to: { address: addresses[receiver], port: 500 },
  bytes,
  message: 'forged',
})

const up = (options: ConstructorParameters<typeof IkeV1Pair>[0] = {}): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.initiate('A')
  return pair
}

/** A negotiation that stops before `message` arrives. */
const stoppedBefore = (message: string, options: ConstructorParameters<typeof IkeV1Pair>[0] = {}): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.lose([message])
  pair.initiate('A')
  pair.lose([])
  return pair
}

const recorded = (pair: IkeV1Pair, end: End, message: string): Wired => {
  const [datagram] = pair.sent(end, message)
  if (!datagram) throw new Error(`${end} sent no ${message}`)
  return datagram
}

const expectUntouched = (pair: IkeV1Pair, end: End, attack: () => readonly Effect[]): readonly Effect[] => {
  const before = pair.sessions(end)
  const effects = attack()
  const after = pair.sessions(end)
  expect(after).toHaveLength(before.length)
  for (const [index, session] of after.entries()) expect(session).toBe(before[index])
  expect(effects.filter(({ kind }) => kind !== 'trace')).toEqual([])
  return effects
}

const expectStillComesUp = (pair: IkeV1Pair): void => {
  pair.tap = (datagram) => [datagram]
  pair.advance(30_000)
  if (pair.ledgers.A.keys('out').length === 0) pair.initiate('A')
  expect(pair.ledgers.A.keys('out').length).toBeGreaterThan(0)
  expect(pair.ledgers.A.keys('out')).toEqual(pair.ledgers.B.keys('in'))
  expect(pair.ledgers.B.keys('out')).toEqual(pair.ledgers.A.keys('in'))
}

/** Alters the payloads of one message in clear on its way. */
const altered = (
  datagram: Wired,
  alter: (payloads: readonly Payload[]) => readonly Payload[],
  fields: { readonly flags?: number; readonly messageId?: number } = {},
): Wired => {
  const decoded = decodeClearMessage(datagram.bytes)
  if (!decoded.ok) throw new Error(decoded.reject.detail)
  const { header, payloads } = decoded.value
  return { ...datagram, bytes: encodeClearMessage({ ...header, ...fields, payloads: alter(payloads) }) }
}

const onTheWay = (
  message: string,
  alter: (payloads: readonly Payload[]) => readonly Payload[],
  options: ConstructorParameters<typeof IkeV1Pair>[0] = {},
): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.tap = (datagram) => [datagram.message === message ? altered(datagram, alter) : datagram]
  pair.initiate('A')
  return pair
}

describe('A1: RSA encryption as authentication', () => {
  it.each([4, 5])('method %i is never chosen', (method) => {
    const pair = onTheWay('MM1', (payloads) =>
      payloads.map((payload) =>
        payload.type === 'SA'
          ? {
              ...payload,
              proposals: payload.proposals.map((proposal) => ({
                ...proposal,
                transforms: proposal.transforms.map((transform) => ({
                  ...transform,
                  attributes: transform.attributes.map((attribute) =>
                    attribute.form === 'basic' && attribute.type === 3 ? { ...attribute, value: method } : attribute,
                  ),
                })),
              })),
            }
          : payload,
      ),
    )
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ code: 'no-common-policy' }])
    expect(pair.live('B')).toEqual([])
    expectStillComesUp(pair)
  })

  it('a policy with rsa-encr is not offered', () => {
    const pair = new IkeV1Pair({ A: { selection: { policies: [policyOf({ authentication: 'rsa-encr' })] } } })
    pair.initiate('A')
    expect(pair.wire).toEqual([])
  })
})

describe('A2: aggressive mode', () => {
  it('is not answered: no HASH_R for a dictionary', () => {
    const pair = new IkeV1Pair()
    pair.lose(['MM1'])
    pair.initiate('A')
    const first = recorded(pair, 'A', 'MM1')
    const bytes = first.bytes.slice()
    bytes[18] = exchangeType.AGGRESSIVE
    const effects = expectUntouched(pair, 'B', () => pair.inject('B', { ...first, bytes }))
    expect(dataOf(effects, 'ike:ignored')).toHaveLength(1)
    expectStillComesUp(pair)
  })
})

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

describe('A14: informational messages that nobody proved (CVE-2019-10155)', () => {
  const kinds: readonly (readonly [string, (pair: IkeV1Pair, end: End) => Payload])[] = [
    ['a delete of phase 1', (pair, end) => deletePayload(1, [cookiesOf(pair.established(end))])],
    [
      'a delete of ESP',
      (pair, end) =>
        deletePayload(
          3,
          pair.established(end).children.map(({ outbound }) => outbound),
        ),
    ],
    ['INITIAL-CONTACT', () => notifyPayload(notifyType.INITIAL_CONTACT)],
    [
      'R-U-THERE',
      (pair, end) => notifyPayload(notifyType.R_U_THERE, { spi: cookiesOf(pair.established(end)), data: u32Bytes(1) }),
    ],
    ['NO-PROPOSAL-CHOSEN', () => notifyPayload(notifyType.NO_PROPOSAL_CHOSEN, { protocolId: 3 })],
  ]
  describe.each(['A', 'B'] as const)('at %s', (end) => {
    it.each(kinds)('%s in clear', (_, payload) => {
      const pair = up()
      const bytes = clearMessage(pair.established(end), [payload(pair, end)], { messageId: 9 })
      expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes)))
    })

    it.each(kinds)('%s encrypted, with a HASH that does not verify', (_, payload) => {
      const pair = up()
      const bytes = protectedMessage(pair.established(end), [payload(pair, end)], {
        messageId: 9,
        hash: new Uint8Array(20),
      })
      const effects = expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes)))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'hash-invalid' }])
    })

    it.each(kinds)('%s encrypted, without a HASH', (_, payload) => {
      const pair = up()
      const one = payload(pair, end)
      const bytes = clearMessage(pair.established(end), [one], { messageId: 9 })
      const plain = bytes.subarray(28)
      const type = one.type === 'DELETE' ? payloadType.DELETE : payloadType.NOTIFY
      const encrypted = sealed(pair.established(end), type, plain, { messageId: 9 })
      const effects = expectUntouched(pair, end, () => pair.inject(end, toEnd(end, encrypted)))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'cannot-decrypt' }])
    })

    it.each(kinds)('%s, proved, but replayed', (_, payload) => {
      const pair = up()
      const bytes = protectedMessage(pair.established(end), [payload(pair, end)], { messageId: 9 })
      pair.lose(['INFO'])
      pair.inject(end, toEnd(end, bytes))
      if (pair.live(end).length === 0) return
      const effects = expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes)))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'replayed' }])
    })

    it.each(kinds)('%s, proved, with message id 0', (_, payload) => {
      const pair = up()
      const bytes = protectedMessage(pair.established(end), [payload(pair, end)], { messageId: 0 })
      expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes)))
    })

    it.each(kinds)('%s, proved, from another address', (_, payload) => {
      const pair = up()
      const bytes = protectedMessage(pair.established(end), [payload(pair, end)], { messageId: 9 })
      const effects = expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes, '203.0.113.9')))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'other-address' }])
    })
  })

  it.each(['MM2', 'MM3', 'MM4', 'MM5', 'MM6'])(
    'while %s is awaited, a clear or encrypted one changes nothing',
    (awaited) => {
      const pair = stoppedBefore(awaited)
      for (const end of ['A', 'B'] as const)
        for (const session of pair.live(end))
          for (const flags of [0, isakmpFlag.ENCRYPTION]) {
            const bytes = clearMessage(session, [notifyPayload(notifyType.NO_PROPOSAL_CHOSEN)], { messageId: 3 })
            bytes[19] = flags
            if (session.state === 'ESTABLISHED') continue
            expectUntouched(pair, end, () => pair.inject(end, toEnd(end, bytes)))
          }
      expectStillComesUp(pair)
    },
  )
})

describe('A8: phase 2 before phase 1 is complete', () => {
  it.each(['MM3', 'MM5'])('quick mode and delete while %s is awaited change nothing (CVE-2014-2338)', (awaited) => {
    const pair = stoppedBefore(awaited)
    const donor = up({ seed: 'another pair' })
    const [session] = pair.live('B')
    if (!session) throw new Error('no session')
    for (const exchange of [exchangeType.QUICK_MODE, exchangeType.INFORMATIONAL]) {
      const bytes = recorded(donor, 'A', 'QM1').bytes.slice()
      bytes.set(cookiesOf(session))
      bytes[18] = exchange
      const effects = expectUntouched(pair, 'B', () => pair.inject('B', toEnd('B', bytes)))
      expect(dataOf(effects, 'ike:ignored')).toMatchObject([{ reason: 'phase-1-incomplete' }])
    }
    expectStillComesUp(pair)
  })
})

describe('A15: the SA payload altered on its way', () => {
  const longest = (payloads: readonly Payload[]): readonly Payload[] =>
    payloads.map((payload) =>
      payload.type === 'SA'
        ? {
            ...payload,
            proposals: payload.proposals.map((proposal) => ({
              ...proposal,
              transforms: proposal.transforms.slice(-1),
            })),
          }
        : payload,
    )
  const two = { selection: { policies: [policyOf({ priority: 10, group: 14 }), policyOf({ priority: 20, group: 1 })] } }

  it('MM1 cut down to its weakest transform: HASH_I and HASH_R cover what was offered, nobody comes up', () => {
    const pair = onTheWay('MM1', longest, { both: two })
    expect(pair.data('B', 'ike:policy_agreed')).toMatchObject([{ priority: 20 }])
    for (const end of ['A', 'B'] as const)
      expect(pair.live(end).some(({ state }) => state === 'ESTABLISHED')).toBe(false)
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ message: 'MM5', code: 'authentication-hash-invalid' }])
    expect(pair.ledgers.A.keys('out')).toEqual([])
  })

  it.each([
    ['another group', 4, 5],
    ['another hash', 2, 1],
    ['another cipher', 1, 1],
    ['a shorter key', 14, 64],
  ])('MM2 with %s: the initiator takes only what it offered', (_, type, value) => {
    const pair = onTheWay('MM2', (payloads) =>
      payloads.map((payload) =>
        payload.type === 'SA'
          ? {
              ...payload,
              proposals: payload.proposals.map((proposal) => ({
                ...proposal,
                transforms: proposal.transforms.map((transform) => ({
                  ...transform,
                  attributes: transform.attributes.map((attribute) =>
                    attribute.form === 'basic' && attribute.type === type ? { ...attribute, value } : attribute,
                  ),
                })),
              })),
            }
          : payload,
      ),
    )
    expect(pair.sent('A', 'MM3')).toEqual([])
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ message: 'MM2', code: 'chosen-transform-was-not-offered' }])
    expectStillComesUp(pair)
  })

  it('MM2 with every transform given back: one must be chosen', () => {
    const pair = onTheWay(
      'MM2',
      (payloads) =>
        payloads.map((payload) =>
          payload.type === 'SA'
            ? {
                ...payload,
                proposals: payload.proposals.map((proposal) => ({
                  ...proposal,
                  transforms: [...proposal.transforms, ...proposal.transforms],
                })),
              }
            : payload,
        ),
      { both: two },
    )
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ message: 'MM2' }])
    expectStillComesUp(pair)
  })
})

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

/** QM1 with group 2 as the stub of quick mode accepts it. */
const quickModePayloads = (ke: Uint8Array | null, spi: Uint8Array = u32Bytes(0x01020304)): readonly Payload[] => [
  {
    type: 'SA',
    doi: 1,
    situation: u32Bytes(1),
    proposals: [
      {
        number: 1,
        protocolId: 3,
        spi,
        transforms: [
          {
            number: 1,
            id: 12,
            attributes: [
              { form: 'basic', type: 4, value: 1 },
              { form: 'basic', type: 6, value: 128 },
              { form: 'basic', type: 5, value: 2 },
              ...(ke ? [{ form: 'basic' as const, type: 3, value: 2 }] : []),
            ],
          },
        ],
      },
    ],
  },
  { type: 'NONCE', data: new Uint8Array(20).fill(9) },
  ...(ke ? [{ type: 'KE' as const, data: ke }] : []),
]

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

describe('K6: initialization vectors', () => {
  it('of phase 2 differ from exchange to exchange: the same notify twice gives other octets', () => {
    const pair = up()
    const session = pair.established('A')
    const one = protectedMessage(session, [notifyPayload(1)], { messageId: 1 })
    const other = protectedMessage(session, [notifyPayload(1)], { messageId: 2 })
    expect(Buffer.from(one.subarray(28, 44)).equals(other.subarray(28, 44))).toBe(false)
  })
})
