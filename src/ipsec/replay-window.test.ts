import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshReplayWindow, mayBeNew, type ReplayWindow, replayWindowSize, withSequence } from './replay-window.ts'

const seed = { seed: 4303, numRuns: 500 }

const windowAfter = (sequences: readonly number[]): ReplayWindow => sequences.reduce(withSequence, freshReplayWindow)

/** RFC 4303 §3.4.3 said with a set: new, not zero, and not further than the window behind the highest. */
const naive = (accepted: ReadonlySet<number>, sequence: number): boolean =>
  sequence > 0 && !accepted.has(sequence) && sequence > Math.max(0, ...accepted) - replayWindowSize

describe('the replay window', () => {
  it('takes what a set of all sequence numbers takes, whatever the order', () => {
    const near = fc.integer({ min: 0, max: 200 })
    const anywhere = fc.oneof(near, fc.integer({ min: 0, max: 0xffffffff }))
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: near }, anywhere), { maxLength: 150 }), (sequences) => {
        let window = freshReplayWindow
        const accepted = new Set<number>()
        for (const sequence of sequences) {
          const isNew = mayBeNew(window, sequence)
          expect(isNew).toBe(naive(accepted, sequence))
          if (!isNew) continue
          window = withSequence(window, sequence)
          accepted.add(sequence)
        }
      }),
      seed,
    )
  })

  it('never takes zero: the first packet of an SA is number 1', () => {
    expect(mayBeNew(freshReplayWindow, 0)).toBe(false)
    expect(mayBeNew(windowAfter([1]), 0)).toBe(false)
  })

  it('reaches exactly its size behind the highest', () => {
    const window = windowAfter([1000])
    expect(mayBeNew(window, 1000 - replayWindowSize + 1)).toBe(true)
    expect(mayBeNew(window, 1000 - replayWindowSize)).toBe(false)
  })

  it('forgets all that it has seen when the highest moves on by its size or more', () => {
    const window = windowAfter([10, 11, 11 + replayWindowSize])
    expect(mayBeNew(window, 12)).toBe(true)
    expect(mayBeNew(window, 11)).toBe(false)
    expect(window.seen).toBe(1n)
  })

  it('holds no more bits than its size, however many packets pass', () => {
    const window = windowAfter(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect(window.seen).toBe((1n << BigInt(replayWindowSize)) - 1n)
  })

  it('works up to the last sequence number', () => {
    const window = windowAfter([0xffffffff])
    expect(mayBeNew(window, 0xffffffff)).toBe(false)
    expect(mayBeNew(window, 0xfffffffe)).toBe(true)
  })
})
