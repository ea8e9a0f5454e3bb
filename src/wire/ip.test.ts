import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from './bytes.ts'
import { decodeGre, encodeGre, greProtocolIpv4 } from './gre.ts'
import { decodeIcmpEcho, encodeIcmpEcho } from './icmp.ts'
import { internetChecksum } from './internet-checksum.ts'
import { decodeIpv4, encodeIpv4, ipProtocol, isFragment } from './ipv4.ts'
import { bytesToIpv4, ipv4ToBytes } from './ipv4-address.ts'
import type { DecodedPacket } from './packet.ts'
import { decodeUdp, encodeUdp } from './udp.ts'

const seed = 791
const codeOf = (decoded: DecodedPacket<unknown>): string => (decoded.ok ? 'accepted' : decoded.reject.code)

const changed = (bytes: Uint8Array, offset: number, hex: string): Uint8Array => {
  const copy = bytes.slice()
  copy.set(fromHex(hex), offset)
  return copy
}

const octet = fc.integer({ min: 0, max: 255 })
const u16 = fc.integer({ min: 0, max: 0xffff })
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))
const payload = fc.uint8Array({ maxLength: 80 })

describe('the internet checksum', () => {
  it('of the example of RFC 1071 §3 is the complement of ddf2', () => {
    expect(internetChecksum(fromHex('0001 f203 f4f5 f6f7'))).toBe(0xddf2 ^ 0xffff)
  })

  it('pads an odd octet on its right', () => {
    expect(internetChecksum(fromHex('0001 f2'))).toBe(internetChecksum(fromHex('0001 f200')))
  })
})

describe('an IPv4 address', () => {
  it('is dotted text or four octets', () => {
    expect(toHex(ipv4ToBytes('192.168.0.255'))).toBe('c0a800ff')
    expect(bytesToIpv4(fromHex('00000000'))).toBe('0.0.0.0')
  })

  it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4.', '1.2.3.-4', ' 1.2.3.4', '::1'])(
    'is not %j',
    (text) => {
      expect(() => ipv4ToBytes(text)).toThrow(RangeError)
    },
  )

  it('is read only from the one text that its octets print as', () => {
    const part = fc.oneof(
      octet.map(String),
      fc.constantFrom('', '0', '00', '007', '256', '999', '1000', '-1', 'a', ' 1'),
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 5 }), (parts) => {
        const text = parts.join('.')
        const isAddress =
          parts.length === 4 && parts.every((each) => /^\d+$/.test(each) && `${Number(each) & 255}` === each)
        if (isAddress) expect(bytesToIpv4(ipv4ToBytes(text))).toBe(text)
        else expect(() => ipv4ToBytes(text)).toThrow(RangeError)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('is not three octets', () => {
    expect(() => bytesToIpv4(fromHex('000000'))).toThrow(RangeError)
  })
})

/** A UDP packet of 192.168.0.1 to 192.168.0.199 with a header checksum of b861, and the addresses in its middle. */
const header = fromHex('45000073 00004000 4011b861 c0a80001 c0a800c7')
const packet = concat(header, new Uint8Array(0x73 - 20))

describe('IPv4', () => {
  it('is decoded and encoded as RFC 791 draws it', () => {
    const decoded = decodeIpv4(packet)
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        ...{ typeOfService: 0, identification: 0, flags: 2, fragmentOffset: 0, timeToLive: 64, protocol: 17 },
        ...{ source: '192.168.0.1', destination: '192.168.0.199' },
      },
    })
    expect(decoded.ok && decoded.value.payload.length).toBe(95)
    expect(decoded.ok && toHex(encodeIpv4(decoded.value))).toBe(toHex(packet))
  })

  it('leaves out what follows its total length', () => {
    const decoded = decodeIpv4(concat(packet, fromHex('eeee')))
    expect(decoded.ok && decoded.value.payload.length).toBe(95)
  })

  it('is rejected by what is wrong with it', () => {
    expect(codeOf(decodeIpv4(packet.subarray(0, 19)))).toBe('truncated')
    expect(codeOf(decodeIpv4(packet.subarray(0, packet.length - 1)))).toBe('truncated')
    expect(codeOf(decodeIpv4(changed(packet, 0, '65')))).toBe('bad-version')
    expect(codeOf(decodeIpv4(changed(packet, 0, '44')))).toBe('bad-length')
    expect(codeOf(decodeIpv4(changed(packet, 2, '0013')))).toBe('bad-length')
    expect(codeOf(decodeIpv4(changed(packet, 8, '41')))).toBe('bad-checksum')
    expect(codeOf(decodeIpv4(changed(packet, 0, '4f')))).toBe('bad-checksum')
  })

  it('tells fragments from whole packets', () => {
    expect(isFragment({ flags: 2, fragmentOffset: 0 })).toBe(false)
    expect(isFragment({ flags: 1, fragmentOffset: 0 })).toBe(true)
    expect(isFragment({ flags: 0, fragmentOffset: 3 })).toBe(true)
  })

  it('is not encoded with options that are not whole words, or a field that does not fit', () => {
    const bare = { source: '10.0.0.1', destination: '10.0.0.2', protocol: 1, payload: new Uint8Array(0) }
    expect(() => encodeIpv4({ ...bare, options: new Uint8Array(3) })).toThrow(RangeError)
    expect(() => encodeIpv4({ ...bare, payload: new Uint8Array(65_516) })).toThrow(RangeError)
    expect(() => encodeIpv4({ ...bare, flags: 8 })).toThrow(RangeError)
  })

  it('round-trips every field', () => {
    const packets = fc.record({
      ...{ typeOfService: octet, identification: u16, flags: fc.nat(7), fragmentOffset: fc.nat(0x1fff) },
      ...{ timeToLive: octet, protocol: octet, source: address, destination: address, payload },
      options: fc.nat(10).map((words) => new Uint8Array(words * 4).fill(1)),
    })
    fc.assert(
      fc.property(packets, (value) => {
        expect(decodeIpv4(encodeIpv4(value))).toEqual({ ok: true, value })
      }),
      { seed },
    )
  })
})

