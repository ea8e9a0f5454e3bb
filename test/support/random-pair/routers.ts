import fc from 'fast-check'
import { mapLines } from './certificate-maps.ts'
import { once, seldom, seldomOf, weighted } from './drawing.ts'
import { ikev2Lines } from './ikev2.ts'
import { isakmpLines } from './isakmp.ts'
import { type Phase1Plan, phase1, plainPhase1 } from './phase1.ts'
import { nameOf, type Place } from './place.ts'
import { type IdentityKind, type Method, methods, type ProfilePlan, profiles } from './profiles.ts'
import { type ProtectionPlan, plainProtection, protection, protectionLines } from './protection.ts'
import { enrolmentText, type TrustpointPlan, trustpointLines, trustpoints } from './trustpoints.ts'

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

export interface RouterPlan {
  readonly trustpoints: readonly TrustpointPlan[]
  readonly order: readonly number[]
  readonly orderKnown: boolean
  readonly version: 1 | 2 | undefined
  /** It has profiles of the other version too, which no tunnel of its names. */
  readonly bothVersions: boolean
  readonly domain: boolean
  readonly identity: 'dn' | 'hostname' | undefined
  readonly phase1: Phase1Plan
  readonly method: Method | undefined
  readonly moreMethods: readonly Method[]
  readonly profiles: readonly ProfilePlan[]
  /** An IKEv2 profile whose list is empty names no trustpoint; else it names all. */
  readonly openLists: boolean
  readonly protection: ProtectionPlan
  /** Its tunnels end on a loopback of its own. */
  readonly endsOnLoopback: boolean
  readonly clock: 'slow' | 'fast' | undefined
  /** Its interface stands in a VRF, and so do its tunnels, or they do not. */
  readonly front: 'whole' | 'interface' | undefined
  /** The VRF that its profiles and policies name: that of its interface, any, or another. */
  readonly serves: 'own' | 'any' | 'other'
  readonly losesFragments: boolean
  /** What its release lacks. */
  readonly old: 'sha256' | 'sha512' | 'version 1' | undefined
  /** The hash of its signatures in IKEv2. */
  readonly signs: 'sha1' | 'sha256' | 'sha512' | undefined
}

/** A router like most, in an order of enrolment that nobody knows. */
export const plainRouter = (own: readonly TrustpointPlan[], profile: ProfilePlan): RouterPlan => ({
  trustpoints: own,
  order: own.map((_, index) => index),
  orderKnown: false,
  version: undefined,
  bothVersions: false,
  domain: true,
  identity: undefined,
  phase1: plainPhase1,
  method: undefined,
  moreMethods: [],
  profiles: [profile],
  openLists: true,
  protection: plainProtection,
  endsOnLoopback: false,
  clock: undefined,
  front: undefined,
  serves: 'own',
  losesFragments: false,
  old: undefined,
  signs: undefined,
})

export const router: fc.Arbitrary<RouterPlan> = fc.record({
  trustpoints,
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }),
  orderKnown: fc.boolean(),
  version: seldomOf(40, 1 as const, 2 as const),
  bothVersions: once(10),
  domain: weighted([14, true], [1, false]),
  identity: seldomOf(16, 'dn' as const, 'hostname' as const),
  phase1,
  method: seldom(36, methods),
  moreMethods: weighted<readonly Method[]>([8, []], [1, ['pre-share']], [1, ['rsa-sig']], [1, ['ecdsa-sig']]),
  profiles,
  openLists: once(8),
  protection,
  endsOnLoopback: once(10),
  clock: seldomOf(40, 'slow' as const, 'fast' as const),
  front: seldom(10, weighted([4, 'whole' as const], [1, 'interface' as const])),
  serves: weighted([30, 'own' as const], [4, 'any' as const], [1, 'other' as const]),
  losesFragments: once(50),
  old: seldomOf(20, 'sha256' as const, 'sha512' as const, 'version 1' as const),
  signs: seldomOf(20, 'sha1' as const, 'sha256' as const, 'sha512' as const),
})

/** The configuration, as the router prints it. */
export const configurationOf = (place: Place): string => {
  const { plan, base, own } = place
  const version = plan.version ?? base.version
  const [phase1Lines, otherLines] = version === 1 ? [isakmpLines, ikev2Lines] : [ikev2Lines, isakmpLines]
  return [
    `hostname ${nameOf(own)}`,
    ...(plan.domain ? ['ip domain name cisco.com'] : []),
    ...trustpointLines(place),
    ...mapLines(place),
    ...phase1Lines(place),
    ...(plan.bothVersions ? otherLines(place) : []),
    ...protectionLines(place, version),
    '!',
    'end',
    '',
  ].join('\n')
}

const abilities: Readonly<Record<NonNullable<RouterPlan['old']>, string>> = {
  sha256: 'hashes: [md5, sha1]',
  sha512: 'hashes: [sha1, sha256]',
  'version 1': 'certificateVersions: [3]',
}

/** The entry in `routers` of lab.yaml. */
export const routerText = (place: Place): readonly string[] => {
  const { own, plan } = place
  const enrolled = plan.order.flatMap((index) => enrolmentText(place, index))
  return [
    `  ${nameOf(own)}:`,
    `    serial: ${100 + own}`,
    ...(plan.orderKnown ? [] : ['    order: unknown']),
    ...(plan.clock === undefined
      ? []
      : [`    clock: ${plan.clock === 'slow' ? '2013-06-01' : '2014-07-01'}T00:00:00Z`]),
    ...(plan.losesFragments ? ['    fragments: drop'] : []),
    ...(plan.old === undefined ? [] : [`    ${abilities[plan.old]}`]),
    ...(plan.signs === undefined ? [] : [`    signatureHash: ${plan.signs}`]),
    ...(enrolled.length === 0 ? ['    enrolled: []'] : ['    enrolled:', ...enrolled]),
  ]
}
