import { cutLine } from '../config/line.ts'
import { isLineOf } from '../config/parse-configuration.ts'
import { endOfBanner, isConsoleNoise } from '../config/session.ts'
import type { ConfigurationFilter } from './configuration-filter.ts'
import type { Output } from './outputs.ts'

/** A configuration, or a part of one, as it stands in a file. */
export interface ConfigurationPiece {
  readonly file: string
  /** The lines of the file, as a terminal shows them; those that are not of the piece are empty. */
  readonly lines: readonly string[]
  readonly form: Output['form']
  readonly filter: ConfigurationFilter | null
}

/** A line with its blanks made one. Lines count from 1. */
export interface PlacedLine {
  readonly line: number
  readonly text: string
}

/** A line at the margin with all that stands below it; where one header stands twice, both. */
export interface Section {
  readonly header: PlacedLine
  /** The lines of further headers of that text. */
  readonly again: readonly number[]
  readonly body: readonly PlacedLine[]
}

export interface Sections {
  readonly byHeader: ReadonlyMap<string, Section>
  /** Lines whose header the filter has kept back: nothing tells where they belong. */
  readonly orphans: readonly PlacedLine[]
}

/** In `| section isakmp` a line of another section stands below the last one that was shown, without its header. */
const isStray = (filter: ConfigurationFilter | null, header: string, text: string): boolean =>
  filter?.shows(text) === true && !isLineOf(header, text)

/** Takes a piece apart by its indents; comments, banners and what a session leaves behind are left out. O(characters). */
export const sectionsOf = ({ lines, filter }: ConfigurationPiece): Sections => {
  const byHeader = new Map<string, { header: PlacedLine; again: number[]; body: PlacedLine[] }>()
  const orphans: PlacedLine[] = []
  const unclosed = new Set<string>()
  let open: { header: PlacedLine; again: number[]; body: PlacedLine[] } | null = null
  for (let index = 0; index < lines.length; index += 1) {
    const raw = lines[index] ?? ''
    const cut = cutLine(raw, index + 1)
    const [first] = cut.words
    if (first === undefined || first.startsWith('!')) continue
    const placed = { line: index + 1, text: cut.words.join(' ') }
    if (/^\s/.test(raw)) {
      const isTorn = open === null || filter?.gives === 'lines' || isStray(filter, open.header.text, placed.text)
      if (isTorn) orphans.push(placed)
      else open?.body.push(placed)
      continue
    }
    if (first.toLowerCase() === 'banner') index = endOfBanner(cut, lines, index, unclosed)
    else if (!isConsoleNoise(cut) && !/^(?:end|exit)$/i.test(placed.text)) {
      const same = byHeader.get(placed.text)
      open = same ?? { header: placed, again: [], body: [] }
      if (same) same.again.push(placed.line)
      else byHeader.set(placed.text, open)
    }
  }
  return { byHeader, orphans }
}