describe('UDP', () => {
  const addresses = { source: '192.168.0.1', destination: '192.168.0.2' }
  const datagram = { sourcePort: 500, destinationPort: 4500, payload: fromHex('010203') }

  it('carries a checksum over the pseudo header', () => {
    // c0a8+0001+c0a8+0002 + 0011+000b + 01f4+1194+000b+0102+0300 = 1984b + ..., folded and complemented
    const words = [0xc0a8, 0x0001, 0xc0a8, 0x0002, 0x0011, 0x000b, 0x01f4, 0x1194, 0x000b, 0x0102, 0x0300]
    const sum = words.reduce((total, word) => total + word, 0)
    const checksum = 0xffff - ((sum & 0xffff) + (sum >>> 16))
    const bytes = encodeUdp(datagram, addresses)
    expect(toHex(bytes)).toBe(`01f41194000b${checksum.toString(16).padStart(4, '0')}010203`)
    expect(decodeUdp(bytes, addresses)).toEqual({ ok: true, value: datagram })
  })

  it('carries none for ESP, and none is accepted', () => {
    const bytes = encodeUdp(datagram, null)
    expect(toHex(bytes.subarray(6, 8))).toBe('0000')
    expect(decodeUdp(bytes, { source: '1.1.1.1', destination: '2.2.2.2' })).toEqual({ ok: true, value: datagram })
  })

  it('never sends a checksum that comes out as zero', () => {
    const zeroes = { source: '0.0.0.0', destination: '0.0.0.0' }
    // protocol 17, the length 10 twice and ports 0: the payload brings the sum to ffff.
    const tuned = { sourcePort: 0, destinationPort: 0, payload: fromHex('ffda') }
    const bytes = encodeUdp(tuned, zeroes)
    expect(toHex(bytes.subarray(6, 8))).toBe('ffff')
    expect(decodeUdp(bytes, zeroes).ok).toBe(true)
  })

  it('is rejected by what is wrong with it', () => {
    const bytes = encodeUdp(datagram, addresses)
    expect(codeOf(decodeUdp(bytes.subarray(0, 7), addresses))).toBe('truncated')
    expect(codeOf(decodeUdp(bytes.subarray(0, 10), addresses))).toBe('truncated')
    expect(codeOf(decodeUdp(changed(bytes, 4, '0007'), addresses))).toBe('bad-length')
    expect(codeOf(decodeUdp(changed(bytes, 8, '02'), addresses))).toBe('bad-checksum')
    expect(codeOf(decodeUdp(bytes, { ...addresses, source: '192.168.0.3' }))).toBe('bad-checksum')
  })
})

