import {
  cipherInfo,
  type DhKeyPair,
  deriveIkeV1Keys,
  phase1Iv,
  skeyidPreShared,
  skeyidSignature,
} from '../../crypto/index.ts'
import { keyBelongs, nameFromDer, type Trustpoint } from '../../pki/index.ts'
import {
  chooseOwnCertificate,
  type IsakmpPolicy,
  type IsakmpProfile,
  type OwnCertificateDecision,
  ownIdentity,
  type ReceivedRequest,
  type RequestedCa,
  signatureKeyType,
} from '../../selection/index.ts'
import type { Decision, MessageName, RejectCode, SaState } from '../../trace/index.ts'
import { certificateEncoding, encodePayloadBody, exchangeType, notifyType, type Payload } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { authenticationHash, proofPayload } from './authentication.ts'
import type { IkeV1Context } from './context.ts'
import { traceDecision } from './identify-peer.ts'
import { identityPayload, identityText, idTypeName } from './identity.ts'
import { all } from './message-rules.ts'
import { type Envelope, sendEncrypted } from './packets.ts'
import {
  type Agreement,
  type Established,
  type Flight,
  type Mm4Sent,
  type Nat,
  type PendingPeer,
  type Phase1Keys,
  type Session,
  saState,
} from './session.ts'

/** IOS's nonces are 20 octets long (RFC 2409 §5 asks for 8 to 256). */
export const nonceLength = 20

export const envelopeOf = (session: Session, message: MessageName, state: SaState = saState(session)): Envelope => ({
  local: session.local,
  peer: session.peer,
  cookieI: session.cookieI,
  cookieR: session.cookieR,
  role: session.role,
  saState: state,
  message,
  messageId: 0,
})

export const stateChanged = (out: Outbox, input: string, old: string, next: string): void =>
  out.trace('ike:state_changed', { input, old, new: next })
export const fromPeer = 'IKE_MESG_FROM_PEER, IKE_MM_EXCH'
export const processMainMode = 'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE'
export const processComplete = 'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE'

/** Puts the CERTREQ payloads together, one for each CA (RFC 2408 §3.10). */
export const requestPayloads = (
  out: Outbox,
  message: MessageName,
  requests: Decision<readonly RequestedCa[]>,
): readonly Payload[] => {
  traceDecision(out, 'which CAs are asked for?', message, {
    ...requests,
    choice: requests.choice.map(({ ca }) => ca.ios),
  })
  return requests.choice.map(({ ca, trustpoint }) => {
    out.trace('ike:certreq_sent', { issuer: ca.ios, trustpoint })
    return { type: 'CERTREQ', encoding: certificateEncoding.X509_SIGNATURE, authority: ca.der }
  })
}

/** Adds the peer's CERTREQs of one message to those before it. An authority that is no name matches nothing. */
export const readRequests = (
  before: readonly ReceivedRequest[],
  payloads: readonly Payload[],
): readonly ReceivedRequest[] => {
  const more = all(payloads, 'CERTREQ').map(({ encoding, authority }): ReceivedRequest => {
    if (authority.length === 0) return { encoding, ca: null, der: authority }
    const name = nameFromDer(authority)
    return { encoding, ca: name.ok ? name.value : unreadableName(authority), der: authority }
  })
  return more.length === 0 ? before : [...before, ...more]
}

const unreadableName = (der: Uint8Array): NonNullable<ReceivedRequest['ca']> => ({
  der,
  rdns: [],
  ios: `(unreadable name of ${der.length} octets)`,
})

/** Chooses the own certificate over all requests so far, and traces what each request of this message did. */
export const chooseCertificate = (
  ctx: IkeV1Context,
  out: Outbox,
  role: 'initiator' | 'responder',
  message: MessageName,
  policy: IsakmpPolicy,
  profile: IsakmpProfile | null,
  requests: readonly ReceivedRequest[],
  fresh: number,
): OwnCertificateDecision | null => {
  const keyType = signatureKeyType(policy)
  if (!keyType) return null
  const decision = chooseOwnCertificate(ctx.selection, { role, profile, requests, keyType })
  requests.slice(requests.length - fresh).forEach((request, index) => {
    const examined = decision.examined[requests.length - fresh + index]
    out.trace('ike:certreq_received', {
      messageId: 0,
      encoding: request.encoding,
      issuer: request.ca?.ios ?? '(any)',
      examined: examined?.trustpoints ?? [],
      chosen: examined?.chosen ?? null,
    })
  })
  traceDecision(out, 'which certificate is sent?', message, decision)
  return decision
}

