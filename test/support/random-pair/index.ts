import fc from 'fast-check'
import { knobs } from '../../../src/selection/index.ts'
import { type AuthorityPlan, authority, authorityText } from './authorities.ts'
import { once, weighted } from './drawing.ts'
import { anySuite } from './phase1.ts'
import { nameOf, type Place } from './place.ts'
import type { IdentityKind, Method } from './profiles.ts'
import { anyTransform } from './protection.ts'
import { type Base, configurationOf, type RouterPlan, router, routerText } from './routers.ts'

/*
 * Random routers as an engineer would hand them in: configuration text and a lab.yaml. What a tunnel needs is drawn once
 * for all of them, and each router departs from it seldom, so that some pairs come up and the others fail for every
 * reason. Each file here draws one concept and writes it down.
 */

/** The files of a scenario's folder, by name. */
export type ScenarioFiles = Readonly<Record<string, string>>

export interface PairPlan {
  readonly authorities: readonly AuthorityPlan[]
  readonly base: Base
  /** The first one has a tunnel to each of the others. */
  readonly routers: readonly RouterPlan[]
  readonly knobs: readonly { readonly name: string; readonly value: string }[]
  readonly pings: number
  readonly mtu: 600 | 900 | 1500
  readonly losesFragments: boolean
}

const base: fc.Arbitrary<Base> = fc.record({
  version: fc.constantFrom(1 as const, 2 as const),
  method: weighted<Method>([8, 'rsa-sig'], [1, 'ecdsa-sig'], [1, 'pre-share']),
  identity: weighted<IdentityKind>([4, 'address'], [4, 'fqdn'], [1, 'mail'], [1, 'dn'], [1, 'key-id']),
  suite: anySuite,
  transform: anyTransform,
  pfs: weighted([4, 0 as const], [1, 2 as const], [1, 19 as const]),
  kind: fc.constantFrom('gre' as const, 'ipsec' as const, 'map' as const),
})

const settledKnobs: fc.Arbitrary<PairPlan['knobs']> = fc.uniqueArray(
  fc.constantFrom(...knobs).chain(({ name, values }) => fc.constantFrom(...values).map((value) => ({ name, value }))),
  { maxLength: 3, selector: ({ name }) => name },
)

const plans: fc.Arbitrary<PairPlan> = fc.record({
  authorities: fc.tuple(...[0, 1, 2, 3, 4, 5].map(authority)),
  base,
  routers: weighted([4, 2], [1, 3]).chain((length) => fc.array(router, { minLength: length, maxLength: length })),
  knobs: settledKnobs,
  pings: fc.nat({ max: 1 }),
  mtu: weighted([4, 1500 as const], [1, 900 as const], [1, 600 as const]),
  losesFragments: once(50),
})

const labText = (plan: PairPlan, places: readonly Place[]): string =>
  [
    'clock: 2013-06-20T12:00:00Z',
    'cas:',
    ...authorityText(plan.authorities),
    'routers:',
    ...places.flatMap(routerText),
    ...(plan.knobs.length === 0 ? [] : ['knobs:', ...plan.knobs.map(({ name, value }) => `  ${name}: "${value}"`)]),
    `ping: { count: ${plan.pings} }`,
    `mtu: ${plan.mtu}`,
    ...(plan.losesFragments ? ['fragments: drop'] : []),
    '',
  ].join('\n')

/** The folder that an engineer would hand in. */
export const filesOf = (plan: PairPlan): ScenarioFiles => {
  const { authorities, routers } = plan
  const places = routers.map(
    (each, own): Place => ({
      plan: each,
      base: plan.base,
      own,
      peers: own === 0 ? routers.map((_, index) => index).slice(1) : [0],
      routers,
      authorities,
    }),
  )
  return {
    ...Object.fromEntries(places.map((place) => [`${nameOf(place.own)}.cfg`, configurationOf(place)])),
    'lab.yaml': labText(plan, places),
  }
}

/** A random scenario, and the plan by which it was made. */
export interface RandomScenario {
  readonly plan: PairPlan
  readonly files: ScenarioFiles
}

/** Two routers, and sometimes a third with a tunnel to the first. */
export const randomScenario: fc.Arbitrary<RandomScenario> = plans.map((plan) => ({ plan, files: filesOf(plan) }))
