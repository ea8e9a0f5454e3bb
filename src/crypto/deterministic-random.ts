import { hash, hmac } from './hash.ts'

/**
 * Random bytes for the lab, the prover and tests: the same seed gives the same bytes for ever, other seeds share none.
 * The stream is HMAC-SHA-256(SHA-256(seed), counter), with a 64-bit big-endian counter from 0.
 *
 * NOT FOR LIVE USE: whoever knows the seed knows every key, and nothing is ever reseeded.
 */
export const deterministicRandom = (seed: Uint8Array | string): ((length: number) => Uint8Array) => {
  const key = hash('sha256', typeof seed === 'string' ? new TextEncoder().encode(seed) : seed)
  const counter = new Uint8Array(8)
  const counterView = new DataView(counter.buffer)
  let next = 0n
  let block: Uint8Array = new Uint8Array(0)
  let used = 0
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      if (used === block.length) {
        counterView.setBigUint64(0, next++)
        block = hmac('sha256', key, counter)
        used = 0
      }
      const piece = block.subarray(used, used + length - filled)
      bytes.set(piece, filled)
      filled += piece.length
      used += piece.length
    }
    return bytes
  }
}
