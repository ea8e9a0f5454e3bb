import type { IkeV2Exchange } from '../../trace/index.ts'
import type { IkeV2Payload } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { protectionOf, sendProtected } from './packets.ts'
import { fragmentSizeFor } from './protection.ts'
import type { Established, Flight } from './session.ts'

const send = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  exchange: IkeV2Exchange,
  response: boolean,
  messageId: number,
  payloads: readonly IkeV2Payload[],
): Flight =>
  sendProtected(out, { ...session, exchange, response, messageId }, payloads, {
    protection: protectionOf(session.suite, session.keys, session.role),
    random: ctx.random,
    fragmentSize: fragmentSizeFor(ctx, session),
  })

/** A request under the next message id; whoever calls counts it up. */
export const sendExchange = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  exchange: IkeV2Exchange,
  payloads: readonly IkeV2Payload[],
): Flight => send(ctx, out, session, exchange, false, session.nextMessageId, payloads)

/** The response to a request of the peer. */
export const sendAnswer = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  exchange: IkeV2Exchange,
  messageId: number,
  payloads: readonly IkeV2Payload[],
): Flight => send(ctx, out, session, exchange, true, messageId, payloads)
