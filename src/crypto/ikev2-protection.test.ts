import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, ikeV2ProtectedHead } from '../wire/index.ts'
import { aeadSeal } from './aead.ts'
import { fromHex } from './bytes.ts'
import { hmac } from './hash.ts'
import {
  type IkeV2CipherName,
  type IkeV2IntegrityName,
  type IkeV2Protection,
  ikeV2CipherInfo,
  ikeV2DataLength,
  ikeV2IntegrityInfo,
  openIkeV2,
  sealIkeV2,
} from './ikev2-protection.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const sequence = (start: number, length: number): Uint8Array => new Uint8Array(length).map((_, i) => start + 7 * i)

const cbcNames = ['des', '3des', 'aes-cbc-128', 'aes-cbc-192', 'aes-cbc-256'] as const
const aeadNames = [
  ...['aes-gcm-128', 'aes-gcm-192', 'aes-gcm-256'],
  ...['aes-ccm-128', 'aes-ccm-192', 'aes-ccm-256', 'aes-ccm-8-128', 'aes-ccm-8-256', 'chacha20-poly1305'],
] as readonly IkeV2CipherName[]
const integrityNames = ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'aes-xcbc', 'aes-cmac'] as const

const protectionOf = (cipher: IkeV2CipherName, integrity: IkeV2IntegrityName | null): IkeV2Protection => ({
  cipher,
  integrity,
  encryptionKey: sequence(1, ikeV2CipherInfo(cipher).keyLength),
  integrityKey: sequence(2, integrity === null ? 0 : ikeV2IntegrityInfo(integrity).keyLength),
})

const pairs: readonly (readonly [IkeV2CipherName, IkeV2IntegrityName | null])[] = [
  ...cbcNames.flatMap((cipher) => integrityNames.map((integrity) => [cipher, integrity] as const)),
  ...aeadNames.map((cipher) => [cipher, null] as const),
]

const envelope = {
  initiatorSpi: sequence(3, 8),
  responderSpi: sequence(4, 8),
  exchangeType: 35,
  flags: 8,
  messageId: 1,
}

