import { anything, type CommandForms, commandForms } from './command.ts'
import type { InterfaceDraft, TunnelDraft } from './draft.ts'
import { interfaceName } from './interface-name.ts'
import { choice, identifier, ipv4, type Kind, mask, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `interface NAME`: addresses, tunnels and what protects them. Everything else of an interface bears on no decision. */

const { command, notModelled, inert }: CommandForms<InterfaceDraft> = commandForms<InterfaceDraft>()

function tunnel(of: InterfaceDraft): TunnelDraft {
  of.tunnel ??= { mode: 'gre ip' }
  return of.tunnel
}

const name = word('a name')
const vrfName = identifier('the name of a VRF')
const hostname: Kind<string> = { ...word('a host name'), read: (text) => (/[A-Za-z]/.test(text) ? text : undefined) }

export const interfaceTable: Table<InterfaceDraft> = table(
  'interface',
  'ignored',
  [
    command(
      'ip address <address> <mask> [<secondary>]',
      { address: ipv4, mask, secondary: choice('secondary') },
      'an address',
      (to, { address, mask, secondary }) => {
        if (secondary !== undefined) to.addresses.push({ address, mask, secondary: true })
        // There is one primary address, and it stands first: a new one takes the place of the old.
        else to.addresses.splice(0, to.addresses[0]?.secondary === false ? 1 : 0, { address, mask, secondary: false })
      },
    ),
    notModelled('ip address dhcp [<rest>]', { rest: anything }, 'addresses by DHCP'),
    notModelled('ip address negotiated [<rest>]', { rest: anything }, 'negotiated addresses'),
    notModelled('ip unnumbered <rest>', { rest: anything }, 'borrowed addresses'),
    command('no ip address', {}, 'no address', (to) => {
      to.addresses.splice(0)
    }),
    command(
      'no ip address <address> <mask> [secondary]',
      { address: ipv4, mask },
      'take an address out',
      (to, { address }) => {
        const index = to.addresses.findIndex((kept) => kept.address === address)
        if (index >= 0) to.addresses.splice(index, 1)
      },
    ),
    command('shutdown', {}, 'switch the interface off', (to) => {
      to.shutdown = true
    }),
    command('no shutdown', {}, 'switch the interface on', (to) => {
      to.shutdown = false
    }),
    command('crypto map <name>', { name }, 'protect traffic by a crypto map', (to, values, { at }) => {
      to.cryptoMap = { name: values.name, at }
    }),
    notModelled(
      'crypto map <name> redundancy <rest>',
      { name, rest: anything },
      'redundant crypto maps',
      (to, values, { at }) => {
        to.cryptoMap = { name: values.name, at }
      },
    ),
    command('no crypto map [<name>]', { name }, 'no crypto map', (to) => {
      delete to.cryptoMap
    }),
    command('tunnel source <address>', { address: ipv4 }, 'the local address of the tunnel', (to, { address }) => {
      tunnel(to).source = address
    }),
    command(
      'tunnel source <interface>',
      { interface: interfaceName },
      'the local interface of the tunnel',
      (to, values, { at }) => {
        Object.assign(tunnel(to), { source: values.interface, sourceAt: at })
      },
    ),
    notModelled('tunnel source dynamic', {}, 'a source chosen later'),
    command(
      'tunnel destination <address>',
      { address: ipv4 },
      'the remote address of the tunnel',
      (to, { address }) => {
        tunnel(to).destination = address
      },
    ),
    notModelled('tunnel destination <hostname>', { hostname }, 'destinations by name'),
    command('tunnel mode gre ip', {}, 'GRE over IPv4 (the default)', (to) => {
      tunnel(to).mode = 'gre ip'
    }),
    command('tunnel mode ipsec ipv4', {}, 'IPsec over IPv4', (to) => {
      tunnel(to).mode = 'ipsec ipv4'
    }),
    notModelled('tunnel mode <rest>', { rest: anything }, 'other tunnel modes'),
    command('no tunnel mode [<rest>]', { rest: anything }, 'back to GRE over IPv4', (to) => {
      tunnel(to).mode = 'gre ip'
    }),
    command('tunnel vrf <vrf>', { vrf: vrfName }, 'the table of the outer packets', (to, { vrf }) => {
      tunnel(to).vrf = vrf
    }),
    command('no tunnel vrf [<vrf>]', { vrf: vrfName }, 'the global table', (to) => {
      delete tunnel(to).vrf
    }),
    ...(['vrf forwarding', 'ip vrf forwarding'] as const).flatMap((words) => [
      // IOS takes the addresses away with it.
      command(`${words} <vrf>`, { vrf: vrfName }, 'the VRF of the interface', (to, { vrf }) => {
        if (to.vrf !== vrf) to.addresses.splice(0)
        to.vrf = vrf
      }),
      command(`no ${words} [<vrf>]`, { vrf: vrfName }, 'the global table', (to) => {
        if (to.vrf !== undefined) to.addresses.splice(0)
        delete to.vrf
      }),
    ]),
    notModelled('tunnel key <rest>', { rest: anything }, 'GRE keys'),
    command(
      'tunnel protection ipsec profile <profile> [shared]',
      { profile: word('the name of an ipsec profile') },
      'protect the tunnel by an ipsec profile',
      (to, { profile }, { at }) => {
        tunnel(to).protection = { ipsecProfile: profile, at }
      },
    ),
    command('no tunnel protection [<rest>]', { rest: anything }, 'no protection', (to) => {
      delete tunnel(to).protection
    }),
    notModelled('tunnel protection ipsec policy <rest>', { rest: anything }, 'protection by access list'),
    // Listed so that they are not taken for commands of the global mode where nothing is indented.
    ...(
      [
        'description',
        'keepalive',
        'ip ospf',
        'ip nat',
        'ip tcp',
        'ip pim',
        'ip verify',
        'ip flow',
        'standby',
        'ip igmp',
        'ip inspect',
        'ip rip',
        'service-policy',
        'zone-member',
        'ipv6',
        'cdp',
        'lldp',
        'isdn',
        'dialer',
        'frame-relay',
        'spanning-tree',
        'snmp',
        'bfd',
        'nat64',
        'mpls',
        'no cdp',
        'no lldp',
        'no ipv6',
        'no ip',
        'no mop',
        'no keepalive',
        'no snmp',
        'no service-policy',
      ] as const
    ).map((words) => inert(`${words} [<rest>]`, { rest: anything }, 'bears on no decision')),
  ],
  { reported: ['crypto', 'no crypto', 'tunnel protection'] },
)
