import type { Knobs } from '../../selection/index.ts'
import { endsOf, type Orders, type StaticDirection, type World } from './ends.ts'
import { walkIkeV1 } from './ikev1.ts'
import { walkIkeV2 } from './ikev2.ts'
import { Notes, Refused, type Walk } from './walk.ts'

/** Packets that do not arrive, or whose answers do not. */
const unreachable = ({ surroundings }: World, { initiator, responder, flow }: StaticDirection): boolean =>
  surroundings.obstacle(initiator, flow.peer) !== null || surroundings.obstacle(responder, flow.localAddress) !== null

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
  const notes = new Notes(ends, goesOn)
  try {
    if (unreachable(world, direction))
      return { ...notes.end(null), outcome: 'down', code: 'peer-unreachable', rejectCode: 'peer-unreachable' }
    if (flow.ikev2Profile) walkIkeV2(initiator, responder, flow, notes)
    else walkIkeV1(initiator, responder, flow, notes)
    return notes.end(null)
  } catch (error) {
    if (error instanceof Refused) return notes.end(error)
    throw error
  }
}
