import type { CrlAnswers } from '../../pki/index.ts'
import type { SelectionContext } from '../../selection/index.ts'
import type { IkeV2Exchange, IkeV2MessageName } from '../../trace/index.ts'
import {
  decodeIkeV2Header,
  decodeIkeV2Message,
  type IkeV2Header,
  type IkeV2Payload,
  ikeV2ExchangeType,
  ikeV2Flag,
  ikeV2NotifyType,
  nameOf,
  toHex,
} from '../../wire/index.ts'
import { type CrlAnswer, type Effect, type Endpoint, Outbox } from '../effects.ts'
import { type AuthFailed, type AuthResponse, authError, receiveAuthResponse, startAuth } from './auth-initiator.ts'
import { type AuthRequestResult, receiveAuthRequest, refuseAuth } from './auth-responder.ts'
import { removeChild } from './child.ts'
import type { ChildPort, IkeV2Context, IkeV2Settings } from './context.ts'
import { Cookies } from './cookie.ts'
import { profileNamed, traceIgnored } from './decisions.ts'
import type { PartialMessage } from './fragments.ts'
import { startInformational } from './informational.ts'
import { brokenRule, find, notifyOf } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { criticalUnknown, openMessage } from './opening.ts'
import { describeAll, digestOf, resend } from './packets.ts'
import { beginPeer } from './peer-authentication.ts'
import type { RekeyExchange } from './rekey-ike.ts'
import { processRequest } from './requests.ts'
import { processResponse, type ResponseResult } from './responses.ts'
import { receiveSaInitResponse, startSaInit } from './sa-init-initiator.ts'
import { answerStateless, receiveSaInitRequest } from './sa-init-responder.ts'
import { deriveKeys, exportKeys } from './sa-init-shared.ts'
import {
  type Answered,
  type AuthSent,
  type Child,
  type Dead,
  type Established,
  type Flight,
  messageName,
  type PendingPeer,
  type SaInitAnswered,
  type SaInitSent,
  type Session,
  saStatus,
  type Task,
} from './session.ts'
import { receiverRole, SessionTable } from './session-table.ts'
import { pump } from './tasks.ts'
import { disarmChild, disarmSession, flightOf, timerEffects } from './timers.ts'

/** What an endpoint is built from. `random` gives the random octets of a run: seeded in the lab, the system's when live. */
export interface IkeV2Options {
  readonly selection: SelectionContext
  readonly children: ChildPort
  readonly settings: IkeV2Settings
  readonly random: (octets: number) => Uint8Array
}

/** Milliseconds after which a TEMPORARY_FAILURE is tried again (RFC 7296 §2.25 leaves it open). */
const retryAfter = 5000
/** How long a renewed IKE SA waits for the peer to delete it. */
const successorPatience = 30_000

interface Arrived {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly header: IkeV2Header
  readonly exchange: IkeV2Exchange
  readonly name: IkeV2MessageName
  readonly message: Uint8Array
  readonly digest: string
  readonly payloads: readonly IkeV2Payload[]
}

const isExchange = (name: string | undefined): name is IkeV2Exchange =>
  name === 'IKE_SA_INIT' || name === 'IKE_AUTH' || name === 'CREATE_CHILD_SA' || name === 'INFORMATIONAL'

/**
 * All IKEv2 SAs of one router: finds the SA to which a datagram belongs, runs its step, and turns what has changed into
 * timers. Holds no clock, socket or random source; every call returns its effects in order.
 */
export class IkeV2Endpoint {
  readonly #options: IkeV2Options
  readonly #table = new SessionTable()
  readonly #waiting = new Map<number, readonly string[]>()
  readonly #fragments = new Map<number, PartialMessage>()
  readonly #later = new Map<number, readonly Task[]>()
  readonly #crls = new Map<string, CrlAnswer>()
  readonly #spoke = new Set<number>()
  readonly #cookies: Cookies

  constructor(options: IkeV2Options) {
    this.#options = options
    this.#cookies = new Cookies(options.random)
  }

  /** Living sessions in the order in which they began, then those that ended last. */
  sessions(): readonly Session[] {
    return this.#table.shown()
  }

