/** Assigned numbers by the RFC's name. Every registry is such an object; `nameOf` is the way back. */
export type Registry = Readonly<Record<string, number>>

const reversed = new WeakMap<Registry, ReadonlyMap<number, string>>()

/** The name of a number in a registry; undefined where the number is unassigned there. */
export const nameOf = (registry: Registry, value: number): string | undefined => {
  let names = reversed.get(registry)
  if (names === undefined) {
    names = new Map(Object.entries(registry).map(([name, number]) => [number, name]))
    reversed.set(registry, names)
  }
  return names.get(value)
}
