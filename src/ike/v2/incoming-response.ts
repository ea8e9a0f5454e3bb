import type { IkeV2Payload } from '../../wire/index.ts'
import { type AuthFailed, type AuthResponse, authError, receiveAuthResponse, startAuth } from './auth-initiator.ts'
import { fetchEffect } from './fetched.ts'
import { type Arrived, openArrived, traceReceived } from './incoming.ts'
import { startInformational } from './informational.ts'
import { brokenRule } from './message-rules.ts'
import { beginPeer } from './peer-authentication.ts'
import { processResponse, type ResponseResult } from './responses.ts'
import { receiveSaInitResponse } from './sa-init-initiator.ts'
import type { AuthSent, Established, SaInitSent, Session } from './session.ts'
import { awaitDelete } from './timers.ts'
import { ignored, type Turn } from './turn.ts'

/** A response, by the state of its session. Answers the next state; null: the session stays as it is, or has ended. */
export const receiveResponse = (turn: Turn, session: Session, arrived: Arrived): Session | null => {
  const { name } = arrived
  switch (session.state) {
    case 'I_SA_INIT':
      return initAnswered(turn, session, arrived)
    case 'I_AUTH':
      return authArrived(turn, session, arrived)
    case 'ESTABLISHED': {
      const { outstanding } = session
      if (!outstanding || outstanding.flight.messageId !== arrived.header.messageId)
        return ignored(turn, session, name, 'unexpected-response', 'no request waits for it')
      if (!outstanding.flight.message.startsWith(arrived.exchange))
        return ignored(turn, session, name, 'other-exchange', `${outstanding.flight.message} is under way`)
      const inner = openArrived(turn, session, arrived)
      return inner ? answered(turn, { ...session, lastHeard: turn.now }, inner) : null
    }
    case 'R_SA_INIT':
    case 'DEAD':
      return ignored(turn, session, name, 'out-of-state', 'no request waits for it')
    default: {
      const never: never = session
      throw new Error(`no answer for ${String(never)}`)
    }
  }
}

const initAnswered = (turn: Turn, session: SaInitSent, arrived: Arrived): Session | null => {
  const { life, now, out } = turn
  const { name, header, payloads, exchange, message } = arrived
  if (exchange !== 'IKE_SA_INIT' || header.messageId !== 0)
    return ignored(turn, session, name, 'out-of-state', `${name} before IKE_SA_INIT is answered`)
  const broken = brokenRule(name, payloads)
  if (broken !== null) return ignored(turn, session, name, 'payload-not-allowed', broken)
  traceReceived(out, arrived)
  const ctx = life.context(now)
  const next = receiveSaInitResponse(ctx, out, session, payloads, { spiR: header.responderSpi.slice(), message })
  if ('state' in next) return next
  const sent = startAuth(ctx, out, next, life.firstFlow(session), life.isFirstContact(session))
  if (!('outcome' in sent)) return sent
  const { code } = sent
  const failed = { ...session, ...next.session, state: 'I_SA_INIT' } as SaInitSent
  life.kill(now, out, { ...failed, refused: { message: 'IKE_AUTH request', code } }, code)
  return null
}

const authArrived = (turn: Turn, session: AuthSent, arrived: Arrived): Session | null => {
  const { life, now, out } = turn
  const { name, header, exchange, digest } = arrived
  if (exchange !== 'IKE_AUTH' || header.messageId !== 1)
    return ignored(turn, session, name, 'out-of-state', `${name} while IKE_AUTH is awaited`)
  if (session.pending) return ignored(turn, session, name, 'waiting', 'something is being fetched')
  const inner = openArrived(turn, session, arrived)
  if (!inner) return null
  const unproved = authError(out, inner)
  if (unproved !== null) {
    life.kill(now, out, { ...session, refused: { message: name, code: unproved } }, unproved)
    return null
  }
  const pending = beginPeer(out, session, 'IKE_AUTH response', inner, digest)
  return authAnswered(
    turn,
    session,
    'outcome' in pending
      ? { ...pending, outcome: 'failed' }
      : receiveAuthResponse(life.context(now), out, session, pending),
  )
}

/** What IKE_AUTH's response has led to, at once or after something was fetched. */
export const authAnswered = (turn: Turn, session: AuthSent, result: AuthResponse): Session | null => {
  const { life, now, out } = turn
  switch (result.outcome) {
    case 'failed':
      rejectResponder(turn, session, result)
      return null
    case 'refused':
      life.kill(now, out, session, result.code)
      return null
    case 'waiting':
      out.push(fetchEffect(session.id, result.fetch))
      return result.session
    case 'established': {
      const { childRefused } = result
      // IOS closes an IKE SA whose first child was refused (ios-semantics §0.3 item 8).
      return childRefused === null
        ? result.session
        : {
            ...result.session,
            refused: { message: 'IKE_AUTH response', code: childRefused },
            queue: [{ kind: 'delete-ike', reason: childRefused }],
          }
    }
    default: {
      const never: never = result
      throw new Error(`unknown outcome ${String(never)}`)
    }
  }
}

/** The responder holds the SA for good already: it is told so, or left half-open as IOS leaves it (ios-semantics §0.3 item 7). */
const rejectResponder = ({ life, now, out }: Turn, session: AuthSent, { code }: AuthFailed): void => {
  const refused = { message: 'IKE_AUTH response' as const, code }
  if (life.options.selection.knobs['v2.initValidateFailure'] === 'deleteSent') {
    const telling: Established = {
      ...session,
      refused,
      state: 'ESTABLISHED',
      peerIdentity: { type: 0, value: '', data: new Uint8Array() },
      peerCertificate: null,
      peerMethod: '',
      establishedAt: now,
      lifetime: 0,
      nextMessageId: 2,
      expectedMessageId: 0,
      answered: [],
      outstanding: null,
      queue: [],
      children: [],
      lastHeard: now,
      successor: null,
    }
    startInformational(life.context(now), out, telling, { kind: 'authentication-failed', reason: code })
  }
  life.kill(now, out, { ...session, refused }, code)
}

const answered = (turn: Turn, session: Established, payloads: readonly IkeV2Payload[]): Session | null => {
  const { life, now, out } = turn
  const result = processResponse(life.context(now), out, session, payloads, () => life.sessions.allocate())
  if (result.later) life.postpone(out, session, result.later)
  if (result.dies !== null) {
    life.close(now, out, result.session, result.dies)
    return null
  }
  return result.renewal ? renewed(turn, result.session, result.renewal) : result.session
}

/** Our renewal is over: the children go to the SA that stays, the old one and the one that lost are closed (RFC 7296 §2.8.2). */
const renewed = (
  { life, now, out }: Turn,
  old: Established,
  { exchange: { peerRekey }, made, lost }: NonNullable<ResponseResult['renewal']>,
): Session => {
  const peers = peerRekey ? life.sessions.get(Number(peerRekey.made)) : undefined
  if (made && !lost) {
    life.commit(now, out, null, { ...made, children: old.children, queue: old.queue })
    return { ...old, children: [], queue: [{ kind: 'delete-ike', reason: 'renewed' }], successor: made.id }
  }
  if (made) life.commit(now, out, null, { ...made, queue: [{ kind: 'delete-ike', reason: 'redundant' }] })
  if (peers?.state !== 'ESTABLISHED') return old
  life.commit(now, out, peers, { ...peers, children: [...old.children, ...peers.children] })
  awaitDelete(out, old)
  return { ...old, children: [], successor: peers.id }
}
