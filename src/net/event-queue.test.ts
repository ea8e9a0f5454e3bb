import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

describe('the event queue', () => {
  it('gives the earliest first, and of the same time the first that was added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const queue = new EventQueue()
        const taken: number[] = []
        for (const [index, time] of times.entries()) queue.add({ time, happen: () => taken.push(index) })
        while (queue.peek() !== undefined) queue.take()?.happen()
        const expected = times
          .map((time, index) => ({ time, index }))
          .sort((a, b) => a.time - b.time || a.index - b.index)
        expect(taken).toEqual(expected.map(({ index }) => index))
      }),
      { seed: 1 },
    )
  })

  it('keeps the order when events are added between takings', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 }))), (steps) => {
        const queue = new EventQueue()
        let model: { readonly time: number; readonly order: number }[] = []
        let taken = -1
        for (const [order, [take, time]] of steps.entries()) {
          if (take) {
            const [first, ...rest] = model.toSorted((a, b) => a.time - b.time || a.order - b.order)
            queue.take()?.happen()
            if (first !== undefined) expect(taken).toBe(first.order)
            model = rest
          } else {
            queue.add({
              time,
              happen: () => {
                taken = order
              },
            })
            model.push({ time, order })
          }
        }
        expect(queue.peek()?.time).toBe(model.toSorted((a, b) => a.time - b.time)[0]?.time)
      }),
      { seed: 1 },
    )
  })

  it('has nothing to give when it is empty', () => {
    expect(new EventQueue().take()).toBeUndefined()
  })
})
