import { type Lab, type LabRouter, storeOf } from '../lab/index.ts'
import type { Trustpoint } from '../pki/index.ts'
import type { CatalogueCode } from './causes/index.ts'
import { classesOf } from './classes.ts'
import { triesEvents } from './effort.ts'
import { expiries } from './expiries.ts'
import { type After, endsOf, type Happening, type KnownDirection, type Outcomes, outcomeOf } from './happenings.ts'
import { type StaticDirection, type World, worldLike } from './static/index.ts'
import type { StabilityEvent } from './verdict.ts'

/**
 * What may happen in the life of a tunnel, and what each direction comes to after it: each renewal, an enrolment
 * elsewhere, the expiry of each certificate on which it rests, a rekeying begun by the other end, a reload. Where the
 * order of a router is unknown its renewals are among the cases already. `newest`: as for `classesOf`, what today rests on.
 */
export const stabilityOf = (
  world: World,
  directions: readonly KnownDirection[],
  newest: ReadonlyMap<string, string> = new Map(),
): Stability => {
  const today = directions.map(({ classes }) => outcomeOf(world, classes))
  if (!today.some(({ outcome }) => outcome === 'up' || outcome === 'undecided'))
    return { events: [], untried: [], untriedFrom: null }
  const told = (happening: Happening, after: Outcomes): StabilityEvent => ({
    ...happening,
    directions: directions.map(({ initiator, responder }, index) => {
      const { outcome, code } = after[index] ?? { outcome: 'undecided' as const, code: null }
      const changes = outcome !== today[index]?.outcome || code !== today[index]?.code
      return { initiator, responder, outcome, code, changes }
    }),
    risk: after.some(({ outcome }, index) => outcome !== 'up' && today[index]?.outcome === 'up')
      ? risks[happening.kind]
      : null,
  })
  const { tried, untried } = withinLimits(world, directions, [
    ...renewals(world, directions, newest),
    ...enrolments(world, directions),
  ])
  const ending = expiries(world, directions)
  return {
    events: [
      ...tried.map(({ happening, after }) => told(happening, after())),
      ...ending.found.map(({ happening, after }) => told(happening, after)),
      ...rekeying(world, directions, today).map(({ happening, after }) => told(happening, after)),
      ...reloads(world, directions).map(({ happening, after }) => told(happening, after)),
    ],
    untried,
    untriedFrom: ending.givenUp,
  }
}

/** Of a router with many trustpoints all renewals would be tried, or none: of some of them nobody would know what they say. */
const withinLimits = (
  { lab }: World,
  directions: readonly StaticDirection[],
  all: readonly Possible[],
): { readonly tried: readonly Possible[]; readonly untried: Stability['untried'] } => {
  const ends = directions.flatMap(({ initiator, responder }) => [initiator, responder])
  const groups = new Map<string, Possible[]>()
  for (const each of all) {
    const key = `${each.happening.kind} ${each.happening.router}`
    const known = groups.get(key)
    if (known) known.push(each)
    else groups.set(key, [each])
  }
  const [tried, untried] = [true, false].map((wanted) =>
    [...groups.values()].filter(({ length }) => triesEvents(lab, ends, length) === wanted),
  )
  return {
    tried: tried?.flat() ?? [],
    untried: (untried ?? []).map((group) => ({
      kind: group[0]?.happening.kind ?? 'renew',
      router: group[0]?.happening.router ?? null,
      count: group.length,
    })),
  }
}

/** What a direction that is up today is exposed to. */
const risks: Readonly<Record<StabilityEvent['kind'], CatalogueCode>> = {
  renew: 'enrolment-order-decides',
  enrol: 'enrolment-order-decides',
  reload: 'enrolment-order-decides',
  expire: 'certificate-expires',
  rekey: 'roles-swap-at-rekey',
}

/** The same before it is tried. */
interface Possible {
  readonly happening: Happening
  readonly after: () => Outcomes
}

/**
 * `untried`: of so many events of one kind, more than are tried, nothing is foretold. `untriedFrom`: nor of certificates that expire
 * from then on, milliseconds since 1970 UTC; null: of all is.
 */
interface Stability {
  readonly events: readonly StabilityEvent[]
  readonly untried: readonly (Pick<StabilityEvent, 'kind' | 'router'> & { readonly count: number })[]
  readonly untriedFrom: number | null
}

