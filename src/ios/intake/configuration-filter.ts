/** What a command lets through of a configuration: `| section crypto`, `interface Tunnel1`, `| include ^ip route`. */
export interface ConfigurationFilter {
  /** As it was typed behind the command. */
  readonly typed: string
  /**
   * `sections`: headers with all that stands below them; `lines`: single lines, torn from their headers; `all but lines`:
   * everything save some lines.
   */
  readonly gives: 'sections' | 'lines' | 'all but lines'
  /** Whether it would have shown a section that has this header, or a line at the margin. False: it is not known. */
  readonly shows: (header: string) => boolean
}

/** IOS's regular expressions are case-sensitive; `_` stands for any delimiter. */
const delimiter = '(?:^|$|[\\s,{}()])'
/** What JavaScript reads as IOS does, and in linear time: no group is repeated, and few things are. */
const mostRepeats = 2
const longestPattern = 200

const regularExpression = (pattern: string): RegExp | null => {
  const repeats = pattern.match(/[*+?]/g)?.length ?? 0
  if (pattern.length > longestPattern || repeats > mostRepeats || /\)[*+?{]|\\\d|\(\?/.test(pattern)) return null
  try {
    return new RegExp(pattern.replaceAll('_', delimiter))
  } catch {
    return null
  }
}

const matches = (pattern: string): ((line: string) => boolean) => {
  const compiled = regularExpression(pattern)
  return (line) => compiled?.test(line) ?? false
}

const whole = /^(?:|all|full|brief|view\s+full|linenum)$/i

const interfaceOf = (typed: string): readonly [letters: string, number: string] | null => {
  const found = /^interface\s+([a-z-]+)\s*([\d/.:]*)$/i.exec(typed)
  return found ? [(found[1] ?? '').toLowerCase(), found[2] ?? ''] : null
}

/** `show running-config interface tu1`: whether a header is that of the interface. */
const showsInterface = (letters: string, number: string) => (header: string) => {
  const found = interfaceOf(header)
  return found?.[0].startsWith(letters) === true && found[1] === number
}

const piped = (typed: string, words: string): ConfigurationFilter | null => {
  const found = /^([a-z]+)\s+(.*)$/i.exec(words)
  if (!found) return null
  const [, verb = '', rest = ''] = found
  const pattern = rest.trim()
  const word = verb.toLowerCase()
  const is = (name: string, shortest: number): boolean => word.length >= shortest && name.startsWith(word)
  if (is('section', 1)) {
    const [, how = '', what = pattern] = /^(include|exclude)\s+(.*)$/i.exec(pattern) ?? []
    const shown = matches(what)
    return how.toLowerCase() === 'exclude'
      ? { typed, gives: 'sections', shows: (header) => regularExpression(what) !== null && !shown(header) }
      : { typed, gives: 'sections', shows: shown }
  }
  if (is('include', 1)) {
    if (/^\^?(?:\.\*?)?$/.test(pattern)) return null
    return { typed, gives: 'lines', shows: matches(pattern) }
  }
  if (is('exclude', 1)) {
    const hidden = matches(pattern)
    return {
      typed,
      gives: 'all but lines',
      shows: (header) => regularExpression(pattern) !== null && !hidden(header),
    }
  }
  // What stands before the line is not there, and nothing tells what that is.
  if (is('begin', 1)) return { typed, gives: 'sections', shows: () => false }
  // `| redirect`, `| append`, `| tee`: the text is all there.
  return null
}

/** The order in which IOS prints what bears on a tunnel. */
const printOrder: readonly RegExp[] = [
  /^(?:hostname|clock|ip domain)\b/i,
  /^crypto /i,
  /^interface /i,
  /^(?:ip |access-list )/i,
]

const placeOf = (header: string): number => {
  const place = printOrder.findIndex((pattern) => pattern.test(header))
  return place < 0 ? printOrder.length : place
}

/** Somebody left the pager, or the log ends: all there is comes before the last header that was printed. */
export const cutShort = (lastHeader: string): ConfigurationFilter => ({
  typed: 'that breaks off before its `end`',
  gives: 'sections',
  shows: (header) => placeOf(header) < placeOf(lastHeader) && placeOf(lastHeader) < printOrder.length,
})

/** The filter in the words behind a command that shows a configuration; null where the whole was asked for. */
export const configurationFilter = (words: string): ConfigurationFilter | null => {
  const typed = words.trim().replace(/\s+/g, ' ')
  if (whole.test(typed)) return null
  const pipe = typed.indexOf('|')
  const named = (pipe < 0 ? typed : typed.slice(0, pipe)).trim()
  const filter = pipe < 0 ? null : piped(typed, typed.slice(pipe + 1).trim())
  if (whole.test(named)) return filter
  const one = /^in[a-z]*\s+([a-z-]+)\s*([\d/.:]+)$/i.exec(named)
  if (one && !filter)
    return { typed, gives: 'sections', shows: showsInterface((one[1] ?? '').toLowerCase(), one[2] ?? '') }
  return { typed, gives: filter?.gives ?? 'sections', shows: () => false }
}
