import { type DhKeyPair, dhKeyPair, ikeV2SkeyseedRekey } from '../../crypto/index.ts'
import { chooseIkeV2Proposal, ikeV2Policy } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { type IkeV2Payload, ikeV2NotifyType, u16At, u16Bytes } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { lowerNonce } from './create-child.ts'
import { profileNamed, traceDecision, traceRejected } from './decisions.ts'
import { establish } from './established.ts'
import { sendExchange } from './exchange.ts'
import { errorNotify, find } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { notifyName } from './packets.ts'
import { freshSpi } from './sa-init-initiator.ts'
import { exportKeys, nonceLength, nonceProblem, traceProposals } from './sa-init-shared.ts'
import type { Established, Outstanding, Suite, Task } from './session.ts'
import {
  agreedWireProposal,
  isDhGroup,
  keysOf,
  offeredProposals,
  returnedSuite,
  suiteOf,
  wireProposals,
} from './suites.ts'

const request = 'CREATE_CHILD_SA request'
const response = 'CREATE_CHILD_SA response'

type RekeyTask = Extract<Task, { kind: 'rekey-ike' }>
export type RekeyExchange = Extract<Outstanding, { task: RekeyTask }>

/** Names for a session that comes into being. */
export interface Ids {
  readonly id: number
  readonly connection: number
}

/** Begins the renewal of an IKE SA with the group that it has (RFC 7296 §1.3.2). */
export const startRekeyIke = (ctx: IkeV2Context, out: Outbox, session: Established, task: RekeyTask): Established => {
  const { proposals } = ikeV2Policy(ctx.selection, { localAddress: session.local.address })
  const first = proposals[0]
  if (!first) return session
  const wanted = task.group ?? (first.groups.includes(session.suite.group) ? session.suite.group : first.groups[0])
  if (wanted === undefined || !isDhGroup(wanted)) return session
  out.trace('ike:v2_rekey_begun', { sa: 'IKE', reason: task.reason })
  const spi = freshSpi(ctx)
  const dh = dhKeyPair(wanted, ctx.random)
  const nonce = ctx.random(nonceLength)
  out.trace('ike:v2_dh_computed', { what: 'public key', group: dh.group, passed: true })
  traceProposals(out, proposals, true)
  const flight = sendExchange(ctx, out, session, 'CREATE_CHILD_SA', [
    { type: 'SA', proposals: wireProposals(proposals, spi) },
    { type: 'NONCE', data: nonce },
    { type: 'KE', group: dh.group, data: dh.publicValue },
  ])
  return {
    ...session,
    nextMessageId: session.nextMessageId + 1,
    outstanding: { task, flight, proposals, spi, nonce, dh, peerRekey: null },
  }
}

export interface RekeyResult {
  readonly session: Established
  readonly made?: Established
  /** Our new SA has the lowest nonce: it goes, and the peer's stays. */
  readonly lost?: true
  readonly later?: Task
  readonly again?: Task
}

const idle = (session: Established): Established => ({ ...session, outstanding: null })

