/**
 * A function's results, kept by an object and a name, for as long as somebody has the object. What is looked for may be
 * null, but not undefined.
 */
export const keptBy = <Subject extends object, Result>(): ((
  subject: Subject,
  name: string,
  find: () => Result,
) => Result) => {
  const kept = new WeakMap<Subject, Map<string, Result>>()
  return (subject, name, find) => {
    const byName = kept.get(subject) ?? new Map<string, Result>()
    kept.set(subject, byName)
    const known = byName.get(name)
    if (known !== undefined) return known
    const found = find()
    byName.set(name, found)
    return found
  }
}

/** The same by two objects. */
export const keptByBoth = <One extends object, Other extends object, Result>(): ((
  one: One,
  other: Other,
  name: string,
  find: () => Result,
) => Result) => {
  const kept = keptBy<One, ReturnType<typeof keptBy<Other, Result>>>()
  return (one, other, name, find) => kept(one, '', () => keptBy<Other, Result>())(other, name, find)
}
