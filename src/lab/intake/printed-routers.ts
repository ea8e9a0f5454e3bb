import {
  type ConfigurationPiece,
  type ConfigurationText,
  type Contradiction,
  mergeConfigurations,
  type Output,
  type Recording,
  type RouterConfiguration,
  readRecording,
  textFault,
  type UsedPiece,
} from '../../ios/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import { readConfiguration } from '../read-configuration.ts'
import { looksLikePart, stemsOfParts } from './file-stems.ts'
import type { InputFile } from './input-files.ts'
import { isNamedIn } from './names.ts'
import { checkPart } from './partial.ts'

/** An output with the file in which it stands. */
export interface Printed {
  readonly recording: Recording
  readonly output: Output
}

/** A router whose configuration was found. */
export interface PrintedRouter {
  readonly name: string
  readonly configuration: RouterConfiguration
  /** Its configuration: in each text the lines where they stand in the file; all others are empty. */
  readonly texts: readonly ConfigurationText[]
  /** The file that errors name which concern all of it. */
  readonly file: string
  /** Every output that holds some of it, and what became of that. */
  readonly pieces: readonly (UsedPiece & { readonly printed: Printed })[]
  /** Where all of it was asked for in parts: whether they would show a line, or a section by its header; null: it is whole. */
  readonly covers: ((header: string) => boolean) | null
  /** Files that are taken for parts of it by their names alone. */
  readonly joined: readonly string[]
}

/** The lines of an output without its command, and the number of the first. */
export const linesOf = ({
  recording: { lines },
  output: { from, to, command },
}: Printed): { readonly lines: readonly string[]; readonly first: number } => {
  const first = command === null ? from : from + 1
  return { lines: lines.slice(first - 1, to), first }
}

/** Takes every file apart. Throws InputError for a file that is no text, or one that was named and holds nothing of use. */
export const recordingsOf = (
  files: readonly InputFile[],
): { readonly recordings: readonly Recording[]; readonly sources: readonly Source[] } => {
  const recordings: Recording[] = []
  const sources: Source[] = []
  for (const { name, text, found } of files) {
    const fault = textFault(text, name)
    if (fault && found) sources.push({ kind: 'not-read', router: null, file: name, lines: null, text: fault.message })
    else if (fault) throw new InputError({ ...fault, text: null })
    else recordings.push(readRecording(text, name))
  }
  return { recordings, sources: [...sources, ...recordings.flatMap(keySources)] }
}

const keySources = ({ file, keys }: Recording): readonly Source[] =>
  keys.map((lines) => ({
    kind: 'not-read',
    router: null,
    file,
    lines,
    text: 'a private key: it was passed over, and nothing of it was kept',
  }))

const piece = (printed: Printed): ConfigurationPiece => {
  const { recording, output } = printed
  const { first } = linesOf(printed)
  return {
    file: recording.file,
    lines: recording.lines.slice(0, output.to).map((line, index) => (index + 1 < first ? '' : line)),
    form: output.form,
    filter: output.filter,
  }
}

/** Nothing stands in it; a part in which nothing stands tells that there is nothing. */
const isEmpty = (printed: Printed): boolean =>
  printed.output.filter === null &&
  linesOf(printed).lines.every((line) => /^\s*(?:!.*|end|Building configuration.*|\[OK\])?$/i.test(withoutPrompt(line)))

/** Somebody was in configuration mode, to export a certificate perhaps, and configured nothing. */
const isEmptyTyping = (printed: Printed): boolean => printed.output.form === 'typed' && isEmpty(printed)

