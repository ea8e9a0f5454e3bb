import type {
  IkeV2AuthenticationMethod,
  IkeV2IdentityMatch,
  IkeV2LocalIdentity,
  IkeV2Profile,
} from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft, set, unset } from './draft.ts'
import { usable } from './ikev2-keyring.ts'
import { interfaceName } from './interface-name.ts'
import { everyHost, keyEncoding } from './keyring.ts'
import { choice, identifier, integer, ipv4, ipv6Prefix, mask, rest, secret, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto ikev2 profile NAME` (ios-semantics §2.5). */

type Profile = Draft<IkeV2Profile>

export function ikev2ProfileDraft(name: string, at: SourceRef): Profile {
  return draft<IkeV2Profile>({
    name,
    at,
    shutdown: false,
    authenticationRemote: [],
    matchIdentityRemote: [],
    matchCertificate: [],
    matchLocalAddress: [],
    trustpoints: [],
    forceEncapsulation: false,
    configurationRequest: true,
    initialContactForce: false,
  })
}

const { command, notModelled, inert }: CommandForms<Profile> = commandForms<Profile>()

const keyOfLine = secret(rest('a pre-shared key'))
const domain = word('a domain')
const name = word('a name')

/** A statement without its line: what tells it from another one. */
type Bare<S> = S extends unknown ? Omit<S, 'at'> : never
type Statement = Bare<IkeV2IdentityMatch>

const sameStatement = (a: Statement, b: IkeV2IdentityMatch): boolean => {
  const { at: _, ...bare } = b
  return JSON.stringify(a) === JSON.stringify(bare)
}

const addIdentity = (profile: Profile, statement: Statement, { at }: Context): void => {
  const key = JSON.stringify(statement)
  if (profile.members.has(key)) return
  profile.members.add(key)
  profile.value.matchIdentityRemote.push({ ...statement, at } as IkeV2IdentityMatch)
}

const removeIdentity = (profile: Profile, statement: Statement): void => {
  profile.members.delete(JSON.stringify(statement))
  profile.value.matchIdentityRemote = profile.value.matchIdentityRemote.filter(
    (known) => !sameStatement(statement, known),
  )
}

const identityForms = (no: '' | 'no ', act: typeof addIdentity) => [
  command(
    `${no}match identity remote address <address> [<mask>]`,
    { address: ipv4, mask },
    'peers with this address',
    (profile, values, context) =>
      act(profile, { kind: 'address', address: values.address, mask: values.mask ?? everyHost }, context),
  ),
  command(
    `${no}match identity remote address <prefix>`,
    { prefix: ipv6Prefix },
    'peers with this IPv6 prefix',
    (profile, { prefix }, context) => act(profile, { kind: 'address-ipv6', prefix }, context),
  ),
  command(`${no}match identity remote any`, {}, 'any peer', (profile, _, context) =>
    act(profile, { kind: 'any' }, context),
  ),
  command(
    `${no}match identity remote email domain <domain>`,
    { domain },
    'peers of this mail domain',
    (profile, values, context) => act(profile, { kind: 'email-domain', domain: values.domain }, context),
  ),
  command(
    `${no}match identity remote email <email>`,
    { email: word('a mail address') },
    'the peer with this mail address',
    (profile, { email }, context) => act(profile, { kind: 'email', email }, context),
  ),
  command(
    `${no}match identity remote fqdn domain <domain>`,
    { domain },
    'peers of this domain',
    (profile, values, context) => act(profile, { kind: 'fqdn-domain', domain: values.domain }, context),
  ),
  command(
    `${no}match identity remote fqdn <fqdn>`,
    { fqdn: word('a domain name such as R2.cisco.com') },
    'the peer with this name',
    (profile, { fqdn }, context) => act(profile, { kind: 'fqdn', fqdn }, context),
  ),
  command(
    `${no}match identity remote key-id <id>`,
    { id: rest('a key id') },
    'the peer with this key id',
    (profile, { id }, context) => act(profile, { kind: 'key-id', keyId: id }, context),
  ),
]

const localIdentity = (profile: Profile, identity: Bare<IkeV2LocalIdentity>, { at }: Context): void =>
  set(profile, 'identityLocal', { ...identity, at } as IkeV2LocalIdentity, at)

const remote = (profile: Profile, method: IkeV2AuthenticationMethod, { at }: Context, key?: string): void => {
  profile.value.authenticationRemote = [
    ...profile.value.authenticationRemote.filter((known) => known.method !== method),
    { method, at, ...(key === undefined ? {} : { key }) },
  ]
}

const removeLocal = (profile: Profile, address: string): void => {
  profile.value.matchLocalAddress = profile.value.matchLocalAddress.filter((known) => known.address !== address)
}

const signature = choice('rsa-sig', 'ecdsa-sig')

export const ikev2ProfileTable: Table<Profile> = table('crypto ikev2 profile', 'not-modelled', [
  ...identityForms('', addIdentity),
  ...identityForms('no ', removeIdentity),
  command(
    'match certificate <map>',
    { map: name },
    'peers whose certificate fits a map',
    (profile, { map }, { at }) => {
      if (!profile.value.matchCertificate.some((known) => known.map === map))
        profile.value.matchCertificate.push({ map, at })
    },
  ),
  command('no match certificate <map>', { map: name }, 'not that map', (profile, { map }) => {
    profile.value.matchCertificate = profile.value.matchCertificate.filter((known) => known.map !== map)
  }),
  command(
    'match fvrf <vrf>',
    { vrf: identifier('a VRF, or any') },
    'the VRF that it serves',
    (profile, { vrf }, { at }) => set(profile, 'fvrf', vrf, at),
  ),
  command('no match fvrf [<rest>]', { rest: anything }, 'the global one', (profile) => unset(profile, 'fvrf')),
  command(
    'match address local <address>',
    { address: ipv4 },
    'the address that it serves',
    (profile, { address }, { at }) => {
      profile.value.matchLocalAddress.push({ address, at })
    },
  ),
  command(
    'match address local interface <interface>',
    { interface: interfaceName },
    'the interface that it serves',
    (profile, values, { at }) => {
      profile.value.matchLocalAddress.push({ address: values.interface, at })
    },
  ),
  command('no match address local <address>', { address: ipv4 }, 'not that address', (profile, { address }) =>
    removeLocal(profile, address),
  ),
  command(
    'no match address local interface <interface>',
    { interface: interfaceName },
    'not that interface',
    (profile, values) => removeLocal(profile, values.interface),
  ),
  command('no match address local [<rest>]', { rest: anything }, 'any address', (profile) => {
    profile.value.matchLocalAddress = []
  }),
  command('authentication local pre-share', {}, 'this router proves itself by a shared key', (profile, _, { at }) =>
    set(profile, 'authenticationLocal', { method: 'pre-share', at }, at),
  ),
  command(
    'authentication local pre-share key [<encoding>] <key>',
    { encoding: keyEncoding, key: keyOfLine },
    'this router proves itself by this key',
    (profile, { encoding, key }, context) =>
      set(
        profile,
        'authenticationLocal',
        { method: 'pre-share', at: context.at, ...(usable(encoding, context) ? { key } : {}) },
        context.at,
      ),
  ),
  command(
    'authentication local <method>',
    { method: signature },
    'this router proves itself by a signature',
    (profile, { method }, { at }) => set(profile, 'authenticationLocal', { method, at }, at),
  ),
  command('authentication local eap [<rest>]', { rest: anything }, 'by EAP', (profile, _, { at }) =>
    set(profile, 'authenticationLocal', { method: 'eap', at }, at),
  ),
  command('no authentication local [<rest>]', { rest: secret(anything) }, 'no method', (profile) =>
    unset(profile, 'authenticationLocal'),
  ),
  command('authentication remote pre-share', {}, 'the peer proves itself by a shared key', (profile, _, context) =>
    remote(profile, 'pre-share', context),
  ),
  command(
    'authentication remote pre-share key [<encoding>] <key>',
    { encoding: keyEncoding, key: keyOfLine },
    'the peer proves itself by this key',
    (profile, { encoding, key }, context) =>
      remote(profile, 'pre-share', context, usable(encoding, context) ? key : undefined),
  ),
  command(
    'authentication remote <method>',
    { method: signature },
    'the peer proves itself by a signature',
    (profile, { method }, context) => remote(profile, method, context),
  ),
  command('authentication remote eap [<rest>]', { rest: anything }, 'by EAP', (profile, _, context) =>
    remote(profile, 'eap', context),
  ),
  notModelled('authentication remote anyconnect-eap [<rest>]', { rest: anything }, 'by EAP of AnyConnect'),
  command(
    'no authentication remote <method> [<rest>]',
    { method: choice('pre-share', 'rsa-sig', 'ecdsa-sig', 'eap'), rest: secret(anything) },
    'not by this method',
    (profile, { method }) => {
      profile.value.authenticationRemote = profile.value.authenticationRemote.filter((known) => known.method !== method)
    },
  ),
  command(
    'identity local address <address>',
    { address: ipv4 },
    'the identity to send',
    (profile, { address }, context) => localIdentity(profile, { kind: 'address', address }, context),
  ),
  command('identity local dn', {}, 'the identity to send', (profile, _, context) =>
    localIdentity(profile, { kind: 'dn' }, context),
  ),
  command(
    'identity local email <email>',
    { email: word('a mail address') },
    'the identity to send',
    (profile, { email }, context) => localIdentity(profile, { kind: 'email', email }, context),
  ),
  command(
    'identity local fqdn <fqdn>',
    { fqdn: word('a domain name') },
    'the identity to send',
    (profile, { fqdn }, context) => localIdentity(profile, { kind: 'fqdn', fqdn }, context),
  ),
  command('identity local key-id <id>', { id: rest('a key id') }, 'the identity to send', (profile, { id }, context) =>
    localIdentity(profile, { kind: 'key-id', keyId: id }, context),
  ),
  command('no identity local [<rest>]', { rest: anything }, 'back to the default', (profile) =>
    unset(profile, 'identityLocal'),
  ),
  command('keyring local <name>', { name }, 'the keyring', (profile, values, { at }) =>
    set(profile, 'keyring', { name: values.name, at }, at),
  ),
  command('keyring <name>', { name }, 'the keyring, as older releases write it', (profile, values, { at }) =>
    set(profile, 'keyring', { name: values.name, at }, at),
  ),
  notModelled('keyring aaa <rest>', { rest: anything }, 'keys of an AAA server'),
  command('no keyring [<rest>]', { rest: anything }, 'no keyring', (profile) => unset(profile, 'keyring')),
  command(
    'pki trustpoint <name> [<use>]',
    { name, use: choice('sign', 'verify') },
    'a trustpoint, to sign, to verify, or both',
    (profile, values, { at }) => {
      const line = { name: values.name, use: values.use ?? ('both' as const), at }
      const others = profile.value.trustpoints.filter(
        (known) => known.name !== line.name || (known.use !== line.use && known.use !== 'both' && line.use !== 'both'),
      )
      profile.value.trustpoints = [...others, line]
    },
  ),
  command('no pki trustpoint <name> [<rest>]', { name, rest: anything }, 'take a trustpoint out', (profile, values) => {
    profile.value.trustpoints = profile.value.trustpoints.filter((known) => known.name !== values.name)
  }),
  command(
    'dpd <interval> <retry> <when>',
    {
      interval: integer('seconds', 10, 3600),
      retry: integer('seconds', 2, 60),
      when: choice('on-demand', 'periodic'),
    },
    'dead peer detection',
    (profile, { interval, retry, when }, { at }) =>
      set(profile, 'dpd', { interval, retry, periodic: when === 'periodic' }, at),
  ),
  command('no dpd [<rest>]', { rest: anything }, 'as the router has it', (profile) => unset(profile, 'dpd')),
  command(
    'lifetime <seconds>',
    { seconds: integer('seconds', 120, 86400) },
    'lifetime of the IKE SA',
    (profile, { seconds }, { at }) => set(profile, 'lifetime', seconds, at),
  ),
  notModelled('lifetime certificate', {}, 'a lifetime that ends with the certificate'),
  command('no lifetime [<rest>]', { rest: anything }, 'back to 86400 seconds', (profile) => unset(profile, 'lifetime')),
  command('nat force-encap', {}, 'ESP in UDP, NAT or not', (profile, _, { at }) =>
    set(profile, 'forceEncapsulation', true, at),
  ),
  command('no nat force-encap', {}, 'ESP in UDP behind a NAT only', (profile, _, { at }) =>
    set(profile, 'forceEncapsulation', false, at),
  ),
  notModelled('nat keepalive <seconds>', { seconds: integer('seconds', 5, 3600) }, 'NAT keepalives'),
  command('config-exchange request', {}, 'ask the peer for its configuration', (profile, _, { at }) =>
    set(profile, 'configurationRequest', true, at),
  ),
  command('no config-exchange request', {}, 'do not ask', (profile, _, { at }) =>
    set(profile, 'configurationRequest', false, at),
  ),
  notModelled('config-exchange set <rest>', { rest: anything }, 'configuration that is pushed'),
  notModelled('no config-exchange set <rest>', { rest: anything }, 'configuration that is pushed'),
  command('initial-contact force', {}, 'INITIAL_CONTACT always', (profile, _, { at }) =>
    set(profile, 'initialContactForce', true, at),
  ),
  command(
    'virtual-template <number> [mode auto]',
    { number: integer('a number', 1, 4096) },
    'the template of its interfaces',
    (profile, { number }, { at }) => set(profile, 'virtualTemplate', number, at),
  ),
  command('shutdown', {}, 'out of use', (profile, _, { at }) => set(profile, 'shutdown', true, at)),
  command('no shutdown', {}, 'in use', (profile, _, { at }) => set(profile, 'shutdown', false, at)),
  ...(['aaa', 'anyconnect', 'dynamic', 'ivrf', 'reconnect', 'redirect'] as const).flatMap((words) =>
    (['', 'no '] as const).map((no) =>
      notModelled(`${no}${words} [<rest>]`, { rest: anything }, 'not read by this version'),
    ),
  ),
  inert('description <text>', { text: rest('a description') }, 'a description'),
])
