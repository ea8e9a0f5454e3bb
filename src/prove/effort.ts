import type { Lab } from '../lab/index.ts'

/** How much is tried before a question is given up. It is counted and not timed, so that every machine gives the same verdict. */

/**
 * A walk asks at most six times for an order: which request of either side decides, whose own certificate where none does,
 * and on either side which of several trustpoints of one CA validates. Two routers with thirty trustpoints each, all in
 * common, have 900 classes by the first two, and every knob that counts multiplies them. Beyond so many walks, some
 * seconds of them, the others are left unexplored, and the verdict is that it is undecided.
 */
const mostWalks = 10_000

/** Every walk looks at all trustpoints of both ends: where they have more than thirty each, fewer walks are made of as many looks. */
const mostLooks = 60 * mostWalks

/** Of what may happen in the life of a tunnel each event is a search of its own, mostly of a few walks in each direction. */
const mostLooksAtEvents = 250_000

const trustpointsOf = ({ routers }: Pick<Lab, 'routers'>, names: readonly string[]): number =>
  routers.filter(({ name }) => names.includes(name)).reduce((sum, { enrolled }) => sum + enrolled.length, 0)

/** How many walks a search for the classes of a direction between two routers may make. */
export const walksFor = (lab: Pick<Lab, 'routers'>, ends: readonly string[]): number =>
  Math.min(mostWalks, Math.floor(mostLooks / Math.max(1, trustpointsOf(lab, ends))))

/** How many walks may be made again, all directions together, to follow a tunnel from one expiry of a certificate to the next. */
export const walksAgain = (lab: Pick<Lab, 'routers'>, ends: readonly string[]): number =>
  Math.floor(mostLooks / Math.max(1, trustpointsOf(lab, ends)))

/** Whether so many events of one kind are tried, each by itself; of too many none is. */
export const triesEvents = (lab: Pick<Lab, 'routers'>, ends: readonly string[], count: number): boolean =>
  count * trustpointsOf(lab, ends) <= mostLooksAtEvents
