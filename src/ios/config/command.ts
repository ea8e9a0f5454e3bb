import type { Context } from './context.ts'
import { type Kind, rest } from './kinds.ts'

/**
 * A command as data. The syntax is literal words, `<argument>` and `[optional part]` (optional parts do not nest);
 * everything that reads a configuration — parsing, abbreviation, error messages — comes out of it.
 */
export interface Command<T> {
  readonly syntax: string
  readonly help: string
  readonly args: Readonly<Record<string, Kind<unknown>>>
  readonly action: CommandAction<T>
}

type CommandAction<T> =
  | { readonly kind: 'effect'; readonly run: (target: T, values: CommandValues, context: Context) => void }
  /** Reported as `not-modelled`; `run` does what other lines need (a name defined, a mode entered). */
  | { readonly kind: 'not-modelled'; readonly run?: (target: T, values: CommandValues, context: Context) => void }
  /** Known to change no decision: kept with the ignored lines. */
  | { readonly kind: 'inert'; readonly run?: (target: T, values: CommandValues, context: Context) => void }

export type CommandValues = Readonly<Record<string, unknown>>

type Names<S extends string> = S extends `${string}<${infer N}>${infer R}` ? N | Names<R> : never
type Bracketed<S extends string> = S extends `${string}[${infer I}]${infer R}` ? I | Bracketed<R> : never
type OptionalNames<S extends string> = Names<Bracketed<S>>
type Read<K> = K extends Kind<infer T> ? T : never

/** A kind for every argument that the syntax names. */
type Arguments<S extends string> = { readonly [N in Names<S>]: Kind<unknown> }

/** What the effect receives: an argument inside brackets may be missing. */
type Values<S extends string, A> = {
  readonly [N in Exclude<Names<S>, OptionalNames<S>> & keyof A]: Read<A[N]>
} & { readonly [N in OptionalNames<S> & keyof A]?: Read<A[N]> }

type Run<T, S extends string, A> = (target: T, values: Values<S, A>, context: Context) => void

/** The three forms of an entry in a command table, for tables whose effects write to a `T`. */
export interface CommandForms<T> {
  readonly command: <const S extends string, const A extends Arguments<S>>(
    syntax: S,
    args: A,
    help: string,
    run: Run<T, S, A>,
  ) => Command<T>
  readonly notModelled: <const S extends string, const A extends Arguments<S>>(
    syntax: S,
    args: A,
    help: string,
    run?: Run<T, S, A>,
  ) => Command<T>
  readonly inert: <const S extends string, const A extends Arguments<S>>(
    syntax: S,
    args: A,
    help: string,
    run?: Run<T, S, A>,
  ) => Command<T>
}

export function commandForms<T>(): CommandForms<T> {
  function entry<S extends string, A extends Arguments<S>>(
    kind: 'effect' | 'not-modelled' | 'inert',
    syntax: S,
    args: A,
    help: string,
    run: Run<T, S, A> | undefined,
  ): Command<T> {
    // The trie hands over exactly the values that the syntax names, read by the kinds beside it.
    const erased = run as unknown as ((target: T, values: CommandValues, context: Context) => void) | undefined
    const action = { kind, ...(erased === undefined ? {} : { run: erased }) } as CommandAction<T>
    return { syntax, args, help, action }
  }
  return {
    command: (syntax, args, help, run) => entry('effect', syntax, args, help, run),
    notModelled: (syntax, args, help, run) => entry('not-modelled', syntax, args, help, run),
    inert: (syntax, args, help, run) => entry('inert', syntax, args, help, run),
  }
}

/** The remaining words of a command that is not read further. */
export const anything: Kind<string> = rest('the rest of the command')
