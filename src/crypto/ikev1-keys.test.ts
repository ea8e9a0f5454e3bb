import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { type CipherName, cbcEncrypt, cipherInfo } from './cipher.ts'
import { type HashName, hash } from './hash.ts'
import { hashI, hashR, informationalHash, quickModeHash1, quickModeHash2, quickModeHash3 } from './ikev1-hashes.ts'
import { deriveIkeV1Keys, keymat, phase1Iv, phase2Iv, skeyidPreShared, skeyidSignature } from './ikev1-keys.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/*
 * RFC 2409 has no vectors. These were computed by a separate program, in Python with its hmac and hashlib, from the
 * sequences below: octet i of sequence `start` is start + 7 i modulo 256.
 */
const sequence = (start: number, length: number): Uint8Array => new Uint8Array(length).map((_, i) => start + 7 * i)

const ni = sequence(1, 16)
const nr = sequence(2, 20)
const gxy = sequence(3, 128)
const cookieI = sequence(4, 8)
const cookieR = sequence(5, 8)
const gxi = sequence(6, 128)
const gxr = sequence(7, 128)
const sai = sequence(8, 52)
const id = sequence(9, 12)
const afterHash = sequence(11, 60)
const messageId = 0xf1e2d3c4
const psk = new TextEncoder().encode('cisco123')

const schedules = [
  {
    prf: 'md5',
    cipher: 'des',
    method: 'signature',
    skeyid: '4cdc25ab7789d86a37da9c02030c2fc0',
    skeyidD: 'da75c681859934677dedeaa3ffd2c2ee',
    skeyidA: '772e64a88d06376b58743f1e1d1add62',
    skeyidE: '3e7f509064a8a2a00cd1c4a8f2916511',
    encryptionKey: '3e7f509064a8a2a0',
  },
  {
    prf: 'md5',
    cipher: '3des',
    method: 'signature',
    skeyid: '4cdc25ab7789d86a37da9c02030c2fc0',
    skeyidD: 'da75c681859934677dedeaa3ffd2c2ee',
    skeyidA: '772e64a88d06376b58743f1e1d1add62',
    skeyidE: '3e7f509064a8a2a00cd1c4a8f2916511',
    encryptionKey: '5091ec4badb7592d9e31deec2fb4789092f18d262509df1b',
  },
  {
    prf: 'sha1',
    cipher: '3des',
    method: 'signature',
    skeyid: '533a24e466a95c28d8b3953cb7da6b2f54e2154f',
    skeyidD: '3513ddc040c4c73c66a90ba74938d4c8dfac69b8',
    skeyidA: '6c1738e87ecfcc9db838d445b3847a0fafbf4896',
    skeyidE: 'eb0274b2eba2d3d0132a694c05a1d5a6bf159e33',
    encryptionKey: '2f03e07ad5a9bfa3ef69e1b625080472207bc627840700e9',
  },
  {
    prf: 'sha1',
    cipher: 'aes256',
    method: 'signature',
    skeyid: '533a24e466a95c28d8b3953cb7da6b2f54e2154f',
    skeyidD: '3513ddc040c4c73c66a90ba74938d4c8dfac69b8',
    skeyidA: '6c1738e87ecfcc9db838d445b3847a0fafbf4896',
    skeyidE: 'eb0274b2eba2d3d0132a694c05a1d5a6bf159e33',
    encryptionKey: '2f03e07ad5a9bfa3ef69e1b625080472207bc627840700e9fb826058c117642d',
  },
  {
    prf: 'md5',
    cipher: 'aes256',
    method: 'signature',
    skeyid: '4cdc25ab7789d86a37da9c02030c2fc0',
    skeyidD: 'da75c681859934677dedeaa3ffd2c2ee',
    skeyidA: '772e64a88d06376b58743f1e1d1add62',
    skeyidE: '3e7f509064a8a2a00cd1c4a8f2916511',
    encryptionKey: '5091ec4badb7592d9e31deec2fb4789092f18d262509df1bca8aee1d72bbdb24',
  },
  {
    prf: 'sha256',
    cipher: 'aes128',
    method: 'pre-shared',
    skeyid: '2ac8978445ed91d0453e5e61b722fc1e83936069c0b9e976ec381a59fa12daa3',
    skeyidD: '8a24801261f51b61ef43fa2110bca2e1851a03444eae3c27ad4abf23e24bccce',
    skeyidA: '0cb97d92e75dcfd582e410e89c542a8a8b92a373c227b98ddcb506fdcc6f42dc',
    skeyidE: '3eadee6d52e8409e7e758008aadfa54a4874ed685c9161e5a472c47f3443e7e3',
    encryptionKey: '3eadee6d52e8409e7e758008aadfa54a',
  },
] as const

