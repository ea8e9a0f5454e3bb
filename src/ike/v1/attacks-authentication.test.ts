import { describe, expect, it } from 'vitest'
import {
  expectStillComesUp,
  expectUntouched,
  onTheWay,
  recorded,
  stoppedBefore,
  toEnd,
  up,
} from '../../../test/support/ikev1-attack.ts'
import {
  clearMessage,
  cookiesOf,
  deletePayload,
  notifyPayload,
  protectedMessage,
  sealed,
} from '../../../test/support/ikev1-forge.ts'
import { dataOf, type End, IkeV1Pair, policyOf } from '../../../test/support/ikev1-pair.ts'
import { exchangeType, isakmpFlag, notifyType, type Payload, payloadType, u32Bytes } from '../../wire/index.ts'

/** Attacks on who the peer is, under the numbers of the catalogue. After each one an honest negotiation still comes up. */

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
