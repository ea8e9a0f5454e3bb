import { type ConfigurationError, parseConfiguration, type RouterConfiguration } from '../../src/ios/index.ts'

/** What the tests of the configuration reader share. */

export function accepted(text: string): RouterConfiguration {
  const result = parseConfiguration(text, { file: 'R1.cfg' })
  if (!result.ok) throw new Error(JSON.stringify(result.errors, null, 1))
  return result.configuration
}

export function refused(text: string): readonly ConfigurationError[] {
  const result = parseConfiguration(text, { file: 'R1.cfg' })
  if (result.ok) throw new Error('the configuration was accepted')
  return result.errors
}

/** Notices that are no remarks on strength, as `line kind text`. */
export function notices(text: string): string[] {
  return accepted(text)
    .notices.filter(({ kind }) => kind !== 'weak')
    .map(({ at, kind, text: said }) => `${at.line} ${kind} ${said}`)
}

/** A router in which every mode and nearly every command stands; no certificate sections. */
export const everyMode = `version 15.3
service timestamps debug datetime msec
!
hostname R1
!
clock timezone CET 1 30
ip domain name cisco.com
crypto pki trustpoint TP1
 enrollment url http://192.168.0.3:80
 serial-number
 fqdn R1.cisco.com
 ip-address none
 subject-name CN=R1, OU=IT ,O=cisco
 subject-alt-name r1.example.net
 revocation-check ocsp crl none
 chain-validation continue ROOT
 rsakeypair R1.cisco.com 2048
 hash sha256
 primary
 usage ike ssl-client
 match certificate CM allow expired-certificate
 vrf MGMT
!
crypto pki trustpoint ROOT
 enrollment terminal pem
 eckeypair EC
 revocation-check none
!
crypto pki certificate map CM 20
 alt-subject-name nc evil
!
crypto pki certificate map CM 10
 subject-name co ou = qytang
 issuer-name eq cn=CA1,o=cisco
 serial-number ne 0A
 valid-start ge 1 Jan 2024 12:30:00 UTC
 expires-on lt Feb 3 2030
!
crypto isakmp policy 20
 encr aes 256
 hash sha384
 authentication pre-share
 group 19
 lifetime 3600
crypto isakmp policy 10
 encr aes
 authentication ecdsa-sig
 group 14
crypto isakmp key 0 0123456789abcdef address 192.168.0.2
crypto isakmp key 0123456789ABCDEF hostname R3.cisco.com no-xauth
crypto isakmp identity dn
crypto isakmp fragmentation
crypto isakmp invalid-spi-recovery
crypto isakmp keepalive 10 3 periodic
crypto isakmp nat keepalive 20
crypto isakmp aggressive-mode disable
no crypto isakmp default policy
crypto keyring KR vrf RED
 pre-shared-key address 192.168.9.0 255.255.255.0 key a key with blanks in it
 pre-shared-key hostname R4.cisco.com key 6 AAAAencrypted
crypto isakmp profile prof1
   description the first
   keyring KR
   keyring default
   ca trust-point TP1
   ca trust-point ROOT
   self-identity user-fqdn r1@cisco.com
   match identity address 192.168.0.2
   match identity address 10.0.0.0 255.0.0.0 RED
   match identity address ipv6 2001:db8::/32
   match identity host R2.cisco.com
   match identity host domain example.com
   match identity user u@example.com
   match identity user domain example.org
   match identity group VPN
   match certificate CM
   keepalive 30 retry 5
   local-address Ethernet0/0
   virtual-template 1
   vrf RED
   initiate mode aggressive
crypto ipsec security-association lifetime seconds 7200
crypto ipsec security-association lifetime kilobytes 10000
crypto ipsec transform-set TS1 esp-aes 256 esp-sha512-hmac
 mode transport
crypto ipsec transform-set TS2 esp-aes esp-sha256-hmac
no crypto ipsec nat-transparency udp-encapsulation
crypto ipsec profile P
 set transform-set TS1 TS2
 set isakmp-profile prof1
 set pfs group14
 set security-association lifetime seconds 1800
 responder-only
crypto map CMAP local-address Loopback0
crypto map CMAP isakmp-profile prof1
crypto map CMAP 20 ipsec-isakmp
 set peer 192.168.0.2
 set peer 192.168.0.3
 set transform-set TS2
 match address VPN
crypto map CMAP 10 ipsec-isakmp
 set peer 192.168.0.4
 set transform-set TS1
 set pfs group19
 match address 101
interface Loopback0
 ip address 192.168.100.1 255.255.255.0
 ip address 192.168.101.1 255.255.255.0 secondary
interface Tunnel1
 ip address 10.0.0.1 255.255.255.0
 tunnel source Loopback0
 tunnel mode ipsec ipv4
 tunnel destination 192.168.0.2
 tunnel protection ipsec profile P shared
interface Ethernet0/0
 ip address 192.168.0.1 255.255.255.0
 crypto map CMAP
 shutdown
ip access-list extended VPN
 permit tcp host 10.1.1.1 eq www 10.2.0.0 0.0.255.255
 5 deny udp any any eq isakmp
 permit ip any any
access-list 101 permit gre host 1.1.1.1 host 2.2.2.2
ip route 192.168.200.0 255.255.255.0 10.0.0.2
ip route 0.0.0.0 0.0.0.0 Tunnel1 10.0.0.9 200
end
`
