import type { IkeV2Keys, IkeV2Protection } from '../../crypto/index.ts'
import type { IkeV2MessageName } from '../../trace/index.ts'
import type { IkeV2Payload, WireLimits } from '../../wire/index.ts'
import { collect, type PartialMessage } from './fragments.ts'
import { openProtected, protectionOf, readInner } from './packets.ts'
import type { Suite } from './session.ts'

export type Opened =
  | { readonly kind: 'payloads'; readonly payloads: readonly IkeV2Payload[] }
  | { readonly kind: 'fragment'; readonly partial: PartialMessage }
  /** Not authentic: nothing of it is believed. */
  | { readonly kind: 'refused'; readonly reason: string; readonly detail: string }
  /** Authentic, and nonsense inside. */
  | { readonly kind: 'malformed'; readonly detail: string }

/** Opens a protected message; a fragment counts only once it has proved itself (attacks D4). */
export const openMessage = (
  asker: { readonly role: 'I' | 'R'; readonly suite: Suite; readonly keys: IkeV2Keys },
  received: {
    readonly message: Uint8Array
    readonly messageId: number
    readonly payloads: readonly IkeV2Payload[]
    readonly name: IkeV2MessageName
  },
  partial: PartialMessage | null,
  limits: WireLimits,
): Opened => {
  const last = received.payloads.at(-1)
  if (last?.type !== 'SK' && last?.type !== 'SKF')
    return { kind: 'refused', reason: 'not-protected', detail: `${received.name} must be encrypted` }
  const protection: IkeV2Protection = protectionOf(asker.suite, asker.keys, asker.role === 'I' ? 'R' : 'I')
  const opened = openProtected(protection, received.message, last)
  if (!opened.ok) return { kind: 'refused', reason: 'not-authentic', detail: opened.detail }
  if (last.type === 'SK') return read(last.firstInner, opened.plain, limits)
  const collected = collect(partial, received.messageId, last, opened.plain)
  if ('refused' in collected) return { kind: 'refused', reason: 'bad-fragment', detail: collected.refused }
  if ('waiting' in collected) return { kind: 'fragment', partial: collected.waiting }
  return read(collected.whole.firstInner, collected.whole.plain, limits)
}

const read = (firstInner: number, plain: Uint8Array, limits: WireLimits): Opened => {
  const decoded = readInner(firstInner, plain, limits)
  return decoded.ok
    ? { kind: 'payloads', payloads: decoded.value }
    : { kind: 'malformed', detail: decoded.reject.detail }
}

/** A payload that must be understood and is not (RFC 7296 §2.5). */
export const criticalUnknown = (
  payloads: readonly IkeV2Payload[],
): Extract<IkeV2Payload, { type: 'UNKNOWN' }> | undefined =>
  payloads.find(
    (payload): payload is Extract<IkeV2Payload, { type: 'UNKNOWN' }> =>
      payload.type === 'UNKNOWN' && payload.critical === true,
  )
