import type { Knobs } from '../../selection/index.ts'
import { endsOf, type Orders, type StaticDirection, type World } from './ends.ts'
import { withLostFragments } from './fragments.ts'
import { walkIkeV1 } from './ikev1.ts'
import { walkIkeV2 } from './ikev2.ts'
import { Notes, Refused, type Walk } from './walk.ts'

/** Packets that do not arrive, or whose answers do not. */
const unreachable = ({ surroundings }: World, { initiator, responder, flow }: StaticDirection): boolean =>
  surroundings.obstacle(initiator, flow.peer, flow.localAddress) !== null ||
  surroundings.obstacle(responder, flow.localAddress, flow.peer) !== null

/** What keeps an initiator from sending anything at all shows before the way is tried. */
const sendsNothing = ({ stage, rejectedBy }: Walk, { initiator }: StaticDirection): boolean =>
  rejectedBy === initiator && (stage === 'MM1' || stage === 'IKE_SA_INIT request')

/**
 * What a direction comes to by the decisions alone, without a packet: some thousand times a second. It must agree with
 * the negotiation in outcome, stage, side and code. `goesOn`: past each refusal too, to what would refuse next.
 */
export const walk = (
  world: World,
  direction: StaticDirection,
  orders: Orders,
  knobs: Knobs,
  { goesOn = false }: { readonly goesOn?: boolean } = {},
): Walk => {
  const ends = endsOf(world, direction, orders, knobs)
  const { initiator, responder, flow } = ends
  const walked = (): Walk => {
    const notes = new Notes(ends, goesOn)
    try {
      if (flow.ikev2Profile) walkIkeV2(initiator, responder, flow, notes)
      else walkIkeV1(initiator, responder, flow, notes)
      return notes.end(null)
    } catch (error) {
      if (error instanceof Refused) return notes.end(error)
      throw error
    }
  }
  const found = walked()
  if (sendsNothing(found, direction)) return found
  if (!unreachable(world, direction)) return withLostFragments(world, direction, orders, knobs, found)
  const unanswered = new Notes(ends, goesOn).end(null)
  return { ...unanswered, outcome: 'down', code: 'peer-unreachable', rejectCode: 'peer-unreachable' }
}
