import { type Certificate, parseCertificate } from '../../pki/index.ts'
import {
  bindProfile,
  type IsakmpProfile,
  initiatorIdentityCheck,
  keyringOfProfileHolds,
  type ReceivedIdentity,
  rebindByCertificate,
  validationTrustpoints,
} from '../../selection/index.ts'
import { bareDecision, type Decision, type MessageName, type RejectCode } from '../../trace/index.ts'
import { certificateEncoding, payloadType } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { identityText } from './identity.ts'
import { all, find } from './message-rules.ts'
import { type Mm4Sent, type Mm5Sent, type PendingPeer, type ReceivedProof, saState } from './session.ts'

/*
 * The first half of what a side does with MM5 or MM6: who is this, which profile counts for it, what did it bring. It is
 * done once for each message; validate-peer.ts does the second half, again after each CRL that had to be fetched.
 */

export const traceDecision = (
  out: Outbox,
  question: string,
  message: MessageName | null,
  decision: Decision<string | readonly string[] | null>,
): void => out.trace('ike:decision', { question, message, decision: bareDecision(decision) })

export const profileNamed = (ctx: IkeV1Context, name: string | null): IsakmpProfile | null =>
  ctx.selection.profiles.find((profile) => profile.name === name) ?? null

/** Which profile counts for this peer: the responder binds by identity, the initiator keeps its own and checks it. */
const profileByIdentity = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent | Mm5Sent,
  message: MessageName,
  identity: ReceivedIdentity,
): { readonly profile: string | null; readonly refused?: string } => {
  const own = session.role === 'I' ? profileNamed(ctx, session.profile) : null
  if (own) {
    const check = initiatorIdentityCheck(ctx.selection, {
      profile: own,
      identity,
      localAddress: session.local.address,
    })
    traceDecision(out, 'does the responder fit the profile?', message, check)
    out.trace('ike:profile_bound', {
      profile: check.choice === 'accepted' ? own.name : null,
      by: check.choice === 'accepted' ? 'configuration' : 'none',
    })
    return check.choice === 'rejected'
      ? { profile: own.name, refused: `${identity.value} matches no statement of profile ${own.name}` }
      : { profile: own.name }
  }
  const bound = bindProfile(ctx.selection, { identity, localAddress: session.local.address })
  traceDecision(out, 'which profile binds?', message, bound)
  out.trace('ike:profile_bound', { profile: bound.choice, by: bound.choice === null ? 'none' : 'identity' })
  return { profile: bound.choice }
}

const readChain = (out: Outbox, session: Mm4Sent | Mm5Sent, proof: ReceivedProof): readonly Certificate[] | string => {
  const chain: Certificate[] = []
  for (const payload of all(proof.payloads, 'CERT')) {
    if (payload.encoding !== certificateEncoding.X509_SIGNATURE) continue
    const parsed = parseCertificate(payload.data)
    if (!parsed.ok) {
      out.trace('ike:peer_certificate_malformed', { detail: parsed.reject.detail })
      return parsed.reject.detail
    }
    const { subject, issuer, serial } = parsed.value
    out.trace('ike:peer_certificate', {
      encoding: payload.encoding,
      subject: subject.ios,
      issuer: issuer.ios,
      serial,
      role: session.role,
      saState: saState(session),
      peer: session.peer.address,
      handle: proof.handle,
      first: chain.length === 0,
    })
    chain.push(parsed.value)
  }
  return chain
}

const rebound = (
  ctx: IkeV1Context,
  out: Outbox,
  message: MessageName,
  certificate: Certificate,
  bound: string | null,
): string | null => {
  const again = rebindByCertificate(ctx.selection, { certificate, bound })
  if (again.candidates.length > 0) traceDecision(out, 'does a certificate map bind another profile?', message, again)
  if (again.choice !== bound) out.trace('ike:profile_bound', { profile: again.choice, by: 'certificate-map' })
  return again.choice
}

const keyringRefused = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent | Mm5Sent,
  message: MessageName,
  name: string | null,
): string | null => {
  const profile = profileNamed(ctx, name)
  if (!profile || session.keyring === null || session.role === 'I') return null
  const holds = keyringOfProfileHolds(ctx.selection, profile, session.keyring)
  traceDecision(out, 'is the key of a keyring of the profile?', message, {
    ...holds,
    choice: holds.choice ? 'yes' : 'no',
  })
  return holds.choice
    ? null
    : `the key came from keyring ${session.keyring}, which profile ${profile.name} does not name`
}

/** What stands after the ID payload, as its next-payload field says. */
const following = ({ payloads }: ReceivedProof): number => {
  const index = payloads.findIndex(({ type }) => type === 'ID')
  const next = payloads[index + 1]
  return next?.type === 'CERT' || next?.type === 'HASH' || next?.type === 'SIG'
    ? payloadType[next.type]
    : payloadType.NONE
}

/** A peer that is known by what it says of itself, or why its message is refused. Nothing is proved yet. */
export type Identified =
  | { readonly outcome: 'identified'; readonly pending: PendingPeer }
  | { readonly outcome: 'rejected'; readonly code: RejectCode; readonly detail: string }

const refused = (code: RejectCode, detail: string): Identified => ({ outcome: 'rejected', code, detail })

/** In IOS's order: identity, profile, then the keyring or the certificates (ios-semantics §1.6). */
export const identifyPeer = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent | Mm5Sent,
  proof: ReceivedProof,
): Identified => {
  const { message, identity } = proof
  const idPayload = find(proof.payloads, 'ID')
  if (!idPayload) throw new Error('the rules of MM5 and MM6 ask for an ID payload')
  out.trace('ike:peer_identity', { nextPayload: following(proof), identity: identityText(identity, idPayload) })
  const bound = profileByIdentity(ctx, out, session, message, identity)
  if (bound.refused !== undefined) return refused('peer-identity-outside-profile', bound.refused)
  const known = { ...proof, answers: new Map() }
  if (session.agreement.policy.authentication === 'pre-share') {
    const keyring = keyringRefused(ctx, out, session, message, bound.profile)
    if (keyring !== null) return refused('preshared-key-outside-profile-keyrings', keyring)
    return { outcome: 'identified', pending: { ...known, profile: bound.profile, chain: [], anchors: null } }
  }
  const chain = readChain(out, session, proof)
  if (typeof chain === 'string') return refused('malformed-certificate', chain)
  const [leaf] = chain
  if (!leaf) return refused('no-certificate', 'the peer sent no certificate that can be used')
  const profile = session.role === 'R' ? rebound(ctx, out, message, leaf, bound.profile) : bound.profile
  const named = profileNamed(ctx, profile)
  const anchors = validationTrustpoints(ctx.selection, named)
  traceDecision(out, 'which trust points validate?', message, anchors)
  out.trace('pki:validation_begun', {
    handle: proof.handle,
    peer: session.peer.address,
    role: session.role,
    saState: saState(session),
    list: anchors.choice,
    keyringOfProfile: (named?.keyrings.length ?? 0) > 0,
  })
  return { outcome: 'identified', pending: { ...known, profile, chain, anchors: anchors.choice } }
}
