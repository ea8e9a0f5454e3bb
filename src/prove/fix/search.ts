import type { Lab } from '../../lab/index.ts'
import { selectionContext } from '../../router/index.ts'
import type { World } from '../static/index.ts'
import { candidatesFor } from './candidates.ts'
import type { Edit } from './edit.ts'
import { between, type Looked, look } from './look.ts'
import { withEdit } from './paste.ts'
import type { Side } from './side.ts'

/** Edits that make both directions come up, and the lab in which they stand. */
export interface Mended {
  readonly edits: readonly Edit[]
  readonly lab: Lab
  readonly cases: number
}

/** How a search may go. */
export interface SearchLimits {
  /** Routers that may be changed. */
  readonly canChange: ReadonlySet<string>
  /** At most so many labs are looked at. */
  readonly labs: number
  readonly edits: number
  readonly solutions: number
  /** Whether a lab that is mended may be one: that it changes nothing else. */
  readonly accepts: (lab: Lab, edits: readonly Edit[]) => boolean
}

const sideOf = (lab: Lab, name: string, ends: readonly [string, string], { binds }: Looked): Side => {
  const router = lab.routers.find((candidate) => candidate.name === name)
  if (!router) throw new Error(`no router ${name} in the lab`)
  const { configuration, store, abilities } = router
  return {
    router,
    selection: selectionContext({
      name,
      configuration,
      store,
      knobs: lab.knobs,
      ...(abilities ? { abilities } : {}),
    }),
    flow: between(lab, ends).find(({ initiator }) => initiator.name === name)?.flow ?? null,
    binds: binds.get(name) ?? null,
  }
}

const sameSubject = (a: Edit, b: Edit): boolean => a.router === b.router && a.subject === b.subject

/** A key that another change has just put in is none that stands in a configuration. */
const takesNewKey = ({ router, hidden = [] }: Edit, edits: readonly Edit[]): boolean =>
  hidden.some(
    ({ at }) => at.router !== router && edits.some((earlier) => earlier.router === at.router && earlier.hidden),
  )

/** Whether the others of these edits would do without one of them. */
const holdsIdle = (world: World, ends: readonly [string, string], edits: readonly Edit[], count: number): boolean =>
  edits.length > 1 &&
  edits.some((idle) => {
    let lab: Lab | null = world.lab
    for (const edit of edits) if (edit !== idle && lab) lab = withEdit(lab, edit)
    return lab !== null && look(world, lab, ends, count)?.codes.size === 0
  })

/** Edits, the last of which is not pasted yet. */
interface Node {
  readonly edits: readonly Edit[]
  /** The lab with all of them but the last. */
  readonly before: Lab
  /** Cases that fail in that lab. */
  readonly witnesses: Looked['witnesses']
  readonly cost: number
}

const costOf = (edits: readonly Edit[]): number => edits.reduce((sum, { cost }) => sum + cost, 0)

/** A change that costs so much more than the cheapest is no alternative to it. */
const muchMore = 6

const keyOf = (edits: readonly Edit[]): string =>
  JSON.stringify(edits.map(({ router, paste }) => [router, paste]).sort())

/** Nothing that can be pasted here changes the way of a packet. */
const cannotBeMended: readonly string[] = ['peer-unreachable']

/** The changes of one thing more that may mend what was seen. */
const following = (
  lab: Lab,
  ends: readonly [string, string],
  looked: Looked,
  { edits, cost }: Node,
  canChange: ReadonlySet<string>,
): readonly Node[] => {
  if (cannotBeMended.some((code) => looked.codes.has(code))) return []
  const protocol = between(lab, ends)[0]?.flow.ikev2Profile ? 'IKEv2' : 'IKEv1'
  const [a, b] = ends
  return candidatesFor(looked.codes, protocol, [sideOf(lab, a, ends, looked), sideOf(lab, b, ends, looked)])
    .filter(
      (edit) =>
        canChange.has(edit.router) && !edits.some((earlier) => sameSubject(earlier, edit)) && !takesNewKey(edit, edits),
    )
    .map((edit) => ({
      edits: [...edits, edit],
      before: lab,
      witnesses: looked.witnesses,
      cost: cost + edit.cost,
    }))
}

/**
 * The cheapest changes that make every case of every direction between two routers come up: by rising cost, each lab
 * judged by the decisions alone. A solution that holds another one is none.
 */
export const search = (world: World, ends: readonly [string, string], limits: SearchLimits): readonly Mended[] => {
  const { lab: start } = world
  const count = between(start, ends).length
  const found: Mended[] = []
  const seen = new Set<string>()
  let frontier: readonly Node[] = [{ edits: [], before: start, witnesses: [], cost: 0 }]
  for (let looks = 0; looks < limits.labs && found.length < limits.solutions; looks += 1) {
    const [node, ...rest] = frontier
    const [cheapest] = found
    if (!node || (cheapest && node.cost > costOf(cheapest.edits) + muchMore)) break
    frontier = rest
    if (found.some(({ edits }) => edits.every((edit) => node.edits.includes(edit)))) continue
    const last = node.edits.at(-1)
    const lab = last ? withEdit(node.before, last) : node.before
    if (lab === null) continue
    const isLast = node.edits.length >= limits.edits
    // What has no successors need not tell all that is wrong with it.
    const enough = isLast ? 1 : Number.POSITIVE_INFINITY
    const looked = look(world, lab, ends, count, { witnesses: node.witnesses, enough })
    if (looked === null) continue
    if (looked.codes.size === 0) {
      if (limits.accepts(lab, node.edits) && !holdsIdle(world, ends, node.edits, count))
        found.push({ edits: node.edits, lab, cases: looked.cases ?? 0 })
      continue
    }
    if (isLast) continue
    const next = following(lab, ends, looked, node, limits.canChange).filter(({ edits }) => {
      const key = keyOf(edits)
      const isNew = !seen.has(key)
      seen.add(key)
      return isNew
    })
    frontier = [...frontier, ...next].toSorted((x, y) => x.cost - y.cost)
  }
  return found
}
