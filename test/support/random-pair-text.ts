import type {
  AuthorityPlan,
  Base,
  IdentityKind,
  MatchKind,
  Method,
  PairPlan,
  ProfilePlan,
  RouterPlan,
  TrustpointPlan,
} from './random-pair.ts'

/*
 *   R1 192.168.0.1 ── 192.168.0.2 R2      CA0 … CA5 at 192.168.0.100 …
 *                  └─ 192.168.0.3 R3      behind each router 192.168.(100 + n).0/24
 */

/** The files of a scenario's folder, by name. */
export type ScenarioFiles = Readonly<Record<string, string>>

const clock = '2013-06-20T12:00:00Z'
const authorityName = (authorities: readonly AuthorityPlan[], index: number): string =>
  `cn=CA${authorities[index]?.namesake ? index - 1 : index},o=cisco,o=com`
const authorityUrl = (index: number): string => `http://192.168.0.${100 + index}:80`

const nameOf = (router: number): string => `R${router + 1}`
const addressOf = (router: number): string => `192.168.0.${router + 1}`
const lanOf = (router: number): string => `192.168.${router + 101}`
const fqdnOf = (router: number): string => `${nameOf(router)}.cisco.com`
const mailOf = (router: number): string => `${nameOf(router).toLowerCase()}@cisco.com`

const suites = [
  { encryption: 'aes 256', hash: 'sha256', group: 19, v2: ['aes-cbc-256', 'sha256'] },
  { encryption: 'aes', hash: 'sha', group: 2, v2: ['aes-cbc-128', 'sha1'] },
  { encryption: '3des', hash: 'md5', group: 2, v2: ['3des', 'md5'] },
] as const

const transforms = [
  { text: 'esp-aes esp-sha256-hmac', mode: 'tunnel' },
  { text: 'esp-aes 256 esp-sha-hmac', mode: 'transport' },
  { text: 'esp-3des esp-md5-hmac', mode: 'tunnel' },
  { text: 'esp-gcm', mode: 'tunnel' },
] as const

/** A router among the others. */
interface Place {
  readonly plan: RouterPlan
  readonly base: Base
  readonly own: number
  /** Numbers of the routers to which it has tunnels. */
  readonly peers: readonly number[]
}

const section = (header: string, lines: readonly string[]): readonly string[] => [
  '!',
  header,
  ...lines.map((line) => ` ${line}`),
]

const trustpointName = (trustpoints: readonly TrustpointPlan[], index: number): string => {
  const authority = trustpoints[index]?.authority
  const twin = trustpoints.findIndex((each) => each.authority === authority) < index
  return `TP${authority}${twin ? 'b' : ''}`
}

const trustpointLines = ({ plan: { trustpoints, front }, own }: Place): readonly string[] =>
  trustpoints.flatMap(({ authority, revocation, named, primary }, index) =>
    section(`crypto pki trustpoint ${trustpointName(trustpoints, index)}`, [
      `enrollment url ${authorityUrl(authority)}`,
      `fqdn ${named === 'fqdn' || named === 'both' ? fqdnOf(own) : 'none'}`,
      `ip-address ${named === 'address' || named === 'both' ? addressOf(own) : 'none'}`,
      `subject-name CN=${nameOf(own)},OU=IT${index},O=cisco`,
      ...(primary ? ['primary'] : []),
      `revocation-check ${revocation}`,
      ...(front === 'whole' ? ['vrf FRONT'] : []),
    ]),
  )

/** Maps of every peer, by its subject and by the issuer of its certificate, and one that fits nobody. */
const mapLines = ({ peers }: Place): readonly string[] => [
  ...peers.flatMap((peer) => [
    ...section(`crypto pki certificate map PEER${peer} 10`, [
      `subject-name co cn = ${nameOf(peer).toLowerCase()}`,
      'issuer-name co o = cisco',
    ]),
    ...section(`crypto pki certificate map ISSUER${peer} 10`, [
      'issuer-name co cn = ca0',
      `subject-name co cn = ${nameOf(peer).toLowerCase()}`,
    ]),
    ...section(`crypto pki certificate map ISSUER${peer} 20`, [
      'issuer-name co cn = ca2',
      `subject-name co cn = ${nameOf(peer).toLowerCase()}`,
    ]),
  ]),
  ...section('crypto pki certificate map NOBODY 10', ['subject-name co cn = nobody']),
]

