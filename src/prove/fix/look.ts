import type { Lab } from '../../lab/index.ts'
import type { Knobs } from '../../selection/index.ts'
import type { UnknownClass } from '../classes.ts'
import { decideDirection } from '../decide-direction.ts'
import { directionsOf, type PlannedDirection } from '../directions.ts'
import { type Orders, type StaticDirection, type Walk, type World, walk, worldLike } from '../static/index.ts'

/** Every direction between two routers. */
export const between = (lab: Lab, ends: readonly string[]): readonly PlannedDirection[] =>
  directionsOf(lab).filter(({ initiator, responder }) => ends.includes(initiator.name) && ends.includes(responder.name))

const asked = ({ initiator, responder, flow }: PlannedDirection): StaticDirection => ({
  initiator: initiator.name,
  responder: responder.name,
  flow,
})

/** A case that fails: an order of enrolment, by the names of the trustpoints, and knobs. */
interface Witness {
  readonly direction: number
  readonly orders: ReadonlyMap<string, readonly string[]>
  readonly knobs: Knobs
}

/** What the directions between two routers come to. */
export interface Looked {
  /** Refusals of any case that was looked at, as the refusing router knows them, and their causes; none: every case comes up. */
  readonly codes: ReadonlySet<string>
  /** All cases there are; null: not all were looked at. */
  readonly cases: number | null
  /** One case of each refusal, here and in the labs before. */
  readonly witnesses: readonly Witness[]
  /** By router: the profiles to which it binds the other end; null where a case ends before that shows. */
  readonly binds: ReadonlyMap<string, ReadonlySet<string> | null>
}

/**
 * What both directions come to, in every case, or in so many that some are seen to fail: those that failed in another lab
 * are looked at first, until so many refusals are `enough`. Null where a direction has gone, or there are more cases than
 * anybody looks at.
 */
export const look = (
  world: World,
  lab: Lab,
  ends: readonly [string, string],
  count: number,
  { witnesses, enough }: { readonly witnesses: readonly Witness[]; readonly enough: number } = noWitnesses,
): Looked | null => {
  const directions = between(lab, ends)
  if (directions.length !== count) return null
  const like = worldLike(world, lab)
  const known = new Notes(ends)
  for (const { direction, orders, knobs } of witnesses) {
    if (known.codes.size >= enough) break
    const planned = directions[direction]
    if (planned) known.see(planned, walk(like, asked(planned), ordersIn(lab, orders), knobs))
  }
  if (known.codes.size > 0) return { codes: known.codes, cases: null, witnesses, binds: known.binds() }
  const all = new Notes(ends)
  const failing: Witness[] = []
  let cases = 0
  for (const [direction, planned] of directions.entries()) {
    const { groups, complete } = decideDirection(like, asked(planned))
    if (!complete) return null
    const told = new Set<string>()
    for (const each of groups.flatMap(({ classes }) => classes)) {
      cases += 1
      const code = all.see(planned, each.walk)
      if (code === null || told.has(code)) continue
      told.add(code)
      failing.push(witnessOf(direction, each))
    }
  }
  return { codes: all.codes, cases, witnesses: [...witnesses, ...failing], binds: all.binds() }
}

const noWitnesses = { witnesses: [], enough: Number.POSITIVE_INFINITY }

/** What walks show of refusals and of the profiles that bind. */
class Notes {
  readonly codes: Set<string> = new Set()
  readonly #binds: ReadonlyMap<string, Set<string>>
  readonly #unbound: Set<string> = new Set()

  constructor(ends: readonly string[]) {
    this.#binds = new Map(ends.map((name) => [name, new Set()]))
  }

  /** Answers the refusal; null where the direction comes up. */
  see({ responder }: PlannedDirection, { outcome, rejectCode, code: cause, binds }: Walk): string | null {
    for (const [router, profile] of Object.entries(binds)) if (profile !== null) this.#binds.get(router)?.add(profile)
    if (outcome === 'up') return null
    if (binds[responder.name] === undefined) this.#unbound.add(responder.name)
    const code = rejectCode ?? ''
    this.codes.add(code)
    if (cause !== null) this.codes.add(cause)
    return code
  }

  binds(): Looked['binds'] {
    return new Map([...this.#binds].map(([router, profiles]) => [router, this.#unbound.has(router) ? null : profiles]))
  }
}

const witnessOf = (direction: number, { orders, knobs }: UnknownClass): Witness => ({
  direction,
  orders: new Map([...orders].map(([router, trustpoints]) => [router, trustpoints.map(({ name }) => name)])),
  knobs,
})

const ordersIn = (lab: Lab, orders: Witness['orders']): Orders =>
  new Map(
    [...orders].map(([name, trustpoints]) => {
      const enrolled = lab.routers.find((router) => router.name === name)?.enrolled ?? []
      return [name, trustpoints.flatMap((each) => enrolled.find((trustpoint) => trustpoint.name === each) ?? [])]
    }),
  )
