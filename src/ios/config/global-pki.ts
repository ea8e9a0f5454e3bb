import { certificateChainTable, chainDraft } from './certificate-chain.ts'
import { certificateMapTable } from './certificate-map.ts'
import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import { type RouterDraft, take } from './draft.ts'
import { integer, secret, word } from './kinds.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'
import { trustpointDraft, trustpointTable } from './trustpoint.ts'

/** The global commands of `crypto pki`, and of `crypto ca`, its older name. */

const { command, notModelled }: CommandForms<RouterDraft> = commandForms<RouterDraft>()
const name = word('a name')
const sequence = integer('a sequence number', 1, 65535)

export const pkiCommands: readonly Command<RouterDraft>[] = (['crypto pki', 'crypto ca'] as const).flatMap((words) => [
  command(`${words} trustpoint <name>`, { name }, 'a trust point', (to, values, { at, enter }) => {
    enter(
      modeOf(
        trustpointTable,
        take(to.trustpoints, values.name, () => trustpointDraft(values.name, at)),
      ),
    )
  }),
  command(`no ${words} trustpoint <name>`, { name }, 'take a trust point out', (to, values) => {
    to.trustpoints.delete(values.name)
  }),
  command(
    `${words} certificate map <name> <sequence>`,
    { name, sequence },
    'a certificate map',
    (to, values, { at, enter }) => {
      const map = take(to.certificateMaps, values.name, () => ({ name: values.name, sequences: new Map() }))
      enter(
        modeOf(
          certificateMapTable,
          take(map.sequences, values.sequence, () => ({ sequence: values.sequence, rules: [], at })),
        ),
      )
    },
  ),
  command(
    `no ${words} certificate map <name> [<sequence>]`,
    { name, sequence },
    'take a certificate map out',
    (to, values) => {
      const map = to.certificateMaps.get(values.name)
      if (values.sequence !== undefined) map?.sequences.delete(values.sequence)
      if (values.sequence === undefined || map?.sequences.size === 0) to.certificateMaps.delete(values.name)
    },
  ),
  command(
    `${words} certificate chain <name>`,
    { name },
    'the certificates of a trust point',
    (to, values, { at, enter }) => {
      enter(
        modeOf(
          certificateChainTable,
          take(to.chains, values.name, () => chainDraft(values.name, at)),
        ),
      )
    },
  ),
  ...(
    ['server', 'profile enrollment', 'trustpool policy', 'token', 'http', 'crl', 'authenticate', 'enroll'] as const
  ).map((more) =>
    notModelled(
      `${words} ${more} [<rest>]`,
      { rest: anything },
      'not read by this version',
      (_to, _values, { enter }) => enter(modeOf(unmodelledTable, undefined)),
    ),
  ),
  // These carry pass phrases.
  ...(['export', 'import'] as const).map((more) =>
    notModelled(`${words} ${more} <rest>`, { rest: secret(anything) }, 'not read by this version'),
  ),
])
