import type { ClearMessage, IsakmpHeader, Payload } from '../../wire/index.ts'
import { decodeClearMessage, encodePayloads, isEncrypted, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { type InformationalResult, receiveInformational } from './informational.ts'
import { receiveMm2 } from './main-mode-initiator.ts'
import { proofFrom, receiveMm4, receiveMm6 } from './main-mode-initiator-proof.ts'
import { receiveMm3 } from './main-mode-responder.ts'
import { receiveMm5 } from './main-mode-responder-proof.ts'
import { reject } from './main-mode-shared.ts'
import { brokenRule, find } from './message-rules.ts'
import { digestOf, openEncrypted, resend, traceReceived } from './packets.ts'
import { exchangeIv, isUsedByPeer, type OpenedPhase2, protectionOf } from './phase2.ts'
import { receiveQm2 } from './quick-mode-initiator.ts'
import { receiveQm1, receiveQm3 } from './quick-mode-responder.ts'
import { type Established, type Mm4Sent, type Mm5Sent, remember, type Session, saState } from './session.ts'

/** A datagram that belongs to a session: its header, the whole ISAKMP message, and the digest that finds duplicates. */
export interface Arrived {
  readonly header: IsakmpHeader
  readonly isakmp: Uint8Array
  readonly digest: string
}

type MessageOf = 'MM1' | 'MM2' | 'MM3' | 'MM4' | 'MM5' | 'MM6' | 'QM1' | 'QM2' | 'QM3' | 'INFO'

export const ignore = (
  out: Outbox,
  peer: string,
  message: MessageOf | 'unknown',
  reason: string,
  detail: string,
): void => out.trace('ike:ignored', { message, reason, detail, peer })

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, index) => octet === b[index])

/** A main-mode message in clear whose payloads keep the rules, or null after the trace has been told why not. */
const openClear = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Session,
  message: 'MM2' | 'MM3' | 'MM4',
  arrived: Arrived,
): ClearMessage | null => {
  if (isEncrypted(arrived.header)) {
    ignore(out, session.peer.address, message, 'encrypted-too-early', `${message} must be in clear`)
    return null
  }
  const decoded = decodeClearMessage(arrived.isakmp, ctx.settings.limits)
  if (!decoded.ok) {
    ignore(out, session.peer.address, message, decoded.reject.code, decoded.reject.detail)
    return null
  }
  traceReceived(
    out,
    { local: session.local, peer: session.peer, role: session.role, saState: saState(session), message, messageId: 0 },
    arrived.isakmp,
    decoded.value.payloads,
    false,
    arrived.digest,
  )
  const broken = brokenRule(message, decoded.value.payloads)
  if (broken !== null) {
    ignore(out, session.peer.address, message, 'payload-not-allowed', broken)
    return null
  }
  return decoded.value
}

const isReflected = (own: Uint8Array, payloads: readonly Payload[]): boolean => {
  const ke = find(payloads, 'KE')
  return ke !== undefined && sameBytes(ke.data, own)
}

/** Notes that this datagram was processed, and with what it was answered. */
const answeredWith = <S extends Session>(session: S, before: Session, arrived: Arrived, message: MessageOf): S => {
  const reply = session.flight && session.flight !== before.flight && session.role === 'R' ? session.flight : null
  return { ...session, answered: remember(before.answered, { digest: arrived.digest, message, reply }) }
}

const handleOf = (session: Session): string => toHex(session.cookieR.subarray(0, 3)).toUpperCase().slice(0, 5)

/**
 * MM5 or MM6: opened with the phase 1 keys. What cannot be opened changes nothing, and one that proves nothing does not
 * bar the way for the right one: whoever damages a message on its way must not end the negotiation.
 */
