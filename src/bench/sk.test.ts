import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { runFloor } from './floor.ts'
import { carrySk, skRows } from './sk.ts'

it.each(skRows)('$name gives back what went in, and its floor runs', ({ protection, floor }) => {
  const inner = randomBytes(1200)
  expect(Buffer.compare(carrySk(protection, randomBytes(32), inner), inner)).toBe(0)
  expect(() => runFloor(floor)).not.toThrow()
})
