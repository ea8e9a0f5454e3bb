/** Something that happens at `time`, an integer in the queue's unit. */
export interface Scheduled {
  readonly time: number
  readonly happen: () => void
}

interface Entry extends Scheduled {
  readonly order: number
}

/**
 * What is to happen, earliest first; what is scheduled for the same time happens in the order in which it was
 * scheduled, so that a run repeats exactly. A binary heap: O(log n) to add and to take.
 */
export class EventQueue {
  readonly #heap: Entry[] = []
  #added = 0

  add(event: Scheduled): void {
    const heap = this.#heap
    const entry: Entry = { ...event, order: this.#added++ }
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  /** The next event, left in place. */
  peek(): Scheduled | undefined {
    return this.#heap[0]
  }

  take(): Scheduled | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && last !== first) this.#sink(last)
    return first
  }

  /** Lets `entry` fall from the top to its place. */
  #sink(entry: Entry): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right
        below++
      }
      if (child === undefined || isBefore(entry, child)) break
      heap[at] = child
      at = below
    }
    heap[at] = entry
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
