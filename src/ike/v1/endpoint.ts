import { exchangeType, isEncrypted, toHex } from '../../wire/index.ts'
import { type CrlAnswer, type Effect, type Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Settings } from './context.ts'
import { receiveCrl } from './crl-answer.ts'
import { continueDpd } from './dead-peer-detection.ts'
import { type Arrived, ignore, receiveInfo, receiveMainMode, receiveQuickMode } from './dispatch.ts'
import { fragmentEffects } from './fragmentation.ts'
import { addFragment, hasMoved, isFragment, mayMove, readDatagram, readFirst } from './incoming.ts'
import { removeChild, sendDeleteChildren } from './informational.ts'
import { type IkeV1Options, Lifecycle, type Request } from './lifecycle.ts'
import { readTimer, renewalTimer } from './lifetimes.ts'
import { isUnanswered, receiveMm1 } from './main-mode-responder.ts'
import { traceReceived } from './packets.ts'
import { startQuickMode } from './quick-mode-initiator.ts'
import { retransmit, retransmitNode } from './retransmission.ts'
import { deadOf, type Established, remember, type Session } from './session.ts'
import { isEstablished } from './session-table.ts'

/**
 * All IKEv1 sessions of one router: finds the session to which a datagram belongs, runs its step, and turns what has
 * changed into timers. Holds no clock, socket or random source; every call returns its effects in order.
 */
export class IkeV1Endpoint {
  readonly #life: Lifecycle
  readonly #settings: IkeV1Settings
  #nextConnection = 1001

  constructor(options: IkeV1Options) {
    this.#life = new Lifecycle(options)
    this.#settings = options.settings
  }

