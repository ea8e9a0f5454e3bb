import { describe, expect, it } from 'vitest'
import { fuzzEndpoint, mutantOf } from '../../../test/support/fuzz.ts'
import { addresses, type End, endpointOf, IkeV2Pair } from '../../../test/support/ikev2-pair.ts'
import { ikeV2CipherInfo, ikeV2DataLength, sealIkeV2 } from '../../crypto/index.ts'
import { seededRandom } from '../../net/index.ts'
import {
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  encodeIkeV2Message,
  encodeIkeV2Payloads,
  firstIkeV2PayloadType,
  type IkeV2Payload,
  ikeV2ExchangeType,
  ikeV2ProtectedHead,
} from '../../wire/index.ts'
import type { IkeV2Endpoint } from './endpoint.ts'
import { statusNotify } from './notifies.ts'
import { protectionOf } from './packets.ts'
import type { Established } from './session.ts'

/*
 * A million datagrams: mutants of a real exchange, to the decoder, to endpoints in every state, and under the right keys
 * to an established IKE SA.
 */

const up = (seed = 'fuzz'): IkeV2Pair => {
  const pair = new IkeV2Pair(seed)
  pair.initiate('A')
  return pair
}

const established = (endpoint: IkeV2Endpoint): readonly Established[] =>
  endpoint.sessions().filter((session): session is Established => session.state === 'ESTABLISHED')

const only = (endpoint: IkeV2Endpoint): Established => {
  const [session, ...more] = established(endpoint)
  if (!session || more.length > 0) throw new Error('one session was expected')
  return session
}

/** A whole life: both exchanges, a renewal of each kind, and the end. */
const recording = (): readonly Uint8Array[] => {
  const pair = up('another pair')
  const { A } = pair.endpoints
  pair.run('A', A.rekey(pair.now, only(A).id, only(A).children[0]?.inbound ?? null))
  pair.run('A', A.rekey(pair.now, only(A).id, null))
  pair.run('A', A.clear(pair.now, only(A).id))
  return [...up().wire, ...pair.wire].map(({ bytes }) => bytes.slice())
}

const seeds = recording()

describe('the decoder under 700,000 mutants', () => {
  it('gives a value or a reason, and encodes what it has read to the same octets', () => {
    const random = seededRandom(11)
    let read = 0
    for (let count = 0; count < 700_000; count += 1) {
      const bytes = mutantOf(seeds, random)
      const message = decodeIkeV2Message(bytes)
      if (!message.ok) {
        decodeIkeV2Payloads(bytes[16] ?? 0, bytes.subarray(28))
        continue
      }
      read += 1
      const { header, payloads } = message.value
      if (header.minorVersion !== 0) continue
      const again = encodeIkeV2Message({ ...header, payloads })
      // What stands in the next-payload field of nothing is not kept.
      if (payloads.length > 0 && !Buffer.from(again).equals(bytes))
        throw new Error(`not what it was: ${Buffer.from(bytes).toString('hex')}`)
    }
    expect(read).toBeGreaterThan(10_000)
  })
})

describe('an endpoint under 250,000 mutants', () => {
  it.each(['A', 'B'] as const)('that is up, %s: no session changes, the number of sessions stays bounded', (end) => {
    const pair = up()
    const endpoint = pair.endpoints[end]
    const before = only(endpoint)
    fuzzEndpoint(
      {
        receive: (bytes) => void pair.deliver(end, bytes),
        snapshot: () => established(endpoint),
        seeds,
      },
      { seed: 12, count: 75_000 },
    )
    expect(only(endpoint)).toBe(before)
    expect(endpoint.sessions().length).toBeLessThanOrEqual(1 + 20 + 16)
  })

  it('that is fresh makes half-open sessions at most', () => {
    const endpoint = endpointOf('B')
    const pair = new IkeV2Pair('fuzz')
    fuzzEndpoint(
      {
        receive: (bytes) =>
          void endpoint.receive(pair.now, {
            local: { address: addresses.B, port: 500 },
            peer: { address: addresses.A, port: 500 },
            bytes,
          }),
        snapshot: () => established(endpoint),
        seeds,
      },
      { seed: 13, count: 50_000 },
    )
    expect(endpoint.sessions().length).toBeLessThanOrEqual(20 + 16)
  })

  it.each(['IKE_SA_INIT request', 'IKE_SA_INIT response', 'IKE_AUTH request', 'IKE_AUTH response'])(
    'that awaits %s comes up with its honest peer afterwards, or begins anew and does',
    (message) => {
      const pair = new IkeV2Pair('fuzz')
      pair.lose = [message]
      pair.initiate('A')
      const end: End = message.endsWith('request') ? 'B' : 'A'
      fuzzEndpoint(
        {
          receive: (bytes) => void pair.deliver(end, bytes),
          snapshot: () => established(pair.endpoints[end]),
          seeds: pair.wire.map(({ bytes }) => bytes.slice()),
        },
        { seed: 14, count: 12_500 },
      )
      pair.lose = []
      for (const side of ['A', 'B'] as const)
        for (const { id } of pair.endpoints[side].sessions()) pair.run(side, pair.endpoints[side].clear(pair.now, id))
      pair.initiate('A')
      expect(only(pair.endpoints.A).children).toHaveLength(1)
      expect(established(pair.endpoints.B).at(-1)?.keys).toEqual(only(pair.endpoints.A).keys)
    },
  )
})

