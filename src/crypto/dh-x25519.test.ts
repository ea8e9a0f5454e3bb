import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../wire/index.ts'
import { x25519Key, x25519PublicValue, x25519SharedSecret } from './dh-x25519.ts'

const octets = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('Curve25519', () => {
  it('gives the values of RFC 7748 §6.1', () => {
    const bob = x25519Key(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    expect(toHex(x25519PublicValue(bob))).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    const alice = fromHex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    const shared = x25519SharedSecret(bob, alice)
    expect(shared.ok && toHex(shared.value)).toBe('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
  })

  it('gives both ends the same secret, whatever they drew', () => {
    fc.assert(
      fc.property(octets, octets, (one, two) => {
        const [a, b] = [x25519Key(one), x25519Key(two)]
        expect(x25519SharedSecret(a, x25519PublicValue(b))).toEqual(x25519SharedSecret(b, x25519PublicValue(a)))
      }),
      { seed: 7748, numRuns: 50 },
    )
  })

  it.each(['0'.repeat(64), `01${'0'.repeat(62)}`])('rejects the point of small order %s', (point) => {
    const key = x25519Key(new Uint8Array(32).fill(9))
    expect(x25519SharedSecret(key, fromHex(point))).toMatchObject({ ok: false })
  })

  it('rejects a value of another length', () => {
    const key = x25519Key(new Uint8Array(32).fill(9))
    for (const length of [0, 31, 33, 64])
      expect(x25519SharedSecret(key, new Uint8Array(length))).toMatchObject({
        ok: false,
        reject: { code: 'dh-public-length' },
      })
  })
})
