import type { Keyring, PreSharedKey } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft } from './draft.ts'
import { ipv4, type Kind, mask, oneOf, rest, secret, word } from './kinds.ts'
import { modeOf, type Table, table } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** `crypto keyring NAME` (ios-semantics §1.9), and the lines `crypto isakmp key`, which make the keyring `default`. */

/** How a stored key is written: 0 in clear, 6 encrypted under the router's master key. */
export const keyEncoding: Kind<0 | 6> = oneOf('a key encoding', 0, 6)
export const keyText: Kind<string> = secret(word('a pre-shared key'))
export const hostname: Kind<string> = word('a host name such as R2.cisco.com')

export function keyringDraft(name: string, vrf?: string, at?: SourceRef): Draft<Keyring> {
  return draft<Keyring>({ name, keys: [], ...(vrf === undefined ? {} : { vrf }), ...(at === undefined ? {} : { at }) })
}

function peerOf(match: PreSharedKey['match']): string {
  return match.kind === 'address' ? `${match.address} ${match.mask}` : match.hostname.toLowerCase()
}

/** Adds a key; one for the same peer is replaced, as IOS does. */
export function addKey(
  keyring: Draft<Keyring>,
  match: PreSharedKey['match'],
  encoding: 0 | 6 | undefined,
  key: string,
  context: Context,
): void {
  removeKey(keyring, match)
  if (encoding === 6)
    context.notice(
      'not-modelled',
      "the key is encrypted under the router's master key (type 6) and cannot be used: give it in clear",
    )
  else {
    keyring.members.add(peerOf(match))
    keyring.value.keys.push({ match, key, at: context.at })
  }
}

export function removeKey(keyring: Draft<Keyring>, match: PreSharedKey['match']): void {
  const peer = peerOf(match)
  if (keyring.members.delete(peer))
    keyring.value.keys = keyring.value.keys.filter((kept) => peerOf(kept.match) !== peer)
}

export const everyHost = '255.255.255.255'
const { command, notModelled, inert }: CommandForms<Draft<Keyring>> = commandForms<Draft<Keyring>>()
const restOfLine = secret(rest('a pre-shared key'))

export const keyringTable: Table<Draft<Keyring>> = table('crypto keyring', 'not-modelled', [
  command(
    'pre-shared-key address <address> [<mask>] key [<encoding>] <key>',
    { address: ipv4, mask, encoding: keyEncoding, key: restOfLine },
    'the key for an address',
    (keyring, { address, mask = everyHost, encoding, key }, context) =>
      addKey(keyring, { kind: 'address', address, mask }, encoding, key, context),
  ),
  command(
    'no pre-shared-key address <address> [<mask>] [key <rest>]',
    { address: ipv4, mask, rest: secret(anything) },
    'no key for an address',
    (keyring, { address, mask = everyHost }) => removeKey(keyring, { kind: 'address', address, mask }),
  ),
  command(
    'pre-shared-key hostname <hostname> key [<encoding>] <key>',
    { hostname, encoding: keyEncoding, key: restOfLine },
    'the key for a host name',
    (keyring, values, context) =>
      addKey(keyring, { kind: 'hostname', hostname: values.hostname }, values.encoding, values.key, context),
  ),
  command(
    'no pre-shared-key hostname <hostname> [key <rest>]',
    { hostname, rest: secret(anything) },
    'no key for a host name',
    (keyring, values) => removeKey(keyring, { kind: 'hostname', hostname: values.hostname }),
  ),
  notModelled('pre-shared-key address ipv6 <rest>', { rest: secret(anything) }, 'keys for IPv6 addresses'),
  notModelled('rsa-pubkey <rest>', { rest: anything }, 'public keys for RSA encryption', (_keyring, _values, context) =>
    context.enter(modeOf(unmodelledTable, undefined)),
  ),
  notModelled('local-address <rest>', { rest: anything }, 'the local address of the keyring'),
  inert('description <text>', { text: rest('a description') }, 'a description'),
])
