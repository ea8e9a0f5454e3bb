import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { type EspIntegrityName, espIntegrityInfo, icv } from './esp-integrity.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('ESP integrity', () => {
  it.each([
    ['hmac-md5-96', 0x0b, '9294727a3638bb1c13f48ef8'],
    ['hmac-sha1-96', 0x0b, 'b617318655057264e28bc0b6'],
    ['hmac-sha256-128', 0x0b, '198a607eb44bfbc69903a0f1cf2bbdc5'],
    ['hmac-sha384-192', 0x0b, 'b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973'],
    ['hmac-sha512-256', 0x0b, '637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8'],
  ] as const)('%s agrees with the first case of RFC 2202 and of RFC 4868 §2.7.2', (name, octet, value) => {
    const key = new Uint8Array(espIntegrityInfo(name).keyLength).fill(octet)
    const text = new TextEncoder().encode('Hi There')
    expect(hex(icv(name, key, text.subarray(0, 3), text.subarray(3)))).toBe(value)
    expect(espIntegrityInfo(name).icvLength).toBe(value.length / 2)
  })

  it.each([
    ['aes-xcbc-96', 'RFC 3566 case 4', '000102030405060708090a0b0c0d0e0f', '47f51b4564966215b8985c63'],
    ['aes-cmac-96', 'RFC 4615', '000102030405060708090a0b0c0d0e0f', '980ae87b5f4c9c5214f5b6a8'],
  ] as const)('%s agrees with %s, cut to 96 bits', (name, _, key, value) => {
    const data = Uint8Array.from({ length: 20 }, (_octet, index) => index)
    expect(hex(icv(name, fromHex(key), data.subarray(0, 7), data.subarray(7)))).toBe(value)
    expect(espIntegrityInfo(name)).toMatchObject({ keyLength: 16, icvLength: 12 })
    expect(() => icv(name, fromHex(key).subarray(1), data)).toThrow(RangeError)
  })

  it('throws on a key of another length', () => {
    const name: EspIntegrityName = 'hmac-sha1-96'
    expect(() => icv(name, new Uint8Array(16), new Uint8Array(4))).toThrow(RangeError)
  })
})
