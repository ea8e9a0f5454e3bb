import { describe, expect, it } from 'vitest'
import { fuzzEndpoint, mutantOf } from '../../../test/support/fuzz.ts'
import { clearMessage, notifyPayload, protectedMessage, sealed } from '../../../test/support/ikev1-forge.ts'
import { addresses, type End, endpointOf, IkeV1Pair, otherEnd, policyOf } from '../../../test/support/ikev1-pair.ts'
import { seededRandom } from '../../net/index.ts'
import {
  decodeClearMessage,
  decodePayloads,
  defaultLimits,
  encodeClearMessage,
  encodePayloads,
  exchangeType,
  payloadType,
} from '../../wire/index.ts'
import type { Endpoint } from '../effects.ts'
import type { IkeV1Endpoint } from './endpoint.ts'
import type { Established, Session } from './session.ts'

/*
 * A million datagrams: mutants of a real exchange, to the decoder, to endpoints with sessions in every state, and under
 * the right key to an established session. Group 1, so that what gets as far as Diffie-Hellman costs little.
 */

const cheap = { both: { pfsGroup: 1, selection: { policies: [policyOf({ group: 1 })] } } } as const
const everyMessage = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const

const up = (seed?: string): IkeV1Pair => {
  const pair = new IkeV1Pair({ ...cheap, ...(seed === undefined ? {} : { seed }) })
  pair.initiate('A')
  return pair
}

/** A real exchange, with notifies, deletes and fragments after it. The sessions of `up()` have seen all of it, or have other keys. */
const recording = (): readonly Uint8Array[] => {
  const pair = up('another pair')
  const session = pair.established('A')
  const fragment = clearMessage(
    session,
    [{ type: 'FRAGMENT', fragmentId: 1, number: 1, flags: 0, data: new Uint8Array(64) }],
    { messageId: 0, exchange: exchangeType.MAIN_MODE },
  )
  const clearNotify = clearMessage(session, [notifyPayload(14)], { messageId: 1 })
  pair.run('A', (endpoint, now) => endpoint.clear(now, session.id))
  return [...up().wire, ...pair.wire].map(({ bytes }) => bytes).concat(fragment, clearNotify)
}

const seeds = recording()

const stoppedBefore = (message: string): IkeV1Pair => {
  const pair = new IkeV1Pair(cheap)
  pair.lose([message])
  pair.initiate('A')
  return pair
}

const at = (end: End): Endpoint => ({ address: addresses[end], port: 500 })

const receiveAt =
  (endpoint: IkeV1Endpoint, end: End, now: number) =>
  (bytes: Uint8Array): void => {
    endpoint.receive(now, { local: at(end), peer: at(otherEnd(end)), bytes })
  }

const established = (sessions: readonly Session[]): readonly Established[] =>
  sessions.filter((session): session is Established => session.state === 'ESTABLISHED')

describe('the decoder under 700,000 mutants', () => {
  it('gives a value or a reason, and encodes what it has read to the same octets', () => {
    const random = seededRandom(1)
    let read = 0
    for (let count = 0; count < 700_000; count += 1) {
      const bytes = mutantOf(seeds, random)
      const message = decodeClearMessage(bytes)
      if (!message.ok) {
        decodePayloads(bytes[16] ?? 0, bytes.subarray(28))
        continue
      }
      read += 1
      const again = encodeClearMessage({ ...message.value.header, payloads: message.value.payloads })
      if (!Buffer.from(again).equals(bytes)) throw new Error(`not what it was: ${Buffer.from(bytes).toString('hex')}`)
    }
    expect(read).toBeGreaterThan(10_000)
  })
})

describe('an endpoint under 300,000 mutants', () => {
  it.each(['A', 'B'] as const)('that is up, %s: no session changes, the number of sessions stays bounded', (end) => {
    const pair = up()
    const endpoint = pair.endpoints[end]
    const before = pair.established(end)
    fuzzEndpoint(
      {
        receive: receiveAt(endpoint, end, pair.now),
        snapshot: () => established(endpoint.sessions()),
        seeds,
      },
      { seed: 2, count: 75_000 },
    )
    expect(pair.established(end)).toBe(before)
    expect(endpoint.sessions().length).toBeLessThanOrEqual(1 + 20 + 16)
  })

  it('that is fresh makes half-open sessions at most, and still comes up with an honest peer', () => {
    const endpoint = endpointOf('B', cheap.both)
    const pair = up('an honest peer')
    fuzzEndpoint(
      {
        receive: receiveAt(endpoint, 'B', pair.now),
        snapshot: () => established(endpoint.sessions()),
        seeds,
      },
      { seed: 3, count: 50_000 },
    )
    expect(endpoint.sessions().length).toBeLessThanOrEqual(20 + 16)
  })

  /*
   * Neither HASH_I nor HASH_R covers what follows it in MM5 and MM6, and nothing covers padding: such a mutant is as good
   * as the message that it was made of. What it brings up must be what the honest peer has.
   */
  it.each(everyMessage)(
    'that awaits %s shares keys with its honest peer only, and takes part in the next negotiation',
    (message) => {
      const pair = stoppedBefore(message)
      const end: End = pair.sent('A', message).length > 0 ? 'B' : 'A'
      const honest = pair.live(otherEnd(end)).flatMap((session) => ('keys' in session ? [session.keys] : []))
      pair.tap = () => []
      fuzzEndpoint(
        {
          receive: (bytes) => pair.inject(end, { from: at(otherEnd(end)), to: at(end), bytes }),
          snapshot: () => [],
          seeds: pair.wire.map(({ bytes }) => bytes),
        },
        { seed: 4, count: 100_000 / everyMessage.length },
      )
      for (const { keys } of established(pair.sessions(end))) expect(honest).toContainEqual(keys)
      const shared = pair.ledgers[otherEnd(end)].keys('in')
      expect(pair.ledgers[end].keys('out').filter((key) => !shared.includes(key))).toEqual([])
      pair.tap = (datagram) => [datagram]
      for (const { id } of pair.live('A')) pair.run('A', (endpoint, now) => endpoint.clear(now, id))
      pair.initiate('A')
      expect(pair.established('A').children).toHaveLength(1)
      expect(pair.ledgers.B.keys('in')).toEqual(expect.arrayContaining([...pair.ledgers.A.keys('out')]))
    },
  )
})

