import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/*
 * R1 192.168.0.1 ════ 192.168.0.2 R2      CAs at 192.168.0.100 …
 *
 * The document's tunnel with many trustpoints on either side, all of CAs that both know, and nobody knows in which order the
 * routers enrolled. R2's profile names none of them or all; R1's the first, or where nothing is restricted as R2's.
 */

const trustpoint = (own: number, index: number): readonly string[] => [
  `crypto pki trustpoint TP${index}`,
  ` enrollment url http://192.168.0.${100 + index}:80`,
  ` fqdn R${own}.cisco.com`,
  ` subject-name CN=R${own},O=cisco`,
  ' revocation-check crl',
]

const ikeV1 = (own: number, peer: number, restricted: boolean): readonly string[] => [
  'crypto isakmp policy 10',
  ' encr aes 256',
  ' hash sha256',
  ' group 19',
  'crypto isakmp profile prof1',
  ' self-identity fqdn',
  ...(own === 1 && restricted ? [' ca trust-point TP0'] : []),
  ` match identity host R${peer}.cisco.com`,
]

const ikeV2 = (own: number, peer: number, count: number, restricted: boolean): readonly string[] => [
  'crypto ikev2 proposal suite',
  ' encryption aes-cbc-256',
  ' integrity sha256',
  ' group 19',
  'crypto ikev2 policy suite',
  ' proposal suite',
  'crypto ikev2 profile prof1',
  ` match identity remote address 192.168.0.${peer} 255.255.255.255`,
  ' authentication remote rsa-sig',
  ' authentication local rsa-sig',
  ...Array.from({ length: own === 1 && restricted ? 1 : count }, (_, index) => ` pki trustpoint TP${index}`),
]

const configuration = (own: 1 | 2, version: 1 | 2, count: number, restricted: boolean): string => {
  const peer = 3 - own
  return [
    `hostname R${own}`,
    'ip domain name cisco.com',
    ...Array.from({ length: count }, (_, index) => trustpoint(own, index)).flat(),
    ...(version === 1 ? ikeV1(own, peer, restricted) : ikeV2(own, peer, count, restricted)),
    'crypto ipsec transform-set TS esp-aes esp-sha256-hmac',
    ' mode tunnel',
    'crypto ipsec profile prof1',
    ' set transform-set TS',
    ` set ${version === 1 ? 'isakmp' : 'ikev2'}-profile prof1`,
    'interface Loopback0',
    ` ip address 192.168.${own}00.1 255.255.255.0`,
    'interface Tunnel1',
    ` ip address 10.0.0.${own} 255.255.255.0`,
    ' tunnel source Ethernet0/0',
    ` tunnel destination 192.168.0.${peer}`,
    ' tunnel protection ipsec profile prof1',
    'interface Ethernet0/0',
    ` ip address 192.168.0.${own} 255.255.255.0`,
    `ip route 192.168.${peer}00.0 255.255.255.0 Tunnel1`,
    'end',
    '',
  ].join('\n')
}

const scenario = (count: number): string =>
  [
    'clock: 2013-06-20T12:00:00Z',
    'cas:',
    ...Array.from({ length: count }, (_, index) => [
      `  - name: cn=CA${index},o=cisco,o=com`,
      `    url: http://192.168.0.${100 + index}:80`,
    ]).flat(),
    'routers:',
    '  R1: {}',
    '  R2: {}',
    '',
  ].join('\n')

/** Writes such a scenario into a new folder and answers its path. */
export const manyTrustpoints = (version: 1 | 2, count: number, restricted = true): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-bench-'))
  writeFileSync(join(folder, 'R1.cfg'), configuration(1, version, count, restricted))
  writeFileSync(join(folder, 'R2.cfg'), configuration(2, version, count, restricted))
  writeFileSync(join(folder, 'lab.yaml'), scenario(count))
  return folder
}
