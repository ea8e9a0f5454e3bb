/** Where in an input a statement stands. `line` and `column` count from 1; `text` is the line as it was read. */
export interface SourceRef {
  readonly router: string
  readonly file: string
  readonly line: number
  readonly text: string
}
