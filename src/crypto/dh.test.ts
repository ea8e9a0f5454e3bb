import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curves } from './curves.ts'
import { deterministicRandom } from './deterministic-random.ts'
import { type DhKeyPair, dhKeyPair } from './dh.ts'
import { type DhGroupId, dhGroups } from './dh-groups.ts'
import { modpExponent, modpPublicValue, modpSharedSecret } from './dh-modp.ts'
import { group24Order, group24Prime } from './dh-primes.ts'
import { fromBigInt, toBigInt } from './integers.ts'

const allGroups = Object.values(dhGroups).map(({ id }) => id)
const modpGroups = allGroups.filter((id) => dhGroups[id].kind === 'modp')
const ecpGroups = allGroups.filter((id) => dhGroups[id].kind === 'ecp')

const sharedOf = (own: DhKeyPair, peerPublic: Uint8Array): Uint8Array => {
  const shared = own.computeShared(peerPublic)
  if (!shared.ok) throw new Error(shared.reject.detail)
  return shared.value
}

/** The slow way, on which nothing of OpenSSL's or of ours bears. */
const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus)
    if (rest & 1n) result = (result * square) % modulus
  return result
}

describe.each(allGroups)('group %i', (group) => {
  const { publicLength, sharedLength, exponentLength } = dhGroups[group]

  it('both sides compute the same secret, at the group widths, however their calls interleave', () => {
    const next = deterministicRandom(`agreement ${group}`)
    const pairs = Array.from({ length: 3 }, () => [dhKeyPair(group, next), dhKeyPair(group, next)] as const)
    for (const [a, b] of pairs) {
      expect(a.publicValue).toHaveLength(publicLength)
      expect(sharedOf(a, b.publicValue)).toHaveLength(sharedLength)
      expect(sharedOf(a, b.publicValue)).toEqual(sharedOf(b, a.publicValue))
    }
  })

  it('asks for as many random octets as it says, and makes the same pair of the same octets', () => {
    const asked: number[] = []
    const octets = new Uint8Array(exponentLength).fill(0x11)
    const draw = (length: number): Uint8Array => {
      asked.push(length)
      return octets
    }
    const pair = dhKeyPair(group, draw)
    expect(asked).toEqual([exponentLength])
    expect(dhKeyPair(group, draw).publicValue).toEqual(pair.publicValue)
    expect(octets).toEqual(new Uint8Array(exponentLength).fill(0x11))
  })

  it('rejects a public value of another length', () => {
    const pair = dhKeyPair(group, deterministicRandom('length'))
    const { publicValue } = dhKeyPair(group, deterministicRandom('peer'))
    for (const wrong of [
      new Uint8Array(0),
      publicValue.subarray(1),
      Uint8Array.of(0, ...publicValue),
      Uint8Array.of(4, ...publicValue),
    ])
      expect(pair.computeShared(wrong)).toMatchObject({ ok: false, reject: { code: 'dh-public-length' } })
  })

  it('answers every public value with a value, and still works afterwards (attacks D7)', () => {
    const own = dhKeyPair(group, deterministicRandom('own'))
    const peer = dhKeyPair(group, deterministicRandom('peer'))
    const before = sharedOf(own, peer.publicValue)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: publicLength, maxLength: publicLength }), (value) => {
        expect(own.computeShared(value)).toHaveProperty('ok')
      }),
      { seed: group, numRuns: 10 },
    )
    expect(sharedOf(own, peer.publicValue)).toEqual(before)
  })
})

