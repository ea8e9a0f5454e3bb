import type { AddedEnrolment, LabRouter } from '../../src/lab/index.ts'

/** What real configurations have beside the bare minimum: each changes the lines of a router at random a little. */

/** The parts of a random router on which an extra may depend. */
interface Base {
  readonly version: 1 | 2
  readonly method: string
  readonly kind: string
  readonly withProfile: boolean
  readonly near: boolean
}

type Lines = readonly string[]

/** A certificate that the router holds: its own of a CA, or only that of the CA. */
export interface Held extends Partial<Pick<AddedEnrolment, 'key' | 'notBefore' | 'notAfter'>> {
  readonly trustpoint: string
  readonly ca: string
  readonly own: boolean
}

export interface Extra {
  readonly name: string
  /** Null: it fits both versions. */
  readonly version: 1 | 2 | null
  readonly change: (lines: Lines, router: Base) => Lines
  /** What becomes of its certificates. */
  readonly holds?: (held: readonly Held[]) => readonly Held[]
  /** What else is known of it. */
  readonly router?: Partial<LabRouter>
}

/** After the first line that begins so, or after each. */
const after = (lines: Lines, start: string, more: Lines, each = false): Lines => {
  let done = false
  return lines.flatMap((line) => {
    if (!line.startsWith(start) || (done && !each)) return [line]
    done = true
    return [line, ...more]
  })
}

const before = (lines: Lines, start: string, more: Lines): Lines => {
  const index = lines.findIndex((line) => line.startsWith(start))
  return index < 0 ? lines : [...lines.slice(0, index), ...more, ...lines.slice(index)]
}

const instead = (lines: Lines, start: string, more: Lines): Lines =>
  lines.flatMap((line) => (line.startsWith(start) ? more : [line]))

/** Those of the lines whose trustpoint is there. */
const ofTrustpoints = (lines: Lines, more: Lines): Lines =>
  more.filter((line) => lines.includes(`crypto pki trustpoint ${/T-\w+/.exec(line)?.[0]}`))

const extra = (name: string, version: 1 | 2 | null, change: Extra['change']): Extra => ({ name, version, change })

const same: Extra['change'] = (lines) => lines

/** Changes the newest of the router's own certificates. */
const newest = (held: readonly Held[], change: Partial<Held>): readonly Held[] => {
  const last = held.findLastIndex(({ own }) => own)
  return held.map((each, index) => (index === last ? { ...each, ...change } : each))
}

const oldest = (held: readonly Held[], change: Partial<Held>): readonly Held[] =>
  newest(held.toReversed(), change).toReversed()

/** One more trustpoint, before the others. */
const trustpoint = (lines: Lines, name: string, url: string): Lines =>
  before(lines, 'crypto pki trustpoint', [
    `crypto pki trustpoint ${name}`,
    ` enrollment url ${url}`,
    ' subject-name CN=R1-too,O=cisco',
    ' revocation-check none',
  ])

const peerOf = ({ near }: Base): string => (near ? '192.168.0.2' : '198.51.100.7')

const method = (router: Base): string => router.method

const revocation = (name: string, ...lines: string[]): Extra =>
  extra(name, null, (all) => instead(all, ' revocation-check', lines))

const v1Profile = 'crypto isakmp profile PEERS'
const v2Profile = 'crypto ikev2 profile PEERS'
const v1Map = ['crypto pki certificate map OTHER-MAP 10', ' subject-name co cn = branch']

