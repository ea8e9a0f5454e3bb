import type { Payload } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { identifyPeer, profileNamed } from './identify-peer.ts'
import { readIdentity } from './identity.ts'
import {
  carry,
  chooseCertificate,
  derivePhase1,
  establish,
  fromPeer,
  processComplete,
  processMainMode,
  readRequests,
  reject,
  sendProof,
  sharedSecret,
  signingTrustpoint,
  stateChanged,
  traceNat,
} from './main-mode-shared.ts'
import { all, find } from './message-rules.ts'
import { detectNat, noNat } from './nat.ts'
import { traceDecrypted } from './packets.ts'
import type { Established, Mm3Sent, Mm5Sent, PendingPeer, ReceivedProof } from './session.ts'
import { refuseProof, validatePeer } from './validate-peer.ts'
import { readVendors } from './vendors.ts'

/* The initiator's second half of main mode: what it knows from MM4 on, and how both ends prove who they are. */

/** MM4 → MM5: derives the keys, chooses the certificate, proves who we are. */
export const receiveMm4 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm3Sent,
  payloads: readonly Payload[],
  connection: () => number,
): Mm5Sent | Mm3Sent => {
  stateChanged(out, fromPeer, 'IKE_I_MM3', 'IKE_I_MM4')
  const ke = find(payloads, 'KE')
  const nonce = find(payloads, 'NONCE')
  if (!ke || !nonce) throw new Error('the rules of MM4 ask for KE and NONCE')
  out.trace('ike:key_exchange_processed', {})
  out.trace('ike:nonce_processed', { messageId: 0 })
  const secret = sharedSecret(session.dh, ke.data, nonce.data)
  if (!('shared' in secret)) {
    reject(out, session, 'MM4', secret.code, secret.detail)
    return { ...session, refused: { message: 'MM4', code: secret.code } }
  }
  const { keys, iv } = derivePhase1(session.agreement, {
    nonceI: session.nonce,
    nonceR: nonce.data,
    publicI: session.dh.publicValue,
    publicR: ke.data,
    shared: secret.shared,
    cookieI: session.cookieI,
    cookieR: session.cookieR,
    preSharedKey: session.preSharedKey,
  })
  out.connection = connection()
  out.trace('ike:keys_derived', { connection: out.connection })
  if (ctx.settings.exportKeys)
    out.push({ kind: 'phase1-keys', cookieI: session.cookieI, encryptionKey: keys.encryptionKey })
  const requests = readRequests([], payloads)
  const named = profileNamed(ctx, session.profile)
  const choice = chooseCertificate(
    ctx,
    out,
    'initiator',
    'MM4',
    session.agreement.policy,
    named,
    requests,
    requests.length,
  )
  const abilities = readVendors(out, payloads, session.abilities)
  const nat = (session.agreement.natT ? detectNat(session, session.agreement.hash, payloads) : null) ?? noNat
  const float = nat.selfBehind || nat.peerBehind
  traceNat(out, nat, float)
  stateChanged(out, processMainMode, 'IKE_I_MM4', 'IKE_I_MM4')

  const floated = float
    ? {
        local: { ...session.local, port: 4500 },
        peer: { ...session.peer, port: session.peer.port === 500 ? 4500 : session.peer.port },
      }
    : {}
  const next: Mm5Sent = {
    ...carry(session),
    ...floated,
    state: 'I_MM5',
    initialContact: ctx.isFirstContact(session.peer.address),
    connection: out.connection,
    abilities,
    agreement: session.agreement,
    keys,
    iv,
    nat,
    requests,
    keyring: session.keyring,
    pending: null,
    ownTrustpoint: null,
    flight: null,
  }
  const trustpoint = signingTrustpoint(ctx, choice?.choice ?? null)
  if (choice && !trustpoint) {
    out.trace('ike:no_own_certificate', {
      peer: session.peer.address,
      detail: 'no CERTREQ of the peer names a CA from which this router holds a certificate',
    })
    reject(
      out,
      session,
      'MM4',
      'no-certificate-for-any-request',
      'no CERTREQ of the peer names a CA from which this router may send a certificate',
    )
    return {
      ...session,
      connection: out.connection,
      refused: { message: 'MM4', code: 'no-certificate-for-any-request' },
    }
  }
  const proof = sendProof(ctx, out, next, 'MM5', named, trustpoint, nat)
  stateChanged(out, processComplete, 'IKE_I_MM4', 'IKE_I_MM5')
  return { ...next, iv: proof.iv, flight: proof.flight, ownTrustpoint: proof.trustpoint }
}

/** MM6: the responder's proof. */
export const receiveMm6 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm5Sent,
  proof: ReceivedProof,
): Mm5Sent | Established => {
  traceDecrypted(out, 'MM6', 0, proof.payloads)
  const identified = identifyPeer(ctx, out, session, proof)
  return identified.outcome === 'rejected'
    ? refuseProof(out, session, 'MM6', identified)
    : validateMm6(ctx, out, session, identified.pending)
}

/** Examines the responder's proof; again when a CRL has come. */
export const validateMm6 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm5Sent,
  pending: PendingPeer,
): Mm5Sent | Established => {
  const verdict = validatePeer(ctx, out, session, pending)
  switch (verdict.outcome) {
    case 'waiting':
      out.push({ kind: 'fetch-crl', sa: session.id, request: verdict.request })
      return { ...session, pending }
    case 'rejected':
      return refuseProof(out, session, 'MM6', verdict)
    case 'authenticated': {
      stateChanged(out, fromPeer, 'IKE_I_MM5', 'IKE_I_MM6')
      stateChanged(out, processMainMode, 'IKE_I_MM6', 'IKE_I_MM6')
      stateChanged(out, processComplete, 'IKE_I_MM6', 'IKE_P1_COMPLETE')
      out.trace('ike:phase1_complete', { local: session.local.address, peer: session.peer.address })
      return establish(ctx, session, {
        iv: pending.iv,
        profile: verdict.profile ?? session.profile,
        certificate: verdict.certificate,
        ownTrustpoint: session.ownTrustpoint,
        pending,
      })
    }
  }
}

/** The parts of an opened MM6 or MM5 that authentication works on. */
export const proofFrom = (
  message: 'MM5' | 'MM6',
  payloads: readonly Payload[],
  iv: Uint8Array,
  digest: string,
  handle: string,
): ReceivedProof | null => {
  const [id] = all(payloads, 'ID')
  return id ? { message, payloads, iv, digest, identity: readIdentity(id), handle } : null
}
