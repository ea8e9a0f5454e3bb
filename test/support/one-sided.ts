import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Lab, readLab, withRouter } from '../../src/lab/index.ts'
import { type Extra, extras, type Held } from './one-sided-extras.ts'

/** Single routers at random, of whose peer nothing is known. */

const cas = ['CA1', 'CA2', 'CA3', 'CA4', 'CA5'] as const
const caNames = ['CA1', 'CA2', 'CA3'] as const

/** A lab with five CAs and no router: CA4 is one that the known router does not know, CA5 one below CA1. */
const emptyLab: Lab = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-one-sided-'))
  const lines = [
    'clock: 2013-06-20T13:00:37.600+01:00',
    'cas:',
    ...cas.flatMap((name, index) => [
      `  - name: cn=${name},o=cisco`,
      `    url: http://192.168.0.${100 + index}:80`,
      ...(name === 'CA5' ? ['    parent: cn=CA1,o=cisco'] : []),
    ]),
    'routers:',
    '  A: {}',
    '  B: {}',
  ]
  writeFileSync(join(folder, 'lab.yaml'), `${lines.join('\n')}\n`)
  for (const name of ['A', 'B']) writeFileSync(join(folder, `${name}.cfg`), `hostname ${name}\n`)
  const lab = readLab([folder])
  rmSync(folder, { recursive: true })
  return { ...lab, routers: [] }
})()

type Method = 'rsa-sig' | 'ecdsa-sig' | 'pre-share'
type Kind = 'gre' | 'ipsec' | 'crypto-map'

export interface RandomRouter {
  readonly version: 1 | 2
  readonly method: Method
  readonly kind: Kind
  /** Trustpoints by CA, oldest first; `own`: with a certificate of the router's. */
  readonly trustpoints: readonly { readonly ca: (typeof caNames)[number]; readonly own: boolean }[]
  readonly listed: readonly (typeof caNames)[number][]
  readonly uses: 'both' | 'split'
  readonly policies: readonly (readonly [string, string, number])[]
  readonly matches: readonly string[]
  readonly decoy: string | null
  /** Rules of a certificate map that the profile matches by as well, or alone. */
  readonly map: readonly string[] | null
  readonly withProfile: boolean
  readonly identity: string
  readonly pfs: 2 | 5 | 14 | null
  readonly sets: readonly string[]
  readonly near: boolean
  /** The tunnel ends on a loopback. */
  readonly loopback: boolean
  readonly orderKnown: boolean
  /** Names of what it has beside all that. */
  readonly extras: readonly string[]
}

const v1Matches = [
  'host r2.cisco.com',
  'host domain cisco.com',
  'address {peer} 255.255.255.255',
  'address {peer} 255.255.255.0',
  'user r2@cisco.com',
  'user domain branch.net',
] as const
const v2Matches = [
  'fqdn r2.cisco.com',
  'fqdn domain cisco.com',
  'address {peer} 255.255.255.255',
  'address 10.77.0.0 255.255.0.0',
  'email r2@cisco.com',
  'email domain branch.net',
  'key-id branch-2',
  'any',
] as const

export const randomRouter: fc.Arbitrary<RandomRouter> = fc
  .record({
    version: fc.constantFrom(1 as const, 2 as const),
    method: fc.constantFrom<Method>('rsa-sig', 'ecdsa-sig', 'pre-share'),
  })
  .chain(({ version, method }) =>
    fc.record<RandomRouter>({
      version: fc.constant(version),
      method: fc.constant(method),
      kind: fc.constantFrom<Kind>('gre', 'ipsec', 'crypto-map'),
      trustpoints: fc
        .shuffledSubarray([...caNames], { minLength: 1 })
        .chain((names) =>
          fc
            .array(fc.integer({ min: 0, max: 3 }), { minLength: names.length, maxLength: names.length })
            .map((dice) => names.map((ca, index) => ({ ca, own: (dice[index] ?? 0) > 0 }))),
        ),
      listed: fc.shuffledSubarray([...caNames], { minLength: 0, maxLength: 2 }),
      uses: fc.constantFrom('both' as const, 'both' as const, 'split' as const),
      policies: fc.shuffledSubarray(
        [
          ['aes 256', 'sha256', 14],
          ['3des', 'sha', 2],
          ['aes', 'md5', 5],
        ] as (readonly [string, string, number])[],
        { minLength: 1, maxLength: 2 },
      ),
      matches: fc.shuffledSubarray([...(version === 1 ? v1Matches : v2Matches)], { minLength: 1, maxLength: 2 }),
      decoy: fc.option(
        fc.constantFrom(
          ...(version === 1 ? ['host r9.cisco.com', 'host domain com'] : ['fqdn r9.cisco.com', 'fqdn domain com']),
        ),
      ),
      map:
        method === 'pre-share'
          ? fc.constant(null)
          : fc.option(
              fc.constantFrom<readonly string[]>(
                ['subject-name co cn = branch'],
                ['subject-name co ou = vpn', 'issuer-name co cn = ca1'],
                ['subject-name eq cn = branch,o = acme'],
                ['issuer-name co cn = ca2'],
              ),
              { freq: 1 },
            ),
      withProfile: version === 2 ? fc.constant(true) : fc.integer({ min: 0, max: 4 }).map((die) => die > 0),
      identity: fc.constantFrom(
        ...(version === 1
          ? ['', 'fqdn', 'user-fqdn r1@cisco.com', 'dn']
          : ['', 'fqdn r1.cisco.com', 'email r1@cisco.com', 'dn', 'key-id hub']),
      ),
      pfs: fc.constantFrom(null, null, 2 as const, 5 as const, 14 as const),
      sets: fc.shuffledSubarray(['esp-aes 256 esp-sha256-hmac', 'esp-3des esp-sha-hmac', 'esp-aes esp-md5-hmac'], {
        minLength: 1,
        maxLength: 2,
      }),
      near: fc.boolean(),
      loopback: fc.boolean(),
      orderKnown: fc.boolean(),
      extras: fc.oneof(
        { weight: 1, arbitrary: fc.constant([]) },
        {
          weight: 2,
          arbitrary: fc.subarray(
            extras.filter((each) => each.version === null || each.version === version).map(({ name }) => name),
            { minLength: 1, maxLength: 3 },
          ),
        },
      ),
    }),
  )

