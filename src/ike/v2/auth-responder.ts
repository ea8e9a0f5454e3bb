import type { CrlRequest } from '../../pki/index.ts'
import type { IkeV2Profile } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { type IkeV2Payload, ikeV2NotifyType, u16Bytes } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { childNotifies, childPayloads, freshChildSpi, installChild, isEncapsulated, traceSelectors } from './child.ts'
import type { IkeV2Context } from './context.ts'
import { profileNamed, traceRejected } from './decisions.ts'
import { establish } from './established.ts'
import { notifyOf } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { type OwnMeans, ownMeans, ownProof } from './own-authentication.ts'
import { protectionOf, sendProtected } from './packets.ts'
import { authenticatePeer, readChain, searchProfile, type Waiting } from './peer-authentication.ts'
import { fragmentSizeFor } from './protection.ts'
import { readAbilities, readRequests } from './sa-init-shared.ts'
import type { Child, Established, Flight, Keyed, PendingPeer, SaInitAnswered } from './session.ts'
import { authVendorIds, traceVendorIds } from './vendors.ts'

const request = 'IKE_AUTH request'
const response = 'IKE_AUTH response'

export type AuthRequestResult =
  | { readonly outcome: 'refused'; readonly flight: Flight; readonly code: RejectCode }
  | { readonly outcome: 'waiting'; readonly session: SaInitAnswered; readonly fetch: CrlRequest | string }
  | {
      readonly outcome: 'established'
      readonly session: Established
      readonly flight: Flight
      readonly initialContact: boolean
    }

type KeyedAnswer = SaInitAnswered & Keyed

const reply = (ctx: IkeV2Context, out: Outbox, session: Keyed, payloads: readonly IkeV2Payload[]): Flight =>
  sendProtected(out, { ...session, exchange: 'IKE_AUTH', response: true, messageId: 1 }, payloads, {
    protection: protectionOf(session.suite, session.keys, 'R'),
    random: ctx.random,
    fragmentSize: fragmentSizeFor(ctx, session),
  })

/** `AUTHENTICATION_FAILED` and nothing else, whatever the reason was (RFC 7296 §2.21.2). */
export const refuseAuth = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Keyed,
  { code, detail }: { readonly code: RejectCode; readonly detail: string },
): Extract<AuthRequestResult, { outcome: 'refused' }> => {
  const notify = 'AUTHENTICATION_FAILED'
  traceRejected(out, request, session.peer.address, { code, detail, notify })
  out.trace('ike:v2_notify_sent', { message: response, notify, protected: true })
  return { outcome: 'refused', code, flight: reply(ctx, out, session, [statusNotify(notify)]) }
}

/**
 * IKE_AUTH as the responder takes it, or the same again with what was fetched. In IOS's order: the profile by identity,
 * the own certificate, the peer's proof, the child (ios-semantics §2.8, §7).
 */
export const receiveAuthRequest = (
  ctx: IkeV2Context,
  out: Outbox,
  session: KeyedAnswer,
  pending: PendingPeer,
): AuthRequestResult => {
  const { payloads } = pending
  const wait = (next: PendingPeer, waiting: Waiting): AuthRequestResult => ({
    outcome: 'waiting',
    session: { ...session, pending: next },
    fetch: 'crl' in waiting ? waiting.crl : waiting.certificate,
  })
  let current = pending
  let means: OwnMeans | null = null
  const abilities = { ...readAbilities(payloads), ...fromSaInit(session) }
  if (!current.chain) {
    out.trace('ike:v2_processing', { message: request })
    traceVendorIds(out, payloads)
    const chain = readChain(ctx, out, current)
    if ('outcome' in chain)
      return chain.outcome === 'waiting' ? wait(current, chain) : refuseAuth(ctx, out, session, chain)
    const found = searchProfile(ctx, out, session, current, chain[0] ?? null)
    if ('outcome' in found) return refuseAuth(ctx, out, session, found)
    current = { ...current, chain, profile: found.name }
    const own = meansFor(ctx, out, session, current, found, abilities)
    if ('code' in own) return refuseAuth(ctx, out, session, own)
    means = own
  }
  const profile = profileNamed(ctx, current.profile)
  if (!profile) throw new Error('the profile that was found is gone')
  const verdict = authenticatePeer(ctx, out, session, current, profile, session)
  if (verdict.outcome === 'waiting') return wait({ ...current, means: means ?? current.means }, verdict)
  if (verdict.outcome === 'rejected') return refuseAuth(ctx, out, session, verdict)
  const own = means ?? current.means
  if (!own) throw new Error('the own certificate was chosen before the peer was examined')
  const proof = ownProof(ctx, out, {
    side: 'R',
    message: response,
    profile,
    means: own,
    covered: session,
    abilities,
    localAddress: session.local.address,
  })
  const established = establish(ctx, out, {
    keyed: { ...session, abilities },
    profile,
    peerIdentity: current.identity,
    peerCertificate: verdict.certificate,
    peerMethod: verdict.method,
    ownIdentity: proof.identityText,
    ownTrustpoint: proof.trustpoint,
    ownMethod: proof.method,
    nextMessageId: 0,
    expectedMessageId: 2,
    answered: [],
    rekeyed: false,
  })
  const child = answerChild(ctx, out, established, payloads)
  const flight = reply(ctx, out, session, [
    ...authVendorIds,
    proof.identity,
    ...proof.certificates,
    proof.auth,
    ...child.payloads,
  ])
  return {
    outcome: 'established',
    session: child.child
      ? { ...established, children: [child.child] }
      : { ...established, queue: child.refused ? [{ kind: 'delete-ike', reason: child.refused }] : [] },
    flight,
    initialContact: notifyOf(payloads, ikeV2NotifyType.INITIAL_CONTACT) !== undefined,
  }
}

