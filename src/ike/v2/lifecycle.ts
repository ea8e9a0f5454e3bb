import type { SelectionContext } from '../../selection/index.ts'
import { toHex } from '../../wire/index.ts'
import type { CrlAnswer, Endpoint, Outbox } from '../effects.ts'
import { removeChild } from './child.ts'
import type { ChildPort, IkeV2Context, IkeV2Settings } from './context.ts'
import { profileNamed } from './decisions.ts'
import type { PartialMessage } from './fragments.ts'
import { startSaInit } from './sa-init-initiator.ts'
import { type Answered, type Child, type Dead, type Established, type Session, saStatus, type Task } from './session.ts'
import { SessionTable } from './session-table.ts'
import { pump } from './tasks.ts'
import { disarmChild, disarmSession, timerEffects } from './timers.ts'

/** What an endpoint is built from. `random` gives the random octets of a run: seeded in the lab, the system's when live. */
export interface IkeV2Options {
  readonly selection: SelectionContext
  readonly children: ChildPort
  readonly settings: IkeV2Settings
  readonly random: (octets: number) => Uint8Array
}

/** What a negotiation is begun for. */
export interface Request {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly profile: string | null
  readonly flow: string
}

/** How peers are asked whether they live: seconds. */
interface DeadPeerDetection {
  readonly interval: number
  readonly retry: number
  readonly periodic: boolean
}

/** Milliseconds after which a TEMPORARY_FAILURE is tried again (RFC 7296 §2.25 leaves it open). */
const retryAfter = 5000

/**
 * What becomes of sessions between their steps: every new state goes through `commit`, which keeps the table and the
 * timers true to it and begins the task that may now begin; every end goes through `kill`.
 */
export class Lifecycle {
  readonly sessions: SessionTable = new SessionTable()
  readonly crls: Map<string, CrlAnswer> = new Map()
  /** Fragments of the message that each session is receiving. */
  readonly fragments: Map<number, PartialMessage> = new Map()
  /** Sessions that have sent protected traffic since they were last asked after. */
  readonly spoke: Set<number> = new Set()
  readonly options: IkeV2Options
  /** Flows that wait for an IKE SA; the first of them goes into its IKE_AUTH. */
  readonly #waiting = new Map<number, readonly string[]>()
  readonly #later = new Map<number, readonly Task[]>()

  constructor(options: IkeV2Options) {
    this.options = options
  }

  /** Traffic needs a child SA for a flow: over an IKE SA that there is, or IKE_SA_INIT first. */
  want(now: number, out: Outbox, request: Request): void {
    const { peer, profile, flow } = request
    const same = this.sessions
      .all()
      .filter((session) => session.peer.address === peer.address && session.profile === profile)
    const existing = same.findLast(isLive)
    if (existing) {
      if (!isUnderWay(existing, flow)) this.enqueue(now, out, existing, { kind: 'create-child', flow })
      return
    }
    const underWay = same.find(({ state, role }) => role === 'I' && state !== 'ESTABLISHED' && state !== 'DEAD')
    if (underWay) {
      const flows = this.#waiting.get(underWay.id) ?? []
      if (!flows.includes(flow)) this.#waiting.set(underWay.id, [...flows, flow])
      return
    }
    const ids = this.sessions.allocate()
    out.connection = ids.connection
    const begun = startSaInit(this.context(now), out, { ...ids, ...request })
    if ('failed' in begun) return
    this.#waiting.set(begun.id, [flow])
    this.commit(now, out, null, begun)
  }

  /** The flow that goes into a session's IKE_AUTH. */
  firstFlow({ id }: Session): string | null {
    return this.#waiting.get(id)?.[0] ?? null
  }

  /** A task for an established SA: begun at once, or when those before it are done. */
  enqueue(now: number, out: Outbox, session: Established, task: Task): void {
    out.connection = session.connection
    this.commit(now, out, session, { ...session, queue: [...session.queue, task] })
  }

  /** The peer asked for patience: the task is begun again after a while. */
  postpone(out: Outbox, { id }: Session, task: Task): void {
    this.#later.set(id, [...(this.#later.get(id) ?? []), task])
    out.push({ kind: 'arm', timer: `${id}:later`, after: retryAfter })
  }

