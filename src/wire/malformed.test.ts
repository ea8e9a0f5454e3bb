import { describe, expect, it } from 'vitest'
import { concat, fromHex } from './bytes.ts'
import { decodeClearMessage } from './message.ts'
import { decodePayloads } from './payload-chain.ts'

/** First payload number, chain, and the rejection: code, offset, notify. */
type Trap = readonly [string, number, string, readonly [string, number, number]]

const chains: readonly Trap[] = [
  ['a payload announced where nothing is left', 13, '', ['truncated', 0, 16]],
  ['a second payload announced where nothing is left', 13, '0d000004', ['truncated', 4, 16]],
  ['a generic header cut short', 13, '000000', ['truncated', 0, 16]],
  ['a payload of 0 octets, which would be read for ever', 13, '0d000000', ['bad-payload-length', 2, 16]],
  ['a payload of 1 octet', 13, '0d000001', ['bad-payload-length', 2, 16]],
  ['a payload of 2 octets', 13, '0d000002', ['bad-payload-length', 2, 16]],
  ['a payload of 3 octets', 13, '0d000003', ['bad-payload-length', 2, 16]],
  ['an unknown payload of 0 octets', 200, '00000000', ['bad-payload-length', 2, 16]],
  ['a payload of 65535 octets in 4', 13, '0000ffff', ['truncated', 2, 16]],
  ['a payload one octet longer than the rest', 13, '00000006aa', ['truncated', 2, 16]],
  ['a proposal outside an SA', 2, '00000008 01010000', ['bad-next-payload', 0, 1]],
  ['a transform outside an SA', 3, '00000008 01010000', ['bad-next-payload', 0, 1]],
  ['a transform announced by a nonce', 10, '03000005 aa 00000008 01010000', ['bad-next-payload', 5, 1]],
  ['an identity without its port', 5, '00000007 021101', ['bad-payload-length', 2, 16]],
  ['an empty identity payload', 5, '00000004', ['bad-payload-length', 2, 16]],
  ['a certificate without encoding', 6, '00000004', ['bad-payload-length', 2, 16]],
  ['a certificate request without encoding', 7, '00000004', ['bad-payload-length', 2, 16]],
  ['a notify that ends in its fixed fields', 11, '0000000b 00000001 01 00 60', ['bad-payload-length', 2, 16]],
  ['a notify whose SPI runs past it', 11, '0000000f 00000001 01 10 6002 010203', ['bad-spi-size', 12, 11]],
  ['a delete that ends in its fixed fields', 12, '0000000a 00000001 03 04', ['bad-payload-length', 2, 16]],
  ['a delete of more SPIs than it holds', 12, '00000010 00000001 03 04 0002 01020304', ['bad-payload-length', 12, 16]],
  ['a delete of fewer SPIs than it holds', 12, '00000010 00000001 03 04 0000 01020304', ['bad-payload-length', 12, 16]],
  ['a delete of ESP SPIs of 8 octets', 12, '00000014 00000001 03 08 0001 0102030405060708', ['bad-spi-size', 12, 11]],
  ['a delete of SPIs of no octets', 12, '0000000c 00000000 03 00 0001', ['bad-spi-size', 12, 11]],
  ['a NAT-OA that ends in its reserved field', 21, '00000006 01 00', ['bad-payload-length', 2, 16]],
  ['a fragment without number and flags', 132, '00000006 0001', ['bad-payload-length', 2, 16]],
]

describe('a chain is rejected, at the octet that is wrong, with', () => {
  it.each(chains)('%s', (_, first, hex, expected) => {
    const decoded = decodePayloads(first, fromHex(hex))
    expect(decoded.ok || [decoded.reject.code, decoded.reject.offset, decoded.reject.notifyType]).toEqual(expected)
  })

  it.each(chains)('%s, counted from the start of a clear message', (_, first, hex, [code, offset, notifyType]) => {
    const body = fromHex(hex)
    const header = new Uint8Array(28)
    header.set([first, 0x10, 2], 16)
    header[27] = 28 + body.length
    const decoded = decodeClearMessage(concat(header, body))
    expect(decoded.ok || decoded.reject).toMatchObject({ code, offset: 28 + offset, notifyType })
  })
})

describe('what a decoder leaves to the engine', () => {
  it('is a fragment numbered 0 or by an unknown flag: it is well formed, reassembly refuses it', () => {
    const decoded = decodePayloads(132, fromHex('00000009 0001 00 ff aa'))
    expect(decoded.ok && decoded.value.payloads).toEqual([
      { type: 'FRAGMENT', fragmentId: 1, number: 0, flags: 0xff, data: fromHex('aa') },
    ])
  })

  it('is an empty key exchange, nonce, hash or signature', () => {
    for (const number of [4, 8, 9, 10]) {
      const decoded = decodePayloads(number, fromHex('00000004'))
      expect(decoded.ok && decoded.value.payloads).toMatchObject([{ data: fromHex('') }])
    }
  })

  it('is a private group number, such as 1025, in a transform', () => {
    const sa = '0000 0020 00000001 00000001 0000 0014 01 01 00 01 0000 000c 01 01 0000 8004 0401'
    const decoded = decodePayloads(1, fromHex(sa))
    expect(decoded.ok && decoded.value.payloads).toMatchObject([
      { proposals: [{ transforms: [{ attributes: [{ form: 'basic', type: 4, value: 1025 }] }] }] },
    ])
  })
})
