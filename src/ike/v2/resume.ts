import { receiveAuthResponse } from './auth-initiator.ts'
import { receiveAuthRequest } from './auth-responder.ts'
import { authTaken } from './incoming-request.ts'
import { authAnswered } from './incoming-response.ts'
import type { AuthSent, PendingPeer, SaInitAnswered, Session } from './session.ts'
import type { Turn } from './turn.ts'

/** An authentication goes on with what was fetched. */
export const resume = (turn: Turn, session: SaInitAnswered | AuthSent, pending: PendingPeer): void => {
  const { life, now, out } = turn
  const next =
    session.state === 'I_AUTH'
      ? authAnswered(turn, session, receiveAuthResponse(life.context(now), out, { ...session, pending: null }, pending))
      : resumeResponder(turn, session, pending)
  if (next) life.commit(now, out, session, next)
}

const resumeResponder = (turn: Turn, session: SaInitAnswered, pending: PendingPeer): Session | null => {
  const { keys } = session
  if (!keys) throw new Error('a message was read without keys')
  const result = receiveAuthRequest(turn.life.context(turn.now), turn.out, { ...session, pending: null, keys }, pending)
  return authTaken(turn, session, pending.digest, result)
}