const peerOf = ({ near }: RandomRouter): string => (near ? '192.168.0.2' : '198.51.100.7')

const proposalNames: Readonly<Record<string, string>> = {
  'aes 256': 'aes-cbc-256',
  '3des': '3des',
  aes: 'aes-cbc-128',
  sha: 'sha1',
}

/** With a certificate map of two rules or `eq` the profile matches by it alone. */
const matchesOf = ({ matches, map }: RandomRouter): readonly string[] =>
  map !== null && (map.length > 1 || map.some((rule) => rule.includes(' eq '))) ? [] : matches

const ikeV1Text = (router: RandomRouter): readonly string[] => {
  const peer = peerOf(router)
  return [
    ...router.policies.flatMap(([encryption, hash, group], index) => [
      `crypto isakmp policy ${10 * (index + 1)}`,
      ` encr ${encryption}`,
      ` hash ${hash}`,
      ` authentication ${router.method}`,
      ` group ${router.method === 'ecdsa-sig' ? 19 : group}`,
    ]),
    ...(router.identity === 'dn' ? ['crypto isakmp identity dn'] : []),
    ...(router.method === 'pre-share'
      ? router.withProfile
        ? ['crypto keyring KEYS', ` pre-shared-key address ${peer} key s3cret`]
        : [`crypto isakmp key s3cret address ${peer}`]
      : []),
    ...(router.withProfile
      ? [
          'crypto isakmp profile PEERS',
          ...(router.method === 'pre-share'
            ? ['   keyring KEYS']
            : router.listed.map((name) => `   ca trust-point T-${name}`)),
          ...(router.identity === '' || router.identity === 'dn' ? [] : [`   self-identity ${router.identity}`]),
          ...matchesOf(router).map((match) => `   match identity ${match.replace('{peer}', peer)}`),
          ...(router.map === null ? [] : ['   match certificate MAP']),
        ]
      : []),
    ...(router.decoy === null ? [] : ['crypto isakmp profile OTHERS', `   match identity ${router.decoy}`]),
  ]
}

const ikeV2Text = (router: RandomRouter): readonly string[] => {
  const peer = peerOf(router)
  const uses = router.listed.map((name, index) =>
    router.uses === 'both' || router.listed.length < 2 ? `T-${name}` : `T-${name} ${index === 0 ? 'sign' : 'verify'}`,
  )
  return [
    ...router.policies.flatMap(([encryption, hash, group], index) => [
      `crypto ikev2 proposal P${index}`,
      ` encryption ${proposalNames[encryption] ?? encryption}`,
      ` integrity ${proposalNames[hash] ?? hash}`,
      ` group ${group}`,
    ]),
    'crypto ikev2 policy POLICY',
    ...router.policies.map((_, index) => ` proposal P${index}`),
    ...(router.method === 'pre-share'
      ? [
          'crypto ikev2 keyring KEYS',
          ' peer ANY',
          '  address 0.0.0.0 0.0.0.0',
          '  pre-shared-key local s3cret',
          '  pre-shared-key remote t0ken',
        ]
      : []),
    'crypto ikev2 profile PEERS',
    ...matchesOf(router).map((match) => ` match identity remote ${match.replace('{peer}', peer)}`),
    ...(router.map === null ? [] : [' match certificate MAP']),
    ...(router.identity === '' ? [] : [` identity local ${router.identity}`]),
    ` authentication local ${router.method}`,
    ` authentication remote ${router.method}`,
    ...(router.method === 'pre-share' ? [' keyring local KEYS'] : uses.map((use) => ` pki trustpoint ${use}`)),
    ...(router.decoy === null
      ? []
      : [
          'crypto ikev2 profile OTHERS',
          ` match identity remote ${router.decoy}`,
          ` authentication local ${router.method}`,
          ` authentication remote ${router.method}`,
        ]),
  ]
}

