import type { SelectionContext } from '../../selection/index.ts'
import {
  decodeClearMessage,
  decodeHeader,
  equalBytes,
  exchangeType,
  isakmpFlag,
  isEncrypted,
  payloadType,
  toHex,
} from '../../wire/index.ts'
import { type CrlAnswer, type Effect, type Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Context, IkeV1Settings, QuickModePort } from './context.ts'
import { type Arrived, arrivedFrom, ignore, receiveInfo, receiveMainMode, receiveQuickMode } from './dispatch.ts'
import { fragmentEffects } from './fragmentation.ts'
import { removeChild, sendDeleteChildren, sendDeletePhase1, sendDpd } from './informational.ts'
import { startMainMode, validateMm6 } from './main-mode-initiator.ts'
import { isUnanswered, receiveMm1, validateMm5 } from './main-mode-responder.ts'
import { brokenRule } from './message-rules.ts'
import { resend, traceReceived } from './packets.ts'
import { giveUpNode, startQuickMode } from './quick-mode.ts'
import { Reassembly } from './reassembly.ts'
import { type Child, type Dead, type Established, remember, type Session, saState } from './session.ts'

/** What an endpoint is built from. `random` gives the random octets of a run: seeded in the lab, the system's when live. */
export interface IkeV1Options {
  readonly selection: SelectionContext
  readonly quickMode: QuickModePort
  readonly settings: IkeV1Settings
  readonly random: (octets: number) => Uint8Array
}

/** RFC 2408 §5.2: a message with other flags is discarded. Authentication only is for notifies in clear, which are hints at best. */
const allowedFlags = isakmpFlag.ENCRYPTION | isakmpFlag.COMMIT
const deadKept = 16
const nodesKept = 16
/** Attempts of dead peer detection before the peer counts as gone (ios-semantics §1.1 gives the intervals; the count is a model choice). */
const dpdAttempts = 5
/** Seconds before the end of a lifetime at which an SA is renewed; the side that began it is first. IOS: 30 s for IPsec SAs; the rest is a model choice. */
const rekeyMargin = { I: 60, R: 30 } as const
/** A rekeyed SA of a short lifetime still lives at least this share of it. */
const minimumShare = 0.5

/**
 * All IKEv1 sessions of one router: finds the session to which a datagram belongs, runs its step, and turns what has
 * changed into timers. Holds no clock, socket or random source; every call returns its effects in order.
 */
