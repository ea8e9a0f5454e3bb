import { ipv4Number, ipv4Text } from '../../wire/index.ts'

/** The kinds of argument that a command's syntax may name: how a word is read, and what a reader of an error was expected to write. */

export interface Kind<T> {
  /** Completes the sentence "expected …". */
  readonly expected: string
  /** undefined: the word is not of this kind. */
  readonly read: (word: string) => T | undefined
  /** `word` takes one word, `rest` the line to its end, `many` one word or more. */
  readonly shape: 'word' | 'rest' | 'many'
  /** The words that a closed choice accepts, for error messages. */
  readonly choices?: readonly string[]
  /** The value must not reach a trace, a log or an error. */
  readonly secret?: boolean
}

/** Any single word. */
export function word(expected: string): Kind<string> {
  return { expected, shape: 'word', read: (text) => text }
}

/** The rest of the line, blanks inside kept, blanks around it left out. */
export function rest(expected: string): Kind<string> {
  return { expected, shape: 'rest', read: (text) => text }
}

export function secret(kind: Kind<string>): Kind<string> {
  return { ...kind, secret: true }
}

/** One word or more of a kind. */
export function many<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    ...kind,
    shape: 'many',
    expected: `${kind.expected}, one or more`,
    read: (text) => {
      const value = kind.read(text)
      return value === undefined ? undefined : [value]
    },
  }
}

/** A decimal integer from `min` to `max`, both included. */
export function integer(what: string, min: number, max: number): Kind<number> {
  return {
    expected: `${what} from ${min} to ${max}`,
    shape: 'word',
    read: (text) => {
      if (!/^-?\d{1,10}$/.test(text)) return undefined
      const value = Number(text)
      return value >= min && value <= max ? value : undefined
    },
  }
}

/** Every prefix of every word, with the words that it may stand for; a whole word stands for itself alone. */
export function prefixes(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const whole of words) {
    for (let end = 1; end <= whole.length; end += 1) {
      const prefix = whole.slice(0, end).toLowerCase()
      const candidates = found.get(prefix)
      if (candidates === undefined) found.set(prefix, [whole])
      else candidates.push(whole)
    }
  }
  for (const whole of words) found.set(whole.toLowerCase(), [whole])
  return found
}

/** One of the words given, or a prefix that only one of them has. */
export function choice<const W extends readonly string[]>(...words: W): Kind<W[number]> {
  const byPrefix: ReadonlyMap<string, readonly W[number][]> = prefixes(words)
  return {
    expected: words.length === 1 ? `"${words[0]}"` : `one of ${words.join(', ')}`,
    shape: 'word',
    choices: words,
    read: (text) => {
      const candidates = byPrefix.get(text.toLowerCase())
      return candidates?.length === 1 ? candidates[0] : undefined
    },
  }
}

/** One of the numbers given, written in decimal. */
export function oneOf<const N extends readonly number[]>(what: string, ...numbers: N): Kind<N[number]> {
  const byText = new Map<string, N[number]>(numbers.map((number) => [String(number), number]))
  return { expected: `${what}: one of ${numbers.join(', ')}`, shape: 'word', read: (text) => byText.get(text) }
}

export const ipv4: Kind<string> = {
  expected: 'an IPv4 address such as 192.168.0.1',
  shape: 'word',
  read: (text) => (ipv4Number(text) === undefined ? undefined : text),
}

/** A contiguous network mask. */
export const mask: Kind<string> = {
  expected: 'a network mask such as 255.255.255.0',
  shape: 'word',
  read: (text) => {
    const bits = ipv4Number(text)
    if (bits === undefined) return undefined
    const hostPart = ~bits >>> 0
    return (hostPart & (hostPart + 1)) === 0 ? text : undefined
  },
}

/** A wildcard of an access list, read as the mask that it inverts. */
export const wildcard: Kind<string> = {
  expected: 'a wildcard mask such as 0.0.0.255',
  shape: 'word',
  read: (text) => {
    const bits = ipv4Number(text)
    return bits === undefined ? undefined : ipv4Text(~bits >>> 0)
  },
}

/** A name that is no number and no dotted address, so that a mistyped mask is not taken for a VRF. */
export function identifier(what: string): Kind<string> {
  return { expected: what, shape: 'word', read: (text) => (/[^0-9.]/.test(text) ? text : undefined) }
}

export const ipv6Prefix: Kind<string> = {
  expected: 'an IPv6 prefix such as 2001:db8::/32',
  shape: 'word',
  read: (text) => {
    const match = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text)
    if (match === null || !match[1]?.includes(':') || Number(match[2]) > 128) return undefined
    return text
  },
}
