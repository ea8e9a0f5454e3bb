import type { Knobs } from '../../selection/index.ts'
import { endsOf, type Orders, type StaticDirection, type World } from './ends.ts'
import { withLostFragments } from './fragments.ts'
import { walkIkeV1 } from './ikev1.ts'
import { walkIkeV2 } from './ikev2.ts'
import { Notes, Refused, type Walk } from './walk.ts'

/** Whether the way stands in for a refusal, or for an end that is good: packets do not arrive, or their answers do not. */
const isLost = ({ surroundings }: World, { initiator, responder, flow }: StaticDirection, found: Walk): boolean => {
  const refusesFirst = found.stage === 'MM1' || found.stage === 'IKE_SA_INIT request'
  // What keeps an initiator from sending anything at all shows before the way is tried.
  if (refusesFirst && found.rejectedBy === initiator) return false
  if (surroundings.obstacle(initiator, flow.peer, flow.localAddress) !== null) return true
  // And a responder has refused the first message by the time its answer is lost.
  if (refusesFirst && found.rejectedBy === responder) return false
  return surroundings.obstacle(responder, flow.localAddress, flow.peer) !== null
}

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
  if (!isLost(world, direction, found)) return withLostFragments(world, direction, orders, knobs, found)
  const unanswered = new Notes(ends, goesOn).end(null)
  return { ...unanswered, outcome: 'down', code: 'peer-unreachable', rejectCode: 'peer-unreachable' }
}