const identityOf = ({ base }: Place): IdentityKind => base.identity

/** The words behind `match identity` or `match identity remote`; a certificate map has none. */
const matchWords = (kind: MatchKind, identity: IdentityKind, peer: number, version: 1 | 2): string | null => {
  const host = version === 1 ? 'host' : 'fqdn'
  const user = version === 1 ? 'user' : 'email'
  switch (kind) {
    case 'address':
      return `address ${addressOf(peer)} 255.255.255.255`
    case 'fqdn':
      return `${host} ${fqdnOf(peer)}`
    case 'network':
      return identity === 'address'
        ? 'address 192.168.0.0 255.255.255.0'
        : matchWords('domain', identity, peer, version)
    case 'domain':
      return identity === 'mail' ? `${user} domain cisco.com` : `${host} domain cisco.com`
    case 'any':
      return version === 2 ? 'any' : 'address 0.0.0.0 0.0.0.0'
    case 'other':
      return `${host} nobody.cisco.com`
    case 'exact':
      switch (identity) {
        case 'address':
          return matchWords('address', identity, peer, version)
        case 'fqdn':
          return matchWords('fqdn', identity, peer, version)
        case 'mail':
          return `${user} ${mailOf(peer)}`
        case 'key-id':
          return version === 2 ? `key-id ${nameOf(peer)}` : matchWords('address', identity, peer, version)
        case 'dn':
          return null
      }
      break
    default:
      return null
  }
}

/** The VRF that profiles and policies name; undefined: the global one. */
const servedBy = ({ serves, front }: RouterPlan): 'FRONT' | 'any' | undefined => {
  if (serves === 'any') return 'any'
  return (serves === 'own') === (front !== undefined) ? 'FRONT' : undefined
}

const fvrfLines = (plan: RouterPlan): readonly string[] => {
  const served = servedBy(plan)
  return served === undefined ? [] : [`match fvrf ${served}`]
}

const matchLines = ({ matches, peer: target }: ProfilePlan, place: Place, version: 1 | 2): readonly string[] => {
  const peer = place.peers[target % place.peers.length] ?? 0
  return matches.map((kind) => {
    const words = matchWords(kind, identityOf(place), peer, version)
    if (words !== null && version === 1)
      return `match identity ${words}${servedBy(place.plan) === 'FRONT' ? ' FRONT' : ''}`
    if (words !== null) return `match identity remote ${words}`
    const map = kind === 'issuer-map' ? `ISSUER${peer}` : kind === 'other-map' ? 'NOBODY' : `PEER${peer}`
    return `match certificate ${map}`
  })
}

const listedNames = ({ list }: ProfilePlan, { trustpoints }: RouterPlan): readonly (readonly [string, string])[] =>
  list.flatMap(({ trustpoint, use }) =>
    trustpoint < trustpoints.length ? [[trustpointName(trustpoints, trustpoint), use] as const] : [],
  )

const profileName = (index: number): string => `prof${index + 1}`

const isakmpProfiles = (place: Place): readonly string[] =>
  place.plan.profiles.flatMap((profile, index) => {
    const sends = profile.sends ?? place.base.identity
    const self: Partial<Record<string, string>> = {
      address: 'self-identity address',
      fqdn: 'self-identity fqdn',
      mail: `self-identity user-fqdn ${mailOf(place.own)}`,
    }
    return section(`crypto isakmp profile ${profileName(index)}`, [
      ...(self[sends] === undefined ? [] : [self[sends]]),
      ...listedNames(profile, place.plan).map(([name]) => `ca trust-point ${name}`),
      ...(profile.keyring ? ['keyring KEYS'] : []),
      ...matchLines(profile, place, 1),
    ])
  })

/** An IKEv2 initiator without a trustpoint cannot sign: that every second profile names none would hide all else. */
const pkiTrustpoints = (profile: ProfilePlan, plan: RouterPlan): readonly string[] => {
  const listed = listedNames(profile, plan)
  const named =
    listed.length > 0 || plan.openLists
      ? listed
      : plan.trustpoints.map((_, index) => [trustpointName(plan.trustpoints, index), 'both'] as const)
  return named.map(([name, use]) => `pki trustpoint ${name}${use === 'both' ? '' : ` ${use}`}`)
}

