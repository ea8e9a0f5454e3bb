import fc from 'fast-check'
import { type MapKind, mapKinds, mapName } from './certificate-maps.ts'
import { once, seldom, seldomOf, weighted } from './drawing.ts'
import { addressOf, fqdnOf, mailOf, nameOf, type Place, servedBy, wireAddressOf } from './place.ts'
import { type TrustpointPlan, trustpointName } from './trustpoints.ts'

export type IdentityKind = 'address' | 'fqdn' | 'mail' | 'dn' | 'key-id'
export type Method = 'rsa-sig' | 'ecdsa-sig' | 'pre-share'

/** What a `match` statement is about: the identity that the peer sends, wider or other ones, or a certificate map. */
type MatchKind = 'exact' | 'network' | 'domain' | 'any' | 'other' | 'address' | 'fqdn' | MapKind

/** A profile; `peer` counts through the router's peers. What is undefined is as the tunnel's base has it. */
export interface ProfilePlan {
  readonly peer: number
  readonly matches: readonly MatchKind[]
  readonly sends: IdentityKind | 'default' | 'other name' | undefined
  /** Places in the router's trustpoints. */
  readonly list: readonly { readonly trustpoint: number; readonly use: 'both' | 'sign' | 'verify' }[]
  readonly local: Method | 'eap' | 'none' | undefined
  readonly remote: Method | 'eap' | undefined
  /** IKEv1 may name several; IKEv2 takes the first. */
  readonly keyrings: readonly ('KEYS' | 'default' | 'OTHER')[]
  /** IKEv2: the key stands in the profile. */
  readonly inlineKey: string | undefined
  readonly shutdown: boolean
  /** The local address that it serves: where the tunnels end, or another one of the router. */
  readonly serves: 'end' | 'wire' | 'nowhere' | undefined
  /** Lines that change when something happens, not whether. */
  readonly timers: boolean
  readonly aggressive: boolean
}

/** A profile like most, whose list is of these places in the router's trustpoints. */
export const plainProfile = (list: readonly number[]): ProfilePlan => ({
  peer: 0,
  matches: ['exact'],
  sends: undefined,
  list: list.map((place) => ({ trustpoint: place, use: 'both' })),
  local: undefined,
  remote: undefined,
  keyrings: [],
  inlineKey: undefined,
  shutdown: false,
  serves: undefined,
  timers: false,
  aggressive: false,
})

export const methods: fc.Arbitrary<Method> = fc.constantFrom<Method>('rsa-sig', 'ecdsa-sig', 'pre-share')

const firstMatch = weighted<MatchKind>(
  [72, 'exact'],
  [8, 'network'],
  [8, 'domain'],
  [4, 'any'],
  [8, 'PEER'],
  [4, 'ISSUER'],
  [2, 'NAME'],
  [2, 'HOST'],
  [2, 'ALT'],
  [1, 'SERIAL'],
  [1, 'DATES'],
  [1, 'OTHERS'],
  [1, 'EMPTY'],
  [4, 'other'],
  [4, 'NOBODY'],
)

const furtherMatch = weighted<MatchKind>(
  [4, 'exact'],
  [6, 'network'],
  [4, 'domain'],
  [2, 'any'],
  [4, 'PEER'],
  [4, 'ISSUER'],
  [2, 'NAME'],
  [1, 'ALT'],
  [1, 'OTHERS'],
  [12, 'other'],
  [6, 'NOBODY'],
)

const matches = (first: boolean): fc.Arbitrary<readonly MatchKind[]> =>
  fc
    .tuple(
      first ? firstMatch : furtherMatch,
      seldomOf<MatchKind>(5, 'exact', 'network', 'domain', 'PEER', 'ISSUER', 'other', 'address', 'fqdn', 'DATES'),
      once(60),
    )
    .map(([one, another, none]) => (none ? [] : another === undefined ? [one] : [one, another]))

const list: fc.Arbitrary<ProfilePlan['list']> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant<number[]>([]) },
      { weight: 8, arbitrary: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 3, maxLength: 5 }) },
      { weight: 2, arbitrary: fc.constant([0]) },
    ),
    fc.array(weighted<'both' | 'sign' | 'verify'>([16, 'both'], [1, 'sign'], [1, 'verify']), {
      minLength: 6,
      maxLength: 6,
    }),
  )
  .map(([places, uses]) => places.map((each, index) => ({ trustpoint: each, use: uses[index] ?? ('both' as const) })))

