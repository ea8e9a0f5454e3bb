import { type IkeV2Policy, type IkeV2Proposal, noIkeV2 } from '../../selection/index.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type Draft, draft, type RouterDraft, take } from './draft.ts'
import { ikev2KeyringDraft, ikev2KeyringTable } from './ikev2-keyring.ts'
import { ikev2ProfileDraft, ikev2ProfileTable } from './ikev2-profile.ts'
import { ikev2PolicyTable, ikev2ProposalTable } from './ikev2-proposal.ts'
import { choice, integer, word } from './kinds.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** The global commands of IKEv2 (ios-semantics §2.2–§2.6). */

const { command, notModelled }: CommandForms<RouterDraft> = commandForms<RouterDraft>()
const name = word('a name')

const proposalDraft = (named: string, at: NonNullable<IkeV2Proposal['at']>): Draft<IkeV2Proposal> =>
  draft<IkeV2Proposal>({ name: named, at, encryption: [], integrity: [], prf: [], groups: [] })

const policyDraft = (named: string, at: NonNullable<IkeV2Policy['at']>): Draft<IkeV2Policy> =>
  draft<IkeV2Policy>({ name: named, at, matchLocal: [], proposals: [] })

/** A switch with its `no`. */
const toggle = (syntax: string, help: string, run: (to: RouterDraft, on: boolean) => void): Command<RouterDraft>[] => [
  command(syntax, {}, help, (to) => run(to, true)),
  command(`no ${syntax}`, {}, `not: ${help}`, (to) => run(to, false)),
]

export const ikev2Commands: readonly Command<RouterDraft>[] = [
  command('crypto ikev2 proposal <name>', { name }, 'a proposal', (to, values, { at, enter }) => {
    enter(
      modeOf(
        ikev2ProposalTable,
        take(to.ikev2.proposals, values.name, () => proposalDraft(values.name, at)),
      ),
    )
  }),
  command('no crypto ikev2 proposal <name>', { name }, 'take a proposal out', (to, values) => {
    if (values.name === 'default') to.ikev2.settings.defaultProposal = false
    to.ikev2.proposals.delete(values.name)
  }),
  command('crypto ikev2 policy <name>', { name }, 'a policy', (to, values, { at, enter }) => {
    enter(
      modeOf(
        ikev2PolicyTable,
        take(to.ikev2.policies, values.name, () => policyDraft(values.name, at)),
      ),
    )
  }),
  command('no crypto ikev2 policy <name>', { name }, 'take a policy out', (to, values) => {
    if (values.name === 'default') to.ikev2.settings.defaultPolicy = false
    to.ikev2.policies.delete(values.name)
  }),
  command('crypto ikev2 keyring <name>', { name }, 'a keyring', (to, values, { at, enter }) => {
    enter(
      modeOf(
        ikev2KeyringTable,
        take(to.ikev2.keyrings, values.name, () => ikev2KeyringDraft(values.name, at)),
      ),
    )
  }),
  command('no crypto ikev2 keyring <name>', { name }, 'take a keyring out', (to, values) => {
    to.ikev2.keyrings.delete(values.name)
  }),
  command('crypto ikev2 profile <name>', { name }, 'a profile', (to, values, { at, enter }) => {
    enter(
      modeOf(
        ikev2ProfileTable,
        take(to.ikev2.profiles, values.name, () => ikev2ProfileDraft(values.name, at)),
      ),
    )
  }),
  command('no crypto ikev2 profile <name>', { name }, 'take a profile out', (to, values) => {
    to.ikev2.profiles.delete(values.name)
  }),
  ...toggle('crypto ikev2 http-url cert', 'certificates by hash and URL', (to, on) => {
    to.ikev2.settings.httpUrlCert = on
  }),
  command(
    'crypto ikev2 fragmentation [mtu <mtu>]',
    { mtu: integer('octets', 68, 1500) },
    'fragment large messages',
    (to, { mtu = 576 }) => {
      to.ikev2.settings.fragmentationMtu = mtu
    },
  ),
  command('no crypto ikev2 fragmentation [<rest>]', { rest: anything }, 'no fragments', (to) => {
    delete to.ikev2.settings.fragmentationMtu
  }),
  command(
    'crypto ikev2 cookie-challenge <count>',
    { count: integer('half-open SAs', 0, 1000) },
    'ask for a cookie from so many half-open SAs on',
    (to, { count }) => {
      to.ikev2.settings.cookieChallenge = count
    },
  ),
  command('no crypto ikev2 cookie-challenge [<rest>]', { rest: anything }, 'no cookies', (to) => {
    delete to.ikev2.settings.cookieChallenge
  }),
  command('crypto ikev2 window <size>', { size: integer('a window', 1, 200) }, 'requests under way', (to, { size }) => {
    to.ikev2.settings.window = size
  }),
  command('no crypto ikev2 window [<rest>]', { rest: anything }, 'back to 5', (to) => {
    to.ikev2.settings.window = noIkeV2.window
  }),
  command(
    'crypto ikev2 dpd <interval> <retry> <when>',
    { interval: integer('seconds', 10, 3600), retry: integer('seconds', 2, 60), when: choice('on-demand', 'periodic') },
    'dead peer detection',
    (to, { interval, retry, when }) => {
      to.ikev2.settings.dpd = { interval, retry, periodic: when === 'periodic' }
    },
  ),
  command('no crypto ikev2 dpd [<rest>]', { rest: anything }, 'no dead peer detection', (to) => {
    delete to.ikev2.settings.dpd
  }),
  command(
    'crypto ikev2 limit max-in-negotation-sa <count> [<way>]',
    { count: integer('SAs', 1, 1000), way: choice('incoming', 'outgoing') },
    'SAs in negotiation',
    (to, { count, way }) => {
      if (way !== 'outgoing') to.ikev2.settings.maxInNegotiation = count
    },
  ),
  command(
    'crypto ikev2 nat keepalive <seconds>',
    { seconds: integer('seconds', 5, 3600) },
    'NAT keepalives',
    (to, { seconds }) => {
      to.ikev2.settings.natKeepalive = seconds
    },
  ),
  command('no crypto ikev2 nat keepalive [<rest>]', { rest: anything }, 'no NAT keepalives', (to) => {
    delete to.ikev2.settings.natKeepalive
  }),
  ...(['authorization policy', 'client', 'cluster', 'name-mangler'] as const).map((words) =>
    notModelled(
      `crypto ikev2 ${words} [<rest>]`,
      { rest: anything },
      'not read by this version',
      (_to, _values, { enter }) => enter(modeOf(unmodelledTable, undefined)),
    ),
  ),
  ...(
    [
      'certificate-cache',
      'cts',
      'diagnose',
      'disconnect-revoked-peers',
      'limit max-sa',
      'limit queue',
      'reconnect',
      'redirect',
    ] as const
  ).flatMap((words) =>
    (['', 'no '] as const).map((no) =>
      notModelled(`${no}crypto ikev2 ${words} [<rest>]`, { rest: anything }, 'not read by this version'),
    ),
  ),
]
