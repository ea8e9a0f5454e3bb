import { dhKeyPair, equalConstantTime, quickModeHash1, quickModeHash2, quickModeHash3 } from '../../crypto/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { encodePayloads, exchangeType, notifyType, type Payload, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { proxyText } from './identity.ts'
import { sendInformational } from './informational.ts'
import { envelopeOf, nonceLength, reject } from './main-mode-shared.ts'
import { all, find } from './message-rules.ts'
import { sendEncrypted, traceDecrypted } from './packets.ts'
import { freshSpi, type OpenedPhase2, protectionOf, udpEncapsulated, withNode } from './phase2.ts'
import type { QuickModeNode } from './quick-mode-node.ts'
import {
  completed,
  groupOf,
  hashOfMessage,
  install,
  material,
  nodeState,
  offeredGroup,
  pfsSecret,
  protocolEsp,
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

/** QM1 → QM2, or the refusal that IOS sends. The message id is known to be new. */
export const receiveQm1 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  messageId: number,
  opened: OpenedPhase2,
): Established => {
  const { agreement, keys } = session
  const { payloads } = opened
  const expected = quickModeHash1(agreement.hash, keys.skeyidA, messageId, opened.covered)
  if (!equalConstantTime(expected, hashOfMessage(opened))) {
    out.trace('ike:ignored', {
      message: 'QM1',
      reason: 'hash-invalid',
      detail: 'HASH(1) does not verify',
      peer: session.peer.address,
    })
    return session
  }
  traceDecrypted(out, 'QM1', messageId, payloads)
  out.trace('ike:qm_hash_processed', { messageId })
  out.trace('ike:qm_sa_processed', { messageId })
  const sa = find(payloads, 'SA')
  const nonce = find(payloads, 'NONCE')
  const proxies = proxiesOf(session, 'R', payloads)
  if (!sa || !nonce) throw new Error('the rules of QM1 ask for SA and NONCE')
  const espOffers = sa.proposals.filter(({ protocolId }) => protocolId === protocolEsp)
  const refuse = (code: RejectCode, detail: string, error: number): Established => {
    out.trace('ike:qm_rejected', {
      messageId,
      error,
      local: session.local.address,
      peer: session.peer.address,
      notify: 'PROPOSAL_NOT_CHOSEN',
    })
    const told = sendInformational(ctx, out, session, [
      {
        type: 'NOTIFY',
        doi: 1,
        protocolId: protocolEsp,
        spi: espOffers[0]?.spi ?? new Uint8Array(0),
        notifyType: notifyType.NO_PROPOSAL_CHOSEN,
        data: new Uint8Array(0),
      },
    ])
    out.trace('ike:node_deleted', { messageId, error: true, reason: 'QM rejected' })
    reject(out, session, 'QM1', code, detail, 'NO-PROPOSAL-CHOSEN')
    return withNode(told, { state: 'DONE', messageId, requestDigest: opened.digest, reply: null })
  }
  if (nonce.data.length < 8 || nonce.data.length > 256)
    return refuse('bad-nonce', `a nonce of ${nonce.data.length} octets`, 256)
  if (!proxies)
    return refuse('proxy-identities-not-supported', 'the proxy identities are of a type that is not supported', 32)
  const spi = freshSpi(ctx, session)
  const answer = ctx.quickMode.answer({
    local: session.local.address,
    peer: session.peer.address,
    boundProfile: session.profile,
    localProxy: proxies.responder,
    remoteProxy: proxies.initiator,
    proposals: sa.proposals,
    offeredGroup: offeredGroup(payloads),
    spi,
    udpEncapsulation: udpEncapsulated(session),
  })
  for (const { name, data } of answer.events) out.trace(name, data as never)
  if (!answer.accepted) return refuse(answer.code, answer.detail, answer.error)
  // Each proposal may bring an SPI of its own (RFC 2408 §4.2).
  const peerSpi = espOffers.find(({ number }) => number === answer.proposal.number)?.spi
  if (!peerSpi || peerSpi.length !== spiLength)
    return refuse('bad-spi', 'the accepted proposal carries no SPI of four octets', 256)
  out.trace('ike:qm_nonce_processed', { messageId })
  out.trace('ike:qm_ids_processed', {
    messageId,
    initiator: proxyText(proxies.initiator),
    responder: proxyText(proxies.responder),
  })
  const { child } = answer
  const group = groupOf(child.pfsGroup)
  const dh = group === null ? null : dhKeyPair(group, ctx.random)
  const secret = pfsSecret(dh, payloads)
  if ('detail' in secret) return refuse('pfs-mismatch', secret.detail, 256)
  out.trace('ike:qm_spi', { role: 'R', spi: toHex(spi) })
  nodeState(out, messageId, 'IKE_MESG_FROM_PEER, IKE_QM_EXCH', 'IKE_QM_READY', 'IKE_QM_SPI_STARVE')
  const ownNonce = ctx.random(nonceLength)
  const keysOfChild = material(session, child, spi, peerSpi, nonce.data, ownNonce, secret.shared)
  nodeState(out, messageId, 'IKE_MESG_INTERNAL, IKE_GOT_SPI', 'IKE_QM_SPI_STARVE', 'IKE_QM_IPSEC_INSTALL_AWAIT')
  install(out, session, child, 'in', spi, peerSpi, keysOfChild, 'R')
  const ids = all(payloads, 'ID')
  const rest: readonly Payload[] = [
    { type: 'SA', doi: sa.doi, situation: sa.situation, proposals: [answer.proposal] },
    { type: 'NONCE', data: ownNonce },
    ...(dh ? [{ type: 'KE' as const, data: dh.publicValue }] : []),
    ...ids,
  ]
  const hash = quickModeHash2(agreement.hash, keys.skeyidA, messageId, nonce.data, encodePayloads(rest))
  const sent = sendEncrypted(
    out,
    { ...envelopeOf(session, 'QM2'), messageId },
    exchangeType.QUICK_MODE,
    [{ type: 'HASH', data: hash }, ...rest],
    protectionOf(session, opened.iv),
  )
  nodeState(out, messageId, 'IKE_MESG_FROM_IPSEC, IPSEC_INSTALL_DONE', 'IKE_QM_IPSEC_INSTALL_AWAIT', 'IKE_QM_R_QM2')
  return withNode(session, {
    state: 'R_QM2',
    messageId,
    iv: sent.iv,
    child,
    spi,
    peerSpi,
    nonceI: nonce.data,
    nonceR: ownNonce,
    ...keysOfChild,
    requestDigest: opened.digest,
    flight: sent.flight,
  })
}

/** QM3: the responder may send now. */
export const receiveQm3 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Established,
  node: Extract<QuickModeNode, { state: 'R_QM2' }>,
  opened: OpenedPhase2,
): Established => {
  const { messageId, child } = node
  const expected = quickModeHash3(session.agreement.hash, session.keys.skeyidA, messageId, node.nonceI, node.nonceR)
  if (!equalConstantTime(expected, hashOfMessage(opened))) {
    out.trace('ike:ignored', {
      message: 'QM3',
      reason: 'hash-invalid',
      detail: 'HASH(3) does not verify',
      peer: session.peer.address,
    })
    return session
  }
  traceDecrypted(out, 'QM3', messageId, opened.payloads)
  out.trace('ike:qm_hash_processed', { messageId })
  install(out, session, child, 'out', node.peerSpi, node.spi, node, 'R')
  out.trace('ike:node_deleted', { messageId, error: false, reason: 'QM done (await)' })
  nodeState(out, messageId, 'IKE_MESG_FROM_PEER, IKE_QM_EXCH', 'IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE')
  const next = completed(ctx, session, child, node.spi, node.peerSpi, 'R')
  return withNode(next, { state: 'DONE', messageId, requestDigest: opened.digest, reply: null })
}