/** SKEYID and what follows from it, and the IV of MM5 (RFC 2409 §5, appendix B). */
export const derivePhase1 = (
  agreement: Agreement,
  exchanged: {
    readonly nonceI: Uint8Array
    readonly nonceR: Uint8Array
    readonly publicI: Uint8Array
    readonly publicR: Uint8Array
    readonly shared: Uint8Array
    readonly cookieI: Uint8Array
    readonly cookieR: Uint8Array
    readonly preSharedKey: string | null
  },
): { readonly keys: Phase1Keys; readonly iv: Uint8Array } => {
  const { hash: prf, cipher } = agreement
  const skeyid =
    exchanged.preSharedKey === null
      ? skeyidSignature(prf, exchanged.nonceI, exchanged.nonceR, exchanged.shared)
      : skeyidPreShared(prf, new TextEncoder().encode(exchanged.preSharedKey), exchanged.nonceI, exchanged.nonceR)
  const derived = deriveIkeV1Keys({
    prf,
    skeyid,
    gxy: exchanged.shared,
    cookieI: exchanged.cookieI,
    cookieR: exchanged.cookieR,
    cipher,
  })
  return {
    keys: {
      skeyid,
      skeyidD: derived.skeyidD,
      skeyidA: derived.skeyidA,
      encryptionKey: derived.encryptionKey,
      publicI: exchanged.publicI,
      publicR: exchanged.publicR,
    },
    iv: phase1Iv(prf, exchanged.publicI, exchanged.publicR, cipherInfo(cipher).blockLength),
  }
}

/** A peer's public value and nonce as the key derivation can use them, or why not. */
export const sharedSecret = (
  dh: DhKeyPair,
  peerPublic: Uint8Array,
  nonce: Uint8Array,
): { readonly shared: Uint8Array } | { readonly code: RejectCode; readonly detail: string } => {
  if (nonce.length < 8 || nonce.length > 256)
    return { code: 'bad-nonce', detail: `a nonce of ${nonce.length} octets; RFC 2409 asks for 8 to 256` }
  const result = dh.computeShared(peerPublic)
  return result.ok ? { shared: result.value } : { code: 'bad-public-value', detail: result.reject.detail }
}

export interface OwnProof {
  readonly flight: Flight
  readonly iv: Uint8Array
  readonly trustpoint: string | null
}

/** Builds and sends MM5 or MM6: identity, certificates, proof, and the initiator's INITIAL-CONTACT. */
export const sendProof = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Extract<Session, { readonly keys: Phase1Keys }>,
  message: 'MM5' | 'MM6',
  profile: IsakmpProfile | null,
  trustpoint: Trustpoint | null,
  nat: Nat,
): OwnProof => {
  const { agreement } = session
  const identity = trustpoint?.identity ?? null
  const own = ownIdentity(ctx.selection, {
    profile,
    localAddress: session.local.address,
    certificate: identity?.certificate ?? null,
  })
  traceDecision(out, 'which identity is sent?', message, { ...own, choice: own.choice.value })
  const idPayload = identityPayload(own.choice, nat.selfBehind || nat.peerBehind)
  const initialContact = session.role === 'I' && session.initialContact
  if (initialContact) out.trace('ike:initial_contact_sent', {})
  out.trace('ike:own_identity', {
    method:
      agreement.policy.authentication === 'pre-share'
        ? 'pre-shared key'
        : agreement.policy.authentication === 'ecdsa-sig'
          ? 'ECDSA signature'
          : 'RSA signature',
    idType: idTypeName(own.choice.type),
    nextPayload: identity ? 6 : 8,
    identity: identityText(own.choice, idPayload),
  })
  const payloads: Payload[] = [idPayload]
  if (identity && trustpoint) {
    const { certificate, chain } = identity
    out.trace('ike:own_certificate', {
      trustpoint: trustpoint.name,
      subject: certificate.subject.ios,
      issuer: certificate.issuer.ios,
      serial: certificate.serial,
      peer: session.peer.address,
      role: session.role,
      saState: saState(session),
      chainLength: 1 + chain.length,
    })
    if (!keyBelongs(identity)) out.trace('pki:key_mismatch', { trustpoint: trustpoint.name })
    for (const { der } of [certificate, ...chain])
      payloads.push({ type: 'CERT', encoding: certificateEncoding.X509_SIGNATURE, data: der })
  }
  const hash = authenticationHash(session.role, session, encodePayloadBody(idPayload), identity?.certificate ?? null)
  payloads.push(proofPayload(hash, identity, ctx.settings.signatureNonce))
  if (initialContact) payloads.push(initialContactPayload(session.cookieI, session.cookieR))
  const sent = sendEncrypted(out, envelopeOf(session, message, 'MM_KEY_EXCH'), exchangeType.MAIN_MODE, payloads, {
    cipher: agreement.cipher,
    key: session.keys.encryptionKey,
    iv: session.iv,
  })
  return { flight: sent.flight, iv: sent.iv, trustpoint: trustpoint?.name ?? null }
}

