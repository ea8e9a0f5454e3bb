import type { IkeV2IdentityMatch, IkeV2Keyring, IkeV2KeyringPeer } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft } from './draft.ts'
import { everyHost, hostname, keyEncoding } from './keyring.ts'
import { choice, ipv4, ipv6Prefix, mask, rest, secret, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto ikev2 keyring NAME`, whose `peer` sub-mode is read with it (ios-semantics §2.4). */

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface Ikev2KeyringDraft extends Draft<IkeV2Keyring> {
  readonly peerDrafts: Map<string, Mutable<IkeV2KeyringPeer>>
  current?: Mutable<IkeV2KeyringPeer>
}

export function ikev2KeyringDraft(name: string, at: SourceRef): Ikev2KeyringDraft {
  return { ...draft<IkeV2Keyring>({ name, at, peers: [] }), peerDrafts: new Map() }
}

const { command, notModelled, inert }: CommandForms<Ikev2KeyringDraft> = commandForms<Ikev2KeyringDraft>()
const keyOfLine = secret(rest('a pre-shared key'))

/** The peer at hand; without one the line is a fault. */
function peerAt(keyring: Ikev2KeyringDraft, context: Context): Mutable<IkeV2KeyringPeer> | undefined {
  if (keyring.current === undefined)
    context.fail({
      message: 'the line stands before any peer',
      expected: 'a line "peer NAME" first',
      remedy: 'put it below the peer to which it belongs',
    })
  return keyring.current
}

const identify = (keyring: Ikev2KeyringDraft, context: Context, identity: IkeV2IdentityMatch): void => {
  const peer = peerAt(keyring, context)
  if (peer) peer.identity = identity
}

/** Type 6 keys cannot be used: they are encrypted under the router's master key. */
export function usable(encoding: 0 | 6 | undefined, context: Context): boolean {
  if (encoding !== 6) return true
  context.notice(
    'not-modelled',
    "the key is encrypted under the router's master key (type 6) and cannot be used: give it in clear",
  )
  return false
}

export const ikev2KeyringTable: Table<Ikev2KeyringDraft> = table('crypto ikev2 keyring', 'not-modelled', [
  command('peer <name>', { name: word('a name') }, 'a peer', (keyring, { name }, { at }) => {
    const known = keyring.peerDrafts.get(name) ?? { name, at }
    keyring.peerDrafts.set(name, known)
    keyring.current = known
  }),
  command('no peer <name>', { name: word('a name') }, 'take a peer out', (keyring, { name }) => {
    keyring.peerDrafts.delete(name)
    delete keyring.current
  }),
  command(
    'address <address> [<mask>]',
    { address: ipv4, mask },
    'the address of the peer',
    (keyring, values, context) => {
      const peer = peerAt(keyring, context)
      if (peer) peer.address = { address: values.address, mask: values.mask ?? everyHost }
    },
  ),
  notModelled('address <prefix>', { prefix: ipv6Prefix }, 'an IPv6 prefix'),
  command('hostname <hostname>', { hostname }, 'the host name of the peer', (keyring, values, context) => {
    const peer = peerAt(keyring, context)
    if (peer) peer.hostname = values.hostname
  }),
  command('identity address <address>', { address: ipv4 }, 'its identity', (keyring, { address }, context) =>
    identify(keyring, context, { kind: 'address', address, mask: everyHost, at: context.at }),
  ),
  command(
    'identity email domain <domain>',
    { domain: word('a domain') },
    'its identity',
    (keyring, { domain }, context) => identify(keyring, context, { kind: 'email-domain', domain, at: context.at }),
  ),
  command('identity email <email>', { email: word('an address') }, 'its identity', (keyring, { email }, context) =>
    identify(keyring, context, { kind: 'email', email, at: context.at }),
  ),
  command(
    'identity fqdn domain <domain>',
    { domain: word('a domain') },
    'its identity',
    (keyring, { domain }, context) => identify(keyring, context, { kind: 'fqdn-domain', domain, at: context.at }),
  ),
  command('identity fqdn <fqdn>', { fqdn: word('a domain name') }, 'its identity', (keyring, { fqdn }, context) =>
    identify(keyring, context, { kind: 'fqdn', fqdn, at: context.at }),
  ),
  command('identity key-id <id>', { id: rest('a key id') }, 'its identity', (keyring, { id }, context) =>
    identify(keyring, context, { kind: 'key-id', keyId: id, at: context.at }),
  ),
  command(
    'pre-shared-key local [<encoding>] <key>',
    { encoding: keyEncoding, key: keyOfLine },
    'the key with which this router proves itself',
    (keyring, { encoding, key }, context) => {
      const peer = peerAt(keyring, context)
      if (peer && usable(encoding, context)) peer.localKey = key
    },
  ),
  command(
    'pre-shared-key remote [<encoding>] <key>',
    { encoding: keyEncoding, key: keyOfLine },
    'the key with which the peer proves itself',
    (keyring, { encoding, key }, context) => {
      const peer = peerAt(keyring, context)
      if (peer && usable(encoding, context)) peer.remoteKey = key
    },
  ),
  command(
    'pre-shared-key [<encoding>] <key>',
    { encoding: keyEncoding, key: keyOfLine },
    'the key of both',
    (keyring, { encoding, key }, context) => {
      const peer = peerAt(keyring, context)
      if (!peer || !usable(encoding, context)) return
      peer.localKey = key
      peer.remoteKey = key
    },
  ),
  command(
    'no pre-shared-key [<which>] [<rest>]',
    { which: choice('local', 'remote'), rest: secret(anything) },
    'no key',
    (keyring, { which }, context) => {
      const peer = peerAt(keyring, context)
      if (peer && which !== 'remote') delete peer.localKey
      if (peer && which !== 'local') delete peer.remoteKey
    },
  ),
  notModelled('no <rest>', { rest: anything }, 'taking a line of a peer out'),
  inert('description <text>', { text: rest('a description') }, 'a description'),
])
