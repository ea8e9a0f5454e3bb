import { placeOf } from '../../prove/index.ts'
import type { Ladder, LadderRow, MessageRow, TrafficRow } from '../ladder.ts'
import { bandsOf, subjectOf } from '../ladder-difference.ts'
import { payloadWords } from '../payload-words.ts'
import { type DirectionLadder, isDifference, type TunnelLadders, tellingSubjects } from '../tunnel-ladders.ts'
import { againText, toldCaseText, toldOutcomeText } from '../words.ts'
import {
  cut,
  displayWidth,
  type LadderDetail,
  type Paint,
  pad,
  plain,
  type Style,
  type TextOptions,
  wrap,
} from './paint.ts'

const gap = 4
const narrowest = 52
const widest = 72

/** From so many columns on the two ladders stand side by side. */
const sideBySideFrom = 2 * narrowest + gap

/** One line of a ladder: what it shows, plain, and how to colour it once it is padded. */
interface Line {
  readonly text: string
  readonly style?: Style
}

const rail = (width: number): string => `│${' '.repeat(width - 2)}│`

/** A text between the lifelines, at the left or the right one. */
const beside = (text: string, isLeft: boolean, width: number): string => {
  const room = width - 4
  const shown = cut(text, room)
  const blanks = ' '.repeat(room - displayWidth(shown))
  return isLeft ? `│ ${shown}${blanks} │` : `│ ${blanks}${shown} │`
}

/** `│── MM1 ─ SA, 4 VID ──────▶│`; a double line is encrypted. What does not fit stands below. */
const arrow = (
  label: string,
  below: readonly string[],
  toRight: boolean,
  double: boolean,
  lost: boolean,
  width: number,
) => {
  const dash = double ? '═' : '─'
  const head = lost ? '✗' : toRight ? '▶' : '◀'
  const room = width - 3
  const line = `${dash}${dash} ${cut(label, room - 5)} `
  const rest = dash.repeat(Math.max(0, room - displayWidth(line)))
  return [
    { text: toRight ? `│${line}${rest}${head}│` : `│${head}${line}${rest}│` },
    ...below.map((text) => ({ text: beside(text, true, width), style: 'dim' as const })),
  ]
}

const messageLines = (row: MessageRow, { initiator }: Ladder, width: number): readonly Line[] => {
  const name = `${row.message}${row.sent > 1 ? ` ×${row.sent}` : ''}${row.digests.length > 1 ? `, ${row.digests.length} fragments` : ''}`
  const payloads = payloadWords(row.payloads).join(', ')
  const whole = payloads === '' ? name : `${name}: ${payloads}`
  const fits = displayWidth(whole) <= width - 8
  const below = fits ? [] : wrap(payloads, width - 7).map((line) => `   ${line}`)
  return arrow(fits ? whole : name, below, row.from === initiator, row.encrypted, !row.read, width)
}

const trafficLines = (row: TrafficRow, width: number): readonly Line[] =>
  arrow(`ESP: ping, ${row.received} of ${row.sent} answered`, [], true, true, row.received === 0, width).map(
    (line) => ({
      ...line,
      style: 'green' as const,
    }),
  )

const corners = { thin: ['┌', '─', '┐', '│', '└', '┘'], marked: ['╔', '═', '╗', '║', '╚', '╝'] } as const

/** A box at the lifeline of the router that decides. */
const box = (texts: readonly string[], title: string, isLeft: boolean, width: number): readonly Line[] => {
  const [topLeft, line, topRight, side, bottomLeft, bottomRight] = title === '' ? corners.thin : corners.marked
  const most = width - 10
  const lines = texts.flatMap((text) => wrap(text, most).map((part) => cut(part, most)))
  const inner = Math.max(displayWidth(title) + 2, ...lines.map(displayWidth))
  const head = title === '' ? '' : `${line} ${title} `
  const drawn = [
    `${topLeft}${head}${line.repeat(inner + 2 - displayWidth(head))}${topRight}`,
    ...lines.map((text) => `${side} ${pad(text, inner)} ${side}`),
    `${bottomLeft}${line.repeat(inner + 2)}${bottomRight}`,
  ]
  return drawn.map((text) => ({
    text: beside(text, isLeft, width),
    ...(title === '' ? {} : { style: 'yellow' as const }),
  }))
}

