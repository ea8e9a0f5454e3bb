import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { type CipherName, cbcDecrypt, cbcEncrypt, cipherInfo } from './cipher.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const names: readonly CipherName[] = ['des', '3des', 'aes128', 'aes192', 'aes256']

/** FIPS 81 (DES), NIST SP 800-38A F.2 (AES), RFC 3602 §4 (the first AES-128); 3DES by another implementation. */
const vectors: readonly {
  readonly source: string
  readonly name: CipherName
  readonly key: string
  readonly iv: string
  readonly clear: string
  readonly cipher: string
}[] = [
  {
    source: 'FIPS 81',
    name: 'des',
    key: '0123456789abcdef',
    iv: '1234567890abcdef',
    clear: Buffer.from('Now is the time for all ').toString('hex'),
    cipher: 'e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6',
  },
  {
    source: 'python cryptography',
    name: '3des',
    key: '0123456789abcdef23456789abcdef01456789abcdef0123',
    iv: 'f69f2445df4f9b17',
    clear: '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
    cipher: '2079c3d53aa763e193b79e2569ab5262516570481f25b50f73c0bda85c8e0da7',
  },
  {
    source: 'RFC 3602 case 1',
    name: 'aes128',
    key: '06a9214036b8a15b512e03d534120006',
    iv: '3dafba429d9eb430b422da802c9fac41',
    clear: Buffer.from('Single block msg').toString('hex'),
    cipher: 'e353779c1079aeb82708942dbe77181a',
  },
  {
    source: 'RFC 3602 case 2',
    name: 'aes128',
    key: 'c286696d887c9aa0611bbb3e2025a45a',
    iv: '562e17996d093d28ddb3ba695a2e6f58',
    clear: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    cipher: 'd296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1',
  },
  {
    source: 'SP 800-38A F.2.3',
    name: 'aes192',
    key: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    iv: '000102030405060708090a0b0c0d0e0f',
    clear: '6bc1bee22e409f96e93d7e117393172a',
    cipher: '4f021db243bc633d7178183a9fa071e8',
  },
  {
    source: 'SP 800-38A F.2.5',
    name: 'aes256',
    key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    iv: '000102030405060708090a0b0c0d0e0f',
    clear: '6bc1bee22e409f96e93d7e117393172a',
    cipher: 'f58c4c04d6e5f1ba779eabfb5f7bfbd6',
  },
]

describe('CBC', () => {
  it.each(vectors)('$name agrees with $source, both ways', ({ name, key, iv, clear, cipher }) => {
    expect(hex(cbcEncrypt(name, fromHex(key), fromHex(iv), fromHex(clear)))).toBe(cipher)
    const opened = cbcDecrypt(name, fromHex(key), fromHex(iv), fromHex(cipher))
    expect(opened.ok && hex(opened.value)).toBe(clear)
  })

  it('decrypts what it encrypted, adds no padding, and does not write to its inputs', () => {
    const cases = fc.constantFrom(...names).chain((name) => {
      const { keyLength, blockLength } = cipherInfo(name)
      const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
        fc.uint8Array({ minLength: length, maxLength: length })
      return fc.tuple(
        fc.constant(name),
        bytes(keyLength),
        bytes(blockLength),
        fc.integer({ min: 1, max: 12 }).chain((blocks) => bytes(blocks * blockLength)),
      )
    })
    fc.assert(
      fc.property(cases, ([name, key, iv, data]) => {
        const before = hex(data)
        const encrypted = cbcEncrypt(name, key, iv, data)
        expect(encrypted).toHaveLength(data.length)
        expect(cbcDecrypt(name, key, iv, encrypted)).toEqual({ ok: true, value: data })
        expect(hex(data)).toBe(before)
      }),
      { seed: 3602 },
    )
  })

  it.each(names)('%s chains: two messages under the last block of the first are one message (RFC 2409 B)', (name) => {
    const { keyLength, blockLength } = cipherInfo(name)
    const key = new Uint8Array(keyLength).map((_, i) => 17 * i + 3)
    const iv = new Uint8Array(blockLength).fill(9)
    const data = new Uint8Array(4 * blockLength).map((_, i) => i)
    const whole = cbcEncrypt(name, key, iv, data)
    const first = cbcEncrypt(name, key, iv, data.subarray(0, 2 * blockLength))
    const second = cbcEncrypt(name, key, first.slice(-blockLength), data.subarray(2 * blockLength))
    expect(Buffer.concat([first, second])).toEqual(Buffer.from(whole))
  })

  it.each(names)('%s rejects data from the peer that is empty or not whole blocks', (name) => {
    const { keyLength, blockLength } = cipherInfo(name)
    for (const length of [0, 1, blockLength - 1, blockLength + 1]) {
      const opened = cbcDecrypt(name, new Uint8Array(keyLength), new Uint8Array(blockLength), new Uint8Array(length))
      expect(opened).toMatchObject({ ok: false, reject: { code: 'not-whole-blocks' } })
    }
  })

  it.each(names)('%s throws where we are wrong: key, IV or data of a wrong length', (name) => {
    const { keyLength, blockLength } = cipherInfo(name)
    const [key, iv, data] = [new Uint8Array(keyLength), new Uint8Array(blockLength), new Uint8Array(blockLength)]
    expect(() => cbcEncrypt(name, key.subarray(1), iv, data)).toThrow(RangeError)
    expect(() => cbcEncrypt(name, key, iv.subarray(1), data)).toThrow(RangeError)
    expect(() => cbcEncrypt(name, key, iv, data.subarray(1))).toThrow(RangeError)
    expect(() => cbcDecrypt(name, key.subarray(1), iv, data)).toThrow(RangeError)
  })
})