  /** Traffic needs a child SA for a flow: over an IKE SA that there is, or IKE_SA_INIT first. `profile` is of the flow. Times are milliseconds. */
  initiate(
    now: number,
    request: {
      readonly local: Endpoint
      readonly peer: Endpoint
      readonly profile: string | null
      readonly flow: string
    },
  ): readonly Effect[] {
    const out = new Outbox()
    const { peer, profile, flow } = request
    const same = this.#table
      .all()
      .filter((session) => session.peer.address === peer.address && session.profile === profile)
    const existing = same.findLast(isLive)
    if (existing) {
      if (!isUnderWay(existing, flow)) this.#enqueue(now, out, existing, { kind: 'create-child', flow })
      return out.effects
    }
    const underWay = same.find(({ state, role }) => role === 'I' && state !== 'ESTABLISHED' && state !== 'DEAD')
    if (underWay) {
      const flows = this.#waiting.get(underWay.id) ?? []
      if (!flows.includes(flow)) this.#waiting.set(underWay.id, [...flows, flow])
      return []
    }
    const ids = this.#table.allocate()
    out.connection = ids.connection
    const begun = startSaInit(this.#context(now), out, { ...ids, ...request })
    if ('failed' in begun) return out.effects
    this.#waiting.set(begun.id, [flow])
    this.#commit(now, out, null, begun)
    return out.effects
  }

  /** A datagram for UDP port 500, or one of port 4500 without its non-ESP marker. Never throws on what a peer sends. */
  receive(
    now: number,
    datagram: { readonly local: Endpoint; readonly peer: Endpoint; readonly bytes: Uint8Array },
  ): readonly Effect[] {
    const out = new Outbox()
    const { local, peer, bytes } = datagram
    const { limits } = this.#options.settings
    const header = decodeIkeV2Header(bytes)
    if (!header.ok) {
      traceIgnored(out, 'unknown', peer.address, header.reject.code, header.reject.detail)
      return out.effects
    }
    const exchange = nameOf(ikeV2ExchangeType, header.value.exchangeType)
    if (!isExchange(exchange)) {
      traceIgnored(out, 'unknown', peer.address, 'unsupported-exchange', `exchange type ${header.value.exchangeType}`)
      return out.effects
    }
    const response = (header.value.flags & ikeV2Flag.RESPONSE) !== 0
    const name = messageName(exchange, response)
    const decoded = decodeIkeV2Message(bytes, limits)
    if (!decoded.ok) {
      traceIgnored(out, name, peer.address, decoded.reject.code, decoded.reject.detail)
      return out.effects
    }
    const arrived: Arrived = {
      local,
      peer,
      header: header.value,
      exchange,
      name,
      message: bytes,
      digest: digestOf(bytes),
      payloads: decoded.value.payloads,
    }
    if (name === 'IKE_SA_INIT request') this.#receiveFirst(now, out, arrived)
    else this.#receiveLater(now, out, arrived)
    return out.effects
  }

  // ── IKE_SA_INIT as responder ────────────────────────────────────────────────────────────────────────────────────

  #receiveFirst(now: number, out: Outbox, arrived: Arrived): void {
    const { peer, local, header, name, message, payloads, digest } = arrived
    const ignore = (reason: string, detail: string): void => traceIgnored(out, name, peer.address, reason, detail)
    if (receiverRole(header) !== 'R' || header.messageId !== 0 || header.responderSpi.some((octet) => octet !== 0)) {
      ignore('bad-flags', 'a first message has the initiator flag, message id 0 and no responder SPI')
      return
    }
    if (header.initiatorSpi.every((octet) => octet === 0)) {
      ignore('no-spi', 'the initiator SPI is zero')
      return
    }
    if (this.#table.isOwnInitiatorSpi(header.initiatorSpi)) {
      ignore('reflected', 'the initiator SPI is our own')
      return
    }
    const known = this.#table.findInit(header.initiatorSpi, peer)
    if (known) {
      this.#repeatedInit(out, arrived, known)
      return
    }
    const broken = brokenRule(name, payloads)
    const critical = criticalUnknown(payloads)
    if (critical) {
      answerStateless(
        out,
        { local, peer, spiI: header.initiatorSpi },
        statusNotify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(critical.payloadType)),
      )
      ignore('unsupported-critical-payload', `payload type ${critical.payloadType}`)
      return
    }
    if (broken !== null) {
      ignore('payload-not-allowed', broken)
      return
    }
    if (!this.#cookieIsGood(now, out, arrived)) return
    this.#makeRoom(now, out)
    const ids = this.#table.allocate()
    out.connection = ids.connection
    this.#traceReceived(out, arrived)
    const session = receiveSaInitRequest(
      this.#context(now),
      out,
      ids,
      { local, peer, spiI: header.initiatorSpi.slice(), message },
      payloads,
    )
    if (session) this.#commit(now, out, null, { ...session, requestDigest: digest })
  }

