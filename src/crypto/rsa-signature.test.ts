import { constants, createPublicKey, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash } from './hash.ts'
import { fromBigInt, toBigInt } from './integers.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'
import { rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'

const key = labRsaKey(1024, 0)
const publicKey = createPublicKey(key)
const length = 128
const digest = hash('sha1', Uint8Array.of(1, 2, 3))

const number = (of: KeyObject, name: 'n' | 'p' | 'q' | 'qi'): bigint =>
  toBigInt(Buffer.from(of.export({ format: 'jwk' })[name] ?? '', 'base64url'))

/** Raw RSA with the private key: what a forger would have the verifier recover. */
const signEncoded = (message: Uint8Array): Uint8Array =>
  privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, message)

const encoded = (digestInfo: Uint8Array, padding = length - digestInfo.length - 3): Uint8Array => {
  const message = new Uint8Array(length)
  message.set([0, 1, ...new Uint8Array(padding).fill(0xff), 0, ...digestInfo])
  return message
}

describe('rsaSignRaw', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)('%s: what it signs verifies', (name) => {
    const value = hash(name, Uint8Array.of(7))
    const signature = rsaSignRaw(key, value)
    expect(signature).toHaveLength(length)
    expect(rsaVerifyRaw(publicKey, value, signature)).toBe(true)
  })

  it('signs the bare hash under PKCS#1 type 1: no DigestInfo (RFC 2409 §5.1)', () => {
    const recovered = power(toBigInt(rsaSignRaw(key, digest)), 65537n, number(publicKey, 'n'))
    expect(fromBigInt(recovered, length)).toEqual(encoded(digest))
    expect(Buffer.from(rsaSignRaw(key, digest))).not.toEqual(sign('sha1', Uint8Array.of(1, 2, 3), key))
  })

  it('gives the same signature each time', () => {
    expect(rsaSignRaw(key, digest)).toEqual(rsaSignRaw(key, digest))
  })
})

const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus)
    if (rest & 1n) result = (result * square) % modulus
  return result
}

describe('rsaVerifyRaw', () => {
  it('refuses another hash, a hash cut short or made longer, and an empty one', () => {
    const signature = rsaSignRaw(key, digest)
    expect(rsaVerifyRaw(publicKey, hash('sha1'), signature)).toBe(false)
    expect(rsaVerifyRaw(publicKey, digest.subarray(0, 16), signature)).toBe(false)
    expect(rsaVerifyRaw(publicKey, digest.subarray(1), signature)).toBe(false)
    expect(rsaVerifyRaw(publicKey, Uint8Array.of(...digest, 0), signature)).toBe(false)
    expect(rsaVerifyRaw(publicKey, new Uint8Array(0), signature)).toBe(false)
  })

  it.each<[string, Uint8Array]>([
    [
      'octets after the hash (CVE-2018-16151)',
      new Uint8Array([0, 1, ...new Uint8Array(8).fill(255), 0, ...digest, ...new Uint8Array(97)]),
    ],
    [
      'a DigestInfo around the hash',
      encoded(Uint8Array.of(...Buffer.from('3021300906052b0e03021a05000414', 'hex'), ...digest)),
    ],
    ['block type 2', encoded(digest).map((octet, i) => (i === 1 ? 2 : octet))],
    ['block type 0', encoded(digest).map((octet, i) => (i === 1 ? 0 : octet))],
    ['a padding octet that is not FF', encoded(digest).map((octet, i) => (i === 40 ? 0xfe : octet))],
    ['a zero too early', encoded(digest).map((octet, i) => (i === 50 ? 0 : octet))],
    ['no zero before the hash', encoded(digest).map((octet, i) => (i === length - 21 ? 0xff : octet))],
    ['another first octet', encoded(digest).map((octet, i) => (i === 0 ? 0x01 : octet))],
    ['the hash alone', fromBigInt(toBigInt(digest), length)],
  ])('refuses a recovered message with %s (attacks A3)', (_, message) => {
    expect(message).toHaveLength(length)
    expect(rsaVerifyRaw(publicKey, digest, signEncoded(message))).toBe(false)
  })

  it('refuses a signature that is empty, 0, 1, n - 1, n, above n, or of another length (attacks A4)', () => {
    const n = number(publicKey, 'n')
    const good = rsaSignRaw(key, digest)
    for (const value of [0n, 1n, n - 1n, n, n + 1n, (1n << 1024n) - 1n])
      expect(rsaVerifyRaw(publicKey, digest, fromBigInt(value, length))).toBe(false)
    for (const signature of [new Uint8Array(0), good.subarray(1), Uint8Array.of(0, ...good), Uint8Array.of(...good, 0)])
      expect(rsaVerifyRaw(publicKey, digest, signature)).toBe(false)
  })

  it('refuses a signature plus n, though it is congruent to a good one', () => {
    const n = number(publicKey, 'n')
    let tried = 0
    for (let i = 0; tried === 0; i++) {
      const value = hash('sha1', Uint8Array.of(i))
      const congruent = toBigInt(rsaSignRaw(key, value)) + n
      if (congruent >= 1n << 1024n) continue
      tried++
      expect(rsaVerifyRaw(publicKey, value, fromBigInt(congruent, length))).toBe(false)
    }
  })

  it('refuses a signature that lacks its leading zero octet, though it is the same number', () => {
    const values = Array.from({ length: 3000 }, (_, i) => hash('sha1', Uint8Array.of(i >> 8, i & 0xff)))
    const value = values.find((value) => rsaSignRaw(key, value)[0] === 0)
    if (!value) throw new Error('no signature begins with a zero octet')
    const signature = rsaSignRaw(key, value)
    expect(rsaVerifyRaw(publicKey, value, signature)).toBe(true)
    expect(rsaVerifyRaw(publicKey, value, signature.subarray(1))).toBe(false)
  })

  it('refuses a hash that the modulus has no room for', () => {
    expect(rsaVerifyRaw(publicKey, new Uint8Array(length - 10), new Uint8Array(length))).toBe(false)
    expect(rsaVerifyRaw(publicKey, new Uint8Array(2 * length), new Uint8Array(length))).toBe(false)
  })

  it('refuses a key below 1024 bits, though the signature is good', () => {
    const small = labRsaKey(512, 0)
    expect(rsaVerifyRaw(createPublicKey(small), digest, rsaSignRaw(small, digest))).toBe(false)
  })

  const withExponent = (n: bigint, e: bigint): KeyObject =>
    createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: base64url(n), e: base64url(e) } })

  it('refuses a public exponent of 1, under which the message is its own signature', () => {
    expect(rsaVerifyRaw(withExponent(number(publicKey, 'n'), 1n), digest, encoded(digest))).toBe(false)
  })

  it('refuses an even public exponent, though the signature is a good fourth root', () => {
    const { n, value, root } = fourthRootSignature()
    expect(root ** 4n % n).toBe(toBigInt(encoded(value)))
    expect(rsaVerifyRaw(withExponent(n, 4n), value, fromBigInt(root, length))).toBe(false)
  })

  it('takes e = 3, where the whole message is compared', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 })
    expect(rsaVerifyRaw(publicKey, digest, rsaSignRaw(privateKey, digest))).toBe(true)
    expect(rsaVerifyRaw(publicKey, digest, cubeRootForgery(digest))).toBe(false)
  })

  it('refuses a key of another kind, and a private one', () => {
    const signature = rsaSignRaw(key, digest)
    expect(rsaVerifyRaw(createPublicKey(labEcKey('P-256', 0)), digest, signature)).toBe(false)
    expect(rsaVerifyRaw(key, digest, signature)).toBe(false)
  })

  it('answers any signature with false, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 2 * length, size: 'max' }), (signature) => {
        expect(rsaVerifyRaw(publicKey, digest, signature)).toBe(false)
      }),
      { seed: 2313 },
    )
    fc.assert(
      fc.property(fc.nat({ max: 8 * length - 1 }), (bit) => {
        const signature = rsaSignRaw(key, digest)
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(rsaVerifyRaw(publicKey, digest, signature)).toBe(false)
      }),
      { seed: 2313 },
    )
  })
})

