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

  /** `file:line:column: what`, the line with a caret, and what to do. */
  format(): string {
    const where = [this.file, this.line, this.column].filter((part) => part !== null).join(':')
    const out = [`${where}: ${this.message}`]
    if (this.text !== null && this.line !== null) {
      const margin = `${this.line} | `
      out.push(`  ${margin}${this.text}`)
      if (this.column !== null) out.push(`  ${' '.repeat(margin.length + this.column - 1)}^`)
    }
    out.push(`  ${this.remedy}`)
    return out.join('\n')
  }
}
