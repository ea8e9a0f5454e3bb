import { type CaReading, type LabRouter, readAs } from '../lab/index.ts'
import type { Trustpoint } from '../pki/index.ts'
import { type Knobs, knobs as knobTable } from '../selection/index.ts'
import { walksFor } from './effort.ts'
import { type Orders, type Question, type StaticDirection, type Walk, type World, walk } from './static/index.ts'

/**
 * One case of the unknowns: which trustpoint stood first where an order counted, and what the knobs were where one
 * counted. Every order of enrolment and every value of a knob falls into exactly one of a direction's classes, and its
 * walk is what they come to.
 */
export interface UnknownClass {
  /** The knobs that were tried; all others stand as the lab has them. */
  readonly tried: ReadonlyMap<keyof Knobs, string>
  /** An order and knobs of this class: what a negotiation of it is run with. */
  readonly orders: Orders
  readonly knobs: Knobs
  readonly walk: Walk
}

/**
 * The classes of a direction as a tree of what the decisions ask, in the order in which they ask it. A branch has one
 * subtree for each answer that there is; the subtree of today's order and knobs comes first.
 */
export type ClassTree =
  | { readonly kind: 'class'; readonly class: UnknownClass; readonly path: Path }
  | {
      readonly kind: 'order'
      readonly router: string
      /** By the trustpoint that is the newest of them: one of these decides. */
      readonly branches: ReadonlyMap<string, ClassTree>
      readonly path: Path
    }
  | {
      readonly kind: 'knob'
      readonly knob: keyof Knobs
      readonly branches: ReadonlyMap<string, ClassTree>
      readonly path: Path
    }
  /** By what is of one CA with a trustpoint. */
  | { readonly kind: 'ca'; readonly trustpoint: string; readonly branches: ReadonlyMap<string, ClassTree> }
  /** There are more classes than anybody would look at: of these nothing is known. */
  | { readonly kind: 'unexplored' }

/** What was answered on the way to a class, or to a question. */
interface Path {
  readonly reading: CaReading | null
  readonly tried: ReadonlyMap<keyof Knobs, string>
  readonly stands: readonly Stand[]
}

/** Of some trustpoints of a router one is the newest. */
interface Stand {
  readonly router: string
  /** What asked for it; null: it is known. */
  readonly as: OrderQuestion['as'] | null
  readonly newest: string
  readonly among: ReadonlySet<string>
}

type OrderQuestion = Extract<Question, { kind: 'order' }>

const nobody: ReadonlyMap<string, string> = new Map()

/**
 * The classes of a direction. Orders are not enumerated: what counts is which of the trustpoints that could decide stands
 * first. Whatever decided is made the oldest and the question asked again, until nothing new decides. Knobs are tried
 * where a decision leans on them and nobody settled them. `newest`: by router, a trustpoint that is known to be the newest.
 * `most`: so many walks.
 */
export const classesOf = (
  world: World,
  direction: StaticDirection,
  newest: ReadonlyMap<string, string> = nobody,
  most: number = walksFor(world.lab, [direction.initiator, direction.responder]),
): ClassTree => {
  const known = world.lab.routers.flatMap(({ name, enrolled }): readonly Stand[] => {
    const first = newest.get(name)
    if (first === undefined) return []
    return [{ router: name, as: null, newest: first, among: new Set(enrolled.map((each) => each.name)) }]
  })
  const ask = explorer(world, direction, most)
  const begin = (reading: CaReading | null): ClassTree => explore(ask, { reading, tried: new Map(), stands: known })
  return byReading(world.lab.caReadings ?? [], begin)
}

/** One question for each trustpoint of which nobody knows the CA. */
const byReading = (
  readings: readonly CaReading[],
  begin: (reading: CaReading | null) => ClassTree,
  asked: ReadonlySet<string> = new Set(),
): ClassTree => {
  const [first = null] = readings
  const trustpoint = [...(first?.answers.keys() ?? [])].find((each) => !asked.has(each))
  if (trustpoint === undefined) return begin(first)
  const answers = new Set(readings.map((reading) => reading.answers.get(trustpoint) ?? ''))
  const branch = (answer: string): ClassTree =>
    byReading(
      readings.filter((reading) => reading.answers.get(trustpoint) === answer),
      begin,
      new Set([...asked, trustpoint]),
    )
  return { kind: 'ca', trustpoint, branches: new Map([...answers].map((answer) => [answer, branch(answer)])) }
}

/**
 * The same classes in another world, where the walks of those that are stale may take another turn and ask more. The same
 * tree comes back where none is stale.
 */
