import { equalConstantTime, informationalHash } from '../../crypto/index.ts'
import type { Payload } from '../../wire/index.ts'
import { encodePayloads, equalBytes, exchangeType, notifyType, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { envelopeOf } from './main-mode-shared.ts'
import { find } from './message-rules.ts'
import { sendEncrypted, traceDecrypted } from './packets.ts'
import { endRefusedNode, exchangeIv, freshMessageId, type OpenedPhase2, protectionOf } from './phase2.ts'
import type { Child, Established } from './session.ts'

/*
 *   HDR*, HASH(1), N or D   -->      RFC 2409 §5.7. One message, no answer, its own message id and IV.
 */

const protocolIsakmp = 1
const protocolEsp = 3
/** Message ids of the peer that are remembered; older ones are under IVs that no longer matter to the states they could change. */
const seenKept = 1024

/** As IOS's debug spells them. */
const names: Readonly<Record<number, string>> = {
  [notifyType.NO_PROPOSAL_CHOSEN]: 'PROPOSAL_NOT_CHOSEN',
  [notifyType.PAYLOAD_MALFORMED]: 'PAYLOAD_MALFORMED',
  [notifyType.INVALID_KEY_INFORMATION]: 'INVALID_KEY_INFO',
  [notifyType.INVALID_ID_INFORMATION]: 'INVALID_ID_INFO',
  [notifyType.AUTHENTICATION_FAILED]: 'AUTHENTICATION_FAILED',
  [notifyType.RESPONDER_LIFETIME]: 'RESPONDER_LIFETIME',
  [notifyType.REPLAY_STATUS]: 'REPLAY_STATUS',
  [notifyType.INITIAL_CONTACT]: 'INITIAL_CONTACT',
  [notifyType.R_U_THERE]: 'DPD/R_U_THERE',
  [notifyType.R_U_THERE_ACK]: 'DPD/R_U_THERE_ACK',
}
const notifyName = (type: number): string => names[type] ?? `notify ${type}`

/** Sends notifies and deletes under the protection of phase 1. */
export const sendInformational = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  payloads: readonly Payload[],
): Established => {
  const messageId = freshMessageId(ctx, session)
  const hash = informationalHash(session.agreement.hash, session.keys.skeyidA, messageId, encodePayloads(payloads))
  for (const payload of payloads)
    if (payload.type === 'NOTIFY')
      out.trace('ike:notify_sent', {
        notify: notifyName(payload.notifyType),
        protocolId: payload.protocolId,
        spi: toHex(payload.spi),
        protected: true,
        messageId,
      })
  sendEncrypted(
    out,
    { ...envelopeOf(session, 'INFO'), messageId },
    exchangeType.INFORMATIONAL,
    [{ type: 'HASH', data: hash }, ...payloads],
    protectionOf(session, exchangeIv(session, messageId)),
  )
  return { ...session, ownMessageIds: new Set(session.ownMessageIds).add(messageId) }
}

const cookiesOf = (session: Established): Uint8Array => {
  const spi = new Uint8Array(16)
  spi.set(session.cookieI)
  spi.set(session.cookieR, 8)
  return spi
}

/** Tells the peer that child SAs go: the SPIs are those on which we receive. */
export const sendDeleteChildren = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  children: readonly Child[],
): Established => {
  if (children.length === 0) return session
  out.trace('ike:delete_sent', { protocolId: protocolEsp, spis: children.map(({ inbound }) => toHex(inbound)) })
  return sendInformational(ctx, out, session, [
    { type: 'DELETE', doi: 1, protocolId: protocolEsp, spiSize: 4, spis: children.map(({ inbound }) => inbound) },
  ])
}

/** Tells the peer that this phase 1 SA goes. */
export const sendDeletePhase1 = (ctx: IkeV1Context, out: Outbox, session: Established): Established => {
  out.trace('ike:delete_sent', { protocolId: protocolIsakmp, spis: [toHex(cookiesOf(session))] })
  return sendInformational(ctx, out, session, [
    { type: 'DELETE', doi: 1, protocolId: protocolIsakmp, spiSize: 16, spis: [cookiesOf(session)] },
  ])
}

export const removeChild = (out: Outbox, session: Pick<Established, 'peer'>, child: Child, reason: string): void => {
  out.push({ kind: 'remove', direction: 'in', spi: child.inbound, reason, peer: session.peer })
  out.push({ kind: 'remove', direction: 'out', spi: child.outbound, reason, peer: session.peer })
}

