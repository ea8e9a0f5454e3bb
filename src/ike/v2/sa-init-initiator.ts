import { dhKeyPair } from '../../crypto/index.ts'
import { ikeV2Policy } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { type IkeV2Payload, ikeV2NotifyType, toHex, u16At } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { profileNamed, traceDecision, traceRejected } from './decisions.ts'
import { all, errorNotify, find, notifyOf } from './message-rules.ts'
import { detectNat, natDetectionPayloads, natText } from './nat.ts'
import { statusNotify } from './notifies.ts'
import { natTPort, notifyName, sendClear } from './packets.ts'
import {
  abilityNotifies,
  deriveKeys,
  exportKeys,
  nonceLength,
  nonceProblem,
  readAbilities,
  readRequests,
  traceProposals,
} from './sa-init-shared.ts'
import { type Keyed, noSpi, type PeerRequests, type SaInitSent } from './session.ts'
import { isDhGroup, returnedSuite, suiteOf, wireProposals } from './suites.ts'
import { saInitVendorIds, traceVendorIds } from './vendors.ts'

const request = 'IKE_SA_INIT request'
const response = 'IKE_SA_INIT response'

/** A COOKIE and another group may each be asked for; an attacker can ask for ever (attacks A15, D5). */
const maxRestarts = 3

/** Why a negotiation cannot begin. */
export interface Failed {
  readonly failed: string
}

/** Sends the first message: the policy of the local address, the first group of its first proposal. */
export const startSaInit = (
  ctx: IkeV2Context,
  out: Outbox,
  session: {
    readonly id: number
    readonly connection: number
    readonly local: Endpoint
    readonly peer: Endpoint
    readonly profile: string | null
  },
): SaInitSent | Failed => {
  const { local, peer, profile } = session
  out.trace('ike:v2_sa_requested', { local: local.address, peer: peer.address, profile })
  const policy = ikeV2Policy(ctx.selection, { localAddress: local.address })
  traceDecision(out, 'which IKEv2 policy?', request, policy)
  const [first] = policy.proposals
  const [group] = first?.groups ?? []
  out.trace('ike:v2_policy_searched', {
    local: local.address,
    policy: policy.choice,
    byDefault: policy.choice === 'default',
  })
  if (!first || group === undefined) {
    traceRejected(out, request, peer.address, {
      code: 'no-ikev2-policy',
      detail: `no IKEv2 policy with a proposal serves ${local.address}`,
      notify: null,
    })
    return { failed: 'no policy' }
  }
  return send(ctx, out, {
    ...session,
    state: 'I_SA_INIT',
    role: 'I',
    spiI: freshSpi(ctx),
    spiR: noSpi,
    createdAt: ctx.now,
    refused: null,
    proposals: policy.proposals,
    dh: dhKeyPair(group, ctx.random),
    nonce: ctx.random(nonceLength),
    cookie: null,
    restarts: 0,
    groupChanged: false,
  })
}

/** Eight octets that are not all zero (RFC 7296 §3.1). */
export const freshSpi = (ctx: Pick<IkeV2Context, 'random'>): Uint8Array => {
  const spi = ctx.random(8)
  return spi.some((octet) => octet !== 0) ? spi : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1)
}

const send = (ctx: IkeV2Context, out: Outbox, session: Omit<SaInitSent, 'request' | 'flight'>): SaInitSent => {
  const { local, peer, spiI, spiR, proposals, dh, nonce, cookie } = session
  out.trace('ike:v2_dh_computed', { what: 'public key', group: dh.group, passed: true })
  out.trace('ike:v2_generating', { message: request })
  traceProposals(out, proposals, false)
  const pretend = profileNamed(ctx, session.profile)?.forceEncapsulation ?? false
  const payloads: readonly IkeV2Payload[] = [
    ...(cookie ? [statusNotify('COOKIE', cookie)] : []),
    { type: 'SA', proposals: wireProposals(proposals, new Uint8Array()) },
    { type: 'KE', group: dh.group, data: dh.publicValue },
    { type: 'NONCE', data: nonce },
    ...saInitVendorIds,
    ...(ctx.settings.natTraversal ? natDetectionPayloads({ spiI, spiR, local, peer }, pretend) : []),
    ...abilityNotifies(ctx),
  ]
  const sent = sendClear(
    out,
    { local, peer, spiI, spiR, role: 'I', exchange: 'IKE_SA_INIT', response: false, messageId: 0 },
    payloads,
  )
  return { ...session, flight: sent.flight, request: sent.message }
}

/** What IKE_AUTH goes on from. */
export interface SaInitDone {
  readonly session: Keyed & { readonly role: 'I' }
  readonly requests: PeerRequests
}

/**
 * The answer to IKE_SA_INIT. Nothing protects it, so an error is a hint: it is kept, and counts only if no better answer
 * comes before the next retransmission (RFC 7296 §2.21.1).
 */