export const classesAgain = (
  tree: ClassTree,
  world: World,
  direction: StaticDirection,
  isStale: (walk: Walk) => boolean,
): ClassTree => {
  const ask = explorer(world, direction, walksFor(world.lab, [direction.initiator, direction.responder]))
  const isStaleAllOver = (part: ClassTree): boolean => {
    if (part.kind === 'unexplored') return false
    if (part.kind === 'class') return isStale(part.class.walk)
    for (const branch of part.branches.values()) if (!isStaleAllOver(branch)) return false
    return true
  }
  const renewed = (part: ClassTree): ClassTree => {
    if (part.kind === 'unexplored') return part
    // Where nothing of a question is left, it may not come to it any more: it is begun there, not behind each answer.
    if (part.kind !== 'ca' && isStaleAllOver(part)) return explore(ask, part.path)
    if (part.kind === 'class') return part
    let changed = false
    const branches = new Map<string, ClassTree>()
    for (const [answer, branch] of part.branches) {
      const again = renewed(branch)
      changed ||= again !== branch
      branches.set(answer, again)
    }
    return changed ? { ...part, branches } : part
  }
  return renewed(tree)
}

/** Every class of a tree, that of today's order and knobs first. */
export const leavesOf = (tree: ClassTree): readonly UnknownClass[] => {
  const known = leaves.get(tree)
  if (known) return known
  const found: UnknownClass[] = []
  const collect = (part: ClassTree): void => {
    if (part.kind === 'class') found.push(part.class)
    else if (part.kind !== 'unexplored') for (const branch of part.branches.values()) collect(branch)
  }
  collect(tree)
  leaves.set(tree, found)
  return found
}

/** Whoever follows a tunnel through its days asks for them on each. */
const leaves = new WeakMap<ClassTree, readonly UnknownClass[]>()

interface Explorer {
  /** Walks the direction behind a path, with some trustpoints of a router made as old as the path allows. */
  readonly walk: (path: Path, demoted?: Demoted) => UnknownClass
  readonly isOpen: (path: Path, question: Question) => boolean
  readonly mayGoOn: () => boolean
  readonly enrolledIn: (router: string) => readonly string[]
}

interface Demoted {
  readonly router: string
  readonly trustpoints: ReadonlyMap<string, unknown>
}

/** Whether every class is known. */
export const isComplete = (tree: ClassTree): boolean =>
  tree.kind === 'class' || (tree.kind !== 'unexplored' && [...tree.branches.values()].every(isComplete))

/** Knobs that differ from others, by how: what follows from knobs is kept by the object, from one search to the next. */
const known = new WeakMap<Knobs, Map<string, Knobs>>()

const combinationsOf = (knobs: Knobs): Map<string, Knobs> => {
  const combinations = known.get(knobs) ?? new Map([['', knobs]])
  known.set(knobs, combinations)
  return combinations
}

/**
 * Orders in which nothing is demoted: that of one router stays while another is asked after, and all of them from one day to
 * the next.
 */
const orders = new WeakMap<Path, WeakMap<LabRouter, readonly Trustpoint[]>>()

const explorer = (world: World, direction: StaticDirection, most: number): Explorer => {
  const { lab } = world
  const ends = lab.routers.filter(({ name }) => name === direction.initiator || name === direction.responder)
  const open = new Set(ends.filter(({ orderKnown }) => !orderKnown).map(({ name }) => name))
  const combinations = combinationsOf(lab.knobs)
  const byTried = new WeakMap<Path['tried'], Knobs>()
  /** Whoever tries the same gets the same object: what follows from knobs is kept by it. */
  const knobsWith = (tried: Path['tried']): Knobs => {
    const known = byTried.get(tried)
    if (known) return known
    const different = [...tried].filter(([name, value]) => lab.knobs[name] !== value)
    const key = different
      .map((entry) => entry.join('='))
      .sort()
      .join(' ')
    const knobs = combinations.get(key) ?? { ...lab.knobs, ...Object.fromEntries(different) }
    combinations.set(key, knobs)
    byTried.set(tried, knobs)
    return knobs
  }
  const read = new Map<CaReading, Map<string, readonly Trustpoint[]>>()
  const enrolledAs = (reading: CaReading | null, { name, enrolled }: LabRouter): readonly Trustpoint[] => {
    if (reading === null) return enrolled
    const known = read.get(reading) ?? new Map<string, readonly Trustpoint[]>()
    read.set(reading, known)
    const trustpoints = known.get(name) ?? readAs(reading, name, enrolled)
    known.set(name, trustpoints)
    return trustpoints
  }
  const orderIn = (path: Path, end: LabRouter, demoted: Demoted | undefined): readonly Trustpoint[] => {
    const kept = orders.get(path) ?? new WeakMap<LabRouter, readonly Trustpoint[]>()
    orders.set(path, kept)
    const isDemoted = demoted?.router === end.name
    const known = isDemoted ? undefined : kept.get(end)
    if (known) return known
    const stands = path.stands.filter(({ router }) => router === end.name)
    const order = orderOf(enrolledAs(path.reading, end), stands, isDemoted ? demoted.trustpoints : nobody)
    if (!isDemoted) kept.set(end, order)
    return order
  }
  let walks = 0
  return {
    mayGoOn: () => walks < most,
    enrolledIn: (router) => ends.find(({ name }) => name === router)?.enrolled.map(({ name }) => name) ?? [],
    isOpen: ({ tried, stands }, question) =>
      question.kind === 'knob'
        ? !tried.has(question.knob) && !lab.settled.has(question.knob)
        : open.has(question.router) &&
          !stands.some(
            ({ router, as, among }) =>
              router === question.router && as === question.as && among.has(question.trustpoint),
          ),
    walk: (path, demoted) => {
      walks += 1
      const { tried } = path
      const both: Orders = new Map(ends.map((end) => [end.name, orderIn(path, end, demoted)]))
      const knobs = knobsWith(tried)
      return { tried, orders: both, knobs, walk: walk(world, direction, both, knobs) }
    },
  }
}

