import type { DirectionRun } from '../lab/index.ts'
import type { Candidate, Decision, MessageName, SourceRef, TraceEvent } from '../trace/index.ts'
import { rowOf } from './ladder-rows.ts'

/**
 * One direction as a ladder: what the two ends sent each other, and what each decided in between, in the order in which it
 * happened. The text, HTML and Markdown reports draw this and nothing else, so they tell the same story.
 */
export interface Ladder {
  readonly initiator: string
  readonly responder: string
  /** The ISAKMP or IKEv2 profile with which the initiator began. */
  readonly profile: string | null
  readonly rows: readonly LadderRow[]
}

/** What every row has. */
export interface Row {
  /** Milliseconds after the first event. */
  readonly time: number
  /** Indices of the events in the direction's trace that the row stands for, the telling one first. */
  readonly events: readonly number[]
}

/** A message, once: repetitions and fragments are counted. */
export interface MessageRow extends Row {
  readonly kind: 'message'
  readonly from: string
  readonly to: string
  readonly message: MessageName
  /** `SA`, `CERTREQ`, `NOTIFY(INITIAL_CONTACT)`: what it holds, decrypted, in order. */
  readonly payloads: readonly string[]
  readonly encrypted: boolean
  /** Octets of the message, all fragments together. */
  readonly length: number
  /** Of its datagrams, as in the trace and in `RunPacket`. */
  readonly digests: readonly string[]
  /** How often it left; 1 without repetitions. */
  readonly sent: number
  /** False where it was lost on the way, or where the other end did not want it. */
  readonly read: boolean
}

export interface DecisionRow extends Row {
  readonly kind: 'decision'
  readonly router: string
  readonly message: MessageName | null
  readonly question: string
  readonly choice: string | readonly string[] | null
  /** `R1 asks for 7 CAs, CA2 first`. */
  readonly what: string
  readonly why: string
  readonly rule: string
  readonly source: string
  readonly candidates: readonly Candidate[]
  readonly because: readonly SourceRef[]
  readonly knob: NonNullable<Decision<unknown>['knob']> | null
}

/** What was made of something that arrived: a certificate, a signature, a revocation list. */
export interface CheckRow extends Row {
  readonly kind: 'check'
  readonly router: string
  readonly passed: boolean
  readonly what: string
  readonly detail: string
}

/** A router refuses a message, or refuses to send one of its own. */
interface RejectionRow extends Row {
  readonly kind: 'rejection'
  readonly router: string
  /** `R1 refuses MM5`; `R1 does not send MM5` where the message is its own. */
  readonly what: string
  readonly message: MessageName
  readonly code: string
  readonly detail: string
  readonly notify: string | null
}

interface InstalledRow extends Row {
  readonly kind: 'sa-installed'
  readonly router: string
  readonly sa: 'IKE' | 'IPsec'
  /** Of IPsec: which of the pair; both where they are installed at once. */
  readonly ways: readonly ('in' | 'out')[]
  /** The transform of an IPsec SA, the profile of an IKEv2 SA. */
  readonly detail: string
}

/** A router deletes an IKE SA: gives up, or is told to. */
interface EndedRow extends Row {
  readonly kind: 'ended'
  readonly router: string
  readonly reason: string
}

/** Echo requests through ESP, and the replies. */
export interface TrafficRow extends Row {
  readonly kind: 'traffic'
  readonly from: string
  readonly to: string
  readonly sent: number
  readonly received: number
}

/** After the refusal the initiator's traffic begins the same negotiation anew; the rows of it are left out. */
interface AgainRow extends Row {
  readonly kind: 'again'
  readonly router: string
  readonly times: number
  /** None of them was refused for another reason. */
  readonly sameEnd: boolean
}

export type LadderRow =
  | MessageRow
  | DecisionRow
  | CheckRow
  | RejectionRow
  | InstalledRow
  | EndedRow
  | TrafficRow
  | AgainRow

type Sent = Extract<TraceEvent, { name: 'ike:packet_sent' | 'ike:v2_packet_sent' }>

const isSent = (event: TraceEvent): event is Sent =>
  event.name === 'ike:packet_sent' || event.name === 'ike:v2_packet_sent'

/** Messages with which an initiator begins. */
const beginnings: ReadonlySet<string> = new Set(['MM1', 'QM1', 'IKE_SA_INIT request', 'CREATE_CHILD_SA request'])

/** Where the initiator begins anew after a refusal, and how often it does; the end of the trace where it does not. */
const againAt = ({ events, initiator }: DirectionRun): { readonly index: number; readonly times: number } => {
  const refused = events.findIndex(({ name }) => name === 'ike:rejected')
  const later = events.flatMap((event, index) =>
    refused >= 0 && index > refused && event.router === initiator && isSent(event) && event.data.retransmission === 0
      ? [event]
      : [],
  )
  const [first] = later.filter(({ data }) => beginnings.has(data.message))
  if (!first) return { index: events.length, times: 0 }
  return {
    index: events.findIndex(({ time, router }, at) => at > refused && time === first.time && router === initiator),
    times: later.filter(({ data }) => data.message === first.data.message).length,
  }
}

