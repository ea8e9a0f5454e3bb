import type { Line } from './line.ts'

/** What a terminal session leaves in a saved configuration: prompts, a pager's marks, messages, banners. */

/** How many characters of the first word to take off to reach a command: `R1(config-isakmp)#encr 3des`, `--More-- encr 3des`. */
export function promptLength(first: string): number {
  if (first === '--More--') return first.length
  return /^[\w.-]+\([a-z][\w-]*\)#/.exec(first)?.[0].length ?? 0
}

/** An exec prompt with its command, a system message, or what stands above a running configuration, `terminal exec prompt timestamp`'s lines among it. */
export function isConsoleNoise(line: Line): boolean {
  const first = line.words[0] ?? ''
  return (
    /^(?:[\w.-]+[#>]|[%*])/.test(first) ||
    /^\s*(?:(?:building|current) configuration|load for five secs:|time source is )/i.test(line.text)
  )
}

const bannerKind = /^(?:exec|incoming|login|motd|prompt-timeout|slip-ppp|config-save)$/i

/**
 * `banner motd ^C … ^C`: the index of the line that closes the banner which begins at `index`. An unclosed banner is one
 * line; `unclosed` remembers the delimiters that stand nowhere below, so that many banners cost no more than one.
 */
export function endOfBanner(line: Line, lines: readonly string[], index: number, unclosed: Set<string>): number {
  const at = bannerKind.test(line.words[1] ?? '') ? 2 : 1
  const opening = line.words[at] ?? ''
  const delimiter = opening.startsWith('^C') ? '^C' : opening.slice(0, 1)
  const body = line.text.slice((line.starts[at] ?? 0) + delimiter.length)
  const usable = delimiter !== '' && delimiter.charCodeAt(0) < 128
  if (!usable || body.includes(delimiter) || unclosed.has(delimiter)) return index
  for (let end = index + 1; end < lines.length; end += 1) if (lines[end]?.includes(delimiter)) return end
  unclosed.add(delimiter)
  return index
}
