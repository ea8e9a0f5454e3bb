import type { FloorGroup } from './floor.ts'

/*
 * R1 192.0.2.1 ════ 192.0.2.2 R2
 *
 * Two routers with one tunnel between them, as the document has it: a profile that names its trustpoint and the
 * peer's host name, and the built-in CAs, which are asked for too.
 */

export type Authentication = 'RSA-2048' | 'P-256' | 'pre-shared key'

export interface TunnelKind {
  readonly version: 1 | 2
  readonly group: FloorGroup
  readonly authentication: Authentication
  /** `crypto ikev2 fragmentation mtu`; absent: messages go out whole. */
  readonly fragmentationMtu?: number
}

const ends = {
  R1: { own: '192.0.2.1', peer: '192.0.2.2', other: 'R2', inside: '10.1.0.1', tunnel: '172.16.0.1' },
  R2: { own: '192.0.2.2', peer: '192.0.2.1', other: 'R1', inside: '10.2.0.1', tunnel: '172.16.0.2' },
} as const

type End = keyof typeof ends

const method: Readonly<Record<Authentication, string>> = {
  'RSA-2048': 'rsa-sig',
  'P-256': 'ecdsa-sig',
  'pre-shared key': 'pre-share',
}

const key = 'Rather-long-secret-1'

const ikeV1Lines = (name: End, { group, authentication }: TunnelKind): readonly string[] => [
  'crypto isakmp policy 10',
  ' encr aes',
  ' hash sha256',
  ` authentication ${method[authentication]}`,
  ` group ${group}`,
  ...(authentication === 'pre-shared key'
    ? [`crypto isakmp key ${key} address ${ends[name].peer}`]
    : [
        'crypto isakmp profile P1',
        ' self-identity fqdn',
        ' ca trust-point TP1',
        ` match identity host ${ends[name].other}.example.com`,
      ]),
]

const ikeV2Lines = (name: End, { group, authentication, fragmentationMtu }: TunnelKind): readonly string[] => [
  'no crypto ikev2 http-url cert',
  ...(fragmentationMtu === undefined ? [] : [`crypto ikev2 fragmentation mtu ${fragmentationMtu}`]),
  'crypto ikev2 proposal SUITE',
  ' encryption aes-cbc-128',
  ' integrity sha256',
  ` group ${group}`,
  'crypto ikev2 policy SUITE',
  ' proposal SUITE',
  ...(authentication === 'pre-shared key'
    ? ['crypto ikev2 keyring KEYS', ' peer THEM', `  address ${ends[name].peer}`, `  pre-shared-key ${key}`]
    : []),
  'crypto ikev2 profile P1',
  ` match identity remote fqdn ${ends[name].other}.example.com`,
  ` identity local fqdn ${name}.example.com`,
  ` authentication local ${method[authentication]}`,
  ` authentication remote ${method[authentication]}`,
  authentication === 'pre-shared key' ? ' keyring local KEYS' : ' pki trustpoint TP1',
]

const profileOf = ({ version, authentication }: TunnelKind): readonly string[] =>
  version === 2 ? [' set ikev2-profile P1'] : authentication === 'pre-shared key' ? [] : [' set isakmp-profile P1']

/** The configuration of one end, as an engineer would type it. */
export const siteText = (name: End, kind: TunnelKind): string => {
  const { own, peer, inside, tunnel } = ends[name]
  return [
    `hostname ${name}`,
    'ip domain name example.com',
    ...(kind.authentication === 'pre-shared key'
      ? []
      : [
          'crypto pki trustpoint TP1',
          ' enrollment url http://192.0.2.9:80',
          ` fqdn ${name}.example.com`,
          ` subject-name CN=${name},OU=IT,O=example,C=COM`,
          ' revocation-check none',
        ]),
    ...(kind.version === 2 ? ikeV2Lines(name, kind) : ikeV1Lines(name, kind)),
    'crypto ipsec transform-set TS esp-aes esp-sha256-hmac',
    'crypto ipsec profile IP1',
    ' set transform-set TS',
    ...profileOf(kind),
    'interface Loopback0',
    ` ip address ${inside} 255.255.255.0`,
    'interface Ethernet0/0',
    ` ip address ${own} 255.255.255.0`,
    'interface Tunnel1',
    ` ip address ${tunnel} 255.255.255.252`,
    ' tunnel source Ethernet0/0',
    ` tunnel destination ${peer}`,
    ' tunnel mode ipsec ipv4',
    ' tunnel protection ipsec profile IP1',
    'end',
    '',
  ].join('\n')
}
