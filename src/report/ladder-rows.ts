import { explain, shortName } from '../prove/index.ts'
import type { TraceEvent } from '../trace/index.ts'
import type { CheckRow, DecisionRow, LadderRow, Row } from './ladder.ts'

type DecisionEvent = Extract<TraceEvent, { name: 'ike:decision' }>

const decisionRow = (event: DecisionEvent, row: Row): DecisionRow => {
  const { question, message, decision } = event.data
  const { what, why } = explain(event, row.events[0] ?? 0)
  const { choice, rule, source, candidates, because, knob } = decision
  return {
    ...row,
    kind: 'decision',
    router: event.router,
    question,
    message,
    choice,
    what,
    why,
    rule,
    source,
    candidates,
    because,
    knob: knob ?? null,
  }
}

const check = (row: Row, router: string, passed: boolean, what: string, detail: string): CheckRow => ({
  ...row,
  kind: 'check',
  router,
  passed,
  what: `${router} ${what}`,
  detail,
})

const validated = (row: Row, router: string, subject: string, trustpoint: string | null): CheckRow =>
  check(
    row,
    router,
    true,
    `accepts the certificate of ${shortName(subject)}`,
    trustpoint === null ? subject : `${subject}; trustpoint ${trustpoint}`,
  )

const notValidated = (row: Row, router: string, subject: string, detail: string): CheckRow =>
  check(row, router, false, `refuses the certificate of ${shortName(subject)}`, detail)

/** The messages that only one of the two roles sends. */
const messagesOf = {
  initiator: /^(?:MM[135]|QM[13]|IKE_(?:SA_INIT|AUTH) request)$/,
  responder: /^(?:MM[246]|QM2|IKE_(?:SA_INIT|AUTH) response)$/,
} as const

/** The row that an event makes, but for messages; null where it makes none. */
export const rowOf = (event: TraceEvent, row: Row, initiator: string): LadderRow | null => {
  const { router } = event
  switch (event.name) {
    case 'ike:decision':
      return decisionRow(event, row)
    case 'ike:rejected': {
      const { message, code, detail, notify } = event.data
      const isOwn = messagesOf[router === initiator ? 'initiator' : 'responder'].test(message)
      const what = `${router} ${isOwn ? 'does not send' : 'refuses'} ${message}`
      return { ...row, kind: 'rejection', router, what, message, code, detail, notify }
    }
    case 'pki:crl_received': {
      const { issuer, entries } = event.data
      const what = `fetches the revocation list of ${shortName(issuer)}`
      return check(row, router, true, what, `${entries === 0 ? 'nothing' : entries} revoked`)
    }
    case 'pki:crl_failed':
      return check(row, router, false, 'gets no revocation list', `${event.data.detail}; ${event.data.url}`)
    case 'pki:validation_succeeded':
      return validated(row, router, event.data.subject, event.data.trustpoint)
    case 'pki:validation_failed':
      return notValidated(row, router, event.data.subject, event.data.detail)
    case 'ike:v2_validation_ended': {
      const { passed, subject, trustpoint, detail } = event.data
      return passed ? validated(row, router, subject, trustpoint) : notValidated(row, router, subject, detail)
    }
    case 'ike:signature_checked': {
      const { good, kind } = event.data
      return check(
        row,
        router,
        good,
        `finds the ${kind === 'SIG' ? 'signature' : 'hash'} ${good ? 'good' : 'wrong'}`,
        '',
      )
    }
    case 'ike:v2_authentication_verified':
      return check(row, router, event.data.good, `finds AUTH ${event.data.good ? 'good' : 'wrong'}`, event.data.detail)
    case 'ike:phase1_complete':
      return { ...row, kind: 'sa-installed', router, sa: 'IKE', ways: [], detail: 'phase 1' }
    case 'ike:v2_sa_established':
      return { ...row, kind: 'sa-installed', router, sa: 'IKE', ways: [], detail: event.data.profile ?? '' }
    case 'ipsec:sa_installed':
      return {
        ...row,
        kind: 'sa-installed',
        router,
        sa: 'IPsec',
        ways: [event.data.direction],
        detail: event.data.transform,
      }
    case 'ike:sa_deleted':
    case 'ike:v2_sa_deleted':
      return { ...row, kind: 'ended', router, reason: event.data.reason }
    default:
      return null
  }
}
