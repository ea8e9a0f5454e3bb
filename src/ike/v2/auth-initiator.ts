import type { CrlRequest } from '../../pki/index.ts'
import { ikeV2InitiatorRequests } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { type IkeV2Payload, ikeV2NotifyType, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import {
  childNotifies,
  childPayloads,
  freshChildSpi,
  installChild,
  isEncapsulated,
  offerPayloads,
  peerSpi,
  traceSelectors,
} from './child.ts'
import { configurationRequest, configurationRequestAttributes } from './configuration-payload.ts'
import type { IkeV2Context } from './context.ts'
import { profileNamed, traceDecision, traceRejected } from './decisions.ts'
import { establish } from './established.ts'
import { all, errorNotify, find } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { ownMeans, ownProof } from './own-authentication.ts'
import { notifyName, protectionOf, sendProtected } from './packets.ts'
import { authenticatePeer, readChain, searchProfile, type Waiting } from './peer-authentication.ts'
import { fragmentSizeFor } from './protection.ts'
import type { SaInitDone } from './sa-init-initiator.ts'
import { readWindow, requestEncoding, requestPayload } from './sa-init-shared.ts'
import type { AuthSent, Established, PendingPeer } from './session.ts'
import { announceMethods } from './supported-methods.ts'
import { authVendorIds, traceVendorIds } from './vendors.ts'

const request = 'IKE_AUTH request'
const response = 'IKE_AUTH response'

/** Nothing was sent, or what came was refused. `silent`: the peer is not told. */
export interface AuthFailed {
  readonly outcome: 'failed'
  readonly code: RejectCode
  readonly detail: string
}

/**
 * Sends IKE_AUTH with the first flow's child. A router that cannot sign sends nothing (the seed: `Failed to build
 * certificate payload`).
 */
export const startAuth = (
  ctx: IkeV2Context,
  out: Outbox,
  { session, requests }: SaInitDone,
  flow: string | null,
  initialContact: boolean,
): AuthSent | AuthFailed => {
  const fail = (code: RejectCode, detail: string): AuthFailed => {
    traceRejected(out, request, session.peer.address, { code, detail, notify: null })
    return { outcome: 'failed', code, detail }
  }
  const profile = profileNamed(ctx, session.profile)
  if (!profile) return fail('no-ikev2-profile', 'the tunnel names no IKEv2 profile that exists')
  const means = ownMeans(ctx, out, {
    role: 'initiator',
    message: request,
    profile,
    requests,
    abilities: session.abilities,
    peerAddress: session.peer.address,
    peerIdentity: null,
  })
  if ('code' in means) return fail(means.code, means.detail)
  const proof = ownProof(ctx, out, {
    side: 'I',
    message: request,
    profile,
    means,
    covered: session,
    abilities: session.abilities,
    localAddress: session.local.address,
  })
  const asks = ikeV2InitiatorRequests(ctx.selection, profile)
  const verifies = profile.authenticationRemote.some(({ method }) => method === 'rsa-sig' || method === 'ecdsa-sig')
  const requested = verifies ? asks.choice : []
  if (verifies)
    traceDecision(out, 'which CAs are asked for?', request, { ...asks, choice: asks.choice.map(({ ca }) => ca.ios) })
  if (requested.length > 0)
    out.trace('ike:v2_certreq_sent', {
      encoding: requestEncoding(ctx),
      requests: requested.map(({ trustpoint, ca, keyHash }) => ({ trustpoint, ca: ca.ios, hash: toHex(keyHash) })),
    })
  const childSpi = freshChildSpi(ctx)
  const offered = flow === null ? null : ctx.children.offer(flow, { spi: childSpi, keyExchange: false })
  if (offered && 'refused' in offered) return fail('flow-cannot-be-offered', offered.refused)
  if (offered) {
    for (const { name, data } of offered.events) out.trace(name, data as never)
    traceSelectors(out, 'offered', offered.tsi, offered.tsr)
  }
  const { window, httpUrlCert } = ctx.selection.ikev2
  const child = offered ? offerPayloads(offered) : null
  const asksConfiguration = profile.configurationRequest
  out.trace('ike:v2_configuration_request', { sent: asksConfiguration, attributes: configurationRequestAttributes })
  const payloads: readonly IkeV2Payload[] = [
    ...authVendorIds,
    proof.identity,
    ...proof.certificates,
    ...(requested.length > 0
      ? [
          requestPayload(
            ctx,
            requested.map(({ keyHash }) => keyHash),
          ),
        ]
      : []),
    ...(requested.length > 0 && httpUrlCert ? [statusNotify('HTTP_CERT_LOOKUP_SUPPORTED')] : []),
    ...announceMethods(ctx, [profile], requested),
    proof.auth,
    ...(asksConfiguration ? [configurationRequest] : []),
    ...(child?.child ?? []),
    ...(initialContact ? [statusNotify('INITIAL_CONTACT')] : []),
    ...(child?.transport ?? []),
    ...(child ? childNotifies(window) : []),
  ]
  const flight = sendProtected(out, { ...session, exchange: 'IKE_AUTH', response: false, messageId: 1 }, payloads, {
    protection: protectionOf(session.suite, session.keys, 'I'),
    random: ctx.random,
    fragmentSize: fragmentSizeFor(ctx, session),
  })
  return {
    ...session,
    state: 'I_AUTH',
    flight,
    offer: offered,
    childSpi,
    ownTrustpoint: proof.trustpoint,
    ownMethod: proof.method,
    ownIdentity: proof.identityText,
    pending: null,
  }
}

export type AuthResponse =
  | AuthFailed
  /** The peer refused us: there is nothing to tell it. */
  | { readonly outcome: 'refused'; readonly code: RejectCode }
  | { readonly outcome: 'waiting'; readonly session: AuthSent; readonly fetch: CrlRequest | string }
  | { readonly outcome: 'established'; readonly session: Established; readonly childRefused: string | null }

/** The answer to IKE_AUTH, or the same again with what was fetched. */
export const receiveAuthResponse = (
  ctx: IkeV2Context,
  out: Outbox,
  session: AuthSent,
  pending: PendingPeer,
): AuthResponse => {
  const { payloads } = pending
  const fail = (code: RejectCode, detail: string): AuthFailed => {
    traceRejected(out, response, session.peer.address, { code, detail, notify: null })
    return { outcome: 'failed', code, detail }
  }
  const wait = (next: PendingPeer, waiting: Waiting): AuthResponse => ({
    outcome: 'waiting',
    session: { ...session, pending: next },
    fetch: 'crl' in waiting ? waiting.crl : waiting.certificate,
  })
  let current = pending
  if (!current.chain) {
    traceVendorIds(out, payloads)
    const chain = readChain(ctx, out, current)
    if ('outcome' in chain) return chain.outcome === 'waiting' ? wait(current, chain) : fail(chain.code, chain.detail)
    const found = searchProfile(ctx, out, session, current, chain[0] ?? null)
    if ('outcome' in found) return fail(found.code, found.detail)
    current = { ...current, chain, profile: found.name }
  }
  const profile = profileNamed(ctx, current.profile)
  if (!profile) throw new Error('the profile that was found is gone')
  const verdict = authenticatePeer(ctx, out, session, current, profile, session)
  if (verdict.outcome === 'waiting') return wait(current, verdict)
  if (verdict.outcome === 'rejected') return fail(verdict.code, verdict.detail)
  const established = establish(ctx, out, {
    keyed: { ...session, abilities: { ...session.abilities, window: readWindow(payloads) } },
    profile,
    peerIdentity: current.identity,
    peerCertificate: verdict.certificate,
    peerMethod: verdict.method,
    ownIdentity: session.ownIdentity,
    ownTrustpoint: session.ownTrustpoint,
    ownMethod: session.ownMethod,
    nextMessageId: 2,
    expectedMessageId: 0,
    answered: [],
    rekeyed: false,
  })
  const made = takeChild(ctx, out, session, established, payloads)
  return { outcome: 'established', session: made.session, childRefused: made.refused }
}

/** The child of IKE_AUTH: installed, or refused by either side; the IKE SA stands all the same (RFC 7296 §1.2). */
const takeChild = (
  ctx: IkeV2Context,
  out: Outbox,
  { offer, childSpi }: AuthSent,
  session: Established,
  payloads: readonly IkeV2Payload[],
): { readonly session: Established; readonly refused: string | null } => {
  if (!offer) return { session, refused: null }
  const error = errorNotify(payloads)
  if (error) {
    const notify = notifyName(error.notifyType)
    out.trace('ike:v2_notify_received', { message: response, notify, protected: true })
    return { session, refused: `peer-said-${notify}` }
  }
  const returned = childPayloads(payloads)
  const refuse = (code: RejectCode, detail: string): { readonly session: Established; readonly refused: string } => {
    traceRejected(out, response, session.peer.address, { code, detail, notify: null })
    return { session, refused: code }
  }
  if (!returned) return refuse('payload-missing', 'the response makes no child and gives no reason')
  const answer = ctx.children.confirm({
    offer,
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
  traceSelectors(out, 'narrowed', answer.tsi, answer.tsr)
  const child = installChild(ctx, out, session, {
    child: answer.child,
    role: 'I',
    inbound: childSpi,
    outbound,
    nonceI: session.nonceI,
    nonceR: session.nonceR,
    shared: null,
    rekeyed: false,
  })
  return { session: { ...session, children: [child] }, refused: null }
}

/** What a response of IKE_AUTH says without proving who speaks: an error alone (RFC 7296 §2.21.2). */
export const authError = (out: Outbox, payloads: readonly IkeV2Payload[]): string | null => {
  if (find(payloads, 'AUTH') || find(payloads, 'EAP')) return null
  for (const { notifyType } of all(payloads, 'NOTIFY')) {
    if (notifyType !== ikeV2NotifyType.AUTHENTICATION_FAILED && !isError(notifyType)) continue
    out.trace('ike:v2_notify_received', { message: response, notify: notifyName(notifyType), protected: true })
    return `peer-said-${notifyName(notifyType)}`
  }
  return null
}

const firstStatusType = 16384
const isError = (notifyType: number): boolean => notifyType > 0 && notifyType < firstStatusType