/** What IKE_SA_INIT said of the peer still holds; IKE_AUTH may add to it. */
const fromSaInit = ({
  abilities,
}: SaInitAnswered): Pick<SaInitAnswered['abilities'], 'fragmentation' | 'signatureHashes'> => ({
  fragmentation: abilities.fragmentation,
  signatureHashes: abilities.signatureHashes,
})

const meansFor = (
  ctx: IkeV2Context,
  out: Outbox,
  session: KeyedAnswer,
  { payloads, identity }: PendingPeer,
  profile: IkeV2Profile,
  abilities: SaInitAnswered['abilities'],
): ReturnType<typeof ownMeans> =>
  ownMeans(ctx, out, {
    role: 'responder',
    message: request,
    profile,
    requests: readRequests(payloads),
    abilities,
    peerAddress: session.peer.address,
    peerIdentity: identity,
  })

/** The child that came along: what goes into the response for it. */
const answerChild = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  payloads: readonly IkeV2Payload[],
): { readonly payloads: readonly IkeV2Payload[]; readonly child: Child | null; readonly refused: string | null } => {
  const asked = childPayloads(payloads)
  if (!asked) return { payloads: [], child: null, refused: null }
  const inbound = freshChildSpi(ctx)
  traceSelectors(out, 'received', asked.tsi, asked.tsr)
  const answer = ctx.children.answer({
    local: session.local.address,
    peer: session.peer.address,
    boundProfile: session.profile,
    ...asked,
    group: null,
    keyExchange: false,
    spi: inbound,
    udpEncapsulation: isEncapsulated(session),
  })
  for (const { name, data } of answer.events) out.trace(name, data as never)
  if (!answer.accepted) {
    const { code, detail, notify, group } = answer
    traceRejected(out, request, session.peer.address, { code, detail, notify })
    out.trace('ike:v2_notify_sent', { message: response, notify, protected: true })
    return {
      payloads: [statusNotify(notify, group === undefined ? undefined : u16Bytes(group))],
      child: null,
      refused: code,
    }
  }
  const outbound = spiOf(asked.proposals, answer.proposal.number)
  if (!outbound) {
    traceRejected(out, request, session.peer.address, {
      code: 'bad-spi',
      detail: 'the SPI of the child has not four octets',
      notify: 'NO_PROPOSAL_CHOSEN',
    })
    return { payloads: [statusNotify('NO_PROPOSAL_CHOSEN')], child: null, refused: 'bad-spi' }
  }
  traceSelectors(out, 'narrowed', answer.tsi, answer.tsr)
  const child = installChild(ctx, out, session, {
    child: answer.child,
    role: 'R',
    inbound,
    outbound,
    nonceI: session.nonceI,
    nonceR: session.nonceR,
    shared: null,
    rekeyed: false,
  })
  return {
    payloads: [
      { type: 'SA', proposals: [answer.proposal] },
      { type: 'TSi', selectors: answer.tsi },
      { type: 'TSr', selectors: answer.tsr },
      ...(answer.transport ? [statusNotify('USE_TRANSPORT_MODE')] : []),
      ...childNotifies(ctx.selection.ikev2.window),
    ],
    child,
    refused: null,
  }
}

/** The initiator's SPI in the proposal that was taken. */
export const spiOf = (
  proposals: readonly { readonly number: number; readonly spi: Uint8Array }[],
  number: number,
): Uint8Array | null => {
  const proposal = proposals.find((candidate) => candidate.number === number)
  return proposal?.spi.length === 4 ? proposal.spi.slice() : null
}
