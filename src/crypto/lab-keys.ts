import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { curves, drawScalar, type EcCurve } from './curves.ts'
import { fromBigInt, modInverse } from './integers.ts'
import { type KeyPair, lazyKeyPair } from './key-pair.ts'
import { labPrimeDistances } from './lab-prime-distances.ts'
import { labPrimeInverses } from './lab-prime-inverses.ts'
import { labPrimeStart, labRandom, primeDistance, publicExponent } from './lab-primes.ts'
import { latest, once } from './once.ts'

/*
 * THE KEYS OF THIS FILE ARE PUBLIC KNOWLEDGE. Whoever has ikewise can compute every one of them, private half
 * included: they are drawn from a constant that stands in lab-primes.ts. They let a lab be repeated byte for byte and its captures
 * be shared. Never enrol one in a CA that anybody trusts, and never put one on a router.
 */

/**
 * The lab's RSA key number `index` (from 0) of a modulus of `bits` bits, a multiple of 16 from 512 on; e = 65537.
 * The same arguments give the same key for ever. PUBLIC KNOWLEDGE, FOR THE LAB ONLY.
 *
 * The private half costs less than half a millisecond for the first 32 keys of 2048 bits, 8 of 1024 and 4 of 4096, whose
 * primes are tabulated, the public one a tenth of a millisecond; nothing where it was derived before. The next 1920, 96 and 16
 * are of the same primes in other pairs, and any other takes a prime search.
 */
export const labRsaKeyPair = (bits: number, index: number): KeyPair => {
  if (bits < 512 || bits % 16 !== 0) throw new RangeError(`no lab key has ${bits} bits`)
  checkIndex(index)
  const name = `rsa ${bits} ${index}`
  return derivedOnce(name, () => {
    const primes = once(() => primesOf(bits, index))
    return lazyKeyPair(
      { type: 'rsa', modulusLength: bits, name },
      () => rsaPrivateKey(primes(), bits, labPrimeInverses[bits]?.[index]),
      () => rsaPublicKey(primes(), bits),
    )
  })
}

/** The private half of {@link labRsaKeyPair}. */
export const labRsaKey = (bits: number, index: number): KeyObject => labRsaKeyPair(bits, index).privateKey

/** A key is a constant: of those that were derived the latest are kept. */
const derivedOnce = latest<KeyPair>(256)

interface Primes {
  readonly p: bigint
  readonly q: bigint
}

const primesOf = (bits: number, index: number): Primes => {
  const table = labPrimeDistances[bits] ?? []
  const pair = table[index] ? null : tabulatedPair(2 * table.length, index - table.length)
  if (pair) return { p: tabulatedPrime(bits, pair[0]), q: tabulatedPrime(bits, pair[1]) }
  const known = table[index]
  return {
    p: primeAfter(labPrimeStart(bits, index, 'p'), known?.[0]),
    q: primeAfter(labPrimeStart(bits, index, 'q'), known?.[1]),
  }
}

/** The primes of the table in their order: p and q of the first key, of the second, and so on. */
const tabulatedPrime = (bits: number, number: number): bigint => {
  const index = number >> 1
  const [p, q] = labPrimeDistances[bits]?.[index] ?? []
  return number % 2 === 0
    ? primeAfter(labPrimeStart(bits, index, 'p'), p)
    : primeAfter(labPrimeStart(bits, index, 'q'), q)
}

/**
 * Numbers of two primes of `count` that make no other key: each with the one that follows two places behind, then each with the
 * one that follows three places behind, and so on as long as no two come together twice. Keys that share a prime tell each other's
 * private half, which is no secret here, and none takes the time of a search. Null: there are no more.
 */
const tabulatedPair = (count: number, number: number): readonly [number, number] | null => {
  if (count < 6) return null
  const places = 2 + Math.floor(number / count)
  const first = number % count
  return 2 * places < count ? [first, (first + places) % count] : null
}

const publicNumbers = (
  { p, q }: Primes,
  bits: number,
): { readonly kty: 'RSA'; readonly n: string; readonly e: string } => ({
  kty: 'RSA',
  n: base64url(p * q, bits / 8),
  e: base64url(publicExponent, 3),
})

const rsaPublicKey = (primes: Primes, bits: number): KeyObject =>
  createPublicKey({ format: 'jwk', key: publicNumbers(primes, bits) })

const rsaPrivateKey = (primes: Primes, bits: number, knownInverse: string | undefined): KeyObject => {
  const { p, q } = primes
  const d = privateExponent((p - 1n) * (q - 1n))
  const half = bits / 16
  return createPrivateKey({
    format: 'jwk',
    key: {
      ...publicNumbers(primes, bits),
      d: base64url(d, 2 * half),
      p: base64url(p, half),
      q: base64url(q, half),
      dp: base64url(d % (p - 1n), half),
      dq: base64url(d % (q - 1n), half),
      qi: knownInverse ?? base64url(modInverse(q, p), half),
    },
  })
}

/** The lab's EC key number `index` (from 0). As {@link labRsaKeyPair}: PUBLIC KNOWLEDGE, FOR THE LAB ONLY. */
export const labEcKeyPair = (curve: EcCurve, index: number): KeyPair => {
  checkIndex(index)
  const name = `${curve} ${index}`
  return derivedOnce(name, () => {
    const privateKey = once(() => deriveEcKey(curve, index))
    return lazyKeyPair({ type: 'ec', modulusLength: null, name }, privateKey, () => createPublicKey(privateKey()))
  })
}

/** The private half of {@link labEcKeyPair}. */
export const labEcKey = (curve: EcCurve, index: number): KeyObject => labEcKeyPair(curve, index).privateKey

const deriveEcKey = (curve: EcCurve, index: number): KeyObject => {
  const { openssl, length } = curves[curve]
  const scalar = drawScalar(curve, labRandom('ec', curve, index))
  const engine = createECDH(openssl)
  engine.setPrivateKey(scalar)
  const point = engine.getPublicKey(null, 'uncompressed')
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: curve,
      d: Buffer.from(scalar).toString('base64url'),
      x: point.toString('base64url', 1, 1 + length),
      y: point.toString('base64url', 1 + length),
    },
  })
}

const checkIndex = (index: number): void => {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`no lab key has the number ${index}`)
}

const primeAfter = (start: bigint, knownDistance: number | undefined): bigint =>
  start + 2n * BigInt(knownDistance ?? primeDistance(start))

/** d = (1 + k phi) / e for the k that makes it whole: the inverse of e, for the price of one division. */
const privateExponent = (phi: bigint): bigint => {
  const k = publicExponent - modInverse(phi, publicExponent)
  return (1n + k * phi) / publicExponent
}

const base64url = (value: bigint, length: number): string =>
  Buffer.from(fromBigInt(value, length)).toString('base64url')
