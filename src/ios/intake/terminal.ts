/** What a terminal, a pager and the router's own messages leave in a saved session is taken out, line by line. */

const escapeCharacter = '\u001b'
const backspace = '\u0008'
const bell = '\u0007'
const longestSequence = 512

/** Behind an escape: a control sequence (ECMA-48 §5.4), of which `K` erases; a window's title; two octets. */
const csi = /^\[([0-?]*)[ -/]*([@-~])/
const title = /^\]\P{Cc}*/u
const short = /^(?:[ -/]+[0-~]|[0-Z\\^-~])/

/** True where a line needs more than a look. */
const needsTerminal = /\p{Cc}/u

/** A line as a terminal would leave it on its screen: carriage returns and backspaces overwrite, sequences vanish. O(line). */
const onScreen = (line: string): string => {
  const cells: string[] = []
  let cursor = 0
  let offset = 0
  while (offset < line.length) {
    const character = line[offset] ?? ''
    if (character === escapeCharacter) {
      const rest = line.slice(offset + 1, offset + longestSequence)
      const control = csi.exec(rest)
      if (control?.[2] === 'K' && control[1] !== '1')
        cells.length = control[1] === '2' ? 0 : Math.min(cells.length, cursor)
      offset += 1 + ((control ?? title.exec(rest) ?? short.exec(rest))?.[0].length ?? 0)
      continue
    }
    offset += 1
    if (character === '\r') cursor = 0
    else if (character === backspace) cursor = Math.max(0, cursor - 1)
    else if (character !== bell) {
      while (cells.length < cursor) cells.push(' ')
      cells[cursor] = character
      cursor += 1
    }
  }
  return cells.join('')
}

/**
 * The pager's mark at the beginning of a line, with the eight blanks by which it is wiped out where a log has lost the
 * backspaces around them. The blanks behind are the line's own.
 */
const pager = /^ ?(?:-{2,3} ?[Mm]ore ?-{2,3}|<-{2,3} ?[Mm]ore ?-{2,3}>) ?(?: {8})?/

/** `*Jun 20 13:00:37.609: `, `000123: Jun 20 2013 13:00:37 CET: `: how IOS stamps what it logs. */
const stamp =
  /^(?:\d{1,9}: )?[*.]?(?:[A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [A-Z]{1,8})?|\d{1,3}[wdy]\d{1,3}[dhw]|\d\d:\d\d:\d\d): /
const message = /^(?:\d{1,9}: )?%[A-Z][A-Z0-9_]{0,30}(?:-[A-Z0-9_]{1,30}){0,3}-[0-7]-[A-Z0-9_]{1,60}: /

/** Whether a line is one that the router logged while something else was being printed. */
export const isLogged = (line: string): boolean => stamp.test(line) || message.test(line)

/** What a program in front of the router puts before every line: the time, or the mark of a quotation. */
const everyLine: readonly RegExp[] = [
  /^\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?\]?(?: |$)/,
  /^> ?/,
]
/** So many lines, and all but one in ten, must have it. */
const fewestLines = 8
const share = 0.9

const withoutMarks = (lines: readonly string[]): readonly string[] => {
  const filled = lines.filter((line) => line.trim() !== '')
  const mark = everyLine.find((pattern) => {
    const marked = filled.filter((line) => pattern.test(line)).length
    return marked >= fewestLines && marked >= filled.length * share
  })
  return mark ? lines.map((line) => line.replace(mark, '')) : lines
}

const numbered = /^ *(\d{1,6}) ?:(?: |$)/

/** `show running-config linenum` counts its lines. */
const withoutNumbers = (lines: readonly string[]): readonly string[] => {
  let count = 0
  let next = 1
  for (const line of lines) {
    const number = Number(numbered.exec(line)?.[1] ?? Number.NaN)
    if (number !== next) continue
    count += 1
    next += 1
  }
  return count >= fewestLines ? lines.map((line) => line.replace(numbered, '')) : lines
}

/**
 * The lines of a saved session, as many as the file has, each as it stood on the screen. Line ends of every system and a
 * byte order mark are left out, and what a program put before every line.
 */
export const screenLines = (text: string): readonly string[] => {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const lines = body.split(body.includes('\n') ? '\n' : '\r').map((raw) => {
    const line = raw.replace(/\r+$/, '')
    const shown = needsTerminal.test(line) ? onScreen(line) : line
    return pager.test(shown) ? shown.replace(pager, '') : shown
  })
  return withoutNumbers(withoutMarks(lines))
}
