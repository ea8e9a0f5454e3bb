import type { Trustpoint } from '../pki/index.ts'
import { type Knobs, knobs as knobTable } from '../selection/index.ts'
import { type Decisive, type Orders, type StaticDirection, type Walk, type World, walk } from './static/index.ts'

/**
 * One case of the unknowns: which trustpoint stood first where an order counted, and what the knobs were. Every order of
 * enrolment and every value of a knob falls into one of a direction's classes, and its walk is what they come to.
 */
export interface UnknownClass {
  /** The newest of those that counted, by unknown: `order R1 request`. */
  readonly picks: ReadonlyMap<string, string>
  /** The knobs that were tried; all others stand as the lab has them. */
  readonly tried: ReadonlyMap<keyof Knobs, string>
  /** An order and knobs of this class: what a negotiation of it is run with. */
  readonly orders: Orders
  readonly knobs: Knobs
  readonly walk: Walk
}

/** The unknown that a pick answers. */
const orderUnknown = ({ router, as }: Pick<Decisive, 'router' | 'as'>): string => `order ${router} ${as}`

const nobody: ReadonlyMap<string, string> = new Map()

/** A proof has as many classes as outcomes differ; a router with more orders than this is a mistake of ours. */
const maxStates = 20_000

/**
 * The classes of a direction. Orders are not enumerated: what counts is which of the trustpoints that could decide stands
 * first. Whatever decided is made the oldest and the question asked again, until nothing new decides. Knobs are tried
 * where a decision leans on them and nobody settled them. `newest`: by router, a trustpoint that is known to be the newest.
 */
export const classesOf = (
  world: World,
  direction: StaticDirection,
  newest: ReadonlyMap<string, string> = nobody,
): readonly UnknownClass[] => {
  const { lab } = world
  const found: UnknownClass[] = []
  const explore = (tried: ReadonlyMap<keyof Knobs, string>): void => {
    const knobs: Knobs = { ...lab.knobs, ...Object.fromEntries(tried) }
    const classes = orderClasses(world, direction, knobs, newest)
    const open = openKnob(world, classes, tried)
    if (open === null) {
      found.push(...classes.map((each) => ({ ...each, tried, knobs })))
      return
    }
    for (const value of open.values) explore(new Map([...tried, [open.name, value]]))
  }
  explore(new Map())
  return found
}

/** A knob on which a decision leaned and that nobody has settled; its default comes first. */
const openKnob = (
  { lab }: World,
  classes: readonly { readonly walk: Walk }[],
  tried: ReadonlyMap<keyof Knobs, string>,
): { readonly name: keyof Knobs; readonly values: readonly string[] } | null => {
  const leaned = new Set(classes.flatMap((each) => [...each.walk.knobs]))
  // Where a trustpoint without a certificate stands counts where orders count.
  if (lab.routers.some(mixesKinds)) leaned.add('store.caOnlyPosition')
  for (const { name, values } of knobTable)
    if (leaned.has(name) && !tried.has(name) && !lab.settled.has(name)) {
      const own = lab.knobs[name]
      return { name, values: [own, ...values.filter((value) => value !== own)] }
    }
  return null
}

const mixesKinds = ({ enrolled }: { readonly enrolled: readonly Trustpoint[] }): boolean =>
  enrolled.some(({ identity }) => identity) && enrolled.some(({ identity, ca }) => !identity && ca)

type Found = Pick<UnknownClass, 'picks' | 'orders' | 'walk'>

/** Names of the trustpoints that are made the oldest, by router. */
type Demoted = ReadonlyMap<string, ReadonlySet<string>>

const orderClasses = (
  world: World,
  direction: StaticDirection,
  knobs: Knobs,
  newest: ReadonlyMap<string, string>,
): readonly Found[] => {
  const ends = world.lab.routers.filter(({ name }) => name === direction.initiator || name === direction.responder)
  const open = new Set(ends.filter(({ orderKnown }) => !orderKnown).map(({ name }) => name))
  const found = new Map<string, Found>()
  const seen = new Set<string>()
  const queue: Demoted[] = [new Map()]
  for (let demoted = queue.shift(); demoted; demoted = queue.shift()) {
    const key = keyOf(demoted)
    if (seen.has(key)) continue
    seen.add(key)
    if (seen.size > maxStates) throw new Error(`more than ${maxStates} orders between two routers`)
    const orders: Orders = new Map(
      ends.map(({ name, enrolled }) => [name, reordered(enrolled, demoted.get(name), newest.get(name))]),
    )
    const walked = walk(world, direction, orders, knobs)
    const deciding = walked.decisive.filter(({ router }) => open.has(router))
    // Once the oldest decides, whatever stood before it has been the newest already.
    if (deciding.some(({ router, trustpoint }) => demoted.get(router)?.has(trustpoint))) continue
    const picks = new Map(deciding.map((each) => [orderUnknown(each), each.trustpoint]))
    const name = JSON.stringify([...picks])
    if (!found.has(name)) found.set(name, { picks, orders, walk: walked })
    for (const { router, trustpoint } of deciding.filter((each) => newest.get(each.router) !== each.trustpoint))
      queue.push(new Map([...demoted, [router, new Set([...(demoted.get(router) ?? []), trustpoint])]]))
  }
  return [...found.values()]
}

const keyOf = (demoted: Demoted): string =>
  JSON.stringify([...demoted].map(([router, names]) => [router, ...[...names].sort()]).sort())

/** Oldest first: those that are demoted, then the others as they were, then the newest where it is known. */
const reordered = (
  enrolled: readonly Trustpoint[],
  demoted: ReadonlySet<string> | undefined,
  newest: string | undefined,
): readonly Trustpoint[] => {
  if (demoted === undefined && newest === undefined) return enrolled
  const rank = ({ name }: Trustpoint): number => (name === newest ? 2 : demoted?.has(name) ? 0 : 1)
  return enrolled.toSorted((a, b) => rank(a) - rank(b))
}
