import type { SelectionContext } from '../../selection/index.ts'
import { exchangeType, isEncrypted, toHex } from '../../wire/index.ts'
import { type CrlAnswer, type Effect, type Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Context, IkeV1Settings, QuickModePort } from './context.ts'
import { receiveCrl } from './crl-answer.ts'
import { beginDpd, continueDpd } from './dead-peer-detection.ts'
import { type Arrived, ignore, receiveInfo, receiveMainMode, receiveQuickMode } from './dispatch.ts'
import { fragmentEffects } from './fragmentation.ts'
import { addFragment, hasMoved, isFragment, mayMove, readDatagram, readFirst } from './incoming.ts'
import { removeChild, sendDeleteChildren, sendDeletePhase1 } from './informational.ts'
import {
  armChildren,
  armNodes,
  armPhase1,
  disarmChild,
  disarmNodes,
  disarmSession,
  readTimer,
  renewalTimer,
} from './lifetimes.ts'
import { startMainMode } from './main-mode-initiator.ts'
import { isUnanswered, receiveMm1 } from './main-mode-responder.ts'
import { Orphans } from './orphans.ts'
import { traceReceived } from './packets.ts'
import { withoutNode } from './phase2.ts'
import { startQuickMode } from './quick-mode.ts'
import { Reassembly } from './reassembly.ts'
import { retransmit, retransmitNode } from './retransmission.ts'
import { type Dead, deadOf, type Established, remember, type Session } from './session.ts'
import { isEstablished, SessionTable } from './session-table.ts'

/** What an endpoint is built from. `random` gives the random octets of a run: seeded in the lab, the system's when live. */
export interface IkeV1Options {
  readonly selection: SelectionContext
  readonly quickMode: QuickModePort
  readonly settings: IkeV1Settings
  readonly random: (octets: number) => Uint8Array
}

/** What a negotiation is begun for: a flow, or a renewal. */
interface Request {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly profile: string | null
}

const nodesKept = 16

/**
 * All IKEv1 sessions of one router: finds the session to which a datagram belongs, runs its step, and turns what has
 * changed into timers. Holds no clock, socket or random source; every call returns its effects in order.
 */
export class IkeV1Endpoint {
  readonly #options: IkeV1Options
  readonly #sessions = new SessionTable()
  readonly #orphans = new Orphans()
  /** Flows that wait for a phase 1 SA, by its session. */
  readonly #waiting = new Map<number, readonly string[]>()
  readonly #reassembly = new Map<number, Reassembly>()
  readonly #crls = new Map<string, CrlAnswer>()
  /** Sessions over whose IPsec SAs we have sent since dead peer detection looked last. */
  readonly #spoke = new Set<number>()
  #nextId = 1
  #nextConnection = 1001

  constructor(options: IkeV1Options) {
    this.#options = options
  }

