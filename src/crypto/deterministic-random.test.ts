import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deterministicRandom } from './deterministic-random.ts'
import { hash, hmac } from './hash.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('deterministicRandom', () => {
  it('is HMAC-SHA-256 of a counter under the hash of the seed', () => {
    const key = hash('sha256', text('seed'))
    const expected = Buffer.concat(
      [0, 1].map((counter) => hmac('sha256', key, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, counter))),
    )
    expect(Buffer.from(deterministicRandom('seed')(64))).toEqual(expected)
    expect(Buffer.from(deterministicRandom(text('seed'))(64))).toEqual(expected)
  })

  it('gives the same stream however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { maxLength: 10 }), (lengths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0)
        const next = deterministicRandom('pieces')
        expect(Buffer.concat(lengths.map(next))).toEqual(Buffer.from(deterministicRandom('pieces')(total)))
      }),
      { seed: 1 },
    )
  })

  it('gives streams that share no block to other seeds (attacks K3)', () => {
    const blocks = new Set<string>()
    for (const seed of ['a', 'b', '']) {
      const stream = deterministicRandom(seed)
      for (let i = 0; i < 100; i++) blocks.add(Buffer.from(stream(32)).toString('hex'))
    }
    expect(blocks.size).toBe(300)
  })
})
