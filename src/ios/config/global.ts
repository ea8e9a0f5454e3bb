import { accessListTable, entryForms, listName, listNumber, otherListNumber } from './access-list.ts'
import { certificateChainTable, chainDraft } from './certificate-chain.ts'
import { certificateMapTable } from './certificate-map.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type AccessListDraft, type CryptoMapDefaults, type RouterDraft, take } from './draft.ts'
import { ikev2Modes, ikev2Tables } from './ikev2.ts'
import { interfaceTable } from './interface.ts'
import { interfaceName, interfaceNumber, interfaceType } from './interface-name.ts'
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
import { policyDraft, policyTable } from './isakmp-policy.ts'
import { profileDraft, profileTable } from './isakmp-profile.ts'
import { addKey, everyHost, hostname, keyEncoding, keyringDraft, keyringTable, keyText, removeKey } from './keyring.ts'
import { choice, identifier, integer, ipv4, mask, secret, word } from './kinds.ts'
import { modeOf, type Table, table } from './mode.ts'
import { outsideTable, unmodelledTable } from './outside.ts'
import { trustpointDraft, trustpointTable } from './trustpoint.ts'

/** The commands of the global mode: what names things and enters their modes. */

const { command, notModelled, inert }: CommandForms<RouterDraft> = commandForms<RouterDraft>()

const priority = integer('a priority', 1, 10000)
const sequence = integer('a sequence number', 1, 65535)
const name = word('a name')
const vrf = identifier('the name of a VRF')

const router: readonly Command<RouterDraft>[] = [
  command('hostname <name>', { name }, 'the name of the router', (to, values) => {
    to.hostname = values.name
  }),
  ...(['ip domain name', 'ip domain-name'] as const).map((words) =>
    command(`${words} <domain>`, { domain: word('a domain name such as cisco.com') }, 'the domain of the router', (to, { domain }) => {
      to.domainName = domain
    })),
  inert('ip domain name vrf <rest>', { rest: anything }, 'the domain inside a VRF'),
  inert('ip domain lookup [<rest>]', { rest: anything }, 'name resolution'),
  inert('ip domain list <rest>', { rest: anything }, 'domains to try'),
  command('clock timezone <name> <hours> [<minutes>]',
    { name, hours: integer('hours east of UTC', -23, 23), minutes: integer('minutes', 0, 59) }, 'the time zone',
    (to, { name: zone, hours, minutes = 0 }) => {
      to.timezone = { name: zone, offsetMinutes: hours * 60 + (hours < 0 ? -minutes : minutes) }
    }),
  command('interface <name>', { name: interfaceName }, 'an interface', (to, values, { at, enter }) => {
    enter(modeOf(interfaceTable, take(to.interfaces, values.name, () => ({ name: values.name, at, addresses: [], shutdown: false }))))
  }),
  command('interface <type> <number>', { type: interfaceType, number: interfaceNumber }, 'an interface', (to, { type, number }, { at, enter }) => {
    const full = `${type}${number}`
    enter(modeOf(interfaceTable, take(to.interfaces, full, () => ({ name: full, at, addresses: [], shutdown: false }))))
  }),
  inert('interface range <rest>', { rest: anything }, 'several interfaces', (_to, _values, { enter }) => enter(modeOf(outsideTable, undefined))),
  command('ip route <network> <mask> <gateway> [<rest>]', { network: ipv4, mask, gateway: ipv4, rest: anything }, 'a static route',
    (to, { network, mask, gateway }, { at }) => {
      to.routes.push({ network, mask, via: gateway, at })
    }),
  command('ip route <network> <mask> <interface> [<gateway>] [<rest>]',
    { network: ipv4, mask, interface: interfaceName, gateway: ipv4, rest: anything }, 'a static route',
    (to, { network, mask, interface: out, gateway }, { at }) => {
      // A tunnel has one far end, so the interface says it all, and the gateway may be on no connected network.
      to.routes.push({ network, mask, via: gateway === undefined || out.startsWith('Tunnel') ? out : gateway, at })
    }),
  inert('ip route <network> <mask> dhcp [<rest>]', { network: ipv4, mask, rest: anything }, 'a route learnt by DHCP'),
  inert('ip route vrf <rest>', { rest: anything }, 'a route inside a VRF'),
]

