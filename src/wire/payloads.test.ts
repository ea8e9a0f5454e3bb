import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, u16Bytes } from './bytes.ts'
import type { Payload } from './isakmp-message.ts'
import { decodePayloads, encodePayloadBody, encodePayloads, firstPayloadType } from './payload-chain.ts'
import { payloadNumber } from './payload-codec.ts'

/** Number, body by the RFC's picture, and what it means. */
const bodies: readonly (readonly [number, string, Payload])[] = [
  [4, 'c0ffee', { type: 'KE', data: fromHex('c0ffee') }],
  // FQDN R1 with UDP port 500
  [5, '02 11 01f4 5231', { type: 'ID', idType: 2, protocol: 17, port: 500, data: fromHex('5231') }],
  [6, '04 3082', { type: 'CERT', encoding: 4, data: fromHex('3082') }],
  [7, '04 3000', { type: 'CERTREQ', encoding: 4, authority: fromHex('3000') }],
  [7, '04', { type: 'CERTREQ', encoding: 4, authority: fromHex('') }],
  [8, '00ff', { type: 'HASH', data: fromHex('00ff') }],
  [9, '1234', { type: 'SIG', data: fromHex('1234') }],
  [10, 'abcd', { type: 'NONCE', data: fromHex('abcd') }],
  // INITIAL-CONTACT with both cookies as SPI
  [
    11,
    '00000001 01 10 6002 0102030405060708 1112131415161718',
    {
      type: 'NOTIFY',
      doi: 1,
      protocolId: 1,
      spi: fromHex('0102030405060708 1112131415161718'),
      notifyType: 24578,
      data: fromHex(''),
    },
  ],
  // R-U-THERE with its sequence number, no SPI
  [
    11,
    '00000001 01 00 8d28 00000007',
    { type: 'NOTIFY', doi: 1, protocolId: 1, spi: fromHex(''), notifyType: 36136, data: fromHex('00000007') },
  ],
  [
    12,
    '00000001 03 04 0002 11111111 22222222',
    { type: 'DELETE', doi: 1, protocolId: 3, spiSize: 4, spis: [fromHex('11111111'), fromHex('22222222')] },
  ],
  [13, 'afcad713', { type: 'VID', data: fromHex('afcad713') }],
  [20, 'aa55', { type: 'NAT-D', data: fromHex('aa55') }],
  [130, 'aa55', { type: 'NAT-D', draft: true, data: fromHex('aa55') }],
  [21, '01 000000 0a000001', { type: 'NAT-OA', idType: 1, address: fromHex('0a000001') }],
  [
    131,
    '01 000100 0a000001',
    { type: 'NAT-OA', draft: true, idType: 1, reservedId: fromHex('000100'), address: fromHex('0a000001') },
  ],
  [132, '0001 02 01 dada', { type: 'FRAGMENT', fragmentId: 1, number: 2, flags: 1, data: fromHex('dada') }],
  [14, '0100 0001', { type: 'UNKNOWN', payloadType: 14, data: fromHex('01000001') }],
  [255, '', { type: 'UNKNOWN', payloadType: 255, data: fromHex('') }],
]

const generic = (next: number, body: Uint8Array, reserved = 0): Uint8Array =>
  concat(Uint8Array.of(next, reserved), u16Bytes(4 + body.length), body)

describe('a payload', () => {
  it.each(bodies)('%i with body %s is decoded and encoded as the RFC draws it', (number, hex, payload) => {
    const chain = generic(0, fromHex(hex))
    const decoded = decodePayloads(number, chain)
    expect(decoded).toEqual({ ok: true, value: { payloads: [payload], padding: fromHex('') } })
    expect(payloadNumber(payload)).toBe(number)
    expect(toHex(encodePayloadBody(payload))).toBe(toHex(fromHex(hex)))
    expect(toHex(encodePayloads([payload]))).toBe(toHex(chain))
  })

  it('keeps a reserved octet that is not zero, and only that', () => {
    const chain = generic(0, fromHex('aa'), 0x80)
    const decoded = decodePayloads(10, chain)
    expect(decoded.ok && decoded.value.payloads).toEqual([{ type: 'NONCE', data: fromHex('aa'), reserved: 0x80 }])
    expect(decoded.ok && toHex(encodePayloads(decoded.value.payloads))).toBe(toHex(chain))
  })

  it('of IKEv2 is never read as one of IKEv1', () => {
    const decoded = decodePayloads(33, generic(0, fromHex('0000000801010000')))
    expect(decoded.ok && decoded.value.payloads[0]?.type).toBe('UNKNOWN')
  })

  it('aliases the datagram instead of copying it', () => {
    const chain = generic(0, fromHex('aabb'))
    const decoded = decodePayloads(10, chain)
    const [nonce] = decoded.ok ? decoded.value.payloads : []
    expect(nonce?.type === 'NONCE' && nonce.data.buffer === chain.buffer).toBe(true)
  })

  it('of delete refuses to encode an SPI of another size than it names', () => {
    const payload: Payload = { type: 'DELETE', doi: 1, protocolId: 3, spiSize: 4, spis: [fromHex('1111')] }
    expect(() => encodePayloads([payload])).toThrow(RangeError)
  })

  it('of more than 65535 octets is refused by the encoder', () => {
    expect(() => encodePayloads([{ type: 'CERT', encoding: 4, data: new Uint8Array(65_531) }])).toThrow(RangeError)
    expect(encodePayloads([{ type: 'CERT', encoding: 4, data: new Uint8Array(65_530) }]).length).toBe(65_535)
  })
})

describe('a chain', () => {
  const payloads = bodies.map(([, , payload]) => payload)
  const chain = concat(...bodies.map(([, hex], index) => generic(bodies[index + 1]?.[0] ?? 0, fromHex(hex))))

  it('announces each payload in the one before it', () => {
    expect(firstPayloadType(payloads)).toBe(4)
    expect(toHex(encodePayloads(payloads))).toBe(toHex(chain))
    expect(decodePayloads(4, chain)).toEqual({ ok: true, value: { payloads, padding: fromHex('') } })
  })

  it('keeps the padding of an encrypted body', () => {
    const padding = fromHex('0000000000000008')
    const padded = encodePayloads(payloads, padding)
    expect(toHex(padded)).toBe(toHex(concat(chain, padding)))
    const decoded = decodePayloads(4, padded)
    expect(decoded.ok && toHex(decoded.value.padding)).toBe(toHex(padding))
  })

  it('of no payload is all padding', () => {
    expect(firstPayloadType([])).toBe(0)
    expect(decodePayloads(0, fromHex('0102'))).toEqual({ ok: true, value: { payloads: [], padding: fromHex('0102') } })
  })

  it('may hold the same payload twice, as NAT detection asks', () => {
    const twice: readonly Payload[] = [
      { type: 'NAT-D', data: fromHex('aa') },
      { type: 'NAT-D', data: fromHex('bb') },
    ]
    const decoded = decodePayloads(20, encodePayloads(twice))
    expect(decoded.ok && decoded.value.payloads).toEqual(twice)
  })
})