const seal = (protection: IkeV2Protection, plaintext: Uint8Array): { message: Uint8Array; dataOffset: number } => {
  const head = ikeV2ProtectedHead(envelope, 35, ikeV2DataLength(protection, plaintext.length))
  const iv = sequence(5, ikeV2CipherInfo(protection.cipher).ivLength)
  return { message: sealIkeV2(protection, head, iv, plaintext), dataOffset: head.length }
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((octet, index) => (index === at ? octet ^ 0x40 : octet))

describe('an SK payload', () => {
  it('with ChaCha20-Poly1305 is that of RFC 7634 appendix B', () => {
    const protection: IkeV2Protection = {
      ...{ cipher: 'chacha20-poly1305', integrity: null, integrityKey: new Uint8Array(0) },
      encryptionKey: fromHex('808182838485868788898a8b8c8d8e8f 909192939495969798999a9b9c9d9e9f a0a1a2a3'),
    }
    const head = fromHex('c0c1c2c3c4c5c6c7 d0d1d2d3d4d5d6d7 2e202500 00000009 00000045 29000029')
    const iv = fromHex('1011121314151617')
    const notify = fromHex('0000000c 00004001 0000000a')
    const message = sealIkeV2(protection, head, iv, notify)
    expect(ikeV2DataLength(protection, notify.length)).toBe(0x29 - 4)
    expect(hex(message.subarray(head.length + iv.length))).toBe(
      '610394701f8d017f7c129248896b71bfe25236efd7cdc67066906315b2',
    )
    expect(openIkeV2(protection, message, head.length)).toEqual({ ok: true, value: notify })
  })

  it('with AES-GCM is GCM over the message up to the IV, with salt and IV for a nonce (RFC 5282)', () => {
    const protection = protectionOf('aes-gcm-256', null)
    const plaintext = sequence(9, 21)
    const { message, dataOffset } = seal(protection, plaintext)
    const nonce = concat(protection.encryptionKey.subarray(32), message.subarray(dataOffset, dataOffset + 8))
    const gcm = createCipheriv('aes-256-gcm', protection.encryptionKey.subarray(0, 32), nonce)
    gcm.setAAD(message.subarray(0, dataOffset))
    const body = concat(gcm.update(concat(plaintext, Uint8Array.of(0))), gcm.final(), gcm.getAuthTag())
    expect(hex(message.subarray(dataOffset + 8))).toBe(hex(body))
  })

  it('with AES-CBC and SHA-256 is padded to the block, and its ICV covers header, IV and ciphertext (RFC 7296 §3.14)', () => {
    const protection = protectionOf('aes-cbc-128', 'sha256')
    const plaintext = sequence(9, 20)
    const { message, dataOffset } = seal(protection, plaintext)
    const iv = message.subarray(dataOffset, dataOffset + 16)
    const cbc = createCipheriv('aes-128-cbc', protection.encryptionKey, iv).setAutoPadding(false)
    const body = cbc.update(concat(plaintext, new Uint8Array(11), Uint8Array.of(11)))
    const covered = concat(message.subarray(0, dataOffset + 16), body)
    const mac = hmac('sha256', protection.integrityKey, covered).subarray(0, 16)
    expect(hex(message)).toBe(hex(concat(covered, mac)))
  })
})

describe.each(pairs)('%s with %s', (cipher, integrity) => {
  const protection = protectionOf(cipher, integrity)

  it('opens what it sealed, of every length around the blocks', () => {
    for (let length = 0; length <= 40; length += 1) {
      const plaintext = sequence(6, length)
      const { message, dataOffset } = seal(protection, plaintext)
      expect(message.length - dataOffset).toBe(ikeV2DataLength(protection, length))
      expect(openIkeV2(protection, message, dataOffset)).toEqual({ ok: true, value: plaintext })
    }
  })

  it('opens nothing in which any octet was changed, from the first of the header to the last of the ICV', () => {
    const { message, dataOffset } = seal(protection, sequence(6, 33))
    for (let at = 0; at < message.length; at += 1) {
      const opened = openIkeV2(protection, flipped(message, at), dataOffset)
      expect(opened).toMatchObject({ ok: false, reject: { code: 'tag-invalid' } })
    }
  })

  it('opens nothing that was cut, and throws at none', () => {
    const { message, dataOffset } = seal(protection, sequence(6, 33))
    for (let length = 0; length < message.length; length += 1)
      expect(openIkeV2(protection, message.subarray(0, length), dataOffset).ok).toBe(false)
  })

  it('opens nothing under another key', () => {
    const { message, dataOffset } = seal(protection, sequence(6, 33))
    // The parity bits of DES are no part of the key: a bit above them is changed.
    const encryptionKey = flipped(protection.encryptionKey, 0)
    const changed =
      integrity === null
        ? { ...protection, encryptionKey }
        : { ...protection, integrityKey: flipped(protection.integrityKey, 0) }
    expect(openIkeV2(changed, message, dataOffset).ok).toBe(false)
  })
})

describe('what arrives', () => {
  it('may be any octets: never a throw, and never opened', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.uint8Array({ maxLength: 200 }), ([cipher, integrity], bytes) => {
        expect(openIkeV2(protectionOf(cipher, integrity), bytes, 32).ok).toBe(false)
      }),
      { seed: 5_282, numRuns: 1_000 },
    )
  })

  it('may be padded with what the sender likes, up to 255 octets (RFC 7296 §3.14)', () => {
    const protection = protectionOf('aes-cbc-128', 'sha1')
    const head = ikeV2ProtectedHead(envelope, 35, 16 + 272 + 12)
    const iv = sequence(5, 16)
    const padded = concat(sequence(8, 16), sequence(77, 255), Uint8Array.of(255))
    const cbc = createCipheriv('aes-128-cbc', protection.encryptionKey, iv).setAutoPadding(false)
    const covered = concat(head, iv, cbc.update(padded))
    const message = concat(covered, hmac('sha1', protection.integrityKey, covered).subarray(0, 12))
    expect(openIkeV2(protection, message, head.length)).toEqual({ ok: true, value: sequence(8, 16) })
  })

  it('may say that it has more padding than there is, and is rejected though it is authentic', () => {
    const protection = protectionOf('aes-cbc-128', 'sha1')
    const head = ikeV2ProtectedHead(envelope, 35, 16 + 16 + 12)
    const iv = sequence(5, 16)
    const cbc = createCipheriv('aes-128-cbc', protection.encryptionKey, iv).setAutoPadding(false)
    const covered = concat(head, iv, cbc.update(new Uint8Array(16).fill(16)))
    const message = concat(covered, hmac('sha1', protection.integrityKey, covered).subarray(0, 12))
    expect(openIkeV2(protection, message, head.length)).toMatchObject({
      ok: false,
      reject: { code: 'not-whole-blocks' },
    })
  })

  it('may be authentic and have nothing in it, not even the length of its padding', () => {
    const protection = protectionOf('aes-gcm-128', null)
    const head = ikeV2ProtectedHead(envelope, 35, 8 + 16)
    const iv = sequence(5, 8)
    const [key, salt] = [protection.encryptionKey.subarray(0, 16), protection.encryptionKey.subarray(16)]
    const message = concat(head, iv, aeadSeal('aes-gcm', key, concat(salt, iv), head, new Uint8Array(0)))
    expect(openIkeV2(protection, message, head.length)).toMatchObject({
      ok: false,
      reject: { code: 'not-whole-blocks' },
    })
  })

  it('may be authentic and no whole blocks', () => {
    const protection = protectionOf('aes-cbc-128', 'sha1')
    const covered = concat(ikeV2ProtectedHead(envelope, 35, 16 + 15 + 12), sequence(5, 16), sequence(6, 15))
    const message = concat(covered, hmac('sha1', protection.integrityKey, covered).subarray(0, 12))
    expect(openIkeV2(protection, message, 32)).toMatchObject({ ok: false, reject: { code: 'not-whole-blocks' } })
  })
})

describe('what cannot be asked for', () => {
  const iv = new Uint8Array(16)
  const wrong: readonly (readonly [string, IkeV2CipherName, IkeV2IntegrityName | null])[] = [
    ['encryption without integrity', 'aes-cbc-128', null],
    ['integrity beside an AEAD cipher', 'aes-gcm-128', 'sha1'],
  ]

  it.each(wrong)('is %s', (_, cipher, integrity) => {
    const protection = protectionOf(cipher, integrity)
    const ownIv = iv.subarray(0, ikeV2CipherInfo(cipher).ivLength)
    expect(() => sealIkeV2(protection, new Uint8Array(32), ownIv, iv)).toThrow(RangeError)
    expect(() => openIkeV2(protection, new Uint8Array(100), 32)).toThrow(RangeError)
    expect(() => ikeV2DataLength(protection, 16)).toThrow(RangeError)
  })

  it('is an IV of another length', () => {
    const protection = protectionOf('aes-gcm-128', null)
    expect(() => sealIkeV2(protection, new Uint8Array(32), iv, iv)).toThrow(RangeError)
  })
})