const initialContactPayload = (cookieI: Uint8Array, cookieR: Uint8Array): Payload => {
  const spi = new Uint8Array(16)
  spi.set(cookieI)
  spi.set(cookieR, 8)
  return { type: 'NOTIFY', doi: 1, protocolId: 1, spi, notifyType: notifyType.INITIAL_CONTACT, data: new Uint8Array(0) }
}

/** The trustpoint that a decision names, with an identity certificate that can sign. */
export const signingTrustpoint = (ctx: IkeV1Context, name: string | null): Trustpoint | null => {
  const trustpoint = ctx.selection.store.trustpoints.find((candidate) => candidate.name === name)
  return trustpoint?.identity?.keys ? trustpoint : null
}

/** A session whose both ends are proved. `iv` is the last block of MM6: phase 2 starts from it. */
export const establish = (
  ctx: IkeV1Context,
  session: Extract<Session, { readonly keys: Phase1Keys }>,
  result: {
    readonly iv: Uint8Array
    readonly profile: string | null
    readonly certificate: Established['peerCertificate']
    readonly ownTrustpoint: string | null
    readonly pending: PendingPeer
  },
): Established => ({
  id: session.id,
  connection: session.connection,
  role: session.role,
  local: session.local,
  peer: session.peer,
  cookieI: session.cookieI,
  cookieR: session.cookieR,
  abilities: session.abilities,
  initialContact: session.initialContact,
  createdAt: session.createdAt,
  answered: session.answered,
  refused: null,
  agreement: session.agreement,
  keys: session.keys,
  nat: session.nat,
  requests: session.requests,
  keyring: session.keyring,
  flight: null,
  state: 'ESTABLISHED',
  profile: result.profile,
  iv: result.iv,
  peerIdentity: result.pending.identity,
  peerCertificate: result.certificate,
  ownTrustpoint: result.ownTrustpoint,
  establishedAt: ctx.now,
  nodes: new Map(),
  children: [],
  ownMessageIds: new Set(),
  seenMessageIds: new Set(),
  spentMessageIds: new Set(),
  dpd: session.abilities.dpd ? { sequence: 0, unanswered: 0, lastHeard: ctx.now, lastSent: 0, hasSpoken: false } : null,
  superseded: false,
})

export const traceNat = (out: Outbox, nat: Nat, float: boolean): void =>
  out.trace('ike:nat_detected', {
    behindNat: nat.selfBehind && nat.peerBehind ? 'both' : nat.selfBehind ? 'self' : nat.peerBehind ? 'peer' : 'none',
    float,
  })

export const reject = (
  out: Outbox,
  session: { readonly peer: { readonly address: string } },
  message: MessageName,
  code: RejectCode,
  detail: string,
  notify: string | null = null,
): void => out.trace('ike:rejected', { message, code, detail, notify, peer: session.peer.address })

/** Fields of a session in an earlier state that the next state takes over. */
export const carry = (
  session: Session,
): Pick<
  Mm4Sent,
  | 'id'
  | 'connection'
  | 'role'
  | 'local'
  | 'peer'
  | 'cookieI'
  | 'cookieR'
  | 'profile'
  | 'abilities'
  | 'initialContact'
  | 'createdAt'
  | 'answered'
  | 'refused'
> => ({
  id: session.id,
  connection: session.connection,
  role: session.role,
  local: session.local,
  peer: session.peer,
  cookieI: session.cookieI,
  cookieR: session.cookieR,
  profile: session.profile,
  abilities: session.abilities,
  initialContact: session.initialContact,
  createdAt: session.createdAt,
  answered: session.answered,
  refused: session.refused,
})
