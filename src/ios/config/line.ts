/** A line cut into words. Offsets count from 0 in `text`. */
export interface Line {
  /** 1-based. */
  readonly number: number
  readonly text: string
  readonly words: readonly string[]
  readonly starts: readonly number[]
}

/** Control characters, the blank, the no-break space of pages pasted from a document, and a byte order mark. */
function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0xfeff
}

/** Cuts a line into its words. */
export function cutLine(text: string, number: number, from = 0): Line {
  const words: string[] = []
  const starts: number[] = []
  let offset = from
  while (offset < text.length) {
    while (offset < text.length && isBlank(text.charCodeAt(offset))) offset += 1
    if (offset === text.length) break
    const start = offset
    while (offset < text.length && !isBlank(text.charCodeAt(offset))) offset += 1
    words.push(text.slice(start, offset))
    starts.push(start)
  }
  return { number, text, words, starts }
}

/** How many characters stand before the first word; of an empty line, its length. */
export function indentOf(line: Line): number {
  return line.starts[0] ?? line.text.length
}

/** From the word at `index` to the end of the last word. */
export function restOf(line: Line, index: number): string {
  const last = line.words.length - 1
  const end = (line.starts[last] ?? 0) + (line.words[last]?.length ?? 0)
  return line.text.slice(line.starts[index] ?? end, end)
}

/** The lines of a text, whatever ends them; line ends and a byte order mark are left out. */
export function splitLines(text: string): string[] {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const lines = body.split(body.includes('\n') ? '\n' : '\r')
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (line.charCodeAt(line.length - 1) === 13) lines[index] = line.slice(0, -1)
  }
  return lines
}