describe('an ICMP echo', () => {
  const request = fromHex('0800 f7fb 0001 0003 0000')

  it('is decoded and encoded as RFC 792 draws it', () => {
    const value = { kind: 'request', identifier: 1, sequence: 3, data: fromHex('0000') } as const
    expect(decodeIcmpEcho(request)).toEqual({ ok: true, value })
    expect(toHex(encodeIcmpEcho(value))).toBe(toHex(request))
    const reply = { ...value, kind: 'reply' } as const
    expect(encodeIcmpEcho(reply)[0]).toBe(0)
    expect(decodeIcmpEcho(encodeIcmpEcho(reply))).toEqual({ ok: true, value: reply })
  })

  it('is rejected by what is wrong with it', () => {
    expect(codeOf(decodeIcmpEcho(request.subarray(0, 7)))).toBe('truncated')
    expect(codeOf(decodeIcmpEcho(changed(request, 9, '01')))).toBe('bad-checksum')
    // Destination unreachable, code 1, with a right checksum.
    expect(codeOf(decodeIcmpEcho(fromHex('0301 fcfe 0000 0000')))).toBe('unsupported')
    expect(codeOf(decodeIcmpEcho(fromHex('0801 f7fe 0000 0000')))).toBe('unsupported')
  })
})

describe('GRE', () => {
  const inner = fromHex('45000014')

  it('is decoded and encoded as RFC 2784 draws it, with and without its checksum', () => {
    const plain = { protocol: greProtocolIpv4, checksummed: false, payload: inner }
    expect(toHex(encodeGre(plain))).toBe('0000080045000014')
    expect(decodeGre(encodeGre(plain))).toEqual({ ok: true, value: plain })
    const summed = { ...plain, checksummed: true }
    expect(toHex(encodeGre(summed))).toBe('8000080032eb000045000014')
    expect(decodeGre(encodeGre(summed))).toEqual({ ok: true, value: summed })
  })

  it('is rejected by what is wrong with it', () => {
    expect(codeOf(decodeGre(fromHex('000008')))).toBe('truncated')
    expect(codeOf(decodeGre(fromHex('80000800 3200')))).toBe('truncated')
    expect(codeOf(decodeGre(fromHex('00010800')))).toBe('bad-version')
    expect(codeOf(decodeGre(fromHex('20000800 00000001')))).toBe('unsupported')
    expect(codeOf(decodeGre(fromHex('8000080032ec000045000014')))).toBe('bad-checksum')
  })
})

describe('octets from outside', () => {
  it('never make a packet decoder throw', () => {
    const addresses = { source: '10.0.0.1', destination: '10.0.0.2' }
    const nested = fc.record({
      protocol: fc.constantFrom(ipProtocol.UDP, ipProtocol.GRE, ipProtocol.ICMP),
      ...{ source: address, destination: address, payload },
    })
    fc.assert(
      fc.property(payload, nested, fc.nat(99), octet, (noise, value, at, replacement) => {
        const bytes = encodeIpv4(value)
        bytes[at % bytes.length] = replacement
        for (const input of [noise, bytes])
          for (const decode of [decodeIpv4, decodeIcmpEcho, decodeGre, (b: Uint8Array) => decodeUdp(b, addresses)])
            expect(typeof decode(input).ok).toBe('boolean')
      }),
      { seed, numRuns: 1_000 },
    )
  })
})
