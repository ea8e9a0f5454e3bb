import { type ConfigurationText, countingLines } from '../config/parse-configuration.ts'
import { redact } from '../config/redact.ts'
import { type ConfigurationPiece, type PlacedLine, type Section, type Sections, sectionsOf } from './sections.ts'

/** What became of a piece. */
type Use =
  /** `same`: all that stands in it stands in another one too. */
  | 'used'
  | 'same'
  /** A startup configuration whose lines the running one decides. */
  | 'superseded'
  /** Of a startup configuration: only what no output of the running one could have shown. */
  | 'filled'
  /** What was typed behind it, or what was shown behind what was typed, makes it old. */
  | 'outdated'
  /** Single lines that say nothing without the sections from which they are torn. */
  | 'torn'

export interface UsedPiece {
  readonly piece: ConfigurationPiece
  readonly use: Use
  /** Lines that belong to a section whose header is not there. */
  readonly orphans: readonly PlacedLine[]
}

/** Two places that cannot both be of one configuration. `second.line`: null where it lacks what stands in the first. */
export interface Contradiction {
  readonly section: string
  readonly first: { readonly file: string; readonly line: number; readonly text: string }
  readonly second: { readonly file: string; readonly line: number; readonly text: string | null }
}

export type MergedConfigurations =
  | {
      readonly ok: true
      /** In the order in which they count. */
      readonly texts: readonly ConfigurationText[]
      readonly pieces: readonly UsedPiece[]
      /** Whether what stands under such a header, or a line of that beginning, would be here if the router had it. */
      readonly covers: (header: string) => boolean
    }
  | { readonly ok: false; readonly contradiction: Contradiction }

interface Part {
  readonly piece: ConfigurationPiece
  readonly sections: Sections
  /** Everything that the router runs stands in it. */
  readonly isWhole: boolean
  /** Lines of it that another part has already, or that another part decides. */
  readonly dropped: Set<number>
  use: Use
}

const partOf = (piece: ConfigurationPiece): Part => {
  const sections = sectionsOf(piece)
  const isComplete = piece.lines.some((line) => /^(?:end|version \d\S*)\s*$/.test(line))
  const isWhole = piece.filter === null && (piece.form === 'running' || (piece.form === 'written' && isComplete))
  return { piece, sections, isWhole, dropped: new Set(), use: 'used' }
}

/** Whether the part would have shown a section, had the router had it. */
const claims = ({ piece: { filter }, isWhole }: Part, header: string): boolean =>
  isWhole || (filter?.shows(header) ?? false)

/** Where a command is given twice with two values, these words are the same. */
const stemOf = (text: string): string => {
  const words = text.toLowerCase().split(' ')
  const bare = words[0] === 'no' || words[0] === 'default' ? words.slice(1) : words
  return bare.slice(0, Math.max(1, Math.min(2, bare.length - 1))).join(' ')
}

const counting = new WeakMap<Part, ReadonlySet<number>>()

/** Whether a line counts for anything: descriptions and the like may differ between two outputs. */
const counts = (part: Part, line: number): boolean => {
  const { file, lines } = part.piece
  const known = counting.get(part) ?? new Set(countingLines([{ file, text: lines.join('\n') }]).map((at) => at.line))
  counting.set(part, known)
  return known.has(line)
}

const chain = /^crypto (?:pki|ca) certificate chain /i
const hex = /^[0-9A-Fa-f]{2}[0-9A-Fa-f ]{6,}$/

/** The section may lack a line that the other has: its output shows single lines, or it claims to be no more than it is. */
const mayLack = ({ piece, isWhole }: Part, section: Section, { text }: PlacedLine): boolean => {
  if (piece.filter?.gives === 'all but lines') return !piece.filter.shows(text)
  if (piece.form === 'running' || isWhole) return false
  return !section.body.some((own) => own.text !== text && stemOf(own.text) === stemOf(text))
}

/** What two keys differ in is nothing for a message. */
const withoutSecrets = ({ section, first, second }: Contradiction): Contradiction => ({
  section: redact(section),
  first: { ...first, text: redact(first.text) },
  second: { ...second, text: second.text === null ? null : redact(second.text) },
})

