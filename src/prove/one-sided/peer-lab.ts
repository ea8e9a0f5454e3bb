import { type Lab, withRouter } from '../../lab/index.ts'
import { type StaticDirection, type World, worldOf } from '../static/index.ts'
import type { Known } from './known.ts'
import { type PeerPlan, trustpointsOf } from './peer-plan.ts'

/** A peer beside the known router, in a lab of their own. */

export type Role = 'initiator' | 'responder'

/** A lab with the known router and a peer, prepared. */
export interface PeerLab {
  readonly world: World
  readonly plan: PeerPlan
  readonly lines: readonly string[]
  /** By what the known router is; null where the peer has no tunnel to it. */
  readonly directions: Readonly<Record<Role, StaticDirection | null>>
}

/** Puts a peer of this configuration beside the known router. */
export const peerLab = (known: Known, plan: PeerPlan, lines: readonly string[]): PeerLab => {
  const { lab } = known.world
  const alone: Lab = { ...lab, routers: [known.router], pingCount: 0 }
  const { certificate } = plan
  const both = withRouter(alone, {
    name: plan.name,
    file: `${plan.name}.cfg`,
    text: `${lines.join('\n')}\n`,
    enrolled: trustpointsOf(plan).map(({ name, issuer, signs }) => ({
      trustpoint: name,
      issuer,
      authenticateOnly: !signs,
      key: signs && certificate ? certificate.key : 'rsa',
      ...(signs && certificate?.subject.notBefore !== undefined ? { notBefore: certificate.subject.notBefore } : {}),
      ...(signs && certificate?.subject.notAfter !== undefined ? { notAfter: certificate.subject.notAfter } : {}),
    })),
  })
  const world = worldOf(both)
  const back = world.flows(plan.name).find(({ peer }) => peer === known.flow.localAddress)
  return {
    world,
    plan,
    lines,
    directions: {
      initiator: { initiator: known.router.name, responder: plan.name, flow: known.flow },
      responder: back ? { initiator: plan.name, responder: known.router.name, flow: back } : null,
    },
  }
}
