import { dhKeyPair, equalConstantTime, quickModeHash1, quickModeHash2, quickModeHash3 } from '../../crypto/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { encodePayloads, exchangeType, type Payload, toHex } from '../../wire/index.ts'
import type { Outbox, ProxyIdentity } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { proxyPayload, proxyText } from './identity.ts'
import { envelopeOf, nonceLength, reject } from './main-mode-shared.ts'
import { all, find } from './message-rules.ts'
import { sendEncrypted, traceDecrypted } from './packets.ts'
import {
  exchangeIv,
  freshMessageId,
  freshSpi,
  type OpenedPhase2,
  protectionOf,
  udpEncapsulated,
  withNode,
  withoutNode,
} from './phase2.ts'
import type { QuickModeNode } from './quick-mode-node.ts'
import {
  completed,
  groupOf,
  hashOfMessage,
  install,
  material,
  nodeState,
  pfsSecret,
  proxiesOf,
  spiLength,
} from './quick-mode-shared.ts'
import type { Established } from './session.ts'

/*
 *   initiator                                              responder
 *   QM1  HDR*, HASH(1), SA, Ni, [KE], IDci, IDcr    -->
 *                                                   <--    QM2  HDR*, HASH(2), SA, Nr, [KE], IDci, IDcr
 *   QM3  HDR*, HASH(3)                              -->
 *
 * RFC 2409 §5.5.
 */

/** QM1. Returns null where the flow cannot be offered. */
export const startQuickMode = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  flow: string,
  rekeys: boolean,
): Established => {
  const messageId = freshMessageId(ctx, session)
  const spi = freshSpi(ctx, session)
  const offer = ctx.quickMode.offer(flow, { spi, udpEncapsulation: udpEncapsulated(session) })
  if ('refused' in offer) {
    reject(out, session, 'QM1', 'no-offer-for-flow', offer.refused)
    return session
  }
  for (const { name, data } of offer.events) out.trace(name, data as never)
  out.trace('ike:exchange_begun', { exchange: 'Quick', messageId })
  out.trace('ike:qm_spi', { role: 'I', spi: toHex(spi) })
  const nonce = ctx.random(nonceLength)
  const group = groupOf(offer.pfsGroup)
  const dh = group === null ? null : dhKeyPair(group, ctx.random)
  const rest: readonly Payload[] = [
    { type: 'SA', doi: 1, situation: Uint8Array.of(0, 0, 0, 1), proposals: offer.proposals },
    { type: 'NONCE', data: nonce },
    ...(dh ? [{ type: 'KE' as const, data: dh.publicValue }] : []),
    proxyPayload(offer.localProxy),
    proxyPayload(offer.remoteProxy),
  ]
  const hash = quickModeHash1(session.agreement.hash, session.keys.skeyidA, messageId, encodePayloads(rest))
  const sent = sendEncrypted(
    out,
    { ...envelopeOf(session, 'QM1'), messageId },
    exchangeType.QUICK_MODE,
    [{ type: 'HASH', data: hash }, ...rest],
    protectionOf(session, exchangeIv(session, messageId)),
  )
  nodeState(out, messageId, 'IKE_MESG_INTERNAL, IKE_INIT_QM', 'IKE_QM_READY', 'IKE_QM_I_QM1')
  const next = withNode(session, {
    state: 'I_QM1',
    messageId,
    iv: sent.iv,
    offer,
    spi,
    nonce,
    dh,
    flight: sent.flight,
    rekeys,
  })
  return { ...next, ownMessageIds: new Set(session.ownMessageIds).add(messageId) }
}

