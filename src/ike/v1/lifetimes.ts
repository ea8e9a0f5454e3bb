import { toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { Child, Dead, Established, Session } from './session.ts'

/** Seconds before the end of a lifetime at which an SA is renewed; the side that began it is first. IOS: 30 s for IPsec SAs; the rest is a model choice. */
const rekeyMargin = { I: 60, R: 30 } as const
/** A rekeyed SA of a short lifetime still lives at least this share of it. */
const minimumShare = 0.5

const softLifetime = (seconds: number, role: 'I' | 'R'): number =>
  Math.max(seconds - rekeyMargin[role], Math.floor(seconds * minimumShare))

/** When phase 1 is up: nothing is half-open any more, and its end is known. */
export const armPhase1 = (out: Outbox, { id, agreement, role }: Established): void => {
  const { lifetimeSeconds } = agreement
  out.push({ kind: 'disarm', timer: `${id}:retransmit` })
  out.push({ kind: 'disarm', timer: `${id}:half-open` })
  out.push({ kind: 'arm', timer: `${id}:lifetime`, after: lifetimeSeconds * 1000 })
  out.push({ kind: 'arm', timer: `${id}:rekey`, after: softLifetime(lifetimeSeconds, role) * 1000 })
}

export const disarmSession = (out: Outbox, { id }: Dead): void => {
  for (const timer of ['retransmit', 'half-open', 'lifetime', 'rekey', 'dpd'])
    out.push({ kind: 'disarm', timer: `${id}:${timer}` })
}

export const disarmNodes = (out: Outbox, { id, nodes }: Established): void => {
  for (const messageId of nodes.keys()) out.push({ kind: 'disarm', timer: `${id}:node:${messageId}` })
}

/** Timers of the quick modes that began, went on or ended between two states. */
export const armNodes = (out: Outbox, before: Established, after: Established, retransmitAfter: number): void => {
  for (const [messageId, node] of after.nodes) {
    if (before.nodes.get(messageId) === node) continue
    const timer = `${after.id}:node:${messageId}`
    if (node.state === 'DONE') out.push({ kind: 'disarm', timer })
    else out.push({ kind: 'arm', timer, after: retransmitAfter })
  }
  for (const messageId of before.nodes.keys())
    if (!after.nodes.has(messageId)) out.push({ kind: 'disarm', timer: `${after.id}:node:${messageId}` })
}

const childTimer = (kind: 'soft' | 'hard', { inbound }: Child): string => `child:${kind}:${toHex(inbound)}`

/** The timer that means that a child is to be renewed; `inbound` is its SPI. */
export const renewalTimer = (inbound: Uint8Array): string => `child:soft:${toHex(inbound)}`

/** Timers of the children that came and went between two states. */
export const armChildren = (out: Outbox, before: Established, after: Established): void => {
  for (const child of after.children) {
    if (before.children.includes(child)) continue
    out.push({ kind: 'arm', timer: childTimer('soft', child), after: softLifetime(child.seconds, child.role) * 1000 })
    out.push({ kind: 'arm', timer: childTimer('hard', child), after: child.seconds * 1000 })
  }
  for (const child of before.children) if (!after.children.includes(child)) disarmChild(out, child)
}

export const disarmChild = (out: Outbox, child: Child): void => {
  out.push({ kind: 'disarm', timer: childTimer('soft', child) })
  out.push({ kind: 'disarm', timer: childTimer('hard', child) })
}

/** What the name of a timer says: of a child by SPI, or of a session by number. */
export type TimerName =
  | { readonly of: 'child'; readonly kind: string; readonly spi: string }
  | { readonly of: 'session'; readonly id: Session['id']; readonly kind: string; readonly detail: string }

export const readTimer = (timer: string): TimerName => {
  const [first = '', kind = '', detail = ''] = timer.split(':')
  return first === 'child' ? { of: 'child', kind, spi: detail } : { of: 'session', id: Number(first), kind, detail }
}
