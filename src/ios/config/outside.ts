import type { Line } from './line.ts'
import { type Table, table } from './mode.ts'

/** What is not read further: modes of crypto commands that are not modelled, and IOS outside the subject. */

/** A mode whose every line is reported. */
export const unmodelledTable: Table<undefined> = table<undefined>(
  'a crypto command that is not modelled',
  'not-modelled',
  [],
)

/** A mode whose every line is kept and ignored. */
export const outsideTable: Table<undefined> = table<undefined>('a mode outside the subject', 'ignored', [])

const firstWords = new Set(
  `aaa alias application archive arp boot bba-group bfd bridge buffers call-home card cdp class-map config-register
  control-plane controller cpu cts dial-peer dialer-list diagnostic do-exec dot1x domain dspfarm eap enable eigrp errdisable
  event exception extcommunity-list facility-alarm flow frame-relay gateway hw-module identity ipc ipv6 isdn kerberos
  key keyword l2tp l2vpn lacp ldap license line lldp logging login macro management map-class map-list memory
  memory-size mls mmi module monitor mpls multilink nat netconf netconf-yang network-clock ntp object-group parameter-map
  parser partition password platform policy-map port-channel power privilege process processes prompt qos radius
  radius-server redundancy resource restconf rmon route-map router rtr sampler scheduler security service
  shell snmp snmp-server spanning-tree ssh stackwise-virtual standby stcapp subscriber switch system tacacs tacacs-server
  telemetry template terminal track transceiver transport-map udld upgrade username version vlan voice voice-card
  vpdn vpdn-group vtp vxml webui wsma x25 xconnect zone zone-pair clock banner`.split(/\s+/),
)

const firstTwoWords = new Set([
  'vrf definition',
  ...`accounting-list accounting-threshold admission arp as-path bgp-community bootp bsr cef classless default-gateway
  default-network dhcp dns domain-list domain-lookup dvmrp explicit-path extcommunity-list finger flow-cache flow-export
  flow-top-talkers forward-protocol ftp host http icmp igmp inspect ips local mfib mobile mrm msdp multicast multicast-routing
  name-server nat nbar options pim port-map prefix-list radius rcmd reflexive-list routing rsvp rtcp scp sdee security
  sla slb source-route spd ssh subnet-zero tacacs tcp telnet tftp traffic-export udp urlfilter verify vrf wccp`
    .split(/\s+/)
    .map((word) => `ip ${word}`),
])

/** True for the beginning of an IOS command that bears on no decision. Abbreviations are not understood here. */
export function isOutside(line: Line): boolean {
  const at = line.words[0] === 'no' || line.words[0] === 'default' ? 1 : 0
  const first = line.words[at]?.toLowerCase()
  if (first === undefined) return false
  return firstWords.has(first) || firstTwoWords.has(`${first} ${line.words[at + 1]?.toLowerCase()}`)
}
