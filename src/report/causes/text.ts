import { type CauseEntry, families } from '../../prove/index.ts'
import { painter, type TextOptions, wrap } from '../text/paint.ts'
import { general, kindText, logGroups, whoText } from './words.ts'

/** `ikewise causes`: every code with its title, by family. */
export const causesText = ({ colour }: TextOptions): string => {
  const paint = painter(colour)
  const longest = Math.max(...families.flatMap(({ causes }) => Object.keys(causes).map(({ length }) => length)))
  return `${families
    .map(({ name, causes }) =>
      [
        paint('bold', name),
        ...Object.entries(causes).map(([code, { title }]) => `  ${paint('cyan', code.padEnd(longest))}  ${title}`),
      ].join('\n'),
    )
    .join('\n\n')}\n`
}

const find = (code: string): CauseEntry | undefined => {
  for (const { causes } of families) {
    const entry = Object.hasOwn(causes, code) ? causes[code] : undefined
    if (entry) return entry
  }
  return undefined
}

/** `ikewise causes CODE`: all that the catalogue says of it; undefined where there is no such code. */
export const causeText = (code: string, { colour, width }: TextOptions): string | undefined => {
  const entry = find(code)
  if (!entry) return undefined
  const paint = painter(colour)
  const section = (title: string, text: string): readonly string[] => [
    '',
    paint('bold', title),
    ...wrap(text, Math.max(40, width - 2)).map((line) => `  ${line}`),
  ]
  const log = logGroups(entry).flatMap(({ side, where, lines }) => [
    `  ${side} (${where})`,
    ...lines.map((line) => `    ${paint('dim', line)}`),
  ])
  return `${[
    `${paint('cyan', code)}   ${paint('dim', kindText(entry))}`,
    paint('bold', entry.title),
    paint('dim', whoText(entry)),
    ...section('What happened', general(entry.happened)),
    ...section('Why', general(entry.why)),
    '',
    paint('bold', 'What the logs show'),
    ...(log.length === 0 ? ['  nothing that tells it from other causes'] : log),
    ...section('Who must act', general(entry.actor)),
    ...section('What to do', general(entry.remedy)),
    ...section('Source', entry.source),
  ].join('\n')}\n`
}

const most = 5

/** Codes that somebody may have meant: those with the most of the given words in them, at most five. */
export const nearCodes = (given: string): readonly string[] => {
  const words = given
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2)
  const sharing = (code: string): number =>
    words.filter((word) => code.split('-').some((part) => part.startsWith(word) || word.startsWith(part))).length
  return families
    .flatMap(({ causes }) => Object.keys(causes))
    .map((code) => ({ code, shared: sharing(code) }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, most)
    .map(({ code }) => code)
}
