import type { SelectionContext } from '../../selection/index.ts'
import type { CrlAnswer, Endpoint, Outbox } from '../effects.ts'
import type { IkeV1Context, IkeV1Settings, QuickModePort } from './context.ts'
import { beginDpd } from './dead-peer-detection.ts'
import { fragmentEffects } from './fragmentation.ts'
import { removeChild, sendDeletePhase1 } from './informational.ts'
import { armChildren, armNodes, armPhase1, disarmChild, disarmNodes, disarmSession } from './lifetimes.ts'
import { startMainMode } from './main-mode-initiator.ts'
import { Orphans } from './orphans.ts'
import { withoutNode } from './phase2.ts'
import { startQuickMode } from './quick-mode-initiator.ts'
import { Reassembly } from './reassembly.ts'
import { type Dead, deadOf, type Established, type Session } from './session.ts'
import { isEstablished, SessionTable } from './session-table.ts'

/** What an endpoint is built from. `random` gives the random octets of a run: seeded in the lab, the system's when live. */
export interface IkeV1Options {
  readonly selection: SelectionContext
  readonly quickMode: QuickModePort
  readonly settings: IkeV1Settings
  readonly random: (octets: number) => Uint8Array
}

/** What a negotiation is begun for: a flow, or a renewal. */
export interface Request {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly profile: string | null
}

/** Completed quick modes of a session that still answer duplicates. */
const nodesKept = 16

/**
 * What becomes of sessions between their steps: every new state goes through `commit`, which keeps the tables and the
 * timers true to it, lets what waited for a phase 1 SA go on, and gives what outlives one to the next.
 */
export class Lifecycle {
  readonly sessions: SessionTable = new SessionTable()
  readonly orphans: Orphans = new Orphans()
  readonly crls: Map<string, CrlAnswer> = new Map()
  readonly #options: IkeV1Options
  /** Flows that wait for a phase 1 SA, by its session. */
  readonly #waiting = new Map<number, readonly string[]>()
  readonly #reassembly = new Map<number, Reassembly>()
  #nextId = 1

  constructor(options: IkeV1Options) {
    this.#options = options
  }

  nextId(): number {
    return this.#nextId++
  }

  /** The fragments of a session's next message. */
  reassembly({ id }: Session): Reassembly {
    const known = this.#reassembly.get(id) ?? new Reassembly()
    this.#reassembly.set(id, known)
    return known
  }

  /** A flow goes on when the session is up. */
  wait({ id }: Session, flow: string): void {
    const flows = this.#waiting.get(id) ?? []
    if (!flows.includes(flow)) this.#waiting.set(id, [...flows, flow])
  }

  /** Begins main mode; the flows wait for it. */
  begin(now: number, out: Outbox, { local, peer, profile }: Request, flows: readonly string[]): void {
    const id = this.nextId()
    this.#waiting.set(id, flows)
    out.connection = 0
    this.commit(now, out, null, startMainMode(this.context(now), out, { id, local, peer, profile }))
  }

  /** Removes the IPsec SAs of a session before it ends: what it still had would otherwise wait for an heir. */
  dropChildren(now: number, out: Outbox, session: Established, reason: string): Established {
    for (const child of session.children) removeChild(out, session, child, reason)
    const bare = { ...session, children: [] }
    this.commit(now, out, this.sessions.get(session.id) ?? session, bare)
    return bare
  }

  /** Ends a session and tells the peer. */
  end(now: number, out: Outbox, session: Established, reason: string): void {
    this.kill(now, out, sendDeletePhase1(this.context(now), out, session), reason)
  }

