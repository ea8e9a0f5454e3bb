import { describe, expect, it } from 'vitest'
import {
  concat,
  equalBytes,
  fromHex,
  isZero,
  Reader,
  toHex,
  u16At,
  u16Bytes,
  u32At,
  u32Bytes,
  Writer,
} from './bytes.ts'

describe('octet helpers', () => {
  it('read and write big-endian numbers', () => {
    const bytes = fromHex('00 fffe 80000001')
    expect(u16At(bytes, 1)).toBe(0xfffe)
    expect(u32At(bytes, 3)).toBe(0x80000001)
    expect(toHex(u16Bytes(0xfffe))).toBe('fffe')
    expect(toHex(u32Bytes(0x80000001))).toBe('80000001')
  })

  it('join, compare and print only the view of a larger buffer', () => {
    const view = fromHex('00112233').subarray(1, 3)
    expect(toHex(view)).toBe('1122')
    expect(toHex(concat(view, new Uint8Array(0), view))).toBe('11221122')
    expect(equalBytes(view, fromHex('1122'))).toBe(true)
    expect(equalBytes(view, fromHex('1123'))).toBe(false)
    expect(equalBytes(view, fromHex('1222'))).toBe(false)
    expect(equalBytes(view, fromHex('112200'))).toBe(false)
    expect([isZero(fromHex('0000')), isZero(fromHex('0001'))]).toEqual([true, false])
  })

  it('refuse a hexadecimal literal that is none', () => {
    expect(() => fromHex('123')).toThrow(RangeError)
    expect(() => fromHex('0g')).toThrow(RangeError)
  })
})

describe('Reader', () => {
  it('gives zeros past the end, stays there, and remembers it', () => {
    const reader = new Reader(fromHex('0102030405'), 1, 4)
    expect([reader.u8(), reader.overrun, reader.remaining]).toEqual([2, false, 2])
    expect([reader.u32(), reader.overrun, reader.remaining]).toEqual([0, true, 0])
    expect([reader.u8(), reader.u16(), reader.take(1).length, reader.rest().length]).toEqual([0, 0, 0, 0])
    expect(reader.offset).toBe(4)
  })

  it('hands out views, not copies', () => {
    const bytes = fromHex('010203')
    const taken = new Reader(bytes, 1).rest()
    bytes[1] = 9
    expect(toHex(taken)).toBe('0903')
  })
})

describe('Writer', () => {
  it('grows beyond its first buffer and patches what stands', () => {
    const writer = new Writer(1)
    writer.u16(0)
    writer.bytes(new Uint8Array(700).fill(7))
    writer.u32(0xffffffff)
    writer.patchU16(0, writer.length)
    const bytes = writer.finish()
    expect(bytes.length).toBe(706)
    expect(u16At(bytes, 0)).toBe(706)
    expect(u32At(bytes, 702)).toBe(0xffffffff)
  })

  it('hands out octets that no later writer changes, even if it is used after its end', () => {
    const first = new Writer()
    first.bytes(Uint8Array.of(1, 2, 3))
    const written = first.finish()
    const second = new Writer()
    second.bytes(Uint8Array.of(7, 8, 9))
    first.u8(255)
    expect(toHex(written)).toBe('010203')
    expect(toHex(second.finish())).toBe('070809')
  })

  it('throws where a number does not fit its field', () => {
    const writer = new Writer()
    expect(() => writer.u8(256)).toThrow(RangeError)
    expect(() => writer.u16(65_536)).toThrow(RangeError)
    expect(() => writer.u32(-1)).toThrow(RangeError)
    expect(() => writer.u8(1.5)).toThrow(RangeError)
  })
})
