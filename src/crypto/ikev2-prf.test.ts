import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { hmac } from './hash.ts'
import { type PrfName, prf, prfInfo, prfPlus } from './ikev2-prf.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const counting = '000102030405060708090a0b0c0d0e0f'
const twenty = `${counting}10111213`
const longKey = `${counting}edcb`
const cmacKey = '2b7e151628aed2a6abf7158809cf4f3c'
const cmacText = `6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`
const cut = (octets: number): string => hex(fromHex(cmacText).subarray(0, octets))

const vectors: readonly (readonly [string, PrfName, key: string, data: string, output: string])[] = [
  ['RFC 3566 case 1', 'aes-xcbc', counting, '', '75f0251d528ac01c4573dfd584d79f29'],
  ['RFC 3566 case 2', 'aes-xcbc', counting, '000102', '5b376580ae2f19afe7219ceef172756f'],
  ['RFC 3566 case 3', 'aes-xcbc', counting, counting, 'd2a246fa349b68a79998a4394ff7a263'],
  ['RFC 3566 case 4', 'aes-xcbc', counting, twenty, '47f51b4564966215b8985c63055ed308'],
  ['RFC 3566 case 5', 'aes-xcbc', counting, `${twenty}1415161718191a1b1c1d1e1f`, 'f54f0ec8d2b9f3d36807734bd5283fd4'],
  ['RFC 4434, key of 16 octets', 'aes-xcbc', counting, twenty, '47f51b4564966215b8985c63055ed308'],
  ['RFC 4434, key of 10 octets', 'aes-xcbc', counting.slice(0, 20), twenty, '0fa087af7d866e7653434e602fdde835'],
  ['RFC 4434, key of 18 octets', 'aes-xcbc', longKey, twenty, '8cd3c93ae598a9803006ffb67c40e9e4'],
  ['RFC 4493 example 1', 'aes-cmac', cmacKey, '', 'bb1d6929e95937287fa37d129b756746'],
  ['RFC 4493 example 2', 'aes-cmac', cmacKey, cut(16), '070a16b46b4d4144f79bdd9dd04a287c'],
  ['RFC 4493 example 3', 'aes-cmac', cmacKey, cut(40), 'dfa66747de9ae63030ca32611497c827'],
  ['RFC 4493 example 4', 'aes-cmac', cmacKey, cut(64), '51f0bebf7e3b9d92fc49741779363cfe'],
  ['RFC 4615, key of 18 octets', 'aes-cmac', longKey, twenty, '84a348a4a45d235babfffc0d2b4da09a'],
  ['RFC 4615, key of 16 octets', 'aes-cmac', counting, twenty, '980ae87b5f4c9c5214f5b6a8455e4c2d'],
  ['RFC 4615, key of 10 octets', 'aes-cmac', counting.slice(0, 20), twenty, '290d9e112edb09ee141fcf64c0b72f3d'],
  ['RFC 2202 case 1', 'md5', '0b'.repeat(16), hex(Buffer.from('Hi There')), '9294727a3638bb1c13f48ef8158bfc9d'],
  [
    'RFC 2202 case 1',
    'sha1',
    '0b'.repeat(20),
    hex(Buffer.from('Hi There')),
    'b617318655057264e28bc0b6fb378c8ef146be00',
  ],
]

const names = ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'aes-xcbc', 'aes-cmac'] as const

describe('the pseudo-random function', () => {
  it.each(vectors)('%s: %s', (_, name, key, data, output) => {
    expect(hex(prf(name, fromHex(key), fromHex(data)))).toBe(output)
  })

  it.each(names)('%s of parts is that of the whole, as long as it says', (name) => {
    const key = new Uint8Array(prfInfo(name).keyLength).fill(3)
    const data = Uint8Array.from({ length: 100 }, (_, index) => index)
    const whole = prf(name, key, data)
    expect(whole).toHaveLength(prfInfo(name).outputLength)
    expect(prf(name, key, data.subarray(0, 17), data.subarray(17, 17), data.subarray(17))).toEqual(whole)
  })

  it('takes a key of 16 octets and gives as many where it is AES, and else the length of the hash', () => {
    expect(names.map((name) => prfInfo(name).keyLength)).toEqual([16, 20, 32, 48, 64, 16, 16])
    expect(names.filter((name) => prfInfo(name).fixedKey)).toEqual(['aes-xcbc', 'aes-cmac'])
  })
})

describe('prf+', () => {
  const key = fromHex('0b'.repeat(20))

  it('is T1 | T2 | …, each made of the one before, the seed and a counter (RFC 7296 §2.13)', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 80 }), fc.nat(300), (name, seed, length) => {
        const blocks: Uint8Array[] = []
        let last: Uint8Array = new Uint8Array(0)
        for (let counter = 1; Buffer.concat(blocks).length < length; counter += 1) {
          last = prf(name, key, Buffer.concat([last, seed, Buffer.of(counter)]))
          blocks.push(last)
        }
        expect(hex(prfPlus(name, key, seed, length))).toBe(hex(Buffer.concat(blocks).subarray(0, length)))
      }),
      { seed: 7_296, numRuns: 200 },
    )
  })

  it('begins with the PRF of the seed and 01', () => {
    const seed = fromHex('4869205468657265')
    expect(prfPlus('sha256', key, seed, 32)).toEqual(hmac('sha256', key, seed, Uint8Array.of(1)))
  })

  it('ends at 255 blocks, the last counter of one octet', () => {
    expect(prfPlus('md5', key, key, 255 * 16)).toHaveLength(255 * 16)
    expect(() => prfPlus('md5', key, key, 255 * 16 + 1)).toThrow(RangeError)
  })

  it('gives nothing where nothing is asked', () => {
    expect(prfPlus('sha1', key, key, 0)).toEqual(new Uint8Array(0))
  })
})
