import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RandomScenario, randomScenario } from './support/random-pair/index.ts'

/*
 * What the random routers of the properties are like. A property that never sees a thing proves nothing of it: each line
 * that bears on a decision is drawn, as a whole scenario's text tells, and a counterexample shrinks to routers that are plain.
 */

const scenarios: readonly RandomScenario[] = fc.sample(randomScenario, { numRuns: 1500, seed: 1 })
const texts = scenarios.map(({ files }) => Object.values(files).join('\n'))

const lines: readonly string[] = [
  // Phase 1 of IKEv1.
  ...['crypto isakmp policy \\d', 'encr aes 256', 'encr aes 192', 'encr 3des', 'hash md5', 'hash sha384', 'group 20'],
  ...['authentication rsa-sig', 'authentication ecdsa-sig', 'authentication pre-share', 'lifetime 3600'],
  ...['no crypto isakmp default policy', 'no crypto isakmp enable', 'crypto isakmp fragmentation'],
  ...['crypto isakmp identity dn', 'crypto isakmp identity hostname', 'crypto isakmp key \\S+ address'],
  ...['crypto keyring KEYS vrf FRONT', 'pre-shared-key address \\S+ key', 'pre-shared-key address \\S+ \\S+ key'],
  ...['pre-shared-key hostname', 'ca trust-point TP', 'keyring default', 'keyring OTHER', 'local-address Ethernet0/0'],
  ...['local-address 192', 'self-identity address', 'self-identity fqdn\n', 'self-identity fqdn other'],
  ...['self-identity user-fqdn', 'keepalive 10', 'initiate mode aggressive', 'match identity address \\S+ \\S+\n'],
  ...['match identity address \\S+ \\S+ FRONT', 'match identity address 0.0.0.0', 'match identity host R'],
  ...['match identity host domain', 'match identity user r', 'match identity user domain'],
  // IKEv2.
  ...[
    'crypto ikev2 policy',
    'crypto ikev2 proposal',
    'encryption aes-gcm-256',
    'prf sha384',
    'group 19 2\n',
    'group 2 19\n',
  ],
  ...['match address local', 'match fvrf any', 'match fvrf FRONT', 'identity fqdn', 'pre-shared-key local'],
  ...['match identity remote address', 'match identity remote any', 'match identity remote fqdn domain'],
  ...['match identity remote email R?', 'match identity remote email domain', 'match identity remote key-id'],
  ...[
    'identity local address',
    'identity local dn',
    'identity local email',
    'identity local fqdn',
    'identity local key-id',
  ],
  ...['authentication local eap', 'authentication remote eap', 'authentication local pre-share key'],
  ...[
    'authentication remote ecdsa-sig',
    'pki trustpoint TP\\d sign',
    'pki trustpoint TP\\d verify',
    'keyring local OTHER',
  ],
  ...['no crypto ikev2 proposal default', 'crypto ikev2 fragmentation', 'no crypto ikev2 http-url cert'],
  ...['cookie-challenge', 'dpd 10 2 periodic', ' shutdown\n'],
  // Certificates.
  ...['TP\\db', 'serial-number', 'fqdn none', 'ip-address none', ' primary', 'usage ike', 'usage ssl-client'],
  ...[
    'enrollment url http://192',
    'enrollment url http://ca',
    'enrollment terminal',
    'enrollment pkcs12',
    'enrollment profile',
  ],
  ...[
    'check none',
    'check crl\n',
    'check crl none',
    'check ocsp\n',
    'check ocsp none',
    'check ocsp crl',
    'check crl ocsp',
  ],
  ...['chain-validation stop', 'chain-validation continue\n', 'chain-validation continue TP', 'rsakeypair \\S+ 1024'],
  ...['match certificate PEER', 'match certificate ISSUER', 'match certificate NAME', 'match certificate HOST'],
  ...['match certificate ALT', 'match certificate SERIAL', 'match certificate DATES', 'match certificate OTHERS'],
  ...['match certificate EMPTY', 'match certificate NOBODY', 'allow expired', 'skip revocation', 'override cdp'],
  ...[
    'parent:',
    'rollover:',
    'revoked:',
    'version: 1',
    'cdp: http',
    'cdp: ldap',
    'online: false',
    'cn=Cisco',
    'hash: md5',
  ],
  ...[
    'authenticateOnly',
    'request: pending',
    'request: rejected',
    'keyRegenerated',
    'keyPair',
    'sends: leaf',
    'key: ec384',
  ],
  ...['notBefore: 2013-06-21', 'notAfter: 2013-06-19', 'notAfter: 2013-07-05', 'extendedKeyUsage', 'certificateUrl'],
  ...[
    'order: unknown',
    'clock: 2013-06-01',
    'clock: 2014',
    'hashes:',
    'certificateVersions',
    'signatureHash',
    'knobs:',
  ],
  // What is protected, and the network.
  ...['tunnel mode ipsec', 'tunnel vrf', 'tunnel source Loopback', 'crypto map VPN 10', 'local-address Loopback'],
  ...['vrf forwarding', 'responder-only', 'set pfs group19', 'set transform-set TS\\d TS', 'esp-gcm', 'mode transport'],
  ...[
    'crypto map VPN 5 ',
    'ipsec profile ANOTHER',
    'deny ip',
    'permit tcp',
    'permit ip host',
    '0.0.0.127',
    '0.0.255.255',
  ],
  ...['fragments: drop', 'mtu: 900', 'hostname R3'],
]

describe('random routers', () => {
  it.each(lines)('have %j', (line) => {
    const pattern = new RegExp(line)
    expect(texts.filter((text) => pattern.test(text)).length).toBeGreaterThan(2)
  })

  it('have one to six trustpoints and one to four profiles', () => {
    const routers = scenarios.flatMap(({ plan }) => plan.routers)
    const counts = (of: (router: (typeof routers)[number]) => number): readonly number[] =>
      [...new Set(routers.map(of))].sort()
    expect(counts(({ trustpoints }) => trustpoints.length)).toEqual([1, 2, 3, 4, 5, 6])
    expect(counts(({ profiles }) => profiles.length)).toEqual([1, 2, 3, 4])
  })

  it('of a counterexample are plain but for what it takes', () => {
    const { counterexample } = fc.check(
      fc.property(randomScenario, ({ files }) => !/initiate mode aggressive/.test(files['R2.cfg'] ?? '')),
      { numRuns: 2000, seed: 1 },
    )
    const [{ plan, files } = { plan: null, files: {} }] = counterexample ?? []
    expect(Object.keys(files)).toEqual(['R1.cfg', 'R2.cfg', 'lab.yaml'])
    expect(plan?.knobs).toEqual([])
    for (const { trustpoints, profiles, front, clock, bothVersions } of plan?.routers ?? []) {
      expect([front, clock, bothVersions]).toEqual([undefined, undefined, false])
      expect(profiles.length).toBeLessThanOrEqual(2)
      for (const each of trustpoints) expect(each).toMatchObject({ holds: 'certificate', by: 'url', validity: 'long' })
    }
  })
})
