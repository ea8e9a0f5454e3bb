import { type Lab, type LabRouter, storeOf } from '../lab/index.ts'
import type { Certificate, Trustpoint } from '../pki/index.ts'
import type { CatalogueCode } from './causes/index.ts'
import { type ClassTree, classesAgain, classesOf, leavesOf } from './classes.ts'
import { decideClasses } from './decide-direction.ts'
import { type StaticDirection, type World, worldAt, worldLike } from './static/index.ts'
import type { Outcome, StabilityEvent } from './verdict.ts'

/** A direction with its classes of today. */
interface KnownDirection extends StaticDirection {
  readonly classes: ClassTree
}

interface DirectionOutcome {
  readonly outcome: Outcome
  readonly code: string | null
}

/** Today's outcome of each direction, or that after an event. */
type Outcomes = readonly DirectionOutcome[]

type Happening = Pick<StabilityEvent, 'kind' | 'router' | 'trustpoint' | 'at' | 'text'>

/**
 * What may happen in the life of a tunnel, and what each direction comes to after it: each renewal, an enrolment
 * elsewhere, the expiry of each certificate on which it rests, a rekeying begun by the other end, a reload. Where the
 * order of a router is unknown its renewals are among the cases already. `newest`: as for `classesOf`, what today rests on.
 */
export const stabilityOf = (
  world: World,
  directions: readonly KnownDirection[],
  newest: ReadonlyMap<string, string> = new Map(),
): readonly StabilityEvent[] => {
  const today = directions.map(({ classes }) => outcomeOf(world, classes))
  if (!today.some(({ outcome }) => outcome === 'up' || outcome === 'undecided')) return []
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
  return [
    ...renewals(world, directions, newest).map(({ happening, after }) => told(happening, after)),
    ...enrolments(world, directions).map(({ happening, after }) => told(happening, after)),
    ...expiries(world, directions).map(({ happening, after }) => told(happening, after)),
    ...rekeying(world, directions, today).map(({ happening, after }) => told(happening, after)),
    ...reloads(world, directions).map(({ happening, after }) => told(happening, after)),
  ]
}

/** What a direction that is up today is exposed to. */
const risks: Readonly<Record<StabilityEvent['kind'], CatalogueCode>> = {
  renew: 'enrolment-order-decides',
  enrol: 'enrolment-order-decides',
  reload: 'enrolment-order-decides',
  expire: 'certificate-expires',
  rekey: 'roles-swap-at-rekey',
}

interface After {
  readonly happening: Happening
  readonly after: Outcomes
}

const outcomesOf = (
  world: World,
  directions: readonly StaticDirection[],
  newest?: ReadonlyMap<string, string>,
): Outcomes => directions.map((direction) => outcomeOf(world, classesOf(world, direction, newest)))

const outcomeOf = (world: World, classes: ClassTree): DirectionOutcome => {
  const { outcome, shown } = decideClasses(world, classes)
  return { outcome, code: shown.classes[0]?.walk.code ?? null }
}

const endsOf = ({ lab }: World, directions: readonly StaticDirection[]): readonly LabRouter[] => {
  const names = new Set(directions.flatMap(({ initiator, responder }) => [initiator, responder]))
  return lab.routers.filter(({ name }) => names.has(name))
}

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
): readonly After[] =>
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
          after: outcomesOf(world, directions, new Map([...newest, [name, trustpoint.name]])),
        })),
    )