const receiveProof = (ctx: IkeV1Context, out: Outbox, session: Mm4Sent | Mm5Sent, arrived: Arrived): Session => {
  const message = session.state === 'R_MM4' ? 'MM5' : 'MM6'
  if (session.pending) {
    ignore(out, session.peer.address, message, 'not-expected', 'a CRL is still being fetched')
    return session
  }
  if (!isEncrypted(arrived.header)) {
    ignore(out, session.peer.address, message, 'not-encrypted', `${message} must be encrypted`)
    return session
  }
  traceReceived(
    out,
    { local: session.local, peer: session.peer, role: session.role, saState: saState(session), message, messageId: 0 },
    arrived.isakmp,
    [],
    true,
    arrived.digest,
  )
  const proofType = session.agreement.policy.authentication === 'pre-share' ? 'HASH' : 'SIG'
  const opened = openEncrypted(
    arrived.header,
    arrived.isakmp,
    { cipher: session.agreement.cipher, key: session.keys.encryptionKey, iv: session.iv },
    ctx.settings.limits,
  )
  const broken = opened.ok ? brokenRule(message, opened.value.payloads, proofType) : opened.reject.detail
  if (!opened.ok || broken !== null) {
    const wrongKey = session.agreement.policy.authentication === 'pre-share'
    reject(
      out,
      session,
      message,
      'cannot-decrypt',
      `${wrongKey ? 'the pre-shared keys differ, or the message is damaged' : 'the message is damaged'} (${broken})`,
    )
    return session
  }
  const proof = proofFrom(message, opened.value.payloads, opened.value.nextIv, arrived.digest, handleOf(session))
  if (!proof) return session
  const next = session.state === 'R_MM4' ? receiveMm5(ctx, out, session, proof) : receiveMm6(ctx, out, session, proof)
  return answeredWith(next, session, arrived, message)
}

/** A main-mode message of an existing session. Every state has its answer; what does not fit leaves the session as it was. */
export const receiveMainMode = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Session,
  arrived: Arrived,
  connection: () => number,
): Session => {
  const duplicate = session.answered.find(({ digest }) => digest === arrived.digest)
  if (duplicate) {
    const reply = duplicate.reply
    out.trace('ike:duplicate', { message: duplicate.message, answered: reply !== null })
    if (reply) resend(out, session, reply, 1)
    return session
  }
  switch (session.state) {
    case 'I_MM1': {
      const opened = openClear(ctx, out, session, 'MM2', arrived)
      if (!opened) return session
      if (sameBytes(arrived.header.responderCookie, session.cookieI)) {
        ignore(out, session.peer.address, 'MM2', 'reflected', 'the responder cookie is our own')
        return session
      }
      return answeredWith(
        receiveMm2(ctx, out, session, opened.payloads, arrived.header.responderCookie.slice()),
        session,
        arrived,
        'MM2',
      )
    }
    case 'R_MM2': {
      const opened = openClear(ctx, out, session, 'MM3', arrived)
      return opened
        ? answeredWith(receiveMm3(ctx, out, session, opened.payloads, connection), session, arrived, 'MM3')
        : session
    }
    case 'I_MM3': {
      const opened = openClear(ctx, out, session, 'MM4', arrived)
      if (!opened) return session
      if (isReflected(session.dh.publicValue, opened.payloads)) {
        ignore(out, session.peer.address, 'MM4', 'reflected', 'the public value is our own')
        return session
      }
      return answeredWith(receiveMm4(ctx, out, session, opened.payloads, connection), session, arrived, 'MM4')
    }
    case 'R_MM4':
    case 'I_MM5':
      return receiveProof(ctx, out, session, arrived)
    case 'ESTABLISHED':
    case 'DEAD':
      ignore(out, session.peer.address, 'unknown', 'not-expected', `a main-mode message in state ${saState(session)}`)
      return session
    default: {
      const never: never = session
      throw new Error(`no answer for ${String(never)}`)
    }
  }
}

/** Opens a phase 2 message; `covered` are the octets behind the HASH payload, up to the padding. */
const openPhase2 = (
  ctx: IkeV1Context,
  session: Established,
  arrived: Arrived,
  iv: Uint8Array,
): OpenedPhase2 | string => {
  const opened = openEncrypted(arrived.header, arrived.isakmp, protectionOf(session, iv), ctx.settings.limits)
  if (!opened.ok) return opened.reject.detail
  const { payloads, plain, padding, nextIv } = opened.value
  const [first] = payloads
  if (first?.type !== 'HASH') return 'the first payload is not a HASH'
  const hashLength = encodePayloads([first]).length
  return {
    payloads,
    covered: plain.subarray(hashLength, plain.length - padding.length),
    iv: nextIv,
    digest: arrived.digest,
  }
}

/** A peer that has proved itself may still be broken: it gets no more than so many exchanges at once; the next try finds room. */
const maxOpenQuickModes = 64