  /** Living sessions in the order in which they began, then those that ended last. */
  sessions(): readonly Session[] {
    return [...this.#life.sessions.living(), ...this.#life.sessions.dead()]
  }

  /** Traffic needs a child SA for a flow: quick mode over an existing phase 1 SA, or main mode first. `profile` is of the flow. Times are milliseconds. */
  initiate(now: number, request: Request & { readonly flow: string }): readonly Effect[] {
    const out = new Outbox()
    const existing = this.#life.sessions.established(request.peer.address, request.profile)
    if (existing) {
      out.connection = existing.connection
      this.#life.commit(now, out, existing, startQuickMode(this.#life.context(now), out, existing, request.flow, false))
      return out.effects
    }
    const underWay = this.#life.sessions
      .living()
      .find(
        (session) =>
          session.role === 'I' &&
          !isEstablished(session) &&
          session.peer.address === request.peer.address &&
          session.profile === request.profile,
      )
    if (underWay) {
      this.#life.wait(underWay, request.flow)
      return []
    }
    this.#life.begin(now, out, request, [request.flow])
    return out.effects
  }

  /** A datagram for UDP port 500, or one of port 4500 without its non-ESP marker. Never throws on what a peer sends. */
  receive(
    now: number,
    { local, peer, bytes }: { readonly local: Endpoint; readonly peer: Endpoint; readonly bytes: Uint8Array },
  ): readonly Effect[] {
    const out = new Outbox()
    const arrived = readDatagram(out, peer.address, bytes)
    if (!arrived) return out.effects
    const { exchangeType: type, responderCookie } = arrived.header
    if (type === exchangeType.MAIN_MODE && isUnanswered(responderCookie))
      this.#receiveFirst(now, out, local, peer, arrived)
    else this.#receiveLater(now, out, local, peer, arrived)
    return out.effects
  }

  #receiveFirst(now: number, out: Outbox, local: Endpoint, peer: Endpoint, arrived: Arrived): void {
    const cookie = toHex(arrived.header.initiatorCookie)
    for (const session of this.#life.sessions.living()) {
      if (toHex(session.cookieI) !== cookie) continue
      if (session.role === 'I') {
        ignore(out, peer.address, 'MM1', 'reflected', 'the initiator cookie is our own')
        return
      }
      if (session.peer.address !== peer.address || session.peer.port !== peer.port) continue
      out.connection = session.connection
      const next = receiveMainMode(this.#life.context(now), out, session, arrived, () => this.#nextConnection++)
      this.#life.commit(now, out, session, next)
      return
    }
    if (isUnanswered(arrived.header.initiatorCookie)) {
      ignore(out, peer.address, 'MM1', 'no-cookie', 'the initiator cookie is zero')
      return
    }
    const ctx = this.#life.context(now)
    const message = readFirst(out, peer.address, arrived, ctx.settings.limits)
    if (!message) return
    this.#makeRoom(now, out)
    traceReceived(
      out,
      { local, peer, role: 'N', saState: 'NEW SA', message: 'MM1', messageId: 0 },
      arrived.isakmp,
      message.payloads,
      false,
      arrived.digest,
    )
    const session = receiveMm1(
      ctx,
      out,
      { id: this.#life.nextId(), local, peer, cookieI: arrived.header.initiatorCookie.slice() },
      message.payloads,
    )
    const answered = remember([], { digest: arrived.digest, message: 'MM1', reply: session.flight })
    this.#life.commit(now, out, null, { ...session, answered })
  }

  /** A flood of first messages costs at most `maxHalfOpen` sessions: the oldest half-open one goes (attacks D2). */
  #makeRoom(now: number, out: Outbox): void {
    const halfOpen = this.#life.sessions.halfOpen()
    const [oldest] = halfOpen
    if (oldest && halfOpen.length >= this.#settings.maxHalfOpen)
      this.#life.kill(now, out, oldest, 'too many half-open sessions')
  }

  #receiveLater(now: number, out: Outbox, local: Endpoint, peer: Endpoint, arrived: Arrived): void {
    const session = this.#life.sessions.find(arrived.header)
    if (!session) {
      ignore(out, peer.address, 'unknown', 'no-sa', 'the message belongs to no SA and is no initialisation offer')
      return
    }
    out.connection = session.connection
    const moved = hasMoved(session, local, peer)
    const whole = moved && !mayMove(session) ? 'other-address' : this.#whole(out, session, arrived)
    if (!whole) return
    if (whole === 'other-address' || (moved && !isEncrypted(whole.header))) {
      const detail = 'the message comes from an address that is not the peer of its SA'
      ignore(out, peer.address, 'unknown', 'other-address', detail)
      return
    }
    // A new address counts only once the message has proved itself: until then it is tried on a copy (attacks E5).
    const tried: Session = moved ? { ...session, local, peer } : session
    const next = this.#step(now, out, tried, whole)
    if (next === tried) {
      // The answer to a duplicate changes no state, and is as long as it was.
      fragmentEffects(out, tried, this.#settings)
      return
    }
    const isBelieved = !moved || isEstablished(next) || ('pending' in next && next.pending !== null)
    this.#life.commit(now, out, session, isBelieved ? next : { ...next, local: session.local, peer: session.peer })
  }

  #whole(out: Outbox, session: Session, arrived: Arrived): Arrived | null {
    if (!isFragment(arrived)) return arrived
    return addFragment(out, session, arrived, this.#life.reassembly(session), this.#settings.limits)
  }

  #step(now: number, out: Outbox, session: Session, arrived: Arrived): Session {
    const ctx = this.#life.context(now)
    switch (arrived.header.exchangeType) {
      case exchangeType.MAIN_MODE:
        if (arrived.header.messageId !== 0) break
        return receiveMainMode(ctx, out, session, arrived, () => this.#nextConnection++)
      case exchangeType.QUICK_MODE:
        return receiveQuickMode(ctx, out, session, arrived)
      case exchangeType.INFORMATIONAL: {
        const result = receiveInfo(ctx, out, session, arrived)
        if (!result) return session
        if (result.initialContact) this.#life.initialContact(now, out, result.session)
        return result.deleted ? deadOf(out, result.session, 'peer deleted it') : result.session
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
    if ('der' in answer.crl) this.#life.crls.set(answer.url, answer.crl)
    const session = this.#life.sessions.get(answer.sa)
    if (!session) return out.effects
    out.connection = session.connection
    this.#life.commit(now, out, session, receiveCrl(this.#life.context(now), out, session, answer))
    return out.effects
  }

  /** A timer that was armed has run out. */
  expire(now: number, timer: string): readonly Effect[] {
    const out = new Outbox()
    const name = readTimer(timer)
    if (name.of === 'child') {
      this.#expireChild(now, out, name.kind, name.spi)
      return out.effects
    }
    const session = this.#life.sessions.get(name.id)
    if (!session) return out.effects
    out.connection = session.connection
    switch (name.kind) {
      case 'retransmit':
        this.#retransmit(now, out, session)
        break
      case 'half-open':
        if (!isEstablished(session)) this.#life.kill(now, out, session, 'Death by retransmission P1')
        break
      case 'node':
        if (isEstablished(session))
          this.#life.commit(
            now,
            out,
            session,
            retransmitNode(this.#life.context(now), out, session, Number(name.detail)),
          )
        break
      case 'dpd':
        this.#dpd(now, out, session)
        break
      case 'rekey':
        this.#rekey(now, out, session)
        break
      case 'lifetime':
        if (isEstablished(session)) this.#life.end(now, out, session, 'lifetime expired')
        break
      default:
        throw new Error(`unknown timer ${timer}`)
    }
    return out.effects
  }

  #retransmit(now: number, out: Outbox, session: Session): void {
    if (!session.flight || isEstablished(session)) return
    const next = retransmit(this.#life.context(now), out, session)
    if (next) this.#life.commit(now, out, session, next)
    else this.#life.kill(now, out, session, 'Death by retransmission P1')
  }

  /** Protected traffic passed: dead peer detection need not ask. */
  traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    for (const session of this.#life.sessions.establishedWith(peer)) {
      const { dpd } = session
      if (!dpd) continue
      if (direction === 'in') this.#life.sessions.put({ ...session, dpd: { ...dpd, lastHeard: now, unanswered: 0 } })
      else if (!dpd.hasSpoken) this.#life.sessions.put({ ...session, dpd: { ...dpd, hasSpoken: true } })
    }
  }

  #dpd(now: number, out: Outbox, session: Session): void {
    if (!isEstablished(session)) return
    const next = continueDpd(this.#life.context(now), out, session)
    if (next === 'dead')
      this.#life.kill(now, out, this.#life.dropChildren(now, out, session, 'peer is dead'), 'peers is not responding')
    else this.#life.commit(now, out, session, next)
  }

  /** Phase 1 is renewed by whichever end gets there first: the roles may swap (ios-semantics §6, entry 22). */
  #rekey(now: number, out: Outbox, session: Session): void {
    if (!isEstablished(session) || session.superseded || session.children.length === 0) return
    const isNewer = ({ id, peer }: Session): boolean => id > session.id && peer.address === session.peer.address
    if (this.#life.sessions.living().some(isNewer)) return
    out.trace('ike:rekey_begun', { phase: 1, reason: 'lifetime' })
    this.#life.sessions.put({ ...session, superseded: true })
    this.#life.begin(now, out, session, [])
  }

  #expireChild(now: number, out: Outbox, kind: string, spi: string): void {
    const owner = this.#life.sessions
      .living()
      .filter(isEstablished)
      .find(({ children }) => children.some(({ inbound }) => toHex(inbound) === spi))
    if (owner) this.#expireOwned(now, out, owner, kind, spi)
    else this.#expireOrphan(now, out, kind, spi)
  }

  #expireOwned(now: number, out: Outbox, owner: Established, kind: string, spi: string): void {
    const child = owner.children.find(({ inbound }) => toHex(inbound) === spi)
    if (!child) return
    out.connection = owner.connection
    const ctx = this.#life.context(now)
    if (kind === 'soft') {
      // The other end may have been first: a younger child of the same flow means that there is nothing left to do.
      if (owner.children.some((other) => other.flow === child.flow && other.installedAt > child.installedAt)) return
      out.trace('ike:rekey_begun', { phase: 2, reason: 'lifetime' })
      this.#life.commit(now, out, owner, startQuickMode(ctx, out, owner, child.flow, true))
      return
    }
    removeChild(out, owner, child, 'lifetime expired')
    const told = sendDeleteChildren(ctx, out, owner, [child])
    this.#life.commit(now, out, owner, { ...told, children: told.children.filter((other) => other !== child) })
  }

  #expireOrphan(now: number, out: Outbox, kind: string, spi: string): void {
    const orphan = this.#life.orphans.find(spi)
    if (!orphan) return
    if (kind === 'soft') {
      out.connection = 0
      out.trace('ike:rekey_begun', { phase: 2, reason: 'lifetime' })
      out.effects.push(...this.initiate(now, { ...orphan, flow: orphan.child.flow }))
      return
    }
    this.#life.orphans.take((other) => other === orphan)
    removeChild(out, orphan, orphan.child, 'lifetime expired')
  }

  /** A child has carried its volume (`kilobytes`): it is renewed like one that has grown old. `spi` is the inbound SPI. */
  volumeReached(now: number, spi: Uint8Array): readonly Effect[] {
    return this.expire(now, renewalTimer(spi))
  }

  /** `clear crypto session`: tells the peer, and removes everything of one session. */
  clear(now: number, id: number): readonly Effect[] {
    const out = new Outbox()
    const session = this.#life.sessions.get(id)
    if (!session) return out.effects
    out.connection = session.connection
    if (!isEstablished(session)) this.#life.kill(now, out, session, 'cleared')
    else {
      const told = sendDeleteChildren(this.#life.context(now), out, session, session.children)
      this.#life.end(now, out, this.#life.dropChildren(now, out, told, 'cleared'), 'cleared')
    }
    return out.effects
  }
}
