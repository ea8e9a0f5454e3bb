import { type DhKeyPair, dhKeyPair } from '../../crypto/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import {
  type IkeV2Payload,
  ikeV2NotifyType,
  ikeV2ProtocolId,
  ikeV2TransformType,
  toHex,
  u16At,
  u16Bytes,
} from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { spiOf } from './auth-responder.ts'
import {
  childPayloads,
  freshChildSpi,
  installChild,
  isEncapsulated,
  offerPayloads,
  peerSpi,
  traceSelectors,
} from './child.ts'
import type { ChildOffer, IkeV2Context } from './context.ts'
import { traceIgnored, traceRejected } from './decisions.ts'
import { sendExchange } from './exchange.ts'
import { errorNotify, find, notifyOf } from './message-rules.ts'
import { childNotify, statusNotify } from './notifies.ts'
import { notifyName } from './packets.ts'
import { nonceLength, nonceProblem } from './sa-init-shared.ts'
import type { Child, Established, Outstanding, Task } from './session.ts'
import { isDhGroup } from './suites.ts'

const request = 'CREATE_CHILD_SA request'
const response = 'CREATE_CHILD_SA response'

type ChildTask = Extract<Task, { kind: 'create-child' | 'rekey-child' }>
export type ChildExchange = Extract<Outstanding, { task: ChildTask }>

export const childByInbound = (session: Established, inbound: string): Child | undefined =>
  session.children.find((child) => toHex(child.inbound) === inbound)

/** The lower of two nonces as octets: the exchange that holds the lowest of four loses (RFC 7296 §2.8.1). */
export const lowerNonce = (a: Uint8Array, b: Uint8Array): string => {
  const [first, second] = [toHex(a), toHex(b)]
  return first < second ? first : second
}

/** Begins a child or its renewal. The same session: there is nothing to begin any more. */
export const startCreateChild = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  task: ChildTask,
): Established => {
  const old = task.kind === 'rekey-child' ? childByInbound(session, task.inbound) : undefined
  if (task.kind === 'rekey-child' && !old) return session
  const flow = task.kind === 'rekey-child' ? old?.flow : task.flow
  if (flow === undefined) return session
  const spi = freshChildSpi(ctx)
  const offer = ctx.children.offer(flow, { spi, keyExchange: true })
  if ('refused' in offer) {
    traceIgnored(out, request, session.peer.address, 'flow-cannot-be-offered', offer.refused)
    return session
  }
  for (const { name, data } of offer.events) out.trace(name, data as never)
  if (task.kind === 'rekey-child') out.trace('ike:v2_rekey_begun', { sa: 'CHILD', reason: task.reason })
  const group = task.group ?? offer.group
  const dh = group !== null && isDhGroup(group) ? dhKeyPair(group, ctx.random) : null
  const nonce = ctx.random(nonceLength)
  traceSelectors(out, 'offered', offer.tsi, offer.tsr)
  const { child, transport } = offerPayloads(offer)
  const [sa, ...selectors] = child
  const flight = sendExchange(ctx, out, session, 'CREATE_CHILD_SA', [
    ...(old ? [childNotify('REKEY_SA', ikeV2ProtocolId.ESP, old.inbound)] : []),
    ...transport,
    ...(sa ? [sa] : []),
    { type: 'NONCE', data: nonce },
    ...keyPayload(dh),
    ...selectors,
  ])
  return {
    ...session,
    nextMessageId: session.nextMessageId + 1,
    outstanding: { task, flight, offer, spi, nonce, dh, peerRekey: null },
  }
}

const keyPayload = (dh: DhKeyPair | null): readonly IkeV2Payload[] =>
  dh ? [{ type: 'KE', group: dh.group, data: dh.publicValue }] : []

export interface ChildResult {
  readonly session: Established
  /** Asked for again after a while (TEMPORARY_FAILURE). */
  readonly later?: Task
  /** Asked for again at once, before everything else. */
  readonly again?: Task
  readonly refused?: string
}

const idle = (session: Established): Established => ({ ...session, outstanding: null })

