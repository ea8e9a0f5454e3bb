import { describe, expect, it } from 'vitest'
import { accepted } from '../../../test/support/ios-configuration.ts'
import type { RouterConfiguration } from '../configuration.ts'

/*
 * Every command that ios-semantics §1, §3.1 and §8 name, in the order of those tables. None may vanish: a line changes the
 * typed configuration, or it is reported with its line, or it is kept among those that bear on no decision.
 */

/** What must become of a line: it counts; it is reported; it counts in part, and the rest is reported; it bears on nothing. */
type Fate = 'counts' | 'reported' | 'both' | 'inert'

/** Two lines of a section when one needs another: the last one is asked about. */
type Lines = string | readonly string[]
type Section = { readonly under: readonly string[]; readonly lines: readonly (readonly [Lines, Fate])[] }

const sections: Readonly<Record<string, Section>> = {
  '§1.1 global': {
    under: [],
    lines: [
      [['no crypto isakmp enable', 'crypto isakmp enable'], 'counts'],
      ['no crypto isakmp enable', 'counts'],
      [['crypto isakmp identity dn', 'crypto isakmp identity address'], 'counts'],
      ['crypto isakmp identity dn', 'counts'],
      ['crypto isakmp identity hostname', 'counts'],
      ['crypto isakmp aggressive-mode disable', 'inert'],
      ['crypto isakmp keepalive 10', 'counts'],
      ['crypto isakmp keepalive 3600 60 on-demand', 'counts'],
      ['crypto isakmp keepalive 10 2 periodic', 'counts'],
      ['crypto isakmp nat keepalive 20', 'reported'],
      ['crypto isakmp fragmentation', 'counts'],
      ['crypto isakmp invalid-spi-recovery', 'reported'],
      ['crypto isakmp disconnect-revoked-peers', 'reported'],
      ['no crypto isakmp default policy', 'counts'],
      [['no crypto isakmp default policy', 'crypto isakmp default policy'], 'counts'],
      ['crypto isakmp key 0 Some-long-secret-1 address 192.0.2.1', 'counts'],
      ['crypto isakmp key Some-long-secret-1 address 192.0.2.0 255.255.255.0 no-xauth', 'counts'],
      ['crypto isakmp key 6 AAAAencrypted address 192.0.2.1', 'reported'],
      ['crypto isakmp key Some-long-secret-1 hostname R2.cisco.com', 'counts'],
      ['crypto isakmp key Some-long-secret-1 address ipv6 2001:db8::1/128', 'reported'],
      ['crypto isakmp peer address 192.0.2.1', 'reported'],
      ['crypto isakmp peer hostname R2.cisco.com', 'reported'],
      [['crypto isakmp peer address 192.0.2.1', ' set aggressive-mode client-endpoint fqdn R1'], 'reported'],
      [['crypto isakmp peer address 192.0.2.1', ' set aggressive-mode password 0 secret'], 'reported'],
      ['crypto isakmp diagnose error 100', 'reported'],
      ['no crypto ipsec nat-transparency udp-encapsulation', 'counts'],
    ],
  },
  '§1.2 crypto isakmp policy': {
    under: ['crypto isakmp policy 10'],
    lines: [
      ...['encryption 3des', 'encr aes', 'encryption aes 192', 'encr aes 256', 'hash md5', 'hash sha256'].map(
        (line) => [line, 'counts'] as const,
      ),
      ...['hash sha384', 'hash sha512', 'authentication pre-share', 'authentication ecdsa-sig'].map(
        (line) => [line, 'counts'] as const,
      ),
      ['authentication rsa-encr', 'counts'],
      ...[2, 5, 14, 15, 16, 19, 20, 21, 24].map((group) => [`group ${group}`, 'counts'] as const),
      ['lifetime 60', 'counts'],
      [['encryption aes', 'encryption des'], 'counts'],
      [['hash md5', 'hash sha'], 'counts'],
      [['authentication pre-share', 'authentication rsa-sig'], 'counts'],
      [['group 2', 'group 1'], 'counts'],
    ],
  },
  '§1.4 crypto isakmp profile': {
    under: ['crypto isakmp profile P'],
    lines: [
      ['accounting LIST', 'reported'],
      ['ca trust-point TP', 'counts'],
      ['client authentication list L', 'reported'],
      ['client configuration address initiate', 'reported'],
      ['client configuration group G', 'reported'],
      ['client pki authorization list L', 'reported'],
      ['description the peer', 'inert'],
      ['initiate mode aggressive', 'both'],
      ['isakmp authorization list L', 'reported'],
      ['keepalive 10 retry 2', 'counts'],
      ['keyring default', 'counts'],
      ['keyring KR', 'counts'],
      ['local-address Ethernet0/0', 'counts'],
      ['local-address 192.0.2.1', 'counts'],
      ['match certificate CM', 'counts'],
      ['match identity address 192.0.2.1', 'counts'],
      ['match identity address 192.0.2.0 255.255.255.0 RED', 'counts'],
      ['match identity address ipv6 2001:db8::/32', 'counts'],
      ['match identity group G', 'counts'],
      ['match identity host R2.cisco.com', 'counts'],
      ['match identity host domain cisco.com', 'counts'],
      ['match identity user u@cisco.com', 'counts'],
      ['match identity user domain cisco.com', 'counts'],
      ['qos-group 5', 'reported'],
      ['rekey', 'reported'],
      ['self-identity address', 'counts'],
      ['self-identity address ipv6', 'counts'],
      ['self-identity fqdn', 'counts'],
      ['self-identity fqdn R1.cisco.com', 'counts'],
      ['self-identity user-fqdn r1@cisco.com', 'counts'],
      ['virtual-template 1', 'both'],
      ['vrf RED', 'both'],
      ['default self-identity', 'reported'],
    ],
  },
  '§1.7 crypto pki certificate map': {
    under: ['crypto pki certificate map NEW 10'],
    lines: [
      ...['alt-subject-name', 'issuer-name', 'name', 'subject-name', 'unstructured-subject-name'].flatMap((field) =>
        ['eq', 'ne', 'co', 'nc'].map((operator) => [`${field} ${operator} cn = r1`, 'counts'] as const),
      ),
      ...['eq', 'ne', 'co', 'nc'].map((operator) => [`serial-number ${operator} 0A`, 'counts'] as const),
      ...['eq', 'ne', 'lt', 'ge'].flatMap((operator) => [
        [`valid-start ${operator} 1 Jan 2024`, 'counts'] as const,
        [`expires-on ${operator} Jan 1 2024 10:00:00 UTC`, 'counts'] as const,
      ]),
    ],
  },
  '§1.9 crypto keyring': {
    under: ['crypto keyring NEW'],
    lines: [
      ['pre-shared-key address 192.0.2.1 key Some-long-secret-1', 'counts'],
      ['pre-shared-key address 192.0.2.0 255.255.255.0 key 0 Some-long-secret-1', 'counts'],
      ['pre-shared-key hostname R2.cisco.com key 6 AAAAencrypted', 'reported'],
      ['rsa-pubkey address 192.0.2.1', 'reported'],
      ['rsa-pubkey name R2.cisco.com encryption', 'reported'],
      ['local-address Ethernet0/0', 'reported'],
      ['description keys', 'inert'],
    ],
  },
  '§3.1 crypto pki trustpoint': {
    under: ['crypto pki trustpoint NEW'],
    lines: [
      ['authorization list L', 'reported'],
      ['authorization username subjectname commonname', 'reported'],
      ['auto-enroll 70 regenerate', 'reported'],
      ['certificate chain flash:chain', 'reported'],
      [['chain-validation continue', 'chain-validation stop'], 'counts'],
      ['chain-validation continue', 'counts'],
      ['chain-validation continue TP', 'counts'],
      ['crl query ldap://192.0.2.9', 'reported'],
      ['crl cache delete-after 60', 'reported'],
      ['crl cache none', 'reported'],
      ['eckeypair EC', 'counts'],
      ['eku request client-auth', 'reported'],
      ['enrollment url http://192.0.2.9:80', 'counts'],
      ['enrollment terminal', 'counts'],
      ['enrollment terminal pem', 'counts'],
      ['enrollment pkcs12', 'counts'],
      ['enrollment selfsigned', 'counts'],
      ['enrollment profile EP', 'counts'],
      ['enrollment mode ra', 'reported'],
      ['enrollment retry count 5', 'reported'],
      ['enrollment retry period 2', 'reported'],
      ['enrollment http-proxy proxy 8080', 'reported'],
      ['fingerprint 0813A2CDA3577F5BB8444C8F093BDB2E', 'reported'],
      ['fqdn R1.cisco.com', 'counts'],
      ['fqdn none', 'counts'],
      ['hash sha256', 'counts'],
      ['ip-address Ethernet0/0', 'counts'],
      ['ip-address 192.0.2.1', 'counts'],
      ['ip-address none', 'counts'],
      ['ip-extension prefix 192.0.2.0/24', 'reported'],
      ['match certificate CM', 'counts'],
      ['match certificate CM allow expired-certificate', 'counts'],
      ['match certificate CM skip revocation-check', 'counts'],
      ['match certificate CM skip authorization-check', 'reported'],
      ['match certificate CM override cdp url http://192.0.2.9/a.crl', 'counts'],
      ['match certificate CM override cdp directory o=cisco', 'reported'],
      ['match certificate CM override ocsp trustpoint TP 1 url http://192.0.2.9', 'reported'],
      ['match certificate CM override sia 1 http://192.0.2.9', 'reported'],
      ['match eku server-auth', 'reported'],
      ['match key-usage cRLSign', 'reported'],
      ['ocsp url http://192.0.2.9', 'reported'],
      ['ocsp disable-nonce', 'reported'],
      ['on usbtoken0:', 'reported'],
      ['password 7 0822455D0A16', 'reported'],
      ['primary', 'counts'],
      ['regenerate', 'reported'],
      ['revocation-check none', 'counts'],
      ['revocation-check crl none', 'counts'],
      ['revocation-check ocsp crl', 'both'],
      ['root tftp 192.0.2.9 ca.crt', 'reported'],
      ['root proxy http://192.0.2.9', 'reported'],
      ['rsakeypair LABEL', 'counts'],
      ['rsakeypair LABEL 2048 2048', 'counts'],
      ['serial-number', 'counts'],
      [['serial-number', 'serial-number none'], 'counts'],
      ['source interface Ethernet0/0', 'reported'],
      ['storage nvram:', 'reported'],
      ['subject-alt-name r1.example.net', 'counts'],
      ['subject-name CN=R1,O=cisco', 'counts'],
      ['usage ike', 'counts'],
      ['usage ssl-client', 'both'],
      ['vrf RED', 'counts'],
    ],
  },
  '§8 crypto ipsec profile': {
    under: ['crypto ipsec profile NEW'],
    lines: [
      ['set transform-set TS', 'counts'],
      ['set isakmp-profile P', 'counts'],
      ['set pfs group14', 'counts'],
      ['set pfs', 'counts'],
      ['set identity ID', 'reported'],
      ['set security-association lifetime seconds 1800', 'counts'],
      ['set security-association lifetime kilobytes 10000', 'counts'],
      ['set security-association lifetime days 2', 'counts'],
      ['set security-association lifetime kilobytes disable', 'reported'],
      ['set security-association idle-time 600', 'reported'],
      ['set mixed-mode', 'reported'],
      ['responder-only', 'counts'],
      ['reverse-route', 'reported'],
      ['redundancy HA', 'reported'],
      ['dialer pre-classify', 'reported'],
      ['description tunnels', 'inert'],
    ],
  },
  '§8 crypto map': {
    under: ['crypto map CMAP 10 ipsec-isakmp'],
    lines: [
      ['set peer 192.0.2.1', 'counts'],
      ['set peer R2.cisco.com dynamic', 'reported'],
      ['match address VPN', 'counts'],
      ['set transform-set TS', 'counts'],
      ['set isakmp-profile P', 'counts'],
      ['set pfs group19', 'counts'],
      ['reverse-route static', 'reported'],
    ],
  },
  '§8 other global lines': {
    under: [],
    lines: [
      ['crypto ca trustpoint OLD', 'counts'],
      ['crypto ca certificate map OLD 10', 'counts'],
      ['crypto map CMAP local-address Ethernet0/0', 'counts'],
      ['crypto map CMAP 30 ipsec-isakmp dynamic DYN', 'reported'],
      ['crypto map CMAP 40 gdoi', 'reported'],
      ['crypto dynamic-map DYN 10', 'reported'],
      ['crypto pki trustpool policy', 'reported'],
      ['crypto pki server CS', 'reported'],
      ['crypto pki profile enrollment EP', 'reported'],
      ['crypto engine accelerator', 'reported'],
      ['crypto gdoi group G', 'reported'],
      ['crypto something-of-another-release', 'reported'],
      ['ip http server', 'inert'],
    ],
  },
}