export class IkeV1Endpoint {
  readonly #options: IkeV1Options
  readonly #sessions = new Map<number, Session>()
  readonly #byCookies = new Map<string, number>()
  readonly #waiting = new Map<number, readonly string[]>()
  readonly #reassembly = new Map<number, Reassembly>()
  readonly #crls = new Map<string, CrlAnswer>()
  readonly #spoke = new Set<number>()
  #orphans: readonly {
    readonly child: Child
    readonly local: Endpoint
    readonly peer: Endpoint
    readonly profile: string | null
  }[] = []
  #dead: readonly Dead[] = []
  #nextId = 1
  #nextConnection = 1001

  constructor(options: IkeV1Options) {
    this.#options = options
  }

  /** Living sessions in the order in which they began, then those that ended last. */
  sessions(): readonly Session[] {
    return [...this.#sessions.values(), ...this.#dead]
  }

  /** Traffic needs a child SA for a flow: quick mode over an existing phase 1 SA, or main mode first. `profile` is of the flow. Times are milliseconds. */
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
    const existing = this.#established(request.peer.address, request.profile)
    if (existing) {
      out.connection = existing.connection
      this.#commit(now, out, existing, startQuickMode(this.#context(now), out, existing, request.flow, false))
      return out.effects
    }
    const underWay = [...this.#sessions.values()].find(
      (session) =>
        session.role === 'I' &&
        session.state !== 'ESTABLISHED' &&
        session.peer.address === request.peer.address &&
        session.profile === request.profile,
    )
    if (underWay) {
      const flows = this.#waiting.get(underWay.id) ?? []
      if (!flows.includes(request.flow)) this.#waiting.set(underWay.id, [...flows, request.flow])
      return []
    }
    this.#begin(now, out, request, [request.flow])
    return out.effects
  }

  #begin(
    now: number,
    out: Outbox,
    request: { readonly local: Endpoint; readonly peer: Endpoint; readonly profile: string | null },
    flows: readonly string[],
  ): void {
    const id = this.#nextId++
    this.#waiting.set(id, flows)
    out.connection = 0
    const session = startMainMode(this.#context(now), out, {
      id,
      local: request.local,
      peer: request.peer,
      profile: request.profile,
    })
    this.#commit(now, out, null, session)
  }

  /** A datagram for UDP port 500, or one of port 4500 without its non-ESP marker. Never throws on what a peer sends. */
  receive(
    now: number,
    datagram: { readonly local: Endpoint; readonly peer: Endpoint; readonly bytes: Uint8Array },
  ): readonly Effect[] {
    const out = new Outbox()
    const { local, peer, bytes } = datagram
    const header = decodeHeader(bytes)
    if (!header.ok) {
      ignore(out, peer.address, 'unknown', header.reject.code, header.reject.detail)
      return out.effects
    }
    if ((header.value.flags & ~allowedFlags) !== 0) {
      ignore(out, peer.address, 'unknown', 'bad-flags', `flags ${header.value.flags}`)
      return out.effects
    }
    const arrived = arrivedFrom(header.value, bytes)
    if (header.value.exchangeType === exchangeType.MAIN_MODE && isUnanswered(header.value.responderCookie))
      this.#receiveFirst(now, out, local, peer, arrived)
    else this.#receiveLater(now, out, local, peer, arrived)
    return out.effects
  }

  #receiveFirst(now: number, out: Outbox, local: Endpoint, peer: Endpoint, arrived: Arrived): void {
    const cookie = toHex(arrived.header.initiatorCookie)
    for (const session of this.#sessions.values()) {
      if (toHex(session.cookieI) !== cookie) continue
      if (session.role === 'I') {
        ignore(out, peer.address, 'MM1', 'reflected', 'the initiator cookie is our own')
        return
      }
      if (session.peer.address !== peer.address || session.peer.port !== peer.port) continue
      out.connection = session.connection
      const next = receiveMainMode(this.#context(now), out, session, arrived, () => this.#nextConnection++)
      this.#commit(now, out, session, next)
      return
    }
    if (isUnanswered(arrived.header.initiatorCookie)) {
      ignore(out, peer.address, 'MM1', 'no-cookie', 'the initiator cookie is zero')
      return
    }
    const ctx = this.#context(now)
    const decoded = decodeClearMessage(arrived.isakmp, ctx.settings.limits)
    if (!decoded.ok) {
      ignore(out, peer.address, 'MM1', decoded.reject.code, decoded.reject.detail)
      return
    }
    const broken =
      isEncrypted(arrived.header) || arrived.header.messageId !== 0
        ? 'an encrypted first message, or one with a message id'
        : brokenRule('MM1', decoded.value.payloads)
    if (broken !== null) {
      ignore(out, peer.address, 'MM1', 'payload-not-allowed', broken)
      return
    }
    this.#makeRoom(now, out)
    traceReceived(
      out,
      { local, peer, role: 'N', saState: 'NEW SA', message: 'MM1', messageId: 0 },
      arrived.isakmp,
      decoded.value.payloads,
      false,
      arrived.digest,
    )
    const session = receiveMm1(
      ctx,
      out,
      { id: this.#nextId++, local, peer, cookieI: arrived.header.initiatorCookie.slice() },
      decoded.value.payloads,
    )
    const answered = remember([], { digest: arrived.digest, message: 'MM1', reply: session.flight })
    this.#commit(now, out, null, { ...session, answered })
  }

  /** A flood of first messages costs at most `maxHalfOpen` sessions: the oldest half-open one goes (attacks D2). */
  #makeRoom(now: number, out: Outbox): void {
    const halfOpen = [...this.#sessions.values()].filter(
      (session) => session.role === 'R' && session.state !== 'ESTABLISHED',
    )
    const [oldest] = halfOpen
    if (oldest && halfOpen.length >= this.#options.settings.maxHalfOpen)
      this.#kill(now, out, oldest, 'too many half-open sessions')
  }

  #find(arrived: Arrived): Session | undefined {
    const { initiatorCookie, responderCookie, exchangeType: type } = arrived.header
    const cookieI = toHex(initiatorCookie)
    const id =
      this.#byCookies.get(cookieI + toHex(responderCookie)) ??
      (type === exchangeType.MAIN_MODE || type === exchangeType.INFORMATIONAL
        ? this.#byCookies.get(`${cookieI}0000000000000000`)
        : undefined)
    const session = id === undefined ? undefined : this.#sessions.get(id)
    // Before MM2 an initiator knows no responder cookie: that session alone is found by one cookie.
    return session && (session.state === 'I_MM1' || equalBytes(session.cookieR, responderCookie)) ? session : undefined
  }

  #receiveLater(now: number, out: Outbox, local: Endpoint, peer: Endpoint, arrived: Arrived): void {
    const session = this.#find(arrived)
    if (!session) {
      ignore(out, peer.address, 'unknown', 'no-sa', 'the message belongs to no SA and is no initialisation offer')
      return
    }
    out.connection = session.connection
    const moved =
      session.peer.address !== peer.address || session.peer.port !== peer.port || session.local.port !== local.port
    const otherAddress = (): void =>
      ignore(
        out,
        peer.address,
        'unknown',
        'other-address',
        'the message comes from an address that is not the peer of its SA',
      )
    const behindNat = 'nat' in session && (session.nat.selfBehind || session.nat.peerBehind)
    if (moved && !behindNat) {
      otherAddress()
      return
    }
    const whole = this.#reassemble(out, session, arrived)
    if (!whole) return
    // A fragment is never encrypted; the message that the fragments make must be.
    if (moved && !isEncrypted(whole.header)) {
      otherAddress()
      return
    }
    // A new address counts only once the message has proved itself: until then it is tried on a copy (attacks E5).
    const tried: Session = moved ? { ...session, local, peer } : session
    const next = this.#step(now, out, tried, whole)
    this.#commit(now, out, session, next === tried ? session : next)
  }

  #reassemble(out: Outbox, session: Session, arrived: Arrived): Arrived | null {
    if (arrived.header.nextPayload !== payloadType.FRAGMENT) return arrived
    const decoded = decodeClearMessage(arrived.isakmp, this.#options.settings.limits)
    const payload = decoded.ok ? decoded.value.payloads[0] : undefined
    if (payload?.type !== 'FRAGMENT') {
      ignore(out, session.peer.address, 'unknown', 'bad-fragment', 'a fragment that cannot be read')
      return null
    }
    let reassembly = this.#reassembly.get(session.id)
    if (!reassembly) {
      reassembly = new Reassembly()
      this.#reassembly.set(session.id, reassembly)
    }
    const result = reassembly.add(payload)
    if (!result) return null
    if ('refused' in result) {
      ignore(out, session.peer.address, 'unknown', 'bad-fragment', result.refused)
      return null
    }
    const header = decodeHeader(result.message)
    if (
      !header.ok ||
      header.value.nextPayload === payloadType.FRAGMENT ||
      !equalBytes(header.value.initiatorCookie, session.cookieI)
    ) {
      ignore(out, session.peer.address, 'unknown', 'bad-fragment', 'the fragments make no message of this SA')
      return null
    }
    return arrivedFrom(header.value, result.message)
  }

  #step(now: number, out: Outbox, session: Session, arrived: Arrived): Session {
    const ctx = this.#context(now)
    switch (arrived.header.exchangeType) {
      case exchangeType.MAIN_MODE:
        if (arrived.header.messageId !== 0) break
        return receiveMainMode(ctx, out, session, arrived, () => this.#nextConnection++)
      case exchangeType.QUICK_MODE:
        return receiveQuickMode(ctx, out, session, arrived)
      case exchangeType.INFORMATIONAL: {
        const result = receiveInfo(ctx, out, session, arrived)
        if (!result) return session
        if (result.initialContact) this.#initialContact(now, out, result.session)
        return result.deleted ? this.#dies(out, result.session, 'peer deleted it') : result.session
      }
      default:
        break
    }
    ignore(
      out,
      session.peer.address,
      'unknown',
      'unsupported-exchange',
      `exchange type ${arrived.header.exchangeType} with message id ${arrived.header.messageId}`,
    )
    return session
  }

  /** An answer to a `fetch-crl` effect. The answer is kept for later validations. */
  crl(now: number, answer: { readonly sa: number; readonly url: string; readonly crl: CrlAnswer }): readonly Effect[] {
    const out = new Outbox()
    const session = this.#sessions.get(answer.sa)
    const pending = session && (session.state === 'R_MM4' || session.state === 'I_MM5') ? session.pending : null
    if ('der' in answer.crl) this.#crls.set(answer.url, answer.crl)
    if (!session || !pending) return out.effects
    out.connection = session.connection
    if ('der' in answer.crl)
      out.trace('pki:crl_received', {
        handle: pending.handle,
        url: answer.url,
        issuer: answer.crl.issuer.ios,
        entries: answer.crl.revoked.size,
      })
    else
      out.trace('pki:crl_failed', {
        handle: pending.handle,
        url: answer.url,
        trustpoint: '',
        detail: answer.crl.unreachable,
      })
    const resumed = { ...pending, answers: new Map(pending.answers).set(answer.url, answer.crl) }
    const ctx = this.#context(now)
    const next =
      session.state === 'R_MM4'
        ? validateMm5(ctx, out, { ...session, pending: null }, resumed)
        : session.state === 'I_MM5'
          ? validateMm6(ctx, out, { ...session, pending: null }, resumed)
          : session
    const reply = next.flight && next.flight !== session.flight && next.role === 'R' ? next.flight : null
    this.#commit(now, out, session, {
      ...next,
      answered: remember(
        session.answered.filter(({ digest }) => digest !== pending.digest),
        { digest: pending.digest, message: pending.message, reply },
      ),
    })
    return out.effects
  }

  /** A timer that was armed has run out. */
  expire(now: number, timer: string): readonly Effect[] {
    const out = new Outbox()
    const [idText = '', kind = '', detail = ''] = timer.split(':')
    if (idText === 'child') {
      this.#expireChild(now, out, kind, detail)
      return out.effects
    }
    const session = this.#sessions.get(Number(idText))
    if (!session) return out.effects
    out.connection = session.connection
    switch (kind) {
      case 'retransmit':
        this.#retransmit(now, out, session)
        break
      case 'half-open':
        if (session.state !== 'ESTABLISHED') this.#kill(now, out, session, 'Death by retransmission P1')
        break
      case 'node':
        this.#retransmitNode(now, out, session, Number(detail))
        break
      case 'dpd':
        this.#dpd(now, out, session)
        break
      case 'rekey':
        this.#rekey(now, out, session)
        break
      case 'lifetime':
        if (session.state === 'ESTABLISHED') this.#end(now, out, session, 'lifetime expired')
        break
      default:
        throw new Error(`unknown timer ${timer}`)
    }
    return out.effects
  }

  #retransmit(now: number, out: Outbox, session: Session): void {
    const { flight } = session
    const { retransmitLimit } = this.#options.settings
    if (!flight || session.state === 'ESTABLISHED' || session.state === 'DEAD') return
    if (flight.attempts >= retransmitLimit) {
      this.#kill(now, out, session, 'Death by retransmission P1')
      return
    }
    const attempts = flight.attempts + 1
    out.trace('ike:retransmission', {
      message: flight.message,
      attempt: attempts,
      limit: retransmitLimit,
      saState: saState(session),
      phase: 1,
    })
    resend(out, session, flight, attempts)
    this.#commit(now, out, session, { ...session, flight: { ...flight, attempts } })
  }

  #retransmitNode(now: number, out: Outbox, session: Session, messageId: number): void {
    if (session.state !== 'ESTABLISHED') return
    const node = session.nodes.get(messageId)
    if (!node || node.state === 'DONE') return
    const { retransmitLimit } = this.#options.settings
    if (node.flight.attempts >= retransmitLimit) {
      this.#commit(now, out, session, giveUpNode(this.#context(now), out, session, node))
      return
    }
    const attempts = node.flight.attempts + 1
    out.trace('ike:retransmission', {
      message: node.flight.message,
      attempt: attempts,
      limit: retransmitLimit,
      saState: 'QM_IDLE',
      phase: 2,
      messageId,
    })
    resend(out, session, node.flight, attempts)
    this.#commit(now, out, session, {
      ...session,
      nodes: new Map(session.nodes).set(messageId, { ...node, flight: { ...node.flight, attempts } }),
    })
  }

  /** Protected traffic passed: dead peer detection need not ask. */
  traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    for (const session of this.#sessions.values()) {
      if (session.state !== 'ESTABLISHED' || session.peer.address !== peer || !session.dpd) continue
      if (direction === 'out') this.#spoke.add(session.id)
      else this.#sessions.set(session.id, { ...session, dpd: { ...session.dpd, lastHeard: now, unanswered: 0 } })
    }
  }

  #keepaliveOf(
    session: Session,
  ): { readonly interval: number; readonly retry: number; readonly periodic: boolean } | null {
    const profile = this.#options.selection.profiles.find(({ name }) => name === session.profile)
    return profile?.keepalive
      ? { ...profile.keepalive, periodic: this.#options.settings.keepalive?.periodic ?? false }
      : this.#options.settings.keepalive
  }

  #dpd(now: number, out: Outbox, session: Session): void {
    const keepalive = this.#keepaliveOf(session)
    if (session.state !== 'ESTABLISHED' || !session.dpd || !keepalive) return
    const { dpd } = session
    if (dpd.unanswered >= dpdAttempts) {
      out.trace('ike:dpd_failed', { peer: session.peer.address })
      this.#kill(now, out, this.#dropChildren(now, out, session, 'peer is dead'), 'peers is not responding')
      return
    }
    const idle = now - dpd.lastHeard >= keepalive.interval * 1000
    const due = dpd.unanswered > 0 || (idle && (keepalive.periodic || this.#spoke.has(session.id)))
    this.#spoke.delete(session.id)
    const next = due ? sendDpd(this.#context(now), out, session) : session
    this.#commit(now, out, session, next)
    out.push({ kind: 'arm', timer: `${session.id}:dpd`, after: (due ? keepalive.retry : keepalive.interval) * 1000 })
  }

  /** Phase 1 is renewed by whichever end gets there first: the roles may swap (ios-semantics §6, entry 22). */
  #rekey(now: number, out: Outbox, session: Session): void {
    if (session.state !== 'ESTABLISHED' || session.superseded) return
    const newer = [...this.#sessions.values()].some(
      (other) => other.id > session.id && other.peer.address === session.peer.address && other.state !== 'DEAD',
    )
    if (newer || session.children.length === 0) return
    out.trace('ike:rekey_begun', { phase: 1, reason: 'lifetime' })
    this.#sessions.set(session.id, { ...session, superseded: true })
    this.#begin(now, out, { local: session.local, peer: session.peer, profile: session.profile }, [])
  }

  #expireChild(now: number, out: Outbox, kind: string, spi: string): void {
    const owner = [...this.#sessions.values()].find(
      (session): session is Established =>
        session.state === 'ESTABLISHED' && session.children.some(({ inbound }) => toHex(inbound) === spi),
    )
    const orphan = this.#orphans.find(({ child }) => toHex(child.inbound) === spi)
    const child = owner?.children.find(({ inbound }) => toHex(inbound) === spi) ?? orphan?.child
    if (!child) return
    if (kind === 'soft') {
      out.connection = owner?.connection ?? 0
      // The other end may have been first: a younger child of the same flow means that there is nothing left to do.
      if (owner?.children.some((other) => other.flow === child.flow && other.installedAt > child.installedAt)) return
      out.trace('ike:rekey_begun', { phase: 2, reason: 'lifetime' })
      if (owner) this.#commit(now, out, owner, startQuickMode(this.#context(now), out, owner, child.flow, true))
      else if (orphan)
        out.effects.push(
          ...this.initiate(now, { local: orphan.local, peer: orphan.peer, profile: orphan.profile, flow: child.flow }),
        )
      return
    }
    if (owner) {
      out.connection = owner.connection
      removeChild(out, owner, child, 'lifetime expired')
      const told = sendDeleteChildren(this.#context(now), out, owner, [child])
      this.#commit(now, out, owner, { ...told, children: told.children.filter((other) => other !== child) })
    } else if (orphan) {
      this.#orphans = this.#orphans.filter((other) => other !== orphan)
      out.push({ kind: 'remove', direction: 'in', spi: child.inbound, reason: 'lifetime expired', peer: orphan.peer })
      out.push({ kind: 'remove', direction: 'out', spi: child.outbound, reason: 'lifetime expired', peer: orphan.peer })
    }
  }

  /** A child has carried its volume (`kilobytes`): it is renewed like one that has grown old. `spi` is the inbound SPI. */
  volumeReached(now: number, spi: Uint8Array): readonly Effect[] {
    return this.expire(now, `child:soft:${toHex(spi)}`)
  }

  /** `clear crypto session`: tells the peer, and removes everything of one session. */
  clear(now: number, id: number): readonly Effect[] {
    const out = new Outbox()
    const session = this.#sessions.get(id)
    if (!session) return out.effects
    out.connection = session.connection
    if (session.state !== 'ESTABLISHED') this.#kill(now, out, session, 'cleared')
    else {
      const told = sendDeleteChildren(this.#context(now), out, session, session.children)
      this.#end(now, out, this.#dropChildren(now, out, told, 'cleared'), 'cleared')
    }
    return out.effects
  }

  /** Removes the IPsec SAs of a session before it ends: what it still had would otherwise wait for an heir. */
  #dropChildren(now: number, out: Outbox, session: Established, reason: string): Established {
    for (const child of session.children) removeChild(out, session, child, reason)
    const bare = { ...session, children: [] }
    this.#commit(now, out, this.#sessions.get(session.id) ?? session, bare)
    return bare
  }

  #end(now: number, out: Outbox, session: Established, reason: string): void {
    this.#kill(now, out, sendDeletePhase1(this.#context(now), out, session), reason)
  }

  /**
   * INITIAL-CONTACT: the peer knew of no SA with us when it began this one, so what is older goes (RFC 2407 §4.6.3.3). What
   * came up since then stays: where both ends begin at once, each says INITIAL-CONTACT about the other's SA.
   */
  #initialContact(now: number, out: Outbox, session: Established): void {
    const isOlder = (peer: Endpoint, since: number): boolean =>
      peer.address === session.peer.address && peer.port === session.peer.port && since <= session.createdAt
    for (const other of [...this.#sessions.values()]) {
      if (other.id === session.id || other.state !== 'ESTABLISHED' || !isOlder(other.peer, other.establishedAt))
        continue
      this.#kill(now, out, this.#dropChildren(now, out, other, 'initial contact'), 'initial contact')
    }
    const forgotten = this.#orphans.filter(({ peer, child }) => isOlder(peer, child.installedAt))
    this.#orphans = this.#orphans.filter((orphan) => !forgotten.includes(orphan))
    for (const { child, peer } of forgotten) {
      out.push({ kind: 'remove', direction: 'in', spi: child.inbound, reason: 'initial contact', peer })
      out.push({ kind: 'remove', direction: 'out', spi: child.outbound, reason: 'initial contact', peer })
    }
  }

  #established(peer: string, profile: string | null): Established | undefined {
    return [...this.#sessions.values()].findLast(
      (session): session is Established =>
        session.state === 'ESTABLISHED' &&
        !session.superseded &&
        session.peer.address === peer &&
        (profile === null || session.profile === profile),
    )
  }

  #dies(out: Outbox, session: Session, reason: string): Dead {
    out.trace('ike:sa_deleted', { reason, role: session.role, saState: saState(session), peer: session.peer.address })
    return {
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
      answered: [],
      refused: session.refused,
      flight: null,
      state: 'DEAD',
      reason,
      diedIn: saState(session),
    }
  }

  #kill(now: number, out: Outbox, session: Session, reason: string): void {
    this.#commit(now, out, session, this.#dies(out, session, reason))
  }

  #context(now: number): IkeV1Context {
    const { selection, quickMode, settings, random } = this.#options
    const isFirstContact = (address: string): boolean =>
      ![...this.#sessions.values()].some(({ state, peer }) => state === 'ESTABLISHED' && peer.address === address) &&
      !this.#orphans.some(({ peer }) => peer.address === address)
    return { selection, quickMode, settings, random, now, crls: this.#crls, isFirstContact }
  }

  /** Takes a session's next state: the tables, the timers, and what follows from a phase that has ended. */
  #commit(now: number, out: Outbox, before: Session | null, after: Session): void {
    if (before === after) return
    const { settings } = this.#options
    if (after.state === 'DEAD') {
      this.#bury(out, this.#sessions.get(after.id) ?? before, after)
      return
    }
    this.#sessions.set(after.id, after)
    this.#byCookies.set(toHex(after.cookieI) + toHex(after.cookieR), after.id)
    fragmentEffects(out, after, settings)
    const isNew = !before
    if (isNew && after.role === 'R')
      out.push({ kind: 'arm', timer: `${after.id}:half-open`, after: settings.halfOpenLifetime })
    if (after.state === 'ESTABLISHED') this.#commitEstablished(now, out, before, after)
    else if (after.role === 'I' && after.flight && after.flight !== before?.flight)
      out.push({ kind: 'arm', timer: `${after.id}:retransmit`, after: settings.retransmitAfter })
  }

  #bury(out: Outbox, before: Session | null, after: Dead): void {
    for (const timer of ['retransmit', 'half-open', 'lifetime', 'rekey', 'dpd'])
      out.push({ kind: 'disarm', timer: `${after.id}:${timer}` })
    if (before) {
      this.#byCookies.delete(toHex(before.cookieI) + toHex(before.cookieR))
      this.#byCookies.delete(`${toHex(before.cookieI)}0000000000000000`)
    }
    this.#sessions.delete(after.id)
    this.#reassembly.delete(after.id)
    this.#waiting.delete(after.id)
    this.#dead = [after, ...this.#dead.slice(0, deadKept - 1)]
    if (before?.state === 'ESTABLISHED') {
      for (const { messageId } of before.nodes.values())
        out.push({ kind: 'disarm', timer: `${after.id}:node:${messageId}` })
      this.#adopt(before)
    } else out.push({ kind: 'phase1', sa: after.id, outcome: 'down' })
  }

  /** IPsec SAs outlive the phase 1 SA that made them: a newer one with the same peer takes them over, or they wait for one. */
  #adopt(gone: Established): void {
    if (gone.children.length === 0) return
    const heir = this.#established(gone.peer.address, gone.profile)
    if (heir) this.#sessions.set(heir.id, { ...heir, children: [...gone.children, ...heir.children] })
    else
      this.#orphans = [
        ...this.#orphans,
        ...gone.children.map((child) => ({ child, local: gone.local, peer: gone.peer, profile: gone.profile })),
      ]
  }

  #commitEstablished(now: number, out: Outbox, before: Session | null, after: Established): void {
    const { settings } = this.#options
    if (before?.state !== 'ESTABLISHED') {
      out.push({ kind: 'disarm', timer: `${after.id}:retransmit` })
      out.push({ kind: 'disarm', timer: `${after.id}:half-open` })
      const lifetime = after.agreement.lifetimeSeconds
      out.push({ kind: 'arm', timer: `${after.id}:lifetime`, after: lifetime * 1000 })
      out.push({ kind: 'arm', timer: `${after.id}:rekey`, after: softLifetime(lifetime, after.role) * 1000 })
      const keepalive = this.#keepaliveOf(after)
      if (after.dpd && keepalive) out.push({ kind: 'arm', timer: `${after.id}:dpd`, after: keepalive.interval * 1000 })
      out.push({ kind: 'phase1', sa: after.id, outcome: 'up' })
      if (after.role === 'R' && after.initialContact) this.#initialContact(now, out, after)
      this.#supersede(now, out, after)
      this.#startWaiting(now, out, after.id)
      return
    }
    for (const node of after.nodes.values()) {
      const old = before.nodes.get(node.messageId)
      if (old === node) continue
      const timer = `${after.id}:node:${node.messageId}`
      if (node.state === 'DONE') out.push({ kind: 'disarm', timer })
      else out.push({ kind: 'arm', timer, after: settings.retransmitAfter })
    }
    for (const messageId of before.nodes.keys())
      if (!after.nodes.has(messageId)) out.push({ kind: 'disarm', timer: `${after.id}:node:${messageId}` })
    for (const child of after.children) {
      if (before.children.includes(child)) continue
      out.push({
        kind: 'arm',
        timer: `child:soft:${toHex(child.inbound)}`,
        after: softLifetime(child.seconds, child.role) * 1000,
      })
      out.push({ kind: 'arm', timer: `child:hard:${toHex(child.inbound)}`, after: child.seconds * 1000 })
    }
    for (const child of before.children) {
      if (after.children.includes(child)) continue
      out.push({ kind: 'disarm', timer: `child:soft:${toHex(child.inbound)}` })
      out.push({ kind: 'disarm', timer: `child:hard:${toHex(child.inbound)}` })
    }
    this.#prune(after)
  }

  /** A new phase 1 SA that came from a rekey takes the children over and ends the old one. */
  #supersede(now: number, out: Outbox, after: Established): void {
    const old = [...this.#sessions.values()].filter(
      (other): other is Established =>
        other.state === 'ESTABLISHED' &&
        other.superseded &&
        other.id !== after.id &&
        other.peer.address === after.peer.address,
    )
    const orphans = this.#orphans.filter(({ peer }) => peer.address === after.peer.address)
    if (orphans.length > 0) {
      this.#orphans = this.#orphans.filter((orphan) => !orphans.includes(orphan))
      this.#sessions.set(after.id, { ...after, children: [...orphans.map(({ child }) => child), ...after.children] })
    }
    for (const session of old) this.#end(now, out, session, 'superseded by a newer SA')
  }

  #startWaiting(now: number, out: Outbox, id: number): void {
    const flows = this.#waiting.get(id) ?? []
    this.#waiting.delete(id)
    for (const flow of flows) {
      const session = this.#sessions.get(id)
      if (session?.state !== 'ESTABLISHED') return
      this.#commit(now, out, session, startQuickMode(this.#context(now), out, session, flow, false))
    }
  }

  /** Completed exchanges are forgotten in the end; their message ids stay used as long as the SA lives. */
  #prune(session: Established): void {
    const done = [...session.nodes.values()].filter(({ state }) => state === 'DONE')
    if (done.length <= nodesKept) return
    const [oldest] = done
    if (!oldest) return
    const nodes = new Map(session.nodes)
    nodes.delete(oldest.messageId)
    this.#sessions.set(session.id, {
      ...session,
      nodes,
      spentMessageIds: new Set(session.spentMessageIds).add(oldest.messageId),
    })
  }
}

const softLifetime = (seconds: number, role: 'I' | 'R'): number =>
  Math.max(seconds - rekeyMargin[role], Math.floor(seconds * minimumShare))
