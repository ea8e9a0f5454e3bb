import type { SourceRef } from '../../trace/index.ts'
import type { ConfigurationNotice } from '../configuration.ts'
import type { Context, Fault, RawReader } from './context.ts'
import type { RouterDraft } from './draft.ts'
import type { ConfigurationError } from './errors.ts'
import { listed, nearest } from './errors.ts'
import { globalTable } from './global.ts'
import { cutLine, indentOf, type Line } from './line.ts'
import { type Mode, modeOf, type NotUnderstood, type Understood } from './mode.ts'
import { isOutside, outsideTable } from './outside.ts'
import { redact, redactWords } from './redact.ts'

/** A configuration with more faults than this is no configuration that anyone mends line by line. */
const MAX_ERRORS = 100
/** The shortest keyword of which a near miss is taken for a slip of the hand. */
const MIN_KEYWORD = 5

type MutableRef = { -readonly [K in keyof SourceRef]: SourceRef[K] }

interface OpenMode {
  readonly mode: Mode
  readonly indent: number
  /** A `!` came after it: the global mode goes first from here on. */
  passed: boolean
}

/**
 * Reads the lines one after the other, by section and not by indent (ios-semantics §8): a line belongs to the open mode
 * if that mode's table knows it, else to the global mode, which closes the open one.
 */
export class Reader implements Context {
  readonly errors: ConfigurationError[] = []
  readonly notices: ConfigurationNotice[] = []
  readonly ignored: SourceRef[] = []
  /** Lines that are IOS commands beyond doubt. */
  recognised = 0

  readonly #file: string
  readonly #refs: MutableRef[] = []
  readonly #global: Mode
  readonly #outside: Mode = modeOf(outsideTable, undefined)
  readonly #lines: readonly string[]
  readonly #noDelimiter: Set<string> = new Set()
  #open: OpenMode | undefined
  #raw: RawReader | undefined
  #line: Line = cutLine('', 0)
  #at: SourceRef | undefined
  #secrets: readonly number[] | undefined

  constructor(lines: readonly string[], file: string, router: RouterDraft) {
    this.#lines = lines
    this.#file = file
    this.#global = modeOf(globalTable, router)
  }

  /** Reads every line. */
  read(): void {
    for (let index = 0; index < this.#lines.length && this.errors.length < MAX_ERRORS; index += 1) {
      this.#begin(cutLine(this.#lines[index] ?? '', index + 1))
      if (this.#raw !== undefined && this.#takeRaw(this.#raw)) continue
      if (this.#line.words.length === 0) continue
      index = this.#takeLine(index)
    }
    this.#raw?.end()
  }

  /** The name of the router is known only at the end: it is written into every reference that was handed out. */
  nameRouter(name: string): void {
    for (const ref of this.#refs) ref.router = name
  }

  get at(): SourceRef {
    if (this.#at !== undefined) return this.#at
    const { number, text, words, starts } = this.#line
    const shown = this.#secrets === undefined ? redact(text) : redactWords(text, starts, words, this.#secrets)
    const ref: MutableRef = { router: '', file: this.#file, line: number, text: shown }
    this.#refs.push(ref)
    this.#at = ref
    return ref
  }

  readonly enter = (mode: Mode): void => {
    this.#open = { mode, indent: indentOf(this.#line), passed: false }
  }

  readonly readRaw = (reader: RawReader): void => {
    this.#raw = reader
  }

  readonly notice = (kind: ConfigurationNotice['kind'], text: string, at: SourceRef = this.at): void => {
    this.notices.push({ kind, at, text })
  }

  readonly fail = (fault: Fault, at: SourceRef = this.at, column?: number): void => {
    if (this.errors.length >= MAX_ERRORS) return
    const { message, expected, remedy, word } = fault
    const { file, line, text } = at
    this.errors.push({ file, line, column: column ?? columnOf(text, word), text, message, expected, remedy })
  }

  #begin(line: Line): void {
    this.#line = line
    this.#at = undefined
    this.#secrets = undefined
  }

  #takeRaw(raw: RawReader): boolean {
    const taken = raw.take(this.#line)
    if (taken !== 'more') this.#raw = undefined
    return taken !== 'not-mine'
  }

  #ignore(): void {
    this.ignored.push(this.at)
  }

  /** Takes the line at `index`; returns the index of the last line taken. */
  #takeLine(index: number): number {
    const line = this.#line
    const first = line.words[0] ?? ''
    if (first.startsWith('!')) {
      if (this.#open !== undefined && indentOf(line) <= this.#open.indent) this.#open.passed = true
      return index
    }
    if (line.words.length === 1 && /^(?:end|exit|quit)$/i.test(first)) {
      this.#open = undefined
      return index
    }
    if (first.toLowerCase() === 'banner') return this.#skipBanner(index)
    const open = this.#open
    const indented = open !== undefined && indentOf(line) > open.indent
    const local = open?.mode.attempt(line)
    if (local?.result === 'understood' && open?.passed !== true) {
      this.#run(local, open?.mode ?? this.#global)
      return index
    }
    const global = this.#global.attempt(line)
    if (global.result === 'understood' && !this.#swallows(open, indented, first)) {
      this.#open = undefined
      this.#run(global, this.#global)
    } else if (local?.result === 'understood') this.#run(local, open?.mode ?? this.#global)
    else if (global.result === 'not-understood') this.#misfit(local, global, open, indented)
    else this.#unknown(open?.mode ?? this.#global)
    return index
  }

  /** In a mode that nobody reads, an indented line is the mode's, unless it can only be the beginning of another. */
  #swallows(open: OpenMode | undefined, indented: boolean, first: string): boolean {
    return open?.mode.name === outsideTable.name && indented && !/^(?:crypto|interface)$/i.test(first)
  }

  #run(found: Understood, mode: Mode): void {
    this.recognised += 1
    this.#secrets = found.secrets
    if (found.action === 'inert') this.#ignore()
    if (found.action === 'not-modelled') this.#report(mode, `"${trimmed(this.at)}" is not modelled`)
    found.apply(this)
  }

  #report(mode: Mode, text: string): void {
    const { at } = this
    mode.giveNotice(() => this.notice('not-modelled', text, at))
  }

