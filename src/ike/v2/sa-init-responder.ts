import { dhKeyPair } from '../../crypto/index.ts'
import { chooseIkeV2Proposal, ikeV2Policy, ikeV2ResponderRequests } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { type IkeV2Payload, toHex, u16Bytes } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { traceDecision, traceRejected } from './decisions.ts'
import { find } from './message-rules.ts'
import { detectNat, natDetectionPayloads, natText } from './nat.ts'
import { statusNotify } from './notifies.ts'
import { digestOf, type Envelope, sendClear } from './packets.ts'
import { freshSpi } from './sa-init-initiator.ts'
import {
  abilityNotifies,
  nonceLength,
  nonceProblem,
  readAbilities,
  requestEncoding,
  requestPayload,
  traceProposals,
} from './sa-init-shared.ts'
import { noSpi, type SaInitAnswered } from './session.ts'
import { agreedWireProposal, offeredProposals, suiteOf } from './suites.ts'
import { announceMethods } from './supported-methods.ts'
import { saInitVendorIds, traceVendorIds } from './vendors.ts'

const request = 'IKE_SA_INIT request'
const response = 'IKE_SA_INIT response'

interface Received {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly spiI: Uint8Array
  readonly message: Uint8Array
}

/** An answer in clear that leaves no state behind. */
export const answerStateless = (
  out: Outbox,
  { local, peer, spiI }: Pick<Received, 'local' | 'peer' | 'spiI'>,
  payload: IkeV2Payload,
): void => {
  sendClear(out, { local, peer, spiI, spiR: noSpi, role: 'R', exchange: 'IKE_SA_INIT', response: true, messageId: 0 }, [
    payload,
  ])
}

