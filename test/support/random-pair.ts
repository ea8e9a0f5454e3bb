import fc from 'fast-check'
import { knobs } from '../../src/selection/index.ts'
import { filesOf, type ScenarioFiles } from './random-pair-text.ts'

/*
 * Random routers as an engineer would hand them in: configuration text and a lab.yaml. What a tunnel needs is drawn once
 * for all of them, and each router departs from it seldom, so that some pairs come up and the others fail for every reason.
 */

/** A CA; `parent`: number of the one above it. */
export interface AuthorityPlan {
  readonly parent: number | undefined
  readonly hash: 'sha1' | 'sha256'
  readonly bits: 1024 | 2048
  readonly days: number
  readonly certificateDays: number
  readonly crlDays: number
  readonly online: boolean
  /** Whether its lists name the second certificate that it issued. */
  readonly revokes: boolean
  /** It has the name of the one before it. */
  readonly namesake: boolean
  /** It has changed its key, between one enrolment and another. */
  readonly rolled: boolean
}

export interface TrustpointPlan {
  readonly authority: number
  readonly holds: 'certificate' | 'ca-only'
  readonly key: 'rsa' | 'ec256' | 'ec384' | undefined
  readonly validity: 'long' | 'short' | 'over' | 'to-come'
  readonly revocation: 'none' | 'crl' | 'crl none'
  readonly named: 'fqdn' | 'address' | 'both' | 'neither'
  readonly primary: boolean
  readonly usages: readonly string[] | undefined
  /** Where its certificate is published, if it is: at its CA, or where nobody answers. */
  readonly published: 'at the CA' | 'nowhere' | undefined
  readonly odd: 'leaf' | 'regenerated' | 'version 1' | 'sha1' | 'md5' | undefined
}

export type IdentityKind = 'address' | 'fqdn' | 'mail' | 'dn' | 'key-id'
export type MatchKind =
  | 'exact'
  | 'network'
  | 'domain'
  | 'any'
  | 'map'
  | 'issuer-map'
  | 'other'
  | 'other-map'
  | 'address'
  | 'fqdn'

export type Method = 'rsa-sig' | 'ecdsa-sig' | 'pre-share'

/** A profile; `peer` counts through the router's peers. What is undefined is as the tunnel's base has it. */
export interface ProfilePlan {
  readonly peer: number
  readonly matches: readonly MatchKind[]
  readonly sends: IdentityKind | 'default' | undefined
  /** Places in the router's trustpoints. */
  readonly list: readonly { readonly trustpoint: number; readonly use: 'both' | 'sign' | 'verify' }[]
  readonly local: Method | undefined
  readonly remote: Method | undefined
  readonly keyring: boolean
  readonly shutdown: boolean
}

export interface RouterPlan {
  readonly trustpoints: readonly TrustpointPlan[]
  readonly order: readonly number[]
  readonly orderKnown: boolean
  readonly version: 1 | 2 | undefined
  readonly domain: boolean
  readonly identity: 'dn' | 'hostname' | undefined
  readonly disabled: boolean
  readonly suite: number | undefined
  readonly moreSuites: readonly number[]
  readonly method: Method | undefined
  readonly moreMethods: readonly Method[]
  readonly key: string | undefined
  readonly profiles: readonly ProfilePlan[]
  /** An IKEv2 profile whose list is empty names no trustpoint; else it names all. */
  readonly openLists: boolean
  /** Of each tunnel; `none`: the tunnel names no profile. */
  readonly tunnelProfile: 'own' | 'none' | 'last'
  readonly transforms: readonly number[] | undefined
  readonly pfs: 0 | 2 | 19 | undefined
  readonly kind: 'gre' | 'ipsec' | 'map' | undefined
  readonly proxy: 'same' | 'narrow'
  readonly routed: boolean
  readonly clock: 'slow' | 'fast' | undefined
  /** Its interface stands in a VRF, and so do its tunnels, or they do not. */
  readonly front: 'whole' | 'interface' | undefined
  /** The VRF that its profiles and policies name: that of its interface, any, or another. */
  readonly serves: 'own' | 'any' | 'other'
  /** The CAs' lists are routed into its first tunnel. */
  readonly listsBehind: boolean
  readonly losesFragments: boolean
  /** IKE's own fragments. */
  readonly fragments: boolean
  /** What its release lacks. */
  readonly old: 'sha256' | 'version 1' | undefined
}

/** What the routers have in common. */
export interface Base {
  readonly version: 1 | 2
  readonly method: Method
  readonly identity: IdentityKind
  readonly suite: number
  readonly transform: number
  readonly pfs: 0 | 2 | 19
  readonly kind: 'gre' | 'ipsec' | 'map'
}

