import { anything, type CommandForms, commandForms } from './command.ts'
import { type Table, table } from './mode.ts'

/** The modes of `crypto ikev2` (ios-semantics §2.2–2.5). Nothing of IKEv2 is modelled; the sub-commands are named here so that a line is reported under its own mode even where nothing is indented. */

const { notModelled }: CommandForms<undefined> = commandForms<undefined>()

const subCommands = {
  proposal: ['encryption', 'integrity', 'prf', 'group', 'pqc'],
  policy: ['match', 'proposal'],
  keyring: ['peer', 'address', 'description', 'hostname', 'identity', 'pre-shared-key'],
  profile: [
    'aaa',
    'anyconnect',
    'authentication',
    'config-exchange',
    'description',
    'dpd',
    'dynamic',
    'identity',
    'initial-contact',
    'ivrf',
    'keyring',
    'lifetime',
    'match',
    'nat',
    'pki',
    'reconnect',
    'redirect',
    'shutdown',
    'virtual-template',
  ],
} as const

export type Ikev2Mode = keyof typeof subCommands
export const ikev2Modes: readonly Ikev2Mode[] = ['proposal', 'policy', 'keyring', 'profile']

function ikev2Table(mode: Ikev2Mode): Table<undefined> {
  const commands = subCommands[mode].flatMap((words) =>
    (['', 'no '] as const).map((no) =>
      notModelled(`${no}${words} [<rest>]`, { rest: anything }, 'IKEv2 is not modelled'),
    ),
  )
  return table(`crypto ikev2 ${mode}`, 'not-modelled', commands)
}

export const ikev2Tables: Readonly<Record<Ikev2Mode, Table<undefined>>> = {
  proposal: ikev2Table('proposal'),
  policy: ikev2Table('policy'),
  keyring: ikev2Table('keyring'),
  profile: ikev2Table('profile'),
}
