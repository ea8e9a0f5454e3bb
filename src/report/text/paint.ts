import { styleText } from 'node:util'

/** How the text is drawn. Colour only where the caller knows that it will be seen. */
export interface TextOptions {
  readonly colour: boolean
  /** Columns. */
  readonly width: number
  /**
   * `telling`: the ladders with the decisions that explain; `all`: with every decision and check. Without it: `telling`
   * for a tunnel of which a direction fails, none for one that is up.
   */
  readonly ladder?: LadderDetail | 'none'
}

export type LadderDetail = 'telling' | 'all'

export type Style = 'green' | 'red' | 'yellow' | 'bold' | 'dim' | 'cyan'
export type Paint = (style: Style, text: string) => string

export const painter = (colour: boolean): Paint =>
  colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text

/** Columns that a terminal gives to a code point: none to a combining mark, two to what East Asia writes wide. */
const columnsOf = (character: string): number => {
  const known = columns.get(character)
  if (known !== undefined) return known
  const found = findColumns(character)
  columns.set(character, found)
  return found
}

/** By code point: a report has a few that are not ASCII, many times each. */
const columns = new Map<string, number>()

const findColumns = (character: string): number => {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0
  return /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u.test(
    character,
  )
    ? 2
    : 1
}

/** ASCII, and the punctuation, arrows, lines and boxes that a report itself draws: one column, without the tables of Unicode. */
const isNarrow = (code: number): boolean =>
  (code >= 0x20 && code < 0x7f) || (code >= 0x2010 && code < 0x2028) || (code >= 0x2190 && code < 0x2c00)

/** Columns of a text without control sequences. */
export const displayWidth = (text: string): number => {
  let width = 0
  for (let at = 0; at < text.length; at += 1) {
    if (isNarrow(text.charCodeAt(at))) {
      width += 1
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    width += columnsOf(character)
    at += character.length - 1
  }
  return width
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)))

/** As much of a text as has room, with `…` where something is left out. */
export const cut = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text
  let out = ''
  let used = 0
  for (const character of text) {
    used += columnsOf(character)
    if (used > width - 1) break
    out += character
  }
  return `${out}…`
}

/** Breaks a text into lines of at most `width` columns, at blanks; a word that is longer stands alone. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/**
 * What a configuration holds, safe for a terminal: no control character of it reaches the screen, and none that turns the
 * direction of writing.
 */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
