/** The longest delay that `setTimeout` keeps; a longer one fires at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/** Timers of the system clock by name; a name has at most one. */
export class NamedTimers {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #expire: (name: string) => void

  constructor(expire: (name: string) => void) {
    this.#expire = expire
  }

  /** `after` is milliseconds, of any length. An earlier timer of that name is forgotten. */
  arm(name: string, after: number): void {
    this.disarm(name)
    const delay = Math.min(after, LONGEST_DELAY_MS)
    const timer = setTimeout(() => {
      this.#timers.delete(name)
      if (after > delay) this.arm(name, after - delay)
      else this.#expire(name)
    }, delay)
    this.#timers.set(name, timer)
  }

  disarm(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }

  disarmAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
