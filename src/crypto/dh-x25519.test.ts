import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { dhKeyPair } from './dh.ts'
import { dhGroups } from './dh-groups.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Source, both private keys, both public values, the shared secret. */
const vectors: readonly (readonly [string, string, string, string, string, string])[] = [
  [
    'RFC 7748 §6.1',
    '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
    '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
    '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  ],
  [
    'RFC 8031 appendix A',
    '751fb4308655b476b6789b7325f9ea8cddd16a58533ff6d9e60009464a5f9d94',
    '0a54645253290d60ddadd0e030bacd9e5501efdc220755a1e978f1b839a05688',
    '48d5ddd4061257ba166fa3f9bbdb74f1a4e81c089384fa77f790709f0dfbc766',
    '0be7c1f5aad87d7e4486626732 98a443478b859745179eaf564c79c0ef6eee25',
    'c74950607a12327f3204d94b6825bfb068b7f8319a9e3708ed3d43ce8130c950',
  ],
]

/** Points of order 1, 2, 4 and 8, and their like above the prime (RFC 7748 §6.1). */
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

describe('group 31', () => {
  it.each(vectors)('agrees with %s, from both sides', (_, privateI, privateR, publicI, publicR, shared) => {
    const initiator = dhKeyPair(31, () => fromHex(privateI))
    const responder = dhKeyPair(31, () => fromHex(privateR))
    expect(hex(initiator.publicValue)).toBe(hex(fromHex(publicI)))
    expect(hex(responder.publicValue)).toBe(hex(fromHex(publicR)))
    expect(initiator.computeShared(responder.publicValue)).toEqual({ ok: true, value: fromHex(shared) })
    expect(responder.computeShared(initiator.publicValue)).toEqual({ ok: true, value: fromHex(shared) })
  })

  const pair = dhKeyPair(31, (length) => new Uint8Array(length).fill(9))

  it.each(smallOrder)('rejects %s, which gives zero to everybody (RFC 8031 §2.3, attacks K1)', (value) => {
    const result = pair.computeShared(fromHex(value))
    expect(result).toMatchObject({ ok: false, reject: { code: 'dh-public-wrong-order' } })
  })

  it.each([0, 31, 33, 64])('rejects a value of %i octets', (length) => {
    const result = pair.computeShared(new Uint8Array(length).fill(9))
    expect(result).toMatchObject({ ok: false, reject: { code: 'dh-public-length' } })
  })

  it('agrees from both sides on secrets of 32 octets, whatever the random octets', () => {
    const random = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(random, random, (first, second) => {
        const [a, b] = [dhKeyPair(31, () => first), dhKeyPair(31, () => second)]
        const shared = a.computeShared(b.publicValue)
        expect(shared).toEqual(b.computeShared(a.publicValue))
        expect(shared.ok && shared.value.length).toBe(dhGroups[31].sharedLength)
        expect(dhKeyPair(31, () => first).publicValue).toEqual(a.publicValue)
      }),
      { seed: 8_031, numRuns: 50 },
    )
  })

  it('ignores the top bit of a public value, as RFC 7748 §5 asks', () => {
    const peer = dhKeyPair(31, (length) => new Uint8Array(length).fill(4)).publicValue
    const marked = peer.map((octet, index) => (index === 31 ? octet | 0x80 : octet))
    expect(pair.computeShared(marked)).toEqual(pair.computeShared(peer))
  })
})
