import { describe, expect, it } from 'vitest'
import { concat } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { hmac } from './hash.ts'
import { deriveIkeV2Keys, type IkeV2KeyInput, ikeV2Keymat, ikeV2Skeyseed, ikeV2SkeyseedRekey } from './ikev2-keys.ts'
import { prf, prfPlus } from './ikev2-prf.ts'
import { ikeV2CipherInfo, ikeV2IntegrityInfo } from './ikev2-protection.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const sequence = (start: number, length: number): Uint8Array => new Uint8Array(length).map((_, i) => start + 7 * i)

const ni = sequence(1, 32)
const nr = sequence(2, 24)
const spiI = sequence(3, 8)
const spiR = sequence(4, 8)
const shared = sequence(5, 32)
const skD = sequence(6, 32)
const seed = concat(ni, nr, spiI, spiR)

describe('the keys of an IKE SA', () => {
  const input: IkeV2KeyInput = {
    ...{ prf: 'sha256', skeyseed: sequence(9, 32), ni, nr, spiI, spiR },
    ...{ cipher: 'aes-cbc-256', integrity: 'sha1' },
  }

  it('are SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi and SK_pr, one after the other (RFC 7296 §2.14)', () => {
    const keys = deriveIkeV2Keys(input)
    const { skAi, skAr, skEi, skEr, skPi, skPr } = keys
    expect([keys.skD, skAi, skAr, skEi, skEr, skPi, skPr].map(({ length }) => length)).toEqual([
      32, 20, 20, 32, 32, 32, 32,
    ])
    const material = prfPlus('sha256', input.skeyseed, seed, 200)
    expect(hex(concat(keys.skD, skAi, skAr, skEi, skEr, skPi, skPr))).toBe(hex(material))
  })

  it('of an AEAD cipher have no integrity keys, and the salt at the end of the encryption keys (RFC 5282 §7.1)', () => {
    const keys = deriveIkeV2Keys({ ...input, cipher: 'aes-gcm-128', integrity: null })
    expect([keys.skAi, keys.skAr]).toEqual([new Uint8Array(0), new Uint8Array(0)])
    expect([keys.skEi, keys.skEr].map(({ length }) => length)).toEqual([20, 20])
    const material = prfPlus('sha256', input.skeyseed, seed, 136)
    expect(hex(keys.skEi)).toBe(hex(material.subarray(32, 52)))
  })

  it('of a PRF with a fixed key take the whole nonces: only SKEYSEED takes half of them', () => {
    const keys = deriveIkeV2Keys({ ...input, prf: 'aes-xcbc', skeyseed: sequence(9, 16) })
    expect([keys.skD, keys.skPi, keys.skPr].map(({ length }) => length)).toEqual([16, 16, 16])
    expect(hex(keys.skD)).toBe(hex(prfPlus('aes-xcbc', sequence(9, 16), seed, 16)))
  })

  it('differ in every part of the seed', () => {
    const changed = [{ ni: nr }, { nr: ni }, { spiI: spiR }, { spiR: spiI }, { skeyseed: sequence(10, 32) }]
    const all = [{}, ...changed].map((change) => hex(deriveIkeV2Keys({ ...input, ...change }).skD))
    expect(new Set(all).size).toBe(6)
  })

  it.each([
    ['des', 8],
    ['3des', 24],
    ['aes-cbc-128', 16],
    ['aes-cbc-192', 24],
    ['aes-cbc-256', 32],
    ['aes-gcm-128', 20],
    ['aes-gcm-192', 28],
    ['aes-gcm-256', 36],
    ['aes-ccm-128', 19],
    ['aes-ccm-192', 27],
    ['aes-ccm-256', 35],
    ['aes-ccm-8-128', 19],
    ['aes-ccm-8-192', 27],
    ['aes-ccm-8-256', 35],
    ['chacha20-poly1305', 36],
  ] as const)('%s takes %i octets, salt included', (cipher, length) => {
    expect(ikeV2CipherInfo(cipher).keyLength).toBe(length)
  })

  it.each([
    ['md5', 16, 12],
    ['sha1', 20, 12],
    ['sha256', 32, 16],
    ['sha384', 48, 24],
    ['sha512', 64, 32],
    ['aes-xcbc', 16, 12],
    ['aes-cmac', 16, 12],
  ] as const)('%s takes %i octets and gives an ICV of %i', (name, keyLength, icvLength) => {
    expect(ikeV2IntegrityInfo(name)).toMatchObject({ keyLength, icvLength })
  })
})

describe('SKEYSEED', () => {
  it('is the PRF of the shared secret under both nonces', () => {
    expect(hex(ikeV2Skeyseed('sha1', ni, nr, shared))).toBe(hex(hmac('sha1', concat(ni, nr), shared)))
  })

  it.each(['aes-xcbc', 'aes-cmac'] as const)(
    'with %s takes the first 64 bits of each nonce (RFC 7296 §2.14, attacks K5)',
    (name) => {
      const key = concat(ni.subarray(0, 8), nr.subarray(0, 8))
      expect(hex(ikeV2Skeyseed(name, ni, nr, shared))).toBe(hex(prf(name, key, shared)))
    },
  )

  it('of an SA that renews another is made with the SK_d of the old one (RFC 7296 §2.18)', () => {
    expect(hex(ikeV2SkeyseedRekey('sha256', skD, shared, ni, nr))).toBe(
      hex(hmac('sha256', skD, concat(shared, ni, nr))),
    )
    const fixed = skD.subarray(0, 16)
    expect(hex(ikeV2SkeyseedRekey('aes-cmac', fixed, shared, ni, nr))).toBe(
      hex(prf('aes-cmac', fixed, concat(shared, ni, nr))),
    )
  })
})

describe('KEYMAT of a child SA', () => {
  it('is made of SK_d and the nonces, in front of them g^ir where there is PFS (RFC 7296 §2.17)', () => {
    const common = { prf: 'sha256', skD, ni, nr, length: 72 } as const
    expect(hex(ikeV2Keymat({ ...common, shared: null }))).toBe(hex(prfPlus('sha256', skD, concat(ni, nr), 72)))
    expect(hex(ikeV2Keymat({ ...common, shared }))).toBe(hex(prfPlus('sha256', skD, concat(shared, ni, nr), 72)))
  })

  it('of a PRF with a fixed key takes the whole nonces', () => {
    const key = fromHex('000102030405060708090a0b0c0d0e0f')
    const t1 = prf('aes-xcbc', key, concat(ni, nr, Uint8Array.of(1)))
    const t2 = prf('aes-xcbc', key, concat(t1, ni, nr, Uint8Array.of(2)))
    const made = ikeV2Keymat({ prf: 'aes-xcbc', skD: key, ni, nr, shared: null, length: 32 })
    expect(hex(made)).toBe(hex(concat(t1, t2)))
  })
})
