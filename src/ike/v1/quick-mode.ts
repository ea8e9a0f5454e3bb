import {
  type DhGroupId,
  type DhKeyPair,
  dhGroups,
  dhKeyPair,
  equalConstantTime,
  keymat,
  quickModeHash1,
  quickModeHash2,
  quickModeHash3,
} from '../../crypto/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import type { Payload } from '../../wire/index.ts'
import { encodePayloads, exchangeType, notifyType, toHex } from '../../wire/index.ts'
import type { AgreedChild, Outbox, ProxyIdentity } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { proxyPayload, proxyText, readProxy } from './identity.ts'
import { sendInformational } from './informational.ts'
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
import type { Established } from './session.ts'

/*
 *   initiator                                              responder
 *   QM1  HDR*, HASH(1), SA, Ni, [KE], IDci, IDcr    -->
 *                                                   <--    QM2  HDR*, HASH(2), SA, Nr, [KE], IDci, IDcr
 *   QM3  HDR*, HASH(3)                              -->
 *
 * RFC 2409 §5.5.
 */

const protocolEsp = 3
const spiLength = 4

const nodeState = (out: Outbox, node: number, input: string, old: string, next: string): void =>
  out.trace('ike:state_changed', { node, input, old, new: next })

const groupOf = (id: number | null): DhGroupId | null => {
  const group = Object.values(dhGroups).find((candidate) => candidate.id === id)
  return group ? group.id : null
}

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

const hashOfMessage = (opened: OpenedPhase2): Uint8Array => find(opened.payloads, 'HASH')?.data ?? new Uint8Array(0)

/** The proxy identities of a quick mode in which we play `role`, whichever end began phase 1. */
const proxiesOf = (
  session: Established,
  role: 'I' | 'R',
  payloads: readonly Payload[],
): { readonly initiator: ProxyIdentity; readonly responder: ProxyIdentity } | null => {
  const ids = all(payloads, 'ID')
  const host = (address: string): ProxyIdentity => ({ address, mask: '255.255.255.255', protocol: 0, port: 0 })
  const [ci, cr] = ids
  // Without identities the ends of phase 1 are the proxies (RFC 2409 §5.5).
  if (!ci && !cr)
    return role === 'I'
      ? { initiator: host(session.local.address), responder: host(session.peer.address) }
      : { initiator: host(session.peer.address), responder: host(session.local.address) }
  if (!ci || !cr) return null
  const initiator = readProxy(ci)
  const responder = readProxy(cr)
  return initiator && responder ? { initiator, responder } : null
}

/** The group of a PFS attribute (RFC 2407 §4.5, class 3), or null. */
const offeredGroup = (payloads: readonly Payload[]): number | null => {
  const attribute = find(payloads, 'SA')?.proposals[0]?.transforms[0]?.attributes.find(({ type }) => type === 3)
  return attribute?.form === 'basic' ? attribute.value : null
}

interface Material {
  readonly keymatIn: Uint8Array
  readonly keymatOut: Uint8Array
}

const material = (
  session: Established,
  child: AgreedChild,
  spiIn: Uint8Array,
  spiOut: Uint8Array,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  shared: Uint8Array | null,
): Material => {
  const make = (spi: Uint8Array): Uint8Array =>
    keymat({
      prf: session.agreement.hash,
      skeyidD: session.keys.skeyidD,
      ...(shared ? { gxyPfs: shared } : {}),
      protocolId: protocolEsp,
      spi,
      ni: nonceI,
      nr: nonceR,
      length: child.keyLength,
    })
  return { keymatIn: make(spiIn), keymatOut: make(spiOut) }
}

const install = (
  out: Outbox,
  session: Established,
  child: AgreedChild,
  direction: 'in' | 'out',
  spi: Uint8Array,
  otherSpi: Uint8Array,
  keys: Material,
  role: 'I' | 'R',
): void =>
  out.push({
    kind: 'install',
    install: {
      direction,
      sa: session.id,
      connection: session.connection,
      child,
      spi,
      otherSpi,
      keymat: direction === 'in' ? keys.keymatIn : keys.keymatOut,
      local: session.local,
      peer: session.peer,
      role,
      udpEncapsulation: udpEncapsulated(session),
    },
  })

const pfsSecret = (
  dh: DhKeyPair | null,
  payloads: readonly Payload[],
): { readonly shared: Uint8Array | null } | { readonly detail: string } => {
  const ke = find(payloads, 'KE')
  if (!dh) return ke ? { detail: 'a KE payload without a group having been agreed' } : { shared: null }
  if (!ke) return { detail: 'perfect forward secrecy was agreed and there is no KE payload' }
  const result = dh.computeShared(ke.data)
  return result.ok ? { shared: result.value } : { detail: result.reject.detail }
}

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

const completed = (
  ctx: IkeV1Context,
  session: Established,
  child: AgreedChild,
  inbound: Uint8Array,
  outbound: Uint8Array,
  role: 'I' | 'R',
): Established => ({
  ...session,
  children: [
    ...session.children,
    { flow: child.flow, inbound, outbound, installedAt: ctx.now, seconds: child.seconds, role },
  ],
})

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

/** Gives an exchange up after the last retransmission. What the responder had installed goes, and the peer is told. */
export const giveUpNode = (ctx: IkeV1Context, out: Outbox, session: Established, node: QuickModeNode): Established => {
  const next = withoutNode(session, node.messageId)
  out.trace('ike:node_deleted', { messageId: node.messageId, error: true, reason: 'Death by retransmission P2' })
  if (node.state !== 'R_QM2') return next
  out.push({
    kind: 'remove',
    direction: 'in',
    spi: node.spi,
    reason: 'quick mode did not complete',
    peer: session.peer,
  })
  out.trace('ike:delete_sent', { protocolId: protocolEsp, spis: [toHex(node.spi)] })
  return sendInformational(ctx, out, next, [
    { type: 'DELETE', doi: 1, protocolId: protocolEsp, spiSize: spiLength, spis: [node.spi] },
  ])
}