describe('an established IKE SA under 100,000 mutants that its peer protects', () => {
  const plains = (session: Established): readonly (readonly IkeV2Payload[])[] => {
    const [child] = session.children
    const nonce: IkeV2Payload = { type: 'NONCE', data: new Uint8Array(32).fill(7) }
    const spi = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
    return [
      [],
      [statusNotify('COOKIE', spi), { type: 'DELETE', protocolId: 3, spiSize: 4, spis: [child?.outbound ?? spi] }],
      [
        { type: 'NOTIFY', protocolId: 3, spi: child?.outbound ?? spi, notifyType: 16_393, data: new Uint8Array() },
        {
          type: 'SA',
          proposals: [
            { number: 1, protocolId: 3, spi: spi.subarray(0, 4), transforms: [{ type: 5, id: 0, attributes: [] }] },
          ],
        },
        nonce,
        { type: 'KE', group: 31, data: new Uint8Array(32).fill(9) },
        { type: 'TSi', selectors: [{ kind: 'unknown', tsType: 9, protocol: 0, data: spi }] },
        { type: 'TSr', selectors: [{ kind: 'unknown', tsType: 9, protocol: 0, data: spi }] },
      ],
      [
        {
          type: 'SA',
          proposals: [
            {
              number: 1,
              protocolId: 1,
              spi,
              transforms: [
                { type: 1, id: 12, attributes: [{ form: 'basic', type: 14, value: 128 }] },
                { type: 2, id: 2, attributes: [] },
                { type: 3, id: 2, attributes: [] },
                { type: 4, id: 31, attributes: [] },
              ],
            },
          ],
        },
        nonce,
        { type: 'KE', group: 31, data: new Uint8Array(32).fill(9) },
      ],
    ]
  }

  it.each(['CREATE_CHILD_SA', 'INFORMATIONAL'] as const)('%s: it never throws, whatever stands in them', (exchange) => {
    const random = seededRandom(15)
    let pair = up()
    let answered = 0
    for (let count = 0; count < 50_000; count += 1) {
      const session = established(pair.endpoints.B)[0]
      // Deletes and renewals that verify are obeyed: then another pair goes on.
      if (session?.successor !== null || session.children.length === 0 || session.children.length > 50) {
        pair = up()
        continue
      }
      const chains = plains(session)
      const chain = chains[Math.floor(random() * chains.length)] ?? []
      const plain = mutantOf([encodeIkeV2Payloads(chain)], random, 512)
      const protection = protectionOf(session.suite, session.keys, 'I')
      const head = ikeV2ProtectedHead(
        {
          initiatorSpi: session.spiI,
          responderSpi: session.spiR,
          exchangeType: ikeV2ExchangeType[exchange],
          flags: 8,
          messageId: session.expectedMessageId,
        },
        firstIkeV2PayloadType(chain),
        ikeV2DataLength(protection, plain.length),
      )
      const iv = new Uint8Array(ikeV2CipherInfo(protection.cipher).ivLength)
      const effects = pair.deliver('B', sealIkeV2(protection, head, iv, plain))
      if (effects.some(({ kind }) => kind === 'send')) answered += 1
    }
    expect(answered).toBeGreaterThan(1000)
  })
})
