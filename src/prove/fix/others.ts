import { type ProtectedFlow, protectedFlows } from '../../ipsec/index.ts'
import type { Lab } from '../../lab/index.ts'
import { type DecidedDirection, decideDirection } from '../decide-direction.ts'
import { directionsOf, owns, type PlannedDirection } from '../directions.ts'
import type { World } from '../static/index.ts'
import type { Edit } from './edit.ts'

/* What a change does to everything but the tunnel for which it is made. */

const decided = (world: World, { initiator, responder, flow }: PlannedDirection): DecidedDirection =>
  decideDirection(world, { initiator: initiator.name, responder: responder.name, flow })

/** Whether another tunnel comes to anything else, in any case, or a further entry between the same ends no longer comes up. */
export const changesOthers = (
  before: World,
  after: World,
  ends: readonly string[],
  edits: readonly Edit[],
): boolean => {
  const touched = new Set(edits.map(({ router }) => router))
  const outcomes = (world: World): string =>
    JSON.stringify(
      directionsOf(world.lab)
        .filter(
          ({ initiator, responder }) =>
            !(ends.includes(initiator.name) && ends.includes(responder.name)) &&
            (touched.has(initiator.name) || touched.has(responder.name)),
        )
        .map((planned) => {
          const { outcome, groups } = decided(world, planned)
          const cases = groups.map(({ when, classes }) => [when, classes[0]?.walk.outcome, classes[0]?.walk.code])
          return [planned.initiator.name, planned.responder.name, outcome, cases]
        }),
    )
  return outcomes(before) !== outcomes(after) || losesFlows(before, after, ends)
}

/** Every flow between two routers: of a crypto map each entry of its access lists is one. */
const flowsBetween = ({ routers }: Lab, ends: readonly string[]): readonly PlannedDirection[] =>
  routers
    .filter(({ name }) => ends.includes(name))
    .flatMap((initiator, _, both) =>
      both
        .filter((responder) => responder !== initiator)
        .flatMap((responder) =>
          protectedFlows(initiator.configuration.ipsec)
            .filter(({ peer }) => owns(responder, peer))
            .map((flow) => ({ initiator, responder, flow })),
        ),
    )

/** Entries are told apart by what they protect: another one before them changes their numbers. */
const keyOf = ({ initiator, flow: { map, localProxy, remoteProxy } }: PlannedDirection): string =>
  JSON.stringify([initiator.name, map, ...[localProxy, remoteProxy].map(textOf)])

const textOf = ({ address, mask, protocol, port }: ProtectedFlow['localProxy']): string =>
  `${address} ${mask} ${protocol} ${port}`

/** Of the tunnel itself the first flow of each end is proved; what of the others comes up must go on to do so. */
const losesFlows = (before: World, after: World, ends: readonly string[]): boolean => {
  const all = flowsBetween(before.lab, ends)
  const proved = new Set(
    directionsOf(before.lab)
      .filter(({ initiator, responder }) => ends.includes(initiator.name) && ends.includes(responder.name))
      .map(keyOf),
  )
  const others = all.filter((planned) => !proved.has(keyOf(planned)))
  if (others.length === 0) return false
  const now = new Map(flowsBetween(after.lab, ends).map((planned) => [keyOf(planned), planned]))
  return others.some((planned) => {
    if (decided(before, planned).outcome !== 'up') return false
    const same = now.get(keyOf(planned))
    return same === undefined || decided(after, same).outcome !== 'up'
  })
}
