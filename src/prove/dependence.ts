import { once } from '../crypto/index.ts'
import { type Knobs, knobs as knobTable } from '../selection/index.ts'
import { type ClassTree, isComplete, leavesOf, type UnknownClass } from './classes.ts'
import type { Walk } from './static/index.ts'
import type { Case, Condition } from './verdict.ts'

/** Two classes with the same signature come to the same thing. */
const signatureOf = (walk: Walk): string => {
  const known = signatures.get(walk)
  if (known !== undefined) return known
  const signature = JSON.stringify([walk.outcome, walk.stage, walk.rejectedBy, walk.code])
  signatures.set(walk, signature)
  return signature
}

/** Classes are grouped anew on every day on which one of them changes. */
const signatures = new WeakMap<Walk, string>()

/** Classes that come to the same thing, and when they do. The first class stands for them. */
export interface OutcomeGroup {
  readonly classes: readonly UnknownClass[]
  /** Alternatives; in each all conditions hold. Empty: always. */
  readonly when: readonly (readonly Condition[])[]
}

/** The names of all trustpoints in which a router is enrolled. */
type EnrolledIn = (router: string) => readonly string[]

/** Groups in the order in which their first classes were found: that of the lab's own order and knobs is the first. */
export const groupsOf = (tree: ClassTree, enrolledIn: EnrolledIn): readonly OutcomeGroup[] => {
  const bySignature = new Map<string, UnknownClass[]>()
  for (const each of leavesOf(tree)) {
    const signature = signatureOf(each.walk)
    const group = bySignature.get(signature)
    if (group) group.push(each)
    else bySignature.set(signature, [each])
  }
  // Most who ask for groups do not ask when.
  const paths = once(() =>
    bySignature.size < 2 && isComplete(tree) ? [] : pathsOf(outcomesOf(tree, new Map()), enrolledIn),
  )
  return [...bySignature].map(([signature, members]) => ({
    classes: members,
    get when() {
      return paths()
        .filter((path) => path.signature === signature)
        .map(({ conditions }) => conditions)
    },
  }))
}

/**
 * What the outcome depends on: a tree of unknowns in which each branch leads to another outcome than its neighbours.
 * Equal trees are one object. `size`: its leaves.
 */
type Outcomes = { readonly kind: 'outcome'; readonly id: number; readonly size: 1; readonly signature: string } | Fork

interface Fork {
  readonly kind: 'fork'
  readonly id: number
  readonly size: number
  readonly unknown: Unknown
  readonly answers: ReadonlyMap<string, Outcomes>
}

type Unknown =
  | { readonly kind: 'order'; readonly router: string }
  | { readonly kind: 'knob'; readonly knob: string }
  | { readonly kind: 'ca'; readonly trustpoint: string }

type Known = Map<string, Outcomes>

const outcomesOf = (tree: ClassTree, known: Known): Outcomes => {
  switch (tree.kind) {
    case 'unexplored':
      return outcome('', known)
    case 'class':
      return outcome(signatureOf(tree.class.walk), known)
    case 'ca':
    case 'knob':
    case 'order':
      return fork(
        unknownOf(tree),
        new Map([...tree.branches].map(([answer, branch]) => [answer, outcomesOf(branch, known)])),
        known,
      )
  }
}

const unknownOf = (tree: Extract<ClassTree, { kind: 'ca' | 'knob' | 'order' }>): Unknown => {
  switch (tree.kind) {
    case 'ca':
      return { kind: 'ca', trustpoint: tree.trustpoint }
    case 'knob':
      return { kind: 'knob', knob: tree.knob }
    case 'order':
      return { kind: 'order', router: tree.router }
  }
}

const outcome = (signature: string, known: Known): Outcomes => {
  const found = known.get(signature) ?? { kind: 'outcome', id: known.size, size: 1, signature }
  known.set(signature, found)
  return found
}

/** A fork whose branches are alike is none. Where every branch asks the same next, asking that first may tell it shorter. */
const fork = (unknown: Unknown, answers: ReadonlyMap<string, Outcomes>, known: Known): Outcomes => {
  const plain = plainFork(unknown, answers, known)
  const [first] = answers.values()
  if (plain.kind !== 'fork' || first?.kind !== 'fork') return plain
  const alike = [...answers.values()].every((each): each is Fork => each.kind === 'fork' && asksTheSame(first, each))
  if (!alike) return plain
  const turned = plainFork(
    first.unknown,
    new Map(
      [...first.answers.keys()].map((answer) => [
        answer,
        plainFork(
          unknown,
          new Map(
            [...answers].map(([own, each]) => [own, each.kind === 'fork' ? (each.answers.get(answer) ?? each) : each]),
          ),
          known,
        ),
      ]),
    ),
    known,
  )
  return turned.size < plain.size ? turned : plain
}

