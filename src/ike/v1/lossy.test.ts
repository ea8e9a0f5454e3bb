import { describe, expect, it } from 'vitest'
import { addresses, dataOf, type End, endpointOf, Ledger, policyOf } from '../../../test/support/ikev1-pair.ts'
import { type Lost, runLossy } from '../../../test/support/lossy.ts'
import type { Effect } from '../effects.ts'
import type { IkeV1Endpoint } from './endpoint.ts'

/*
 * Two engines over a network that loses, doubles, delays and reorders. Group 1 and a pre-shared key keep a run cheap.
 *
 * What IKEv1 itself leaves open is named where it is allowed: MM6 and QM3 are the last messages of their exchanges, and
 * a delete is sent once and never acknowledged (RFC 2408 §5.15).
 */

interface Ended {
  readonly endpoints: Readonly<Record<End, IkeV1Endpoint>>
  readonly ledgers: Readonly<Record<End, Ledger>>
  readonly effects: Readonly<Record<End, Effect[]>>
  readonly lost: readonly Lost[]
}

const cheap = { selection: { policies: [policyOf({ group: 1 })] } } as const
const badNetwork = { drop: 0.3, duplicate: 0.2, delay: 0.4, maxDelay: 4000 } as const

const run = (seed: number, initiators: readonly End[], drop: number = badNetwork.drop): Ended => {
  const endpoints = {
    A: endpointOf('A', cheap, `lossy ${seed}`),
    B: endpointOf('B', cheap, `lossy ${seed}`),
  }
  const ledgers = { A: new Ledger(), B: new Ledger() }
  const effects: Record<End, Effect[]> = { A: [], B: [] }
  const host = (end: End): { name: End; address: string; engine: IkeV1Endpoint } => ({
    name: end,
    address: addresses[end],
    engine: endpoints[end],
  })
  const lost = runLossy([host('A'), host('B')], {
    faults: { ...badNetwork, drop, seed },
    duration: 400_000,
    begin: (now) =>
      initiators.map((end) => [
        end,
        endpoints[end].initiate(now, {
          local: { address: addresses[end], port: 500 },
          peer: { address: addresses[end === 'A' ? 'B' : 'A'], port: 500 },
          profile: null,
          flow: 'flow',
        }),
      ]),
    seen: (name, some) => {
      const end: End = name === 'A' ? 'A' : 'B'
      ledgers[end].apply(some)
      effects[end].push(...some)
    },
  })
  return { endpoints, ledgers, effects, lost }
}

/** Keys that one end uses and the other does not know. */
const oneSided = ({ ledgers: { A, B } }: Ended): readonly string[] => {
  const without = (some: readonly string[], other: readonly string[]): readonly string[] =>
    some.filter((key) => !other.includes(key))
  return [
    ...without(A.keys('out'), B.keys('in')),
    ...without(B.keys('out'), A.keys('in')),
    ...without(A.keys('in'), B.keys('out')),
    ...without(B.keys('in'), A.keys('out')),
  ]
}

const isUp = ({ ledgers: { A, B } }: Ended): boolean => A.keys('out').length > 0 && B.keys('out').length > 0

const keysOf = (endpoint: IkeV1Endpoint): readonly string[] =>
  endpoint
    .sessions()
    .flatMap((session) =>
      session.state === 'ESTABLISHED' ? [Buffer.from(session.keys.encryptionKey).toString('hex')] : [],
    )

const gaveUp = ({ effects }: Ended): boolean =>
  dataOf(effects.B, 'ike:node_deleted').some(({ reason }) => reason === 'Death by retransmission P2') ||
  dataOf(effects.A, 'ike:node_deleted').some(({ reason }) => reason === 'Death by retransmission P2')

describe('1,000 negotiations over a network that loses 30 % of the datagrams', () => {
  const outcomes = { up: 0, down: 0, halfOpen: 0, deleteLost: 0 }

  it.each(Array.from({ length: 10 }, (_, index) => index))('end with both sides agreeing: hundred %i', (hundred) => {
    for (let seed = hundred * 100; seed < hundred * 100 + 100; seed += 1) {
      const ended = run(seed, ['A'])
      const sessions = [...ended.endpoints.A.sessions(), ...ended.endpoints.B.sessions()]
      // Nobody waits any more: what is not up is dead.
      expect(sessions.filter(({ state }) => state !== 'ESTABLISHED' && state !== 'DEAD')).toEqual([])
      expect(
        sessions
          .flatMap((session) => ('nodes' in session ? [...session.nodes.values()] : []))
          .filter(({ state }) => state !== 'DONE'),
      ).toEqual([])
      const [a, b] = [keysOf(ended.endpoints.A), keysOf(ended.endpoints.B)]
      expect(a.length).toBeLessThanOrEqual(1)
      // The initiator is never up alone. The responder may be, where no copy of MM6 arrived: IOS's half-open SA.
      expect(a.filter((key) => !b.includes(key))).toEqual([])
      if (b.length > a.length) {
        expect(ended.lost.filter(({ message }) => message === 'MM6').length).toBeGreaterThan(0)
        outcomes.halfOpen += 1
      }
      if (oneSided(ended).length > 0) {
        expect(gaveUp(ended), `seed ${seed}`).toBe(true)
        expect(ended.lost, `seed ${seed}`).toContainEqual({ from: 'B', message: 'INFO' })
        outcomes.deleteLost += 1
      } else if (isUp(ended)) outcomes.up += 1
      else outcomes.down += 1
    }
  })

  it('are mostly up', () => {
    expect(outcomes.up + outcomes.down + outcomes.deleteLost).toBe(1000)
    expect(outcomes.up).toBeGreaterThan(800)
    expect(outcomes.deleteLost).toBeLessThan(50)
  })
})

describe('100 negotiations that both ends begin at once', () => {
  it('end with every SA known to both', () => {
    for (let seed = 5000; seed < 5100; seed += 1) {
      const ended = run(seed, ['A', 'B'], 0)
      expect(oneSided(ended), `seed ${seed}`).toEqual([])
      expect(isUp(ended), `seed ${seed}`).toBe(true)
    }
  })
})

describe('a network that loses everything', () => {
  it('leaves both sides down, and nothing armed for ever', () => {
    const ended = run(1, ['A'], 1)
    expect(ended.endpoints.A.sessions()).toMatchObject([{ state: 'DEAD', reason: 'Death by retransmission P1' }])
    expect(ended.endpoints.B.sessions()).toEqual([])
  })
})
