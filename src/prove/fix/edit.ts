import type { SourceRef } from '../../trace/index.ts'

/** A pre-shared key in the lines of a change. It is pasted where a proof is run, and shown to nobody. */
export interface HiddenKey {
  /** What stands for it in the lines: `<the key that R1 has for 192.168.0.2>`. */
  readonly placeholder: string
  readonly key: string
  /** Where it stands, itself masked. */
  readonly at: SourceRef
}

/** A change of one router's configuration that can be pasted and taken back. */
export interface Edit {
  readonly router: string
  /** What it sets: of two changes of one thing the second makes the first idle. */
  readonly subject: string
  readonly paste: readonly string[]
  readonly undo: readonly string[]
  /** The keys for which placeholders stand in these lines. */
  readonly hidden?: readonly HiddenKey[]
  /** `R2: profile prof1 names trust point IOSCA1 only`. */
  readonly text: string
  /** How intrusive it is: lines, and more for what touches more than this tunnel's certificates. */
  readonly cost: number
  /** What it takes from security; null where it takes nothing. */
  readonly widens: string | null
}

/** Trust that is given away is offered after everything else. */
export const wideningCost = 40

/** Lines inside a section of the configuration. */
export const section = (header: string, lines: readonly string[]): readonly string[] => [
  header,
  ...lines.map((line) => ` ${line}`),
]

/** A name that is not taken, as like the wish as may be. */
export const freeName = (taken: ReadonlySet<string>, wish: string): string => {
  let name = wish
  for (let number = 2; taken.has(name); number += 1) name = `${wish}-${number}`
  return name
}

const equal = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * The lines that turn a list of a section into another one: what goes is taken out and what comes is added; everything
 * anew where the order would not come out otherwise. `keyword` stands before each entry.
 */
export const listLines = (keyword: string, before: readonly string[], after: readonly string[]): readonly string[] => {
  const [gone, come] = [
    before.filter((entry) => !after.includes(entry)),
    after.filter((entry) => !before.includes(entry)),
  ]
  const kept = before.filter((entry) => after.includes(entry))
  const [out, into] = equal([...kept, ...come], after) ? [gone, come] : [before, after]
  return [...out.map((entry) => `no ${keyword} ${entry}`), ...into.map((entry) => `${keyword} ${entry}`)]
}

/** Lines with their keys in the place of what stands for them. */
export const withKeys = (lines: readonly string[], hidden: readonly HiddenKey[]): readonly string[] =>
  lines.map((line) => hidden.reduce((text, { placeholder, key }) => text.replaceAll(placeholder, () => key), line))