  /** The while is over. */
  resumePostponed(now: number, out: Outbox, session: Session): void {
    const tasks = this.#later.get(session.id) ?? []
    this.#later.delete(session.id)
    if (session.state === 'ESTABLISHED' && session.successor === null)
      this.commit(now, out, session, { ...session, queue: [...session.queue, ...tasks] })
  }

  /** The SA and the session in which a child lives, by its inbound SPI in hex. */
  ownerOf(inbound: string): { readonly session: Established; readonly child: Child } | null {
    for (const session of this.sessions.all()) {
      if (session.state !== 'ESTABLISHED') continue
      const child = session.children.find((candidate) => toHex(candidate.inbound) === inbound)
      if (child) return { session, child }
    }
    return null
  }

  /** Whether nothing else is held with the peer: then INITIAL_CONTACT may be said. */
  isFirstContact(session: Session): boolean {
    const force = profileNamed(this.context(0), session.profile)?.initialContactForce ?? false
    return (
      force ||
      !this.sessions.all().some((other) => other.state === 'ESTABLISHED' && other.peer.address === session.peer.address)
    )
  }

  /** INITIAL_CONTACT: the peer knows of nothing older, so what we hold with that identity goes (RFC 7296 §2.4). */
  initialContact(now: number, out: Outbox, session: Established): void {
    for (const other of this.sessions.all()) {
      if (other.id === session.id || other.state !== 'ESTABLISHED') continue
      const { type, value } = other.peerIdentity
      if (type !== session.peerIdentity.type || value !== session.peerIdentity.value) continue
      this.close(now, out, other, 'initial contact')
    }
  }

  dpdOf(session: Session): DeadPeerDetection | null {
    const profile = profileNamed(this.context(0), session.profile)
    return profile?.dpd ?? this.options.selection.ikev2.dpd ?? null
  }

  /** Removes the children of a session. */
  closeChildren(out: Outbox, session: Established, reason: string): void {
    for (const child of session.children) removeChild(out, session.peer, child, reason)
    for (const child of session.children) disarmChild(out, child)
  }

  /** Ends an established session with its children. */
  close(now: number, out: Outbox, session: Established, reason: string): void {
    this.closeChildren(out, session, reason)
    this.kill(now, out, { ...session, children: [] }, reason)
  }

  /** Ends a session without a word to the peer. `answered`: what a repeated request still gets. */
  kill(now: number, out: Outbox, session: Session, reason: string, answered: readonly Answered[] = []): void {
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
    this.sessions.bury(dead, answered)
    this.fragments.delete(session.id)
    this.spoke.delete(session.id)
    this.#later.delete(session.id)
    this.#waiting.delete(session.id)
    if (session.state !== 'ESTABLISHED') out.push({ kind: 'phase1', sa: session.id, outcome: 'down' })
    else this.#restart(now, out, session)
  }

  /** Flows that were asked for and not begun yet are not forgotten with the SA that would have made them. */
  #restart(now: number, out: Outbox, { queue, local, peer, profile, successor }: Established): void {
    if (successor !== null) return
    const { connection } = out
    for (const task of queue) {
      if (task.kind !== 'create-child') continue
      this.want(now, out, { local: { ...local, port: 500 }, peer: { ...peer, port: 500 }, profile, flow: task.flow })
      out.connection = connection
    }
  }

  /** What the steps read. */
  context(now: number): IkeV2Context {
    return { ...this.options, now, crls: this.crls }
  }

  /** Takes a session's next state: the table, the timers, and the task that may now begin. */
  commit(now: number, out: Outbox, before: Session | null, after: Session): void {
    if (before === after) return
    const pumped = after.state === 'ESTABLISHED' ? pump(this.context(now), out, after) : after
    this.sessions.set(pumped)
    timerEffects(out, before, pumped, this.options.settings, this.dpdOf(pumped)?.interval ?? null)
    if (pumped.state === 'ESTABLISHED' && before?.state !== 'ESTABLISHED' && before !== null)
      this.#begun(now, out, pumped)
  }

  /** An SA that came from IKE_AUTH: flows that waited behind the first one follow. */
  #begun(now: number, out: Outbox, session: Established): void {
    out.push({ kind: 'phase1', sa: session.id, outcome: 'up' })
    const [, ...flows] = this.#waiting.get(session.id) ?? []
    this.#waiting.delete(session.id)
    for (const flow of flows) {
      const current = this.sessions.get(session.id)
      if (current?.state === 'ESTABLISHED') this.enqueue(now, out, current, { kind: 'create-child', flow })
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
