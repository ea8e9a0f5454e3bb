import type { Certificate } from '../pki/index.ts'
import { type ClassTree, classesAgain, leavesOf } from './classes.ts'
import { walksAgain } from './effort.ts'
import { type After, endsOf, type Happening, type KnownDirection, outcomeOf } from './happenings.ts'
import { type StaticDirection, type World, worldAt } from './static/index.ts'

const second = 1000

/**
 * The days on which certificates end, earliest first; those that change no outcome are left out. What is chosen does not
 * depend on the clock, so a class is looked at again only when a certificate that counted in it has begun or ended. `givenUp`: the
 * day, milliseconds since 1970 UTC, from which on there would be too many classes to look at; null: all were.
 */
export const expiries = (
  world: World,
  directions: readonly KnownDirection[],
): { readonly found: readonly After[]; readonly givenUp: number | null } => {
  let left = walksAgain(
    world.lab,
    endsOf(world, directions).map(({ name }) => name),
  )
  let standing = directions.map((direction) => ({ ...direction, after: outcomeOf(world, direction.classes) }))
  const found: After[] = []
  for (let passed = 0; passed < mostDays; passed += 1) {
    const day = Math.min(...standing.map(({ classes }) => changesAt(classes)))
    if (!Number.isFinite(day)) break
    left -= standing.reduce((sum, { classes }) => sum + staleAt(classes, day), 0)
    if (left < 0) return { found, givenUp: day }
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
  return { found, givenUp: null }
}

const staleAt = (classes: ClassTree, day: number): number =>
  leavesOf(classes).filter(({ walk: { until } }) => until <= day).length

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