const refusalsIn = (events: readonly TraceEvent[], from: number, to: number): readonly string[] =>
  events.slice(from, to).flatMap((event) => (event.name === 'ike:rejected' ? [event.data.code] : []))

/** What a message of IKEv2 holds stands in the event before it; of a fragment it is what the whole holds. */
const payloadsOf = (events: readonly TraceEvent[], index: number, event: Sent): readonly string[] => {
  if (event.name === 'ike:packet_sent' || !event.data.encrypted) return event.data.payloads
  for (let at = index - 1; at >= 0; at -= 1) {
    const before = events[at]
    if (before?.name === 'ike:v2_payloads_encrypting' && before.router === event.router) return before.data.payloads
  }
  return event.data.payloads
}

/** A fragment, which is the same message as the fragment before it. */
const isFurtherFragment = ({ data }: Sent): boolean => 'fragment' in data && (data.fragment?.number ?? 1) > 1

const messageRow = (run: DirectionRun, event: Sent, row: Row): MessageRow => ({
  ...row,
  kind: 'message',
  from: event.router,
  to: event.router === run.initiator ? run.responder : run.initiator,
  message: event.data.message,
  payloads: payloadsOf(run.events, row.events[0] ?? 0, event),
  encrypted: event.data.encrypted,
  length: event.data.length,
  digests: [event.data.digest],
  sent: 1,
  read: run.events.some(
    ({ name, data }) =>
      (name === 'ike:packet_received' || name === 'ike:v2_packet_received') && data.digest === event.data.digest,
  ),
})

/** The row before, grown by an event that tells more of it; null where the event is a row of its own. */
const grown = (rows: readonly LadderRow[], event: TraceEvent, row: Row): { at: number; row: LadderRow } | null => {
  if (isSent(event)) {
    const at = rows.findLastIndex(
      (before) =>
        before.kind === 'message' &&
        (before.digests.includes(event.data.digest) ||
          (isFurtherFragment(event) && before.from === event.router && before.message === event.data.message)),
    )
    const before = rows[at]
    if (before?.kind !== 'message') return null
    const events = [...before.events, ...row.events]
    if (!before.digests.includes(event.data.digest))
      return {
        at,
        row: {
          ...before,
          events,
          length: before.length + event.data.length,
          digests: [...before.digests, event.data.digest],
        },
      }
    const again = event.data.digest === before.digests[0] ? 1 : 0
    return { at, row: { ...before, events, sent: before.sent + again } }
  }
  // The two SAs of a pair are one thing to whoever reads.
  const before = rows.at(-1)
  if (event.name === 'ipsec:sa_installed' && before?.kind === 'sa-installed' && before.sa === 'IPsec')
    if (before.router === event.router)
      return {
        at: rows.length - 1,
        row: { ...before, ways: [...before.ways, event.data.direction], events: [...before.events, ...row.events] },
      }
  return null
}

const trafficRow = ({ initiator, responder, ping, events }: DirectionRun, start: number): TrafficRow | null => {
  const index = events.findIndex(({ name, router }) => name === 'ipsec:packet_sent' && router === initiator)
  const first = events[index]
  if (!first || !ping) return null
  const { sent, received } = ping
  return { kind: 'traffic', from: initiator, to: responder, sent, received, time: first.time - start, events: [index] }
}

const profileOf = ({ events, initiator }: DirectionRun): string | null => {
  for (const event of events)
    if (event.router === initiator && (event.name === 'ike:sa_requested' || event.name === 'ike:v2_sa_requested'))
      return event.data.profile
  return null
}

/** The ladder of a run. What follows once traffic flows, or once the negotiation begins anew, is counted and not drawn. */
export const ladderOf = (run: DirectionRun): Ladder => {
  const { initiator, responder, events } = run
  const start = events[0]?.time ?? 0
  const again = againAt(run)
  const rows: LadderRow[] = []
  for (const [index, event] of events.entries()) {
    if (index >= again.index) break
    if (event.router !== initiator && event.router !== responder) continue
    const row: Row = { time: event.time - start, events: [index] }
    const more = grown(rows, event, row)
    if (more) {
      rows[more.at] = more.row
      continue
    }
    const made = isSent(event) ? messageRow(run, event, row) : rowOf(event, row, initiator)
    if (made) rows.push(made)
  }
  const traffic = trafficRow(run, start)
  if (traffic) rows.push(traffic)
  if (again.times > 0)
    rows.push({
      kind: 'again',
      router: initiator,
      times: again.times,
      sameEnd: refusalsIn(events, again.index, events.length).every((code) =>
        refusalsIn(events, 0, again.index).includes(code),
      ),
      time: (events[again.index]?.time ?? start) - start,
      events: [again.index],
    })
  return { initiator, responder, profile: profileOf(run), rows }
}