function extendedList(to: RouterDraft, list: string): AccessListDraft {
  return take(to.accessLists, list, () => ({ name: list, entries: [], notices: [] }))
}

const accessLists: readonly Command<RouterDraft>[] = [
  command('ip access-list extended <name>', { name: listName }, 'an extended access list', (to, values, { enter }) => {
    enter(modeOf(accessListTable, extendedList(to, values.name)))
  }),
  inert('ip access-list standard <name>', { name: listName }, 'a standard access list', (to, values, { enter }) => {
    to.otherAccessLists.add(values.name)
    enter(modeOf(outsideTable, undefined))
  }),
  inert('ip access-list resequence <rest>', { rest: anything }, 'new sequence numbers'),
  inert('ip access-list log-update <rest>', { rest: anything }, 'how often to log'),
  ...entryForms<RouterDraft, { readonly list: typeof listNumber }>('access-list <list> ', { list: listNumber }, (to, values) =>
    extendedList(to, String(values['list']))),
  inert('access-list <list> remark [<rest>]', { list: listNumber, rest: anything }, 'a remark', (to, { list }) => {
    extendedList(to, list)
  }),
  inert('access-list <other> <rest>', { other: otherListNumber, rest: anything }, 'a list of another kind', (to, { other }) => {
    to.otherAccessLists.add(other)
  }),
]