const rowLines = (row: LadderRow, ladder: Ladder, marked: boolean, width: number): readonly Line[] => {
  const at = (text: string, router: string, style: Style): readonly Line[] => {
    const isLeft = router === ladder.initiator
    return wrap(text, width - 6).map((line) => ({ text: beside(line, isLeft, width), style }))
  }
  switch (row.kind) {
    case 'message':
      return messageLines(row, ladder, width)
    case 'traffic':
      return trafficLines(row, width)
    case 'decision': {
      const [line] = row.because
      const place = line ? [plain(`${placeOf(line)}  ${line.text.trim()}`)] : []
      return box(
        [plain(row.what), ...place],
        marked ? '≠ first difference' : '',
        row.router === ladder.initiator,
        width,
      )
    }
    case 'check':
      return at(plain(`${row.passed ? '✓' : '✗'} ${row.what}`), row.router, row.passed ? 'dim' : 'red')
    case 'rejection': {
      const notify = row.notify === null ? '' : `, says ${row.notify}`
      const text = `✗ ${row.what}${notify}: ${row.code}`
      return at(plain(marked ? `${text} ≠ first difference` : text), row.router, 'red')
    }
    case 'sa-installed': {
      const what = row.sa === 'IKE' ? 'IKE SA' : `IPsec SA ${row.ways.join(' and ')}`
      return at(plain(`✓ ${what}${row.detail === '' ? '' : `, ${row.detail}`}`), row.router, 'green')
    }
    case 'ended':
      return at(plain(`${row.router} deletes the IKE SA: ${row.reason}`), row.router, 'dim')
    case 'again':
      return at(againText(row.router, row.times, row.sameEnd), row.router, 'dim')
  }
}

/** Which rows are drawn. Checks that passed and decisions that explain nothing are told on demand. */
const isShown = (row: LadderRow, subjects: ReadonlySet<string>, detail: LadderDetail): boolean => {
  if (detail === 'all') return true
  if (row.kind === 'decision') return subjects.has(subjectOf(row))
  return row.kind !== 'check' && row.kind !== 'ended'
}

/** What went before a ladder: which direction it is, what came of it, and in which case. */
const titlesOf = ({ direction }: DirectionLadder): readonly [string, string] => {
  const when = toldCaseText(direction)
  return [`${direction.initiator} initiates: ${toldOutcomeText(direction)}`, when === null ? '' : plain(`if ${when}`)]
}

/** What the two ladders first differ in, in a sentence, and whether the failure comes of it. */
export const differenceText = ({ difference, directions: [left, right] }: TunnelLadders): string => {
  if (!left || !right) return 'Only one direction was asked for'
  if (difference === null) return 'No decision that both directions take differs'
  if (difference.kind === 'refusal') return '≠ Every decision is alike up to the refusal'
  const [ours, theirs] = [left.ladder.rows[difference.left], right.ladder.rows[difference.right]]
  if (ours?.kind !== 'decision' || theirs?.kind !== 'decision') return ''
  const isTelling = [
    { row: ours, telling: left.telling },
    { row: theirs, telling: right.telling },
  ].some(({ row, telling }) => row.events.some((event) => telling.has(event)))
  const failed = left.direction.cause !== null || right.direction.cause !== null
  const consequence = failed ? `; the failure ${isTelling ? 'comes' : 'does not come'} of it` : ''
  return `≠ First difference: ${ours.what}, and ${theirs.what}${consequence}`
}

