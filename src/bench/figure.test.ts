import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figureLine, figuresJson, median } from './figure.ts'

describe('median', () => {
  it('is the middle value, or half way between the two middle ones', () => {
    expect(median([7])).toBe(7)
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 100, 2])).toBe(3)
  })

  it('has as many values below it as above it, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      }),
      { seed: 20130620 },
    )
  })

  it('does not exist of nothing', () => {
    expect(() => median([])).toThrow('the median of nothing')
  })
})

describe('a figure', () => {
  const figures = [
    { name: 'a negotiation', value: 2.34567, unit: 'ms', ratio: 1.23456 },
    { name: 'lines read', value: 1_234_567, unit: 'lines/s', ratio: null },
  ] as const

  it('is written as name, value, unit and ratio, with three digits that count', () => {
    expect(JSON.parse(figuresJson(figures))).toEqual([
      { name: 'a negotiation', value: 2.35, unit: 'ms', ratio: 1.23 },
      { name: 'lines read', value: 1_230_000, unit: 'lines/s', ratio: null },
    ])
  })

  it('is printed in one line, which says nothing of a ratio that there is not', () => {
    expect(figures.map(figureLine).map((line) => line.replace(/ +/g, ' '))).toEqual([
      'a negotiation 2.35 ms 1.23 x',
      'lines read 1,230,000 lines/s',
    ])
  })
})