export interface PairPlan {
  readonly authorities: readonly AuthorityPlan[]
  readonly base: Base
  /** The first one has a tunnel to each of the others. */
  readonly routers: readonly RouterPlan[]
  readonly knobs: readonly { readonly name: string; readonly value: string }[]
  readonly pings: number
  readonly mtu: 900 | 1500
}

const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

/** Undefined, and once in `often` times something else. */
const seldom = <T>(often: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: often - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const once = (often: number): fc.Arbitrary<boolean> => weighted([often - 1, false], [1, true])

const authority = (index: number): fc.Arbitrary<AuthorityPlan> =>
  fc.record({
    parent: index === 0 ? fc.constant(undefined) : seldom(4, fc.nat({ max: index - 1 })),
    hash: weighted([3, 'sha256' as const], [1, 'sha1' as const]),
    bits: weighted([1, 1024 as const], [1, 2048 as const]),
    days: weighted([19, 1095], [1, 12]),
    certificateDays: weighted([2, 365], [1, 30]),
    crlDays: weighted([19, 7], [1, 0.5]),
    online: weighted([9, true], [1, false]),
    revokes: once(14),
    namesake: index === 0 ? fc.constant(false) : once(40),
    rolled: once(30),
  })

const trustpoint = (authority: fc.Arbitrary<number>): fc.Arbitrary<TrustpointPlan> =>
  fc.record({
    authority,
    holds: weighted([11, 'certificate' as const], [1, 'ca-only' as const]),
    key: seldom(16, fc.constantFrom('rsa' as const, 'ec256' as const, 'ec384' as const)),
    validity: weighted([28, 'long' as const], [2, 'short' as const], [1, 'over' as const], [1, 'to-come' as const]),
    revocation: weighted([6, 'none' as const], [2, 'crl' as const], [2, 'crl none' as const]),
    named: weighted([3, 'fqdn' as const], [1, 'address' as const], [2, 'both' as const], [1, 'neither' as const]),
    primary: once(12),
    usages: seldom(
      24,
      fc.constantFrom(['serverAuth'], ['clientAuth'], ['serverAuth', 'clientAuth'], ['ipsecIKE'], ['codeSigning']),
    ),
    published: seldom(12, fc.constantFrom('at the CA' as const, 'nowhere' as const)),
    odd: seldom(14, fc.constantFrom('leaf', 'regenerated', 'version 1', 'sha1', 'md5')),
  })

/** Of the first CAs both ends mostly hold certificates, of the others seldom both. */
const shares = [12, 9, 5, 1, 1, 1]

const trustpoints: fc.Arbitrary<readonly TrustpointPlan[]> = fc
  .tuple(
    trustpoint(fc.nat({ max: 2 })),
    seldom(8, trustpoint(fc.nat({ max: 5 }))),
    ...shares.map((share, index) =>
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: share, arbitrary: trustpoint(fc.constant(index)) },
      ),
    ),
  )
  .map(([one, twin, ...others]) => {
    const held = others.filter((each) => each !== undefined)
    const first = held.length === 0 ? [one] : held
    return [...first, ...(twin === undefined ? [] : [twin])].slice(0, 6)
  })

const methods = fc.constantFrom<Method>('rsa-sig', 'ecdsa-sig', 'pre-share')

const profile = (first: boolean): fc.Arbitrary<ProfilePlan> =>
  fc.record({
    peer: first ? fc.constant(0) : fc.nat({ max: 1 }),
    matches: fc
      .tuple(
        first
          ? weighted<MatchKind>(
              [18, 'exact'],
              [2, 'network'],
              [2, 'domain'],
              [1, 'any'],
              [2, 'map'],
              [1, 'issuer-map'],
              [1, 'other'],
              [1, 'other-map'],
            )
          : weighted<MatchKind>(
              [2, 'exact'],
              [3, 'network'],
              [2, 'domain'],
              [1, 'any'],
              [2, 'map'],
              [2, 'issuer-map'],
              [6, 'other'],
              [3, 'other-map'],
            ),
        seldom(
          5,
          fc.constantFrom<MatchKind>('exact', 'network', 'domain', 'map', 'issuer-map', 'other', 'address', 'fqdn'),
        ),
      )
      .map(([one, another]) => (another === undefined ? [one] : [one, another])),
    sends: seldom(20, fc.constantFrom<IdentityKind | 'default'>('address', 'fqdn', 'mail', 'dn', 'key-id', 'default')),
    list: fc
      .tuple(
        fc.oneof(
          { weight: 4, arbitrary: fc.constant<number[]>([]) },
          { weight: 4, arbitrary: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 3, maxLength: 5 }) },
          { weight: 1, arbitrary: fc.constant([0]) },
        ),
        fc.array(weighted<'both' | 'sign' | 'verify'>([8, 'both'], [1, 'sign'], [1, 'verify']), {
          minLength: 6,
          maxLength: 6,
        }),
      )
      .map(([places, uses]) =>
        places.map((each, index) => ({ trustpoint: each, use: uses[index] ?? ('both' as const) })),
      ),
    local: seldom(24, methods),
    remote: seldom(24, methods),
    keyring: weighted([4, true], [1, false]),
    shutdown: once(40),
  })

