import type { IsakmpProfile, MatchStatement } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft, set, unset } from './draft.ts'
import { interfaceName } from './interface-name.ts'
import { identifier, integer, ipv4, ipv6Prefix, mask, rest, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto isakmp profile NAME` (ios-semantics §1.4). */

/** The statements stand apart until the end, by what they say: to take one out of many must not search them all. */
interface ProfileDraft extends Draft<IsakmpProfile> {
  readonly statements: Map<string, MatchStatement>
}

type Profile = ProfileDraft
const { command, notModelled, inert }: CommandForms<Profile> = commandForms<Profile>()

export function profileDraft(name: string, at: SourceRef): Profile {
  const made = draft<IsakmpProfile>({
    name,
    at,
    caTrustPoints: [],
    matchIdentity: [],
    matchCertificate: [],
    keyrings: [],
    initiateAggressive: false,
  })
  return { ...made, statements: new Map() }
}

/** A statement without its line: what tells it from another one. */
type Statement = MatchStatement extends infer M ? (M extends unknown ? Omit<M, 'at'> : never) : never

/** Equal for equal statements only. Built by one function, a kind's statements have their attributes in one order. */
function keyOf(statement: Statement): string {
  return JSON.stringify(statement)
}

/** The host name of a statement, and the key under which the profile keeps it for the other of `host` and `host domain`. */
function hostOf(
  statement: Statement,
): { readonly name: string; readonly own: string; readonly other: string } | undefined {
  if (statement.kind !== 'host' && statement.kind !== 'host-domain') return undefined
  const exact = statement.kind === 'host'
  const name = (exact ? statement.fqdn : statement.domain).toLowerCase()
  return { name, own: `${exact ? 'host' : 'domain'} ${name}`, other: `${exact ? 'domain' : 'host'} ${name}` }
}

const fqdn = word('a domain name such as R2.cisco.com')
const vrf = identifier('the name of a VRF')
const inVrf = (name: string | undefined): { readonly vrf?: string } => (name === undefined ? {} : { vrf: name })

type Act = (profile: Profile, statement: Statement, context: Context) => void

const add: Act = (profile, statement, context) => {
  const key = keyOf(statement)
  if (profile.statements.has(key)) return
  const host = hostOf(statement)
  if (host !== undefined && profile.members.has(host.other)) {
    context.fail({
      word: host.name,
      message: 'Already found same match identity statement in this profile',
      expected: `"${host.name}" either as a host or as a domain of profile ${profile.value.name}`,
      remedy: 'keep the one that is meant; IOS refuses both',
    })
  }
  if (host !== undefined) profile.members.add(host.own)
  profile.statements.set(key, { ...statement, at: context.at })
}

const remove: Act = (profile, statement) => {
  if (!profile.statements.delete(keyOf(statement))) return
  const host = hostOf(statement)
  if (host !== undefined) profile.members.delete(host.own)
}

/** The forms of `match identity` with what they do, and once more for their `no`. */
function identityForms(no: '' | 'no ', act: Act): Command<Profile>[] {
  return [
    command(
      `${no}match identity address <address> [<mask>] [<vrf>]`,
      { address: ipv4, mask, vrf },
      'peers with this address',
      (profile, values, context) =>
        act(
          profile,
          { kind: 'address', address: values.address, mask: values.mask ?? '255.255.255.255', ...inVrf(values.vrf) },
          context,
        ),
    ),
    command(
      `${no}match identity address ipv6 <prefix> [<vrf>]`,
      { prefix: ipv6Prefix, vrf },
      'peers with this IPv6 prefix',
      (profile, values, context) =>
        act(profile, { kind: 'address-ipv6', prefix: values.prefix, ...inVrf(values.vrf) }, context),
    ),
    command(
      `${no}match identity host <fqdn> [<vrf>]`,
      { fqdn, vrf },
      'the peer with this host name',
      (profile, values, context) => act(profile, { kind: 'host', fqdn: values.fqdn, ...inVrf(values.vrf) }, context),
    ),
    command(
      `${no}match identity host domain <domain> [<vrf>]`,
      { domain: fqdn, vrf },
      'peers of this domain',
      (profile, values, context) =>
        act(profile, { kind: 'host-domain', domain: values.domain, ...inVrf(values.vrf) }, context),
    ),
    ...(['user', 'user-fqdn'] as const).flatMap((user) => [
      command(
        `${no}match identity ${user} <user> [<vrf>]`,
        { user: word('a user name such as alice@cisco.com'), vrf },
        'the peer with this user name',
        (profile, values, context) => act(profile, { kind: 'user', user: values.user, ...inVrf(values.vrf) }, context),
      ),
      command(
        `${no}match identity ${user} domain <domain> [<vrf>]`,
        { domain: fqdn, vrf },
        'users of this domain',
        (profile, values, context) =>
          act(profile, { kind: 'user-domain', domain: values.domain, ...inVrf(values.vrf) }, context),
      ),
    ]),
    command(
      `${no}match identity group <group>`,
      { group: word('a group name') },
      'peers of this group',
      (profile, values, context) => act(profile, { kind: 'group', group: values.group }, context),
    ),
  ]
}

const trustpoint = word('the name of a trust point')
const certificateMap = word('the name of a certificate map')
const keyring = word('the name of a keyring, or default')

function addNamed(profile: Profile, list: 'caTrustPoints' | 'keyrings', name: string, at: SourceRef): void {
  if (profile.members.has(`${list} ${name}`)) return
  profile.members.add(`${list} ${name}`)
  profile.value[list].push({ name, at })
}

function removeNamed(profile: Profile, list: 'caTrustPoints' | 'keyrings', name: string): void {
  if (profile.members.delete(`${list} ${name}`))
    profile.value[list] = profile.value[list].filter((entry) => entry.name !== name)
}

export const profileTable: Table<Profile> = table('crypto isakmp profile', 'not-modelled', [
  command(
    'ca trust-point <name>',
    { name: trustpoint },
    'a trust point of this profile',
    (profile, { name }, context) => addNamed(profile, 'caTrustPoints', name, context.at),
  ),
  command('no ca trust-point <name>', { name: trustpoint }, 'take a trust point out', (profile, { name }) =>
    removeNamed(profile, 'caTrustPoints', name),
  ),
  ...identityForms('', add),
  ...identityForms('no ', remove),
  command(
    'match certificate <map>',
    { map: certificateMap },
    'peers whose certificate fits the map',
    (profile, { map }, context) => {
      if (profile.members.has(`certificate ${map}`)) return
      profile.members.add(`certificate ${map}`)
      profile.value.matchCertificate.push({ map, at: context.at })
    },
  ),
  command('no match certificate <map>', { map: certificateMap }, 'take a certificate map out', (profile, { map }) => {
    if (profile.members.delete(`certificate ${map}`))
      profile.value.matchCertificate = profile.value.matchCertificate.filter((entry) => entry.map !== map)
  }),
  command('keyring <name>', { name: keyring }, 'a keyring of this profile', (profile, { name }, context) =>
    addNamed(profile, 'keyrings', name, context.at),
  ),
  command('no keyring <name>', { name: keyring }, 'take a keyring out', (profile, { name }) =>
    removeNamed(profile, 'keyrings', name),
  ),
  command('self-identity address', {}, 'send the address as identity', (profile, _, { at }) =>
    set(profile, 'selfIdentity', { kind: 'address', at }, at),
  ),
  command('self-identity address ipv6', {}, 'send the IPv6 address as identity', (profile, _, { at }) =>
    set(profile, 'selfIdentity', { kind: 'address-ipv6', at }, at),
  ),
  command(
    'self-identity fqdn [<name>]',
    { name: fqdn },
    'send a domain name as identity',
    (profile, { name }, { at }) =>
      set(profile, 'selfIdentity', name === undefined ? { kind: 'fqdn', at } : { kind: 'fqdn', name, at }, at),
  ),
  command(
    'self-identity user-fqdn <name>',
    { name: word('a user name such as alice@cisco.com') },
    'send a user name as identity',
    (profile, { name }, { at }) => set(profile, 'selfIdentity', { kind: 'user-fqdn', name, at }, at),
  ),
  command('no self-identity [<rest>]', { rest: anything }, 'back to crypto isakmp identity', (profile) =>
    unset(profile, 'selfIdentity'),
  ),
  command(
    'local-address <address> [<vrf>]',
    { address: ipv4, vrf },
    'the local address of this profile',
    (profile, { address }, { at }) => set(profile, 'localAddress', address, at),
  ),
  command(
    'local-address <interface>',
    { interface: interfaceName },
    'the interface of this profile',
    (profile, values, { at }) => set(profile, 'localAddress', values.interface, at),
  ),
  command('no local-address [<rest>]', { rest: anything }, 'any local address', (profile) =>
    unset(profile, 'localAddress'),
  ),
  notModelled('vrf <vrf>', { vrf }, 'the VRF of the protected traffic', (profile, values, { at }) =>
    set(profile, 'vrf', values.vrf, at),
  ),
  command('no vrf [<vrf>]', { vrf }, 'the global VRF', (profile) => unset(profile, 'vrf')),
  notModelled(
    'virtual-template <number> [per-user]',
    { number: integer('a virtual template', 1, 4095) },
    'the virtual template of the tunnels',
    (profile, { number }, { at }) => set(profile, 'virtualTemplate', number, at),
  ),
  command('no virtual-template [<rest>]', { rest: anything }, 'no virtual template', (profile) =>
    unset(profile, 'virtualTemplate'),
  ),
  command(
    'keepalive <interval> retry <retry>',
    { interval: integer('seconds', 10, 3600), retry: integer('seconds', 2, 60) },
    'dead peer detection of this profile',
    (profile, values, { at }) => set(profile, 'keepalive', values, at),
  ),
  command('no keepalive [<rest>]', { rest: anything }, 'back to crypto isakmp keepalive', (profile) =>
    unset(profile, 'keepalive'),
  ),
  notModelled('initiate mode aggressive', {}, 'initiate in aggressive mode', (profile, _, { at }) =>
    set(profile, 'initiateAggressive', true, at),
  ),
  command('no initiate mode [aggressive]', {}, 'initiate in main mode', (profile, _, { at }) =>
    set(profile, 'initiateAggressive', false, at),
  ),
  inert('description <text>', { text: rest('a description') }, 'a description'),
  ...(
    [
      'accounting',
      'client authentication',
      'client configuration',
      'client pki',
      'isakmp authorization',
      'qos-group',
      'rekey',
      'default',
    ] as const
  ).map((words) => notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
])
