import type { SourceRef } from '../../trace/index.ts'
import type { ConfigurationNotice } from '../configuration.ts'
import type { Line } from './line.ts'
import type { Mode } from './mode.ts'

/** A reader of lines that are no commands (hexadecimal bytes). */
export interface RawReader {
  /** `more`: the line was taken; `done`: it was the last; `not-mine`: it is a command, and reading ends. */
  readonly take: (line: Line) => 'more' | 'done' | 'not-mine'
  /** The text ended. */
  readonly end: () => void
}

/** A fault that an effect found in its line. */
export interface Fault {
  /** The word to point at; without one, the first of the line. */
  readonly word?: string
  readonly message: string
  readonly expected: string
  readonly remedy: string
}

/** What an effect may do besides writing to its target. */
export interface Context {
  /** The line at hand. */
  readonly at: SourceRef
  readonly enter: (mode: Mode) => void
  readonly readRaw: (reader: RawReader) => void
  readonly notice: (kind: ConfigurationNotice['kind'], text: string, at?: SourceRef) => void
  /** True when no more faults are taken, so that none need be worked out. */
  readonly full: boolean
  readonly fail: (fault: Fault, at?: SourceRef, column?: number) => void
}