  #repeatedInit(out: Outbox, { name, digest, peer, header }: Arrived, known: Session): void {
    out.connection = known.connection
    const same = known.state === 'R_SA_INIT' && known.requestDigest === digest
    out.trace('ike:v2_duplicate', { message: name, messageId: header.messageId, answered: same })
    if (same) resend(out, known, known.flight, 1)
    else traceIgnored(out, name, peer.address, 'other-content', 'the SPI belongs to an SA that began otherwise')
  }

  /** From a number of half-open SAs on, a peer must show that it receives at its address (RFC 7296 §2.6; attacks D1). */
  #cookieIsGood(now: number, out: Outbox, { local, peer, header, payloads }: Arrived): boolean {
    const { cookieChallenge } = this.#options.selection.ikev2
    const nonce = find(payloads, 'NONCE')
    if (cookieChallenge === undefined || !nonce) return true
    if (this.#halfOpen().length < cookieChallenge) return true
    const claim = { nonce: nonce.data, address: peer.address, spi: header.initiatorSpi }
    const cookie = notifyOf(payloads, ikeV2NotifyType.COOKIE)
    if (cookie && this.#cookies.isGood(now, claim, cookie.data)) {
      out.trace('ike:v2_cookie', { what: 'good' })
      return true
    }
    out.trace('ike:v2_cookie', { what: cookie ? 'wrong' : 'asked for' })
    answerStateless(
      out,
      { local, peer, spiI: header.initiatorSpi },
      statusNotify('COOKIE', this.#cookies.make(now, claim)),
    )
    return false
  }

  #halfOpen(): readonly Session[] {
    return this.#table.all().filter(({ state }) => state === 'R_SA_INIT')
  }

  #makeRoom(now: number, out: Outbox): void {
    const halfOpen = this.#halfOpen()
    const { maxHalfOpen } = this.#options.settings
    const [oldest] = halfOpen
    if (oldest && halfOpen.length >= Math.min(maxHalfOpen, this.#options.selection.ikev2.maxInNegotiation))
      this.#kill(now, out, oldest, 'too many half-open SAs')
  }

  // ── Everything else ─────────────────────────────────────────────────────────────────────────────────────────────

  #receiveLater(now: number, out: Outbox, arrived: Arrived): void {
    const { header, peer, local, name } = arrived
    const session = this.#table.find(header)
    if (!session) {
      this.#receiveForNobody(out, arrived)
      return
    }
    out.connection = session.connection
    const moved =
      session.peer.address !== peer.address || session.peer.port !== peer.port || session.local.port !== local.port
    const mayMove = 'nat' in session && (session.nat.selfBehind || session.nat.peerBehind)
    if (moved && !mayMove) {
      traceIgnored(out, name, peer.address, 'other-address', 'the message comes from an address that is not the peer’s')
      return
    }
    // A new address counts only once the message has proved itself: until then it is tried on a copy (attacks E5).
    const tried: Session = moved ? { ...session, local, peer } : session
    const before = session
    const response = (header.flags & ikeV2Flag.RESPONSE) !== 0
    const next = response
      ? this.#receiveResponse(now, out, tried, arrived)
      : this.#receiveRequest(now, out, tried, arrived)
    if (next !== null && next !== tried) this.#commit(now, out, before, next)
  }

  /** A repeated request for an SA that is gone still gets its last answer. */
  #receiveForNobody(out: Outbox, arrived: Arrived): void {
    const buried = this.#table.findBuried(arrived.header)
    const answered = buried?.answered.find(
      ({ messageId, digest }) => messageId === arrived.header.messageId && digest === arrived.digest,
    )
    if (buried && answered?.reply) {
      out.connection = buried.session.connection
      out.trace('ike:v2_duplicate', { message: arrived.name, messageId: answered.messageId, answered: true })
      resend(out, buried.session, answered.reply, 1)
      return
    }
    traceIgnored(out, arrived.name, arrived.peer.address, 'no-sa', 'the message belongs to no IKE SA')
  }

  #ignored(out: Outbox, session: Session, name: IkeV2MessageName, reason: string, detail: string): null {
    traceIgnored(out, name, session.peer.address, reason, detail)
    return null
  }

  // ── Responses ───────────────────────────────────────────────────────────────────────────────────────────────────

  #receiveResponse(now: number, out: Outbox, session: Session, arrived: Arrived): Session | null {
    const ctx = this.#context(now)
    const { name, header, payloads, exchange } = arrived
    switch (session.state) {
      case 'I_SA_INIT': {
        if (exchange !== 'IKE_SA_INIT' || header.messageId !== 0)
          return this.#ignored(out, session, name, 'out-of-state', `${name} before IKE_SA_INIT is answered`)
        const broken = brokenRule(name, payloads)
        if (broken !== null) return this.#ignored(out, session, name, 'payload-not-allowed', broken)
        this.#traceReceived(out, arrived)
        const next = receiveSaInitResponse(ctx, out, session, payloads, {
          spiR: header.responderSpi.slice(),
          message: arrived.message,
        })
        if ('state' in next) return next
        const [flow = null] = this.#waiting.get(session.id) ?? []
        const sent = startAuth(ctx, out, next, flow, this.#isFirstContact(session))
        if ('outcome' in sent) {
          this.#fail(now, out, { ...session, ...next.session, state: 'I_SA_INIT' } as SaInitSent, sent)
          return null
        }
        return sent
      }
      case 'I_AUTH': {
        if (exchange !== 'IKE_AUTH' || header.messageId !== 1)
          return this.#ignored(out, session, name, 'out-of-state', `${name} while IKE_AUTH is awaited`)
        if (session.pending) return this.#ignored(out, session, name, 'waiting', 'something is being fetched')
        const inner = this.#open(out, session, arrived)
        if (!inner) return null
        const unproved = authError(out, inner)
        if (unproved !== null) {
          this.#kill(now, out, { ...session, refused: { message: name, code: unproved } }, unproved)
          return null
        }
        const pending = beginPeer(out, session, 'IKE_AUTH response', inner, arrived.digest)
        return this.#authAnswered(
          now,
          out,
          session,
          'outcome' in pending ? { ...pending, outcome: 'failed' } : receiveAuthResponse(ctx, out, session, pending),
        )
      }
      case 'ESTABLISHED': {
        const { outstanding } = session
        if (!outstanding || outstanding.flight.messageId !== header.messageId)
          return this.#ignored(out, session, name, 'unexpected-response', 'no request waits for it')
        if (!outstanding.flight.message.startsWith(exchange))
          return this.#ignored(out, session, name, 'other-exchange', `${outstanding.flight.message} is under way`)
        const inner = this.#open(out, session, arrived)
        return inner ? this.#answered(now, out, { ...session, lastHeard: now }, inner) : null
      }
      case 'R_SA_INIT':
      case 'DEAD':
        return this.#ignored(out, session, name, 'out-of-state', 'no request waits for it')
      default: {
        const never: never = session
        throw new Error(`no answer for ${String(never)}`)
      }
    }
  }

  #authAnswered(now: number, out: Outbox, session: AuthSent, result: AuthResponse): Session | null {
    switch (result.outcome) {
      case 'failed':
        this.#rejectResponder(now, out, session, result)
        return null
      case 'refused':
        this.#kill(now, out, session, result.code)
        return null
      case 'waiting':
        this.#fetch(out, session.id, result.fetch)
        return result.session
      case 'established': {
        const { childRefused } = result
        // IOS closes an IKE SA whose first child was refused (ios-semantics §0.3 item 8).
        return childRefused === null
          ? result.session
          : {
              ...result.session,
              refused: { message: 'IKE_AUTH response', code: childRefused },
              queue: [{ kind: 'delete-ike', reason: childRefused }],
            }
      }
      default: {
        const never: never = result
        throw new Error(`unknown outcome ${String(never)}`)
      }
    }
  }

  /** The responder holds the SA for good already: it is told so, or left half-open as IOS leaves it (ios-semantics §0.3 item 7). */
  #rejectResponder(now: number, out: Outbox, session: AuthSent, { code }: AuthFailed): void {
    const refused = { message: 'IKE_AUTH response' as const, code }
    if (this.#options.selection.knobs['v2.initValidateFailure'] === 'deleteSent') {
      const telling: Established = {
        ...session,
        refused,
        state: 'ESTABLISHED',
        peerIdentity: { type: 0, value: '', data: new Uint8Array() },
        peerCertificate: null,
        peerMethod: '',
        establishedAt: now,
        lifetime: 0,
        nextMessageId: 2,
        expectedMessageId: 0,
        answered: [],
        outstanding: null,
        queue: [],
        children: [],
        lastHeard: now,
        successor: null,
      }
      startInformational(this.#context(now), out, telling, { kind: 'authentication-failed', reason: code })
    }
    this.#kill(now, out, { ...session, refused }, code)
  }

  #answered(now: number, out: Outbox, session: Established, payloads: readonly IkeV2Payload[]): Session | null {
    const result = processResponse(this.#context(now), out, session, payloads, () => this.#table.allocate())
    this.#postpone(out, session.id, result.later)
    if (result.dies !== null) {
      this.#close(now, out, result.session, result.dies)
      return null
    }
    return result.renewal ? this.#renewed(now, out, result.session, result.renewal) : result.session
  }

  /** Our renewal is over: the children go to the SA that stays, the old one and the one that lost are closed (RFC 7296 §2.8.2). */
  #renewed(
    now: number,
    out: Outbox,
    old: Established,
    { exchange: { peerRekey }, made, lost }: NonNullable<ResponseResult['renewal']>,
  ): Session {
    const peers = peerRekey ? this.#table.get(Number(peerRekey.made)) : undefined
    if (made && !lost) {
      this.#commit(now, out, null, { ...made, children: old.children, queue: old.queue })
      return { ...old, children: [], queue: [{ kind: 'delete-ike', reason: 'renewed' }], successor: made.id }
    }
    if (made) this.#commit(now, out, null, { ...made, queue: [{ kind: 'delete-ike', reason: 'redundant' }] })
    if (peers?.state !== 'ESTABLISHED') return old
    this.#commit(now, out, peers, { ...peers, children: [...old.children, ...peers.children] })
    out.push({ kind: 'arm', timer: `${old.id}:successor`, after: successorPatience })
    return { ...old, children: [], successor: peers.id }
  }

  // ── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────

  #receiveRequest(now: number, out: Outbox, session: Session, arrived: Arrived): Session | null {
    const { name, header, exchange } = arrived
    switch (session.state) {
      case 'R_SA_INIT': {
        if (exchange !== 'IKE_AUTH' || header.messageId !== 1)
          return this.#ignored(out, session, name, 'out-of-state', `${name} before IKE_AUTH is done`)
        if (session.pending) {
          out.trace('ike:v2_duplicate', { message: name, messageId: 1, answered: false })
          return null
        }
        return this.#receiveAuth(now, out, session, arrived)
      }
      case 'ESTABLISHED':
        return this.#receiveEstablished(now, out, session, arrived)
      case 'I_SA_INIT':
      case 'I_AUTH':
      case 'DEAD':
        return this.#ignored(out, session, name, 'out-of-state', `${name} before the SA is established`)
      default: {
        const never: never = session
        throw new Error(`no answer for ${String(never)}`)
      }
    }
  }

  #receiveAuth(now: number, out: Outbox, session: SaInitAnswered, arrived: Arrived): Session | null {
    const ctx = this.#context(now)
    const keyed = this.#withKeys(ctx, out, session)
    if (typeof keyed === 'string') {
      this.#kill(now, out, { ...session, refused: { message: 'IKE_SA_INIT request', code: 'bad-public-value' } }, keyed)
      return null
    }
    const inner = this.#open(out, keyed, arrived)
    // The keys are kept even where the message was worth nothing: they cost an exponentiation.
    if (!inner) return keyed
    const pending = beginPeer(out, keyed, 'IKE_AUTH request', inner, arrived.digest)
    const result =
      'outcome' in pending ? refuseAuth(ctx, out, keyed, pending) : receiveAuthRequest(ctx, out, keyed, pending)
    return this.#authTaken(now, out, keyed, arrived.digest, result)
  }

  #withKeys(
    ctx: IkeV2Context,
    out: Outbox,
    session: SaInitAnswered,
  ): (SaInitAnswered & { readonly keys: NonNullable<SaInitAnswered['keys']> }) | string {
    if (session.keys) return { ...session, keys: session.keys }
    const derived = deriveKeys(out, session.dh, session.peerPublic, session)
    if ('refused' in derived) return derived.refused
    exportKeys(ctx, out, session, derived.keys)
    return { ...session, keys: derived.keys }
  }

  #authTaken(
    now: number,
    out: Outbox,
    session: SaInitAnswered,
    digest: string,
    result: AuthRequestResult,
  ): Session | null {
    switch (result.outcome) {
      case 'refused': {
        const answered = [{ messageId: 1, digest, reply: result.flight }]
        this.#kill(
          now,
          out,
          { ...session, refused: { message: 'IKE_AUTH request', code: result.code } },
          result.code,
          answered,
        )
        return null
      }
      case 'waiting':
        this.#fetch(out, session.id, result.fetch)
        return result.session
      case 'established': {
        const established: Established = {
          ...result.session,
          answered: [{ messageId: 1, digest, reply: result.flight }],
        }
        if (result.initialContact) this.#initialContact(now, out, established)
        return established
      }
      default: {
        const never: never = result
        throw new Error(`unknown outcome ${String(never)}`)
      }
    }
  }

  #receiveEstablished(now: number, out: Outbox, session: Established, arrived: Arrived): Session | null {
    const { name, header, digest } = arrived
    const { messageId } = header
    const before = session.answered.find((answered) => answered.messageId === messageId)
    if (before) {
      const last = arrived.payloads.at(-1)
      // Of a fragmented request only the first fragment is answered again (RFC 7383 §2.6.1).
      const same = last?.type === 'SKF' ? last.number === 1 : before.digest === digest
      out.trace('ike:v2_duplicate', { message: name, messageId, answered: same })
      if (same && before.reply) resend(out, session, before.reply, 1)
      return null
    }
    const { window } = this.#options.selection.ikev2
    if (messageId < session.expectedMessageId || messageId >= session.expectedMessageId + window)
      return this.#ignored(
        out,
        session,
        name,
        'outside-window',
        `message id ${messageId}, ${session.expectedMessageId} is next`,
      )
    const inner = this.#open(out, session, arrived)
    if (!inner) return null
    return this.#process(now, out, { ...session, lastHeard: now }, arrived, inner)
  }

  #process(
    now: number,
    out: Outbox,
    session: Established,
    { exchange, header, digest }: Arrived,
    payloads: readonly IkeV2Payload[],
  ): Session | null {
    const { messageId } = header
    const {
      session: next,
      dies,
      made,
      collides,
    } = processRequest(this.#context(now), out, session, { exchange, messageId, digest, payloads }, () =>
      this.#table.allocate(),
    )
    if (dies !== null) {
      this.#peerCloses(now, out, next, dies)
      return null
    }
    if (!made) return next
    if (collides) {
      this.#commit(now, out, null, made)
      return next
    }
    this.#commit(now, out, null, { ...made, children: next.children, queue: next.queue })
    out.push({ kind: 'arm', timer: `${next.id}:successor`, after: successorPatience })
    return { ...next, children: [], queue: [], successor: made.id }
  }

  /** The peer closes the IKE SA: its children go along, unless a renewal by the peer has them. */
  #peerCloses(now: number, out: Outbox, session: Established, reason: string): void {
    const { outstanding } = session
    const rekey = outstanding?.task.kind === 'rekey-ike' ? (outstanding as RekeyExchange).peerRekey : null
    const heir = rekey ? this.#table.get(Number(rekey.made)) : undefined
    if (heir?.state === 'ESTABLISHED')
      this.#commit(now, out, heir, { ...heir, children: [...session.children, ...heir.children] })
    else this.#closeChildren(out, session, reason)
    this.#kill(now, out, { ...session, children: [] }, reason, session.answered)
  }

  #closeChildren(out: Outbox, session: Established, reason: string): void {
    for (const child of session.children) removeChild(out, session.peer, child, reason)
    for (const child of session.children) disarmChild(out, child)
  }

  #close(now: number, out: Outbox, session: Established, reason: string, answered: readonly Answered[] = []): void {
    this.#closeChildren(out, session, reason)
    this.#kill(now, out, { ...session, children: [] }, reason, answered)
  }

  // ── Protected messages ──────────────────────────────────────────────────────────────────────────────────────────

  /** What is inside; null: it was ignored, or more fragments are awaited. */
  #open(
    out: Outbox,
    session: Extract<Session, { readonly keys: unknown }> & { readonly keys: NonNullable<SaInitAnswered['keys']> },
    arrived: Arrived,
  ): readonly IkeV2Payload[] | null {
    const { name, header, payloads, message } = arrived
    const opened = openMessage(
      session,
      { message, messageId: header.messageId, payloads, name },
      this.#fragments.get(session.id) ?? null,
      this.#options.settings.limits,
    )
    switch (opened.kind) {
      case 'refused':
        return this.#ignored(out, session, name, opened.reason, opened.detail)
      case 'malformed':
        return this.#ignored(out, session, name, 'malformed', opened.detail)
      case 'fragment':
        this.#traceReceived(out, arrived)
        this.#fragments.set(session.id, opened.partial)
        return null
      case 'payloads': {
        this.#fragments.delete(session.id)
        this.#traceReceived(out, arrived)
        out.trace('ike:v2_payloads_decrypted', { message: name, payloads: describeAll(opened.payloads) })
        if (session.state === 'ESTABLISHED' && (header.flags & ikeV2Flag.RESPONSE) === 0) return opened.payloads
        const broken = brokenRule(name, opened.payloads)
        if (broken !== null) return this.#ignored(out, session, name, 'payload-not-allowed', broken)
        const critical = criticalUnknown(opened.payloads)
        return critical
          ? this.#ignored(out, session, name, 'unsupported-critical-payload', `payload type ${critical.payloadType}`)
          : opened.payloads
      }
      default: {
        const never: never = opened
        throw new Error(`unknown result ${String(never)}`)
      }
    }
  }

  #traceReceived(out: Outbox, { local, peer, name, header, payloads, message, digest }: Arrived): void {
    const last = payloads.at(-1)
    out.trace('ike:v2_packet_received', {
      local: local.address,
      peer: peer.address,
      localPort: local.port,
      peerPort: peer.port,
      message: name,
      messageId: header.messageId,
      initiatorSpi: toHex(header.initiatorSpi),
      responderSpi: toHex(header.responderSpi),
      payloads: describeAll(payloads),
      encrypted: last?.type === 'SK' || last?.type === 'SKF',
      ...(last?.type === 'SKF' ? { fragment: { number: last.number, total: last.total } } : {}),
      length: message.length,
      retransmission: 0,
      digest,
    })
  }

  // ── What was fetched ────────────────────────────────────────────────────────────────────────────────────────────

  #fetch(out: Outbox, sa: number, what: Extract<AuthResponse, { outcome: 'waiting' }>['fetch']): void {
    if (typeof what === 'string') out.push({ kind: 'fetch-certificate', sa, url: what })
    else out.push({ kind: 'fetch-crl', sa, request: what })
  }

  /** An answer to a `fetch-crl` effect. The answer is kept for later validations. */
  crl(now: number, answer: { readonly sa: number; readonly url: string; readonly crl: CrlAnswer }): readonly Effect[] {
    const out = new Outbox()
    const { url, crl } = answer
    if ('der' in crl) this.#crls.set(url, crl)
    const found = this.#pendingOf(answer.sa)
    if (!found) return out.effects
    const { session, pending } = found
    out.connection = session.connection
    if ('der' in crl)
      out.trace('pki:crl_received', {
        handle: pending.handle,
        url,
        issuer: crl.issuer.ios,
        entries: crl.revoked.size,
      })
    else out.trace('pki:crl_failed', { handle: pending.handle, url, trustpoint: '', detail: crl.unreachable })
    this.#resume(now, out, session, { ...pending, crls: new Map(pending.crls).set(url, crl) })
    return out.effects
  }

  /** An answer to a `fetch-certificate` effect: the octets that the URL gave. */
  certificate(
    now: number,
    answer: {
      readonly sa: number
      readonly url: string
      readonly der: Uint8Array | { readonly unreachable: string }
    },
  ): readonly Effect[] {
    const out = new Outbox()
    const found = this.#pendingOf(answer.sa)
    if (!found) return out.effects
    out.connection = found.session.connection
    this.#resume(now, out, found.session, {
      ...found.pending,
      fetched: new Map(found.pending.fetched).set(answer.url, answer.der),
    })
    return out.effects
  }

  #pendingOf(id: number): { readonly session: SaInitAnswered | AuthSent; readonly pending: PendingPeer } | null {
    const session = this.#table.get(id)
    if (session?.state !== 'R_SA_INIT' && session?.state !== 'I_AUTH') return null
    return session.pending ? { session, pending: session.pending } : null
  }

  #resume(now: number, out: Outbox, session: SaInitAnswered | AuthSent, pending: PendingPeer): void {
    const ctx = this.#context(now)
    const next =
      session.state === 'I_AUTH'
        ? this.#authAnswered(now, out, session, receiveAuthResponse(ctx, out, { ...session, pending: null }, pending))
        : this.#resumeResponder(now, out, session, pending)
    if (next) this.#commit(now, out, session, next)
  }

  #resumeResponder(now: number, out: Outbox, session: SaInitAnswered, pending: PendingPeer): Session | null {
    const { keys } = session
    if (!keys) throw new Error('a message was read without keys')
    const result = receiveAuthRequest(this.#context(now), out, { ...session, pending: null, keys }, pending)
    return this.#authTaken(now, out, session, pending.digest, result)
  }

  // ── Tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #enqueue(now: number, out: Outbox, session: Established, task: Task): void {
    out.connection = session.connection
    this.#commit(now, out, session, { ...session, queue: [...session.queue, task] })
  }

  #postpone(out: Outbox, id: number, task: Task | null): void {
    if (!task) return
    this.#later.set(id, [...(this.#later.get(id) ?? []), task])
    out.push({ kind: 'arm', timer: `${id}:later`, after: retryAfter })
  }

  // ── Timers ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A timer that was armed has run out. */
  expire(now: number, timer: string): readonly Effect[] {
    const out = new Outbox()
    const [idText = '', kind = '', detail = ''] = timer.split(':')
    if (idText === 'child') {
      this.#expireChild(now, out, kind, detail)
      return out.effects
    }
    const session = this.#table.get(Number(idText))
    if (!session) return out.effects
    out.connection = session.connection
    switch (kind) {
      case 'retransmit':
        this.#retransmit(now, out, session)
        break
      case 'half-open':
        if (session.state === 'R_SA_INIT') this.#kill(now, out, session, 'IKE_AUTH did not come')
        break
      case 'dpd':
        this.#dpd(now, out, session)
        break
      case 'rekey':
        if (session.state === 'ESTABLISHED' && session.successor === null && session.children.length > 0)
          this.#enqueue(now, out, session, { kind: 'rekey-ike', reason: 'lifetime' })
        break
      case 'lifetime':
        if (session.state === 'ESTABLISHED')
          this.#enqueue(now, out, session, { kind: 'delete-ike', reason: 'lifetime expired' })
        break
      case 'later':
        this.#again(now, out, session)
        break
      case 'successor':
        if (session.state === 'ESTABLISHED') this.#enqueue(now, out, session, { kind: 'delete-ike', reason: 'renewed' })
        break
      default:
        throw new Error(`unknown timer ${timer}`)
    }
    return out.effects
  }

  #again(now: number, out: Outbox, session: Session): void {
    const tasks = this.#later.get(session.id) ?? []
    this.#later.delete(session.id)
    if (session.state === 'ESTABLISHED' && session.successor === null)
      this.#commit(now, out, session, { ...session, queue: [...session.queue, ...tasks] })
  }

  #retransmit(now: number, out: Outbox, session: Session): void {
    const flight = flightOf(session)
    if (!flight) return
    const { retransmitLimit } = this.#options.settings
    // An unprotected error was a hint; no better answer came.
    if (session.state === 'I_SA_INIT' && session.refused) {
      this.#kill(now, out, session, session.refused.code)
      return
    }
    if (flight.attempts >= retransmitLimit) {
      this.#giveUp(now, out, session)
      return
    }
    const attempts = flight.attempts + 1
    out.trace('ike:v2_retransmission', {
      message: flight.message,
      messageId: flight.messageId,
      attempt: attempts,
      limit: retransmitLimit,
    })
    resend(out, session, flight, attempts)
    const again: Flight = { ...flight, attempts }
    if (session.state === 'ESTABLISHED' && session.outstanding)
      this.#commit(now, out, session, { ...session, outstanding: { ...session.outstanding, flight: again } })
    else if (session.state === 'I_SA_INIT' || session.state === 'I_AUTH')
      this.#commit(now, out, session, { ...session, flight: again })
  }

  /** The peer does not answer: everything that it holds with us is gone (RFC 7296 §2.4). */
  #giveUp(now: number, out: Outbox, session: Session): void {
    if (session.state === 'ESTABLISHED') {
      if (session.outstanding?.task.kind === 'dpd')
        out.trace('ike:v2_dpd', { what: 'failed', peer: session.peer.address })
      this.#close(now, out, session, 'peer does not answer')
    } else this.#kill(now, out, session, 'peer does not answer')
  }

  #dpdOf(session: Session): { readonly interval: number; readonly retry: number; readonly periodic: boolean } | null {
    const profile = profileNamed(this.#context(0), session.profile)
    return profile?.dpd ?? this.#options.selection.ikev2.dpd ?? null
  }

  #dpd(now: number, out: Outbox, session: Session): void {
    const dpd = this.#dpdOf(session)
    if (session.state !== 'ESTABLISHED' || !dpd) return
    const idle = now - session.lastHeard >= dpd.interval * 1000
    const due = idle && !session.outstanding && (dpd.periodic || this.#spoke.has(session.id))
    this.#spoke.delete(session.id)
    if (due) this.#enqueue(now, out, session, { kind: 'dpd' })
    out.push({ kind: 'arm', timer: `${session.id}:dpd`, after: dpd.interval * 1000 })
  }

  /** Protected traffic passed: dead peer detection need not ask. */
  traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    for (const session of this.#table.all()) {
      if (session.state !== 'ESTABLISHED' || session.peer.address !== peer) continue
      if (direction === 'out') this.#spoke.add(session.id)
      else this.#table.set({ ...session, lastHeard: now })
    }
  }

  #ownerOf(inbound: string): { readonly session: Established; readonly child: Child } | null {
    for (const session of this.#table.all()) {
      if (session.state !== 'ESTABLISHED') continue
      const child = session.children.find((candidate) => toHex(candidate.inbound) === inbound)
      if (child) return { session, child }
    }
    return null
  }

  #expireChild(now: number, out: Outbox, kind: string, inbound: string): void {
    const owner = this.#ownerOf(inbound)
    if (!owner) return
    const { session, child } = owner
    if (kind === 'hard') {
      this.#enqueue(now, out, session, { kind: 'delete-child', inbound, reason: 'lifetime expired' })
      return
    }
    // The other end may have been first: a younger child of the same flow means that there is nothing left to do.
    if (session.children.some((other) => other.flow === child.flow && other.installedAt > child.installedAt)) return
    this.#enqueue(now, out, session, {
      kind: 'rekey-child',
      inbound,
      reason: kind === 'volume' ? 'volume' : 'lifetime',
    })
  }

  /** A child has carried its volume (`kilobytes`): it is renewed like one that has grown old. `spi` is the inbound SPI. */
  volumeReached(now: number, spi: Uint8Array): readonly Effect[] {
    return this.expire(now, `child:volume:${toHex(spi)}`)
  }

  /** Renews the IKE SA, or the child with that inbound SPI, at once. */
  rekey(now: number, id: number, inbound: Uint8Array | null): readonly Effect[] {
    const out = new Outbox()
    const session = this.#table.get(id)
    if (session?.state !== 'ESTABLISHED') return out.effects
    this.#enqueue(
      now,
      out,
      session,
      inbound === null
        ? { kind: 'rekey-ike', reason: 'command' }
        : { kind: 'rekey-child', inbound: toHex(inbound), reason: 'command' },
    )
    return out.effects
  }

  /** `clear crypto session`: tells the peer, and removes everything of one session. */
  clear(now: number, id: number): readonly Effect[] {
    const out = new Outbox()
    const session = this.#table.get(id)
    if (!session) return out.effects
    out.connection = session.connection
    if (session.state === 'ESTABLISHED') this.#enqueue(now, out, session, { kind: 'delete-ike', reason: 'cleared' })
    else this.#kill(now, out, session, 'cleared')
    return out.effects
  }

  // ── The table ───────────────────────────────────────────────────────────────────────────────────────────────────

  #isFirstContact(session: Session): boolean {
    const force = profileNamed(this.#context(0), session.profile)?.initialContactForce ?? false
    return (
      force ||
      !this.#table.all().some((other) => other.state === 'ESTABLISHED' && other.peer.address === session.peer.address)
    )
  }

  /** INITIAL_CONTACT: the peer knows of nothing older, so what we hold with that identity goes (RFC 7296 §2.4). */
  #initialContact(now: number, out: Outbox, session: Established): void {
    for (const other of this.#table.all()) {
      if (other.id === session.id || other.state !== 'ESTABLISHED') continue
      const { type, value } = other.peerIdentity
      if (type !== session.peerIdentity.type || value !== session.peerIdentity.value) continue
      this.#close(now, out, other, 'initial contact')
    }
  }

  #fail(now: number, out: Outbox, session: SaInitSent, { code }: AuthFailed): void {
    this.#kill(now, out, { ...session, refused: { message: 'IKE_AUTH request', code } }, code)
  }

  #kill(now: number, out: Outbox, session: Session, reason: string, answered: readonly Answered[] = []): void {
    if (session.state === 'DEAD') return
    out.trace('ike:v2_sa_deleted', {
      local: session.local.address,
      peer: session.peer.address,
      role: session.role,
      status: saStatus(session),
      reason,
    })
    const dead: Dead = {
      id: session.id,
      connection: session.connection,
      role: session.role,
      local: session.local,
      peer: session.peer,
      spiI: session.spiI,
      spiR: session.spiR,
      profile: session.profile,
      createdAt: session.createdAt,
      refused: session.refused,
      state: 'DEAD',
      reason,
      diedIn: session.state,
    }
    disarmSession(out, session.id)
    this.#table.bury(dead, answered)
    this.#fragments.delete(session.id)
    this.#later.delete(session.id)
    this.#spoke.delete(session.id)
    this.#waiting.delete(session.id)
    if (session.state !== 'ESTABLISHED') out.push({ kind: 'phase1', sa: session.id, outcome: 'down' })
    else this.#restart(now, out, session)
  }

  /** Flows that were asked for and not begun yet are not forgotten with the SA that would have made them. */
  #restart(now: number, out: Outbox, { queue, local, peer, profile, successor }: Established): void {
    if (successor !== null) return
    for (const task of queue) {
      if (task.kind !== 'create-child') continue
      const ports = { local: { ...local, port: 500 }, peer: { ...peer, port: 500 } }
      out.effects.push(...this.initiate(now, { ...ports, profile, flow: task.flow }))
    }
  }

  #context(now: number): IkeV2Context {
    return { ...this.#options, now, crls: this.#crls as CrlAnswers }
  }

  /** Takes a session's next state: the table, the timers, and the task that may now begin. */
  #commit(now: number, out: Outbox, before: Session | null, after: Session): void {
    if (before === after) return
    const pumped = after.state === 'ESTABLISHED' ? pump(this.#context(now), out, after) : after
    this.#table.set(pumped)
    timerEffects(out, before, pumped, this.#options.settings, this.#dpdOf(pumped)?.interval ?? null)
    if (pumped.state === 'ESTABLISHED' && before?.state !== 'ESTABLISHED' && before !== null)
      this.#begun(now, out, pumped)
  }

  /** An SA that came from IKE_AUTH: flows that waited behind the first one follow. */
  #begun(now: number, out: Outbox, session: Established): void {
    out.push({ kind: 'phase1', sa: session.id, outcome: 'up' })
    const [, ...flows] = this.#waiting.get(session.id) ?? []
    this.#waiting.delete(session.id)
    for (const flow of flows) {
      const current = this.#table.get(session.id)
      if (current?.state === 'ESTABLISHED') this.#enqueue(now, out, current, { kind: 'create-child', flow })
    }
  }
}

const isLive = (session: Session): session is Established =>
  session.state === 'ESTABLISHED' &&
  session.successor === null &&
  session.outstanding?.task.kind !== 'delete-ike' &&
  !session.queue.some(({ kind }) => kind === 'delete-ike')

const isUnderWay = ({ outstanding, queue }: Established, flow: string): boolean =>
  [...(outstanding ? [outstanding.task] : []), ...queue].some(
    (task) => task.kind === 'create-child' && task.flow === flow,
  )
