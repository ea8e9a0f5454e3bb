import { type PrintedTime, printedTime } from './printed-time.ts'

/** A time that a session shows, and what it says of the router's clock. */
export interface ShownTime {
  readonly line: number
  readonly time: PrintedTime
  /** `clock`: it was that time; `at least`: the router has seen that time, and it is later now. */
  readonly says: 'clock' | 'at least'
}

const marks: readonly (readonly [pattern: RegExp, says: ShownTime['says']])[] = [
  [/^(?:Time source is \S+(?: \S+)?, )?[*.]?\d\d:\d\d:\d\d(?:\.\d+)? \S+ [A-Z][a-z]{2} [A-Z][a-z]{2} /, 'clock'],
  [/^! Last configuration change at /, 'at least'],
  [/^! NVRAM config last updated at /, 'at least'],
]

/** The times in the lines of a session. `first`: the number of the first line. */
export const shownTimes = (lines: readonly string[], first: number): readonly ShownTime[] =>
  lines.flatMap((line, index) => {
    const mark = marks.find(([pattern]) => pattern.test(line))
    const time = mark ? printedTime(line) : null
    return mark && time ? [{ line: first + index, time, says: mark[1] }] : []
  })

/** The chassis's serial number in `show version` or `show inventory`; the first one that stands there. */
export const shownSerial = (
  lines: readonly string[],
  first: number,
): { readonly line: number; readonly serial: string } | null => {
  for (const [index, line] of lines.entries()) {
    const board = /^\s*Processor board ID (\S+)/.exec(line)?.[1]
    const chassis = /\bSN: (\S+)\s*$/.exec(line)?.[1]
    const serial = board ?? chassis
    if (serial !== undefined) return { line: first + index, serial }
  }
  return null
}
