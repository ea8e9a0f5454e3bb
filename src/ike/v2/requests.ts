import type { IkeV2Exchange } from '../../trace/index.ts'
import { type IkeV2Payload, ikeV2ProtocolId } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { receiveChildRequest } from './create-child.ts'
import { traceIgnored } from './decisions.ts'
import { sendAnswer } from './exchange.ts'
import { receiveInformationalRequest } from './informational.ts'
import { brokenRule, find } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { criticalUnknown } from './opening.ts'
import { type Ids, receiveRekeyRequest } from './rekey-ike.ts'
import { type Answered, type Established, messageName } from './session.ts'

export interface RequestResult {
  readonly session: Established
  /** Why the IKE SA goes, if it does. */
  readonly dies: string | null
  /** The IKE SA that takes this one's place. */
  readonly made: Established | null
  /** We renew the IKE SA too: children stay until both exchanges are over. */
  readonly collides: boolean
}

/** A request of the peer under an established IKE SA, and the answer that is sent and remembered. */
export const processRequest = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  request: {
    readonly exchange: IkeV2Exchange
    readonly messageId: number
    readonly digest: string
    readonly payloads: readonly IkeV2Payload[]
  },
  ids: () => Ids,
): RequestResult => {
  const { exchange, messageId, digest, payloads } = request
  const answer = (next: Established, reply: readonly IkeV2Payload[]): Established =>
    remember(
      next,
      { messageId, digest, reply: sendAnswer(ctx, out, next, exchange, messageId, reply) },
      ctx.selection.ikev2.window,
    )
  const staying = (next: Established): RequestResult => ({ session: next, dies: null, made: null, collides: false })
  const name = messageName(exchange, false)
  const critical = criticalUnknown(payloads)
  if (critical) {
    const type = critical.payloadType
    traceIgnored(out, name, session.peer.address, 'unsupported-critical-payload', `payload type ${type}`)
    return staying(answer(session, [statusNotify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(type))]))
  }
  const broken = brokenRule(name, payloads)
  if (broken !== null) {
    traceIgnored(out, name, session.peer.address, 'payload-not-allowed', broken)
    return staying(answer(session, [statusNotify('INVALID_SYNTAX')]))
  }
  switch (exchange) {
    case 'INFORMATIONAL': {
      const result = receiveInformationalRequest(out, session, payloads)
      return { ...staying(answer(result.session, result.payloads)), dies: result.dies }
    }
    case 'CREATE_CHILD_SA': {
      const renewsIke = find(payloads, 'SA')?.proposals.some(({ protocolId }) => protocolId === ikeV2ProtocolId.IKE)
      if (!renewsIke) {
        const result = receiveChildRequest(ctx, out, session, payloads)
        return staying(answer(result.session, result.payloads))
      }
      const result = receiveRekeyRequest(ctx, out, session, payloads, ids)
      return {
        session: answer(result.session, result.payloads),
        dies: null,
        made: result.made ?? null,
        collides: result.collides === true,
      }
    }
    case 'IKE_SA_INIT':
    case 'IKE_AUTH':
      return staying(answer(session, [statusNotify('INVALID_SYNTAX')]))
    default: {
      const never: never = exchange
      throw new Error(`no answer for ${String(never)}`)
    }
  }
}

/** Answers are kept for as many requests as our window lets the peer have under way (RFC 7296 §2.3). */
const remember = (session: Established, entry: Answered, window: number): Established => {
  const answered = [entry, ...session.answered].slice(0, window + 1)
  let expected = session.expectedMessageId
  while (answered.some(({ messageId }) => messageId === expected)) expected += 1
  return { ...session, answered, expectedMessageId: expected }
}
