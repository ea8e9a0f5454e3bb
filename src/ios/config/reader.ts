import type { SourceRef } from '../../trace/index.ts'
import type { ConfigurationNotice } from '../configuration.ts'
import type { Context, Fault, RawReader } from './context.ts'
import { columnOf, type Diagnosis, diagnoseFirstWord, diagnoseLaterWord, secretWords } from './diagnosis.ts'
import type { RouterDraft } from './draft.ts'
import type { ConfigurationError } from './errors.ts'
import { globalTable } from './global.ts'
import { cutLine, indentOf, type Line } from './line.ts'
import { type Mode, modeOf, type NotUnderstood, type Understood } from './mode.ts'
import { isOutside, outsideTable } from './outside.ts'
import { redact, redactWords } from './redact.ts'
import { endOfBanner, isConsoleNoise, promptLength } from './session.ts'

/** A configuration with more faults than this is no configuration that anyone mends line by line. */
const MAX_ERRORS = 100

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
  /** Lines that count for something, or that a notice is about, keys blotted out. */
  readonly counted: SourceRef[] = []
  /** Lines that are IOS commands beyond doubt. */
  recognised = 0

  #file = ''
  readonly #refs: MutableRef[] = []
  readonly #global: Mode
  readonly #outside: Mode = modeOf(outsideTable, undefined)
  #lines: readonly string[] = []
  readonly #unclosed: Set<string> = new Set()
  #open: OpenMode | undefined
  #raw: RawReader | undefined
  #line: Line = cutLine('', 0)
  #at: SourceRef | undefined
  #secrets: readonly number[] | undefined
  /** A prompt was taken off the line; one is enough. */
  #stripped = false

  constructor(router: RouterDraft) {
    this.#global = modeOf(globalTable, router)
  }

  /** Reads every line of a text, on top of what was read before: no mode reaches from one text into the next. */
  read(lines: readonly string[], file: string): void {
    this.#lines = lines
    this.#file = file
    this.#unclosed.clear()
    for (let index = 0; index < this.#lines.length && !this.full; index += 1) {
      this.#begin(cutLine(this.#lines[index] ?? '', index + 1))
      if (this.#raw !== undefined && this.#takeRaw(this.#raw)) continue
      if (this.#line.words.length === 0) continue
      index = this.#takeLine(index)
    }
    this.#raw?.end()
    this.#raw = undefined
    this.#open = undefined
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

  get full(): boolean {
    return this.errors.length >= MAX_ERRORS
  }

  readonly fail = (fault: Fault, at: SourceRef = this.at, column?: number): void => {
    if (this.full) return
    const { message, expected, remedy, word } = fault
    const { file, line, text } = at
    this.errors.push({ file, line, column: column ?? columnOf(text, word), text, message, expected, remedy })
  }

  #begin(line: Line): void {
    this.#line = line
    this.#stripped = false
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
    if (first.toLowerCase() === 'banner') {
      this.recognised += 1
      this.#open = undefined
      this.#ignore()
      return endOfBanner(line, this.#lines, index, this.#unclosed)
    }
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
    else this.#ignore()
    return index
  }

  /** In a mode that nobody reads, an indented line is the mode's, unless it can only be the beginning of another. */
  #swallows(open: OpenMode | undefined, indented: boolean, first: string): boolean {
    return open?.mode.name === outsideTable.name && indented && !/^(?:crypto|interface)$/i.test(first)
  }

  #run(found: Understood, mode: Mode): void {
    this.recognised += 1
    // What is not read is not known to be free of keys either: the general rule blots them out.
    if (found.action === 'effect' || found.secrets.length > 0) this.#secrets = found.secrets
    if (found.action === 'inert') this.#ignore()
    else this.counted.push(this.at)
    if (found.action === 'not-modelled') this.#report(mode, `"${trimmed(this.at)}" is not modelled`)
    found.apply(this)
  }

  #report(mode: Mode, text: string): void {
    const { at } = this
    mode.giveNotice(() => this.notice('not-modelled', text, at))
  }

  /** A line that neither the open mode nor the global mode understands. */
  #misfit(
    local: NotUnderstood | undefined,
    global: NotUnderstood,
    open: OpenMode | undefined,
    indented: boolean,
  ): void {
    const mine = open !== undefined && local !== undefined && !(open.passed && !indented)
    const best = mine && local.index >= global.index ? local : global
    const mode = mine && best === local ? open.mode : this.#global
    const line = this.#line
    const first = line.words[0] ?? ''
    if (best.index === 0 && this.#isConsole(first)) return
    if (best.index === 0 && !(open !== undefined && indented) && isOutside(line)) {
      this.recognised += 1
      this.#ignore()
      this.enter(this.#outside)
      return
    }
    this.#secrets = secretWords(best, line)
    if (best.index === 0) this.#unknownFirst(mine ? local : global, mine ? open.mode : this.#global)
    else this.#unknownLater(best, mode)
  }

  /** A session's prompts and messages. A prompt of the configuration mode is taken off and the command behind it read. */
  #isConsole(first: string): boolean {
    const { text, number, starts } = this.#line
    const length = promptLength(first)
    if (length > 0 && !this.#stripped) {
      this.#begin(cutLine(text, number, (starts[0] ?? 0) + length))
      this.#stripped = true
      if (this.#line.words.length > 0) this.#takeLine(number - 1)
      return true
    }
    const noise = length > 0 || isConsoleNoise(this.#line)
    if (noise) this.#ignore()
    return noise
  }

  #unknownFirst(found: NotUnderstood, mode: Mode): void {
    // Text that nobody reads is not worth working out what it might have been.
    if (mode.name === outsideTable.name) this.#ignore()
    else this.#conclude(diagnoseFirstWord(found, this.#line, mode.unknown === 'not-modelled'), found, mode)
  }

  #unknownLater(found: NotUnderstood, mode: Mode): void {
    // A keyword written out is no accident; `a` at the beginning of a sentence is one.
    if (found.path[0] === this.#line.words[0]?.toLowerCase()) this.recognised += 1
    this.#conclude(diagnoseLaterWord(found, this.#line), found, mode)
  }

  #conclude(diagnosis: Diagnosis, found: NotUnderstood, mode: Mode): void {
    if (diagnosis.kind === 'fault') {
      this.fail(diagnosis.fault, this.at, diagnosis.column)
      // What stands under a header that was refused belongs to nothing: judging it would only add errors.
      if (/^(?:crypto|interface|ip)$/.test(found.path[0] ?? '')) this.enter(this.#outside)
    } else if (diagnosis.kind === 'not-modelled-from' && found.shorter !== undefined) {
      this.#run(found.shorter, mode)
      if (reports(mode, found.shorter.syntax.split(' ')))
        this.#report(mode, `"${trimmed(this.at)}": what follows from "${diagnosis.word}" on is not modelled`)
    } else if (reports(mode, found.path)) this.#report(mode, `"${trimmed(this.at)}" is not modelled`)
    else this.#ignore()
  }
}

/** Must a line of the mode that begins with `path` and is not known be reported? */
function reports(mode: Mode, path: readonly string[]): boolean {
  if (mode.unknown === 'not-modelled') return true
  const begun = path.join(' ')
  return mode.reported.some((words) => begun === words || begun.startsWith(`${words} `))
}

function trimmed(at: SourceRef): string {
  return at.text.trim().replace(/\s+/g, ' ')
}
