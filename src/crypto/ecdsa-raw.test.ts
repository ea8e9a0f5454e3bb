import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curves } from './curves.ts'
import { ecdsaSignRaw, ecdsaVerifyRaw } from './ecdsa-raw.ts'
import { ecdsaSign, ecdsaVerify } from './ecdsa-signature.ts'
import { hash } from './hash.ts'
import { fromBigInt, toBigInt } from './integers.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'

const cases = [
  { curve: 'P-256', hashName: 'sha256' },
  { curve: 'P-384', hashName: 'sha384' },
  { curve: 'P-521', hashName: 'sha512' },
] as const

describe.each(cases)('ECDSA over a bare digest, $curve', ({ curve, hashName }) => {
  const key = labEcKey(curve, 0)
  const publicKey = createPublicKey(key)
  const data = Uint8Array.of(1, 2, 3)
  const digest = hash(hashName, data)
  const { length } = curves[curve]
  const order = toBigInt(curves[curve].order)

  it('is what OpenSSL verifies over the data that the digest is of, with either nonce', () => {
    for (const nonce of ['deterministic', 'random'] as const) {
      const signature = ecdsaSignRaw(key, digest, { nonce })
      expect(signature).toHaveLength(2 * length)
      expect(ecdsaVerify(publicKey, hashName, data, signature)).toBe(true)
      expect(ecdsaVerifyRaw(publicKey, digest, signature)).toBe(true)
      expect(ecdsaVerifyRaw(publicKey, hash(hashName, digest), signature)).toBe(false)
      expect(ecdsaVerifyRaw(createPublicKey(labEcKey(curve, 1)), digest, signature)).toBe(false)
    }
  })

  it("verifies what OpenSSL signs over the digest's data, s in either half of its range", () => {
    const { r, s } = parts(ecdsaSign(key, hashName, data, { nonce: 'random' }))
    for (const half of [toBigInt(s), order - toBigInt(s)]) {
      expect(ecdsaVerifyRaw(publicKey, digest, Buffer.concat([r, fromBigInt(half, length)]))).toBe(true)
    }
  })

  it('repeats itself with the deterministic nonce only', () => {
    const sign = (nonce: 'deterministic' | 'random') =>
      Buffer.from(ecdsaSignRaw(key, digest, { nonce })).toString('hex')
    expect(sign('deterministic')).toBe(sign('deterministic'))
    expect(sign('random')).not.toBe(sign('random'))
  })

  it('refuses r or s of 0, of the order and above, and other lengths (attacks A4)', () => {
    const good = ecdsaSignRaw(key, digest, { nonce: 'deterministic' })
    const { r, s } = parts(good)
    for (const limit of [0n, order, order + 1n, (1n << BigInt(8 * length)) - 1n].map((n) => fromBigInt(n, length))) {
      expect(ecdsaVerifyRaw(publicKey, digest, Buffer.concat([limit, s]))).toBe(false)
      expect(ecdsaVerifyRaw(publicKey, digest, Buffer.concat([r, limit]))).toBe(false)
    }
    for (const other of [new Uint8Array(0), good.subarray(1), Uint8Array.of(...good, 0)]) {
      expect(ecdsaVerifyRaw(publicKey, digest, other)).toBe(false)
    }
  })

  it('answers any signature with false, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 * length, maxLength: 2 * length }), (signature) => {
        expect(ecdsaVerifyRaw(publicKey, digest, signature)).toBe(false)
      }),
      { seed: 2409, numRuns: 10 },
    )
  })

  const parts = (signature: Uint8Array) => ({ r: signature.subarray(0, length), s: signature.subarray(length) })
})

describe('keys of another kind', () => {
  const rsa = labRsaKey(1024, 0)

  it('do not sign and verify nothing', () => {
    expect(() => ecdsaSignRaw(rsa, new Uint8Array(32), { nonce: 'random' })).toThrow(TypeError)
    expect(ecdsaVerifyRaw(createPublicKey(rsa), new Uint8Array(32), new Uint8Array(64))).toBe(false)
  })
})
