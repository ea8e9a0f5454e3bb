import type { DirectionRun, Lab, LabRouter } from '../../lab/index.ts'
import { knobs as knobTable } from '../../selection/index.ts'
import type { MessageName } from '../../trace/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { Disagreement, proveDirection } from '../prove-direction.ts'
import { worldOf } from '../static/index.ts'
import { analyse, knownTunnels } from './analyse.ts'
import { type Known, listText, unnamedCa } from './known.ts'
import { whyNoPlace } from './make-plan.ts'
import type { PeerLab, Role } from './peer-lab.ts'
import { withoutKeys } from './peer-text.ts'
import { findPeers } from './search.ts'
import type { NoPeer, OneSidedDirection, OneSidedTunnel, PeerCondition, PeerConditionKind } from './types.ts'

/** Proves what can be proved where one router alone is known. */

/** A tunnel of a router whose peer nobody knows, with the negotiations that were run with peers of our making. */
export interface OneSidedProof {
  readonly tunnel: OneSidedTunnel
  readonly runs: readonly { readonly role: Role; readonly lab: Lab; readonly run: DirectionRun }[]
}

const roles = ['initiator', 'responder'] as const

/** What the sentence of a direction names; the rest stands in the conditions. */
const telling: readonly PeerConditionKind[] = ['certificate', 'requests', 'shared-key', 'identity']

const sentence = (conditions: readonly PeerCondition[]): string => {
  const named = conditions
    .filter(({ kind }) => telling.includes(kind))
    .toSorted((a, b) => telling.indexOf(a.kind) - telling.indexOf(b.kind))
  const always = named.filter((each) => each.with === null).map(({ must }) => must)
  const methods = [...new Set(named.flatMap((each) => each.with ?? []))]
  const ways = methods.map((method) => {
    const own = named.filter((each) => each.with === method).map(({ must }) => must)
    return `by ${method}, ${listText(own)}`
  })
  const all = [...(always.length === 0 ? [] : [listText(always)]), ...(ways.length === 0 ? [] : [ways.join('; or, ')])]
  return `it depends on the peer, which must ${all.length === 0 ? 'meet the conditions below' : all.join('; and, ')}`
}

/** Conditions stand in the order of the messages; what no message shows comes first. */
const messages: readonly (MessageName | null)[] = [
  null,
  ...(['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2'] as const),
  ...(['IKE_SA_INIT request', 'IKE_SA_INIT response', 'IKE_AUTH request', 'IKE_AUTH response'] as const),
]
const placeOf = ({ message }: PeerCondition): number => messages.indexOf(message)

/** Runs the real negotiation, in every case of what is unknown of the router itself. */
const prove = (
  { world, plan, directions }: PeerLab,
  role: Role,
): { readonly cases: number; readonly dependsOn: readonly string[]; readonly runs: readonly DirectionRun[] } => {
  const asked = directions[role]
  if (!asked) throw new Error(`${plan.name} has no tunnel back`)
  const named = (name: string): LabRouter => {
    const router = world.lab.routers.find((candidate) => candidate.name === name)
    if (!router) throw new Error(`no router ${name} in the lab`)
    return router
  }
  const { direction, runs } = proveDirection(world, {
    initiator: named(asked.initiator),
    responder: named(asked.responder),
    flow: asked.flow,
  })
  const failing = direction.cases.filter(({ outcome }) => outcome !== 'up')
  return {
    cases: direction.cases.length,
    dependsOn: failing.map(
      ({ when, outcome, code }) =>
        `${outcome} (${code}) where ${listText(
          when.map((alternative) => listText(alternative.map(({ text }) => text))),
          'or',
        )}`,
    ),
    runs,
  }
}

/** A peer that comes up although the decisions of the known router alone forbid it: then one of them is wrong. */
const checkImpossible = (known: Known, { world, directions }: PeerLab, role: Role, cause: NoPeer): void => {
  const direction = directions[role]
  if (!direction || decideDirection(world, direction).outcome !== 'up') return
  throw new Disagreement(
    `${known.router.name} ${role === 'initiator' ? 'initiates' : 'responds'}: no peer comes up, say its decisions (${cause.code}); one does`,
  )
}

const whyUnproved = (known: Known): string => {
  const { router, end } = known
  const rules = end.selection.certificateMaps.flatMap(({ sequences }) => sequences.flatMap((each) => each.rules))
  const nameless = router.enrolled.some(({ ca }) => ca && unnamedCa(ca.subject.ios) !== null)
  if (nameless && rules.some(({ field }) => field === 'issuer-name'))
    return 'a certificate map asks for the name of a CA, and nobody told the names of all'
  return whyNoPlace(known) ?? 'none of the peers that were tried comes up'
}

const inferred = new Set<string>(knobTable.filter(({ sure }) => sure === 'inferred').map(({ name }) => name))

/** A direction that stays down; undecided where only a behaviour that no document shows keeps it so. */
const closed = (cause: NoPeer): Omit<OneSidedDirection, 'role'> => {
  const open = cause.readings.some(({ knob }) => inferred.has(knob))
  const readings = cause.readings.length === 0 ? '' : `; ${listText(cause.readings.map(({ text }) => text))}`
  return {
    outcome: open ? 'undecided' : 'down',
    text: `${cause.summary}${readings}`,
    cause,
    conditions: [],
    proof: null,
    unproved: open ? 'no document says how IOS behaves here' : null,
  }
}

/** Proves one tunnel of a router without its peer. */
const proveTunnel = (known: Known): OneSidedProof => {
  const { router, flow } = known
  const analyses = { initiator: analyse(known, 'initiator'), responder: analyse(known, 'responder') }
  const peers = findPeers(known, analyses)
  const runs: OneSidedProof['runs'][number][] = []
  const directions = roles.map((role): OneSidedDirection => {
    const { impossible: cause, conditions } = analyses[role]
    if (cause) {
      for (const { lab } of peers) checkImpossible(known, lab, role, cause)
      return { role, ...closed(cause) }
    }
    const common = {
      role,
      outcome: 'undecided',
      text: sentence(conditions),
      cause: null,
      conditions: conditions.toSorted((a, b) => placeOf(a) - placeOf(b)),
    } as const
    const index = peers.findIndex((peer) => peer.roles.includes(role))
    const found = peers[index]
    if (!found) return { ...common, proof: null, unproved: whyUnproved(known) }
    const { cases, dependsOn, runs: own } = prove(found.lab, role)
    runs.push(...own.map((run) => ({ role, lab: found.lab.world.lab, run })))
    return { ...common, proof: { peer: index, cases, negotiations: own.length, dependsOn }, unproved: null }
  })
  return {
    tunnel: {
      router: router.name,
      tunnel: flow.map,
      interface: flow.interface,
      localAddress: flow.localAddress,
      peer: flow.peer,
      protocol: flow.ikev2Profile ? 'IKEv2' : 'IKEv1',
      at: flow.at,
      directions,
      peers: peers.map(({ lab, roles: serves }) => ({ serves, lines: withoutKeys(lab.lines) })),
    },
    runs,
  }
}

/**
 * Every tunnel of a lab's only router, without its peer: what the peer must be in each direction, and a peer of that kind
 * with which the real negotiation comes up. Throws Disagreement where decisions and negotiations differ.
 */
export const proveOneSided = (lab: Lab): readonly OneSidedProof[] => {
  const world = worldOf(lab)
  return lab.routers.flatMap((router) => knownTunnels(world, router).map(proveTunnel))
}
