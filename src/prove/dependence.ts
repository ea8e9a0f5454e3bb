import { type Knobs, knobs as knobTable } from '../selection/index.ts'
import type { UnknownClass } from './classes.ts'
import type { Walk } from './static/index.ts'
import type { Case, Condition } from './verdict.ts'

/** Two classes with the same signature come to the same thing. */
const signatureOf = ({ outcome, stage, rejectedBy, code }: Walk): string =>
  JSON.stringify([outcome, stage, rejectedBy, code])

/** Classes that come to the same thing, and when they do. The first class stands for them. */
export interface OutcomeGroup {
  readonly classes: readonly UnknownClass[]
  /** Alternatives; in each all conditions hold. Empty: always. */
  readonly when: readonly (readonly Condition[])[]
}

/** Groups in the order in which their first classes were found: that of the lab's own order and knobs is the first. */
export const groupsOf = (classes: readonly UnknownClass[]): readonly OutcomeGroup[] => {
  const bySignature = new Map<string, UnknownClass[]>()
  for (const each of classes) {
    const signature = signatureOf(each.walk)
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), each])
  }
  const paths = bySignature.size < 2 ? [] : splitPaths(classes, [])
  return [...bySignature].map(([signature, members]) => ({
    classes: members,
    when: paths.filter((path) => path.signature === signature).map(({ conditions }) => conditions),
  }))
}

interface Path {
  readonly signature: string
  readonly conditions: readonly Condition[]
}

/** What a class says about an unknown; undefined where the unknown never counted. */
const answerOf = ({ picks, tried }: UnknownClass, unknown: string): string | undefined =>
  picks.get(unknown) ?? (tried as ReadonlyMap<string, string>).get(unknown)

/** Splits by the unknown that separates the outcomes best, and again inside what stays mixed. */
const splitPaths = (classes: readonly UnknownClass[], conditions: readonly Condition[]): readonly Path[] => {
  const [first] = classes
  if (!first) return []
  const signature = signatureOf(first.walk)
  if (classes.every(({ walk }) => signatureOf(walk) === signature)) return [{ signature, conditions }]
  const unknowns = new Set(classes.flatMap(({ picks, tried }) => [...picks.keys(), ...tried.keys()]))
  let best: { readonly unknown: string; readonly branches: readonly Branch[]; readonly mixed: number } | null = null
  for (const unknown of unknowns) {
    const branches = branchesOf(classes, unknown)
    if (branches.length < 2) continue
    const mixed = branches.filter(
      ({ classes: inside }) => new Set(inside.map(({ walk }) => signatureOf(walk))).size > 1,
    ).length
    if (best === null || mixed < best.mixed) best = { unknown, branches, mixed }
  }
  if (best === null) throw new Error('classes with the same unknowns come to different outcomes')
  const { unknown, branches } = best
  const values = branches.map(({ value }) => value)
  return merged(unknown, values, branches, conditions)
}

interface Branch {
  readonly value: string | undefined
  readonly classes: readonly UnknownClass[]
}

const branchesOf = (classes: readonly UnknownClass[], unknown: string): readonly Branch[] => {
  const byValue = new Map<string | undefined, UnknownClass[]>()
  for (const each of classes) {
    const value = answerOf(each, unknown)
    byValue.set(value, [...(byValue.get(value) ?? []), each])
  }
  return [...byValue].map(([value, inside]) => ({ value, classes: inside }))
}

/** Values that come to the same outcome are told in one condition. */
const merged = (
  unknown: string,
  values: readonly (string | undefined)[],
  branches: readonly Branch[],
  conditions: readonly Condition[],
): readonly Path[] => {
  const pure = new Map<string, (string | undefined)[]>()
  const mixed: Branch[] = []
  for (const branch of branches) {
    const signatures = new Set(branch.classes.map(({ walk }) => signatureOf(walk)))
    const [only] = signatures
    if (signatures.size === 1 && only !== undefined) pure.set(only, [...(pure.get(only) ?? []), branch.value])
    else mixed.push(branch)
  }
  return [
    ...[...pure].map(([signature, is]) => ({ signature, conditions: [...conditions, condition(unknown, is, values)] })),
    ...mixed.flatMap(({ value, classes }) => splitPaths(classes, [...conditions, condition(unknown, [value], values)])),
  ]
}

const condition = (
  unknown: string,
  is: readonly (string | undefined)[],
  among: readonly (string | undefined)[],
): Condition => {
  const known = (list: readonly (string | undefined)[]): readonly string[] =>
    list.filter((value) => value !== undefined)
  const order = /^order (.+) (request|own)$/.exec(unknown)
  if (order)
    return {
      kind: 'order',
      router: order[1] ?? '',
      newest: known(is),
      among: known(among),
      text: orderText(order[1] ?? '', known(is), known(among)),
    }
  return { kind: 'knob', knob: unknown, is: known(is), text: `${unknown}=${known(is).join(' or ')}` }
}

const orderText = (router: string, newest: readonly string[], among: readonly string[]): string => {
  const others = among.filter((name) => !newest.includes(name))
  const which = newest.join(' or ')
  return others.length === 0
    ? `whatever ${router} enrolled in last`
    : `${router} enrolled in ${which} after ${others.join(' and ')}`
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
