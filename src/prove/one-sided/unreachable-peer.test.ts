import { describe, expect, it } from 'vitest'
import { labOfText } from '../../../test/support/one-sided.ts'
import { proveOneSided } from './one-sided.ts'

/** A router of IKEv2 with a shared key; its crypto map stands on the interface that is given. */
const router = (interfaces: readonly string[]): string =>
  [
    'hostname R1',
    'crypto ikev2 keyring KEYS',
    ' peer ANY',
    '  address 0.0.0.0 0.0.0.0',
    '  pre-shared-key s3cret',
    'crypto ikev2 profile PEERS',
    ' match identity remote address 198.51.100.7 255.255.255.255',
    ' authentication local pre-share',
    ' authentication remote pre-share',
    ' keyring local KEYS',
    'crypto ipsec transform-set TS esp-aes esp-sha-hmac',
    ' mode tunnel',
    'crypto map VPN 10 ipsec-isakmp',
    ' set peer 198.51.100.7',
    ' set transform-set TS',
    ' set ikev2-profile PEERS',
    ' match address LAN',
    'ip access-list extended LAN',
    ' permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255',
    ...interfaces,
    ' ip address 192.168.0.1 255.255.255.0',
    ' crypto map VPN',
    'ip route 0.0.0.0 0.0.0.0 192.168.0.254',
    'end',
    '',
  ].join('\n')

const outcomes = (text: string): readonly (string | undefined)[] =>
  proveOneSided(labOfText(text)).flatMap(({ tunnel }) =>
    tunnel.directions.map(({ role, outcome, cause, proof }) => `${role} ${outcome} ${cause?.code ?? proof?.cases}`),
  )

describe('a router whose way to its peer leads over a loopback', () => {
  it('reaches none: its configuration lost the line `interface Ethernet0/0`, and the loopback before it has the address', () => {
    expect(outcomes(router(['interface Loopback9', ' ip address 203.0.113.9 255.255.255.255']))).toEqual([
      'initiator down peer-unreachable',
      'responder down peer-unreachable',
    ])
  })

  it('reaches one over the Ethernet interface that was meant', () => {
    expect(outcomes(router(['interface Ethernet0/0']))).toEqual(['initiator undecided 1', 'responder undecided 1'])
  })
})