const methodOf = ({ plan, base }: Place): Method => plan.method ?? base.method

const ikev2Profiles = (place: Place): readonly string[] =>
  place.plan.profiles.flatMap((profile, index) => {
    const sends = profile.sends ?? place.base.identity
    const local: Partial<Record<string, string>> = {
      address: `identity local address ${addressOf(place.own)}`,
      fqdn: `identity local fqdn ${fqdnOf(place.own)}`,
      mail: `identity local email ${mailOf(place.own)}`,
      dn: 'identity local dn',
      'key-id': `identity local key-id ${nameOf(place.own)}`,
    }
    return section(`crypto ikev2 profile ${profileName(index)}`, [
      ...matchLines(profile, place, 2),
      ...(local[sends] === undefined ? [] : [local[sends]]),
      `authentication local ${profile.local ?? methodOf(place)}`,
      ...[...new Set([profile.remote ?? methodOf(place), ...place.plan.moreMethods])].map(
        (method) => `authentication remote ${method}`,
      ),
      ...(profile.keyring ? ['keyring local KEYS'] : []),
      ...pkiTrustpoints(profile, place.plan),
      ...fvrfLines(place.plan),
      ...(profile.shutdown ? ['shutdown'] : []),
    ])
  })

const secret = 'A-secret-of-this-lab'

const isakmpLines = (place: Place): readonly string[] => {
  const { plan, base, peers } = place
  const numbers = [...new Set([plan.suite ?? base.suite, ...plan.moreSuites])]
  const policies = numbers.flatMap((number) =>
    [...new Set([methodOf(place), ...plan.moreMethods])].map((method) => ({ suite: suites[number], method })),
  )
  return [
    ...policies.flatMap(({ suite, method }, index) =>
      suite
        ? section(`crypto isakmp policy ${10 * (index + 1)}`, [
            `encr ${suite.encryption}`,
            `hash ${suite.hash}`,
            `authentication ${method}`,
            `group ${suite.group}`,
          ])
        : [],
    ),
    ...section(
      `crypto keyring KEYS${plan.front === 'whole' ? ' vrf FRONT' : ''}`,
      peers.map((peer) => `pre-shared-key address ${addressOf(peer)} key ${plan.key ?? secret}`),
    ),
    ...(plan.identity === undefined ? [] : [`crypto isakmp identity ${plan.identity}`]),
    ...(plan.identity === undefined && base.identity === 'dn' ? ['crypto isakmp identity dn'] : []),
    ...(plan.disabled ? ['no crypto isakmp enable'] : []),
    ...(plan.fragments ? ['crypto isakmp fragmentation'] : []),
    ...isakmpProfiles(place),
  ]
}

const ikev2Lines = (place: Place): readonly string[] => {
  const { plan, base, peers } = place
  const numbers = [...new Set([plan.suite ?? base.suite, ...plan.moreSuites])]
  return [
    ...numbers.flatMap((number) => {
      const suite = suites[number]
      return suite
        ? section(`crypto ikev2 proposal suite${number}`, [
            `encryption ${suite.v2[0]}`,
            `integrity ${suite.v2[1]}`,
            `group ${suite.group}`,
          ])
        : []
    }),
    ...section('crypto ikev2 policy pol', [...fvrfLines(plan), ...numbers.map((number) => `proposal suite${number}`)]),
    ...section(
      'crypto ikev2 keyring KEYS',
      peers.flatMap((peer) => [
        `peer ${nameOf(peer)}`,
        ` address ${addressOf(peer)}`,
        ` pre-shared-key ${plan.key ?? secret}`,
      ]),
    ),
    ...(plan.fragments ? ['crypto ikev2 fragmentation mtu 800'] : []),
    ...ikev2Profiles(place),
  ]
}

/** The line of the tunnel to a peer that names its profile. */
const profileLine = ({ plan }: Place, version: 1 | 2, place: number): readonly string[] => {
  const targeted = plan.profiles.findIndex(({ peer }) => peer === place)
  const index: Readonly<Record<RouterPlan['tunnelProfile'], number | null>> = {
    own: Math.max(targeted, 0),
    none: null,
    last: plan.profiles.length - 1,
  }
  const chosen = index[plan.tunnelProfile]
  return chosen === null ? [] : [`set ${version === 1 ? 'isakmp' : 'ikev2'}-profile ${profileName(chosen)}`]
}

