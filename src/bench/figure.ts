/** One row of the table. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 'MB' | 'MB/s' | 'lines/s' | 'messages/s' | 'verdicts/s'
  /** How many times its floor, or the share of its limit; null where it has neither. */
  readonly ratio: number | null
}

/** The middle value; between the two middle ones where their number is even. Throws on an empty list. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new Error('the median of nothing')
  return (lower + upper) / 2
}

const significantDigits = 3

/** Three significant digits: the rest is noise. */
const rounded = (value: number): number => Number(value.toPrecision(significantDigits))

/** What `--json` writes: `[{ name, value, unit, ratio }]`. */
export const figuresJson = (figures: readonly Figure[]): string =>
  `${JSON.stringify(
    figures.map(({ name, value, unit, ratio }) => ({
      name,
      value: rounded(value),
      unit,
      ratio: ratio === null ? null : rounded(ratio),
    })),
    null,
    2,
  )}\n`

/** One aligned line, without its line end. */
export const figureLine = ({ name, value, unit, ratio }: Figure): string =>
  `${name.padEnd(56)}${rounded(value).toLocaleString('en-US').padStart(10)} ${unit.padEnd(11)}${ratio === null ? '' : `${rounded(ratio).toFixed(2)} x`}`.trimEnd()
