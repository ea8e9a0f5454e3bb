import { concat, type IkeV2Payload } from '../../wire/index.ts'

/** At most this many fragments make a message, and this many octets (attacks D4). */
const mostFragments = 64
const mostOctets = 65_535

interface Partial {
  readonly messageId: number
  readonly total: number
  readonly pieces: ReadonlyMap<number, Uint8Array>
  readonly firstInner: number
}

export type Collected =
  | { readonly whole: { readonly firstInner: number; readonly plain: Uint8Array } }
  | { readonly waiting: Partial }
  | { readonly refused: string }

/**
 * Adds a fragment that has already proved itself to those before it (RFC 7383 §2.6). More fragments than before start
 * the collection anew; fewer are refused, and so is one that is there already with another content.
 */
export const collect = (
  before: Partial | null,
  messageId: number,
  { number, total, firstInner }: Extract<IkeV2Payload, { type: 'SKF' }>,
  plain: Uint8Array,
): Collected => {
  if (number < 1 || number > total || total > mostFragments) return { refused: `fragment ${number} of ${total}` }
  const known = before !== null && before.messageId === messageId && before.total >= total ? before : null
  if (known && known.total > total) return { refused: `fragment of ${total} where ${known.total} were announced` }
  const pieces = new Map(known?.pieces)
  if (!pieces.has(number)) pieces.set(number, plain.slice())
  const octets = [...pieces.values()].reduce((sum, piece) => sum + piece.length, 0)
  if (octets > mostOctets) return { refused: `fragments of ${octets} octets` }
  const first = number === 1 ? firstInner : (known?.firstInner ?? 0)
  if (pieces.size < total) return { waiting: { messageId, total, pieces, firstInner: first } }
  const ordered = Array.from({ length: total }, (_, index) => pieces.get(index + 1) ?? new Uint8Array())
  return { whole: { firstInner: first, plain: concat(...ordered) } }
}

export type { Partial as PartialMessage }