export const extras: readonly Extra[] = [
  revocation('CRLs are asked for', ' revocation-check crl'),
  revocation('CRLs are asked for where they can be had', ' revocation-check crl none'),
  revocation('OCSP is asked for', ' revocation-check ocsp'),
  revocation('CRLs are asked for from a loopback', ' revocation-check crl', ' source interface Loopback9'),
  extra('the first trustpoint asks for CRLs', null, (lines) => {
    const index = lines.findIndex((line) => line.startsWith(' revocation-check'))
    return lines.map((line, at) => (at === index ? ' revocation-check crl' : line))
  }),
  extra('the CAs stand where no route leads', null, (lines) =>
    instead(lines, ' revocation-check', [' revocation-check crl']).map((line) =>
      line.replace('url http://192.168.0.10', 'url http://172.31.9.10'),
    ),
  ),
  extra('a trustpoint takes certificates of a map only', null, (lines) =>
    before(after(lines, ' revocation-check', [' match certificate OTHER-MAP']), 'crypto pki trustpoint', v1Map),
  ),
  extra('the next hop is an interface', null, (lines) =>
    instead(lines, 'ip route 0.0.0.0', ['ip route 0.0.0.0 0.0.0.0 Ethernet0/0']),
  ),
  extra('the outside is a line of two ends', null, (lines) =>
    instead(
      lines.map((line) => line.replace('Ethernet0/0', 'Serial0/0')),
      'ip route 0.0.0.0',
      ['ip route 0.0.0.0 0.0.0.0 Serial0/0'],
    ).map((line) => line.replace('192.168.0.1 255.255.255.0', '192.168.0.1 255.255.255.255')),
  ),
  extra('the outside stands in a VRF', null, (lines) =>
    after(
      after(
        after(['vrf definition OUT', ' address-family ipv4', ...lines], 'interface Ethernet0/0', [
          ' vrf forwarding OUT',
        ]),
        'interface Loopback9',
        [' vrf forwarding OUT'],
      ),
      'interface Tunnel1',
      [' tunnel vrf OUT'],
    ).map((line) => line.replace(/^ip route /, 'ip route vrf OUT ')),
  ),
  extra('the tunnel routes in another VRF than its source', null, (lines) =>
    after(['vrf definition OUT', ' address-family ipv4', ...lines], 'interface Tunnel1', [' tunnel vrf OUT']),
  ),
  extra('the map names a second peer', null, (lines) => after(lines, ' set peer', [' set peer 198.51.100.99'])),
  extra('it answers only', null, (lines) => after(lines, 'crypto ipsec profile', [' responder-only'])),
  extra('the transform sets are for transport mode', null, (lines) =>
    instead(lines, ' mode tunnel', [' mode transport']),
  ),
  extra('the outside is shut down', null, (lines) => after(lines, 'interface Ethernet0/0', [' shutdown'])),
  extra('the peers are matched by any address', null, (lines, router) =>
    router.version === 1
      ? after(lines, v1Profile, ['   match identity address 0.0.0.0'])
      : after(lines, v2Profile, [' match identity remote address 0.0.0.0']),
  ),
  extra('the profile matches by a map too', null, (lines, { version }) =>
    before(
      after(lines, version === 1 ? v1Profile : v2Profile, [' match certificate OTHER-MAP']),
      version === 1 ? 'crypto isakmp profile' : 'crypto ikev2 profile',
      v1Map,
    ),
  ),
  extra('another profile matches by a map', null, (lines, router) => [
    ...v1Map,
    ...before(lines, router.version === 1 ? 'crypto ipsec transform-set' : v2Profile, [
      ...(router.version === 1
        ? ['crypto isakmp profile BY-MAP', '   match certificate OTHER-MAP']
        : [
            'crypto ikev2 profile BY-MAP',
            ' match certificate OTHER-MAP',
            ` authentication local ${method(router)}`,
            ` authentication remote ${method(router)}`,
          ]),
    ]),
  ]),
  extra('another profile matches the same and comes last', null, (lines, router) =>
    before(lines, 'crypto ipsec transform-set', [
      ...(router.version === 1
        ? [
            'crypto isakmp profile TWIN',
            `   match identity address ${peerOf(router)} 255.255.255.255`,
            '   match identity host r2.cisco.com',
          ]
        : [
            'crypto ikev2 profile TWIN',
            ` match identity remote address ${peerOf(router)} 255.255.255.255`,
            ' match identity remote fqdn r2.cisco.com',
            ` authentication local ${method(router)}`,
            ` authentication remote ${method(router)}`,
          ]),
    ]),
  ),
  extra('a second tunnel has the same profile', null, (lines, { kind }) =>
    kind === 'crypto-map'
      ? lines
      : before(lines, 'interface Loopback9', [
          'interface Tunnel2',
          ' ip address 10.0.1.1 255.255.255.252',
          ' tunnel source Ethernet0/0',
          ' tunnel destination 192.168.0.3',
          ' tunnel protection ipsec profile VPN',
        ]),
  ),
  extra('there is no domain name', null, (lines) => instead(lines, 'ip domain name', [])),

  {
    ...extra('its newest certificate has expired', null, same),
    holds: (held) => newest(held, { notBefore: '2012-01-01T00:00:00Z', notAfter: '2013-01-01T00:00:00Z' }),
  },
  {
    ...extra('its oldest certificate is not valid yet', null, same),
    holds: (held) => oldest(held, { notBefore: '2014-01-01T00:00:00Z', notAfter: '2015-01-01T00:00:00Z' }),
  },
  { ...extra('its clock is two years behind', null, same), router: { clockOffset: -2 * 365 * 86_400_000 } },
  { ...extra('it checks SHA-1 alone', null, same), router: { abilities: { hashes: ['sha1'] } } },
  { ...extra('it signs with SHA-512', null, same), router: { abilities: { signatureHash: 'sha512' } } },
  {
    ...extra('two trustpoints are of one CA', null, (lines) => trustpoint(lines, 'T2-CA1', 'http://192.168.0.100:80')),
    holds: (held) => [...held, { trustpoint: 'T2-CA1', ca: 'CA1', own: true }],
  },
  {
    ...extra('a trustpoint is of a CA below another', null, (lines) =>
      trustpoint(lines, 'T-CA5', 'http://192.168.0.104:80'),
    ),
    holds: (held) => [{ trustpoint: 'T-CA5', ca: 'CA5', own: true }, ...held],
  },
  {
    ...extra('its newest key is of another kind', null, same),
    holds: (held) => newest(held, { key: held[0]?.key === 'rsa' ? 'ec256' : 'rsa' }),
  },
  {
    ...extra('its oldest key is of another curve', null, same),
    holds: (held) => oldest(held, held[0]?.key === 'rsa' ? {} : { key: 'ec384' }),
  },

  extra('another profile restricts the CAs', 1, (lines) =>
    after(lines, 'crypto isakmp profile OTHERS', ofTrustpoints(lines, ['   ca trust-point T-CA1'])),
  ),
  extra('a profile that takes every address restricts the CAs', 1, (lines) =>
    before(lines, 'crypto ipsec transform-set', [
      'crypto isakmp profile EVERYBODY',
      ...ofTrustpoints(lines, ['   ca trust-point T-CA2']),
      '   match identity address 0.0.0.0',
    ]),
  ),
  extra('shared keys are offered first', 1, (lines, router) => [
    ...lines.slice(0, 1),
    'crypto isakmp policy 5',
    ' encr aes',
    ' hash sha',
    ' authentication pre-share',
    ' group 5',
    `crypto isakmp key s3cret address ${peerOf(router)}`,
    ...lines.slice(1),
  ]),
  extra('the policies are those of the release', 1, (lines) => {
    let inside = false
    return lines.filter((line) => {
      inside = line.startsWith('crypto isakmp policy') || (inside && line.startsWith(' '))
      return !inside
    })
  }),
  extra('ISAKMP is disabled', 1, (lines) => ['no crypto isakmp enable', ...lines]),
  extra('a keyring before it has another key', 1, (lines, router) =>
    before(lines, 'crypto keyring', ['crypto keyring FIRST', ` pre-shared-key address ${peerOf(router)} key t0ken`]),
  ),
  extra('the profile has two keyrings', 1, (lines, router) =>
    lines.includes('crypto keyring KEYS')
      ? after(
          before(lines, 'crypto keyring', [
            'crypto keyring FIRST',
            ` pre-shared-key address ${peerOf(router)} key t0ken`,
          ]),
          v1Profile,
          ['   keyring FIRST'],
        )
      : lines,
  ),
  extra('the key is for another peer', 1, (lines, router) =>
    lines.map((line) =>
      line
        .replace(`key s3cret address ${peerOf(router)}`, 'key s3cret address 10.99.99.99')
        .replace(`address ${peerOf(router)} key`, 'address 10.99.99.99 key'),
    ),
  ),
  extra('a key for everybody stands beside', 1, (lines) => ['crypto isakmp key t0ken address 0.0.0.0', ...lines]),
  extra('it identifies itself by its address', 1, (lines) => after(lines, v1Profile, ['   self-identity address'])),
  extra('it identifies itself by its host name', 1, (lines) => ['crypto isakmp identity hostname', ...lines]),
  extra('the profile is for a loopback', 1, (lines) => after(lines, v1Profile, ['   local-address Loopback9'])),
  extra('the profile begins in aggressive mode', 1, (lines) =>
    after(lines, v1Profile, ['   initiate mode aggressive']),
  ),
  extra('a listed trustpoint is not authenticated', 1, (lines) =>
    before(after(lines, v1Profile, ['   ca trust-point T-NONE']), 'crypto pki trustpoint', [
      'crypto pki trustpoint T-NONE',
      ' enrollment terminal',
    ]),
  ),
  extra('trustpoints are listed in another order', 1, (lines) =>
    before(lines, '   match identity', ofTrustpoints(lines, ['   ca trust-point T-CA3', '   ca trust-point T-CA1'])),
  ),

  extra('the profile is shut down', 2, (lines) => after(lines, v2Profile, [' shutdown'])),
  extra('the profile is for another address', 2, (lines) => after(lines, v2Profile, [' match address local 10.9.9.9'])),
  extra('the profile is for its interface', 2, (lines) =>
    after(lines, v2Profile, [' match address local interface Ethernet0/0']),
  ),
  extra('the profile is for any VRF', 2, (lines) => after(lines, v2Profile, [' match fvrf any'])),
  extra('the peer may use certificates or keys', 2, (lines) =>
    after(lines, ' authentication remote', [
      ' authentication remote pre-share key t0ken',
      ' authentication remote rsa-sig',
    ]),
  ),
  extra('the peer may use EAP only', 2, (lines) =>
    instead(lines, ' authentication remote', [' authentication remote eap']),
  ),
  extra('the peer may use EAP too', 2, (lines) =>
    after(lines, ' authentication remote', [' authentication remote eap']),
  ),
  extra('it proves itself by a key, its peer by a certificate', 2, (lines) =>
    instead(lines, ' authentication local', [' authentication local pre-share key s3cret']),
  ),
  extra('it proves itself by EAP', 2, (lines) =>
    instead(lines, ' authentication local', [' authentication local eap']),
  ),
  extra('the keyring is for an identity', 2, (lines) =>
    instead(lines, '  address 0.0.0.0', ['  identity fqdn r2.cisco.com']),
  ),
  extra('the keyring is for the peer and another', 2, (lines, router) =>
    before(lines, ' peer ANY', [
      ' peer FIRST',
      `  address ${peerOf(router)} 255.255.255.255`,
      '  pre-shared-key t0ken',
    ]),
  ),
  extra('the keyring is for another peer', 2, (lines) =>
    instead(lines, '  address 0.0.0.0', ['  address 10.99.99.99 255.255.255.255']),
  ),
  extra('a profile before it takes everybody', 2, (lines, router) =>
    before(lines, v2Profile, [
      'crypto ikev2 profile EVERYBODY',
      ' match identity remote any',
      ` authentication local ${method(router)}`,
      ` authentication remote ${method(router)}`,
    ]),
  ),
  extra('a profile for everybody authenticates otherwise', 2, (lines, router) =>
    before(lines, v2Profile, [
      'crypto ikev2 profile EVERYBODY',
      ' match identity remote any',
      ` authentication local ${router.method === 'pre-share' ? 'rsa-sig' : 'pre-share key s3cret'}`,
      ` authentication remote ${router.method === 'pre-share' ? 'rsa-sig' : 'pre-share key t0ken'}`,
    ]),
  ),
  extra('it identifies itself by another address', 2, (lines) =>
    after(instead(lines, ' identity local', []), v2Profile, [' identity local address 10.9.9.9']),
  ),
  extra('certificates are never sent as URLs', 2, (lines) => ['no crypto ikev2 http-url cert', ...lines]),
  extra('the proposals are those of the release', 2, (lines) =>
    instead(lines, 'crypto ikev2 policy', ['crypto ikev2 policy POLICY', ' match address local 10.9.9.9']),
  ),
  extra('a proposal offers AES-GCM and several groups', 2, (lines) =>
    after(
      before(lines, 'crypto ikev2 policy', [
        'crypto ikev2 proposal GCM',
        ' encryption aes-gcm-256 aes-gcm-128',
        ' prf sha512 sha256',
        ' group 20 14',
      ]),
      'crypto ikev2 policy',
      [' proposal GCM'],
    ),
  ),
  extra('one trustpoint signs and verifies, one verifies', 2, (lines) =>
    after(lines, v2Profile, ofTrustpoints(lines, [' pki trustpoint T-CA1', ' pki trustpoint T-CA2 verify'])),
  ),
]
