import type { AccessListEntry, ProxyIdentity } from '../../ipsec/index.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import type { AccessListDraft } from './draft.ts'
import { integer, ipv4, type Kind, wildcard, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** Extended access lists: what a crypto map protects. */

const protocols: Readonly<Record<string, number>> = {
  ip: 0,
  icmp: 1,
  igmp: 2,
  ipinip: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ahp: 51,
  eigrp: 88,
  ospf: 89,
  nos: 94,
  pim: 103,
  pcp: 108,
  sctp: 132,
}
const ports: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  daytime: 13,
  'ftp-data': 20,
  ftp: 21,
  telnet: 23,
  smtp: 25,
  time: 37,
  tacacs: 49,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  gopher: 70,
  finger: 79,
  www: 80,
  hostname: 101,
  pop2: 109,
  pop3: 110,
  sunrpc: 111,
  ident: 113,
  nntp: 119,
  ntp: 123,
  'netbios-ns': 137,
  'netbios-dgm': 138,
  'netbios-ss': 139,
  snmp: 161,
  snmptrap: 162,
  bgp: 179,
  irc: 194,
  'pim-auto-rp': 496,
  isakmp: 500,
  syslog: 514,
  login: 513,
  lpd: 515,
  rip: 520,
  'non500-isakmp': 4500,
}

function numberOrName(what: string, names: Readonly<Record<string, number>>, max: number): Kind<number> {
  const number = integer(what, 0, max)
  return {
    expected: `${number.expected}, or a name such as ${Object.keys(names).slice(0, 5).join(', ')}`,
    shape: 'word',
    read: (text) => (Object.hasOwn(names, text.toLowerCase()) ? names[text.toLowerCase()] : number.read(text)),
  }
}

const protocol = numberOrName('a protocol', protocols, 255)
const port = numberOrName('a port', ports, 65535)
const sequence = integer('a sequence number', 1, 2147483647)

const ends = ['any', 'host <{}Host>', '<{}Address> <{}Wildcard>'] as const

/** What the forms of a line may name. */
interface EntryValues {
  readonly sequence?: number
  readonly protocol: number
  readonly sourceHost?: string
  readonly sourceAddress?: string
  readonly sourceWildcard?: string
  readonly sourcePort?: number
  readonly destinationHost?: string
  readonly destinationAddress?: string
  readonly destinationWildcard?: string
  readonly destinationPort?: number
}

const kinds = {
  sequence,
  protocol,
  sourceHost: ipv4,
  sourceAddress: ipv4,
  sourceWildcard: wildcard,
  sourcePort: port,
  destinationHost: ipv4,
  destinationAddress: ipv4,
  destinationWildcard: wildcard,
  destinationPort: port,
} as const

function proxy(
  protocolNumber: number,
  host?: string,
  address?: string,
  mask?: string,
  portNumber?: number,
): ProxyIdentity {
  const where =
    host !== undefined
      ? { address: host, mask: '255.255.255.255' }
      : { address: address ?? '0.0.0.0', mask: mask ?? '0.0.0.0' }
  return { ...where, protocol: protocolNumber, port: portNumber ?? 0 }
}

function entryOf(action: AccessListEntry['action'], values: EntryValues, { at }: Context): AccessListEntry {
  return {
    action,
    source: proxy(values.protocol, values.sourceHost, values.sourceAddress, values.sourceWildcard, values.sourcePort),
    destination: proxy(
      values.protocol,
      values.destinationHost,
      values.destinationAddress,
      values.destinationWildcard,
      values.destinationPort,
    ),
    at,
  }
}

type Act = (list: AccessListDraft, action: AccessListEntry['action'], values: EntryValues, context: Context) => void

const addEntry: Act = (list, action, values, context) => {
  const number = values.sequence ?? list.last + 10
  list.last = Math.max(list.last, number)
  list.entries.push({ sequence: number, entry: entryOf(action, values, context) })
}

/** As IOS keeps it: without the bits of the address that the mask leaves out. */
function kept({ address, mask, protocol: number, port: service }: ProxyIdentity): string {
  const bits = mask.split('.')
  const network = address.split('.').map((octet, index) => Number(octet) & Number(bits[index]))
  return [...network, mask, number, service].join(' ')
}

const sameEntry = (a: AccessListEntry, b: AccessListEntry): boolean =>
  a.action === b.action && kept(a.source) === kept(b.source) && kept(a.destination) === kept(b.destination)

/** Whatever its number: a list holds an entry once. */
const removeEntry: Act = (list, action, values, context) => {
  const gone = entryOf(action, values, context)
  const index = list.entries.findIndex(({ entry }) => sameEntry(entry, gone))
  if (index >= 0) list.entries.splice(index, 1)
}

/** Every form of an entry after `prefix`: both ends as any, host or address and wildcard, with or without ports. */
export function entryForms<T, A extends Readonly<Record<string, Kind<unknown>>>>(
  prefix: string,
  more: A,
  listOf: (target: T, values: Readonly<Record<string, unknown>>, context: Context) => AccessListDraft,
  act: Act = addEntry,
): Command<T>[] {
  const { command, notModelled }: CommandForms<T> = commandForms<T>()
  return (['permit', 'deny'] as const).flatMap((action) => [
    ...ends.flatMap((source) =>
      ends.map((destination) => {
        const from = source.replaceAll('{}', 'source')
        const to = destination.replaceAll('{}', 'destination')
        const syntax = `${prefix}${action} <protocol> ${from} [eq <sourcePort>] ${to} [eq <destinationPort>] [log]`
        // The syntax is put together, so the compiler cannot read the names off it; EntryValues lists them.
        return command(
          syntax as '<protocol>',
          { ...kinds, ...more },
          'an entry of an extended access list',
          (target, values, context) => act(listOf(target, values, context), action, values as EntryValues, context),
        )
      }),
    ),
    ...(['object-group', 'addrgroup'] as const).map((words) =>
      notModelled(
        `${prefix}${action} <protocol> ${words} <rest>` as '<protocol> <rest>',
        { ...kinds, ...more, rest: anything },
        'object groups',
        (target, values, context) => {
          listOf(target, values, context)
        },
      ),
    ),
  ])
}

const named: CommandForms<AccessListDraft> = commandForms<AccessListDraft>()

export const accessListTable: Table<AccessListDraft> = table(
  'ip access-list extended',
  'not-modelled',
  [
    ...entryForms<AccessListDraft, Record<never, never>>('[<sequence>] ', {}, (list) => list),
    ...entryForms<AccessListDraft, Record<never, never>>('no ', {}, (list) => list, removeEntry),
    named.inert('[<sequence>] remark [<rest>]', { sequence, rest: anything }, 'a remark'),
    named.command('no <sequence>', { sequence }, 'take an entry out', (list, values) => {
      const index = list.entries.findIndex((entry) => entry.sequence === values.sequence)
      if (index >= 0) list.entries.splice(index, 1)
    }),
  ],
  { keepNotice: (list, give) => list.notices.push(give) },
)

export const listNumber: Kind<string> = {
  expected: 'the number of an extended access list (100 to 199 or 2000 to 2699)',
  shape: 'word',
  read: (text) => (/^(?:1\d\d|2[0-6]\d\d)$/.test(text) ? text : undefined),
}

export const otherListNumber: Kind<string> = {
  expected: 'the number of an access list',
  shape: 'word',
  read: (text) =>
    /^[1-9]\d{0,3}$/.test(text) && Number(text) <= 2799 && listNumber.read(text) === undefined ? text : undefined,
}

export const listName: Kind<string> = word('the name of an access list')
