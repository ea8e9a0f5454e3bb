import type { IkeV2Group, IkeV2Integrity, IkeV2Policy, IkeV2Prf, IkeV2Proposal } from '../../selection/index.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import { type Draft, set } from './draft.ts'
import { choice, identifier, ipv4, type Kind, many, oneOf, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto ikev2 proposal` and `crypto ikev2 policy` (ios-semantics §2.2, §2.3). */

const ciphers = many(choice('des', '3des', 'aes-cbc-128', 'aes-cbc-192', 'aes-cbc-256', 'aes-gcm-128', 'aes-gcm-256'))
const hashes: Kind<readonly (IkeV2Integrity & IkeV2Prf)[]> = many(choice('md5', 'sha1', 'sha256', 'sha384', 'sha512'))
/** Group 31 is none of IOS's: it is read because other peers use it and the engine can. */
const groups: Kind<readonly IkeV2Group[]> = many(oneOf('a group', 1, 2, 5, 14, 15, 16, 19, 20, 21, 24, 31))

const proposals: CommandForms<Draft<IkeV2Proposal>> = commandForms<Draft<IkeV2Proposal>>()

export const ikev2ProposalTable: Table<Draft<IkeV2Proposal>> = table('crypto ikev2 proposal', 'not-modelled', [
  proposals.command(
    'encryption <names>',
    { names: ciphers },
    'ciphers, in order of preference',
    (to, { names }, { at }) => set(to, 'encryption', [...names], at),
  ),
  proposals.command(
    'integrity <names>',
    { names: hashes },
    'integrity, in order of preference',
    (to, { names }, { at }) => set(to, 'integrity', [...names], at),
  ),
  proposals.command('prf <names>', { names: hashes }, 'PRFs, in order of preference', (to, { names }, { at }) =>
    set(to, 'prf', [...names], at),
  ),
  proposals.command('group <names>', { names: groups }, 'groups, in order of preference', (to, { names }, { at }) =>
    set(to, 'groups', [...names], at),
  ),
  proposals.notModelled('pqc [<rest>]', { rest: anything }, 'post-quantum key exchange'),
])

const policies: CommandForms<Draft<IkeV2Policy>> = commandForms<Draft<IkeV2Policy>>()

export const ikev2PolicyTable: Table<Draft<IkeV2Policy>> = table('crypto ikev2 policy', 'not-modelled', [
  policies.command(
    'proposal <name>',
    { name: word('a proposal') },
    'a proposal of the policy',
    (to, { name }, { at }) => {
      if (!to.value.proposals.some((known) => known.name === name)) to.value.proposals.push({ name, at })
    },
  ),
  policies.command('no proposal <name>', { name: word('a proposal') }, 'take a proposal out', (to, { name }) => {
    to.value.proposals = to.value.proposals.filter((known) => known.name !== name)
  }),
  policies.command(
    'match address local <address>',
    { address: ipv4 },
    'the address that it serves',
    (to, { address }, { at }) => {
      to.value.matchLocal.push({ address, at })
    },
  ),
  policies.command('no match address local <address>', { address: ipv4 }, 'not that address', (to, { address }) => {
    to.value.matchLocal = to.value.matchLocal.filter((known) => known.address !== address)
  }),
  policies.command(
    'match fvrf <name>',
    { name: identifier('a VRF, or any') },
    'the VRF that it serves',
    (to, { name }, { at }) => set(to, 'fvrf', name, at),
  ),
])