/** The answer to our renewal. */
export const receiveRekeyResponse = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  exchange: RekeyExchange,
  payloads: readonly IkeV2Payload[],
  ids: () => Ids,
): RekeyResult => {
  const error = errorNotify(payloads)
  if (error) return rekeyRefused(out, session, exchange, error)
  const refuse = (code: RejectCode, detail: string): RekeyResult => {
    traceRejected(out, response, session.peer.address, { code, detail, notify: null })
    return { session: idle(session) }
  }
  const sa = find(payloads, 'SA')
  const nonce = find(payloads, 'NONCE')
  const ke = find(payloads, 'KE')
  if (!sa || !nonce || !ke) return refuse('payload-missing', 'the response lacks SA, nonce or KE')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse('bad-nonce', problem)
  const choice = returnedSuite(ctx.selection, exchange.proposals, sa.proposals)
  if (typeof choice === 'string') return refuse('chosen-proposal-was-not-offered', choice)
  const { agreed } = choice
  const spiR = sa.proposals[0]?.spi
  if (!agreed || spiR?.length !== 8) return refuse('bad-spi', 'the SPI of the IKE SA has not eight octets')
  if (agreed.group !== exchange.dh.group || ke.group !== exchange.dh.group)
    return refuse('group-mismatch', `the response is for group ${ke.group}`)
  const made = renewed(ctx, out, session, {
    ids: ids(),
    role: 'I',
    suite: suiteOf(agreed),
    dh: exchange.dh,
    peerPublic: ke.data,
    spiI: exchange.spi,
    spiR: spiR.slice(),
    nonceI: exchange.nonce,
    nonceR: nonce.data.slice(),
  })
  if ('unusable' in made) return refuse('bad-public-value', made.unusable)
  const { peerRekey } = exchange
  const lost = peerRekey !== null && lowerNonce(exchange.nonce, nonce.data) < peerRekey.lowestNonce
  if (peerRekey) out.trace('ike:v2_rekey_collision', { sa: 'IKE', kept: lost ? 'peer' : 'own' })
  return { session: idle(session), made, ...(lost ? { lost } : {}) }
}

const rekeyRefused = (
  out: Outbox,
  session: Established,
  { task, proposals, peerRekey }: RekeyExchange,
  error: Extract<IkeV2Payload, { type: 'NOTIFY' }>,
): RekeyResult => {
  out.trace('ike:v2_notify_received', { message: response, notify: notifyName(error.notifyType), protected: true })
  const next = idle(session)
  if (error.notifyType === ikeV2NotifyType.INVALID_KE_PAYLOAD) {
    const group = error.data.length === 2 ? u16At(error.data, 0) : 0
    const offered = proposals.some(({ groups }) => groups.some((own) => own === group))
    return task.group === undefined && offered ? { session: next, again: { ...task, group } } : { session: next }
  }
  return peerRekey ? { session: next } : { session: next, later: task }
}

export interface RekeyRequestResult {
  readonly session: Established
  readonly payloads: readonly IkeV2Payload[]
  readonly made?: Established
  /** We are renewing too: children stay where they are until both exchanges are over. */
  readonly collides?: true
}

/** The peer renews the IKE SA. */
export const receiveRekeyRequest = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  payloads: readonly IkeV2Payload[],
  ids: () => Ids,
): RekeyRequestResult => {
  const refuse = (
    notify: IkeV2Payload & { readonly type: 'NOTIFY' },
    code: RejectCode,
    detail: string,
  ): RekeyRequestResult => {
    const name = notifyName(notify.notifyType)
    traceRejected(out, request, session.peer.address, { code, detail, notify: name })
    out.trace('ike:v2_notify_sent', { message: response, notify: name, protected: true })
    return { session, payloads: [notify] }
  }
  const busy = busyWith(session)
  if (busy !== null) return refuse(statusNotify('TEMPORARY_FAILURE'), 'temporary-failure', busy)
  const sa = find(payloads, 'SA')
  const nonce = find(payloads, 'NONCE')
  const ke = find(payloads, 'KE')
  if (!sa || !nonce || !ke)
    return refuse(statusNotify('INVALID_SYNTAX'), 'payload-missing', 'SA, nonce or KE is missing')
  const problem = nonceProblem(nonce.data)
  if (problem !== null) return refuse(statusNotify('INVALID_SYNTAX'), 'bad-nonce', problem)
  const policy = ikeV2Policy(ctx.selection, { localAddress: session.local.address })
  const choice = chooseIkeV2Proposal(ctx.selection, policy.proposals, offeredProposals(sa.proposals))
  traceDecision(out, 'which IKE proposal?', request, choice)
  const { agreed } = choice
  if (!agreed)
    return refuse(statusNotify('NO_PROPOSAL_CHOSEN'), 'no-common-ikev2-proposal', 'no proposal is acceptable')
  if (ke.group !== agreed.group)
    return refuse(
      statusNotify('INVALID_KE_PAYLOAD', u16Bytes(agreed.group)),
      'group-mismatch',
      `the value is of group ${ke.group}, agreed is ${agreed.group}`,
    )
  const spiI = sa.proposals.find(({ number }) => number === agreed.number)?.spi
  if (spiI?.length !== 8)
    return refuse(statusNotify('INVALID_SYNTAX'), 'bad-spi', 'the SPI of the IKE SA has not eight octets')
  const dh = dhKeyPair(agreed.group, ctx.random)
  const spiR = freshSpi(ctx)
  const nonceR = ctx.random(nonceLength)
  const made = renewed(ctx, out, session, {
    ids: ids(),
    role: 'R',
    suite: suiteOf(agreed),
    dh,
    peerPublic: ke.data,
    spiI: spiI.slice(),
    spiR,
    nonceI: nonce.data.slice(),
    nonceR,
  })
  if ('unusable' in made) return refuse(statusNotify('INVALID_SYNTAX'), 'bad-public-value', made.unusable)
  const { outstanding } = session
  const collides = outstanding?.task.kind === 'rekey-ike'
  return {
    session: collides
      ? {
          ...session,
          outstanding: {
            ...(outstanding as RekeyExchange),
            peerRekey: { made: made.id, lowestNonce: lowerNonce(nonce.data, nonceR) },
          },
        }
      : session,
    made,
    ...(collides ? { collides } : {}),
    payloads: [
      { type: 'SA', proposals: [agreedWireProposal(agreed, spiR)] },
      { type: 'NONCE', data: nonceR },
      { type: 'KE', group: dh.group, data: dh.publicValue },
    ],
  }
}

