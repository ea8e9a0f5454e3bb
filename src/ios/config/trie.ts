import type { Command, CommandValues } from './command.ts'
import { type Kind, prefixes } from './kinds.ts'
import { type Line, restOf } from './line.ts'

interface Edge<T> {
  readonly name: string
  readonly kind: Kind<unknown>
  readonly node: Node<T>
}

/** What is left of a command's syntax behind a place. */
interface Pending<T> {
  readonly syntax: string
  readonly command: Command<T>
}

/**
 * A place in a table of commands. What may follow it is worked out when somebody first comes by: a configuration passes
 * few places of the tables that there are.
 */
export class Node<T> {
  #pending: Pending<T>[] | null = []
  readonly #words = new Map<string, Node<T>>()
  readonly #args: Edge<T>[] = []
  #command: Command<T> | undefined
  #abbreviations: ReadonlyMap<string, readonly string[]> | undefined

  /** The keywords that may follow. */
  get words(): ReadonlyMap<string, Node<T>> {
    if (this.#pending !== null) this.#open(this.#pending)
    return this.#words
  }

  /** The arguments that may follow. */
  get args(): readonly Edge<T>[] {
    if (this.#pending !== null) this.#open(this.#pending)
    return this.#args
  }

  /** The command that may end here. */
  get command(): Command<T> | undefined {
    if (this.#pending !== null) this.#open(this.#pending)
    return this.#command
  }

  /** Every prefix of a keyword that may follow, in lower case, with the whole words for which it may stand. */
  get abbreviations(): ReadonlyMap<string, readonly string[]> {
    this.#abbreviations ??= prefixes([...this.words.keys()])
    return this.#abbreviations
  }

  /** The only keyword that begins with a word which is none itself. */
  longer(text: string): string | undefined {
    if (this.words.size === 0) return undefined
    const candidates = this.abbreviations.get(text.toLowerCase())
    return candidates?.length === 1 ? candidates[0] : undefined
  }

  /** Lets a command go on here with the rest of its syntax. Before anybody has come by. */
  lead(syntax: string, command: Command<T>): void {
    if (this.#pending === null) throw new Error(`${command.syntax} comes too late to its table`)
    this.#pending.push({ syntax, command })
  }

  #open(pending: readonly Pending<T>[]): void {
    this.#pending = null
    for (const { syntax, command } of pending) this.#take(syntax.trimStart(), command)
  }

  /** Takes the first element of a syntax and leaves the rest to the place behind it. */
  #take(syntax: string, command: Command<T>): void {
    if (syntax === '') {
      if (this.#command !== undefined && this.#command !== command)
        throw new Error(`two commands have the syntax ${command.syntax}`)
      this.#command = command
      return
    }
    if (syntax.startsWith('[')) {
      const [inner, rest] = around(syntax, ']')
      this.#take(`${inner} ${rest}`.trimStart(), command)
      this.#take(rest.trimStart(), command)
      return
    }
    if (syntax.startsWith('<')) {
      const [name, rest] = around(syntax, '>')
      this.#behind(name, command).lead(rest, command)
      return
    }
    const end = syntax.indexOf(' ')
    const word = end < 0 ? syntax : syntax.slice(0, end)
    const next = this.#words.get(word) ?? new Node<T>()
    this.#words.set(word, next)
    next.lead(syntax.slice(word.length), command)
  }

  #behind(name: string, command: Command<T>): Node<T> {
    const kind = command.args[name]
    if (kind === undefined) throw new Error(`argument ${name} of ${command.syntax} has no kind`)
    const known = this.#args.find((candidate) => candidate.name === name && candidate.kind === kind)
    if (known) return known.node
    const node = new Node<T>()
    this.#args.push({ name, kind, node })
    return node
  }
}

/** What stands in brackets at the beginning of a syntax, and what behind them. */
const around = (syntax: string, close: string): readonly [inner: string, rest: string] => {
  const end = syntax.indexOf(close)
  if (end < 0) throw new Error(`${syntax} lacks ${close}`)
  return [syntax.slice(1, end), syntax.slice(end + 1)]
}

export function compile<T>(commands: readonly Command<T>[]): Node<T> {
  const root = new Node<T>()
  for (const command of commands) root.lead(command.syntax, command)
  return root
}

export interface Match<T> {
  readonly result: 'match'
  readonly command: Command<T>
  readonly values: CommandValues
  /** Index of the first word that the command does not name; the number of words when it names all. */
  readonly next: number
  readonly secrets: readonly number[]
}

/** How far a table understood a line that it does not understand. */
export interface Mismatch<T> {
  readonly result: 'mismatch'
  /** Index of the word that is wrong, or missing when it is the number of words. */
  readonly index: number
  readonly node: Node<T>
  /** The keywords that were understood, written out. */
  readonly path: readonly string[]
  readonly secrets: readonly number[]
  /** A complete command that ends before the wrong word. */
  readonly shorter?: Match<T>
}

interface Walk<T> {
  readonly line: Line
  /** Argument names and their values in turn. */
  readonly bound: unknown[]
  readonly secrets: number[]
  /** A second walk over a line that failed keeps what an error message needs; the first one only looks for the match. */
  readonly tracks: boolean
  readonly path: string[]
  deepest: number
  deepestNode: Node<T>
  deepestPath: readonly string[]
  shorter: Match<T> | undefined
}

function matchOf<T>(walk: Walk<T>, command: Command<T>, next: number): Match<T> {
  const values: Record<string, unknown> = {}
  for (let index = 0; index < walk.bound.length; index += 2) values[String(walk.bound[index])] = walk.bound[index + 1]
  return { result: 'match', command, values, next, secrets: walk.secrets }
}

function step<T>(walk: Walk<T>, node: Node<T>, index: number): Match<T> | undefined {
  const text = walk.line.words[index]
  if (walk.tracks && index > walk.deepest) {
    walk.deepest = index
    walk.deepestNode = node
    walk.deepestPath = walk.path.slice()
    walk.shorter = undefined
  }
  if (text === undefined) return node.command === undefined ? undefined : matchOf(walk, node.command, index)
  const { words } = node
  const exact = words.get(text)
  const whole = exact === undefined ? node.longer(text) : text
  const next = exact ?? (whole === undefined ? undefined : words.get(whole))
  if (whole !== undefined && next !== undefined) {
    if (walk.tracks) walk.path.push(whole)
    const found = step(walk, next, index + 1)
    if (found !== undefined) return found
    if (walk.tracks) walk.path.pop()
  }
  for (const edge of node.args) {
    const found = stepInto(walk, edge, index, text)
    if (found !== undefined) return found
  }
  if (walk.tracks && index === walk.deepest && node.command !== undefined && walk.shorter === undefined)
    walk.shorter = matchOf(walk, node.command, index)
  return undefined
}

function stepInto<T>(walk: Walk<T>, edge: Edge<T>, index: number, text: string): Match<T> | undefined {
  const { kind } = edge
  let value: unknown
  let next = index + 1
  if (kind.shape === 'rest') {
    value = kind.read(restOf(walk.line, index))
    next = walk.line.words.length
  } else {
    value = kind.read(text)
  }
  if (value === undefined) return undefined
  if (kind.shape === 'many') {
    const values = [...(value as readonly unknown[])]
    for (let more = walk.line.words[next]; more !== undefined; next += 1, more = walk.line.words[next]) {
      const one = kind.read(more)
      if (one === undefined) break
      values.push(...(one as readonly unknown[]))
    }
    value = values
  }
  if (kind.secret) for (let at = index; at < next; at += 1) walk.secrets.push(at)
  walk.bound.push(edge.name, value)
  const found = step(walk, edge.node, next)
  if (found !== undefined) return found
  walk.bound.length -= 2
  return undefined
}

function newWalk<T>(root: Node<T>, line: Line, tracks: boolean): Walk<T> {
  return {
    line,
    bound: [],
    secrets: [],
    tracks,
    path: [],
    deepest: 0,
    deepestNode: root,
    deepestPath: [],
    shorter: undefined,
  }
}

/** A first word that no command of the table has: the common case of a line of another mode, answered without a walk. */
function isStranger<T>(root: Node<T>, line: Line): boolean {
  const first = line.words[0] ?? ''
  return root.args.length === 0 && !root.words.has(first) && !root.abbreviations.has(first.toLowerCase())
}

/** Reads a line by a table. A whole word goes before a prefix, a keyword before an argument; O(words) but for the few places where both may stand. */
export function match<T>(root: Node<T>, line: Line): Match<T> | Mismatch<T> {
  if (isStranger(root, line)) return { result: 'mismatch', index: 0, node: root, path: [], secrets: [] }
  const found = step(newWalk(root, line, false), root, 0)
  if (found !== undefined) return found
  const walk = newWalk(root, line, true)
  step(walk, root, 0)
  return {
    result: 'mismatch',
    index: walk.deepest,
    node: walk.deepestNode,
    path: walk.deepestPath,
    secrets: walk.secrets,
    ...(walk.shorter === undefined ? {} : { shorter: walk.shorter }),
  }
}