const outcomesOf = (
  world: World,
  directions: readonly StaticDirection[],
  newest?: ReadonlyMap<string, string>,
): Outcomes => directions.map((direction) => outcomeOf(world, classesOf(world, direction, newest)))

const withRouter = (lab: Lab, name: string, enrolled: readonly Trustpoint[]): Lab => ({
  ...lab,
  routers: lab.routers.map((router) =>
    router.name === name ? { ...router, enrolled, store: storeOf(enrolled, lab.knobs) } : router,
  ),
})

/** A renewal makes its trustpoint the newest. One that is the newest already changes nothing. */
const renewals = (
  world: World,
  directions: readonly StaticDirection[],
  newest: ReadonlyMap<string, string>,
): readonly Possible[] =>
  endsOf(world, directions)
    .filter(({ orderKnown }) => orderKnown)
    .flatMap(({ name, enrolled }) =>
      enrolled
        .filter((trustpoint) => trustpoint.identity && trustpoint !== enrolled.at(-1))
        .map((trustpoint) => ({
          happening: {
            kind: 'renew' as const,
            router: name,
            trustpoint: trustpoint.name,
            at: null,
            text: `${name} renews its certificate of ${trustpoint.name}`,
          },
          after: () => outcomesOf(world, directions, new Map([...newest, [name, trustpoint.name]])),
        })),
    )

/** The router enrols, for a purpose of its own, in a CA from which another router of the lab holds a certificate. */
const enrolments = (world: World, directions: readonly StaticDirection[]): readonly Possible[] => {
  const ends = endsOf(world, directions)
  return ends.flatMap((router) => {
    const issuers = new Set(router.enrolled.flatMap(({ ca }) => (ca ? [ca.subject.ios] : [])))
    const others = ends
      .filter((other) => other !== router)
      .flatMap(({ enrolled }) => enrolled)
      .filter(({ ca, identity }) => ca && identity && !issuers.has(ca.subject.ios))
    return [...new Map(others.map((trustpoint) => [trustpoint.ca?.subject.ios ?? '', trustpoint])).values()].map(
      (model): Possible => {
        const fresh: Trustpoint = { name: freshName(router), builtIn: false, ...(model.ca ? { ca: model.ca } : {}) }
        const enrolled = [...router.enrolled, fresh]
        return {
          happening: {
            kind: 'enrol',
            router: router.name,
            trustpoint: null,
            at: null,
            text: `${router.name} trusts ${model.ca?.subject.ios ?? 'another CA'} for another purpose`,
          },
          after: () => outcomesOf(worldLike(world, withRouter(world.lab, router.name, enrolled)), directions),
        }
      },
    )
  })
}

const freshName = ({ enrolled }: LabRouter): string => {
  const names = new Set(enrolled.map(({ name }) => name))
  let name = 'another'
  while (names.has(name)) name = `${name}-`
  return name
}

/** IKEv1 renews phase 1 by a new main mode, which either end may begin: then the roles are swapped (ios-semantics §6 entry 22). */
const rekeying = ({ lab }: World, directions: readonly StaticDirection[], today: Outcomes): readonly After[] => {
  const isIkeV1 = directions.every(({ flow }) => flow.ikev2Profile === undefined)
  if (!isIkeV1 || directions.length !== 2 || lab.routers.length < 2) return []
  return [
    {
      happening: {
        kind: 'rekey',
        router: null,
        trustpoint: null,
        at: null,
        text: 'phase 1 ends and the other end begins the next one',
      },
      after: today.toReversed(),
    },
  ]
}

/** What a reload makes of the order is a knob: only where nobody settled it is it an event. */
const reloads = (world: World, directions: readonly StaticDirection[]): readonly After[] =>
  endsOf(world, directions)
    .filter(({ orderKnown, enrolled }) => orderKnown && enrolled.length > 1)
    .filter(
      () => world.lab.knobs['store.orderAfterReload'] === 'reverse' || !world.lab.settled.has('store.orderAfterReload'),
    )
    .map(({ name, enrolled }) => ({
      happening: {
        kind: 'reload' as const,
        router: name,
        trustpoint: null,
        at: null,
        text: `${name} reloads, if that reverses its store (knob store.orderAfterReload)`,
      },
      after: outcomesOf(worldLike(world, withRouter(world.lab, name, enrolled.toReversed())), directions),
    }))
