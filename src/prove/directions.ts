import { type ProtectedFlow, protectedFlows } from '../ipsec/index.ts'
import type { Lab, LabRouter } from '../lab/index.ts'

/** One end as initiator towards the other, for a flow of the initiator. */
export interface PlannedDirection {
  readonly initiator: LabRouter
  readonly responder: LabRouter
  readonly flow: ProtectedFlow
}

/** Whether an address is one of a router's interfaces that are up. */
export const owns = ({ configuration }: LabRouter, address: string): boolean =>
  configuration.ipsec.interfaces.some(
    ({ addresses, shutdown }) => !shutdown && addresses.some((own) => own.address === address),
  )

/** Every direction that the configurations describe: a flow whose peer is an address of another router of the lab. */
export const directionsOf = (lab: Lab): readonly PlannedDirection[] =>
  lab.routers.flatMap((initiator) =>
    lab.routers
      .filter((responder) => responder !== initiator)
      .flatMap((responder) => {
        const flow = protectedFlows(initiator.configuration.ipsec).find(({ peer }) => owns(responder, peer))
        return flow ? [{ initiator, responder, flow }] : []
      }),
  )
