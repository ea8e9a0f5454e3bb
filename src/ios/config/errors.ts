/** What is wrong with a configuration, where, and what to do about it. Line and column count from 1. */
export interface ConfigurationError {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line as it was read, keys blotted out. */
  readonly text: string
  readonly message: string
  readonly expected: string
  readonly remedy: string
}

const WINDOW = 120

/**
 * `file:line:column: message`, the line, a caret under the column, what was expected, and the remedy.
 * Control characters become blanks and a long line is cut around the column, so that the caret stands right on any terminal.
 */
export function formatConfigurationError(error: ConfigurationError): string {
  const head = `${error.file}:${error.line}:${error.column}: ${error.message}`
  const tail = [`  expected: ${error.expected}`, `  remedy:   ${error.remedy}`]
  if (error.text.trim() === '') return [head, ...tail].join('\n')
  const start = Math.max(0, Math.min(error.column - 1 - WINDOW / 2, error.text.length - WINDOW))
  const cut = error.text.slice(start, start + WINDOW)
  // Every control and format character counts as one blank.
  const shown = cut.replace(/[\p{C}\p{Z}]/gu, ' ').trimEnd()
  return [head, `  ${shown}`, `  ${' '.repeat(error.column - 1 - start)}^`, ...tail].join('\n')
}

function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const most = Math.min(a.length, b.length)
  let start = 0
  while (start < most && a[start] === b[start]) start += 1
  let end = 0
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}

/** Edit distance with transpositions (optimal string alignment), or `limit + 1` when it is larger. O(a·b). */
function editDistance(first: string, second: string, limit: number): number {
  if (Math.abs(first.length - second.length) > limit) return limit + 1
  const [a, b] = withoutCommonEnds(first, second)
  if (a === '' || b === '') return a.length + b.length
  // What one edit leaves between the common ends is one character, or two that changed places.
  if (limit === 1 && (a.length > 2 || b.length > 2)) return 2
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return Math.min(last[b.length] ?? 0, limit + 1)
}

const MAX_NAME = 128
const MAX_CANDIDATES = 2000

/** The name that the reader most likely meant; undefined when none is near. */
export function nearest(name: string, known: Iterable<string>, limit = 2): string | undefined {
  // A name longer than any command or label is no slip of the hand; this also bounds the work.
  if (name.length > MAX_NAME) return undefined
  const folded = name.toLowerCase()
  let best: string | undefined
  let distance = limit + 1
  let compared = 0
  for (const candidate of known) {
    compared += 1
    if (compared > MAX_CANDIDATES) break
    const found = editDistance(folded, candidate.toLowerCase(), limit)
    if (found < distance) {
      best = candidate
      distance = found
    }
  }
  return best
}

/** A list for a sentence, cut after `most`. */
export function listed(names: readonly string[], most = 12): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