const plainFork = (unknown: Unknown, answers: ReadonlyMap<string, Outcomes>, known: Known): Outcomes => {
  const different = new Set(answers.values())
  const [only] = different
  if (different.size === 1 && only) return only
  const key = JSON.stringify([unknown, [...answers].map(([answer, { id }]) => [answer, id]).sort()])
  const found = known.get(key) ?? {
    kind: 'fork',
    id: known.size,
    size: [...different].reduce((sum, { size }) => sum + size, 0),
    unknown,
    answers,
  }
  known.set(key, found)
  return found
}

const asksTheSame = (a: Fork, b: Fork): boolean =>
  JSON.stringify(a.unknown) === JSON.stringify(b.unknown) &&
  a.answers.size === b.answers.size &&
  [...a.answers.keys()].every((answer) => b.answers.has(answer))

interface Path {
  readonly signature: string
  readonly conditions: readonly Condition[]
}

/** Answers that come to the same are told in one condition. */
const pathsOf = (
  outcomes: Outcomes,
  enrolledIn: EnrolledIn,
  conditions: readonly Condition[] = [],
): readonly Path[] => {
  if (outcomes.kind === 'outcome') return [{ signature: outcomes.signature, conditions }]
  const { unknown, answers } = outcomes
  return [...new Set(answers.values())].flatMap((next) => {
    const is = [...answers].flatMap(([answer, each]) => (each === next ? [answer] : []))
    return pathsOf(next, enrolledIn, [...conditions, condition(unknown, is, [...answers.keys()], enrolledIn)])
  })
}

const condition = (
  unknown: Unknown,
  is: readonly string[],
  among: readonly string[],
  enrolledIn: EnrolledIn,
): Condition => {
  switch (unknown.kind) {
    case 'ca':
      return {
        kind: 'ca',
        trustpoint: unknown.trustpoint,
        is,
        text: sharedCaText(unknown.trustpoint, is),
      }
    case 'knob':
      return { kind: 'knob', knob: unknown.knob, is, text: `${unknown.knob}=${is.join(' or ')}` }
    case 'order':
      return {
        kind: 'order',
        router: unknown.router,
        newest: is,
        among,
        text: orderText(unknown.router, is, among, enrolledIn(unknown.router)),
      }
  }
}

/** `IOSCA1 of R1 shares its CA with TP1 or TP2 of R2`, `… with none of R2`. */
const sharedCaText = (trustpoint: string, is: readonly string[]): string => {
  const [, router = ''] = / of (\S+)$/.exec(is[0] ?? '') ?? []
  const own = ` of ${router}`
  const short = is.map((each) => (each === `no trustpoint${own}` ? 'none' : each.slice(0, -own.length)))
  const several = trustpoint.includes(' and ') ? 'share their CA' : 'shares its CA'
  return `${trustpoint} ${several} with ${short.join(' or ')}${own}`
}

const list = (names: readonly string[], last: 'and' | 'or'): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`

/** `R1 enrolled in IOSCA1 after IOSCA2`; of three and more, where they are all that there are, `R1 enrolled in IOSCA1 last`. */
const orderText = (
  router: string,
  newest: readonly string[],
  among: readonly string[],
  enrolled: readonly string[],
): string => {
  const older = among.filter((name) => !newest.includes(name))
  const isAll = among.length > 2 && enrolled.every((name) => among.includes(name))
  const [only] = older
  if (isAll && newest.length === 1) return `${router} enrolled in ${newest.join()} last`
  if (isAll && older.length === 1) return `${router} did not enrol in ${only} last`
  if (isAll) return `${router} enrolled in ${list(newest, 'or')} last`
  return `${router} enrolled in ${list(newest, 'or')} after ${list(older, 'and')}`
}

/** Whether a class rests on nothing but orders and on defaults. */
export const isByDefault = ({ tried }: UnknownClass, defaults: Knobs): boolean =>
  [...tried].every(([name, value]) => defaults[name] === value)

const documented = new Set(knobTable.filter(({ sure }) => sure === 'documented').map(({ name }) => name))

/** Whether every knob on which a class differs from the defaults is one whose default a document or a device shows. */
export const contradictsDocuments = ({ tried }: UnknownClass, defaults: Knobs): boolean =>
  [...tried].some(([name, value]) => defaults[name] !== value && documented.has(name))

export const caseOf = (group: OutcomeGroup, summary: string | null): Case => {
  const [first] = group.classes
  if (!first) throw new Error('a group without a class')
  const { outcome, stage, rejectedBy, code, signsWith } = first.walk
  return { when: group.when, outcome, stage, rejectedBy, code, summary, signsWith }
}
