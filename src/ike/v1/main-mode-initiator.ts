import { dhKeyPair } from '../../crypto/index.ts'
import {
  type IsakmpPolicy,
  initiatorRequests,
  policiesToOffer,
  preSharedKey,
  signatureKeyType,
} from '../../selection/index.ts'
import { encodePayloadBody, exchangeType, type Payload } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { profileNamed } from './identify-peer.ts'
import {
  carry,
  envelopeOf,
  fromPeer,
  nonceLength,
  processComplete,
  processMainMode,
  reject,
  requestPayloads,
  stateChanged,
} from './main-mode-shared.ts'
import { find } from './message-rules.ts'
import { natDetectionPayloads } from './nat.ts'
import { sendClear } from './packets.ts'
import { type Dead, type Mm1Sent, type Mm3Sent, noCookie } from './session.ts'
import { attributeText, cipherOf, groupOf, hashOf, phase1Proposal, readTransform } from './transforms.ts'
import { keyExchangeVendors, mm1Vendors, noAbilities, readVendors } from './vendors.ts'

/*
 *   initiator                                   responder
 *   MM1  HDR, SA                        -->
 *                                       <--     MM2  HDR, SA
 *   MM3  HDR, KE, Ni, CERTREQ…, NAT-D   -->
 *                                       <--     MM4  HDR, KE, Nr, CERTREQ…, NAT-D
 *   MM5  HDR*, IDii, CERT…, SIG_I       -->
 *                                       <--     MM6  HDR*, IDir, CERT…, SIG_R
 *
 * RFC 2409 §5.1; with a pre-shared key HASH stands for SIG and there are no certificates (§5.4).
 */

const ipsecDoi = 1
const situationIdentityOnly = Uint8Array.of(0, 0, 0, 1)

/** What the router can offer and finish. */
const usablePolicies = (
  ctx: IkeV1Context,
  out: Outbox,
  profile: Mm1Sent['profile'],
  peer: string,
  localAddress: string,
): readonly IsakmpPolicy[] => {
  const offer = policiesToOffer(ctx.selection, { profile: profileNamed(ctx, profile), peer, localAddress })
  if (offer.key) out.trace('ike:preshared_key_found', { peer, keyring: offer.key.keyring, at: offer.key.at })
  return offer.policies
}

/** Begins phase 1: MM1. A router that has neither key nor certificate ends here, as IOS does. */
export const startMainMode = (
  ctx: IkeV1Context,
  out: Outbox,
  request: {
    readonly id: number
    readonly local: Endpoint
    readonly peer: Endpoint
    readonly profile: string | null
  },
): Mm1Sent | Dead => {
  const { local, peer, profile } = request
  out.trace('ike:sa_requested', {
    peer: peer.address,
    local: local.address,
    profile,
    localPort: local.port,
    peerPort: peer.port,
  })
  const base = {
    id: request.id,
    connection: 0,
    role: 'I' as const,
    local,
    peer,
    cookieI: ctx.random(8),
    cookieR: noCookie,
    profile,
    abilities: noAbilities,
    initialContact: false,
    createdAt: ctx.now,
    answered: [],
    refused: null,
  }
  const policies = usablePolicies(ctx, out, profile, peer.address, local.address)
  if (policies.length === 0) {
    out.trace('ike:preshared_key_missing', { peer: peer.address })
    out.trace('ike:no_own_certificate', {
      peer: peer.address,
      detail: 'no ISAKMP policy has a pre-shared key or a certificate to go with it',
    })
    reject(
      out,
      base,
      'MM1',
      'no-authentication-material',
      'neither a pre-shared key nor an identity certificate fits an ISAKMP policy',
    )
    return { ...base, state: 'DEAD', reason: 'no authentication material', flight: null, diedIn: 'MM_NO_STATE' }
  }
  const vendors = mm1Vendors(ctx.settings.natTraversal)
  if (vendors.length > 0) out.trace('ike:natt_vendor_ids_sent', { names: ['rfc3947', '07', '03', '02'] })
  stateChanged(out, 'IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM', 'IKE_READY', 'IKE_I_MM1')
  out.trace('ike:exchange_begun', { exchange: 'Main', messageId: 0 })
  const sa: Payload = {
    type: 'SA',
    doi: ipsecDoi,
    situation: situationIdentityOnly,
    proposals: [phase1Proposal(policies)],
  }
  const session: Mm1Sent = { ...base, state: 'I_MM1', saBody: encodePayloadBody(sa), policies, flight: null }
  return { ...session, flight: sendClear(out, envelopeOf(session, 'MM1'), exchangeType.MAIN_MODE, [sa, ...vendors]) }
}