  /** Living sessions in the order in which they began, then those that ended last. */
  sessions(): readonly Session[] {
    return [...this.#sessions.living(), ...this.#sessions.dead()]
  }

  /** Traffic needs a child SA for a flow: quick mode over an existing phase 1 SA, or main mode first. `profile` is of the flow. Times are milliseconds. */
  initiate(now: number, request: Request & { readonly flow: string }): readonly Effect[] {
    const out = new Outbox()
    const existing = this.#sessions.established(request.peer.address, request.profile)
    if (existing) {
      out.connection = existing.connection
      this.#commit(now, out, existing, startQuickMode(this.#context(now), out, existing, request.flow, false))
      return out.effects
    }
    const underWay = this.#sessions
      .living()
      .find(
        (session) =>
          session.role === 'I' &&
          !isEstablished(session) &&
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

  #begin(now: number, out: Outbox, { local, peer, profile }: Request, flows: readonly string[]): void {
    const id = this.#nextId++
    this.#waiting.set(id, flows)
    out.connection = 0
    this.#commit(now, out, null, startMainMode(this.#context(now), out, { id, local, peer, profile }))
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
    for (const session of this.#sessions.living()) {
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
      { id: this.#nextId++, local, peer, cookieI: arrived.header.initiatorCookie.slice() },
      message.payloads,
    )
    const answered = remember([], { digest: arrived.digest, message: 'MM1', reply: session.flight })
    this.#commit(now, out, null, { ...session, answered })
  }

  /** A flood of first messages costs at most `maxHalfOpen` sessions: the oldest half-open one goes (attacks D2). */
  #makeRoom(now: number, out: Outbox): void {
    const halfOpen = this.#sessions.halfOpen()
    const [oldest] = halfOpen
    if (oldest && halfOpen.length >= this.#options.settings.maxHalfOpen)
      this.#kill(now, out, oldest, 'too many half-open sessions')
  }

  #receiveLater(now: number, out: Outbox, local: Endpoint, peer: Endpoint, arrived: Arrived): void {
    const session = this.#sessions.find(arrived.header)
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
    if (next === tried) return
    const isBelieved = !moved || isEstablished(next) || ('pending' in next && next.pending !== null)
    this.#commit(now, out, session, isBelieved ? next : { ...next, local: session.local, peer: session.peer })
  }

  #whole(out: Outbox, session: Session, arrived: Arrived): Arrived | null {
    if (!isFragment(arrived)) return arrived
    const reassembly = this.#reassembly.get(session.id) ?? new Reassembly()
    this.#reassembly.set(session.id, reassembly)
    return addFragment(out, session, arrived, reassembly, this.#options.settings.limits)
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
    if ('der' in answer.crl) this.#crls.set(answer.url, answer.crl)
    const session = this.#sessions.get(answer.sa)
    if (!session) return out.effects
    out.connection = session.connection
    this.#commit(now, out, session, receiveCrl(this.#context(now), out, session, answer))
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
    const session = this.#sessions.get(name.id)
    if (!session) return out.effects
    out.connection = session.connection
    switch (name.kind) {
      case 'retransmit':
        this.#retransmit(now, out, session)
        break
      case 'half-open':
        if (!isEstablished(session)) this.#kill(now, out, session, 'Death by retransmission P1')
        break
      case 'node':
        if (isEstablished(session))
          this.#commit(now, out, session, retransmitNode(this.#context(now), out, session, Number(name.detail)))
        break
      case 'dpd':
        this.#dpd(now, out, session)
        break
      case 'rekey':
        this.#rekey(now, out, session)
        break
      case 'lifetime':
        if (isEstablished(session)) this.#end(now, out, session, 'lifetime expired')
        break
      default:
        throw new Error(`unknown timer ${timer}`)
    }
    return out.effects
  }

  #retransmit(now: number, out: Outbox, session: Session): void {
    if (!session.flight || isEstablished(session)) return
    const next = retransmit(this.#context(now), out, session)
    if (next) this.#commit(now, out, session, next)
    else this.#kill(now, out, session, 'Death by retransmission P1')
  }

  /** Protected traffic passed: dead peer detection need not ask. */
  traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    for (const session of this.#sessions.establishedWith(peer)) {
      if (!session.dpd) continue
      if (direction === 'out') this.#spoke.add(session.id)
      else this.#sessions.put({ ...session, dpd: { ...session.dpd, lastHeard: now, unanswered: 0 } })
    }
  }

  #dpd(now: number, out: Outbox, session: Session): void {
    if (!isEstablished(session)) return
    const next = continueDpd(this.#context(now), out, session, this.#spoke.delete(session.id))
    if (next === 'dead')
      this.#kill(now, out, this.#dropChildren(now, out, session, 'peer is dead'), 'peers is not responding')
    else this.#commit(now, out, session, next)
  }

  /** Phase 1 is renewed by whichever end gets there first: the roles may swap (ios-semantics §6, entry 22). */
  #rekey(now: number, out: Outbox, session: Session): void {
    if (!isEstablished(session) || session.superseded || session.children.length === 0) return
    const isNewer = ({ id, peer }: Session): boolean => id > session.id && peer.address === session.peer.address
    if (this.#sessions.living().some(isNewer)) return
    out.trace('ike:rekey_begun', { phase: 1, reason: 'lifetime' })
    this.#sessions.put({ ...session, superseded: true })
    this.#begin(now, out, session, [])
  }

  #expireChild(now: number, out: Outbox, kind: string, spi: string): void {
    const owner = this.#sessions
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
    const ctx = this.#context(now)
    if (kind === 'soft') {
      // The other end may have been first: a younger child of the same flow means that there is nothing left to do.
      if (owner.children.some((other) => other.flow === child.flow && other.installedAt > child.installedAt)) return
      out.trace('ike:rekey_begun', { phase: 2, reason: 'lifetime' })
      this.#commit(now, out, owner, startQuickMode(ctx, out, owner, child.flow, true))
      return
    }
    removeChild(out, owner, child, 'lifetime expired')
    const told = sendDeleteChildren(ctx, out, owner, [child])
    this.#commit(now, out, owner, { ...told, children: told.children.filter((other) => other !== child) })
  }