  /** A line that neither the open mode nor the global mode understands. */
  #misfit(local: NotUnderstood | undefined, global: NotUnderstood, open: OpenMode | undefined, indented: boolean): void {
    const mine = open !== undefined && local !== undefined && !(open.passed && !indented)
    const best = mine && local.index >= global.index ? local : global
    const mode = mine && best === local ? open.mode : this.#global
    const first = this.#line.words[0] ?? ''
    if (best.index === 0 && this.#isConsole(first)) return
    if (best.index === 0 && !(open !== undefined && indented) && isOutside(this.#line)) {
      this.recognised += 1
      this.#ignore()
      this.enter(this.#outside)
      return
    }
    this.#secrets = best.secrets.length > 0 ? best.secrets : undefined
    if (best.index === 0) this.#unknownWord(mine ? local : global, mine ? open.mode : this.#global)
    else this.#wrongWord(best, mode)
  }

  /** A session's prompts and messages. A prompt of the configuration mode is taken off and the command behind it read. */
  #isConsole(first: string): boolean {
    const { text, number, starts } = this.#line
    const from = starts[0] ?? 0
    const configuring = /^[\w.-]+\(config[\w-]*\)#/.exec(first)
    const skip = configuring?.[0].length ?? (first === '--More--' ? first.length : 0)
    if (skip > 0) {
      this.#begin(cutLine(text, number, from + skip))
      if (this.#line.words.length > 0) this.#takeLine(number - 1)
      return true
    }
    const console = /^(?:[\w.-]+[#>]|[%*])/.test(first) || /^\s*(?:building|current) configuration/i.test(text)
    if (console) this.#ignore()
    return console
  }

  /** The first word is no command of the mode. */
  #unknownWord(found: NotUnderstood, mode: Mode): void {
    const word = this.#line.words[0] ?? ''
    const { candidates, words } = found.possible
    if (candidates.length > 1) return this.#ambiguous(found, word)
    if (mode.unknown === 'not-modelled') {
      const near = nearMiss(word, words)
      if (near !== undefined) return this.#misspelt(found, word, near)
      return this.#unknown(mode)
    }
    if (nearMiss(word, ['crypto']) !== undefined) return this.#misspelt(found, word, 'crypto')
    this.#unknown(mode)
  }

  /** The line begins as a command of the mode and goes on as none. */
  #wrongWord(found: NotUnderstood, mode: Mode): void {
    const word = this.#line.words[found.index]
    const { possible, path, shorter } = found
    if (path[0] === this.#line.words[0]?.toLowerCase()) this.recognised += 1
    if (word === undefined) return this.#missing(found)
    if (possible.candidates.length > 1 && shorter === undefined) return this.#ambiguous(found, word)
    const near = nearMiss(word, [...possible.words, ...possible.choices])
    if (near !== undefined) return this.#misspelt(found, word, near)
    // A word that begins with a letter may be a keyword of a release that the table does not know; anything else is a wrong value.
    const plausible = /^[A-Za-z]/.test(word)
    if (plausible && shorter !== undefined && mode.unknown === 'not-modelled') return this.#shorten(shorter, mode, word)
    if (plausible && shorter !== undefined) return this.#shorten(shorter, mode, word)
    if (plausible && possible.words.length > 0 && possible.choices.length === 0) return this.#unknown(mode, path)
    this.#fault(found, `"${shown(word, found, this.#secrets)}" does not fit here`)
  }

  /** A complete command with words behind it that the table does not know. */
  #shorten(shorter: Understood, mode: Mode, word: string): void {
    this.#run(shorter, mode)
    if (this.#reports(mode, shorter.syntax.split(' '))) this.#report(mode, `"${trimmed(this.at)}": what follows from "${word}" on is not modelled`)
  }

  #reports(mode: Mode, path: readonly string[]): boolean {
    if (mode.unknown === 'not-modelled') return true
    const begun = path.join(' ')
    return mode.reported.some((words) => begun === words || begun.startsWith(`${words} `))
  }

  #unknown(mode: Mode, path: readonly string[] = []): void {
    if (this.#reports(mode, path)) this.#report(mode, `"${trimmed(this.at)}" is not modelled`)
    else this.#ignore()
  }

  #missing(found: NotUnderstood): void {
    const column = this.at.text.trimEnd().length + 2
    const secret = this.#secrets
    this.#secrets = secret
    this.#fault(found, 'the command is not complete', column)
  }

  #ambiguous(found: NotUnderstood, word: string): void {
    const { candidates } = found.possible
    this.fail(
      {
        message: `"${word}" is ambiguous: it may stand for ${listed([...candidates].sort())}`,
        expected: `enough letters to tell ${listed([...candidates].sort())} apart`,
        remedy: 'write the word out',
      },
      this.at,
      this.#columnAt(found.index),
    )
    this.#skipBody(found)
  }