const base64url = (value: bigint): string => {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** Bleichenbacher's: the number whose cube begins with good padding and the hash, with garbage in the rest. */
const cubeRootForgery = (value: Uint8Array): Uint8Array => {
  const beginning = Uint8Array.of(0, 1, ...new Uint8Array(8).fill(0xff), 0, ...value)
  const room = BigInt(8 * (length - beginning.length))
  const root = cubeRoot(((toBigInt(beginning) + 1n) << room) - 1n)
  expect((root ** 3n) >> room).toBe(toBigInt(beginning))
  return fromBigInt(root, length)
}

const cubeRoot = (value: bigint): bigint => {
  let root = 0n
  for (let bit = 1n << 400n; bit > 0n; bit >>= 1n) if ((root + bit) ** 3n <= value) root += bit
  return root
}

/**
 * A hash whose encoded message is a fourth power modulo a lab key's n, with its root. Both primes are 3 modulo 4: there
 * x^((p+1)/4) is a root of a square, and a square itself.
 */
const fourthRootSignature = (): { readonly n: bigint; readonly value: Uint8Array; readonly root: bigint } => {
  const key = [0, 1, 2, 3, 4, 5, 6, 7]
    .map((index) => labRsaKey(1024, index))
    .find((key) => number(key, 'p') % 4n === 3n && number(key, 'q') % 4n === 3n)
  if (!key) throw new Error('no lab key has two primes that are 3 modulo 4')
  const [n, p, q, qi] = [number(key, 'n'), number(key, 'p'), number(key, 'q'), number(key, 'qi')]
  for (let i = 0; i < 256; i++) {
    const value = hash('sha1', Uint8Array.of(i))
    const message = toBigInt(encoded(value))
    const [rootP, rootQ] = [power(message % p, ((p + 1n) / 4n) ** 2n, p), power(message % q, ((q + 1n) / 4n) ** 2n, q)]
    const root = rootQ + q * ((((rootP - rootQ + q * p) % p) * qi) % p)
    if (root ** 4n % n === message) return { n, value, root }
  }
  throw new Error('no hash is a fourth power')
}
