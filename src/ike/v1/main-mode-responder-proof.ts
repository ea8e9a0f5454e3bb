import { signatureKeyType } from '../../selection/index.ts'
import { notifyType } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { identifyPeer, profileNamed } from './identify-peer.ts'
import {
  chooseCertificate,
  establish,
  fromPeer,
  processComplete,
  processMainMode,
  readRequests,
  sendProof,
  signingTrustpoint,
  stateChanged,
} from './main-mode-shared.ts'
import { all } from './message-rules.ts'
import { traceDecrypted } from './packets.ts'
import type { Established, Mm4Sent, PendingPeer, ReceivedProof } from './session.ts'
import { refuseProof, validatePeer } from './validate-peer.ts'

/* The responder's last step of main mode: how both ends prove who they are. */

/** MM5: who the initiator says it is, and which profile that binds; then its proof. */
export const receiveMm5 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent,
  proof: ReceivedProof,
): Mm4Sent | Established => {
  stateChanged(out, fromPeer, 'IKE_R_MM4', 'IKE_R_MM5')
  traceDecrypted(out, 'MM5', 0, proof.payloads)
  const identified = identifyPeer(ctx, out, session, proof)
  return identified.outcome === 'rejected'
    ? refuseProof(out, session, 'MM5', identified)
    : validateMm5(ctx, out, session, identified.pending)
}

/** MM5 → MM6: validates the peer, and only then proves itself. A CRL that is missing interrupts it; its answer comes here again. */
export const validateMm5 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm4Sent,
  pending: PendingPeer,
): Mm4Sent | Established => {
  const verdict = validatePeer(ctx, out, session, pending)
  if (verdict.outcome === 'waiting') {
    out.push({ kind: 'fetch-crl', sa: session.id, request: verdict.request })
    return { ...session, pending }
  }
  if (verdict.outcome === 'rejected') return refuseProof(out, session, 'MM5', verdict)
  const contact = all(pending.payloads, 'NOTIFY').some((payload) => payload.notifyType === notifyType.INITIAL_CONTACT)
  if (contact)
    out.trace('ike:initial_contact_received', {
      local: session.local.address,
      peer: session.peer.address,
      peerPort: session.peer.port,
    })
  stateChanged(out, processMainMode, 'IKE_R_MM5', 'IKE_R_MM5')

  // A peer that asks only in MM5 (strongSwan) still steers which certificate goes into MM6: the choice is made here.
  const requests = readRequests(session.requests, pending.payloads)
  const profile = profileNamed(ctx, verdict.profile)
  const fresh = requests.length - session.requests.length
  const own =
    fresh > 0 && (session.requests.length === 0 || session.own?.choice == null)
      ? chooseCertificate(ctx, out, 'responder', 'MM5', session.agreement.policy, profile, requests, fresh)
      : session.own
  const trustpoint = signingTrustpoint(ctx, own?.choice ?? null)
  if (signatureKeyType(session.agreement.policy) && !trustpoint) {
    out.trace('ike:no_own_certificate', {
      peer: session.peer.address,
      detail: 'no CERTREQ of the peer names a CA from which this router holds a certificate',
    })
    return refuseProof(out, session, 'MM5', {
      code: 'no-certificate-for-any-request',
      detail: 'no CERTREQ of the peer names a CA from which this router holds a certificate',
    })
  }
  const proof = sendProof(ctx, out, { ...session, iv: pending.iv, requests }, 'MM6', profile, trustpoint, session.nat)
  stateChanged(out, processComplete, 'IKE_R_MM5', 'IKE_P1_COMPLETE')
  stateChanged(out, 'IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE', 'IKE_P1_COMPLETE', 'IKE_P1_COMPLETE')
  out.trace('ike:phase1_complete', { local: session.local.address, peer: session.peer.address })
  const established = establish(
    ctx,
    { ...session, requests, initialContact: contact },
    {
      iv: proof.iv,
      profile: verdict.profile,
      certificate: verdict.certificate,
      ownTrustpoint: proof.trustpoint,
      pending,
    },
  )
  return { ...established, flight: proof.flight }
}