/** MM2 → MM3: takes what the responder chose, and asks for certificates. */
export const receiveMm2 = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Mm1Sent,
  payloads: readonly Payload[],
  cookieR: Uint8Array,
): Mm3Sent | Mm1Sent => {
  stateChanged(out, fromPeer, 'IKE_I_MM1', 'IKE_I_MM2')
  out.trace('ike:sa_payload_processed', { messageId: 0 })
  const abilities = readVendors(out, payloads, session.abilities)
  if (ctx.selection.profiles.length > 0)
    out.trace('ike:profiles_scanned', { profiles: ctx.selection.profiles.map(({ name }) => name) })
  const returned = find(payloads, 'SA')?.proposals
  const transforms = returned?.length === 1 ? (returned[0]?.transforms ?? []) : []
  const [transform] = transforms
  const read = transform && transforms.length === 1 ? readTransform(transform) : null
  const policy = read ? session.policies.find((candidate) => isOffer(candidate, session, read.offered)) : undefined
  if (!read || !policy) {
    reject(
      out,
      session,
      'MM2',
      'chosen-transform-was-not-offered',
      'the responder returned something other than one of the transforms offered',
    )
    return { ...session, refused: { message: 'MM2', code: 'chosen-transform-was-not-offered' } }
  }
  out.trace('ike:transform_checked', {
    transform: read.offered.number,
    nextPayload: 0,
    priority: policy.priority,
    attributes: attributeText(read),
    acceptable: true,
    mismatches: [],
  })
  const lifetimeSeconds = Math.min(policy.lifetime, read.offered.lifetimeSeconds ?? policy.lifetime)
  out.trace('ike:policy_agreed', { priority: policy.priority, lifetimeSeconds })
  stateChanged(out, processMainMode, 'IKE_I_MM2', 'IKE_I_MM2')

  const named = profileNamed(ctx, session.profile)
  const agreement = {
    policy,
    lifetimeSeconds,
    hash: hashOf(policy.hash),
    cipher: cipherOf(policy.encryption),
    group: groupOf(policy),
    saBody: session.saBody,
    natT: ctx.settings.natTraversal && abilities.natT,
  }
  const key =
    policy.authentication === 'pre-share'
      ? preSharedKey(ctx.selection, {
          role: 'initiator',
          profile: named,
          peer: session.peer.address,
          localAddress: session.local.address,
        }).choice
      : null
  const dh = dhKeyPair(agreement.group, ctx.random)
  const nonce = ctx.random(nonceLength)
  const requests = signatureKeyType(policy) ? requestPayloads(out, 'MM3', initiatorRequests(ctx.selection, named)) : []
  const next: Mm3Sent = {
    ...carry(session),
    state: 'I_MM3',
    cookieR,
    abilities,
    agreement,
    dh,
    nonce,
    keyring: key?.keyring ?? null,
    preSharedKey: key?.key ?? null,
    flight: null,
  }
  const flight = sendClear(out, envelopeOf(next, 'MM3', 'MM_SA_SETUP'), exchangeType.MAIN_MODE, [
    { type: 'KE', data: dh.publicValue },
    { type: 'NONCE', data: nonce },
    ...requests,
    ...keyExchangeVendors(ctx.settings.fragmentation),
    ...(agreement.natT ? natDetectionPayloads(next, agreement.hash) : []),
  ])
  stateChanged(out, processComplete, 'IKE_I_MM2', 'IKE_I_MM3')
  return { ...next, flight }
}

/** True if the returned transform is the one that was offered for this policy, attribute for attribute; the lifetime may be shorter. */
const isOffer = (
  policy: IsakmpPolicy,
  session: Mm1Sent,
  returned: NonNullable<ReturnType<typeof readTransform>>['offered'],
): boolean => {
  const offered = phase1Proposal(session.policies).transforms[session.policies.indexOf(policy)]
  const mine = offered ? readTransform(offered)?.offered : undefined
  return (
    mine !== undefined &&
    mine.encryption === returned.encryption &&
    mine.hash === returned.hash &&
    mine.authentication === returned.authentication &&
    mine.group === returned.group &&
    mine.keyLength === returned.keyLength
  )
}