  #misspelt(found: NotUnderstood, word: string, near: string): void {
    this.#fault(found, `unknown word "${word}"; did you mean "${near}"?`, undefined, `write "${near}"`)
  }

  #fault(found: NotUnderstood, message: string, column = this.#columnAt(found.index), remedy?: string): void {
    const { example } = found.possible
    const form = example === undefined ? 'see the command reference' : `the form is: ${example.syntax} (${example.help})`
    this.fail({ message, expected: expectedAt(found), remedy: remedy === undefined ? form : `${remedy}; ${form}` }, this.at, column)
    this.#skipBody(found)
  }

  /** What stands under a header that was refused belongs to nothing: judging it would only add errors. */
  #skipBody(found: NotUnderstood): void {
    if (/^(?:crypto|interface|ip)$/.test(found.path[0] ?? '')) this.enter(this.#outside)
  }

  #columnAt(index: number): number {
    return (this.#line.starts[index] ?? indentOf(this.#line)) + 1
  }

  /** `banner motd ^C … ^C`: free text up to the delimiter. An unclosed banner is one line. */
  #skipBanner(index: number): number {
    this.recognised += 1
    this.#open = undefined
    this.#ignore()
    const at = this.#line.words[1]?.match(/^(?:exec|incoming|login|motd|prompt-timeout|slip-ppp|config-save)$/i) ? 2 : 1
    const opening = this.#line.words[at] ?? ''
    const delimiter = opening.startsWith('^C') ? '^C' : opening.slice(0, 1)
    const body = this.#line.text.slice((this.#line.starts[at] ?? 0) + delimiter.length)
    if (delimiter === '' || body.includes(delimiter) || this.#noDelimiter.has(delimiter)) return index
    for (let end = index + 1; end < this.#lines.length; end += 1) if (this.#lines[end]?.includes(delimiter)) return end
    this.#noDelimiter.add(delimiter)
    return index
  }
}

function trimmed(at: SourceRef): string {
  return at.text.trim().replace(/\s+/g, ' ')
}

function shown(word: string, found: NotUnderstood, secrets: readonly number[] | undefined): string {
  return secrets?.includes(found.index) ? '*'.repeat(word.length) : word
}

/** One slip of the hand away from a keyword that is long enough for it to be one. */
function nearMiss(word: string, keywords: readonly string[]): string | undefined {
  const near = nearest(word, keywords.filter((keyword) => keyword.length >= MIN_KEYWORD), 1)
  return near === word.toLowerCase() ? undefined : near
}

function expectedAt(found: NotUnderstood): string {
  const { words, kinds, end } = found.possible
  const parts = [...new Set(kinds)]
  if (words.length > 0) parts.push(words.length === 1 ? `"${words[0]}"` : `one of ${listed(words)}`)
  if (end) parts.push('the end of the line')
  return parts.length === 0 ? 'a command' : parts.join(', or ')
}

/** Where `word` stands in a line, from 1; the first word's place when it stands nowhere. */
function columnOf(text: string, word: string | undefined): number {
  const first = Math.max(0, text.search(/\S/)) + 1
  if (word === undefined) return first
  const folded = text.toLowerCase()
  let found = -1
  for (let from = folded.indexOf(word.toLowerCase()); from >= 0; from = folded.indexOf(word.toLowerCase(), from + 1)) {
    const before = from === 0 || /\s/.test(folded[from - 1] ?? '')
    const after = from + word.length === folded.length || /\s/.test(folded[from + word.length] ?? '')
    if (before && after) found = from
  }
  return found < 0 ? first : found + 1
}
