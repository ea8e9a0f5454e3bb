import { describe, expect, it } from 'vitest'
import { Ledger } from '../../../test/support/ikev1-pair.ts'
import { addresses, begin, type End, endpointOf } from '../../../test/support/ikev2-pair.ts'
import { type LossyHost, runLossy } from '../../../test/support/lossy.ts'
import type { FaultSettings } from '../../net/index.ts'
import { toHex } from '../../wire/index.ts'
import type { IkeV2Endpoint } from './endpoint.ts'

/*
 * Two engines over a network that loses, doubles, delays and reorders while an IKE SA and its child are made and the
 * child is renewed (after 240 s); then it is a good network, and dead peer detection finds what one end believes in
 * alone: an SA whose last answer never arrived (RFC 7296 §2.4)..
 */

const bad: Omit<FaultSettings, 'seed'> = { drop: 0.3, duplicate: 0.2, delay: 0.4, maxDelay: 4000 }
const dpd = { interval: 60, retry: 2, periodic: true }

interface Ended {
  readonly endpoints: Readonly<Record<End, IkeV2Endpoint>>
  readonly ledgers: Readonly<Record<End, Ledger>>
}

const run = (seed: number, initiators: readonly End[], faults = bad): Ended => {
  const options = { ikev2: { dpd }, childSeconds: 300 }
  const endpoints = {
    A: endpointOf('A', options, `lossy ${seed}`),
    B: endpointOf('B', options, `lossy ${seed}`),
  }
  const ledgers = { A: new Ledger(), B: new Ledger() }
  const host = (end: End): LossyHost => ({ name: end, address: addresses[end], engine: endpoints[end] })
  runLossy([host('A'), host('B')], {
    faults: { ...faults, seed },
    faultsUntil: 260_000,
    duration: 640_000,
    begin: (now) => initiators.map((end) => [end, begin(endpoints[end], end, now)]),
    seen: (name, effects) => ledgers[name === 'A' ? 'A' : 'B'].apply(effects),
  })
  return { endpoints, ledgers }
}

/** Keys of children that one end uses and the other does not know. */
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

const ikeKeys = (endpoint: IkeV2Endpoint): readonly string[] =>
  endpoint
    .sessions()
    .flatMap((session) => (session.state === 'ESTABLISHED' ? [toHex(session.keys.skD)] : []))
    .toSorted()

const isUp = ({ ledgers: { A, B } }: Ended): boolean => A.keys('out').length > 0 && B.keys('out').length > 0

const expectAgreement = (ended: Ended, seed: number): void => {
  const { A, B } = ended.endpoints
  const waiting = [...A.sessions(), ...B.sessions()].filter(({ state }) => state !== 'ESTABLISHED' && state !== 'DEAD')
  expect(waiting, `seed ${seed}`).toEqual([])
  expect(oneSided(ended), `seed ${seed}`).toEqual([])
  expect(ikeKeys(A), `seed ${seed}`).toEqual(ikeKeys(B))
}

describe('1,000 negotiations over a network that loses 30 % of the datagrams', () => {
  const outcomes = { up: 0, down: 0 }

  it.each(Array.from({ length: 10 }, (_, index) => index))('end with both sides agreeing: hundred %i', (hundred) => {
    for (let seed = hundred * 100; seed < hundred * 100 + 100; seed += 1) {
      const ended = run(seed, ['A'])
      expectAgreement(ended, seed)
      expect(ikeKeys(ended.endpoints.A).length).toBeLessThanOrEqual(1)
      if (isUp(ended)) outcomes.up += 1
      else outcomes.down += 1
    }
  })

  it('are mostly up', () => {
    expect(outcomes.up + outcomes.down).toBe(1000)
    expect(outcomes.up).toBeGreaterThan(800)
  })
})

describe('100 negotiations that both ends begin at once over such a network', () => {
  it('end with every SA known to both', () => {
    for (let seed = 5000; seed < 5100; seed += 1) expectAgreement(run(seed, ['A', 'B']), seed)
  })
})

describe('a network that loses everything', () => {
  it('leaves both sides down, and nothing armed for ever', () => {
    const ended = run(1, ['A'], { drop: 1 })
    expect(ended.endpoints.A.sessions()).toMatchObject([{ state: 'DEAD', reason: 'peer does not answer' }])
    expect(ended.endpoints.B.sessions()).toEqual([])
  })
})
