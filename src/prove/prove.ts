import type { DirectionRun, Lab } from '../lab/index.ts'
import { directionsOf, type PlannedDirection } from './directions.ts'
import { findingsOf } from './findings.ts'
import { fixesFor } from './fix/fix.ts'
import { type OneSidedProof, proveOneSided } from './one-sided/one-sided.ts'
import { type ProvenDirection, proveDirection } from './prove-direction.ts'
import { stabilityOf } from './stability.ts'
import { worldOf } from './static/index.ts'
import type { Direction, Finding, StabilityEvent, Tunnel, Verdict } from './verdict.ts'
import { whatIf } from './what-if.ts'

/** A negotiation that was run. */
export interface ProofRun {
  readonly planned: PlannedDirection
  readonly run: DirectionRun
  /** 0: the run of which the verdict tells; from 1 on those of the other cases. */
  readonly otherwise: number
}

export interface Proof {
  readonly verdict: Verdict
  readonly runs: readonly ProofRun[]
  /** With peers of our making, where only one router is known. */
  readonly oneSided: readonly OneSidedProof[]
}

const authenticationText: Readonly<Record<string, string>> = {
  'rsa-sig': 'RSA signatures',
  'ecdsa-sig': 'ECDSA signatures',
  'pre-share': 'pre-shared key',
}

const ikeV2Methods: Readonly<Record<string, string>> = {
  RSA: 'RSA signatures',
  ECDSA: 'ECDSA signatures',
  'Digital Signature': 'digital signatures',
  PSK: 'pre-shared key',
}

const ikeV2Method = (runs: readonly DirectionRun[]): string | null => {
  for (const run of runs)
    for (const event of run.events)
      if (event.name === 'ike:v2_own_authentication') return ikeV2Methods[event.data.method] ?? event.data.method
  return null
}

const authenticationOf = (runs: readonly DirectionRun[]): string | null => {
  for (const run of runs)
    for (const snapshot of run.routers.values())
      for (const { agreed } of snapshot.isakmpSas)
        if (agreed) return authenticationText[agreed.authentication] ?? agreed.authentication
  const method = ikeV2Method(runs)
  if (method !== null) return method
  for (const run of runs)
    for (const event of run.events)
      if (event.name === 'ike:own_identity')
        return event.data.method === 'pre-shared key' ? 'pre-shared key' : `${event.data.method}s`
  return null
}

const tooManyCases = ({ initiator, responder }: Direction): Finding => ({
  code: 'too-many-cases',
  severity: 'warning',
  router: initiator,
  text: `from ${initiator} to ${responder} there are more orders of enrolment and knobs to tell apart than were tried: nothing is said of the others, and the outcome is undecided`,
  at: null,
})

/** Where a router has so many trustpoints that what may happen to each is not tried. */
const tooManyEvents = (router: string, kind: StabilityEvent['kind'], count: number): Finding => ({
  code: 'too-many-cases',
  severity: 'warning',
  router,
  text:
    kind === 'renew'
      ? `the renewals of ${count} certificates were not tried one by one: nothing is said of what the tunnel comes to after each`
      : `${router} may come to trust ${count} further CAs, which was not tried one by one: nothing is said of what the tunnel comes to then`,
  at: null,
})

const tooManyExpiries = (router: string, from: number): Finding => ({
  code: 'too-many-cases',
  severity: 'warning',
  router,
  text: `there are too many cases to try what the tunnel comes to when certificates expire from ${new Date(from).toISOString().slice(0, 10)} on: nothing is said of it`,
  at: null,
})

export interface ProofOptions {
  /** Only the directions in which this router initiates. */
  readonly initiator?: string
  /** Something that happens first, such as `renew:R1:IOSCA2`; see `whatIf`. */
  readonly whatIf?: string
  /** Search for changes that make both directions of each tunnel come up, on these routers; empty: on any. */
  readonly fix?: { readonly canChange: readonly string[] }
}

/**
 * Proves every direction, or those of one initiator: by the decisions for every case of the unknowns, and by a
 * negotiation for every outcome. Throws InputError for a `whatIf` that names nothing, Disagreement where the two differ.
 */
export const prove = (given: Lab, options: ProofOptions = {}): Proof => {
  const { lab, newest } =
    options.whatIf === undefined ? { lab: given, newest: undefined } : whatIf(given, options.whatIf)
  const wanted = directionsOf(lab).filter(
    ({ initiator }) =>
      options.initiator === undefined || initiator.name.toLowerCase() === options.initiator.toLowerCase(),
  )
  const world = worldOf(lab)
  const proven = wanted.map((planned) => ({ planned, ...proveDirection(world, planned, newest) }))
  const runs = proven.flatMap(({ planned, runs: each }) =>
    each.map((run, otherwise): ProofRun => ({ planned, run, otherwise })),
  )
  const pairs = new Map<string, (ProvenDirection & { readonly planned: PlannedDirection })[]>()
  for (const entry of proven) {
    const key = [entry.planned.initiator.name, entry.planned.responder.name].sort().join(' ')
    pairs.set(key, [...(pairs.get(key) ?? []), entry])
  }
  const untriedEvents: Finding[] = []
  const tunnels = [...pairs.values()].flatMap((entries): readonly Tunnel[] => {
    const [first] = entries
    if (!first) return []
    const names = lab.routers
      .map(({ name }) => name)
      .filter((name) => name === first.planned.initiator.name || name === first.planned.responder.name)
    const ends: readonly [string, string] = [
      names[0] ?? first.planned.initiator.name,
      names[1] ?? first.planned.responder.name,
    ]
    const { events, untried, untriedFrom } = stabilityOf(
      world,
      entries.map(({ planned: { initiator, responder, flow }, classes }) => ({
        initiator: initiator.name,
        responder: responder.name,
        flow,
        classes,
      })),
      newest,
    )
    untriedEvents.push(...untried.map(({ router, kind, count }) => tooManyEvents(router ?? ends[0], kind, count)))
    if (untriedFrom !== null) untriedEvents.push(tooManyExpiries(ends[0], untriedFrom))
    return [
      {
        ends,
        protocol: first.planned.flow.ikev2Profile ? 'IKEv2' : 'IKEv1',
        authentication: authenticationOf(entries.flatMap(({ runs: each }) => each)),
        directions: entries.map(({ direction }) => direction),
        stability: events,
        fixes:
          options.fix === undefined
            ? null
            : fixesFor(world, ends, options.fix.canChange.length === 0 ? {} : { canChange: options.fix.canChange }),
      },
    ]
  })
  const findings = [
    ...proven.filter(({ complete }) => !complete).map(({ direction }) => tooManyCases(direction)),
    ...untriedEvents,
    ...findingsOf(
      lab,
      runs.filter(({ otherwise }) => otherwise === 0).map(({ run }) => run),
    ),
  ]
  const oneSided = lab.routers.length === 1 ? proveOneSided(lab) : []
  return {
    verdict: {
      schema: 'ikewise/verdict/1',
      sources: lab.sources,
      tunnels,
      oneSided: oneSided.map(({ tunnel }) => tunnel),
      findings,
    },
    runs,
    oneSided,
  }
}
