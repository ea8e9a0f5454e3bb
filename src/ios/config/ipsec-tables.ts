import {
  type CryptoMapEntry,
  type EspAuthentication,
  type EspEncryption,
  type IpsecProfile,
  isCombined,
  type TransformSet,
} from '../../ipsec/index.ts'
import type { IkeGroup } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft, set, unset } from './draft.ts'
import { choice, integer, ipv4, type Kind, many, rest, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto ipsec transform-set`, `crypto ipsec profile` and `crypto map` entries (ios-semantics §8). */

export const transforms: Kind<readonly string[]> = many(
  choice(
    'esp-des',
    'esp-3des',
    'esp-aes',
    'esp-null',
    'esp-gcm',
    'esp-gmac',
    'esp-seal',
    'esp-192-aes',
    'esp-256-aes',
    'esp-md5-hmac',
    'esp-sha-hmac',
    'esp-sha256-hmac',
    'esp-sha384-hmac',
    'esp-sha512-hmac',
    'ah-md5-hmac',
    'ah-sha-hmac',
    'ah-sha256-hmac',
    'ah-sha384-hmac',
    'ah-sha512-hmac',
    'comp-lzs',
    '128',
    '192',
    '256',
  ),
)
const ciphers: Readonly<Record<string, EspEncryption>> = {
  'esp-des': 'esp-des',
  'esp-3des': 'esp-3des',
  'esp-aes': 'esp-aes 128',
  'esp-aes 128': 'esp-aes 128',
  'esp-aes 192': 'esp-aes 192',
  'esp-aes 256': 'esp-aes 256',
  'esp-192-aes': 'esp-aes 192',
  'esp-256-aes': 'esp-aes 256',
  'esp-null': 'esp-null',
  'esp-gcm': 'esp-gcm 128',
  'esp-gcm 128': 'esp-gcm 128',
  'esp-gcm 192': 'esp-gcm 192',
  'esp-gcm 256': 'esp-gcm 256',
  'esp-gmac': 'esp-gmac 128',
  'esp-gmac 128': 'esp-gmac 128',
  'esp-gmac 192': 'esp-gmac 192',
  'esp-gmac 256': 'esp-gmac 256',
}
const authenticators: readonly string[] = [
  'esp-md5-hmac',
  'esp-sha-hmac',
  'esp-sha256-hmac',
  'esp-sha384-hmac',
  'esp-sha512-hmac',
] satisfies EspAuthentication[]

function isAuthentication(name: string): name is EspAuthentication {
  return authenticators.includes(name)
}

/** `crypto ipsec transform-set NAME …`: what the list of transforms says; AH and compression are reported. */
export function transformSet(name: string, words: readonly string[], context: Context): Draft<TransformSet> {
  const { at } = context
  const made = draft<TransformSet>({ name, mode: 'tunnel', at })
  for (let index = 0; index < words.length; index += 1) {
    const first = words[index] ?? ''
    const next = words[index + 1] ?? ''
    const sized = /^\d/.test(next)
    const transform = sized ? `${first} ${next}` : first
    if (sized) index += 1
    const repeated = {
      message: `${transform} is one too many`,
      expected: 'one cipher and one authenticator',
      remedy: 'name each once',
    }
    if (/^\d/.test(first) || (sized && !['esp-aes', 'esp-gcm', 'esp-gmac'].includes(first))) {
      const wrong = /^\d/.test(first) ? first : next
      context.fail({
        word: wrong,
        message: `${wrong} follows no cipher that takes a key length`,
        expected: 'a key length after esp-aes, esp-gcm or esp-gmac only',
        remedy: 'write for example: esp-aes 256 esp-sha256-hmac',
      })
    } else if (ciphers[transform] !== undefined) {
      if (made.value.encryption !== undefined) context.fail({ word: first, ...repeated })
      set(made, 'encryption', ciphers[transform], at)
    } else if (isAuthentication(transform)) {
      if (made.value.authentication !== undefined) context.fail({ word: first, ...repeated })
      set(made, 'authentication', transform, at)
    } else context.notice('not-modelled', `transform ${transform} of transform set ${name} is not modelled`)
  }
  const { encryption, authentication } = made.value
  if (encryption !== undefined && isCombined(encryption) && authentication !== undefined)
    context.fail({
      word: authentication,
      message: `${authentication} stands beside ${encryption}, which authenticates by itself`,
      expected: 'no authenticator',
      remedy: `leave ${authentication} out`,
    })
  return made
}

const sets: CommandForms<Draft<TransformSet>> = commandForms<Draft<TransformSet>>()

export const transformSetTable: Table<Draft<TransformSet>> = table('crypto ipsec transform-set', 'not-modelled', [
  sets.command('mode tunnel', {}, 'protect whole packets (the default)', (made, _, { at }) =>
    set(made, 'mode', 'tunnel', at),
  ),
  sets.command('mode transport [require]', {}, 'protect what packets carry', (made, _, { at }) =>
    set(made, 'mode', 'transport', at),
  ),
  sets.command('no mode [<rest>]', { rest: anything }, 'back to tunnel mode', (made, _, { at }) =>
    set(made, 'mode', 'tunnel', at),
  ),
])

/** Ranges of `security-association lifetime`. */
export const lifetimeSeconds: Kind<number> = integer('a lifetime in seconds', 120, 2592000)
export const lifetimeKilobytes: Kind<number> = integer('a volume in kilobytes', 2560, 4294967295)
export const lifetimeDays: Kind<number> = integer('a lifetime in days', 1, 30)

const groups = {
  group1: 1,
  group2: 2,
  group5: 5,
  group14: 14,
  group15: 15,
  group16: 16,
  group19: 19,
  group20: 20,
  group21: 21,
  group24: 24,
} as const
const pfsGroup: Kind<IkeGroup> = {
  ...choice('group1', 'group2', 'group5', 'group14', 'group15', 'group16', 'group19', 'group20', 'group21', 'group24'),
  read: (text) => {
    const found = Object.entries(groups).find(([name]) => name === text.toLowerCase())
    return found?.[1]
  },
}
const name = word('a name')

/** What an ipsec profile and a crypto map entry have in common. */
type Protection = Pick<CryptoMapEntry, 'transformSets' | 'isakmpProfile' | 'ikev2Profile' | 'pfs' | 'lifetime' | 'at'>

/** `set pfs` without a group. */
const DEFAULT_PFS: IkeGroup = 1

function named(names: readonly string[], at: SourceRef): { name: string; at: SourceRef }[] {
  return names.map((each) => ({ name: each, at }))
}

function common<T extends Protection>(): Command<Draft<T>>[] {
  const { command, notModelled, inert }: CommandForms<Draft<Protection>> = commandForms<Draft<Protection>>()
  const commands = [
    command(
      'set transform-set <names>',
      { names: many(name) },
      'the transform sets, in order of preference',
      (to, { names }, { at }) => set(to, 'transformSets', named(names, at), at),
    ),
    command('no set transform-set [<rest>]', { rest: anything }, 'no transform set', (to, _, { at }) =>
      set(to, 'transformSets', [], at),
    ),
    command('set isakmp-profile <name>', { name }, 'the ISAKMP profile to use', (to, values, { at }) =>
      set(to, 'isakmpProfile', { name: values.name, at }, at),
    ),
    command('no set isakmp-profile [<rest>]', { rest: anything }, 'no ISAKMP profile', (to) =>
      unset(to, 'isakmpProfile'),
    ),
    command('set ikev2-profile <name>', { name }, 'the IKEv2 profile to use', (to, values, { at }) =>
      set(to, 'ikev2Profile', { name: values.name, at }, at),
    ),
    command('no set ikev2-profile [<rest>]', { rest: anything }, 'no IKEv2 profile', (to) => unset(to, 'ikev2Profile')),
    command('set pfs [<group>]', { group: pfsGroup }, 'perfect forward secrecy', (to, { group }, { at }) =>
      set(to, 'pfs', group ?? DEFAULT_PFS, at),
    ),
    command('no set pfs [<rest>]', { rest: anything }, 'no perfect forward secrecy', (to) => unset(to, 'pfs')),
    command(
      'set security-association lifetime seconds <seconds>',
      { seconds: lifetimeSeconds },
      'lifetime in seconds',
      (to, { seconds }, { at }) => set(to, 'lifetime', { ...to.value.lifetime, seconds }, at),
    ),
    command(
      'set security-association lifetime days <days>',
      { days: lifetimeDays },
      'lifetime in days',
      (to, { days }, { at }) => set(to, 'lifetime', { ...to.value.lifetime, seconds: days * 86400 }, at),
    ),
    command(
      'set security-association lifetime kilobytes <kilobytes>',
      { kilobytes: lifetimeKilobytes },
      'lifetime in kilobytes',
      (to, { kilobytes }, { at }) => set(to, 'lifetime', { ...to.value.lifetime, kilobytes }, at),
    ),
    notModelled('set security-association lifetime kilobytes disable', {}, 'no limit of volume'),
    command('no set security-association lifetime [<rest>]', { rest: anything }, 'back to the global lifetime', (to) =>
      unset(to, 'lifetime'),
    ),
    ...(
      [
        'set identity',
        'set mixed-mode',
        'set security-policy',
        'set security-association idle-time',
        'set security-association level',
        'set security-association replay',
        'set security-association dummy',
        'reverse-route',
        'redundancy',
        'dialer',
        'qos',
        'default',
      ] as const
    ).map((words) => notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
    inert('description <text>', { text: rest('a description') }, 'a description'),
  ]
  // They write to the attributes of Protection only, which every T has.
  return commands as unknown as Command<Draft<T>>[]
}

export function ipsecProfileDraft(profile: string, at: SourceRef): Draft<IpsecProfile> {
  return draft<IpsecProfile>({ name: profile, transformSets: [], responderOnly: false, at })
}

const profiles: CommandForms<Draft<IpsecProfile>> = commandForms<Draft<IpsecProfile>>()

export const ipsecProfileTable: Table<Draft<IpsecProfile>> = table('crypto ipsec profile', 'not-modelled', [
  ...common<IpsecProfile>(),
  profiles.command('responder-only', {}, 'never initiate', (profile, _, { at }) =>
    set(profile, 'responderOnly', true, at),
  ),
  profiles.command('no responder-only', {}, 'initiate as well', (profile, _, { at }) =>
    set(profile, 'responderOnly', false, at),
  ),
])

export function cryptoMapDraft(map: string, sequence: number, at: SourceRef): Draft<CryptoMapEntry> {
  return draft<CryptoMapEntry>({ name: map, sequence, peers: [], transformSets: [], at })
}

const maps: CommandForms<Draft<CryptoMapEntry>> = commandForms<Draft<CryptoMapEntry>>()
const accessList = word('an access list')

export const cryptoMapTable: Table<Draft<CryptoMapEntry>> = table('crypto map', 'not-modelled', [
  ...common<CryptoMapEntry>(),
  maps.command('match address <list>', { list: accessList }, 'the traffic to protect', (entry, { list }, { at }) =>
    set(entry, 'accessList', list, at),
  ),
  maps.command('no match address [<list>]', { list: accessList }, 'no traffic to protect', (entry) =>
    unset(entry, 'accessList'),
  ),
  maps.command(
    'set peer <address> [default]',
    { address: ipv4 },
    'a peer; several are tried in order',
    (entry, { address }) => {
      if (entry.members.has(address)) return
      entry.members.add(address)
      entry.value.peers.push(address)
    },
  ),
  maps.notModelled('set peer <hostname> [dynamic]', { hostname: hostnameOfPeer() }, 'peers by name are not resolved'),
  maps.command('no set peer <address>', { address: ipv4 }, 'take a peer out', (entry, { address }) => {
    if (entry.members.delete(address)) entry.value.peers = entry.value.peers.filter((kept) => kept !== address)
  }),
])

function hostnameOfPeer(): Kind<string> {
  return { ...word('a host name'), read: (text) => (/[A-Za-z]/.test(text) ? text : undefined) }
}
