import { describe, expect, it } from 'vitest'
import { gcmOpen, gcmSeal } from './aes-gcm.ts'
import { fromHex } from './bytes.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Test cases 4, 10 and 16 of the submission of GCM to NIST (McGrew, Viega), which differ in the length of the key. */
const longKey = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'
const nonce = fromHex('cafebabefacedbaddecaf888')
const associated = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
const clear = fromHex(
  `d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
   1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39`,
)
const vectors = [
  [
    128,
    `42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
     21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091`,
    '5bc94fbc3221a5db94fae95ae7121a47',
  ],
  [
    192,
    `3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c
     7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710`,
    '2519498e80f1478f37ba55bd6d27618c',
  ],
  [
    256,
    `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
     8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662`,
    '76fc6ece0f4e1768cddf8853bb2d551b',
  ],
] as const

describe('AES-GCM', () => {
  it.each(vectors)(
    'with a key of %i bits makes the published ciphertext and tag, and opens them',
    (bits, body, tag) => {
      const key = fromHex(longKey.slice(0, bits / 4))
      const sealed = gcmSeal(key, nonce, associated, clear)
      expect(hex(sealed)).toBe(hex(fromHex(body + tag)))
      expect(gcmOpen(key, nonce, associated, sealed)).toEqual({ ok: true, value: clear })
    },
  )

  const key = fromHex(longKey)
  const sealed = gcmSeal(key, nonce, associated, clear)

  it('opens nothing of which any one bit was flipped', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet))
      expect(gcmOpen(key, nonce, associated, changed)).toMatchObject({ ok: false, reject: { code: 'tag-invalid' } })
    }
  })

  it('opens nothing that was cut, nor under other associated data', () => {
    for (let length = 0; length < sealed.length; length += 1)
      expect(gcmOpen(key, nonce, associated, sealed.subarray(0, length)).ok).toBe(false)
    expect(gcmOpen(key, nonce, associated.subarray(1), sealed).ok).toBe(false)
  })

  it('authenticates where there is nothing to encrypt', () => {
    const tag = gcmSeal(key, nonce, associated, new Uint8Array(0))
    expect(tag).toHaveLength(16)
    expect(gcmOpen(key, nonce, associated, tag)).toEqual({ ok: true, value: new Uint8Array(0) })
  })

  it('takes keys and nonces of its own lengths only', () => {
    expect(() => gcmSeal(key.subarray(1), nonce, associated, clear)).toThrow(RangeError)
    expect(() => gcmSeal(key, nonce.subarray(1), associated, clear)).toThrow(RangeError)
    expect(() => gcmOpen(key, nonce.subarray(1), associated, sealed)).toThrow(RangeError)
  })
})
