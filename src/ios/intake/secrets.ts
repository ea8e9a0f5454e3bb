/** Lines of a file, counted from 1, in which a private key stood. */
export interface HiddenKey {
  readonly from: number
  readonly to: number
}

const begins = /^-----BEGIN (?:[A-Z0-9 ]*PRIVATE KEY|PKCS12)-----$/
const ends = /^-----END (?:[A-Z0-9 ]*PRIVATE KEY|PKCS12)-----$/
/** What stands between them (RFC 1421 §4.4, RFC 7468 §2): base64, headers of an encrypted key, blank lines. */
const within = /^(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info): .*)$/

/** What is typed behind `terminal` or the URL is the algorithm, and then the words that protect the key. */
const exporting =
  /^((?:[\w.:/@-]+(?:\([\w-]*\))?[#>]\s*)?cry\w*\s+(?:pki|ca|key)\s+exp\w*\s+(?:\S+\s+){1,4}?(?:term\w*|url\s+\S+)(?:\s+(?:3des|aes|des))?)\s.*$/i

/**
 * Takes private keys out of what was read, before anything else looks at it: their lines are left empty, from `BEGIN` to `END`
 * or, of one that was cut short, to the first line that is none of a key. PKCS #12 counts as a key, as it holds one; the words
 * that protect an exported key are cut off. O(characters).
 */
export const withoutKeys = (
  lines: readonly string[],
): { readonly lines: readonly string[]; readonly keys: readonly HiddenKey[] } => {
  if (!lines.some((line) => begins.test(line.trim()) || exporting.test(line))) return { lines, keys: [] }
  const kept: string[] = []
  const keys: { from: number; to: number }[] = []
  let open: { from: number; to: number } | null = null
  for (const [index, line] of lines.entries()) {
    const text = line.trim()
    const number = index + 1
    if (begins.test(text)) {
      open = { from: number, to: number }
      keys.push(open)
    } else if (open && !ends.test(text) && !within.test(text)) open = null
    if (open === null) {
      kept.push(line.replace(exporting, '$1'))
      continue
    }
    kept.push('')
    if (text !== '') open.to = number
    if (ends.test(text)) open = null
  }
  return { lines: kept, keys }
}