  /**
   * INITIAL-CONTACT: the peer knew of no SA with us when it began this one, so what is older goes (RFC 2407 §4.6.3.3). What
   * came up since then stays: where both ends begin at once, each says INITIAL-CONTACT about the other's SA.
   */
  initialContact(now: number, out: Outbox, session: Established): void {
    const isOlder = (peer: Endpoint, since: number): boolean =>
      peer.address === session.peer.address && peer.port === session.peer.port && since <= session.createdAt
    for (const other of this.sessions.establishedWith(session.peer.address))
      if (other.id !== session.id && isOlder(other.peer, other.establishedAt))
        this.kill(now, out, this.dropChildren(now, out, other, 'initial contact'), 'initial contact')
    for (const orphan of this.orphans.take(({ peer, child }) => isOlder(peer, child.installedAt))) {
      disarmChild(out, orphan.child)
      removeChild(out, orphan, orphan.child, 'initial contact')
    }
  }

  /** Ends a session without a word to the peer. */
  kill(now: number, out: Outbox, session: Session, reason: string): void {
    this.commit(now, out, session, deadOf(out, session, reason))
  }

  /** What the steps read. */
  context(now: number): IkeV1Context {
    const { selection, quickMode, settings, random } = this.#options
    const isFirstContact = (address: string): boolean =>
      this.sessions.establishedWith(address).length === 0 && !this.orphans.has(address)
    return { selection, quickMode, settings, random, now, crls: this.crls, isFirstContact }
  }

  /** Takes a session's next state: the tables, the timers, and what follows from a phase that has ended. */
  commit(now: number, out: Outbox, before: Session | null, after: Session): void {
    if (before === after) return
    const { settings } = this.#options
    if (after.state === 'DEAD') {
      this.#bury(out, after)
      return
    }
    this.sessions.put(after)
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
    const last = this.sessions.bury(dead)
    this.#reassembly.delete(dead.id)
    this.#waiting.delete(dead.id)
    if (!last || !isEstablished(last)) {
      out.push({ kind: 'phase1', sa: dead.id, outcome: 'down' })
      return
    }
    disarmNodes(out, last)
    this.#adopt(last)
  }

  /** IPsec SAs outlive the phase 1 SA that made them: a newer one with the same peer takes them over, or they wait for one. */
  #adopt(gone: Established): void {
    const heir = this.sessions.established(gone.peer.address, gone.profile)
    if (!heir) this.orphans.add(gone)
    else if (gone.children.length > 0) this.sessions.put({ ...heir, children: [...gone.children, ...heir.children] })
  }

  /** Phase 1 is up. */
  #established(now: number, out: Outbox, session: Established): void {
    armPhase1(out, session)
    beginDpd(this.context(now), out, session)
    out.push({ kind: 'phase1', sa: session.id, outcome: 'up' })
    if (session.role === 'R' && session.initialContact) this.initialContact(now, out, session)
    this.#supersede(now, out, session)
    this.#startWaiting(now, out, session.id)
  }

  /** A new phase 1 SA takes the children that wait for one, and ends the old SA that it renews. */
  #supersede(now: number, out: Outbox, session: Established): void {
    const { address } = session.peer
    const orphans = this.orphans.take(({ peer }) => peer.address === address)
    if (orphans.length > 0)
      this.sessions.put({ ...session, children: [...orphans.map(({ child }) => child), ...session.children] })
    for (const old of this.sessions.establishedWith(address))
      if (old.superseded && old.id !== session.id) this.end(now, out, old, 'superseded by a newer SA')
  }

  #startWaiting(now: number, out: Outbox, id: number): void {
    const flows = this.#waiting.get(id) ?? []
    this.#waiting.delete(id)
    for (const flow of flows) {
      const session = this.sessions.get(id)
      if (!session || !isEstablished(session)) return
      this.commit(now, out, session, startQuickMode(this.context(now), out, session, flow, false))
    }
  }

  /** Completed exchanges are forgotten in the end; their message ids stay used as long as the SA lives. */
  #prune(session: Established): void {
    const done = [...session.nodes.values()].filter(({ state }) => state === 'DONE')
    const [oldest] = done
    if (!oldest || done.length <= nodesKept) return
    const spentMessageIds = new Set(session.spentMessageIds).add(oldest.messageId)
    this.sessions.put({ ...withoutNode(session, oldest.messageId), spentMessageIds })
  }
}
