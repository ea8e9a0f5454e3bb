import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { resend } from './packets.ts'
import { withNode } from './phase2.ts'
import { giveUpNode } from './quick-mode-abandoned.ts'
import { type Established, type Session, saState } from './session.ts'

/** Sends the initiator's last main-mode message again. Null: that was the last attempt, or there is nothing to send. */
export const retransmit = <S extends Session>(ctx: IkeV1Context, out: Outbox, session: S): S | null => {
  const { flight } = session
  const { retransmitLimit } = ctx.settings
  if (!flight || flight.attempts >= retransmitLimit) return null
  const attempts = flight.attempts + 1
  out.trace('ike:retransmission', {
    message: flight.message,
    attempt: attempts,
    limit: retransmitLimit,
    saState: saState(session),
    phase: 1,
  })
  resend(out, session, flight, attempts)
  return { ...session, flight: { ...flight, attempts } }
}

/** Sends the last message of a quick mode again, or gives the exchange up. */
export const retransmitNode = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  messageId: number,
): Established => {
  const node = session.nodes.get(messageId)
  if (!node || node.state === 'DONE') return session
  const { flight } = node
  const { retransmitLimit } = ctx.settings
  if (flight.attempts >= retransmitLimit) return giveUpNode(ctx, out, session, node)
  const attempts = flight.attempts + 1
  out.trace('ike:retransmission', {
    message: flight.message,
    attempt: attempts,
    limit: retransmitLimit,
    saState: 'QM_IDLE',
    phase: 2,
    messageId,
  })
  resend(out, session, flight, attempts)
  return withNode(session, { ...node, flight: { ...flight, attempts } })
}