export const receiveSaInitResponse = (
  ctx: IkeV2Context,
  out: Outbox,
  session: SaInitSent,
  payloads: readonly IkeV2Payload[],
  received: { readonly spiR: Uint8Array; readonly message: Uint8Array },
): SaInitSent | SaInitDone => {
  const cookie = notifyOf(payloads, ikeV2NotifyType.COOKIE)
  if (cookie) return returnCookie(ctx, out, session, cookie.data)
  const otherGroup = notifyOf(payloads, ikeV2NotifyType.INVALID_KE_PAYLOAD)
  if (otherGroup) return changeGroup(ctx, out, session, otherGroup.data)
  const error = errorNotify(payloads)
  if (error) {
    out.trace('ike:v2_notify_received', {
      message: response,
      notify: notifyName(error.notifyType),
      protected: false,
    })
    return {
      ...session,
      refused: { message: response, code: `peer-said-${notifyName(error.notifyType)}` },
    }
  }
  return complete(ctx, out, session, payloads, received)
}

const returnCookie = (ctx: IkeV2Context, out: Outbox, session: SaInitSent, cookie: Uint8Array): SaInitSent => {
  if (session.restarts >= maxRestarts || cookie.length === 0 || cookie.length > 64) return session
  out.trace('ike:v2_notify_received', { message: response, notify: 'COOKIE', protected: false })
  out.trace('ike:v2_cookie', { what: 'returned' })
  return send(ctx, out, { ...session, cookie: cookie.slice(), restarts: session.restarts + 1 })
}

/** Another group counts only if we offered it, and only once. */
const changeGroup = (ctx: IkeV2Context, out: Outbox, session: SaInitSent, data: Uint8Array): SaInitSent => {
  const wanted = data.length === 2 ? u16At(data, 0) : 0
  const offered = session.proposals.some(({ groups }) => groups.some((group) => group === wanted))
  out.trace('ike:v2_notify_received', { message: response, notify: 'INVALID_KE_PAYLOAD', protected: false })
  if (
    session.groupChanged ||
    session.restarts >= maxRestarts ||
    !offered ||
    !isDhGroup(wanted) ||
    wanted === session.dh.group
  )
    return { ...session, refused: { message: response, code: 'peer-said-INVALID_KE_PAYLOAD' } }
  out.trace('ike:v2_group_changed', { from: session.dh.group, to: wanted })
  return send(ctx, out, {
    ...session,
    dh: dhKeyPair(wanted, ctx.random),
    groupChanged: true,
    restarts: session.restarts + 1,
  })
}

const complete = (
  ctx: IkeV2Context,
  out: Outbox,
  session: SaInitSent,
  payloads: readonly IkeV2Payload[],
  received: { readonly spiR: Uint8Array; readonly message: Uint8Array },
): SaInitSent | SaInitDone => {
  out.trace('ike:v2_processing', { message: response })
  traceVendorIds(out, payloads)
  const refuse = (code: RejectCode, detail: string): SaInitSent => {
    traceRejected(out, response, session.peer.address, { code, detail, notify: null })
    return { ...session, refused: { message: response, code } }
  }
  const sa = find(payloads, 'SA')
  const ke = find(payloads, 'KE')
  const nonce = find(payloads, 'NONCE')
  if (!sa || !ke || !nonce) return refuse('payload-missing', 'the response lacks SA, KE or nonce')
  if (received.spiR.every((octet) => octet === 0)) return refuse('no-responder-spi', 'the responder SPI is zero')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse('bad-nonce', problem)
  if (toHex(nonce.data) === toHex(session.nonce) || toHex(ke.data) === toHex(session.dh.publicValue))
    return refuse('reflected', 'the nonce or the public value is our own')
  const suite = returnedSuite(ctx.selection, session.proposals, sa.proposals)
  if (typeof suite === 'string') return refuse('chosen-proposal-was-not-offered', suite)
  const { agreed } = suite
  if (!agreed) throw new Error('a returned suite without a suite')
  traceDecision(out, 'which IKE proposal?', response, suite)
  if (agreed.group !== session.dh.group || ke.group !== session.dh.group)
    return refuse('group-mismatch', `the response is for group ${ke.group}, our value is of group ${session.dh.group}`)
  const { spiI, local, peer } = session
  const { spiR } = received
  const nat = detectNat({ spiI, spiR, local, peer }, payloads) ?? { selfBehind: false, peerBehind: false }
  const exchanged = { suite: suiteOf(agreed), nonceI: session.nonce, nonceR: nonce.data.slice(), spiI, spiR }
  const requests = readRequests(payloads)
  const derived = deriveKeys(out, session.dh, ke.data, exchanged)
  if ('refused' in derived) return refuse('bad-public-value', derived.refused)
  exportKeys(ctx, out, exchanged, derived.keys)
  const float = nat.selfBehind || nat.peerBehind
  out.trace('ike:v2_nat_checked', { behindNat: natText(nat), float })
  for (const { notifyType } of all(payloads, 'NOTIFY'))
    if (notifyType === ikeV2NotifyType.HTTP_CERT_LOOKUP_SUPPORTED)
      out.trace('ike:v2_notify_received', { message: response, notify: notifyName(notifyType), protected: false })
  out.trace('ike:v2_sa_init_complete', { peer: peer.address })
  return {
    session: {
      id: session.id,
      connection: session.connection,
      role: 'I',
      local: float ? { ...local, port: natTPort } : local,
      peer: float ? { ...peer, port: natTPort } : peer,
      profile: session.profile,
      createdAt: session.createdAt,
      refused: null,
      ...exchanged,
      keys: derived.keys,
      initRequest: session.request,
      initResponse: received.message.slice(),
      nat,
      abilities: readAbilities(payloads),
    },
    requests,
  }
}