describe('the keys of phase 1', () => {
  it.each(schedules)('$prf, $cipher, $method: as computed by another program', (vector) => {
    const { prf, cipher } = vector
    const skeyid = vector.method === 'signature' ? skeyidSignature(prf, ni, nr, gxy) : skeyidPreShared(prf, psk, ni, nr)
    const keys = deriveIkeV1Keys({ prf, skeyid, gxy, cookieI, cookieR, cipher })
    expect({
      prf,
      cipher,
      method: vector.method,
      skeyid: hex(keys.skeyid),
      skeyidD: hex(keys.skeyidD),
      skeyidA: hex(keys.skeyidA),
      skeyidE: hex(keys.skeyidE),
      encryptionKey: hex(keys.encryptionKey),
    }).toEqual(vector)
  })

  it('every hash goes with every cipher, and the key has its length (RFC 2409 appendix B)', () => {
    const hashes: readonly HashName[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']
    const ciphers: readonly CipherName[] = ['des', '3des', 'aes128', 'aes192', 'aes256']
    for (const prf of hashes)
      for (const cipher of ciphers) {
        const skeyid = skeyidSignature(prf, ni, nr, gxy)
        const { skeyidE, encryptionKey } = deriveIkeV1Keys({ prf, skeyid, gxy, cookieI, cookieR, cipher })
        expect(encryptionKey).toHaveLength(cipherInfo(cipher).keyLength)
        const fits = skeyidE.length >= encryptionKey.length
        expect(hex(skeyidE).startsWith(hex(encryptionKey))).toBe(fits)
      }
  })
})

describe('initialisation vectors', () => {
  it('phase 1 begins with the hash of both public values', () => {
    expect(hex(phase1Iv('sha1', gxi, gxr, 8))).toBe('af1a9dd68064c917')
    expect(hex(phase1Iv('sha1', gxi, gxr, 16))).toBe('af1a9dd68064c917d86bdd3627d784d5')
  })

  it('phase 2 begins with the hash of the last block of phase 1 and the message id', () => {
    expect(hex(phase2Iv('sha1', sequence(10, 8), messageId, 8))).toBe('c24851399ea9859a')
  })

  it('each message id has a chain of its own (attacks K6)', () => {
    const last = sequence(10, 16)
    const ids = [1, 2, 0x80000000, 0xffffffff, messageId]
    const ivs = new Set(ids.map((messageId) => hex(phase2Iv('sha256', last, messageId, 16))))
    expect(ivs.size).toBe(ids.length)
  })

  it('the same request under the same message id is the same octets, as a retransmission must be (attacks K6)', () => {
    const key = sequence(13, 16)
    const last = sequence(10, 16)
    const request = (): Uint8Array => cbcEncrypt('aes128', key, phase2Iv('sha1', last, messageId, 16), sequence(14, 64))
    expect(request()).toEqual(request())
  })
})

describe('authentication hashes', () => {
  const skeyid = skeyidSignature('sha1', ni, nr, gxy)
  const { skeyidA } = deriveIkeV1Keys({ prf: 'sha1', skeyid, gxy, cookieI, cookieR, cipher: '3des' })

  it('HASH_I and HASH_R: as computed by another program', () => {
    expect(hex(hashI('sha1', skeyid, gxi, gxr, cookieI, cookieR, sai, id))).toBe(
      '1eede487400b5b65ab479eb3dc157a2b2a100500',
    )
    expect(hex(hashR('sha1', skeyid, gxi, gxr, cookieI, cookieR, sai, id))).toBe(
      '19a32c9242a8c8957e18c67f5eb94f1c7f161264',
    )
  })

  it('HASH(1), (2), (3) of quick mode and that of an informational: as computed by another program', () => {
    expect(hex(quickModeHash1('sha1', skeyidA, messageId, afterHash))).toBe('b6cf56222e64634fe4e3c620ed56dc76d29dcbd7')
    expect(hex(quickModeHash2('sha1', skeyidA, messageId, ni, afterHash))).toBe(
      '46124b33d1a8feec263da85e50459ee41d5dbd17',
    )
    expect(hex(quickModeHash3('sha1', skeyidA, messageId, ni, nr))).toBe('13db0d3c16b858cccc649292f72b5aa244b24674')
    expect(hex(informationalHash('sha1', skeyidA, messageId, afterHash))).toBe(
      'b6cf56222e64634fe4e3c620ed56dc76d29dcbd7',
    )
  })
})

describe('KEYMAT', () => {
  const skeyid = skeyidSignature('sha1', ni, nr, gxy)
  const { skeyidD } = deriveIkeV1Keys({ prf: 'sha1', skeyid, gxy, cookieI, cookieR, cipher: '3des' })
  const input = { prf: 'sha1', skeyidD, protocolId: 3, spi: fromHex('8badf00d'), ni, nr, length: 44 } as const

  it('3DES and HMAC-SHA1, with PFS and without: as computed by another program', () => {
    expect(hex(keymat(input))).toBe(
      '0ec024262279a73cd56e3f2299cf39486d95c402ba58c1256fe46c2247ed5dd7f895560c493c8983c32be7e5',
    )
    expect(hex(keymat({ ...input, gxyPfs: sequence(12, 128) }))).toBe(
      '5f38a886ee79fae9bb4a8e31b4e871e8e24b8d53dd0ac54c9468e5e417ed3ee86babc94778c3012174414466',
    )
  })

  it('is the beginning of K1 | K2 | … at any length, each block chained to the one before (RFC 2409 §5.5)', () => {
    const octets = (max: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength: max })
    fc.assert(
      fc.property(
        fc.constantFrom<HashName>('md5', 'sha1', 'sha256'),
        octets(64),
        fc.option(octets(256), { nil: undefined }),
        octets(16),
        fc.nat({ max: 130 }),
        (prf, secret, gxyPfs, spi, length) => {
          const seed = Buffer.concat([gxyPfs ?? new Uint8Array(0), Uint8Array.of(3), spi, ni, nr])
          const blocks: Buffer[] = []
          for (let last = Buffer.alloc(0); Buffer.concat(blocks).length < length; blocks.push(last))
            last = createHmac(prf, secret)
              .update(Buffer.concat([last, seed]))
              .digest()
          const expected = Buffer.concat(blocks).subarray(0, length)
          const given = { prf, skeyidD: secret, protocolId: 3, spi, ni, nr, length }
          expect(hex(keymat(gxyPfs ? { ...given, gxyPfs } : given))).toBe(expected.toString('hex'))
        },
      ),
      { seed: 2409 },
    )
  })

  it('differs by direction, for each has an SPI of its own', () => {
    expect(keymat(input)).not.toEqual(keymat({ ...input, spi: fromHex('8badf00e') }))
    expect(keymat(input)).not.toEqual(keymat({ ...input, protocolId: 2 }))
  })
})

it('message ids are unsigned and big-endian', () => {
  const key = sequence(1, 20)
  expect(quickModeHash1('sha1', key, 0xff000001, new Uint8Array(0))).toEqual(
    new Uint8Array(
      createHmac('sha1', key)
        .update(Uint8Array.of(0xff, 0, 0, 1))
        .digest(),
    ),
  )
  expect(phase2Iv('sha1', key, 0x01020304, 8)).toEqual(hash('sha1', key, Uint8Array.of(1, 2, 3, 4)).subarray(0, 8))
})
