import {
  type Certificate,
  type CrlAnswers,
  type CrlRequest,
  parseCertificate,
  type Trustpoint,
  validateChain,
} from '../../pki/index.ts'
import {
  bindProfile,
  type IsakmpProfile,
  identityInCertificate,
  initiatorIdentityCheck,
  keyringOfProfileHolds,
  matchesCertificateMap,
  type ReceivedIdentity,
  rebindByCertificate,
  validationTrustpoints,
} from '../../selection/index.ts'
import type { Decision, MessageName } from '../../trace/index.ts'
import { certificateEncoding, encodePayloadBody, payloadType } from '../../wire/index.ts'
import { Outbox } from '../effects.ts'
import { authenticationHash, proofIsGood } from './authentication.ts'
import type { IkeV1Context } from './context.ts'
import { identityText } from './identity.ts'
import { all, find } from './message-rules.ts'
import { type Mm4Sent, type Mm5Sent, type PendingPeer, saState } from './session.ts'

/** What MM5 or MM6 proved. `waiting`: a CRL has to be fetched first. */
export type PeerVerdict =
  | { readonly outcome: 'authenticated'; readonly profile: string | null; readonly certificate: Certificate | null }
  | { readonly outcome: 'rejected'; readonly code: string; readonly detail: string }
  | { readonly outcome: 'waiting'; readonly request: CrlRequest }

type Waiting = Mm4Sent | Mm5Sent

export const traceDecision = (
  out: Outbox,
  question: string,
  message: MessageName | null,
  decision: Decision<string | readonly string[] | null>,
): void => out.trace('ike:decision', { question, message, decision })

const profileNamed = (ctx: IkeV1Context, name: string | null): IsakmpProfile | null =>
  ctx.selection.profiles.find((profile) => profile.name === name) ?? null

/** Which profile counts for this peer: the responder binds by identity, the initiator keeps its own and checks it. */
const profileByIdentity = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Waiting,
  message: MessageName,
  identity: ReceivedIdentity,
): { readonly profile: string | null; readonly refused?: string } => {
  const own = session.role === 'I' ? profileNamed(ctx, session.profile) : null
  if (own) {
    const check = initiatorIdentityCheck(ctx.selection, { profile: own, identity })
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

const certificateMapMatches =
  (ctx: IkeV1Context) =>
  (name: string, certificate: Certificate): boolean => {
    const map = ctx.selection.certificateMaps.find((candidate) => candidate.name === name)
    return map !== undefined && matchesCertificateMap(map, certificate).choice
  }

const readChain = (out: Outbox, session: Waiting, pending: PendingPeer): readonly Certificate[] | string => {
  const chain: Certificate[] = []
  for (const payload of all(pending.payloads, 'CERT')) {
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
      handle: pending.handle,
      first: chain.length === 0,
    })
    chain.push(parsed.value)
  }
  return chain
}

const mergedAnswers = (known: CrlAnswers, fetched: PendingPeer['answers']): CrlAnswers =>
  fetched.size === 0 ? known : new Map([...known, ...fetched])

/** Validates the certificate chain against the trust points that the profile leaves. */
const validateCertificate = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Waiting,
  pending: PendingPeer,
  chain: readonly Certificate[],
  profile: IsakmpProfile | null,
): PeerVerdict | null => {
  const [leaf] = chain
  if (!leaf)
    return { outcome: 'rejected', code: 'no-certificate', detail: 'the peer sent no certificate that can be used' }
  const allowed = validationTrustpoints(ctx.selection, profile)
  const { trustpoints } = ctx.selection.store
  const anchors: readonly Trustpoint[] =
    allowed.choice === null ? trustpoints : trustpoints.filter(({ name }) => allowed.choice?.includes(name))
  const result = validateChain({
    chain,
    anchors,
    store: ctx.selection.store,
    now: ctx.now,
    crls: mergedAnswers(ctx.crls, pending.answers),
    matchesCertificateMap: certificateMapMatches(ctx),
  })
  const first = pending.answers.size === 0
  const where = { handle: pending.handle, peer: session.peer.address, role: session.role, saState: saState(session) }
  if (first) {
    traceDecision(out, 'which trust points validate?', pending.message, allowed)
    out.trace('pki:validation_begun', {
      ...where,
      list: allowed.choice,
      keyringOfProfile: (profile?.keyrings.length ?? 0) > 0,
    })
  }
  if (result.result === 'needs-crl') {
    const { request } = result
    out.trace('pki:crl_requested', {
      handle: pending.handle,
      url: request.url,
      via: request.via,
      issuer: request.issuer.ios,
      trustpoint: request.trustpoint,
    })
    return { outcome: 'waiting', request }
  }
  for (const step of result.steps) out.trace('pki:validation_step', { handle: pending.handle, ...step })
  if (result.result === 'rejected') {
    out.trace('pki:validation_failed', {
      ...where,
      code: result.code,
      subject: leaf.subject.ios,
      issuer: leaf.issuer.ios,
      serial: leaf.serial,
      detail: result.detail,
      notBefore: leaf.notBefore,
      notAfter: leaf.notAfter,
    })
    const outside =
      result.code === 'no-suitable-trustpoint' &&
      allowed.choice !== null &&
      trustpoints.some(
        ({ ca, name }) => ca && !allowed.choice?.includes(name) && sameDer(ca.subject.der, leaf.issuer.der),
      )
    return {
      outcome: 'rejected',
      code: outside ? 'certificate-outside-profile-trustpoints' : result.code,
      detail: result.detail,
    }
  }
  out.trace('pki:validation_succeeded', { ...where, trustpoint: result.trustpoint, subject: leaf.subject.ios })
  return null
}

