import { isLoopback, type ProtectedFlow, protectedFlows, routeLookup } from '../../ipsec/index.ts'
import type { LabRouter } from '../../lab/index.ts'
import { type Knobs, knobs as knobTable } from '../../selection/index.ts'
import type { World } from '../static/index.ts'
import { type Analysis, impossible } from './analysis.ts'
import { analyseIkeV1 } from './ikev1.ts'
import { analyseIkeV2 } from './ikev2.ts'
import { type Known, never } from './known.ts'
import type { Role } from './peer-lab.ts'
import type { PeerReading } from './types.ts'

/** The tunnels of the known router, and what it asks of its peer in each. */

/** Flows by tunnel: the entries of one access list towards one peer stand together. */
const tunnelsOf = ({ configuration }: LabRouter): readonly (readonly ProtectedFlow[])[] => {
  const groups = new Map<string, ProtectedFlow[]>()
  for (const flow of protectedFlows(configuration.ipsec)) {
    const key = `${flow.interface} ${flow.map}`
    groups.set(key, [...(groups.get(key) ?? []), flow])
  }
  return [...groups.values()]
}

/** Whether packets of the known router leave towards the peer at all. */
const hasRoute = ({ router, flow }: Known): boolean => {
  const way = routeLookup(router.configuration.ipsec, flow.peer, flow.fvrf)
  if (way === undefined || isLoopback(way.interface)) return false
  return flow.kind === 'crypto-map' || way.interface !== flow.interface
}

const analyseAs = (known: Known, role: Role): Analysis => {
  const first = known.flow.ikev2Profile ? 'IKE_SA_INIT request' : 'MM1'
  if (known.flow.isInOtherVrf) return impossible(never(known, first, 'tunnel-vrf-differs', known.flow.at))
  if (!hasRoute(known)) return impossible(never(known, first, 'peer-unreachable', known.flow.at))
  if (role === 'initiator' && known.flow.responderOnly)
    return impossible(never(known, first, 'responder-only', known.flow.at))
  return known.flow.ikev2Profile ? analyseIkeV2(known, role) : analyseIkeV1(known, role)
}

/** The same router under another reading of the documents. */
const readAs = ({ world, ...known }: Known, name: keyof Knobs, value: string): Known => {
  const knobs = { ...world.lab.knobs, [name]: value }
  return {
    ...known,
    world: { ...world, lab: { ...world.lab, knobs } },
    end: world.end(known.router.name, new Map(), knobs),
  }
}

/** Readings under which a direction that is closed stands open. */
const openReadings = (known: Known, role: Role): readonly PeerReading[] =>
  knobTable
    .filter(({ name }) => !known.world.lab.settled.has(name))
    .flatMap(({ name, values }) =>
      values
        .filter((value) => value !== known.world.lab.knobs[name])
        .filter((value) => analyseAs(readAs(known, name, value), role).impossible === null)
        .map((is) => ({ knob: name, is, text: `with ${name}=${is} it depends on the peer` })),
    )

/** What one router asks of its peer in one tunnel and one role. */
export const analyse = (known: Known, role: Role): Analysis => {
  const found = analyseAs(known, role)
  return found.impossible === null ? found : impossible({ ...found.impossible, readings: openReadings(known, role) })
}

/** Every tunnel of a router as the analysis takes it. */
export const knownTunnels = (world: World, router: LabRouter): readonly Known[] =>
  tunnelsOf(router).flatMap((flows) => {
    const [flow] = flows
    if (!flow) return []
    return [{ world, router, end: world.end(router.name, new Map(), world.lab.knobs), flow, flows }]
  })
