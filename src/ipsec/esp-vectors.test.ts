import { createCipheriv, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { counting, inboundSaOf, outboundSa } from '../../test/support/ipsec.ts'
import { fromHex, toHex, u32Bytes } from '../wire/index.ts'
import { openEsp, sealEsp } from './esp.ts'

/** RFC 3602 §4, cases 5 to 8: whole packets of ESP with AES-128 in CBC and no authenticator. */
const pings: readonly {
  readonly name: string
  readonly key: string
  readonly spi: number
  readonly sequence: number
  readonly iv: string
  readonly inner: string
  readonly nextHeader: number
  readonly encrypted: string
}[] = [
  {
    name: 'case 5, transport mode',
    key: '90d382b4 10eeba7a d938c46c ec1a82bf',
    spi: 0x4321,
    sequence: 1,
    iv: 'e96e8c08 ab465763 fd098d45 dd3ff893',
    inner: `08000ebd a70a0000 8e9c083d b95b0700
      08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627
      28292a2b 2c2d2e2f 30313233 34353637`,
    nextHeader: 1,
    encrypted: `f663c25d 325c18c6 a9453e19 4e120849 a4870b66 cc6b9965 330013b4 898dc856
      a4699e52 3a55db08 0b59ec3a 8e4b7e52 775b07d1 db34ed9c 538ab50c 551b874a
      a269add0 47ad2d59 13ac19b7 cfbad4a6`,
  },
  {
    name: 'case 7, tunnel mode',
    key: '01234567 89abcdef 01234567 89abcdef',
    spi: 0x8765,
    sequence: 2,
    iv: 'f4e76524 4f6407ad f13dc138 0f673f37',
    inner: `45000054 09040000 4001f988 c0a87b03 c0a87bc8
      08009f76 a90a0100 b49c083d 02a20400
      08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627
      28292a2b 2c2d2e2f 30313233 34353637`,
    nextHeader: 4,
    encrypted: `773b5241 a4c44922 5e4f3ce5 ed611b0c 237ca96c f74a9301 3c1b0ea1 a0cf70f8
      e4ecaec7 8ac53aad 7a0f022b 859243c6 47752e94 a859352b 8a4d4d2d ecd136e5
      c177f132 ad3fbfb2 201ac990 4c74ee0a 109e0ca1 e4dfe9d5 a100b842 f1c22f0d`,
  },
]

describe('the packets of RFC 3602 §4', () => {
  it.each(pings)('$name', ({ key, spi, sequence, iv, inner, nextHeader, encrypted }) => {
    const association = {
      ...outboundSa({ encryption: 'esp-aes 128', authentication: null, spi: u32Bytes(spi), sequence: sequence - 1 }),
      encryptionKey: fromHex(key),
    }
    const packet = fromHex(`${toHex(u32Bytes(spi))} ${toHex(u32Bytes(sequence))} ${iv} ${encrypted}`)
    const sealed = sealEsp(association, fromHex(inner), nextHeader, fromHex(iv))
    expect(sealed.ok && toHex(sealed.packet)).toBe(toHex(packet))
    expect(openEsp(inboundSaOf(association), packet)).toMatchObject({ ok: true, inner: fromHex(inner), nextHeader })
  })
})

describe('ESP put together with node:crypto, field by field as RFC 4303 §2 draws it', () => {
  /** 8 octets of SPI and sequence number, IV, payload, padding, its length, next header, ICV. */
  const byHand = (
    cipher: string,
    digest: string,
    icvLength: number,
    keys: { readonly encryptionKey: Uint8Array; readonly authenticationKey: Uint8Array },
    iv: Uint8Array,
    plain: Uint8Array,
  ): string => {
    const encrypt = createCipheriv(cipher, keys.encryptionKey, iv).setAutoPadding(false)
    const covered = Buffer.concat([fromHex('11223344 00000001'), iv, encrypt.update(plain), encrypt.final()])
    const check = createHmac(digest, keys.authenticationKey).update(covered).digest().subarray(0, icvLength)
    return Buffer.concat([covered, check]).toString('hex')
  }

  const inner = counting(19, 0x40)
  const padded = (padding: string): Uint8Array => fromHex(`${toHex(inner)} ${padding}`)

  it.each([
    ['esp-3des', 'esp-md5-hmac', 'des-ede3-cbc', 'md5', 12, 8, '010203 0304'],
    ['esp-3des', 'esp-sha-hmac', 'des-ede3-cbc', 'sha1', 12, 8, '010203 0304'],
    ['esp-aes 128', 'esp-sha256-hmac', 'aes-128-cbc', 'sha256', 16, 16, '0102030405060708090a0b 0b04'],
    ['esp-aes 192', 'esp-sha384-hmac', 'aes-192-cbc', 'sha384', 24, 16, '0102030405060708090a0b 0b04'],
    ['esp-aes 256', 'esp-sha512-hmac', 'aes-256-cbc', 'sha512', 32, 16, '0102030405060708090a0b 0b04'],
  ] as const)('%s and %s', (encryption, authentication, cipher, digest, icvLength, ivOctets, padding) => {
    const out = outboundSa({ encryption, authentication })
    const iv = counting(ivOctets, 0xc0)
    const sealed = sealEsp(out, inner, 4, iv)
    expect(sealed.ok && toHex(sealed.packet)).toBe(byHand(cipher, digest, icvLength, out, iv, padded(padding)))
  })
})
