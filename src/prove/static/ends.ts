import { type ProtectedFlow, protectedFlows } from '../../ipsec/index.ts'
import type { Lab, LabRouter, Surroundings } from '../../lab/index.ts'
import { labAt, storeOf, surroundingsOf } from '../../lab/index.ts'
import type { Certificate, Trustpoint } from '../../pki/index.ts'
import { childPort, quickModePort, selectionContext } from '../../router/index.ts'
import type { Knobs, SelectionContext } from '../../selection/index.ts'
import { type Examinations, type Examined, examinations } from './examinations.ts'
import { keptPort } from './kept-port.ts'
import { anyOrderKey, orderKey } from './order-keys.ts'

/** One end of a tunnel as the static walk sees it: what its decisions read, and what it asks of IPsec. */
export interface End {
  readonly name: string
  readonly selection: SelectionContext
  /** The same object in every order of enrolment and at every time: what depends on neither is kept by it. */
  readonly standing: object
  readonly isakmpDisabled: boolean
  /** What it holds, where no order can decide which of its trustpoints is meant; else null. */
  readonly anyOrder: string | null
  /** What its clock is ahead of the right time, and that time: milliseconds. */
  readonly clock: { readonly ahead: number; readonly right: number }
  readonly quickMode: ReturnType<typeof quickModePort>
  readonly children: ReturnType<typeof childPort>
  /** The profile of the tunnel that leads to an address: to what a peer from there ought to be bound. */
  readonly profileTowards: (peer: string, version: 1 | 2) => string | null
  /** What this router gets that looks up a certificate there; null: nothing. */
  readonly looksUp: (url: string) => Uint8Array | null
  /** What this router makes of a chain. `allowed`: names of the trustpoints that count; null: all. */
  readonly examines: (chain: readonly Certificate[], allowed: readonly string[] | null) => Examined
}

/** Orders of enrolment, by router, oldest first; a router that is not named stands as the lab has it. */
export type Orders = ReadonlyMap<string, readonly Trustpoint[]>

/** A lab, prepared for many questions without packets: what does not depend on an order or a knob is done once. */
export interface World {
  readonly lab: Lab
  readonly surroundings: Surroundings
  readonly flows: (router: string) => readonly ProtectedFlow[]
  readonly end: (router: string, orders: Orders, knobs: Knobs) => End
  readonly kept: Kept
}

/** What is kept of routers from one time of the same lab to another. */
interface Kept {
  /** Their ends, but for what the time makes of them, by knobs, name and order. */
  readonly timeless: WeakMap<Knobs, Map<string, Timeless>>
  /** Numbers for those who make the same of a chain: by name, order and what OCSP is taken to say. */
  readonly examiners: Map<string, number>
  readonly examinations: Examinations
}

const routerNamed = (lab: Lab, name: string): LabRouter => {
  const router = lab.routers.find((candidate) => candidate.name === name)
  if (!router) throw new Error(`no router ${name} in the lab`)
  return router
}

/** CAs go on to publish lists: one that is asked for so much later is as old, and as long good, as today's. */
const withLaterLists = (surroundings: Surroundings, later: number): Surroundings => ({
  ...surroundings,
  list: (router, url, vrf) => {
    const list = surroundings.list(router, url, vrf)
    if ('unreachable' in list) return list
    const { thisUpdate, nextUpdate } = list
    return {
      ...list,
      thisUpdate: thisUpdate + later,
      ...(nextUpdate === undefined ? {} : { nextUpdate: nextUpdate + later }),
    }
  },
})

/** The same lab at another time, milliseconds since 1970 UTC. */
export const worldAt = ({ lab, surroundings, kept }: World, clock: number): World =>
  prepare(labAt(lab, clock), withLaterLists(surroundings, clock - lab.clock), kept)

/** Both ends of a direction, with everything else that a refusal's cause may lie in. */
export interface Ends {
  readonly initiator: End
  readonly responder: End
  /** Of the initiator. */
  readonly flow: ProtectedFlow
  /** The certificates of the lab's CAs. */
  readonly authorities: readonly Certificate[]
}

/** One end as initiator towards the other, for a flow of the initiator; routers by name. */
export interface StaticDirection {
  readonly initiator: string
  readonly responder: string
  readonly flow: ProtectedFlow
}

/** The ends of a direction under these orders and knobs. */
export const endsOf = (
  { lab, end }: World,
  { initiator, responder, flow }: StaticDirection,
  orders: Orders,
  knobs: Knobs,
): Ends => ({
  initiator: end(initiator, orders, knobs),
  responder: end(responder, orders, knobs),
  flow,
  authorities: lab.authorities.flatMap(({ certificates }) => certificates),
})

