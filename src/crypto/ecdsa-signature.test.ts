import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { curves, type EcCurve } from './curves.ts'
import { signDeterministically } from './ecdsa-deterministic.ts'
import { ecdsaSign, ecdsaVerify, ikeV1SignatureHash } from './ecdsa-signature.ts'
import { type HashName, hash } from './hash.ts'
import { fromBigInt, toBigInt } from './integers.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** RFC 6979 A.2.5 to A.2.7. */
const deterministic: readonly (readonly [EcCurve, HashName, message: string, scalar: string, signature: string])[] = [
  [
    'P-256',
    'sha256',
    'sample',
    'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716 f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'P-256',
    'sha512',
    'sample',
    'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    '8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00 2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe',
  ],
  [
    'P-384',
    'sha384',
    'sample',
    '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
    `94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46
     99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8`,
  ],
  [
    'P-384',
    'sha384',
    'test',
    '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
    `8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db
     ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e06a739f040649a667bf3b828246baa5a5`,
  ],
  [
    'P-521',
    'sha512',
    'sample',
    `00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc
     1466f6d8fbec67db89ec0c08b0e996b83538`,
    `00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa
     00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a`,
  ],
  [
    'P-521',
    'sha512',
    'test',
    `00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc
     1466f6d8fbec67db89ec0c08b0e996b83538`,
    `013e99020abf5cee7525d16b69b229652ab6bdf2affcaef38773b4b7d08725f10cdb93482fdcc54edcee91eca4166b2a7c6265ef0ce2bd7051b7cef945babd47ee6d
     01fbd0013c674aa79cb39849527916ce301c66ea7ce8b80682786ad60f98f7e78a19ca69eff5c57400e3b3a0ad66ce0978214d13baf4e9ac60752f7b155e2de4dce3`,
  ],
]

/** RFC 4754 §8, over "abc": the public point and the signature. */
const ike: readonly (readonly [EcCurve, HashName, x: string, y: string, signature: string])[] = [
  [
    'P-256',
    'sha256',
    '2442a5cc0ecd015fa3ca31dc8e2bbc70bf42d60cbca20085e0822cb04235e970',
    '6fc98bd7e50211a4a27102fa3549df79ebcb4bf246b80945cddfe7d509bbfd7d',
    'cb28e0999b9c7715fd0a80d8e47a77079716cbbf917dd72e97566ea1c066957c 86fa3bb4e26cad5bf90b7f81899256ce7594bb1ea0c89212748bff3b3d5b0315',
  ],
  [
    'P-384',
    'sha384',
    '96281bf8dd5e0525ca049c048d345d3082968d10fedf5c5aca0c64e6465a97ea5ce10c9dfec21797415710721f437922',
    '447688ba94708eb6e2e4d59f6ab6d7edff9301d249fe49c33096655f5d502fad3d383b91c5e7edaa2b714cc99d5743ca',
    `fb017b914e29149432d8bac29a514640b46f53ddab2c69948084e2930f1c8f7e08e07c9c63f2d21a07dcb56a6af56eb3
     b263a1305e057f984d38726a1b46874109f417bca112674c528262a40a629af1cbb9f516ce0fa7d2ff630863a00e8b9f`,
  ],
  [
    'P-521',
    'sha512',
    '0151518f1af0f563517edd5485190df95a4bf57b5cba4cf2a9a3f6474725a35f7afe0a6ddeb8bedbcd6a197e592d40188901cecd650699c9b5e456aea5add19052a8',
    '006f3b142ea1bfff7e2837ad44c9e4ff6d2d34c73184bbad90026dd5e6e85317d9df45cad7803c6c20035b2f3ff63aff4e1ba64d1c077577da3f4286c58f0aeae643',
    `0154fd3836af92d0dca57dd5341d3053988534fde8318fc6aaaab68e2e6f4339b19f2f281a7e0b22c269d93cf8794a9278880ed7dbb8d9362caeacee544320552251
     017705a7030290d1ceb605a9a1bb03ff9cdd521e87a696ec926c8c10c8362df4975367101f67d1cf9bccbf2f3d239534fa509e70aac851ae01aac68d62f866472660`,
  ],
]

const publicKeyOf = (crv: EcCurve, x: string, y: string): KeyObject => {
  const base64url = (value: string): string => Buffer.from(value, 'hex').toString('base64url')
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv, x: base64url(x), y: base64url(y) } })
}

const allCurves = [
  { curve: 'P-256', hashName: 'sha256', reference: p256 },
  { curve: 'P-384', hashName: 'sha384', reference: p384 },
  { curve: 'P-521', hashName: 'sha512', reference: p521 },
] as const

