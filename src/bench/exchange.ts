import { randomBytes } from 'node:crypto'
import { Router, type RouterDatagram, type RouterEffect } from '../router/index.ts'
import { defaultKnobs } from '../selection/index.ts'
import { benchClock, type Site, type Sites } from './sites.ts'

/** Two routers that have not spoken yet. */
export interface Pair {
  readonly initiator: Router
  readonly responder: Router
}

const routerOf = ({ name, configuration, store }: Site): Router =>
  new Router({ name, configuration, store, knobs: defaultKnobs, random: randomBytes })

/** Routers as they run live: random octets of the system, no keys handed out. */
export const freshPair = ({ R1, R2 }: Sites): Pair => ({ initiator: routerOf(R1), responder: routerOf(R2) })

/**
 * Runs a whole negotiation, from the initiator's first message until nobody sends any more, without network or
 * capture. Answers the datagrams in the order in which they were sent.
 */
export const negotiate = ({ initiator, responder }: Pair): readonly RouterDatagram[] => {
  const [flow] = initiator.flows
  if (!flow) throw new Error(`${initiator.name} has no flow`)
  const sent: RouterDatagram[] = []
  const deliver = (effects: readonly RouterEffect[], receiver: Router, sender: Router): void => {
    for (const effect of effects) {
      if (effect.kind !== 'send') continue
      sent.push(effect.datagram)
      deliver(receiver.receive(benchClock, effect.datagram), sender, receiver)
    }
  }
  deliver(initiator.initiate(benchClock, flow.name), responder, initiator)
  return sent
}

/** Whether both ends hold an SA each way. */
export const isUp = ({ initiator, responder }: Pair): boolean =>
  [initiator, responder].every((router) =>
    router
      .snapshot(benchClock)
      .ipsecFlows.some(({ inbound, outbound }) => inbound.length === 1 && outbound.length === 1),
  )