export const sendDpd = (ctx: IkeV1Context, out: Outbox, session: Established): Established => {
  const before = session.dpd
  if (!before) return session
  const sequence =
    before.sequence === 0 ? (ctx.random(1)[0] ?? 0) + 1 : before.sequence + (before.unanswered === 0 ? 1 : 0)
  out.trace('ike:dpd_sent', { sequence })
  const next = sendInformational(ctx, out, session, [dpdPayload(session, notifyType.R_U_THERE, sequence)])
  return { ...next, dpd: { ...before, sequence, unanswered: before.unanswered + 1, lastSent: ctx.now } }
}

const dpdPayload = (session: Established, type: number, sequence: number): Payload => ({
  type: 'NOTIFY',
  doi: 1,
  protocolId: protocolIsakmp,
  spi: cookiesOf(session),
  notifyType: type,
  data: Uint8Array.of(sequence >>> 24, (sequence >>> 16) & 255, (sequence >>> 8) & 255, sequence & 255),
})

const sequenceOf = (data: Uint8Array): number | null =>
  data.length === 4
    ? (((data[0] ?? 0) << 24) | ((data[1] ?? 0) << 16) | ((data[2] ?? 0) << 8) | (data[3] ?? 0)) >>> 0
    : null

/** What a protected informational message does. `deleted`: the peer has ended this phase 1 SA. */
export interface InformationalResult {
  readonly session: Established
  readonly deleted: boolean
  readonly initialContact: boolean
}

/** A protected informational message: its HASH is checked before anything is believed (attacks A14). */
export const receiveInformational = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  messageId: number,
  opened: OpenedPhase2,
): InformationalResult => {
  const unchanged = { session, deleted: false, initialContact: false }
  const hash = find(opened.payloads, 'HASH')
  const expected = informationalHash(session.agreement.hash, session.keys.skeyidA, messageId, opened.covered)
  if (!hash || opened.payloads[0] !== hash || !equalConstantTime(expected, hash.data)) {
    out.trace('ike:ignored', {
      message: 'INFO',
      reason: 'hash-invalid',
      detail: 'HASH(1) of an informational message does not verify',
      peer: session.peer.address,
    })
    return unchanged
  }
  traceDecrypted(out, 'INFO', messageId, opened.payloads)
  const seen = new Set([
    ...(session.seenMessageIds.size >= seenKept ? [...session.seenMessageIds].slice(1) : session.seenMessageIds),
    messageId,
  ])
  let next: Established = {
    ...session,
    seenMessageIds: seen,
    ...(session.dpd ? { dpd: { ...session.dpd, lastHeard: ctx.now } } : {}),
  }
  let deleted = false
  let initialContact = false
  for (const payload of opened.payloads) {
    if (payload.type === 'NOTIFY') {
      out.trace('ike:notify_received', {
        notify: notifyName(payload.notifyType),
        protocolId: payload.protocolId,
        spi: toHex(payload.spi),
        protected: true,
        messageId,
      })
      next = receiveNotify(ctx, out, next, payload)
      if (payload.notifyType === notifyType.INITIAL_CONTACT) initialContact = true
    } else if (payload.type === 'DELETE') {
      out.trace('ike:delete_received', { protocolId: payload.protocolId, spis: payload.spis.map(toHex), messageId })
      if (payload.protocolId === protocolIsakmp)
        deleted = deleted || payload.spis.some((spi) => equalBytes(spi, cookiesOf(session)))
      else if (payload.protocolId === protocolEsp) next = deleteChildren(out, next, payload.spis)
    }
  }
  return { session: next, deleted, initialContact }
}

const deleteChildren = (out: Outbox, session: Established, spis: readonly Uint8Array[]): Established => {
  const gone = session.children.filter(({ outbound }) => spis.some((spi) => equalBytes(spi, outbound)))
  for (const child of gone) removeChild(out, session, child, 'peer deleted it')
  return gone.length === 0
    ? session
    : { ...session, children: session.children.filter((child) => !gone.includes(child)) }
}

const receiveNotify = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  payload: Extract<Payload, { type: 'NOTIFY' }>,
): Established => {
  switch (payload.notifyType) {
    case notifyType.R_U_THERE: {
      const sequence = sequenceOf(payload.data)
      if (sequence === null || !equalBytes(payload.spi, cookiesOf(session))) return session
      return sendInformational(ctx, out, session, [dpdPayload(session, notifyType.R_U_THERE_ACK, sequence)])
    }
    case notifyType.R_U_THERE_ACK: {
      const sequence = sequenceOf(payload.data)
      if (!session.dpd || sequence !== session.dpd.sequence) return session
      out.trace('ike:dpd_answered', { sequence, peer: session.peer.address })
      return { ...session, dpd: { ...session.dpd, unanswered: 0, lastHeard: ctx.now } }
    }
    case notifyType.NO_PROPOSAL_CHOSEN:
      return payload.protocolId === protocolEsp ? endRefusedNode(out, session, payload.spi) : session
    default:
      return session
  }
}
