import type { SourceRef } from '../../trace/index.ts'
import type { RouterConfiguration } from '../configuration.ts'
import { checkReferences } from './check.ts'
import { routerDraft } from './draft.ts'
import type { ConfigurationError } from './errors.ts'
import { finish } from './finish.ts'
import { splitLines } from './line.ts'
import { noCommands, notText } from './not-a-configuration.ts'
import { Reader } from './reader.ts'
import { reportWeak } from './weak.ts'

export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: RouterConfiguration }
  | { readonly ok: false; readonly errors: readonly ConfigurationError[] }

export interface ConfigurationOptions {
  /** As messages name it. */
  readonly file: string
  /** The router's name in source references, and its host name where the text has none; without it, the one that the text gives. */
  readonly router?: string
  /** What it is called where neither says it; left out: as its file. Then nobody knows its host name. */
  readonly assumedName?: string
}

/** 16 MiB: no running configuration comes near it. The caller refuses a larger file before reading it. */
export const maxConfigurationBytes: number = 16 * 1024 * 1024

function nameOfFile(file: string): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  const dot = base.lastIndexOf('.')
  return dot > 0 ? base.slice(0, dot) : base
}

/** A text of which a configuration, or a part of it, consists. */
export interface ConfigurationText {
  /** As messages name it. */
  readonly file: string
  readonly text: string
}

/**
 * Reads one router's configuration as `show running-config` prints it, or as an engineer typed it. Never throws; every
 * fault is an error with its place. Time and memory are O(characters), but that a
 * `no` searches the list that it takes an entry out of. Sources: ios-semantics §1, §3.1, §3.7, §8.
 */
export function parseConfiguration(text: string, options: ConfigurationOptions): ConfigurationResult {
  return parseConfigurationTexts([{ file: options.file, text }], options)
}

/** The same of a configuration whose parts stand in several places; each is read on top of those before it. */
export function parseConfigurationTexts(
  texts: readonly ConfigurationText[],
  options: ConfigurationOptions,
): ConfigurationResult {
  const { file } = options
  for (const { text, file: own } of texts) {
    const wrong = notText(text, own)
    if (wrong !== undefined) return { ok: false, errors: [wrong] }
  }
  const router = routerDraft()
  const reader = new Reader(router)
  for (const { text, file: own } of texts) reader.read(splitLines(text), own)
  if (reader.recognised === 0) return { ok: false, errors: [noCommands(texts[0]?.text ?? '', file)] }
  if (reader.errors.length === 0) {
    checkReferences(router, reader)
    reportWeak(router, reader)
  }
  const places = texts.map((one) => one.file)
  const inOrder = (a: Place, b: Place): number => places.indexOf(a.file) - places.indexOf(b.file) || a.line - b.line
  if (reader.errors.length > 0)
    return { ok: false, errors: reader.errors.toSorted((a, b) => inOrder(a, b) || a.column - b.column) }
  const hostname = router.hostname ?? options.router ?? options.assumedName ?? nameOfFile(file)
  const isAssumed = router.hostname === undefined && options.router === undefined
  reader.nameRouter(options.router ?? hostname)
  const notices = reader.notices.toSorted((a, b) => inOrder(a.at, b.at))
  return { ok: true, configuration: finish(router, file, { hostname, isAssumed }, reader.ignored, notices) }
}

type Place = Pick<SourceRef, 'file' | 'line'>

/**
 * The lines of a configuration that count for something, in order, with keys and passwords blotted out: what may be shown
 * to others. What is read over (passwords of users, keys of other protocols) is left out whole.
 */
export function countingLines(texts: readonly ConfigurationText[], router = ''): readonly SourceRef[] {
  const reader = new Reader(routerDraft())
  for (const { text, file } of texts) reader.read(splitLines(text), file)
  reader.nameRouter(router)
  return reader.counted
}

/** Whether a line is a command of the section that a header opens. */
export function isLineOf(header: string, line: string): boolean {
  const reader = new Reader(routerDraft())
  reader.read([header, ` ${line}`], '')
  const taken = [...reader.counted, ...reader.ignored].some((at) => at.line === 2)
  return taken && reader.errors.every((error) => error.line !== 2)
}
