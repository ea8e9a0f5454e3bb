import fc from 'fast-check'
import { once, seldom, seldomOf, weighted } from './drawing.ts'
import { addressOf, lanOf, loopbackOf, nameOf, type Place, section, wireAddressOf } from './place.ts'
import { profileName } from './profiles.ts'

const transforms = [
  { text: 'esp-aes esp-sha256-hmac', mode: 'tunnel' },
  { text: 'esp-aes 256 esp-sha-hmac', mode: 'transport' },
  { text: 'esp-3des esp-md5-hmac', mode: 'tunnel' },
  { text: 'esp-gcm', mode: 'tunnel' },
] as const

/** Numbers of transform sets; -1: the tunnel names none. */
export const anyTransform: fc.Arbitrary<number> = weighted([4, 0], [4, 1], [2, 2], [2, 3], [1, -1])

const proxies = ['same', 'narrow', 'wide', 'host', 'port', 'more', 'less', 'swapped'] as const

/** What a router's tunnels protect, and how. */
export interface ProtectionPlan {
  /** Of each tunnel; `none`: the tunnel names no profile. */
  readonly profile: 'own' | 'none' | 'last'
  readonly transforms: readonly number[] | undefined
  readonly pfs: 0 | 2 | 19 | undefined
  readonly kind: 'gre' | 'ipsec' | 'map' | undefined
  /** The entries of a crypto map's access list. */
  readonly proxy: (typeof proxies)[number]
  /** Another tunnel to the same peer, before or behind the own one. */
  readonly another: 'before' | 'behind' | undefined
  readonly responderOnly: boolean
  readonly routed: boolean
  /** The CAs' lists are routed into its first tunnel. */
  readonly listsBehind: boolean
}

export const plainProtection: ProtectionPlan = {
  profile: 'own',
  transforms: undefined,
  pfs: undefined,
  kind: undefined,
  proxy: 'same',
  another: undefined,
  responderOnly: false,
  routed: true,
  listsBehind: false,
}

export const protection: fc.Arbitrary<ProtectionPlan> = fc.record({
  profile: weighted([24, 'own' as const], [2, 'none' as const], [2, 'last' as const]),
  transforms: seldom(
    10,
    fc.oneof(
      { weight: 8, arbitrary: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant([-1]) },
    ),
  ),
  pfs: seldomOf(20, 0 as const, 2 as const, 19 as const),
  kind: seldomOf(30, 'gre' as const, 'ipsec' as const, 'map' as const),
  proxy: weighted(...proxies.map((each) => [each === 'same' ? 40 : 1, each] as const)),
  another: seldomOf(16, 'before', 'behind'),
  responderOnly: once(50),
  routed: weighted([79, true], [1, false]),
  listsBehind: once(20),
})

/** The entries of the access list towards a peer. */
const accessLines = (proxy: ProtectionPlan['proxy'], own: number, peer: number): readonly string[] => {
  const [from, to] = [lanOf(own), lanOf(peer)]
  const whole = `permit ip ${from}.0 0.0.0.255 ${to}.0 0.0.0.255`
  switch (proxy) {
    case 'same':
      return [whole]
    case 'narrow':
      return [`permit ip ${from}.0 0.0.0.127 ${to}.0 0.0.0.255`]
    case 'wide':
      return [`permit ip ${from}.0 0.0.0.255 192.168.0.0 0.0.255.255`]
    case 'host':
      return [`permit ip host ${from}.1 host ${to}.1`]
    case 'port':
      return [`permit tcp ${from}.0 0.0.0.255 ${to}.0 0.0.0.255 eq 443`]
    case 'more':
      return [`permit ip host ${from}.9 ${to}.0 0.0.0.255`, whole]
    case 'less':
      return [`deny ip host ${from}.1 host ${to}.1`, whole]
    case 'swapped':
      return [`permit ip ${to}.0 0.0.0.255 ${from}.0 0.0.0.255`]
  }
}

/** The line of the tunnel to a peer that names its profile. */
const profileLine = (
  { plan: { profiles, protection: own } }: Place,
  version: 1 | 2,
  place: number,
): readonly string[] => {
  const targeted = profiles.findIndex(({ peer }) => peer === place)
  const index: Readonly<Record<ProtectionPlan['profile'], number | null>> = {
    own: Math.max(targeted, 0),
    none: null,
    last: profiles.length - 1,
  }
  const chosen = index[own.profile]
  return chosen === null ? [] : [`set ${version === 1 ? 'isakmp' : 'ikev2'}-profile ${profileName(chosen)}`]
}

const transformNumbers = ({ plan, base }: Place): readonly number[] =>
  (plan.protection.transforms ?? [base.transform]).filter((number) => number >= 0)

const transformLines = (place: Place): readonly string[] =>
  transformNumbers(place).flatMap((number) => {
    const set = transforms[number]
    return set ? section(`crypto ipsec transform-set TS${number} ${set.text}`, [`mode ${set.mode}`]) : []
  })