describe('published vectors', () => {
  it.each(deterministic)('RFC 6979: %s, %s, "%s"', (curve, hashName, message, scalar, signature) => {
    const digest = hash(hashName, ascii(message))
    expect(hex(signDeterministically(curve, fromHex(scalar), hashName, digest))).toBe(hex(fromHex(signature)))
  })

  it.each(ike)('RFC 4754: %s, %s', (curve, hashName, x, y, signature) => {
    const key = publicKeyOf(curve, x, y)
    expect(ecdsaVerify(key, hashName, ascii('abc'), fromHex(signature))).toBe(true)
    expect(ecdsaVerify(key, hashName, ascii('abd'), fromHex(signature))).toBe(false)
    expect(ikeV1SignatureHash(key)).toBe(hashName)
  })
})

describe.each(allCurves)('$curve', ({ curve, hashName, reference }) => {
  const key = labEcKey(curve, 0)
  const publicKey = createPublicKey(key)
  const data = hash('sha1', Uint8Array.of(1))
  const { length } = curves[curve]
  const order = toBigInt(curves[curve].order)

  it('what it signs verifies, with either nonce', () => {
    for (const nonce of ['deterministic', 'random'] as const) {
      const signature = ecdsaSign(key, hashName, data, { nonce })
      expect(signature).toHaveLength(2 * length)
      expect(ecdsaVerify(publicKey, hashName, data, signature)).toBe(true)
      expect(ecdsaVerify(publicKey, hashName, hash('sha1'), signature)).toBe(false)
      expect(ecdsaVerify(createPublicKey(labEcKey(curve, 1)), hashName, data, signature)).toBe(false)
    }
  })

  it('the deterministic nonce repeats the signature, the random one does not', () => {
    const sign = (nonce: 'deterministic' | 'random'): string => hex(ecdsaSign(key, hashName, data, { nonce }))
    expect(sign('deterministic')).toBe(sign('deterministic'))
    expect(sign('random')).not.toBe(sign('random'))
  })

  it('signs deterministically as another implementation of RFC 6979 does', () => {
    const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const theirs = reference.sign(message, scalar, { lowS: false, prehash: true }).toCompactRawBytes()
        expect(hex(ecdsaSign(key, hashName, message, { nonce: 'deterministic' }))).toBe(hex(theirs))
      }),
      { seed: 6979, numRuns: 8 },
    )
  })

  it('refuses r or s of 0, of the order and above, the empty signature, DER, and other lengths (attacks A4)', () => {
    const good = ecdsaSign(key, hashName, data, { nonce: 'deterministic' })
    const [r, s] = [good.subarray(0, length), good.subarray(length)]
    const limits = [0n, order, order + 1n, (1n << BigInt(8 * length)) - 1n].map((value) => fromBigInt(value, length))
    for (const limit of limits) {
      expect(ecdsaVerify(publicKey, hashName, data, Buffer.concat([limit, s]))).toBe(false)
      expect(ecdsaVerify(publicKey, hashName, data, Buffer.concat([r, limit]))).toBe(false)
      expect(ecdsaVerify(publicKey, hashName, data, Buffer.concat([limit, limit]))).toBe(false)
    }
    const der = Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1)
    for (const signature of [
      new Uint8Array(0),
      der,
      good.subarray(1),
      r,
      Uint8Array.of(0, ...good),
      Uint8Array.of(...good, 0),
    ])
      expect(ecdsaVerify(publicKey, hashName, data, signature)).toBe(false)
  })

  it('answers any signature with false, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 * length, maxLength: 2 * length }), (signature) => {
        expect(ecdsaVerify(publicKey, hashName, data, signature)).toBe(false)
      }),
      { seed: 4754, numRuns: 10 },
    )
  })
})

describe('keys of another kind', () => {
  const rsa = labRsaKey(1024, 0)
  const otherCurve = createPrivateKey({
    key: Buffer.from(
      '302e0201010420000000000000000000000000000000000000000000000000000000000000002aa00706052b8104000a',
      'hex',
    ),
    format: 'der',
    type: 'sec1',
  })

  it('do not verify', () => {
    for (const key of [createPublicKey(rsa), createPublicKey(otherCurve), labEcKey('P-256', 0)])
      expect(ecdsaVerify(key, 'sha256', ascii('abc'), new Uint8Array(64).fill(1))).toBe(false)
  })

  it('do not sign: that is for us to have checked', () => {
    for (const key of [rsa, otherCurve, createPublicKey(labEcKey('P-256', 0))])
      expect(() => ecdsaSign(key, 'sha256', ascii('abc'), { nonce: 'random' })).toThrow(TypeError)
  })

  it('have no signature method in IKEv1', () => {
    expect(ikeV1SignatureHash(rsa)).toBeUndefined()
    expect(ikeV1SignatureHash(otherCurve)).toBeUndefined()
  })
})