/** A quick-mode message. Before phase 1 is complete there is none (attacks A8). */
export const receiveQuickMode = (ctx: IkeV1Context, out: Outbox, session: Session, arrived: Arrived): Session => {
  const { messageId } = arrived.header
  const peer = session.peer.address
  if (session.state !== 'ESTABLISHED') {
    ignore(out, peer, 'unknown', 'phase-1-incomplete', 'quick mode before phase 1 is complete')
    return session
  }
  if (!isEncrypted(arrived.header) || messageId === 0) {
    ignore(out, peer, 'unknown', 'not-encrypted', 'a quick-mode message in clear, or without a message id')
    return session
  }
  const node = session.nodes.get(messageId)
  const message = !node ? 'QM1' : node.state === 'I_QM1' ? 'QM2' : node.state === 'R_QM2' ? 'QM3' : 'QM2'
  if (node && node.state !== 'I_QM1' && node.requestDigest === arrived.digest) {
    const reply = node.state === 'R_QM2' ? node.flight : node.reply
    out.trace('ike:duplicate', { message: node.state === 'R_QM2' ? 'QM1' : 'QM2', answered: reply !== null })
    if (reply) resend(out, session, reply, 1)
    return session
  }
  if (node?.state === 'DONE' || (!node && (session.ownMessageIds.has(messageId) || isUsedByPeer(session, messageId)))) {
    ignore(out, peer, message, 'replayed', 'the message id has been used before')
    return session
  }
  if (!node && [...session.nodes.values()].filter(({ state }) => state === 'R_QM2').length >= maxOpenQuickModes) {
    ignore(out, peer, 'QM1', 'too-many-exchanges', `${maxOpenQuickModes} quick modes wait for their QM3`)
    return session
  }
  traceReceived(
    out,
    { local: session.local, peer: session.peer, role: session.role, saState: saState(session), message, messageId },
    arrived.isakmp,
    [],
    true,
    arrived.digest,
  )
  const opened = openPhase2(ctx, session, arrived, node ? node.iv : exchangeIv(session, messageId))
  const broken = typeof opened === 'string' ? opened : brokenRule(message, opened.payloads)
  if (typeof opened === 'string' || broken !== null) {
    ignore(out, peer, message, 'cannot-decrypt', broken ?? 'malformed')
    return session
  }
  if (!node) return receiveQm1(ctx, out, session, messageId, opened)
  return node.state === 'I_QM1'
    ? receiveQm2(ctx, out, session, node, opened)
    : receiveQm3(ctx, out, session, node, opened)
}

/** An informational message. In clear it is traced as a hint and changes nothing; so is one that is ours or came before. */
export const receiveInfo = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Session,
  arrived: Arrived,
): InformationalResult | null => {
  const { messageId } = arrived.header
  const peer = session.peer.address
  if (!isEncrypted(arrived.header) || session.state !== 'ESTABLISHED') {
    if (isEncrypted(arrived.header)) {
      ignore(out, peer, 'INFO', 'phase-1-incomplete', 'an informational message before phase 1 is complete')
      return null
    }
    const clear = decodeClearMessage(arrived.isakmp, ctx.settings.limits)
    const hint = clear.ok ? find(clear.value.payloads, 'NOTIFY') : undefined
    ignore(
      out,
      peer,
      'INFO',
      'unprotected',
      hint
        ? `an unprotected notify of type ${hint.notifyType} is a hint, not an order`
        : 'an informational message without protection',
    )
    return null
  }
  if (messageId === 0 || session.ownMessageIds.has(messageId) || isUsedByPeer(session, messageId)) {
    ignore(
      out,
      peer,
      'INFO',
      session.ownMessageIds.has(messageId) ? 'reflected' : 'replayed',
      'the message id has been used before',
    )
    return null
  }
  traceReceived(
    out,
    {
      local: session.local,
      peer: session.peer,
      role: session.role,
      saState: saState(session),
      message: 'INFO',
      messageId,
    },
    arrived.isakmp,
    [],
    true,
    arrived.digest,
  )
  const opened = openPhase2(ctx, session, arrived, exchangeIv(session, messageId))
  if (typeof opened === 'string') {
    ignore(out, peer, 'INFO', 'cannot-decrypt', opened)
    return null
  }
  return receiveInformational(ctx, out, session, messageId, opened)
}

export const arrivedFrom = (header: IsakmpHeader, isakmp: Uint8Array): Arrived => ({
  header,
  isakmp,
  digest: digestOf(isakmp),
})
