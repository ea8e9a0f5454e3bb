import type { Fault } from './context.ts'
import { listed, nearest } from './errors.ts'
import { indentOf, type Line } from './line.ts'
import type { NotUnderstood } from './mode.ts'

/** What is the matter with a line that no table understands: a fault, or a command of an IOS that the tables do not know. */
export type Diagnosis =
  | { readonly kind: 'fault'; readonly fault: Fault; readonly column: number }
  | { readonly kind: 'not-modelled' }
  /** A complete command stands before the word that is not known. */
  | { readonly kind: 'not-modelled-from'; readonly word: string }

const NOT_MODELLED: Diagnosis = { kind: 'not-modelled' }
/** The shortest keyword of which a near miss is taken for a slip of the hand. */
const MIN_KEYWORD = 5

/** A keyword one slip of the hand away from `word`. */
function nearMiss(word: string, keywords: readonly string[]): string | undefined {
  const long = keywords.filter((keyword) => keyword.length >= MIN_KEYWORD)
  const near = nearest(word, long, 1)
  return near === word.toLowerCase() ? undefined : near
}

function expectedAt(found: NotUnderstood): string {
  const { words, kinds, end } = found.possible()
  const parts = [...new Set(kinds)]
  if (words.length > 0) parts.push(words.length === 1 ? `"${words[0]}"` : `one of ${listed(words)}`)
  if (end) parts.push('the end of the line')
  return parts.length === 0 ? 'a command' : parts.join(', or ')
}

function columnAt(line: Line, index: number): number {
  return (line.starts[index] ?? indentOf(line)) + 1
}

function fault(found: NotUnderstood, line: Line, message: string, remedy?: string): Diagnosis {
  const { example } = found.possible()
  const form = example === undefined ? 'see the command reference' : `the form is: ${example.syntax} (${example.help})`
  return {
    kind: 'fault',
    fault: { message, expected: expectedAt(found), remedy: remedy === undefined ? form : `${remedy}; ${form}` },
    column: columnAt(line, found.index),
  }
}

function misspelt(found: NotUnderstood, line: Line, word: string, near: string): Diagnosis {
  return fault(found, line, `unknown word "${word}"; did you mean "${near}"?`, `write "${near}"`)
}

function ambiguous(found: NotUnderstood, line: Line, word: string, candidates: readonly string[]): Diagnosis {
  const names = listed([...candidates].sort())
  const message = `"${word}" is ambiguous: it may stand for ${names}`
  const expected = `enough letters to tell ${names} apart`
  return {
    kind: 'fault',
    fault: { message, expected, remedy: 'write the word out' },
    column: columnAt(line, found.index),
  }
}

/** The first word is no command of the mode. `reports`: the mode's unknown lines are reported, so a slip matters. */
export function diagnoseFirstWord(found: NotUnderstood, line: Line, reports: boolean): Diagnosis {
  const word = line.words[0] ?? ''
  const { candidates, words } = found.possible()
  if (candidates.length > 1) return ambiguous(found, line, word, candidates)
  const near = nearMiss(word, reports ? words : ['crypto'])
  return near === undefined ? NOT_MODELLED : misspelt(found, line, word, near)
}

/** The line begins as a command of the mode and goes on as none. */
export function diagnoseLaterWord(found: NotUnderstood, line: Line): Diagnosis {
  const { index, secrets, shorter } = found
  const word = line.words[index]
  if (word === undefined) {
    const missing = fault(found, line, 'the command is not complete')
    return missing.kind === 'fault' ? { ...missing, column: line.text.trimEnd().length + 2 } : missing
  }
  const { words, choices, candidates } = found.possible()
  const meant = [...candidates, ...choices.filter((choice) => choice.startsWith(word.toLowerCase()))]
  if (meant.length > 1 && shorter === undefined) return ambiguous(found, line, word, meant)
  const near = nearMiss(word, [...words, ...choices])
  if (near !== undefined) return misspelt(found, line, word, near)
  if (secrets.includes(index - 1)) return fault(found, line, 'the key ends here, and what follows does not fit')
  // A word that begins with a letter may be a keyword of another release; anything else is a wrong value.
  const plausible = /^[A-Za-z]/.test(word)
  if (plausible && shorter !== undefined) return { kind: 'not-modelled-from', word }
  if (plausible && words.length > 0 && choices.length === 0) return NOT_MODELLED
  return fault(found, line, `"${word}" does not fit here`)
}

/**
 * The words to blot out in a line that was not understood: the keys in it, and all that follows a key with a blank in it,
 * for such a key ends too early. undefined: none is known.
 */
export function secretWords(found: NotUnderstood, line: Line): readonly number[] | undefined {
  const { index, secrets } = found
  if (secrets.length === 0) return undefined
  const word = line.words[index]
  const { words, choices } = found.possible()
  if (word === undefined || !secrets.includes(index - 1) || nearMiss(word, [...words, ...choices]) !== undefined)
    return secrets
  return [...secrets, ...Array.from({ length: line.words.length - index }, (_, offset) => index + offset)]
}

/** Where `word` stands in a line, from 1; the first word's place when it stands nowhere. */
export function columnOf(text: string, word: string | undefined): number {
  const first = Math.max(0, text.search(/\S/)) + 1
  if (word === undefined) return first
  const folded = text.toLowerCase()
  const sought = word.toLowerCase()
  let last = -1
  for (let from = folded.indexOf(sought); from >= 0; from = folded.indexOf(sought, from + 1)) {
    const before = from === 0 || /\s/.test(folded[from - 1] ?? '')
    const after = from + sought.length === folded.length || /\s/.test(folded[from + sought.length] ?? '')
    if (before && after) last = from
  }
  return last < 0 ? first : last + 1
}
