import { accessListTable, entryForms, listName, listNumber, otherListNumber } from './access-list.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type AccessListDraft, type RouterDraft, take } from './draft.ts'
import { interfaceTable } from './interface.ts'
import { interfaceName, interfaceNumber, interfaceType } from './interface-name.ts'
import { identifier, integer, ipv4, mask, word } from './kinds.ts'
import { modeOf } from './mode.ts'
import { outsideTable } from './outside.ts'

/** The global commands of the router itself: its name, interfaces, routes and access lists. */

const { command, inert }: CommandForms<RouterDraft> = commandForms<RouterDraft>()
const name = word('a name')
const vrfName = identifier('the name of a VRF')

export const routerCommands: readonly Command<RouterDraft>[] = [
  command('hostname <name>', { name }, 'the name of the router', (to, values) => {
    to.hostname = values.name
  }),
  ...(['ip domain name', 'ip domain-name'] as const).map((words) =>
    command(
      `${words} <domain>`,
      { domain: word('a domain name such as cisco.com') },
      'the domain of the router',
      (to, { domain }) => {
        to.domainName = domain
      },
    ),
  ),
  inert('ip domain name vrf <rest>', { rest: anything }, 'the domain inside a VRF'),
  inert('ip domain lookup [<rest>]', { rest: anything }, 'name resolution'),
  inert('ip domain list <rest>', { rest: anything }, 'domains to try'),
  command(
    'clock timezone <name> <hours> [<minutes>]',
    { name, hours: integer('hours east of UTC', -23, 23), minutes: integer('minutes', 0, 59) },
    'the time zone',
    (to, { name: zone, hours, minutes = 0 }) => {
      to.timezone = { name: zone, offsetMinutes: hours * 60 + (hours < 0 ? -minutes : minutes) }
    },
  ),
  command('interface <name>', { name: interfaceName }, 'an interface', (to, values, { at, enter }) => {
    enter(
      modeOf(
        interfaceTable,
        take(to.interfaces, values.name, () => ({ name: values.name, at, addresses: [], shutdown: false })),
      ),
    )
  }),
  command(
    'interface <type> <number>',
    { type: interfaceType, number: interfaceNumber },
    'an interface',
    (to, { type, number }, { at, enter }) => {
      const full = `${type}${number}`
      enter(
        modeOf(
          interfaceTable,
          take(to.interfaces, full, () => ({ name: full, at, addresses: [], shutdown: false })),
        ),
      )
    },
  ),
  inert('interface range <rest>', { rest: anything }, 'several interfaces', (_to, _values, { enter }) =>
    enter(modeOf(outsideTable, undefined)),
  ),
  command(
    'ip route <network> <mask> <gateway> [<rest>]',
    { network: ipv4, mask, gateway: ipv4, rest: anything },
    'a static route',
    (to, { network, mask, gateway }, { at }) => {
      to.routes.push({ network, mask, via: gateway, at })
    },
  ),
  command(
    'ip route <network> <mask> <interface> [<gateway>] [<rest>]',
    { network: ipv4, mask, interface: interfaceName, gateway: ipv4, rest: anything },
    'a static route',
    (to, { network, mask, interface: out, gateway }, { at }) => {
      // A tunnel has one far end, so the interface says it all, and the gateway may be on no connected network.
      to.routes.push({ network, mask, via: gateway === undefined || out.startsWith('Tunnel') ? out : gateway, at })
    },
  ),
  inert('ip route <network> <mask> dhcp [<rest>]', { network: ipv4, mask, rest: anything }, 'a route learnt by DHCP'),
  command(
    'ip route vrf <vrf> <network> <mask> <gateway> [<rest>]',
    { vrf: vrfName, network: ipv4, mask, gateway: ipv4, rest: anything },
    'a static route of a VRF',
    (to, { vrf, network, mask, gateway }, { at }) => {
      to.routes.push({ network, mask, via: gateway, vrf, at })
    },
  ),
  command(
    'ip route vrf <vrf> <network> <mask> <interface> [<gateway>] [<rest>]',
    { vrf: vrfName, network: ipv4, mask, interface: interfaceName, gateway: ipv4, rest: anything },
    'a static route of a VRF',
    (to, { vrf, network, mask, interface: out, gateway }, { at }) => {
      to.routes.push({ network, mask, via: gateway === undefined || out.startsWith('Tunnel') ? out : gateway, vrf, at })
    },
  ),
]

function extendedList(to: RouterDraft, list: string): AccessListDraft {
  return take(to.accessLists, list, () => ({ name: list, entries: [], last: 0, notices: [] }))
}

export const accessListCommands: readonly Command<RouterDraft>[] = [
  command('ip access-list extended <name>', { name: listName }, 'an extended access list', (to, values, { enter }) => {
    enter(modeOf(accessListTable, extendedList(to, values.name)))
  }),
  inert('ip access-list standard <name>', { name: listName }, 'a standard access list', (to, values, { enter }) => {
    to.otherAccessLists.add(values.name)
    enter(modeOf(outsideTable, undefined))
  }),
  inert('ip access-list resequence <rest>', { rest: anything }, 'new sequence numbers'),
  inert('ip access-list log-update <rest>', { rest: anything }, 'how often to log'),
  ...entryForms<RouterDraft, { readonly list: typeof listNumber }>(
    'access-list <list> ',
    { list: listNumber },
    (to, values) => extendedList(to, String(values.list)),
  ),
  inert('access-list <list> remark [<rest>]', { list: listNumber, rest: anything }, 'a remark', (to, { list }) => {
    extendedList(to, list)
  }),
  inert(
    'access-list <other> <rest>',
    { other: otherListNumber, rest: anything },
    'a list of another kind',
    (to, { other }) => {
      to.otherAccessLists.add(other)
    },
  ),
]