/** What the lines of the sections refer to. */
const surroundings = [
  'crypto pki trustpoint TP',
  'crypto pki certificate map CM 10',
  ' subject-name co r',
  'crypto keyring KR',
  'crypto isakmp profile P',
  ' match identity host R9.cisco.com',
  'crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac',
  'crypto map CMAP 20 ipsec-isakmp',
  ' set transform-set TS',
  'interface Ethernet0/0',
  ' ip address 192.0.2.77 255.255.255.0',
  'ip access-list extended VPN',
  ' permit ip any any',
]

const read = (under: readonly string[], lines: readonly string[]): RouterConfiguration =>
  accepted([...surroundings, ...under, ...lines.map((line) => (under.length > 0 ? ` ${line}` : line)), ''].join('\n'))

/** What the configuration says, without the places where it says it and the remarks about it. */
const meaning = ({ notices: _, ignored: __, ...configuration }: RouterConfiguration): string =>
  JSON.stringify(configuration, (key, value: unknown) => (key === 'at' ? undefined : value))

const fateOf = (under: readonly string[], lines: readonly string[]): Fate | 'dropped' => {
  const [before, after] = [read(under, lines.slice(0, -1)), read(under, lines)]
  const number = surroundings.length + under.length + lines.length
  const counts = meaning(before) !== meaning(after)
  const reported = after.notices.some(({ kind, at }) => kind === 'not-modelled' && at.line === number)
  if (counts && reported) return 'both'
  if (counts) return 'counts'
  if (reported) return 'reported'
  return after.ignored.some(({ line }) => line === number) ? 'inert' : 'dropped'
}

describe.each(Object.entries(sections))('%s', (_, { under, lines }) => {
  it.each(lines.map(([given, fate]) => [typeof given === 'string' ? [given] : given, fate] as const))(
    '%j %s',
    (given, fate) => {
      expect(fateOf(under, given)).toBe(fate)
    },
  )
})
