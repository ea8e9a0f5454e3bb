import type { Command } from './command.ts'
import type { Context } from './context.ts'
import type { Line } from './line.ts'
import { compile, type Match, type Mismatch, match, type Node } from './trie.ts'

/** The commands of one mode. */
export interface Table<T> {
  /** As a message names it: `crypto isakmp policy`. */
  readonly name: string
  readonly root: Node<T>
  /** What becomes of a line that the table does not know. */
  readonly unknown: 'not-modelled' | 'ignored'
  /** Beginnings of commands that are reported all the same where `unknown` is `ignored`. */
  readonly reported: readonly string[]
  /** Takes a notice that may turn out to be none of the subject's; without it the notice is given at once. */
  readonly keepNotice?: (target: T, give: () => void) => void
}

export function table<T>(
  name: string,
  unknown: Table<T>['unknown'],
  commands: readonly Command<T>[],
  more: { readonly reported?: readonly string[]; readonly keepNotice?: Table<T>['keepNotice'] } = {},
): Table<T> {
  const { reported = [], keepNotice } = more
  return { name, root: compile(commands), unknown, reported, ...(keepNotice === undefined ? {} : { keepNotice }) }
}

/** A line that a mode understands, ready to take effect. */
export interface Understood {
  readonly result: 'understood'
  readonly action: 'effect' | 'not-modelled' | 'inert'
  readonly syntax: string
  readonly secrets: readonly number[]
  readonly apply: (context: Context) => void
}

export interface NotUnderstood {
  readonly result: 'not-understood'
  readonly index: number
  readonly path: readonly string[]
  readonly secrets: readonly number[]
  readonly shorter?: Understood
  /** What could have stood at `index`; worked out on demand, for most lines that a table does not know are another mode's. */
  readonly possible: () => Possible
}

/** The continuations at one place of a table. */
interface Possible {
  readonly words: readonly string[]
  readonly candidates: readonly string[]
  readonly kinds: readonly string[]
  readonly choices: readonly string[]
  readonly end: boolean
  /** A command that goes through this place. */
  readonly example: { readonly syntax: string; readonly help: string } | undefined
}

/** A table with the thing that its commands write to. */
export interface Mode {
  readonly name: string
  readonly unknown: Table<unknown>['unknown']
  readonly reported: readonly string[]
  readonly attempt: (line: Line) => Understood | NotUnderstood
  readonly giveNotice: (give: () => void) => void
}

function understood<T>(found: Match<T>, target: T): Understood {
  const { command } = found
  return {
    result: 'understood',
    action: command.action.kind,
    syntax: command.syntax,
    secrets: found.secrets,
    apply: (context) => command.action.run?.(target, found.values, context),
  }
}

function exampleOf<T>(node: Node<T>): Command<T> | undefined {
  if (node.command !== undefined) return node.command
  for (const edge of node.args) {
    const found = exampleOf(edge.node)
    if (found !== undefined) return found
  }
  for (const next of node.words.values()) {
    const found = exampleOf(next)
    if (found !== undefined) return found
  }
  return undefined
}

function possibleAt<T>(node: Node<T>, word: string | undefined): Possible {
  const prefix = word?.toLowerCase() ?? ''
  const example = exampleOf(node)
  return {
    words: [...node.words.keys()].sort(),
    candidates: word === undefined ? [] : (node.abbreviations.get(prefix) ?? []),
    kinds: node.args.map((edge) => edge.kind.expected),
    choices: node.args.flatMap((edge) => edge.kind.choices ?? []),
    end: node.command !== undefined,
    example: example === undefined ? undefined : { syntax: example.syntax, help: example.help },
  }
}

function notUnderstood<T>(found: Mismatch<T>, line: Line, target: T): NotUnderstood {
  return {
    result: 'not-understood',
    index: found.index,
    path: found.path,
    secrets: found.secrets,
    ...(found.shorter === undefined ? {} : { shorter: understood(found.shorter, target) }),
    possible: () => possibleAt(found.node, line.words[found.index]),
  }
}

/** The mode in which `table`'s commands write to `target`. */
export function modeOf<T>(table: Table<T>, target: T): Mode {
  return {
    name: table.name,
    unknown: table.unknown,
    reported: table.reported,
    attempt: (line) => {
      const found = match(table.root, line)
      return found.result === 'match' ? understood(found, target) : notUnderstood(found, line, target)
    },
    giveNotice: (give) => {
      if (table.keepNotice === undefined) give()
      else table.keepNotice(target, give)
    },
  }
}