/** Prepares a lab for questions without packets. */
export const worldOf = (lab: Lab): World => prepare(lab, surroundingsOf(lab))

/** A lab that differs from that of `world` in nothing that its network shows. */
export const worldLike = ({ surroundings }: World, lab: Lab): World => prepare(lab, surroundings)

/** What an end is whatever its router enrolled in. */
interface Standing {
  readonly selection: Omit<SelectionContext, 'store'>
  readonly isakmpDisabled: boolean
  readonly quickMode: End['quickMode']
  readonly children: End['children']
  readonly profileTowards: End['profileTowards']
}

/** Configurations and knobs do not change: what follows from them is found once. */
const standings = new WeakMap<LabRouter['configuration'], WeakMap<Knobs, Standing>>()

const standingOf = ({ name, configuration, abilities, store }: LabRouter, knobs: Knobs): Standing => {
  const byKnobs = standings.get(configuration) ?? new WeakMap<Knobs, Standing>()
  standings.set(configuration, byKnobs)
  const known = byKnobs.get(knobs)
  if (known) return known
  const { store: _, ...selection } = selectionContext({
    name,
    configuration,
    store,
    knobs,
    ...(abilities ? { abilities } : {}),
  })
  const own = protectedFlows(configuration.ipsec)
  // Whether a router begins at all is asked first; behind that, what it would offer.
  const offered = own.map(({ responderOnly: __, ...flow }) => flow)
  const standing: Standing = {
    selection,
    isakmpDisabled: configuration.isakmpDisabled === true,
    quickMode: keptPort(quickModePort(offered, knobs)),
    children: keptPort(childPort(offered, knobs)),
    profileTowards: (peer, version) => {
      const flow = own.find(({ peers }) => peers.includes(peer))
      return (version === 1 ? flow?.isakmpProfile?.name : flow?.ikev2Profile?.name) ?? null
    },
  }
  byKnobs.set(knobs, standing)
  return standing
}

/** An end as it is at all times. */
interface Timeless extends Omit<Standing, 'selection'> {
  readonly selection: SelectionContext
  readonly standing: object
  readonly anyOrder: string | null
  /** Of `Kept.examiners`. */
  readonly examiner: number
}

const timelessOf = (
  router: LabRouter,
  enrolled: readonly Trustpoint[],
  knobs: Knobs,
  examiners: Map<string, number>,
): Timeless => {
  const standing = standingOf(router, knobs)
  const anyOrder = anyOrderKey(enrolled)
  const order = anyOrder ?? `${knobs['store.caOnlyPosition']}|${knobs.builtins}|${orderKey(enrolled)}`
  const key = `${router.name}|${knobs['pki.ocsp']}|${order}`
  const examiner = examiners.get(key) ?? examiners.size
  examiners.set(key, examiner)
  return {
    ...standing,
    standing,
    anyOrder,
    examiner,
    selection: { ...standing.selection, store: storeOf(enrolled, knobs) },
  }
}

const prepare = (
  lab: Lab,
  surroundings: Surroundings,
  kept: Kept = { timeless: new WeakMap(), examiners: new Map(), examinations: new WeakMap() },
): World => {
  const examine = examinations(lab, surroundings, kept.examinations)
  const routers = new Map(lab.routers.map((router) => [router.name, router]))
  const routerOf = (name: string): LabRouter => routers.get(name) ?? routerNamed(lab, name)
  const ends = new WeakMap<Timeless, End>()
  const make = ({ name, clockOffset = 0 }: LabRouter, timeless: Timeless): End => ({
    ...timeless,
    name,
    looksUp: (url) => {
      const found = surroundings.certificate(name, url)
      return found instanceof Uint8Array ? found : null
    },
    clock: { ahead: clockOffset, right: lab.clock },
    examines: (chain, allowed) => examine(name, timeless, chain, allowed),
  })
  return {
    lab,
    surroundings,
    kept,
    flows: (router) => protectedFlows(routerOf(router).configuration.ipsec),
    end: (name, orders, knobs) => {
      const known = kept.timeless.get(knobs) ?? new Map<string, Timeless>()
      kept.timeless.set(knobs, known)
      const router = routerOf(name)
      const enrolled = orders.get(name) ?? router.enrolled
      const key = `${name}|${orderKey(enrolled)}`
      const timeless = known.get(key) ?? timelessOf(router, enrolled, knobs, kept.examiners)
      known.set(key, timeless)
      const end = ends.get(timeless) ?? make(router, timeless)
      ends.set(timeless, end)
      return end
    },
  }
}