const profiles: fc.Arbitrary<readonly ProfilePlan[]> = fc
  .tuple(profile(true), fc.array(profile(false), { maxLength: 3 }))
  .map(([first, more]) => [first, ...more])

const suiteCount = 3
const transformCount = 4

const router: fc.Arbitrary<RouterPlan> = fc.record({
  trustpoints,
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }),
  orderKnown: fc.boolean(),
  version: seldom(40, fc.constantFrom(1 as const, 2 as const)),
  domain: weighted([14, true], [1, false]),
  identity: seldom(16, fc.constantFrom('dn' as const, 'hostname' as const)),
  disabled: once(100),
  suite: seldom(36, fc.nat({ max: suiteCount - 1 })),
  moreSuites: weighted<readonly number[]>([4, []], [1, [0]], [1, [1, 2]]),
  method: seldom(36, methods),
  moreMethods: weighted<readonly Method[]>([8, []], [1, ['pre-share']], [1, ['rsa-sig']], [1, ['ecdsa-sig']]),
  key: seldom(10, fc.constant('Another-secret-of-theirs')),
  profiles,
  openLists: once(4),
  tunnelProfile: weighted([24, 'own' as const], [2, 'none' as const], [2, 'last' as const]),
  transforms: seldom(10, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1, maxLength: 2 })),
  pfs: seldom(20, fc.constantFrom(0 as const, 2 as const, 19 as const)),
  kind: seldom(30, fc.constantFrom('gre' as const, 'ipsec' as const, 'map' as const)),
  proxy: weighted([19, 'same' as const], [1, 'narrow' as const]),
  routed: weighted([79, true], [1, false]),
  clock: seldom(40, fc.constantFrom('slow' as const, 'fast' as const)),
  front: seldom(10, weighted([4, 'whole' as const], [1, 'interface' as const])),
  serves: weighted([20, 'own' as const], [3, 'any' as const], [1, 'other' as const]),
  listsBehind: once(20),
  losesFragments: once(50),
  fragments: once(3),
  old: seldom(20, fc.constantFrom('sha256' as const, 'version 1' as const)),
})

const base: fc.Arbitrary<Base> = fc.record({
  version: fc.constantFrom(1 as const, 2 as const),
  method: weighted<Method>([8, 'rsa-sig'], [1, 'ecdsa-sig'], [1, 'pre-share']),
  identity: weighted<IdentityKind>([4, 'address'], [4, 'fqdn'], [1, 'mail'], [1, 'dn'], [1, 'key-id']),
  suite: fc.nat({ max: suiteCount - 1 }),
  transform: fc.nat({ max: transformCount - 1 }),
  pfs: weighted([4, 0 as const], [1, 2 as const], [1, 19 as const]),
  kind: fc.constantFrom('gre' as const, 'ipsec' as const, 'map' as const),
})

const settledKnobs: fc.Arbitrary<PairPlan['knobs']> = fc.uniqueArray(
  fc.constantFrom(...knobs).chain(({ name, values }) => fc.constantFrom(...values).map((value) => ({ name, value }))),
  { maxLength: 3, selector: ({ name }) => name },
)

const planOf = (count: fc.Arbitrary<number>): fc.Arbitrary<PairPlan> =>
  fc.record({
    authorities: fc.tuple(...[0, 1, 2, 3, 4, 5].map(authority)),
    base,
    routers: count.chain((length) => fc.array(router, { minLength: length, maxLength: length })),
    knobs: settledKnobs,
    pings: fc.nat({ max: 1 }),
    mtu: weighted([3, 1500 as const], [1, 900 as const]),
  })

/** A random scenario, and the plan by which it was made. */
export interface RandomScenario {
  readonly plan: PairPlan
  readonly files: ScenarioFiles
}

const scenarios = (count: fc.Arbitrary<number>): fc.Arbitrary<RandomScenario> =>
  planOf(count).map((plan) => ({ plan, files: filesOf(plan) }))

/** Two routers, and sometimes a third with a tunnel to the first. */
export const randomScenario: fc.Arbitrary<RandomScenario> = scenarios(weighted([4, 2], [1, 3]))
