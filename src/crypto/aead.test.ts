import { describe, expect, it } from 'vitest'
import { aeadOpen, aeadSeal } from './aead.ts'
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
      const sealed = aeadSeal('aes-gcm', key, nonce, associated, clear)
      expect(hex(sealed)).toBe(hex(fromHex(body + tag)))
      expect(aeadOpen('aes-gcm', key, nonce, associated, sealed)).toEqual({ ok: true, value: clear })
    },
  )

  const key = fromHex(longKey)
  const sealed = aeadSeal('aes-gcm', key, nonce, associated, clear)

  it('opens nothing of which any one bit was flipped', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet))
      expect(aeadOpen('aes-gcm', key, nonce, associated, changed)).toMatchObject({
        ok: false,
        reject: { code: 'tag-invalid' },
      })
    }
  })

  it('opens nothing that was cut, nor under other associated data', () => {
    for (let length = 0; length < sealed.length; length += 1)
      expect(aeadOpen('aes-gcm', key, nonce, associated, sealed.subarray(0, length)).ok).toBe(false)
    expect(aeadOpen('aes-gcm', key, nonce, associated.subarray(1), sealed).ok).toBe(false)
  })

  it('authenticates where there is nothing to encrypt', () => {
    const tag = aeadSeal('aes-gcm', key, nonce, associated, new Uint8Array(0))
    expect(tag).toHaveLength(16)
    expect(aeadOpen('aes-gcm', key, nonce, associated, tag)).toEqual({ ok: true, value: new Uint8Array(0) })
  })

  it('takes keys and nonces of its own lengths only', () => {
    expect(() => aeadSeal('aes-gcm', key.subarray(1), nonce, associated, clear)).toThrow(RangeError)
    expect(() => aeadSeal('aes-gcm', key, nonce.subarray(1), associated, clear)).toThrow(RangeError)
    expect(() => aeadOpen('aes-gcm', key, nonce.subarray(1), associated, sealed)).toThrow(RangeError)
  })
})

describe('ChaCha20-Poly1305', () => {
  it('makes the ciphertext and tag of RFC 8439 §2.8.2, and opens them', () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index)
    const iv = fromHex('070000004041424344454647')
    const header = fromHex('50515253c0c1c2c3c4c5c6c7')
    const text = new TextEncoder().encode(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    )
    const sealed = aeadSeal('chacha20-poly1305', key, iv, header, text)
    expect(hex(sealed)).toBe(
      hex(
        fromHex(`d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
          1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
          3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691`),
      ),
    )
    expect(aeadOpen('chacha20-poly1305', key, iv, header, sealed)).toEqual({ ok: true, value: text })
  })
})

describe('every cipher that authenticates', () => {
  it.each([
    ['aes-gcm', 16, 12],
    ['aes-ccm', 24, 11],
    ['chacha20-poly1305', 32, 12],
  ] as const)('%s refuses a wrong tag, and keys and nonces of other lengths', (name, keyLength, nonceLength) => {
    const key = new Uint8Array(keyLength).fill(7)
    const iv = new Uint8Array(nonceLength).fill(9)
    const sealed = aeadSeal(name, key, iv, associated, clear)
    expect(aeadOpen(name, key, iv, associated, sealed)).toEqual({ ok: true, value: clear })
    const changed = sealed.map((octet, index) => (index === sealed.length - 1 ? octet ^ 1 : octet))
    expect(aeadOpen(name, key, iv, associated, changed)).toMatchObject({ ok: false, reject: { code: 'tag-invalid' } })
    expect(() => aeadSeal(name, key.subarray(1), iv, associated, clear)).toThrow(RangeError)
    expect(() => aeadSeal(name, key, iv.subarray(1), associated, clear)).toThrow(RangeError)
  })
})
