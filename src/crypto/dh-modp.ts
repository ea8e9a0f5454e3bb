import { createDiffieHellman, type DiffieHellman, getDiffieHellman } from 'node:crypto'
import { equalConstantTime, padLeft } from './bytes.ts'
import { type DhGroupId, dhGroups } from './dh-groups.ts'
import { group1Prime, group2Prime, group24Generator, group24Order, group24Prime } from './dh-primes.ts'
import { fromBigInt, toBigInt } from './integers.ts'
import { accept, type CryptoResult, reject } from './result.ts'

export type ModpGroupId = Exclude<DhGroupId, 19 | 20 | 21 | 31>

interface ModpGroup {
  readonly length: number
  readonly engine: DiffieHellman
  /** p - 1, the smallest public value that is too large. */
  readonly primeMinusOne: Uint8Array
  /** q + 1 of a prime-order subgroup that a public value must lie in; null where p is a safe prime. */
  readonly orderPlusOne: Uint8Array | null
}

const engines = new Map<ModpGroupId, ModpGroup>()

/** Building the object of groups 1 and 2 costs OpenSSL a primality test of 20 to 50 ms, so there is one per group. */
const modpGroup = (id: ModpGroupId): ModpGroup => {
  const known = engines.get(id)
  if (known) return known
  const engine = createEngine(id)
  const { publicLength: length } = dhGroups[id]
  const group: ModpGroup = {
    length,
    engine,
    primeMinusOne: fromBigInt(toBigInt(engine.getPrime()) - 1n, length),
    orderPlusOne: id === 24 ? fromBigInt(toBigInt(group24Order) + 1n, group24Order.length) : null,
  }
  engines.set(id, group)
  return group
}

const createEngine = (id: ModpGroupId): DiffieHellman => {
  switch (id) {
    case 1:
      return createDiffieHellman(group1Prime, oakleyGenerator)
    case 2:
      return createDiffieHellman(group2Prime, oakleyGenerator)
    case 24:
      return createDiffieHellman(group24Prime, group24Generator)
    default:
      // node's own object of a named group does not take a private key; one made of its prime does.
      return createDiffieHellman(getDiffieHellman(`modp${id}`).getPrime(), oakleyGenerator)
  }
}

/** Of every group of RFC 2409 and RFC 3526. */
const oakleyGenerator = 2

const noExponent = Uint8Array.of(1)

/** Runs with an exponent in the group's object, and clears it from there afterwards: callers share the object. */
const withExponent = (engine: DiffieHellman, exponent: Uint8Array, compute: () => Buffer): Buffer => {
  engine.setPrivateKey(exponent)
  try {
    return compute()
  } finally {
    engine.setPrivateKey(noExponent)
  }
}

/**
 * The private exponent that random octets stand for: their two top bits become 01. So it is never 0, it is below the
 * order of every group (group 24's begins with a 1 bit), and every exponent takes OpenSSL the same time.
 */
export const modpExponent = (random: Uint8Array): Uint8Array => {
  const exponent = Uint8Array.from(random)
  exponent[0] = ((random[0] ?? 0) & 0x3f) | 0x40
  return exponent
}

/** g^x, at the prime's width. */
export const modpPublicValue = (id: ModpGroupId, exponent: Uint8Array): Uint8Array => {
  const { engine, length } = modpGroup(id)
  return padLeft(
    withExponent(engine, exponent, () => engine.generateKeys()),
    length,
  )
}

/** y^x at the prime's width, after the checks of RFC 6989 §2.1 and, for group 24, §2.2. */
export const modpSharedSecret = (
  id: ModpGroupId,
  exponent: Uint8Array,
  peerPublic: Uint8Array,
): CryptoResult<Uint8Array> => {
  const group = modpGroup(id)
  const { engine, length } = group
  if (peerPublic.length !== length)
    return reject('dh-public-length', `group ${id} has public values of ${length} octets, not ${peerPublic.length}`)
  if (!isAboveOne(peerPublic) || Buffer.compare(peerPublic, group.primeMinusOne) >= 0)
    return reject('dh-public-out-of-range', `the public value is not between 1 and p - 1 of group ${id}`)
  if (group.orderPlusOne && !liesInSubgroup(engine, group.orderPlusOne, peerPublic))
    return reject('dh-public-wrong-order', `the public value is outside the subgroup of group ${id}`)
  return accept(
    padLeft(
      withExponent(engine, exponent, () => engine.computeSecret(peerPublic)),
      length,
    ),
  )
}

const isAboveOne = (value: Uint8Array): boolean => {
  const last = value.length - 1
  return (value[last] ?? 0) > 1 || value.some((octet, index) => octet !== 0 && index < last)
}

/**
 * y^q = 1, written y^(q+1) = y: OpenSSL refuses to hand out a secret of 1 or p - 1. That it never refuses y^(q+1)
 * follows from gcd(2 (q + 1), p - 1) = 2, since y is neither 1 nor p - 1.
 */
const liesInSubgroup = (engine: DiffieHellman, orderPlusOne: Uint8Array, value: Uint8Array): boolean => {
  const power = withExponent(engine, orderPlusOne, () => engine.computeSecret(value))
  return equalConstantTime(padLeft(power, value.length), value)
}
