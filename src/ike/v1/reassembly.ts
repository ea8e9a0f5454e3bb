import type { Payload } from '../../wire/index.ts'

/** Cisco's IKE fragments of one message: number 1 first; the one with flag 1 is the last. */
const lastFlag = 1
const maxFragments = 64
const maxOctets = 65_535

interface Partial {
  readonly fragmentId: number
  readonly pieces: Map<number, Uint8Array>
  total: number
  octets: number
}

/**
 * Puts fragments together, one message at a time for each session, within bounds (attacks D4). A fragment that
 * contradicts the others throws the whole message away; it is not authenticated, so nothing else is concluded.
 */
export class Reassembly {
  #partial: Partial | null = null

  /** Takes a fragment; returns the whole ISAKMP message once it is there, or why the fragment was refused. */
  add(
    fragment: Extract<Payload, { type: 'FRAGMENT' }>,
  ): { readonly message: Uint8Array } | { readonly refused: string } | null {
    const { fragmentId, number, flags, data } = fragment
    if (number < 1 || number > maxFragments)
      return { refused: `fragment number ${number}; 1 to ${maxFragments} are allowed` }
    let partial = this.#partial
    if (!partial || partial.fragmentId !== fragmentId) {
      partial = { fragmentId, pieces: new Map(), total: 0, octets: 0 }
      this.#partial = partial
    }
    if (partial.pieces.has(number)) return null
    const isLast = (flags & lastFlag) !== 0
    if (
      (isLast && partial.total !== 0) ||
      (partial.total !== 0 && number > partial.total) ||
      (isLast && [...partial.pieces.keys()].some((other) => other > number))
    ) {
      this.#partial = null
      return { refused: 'fragments that contradict one another' }
    }
    if (partial.octets + data.length > maxOctets) {
      this.#partial = null
      return { refused: `fragments of more than ${maxOctets} octets` }
    }
    partial.pieces.set(number, data.slice())
    partial.octets += data.length
    if (isLast) partial.total = number
    if (partial.total === 0 || partial.pieces.size < partial.total) return null
    const message = new Uint8Array(partial.octets)
    let offset = 0
    for (let index = 1; index <= partial.total; index += 1) {
      const piece = partial.pieces.get(index) ?? new Uint8Array(0)
      message.set(piece, offset)
      offset += piece.length
    }
    this.#partial = null
    return { message }
  }
}