/** Why the IKE SA cannot be renewed just now (RFC 7296 §2.25.2). */
const busyWith = ({ outstanding, successor }: Established): string | null => {
  if (successor !== null) return 'the IKE SA has been renewed'
  switch (outstanding?.task.kind) {
    case 'create-child':
    case 'rekey-child':
    case 'delete-child':
      return 'a child is being made, renewed or closed'
    case 'delete-ike':
    case 'authentication-failed':
      return 'the IKE SA is being closed'
    default:
      return null
  }
}

/** The new IKE SA: SKEYSEED = prf(SK_d of the old one, g^ir | Ni | Nr) with the old one's PRF (RFC 7296 §2.18). */
const renewed = (
  ctx: IkeV2Context,
  out: Outbox,
  old: Established,
  made: {
    readonly ids: Ids
    readonly role: 'I' | 'R'
    readonly suite: Suite
    readonly dh: DhKeyPair
    readonly peerPublic: Uint8Array
    readonly spiI: Uint8Array
    readonly spiR: Uint8Array
    readonly nonceI: Uint8Array
    readonly nonceR: Uint8Array
  },
): Established | { readonly unusable: string } => {
  const { suite, spiI, spiR, nonceI, nonceR, role } = made
  const shared = made.dh.computeShared(made.peerPublic)
  out.trace('ike:v2_dh_computed', { what: 'secret', group: made.dh.group, passed: shared.ok })
  if (!shared.ok) return { unusable: shared.reject.detail }
  const exchanged = { suite, nonceI, nonceR, spiI, spiR }
  const keys = keysOf(suite, ikeV2SkeyseedRekey(old.suite.prf, old.keys.skD, shared.value, nonceI, nonceR), exchanged)
  out.trace('ike:v2_keys_derived', { rekey: true })
  exportKeys(ctx, out, exchanged, keys)
  return establish(ctx, out, {
    keyed: { ...old, ...exchanged, ...made.ids, role, keys, createdAt: ctx.now },
    profile: profileNamed(ctx, old.profile),
    peerIdentity: old.peerIdentity,
    peerCertificate: old.peerCertificate,
    peerMethod: old.peerMethod,
    ownIdentity: old.ownIdentity,
    ownTrustpoint: old.ownTrustpoint,
    ownMethod: old.ownMethod,
    nextMessageId: 0,
    expectedMessageId: 0,
    answered: [],
    rekeyed: true,
  })
}