const isakmp: readonly Command<RouterDraft>[] = [
  command('crypto isakmp policy <priority>', { priority }, 'a policy for phase 1', (to, values, { at, enter }) => {
    enter(modeOf(policyTable, take(to.policies, values.priority, () => policyDraft(values.priority, at))))
  }),
  command('no crypto isakmp policy <priority>', { priority }, 'take a policy out', (to, values) => {
    to.policies.delete(values.priority)
  }),
  command('crypto isakmp profile <name>', { name }, 'an ISAKMP profile', (to, values, { at, enter }) => {
    enter(modeOf(profileTable, take(to.profiles, values.name, () => profileDraft(values.name, at))))
  }),
  notModelled('crypto isakmp profile <name> accounting <list>', { name, list: name }, 'accounting', (to, values, { at, enter }) => {
    enter(modeOf(profileTable, take(to.profiles, values.name, () => profileDraft(values.name, at))))
  }),
  command('no crypto isakmp profile <name>', { name }, 'take a profile out', (to, values) => {
    to.profiles.delete(values.name)
  }),
  command('crypto isakmp enable', {}, 'ISAKMP on', (to) => {
    to.isakmpDisabled = false
  }),
  command('no crypto isakmp enable', {}, 'ISAKMP off', (to) => {
    to.isakmpDisabled = true
  }),
  command('crypto isakmp default policy', {}, 'the default policies on', (to) => {
    to.isakmpDefaultPolicies = true
  }),
  command('no crypto isakmp default policy', {}, 'the default policies off', (to) => {
    to.isakmpDefaultPolicies = false
  }),
  command('crypto isakmp identity <kind>', { kind: choice('address', 'dn', 'hostname') }, 'the identity to send', (to, { kind }) => {
    to.isakmpIdentity = kind
  }),
  command('no crypto isakmp identity [<rest>]', { rest: anything }, 'back to the address', (to) => {
    to.isakmpIdentity = 'address'
  }),
  command('crypto isakmp keepalive <interval> [<retry>] [<when>]',
    { interval: integer('seconds', 10, 3600), retry: integer('seconds', 2, 60), when: choice('on-demand', 'periodic') },
    'dead peer detection', (to, { interval, retry = 2, when }) => {
      to.isakmpKeepalive = { interval, retry, periodic: when === 'periodic' }
    }),
  command('no crypto isakmp keepalive [<rest>]', { rest: anything }, 'no dead peer detection', (to) => {
    delete to.isakmpKeepalive
  }),
  command('crypto isakmp nat keepalive <seconds>', { seconds: integer('seconds', 5, 3600) }, 'NAT keepalives', (to, { seconds }) => {
    to.natKeepalive = seconds
  }),
  command('no crypto isakmp nat keepalive [<rest>]', { rest: anything }, 'no NAT keepalives', (to) => {
    delete to.natKeepalive
  }),
  command('crypto isakmp fragmentation', {}, 'fragment large messages', (to) => {
    to.isakmpFragmentation = true
  }),
  command('no crypto isakmp fragmentation', {}, 'no fragmentation', (to) => {
    to.isakmpFragmentation = false
  }),
  command('crypto isakmp aggressive-mode disable', {}, 'no aggressive mode', (to) => {
    to.isakmpAggressiveDisabled = true
  }),
  command('no crypto isakmp aggressive-mode disable', {}, 'aggressive mode allowed', (to) => {
    to.isakmpAggressiveDisabled = false
  }),
  command('crypto isakmp invalid-spi-recovery', {}, 'recovery from unknown SPIs', (to) => {
    to.invalidSpiRecovery = true
  }),
  command('no crypto isakmp invalid-spi-recovery', {}, 'no recovery from unknown SPIs', (to) => {
    to.invalidSpiRecovery = false
  }),
  command('crypto isakmp key [<encoding>] <key> address <address> [<mask>] [no-xauth]',
    { encoding: keyEncoding, key: keyText, address: ipv4, mask }, 'a pre-shared key for an address',
    (to, { encoding, key, address, mask = everyHost }, context) =>
      addKey(defaultKeyring(to), { kind: 'address', address, mask }, encoding, key, context)),
  command('crypto isakmp key [<encoding>] <key> hostname <hostname> [no-xauth]',
    { encoding: keyEncoding, key: keyText, hostname }, 'a pre-shared key for a host name',
    (to, values, context) =>
      addKey(defaultKeyring(to), { kind: 'hostname', hostname: values.hostname }, values.encoding, values.key, context)),
  notModelled('crypto isakmp key [<encoding>] <key> address ipv6 <rest>', { encoding: keyEncoding, key: keyText, rest: anything }, 'keys for IPv6 addresses'),
  command('no crypto isakmp key [<encoding>] <key> address <address> [<mask>] [no-xauth]',
    { encoding: keyEncoding, key: keyText, address: ipv4, mask }, 'take a key out',
    (to, { address, mask = everyHost }) => removeKey(defaultKeyring(to), { kind: 'address', address, mask })),
  command('crypto keyring <name> [vrf <vrf>]', { name, vrf }, 'a keyring', (to, values, { at, enter }) => {
    enter(modeOf(keyringTable, take(to.keyrings, values.name, () => keyringDraft(values.name, values.vrf, at))))
  }),
  command('no crypto keyring <name>', { name }, 'take a keyring out', (to, values) => {
    to.keyrings.delete(values.name)
  }),
  notModelled('crypto isakmp peer <rest>', { rest: anything }, 'peers of aggressive mode', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined))),
  notModelled('crypto isakmp client configuration group <rest>', { rest: secret(anything) }, 'groups of clients', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined))),
  ...(['crypto isakmp client', 'crypto isakmp diagnose', 'crypto isakmp disconnect-revoked-peers', 'crypto isakmp xauth', 'crypto isakmp nat'] as const)
    .map((words) => notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
]

function defaultKeyring(to: RouterDraft) {
  return take(to.keyrings, 'default', () => keyringDraft('default'))
}

