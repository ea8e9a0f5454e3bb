import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type CryptoMapDefaults, type RouterDraft, take } from './draft.ts'
import { interfaceName } from './interface-name.ts'
import {
  cryptoMapDraft,
  cryptoMapTable,
  ipsecProfileDraft,
  ipsecProfileTable,
  lifetimeDays,
  lifetimeKilobytes,
  lifetimeSeconds,
  transformSet,
  transformSetTable,
  transforms,
} from './ipsec-tables.ts'
import { integer, word } from './kinds.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** The global commands of IPsec and of crypto maps. */

const { command, notModelled }: CommandForms<RouterDraft> = commandForms<RouterDraft>()
const name = word('a name')
const sequence = integer('a sequence number', 1, 65535)

export const ipsecCommands: readonly Command<RouterDraft>[] = [
  command(
    'crypto ipsec transform-set <name> <transforms>',
    { name, transforms },
    'a transform set',
    (to, values, context) => {
      const made = transformSet(values.name, values.transforms, context)
      // A name that is defined again keeps its place and its mode, and takes the new transforms.
      const kept = to.transformSets.get(values.name)
      if (kept !== undefined) made.value.mode = kept.value.mode
      to.transformSets.set(values.name, made)
      if (values.name === 'default') to.withoutDefaults.transformSet = false
      context.enter(modeOf(transformSetTable, made))
    },
  ),
  command(
    'no crypto ipsec transform-set <name> [<rest>]',
    { name, rest: anything },
    'take a transform set out',
    (to, values) => {
      to.transformSets.delete(values.name)
      if (values.name === 'default') to.withoutDefaults.transformSet = true
    },
  ),
  command('crypto ipsec profile <name>', { name }, 'an ipsec profile', (to, values, { at, enter }) => {
    enter(
      modeOf(
        ipsecProfileTable,
        take(to.ipsecProfiles, values.name, () => ipsecProfileDraft(values.name, at)),
      ),
    )
  }),
  command('no crypto ipsec profile <name>', { name }, 'take an ipsec profile out', (to, values) => {
    to.ipsecProfiles.delete(values.name)
    if (values.name === 'default') to.withoutDefaults.profile = true
  }),
  command(
    'crypto ipsec security-association lifetime seconds <seconds>',
    { seconds: lifetimeSeconds },
    'lifetime in seconds',
    (to, { seconds }) => {
      to.lifetime = { ...to.lifetime, seconds }
    },
  ),
  command(
    'crypto ipsec security-association lifetime days <days>',
    { days: lifetimeDays },
    'lifetime in days',
    (to, { days }) => {
      to.lifetime = { ...to.lifetime, seconds: days * 86400 }
    },
  ),
  command(
    'crypto ipsec security-association lifetime kilobytes <kilobytes>',
    { kilobytes: lifetimeKilobytes },
    'lifetime in kilobytes',
    (to, { kilobytes }) => {
      to.lifetime = { ...to.lifetime, kilobytes }
    },
  ),
  notModelled('crypto ipsec security-association lifetime kilobytes disable', {}, 'no limit of volume'),
  command(
    'no crypto ipsec security-association lifetime seconds [<rest>]',
    { rest: anything },
    'back to 3600 seconds',
    (to) => {
      to.lifetime = { ...to.lifetime, seconds: 3600 }
    },
  ),
  command(
    'no crypto ipsec security-association lifetime kilobytes [<rest>]',
    { rest: anything },
    'back to 4608000 kilobytes',
    (to) => {
      to.lifetime = { ...to.lifetime, kilobytes: 4608000 }
    },
  ),
  command('crypto ipsec nat-transparency udp-encapsulation', {}, 'NAT traversal on', (to) => {
    to.natTransparency = true
  }),
  command('no crypto ipsec nat-transparency udp-encapsulation', {}, 'NAT traversal off', (to) => {
    to.natTransparency = false
  }),
]

function mapEntry(to: RouterDraft, map: string, number: number, make: () => ReturnType<typeof cryptoMapDraft>) {
  return take(to.cryptoMaps, `${map} ${number}`, make)
}

function mapDefaults(to: RouterDraft, map: string): CryptoMapDefaults {
  return take(to.cryptoMapDefaults, map, () => ({}))
}

function otherMap(to: RouterDraft, map: string): void {
  to.otherCryptoMaps.add(map)
}

export const cryptoMapCommands: readonly Command<RouterDraft>[] = [
  command(
    'crypto map <name> <sequence> [ipsec-isakmp]',
    { name, sequence },
    'an entry of a crypto map',
    (to, values, { at, enter }) => {
      enter(
        modeOf(
          cryptoMapTable,
          mapEntry(to, values.name, values.sequence, () => cryptoMapDraft(values.name, values.sequence, at)),
        ),
      )
    },
  ),
  command(
    'no crypto map <name> [<sequence>] [<rest>]',
    { name, sequence, rest: anything },
    'take a crypto map out',
    (to, values) => {
      for (const [key, entry] of to.cryptoMaps)
        if (
          entry.value.name === values.name &&
          (values.sequence === undefined || entry.value.sequence === values.sequence)
        )
          to.cryptoMaps.delete(key)
    },
  ),
  ...(['dynamic', 'discover', 'profile'] as const).map((words) =>
    notModelled(
      `crypto map <name> <sequence> ipsec-isakmp ${words} [<rest>]`,
      { name, sequence, rest: anything },
      'dynamic crypto maps',
      (to, values, { enter }) => {
        otherMap(to, values.name)
        enter(modeOf(unmodelledTable, undefined))
      },
    ),
  ),
  ...(['ipsec-manual', 'gdoi'] as const).map((words) =>
    notModelled(
      `crypto map <name> <sequence> ${words} [<rest>]`,
      { name, sequence, rest: anything },
      'crypto maps without ISAKMP',
      (to, values, { enter }) => {
        otherMap(to, values.name)
        enter(modeOf(unmodelledTable, undefined))
      },
    ),
  ),
  command(
    'crypto map <name> isakmp-profile <profile>',
    { name, profile: word('the name of an ISAKMP profile') },
    'the ISAKMP profile of every entry',
    (to, values, { at }) => {
      mapDefaults(to, values.name).isakmpProfile = { name: values.profile, at }
    },
  ),
  command(
    'crypto map <name> local-address <interface>',
    { name, interface: interfaceName },
    'the interface whose address the entries use',
    (to, values, { at }) => {
      mapDefaults(to, values.name).localAddress = { name: values.interface, at }
    },
  ),
  notModelled('crypto map <name> client <rest>', { name, rest: anything }, 'remote access'),
  notModelled('crypto map <name> isakmp <rest>', { name, rest: anything }, 'remote access'),
  notModelled('crypto map ipv6 <rest>', { rest: anything }, 'crypto maps for IPv6', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined)),
  ),
  notModelled('crypto dynamic-map <rest>', { rest: anything }, 'dynamic crypto maps', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined)),
  ),
]