describe('MODP groups', () => {
  it.each(modpGroups)('group %i rejects 0, 1, p - 1, p and above (attacks K1)', (group) => {
    const { publicLength } = dhGroups[group]
    const pair = dhKeyPair(group, deterministicRandom('range'))
    const prime = primeOf(group)
    const limit = 1n << BigInt(8 * publicLength)
    for (const value of [0n, 1n, prime - 1n, prime, prime + 1n, limit - 1n])
      expect(pair.computeShared(fromBigInt(value, publicLength))).toMatchObject({
        ok: false,
        reject: { code: 'dh-public-out-of-range' },
      })
  })

  it.each(modpGroups.filter((group) => group !== 24))('group %i takes 2 and p - 2', (group) => {
    const { publicLength } = dhGroups[group]
    const pair = dhKeyPair(group, deterministicRandom('range'))
    expect(sharedOf(pair, fromBigInt(2n, publicLength))).toEqual(pair.publicValue)
    expect(pair.computeShared(fromBigInt(primeOf(group) - 2n, publicLength)).ok).toBe(true)
  })

  it('public values and secrets that begin with zero octets keep their width', () => {
    const draw = deterministicRandom('leading zeros')
    const length = dhGroups[1].publicLength
    const prime = primeOf(1)
    const peer = dhKeyPair(1, draw)
    const seen = { public: 0, shared: 0 }
    for (let i = 0; i < 1000; i++) {
      const exponent = modpExponent(draw(dhGroups[1].exponentLength))
      const publicValue = modpPublicValue(1, exponent)
      const shared = modpSharedSecret(1, exponent, peer.publicValue)
      if (!shared.ok) throw new Error(shared.reject.detail)
      if (publicValue[0] === 0) {
        seen.public++
        expect(publicValue).toEqual(fromBigInt(power(2n, toBigInt(exponent), prime), length))
        expect(sharedOf(peer, publicValue)).toEqual(shared.value)
      }
      if (shared.value[0] === 0) {
        seen.shared++
        expect(shared.value).toEqual(fromBigInt(power(toBigInt(peer.publicValue), toBigInt(exponent), prime), length))
      }
    }
    expect(seen.public).toBeGreaterThan(0)
    expect(seen.shared).toBeGreaterThan(0)
  })

  it('exponents are never 0 and stay below the order of group 24', () => {
    for (const octet of [0x00, 0xff]) {
      const exponent = toBigInt(modpExponent(new Uint8Array(32).fill(octet)))
      expect(exponent >= 1n << 254n && exponent < toBigInt(group24Order)).toBe(true)
    }
  })
})

describe('elliptic groups', () => {
  it.each(ecpGroups)(
    'group %i rejects what is no point: off the curve, a coordinate out of the field, zero',
    (group) => {
      const { publicLength } = dhGroups[group]
      const pair = dhKeyPair(group, deterministicRandom('curve'))
      const offCurve = Uint8Array.from(dhKeyPair(group, deterministicRandom('peer')).publicValue)
      offCurve[publicLength - 1] = (offCurve[publicLength - 1] ?? 0) ^ 1
      for (const value of [offCurve, new Uint8Array(publicLength), new Uint8Array(publicLength).fill(0xff)])
        expect(pair.computeShared(value)).toMatchObject({ ok: false, reject: { code: 'dh-public-not-on-curve' } })
    },
  )

  it('draws again while a scalar is 0 or not below the order', () => {
    const { order } = curves['P-256']
    const draws = [new Uint8Array(32), order, new Uint8Array(32).fill(0xff), fromBigInt(1n, 32)]
    const pair = dhKeyPair(19, () => draws.shift() ?? new Uint8Array(0))
    expect(draws).toHaveLength(0)
    const peer = dhKeyPair(19, deterministicRandom('one'))
    expect(sharedOf(pair, peer.publicValue)).toEqual(peer.publicValue.subarray(0, 32))
  })

  it('throws at a random source that is broken, and does not hang', () => {
    expect(() => dhKeyPair(20, (length) => new Uint8Array(length))).toThrow('random source')
  })
})

const primeOf = (group: DhGroupId): bigint => {
  if (group === 24) return toBigInt(group24Prime)
  // p = 2^n - 2^(n-64) - 1 + 2^64 ([2^(n-130) pi] + c), RFC 2409 §6 and RFC 3526: c of each group.
  const constants: Partial<Record<DhGroupId, readonly [bits: bigint, c: bigint]>> = {
    1: [768n, 149686n],
    2: [1024n, 129093n],
    5: [1536n, 741804n],
    14: [2048n, 124476n],
    15: [3072n, 1690314n],
    16: [4096n, 240904n],
  }
  const [n, c] = constants[group] ?? [0n, 0n]
  return (1n << n) - (1n << (n - 64n)) - 1n + (1n << 64n) * ((piScaled(n) >> 130n) + c)
}

/** [2^n pi] by Machin's formula, with 64 bits to spare. */
const piScaled = (n: bigint): bigint => {
  const unity = 1n << (n + 64n)
  const arctanOfInverse = (x: bigint): bigint => {
    let sum = 0n
    for (let k = 1n, term = unity / x; term !== 0n; k += 2n, term /= -(x * x)) sum += term / k
    return sum
  }
  return (4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n))) >> 64n
}