/** The answer to our CREATE_CHILD_SA for a child. */
export const receiveChildResponse = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  exchange: ChildExchange,
  payloads: readonly IkeV2Payload[],
): ChildResult => {
  const error = errorNotify(payloads)
  if (error) return childRefused(ctx, out, session, exchange, error)
  const refuse = (code: RejectCode, detail: string): ChildResult => {
    traceRejected(out, response, session.peer.address, { code, detail, notify: null })
    return { session: idle(session), refused: code }
  }
  const returned = childPayloads(payloads)
  const nonce = find(payloads, 'NONCE')
  if (!returned || !nonce) return refuse('payload-missing', 'the response lacks SA, nonce or traffic selectors')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse('bad-nonce', problem)
  const answer = ctx.children.confirm({
    offer: exchange.offer,
    returned: returned.proposals,
    tsi: returned.tsi,
    tsr: returned.tsr,
    transport: returned.transport,
    local: session.local.address,
    peer: session.peer.address,
    udpEncapsulation: isEncapsulated(session),
  })
  for (const { name, data } of answer.events) out.trace(name, data as never)
  if (!answer.accepted) return refuse(answer.code, answer.detail)
  const outbound = peerSpi(answer)
  if (!outbound) return refuse('bad-spi', 'the SPI of the child has not four octets')
  const shared = sharedSecret(out, exchange.dh, answer.child.pfsGroup, payloads)
  if ('refused' in shared) return refuse('bad-public-value', shared.refused)
  const rekeyed = exchange.task.kind === 'rekey-child' ? childByInbound(session, exchange.task.inbound) : undefined
  const child = installChild(ctx, out, session, {
    child: answer.child,
    role: 'I',
    inbound: exchange.spi,
    outbound,
    nonceI: exchange.nonce,
    nonceR: nonce.data,
    shared: shared.value,
    rekeyed: rekeyed !== undefined,
  })
  const next: Established = { ...idle(session), children: [...session.children, child] }
  if (exchange.task.kind !== 'rekey-child') return { session: next }
  return { session: afterRekey(out, next, exchange, child, rekeyed, lowerNonce(exchange.nonce, nonce.data)) }
}

/** The old child goes; where the peer renewed it at the same time, the exchange with the lowest nonce goes instead (RFC 7296 §2.8.1). */
const afterRekey = (
  out: Outbox,
  session: Established,
  { peerRekey }: ChildExchange,
  made: Child,
  old: Child | undefined,
  lowest: string,
): Established => {
  const lost = peerRekey !== null && lowest < peerRekey.lowestNonce
  if (peerRekey) out.trace('ike:v2_rekey_collision', { sa: 'CHILD', kept: lost ? 'peer' : 'own' })
  const goes = lost ? made : old
  return goes
    ? {
        ...session,
        queue: [
          { kind: 'delete-child', inbound: toHex(goes.inbound), reason: lost ? 'redundant' : 'renewed' },
          ...session.queue,
        ],
      }
    : session
}

const sharedSecret = (
  out: Outbox,
  dh: DhKeyPair | null,
  group: number | null,
  payloads: readonly IkeV2Payload[],
): { readonly value: Uint8Array | null } | { readonly refused: string } => {
  const ke = find(payloads, 'KE')
  if (group === null) return { value: null }
  if (!dh || dh.group !== group) return { refused: `group ${group} was agreed on, and our value is of another` }
  if (ke?.group !== group) return { refused: `group ${group} was agreed on, and the peer's value is of another` }
  const shared = dh.computeShared(ke.data)
  out.trace('ike:v2_dh_computed', { what: 'secret', group, passed: shared.ok })
  return shared.ok ? { value: shared.value } : { refused: shared.reject.detail }
}

const offersGroup = ({ proposals }: ChildOffer, group: number): boolean =>
  proposals.some(({ transforms }) => transforms.some(({ type, id }) => type === ikeV2TransformType.DH && id === group))

const childRefused = (
  _ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  { task, offer, peerRekey }: ChildExchange,
  error: Extract<IkeV2Payload, { type: 'NOTIFY' }>,
): ChildResult => {
  const notify = notifyName(error.notifyType)
  out.trace('ike:v2_notify_received', { message: response, notify, protected: true })
  const next = idle(session)
  switch (error.notifyType) {
    case ikeV2NotifyType.INVALID_KE_PAYLOAD: {
      const group = error.data.length === 2 ? u16At(error.data, 0) : 0
      return task.group === undefined && offersGroup(offer, group)
        ? { session: next, again: { ...task, group } }
        : { session: next, refused: `peer-said-${notify}` }
    }
    case ikeV2NotifyType.TEMPORARY_FAILURE:
      // Where the peer has renewed the child already, that is all we wanted.
      return peerRekey ? { session: next } : { session: next, later: task }
    case ikeV2NotifyType.CHILD_SA_NOT_FOUND:
      return { session: next, ...(task.kind === 'rekey-child' && !peerRekey ? { refused: 'child-gone' } : {}) }
    default:
      return { session: next, refused: `peer-said-${notify}` }
  }
}

export interface ChildRequestResult {
  readonly session: Established
  readonly payloads: readonly IkeV2Payload[]
}

