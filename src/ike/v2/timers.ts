import { toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Settings } from './context.ts'
import type { Child, Established, Flight, Session } from './session.ts'

/** Seconds before the end of a lifetime at which an SA is renewed; the side that began it is first (a model choice). */
const rekeyMargin = { I: 60, R: 30 } as const
/** A rekeyed SA of a short lifetime still lives at least this share of it. */
const minimumShare = 0.5

const softLifetime = (seconds: number, role: 'I' | 'R'): number =>
  Math.max(seconds - rekeyMargin[role], Math.floor(seconds * minimumShare))

const ofSession = ['retransmit', 'half-open', 'lifetime', 'rekey', 'dpd', 'later', 'successor'] as const
const ofChild = ['soft', 'hard'] as const

/** The message that waits for an answer. */
export const flightOf = (session: Session): Flight | null => {
  switch (session.state) {
    case 'I_SA_INIT':
    case 'I_AUTH':
      return session.flight
    case 'ESTABLISHED':
      return session.outstanding?.flight ?? null
    case 'R_SA_INIT':
    case 'DEAD':
      return null
    default: {
      const never: never = session
      throw new Error(`no flight for ${String(never)}`)
    }
  }
}

/** How long a renewed IKE SA waits for the peer to delete it, milliseconds. */
const successorPatience = 30_000

/** The peer renews an IKE SA: it deletes the old one, or we do in the end. */
export const awaitDelete = (out: Outbox, { id }: Session): void => {
  out.push({ kind: 'arm', timer: `${id}:successor`, after: successorPatience })
}

export const disarmSession = (out: Outbox, id: number): void => {
  for (const timer of ofSession) out.push({ kind: 'disarm', timer: `${id}:${timer}` })
}

export const disarmChild = (out: Outbox, child: Child): void => {
  for (const timer of ofChild) out.push({ kind: 'disarm', timer: `child:${timer}:${toHex(child.inbound)}` })
}

const armChild = (out: Outbox, child: Child): void => {
  const inbound = toHex(child.inbound)
  out.push({ kind: 'arm', timer: `child:soft:${inbound}`, after: softLifetime(child.seconds, child.role) * 1000 })
  out.push({ kind: 'arm', timer: `child:hard:${inbound}`, after: child.seconds * 1000 })
}

/** What follows for the timers from a session's change. `dpdInterval`: seconds; null: no dead peer detection. */
export const timerEffects = (
  out: Outbox,
  before: Session | null,
  after: Session,
  settings: IkeV2Settings,
  dpdInterval: number | null,
): void => {
  if (after.state === 'R_SA_INIT' && !before)
    out.push({ kind: 'arm', timer: `${after.id}:half-open`, after: settings.halfOpenLifetime })
  retransmission(out, before, after, settings)
  if (after.state !== 'ESTABLISHED') return
  if (before?.state !== 'ESTABLISHED') {
    out.push({ kind: 'disarm', timer: `${after.id}:half-open` })
    out.push({ kind: 'arm', timer: `${after.id}:lifetime`, after: after.lifetime * 1000 })
    out.push({ kind: 'arm', timer: `${after.id}:rekey`, after: softLifetime(after.lifetime, after.role) * 1000 })
    if (dpdInterval !== null) out.push({ kind: 'arm', timer: `${after.id}:dpd`, after: dpdInterval * 1000 })
  }
  children(out, before, after)
}

const retransmission = (out: Outbox, before: Session | null, after: Session, settings: IkeV2Settings): void => {
  const flight = flightOf(after)
  if (flight === (before && flightOf(before))) return
  const timer = `${after.id}:retransmit`
  if (flight) out.push({ kind: 'arm', timer, after: settings.retransmitAfter * 2 ** flight.attempts })
  else out.push({ kind: 'disarm', timer })
}

/** Children that move along with a renewal of the IKE SA keep the timers that they have. */
const children = (out: Outbox, before: Session | null, after: Established): void => {
  const old = before?.state === 'ESTABLISHED' ? before.children : []
  if (before !== null) for (const child of after.children) if (isNew(child, old)) armChild(out, child)
  if (after.successor === null) for (const child of old) if (!after.children.includes(child)) disarmChild(out, child)
}

const isNew = (child: Child, old: readonly Child[]): boolean => !old.includes(child)
