import { setTimeout as pause } from 'node:timers/promises'

/**
 * Tries until `attempt` gives a value that is neither undefined nor false, and returns it. Rejects after `limit`
 * milliseconds with what was waited for and why the last attempt failed.
 */
export async function until<T>(
  what: string,
  attempt: () => T | Promise<T>,
  limit = 10_000,
): Promise<Exclude<Awaited<T>, false | undefined>> {
  const giveUp = Date.now() + limit
  let why = ''
  for (;;) {
    try {
      const result = await attempt()
      if (result !== undefined && result !== false) return result as Exclude<Awaited<T>, false | undefined>
      why = ''
    } catch (error) {
      why = `: ${error instanceof Error ? error.message : error}`
    }
    if (Date.now() > giveUp) throw new Error(`waited ${limit} ms in vain until ${what}${why}`)
    await pause(50)
  }
}