type Found = readonly [part: Part, section: Section]

const contradiction = ([a, one]: Found, [b, other]: Found, at: PlacedLine): Contradiction => {
  const own = other.body.find(({ text }) => stemOf(text) === stemOf(at.text))
  return {
    section: one.header.text,
    first: { file: a.piece.file, ...at },
    second: { file: b.piece.file, line: (own ?? other.header).line, text: own?.text ?? null },
  }
}

const without = (from: Section, lines: Section): readonly PlacedLine[] => {
  const texts = new Set(lines.body.map(({ text }) => text))
  return from.body.filter(({ text }) => !texts.has(text))
}

const drop = ({ dropped }: Part, { header, again, body }: Section): void => {
  for (const line of [header.line, ...again, ...body.map((each) => each.line)]) dropped.add(line)
}

/** Puts what two parts say under one header together: the first keeps its lines, the second what it has more. */
const reconcile = (first: Found, second: Found): Contradiction | null => {
  const [[a, one], [b, other]] = [first, second]
  if (chain.test(one.header.text)) {
    const [inFirst, inSecond] = [one, other].map(({ body }) => body.filter(({ text }) => hex.test(text)))
    const bytes = (lines: readonly PlacedLine[] | undefined): string => (lines ?? []).map(({ text }) => text).join('')
    if (bytes(inFirst) !== '' && bytes(inSecond) !== '' && bytes(inFirst) !== bytes(inSecond))
      return contradiction(first, second, one.header)
    // `brief` and a startup configuration leave the bytes out.
    drop(bytes(inFirst) === '' ? a : b, bytes(inFirst) === '' ? one : other)
    return null
  }
  const more = without(other, one)
  for (const line of without(one, other))
    if (!mayLack(b, other, line) && counts(a, line.line)) return contradiction(first, second, line)
  for (const line of more) if (!mayLack(a, one, line) && counts(b, line.line)) return contradiction(second, first, line)
  const [mine, theirs] = [one, other].map(({ body }) =>
    body.filter(({ text }) => !more.some((line) => line.text === text)).map(({ text }) => text),
  )
  const common = mine?.filter((text) => theirs?.includes(text))
  const turned = common?.find((text, index) => theirs?.[index] !== text)
  const at = turned === undefined ? undefined : one.body.find(({ text }) => text === turned)
  if (at && counts(a, at.line)) return contradiction(first, second, at)
  const kept = more.filter((line) => !(b.isWhole && a.isWhole) || counts(b, line.line))
  if (kept.length === 0) drop(b, other)
  else for (const { line } of other.body) if (!kept.some((more) => more.line === line)) b.dropped.add(line)
  return null
}

/** Headers under which further lines stand: without them a section would be taken for an empty one. */
const opensSection =
  /^(?:crypto (?:isakmp (?:policy|profile)|ikev2 (?:proposal|policy|keyring|profile)|(?:pki|ca) (?:trustpoint|certificate|profile|server)|keyring|ipsec (?:profile|transform-set)|map|dynamic-map|gdoi)|interface|ip access-list|vrf definition|ip vrf|router|line|class-map|policy-map)(?: |$)/i

/** Of single lines, those that say all there is to say; a header's body is not among them. */
const dropTorn = (part: Part): readonly PlacedLine[] => {
  const torn = [...part.sections.byHeader.values()].filter(({ header }) => opensSection.test(header.text))
  for (const section of torn) drop(part, section)
  return torn.map(({ header }) => header)
}

const isTorn = ({ piece: { filter } }: Part, header: string): boolean =>
  filter?.gives === 'lines' && opensSection.test(header)

/** Whether a part tells all there is under a header, or that there is nothing. */
const decides = (part: Part, header: string): boolean => {
  const has = part.sections.byHeader.has(header)
  return isTorn(part, header) ? !has && claims(part, header) : has || claims(part, header)
}

