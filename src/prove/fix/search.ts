import type { Lab } from '../../lab/index.ts'
import { selectionContext } from '../../router/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { directionsOf, type PlannedDirection } from '../directions.ts'
import { type World, worldLike } from '../static/index.ts'
import { candidatesFor } from './candidates.ts'
import type { Edit } from './edit.ts'
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
}

export const between = (lab: Lab, ends: readonly string[]): readonly PlannedDirection[] =>
  directionsOf(lab).filter(({ initiator, responder }) => ends.includes(initiator.name) && ends.includes(responder.name))

interface Judged {
  /** Refusals of any case. */
  readonly codes: ReadonlySet<string>
  readonly cases: number
}

/** Every case of both directions; null where a direction has gone. */
const judge = (world: World, lab: Lab, ends: readonly [string, string], count: number): Judged | null => {
  const directions = between(lab, ends)
  if (directions.length !== count) return null
  const like = worldLike(world, lab)
  const classes = directions.flatMap(({ initiator, responder, flow }) =>
    decideDirection(like, { initiator: initiator.name, responder: responder.name, flow }).groups.flatMap(
      (group) => group.classes,
    ),
  )
  const codes = classes.flatMap(({ walk }) => (walk.outcome === 'up' ? [] : [walk.rejectCode ?? '']))
  return { codes: new Set(codes), cases: classes.length }
}

const sideOf = (lab: Lab, name: string, ends: readonly [string, string]): Side => {
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
  }
}

const sameSubject = (a: Edit, b: Edit): boolean => a.router === b.router && a.subject === b.subject

/** Whether the others of these edits would do without one of them. */
const holdsIdle = (world: World, ends: readonly [string, string], edits: readonly Edit[], count: number): boolean =>
  edits.length > 1 &&
  edits.some((idle) => {
    let lab: Lab | null = world.lab
    for (const edit of edits) if (edit !== idle && lab) lab = withEdit(lab, edit)
    return lab !== null && judge(world, lab, ends, count)?.codes.size === 0
  })

interface Node {
  readonly edits: readonly Edit[]
  readonly lab: Lab
  readonly cost: number
}

const costOf = (edits: readonly Edit[]): number => edits.reduce((sum, { cost }) => sum + cost, 0)

/** A change that costs so much more than the cheapest is no alternative to it. */
const muchMore = 6

const keyOf = (edits: readonly Edit[]): string =>
  JSON.stringify(edits.map(({ router, paste }) => [router, paste]).sort())

/**
 * The cheapest changes that make every case of every direction between two routers come up: by rising cost, each lab
 * judged by the decisions alone. A solution that holds another one is none.
 */
export const search = (world: World, ends: readonly [string, string], limits: SearchLimits): readonly Mended[] => {
  const { lab: start } = world
  const count = between(start, ends).length
  const found: Mended[] = []
  const seen = new Set<string>()
  let frontier: readonly Node[] = [{ edits: [], lab: start, cost: 0 }]
  for (let looked = 0; looked < limits.labs && frontier.length > 0 && found.length < limits.solutions; looked += 1) {
    const [node, ...rest] = frontier
    if (!node) break
    frontier = rest
    if (found.some(({ edits }) => edits.every((edit) => node.edits.includes(edit)))) continue
    const judged = judge(world, node.lab, ends, count)
    if (judged === null) continue
    const [cheapest] = found
    if (cheapest && node.cost > costOf(cheapest.edits) + muchMore) break
    if (judged.codes.size === 0) {
      if (!holdsIdle(world, ends, node.edits, count))
        found.push({ edits: node.edits, lab: node.lab, cases: judged.cases })
      continue
    }
    if (node.edits.length >= limits.edits) continue
    const [a, b] = ends
    const protocol = between(node.lab, ends)[0]?.flow.ikev2Profile ? 'IKEv2' : 'IKEv1'
    const next: Node[] = []
    for (const edit of candidatesFor(judged.codes, protocol, [sideOf(node.lab, a, ends), sideOf(node.lab, b, ends)])) {
      if (!limits.canChange.has(edit.router) || node.edits.some((before) => sameSubject(before, edit))) continue
      const edits = [...node.edits, edit]
      const key = keyOf(edits)
      if (seen.has(key)) continue
      seen.add(key)
      const lab = withEdit(node.lab, edit)
      if (lab) next.push({ edits, lab, cost: node.cost + edit.cost })
    }
    frontier = [...frontier, ...next].toSorted((x, y) => x.cost - y.cost)
  }
  return found
}
