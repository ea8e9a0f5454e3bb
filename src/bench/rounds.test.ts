import { expect, it } from 'vitest'
import { interleaved } from './rounds.ts'

it('contenders take turns, each is prepared before it runs, and who goes first changes', () => {
  const done: string[] = []
  const contender = (name: string) => ({
    prepare: () => void done.push(`prepare ${name}`),
    run: () => void done.push(name),
  })
  expect(interleaved(5, [contender('a'), contender('b')])).toHaveLength(2)
  expect(done.slice(0, 8)).toEqual(['prepare b', 'b', 'prepare a', 'a', 'prepare a', 'a', 'prepare b', 'b'])
  // Five rounds that count, and one to warm up.
  expect(done.filter((name) => name === 'a')).toHaveLength(6)
})