/** `known`: the class of the path, where it has been walked. */
const explore = (ask: Explorer, path: Path, known?: UnknownClass): ClassTree => {
  if (!known && !ask.mayGoOn()) return { kind: 'unexplored' }
  const first = known ?? ask.walk(path)
  const question = first.walk.questions.find((each) => ask.isOpen(path, each))
  if (!question) return { kind: 'class', class: first, path }
  return question.kind === 'knob' ? byKnob(ask, path, question.knob, first) : byOrder(ask, path, question, first)
}

const valuesOf: ReadonlyMap<keyof Knobs, readonly string[]> = new Map(
  knobTable.map(({ name, values }) => [name, values]),
)

const byKnob = (ask: Explorer, path: Path, knob: keyof Knobs, first: UnknownClass): ClassTree => {
  const own = first.knobs[knob]
  const others = (valuesOf.get(knob) ?? []).filter((value) => value !== own)
  const branches = [own, ...others].map((value): readonly [string, ClassTree] => {
    const tried = new Map([...path.tried, [knob, value]])
    return [value, explore(ask, { ...path, tried }, value === own ? { ...first, tried } : undefined)]
  })
  return { kind: 'knob', knob, branches: new Map(branches), path }
}

const byOrder = (
  ask: Explorer,
  path: Path,
  { router, as, trustpoint }: OrderQuestion,
  first: UnknownClass,
): ClassTree => {
  const found = new Map<string, UnknownClass>([[trustpoint, first]])
  let settled = false
  while (!settled && ask.mayGoOn()) {
    const next = ask.walk(path, { router, trustpoints: found })
    const again = next.walk.questions.find(
      (each): each is OrderQuestion =>
        each.kind === 'order' && each.router === router && each.as === as && ask.isOpen(path, each),
    )
    // Once one decides that has been made the oldest, whatever stood before it has had its turn.
    if (!again || found.has(again.trustpoint)) settled = true
    else found.set(again.trustpoint, next)
  }
  // Where that was not found out, any other trustpoint may be one that decides.
  const others = settled ? [] : ask.enrolledIn(router).filter((name) => !found.has(name))
  // Only of these it is known that each may be the newest behind the answers so far.
  const among = new Set(found.keys())
  const branch = (newest: string, known: UnknownClass): ClassTree =>
    explore(ask, { ...path, stands: [...path.stands, { router, as, newest, among }] }, known)
  return {
    kind: 'order',
    router,
    path,
    branches: new Map<string, ClassTree>([
      ...[...found].map(([newest, known]): [string, ClassTree] => [newest, branch(newest, known)]),
      ...others.map((name): [string, ClassTree] => [name, { kind: 'unexplored' }]),
    ]),
  }
}

/**
 * An order of enrolment, oldest first, in which every stand holds: those that are demoted as old as may be, all others as
 * they were. The same list comes back where nothing is asked of it.
 */
const orderOf = (
  enrolled: readonly Trustpoint[],
  stands: readonly Stand[],
  demoted: ReadonlyMap<string, unknown>,
): readonly Trustpoint[] => {
  if (stands.length === 0 && demoted.size === 0) return enrolled
  const newestFirst = enrolled.toReversed()
  const waiting = [
    ...newestFirst.filter(({ name }) => !demoted.has(name)),
    ...newestFirst.filter(({ name }) => demoted.has(name)),
  ]
  if (stands.length === 0) return waiting.reverse()
  const placed: Trustpoint[] = []
  const newer = new Set<string>()
  while (waiting.length > 0) {
    const isFree = ({ name }: Trustpoint): boolean =>
      stands.every(({ newest, among }) => newest === name || !among.has(name) || newer.has(newest))
    const index = waiting.findIndex(isFree)
    if (index < 0) throw new Error('no order of enrolment fits the answers')
    const [next] = waiting.splice(index, 1)
    if (!next) continue
    placed.push(next)
    newer.add(next.name)
  }
  return placed.reverse()
}
