import { type Blocker, type Direction, type Finding, placeOf, type Tunnel } from '../../prove/index.ts'
import { breakingEvents, finalText, fixKeys, harmlessText, provedText, toldCaseText, widestOf } from '../words.ts'
import { displayWidth, type Paint, pad, plain, type TextOptions, wrap } from './paint.ts'

/** The sections of the text report below the outcomes. Each gives the lines it has, none where there is nothing to tell. */

const leastWidth = 40

/** A text under a hanging indent: its first line follows `head`; the others stand below it. */
const hanging = (
  head: string,
  text: string,
  { width }: TextOptions,
  indent = displayWidth(head),
): readonly string[] => {
  const [first = '', ...rest] = wrap(text, Math.max(leastWidth, width - indent))
  return [head + first, ...rest.map((line) => ' '.repeat(indent) + line)]
}

const chainText = ({ cause }: Direction, { width }: TextOptions, paint: Paint): readonly string[] => {
  const because = cause?.because ?? []
  const whatWidth = Math.min(46, widestOf(because.map(({ what }) => what)))
  const messageWidth = widestOf(because.map(({ message }) => message ?? '')) + 2
  const indent = ' '.repeat(4 + messageWidth)
  return because.flatMap(({ message, what, why, at }) => {
    const head = `    ${paint('bold', pad(message ?? '', messageWidth))}`
    const place = at ? plain(`${placeOf(at)}   ${at.text.trim()}`) : null
    const [first, ...rest] = displayWidth(what) <= whatWidth ? [plain(what)] : wrap(plain(what), whatWidth)
    const lines = [
      `${head}${place === null ? (first ?? '') : `${pad(first ?? '', whatWidth)}  ${paint('cyan', place)}`}`,
      ...rest.map((line) => indent + line),
    ]
    if (why === '') return lines
    return [
      ...lines,
      ...wrap(plain(why), Math.max(leastWidth, width - indent.length)).map((line) => indent + paint('dim', line)),
    ]
  })
}

const verbs: Readonly<Record<Direction['outcome'], string>> = {
  up: 'starts it',
  down: 'cannot start it',
  'half-open': 'starts half of it',
  undecided: 'may not start it',
}

/** Behind `Who must act` and `What to do`. */
const mendIndent = 18

/** Why a direction fails: the chain of decisions, what each end is left with, and what would refuse next. */
export const causeText = (direction: Direction, options: TextOptions, paint: Paint): readonly string[] => {
  const { cause, initiator, responder, nextBlockers } = direction
  if (!cause) return []
  const when = toldCaseText(direction)
  const ends = [initiator, responder].map((router) => `${router} ${finalText(direction.final[router])}`)
  const title = `Why ${initiator} ${verbs[direction.outcome]}`
  return [
    '',
    `${paint('bold', title)}   ${paint('dim', cause.code)}`,
    ...(when === null ? [] : hanging('    ', `if ${when}:`, options)),
    ...chainText(direction, options, paint),
    `    ${paint('dim', ends.join('; '))}`,
    ...hanging(`    ${paint('bold', 'Who must act')}  `, plain(cause.actor), options, mendIndent),
    ...hanging(`    ${paint('bold', 'What to do')}    `, plain(cause.remedy), options, mendIndent),
    ...nextBlockers.flatMap((blocker, index) => blockerText(blocker, index, options, paint)),
  ]
}

/** The lines that are named of one refusal; the verdict has them all. */
const mostPlaces = 2

const blockerText = (
  { summary, stage, code, actor, at }: Blocker,
  index: number,
  options: TextOptions,
  paint: Paint,
): readonly string[] => {
  const head = index === 0 ? '    Mended, it next fails ' : '    then                  '
  const indent = ' '.repeat(displayWidth(head))
  return [
    ...hanging(head, plain(`${stage === null ? '' : `at ${stage}: `}${summary} (${code})`), options),
    ...at
      .slice(0, mostPlaces)
      .map((place) => indent + paint('cyan', plain(`${placeOf(place)}   ${place.text.trim()}`))),
    ...wrap(plain(`${actor} must act`), Math.max(leastWidth, options.width - indent.length)).map(
      (line) => indent + paint('dim', line),
    ),
  ]
}