const ipsecLines = (place: Place, version: 1 | 2): readonly string[] => {
  const { plan, base, own, peers } = place
  const numbers = plan.transforms ?? [base.transform]
  const pfs = plan.pfs ?? base.pfs
  const kind = plan.kind ?? base.kind
  const protection = (index: number): readonly string[] => [
    `set transform-set ${numbers.map((number) => `TS${number}`).join(' ')}`,
    ...(pfs === 0 ? [] : [`set pfs group${pfs}`]),
    ...profileLine(place, version, index),
  ]
  const sets = numbers.flatMap((number) => {
    const set = transforms[number]
    return set ? section(`crypto ipsec transform-set TS${number} ${set.text}`, [`mode ${set.mode}`]) : []
  })
  const inFront = plan.front === undefined ? [] : ['vrf forwarding FRONT']
  // What a crypto map protects stands in the VRF of its interface.
  const inside = kind === 'map' ? inFront : []
  const loopback = section('interface Loopback0', [...inside, `ip address ${lanOf(own)}.1 255.255.255.0`])
  const ethernet = (more: readonly string[]): readonly string[] =>
    section('interface Ethernet0/0', [...inFront, `ip address ${addressOf(own)} 255.255.255.0`, ...more])
  const table = inside.length === 0 ? 'ip route' : 'ip route vrf FRONT'
  const routes = (hop: (peer: number) => string): readonly string[] =>
    plan.routed ? peers.map((peer) => `${table} ${lanOf(peer)}.0 255.255.255.0 ${hop(peer)}`) : []
  if (kind === 'map')
    return [
      ...sets,
      ...peers.flatMap((peer, index) => [
        ...section(`crypto map VPN ${10 * (index + 1)} ipsec-isakmp`, [
          `set peer ${addressOf(peer)}`,
          ...protection(index),
          `match address TO-${nameOf(peer)}`,
        ]),
        ...section(`ip access-list extended TO-${nameOf(peer)}`, [
          plan.proxy === 'same'
            ? `permit ip ${lanOf(own)}.0 0.0.0.255 ${lanOf(peer)}.0 0.0.0.255`
            : `permit ip ${lanOf(own)}.0 0.0.0.127 ${lanOf(peer)}.0 0.0.0.255`,
        ]),
      ]),
      ...loopback,
      ...ethernet(['crypto map VPN']),
      '!',
      ...routes(addressOf),
    ]
  return [
    ...sets,
    ...peers.flatMap((peer, index) => [
      ...section(`crypto ipsec profile P${peer}`, protection(index)),
      ...section(`interface Tunnel${peer}`, [
        `ip address 10.0.${own + peer}.${own + 1} 255.255.255.0`,
        'tunnel source Ethernet0/0',
        ...(plan.front === 'whole' ? ['tunnel vrf FRONT'] : []),
        ...(kind === 'ipsec' ? ['tunnel mode ipsec ipv4'] : []),
        `tunnel destination ${addressOf(peer)}`,
        `tunnel protection ipsec profile P${peer}`,
      ]),
    ]),
    ...loopback,
    ...ethernet([]),
    '!',
    ...routes((peer) => `Tunnel${peer}`),
    ...(plan.listsBehind ? [`ip route 192.168.0.100 255.255.255.254 Tunnel${peers[0]}`] : []),
  ]
}

const configurationOf = (place: Place): string => {
  const { plan, base, own } = place
  const version = plan.version ?? base.version
  return [
    `hostname ${nameOf(own)}`,
    ...(plan.domain ? ['ip domain name cisco.com'] : []),
    ...trustpointLines(place),
    ...mapLines(place),
    ...(version === 1 ? isakmpLines(place) : ikev2Lines(place)),
    ...ipsecLines(place, version),
    '!',
    'end',
    '',
  ].join('\n')
}

const validities: Readonly<Record<TrustpointPlan['validity'], string>> = {
  long: '',
  short: ', notAfter: 2013-07-05T00:00:00Z',
  over: ', notBefore: 2013-06-12T00:00:00Z, notAfter: 2013-06-19T00:00:00Z',
  'to-come': ', notBefore: 2013-06-21T00:00:00Z, notAfter: 2014-06-21T00:00:00Z',
}

