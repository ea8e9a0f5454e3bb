import { type CaGroup, urlOf } from './ca-groups.ts'
import type { Reading } from './stand-ins.ts'

/** Which groups are one CA with which, and how that is said: see `CaReading`. */
export interface CaPairing {
  readonly answers: ReadonlyMap<string, string>
  readonly reading: Reading
}

/** A group of one router alone, of whose CA nothing is known but that there is one. */
const isNameless = ({ name, members }: CaGroup): boolean =>
  name === null && members.every(({ trustpoint }) => urlOf(trustpoint) === null)

const routerOf = ({ members }: CaGroup): string | null => {
  const [first, ...others] = members
  return first && others.every(({ router }) => router === first.router) ? first.router : null
}

const said = ({ members }: CaGroup): string =>
  members.map(({ router, trustpoint }) => `${trustpoint.name} of ${router}`).join(' and ')

interface Pair {
  /** What is known of its CA counts for both. */
  readonly leader: CaGroup
  readonly follower: CaGroup
}

/** Two groups of different routers that may be one, as one of them has no name and no address. */
const pairOf = (a: CaGroup, b: CaGroup): Pair | null => {
  if (isNameless(b)) return { leader: a, follower: b }
  return isNameless(a) ? { leader: b, follower: a } : null
}

/** More ways than these nobody reads; and each is a lab of its own. */
const mostPairings = 40

/**
 * Every way in which CAs that one router knows may be CAs that the other knows, where nothing tells it: each is one with at
 * most one of the other router's. The first is that all are different. One pairing alone: nothing is open. Null: there are
 * more than anybody would look at.
 */
export const caPairings = (groups: readonly CaGroup[]): readonly CaPairing[] | null => {
  const alone = groups.filter((group) => routerOf(group) !== null)
  const [own] = alone
  const ours = alone.filter((group) => own && routerOf(group) === routerOf(own))
  const theirs = alone.filter((group) => !ours.includes(group))
  let pairings: readonly (readonly Pair[])[] = [[]]
  for (const our of ours) {
    const more = pairings.flatMap((pairs) =>
      theirs.flatMap((their) => {
        const taken = pairs.some(({ leader, follower }) => leader === their || follower === their)
        const pair = taken ? null : pairOf(our, their)
        return pair ? [[...pairs, pair]] : []
      }),
    )
    pairings = [...pairings, ...more]
    if (pairings.length > mostPairings) return null
  }
  const asked = ours.filter((our) => theirs.some((their) => pairOf(our, their)))
  const [their] = theirs
  const none = `no trustpoint of ${(their && routerOf(their)) ?? 'the other router'}`
  const partner = (pairs: readonly Pair[], our: CaGroup): string => {
    const pair = pairs.find(({ leader, follower }) => leader === our || follower === our)
    return pair ? said(pair.leader === our ? pair.follower : pair.leader) : none
  }
  return pairings.map((pairs) => ({
    answers: new Map(asked.map((our) => [said(our), partner(pairs, our)])),
    reading: new Map(pairs.map(({ leader, follower }) => [follower.id, leader.id])),
  }))
}
