import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { decodeEsp, demuxUdp4500, encodeEsp, natKeepalive, withNonEspMarker } from './esp.ts'

describe('ESP', () => {
  it('is SPI, sequence number and what only the keys open', () => {
    const packet = fromHex('b2c0867d 00000005 0011223344')
    const value = { spi: 0xb2c0867d, sequence: 5, body: fromHex('0011223344') }
    expect(decodeEsp(packet)).toEqual({ ok: true, value })
    expect(toHex(encodeEsp(value))).toBe(toHex(packet))
  })

  it('with a reserved SPI is rejected, and never built', () => {
    for (const [hex, ok] of [
      ['00000000', false],
      ['000000ff', false],
      ['00000100', true],
    ] as const) {
      expect(decodeEsp(fromHex(`${hex} 00000001`)).ok).toBe(ok)
    }
    expect(() => encodeEsp({ spi: 255, sequence: 1, body: new Uint8Array(0) })).toThrow(RangeError)
    expect(toHex(encodeEsp({ spi: 256, sequence: 1, body: new Uint8Array(0) }))).toBe('0000010000000001')
  })

  it('shorter than its header is rejected', () => {
    const decoded = decodeEsp(fromHex('b2c0867d 000000'))
    expect(!decoded.ok && decoded.reject).toMatchObject({ layer: 'esp', code: 'truncated', offset: 7 })
  })
})

describe('a datagram on port 4500', () => {
  const kind = (hex: string): string => {
    const told = demuxUdp4500(fromHex(hex))
    return told.ok ? told.value.kind : told.reject.code
  }

  it('is told by its first octets', () => {
    expect(kind('ff')).toBe('keepalive')
    expect(kind('00000000 a1a2')).toBe('ike')
    expect(kind('00000100 00000001')).toBe('esp')
  })

  it('is no keepalive where there is more, or another octet', () => {
    expect(kind('ffff')).toBe('truncated')
    expect(kind('fe')).toBe('truncated')
    expect(kind('ffffffff')).toBe('esp')
  })

  it('is rejected where there is not even a marker', () => {
    expect(kind('')).toBe('truncated')
    expect(kind('000000')).toBe('truncated')
  })

  it('gives the IKE message without its marker, and takes it with one', () => {
    const message = fromHex('a1a2a3')
    const told = demuxUdp4500(withNonEspMarker(message))
    expect(told).toEqual({ ok: true, value: { kind: 'ike', message } })
    expect(toHex(natKeepalive())).toBe('ff')
  })
})