const legendOf = (ladders: TunnelLadders): string => {
  const isUnread = ladders.directions.some(({ ladder }) =>
    ladder.rows.some((row) => row.kind === 'message' && !row.read),
  )
  return plain(`${differenceText(ladders)}. ═ is encrypted${isUnread ? ', ✗ lost or not wanted' : ''}.`)
}

/** A line as wide as its ladder; the lifelines keep the colour of all others. */
const painted = ({ text, style }: Line, width: number, paint: Paint): string => {
  const whole = pad(text, width)
  return style === undefined ? whole : `${whole.slice(0, 1)}${paint(style, whole.slice(1, -1))}${whole.slice(-1)}`
}

const headOf = ({ initiator, responder }: Ladder, width: number): string =>
  `${pad(initiator, width - displayWidth(responder))}${responder}`

/** Both ladders of a tunnel: side by side where there is room, otherwise one below the other. */
export const ladderText = (
  ladders: TunnelLadders,
  detail: LadderDetail,
  options: TextOptions,
  paint: Paint,
): readonly string[] => {
  const subjects = tellingSubjects(ladders)
  const available = options.width - 2
  const [left, right] = ladders.directions
  const linesOf = (each: DirectionLadder, rows: readonly LadderRow[], width: number): readonly Line[] =>
    rows
      .filter((row) => isShown(row, subjects, detail))
      .flatMap((row) => rowLines(row, each.ladder, isDifference(ladders, each, row), width))
  const legend = wrap(legendOf(ladders), available).map((line) => paint('dim', `  ${line}`))
  const one = (each: DirectionLadder, width: number): readonly string[] => [
    ...titlesOf(each).flatMap((title, index) =>
      title === '' ? [] : wrap(title, width).map((line) => paint(index === 0 ? 'bold' : 'dim', line)),
    ),
    headOf(each.ladder, width),
    ...linesOf(each, each.ladder.rows, width).map((line) => painted(line, width, paint).trimEnd()),
  ]
  if (!left || !right || available < sideBySideFrom) {
    const width = Math.min(widest, Math.max(narrowest, available))
    return [
      ...ladders.directions
        .flatMap((each, index) => [...(index === 0 ? [] : ['']), ...one(each, width)])
        .map((line) => (line === '' ? '' : `  ${line}`)),
      ...legend,
    ]
  }
  const width = Math.min(widest, Math.floor((available - gap) / 2))
  const between = ' '.repeat(gap)
  const [[ours, oursIf], [theirs, theirsIf]] = [titlesOf(left), titlesOf(right)]
  const besides = (a: string, b: string, style: Style): readonly string[] => {
    const [some, others] = [wrap(a, width), wrap(b, width)]
    return Array.from({ length: Math.max(some.length, others.length) }, (_, index) =>
      paint(style, `${pad(some[index] ?? '', width)}${between}${others[index] ?? ''}`.trimEnd()),
    ).filter((line) => line !== '')
  }
  const out = [
    ...besides(ours, theirs, 'bold'),
    ...(oursIf === '' && theirsIf === '' ? [] : besides(oursIf, theirsIf, 'dim')),
    `${headOf(left.ladder, width)}${between}${headOf(right.ladder, width)}`,
  ]
  const ended = { left: false, right: false }
  for (const band of bandsOf(left.ladder, right.ladder)) {
    const lines = { left: linesOf(left, band.left, width), right: linesOf(right, band.right, width) }
    ended.left ||= band.left.length === 0
    ended.right ||= band.right.length === 0
    for (let index = 0; index < Math.max(lines.left.length, lines.right.length); index += 1) {
      const filler = (isOver: boolean): Line => ({ text: isOver ? ' '.repeat(width) : rail(width) })
      const [a, b] = [lines.left[index] ?? filler(ended.left), lines.right[index] ?? filler(ended.right)]
      out.push(`${painted(a, width, paint)}${between}${painted(b, width, paint)}`.trimEnd())
    }
  }
  return [...out.map((line) => `  ${line}`), ...legend]
}
