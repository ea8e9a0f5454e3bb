/** An input that cannot be used: what the command line prints, with exit code 2. Lines and columns count from 1. */
export class InputError extends Error {
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  /** The line as it was read, for the caret. */
  readonly text: string | null
  readonly remedy: string

  constructor(problem: {
    readonly file: string
    readonly line?: number | null
    readonly column?: number | null
    readonly text?: string | null
    readonly message: string
    readonly remedy: string
  }) {
    super(problem.message)
    this.name = 'InputError'
    this.file = problem.file
    this.line = problem.line ?? null
    this.column = problem.column ?? null
    this.text = problem.text ?? null
    this.remedy = problem.remedy
  }

  /** The same, with the file as somebody else names it. */
  inFile(file: string): InputError {
    const { line, column, text, message, remedy } = this
    return new InputError({ file, line, column, text, message, remedy })
  }

  /** `file:line:column: what`, the line with a caret, and what to do. */
  format(): string {
    const where = [this.file, this.line, this.column].filter((part) => part !== null).join(':')
    const out = [`${where}: ${this.message}`]
    if (this.text !== null && this.text.trim() !== '' && this.line !== null) {
      const margin = `${this.line} | `
      const { shown, at } = excerpt(this.text, this.column ?? 1)
      out.push(`  ${margin}${shown}`)
      if (this.column !== null) out.push(`  ${' '.repeat(margin.length + at)}^`)
    }
    out.push(`  ${this.remedy}`)
    return out.join('\n')
  }
}

const widest = 120
const before = 60

/** What of a line is shown; `at`: where in it the column stands, from 0. */
const excerpt = (text: string, column: number): { readonly shown: string; readonly at: number } => {
  if (text.length <= widest) return { shown: text, at: column - 1 }
  const from = Math.max(0, column - 1 - before)
  const head = from > 0 ? '… ' : ''
  const tail = from + widest < text.length ? ' …' : ''
  return { shown: `${head}${text.slice(from, from + widest)}${tail}`, at: head.length + column - 1 - from }
}

/** Errors name a file as whoever gave it does; everything else calls it by its short name. */
export const withPaths = <Result>(paths: ReadonlyMap<string, string>, read: () => Result): Result => {
  try {
    return read()
  } catch (error) {
    const path = error instanceof InputError ? paths.get(error.file) : undefined
    throw error instanceof InputError && path !== undefined ? error.inFile(path) : error
  }
}