/** The router enrols, for a purpose of its own, in a CA from which another router of the lab holds a certificate. */
const enrolments = (world: World, directions: readonly StaticDirection[]): readonly After[] => {
  const ends = endsOf(world, directions)
  return ends.flatMap((router) => {
    const issuers = new Set(router.enrolled.flatMap(({ ca }) => (ca ? [ca.subject.ios] : [])))
    const others = ends
      .filter((other) => other !== router)
      .flatMap(({ enrolled }) => enrolled)
      .filter(({ ca, identity }) => ca && identity && !issuers.has(ca.subject.ios))
    return [...new Map(others.map((trustpoint) => [trustpoint.ca?.subject.ios ?? '', trustpoint])).values()].map(
      (model): After => {
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
          after: outcomesOf(worldLike(world, withRouter(world.lab, router.name, enrolled)), directions),
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

const second = 1000

/**
 * The days on which certificates end, earliest first; those that change no outcome are left out. What is chosen does not
 * depend on the clock, so a class is looked at again only when a certificate that counted in it has begun or ended.
 */
const expiries = (world: World, directions: readonly KnownDirection[]): readonly After[] => {
  let standing = directions.map((direction) => ({ ...direction, after: outcomeOf(world, direction.classes) }))
  const found: After[] = []
  for (let passed = 0; passed < mostDays; passed += 1) {
    const day = Math.min(...standing.map(({ classes }) => changesAt(classes)))
    if (!Number.isFinite(day)) break
    const then = worldAt(world, day + second)
    const before = standing
    standing = before.map((direction) => {
      const classes = classesAgain(direction.classes, then, direction, ({ until }) => until <= day)
      return classes === direction.classes ? direction : { ...direction, classes, after: outcomeOf(world, classes) }
    })
    const after = standing.map((direction) => direction.after)
    const isAsBefore = JSON.stringify(after) === JSON.stringify(before.map((direction) => direction.after))
    const ending = day > world.lab.clock && !isAsBefore ? endingAt(world, directions, day) : null
    if (ending) found.push({ happening: ending, after })
  }
  return found
}

const changesAt = (classes: ClassTree): number => Math.min(...leavesOf(classes).map(({ walk: { until } }) => until))

/** More changes than this are no help to anybody. */
const mostDays = 64

/** Whose certificates end at that time, by one of the routers' clocks; null where one begins to be valid. */
const endingAt = (world: World, directions: readonly StaticDirection[], day: number): Happening | null => {
  const ends = endsOf(world, directions)
  const clocks = new Set(ends.map(({ clockOffset = 0 }) => day + clockOffset))
  const isEnding = (certificate: Certificate | undefined): boolean =>
    certificate !== undefined && clocks.has(certificate.notAfter)
  const ending = ends.flatMap(({ name: router, enrolled }) =>
    enrolled.flatMap(({ name: trustpoint, identity, ca }): readonly Ending[] => {
      const above = identity?.chain.filter((each) => each.subject.ios !== ca?.subject.ios) ?? []
      return [
        ...(isEnding(identity?.certificate) ? [{ router, trustpoint, whose: 'own' as const }] : []),
        ...(isEnding(ca) ? [{ router, trustpoint, whose: 'CA' as const }] : []),
        ...(above.some(isEnding) ? [{ router, trustpoint, whose: 'above' as const }] : []),
      ]
    }),
  )
  const [first] = ending
  if (!first) return null
  return {
    kind: 'expire',
    router: first.router,
    trustpoint: first.trustpoint,
    at: new Date(day).toISOString().replace('.000Z', 'Z'),
    text: endingText(ending),
  }
}

interface Ending {
  readonly router: string
  readonly trustpoint: string
  readonly whose: 'own' | 'CA' | 'above'
}

const endingWords: Readonly<Record<Ending['whose'], { readonly one: string; readonly many: string }>> = {
  own: { one: 'its certificate', many: 'its certificates' },
  CA: { one: "the CA's certificate", many: "the CAs' certificates" },
  above: { one: 'the certificate of a CA above that', many: 'the certificates of CAs above those' },
}

/** `R1: its certificates of TP1 and TP2; R2: the CA's certificate of TP1 expire`. */
const endingText = (ending: readonly Ending[]): string => {
  const alike = new Map<string, readonly Ending[]>()
  for (const each of ending) {
    const key = `${each.router} ${each.whose}`
    alike.set(key, [...(alike.get(key) ?? []), each])
  }
  const told = [...alike.values()].flatMap((members) => {
    const [first] = members
    if (!first) return []
    const words = endingWords[first.whose]
    const names = members.map(({ trustpoint }) => trustpoint)
    const all = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    return [`${first.router}: ${names.length === 1 ? words.one : words.many} of ${all}`]
  })
  return `${told.join('; ')} ${ending.length === 1 ? 'expires' : 'expire'}`
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
