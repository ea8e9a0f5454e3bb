import { runDirection, storeOf } from '../../lab/index.ts'
import type { Knobs } from '../../selection/index.ts'
import type { MessageName } from '../../trace/index.ts'
import { decodeIpv4, isFragment } from '../../wire/index.ts'
import type { Orders, StaticDirection, World } from './ends.ts'
import type { Walk } from './walk.ts'

/*
 * Messages that are larger than a packet, where IP fragments are lost (ios-semantics §6 entry 14). No decision says how
 * large a message gets: it is measured in a rehearsal on wires that lose nothing.
 */

const inOrder: readonly MessageName[] = [
  ...(['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const),
  ...(['IKE_SA_INIT request', 'IKE_SA_INIT response', 'IKE_AUTH request', 'IKE_AUTH response'] as const),
]

/** What its sender repeats when a message, or the answer to it, is lost: an initiator its last, since a responder only answers. */
const repeatedFor: Readonly<Partial<Record<MessageName, MessageName>>> = {
  MM2: 'MM1',
  MM4: 'MM3',
  MM6: 'MM5',
  'IKE_SA_INIT response': 'IKE_SA_INIT request',
  'IKE_AUTH response': 'IKE_AUTH request',
}

const rehearsals = new WeakMap<World, Map<string, ReadonlySet<MessageName>>>()

const rehearse = (
  { lab, surroundings }: World,
  { initiator, responder, flow }: StaticDirection,
  orders: Orders,
  knobs: Knobs,
): ReadonlySet<MessageName> => {
  const { dropsFragments: _, ...wires } = lab
  const routers = lab.routers.map(({ dropsFragments: __, ...router }) => {
    const enrolled = orders.get(router.name) ?? router.enrolled
    return { ...router, enrolled, store: storeOf(enrolled, knobs) }
  })
  const named = (name: string): (typeof routers)[number] => {
    const router = routers.find((candidate) => candidate.name === name)
    if (!router) throw new Error(`no router ${name} in the lab`)
    return router
  }
  const { packets } = runDirection({ ...wires, knobs, routers }, named(initiator), named(responder), flow)
  const lost = new Set<MessageName>()
  for (const { message, packet, from, to } of packets) {
    if (message === 'ESP') continue
    const read = decodeIpv4(packet)
    if (!read.ok || !isFragment(read.value)) continue
    if (surroundings.losesFragments(from, to, read.value.source, moreThanAnyMtu)) lost.add(message)
  }
  return lost
}

/** As large as an IP packet can be. */
const moreThanAnyMtu = 65_535

/** In IKEv1 the CAs that are built in have their requests, in MM3 or MM4, and make them larger. */
const leaningOnSize = (found: Walk, { flow }: StaticDirection): Walk =>
  flow.ikev2Profile || Object.keys(found.signsWith).length === 0
    ? found
    : { ...found, questions: [...found.questions, { kind: 'knob', knob: 'builtins' }] }

/** What a walk comes to where fragments are lost: as it was, or its end at the first message that does not arrive. */
export const withLostFragments = (
  world: World,
  direction: StaticDirection,
  orders: Orders,
  knobs: Knobs,
  walked: Walk,
): Walk => {
  const { lab } = world
  if (!lab.dropsFragments && !lab.routers.some(({ dropsFragments }) => dropsFragments)) return walked
  // The first messages are small, and what is refused there is not followed by larger ones.
  if (walked.stage === 'MM1' || walked.stage === 'IKE_SA_INIT request') return walked
  const found = leaningOnSize(walked, direction)
  const kept = rehearsals.get(world) ?? new Map<string, ReadonlySet<MessageName>>()
  rehearsals.set(world, kept)
  const order = [...orders].map(([name, trustpoints]) => [name, trustpoints.map((trustpoint) => trustpoint.name)])
  const key = JSON.stringify([direction.initiator, direction.responder, direction.flow.name, order, knobs])
  const lost = kept.get(key) ?? rehearse(world, direction, orders, knobs)
  kept.set(key, lost)
  const first = inOrder.findIndex((message) => lost.has(message))
  const message = inOrder[first]
  if (message === undefined) return found
  const refusedAt = found.stage === null ? -1 : inOrder.indexOf(found.stage)
  if (refusedAt >= 0 && refusedAt < first) return found
  const { stage, rejectedBy, code, at } = found
  return {
    ...found,
    // The responder of IKEv2 has its SAs when it answers.
    outcome: message === 'IKE_AUTH response' ? 'half-open' : 'down',
    stage: repeatedFor[message] ?? message,
    rejectedBy: null,
    code: 'fragments-dropped',
    at: [],
    rejectCode: 'fragments-dropped',
    next:
      stage === null || rejectedBy === null || code === null
        ? found.next
        : [{ stage, rejectedBy, code, at }, ...found.next],
  }
}
