import { anything, type Command, type CommandForms, commandForms } from './command.ts'
import type { RouterDraft } from './draft.ts'
import { modeOf } from './mode.ts'
import { unmodelledTable } from './outside.ts'

/** Crypto commands that no decision reads yet; each is reported, and its mode entered. */

const { notModelled }: CommandForms<RouterDraft> = commandForms<RouterDraft>()

export const otherCryptoCommands: readonly Command<RouterDraft>[] = [
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
