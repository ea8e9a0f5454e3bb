import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type RouterDraft, take } from './draft.ts'
import { policyDraft, policyTable } from './isakmp-policy.ts'
import { profileDraft, profileTable } from './isakmp-profile.ts'
import { addKey, everyHost, hostname, keyEncoding, keyringDraft, keyringTable, keyText, removeKey } from './keyring.ts'
import { choice, identifier, integer, ipv4, mask, word } from './kinds.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** The global commands of ISAKMP (ios-semantics §1.1). */

const { command, notModelled, inert }: CommandForms<RouterDraft> = commandForms<RouterDraft>()
const priority = integer('a priority', 1, 10000)
const name = word('a name')
const vrf = identifier('the name of a VRF')

export const isakmpCommands: readonly Command<RouterDraft>[] = [
  command('crypto isakmp policy <priority>', { priority }, 'a policy for phase 1', (to, values, { at, enter }) => {
    enter(
      modeOf(
        policyTable,
        take(to.policies, values.priority, () => policyDraft(values.priority, at)),
      ),
    )
  }),
  command('no crypto isakmp policy <priority>', { priority }, 'take a policy out', (to, values) => {
    to.policies.delete(values.priority)
  }),
  command('crypto isakmp profile <name>', { name }, 'an ISAKMP profile', (to, values, { at, enter }) => {
    enter(
      modeOf(
        profileTable,
        take(to.profiles, values.name, () => profileDraft(values.name, at)),
      ),
    )
  }),
  notModelled(
    'crypto isakmp profile <name> accounting <list>',
    { name, list: name },
    'accounting',
    (to, values, { at, enter }) => {
      enter(
        modeOf(
          profileTable,
          take(to.profiles, values.name, () => profileDraft(values.name, at)),
        ),
      )
    },
  ),
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
  command(
    'crypto isakmp identity <kind>',
    { kind: choice('address', 'dn', 'hostname') },
    'the identity to send',
    (to, { kind }) => {
      to.isakmpIdentity = kind
    },
  ),
  command('no crypto isakmp identity [<rest>]', { rest: anything }, 'back to the address', (to) => {
    to.isakmpIdentity = 'address'
  }),
  command(
    'crypto isakmp keepalive <interval> [<retry>] [<when>]',
    { interval: integer('seconds', 10, 3600), retry: integer('seconds', 2, 60), when: choice('on-demand', 'periodic') },
    'dead peer detection',
    (to, { interval, retry = 2, when }) => {
      to.isakmpKeepalive = { interval, retry, periodic: when === 'periodic' }
    },
  ),
  command('no crypto isakmp keepalive [<rest>]', { rest: anything }, 'no dead peer detection', (to) => {
    delete to.isakmpKeepalive
  }),
  notModelled('crypto isakmp nat keepalive <seconds>', { seconds: integer('seconds', 5, 3600) }, 'NAT keepalives'),
  inert('no crypto isakmp nat keepalive [<rest>]', { rest: anything }, 'no NAT keepalives'),
  command('crypto isakmp fragmentation', {}, 'fragment large messages', (to) => {
    to.isakmpFragmentation = true
  }),
  command('no crypto isakmp fragmentation', {}, 'no fragmentation', (to) => {
    to.isakmpFragmentation = false
  }),
  // Aggressive mode is refused here in any case, and nobody begins it.
  inert('crypto isakmp aggressive-mode disable', {}, 'no aggressive mode'),
  inert('no crypto isakmp aggressive-mode disable', {}, 'aggressive mode allowed'),
  notModelled('crypto isakmp invalid-spi-recovery', {}, 'recovery from unknown SPIs'),
  inert('no crypto isakmp invalid-spi-recovery', {}, 'no recovery from unknown SPIs'),
  command(
    'crypto isakmp key [<encoding>] <key> address <address> [<mask>] [no-xauth]',
    { encoding: keyEncoding, key: keyText, address: ipv4, mask },
    'a pre-shared key for an address',
    (to, { encoding, key, address, mask = everyHost }, context) =>
      addKey(defaultKeyring(to), { kind: 'address', address, mask }, encoding, key, context),
  ),
  command(
    'crypto isakmp key [<encoding>] <key> hostname <hostname> [no-xauth]',
    { encoding: keyEncoding, key: keyText, hostname },
    'a pre-shared key for a host name',
    (to, values, context) =>
      addKey(defaultKeyring(to), { kind: 'hostname', hostname: values.hostname }, values.encoding, values.key, context),
  ),
  notModelled(
    'crypto isakmp key [<encoding>] <key> address ipv6 <rest>',
    { encoding: keyEncoding, key: keyText, rest: anything },
    'keys for IPv6 addresses',
  ),
  command(
    'no crypto isakmp key [<encoding>] <key> address <address> [<mask>] [no-xauth]',
    { encoding: keyEncoding, key: keyText, address: ipv4, mask },
    'take a key out',
    (to, { address, mask = everyHost }) => removeKey(defaultKeyring(to), { kind: 'address', address, mask }),
  ),
  command('crypto keyring <name> [vrf <vrf>]', { name, vrf }, 'a keyring', (to, values, { at, enter }) => {
    enter(
      modeOf(
        keyringTable,
        take(to.keyrings, values.name, () => keyringDraft(values.name, values.vrf, at)),
      ),
    )
  }),
  command('no crypto keyring <name>', { name }, 'take a keyring out', (to, values) => {
    to.keyrings.delete(values.name)
  }),
  notModelled('crypto isakmp peer <rest>', { rest: anything }, 'peers of aggressive mode', (_to, _values, { enter }) =>
    enter(modeOf(unmodelledTable, undefined)),
  ),
  notModelled(
    'crypto isakmp client configuration group <rest>',
    { rest: anything },
    'groups of clients',
    (_to, _values, { enter }) => enter(modeOf(unmodelledTable, undefined)),
  ),
  ...(
    [
      'crypto isakmp client',
      'crypto isakmp diagnose',
      'crypto isakmp disconnect-revoked-peers',
      'crypto isakmp xauth',
      'crypto isakmp nat',
    ] as const
  ).map((words) => notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
]

function defaultKeyring(to: RouterDraft) {
  return take(to.keyrings, 'default', () => keyringDraft('default'))
}
