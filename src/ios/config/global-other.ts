import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import type { RouterDraft } from './draft.ts'
import { ikev2Modes, ikev2Tables } from './ikev2.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** Crypto commands that no decision reads yet; each is reported, and its mode entered. */

const { notModelled }: CommandForms<RouterDraft> = commandForms<RouterDraft>()

export const otherCryptoCommands: readonly Command<RouterDraft>[] = [
  ...ikev2Modes.map((mode) =>
    notModelled(`crypto ikev2 ${mode} <rest>`, { rest: anything }, 'IKEv2 is not modelled', (_to, _values, { enter }) =>
      enter(modeOf(ikev2Tables[mode], undefined)),
    ),
  ),
  ...(['authorization policy', 'client', 'cluster', 'name-mangler'] as const).map((words) =>
    notModelled(
      `crypto ikev2 ${words} [<rest>]`,
      { rest: anything },
      'IKEv2 is not modelled',
      (_to, _values, { enter }) => enter(modeOf(unmodelledTable, undefined)),
    ),
  ),
  notModelled('crypto ikev2 <rest>', { rest: anything }, 'IKEv2 is not modelled'),
  notModelled('no crypto ikev2 <rest>', { rest: anything }, 'IKEv2 is not modelled'),
  ...(
    [
      'crypto key',
      'crypto gdoi',
      'crypto gkm',
      'crypto identity',
      'crypto ctcp',
      'crypto ssl',
      'crypto eli',
      'crypto mib',
      'crypto xauth',
    ] as const
  ).map((words) =>
    notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version', (_to, _values, { enter }) =>
      enter(modeOf(unmodelledTable, undefined)),
    ),
  ),
  ...(['crypto call', 'crypto engine', 'crypto logging', 'crypto wui', 'crypto provisioning'] as const).map((words) =>
    notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version'),
  ),
]