  #expireOrphan(now: number, out: Outbox, kind: string, spi: string): void {
    const orphan = this.#orphans.find(spi)
    if (!orphan) return
    if (kind === 'soft') {
      out.connection = 0
      out.trace('ike:rekey_begun', { phase: 2, reason: 'lifetime' })
      out.effects.push(...this.initiate(now, { ...orphan, flow: orphan.child.flow }))
      return
    }
    this.#orphans.take((other) => other === orphan)
    removeChild(out, orphan, orphan.child, 'lifetime expired')
  }

  /** A child has carried its volume (`kilobytes`): it is renewed like one that has grown old. `spi` is the inbound SPI. */
  volumeReached(now: number, spi: Uint8Array): readonly Effect[] {
    return this.expire(now, renewalTimer(spi))
  }

  /** `clear crypto session`: tells the peer, and removes everything of one session. */
  clear(now: number, id: number): readonly Effect[] {
    const out = new Outbox()
    const session = this.#sessions.get(id)
    if (!session) return out.effects
    out.connection = session.connection
    if (!isEstablished(session)) this.#kill(now, out, session, 'cleared')
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
    for (const other of this.#sessions.establishedWith(session.peer.address))
      if (other.id !== session.id && isOlder(other.peer, other.establishedAt))
        this.#kill(now, out, this.#dropChildren(now, out, other, 'initial contact'), 'initial contact')
    for (const orphan of this.#orphans.take(({ peer, child }) => isOlder(peer, child.installedAt))) {
      disarmChild(out, orphan.child)
      removeChild(out, orphan, orphan.child, 'initial contact')
    }
  }

  #kill(now: number, out: Outbox, session: Session, reason: string): void {
    this.#commit(now, out, session, deadOf(out, session, reason))
  }

  #context(now: number): IkeV1Context {
    const { selection, quickMode, settings, random } = this.#options
    const isFirstContact = (address: string): boolean =>
      this.#sessions.establishedWith(address).length === 0 && !this.#orphans.has(address)
    return { selection, quickMode, settings, random, now, crls: this.#crls, isFirstContact }
  }

  /** Takes a session's next state: the tables, the timers, and what follows from a phase that has ended. */
  #commit(now: number, out: Outbox, before: Session | null, after: Session): void {
    if (before === after) return
    const { settings } = this.#options
    if (after.state === 'DEAD') {
      this.#bury(out, after)
      return
    }
    this.#sessions.put(after)
    fragmentEffects(out, after, settings)
    if (!before && after.role === 'R')
      out.push({ kind: 'arm', timer: `${after.id}:half-open`, after: settings.halfOpenLifetime })
    if (isEstablished(after)) {
      if (before && isEstablished(before)) {
        armNodes(out, before, after, settings.retransmitAfter)
        armChildren(out, before, after)
        this.#prune(after)
      } else this.#established(now, out, after)
    } else if (after.role === 'I' && after.flight && after.flight !== before?.flight)
      out.push({ kind: 'arm', timer: `${after.id}:retransmit`, after: settings.retransmitAfter })
  }

  #bury(out: Outbox, dead: Dead): void {
    disarmSession(out, dead)
    const last = this.#sessions.bury(dead)
    this.#reassembly.delete(dead.id)
    this.#waiting.delete(dead.id)
    this.#spoke.delete(dead.id)
    if (!last || !isEstablished(last)) {
      out.push({ kind: 'phase1', sa: dead.id, outcome: 'down' })
      return
    }
    disarmNodes(out, last)
    this.#adopt(last)
  }

  /** IPsec SAs outlive the phase 1 SA that made them: a newer one with the same peer takes them over, or they wait for one. */
  #adopt(gone: Established): void {
    const heir = this.#sessions.established(gone.peer.address, gone.profile)
    if (!heir) this.#orphans.add(gone)
    else if (gone.children.length > 0) this.#sessions.put({ ...heir, children: [...gone.children, ...heir.children] })
  }

  /** Phase 1 is up. */
  #established(now: number, out: Outbox, session: Established): void {
    armPhase1(out, session)
    beginDpd(this.#context(now), out, session)
    out.push({ kind: 'phase1', sa: session.id, outcome: 'up' })
    if (session.role === 'R' && session.initialContact) this.#initialContact(now, out, session)
    this.#supersede(now, out, session)
    this.#startWaiting(now, out, session.id)
  }

  /** A new phase 1 SA takes the children that wait for one, and ends the old SA that it renews. */
  #supersede(now: number, out: Outbox, session: Established): void {
    const { address } = session.peer
    const orphans = this.#orphans.take(({ peer }) => peer.address === address)
    if (orphans.length > 0)
      this.#sessions.put({ ...session, children: [...orphans.map(({ child }) => child), ...session.children] })
    for (const old of this.#sessions.establishedWith(address))
      if (old.superseded && old.id !== session.id) this.#end(now, out, old, 'superseded by a newer SA')
  }

  #startWaiting(now: number, out: Outbox, id: number): void {
    const flows = this.#waiting.get(id) ?? []
    this.#waiting.delete(id)
    for (const flow of flows) {
      const session = this.#sessions.get(id)
      if (!session || !isEstablished(session)) return
      this.#commit(now, out, session, startQuickMode(this.#context(now), out, session, flow, false))
    }
  }

  /** Completed exchanges are forgotten in the end; their message ids stay used as long as the SA lives. */
  #prune(session: Established): void {
    const done = [...session.nodes.values()].filter(({ state }) => state === 'DONE')
    const [oldest] = done
    if (!oldest || done.length <= nodesKept) return
    const spentMessageIds = new Set(session.spentMessageIds).add(oldest.messageId)
    this.#sessions.put({ ...withoutNode(session, oldest.messageId), spentMessageIds })
  }
}