const mergeRunning = (parts: readonly Part[]): Contradiction | null => {
  const accepted = new Map<string, Found>()
  for (const part of parts.toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole)))
    for (const [header, section] of part.sections.byHeader) {
      if (part.dropped.has(section.header.line)) continue
      const found = accepted.get(header)
      if (!found) {
        accepted.set(header, [part, section])
        continue
      }
      const against = reconcile(found, [part, section])
      if (against) return against
    }
  for (const [header, [part, section]] of accepted)
    for (const other of parts) {
      if (other === part || other.sections.byHeader.has(header) || !claims(other, header)) continue
      if (!counts(part, section.header.line) && !chain.test(header)) {
        drop(part, section)
        break
      }
      const own = [...other.sections.byHeader.values()].find((each) => sameSetting(each.header.text, header))
      const { lines } = other.piece
      const first = lines.findIndex((line) => line.trim() !== '') + 1 || lines.length
      return {
        section: header,
        first: { file: part.piece.file, ...section.header },
        second: { file: other.piece.file, line: own?.header.line ?? first, text: own?.header.text ?? null },
      }
    }
  return null
}

/** One setting with two values: all words but the last are the same. */
const sameSetting = (a: string, b: string): boolean =>
  a.includes(' ') && a.slice(0, a.lastIndexOf(' ')) === b.slice(0, b.lastIndexOf(' '))

/** Within a file, what a router shows in whole after something was typed is newer than both. */
const outdate = (parts: readonly Part[]): void => {
  for (const [index, typed] of parts.entries()) {
    if (typed.piece.form !== 'typed') continue
    const isShownBehind = parts
      .slice(index + 1)
      .some(({ piece: { file, form }, isWhole }) => file === typed.piece.file && isWhole && form === 'running')
    if (!isShownBehind) continue
    for (const old of parts.slice(0, index + 1))
      if (old.piece.file === typed.piece.file && old.piece.form !== 'startup') old.use = 'outdated'
  }
}

const textOf = ({ piece: { file, lines }, dropped }: Part): ConfigurationText => ({
  file,
  text: `${lines.map((line, index) => (dropped.has(index + 1) ? '' : line)).join('\n')}\n`,
})

const keepsNothing = ({ sections: { byHeader }, dropped }: Part): boolean =>
  [...byHeader.values()].every(({ header }) => dropped.has(header.line))

/**
 * One configuration out of the pieces of one router, in the order in which they stand. What the router runs counts before
 * what it would start with, and what was typed counts on top of what was shown. Pieces of one configuration agree in
 * everything that counts: where they do not, both places are told. Linear in the characters, but for sections that differ.
 */
export const mergeConfigurations = (pieces: readonly ConfigurationPiece[]): MergedConfigurations => {
  const parts = pieces.map(partOf)
  outdate(parts)
  const current = parts.filter(({ use }) => use !== 'outdated')
  const running = current.filter(({ piece: { form } }) => form === 'running' || form === 'written')
  const torn = new Map(
    running.filter(({ piece: { filter } }) => filter?.gives === 'lines').map((part) => [part, dropTorn(part)]),
  )
  const against = mergeRunning(running)
  if (against) return { ok: false, contradiction: withoutSecrets(against) }
  const startups = current.filter(({ piece: { form } }) => form === 'startup')
  for (const startup of startups) {
    for (const [header, section] of startup.sections.byHeader)
      if (running.some((part) => decides(part, header))) drop(startup, section)
    startup.use = running.length === 0 ? 'used' : keepsNothing(startup) ? 'superseded' : 'filled'
  }
  for (const part of running) {
    for (const { line } of part.sections.orphans) part.dropped.add(line)
    if (keepsNothing(part)) part.use = torn.has(part) ? 'torn' : 'same'
  }
  const inOrder = [
    ...startups.filter(({ use }) => use !== 'superseded'),
    ...running.toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole)),
    ...current.filter(({ piece: { form } }) => form === 'typed'),
  ]
  return {
    ok: true,
    texts: inOrder.filter((part) => part.piece.form === 'typed' || !keepsNothing(part)).map(textOf),
    pieces: parts.map((part) => ({
      piece: part.piece,
      use: part.use,
      orphans: [...part.sections.orphans, ...(torn.get(part) ?? [])],
    })),
    covers: (header) =>
      startups.some(({ piece: { filter } }) => filter === null) ||
      running.some((part) => claims(part, header) && !isTorn(part, header)),
  }
}