const setLines = (place: Place, version: 1 | 2, index: number): readonly string[] => {
  const { plan, base } = place
  const names = transformNumbers(place).map((number) => `TS${number}`)
  const pfs = plan.protection.pfs ?? base.pfs
  return [
    ...(names.length === 0 ? [] : [`set transform-set ${names.join(' ')}`]),
    ...(pfs === 0 ? [] : [`set pfs group${pfs}`]),
    ...profileLine(place, version, index),
  ]
}

/** Crypto maps and tunnel interfaces, and what both stand on. */
export const protectionLines = (place: Place, version: 1 | 2): readonly string[] => {
  const { plan, base } = place
  const isMap = (plan.protection.kind ?? base.kind) === 'map'
  return [...transformLines(place), ...(isMap ? mapLines(place, version) : tunnelLines(place, version))]
}

const mapLines = (place: Place, version: 1 | 2): readonly string[] => {
  const { plan, own, peers } = place
  const { another, proxy } = plan.protection
  const entries = peers.flatMap((peer, index) => [
    ...section(`crypto map VPN ${10 * (index + 1)} ipsec-isakmp`, [
      `set peer ${addressOf(place, peer)}`,
      ...setLines(place, version, index),
      `match address TO-${nameOf(peer)}`,
    ]),
    ...section(`ip access-list extended TO-${nameOf(peer)}`, accessLines(proxy, own, peer)),
  ])
  const further = section(`crypto map VPN ${another === 'before' ? 5 : 50} ipsec-isakmp`, [
    `set peer ${addressOf(place, peers[0] ?? 0)}`,
    ...setLines(place, version, 1),
    'match address ELSEWHERE',
  ])
  return [
    ...(plan.endsOnLoopback ? ['crypto map VPN local-address Loopback1'] : []),
    ...entries,
    ...(another === undefined ? [] : further),
    ...section('ip access-list extended ELSEWHERE', ['permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255']),
    ...interfaceLines(place, true),
    ...routeLines(place, wireAddressOf, true),
  ]
}

const tunnelLines = (place: Place, version: 1 | 2): readonly string[] => {
  const { plan, base, own, peers } = place
  const { another, kind, listsBehind, responderOnly } = plan.protection
  const tunnel = (number: number, peer: number, profile: string): readonly string[] =>
    section(`interface Tunnel${number}`, [
      `ip address 10.${number >> 4}.${own + peer}.${own + 1} 255.255.255.0`,
      `tunnel source ${plan.endsOnLoopback ? 'Loopback1' : 'Ethernet0/0'}`,
      ...(plan.front === 'whole' ? ['tunnel vrf FRONT'] : []),
      ...((kind ?? base.kind) === 'ipsec' ? ['tunnel mode ipsec ipv4'] : []),
      `tunnel destination ${addressOf(place, peer)}`,
      `tunnel protection ipsec profile ${profile}`,
    ])
  const further = [
    ...section('crypto ipsec profile ANOTHER', setLines(place, version, 1)),
    ...tunnel(99, peers[0] ?? 0, 'ANOTHER'),
  ]
  return [
    ...(another === 'before' ? further : []),
    ...peers.flatMap((peer, index) => [
      ...section(`crypto ipsec profile P${peer}`, [
        ...setLines(place, version, index),
        ...(responderOnly ? ['responder-only'] : []),
      ]),
      ...tunnel(peer, peer, `P${peer}`),
    ]),
    ...(another === 'behind' ? further : []),
    ...interfaceLines(place, false),
    ...routeLines(place, (peer) => `Tunnel${peer}`, false),
    ...(listsBehind ? [`ip route 192.168.0.100 255.255.255.254 Tunnel${peers[0]}`] : []),
  ]
}

/** What a crypto map protects stands in the VRF of its interface. */
const interfaceLines = ({ plan, own }: Place, isMap: boolean): readonly string[] => {
  const inFront = plan.front === undefined ? [] : ['vrf forwarding FRONT']
  return [
    ...section('interface Loopback0', [...(isMap ? inFront : []), `ip address ${lanOf(own)}.1 255.255.255.0`]),
    ...(plan.endsOnLoopback
      ? section('interface Loopback1', [...inFront, `ip address ${loopbackOf(own)} 255.255.255.255`])
      : []),
    ...section('interface Ethernet0/0', [
      ...inFront,
      `ip address ${wireAddressOf(own)} 255.255.255.0`,
      ...(isMap ? ['crypto map VPN'] : []),
    ]),
    '!',
  ]
}

const routeLines = (place: Place, hop: (peer: number) => string, isMap: boolean): readonly string[] => {
  const { plan, peers } = place
  const front = plan.front === undefined ? 'ip route' : 'ip route vrf FRONT'
  const ends = peers.filter((peer) => addressOf(place, peer) !== wireAddressOf(peer))
  return [
    ...(plan.protection.routed
      ? peers.map((peer) => `${isMap ? front : 'ip route'} ${lanOf(peer)}.0 255.255.255.0 ${hop(peer)}`)
      : []),
    ...ends.map((peer) => `${front} ${addressOf(place, peer)} 255.255.255.255 ${wireAddressOf(peer)}`),
  ]
}