const childText = (router: RandomRouter): readonly string[] => {
  const peer = peerOf(router)
  const settings = [
    ` set transform-set ${router.sets.map((_, index) => `TS${index}`).join(' ')}`,
    ...(router.pfs === null ? [] : [` set pfs group${router.pfs}`]),
    ...(router.withProfile ? [` set ${router.version === 1 ? 'isakmp' : 'ikev2'}-profile PEERS`] : []),
  ]
  const sets = router.sets.flatMap((set, index) => [`crypto ipsec transform-set TS${index} ${set}`, ' mode tunnel'])
  if (router.kind === 'crypto-map')
    return [
      ...sets,
      ...(router.loopback ? ['crypto map VPN local-address Loopback9'] : []),
      'crypto map VPN 10 ipsec-isakmp',
      ` set peer ${peer}`,
      ...settings,
      ' match address LAN',
      'ip access-list extended LAN',
      ' deny ip host 10.1.0.9 any',
      ' permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255',
      ' permit tcp 10.1.1.0 0.0.0.255 eq 443 10.2.0.0 0.0.0.255',
    ]
  return [
    ...sets,
    'crypto ipsec profile VPN',
    ...settings,
    'interface Tunnel1',
    ' ip address 10.0.0.1 255.255.255.252',
    ` tunnel source ${router.loopback ? 'Loopback9' : 'Ethernet0/0'}`,
    ` tunnel destination ${peer}`,
    ...(router.kind === 'ipsec' ? [' tunnel mode ipsec ipv4'] : []),
    ' tunnel protection ipsec profile VPN',
  ]
}

const textOf = (router: RandomRouter): string =>
  [
    'hostname R1',
    'ip domain name cisco.com',
    ...[...new Set([...router.trustpoints.map(({ ca }) => ca), ...router.listed])].flatMap((ca) => [
      `crypto pki trustpoint T-${ca}`,
      ` enrollment url http://192.168.0.${100 + cas.indexOf(ca)}:80`,
      ' subject-name CN=R1,O=cisco',
      ' revocation-check none',
    ]),
    ...(router.map === null ? [] : ['crypto pki certificate map MAP 10', ...router.map.map((rule) => ` ${rule}`)]),
    ...(router.version === 1 ? ikeV1Text(router) : ikeV2Text(router)),
    ...childText(router),
    'interface Loopback9',
    ' ip address 203.0.113.9 255.255.255.255',
    'interface Ethernet0/0',
    ' ip address 192.168.0.1 255.255.255.0',
    ...(router.kind === 'crypto-map' ? [' crypto map VPN'] : []),
    ...(router.near ? [] : ['ip route 0.0.0.0 0.0.0.0 192.168.0.254']),
    'end',
    '',
  ].join('\n')

/** A lab with a router of this configuration alone. `held`: oldest first. */
const labOfText = (text: string, held: readonly Held[], key: 'rsa' | 'ec256'): Lab =>
  withRouter(emptyLab, {
    name: 'R1',
    file: 'R1.cfg',
    text,
    enrolled: held.map(({ trustpoint, ca, own, ...rest }) => {
      const issuer = emptyLab.issuers.find(({ label }) => label === ca)
      if (!issuer) throw new Error(`no CA ${ca}`)
      return { trustpoint, issuer, key, authenticateOnly: !own, ...rest }
    }),
  })

/** A lab with this router alone. `without`: a line of its configuration that is left out, counted around. */
export const labOf = (router: RandomRouter, without: number | null = null): Lab => {
  const chosen = router.extras.flatMap((name) => extras.find((each) => each.name === name) ?? [])
  const lines = chosen.reduce<readonly string[]>(
    (text, { change }: Extra) => change(text, router),
    textOf(router).split('\n'),
  )
  const key = router.method === 'ecdsa-sig' ? 'ec256' : 'rsa'
  const lab = labOfText(
    lines.filter((_, index) => index !== (without ?? -1) % lines.length).join('\n'),
    chosen.reduce<readonly Held[]>(
      (held, { holds }) => holds?.(held) ?? held,
      router.trustpoints.map(({ ca, own }) => ({ trustpoint: `T-${ca}`, ca, own, key })),
    ),
    key,
  )
  return {
    ...lab,
    routers: lab.routers.map((each) => ({
      ...each,
      ...Object.assign({}, ...chosen.map((extra) => extra.router ?? {})),
      orderKnown: router.orderKnown || each.enrolled.length < 2,
    })),
  }
}
