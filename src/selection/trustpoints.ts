import type { Trustpoint } from '../pki/index.ts'
import type { SelectionContext } from './configuration.ts'

/** The trustpoints of the router in the order of its store; the built-in CAs count as the knob `builtins` says. */
export const trustpointsInStoreOrder = ({ store, knobs }: SelectionContext): readonly Trustpoint[] =>
  knobs.builtins === 'none' ? store.trustpoints.filter(({ builtIn }) => !builtIn) : store.trustpoints

/**
 * Last defined first: IOS takes trustpoints of one CA in reverse order of definition (ios-semantics §0.3 item 5).
 * Those whose definition is not known come last, in the order of the store.
 */
export const lastDefinedFirst = (trustpoints: readonly Trustpoint[]): readonly Trustpoint[] =>
  trustpoints.toSorted((a, b) => lineOf(b) - lineOf(a))

const lineOf = ({ configuration }: Trustpoint): number => configuration?.at.line ?? 0
