/**
 * Blots out keys and passwords in a line that no command table took apart. Each character becomes `*`, so that
 * columns stay true.
 */
export function redact(text: string): string {
  if (!/pass|secret|key|community/i.test(text)) return text
  return text.replace(
    /\b((?:pre-shared-key(?:\s+(?:local|remote))?|key-string|key|password|passwd|passphrase|secret|community)(?:\s+[05-9])?\s+)(\S.*)$/i,
    (_, keyword: string, value: string) => keyword + value.replace(/\S/g, '*'),
  )
}

/** Blots out the words at `indexes`. */
export function redactWords(text: string, starts: readonly number[], words: readonly string[], indexes: readonly number[]): string {
  let shown = text
  for (const index of indexes) {
    const start = starts[index]
    const length = words[index]?.length
    if (start !== undefined && length !== undefined)
      shown = shown.slice(0, start) + '*'.repeat(length) + shown.slice(start + length)
  }
  return shown
}
