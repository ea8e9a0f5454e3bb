import { checkPrimeSync, createPublicKey, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ecdsaSign, ecdsaVerify } from './ecdsa-signature.ts'
import { hash } from './hash.ts'
import { toBigInt } from './integers.ts'
import { labEcKey, labRsaKey, labRsaKeyPair } from './lab-keys.ts'
import { labPrimeDistances } from './lab-prime-distances.ts'
import { labPrimeStart, primeDistance } from './lab-primes.ts'
import { rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'

const tabulated = Object.entries(labPrimeDistances).flatMap(([bits, distances]) =>
  distances.map((_, index) => [Number(bits), index] as const),
)

const jwk = (key: KeyObject, name: 'n' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'): bigint =>
  toBigInt(Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url'))

const fingerprint = (key: KeyObject): string =>
  Buffer.from(hash('sha256', createPublicKey(key).export({ format: 'der', type: 'spki' }))).toString('hex')

describe('labRsaKey', () => {
  it.each(tabulated)(
    '%i bits, number %i: two primes, a modulus of full length, exponents that belong together',
    (bits, index) => {
      const key = labRsaKey(bits, index)
      const [n, d, p, q] = [jwk(key, 'n'), jwk(key, 'd'), jwk(key, 'p'), jwk(key, 'q')]
      expect(key.asymmetricKeyDetails).toEqual({ modulusLength: bits, publicExponent: 65537n })
      expect(checkPrimeSync(p, { checks: 4 }) && checkPrimeSync(q, { checks: 4 })).toBe(true)
      expect(p * q).toBe(n)
      expect((65537n * d) % ((p - 1n) * (q - 1n))).toBe(1n)
      expect(jwk(key, 'dp')).toBe(d % (p - 1n))
      expect(jwk(key, 'dq')).toBe(d % (q - 1n))
      expect((jwk(key, 'qi') * q) % p).toBe(1n)
    },
  )

  it.each([
    [1024, 0],
    [1024, 5],
    [1024, 7],
    [2048, 13],
  ])('the table of %i bits, number %i, says what the search finds', (bits, index) => {
    const found = (['p', 'q'] as const).map((factor) => primeDistance(labPrimeStart(bits, index, factor)))
    expect(labPrimeDistances[bits]?.[index]).toEqual(found)
  })

  it('is the same key for ever', () => {
    expect(fingerprint(labRsaKey(2048, 0))).toBe('4b7cc60197d12fe0ae1690b1685bfd167531a8bf06a902276cbbe8dc73fe693b')
    expect(fingerprint(labRsaKey(512, 0))).toBe('5db8b66112fb1fe22fe0026a586827f30b3709ff67bf3728bcd7485b3be60035')
  })

  it('gives every number another key', () => {
    const moduli = tabulated.map(([bits, index]) => jwk(labRsaKey(bits, index), 'n'))
    expect(new Set(moduli).size).toBe(tabulated.length)
  })

  it.each([
    [1024, 8, 96],
    [4096, 4, 16],
  ])('of %i bits makes keys beyond the table of its primes, each another one', (bits, count, more) => {
    const keys = Array.from({ length: count + more }, (_, index) => labRsaKey(bits, index))
    expect(new Set(keys.map((key) => jwk(key, 'n'))).size).toBe(count + more)
    const primes = new Set(keys.slice(0, count).flatMap((key) => [jwk(key, 'p'), jwk(key, 'q')]))
    for (const key of keys) {
      expect([primes.has(jwk(key, 'p')), primes.has(jwk(key, 'q'))]).toEqual([true, true])
      expect(key.asymmetricKeyDetails).toEqual({ modulusLength: bits, publicExponent: 65537n })
      expect((65537n * jwk(key, 'd')) % ((jwk(key, 'p') - 1n) * (jwk(key, 'q') - 1n))).toBe(1n)
    }
  })

  it('of 2048 bits makes 1952 keys without a search, each another one', () => {
    const moduli = Array.from({ length: 1952 }, (_, index) => jwk(labRsaKeyPair(2048, index).publicKey, 'n'))
    expect(new Set(moduli).size).toBe(1952)
  })

  it('gives keys beyond the table, and of sizes without one', () => {
    for (const key of [labRsaKey(1024, 8), labRsaKey(1024, 104), labRsaKey(768, 2)]) {
      const digest = hash('sha1')
      const verifies = rsaVerifyRaw(createPublicKey(key), digest, rsaSignRaw(key, digest))
      expect(verifies).toBe(key.asymmetricKeyDetails?.modulusLength === 1024)
    }
  })

  it('throws at a size or a number that makes no sense', () => {
    for (const bits of [0, 256, 511, 1000, Number.NaN]) expect(() => labRsaKey(bits, 0)).toThrow(RangeError)
    for (const index of [-1, 0.5, Number.NaN]) expect(() => labRsaKey(1024, index)).toThrow(RangeError)
  })
})

describe('labEcKey', () => {
  it.each([
    ['P-256', 'sha256', 'f283c8d45a7146f4a69a51ef1870362b52479cbb5db9c3f07714b8a2979d6960'],
    ['P-384', 'sha384', '47955af9c6cded549ac0e4fc5193fecdaf6dd1aac4a2c6bd389747dd459f6665'],
    ['P-521', 'sha512', '76b2ca1b6b4808a4d1fef6a862ca41a5b432377a29ede159ec0c4a7433551f91'],
  ] as const)('%s: the same key for ever, and one that signs', (curve, hashName, expected) => {
    const key = labEcKey(curve, 0)
    expect(fingerprint(key)).toBe(expected)
    expect(fingerprint(labEcKey(curve, 1))).not.toBe(expected)
    const signature = ecdsaSign(key, hashName, Uint8Array.of(1), { nonce: 'random' })
    expect(ecdsaVerify(createPublicKey(key), hashName, Uint8Array.of(1), signature)).toBe(true)
  })

  it('throws at a number that makes no sense', () => {
    expect(() => labEcKey('P-256', -1)).toThrow(RangeError)
  })
})