const sameDer = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, index) => octet === b[index])

/** Everything a side checks in MM5 or MM6, in IOS's order: identity, profile, certificate, signature (ios-semantics §1.6). */
export const authenticatePeer = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Waiting,
  pending: PendingPeer,
): PeerVerdict => {
  const { message, identity } = pending
  const idPayload = find(pending.payloads, 'ID')
  if (!idPayload) throw new Error('the rules of MM5 and MM6 ask for an ID payload')
  const resumed = pending.answers.size > 0
  // A resumed step repeats its decisions, which are pure; only what is new goes into the trace.
  const quiet = resumed ? new Outbox(out.connection) : out
  quiet.trace('ike:peer_identity', { nextPayload: following(pending), identity: identityText(identity, idPayload) })
  const byIdentity = profileByIdentity(ctx, quiet, session, message, identity)
  if (byIdentity.refused !== undefined)
    return { outcome: 'rejected', code: 'peer-identity-outside-profile', detail: byIdentity.refused }
  let profile = byIdentity.profile
  let certificate: Certificate | null = null

  if (session.agreement.policy.authentication === 'pre-share') {
    const keyring = keyringRefused(ctx, quiet, session, message, profile)
    if (keyring !== null)
      return { outcome: 'rejected', code: 'preshared-key-outside-profile-keyrings', detail: keyring }
  } else {
    const chain = readChain(quiet, session, pending)
    if (typeof chain === 'string') return { outcome: 'rejected', code: 'malformed-certificate', detail: chain }
    const [leaf] = chain
    if (leaf && session.role === 'R') profile = rebound(ctx, quiet, message, leaf, profile)
    const failure = validateCertificate(ctx, out, session, pending, chain, profileNamed(ctx, profile))
    if (failure) return failure
    certificate = leaf ?? null
    if (leaf && !keyFits(leaf, session.agreement.policy.authentication))
      return {
        outcome: 'rejected',
        code: 'certificate-key-of-other-kind',
        detail: `the certificate holds a key of kind ${leaf.keyType}, agreed was ${session.agreement.policy.authentication}`,
      }
  }

  const proof = find(pending.payloads, session.agreement.policy.authentication === 'pre-share' ? 'HASH' : 'SIG')
  if (!proof) throw new Error('the rules of MM5 and MM6 ask for a proof')
  const hash = authenticationHash(session.role === 'I' ? 'R' : 'I', session, encodePayloadBody(idPayload), certificate)
  const good = proofIsGood(hash, proof, certificate)
  out.trace('ike:signature_checked', { good, kind: proof.type })
  if (!good)
    return {
      outcome: 'rejected',
      code: proof.type === 'SIG' ? 'signature-invalid' : 'authentication-hash-invalid',
      detail: `the peer's ${proof.type} does not prove its identity`,
    }
  if (certificate) {
    const named = identityInCertificate(identity, certificate)
    traceDecision(out, 'does the certificate name the identity?', message, {
      ...named,
      choice: named.choice ? 'yes' : 'no',
    })
    if (!named.choice)
      out.trace('ike:identity_not_in_certificate', {
        idType: identity.type,
        id: identity.value,
        certificateValue: named.certificateValue,
      })
  }
  out.trace('ike:peer_authenticated', {
    local: session.local.address,
    peer: session.peer.address,
    peerPort: session.peer.port,
  })
  return { outcome: 'authenticated', profile, certificate }
}

const keyFits = (certificate: Certificate, authentication: string): boolean =>
  certificate.keyType === (authentication === 'ecdsa-sig' ? 'ec' : 'rsa')

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
  session: Waiting,
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
const following = (pending: PendingPeer): number => {
  const index = pending.payloads.findIndex(({ type }) => type === 'ID')
  const next = pending.payloads[index + 1]
  return next?.type === 'CERT' || next?.type === 'HASH' || next?.type === 'SIG'
    ? payloadType[next.type]
    : payloadType.NONE
}
