import type { IkeEncryption, IkeGroup, IsakmpPolicy } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { type CommandForms, commandForms } from './command.ts'
import { type Draft, draft, set } from './draft.ts'
import { choice, integer, type Kind, oneOf } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto isakmp policy N` (ios-semantics §1.2). */

const ikeGroup: Kind<IkeGroup> = oneOf('a Diffie-Hellman group', 1, 2, 5, 14, 15, 16, 19, 20, 21, 24)

const { command }: CommandForms<Draft<IsakmpPolicy>> = commandForms<Draft<IsakmpPolicy>>()
const des: IkeEncryption = { cipher: 'des' }

/** A policy on which nothing was set: IOS's defaults. */
export function policyDraft(priority: number, at: SourceRef): Draft<IsakmpPolicy> {
  return draft<IsakmpPolicy>({
    priority,
    encryption: des,
    hash: 'sha',
    authentication: 'rsa-sig',
    group: 1,
    lifetime: 86400,
    at,
  })
}

export const policyTable: Table<Draft<IsakmpPolicy>> = table('crypto isakmp policy', 'not-modelled', [
  command(
    'encryption <cipher> [<bits>]',
    { cipher: choice('des', '3des', 'aes'), bits: oneOf('an AES key length', 128, 192, 256) },
    'the encryption algorithm',
    (policy, { cipher, bits }, context) => {
      if (cipher === 'aes') set(policy, 'encryption', { cipher, bits: bits ?? 128 }, context.at)
      else if (bits === undefined) set(policy, 'encryption', { cipher }, context.at)
      else
        context.fail({
          word: String(bits),
          message: `${cipher} takes no key length`,
          expected: 'the end of the line',
          remedy: `leave out ${bits}, or write: encryption aes ${bits}`,
        })
    },
  ),
  command(
    'no encryption [<cipher>] [<bits>]',
    { cipher: choice('des', '3des', 'aes'), bits: oneOf('an AES key length', 128, 192, 256) },
    'back to DES',
    (policy, _, context) => set(policy, 'encryption', des, context.at),
  ),
  command(
    'hash <hash>',
    { hash: choice('md5', 'sha', 'sha256', 'sha384', 'sha512') },
    'the hash algorithm',
    (policy, { hash }, context) => set(policy, 'hash', hash, context.at),
  ),
  command(
    'no hash [<hash>]',
    { hash: choice('md5', 'sha', 'sha256', 'sha384', 'sha512') },
    'back to SHA-1',
    (policy, _, context) => set(policy, 'hash', 'sha', context.at),
  ),
  command(
    'authentication <method>',
    { method: choice('rsa-sig', 'rsa-encr', 'pre-share', 'ecdsa-sig') },
    'the authentication method',
    (policy, { method }, context) => set(policy, 'authentication', method, context.at),
  ),
  command(
    'no authentication [<method>]',
    { method: choice('rsa-sig', 'rsa-encr', 'pre-share', 'ecdsa-sig') },
    'back to RSA signatures',
    (policy, _, context) => set(policy, 'authentication', 'rsa-sig', context.at),
  ),
  command('group <group>', { group: ikeGroup }, 'the Diffie-Hellman group', (policy, { group }, context) =>
    set(policy, 'group', group, context.at),
  ),
  command('no group [<group>]', { group: ikeGroup }, 'back to group 1', (policy, _, context) =>
    set(policy, 'group', 1, context.at),
  ),
  command(
    'lifetime <seconds>',
    { seconds: integer('a lifetime in seconds', 60, 86400) },
    'the lifetime in seconds',
    (policy, { seconds }, context) => set(policy, 'lifetime', seconds, context.at),
  ),
  command(
    'no lifetime [<seconds>]',
    { seconds: integer('a lifetime in seconds', 60, 86400) },
    'back to 86400 seconds',
    (policy, _, context) => set(policy, 'lifetime', 86400, context.at),
  ),
])
