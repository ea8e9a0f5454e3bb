import { checkPrimeSync } from 'node:crypto'
import { deterministicRandom } from './deterministic-random.ts'
import { toBigInt } from './integers.ts'

/** PUBLIC KNOWLEDGE, and so is every key that is drawn from it. To change it changes every key and capture of the lab. */
const publicSeed = 'ikewise laboratory keys, public knowledge, not for live use'

/** Of every RSA key of the lab. */
export const publicExponent: bigint = 65537n

/** The random bytes of one thing in the lab. */
export const labRandom = (...path: readonly (string | number)[]): ((length: number) => Uint8Array) =>
  deterministicRandom([publicSeed, ...path].join('/'))

/**
 * Where the search for a prime factor of a lab key begins: an odd number of half the modulus' bits. Its two top bits
 * are set, so that the product of two has all its bits.
 */
export const labPrimeStart = (bits: number, index: number, factor: 'p' | 'q'): bigint => {
  const octets = labRandom('rsa', bits, index, factor)(bits / 16)
  const last = octets.length - 1
  octets[0] = (octets[0] ?? 0) | 0xc0
  octets[last] = (octets[last] ?? 0) | 0x01
  return toBigInt(octets)
}

/** Steps of two from an odd number to the first prime that goes with the public exponent. */
export const primeDistance = (start: bigint): number => {
  let distance = 0
  for (let candidate = start; !isUsablePrime(candidate); candidate += 2n) distance++
  return distance
}

const isUsablePrime = (candidate: bigint): boolean => candidate % publicExponent !== 1n && checkPrimeSync(candidate)
