/** Where a command writes. Data goes to `out`, diagnostics and progress to `err`. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** `out` is a terminal that shows colour. */
  readonly colour: boolean
  /** Columns of `out`. */
  readonly width: number
}

/** Exit codes of every command (DESIGN). */
export const exitCode = { good: 0, bad: 1, unusable: 2, undecided: 3 } as const
