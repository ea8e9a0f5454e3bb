import fc from 'fast-check'

/** Values by weight. A counterexample shrinks towards the first one, so the plainest stands first. */
export const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

/** Undefined, and once in `often` times something else. */
export const seldom = <T>(often: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: often - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary },
  )

/** The same of some values. */
export const seldomOf = <T>(often: number, ...values: readonly T[]): fc.Arbitrary<T | undefined> =>
  seldom(often, fc.constantFrom(...values))

export const once = (often: number): fc.Arbitrary<boolean> => weighted([often - 1, false], [1, true])
