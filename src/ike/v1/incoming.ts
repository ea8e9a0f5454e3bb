import type { ClearMessage, WireLimits } from '../../wire/index.ts'
import { decodeClearMessage, decodeHeader, equalBytes, isakmpFlag, isEncrypted, payloadType } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import { type Arrived, arrivedFrom, ignore } from './dispatch.ts'
import { brokenRule } from './message-rules.ts'
import type { Reassembly } from './reassembly.ts'
import type { Session } from './session.ts'

/** What happens to a datagram before a session's step sees it. Null: it has been ignored, and the trace says why. */

/** RFC 2408 §5.2: a message with other flags is discarded. Authentication only is for notifies in clear, which are hints at best. */
const allowedFlags = isakmpFlag.ENCRYPTION | isakmpFlag.COMMIT

export const readDatagram = (out: Outbox, peer: string, bytes: Uint8Array): Arrived | null => {
  const header = decodeHeader(bytes)
  if (!header.ok) {
    ignore(out, peer, 'unknown', header.reject.code, header.reject.detail)
    return null
  }
  if ((header.value.flags & ~allowedFlags) !== 0) {
    ignore(out, peer, 'unknown', 'bad-flags', `flags ${header.value.flags}`)
    return null
  }
  return arrivedFrom(header.value, bytes)
}

/** MM1 of somebody whom no session knows. */
export const readFirst = (
  out: Outbox,
  peer: string,
  { header, isakmp }: Arrived,
  limits: WireLimits,
): ClearMessage | null => {
  const decoded = decodeClearMessage(isakmp, limits)
  if (!decoded.ok) {
    ignore(out, peer, 'MM1', decoded.reject.code, decoded.reject.detail)
    return null
  }
  const broken =
    isEncrypted(header) || header.messageId !== 0
      ? 'an encrypted first message, or one with a message id'
      : brokenRule('MM1', decoded.value.payloads)
  if (broken === null) return decoded.value
  ignore(out, peer, 'MM1', 'payload-not-allowed', broken)
  return null
}

export const isFragment = ({ header }: Arrived): boolean => header.nextPayload === payloadType.FRAGMENT

/** Takes a fragment of a session's peer; returns the whole message once it is there. */
export const addFragment = (
  out: Outbox,
  session: Session,
  arrived: Arrived,
  reassembly: Reassembly,
  limits: WireLimits,
): Arrived | null => {
  const refuse = (detail: string): null => {
    ignore(out, session.peer.address, 'unknown', 'bad-fragment', detail)
    return null
  }
  const decoded = decodeClearMessage(arrived.isakmp, limits)
  const payload = decoded.ok ? decoded.value.payloads[0] : undefined
  if (payload?.type !== 'FRAGMENT') return refuse('a fragment that cannot be read')
  const result = reassembly.add(payload)
  if (!result) return null
  if ('refused' in result) return refuse(result.refused)
  const header = decodeHeader(result.message)
  if (!header.ok || !equalBytes(header.value.initiatorCookie, session.cookieI))
    return refuse('the fragments make no message of this SA')
  const whole = readDatagram(out, session.peer.address, result.message)
  return whole && isFragment(whole) ? refuse('the fragments make a fragment') : whole
}

/** True where a message did not come by the way on which its session was. */
export const hasMoved = (session: Session, local: Endpoint, peer: Endpoint): boolean =>
  session.peer.address !== peer.address || session.peer.port !== peer.port || session.local.port !== local.port

/** Only a peer behind a NAT may come from elsewhere, and only with a message that can prove itself. A fragment is never encrypted; what the fragments make must be. */
export const mayMove = (session: Session): boolean =>
  'nat' in session && (session.nat.selfBehind || session.nat.peerBehind)
