import fc from 'fast-check'
import { once, seldomOf, weighted } from './drawing.ts'
import { addressOf, fqdnOf, nameOf, type Place } from './place.ts'

/** The algorithms of phase 1: IKEv1's policies, IKEv2's proposals; null is what the router does without any. */
export const suites = [
  { encryption: 'aes 256', hash: 'sha256', group: 19, v2: ['encryption aes-cbc-256', 'integrity sha256'] },
  { encryption: 'aes', hash: 'sha', group: 2, v2: ['encryption aes-cbc-128', 'integrity sha1'] },
  { encryption: '3des', hash: 'md5', group: 2, v2: ['encryption 3des', 'integrity md5'] },
  { encryption: 'aes 192', hash: 'sha384', group: 20, v2: ['encryption aes-gcm-256', 'prf sha384'] },
  null,
] as const

/** Numbers of suites. */
export const anySuite: fc.Arbitrary<number> = weighted([4, 0], [4, 1], [3, 2], [2, 3], [1, 4])

/** How a router keeps its shared keys, and which policies it has beyond those of the tunnel. */
export interface Phase1Plan {
  readonly suite: number | undefined
  readonly moreSuites: readonly number[]
  /** IKEv2: further groups, before or behind the suite's own. */
  readonly groups: 'more before' | 'more behind' | undefined
  /** The smart defaults are turned off. */
  readonly withoutDefaults: boolean
  /** IKEv2: no policy names its proposals, or one for a local address does. */
  readonly policy: 'none' | 'of the end' | 'of another address' | undefined
  readonly key: string | undefined
  /** Whom the keys are for: the peer's address, its network, anybody, or one by name. */
  readonly keysFor: 'address' | 'network' | 'anybody' | 'name'
  /** The key in another keyring; and in the one that every router has. */
  readonly otherKey: string | undefined
  readonly globalKey: string | undefined
  readonly disabled: boolean
  /** IKE's own fragments. */
  readonly fragments: boolean
  /** IKEv2: certificates may go as hash and URL. */
  readonly byUrl: boolean
  /** IKEv2: a half-open SA is asked for a cookie. */
  readonly cookies: boolean
}

export const secret = 'A-secret-of-this-lab'
const otherSecret = 'Another-secret-of-theirs'

export const plainPhase1: Phase1Plan = {
  suite: undefined,
  moreSuites: [],
  groups: undefined,
  withoutDefaults: false,
  policy: undefined,
  key: undefined,
  keysFor: 'address',
  otherKey: undefined,
  globalKey: undefined,
  disabled: false,
  fragments: false,
  byUrl: true,
  cookies: false,
}

export const phase1: fc.Arbitrary<Phase1Plan> = fc.record({
  suite: fc.oneof(
    { withCrossShrink: true },
    { weight: 35, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: anySuite },
  ),
  moreSuites: weighted<readonly number[]>([4, []], [1, [0]], [1, [1, 2]]),
  groups: seldomOf(5, 'more before', 'more behind'),
  withoutDefaults: once(40),
  policy: seldomOf(40, 'none', 'of the end', 'of another address'),
  key: seldomOf(10, otherSecret),
  keysFor: weighted([12, 'address' as const], [1, 'network' as const], [1, 'anybody' as const], [1, 'name' as const]),
  otherKey: seldomOf(8, secret, otherSecret),
  globalKey: seldomOf(10, secret, otherSecret),
  disabled: once(100),
  fragments: once(3),
  byUrl: weighted([5, true], [1, false]),
  cookies: once(20),
})

/** Of the peers' keys: the words that say for whom each is. */
export const keyHolders = (place: Place): readonly (readonly [name: string, words: string])[] => {
  const wordsFor = (peer: number): Readonly<Record<Phase1Plan['keysFor'], string>> => ({
    address: `address ${addressOf(place, peer)}`,
    network: 'address 192.168.0.0 255.255.0.0',
    anybody: 'address 0.0.0.0 0.0.0.0',
    name: `hostname ${fqdnOf(peer)}`,
  })
  return place.peers.map((peer) => [nameOf(peer), wordsFor(peer)[place.plan.phase1.keysFor]])
}

/** The suites of a router by number: none where it lives on its defaults. */
export const suiteNumbers = ({ plan, base }: Place): readonly number[] => {
  const own = plan.phase1.suite ?? base.suite
  return suites[own] === null ? [] : [...new Set([own, ...plan.phase1.moreSuites])]
}
