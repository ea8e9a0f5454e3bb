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

/**
 * Key, nonce, associated data, data, and ciphertext with tag. RFC 3610 and SP 800-38C have none with a nonce of 11
 * octets; these are of NIST's CAVS, as the Linux kernel and strongSwan carry them.
 */
const ccmVectors: readonly (readonly [string, string, string, string, string])[] = [
  [
    '83ac5466c2ebe5052e01d1fc5d82662e',
    '96ac593007a1e2a2c75524',
    '',
    '19c881f6e986ff930b7867e5bbb7fc6e 8377b3a60c8c9f9c352eade062f991a1',
    'ab6fe1691d1999a892a0c46f7ee28bb1 70bb8ca64c6e978a572bbe5d98a6b132 da24ead9a13998fda4bed9f21a6d22a8',
  ],
  [
    '1e2c7e01419aefc00d58966e5ca24bd3',
    '4fa319d3015ad830601556',
    'dae6289c452dfd635eda4cb6e6fcf9b7 0c56cbe4e0057ae10a630978bc2c55de',
    '87a336fd96b39378a92863ba12a31485 571e06c97b21ef767f387e8e29a43e7e',
    '8a1e11f0026be219fc70c46d8eb799ab c54ba2acd3f348ff3bb5ce53efdebb02 a986156c13feda0a22b8293dd8399a23',
  ],
  [
    'f46bc27562feb4e1a3f0ffdd4e4b1275 531473668d88f680',
    'a0203526f2218d5020dae2',
    '5b9e1367025eefc16cf9d71e528f7a47 e9d4cf20146ef02dd89e2b56102356e7',
    '',
    '36ea7a7008dc6abcad0c7a63f661fd9b',
  ],
  [
    'abd0e9330726e5838c7695d4b6dcf346 f98fade3021383773fb0f1a1a1220f2b',
    '24a78b07cbcc0ee633bff5',
    'd4db301d03fefd5f87d48cb6b6f17a5d ab90658d8eca4d4f160c40904bc73673',
    'f5c67d48c1b7e692975acac4a96df93d 6cdebcf190ea6ab2358636af5cfe4b3a',
    '836f408772cfc113efbb8021046c5809 071bfcdfc03f5bc7e079a86e717c3fcf 5cdab233e513e20d74d1efb50f3ab5f8',
  ],
]

describe('AES-CCM with a tag of 8 octets', () => {
  it('makes the published ciphertext and tag, and opens them', () => {
    const key = fromHex('e08d997160d7971abd0199d58adf713a d3df244b5e3d4b4e307ab9d8530a5e2b')
    const iv = fromHex('1e2991ad8ec1530acf2dbe')
    const header = fromHex('19b61f57c4f3f08b782b9402290f4227 6b75cb9834087e79e43e490d848b2287')
    const data = fromHex('e1d9d813eb3a753f9dbd5f66bedcbb66 bf1799624a39271f1ddc24ae192f984c')
    const sealed = aeadSeal('aes-ccm-8', key, iv, header, data)
    expect(hex(sealed)).toBe(
      hex(fromHex('19b86133452b43966f51d020307d9bc6 263df8c96516a89ff0621734f21e8d75 4e13ccc0c32a542d')),
    )
    expect(aeadOpen('aes-ccm-8', key, iv, header, sealed)).toEqual({ ok: true, value: data })
    expect(aeadOpen('aes-ccm', key, iv, header, sealed).ok).toBe(false)
  })
})

describe('AES-CCM', () => {
  it.each(ccmVectors)('with key %s makes the published ciphertext and tag, and opens them', (key, ...rest) => {
    const [iv, header, data, expected] = rest.map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const sealed = aeadSeal('aes-ccm', fromHex(key), iv, header, data)
    expect(hex(sealed)).toBe(hex(expected))
    expect(aeadOpen('aes-ccm', fromHex(key), iv, header, sealed)).toEqual({ ok: true, value: data })
  })
})

describe('every cipher that authenticates', () => {
  it.each([
    ['aes-gcm', 16, 12],
    ['aes-ccm', 24, 11],
    ['aes-ccm-8', 16, 11],
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