const authorityText = (
  plan: AuthorityPlan,
  index: number,
  authorities: readonly AuthorityPlan[],
): readonly string[] => [
  `  - name: ${authorityName(authorities, index)}`,
  `    url: ${authorityUrl(index)}`,
  ...(plan.parent === undefined ? [] : [`    parent: ${authorityUrl(plan.parent)}`]),
  `    hash: ${plan.hash}`,
  `    key: ${plan.bits}`,
  `    caDays: ${plan.days}`,
  `    certificateDays: ${plan.certificateDays}`,
  `    crlDays: ${plan.crlDays}`,
  ...(plan.online ? [] : ['    online: false']),
  ...(plan.rolled ? ['    rollover: 2013-06-17T12:03:00Z'] : []),
  ...(plan.revokes ? ["    revoked: ['03']"] : []),
]

const oddities: Readonly<Record<NonNullable<TrustpointPlan['odd']>, string>> = {
  leaf: 'sends: leaf',
  regenerated: 'keyRegenerated: true',
  'version 1': 'version: 1',
  sha1: 'hash: sha1',
  md5: 'hash: md5',
}

const routerText = ({ plan: { orderKnown, clock: own, old, losesFragments } }: Place): readonly string[] => [
  ...(orderKnown ? [] : ['    order: unknown']),
  ...(own === undefined ? [] : [`    clock: ${own === 'slow' ? '2013-06-01T00:00:00Z' : '2014-07-01T00:00:00Z'}`]),
  ...(losesFragments ? ['    fragments: drop'] : []),
  ...(old === 'sha256' ? ['    hashes: [md5, sha1]'] : []),
  ...(old === 'version 1' ? ['    certificateVersions: [3]'] : []),
]

const enrolmentText = (place: Place, index: number): readonly string[] => {
  const { trustpoints } = place.plan
  const trustpoint = trustpoints[index]
  if (!trustpoint) return []
  const key = trustpoint.key ?? (methodOf(place) === 'ecdsa-sig' ? 'ec256' : 'rsa')
  const usages = trustpoint.usages ? `, extendedKeyUsage: [${trustpoint.usages.join(', ')}]` : ''
  const odd = trustpoint.odd === undefined ? '' : `, ${oddities[trustpoint.odd]}`
  const url = trustpoint.published === 'at the CA' ? authorityUrl(trustpoint.authority) : 'http://192.168.0.250'
  const published =
    trustpoint.published === undefined ? '' : `, certificateUrl: ${url}/${nameOf(place.own)}${index}.cer`
  const rest =
    trustpoint.holds === 'ca-only'
      ? ', authenticateOnly: true'
      : `, key: ${key}${validities[trustpoint.validity]}${usages}${odd}${published}`
  return [`      - { trustpoint: ${trustpointName(trustpoints, index)}${rest} }`]
}

const labText = (plan: PairPlan, places: readonly Place[]): string =>
  [
    `clock: ${clock}`,
    'cas:',
    ...plan.authorities.flatMap(authorityText),
    'routers:',
    ...places.flatMap((place) => [
      `  ${nameOf(place.own)}:`,
      ...routerText(place),
      '    enrolled:',
      ...place.plan.order.flatMap((index) => enrolmentText(place, index)),
    ]),
    ...(plan.knobs.length === 0 ? [] : ['knobs:', ...plan.knobs.map(({ name, value }) => `  ${name}: "${value}"`)]),
    `ping: { count: ${plan.pings} }`,
    `mtu: ${plan.mtu}`,
    '',
  ].join('\n')

/** The folder that an engineer would hand in. */
export const filesOf = (plan: PairPlan): ScenarioFiles => {
  const places = plan.routers.map(
    (router, own): Place => ({
      plan: router,
      base: plan.base,
      own,
      peers: own === 0 ? plan.routers.map((_, index) => index).slice(1) : [0],
    }),
  )
  return {
    ...Object.fromEntries(places.map((place) => [`${nameOf(place.own)}.cfg`, configurationOf(place)])),
    'lab.yaml': labText(plan, places),
  }
}
