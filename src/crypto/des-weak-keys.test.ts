import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { cbcEncrypt } from './cipher.ts'
import { fitDesKey } from './des-weak-keys.ts'

const good = '0123456789abcdef'
const noIv = new Uint8Array(8)
const block = fromHex('0011223344556677')

/** The weak keys, and the semi-weak ones beside their partners (RFC 2409 appendix A). */
const weak = ['0101010101010101', 'fefefefefefefefe', '1f1f1f1f0e0e0e0e', 'e0e0e0e0f1f1f1f1']
const semiWeak = [
  ['01fe01fe01fe01fe', 'fe01fe01fe01fe01'],
  ['1fe01fe00ef10ef1', 'e01fe01ff10ef10e'],
  ['01e001e001f101f1', 'e001e001f101f101'],
  ['1ffe1ffe0efe0efe', 'fe1ffe1ffe0efe0e'],
  ['011f011f010e010e', '1f011f010e010e01'],
  ['e0fee0fef1fef1fe', 'fee0fee0fef1fef1'],
] as const

describe('fitDesKey', () => {
  it.each([...weak, ...semiWeak.flat()])('passes over %s, and over it without its parity bits', (key) => {
    expect(fitDesKey(fromHex(key + good))).toEqual(fromHex(good))
    const otherParity = fromHex(key).map((octet) => octet ^ 1)
    expect(fitDesKey(Buffer.concat([otherParity, fromHex(good)]))).toEqual(Buffer.from(fromHex(good)))
  })

  it.each(weak)('%s is weak indeed: encrypting twice gives the clear text', (key) => {
    const once = cbcEncrypt('des', fromHex(key), noIv, block)
    expect(cbcEncrypt('des', fromHex(key), noIv, once)).toEqual(block)
  })

  it.each(semiWeak)('%s is semi-weak indeed: %s undoes it', (key, partner) => {
    const once = cbcEncrypt('des', fromHex(key), noIv, block)
    expect(cbcEncrypt('des', fromHex(partner), noIv, once)).toEqual(block)
  })

  it('takes the first eight octets of anything else', () => {
    expect(fitDesKey(fromHex(`${good}0011223344`))).toEqual(fromHex(good))
  })
})
