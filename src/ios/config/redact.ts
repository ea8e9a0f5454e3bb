/**
 * Blots out keys and passwords in a line that no command table took apart. Each character becomes `*`, so that
 * columns stay true.
 */
export function redact(text: string): string {
  if (!/pass|secret|key|community/i.test(text)) return text
  return text.replace(
    /(?<![\w-])(?<!crypto\s+)((?:pre-shared-key(?:\s+(?:local|remote))?|key-string|key|password|passwd|passphrase|secret|community)(?:\s+[05-9])?\s+)(\S.*)$/i,
    (_, keyword: string, value: string) => keyword + value.replace(/\S/g, '*'),
  )
}

/** Blots out the words at `indexes`. */
export function redactWords(
  text: string,
  starts: readonly number[],
  words: readonly string[],
  indexes: readonly number[],
): string {
  if (indexes.length === 0) return text
  const secret = new Set(indexes)
  const pieces: string[] = []
  let from = 0
  for (let index = 0; index < words.length; index += 1) {
    const start = starts[index] ?? text.length
    const length = words[index]?.length ?? 0
    if (!secret.has(index)) continue
    pieces.push(text.slice(from, start), '*'.repeat(length))
    from = start + length
  }
  return pieces.join('') + text.slice(from)
}