/** QM2 → QM3: what came back must be what was offered. */
export const receiveQm2 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  node: Extract<QuickModeNode, { state: 'I_QM1' }>,
  opened: OpenedPhase2,
): Established => {
  const { agreement, keys } = session
  const { messageId, offer } = node
  const expected = quickModeHash2(agreement.hash, keys.skeyidA, messageId, node.nonce, opened.covered)
  if (!equalConstantTime(expected, hashOfMessage(opened))) {
    out.trace('ike:ignored', {
      message: 'QM2',
      reason: 'hash-invalid',
      detail: 'HASH(2) does not verify',
      peer: session.peer.address,
    })
    return session
  }
  const { payloads } = opened
  traceDecrypted(out, 'QM2', messageId, payloads)
  out.trace('ike:qm_hash_processed', { messageId })
  out.trace('ike:qm_sa_processed', { messageId })
  const sa = find(payloads, 'SA')
  const nonce = find(payloads, 'NONCE')
  if (!sa || !nonce) throw new Error('the rules of QM2 ask for SA and NONCE')
  const refuse = (code: RejectCode, detail: string): Established => {
    reject(out, session, 'QM2', code, detail)
    out.trace('ike:node_deleted', { messageId, error: true, reason: 'QM rejected' })
    return withoutNode(session, messageId)
  }
  const [proposal] = sa.proposals
  const peerSpi = proposal?.spi
  if (sa.proposals.length !== 1 || peerSpi?.length !== spiLength)
    return refuse(
      'chosen-transform-was-not-offered',
      'the responder returned no single proposal with an SPI of four octets',
    )
  const ids = all(payloads, 'ID')
  const proxies = proxiesOf(session, 'I', payloads)
  if (
    ids.length > 0 &&
    (!proxies || !sameProxy(proxies.initiator, offer.localProxy) || !sameProxy(proxies.responder, offer.remoteProxy))
  )
    return refuse('proxy-identities-changed', 'the responder returned other proxy identities than were offered')
  const answer = ctx.quickMode.confirm({
    offer,
    returned: sa.proposals,
    local: session.local.address,
    peer: session.peer.address,
    udpEncapsulation: udpEncapsulated(session),
  })
  for (const { name, data } of answer.events) out.trace(name, data as never)
  if (!answer.accepted) return refuse(answer.code, answer.detail)
  const secret = pfsSecret(node.dh, payloads)
  if ('detail' in secret) return refuse('pfs-mismatch', secret.detail)
  out.trace('ike:qm_nonce_processed', { messageId })
  if (proxies)
    out.trace('ike:qm_ids_processed', {
      messageId,
      initiator: proxyText(proxies.initiator),
      responder: proxyText(proxies.responder),
    })
  const { child } = answer
  const made = material(session, child, node.spi, peerSpi, node.nonce, nonce.data, secret.shared)
  nodeState(out, messageId, 'IKE_MESG_FROM_PEER, IKE_QM_EXCH', 'IKE_QM_I_QM1', 'IKE_QM_IPSEC_INSTALL_AWAIT')
  install(out, session, child, 'in', node.spi, peerSpi, made, 'I')
  install(out, session, child, 'out', peerSpi, node.spi, made, 'I')
  const hash = quickModeHash3(agreement.hash, keys.skeyidA, messageId, node.nonce, nonce.data)
  const sent = sendEncrypted(
    out,
    { ...envelopeOf(session, 'QM3'), messageId },
    exchangeType.QUICK_MODE,
    [{ type: 'HASH', data: hash }],
    protectionOf(session, opened.iv),
  )
  out.trace('ike:node_deleted', { messageId, error: false, reason: 'No Error' })
  nodeState(
    out,
    messageId,
    'IKE_MESG_FROM_IPSEC, IPSEC_INSTALL_DONE',
    'IKE_QM_IPSEC_INSTALL_AWAIT',
    'IKE_QM_PHASE2_COMPLETE',
  )
  const next = completed(ctx, session, child, node.spi, peerSpi, 'I')
  return withNode(next, { state: 'DONE', messageId, requestDigest: opened.digest, reply: sent.flight })
}

const sameProxy = (a: ProxyIdentity, b: ProxyIdentity): boolean =>
  a.address === b.address && a.mask === b.mask && a.protocol === b.protocol && a.port === b.port