const profile = (first: boolean): fc.Arbitrary<ProfilePlan> =>
  fc.record({
    peer: first ? fc.constant(0) : fc.nat({ max: 1 }),
    matches: matches(first),
    sends: seldomOf<NonNullable<ProfilePlan['sends']>>(
      18,
      ...(['address', 'fqdn', 'mail', 'dn', 'key-id', 'default', 'other name'] as const),
    ),
    list,
    local: seldom(
      24,
      fc.oneof(
        { weight: 8, arbitrary: methods },
        { weight: 1, arbitrary: fc.constantFrom('eap' as const, 'none' as const) },
      ),
    ),
    remote: seldom(
      24,
      fc.oneof({ weight: 8, arbitrary: methods }, { weight: 1, arbitrary: fc.constant('eap' as const) }),
    ),
    keyrings: weighted<ProfilePlan['keyrings']>(
      [16, ['KEYS']],
      [4, []],
      [1, ['default']],
      [1, ['OTHER', 'KEYS']],
      [1, ['KEYS', 'default']],
    ),
    inlineKey: seldomOf(12, 'A-secret-of-this-lab', 'A-secret-of-one-profile'),
    shutdown: once(40),
    serves: seldomOf(20, 'end', 'wire', 'nowhere'),
    timers: once(8),
    aggressive: once(40),
  })

/** One to four. */
export const profiles: fc.Arbitrary<readonly ProfilePlan[]> = fc
  .tuple(profile(true), fc.array(profile(false), { maxLength: 3 }))
  .map(([first, more]) => [first, ...more])

export const profileName = (index: number): string => `prof${index + 1}`

export const listedNames = (
  { list: places }: ProfilePlan,
  trustpoints: readonly TrustpointPlan[],
): readonly (readonly [name: string, use: 'both' | 'sign' | 'verify'])[] =>
  places
    .filter(({ trustpoint }) => trustpoint < trustpoints.length)
    .map(({ trustpoint, use }) => [trustpointName(trustpoints, trustpoint), use])

/** The local address in `local-address` or `match address local`. */
export const servedAddress = ({ serves }: ProfilePlan, place: Place): readonly string[] => {
  switch (serves) {
    case undefined:
      return []
    case 'end':
      return [addressOf(place, place.own)]
    case 'wire':
      return [wireAddressOf(place.own)]
    case 'nowhere':
      return ['192.168.0.199']
  }
}

const isMap = (kind: MatchKind): kind is MapKind => (mapKinds as readonly string[]).includes(kind)

/** The words behind `match identity` or `match identity remote`; null where only a certificate map can match. */
const matchWords = (kind: MatchKind, place: Place, peer: number, version: 1 | 2): string | null => {
  const [host, user] = version === 1 ? ['host', 'user'] : ['fqdn', 'email']
  const { identity } = place.base
  switch (kind) {
    case 'address':
      return `address ${addressOf(place, peer)} 255.255.255.255`
    case 'fqdn':
      return `${host} ${fqdnOf(peer)}`
    case 'network':
      return identity === 'address' ? 'address 192.168.0.0 255.255.0.0' : matchWords('domain', place, peer, version)
    case 'domain':
      return identity === 'mail' ? `${user} domain cisco.com` : `${host} domain cisco.com`
    case 'any':
      return version === 2 ? 'any' : 'address 0.0.0.0 0.0.0.0'
    case 'other':
      return `${host} nobody.cisco.com`
    case 'exact':
      switch (identity) {
        case 'address':
          return matchWords('address', place, peer, version)
        case 'fqdn':
          return matchWords('fqdn', place, peer, version)
        case 'mail':
          return `${user} ${mailOf(peer)}`
        case 'key-id':
          return version === 2 ? `key-id ${nameOf(peer)}` : matchWords('address', place, peer, version)
        case 'dn':
          return null
      }
      break
    default:
      return null
  }
}

export const matchLines = (
  { matches: kinds, peer: target }: ProfilePlan,
  place: Place,
  version: 1 | 2,
): readonly string[] => {
  const peer = place.peers[target % place.peers.length] ?? 0
  return kinds.map((kind) => {
    const words = matchWords(kind, place, peer, version)
    if (words === null) return `match certificate ${mapName(isMap(kind) ? kind : 'PEER', peer)}`
    if (version === 2) return `match identity remote ${words}`
    return `match identity ${words}${servedBy(place.plan) === 'FRONT' ? ' FRONT' : ''}`
  })
}