describe('an established session under 100,000 mutants that are encrypted with its key', () => {
  /** Plaintexts of phase 2, HASH payload in front, as the peer would send them. */
  const plains = (session: Established): readonly Uint8Array[] => {
    const hash = { type: 'HASH' as const, data: new Uint8Array(20) }
    const sa = {
      type: 'SA' as const,
      doi: 1,
      situation: Uint8Array.of(0, 0, 0, 1),
      proposals: [
        {
          number: 1,
          protocolId: 3,
          spi: Uint8Array.of(1, 2, 3, 4),
          transforms: [
            {
              number: 1,
              id: 12,
              attributes: [
                { form: 'basic' as const, type: 4, value: 1 },
                { form: 'basic' as const, type: 6, value: 128 },
                { form: 'basic' as const, type: 5, value: 2 },
                { form: 'basic' as const, type: 3, value: 1 },
              ],
            },
          ],
        },
      ],
    }
    const id = { type: 'ID' as const, idType: 4, protocol: 0, port: 0, data: new Uint8Array(8) }
    const nonce = { type: 'NONCE' as const, data: new Uint8Array(20).fill(7) }
    const remove = {
      type: 'DELETE' as const,
      doi: 1,
      protocolId: 3,
      spiSize: 4,
      spis: session.children.map(({ outbound }) => outbound),
    }
    return [
      encodePayloads([hash, sa, nonce, { type: 'KE', data: new Uint8Array(96).fill(3) }, id, id]),
      encodePayloads([hash, remove]),
      encodePayloads([
        hash,
        notifyPayload(36136, { spi: new Uint8Array(16), data: new Uint8Array(4) }),
        notifyPayload(24578),
      ]),
      encodePayloads([hash]),
    ]
  }

  it.each([exchangeType.QUICK_MODE, exchangeType.INFORMATIONAL])(
    'exchange %i, without a HASH that verifies: nothing changes',
    (exchange) => {
      const pair = up()
      const session = pair.established('B')
      const random = seededRandom(5)
      fuzzEndpoint(
        {
          receive: (plain) => {
            const messageId = Math.floor(random() * 2 ** 32)
            receiveAt(
              pair.endpoints.B,
              'B',
              pair.now,
            )(sealed(session, payloadType.HASH, plain, { messageId, exchange }))
          },
          snapshot: () => pair.endpoints.B.sessions(),
          seeds: plains(session),
        },
        { seed: 6, count: 30_000, maxLength: 512 },
      )
    },
  )

  it.each([exchangeType.QUICK_MODE, exchangeType.INFORMATIONAL])(
    'exchange %i, with a HASH that does: only the session of the peer that signed changes, and nothing grows without bound',
    (exchange) => {
      const pair = up()
      const other = { address: '203.0.113.5', port: 500 }
      const bystander = pair.established('B')
      const random = seededRandom(7)
      let verified = 0
      for (let count = 0; count < 20_000; count += 1) {
        const [session] = established(pair.endpoints.B.sessions())
        if (!session) break
        const plain = mutantOf(plains(session), random, 512)
        const body = decodePayloads(payloadType.HASH, plain, defaultLimits)
        const [hash, ...payloads] = body.ok ? body.value.payloads : []
        if (hash?.type !== 'HASH') continue
        // What would end the session is left out: the run needs it.
        if (payloads.some((payload) => payload.type === 'DELETE' && payload.protocolId === 1)) continue
        verified += 1
        const messageId = 1 + Math.floor(random() * (2 ** 32 - 1))
        const bytes = protectedMessage(session, payloads, { messageId, exchange })
        pair.endpoints.B.receive(pair.now, {
          local: { address: addresses.B, port: 500 },
          peer: { address: addresses.A, port: 500 },
          bytes,
        })
        pair.endpoints.B.receive(pair.now, { local: { address: addresses.B, port: 500 }, peer: other, bytes })
      }
      expect(verified).toBeGreaterThan(1000)
      const [session, ...more] = established(pair.endpoints.B.sessions())
      expect(more).toEqual([])
      expect(session?.keys).toEqual(bystander.keys)
      expect(session?.seenMessageIds.size).toBeLessThanOrEqual(1024)
      expect(session?.nodes.size).toBeLessThanOrEqual(64 + 16 + 1)
    },
  )
})
