import { type Certificate, type CrlAnswers, type CrlRequest, type Trustpoint, validateChain } from '../../pki/index.ts'
import {
  extendedKeyUsageFits,
  identityInCertificate,
  matchesCertificateMap,
  validationRefusal,
} from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { encodePayloadBody } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { authenticationHash, proofIsGood } from './authentication.ts'
import type { IkeV1Context } from './context.ts'
import { traceDecision } from './identify-peer.ts'
import { reject } from './main-mode-shared.ts'
import { find } from './message-rules.ts'
import { type Mm4Sent, type Mm5Sent, type PendingPeer, saState } from './session.ts'

/** What MM5 or MM6 proved. `waiting`: a CRL has to be fetched first. */
type PeerVerdict =
  | { readonly outcome: 'authenticated'; readonly profile: string | null; readonly certificate: Certificate | null }
  | { readonly outcome: 'rejected'; readonly code: RejectCode; readonly detail: string }
  | { readonly outcome: 'waiting'; readonly request: CrlRequest }

const certificateMapMatches =
  (ctx: IkeV1Context) =>
  (name: string, certificate: Certificate): boolean => {
    const map = ctx.selection.certificateMaps.find((candidate) => candidate.name === name)
    return map !== undefined && matchesCertificateMap(map, certificate).choice
  }

const mergedAnswers = (known: CrlAnswers, fetched: PendingPeer['answers']): CrlAnswers => ({
  get: (url, request) => fetched.get(url) ?? known.get(url, request),
})

/** Validates the certificate chain against the trust points that the profile leaves; null where it is valid. */
const validateCertificate = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent | Mm5Sent,
  pending: PendingPeer,
  leaf: Certificate,
): PeerVerdict | null => {
  const { chain, handle } = pending
  const { trustpoints } = ctx.selection.store
  const isAllowed = ({ name }: Trustpoint): boolean => pending.anchors === null || pending.anchors.includes(name)
  const result = validateChain({
    chain,
    anchors: trustpoints.filter(isAllowed),
    store: ctx.selection.store,
    now: ctx.now,
    crls: mergedAnswers(ctx.crls, pending.answers),
    matchesCertificateMap: certificateMapMatches(ctx),
    ocsp: ctx.selection.knobs['pki.ocsp'],
    ...(ctx.selection.abilities ? { abilities: ctx.selection.abilities } : {}),
  })
  if (result.result === 'needs-crl') {
    const { request } = result
    out.trace('pki:crl_requested', {
      handle,
      url: request.url,
      via: request.via,
      issuer: request.issuer.ios,
      trustpoint: request.trustpoint,
    })
    return { outcome: 'waiting', request }
  }
  for (const step of result.steps) out.trace('pki:validation_step', { handle, ...step })
  const where = { handle, peer: session.peer.address, role: session.role, saState: saState(session) }
  const refused = result.result === 'rejected' ? result : usageRefusal(ctx, out, session, pending, leaf)
  if (!refused) {
    const trustpoint = result.trustpoint ?? ''
    out.trace('pki:validation_succeeded', { ...where, trustpoint, subject: leaf.subject.ios })
    return null
  }
  const { code, detail } = refused
  out.trace('pki:validation_failed', {
    ...where,
    code,
    subject: leaf.subject.ios,
    issuer: leaf.issuer.ios,
    serial: leaf.serial,
    detail,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
  })
  return {
    outcome: 'rejected',
    code: validationRefusal(code, leaf, ctx.selection.store, pending.anchors),
    detail,
  }
}

/** A certificate that is good in itself, and not for this role. One without the extension is not asked about. */
const usageRefusal = (
  { selection }: IkeV1Context,
  out: Outbox,
  { role }: Mm4Sent | Mm5Sent,
  { message }: PendingPeer,
  certificate: Certificate,
): { readonly code: 'extended-key-usage-forbids-ike'; readonly detail: string } | null => {
  if (!certificate.extendedKeyUsage) return null
  const fits = extendedKeyUsageFits(selection, { certificate, role: role === 'I' ? 'responder' : 'initiator' })
  traceDecision(out, 'does the extended key usage fit the role?', message, fits)
  if (fits.choice === 'accepted') return null
  return { code: 'extended-key-usage-forbids-ike', detail: fits.candidates[0]?.reason ?? '' }
}

const keyFits = (certificate: Certificate, authentication: string): boolean =>
  certificate.keyType === (authentication === 'ecdsa-sig' ? 'ec' : 'rsa')

/**
 * The second half of MM5 and MM6: is the certificate good, and does the proof hold (ios-semantics §1.6). A CRL that is
 * missing interrupts it; it begins again with each answer.
 */
export const validatePeer = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent | Mm5Sent,
  pending: PendingPeer,
): PeerVerdict => {
  const { message, identity } = pending
  const { authentication } = session.agreement.policy
  const certificate = pending.chain[0] ?? null
  if (certificate) {
    const failure = validateCertificate(ctx, out, session, pending, certificate)
    if (failure) return failure
    if (!keyFits(certificate, authentication))
      return {
        outcome: 'rejected',
        code: 'certificate-key-of-other-kind',
        detail: `the certificate holds a key of kind ${certificate.keyType}, agreed was ${authentication}`,
      }
  }
  const idPayload = find(pending.payloads, 'ID')
  const proof = find(pending.payloads, authentication === 'pre-share' ? 'HASH' : 'SIG')
  if (!idPayload || !proof) throw new Error('the rules of MM5 and MM6 ask for an identity and a proof')
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
  return { outcome: 'authenticated', profile: pending.profile, certificate }
}

/** Refuses the peer's proof; the session waits for another. */
export const refuseProof = <S extends Mm4Sent | Mm5Sent>(
  out: Outbox,
  session: S,
  message: 'MM5' | 'MM6',
  { code, detail }: { readonly code: RejectCode; readonly detail: string },
): S => {
  reject(out, session, message, code, detail)
  return { ...session, pending: null, refused: { message, code } }
}
