import { expect } from 'vitest'
import type { Effect } from '../../src/ike/index.ts'
import { decodeClearMessage, encodeClearMessage, type Payload, u32Bytes } from '../../src/wire/index.ts'
import { addresses, type End, IkeV1Pair, otherEnd, type Wired } from './ikev1-pair.ts'

/** What the tests of attacks on IKEv1 share: a state to attack, and what must hold afterwards. */

/** A datagram for an end, from its peer or from somebody else. */
export const toEnd = (receiver: End, bytes: Uint8Array, from: string = addresses[otherEnd(receiver)]): Wired => ({
  from: { address: from, port: 500 },
  to: { address: addresses[receiver], port: 500 },
  bytes,
  message: 'forged',
})

/** Two ends between which everything is up. */
export const up = (options: ConstructorParameters<typeof IkeV1Pair>[0] = {}): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.initiate('A')
  return pair
}

/** A negotiation that stops before `message` arrives. */
export const stoppedBefore = (message: string, options: ConstructorParameters<typeof IkeV1Pair>[0] = {}): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.lose([message])
  pair.initiate('A')
  pair.lose([])
  return pair
}

/** What an end sent first under that name. */
export const recorded = (pair: IkeV1Pair, end: End, message: string): Wired => {
  const [datagram] = pair.sent(end, message)
  if (!datagram) throw new Error(`${end} sent no ${message}`)
  return datagram
}

/** After the attack every session is the object that it was, and nothing was sent, armed, installed or removed. */
export const expectUntouched = (pair: IkeV1Pair, end: End, attack: () => readonly Effect[]): readonly Effect[] => {
  const before = pair.sessions(end)
  const effects = attack()
  const after = pair.sessions(end)
  expect(after).toHaveLength(before.length)
  for (const [index, session] of after.entries()) expect(session).toBe(before[index])
  expect(effects.filter(({ kind }) => kind !== 'trace')).toEqual([])
  return effects
}

/** The negotiation goes on, or a new one does, to SAs that both ends know. */
export const expectStillComesUp = (pair: IkeV1Pair): void => {
  pair.tap = (datagram) => [datagram]
  pair.advance(30_000)
  if (pair.ledgers.A.keys('out').length === 0) pair.initiate('A')
  expect(pair.ledgers.A.keys('out').length).toBeGreaterThan(0)
  expect(pair.ledgers.A.keys('out')).toEqual(pair.ledgers.B.keys('in'))
  expect(pair.ledgers.B.keys('out')).toEqual(pair.ledgers.A.keys('in'))
}

/** Alters the payloads of one message in clear on its way. */
export const altered = (
  datagram: Wired,
  alter: (payloads: readonly Payload[]) => readonly Payload[],
  fields: { readonly flags?: number; readonly messageId?: number } = {},
): Wired => {
  const decoded = decodeClearMessage(datagram.bytes)
  if (!decoded.ok) throw new Error(decoded.reject.detail)
  const { header, payloads } = decoded.value
  return { ...datagram, bytes: encodeClearMessage({ ...header, ...fields, payloads: alter(payloads) }) }
}

/** A negotiation in which the payloads of one message are altered on their way. */
export const onTheWay = (
  message: string,
  alter: (payloads: readonly Payload[]) => readonly Payload[],
  options: ConstructorParameters<typeof IkeV1Pair>[0] = {},
): IkeV1Pair => {
  const pair = new IkeV1Pair(options)
  pair.tap = (datagram) => [datagram.message === message ? altered(datagram, alter) : datagram]
  pair.initiate('A')
  return pair
}

/** QM1 with group 2 as the stub of quick mode accepts it. */
export const quickModePayloads = (
  ke: Uint8Array | null,
  spi: Uint8Array = u32Bytes(0x01020304),
): readonly Payload[] => [
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
