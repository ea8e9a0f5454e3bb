import type { IkeV2Payload } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { type AuthRequestResult, receiveAuthRequest, refuseAuth } from './auth-responder.ts'
import type { IkeV2Context } from './context.ts'
import { fetchEffect } from './fetched.ts'
import { type Arrived, openArrived } from './incoming.ts'
import { resend } from './packets.ts'
import { beginPeer } from './peer-authentication.ts'
import type { RekeyExchange } from './rekey-ike.ts'
import { processRequest } from './requests.ts'
import { deriveKeys, exportKeys } from './sa-init-shared.ts'
import type { Established, SaInitAnswered, Session } from './session.ts'
import { awaitDelete } from './timers.ts'
import { ignored, type Turn } from './turn.ts'

/** A request, by the state of its session. Answers the next state; null: the session stays as it is, or has ended. */
export const receiveRequest = (turn: Turn, session: Session, arrived: Arrived): Session | null => {
  const { name, header, exchange } = arrived
  switch (session.state) {
    case 'R_SA_INIT': {
      if (exchange !== 'IKE_AUTH' || header.messageId !== 1)
        return ignored(turn, session, name, 'out-of-state', `${name} before IKE_AUTH is done`)
      if (session.pending) {
        turn.out.trace('ike:v2_duplicate', { message: name, messageId: 1, answered: false })
        return null
      }
      return receiveAuth(turn, session, arrived)
    }
    case 'ESTABLISHED':
      return receiveEstablished(turn, session, arrived)
    case 'I_SA_INIT':
    case 'I_AUTH':
    case 'DEAD':
      return ignored(turn, session, name, 'out-of-state', `${name} before the SA is established`)
    default: {
      const never: never = session
      throw new Error(`no answer for ${String(never)}`)
    }
  }
}

const receiveAuth = (turn: Turn, session: SaInitAnswered, arrived: Arrived): Session | null => {
  const { life, now, out } = turn
  const ctx = life.context(now)
  const keyed = withKeys(ctx, out, session)
  if (typeof keyed === 'string') {
    life.kill(now, out, { ...session, refused: { message: 'IKE_SA_INIT request', code: 'bad-public-value' } }, keyed)
    return null
  }
  const inner = openArrived(turn, keyed, arrived)
  // The keys are kept even where the message was worth nothing: they cost an exponentiation.
  if (!inner) return keyed
  const pending = beginPeer(out, keyed, 'IKE_AUTH request', inner, arrived.digest)
  const result =
    'outcome' in pending ? refuseAuth(ctx, out, keyed, pending) : receiveAuthRequest(ctx, out, keyed, pending)
  return authTaken(turn, keyed, arrived.digest, result)
}

const withKeys = (
  ctx: IkeV2Context,
  out: Outbox,
  session: SaInitAnswered,
): (SaInitAnswered & { readonly keys: NonNullable<SaInitAnswered['keys']> }) | string => {
  if (session.keys) return { ...session, keys: session.keys }
  const derived = deriveKeys(out, session.dh, session.peerPublic, session)
  if ('refused' in derived) return derived.refused
  exportKeys(ctx, out, session, derived.keys)
  return { ...session, keys: derived.keys }
}

/** What IKE_AUTH's request has led to, at once or after something was fetched. */
export const authTaken = (
  { life, now, out }: Turn,
  session: SaInitAnswered,
  digest: string,
  result: AuthRequestResult,
): Session | null => {
  switch (result.outcome) {
    case 'refused': {
      const { code, flight } = result
      const refused = { message: 'IKE_AUTH request' as const, code }
      life.kill(now, out, { ...session, refused }, code, [{ messageId: 1, digest, reply: flight }])
      return null
    }
    case 'waiting':
      out.push(fetchEffect(session.id, result.fetch))
      return result.session
    case 'established': {
      const answered = [{ messageId: 1, digest, reply: result.flight }]
      const established: Established = { ...result.session, answered }
      if (result.initialContact) life.initialContact(now, out, established)
      return established
    }
    default: {
      const never: never = result
      throw new Error(`unknown outcome ${String(never)}`)
    }
  }
}

const receiveEstablished = (turn: Turn, session: Established, arrived: Arrived): Session | null => {
  const { life, now, out } = turn
  const { name, header, digest } = arrived
  const { messageId } = header
  const before = session.answered.find((answered) => answered.messageId === messageId)
  if (before) {
    const last = arrived.payloads.at(-1)
    // Of a fragmented request only the first fragment is answered again (RFC 7383 §2.6.1).
    const same = last?.type === 'SKF' ? last.number === 1 : before.digest === digest
    out.trace('ike:v2_duplicate', { message: name, messageId, answered: same })
    if (same && before.reply) resend(out, session, before.reply, 1)
    return null
  }
  const { window } = life.options.selection.ikev2
  const { expectedMessageId } = session
  if (messageId < expectedMessageId || messageId >= expectedMessageId + window) {
    const detail = `message id ${messageId}, ${expectedMessageId} is next`
    return ignored(turn, session, name, 'outside-window', detail)
  }
  const inner = openArrived(turn, session, arrived)
  return inner ? answer(turn, { ...session, lastHeard: now }, arrived, inner) : null
}

const answer = (
  turn: Turn,
  session: Established,
  { exchange, header: { messageId }, digest }: Arrived,
  payloads: readonly IkeV2Payload[],
): Session | null => {
  const { life, now, out } = turn
  const {
    session: next,
    dies,
    made,
    collides,
  } = processRequest(life.context(now), out, session, { exchange, messageId, digest, payloads }, () =>
    life.sessions.allocate(),
  )
  if (dies !== null) {
    peerCloses(turn, next, dies)
    return null
  }
  if (!made) return next
  if (collides) {
    life.commit(now, out, null, made)
    return next
  }
  life.commit(now, out, null, { ...made, children: next.children, queue: next.queue })
  awaitDelete(out, next)
  return { ...next, children: [], queue: [], successor: made.id }
}

/** The peer closes the IKE SA: its children go along, unless a renewal by the peer has them. */
const peerCloses = ({ life, now, out }: Turn, session: Established, reason: string): void => {
  const { outstanding } = session
  const rekey = outstanding?.task.kind === 'rekey-ike' ? (outstanding as RekeyExchange).peerRekey : null
  const heir = rekey ? life.sessions.get(Number(rekey.made)) : undefined
  if (heir?.state === 'ESTABLISHED')
    life.commit(now, out, heir, { ...heir, children: [...session.children, ...heir.children] })
  else life.closeChildren(out, session, reason)
  life.kill(now, out, { ...session, children: [] }, reason, session.answered)
}
