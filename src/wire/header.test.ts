import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from './bytes.ts'
import { decodeHeader } from './header.ts'
import { decodeClearMessage, encodeClearMessage, encodeEncryptedMessage, encodeHeader } from './message.ts'

const header = fromHex(`
  a1a2a3a4a5a6a7a8
  b1b2b3b4b5b6b7b8
  05 10 02 01
  deadbeef
  00000024`)
const datagram = concat(header, fromHex('0011223344556677'))

const changed = (offset: number, hex: string): Uint8Array => {
  const bytes = datagram.slice()
  bytes.set(fromHex(hex), offset)
  return bytes
}

const rejectOf = (bytes: Uint8Array): unknown => {
  const decoded = decodeHeader(bytes)
  return decoded.ok ? 'accepted' : [decoded.reject.code, decoded.reject.offset, decoded.reject.notifyType]
}

describe('the ISAKMP header', () => {
  it('decodes and encodes the picture of RFC 2408 §3.1', () => {
    const decoded = decodeHeader(datagram)
    expect(decoded).toEqual({
      ok: true,
      value: {
        initiatorCookie: fromHex('a1a2a3a4a5a6a7a8'),
        responderCookie: fromHex('b1b2b3b4b5b6b7b8'),
        nextPayload: 5,
        majorVersion: 1,
        minorVersion: 0,
        exchangeType: 2,
        flags: 1,
        messageId: 0xdeadbeef,
        length: 36,
      },
    })
    expect(decoded.ok && toHex(encodeHeader(decoded.value))).toBe(toHex(header))
  })

  it('is rejected where the datagram ends inside it', () => {
    expect(rejectOf(datagram.subarray(0, 27))).toEqual(['truncated', 27, 16])
    expect(rejectOf(new Uint8Array(0))).toEqual(['truncated', 0, 16])
  })

  it('is rejected where its length is not the datagram’s, longer or shorter', () => {
    expect(rejectOf(concat(datagram, Uint8Array.of(0)))).toEqual(['bad-length', 24, 30])
    expect(rejectOf(datagram.subarray(0, 35))).toEqual(['bad-length', 24, 30])
    expect(rejectOf(changed(24, 'ffffffff'))).toEqual(['bad-length', 24, 30])
    expect(rejectOf(changed(24, '00000000'))).toEqual(['bad-length', 24, 30])
  })

  it('is rejected where it is of IKEv2 or of a later minor version, with the notify that says which', () => {
    expect(rejectOf(changed(17, '20'))).toEqual(['bad-version', 17, 5])
    expect(rejectOf(changed(17, '00'))).toEqual(['bad-version', 17, 5])
    expect(rejectOf(changed(17, '11'))).toEqual(['bad-version', 17, 6])
  })

  it('keeps unknown exchange types and flags', () => {
    const decoded = decodeHeader(changed(18, 'f3f8'))
    expect(decoded.ok && [decoded.value.exchangeType, decoded.value.flags]).toEqual([0xf3, 0xf8])
  })

  it('refuses to encode a cookie of another length', () => {
    const message = { initiatorCookie: new Uint8Array(7), responderCookie: new Uint8Array(8), messageId: 0 }
    expect(() => encodeClearMessage({ ...message, exchangeType: 2, flags: 0, payloads: [] })).toThrow(RangeError)
  })
})

describe('a message', () => {
  const cookies = { initiatorCookie: header.subarray(0, 8), responderCookie: header.subarray(8, 16) }
  const envelope = { ...cookies, exchangeType: 2, flags: 1, messageId: 0xdeadbeef }

  it('that is encrypted carries its ciphertext behind the header and the type of the first payload in it', () => {
    const ciphertext = fromHex('0011223344556677')
    expect(toHex(encodeEncryptedMessage({ ...envelope, nextPayload: 5, ciphertext }))).toBe(toHex(datagram))
  })

  it('that is encrypted is not read as one in clear', () => {
    const decoded = decodeClearMessage(datagram)
    expect(!decoded.ok && decoded.reject).toMatchObject({ code: 'bad-flags', offset: 19, notifyType: 8 })
  })

  it('in clear without payloads is its header', () => {
    const bytes = encodeClearMessage({ ...envelope, flags: 0, payloads: [] })
    expect(bytes.length).toBe(28)
    expect(decodeClearMessage(bytes)).toMatchObject({ ok: true, value: { payloads: [], header: { nextPayload: 0 } } })
  })

  it('in clear with octets behind its last payload is rejected where they begin', () => {
    const bytes = encodeClearMessage({ ...envelope, flags: 0, payloads: [{ type: 'KE', data: fromHex('aabb') }] })
    const padded = concat(bytes, fromHex('0000'))
    padded[27] = padded.length
    const decoded = decodeClearMessage(padded)
    expect(!decoded.ok && decoded.reject).toMatchObject({ code: 'bad-length', offset: 34, notifyType: 30 })
  })
})