/** What was typed in configuration mode, where that is nothing but the way out of it. */
const withoutPrompt = (line: string): string =>
  line.replace(/^[\w.:/@-]+\([a-z][\w-]*\)#\s*(?=(?:end|exit)?\s*$)/i, '').replace(/^exit\s*$/i, '')

/** Outputs that belong to one router. */
interface Group {
  readonly outputs: readonly Printed[]
  /** What the names of its files begin with, where that alone tells that they are of one router. */
  readonly stem: string | null
  /** Another file without a name may be a part of the same router. */
  readonly mayLack: boolean
}

/**
 * The outputs that belong to one router: those of one name, or without a name of one file. A file without a name belongs to the
 * router of which its own name tells, or together with those of whose names `stemsOfParts` tells it.
 */
const groupsOf = (all: readonly Printed[]): readonly Group[] => {
  const names = [...new Set(all.flatMap(({ output }) => output.router?.toLowerCase() ?? []))]
  const named = new Set(all.filter(({ output }) => output.router !== null).map(({ recording }) => recording))
  const toldBy = ({ recording }: Printed): string | undefined => {
    const told = names.filter((name) => isNamedIn(name, recording.file.replace(/\.[a-z]+$/i, '')))
    return told.length === 1 && !named.has(recording) ? told[0] : undefined
  }
  const nameless = all.filter((each) => !named.has(each.recording) && toldBy(each) === undefined)
  const files = [...new Set(nameless.map(({ recording }) => recording))]
  const stems = stemsOfParts(files)
  const severalFiles = new Set(all.map(({ recording }) => recording)).size > 1
  const groups = new Map<string, Printed[]>()
  for (const printed of all) {
    const { recording, output } = printed
    const own = output.router?.toLowerCase() ?? toldBy(printed)
    const key = own ?? `\u0000${stems.get(recording.file) ?? recording.file}`
    const known = groups.get(key)
    if (known) known.push(printed)
    else groups.set(key, [printed])
  }
  const full = [...groups.values()].filter((group) => !group.every(isEmptyTyping))
  return (full.length === 0 ? [...groups.values()] : full).map((group) => {
    const [first] = group
    const isNameless = first !== undefined && nameless.includes(first)
    const stem = isNameless ? (stems.get(first.recording.file) ?? null) : null
    return {
      outputs: group.every(isEmpty) ? group : group.filter((one) => !isEmpty(one)),
      stem,
      mayLack: isNameless && stem === null && severalFiles && looksLikePart(first.recording),
    }
  })
}

/** What to do where several files may be of one router and nothing tells it. */
const nameThem = 'where several files are parts of one router, put its line `hostname NAME` into each'

/** How messages name a file. */
type PathOf = (file: string) => string

const contradicts = (name: string, { section, first, second }: Contradiction, pathOf: PathOf): InputError => {
  const other = second.text === null ? `has no such line` : `has "${second.text}"`
  const under = first.text === section ? '' : ` of "${section}"`
  return new InputError({
    file: first.file,
    line: first.line,
    message: `two outputs of ${name} contradict each other: "${first.text}"${under} stands here, and ${pathOf(second.file)}:${second.line} ${other}`,
    remedy: 'leave out the older one; where two routers bear one name, change a `hostname`',
  })
}

const readRouter = ({ outputs: group, stem, mayLack }: Group, pathOf: PathOf): PrintedRouter => {
  const [first] = group
  if (!first) throw new Error('a router without an output')
  const router = group.map(({ output }) => output.router).find((name) => name !== null) ?? undefined
  const pieces = group.map(piece)
  const merged = mergeConfigurations(pieces)
  const { file } = first.recording
  if (!merged.ok) throw contradicts(router ?? stem ?? file, merged.contradiction, pathOf)
  const isPart = group.every(({ output }) => output.filter !== null)
  const typed = [...new Set(group.flatMap(({ output }) => output.command ?? []))]
  if (isPart && merged.texts.length === 0)
    throw new InputError({
      file,
      line: first.output.from,
      message: `of the configuration of ${router ?? file} there are only lines torn from their sections (${typed.join('; ')})`,
      remedy:
        'give the output of show running-config, or of show running-config | section crypto, with those of interfaces and routes',
    })
  const texts = merged.texts.length > 0 ? merged.texts : pieces.map(({ lines }) => ({ file, text: lines.join('\n') }))
  const hint = isPart ? `the configuration was given in part: ${typed.join('; ')}` : mayLack ? nameThem : undefined
  const configuration = readConfiguration(texts, file, router, { hint, assumedName: stem ?? undefined })
  const read: PrintedRouter = {
    name: router ?? configuration.hostname,
    configuration,
    texts,
    file,
    pieces: merged.pieces.flatMap((used, index) => {
      const printed = group[index]
      return printed ? [{ ...used, printed }] : []
    }),
    covers: isPart ? merged.covers : null,
    joined: stem === null ? [] : [...new Set(group.map(({ recording }) => recording.file))],
  }
  checkPart(read)
  return read
}

const placesOf = ({ pieces }: PrintedRouter, pathOf: PathOf): string =>
  pieces.map(({ printed: { recording, output } }) => `${pathOf(recording.file)}:${output.from}-${output.to}`).join(', ')

const mostRouters = 2

/**
 * The routers whose configurations were printed, in the order of the files. `given`: paths of all files, those that are no
 * texts too. Throws InputError where there are none, or more than a tunnel has.
 */
export const printedRouters = (
  recordings: readonly Recording[],
  given: readonly string[],
  pathOf: PathOf,
): readonly PrintedRouter[] => {
  const printed = recordings.flatMap((recording) =>
    recording.outputs.filter(({ kind }) => kind === 'configuration').map((output) => ({ recording, output })),
  )
  const [first] = recordings
  if (printed.length === 0)
    throw new InputError({
      file: first?.file ?? given[0] ?? 'the inputs',
      message:
        given.length < 2
          ? 'there is no configuration in it'
          : `there is no configuration in any of ${given.length} files`,
      remedy: "give the file into which a router's running configuration was saved (show running-config)",
    })
  const groups = groupsOf(printed)
  const routers = groups.map((group) => readRouter(group, pathOf))
  const surplus = routers[mostRouters]
  if (surplus)
    throw new InputError({
      file: surplus.file,
      line: surplus.pieces[0]?.printed.output.from ?? null,
      message: `there are ${routers.length} routers: ${routers.map((router) => `${router.name} (${placesOf(router, pathOf)})`).join(', ')}`,
      remedy: groups.some(({ mayLack }) => mayLack)
        ? nameThem
        : 'give what two of them printed; for more, put them into a folder with a lab.yaml',
    })
  return routers
}