/** Changes that were proved, as lines to paste and lines to take them back. */
export const fixesText = ({ fixes, directions }: Tunnel, options: TextOptions, paint: Paint): readonly string[] => {
  if (fixes === null) return []
  if (directions.every(({ outcome }) => outcome === 'up') && fixes.length === 0) return []
  const title = paint('bold', 'What makes both directions come up')
  if (fixes.length === 0)
    return ['', title, ...hanging('    ', 'no change that was tried does, on the routers that may be changed', options)]
  return [
    '',
    title,
    ...fixes.flatMap((fix, index) => [
      ...(index === 0 ? [] : ['']),
      ...hanging(`  ${paint('bold', `${index + 1}`)} `, plain(fix.text), options, 4),
      ...hanging('    ', `${paint('green', 'proved')}: ${provedText(fix)}`, options),
      ...(fix.widensTrust === null
        ? []
        : hanging(`    ${paint('yellow', 'widens')}: `, plain(fix.widensTrust), options, 12)),
      ...(fix.fragile === null ? [] : hanging(`    ${paint('yellow', 'fragile')}: `, plain(fix.fragile), options, 13)),
      ...fix.edits.flatMap(({ router, paste, undo }) => [
        `    on ${router}`,
        ...paste.map((line) => `      ${paint('cyan', plain(line))}`),
        `    ${paint('dim', `to take it back on ${router}`)}`,
        ...undo.map((line) => `      ${paint('dim', plain(line))}`),
      ]),
      ...fixKeys(fix).flatMap(({ placeholder, place }) =>
        hanging('    ', plain(`${placeholder} is not shown: put in the key at ${place}`), options),
      ),
    ]),
  ]
}

/** What would change an outcome in the tunnel's life; one line where nothing does. */
export const stabilityText = (tunnel: Tunnel, options: TextOptions, paint: Paint): readonly string[] => {
  const harmless = harmlessText(tunnel)
  const breaking = breakingEvents(tunnel)
  if (breaking.length === 0 && harmless === '') return []
  const title = paint('bold', 'What would change this')
  if (breaking.length === 0) return ['', ...hanging(`${title}   `, `nothing that was tried: ${harmless}`, options, 25)]
  const whenWidth = widestOf(breaking.map(({ when }) => when))
  return [
    '',
    title,
    ...breaking.flatMap(({ when, text, effects }) => {
      const indent = 4 + whenWidth + 2
      return [
        ...hanging(`    ${paint('bold', pad(when, whenWidth))}  `, plain(text), options, indent),
        ...effects.flatMap((effect) =>
          hanging(' '.repeat(indent), effect, options).map((line) => paint('yellow', line)),
        ),
      ]
    }),
    ...(harmless === '' ? [] : [`    ${paint('dim', `no change: ${harmless}`)}`]),
  ]
}

/** What the verdict rests on. */
export const assumptionsText = (assumed: readonly string[], options: TextOptions, paint: Paint): readonly string[] => [
  '',
  paint('bold', 'What this rests on'),
  ...assumed.flatMap((line) => hanging(`  ${paint('dim', '·')} `, plain(line), options, 4)),
]

/** Findings of one kind in one file stand together, with all their lines: `R1.cfg:24,25,26`. */
export const findingsText = (findings: readonly Finding[], options: TextOptions, paint: Paint): readonly string[] => {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.router, finding.at?.file])
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const numbers = [...new Set(group.flatMap(({ at }) => (at ? [at.line] : [])))]
    const place = plain(first.at ? `${first.at.file}:${numbers.join(',')}` : first.router)
    const warns = group.some(({ severity }) => severity === 'warning')
    const mark = warns ? paint('yellow', '!') : paint('dim', '·')
    const text = plain(group.map((finding) => finding.text).join('; '))
    return hanging(`  ${mark} ${paint('cyan', place)}   `, text, options, 7 + displayWidth(place))
  })
  return lines.length === 0 ? [] : ['', paint('bold', 'Worth knowing'), ...lines]
}