/** The first message. Null: it was refused, and nothing is kept of it. */
export const receiveSaInitRequest = (
  ctx: IkeV2Context,
  out: Outbox,
  ids: { readonly id: number; readonly connection: number },
  received: Received,
  payloads: readonly IkeV2Payload[],
): SaInitAnswered | null => {
  const { local, peer, spiI, message } = received
  out.trace('ike:v2_processing', { message: request })
  traceVendorIds(out, payloads)
  const refuse = (code: RejectCode, detail: string, payload: IkeV2Payload | null, notify: string | null): null => {
    traceRejected(out, request, peer.address, { code, detail, notify })
    if (payload) {
      if (notify !== null) out.trace('ike:v2_notify_sent', { message: response, notify, protected: false })
      answerStateless(out, received, payload)
    }
    return null
  }
  const sa = find(payloads, 'SA')
  const ke = find(payloads, 'KE')
  const nonce = find(payloads, 'NONCE')
  if (!sa || !ke || !nonce) throw new Error('the rules of IKE_SA_INIT ask for SA, KE and nonce')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse('bad-nonce', problem, statusNotify('INVALID_SYNTAX'), 'INVALID_SYNTAX')
  const policy = ikeV2Policy(ctx.selection, { localAddress: local.address })
  traceDecision(out, 'which IKEv2 policy?', request, policy)
  out.trace('ike:v2_policy_searched', {
    local: local.address,
    policy: policy.choice,
    byDefault: policy.choice === 'default',
  })
  const choice = chooseIkeV2Proposal(ctx.selection, policy.proposals, offeredProposals(sa.proposals))
  traceDecision(out, 'which IKE proposal?', request, choice)
  out.trace('ike:v2_proposal_checked', {
    protocol: 'IKE',
    acceptable: choice.agreed !== null,
    received: choice.received,
    expected: choice.expected,
    detail: choice.candidates[0]?.reason ?? '',
  })
  const { agreed } = choice
  if (!agreed)
    return refuse(
      'no-common-ikev2-proposal',
      'no proposal of the peer has an algorithm of each kind in common with ours',
      statusNotify('NO_PROPOSAL_CHOSEN'),
      'NO_PROPOSAL_CHOSEN',
    )
  if (ke.group !== agreed.group) {
    out.trace('ike:v2_group_changed', { from: ke.group, to: agreed.group })
    out.trace('ike:v2_notify_sent', { message: response, notify: 'INVALID_KE_PAYLOAD', protected: false })
    answerStateless(out, received, statusNotify('INVALID_KE_PAYLOAD', u16Bytes(agreed.group)))
    return null
  }
  const spiR = freshSpi(ctx)
  const dh = dhKeyPair(agreed.group, ctx.random)
  const nonceR = ctx.random(nonceLength)
  out.trace('ike:v2_dh_computed', { what: 'public key', group: agreed.group, passed: true })
  const detected = detectNat({ spiI, spiR: noSpi, local, peer }, payloads)
  const nat = detected ?? { selfBehind: false, peerBehind: false }
  out.trace('ike:v2_nat_checked', { behindNat: natText(nat), float: false })
  const requests = ikeV2ResponderRequests(ctx.selection)
  traceDecision(out, 'which CAs are asked for?', response, {
    ...requests,
    choice: requests.choice.map(({ ca }) => ca.ios),
  })
  out.trace('ike:v2_generating', { message: response })
  traceProposals(
    out,
    [
      {
        name: agreed.proposal.name,
        encryption: [agreed.encryption],
        integrity: agreed.integrity === null ? [] : [agreed.integrity],
        prf: [agreed.prf],
        groups: [agreed.group],
      },
    ],
    false,
  )
  const envelope: Envelope = {
    local,
    peer,
    spiI,
    spiR,
    role: 'R',
    exchange: 'IKE_SA_INIT',
    response: true,
    messageId: 0,
  }
  const asks = requests.choice.length > 0
  if (asks)
    out.trace('ike:v2_certreq_sent', {
      encoding: requestEncoding(ctx),
      requests: requests.choice.map(({ trustpoint, ca, keyHash }) => ({
        trustpoint,
        ca: ca.ios,
        hash: toHex(keyHash),
      })),
    })
  const sent = sendClear(out, envelope, [
    { type: 'SA', proposals: [agreedWireProposal(agreed, new Uint8Array())] },
    { type: 'KE', group: agreed.group, data: dh.publicValue },
    { type: 'NONCE', data: nonceR },
    ...saInitVendorIds,
    ...(detected && ctx.settings.natTraversal ? natDetectionPayloads({ spiI, spiR, local, peer }, forced(ctx)) : []),
    ...abilityNotifies(ctx),
    ...(asks
      ? [
          requestPayload(
            ctx,
            requests.choice.map(({ keyHash }) => keyHash),
          ),
        ]
      : []),
    ...(asks && ctx.selection.ikev2.httpUrlCert ? [statusNotify('HTTP_CERT_LOOKUP_SUPPORTED')] : []),
    ...announceMethods(ctx, ctx.selection.ikev2.profiles, requests.choice),
  ])
  out.trace('ike:v2_sa_init_complete', { peer: peer.address })
  return {
    ...ids,
    state: 'R_SA_INIT',
    role: 'R',
    local,
    peer,
    spiI,
    spiR,
    profile: null,
    createdAt: ctx.now,
    refused: null,
    suite: suiteOf(agreed),
    nonceI: nonce.data.slice(),
    nonceR,
    initRequest: message.slice(),
    initResponse: sent.message,
    nat,
    abilities: readAbilities(payloads),
    dh,
    peerPublic: ke.data.slice(),
    requestDigest: digestOf(message),
    flight: sent.flight,
    keys: null,
    pending: null,
  }
}

/** A responder knows no profile yet: it pretends to stand behind a NAT if any of its profiles wants that. */
const forced = (ctx: IkeV2Context): boolean =>
  ctx.selection.ikev2.profiles.some(({ forceEncapsulation, shutdown }) => forceEncapsulation && !shutdown)
