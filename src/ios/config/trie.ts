import type { Command, CommandValues } from './command.ts'
import { type Kind, prefixes } from './kinds.ts'
import { type Line, restOf } from './line.ts'

/** A table of commands compiled for matching: every prefix of every word is a key, so that a word costs one look-up. */
export interface Node<T> {
  readonly words: Map<string, Node<T>>
  readonly args: Edge<T>[]
  command: Command<T> | undefined
  /** Every prefix of `words`, with the whole words that it may stand for. */
  abbreviations: ReadonlyMap<string, readonly string[]>
}

interface Edge<T> {
  readonly name: string
  readonly kind: Kind<unknown>
  readonly node: Node<T>
}

type Element =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'optional'; readonly elements: readonly Element[] }

function newNode<T>(): Node<T> {
  return { words: new Map(), args: [], command: undefined, abbreviations: new Map() }
}

function elementsOf(syntax: string): Element[] {
  const elements: Element[] = []
  for (const match of syntax.matchAll(/\[([^\]]*)\]|<([^>]*)>|(\S+)/g)) {
    const [, optional, name, text] = match
    if (optional !== undefined) elements.push({ kind: 'optional', elements: elementsOf(optional) })
    else if (name !== undefined) elements.push({ kind: 'argument', name })
    else if (text !== undefined) elements.push({ kind: 'word', text })
  }
  return elements
}

function insert<T>(node: Node<T>, elements: readonly Element[], command: Command<T>): void {
  const [first, ...others] = elements
  if (first === undefined) {
    if (node.command !== undefined && node.command !== command)
      throw new Error(`two commands have the syntax ${command.syntax}`)
    node.command = command
    return
  }
  if (first.kind === 'optional') {
    insert(node, [...first.elements, ...others], command)
    insert(node, others, command)
    return
  }
  if (first.kind === 'word') {
    const next = node.words.get(first.text) ?? newNode<T>()
    node.words.set(first.text, next)
    insert(next, others, command)
    return
  }
  const kind = command.args[first.name]
  if (kind === undefined) throw new Error(`argument ${first.name} of ${command.syntax} has no kind`)
  const edge = node.args.find((candidate) => candidate.name === first.name && candidate.kind === kind)
  const next = edge?.node ?? newNode<T>()
  if (edge === undefined) node.args.push({ name: first.name, kind, node: next })
  insert(next, others, command)
}

function abbreviate<T>(node: Node<T>, done: Set<Node<T>>): void {
  if (done.has(node)) return
  done.add(node)
  node.abbreviations = prefixes([...node.words.keys()])
  for (const next of node.words.values()) abbreviate(next, done)
  for (const edge of node.args) abbreviate(edge.node, done)
}

export function compile<T>(commands: readonly Command<T>[]): Node<T> {
  const root = newNode<T>()
  for (const command of commands) insert(root, elementsOf(command.syntax), command)
  abbreviate(root, new Set())
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
  if (node.words.size > 0) {
    const candidates = node.abbreviations.get(text) ?? node.abbreviations.get(text.toLowerCase())
    const whole = candidates?.length === 1 ? candidates[0] : undefined
    const next = whole === undefined ? undefined : node.words.get(whole)
    if (whole !== undefined && next !== undefined) {
      if (walk.tracks) walk.path.push(whole)
      const found = step(walk, next, index + 1)
      if (found !== undefined) return found
      if (walk.tracks) walk.path.pop()
    }
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
  return root.args.length === 0 && !root.abbreviations.has(first) && !root.abbreviations.has(first.toLowerCase())
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
