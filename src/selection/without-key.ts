import type { SourceRef } from '../trace/index.ts'
import type { PreSharedKey } from './configuration.ts'

const mask = '******'

/** The line of a pre-shared key as it may be shown: the key is masked, and a line in which it still stands is withheld. */
export const withoutKey = ({ key, at }: PreSharedKey): SourceRef => {
  const text = masked(at.text)
  return { ...at, text: text.includes(key) ? '(line withheld: it holds a pre-shared key)' : text }
}

/** `pre-shared-key … key [0|6] KEY`, where the key is the rest of the line, and `crypto isakmp key [0|6] KEY address …`. */
const masked = (text: string): string =>
  /\bpre-shared-key\b/.test(text)
    ? text.replace(/(\skey\s+).*$/, `$1${mask}`)
    : text.replace(/(\bisakmp\s+key\s+)(?:[06]\s+)?\S+/, `$1${mask}`)
