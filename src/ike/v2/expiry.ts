import { resend } from './packets.ts'
import type { Flight, Session } from './session.ts'
import { flightOf } from './timers.ts'
import type { Turn } from './turn.ts'

/** A timer that was armed has run out. Throws for a name that no timer has. */
export const expireTimer = (turn: Turn, timer: string): void => {
  const [id = '', kind = '', detail = ''] = timer.split(':')
  if (id === 'child') {
    expireChild(turn, kind, detail)
    return
  }
  const session = turn.life.sessions.get(Number(id))
  if (!session) return
  turn.out.connection = session.connection
  expireSession(turn, session, kind)
}

const expireSession = (turn: Turn, session: Session, kind: string): void => {
  const { life, now, out } = turn
  switch (kind) {
    case 'retransmit':
      retransmit(turn, session)
      return
    case 'half-open':
      if (session.state === 'R_SA_INIT') life.kill(now, out, session, 'IKE_AUTH did not come')
      return
    case 'dpd':
      askWhetherAlive(turn, session)
      return
    case 'rekey':
      if (session.state === 'ESTABLISHED' && session.successor === null && session.children.length > 0)
        life.enqueue(now, out, session, { kind: 'rekey-ike', reason: 'lifetime' })
      return
    case 'lifetime':
      if (session.state === 'ESTABLISHED')
        life.enqueue(now, out, session, { kind: 'delete-ike', reason: 'lifetime expired' })
      return
    case 'later':
      life.resumePostponed(now, out, session)
      return
    case 'successor':
      if (session.state === 'ESTABLISHED') life.enqueue(now, out, session, { kind: 'delete-ike', reason: 'renewed' })
      return
    default:
      throw new Error(`unknown timer ${kind}`)
  }
}

const retransmit = (turn: Turn, session: Session): void => {
  const { life, now, out } = turn
  const flight = flightOf(session)
  if (!flight) return
  const { retransmitLimit } = life.options.settings
  // An unprotected error was a hint; no better answer came.
  if (session.state === 'I_SA_INIT' && session.refused) {
    life.kill(now, out, session, session.refused.code)
    return
  }
  if (flight.attempts >= retransmitLimit) {
    giveUp(turn, session)
    return
  }
  const attempts = flight.attempts + 1
  out.trace('ike:v2_retransmission', {
    message: flight.message,
    messageId: flight.messageId,
    attempt: attempts,
    limit: retransmitLimit,
  })
  resend(out, session, flight, attempts)
  const again: Flight = { ...flight, attempts }
  if (session.state === 'ESTABLISHED' && session.outstanding)
    life.commit(now, out, session, { ...session, outstanding: { ...session.outstanding, flight: again } })
  else if (session.state === 'I_SA_INIT' || session.state === 'I_AUTH')
    life.commit(now, out, session, { ...session, flight: again })
}

/** The peer does not answer: everything that it holds with us is gone (RFC 7296 §2.4). */
const giveUp = ({ life, now, out }: Turn, session: Session): void => {
  const reason = 'peer does not answer'
  if (session.state !== 'ESTABLISHED') {
    life.kill(now, out, session, reason)
    return
  }
  if (session.outstanding?.task.kind === 'dpd') out.trace('ike:v2_dpd', { what: 'failed', peer: session.peer.address })
  life.close(now, out, session, reason)
}

const askWhetherAlive = ({ life, now, out }: Turn, session: Session): void => {
  const dpd = life.dpdOf(session)
  if (session.state !== 'ESTABLISHED' || !dpd) return
  const idle = now - session.lastHeard >= dpd.interval * 1000
  const due = idle && !session.outstanding && (dpd.periodic || life.spoke.has(session.id))
  life.spoke.delete(session.id)
  if (due) life.enqueue(now, out, session, { kind: 'dpd' })
  out.push({ kind: 'arm', timer: `${session.id}:dpd`, after: dpd.interval * 1000 })
}

const expireChild = ({ life, now, out }: Turn, kind: string, inbound: string): void => {
  const owner = life.ownerOf(inbound)
  if (!owner) return
  const { session, child } = owner
  if (kind === 'hard') {
    life.enqueue(now, out, session, { kind: 'delete-child', inbound, reason: 'lifetime expired' })
    return
  }
  // The other end may have been first: a younger child of the same flow means that there is nothing left to do.
  if (session.children.some((other) => other.flow === child.flow && other.installedAt > child.installedAt)) return
  life.enqueue(now, out, session, {
    kind: 'rekey-child',
    inbound,
    reason: kind === 'volume' ? 'volume' : 'lifetime',
  })
}
