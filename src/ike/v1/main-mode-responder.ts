import { dhKeyPair } from '../../crypto/index.ts'
import { choosePolicy, preSharedKey, responderRequests, signatureKeyType } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { encodePayloadBody, exchangeType, notifyType, type Payload, type Proposal } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { traceDecision } from './identify-peer.ts'
import {
  carry,
  chooseCertificate,
  derivePhase1,
  envelopeOf,
  fromPeer,
  nonceLength,
  processComplete,
  processMainMode,
  readRequests,
  reject,
  requestPayloads,
  sharedSecret,
  stateChanged,
  traceNat,
} from './main-mode-shared.ts'
import { find } from './message-rules.ts'
import { detectNat, natDetectionPayloads, noNat } from './nat.ts'
import { sendClear } from './packets.ts'
import { type Dead, type Mm2Sent, type Mm4Sent, noCookie } from './session.ts'
import { attributeText, cipherOf, groupOf, hashOf, type ReadTransform, readTransform } from './transforms.ts'
import { keyExchangeVendors, mm2Vendors, noAbilities, readVendors } from './vendors.ts'

/** MM1 → MM2: the policy. Without one that both have, the peer gets an unprotected NO-PROPOSAL-CHOSEN and no state is kept. */
export const receiveMm1 = (
  ctx: IkeV1Context,
  out: Outbox,
  request: { readonly id: number; readonly local: Endpoint; readonly peer: Endpoint; readonly cookieI: Uint8Array },
  payloads: readonly Payload[],
): Mm2Sent | Dead => {
  const { local, peer, cookieI } = request
  out.trace('ike:sa_created', {
    peer: peer.address,
    local: local.address,
    localPort: local.port,
    peerPort: peer.port,
    role: 'R',
  })
  stateChanged(out, fromPeer, 'IKE_READY', 'IKE_R_MM1')
  out.trace('ike:sa_payload_processed', { messageId: 0 })
  const abilities = readVendors(out, payloads, noAbilities)
  if (ctx.selection.profiles.length > 0)
    out.trace('ike:profiles_scanned', { profiles: ctx.selection.profiles.map(({ name }) => name) })
  const base = {
    id: request.id,
    connection: 0,
    role: 'R' as const,
    local,
    peer,
    cookieI,
    cookieR: ctx.random(8),
    profile: null,
    abilities,
    initialContact: false,
    createdAt: ctx.now,
    answered: [],
    refused: null,
  }
  const sa = find(payloads, 'SA')
  if (!sa) throw new Error('the rules of MM1 ask for an SA payload')
  const read = readOffer(sa)
  const decision = choosePolicy(
    ctx.selection,
    read.map(({ offered }) => offered),
  )
  for (const checked of decision.checked) {
    const transform = read.find(({ offered }) => offered.number === checked.transform)
    if (!transform) continue
    out.trace('ike:transform_checked', {
      transform: checked.transform,
      nextPayload: read.at(-1) === transform ? 0 : 3,
      priority: checked.priority,
      attributes: attributeText(transform),
      acceptable: checked.acceptable,
      mismatches: checked.mismatches,
    })
  }
  traceDecision(out, 'which ISAKMP policy?', 'MM1', {
    ...decision,
    choice: decision.choice ? `policy ${decision.choice.policy.priority}` : null,
  })
  const chosen = decision.choice
  const chosenRead = chosen ? read[chosen.transform] : undefined
  if (!chosen || !chosenRead) {
    out.trace('ike:no_policy', { local: local.address, peer: peer.address })
    reject(
      out,
      base,
      'MM1',
      'no-common-policy',
      'no transform that was offered equals an ISAKMP policy of this router',
      'NO-PROPOSAL-CHOSEN',
    )
    const dead: Dead = {
      ...base,
      state: 'DEAD',
      reason: 'Phase1 SA policy proposal not accepted',
      flight: null,
      diedIn: 'MM_NO_STATE',
    }
    out.trace('ike:notify_sent', {
      notify: 'PROPOSAL_NOT_CHOSEN',
      protocolId: 1,
      spi: '',
      protected: false,
      messageId: 0,
    })
    sendClear(out, envelopeOf(dead, 'INFO'), exchangeType.INFORMATIONAL, [
      {
        type: 'NOTIFY',
        doi: 1,
        protocolId: 1,
        spi: new Uint8Array(0),
        notifyType: notifyType.NO_PROPOSAL_CHOSEN,
        data: new Uint8Array(0),
      },
    ])
    return dead
  }
  const { policy, lifetimeSeconds } = chosen
  out.trace('ike:policy_agreed', { priority: policy.priority, lifetimeSeconds })
  stateChanged(out, processMainMode, 'IKE_R_MM1', 'IKE_R_MM1')
  const agreement = {
    policy,
    lifetimeSeconds,
    hash: hashOf(policy.hash),
    cipher: cipherOf(policy.encryption),
    group: groupOf(policy),
    saBody: encodePayloadBody(sa),
    natT: ctx.settings.natTraversal && abilities.natT,
  }
  const session: Mm2Sent = { ...base, state: 'R_MM2', agreement, flight: null }
  const flight = sendClear(out, envelopeOf(session, 'MM2'), exchangeType.MAIN_MODE, [
    // The initiator knows its offer again by the numbers of proposal and transform (RFC 2408 §4.2).
    {
      type: 'SA',
      doi: sa.doi,
      situation: sa.situation,
      proposals: [
        {
          number: proposalOf(sa, chosenRead)?.number ?? 1,
          protocolId: 1,
          spi: new Uint8Array(0),
          transforms: [chosenRead.transform],
        },
      ],
    },
    ...mm2Vendors(agreement.natT),
  ])
  stateChanged(out, processComplete, 'IKE_R_MM1', 'IKE_R_MM2')
  return { ...session, flight }
}