const pki: readonly Command<RouterDraft>[] = (['crypto pki', 'crypto ca'] as const).flatMap((words) => [
  command(`${words} trustpoint <name>`, { name }, 'a trust point', (to, values, { at, enter }) => {
    enter(modeOf(trustpointTable, take(to.trustpoints, values.name, () => trustpointDraft(values.name, at))))
  }),
  command(`no ${words} trustpoint <name>`, { name }, 'take a trust point out', (to, values) => {
    to.trustpoints.delete(values.name)
  }),
  command(`${words} certificate map <name> <sequence>`, { name, sequence }, 'a certificate map', (to, values, { at, enter }) => {
    const map = take(to.certificateMaps, values.name, () => ({ name: values.name, sequences: new Map() }))
    enter(modeOf(certificateMapTable, take(map.sequences, values.sequence, () => ({ sequence: values.sequence, rules: [], at }))))
  }),
  command(`no ${words} certificate map <name> [<sequence>]`, { name, sequence }, 'take a certificate map out', (to, values) => {
    const map = to.certificateMaps.get(values.name)
    if (values.sequence !== undefined) map?.sequences.delete(values.sequence)
    if (values.sequence === undefined || map?.sequences.size === 0) to.certificateMaps.delete(values.name)
  }),
  command(`${words} certificate chain <name>`, { name }, 'the certificates of a trust point', (to, values, { at, enter }) => {
    enter(modeOf(certificateChainTable, take(to.chains, values.name, () => chainDraft(values.name, at))))
  }),
  ...(['server', 'profile enrollment', 'trustpool policy', 'token', 'http', 'export', 'import', 'crl', 'cert', 'authenticate', 'enroll'] as const)
    .map((more) =>
      notModelled(`${words} ${more} [<rest>]`, { rest: secret(anything) }, 'not read by this version', (_to, _values, { enter }) =>
        enter(modeOf(unmodelledTable, undefined)))),
])

const ipsec: readonly Command<RouterDraft>[] = [
  command('crypto ipsec transform-set <name> <transforms>', { name, transforms }, 'a transform set', (to, values, context) => {
    const made = transformSet(values.name, values.transforms, context)
    // A name that is defined again keeps its place and its mode, and takes the new transforms.
    const kept = to.transformSets.get(values.name)
    if (kept !== undefined) made.value.mode = kept.value.mode
    to.transformSets.set(values.name, made)
    context.enter(modeOf(transformSetTable, made))
  }),
  command('no crypto ipsec transform-set <name> [<rest>]', { name, rest: anything }, 'take a transform set out', (to, values) => {
    to.transformSets.delete(values.name)
  }),
  command('crypto ipsec profile <name>', { name }, 'an ipsec profile', (to, values, { at, enter }) => {
    enter(modeOf(ipsecProfileTable, take(to.ipsecProfiles, values.name, () => ipsecProfileDraft(values.name, at))))
  }),
  command('no crypto ipsec profile <name>', { name }, 'take an ipsec profile out', (to, values) => {
    to.ipsecProfiles.delete(values.name)
  }),
  command('crypto ipsec security-association lifetime seconds <seconds>', { seconds: lifetimeSeconds }, 'lifetime in seconds', (to, { seconds }) => {
    to.lifetime = { ...to.lifetime, seconds }
  }),
  command('crypto ipsec security-association lifetime days <days>', { days: lifetimeDays }, 'lifetime in days', (to, { days }) => {
    to.lifetime = { ...to.lifetime, seconds: days * 86400 }
  }),
  command('crypto ipsec security-association lifetime kilobytes <kilobytes>', { kilobytes: lifetimeKilobytes }, 'lifetime in kilobytes', (to, { kilobytes }) => {
    to.lifetime = { ...to.lifetime, kilobytes }
  }),
  notModelled('crypto ipsec security-association lifetime kilobytes disable', {}, 'no limit of volume'),
  command('no crypto ipsec security-association lifetime seconds [<rest>]', { rest: anything }, 'back to 3600 seconds', (to) => {
    to.lifetime = { ...to.lifetime, seconds: 3600 }
  }),
  command('no crypto ipsec security-association lifetime kilobytes [<rest>]', { rest: anything }, 'back to 4608000 kilobytes', (to) => {
    to.lifetime = { ...to.lifetime, kilobytes: 4608000 }
  }),
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

const cryptoMaps: readonly Command<RouterDraft>[] = [
  command('crypto map <name> <sequence> [ipsec-isakmp]', { name, sequence }, 'an entry of a crypto map', (to, values, { at, enter }) => {
    enter(modeOf(cryptoMapTable, mapEntry(to, values.name, values.sequence, () => cryptoMapDraft(values.name, values.sequence, at))))
  }),
  command('no crypto map <name> [<sequence>] [<rest>]', { name, sequence, rest: anything }, 'take a crypto map out', (to, values) => {
    for (const [key, entry] of to.cryptoMaps)
      if (entry.value.name === values.name && (values.sequence === undefined || entry.value.sequence === values.sequence))
        to.cryptoMaps.delete(key)
  }),
  ...(['dynamic', 'discover', 'profile'] as const).map((words) =>
    notModelled(`crypto map <name> <sequence> ipsec-isakmp ${words} [<rest>]`, { name, sequence, rest: anything }, 'dynamic crypto maps',
      (to, values, { enter }) => {
        otherMap(to, values.name)
        enter(modeOf(unmodelledTable, undefined))
      })),
  ...(['ipsec-manual', 'gdoi'] as const).map((words) =>
    notModelled(`crypto map <name> <sequence> ${words} [<rest>]`, { name, sequence, rest: anything }, 'crypto maps without ISAKMP',
      (to, values, { enter }) => {
        otherMap(to, values.name)
        enter(modeOf(unmodelledTable, undefined))
      })),
  command('crypto map <name> isakmp-profile <profile>', { name, profile: word('the name of an ISAKMP profile') }, 'the ISAKMP profile of every entry',
    (to, values, { at }) => {
      mapDefaults(to, values.name).isakmpProfile = { name: values.profile, at }
    }),
  command('crypto map <name> local-address <interface>', { name, interface: interfaceName }, 'the interface whose address the entries use',
    (to, values, { at }) => {
      mapDefaults(to, values.name).localAddress = { name: values.interface, at }
    }),
  notModelled('crypto map <name> client <rest>', { name, rest: anything }, 'remote access'),
  notModelled('crypto map <name> isakmp <rest>', { name, rest: anything }, 'remote access'),
  notModelled('crypto map ipv6 <rest>', { rest: anything }, 'crypto maps for IPv6', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined))),
  notModelled('crypto dynamic-map <rest>', { rest: anything }, 'dynamic crypto maps', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined))),
]