/** A child that the peer asks for, new or in place of another. */
export const receiveChildRequest = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  payloads: readonly IkeV2Payload[],
): ChildRequestResult => {
  const refuse = (
    notify: IkeV2Payload & { readonly type: 'NOTIFY' },
    code: RejectCode,
    detail: string,
  ): ChildRequestResult => {
    const name = notifyName(notify.notifyType)
    traceRejected(out, request, session.peer.address, { code, detail, notify: name })
    out.trace('ike:v2_notify_sent', { message: response, notify: name, protected: true })
    return { session, payloads: [notify] }
  }
  const rekey = notifyOf(payloads, ikeV2NotifyType.REKEY_SA)
  const old = rekey && session.children.find(({ outbound }) => toHex(outbound) === toHex(rekey.spi))
  if (rekey && !old)
    return refuse(
      childNotify('CHILD_SA_NOT_FOUND', rekey.protocolId, rekey.spi),
      'child-not-found',
      `there is no child with SPI ${toHex(rekey.spi)}`,
    )
  const busy = busyWith(session, old)
  if (busy !== null) return refuse(statusNotify('TEMPORARY_FAILURE'), 'temporary-failure', busy)
  const asked = childPayloads(payloads)
  const nonce = find(payloads, 'NONCE')
  if (!asked || !nonce)
    return refuse(statusNotify('INVALID_SYNTAX'), 'payload-missing', 'SA, nonce or selectors are missing')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse(statusNotify('INVALID_SYNTAX'), 'bad-nonce', problem)
  const ke = find(payloads, 'KE')
  const inbound = freshChildSpi(ctx)
  traceSelectors(out, 'received', asked.tsi, asked.tsr)
  const answer = ctx.children.answer({
    local: session.local.address,
    peer: session.peer.address,
    boundProfile: session.profile,
    ...asked,
    group: ke?.group ?? null,
    keyExchange: true,
    spi: inbound,
    udpEncapsulation: isEncapsulated(session),
  })
  for (const { name, data } of answer.events) out.trace(name, data as never)
  if (!answer.accepted)
    return refuse(
      statusNotify(answer.notify, answer.group === undefined ? undefined : u16Bytes(answer.group)),
      answer.code,
      answer.detail,
    )
  const outbound = spiOf(asked.proposals, answer.proposal.number)
  if (!outbound)
    return refuse(statusNotify('NO_PROPOSAL_CHOSEN'), 'bad-spi', 'the SPI of the child has not four octets')
  const group = answer.child.pfsGroup
  const dh = group !== null && isDhGroup(group) ? dhKeyPair(group, ctx.random) : null
  const shared = sharedSecret(out, dh, group, payloads)
  if ('refused' in shared) return refuse(statusNotify('INVALID_SYNTAX'), 'bad-public-value', shared.refused)
  const own = ctx.random(nonceLength)
  const child = installChild(ctx, out, session, {
    child: answer.child,
    role: 'R',
    inbound,
    outbound,
    nonceI: nonce.data,
    nonceR: own,
    shared: shared.value,
    rekeyed: old !== undefined,
  })
  traceSelectors(out, 'narrowed', answer.tsi, answer.tsr)
  return {
    session: noteCollision(
      { ...session, children: [...session.children, child] },
      old,
      toHex(inbound),
      lowerNonce(nonce.data, own),
    ),
    payloads: [
      ...(answer.transport ? [statusNotify('USE_TRANSPORT_MODE')] : []),
      { type: 'SA', proposals: [answer.proposal] },
      { type: 'NONCE', data: own },
      ...keyPayload(dh),
      { type: 'TSi', selectors: answer.tsi },
      { type: 'TSr', selectors: answer.tsr },
    ],
  }
}

/** Why a child cannot be made just now (RFC 7296 §2.25). */
const busyWith = ({ outstanding, successor }: Established, old: Child | undefined): string | null => {
  if (successor !== null) return 'the IKE SA has been renewed'
  const task = outstanding?.task
  if (task?.kind === 'rekey-ike') return 'the IKE SA is being renewed'
  if (task?.kind === 'delete-ike') return 'the IKE SA is being closed'
  if (task?.kind === 'delete-child' && old && task.inbound === toHex(old.inbound)) return 'the child is being closed'
  return null
}

/** We renew the same child ourselves: which of the two stays is settled when our answer comes. */
const noteCollision = (
  session: Established,
  old: Child | undefined,
  made: string,
  lowestNonce: string,
): Established => {
  const { outstanding } = session
  return old && outstanding?.task.kind === 'rekey-child' && outstanding.task.inbound === toHex(old.inbound)
    ? { ...session, outstanding: { ...(outstanding as ChildExchange), peerRekey: { made, lowestNonce } } }
    : session
}