/** The transforms of the one ISAKMP proposal that MM1 may carry (RFC 2409 §5); unreadable ones are left out. */
const readOffer = (sa: Extract<Payload, { type: 'SA' }>): readonly ReadTransform[] =>
  sa.proposals
    .filter(({ protocolId }) => protocolId === 1)
    .flatMap(({ transforms }) => transforms)
    .map(readTransform)
    .filter((transform): transform is ReadTransform => transform !== null)

const proposalOf = (sa: Extract<Payload, { type: 'SA' }>, { transform }: ReadTransform): Proposal | undefined =>
  sa.proposals.find(({ transforms }) => transforms.includes(transform))

/** MM3 → MM4: keys, the own certificate by the peer's first request, and requests for every CA: the profile is not known yet. */
export const receiveMm3 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm2Sent,
  payloads: readonly Payload[],
  connection: () => number,
): Mm4Sent | Mm2Sent => {
  const { agreement } = session
  stateChanged(out, fromPeer, 'IKE_R_MM2', 'IKE_R_MM3')
  const ke = find(payloads, 'KE')
  const nonce = find(payloads, 'NONCE')
  if (!ke || !nonce) throw new Error('the rules of MM3 ask for KE and NONCE')
  out.trace('ike:key_exchange_processed', {})
  out.trace('ike:nonce_processed', { messageId: 0 })
  const refuse = (code: RejectCode, detail: string): Mm2Sent => {
    reject(out, session, 'MM3', code, detail)
    return { ...session, refused: { message: 'MM3', code } }
  }
  const key =
    agreement.policy.authentication === 'pre-share'
      ? preSharedKey(ctx.selection, {
          role: 'responder',
          profile: null,
          peer: session.peer.address,
          localAddress: session.local.address,
        })
      : null
  if (key) traceDecision(out, 'which pre-shared key?', 'MM3', { ...key, choice: key.choice?.keyring ?? null })
  if (key && !key.choice) {
    out.trace('ike:preshared_key_missing', { peer: session.peer.address })
    return refuse('no-preshared-key', `no pre-shared key for ${session.peer.address}`)
  }
  if (key?.choice)
    out.trace('ike:preshared_key_found', { peer: session.peer.address, keyring: key.choice.keyring, at: key.choice.at })
  const dh = dhKeyPair(agreement.group, ctx.random)
  const secret = sharedSecret(dh, ke.data, nonce.data)
  if (!('shared' in secret)) return refuse(secret.code, secret.detail)
  const ownNonce = ctx.random(nonceLength)
  const { keys, iv } = derivePhase1(agreement, {
    nonceI: nonce.data,
    nonceR: ownNonce,
    publicI: ke.data,
    publicR: dh.publicValue,
    shared: secret.shared,
    cookieI: session.cookieI,
    cookieR: session.cookieR,
    preSharedKey: key?.choice?.key ?? null,
  })
  out.connection = connection()
  out.trace('ike:keys_derived', { connection: out.connection })
  if (ctx.settings.exportKeys)
    out.push({ kind: 'phase1-keys', cookieI: session.cookieI, encryptionKey: keys.encryptionKey })
  const requests = readRequests([], payloads)
  const own = chooseCertificate(ctx, out, 'responder', 'MM3', agreement.policy, null, requests, requests.length)
  const abilities = readVendors(out, payloads, session.abilities)
  const nat = (agreement.natT ? detectNat(session, agreement.hash, payloads) : null) ?? noNat
  traceNat(out, nat, nat.selfBehind || nat.peerBehind)
  stateChanged(out, processMainMode, 'IKE_R_MM3', 'IKE_R_MM3')
  const asked = signatureKeyType(agreement.policy) ? requestPayloads(out, 'MM4', responderRequests(ctx.selection)) : []
  const next: Mm4Sent = {
    ...carry(session),
    state: 'R_MM4',
    connection: out.connection,
    abilities,
    agreement,
    keys,
    iv,
    nat,
    requests,
    keyring: key?.choice?.keyring ?? null,
    own,
    pending: null,
    flight: null,
  }
  const flight = sendClear(out, envelopeOf(next, 'MM4', 'MM_KEY_EXCH'), exchangeType.MAIN_MODE, [
    { type: 'KE', data: dh.publicValue },
    { type: 'NONCE', data: ownNonce },
    ...asked,
    ...keyExchangeVendors(ctx.settings.fragmentation),
    ...(agreement.natT ? natDetectionPayloads(session, agreement.hash) : []),
  ])
  stateChanged(out, processComplete, 'IKE_R_MM3', 'IKE_R_MM4')
  return { ...next, flight }
}

export const isUnanswered = (cookie: Uint8Array): boolean => cookie.every((octet, index) => octet === noCookie[index])
