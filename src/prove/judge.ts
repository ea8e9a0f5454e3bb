import type { DirectionRun } from '../lab/index.ts'
import type { MessageName, TraceEvent } from '../trace/index.ts'
import { factsOfRun, rootCause, toldCause } from './causes/index.ts'
import { becauseOf } from './explain.ts'
import type { Ends } from './static/index.ts'
import type { Because, Cause, Direction, FinalState, Outcome, SentCertificate } from './verdict.ts'

type Rejected = Extract<TraceEvent, { name: 'ike:rejected' }>

/** The first refusal that ended the negotiation. Refusals after it are consequences. */
const firstRejection = (events: readonly TraceEvent[]): { readonly index: number; readonly event: Rejected } | null => {
  const index = events.findIndex((event) => event.name === 'ike:rejected')
  const event = events[index]
  return event?.name === 'ike:rejected' ? { index, event } : null
}

const sentBy = (events: readonly TraceEvent[], router: string): SentCertificate | null => {
  for (const event of events) {
    if (event.router !== router) continue
    if (event.name !== 'ike:own_certificate' && event.name !== 'ike:v2_certificate_chain') continue
    const { trustpoint, subject, issuer, serial } = event.data
    return { trustpoint, subject, issuer, serial }
  }
  return null
}

const finalOf = (run: DirectionRun, router: string): FinalState => {
  const snapshot = run.routers.get(router)
  return {
    isakmp: snapshot?.isakmpSas[0]?.state ?? null,
    ikev2: snapshot?.ikev2Sas[0]?.status ?? null,
    ipsec: snapshot?.ipsecFlows.some(({ inbound, outbound }) => inbound.length > 0 && outbound.length > 0) ?? false,
  }
}

/** What an initiator refuses in a message of its own came from nobody: it is not sent. */
const refusal = (initiates: boolean, message: MessageName): string => {
  if (!initiates) return `rejects ${message}`
  if (message === 'MM1' || message === 'IKE_SA_INIT request') return 'sends nothing'
  return message === 'IKE_AUTH request' ? 'sends no IKE_AUTH' : `rejects ${message}`
}

const failureLine = (run: DirectionRun, rejected: { readonly index: number; readonly event: Rejected }): Because => {
  const { router, data } = rejected.event
  return {
    rule: data.code,
    router,
    message: data.message,
    what: `${router} ${refusal(router === run.initiator, data.message)}`,
    why: data.detail,
    at: null,
    event: run.events.indexOf(rejected.event),
  }
}

/** What a run of one direction says: outcome, stage, who refused, and why. */
export const judge = (run: DirectionRun, ends: Ends): Direction => {
  const { initiator, responder, events } = run
  const routers = [initiator, responder] as const
  const final = Object.fromEntries(routers.map((router) => [router, finalOf(run, router)]))
  const certificates = Object.fromEntries(routers.map((router) => [router, sentBy(events, router)]))
  const [one, other] = routers.map((router) => final[router]?.ipsec === true)
  const rejection = firstRejection(events)
  const outcome: Outcome = one && other ? 'up' : one || other ? 'half-open' : 'down'
  const common = {
    initiator,
    responder,
    certificates,
    final,
    traffic: run.ping,
    dependsOn: [],
    cases: [],
    nextBlockers: [],
  }
  if (outcome === 'up') return { ...common, outcome, stage: null, rejectedBy: null, cause: null }
  if (rejection) {
    const { router, data } = rejection.event
    const peer = router === initiator ? responder : initiator
    const because = [
      ...becauseOf(events, { index: rejection.index, code: data.code, self: router, peer }),
      failureLine(run, rejection),
    ]
    const code = rootCause(factsOfRun(ends, events.slice(0, rejection.index), { router, code: data.code }))
    const cause: Cause = { code, ...toldCause(code, router, peer), because }
    return { ...common, outcome, stage: data.message, rejectedBy: router, cause }
  }
  return { ...common, outcome, ...unanswered(run) }
}

type Retransmission = Extract<TraceEvent, { name: 'ike:retransmission' | 'ike:v2_retransmission' }>

const isRetransmission = (event: TraceEvent): event is Retransmission =>
  event.name === 'ike:retransmission' || event.name === 'ike:v2_retransmission'

/** Nobody refused anything: the packets were lost, or the last message had no answer. */
const unanswered = (run: DirectionRun): Pick<Direction, 'stage' | 'rejectedBy' | 'cause'> => {
  const last = run.events.findLastIndex(isRetransmission)
  const event = run.events[last]
  const stage = event && isRetransmission(event) ? event.data.message : null
  const lost = run.dropped.find(({ reason }) => reason !== 'intercepted')
  const code = !lost ? 'no-answer' : lost.reason === 'fragment' ? 'fragments-dropped' : 'peer-unreachable'
  const why = lost
    ? lost.reason === 'fragment'
      ? `${stage ?? 'the message'} or its answer is larger than an IP packet may be; the fragments to ${lost.to} are lost at ${lost.host}`
      : lost.reason === 'own-address'
        ? `${lost.to} is an address of ${lost.host} itself: the packet never leaves it`
        : `${lost.host} drops the packet to ${lost.to}: ${lost.reason}`
    : `no answer to ${stage ?? 'any message'}, after the last retransmission`
  const because: readonly Because[] = [
    {
      rule: code,
      router: run.initiator,
      message: stage,
      what: `${run.initiator} gives up`,
      why,
      at: null,
      event: last < 0 ? null : last,
    },
  ]
  return {
    stage,
    rejectedBy: null,
    cause: { code, ...toldCause(code, run.initiator, run.responder), because },
  }
}
