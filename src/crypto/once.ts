/** A function that makes its value at the first call and keeps it. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** What `make` makes of a name; of what was asked for the latest `most` are kept. For what is the same whenever it is made. */
export const latest = <T>(most: number): ((name: string, make: () => T) => T) => {
  const kept = new Map<string, { readonly value: T }>()
  return (name, make) => {
    const known = kept.get(name)
    if (known) return known.value
    const value = make()
    const [oldest] = kept.keys()
    if (kept.size >= most && oldest !== undefined) kept.delete(oldest)
    kept.set(name, { value })
    return value
  }
}