const otherCrypto: readonly Command<RouterDraft>[] = [
  ...ikev2Modes.map((mode) =>
    notModelled(`crypto ikev2 ${mode} <rest>`, { rest: anything }, 'IKEv2 is not modelled', (_to, _values, { enter }) =>
      enter(modeOf(ikev2Tables[mode], undefined)))),
  ...(['authorization policy', 'client', 'cluster', 'name-mangler'] as const).map((words) =>
    notModelled(`crypto ikev2 ${words} [<rest>]`, { rest: anything }, 'IKEv2 is not modelled', (_to, _values, { enter }) =>
      enter(modeOf(unmodelledTable, undefined)))),
  notModelled('crypto ikev2 <rest>', { rest: anything }, 'IKEv2 is not modelled'),
  notModelled('no crypto ikev2 <rest>', { rest: anything }, 'IKEv2 is not modelled'),
  ...(['crypto key', 'crypto gdoi', 'crypto gkm', 'crypto identity', 'crypto ctcp', 'crypto ssl', 'crypto eli', 'crypto mib', 'crypto xauth'] as const)
    .map((words) =>
      notModelled(`${words} [<rest>]`, { rest: secret(anything) }, 'not read by this version', (_to, _values, { enter }) =>
        enter(modeOf(unmodelledTable, undefined)))),
  ...(['crypto call', 'crypto engine', 'crypto logging', 'crypto wui', 'crypto provisioning'] as const).map((words) =>
    notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
]

export const globalTable: Table<RouterDraft> = table(
  'the global mode',
  'ignored',
  [...router, ...accessLists, ...isakmp, ...pki, ...ipsec, ...cryptoMaps, ...otherCrypto],
  { reported: ['crypto', 'no crypto'] },
)
