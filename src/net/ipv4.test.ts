import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeIpv4, ipv4Flag } from '../wire/index.ts'
import { encodePacket, fragmentPacket, isInNetwork, prefixLength } from './ipv4.ts'

describe('addresses', () => {
  it('lie in a network as its mask says', () => {
    expect(isInNetwork('10.1.2.3', '10.1.2.0', '255.255.255.0')).toBe(true)
    expect(isInNetwork('10.1.3.3', '10.1.2.0', '255.255.255.0')).toBe(false)
    expect(isInNetwork('200.1.2.3', '0.0.0.0', '0.0.0.0')).toBe(true)
    expect(isInNetwork('nonsense', '0.0.0.0', '0.0.0.0')).toBe(false)
    expect(['0.0.0.0', '128.0.0.0', '255.255.255.252', '255.255.255.255'].map(prefixLength)).toEqual([0, 1, 30, 32])
  })
})

describe('packets', () => {
  const end = (address: string) => ({ address, port: 0 })

  it('carry ESP without a UDP header', () => {
    const bytes = new Uint8Array([1, 2, 3, 4])
    const packet = encodePacket({ protocol: 'esp', from: end('1.1.1.1'), to: end('2.2.2.2'), bytes }, 7)
    expect(packet[9]).toBe(50)
    expect(packet.subarray(20)).toEqual(bytes)
  })

  it('are refused where IPv4 cannot carry them', () => {
    const bytes = new Uint8Array(65_530)
    expect(() => encodePacket({ protocol: 'udp', from: end('1.1.1.1'), to: end('2.2.2.2'), bytes }, 0)).toThrow(
      'an IPv4 packet of 65558 octets',
    )
    expect(() =>
      encodePacket({ protocol: 'udp', from: end('R1'), to: end('2.2.2.2'), bytes: new Uint8Array() }, 0),
    ).toThrow("'R1' is no dotted IPv4 address")
  })
})

describe('fragmentPacket', () => {
  const headerOf = (packet: Uint8Array): Uint8Array => packet.subarray(0, 20)
  const isChecksumGood = (header: Uint8Array): boolean => {
    let sum = 0
    for (let at = 0; at < header.length; at += 2) sum += ((header[at] ?? 0) << 8) + (header[at + 1] ?? 0)
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
    return sum === 0xffff
  }

  it('leaves fragments that put together again are the packet, each within the MTU', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 68, max: 1500 }), (bytes, mtu) => {
        const ends = { from: { address: '192.0.2.1', port: 500 }, to: { address: '192.0.2.2', port: 500 } }
        const packet = encodePacket({ protocol: 'udp', ...ends, bytes }, 7)
        const pieces = fragmentPacket(packet, mtu)
        const payload: number[] = []
        for (const [index, piece] of pieces.entries()) {
          const read = decodeIpv4(piece)
          if (!read.ok) throw new Error(read.reject.detail)
          expect(piece.length).toBeLessThanOrEqual(mtu)
          expect(isChecksumGood(headerOf(piece))).toBe(true)
          expect(read.value).toMatchObject({ identification: 7, source: '192.0.2.1', destination: '192.0.2.2' })
          expect(read.value.fragmentOffset * 8).toBe(payload.length)
          expect(read.value.flags).toBe(index + 1 < pieces.length ? ipv4Flag.MORE_FRAGMENTS : 0)
          payload.push(...read.value.payload)
        }
        expect(payload).toEqual([...packet.subarray(20)])
        if (packet.length <= mtu) expect(pieces).toEqual([packet])
      }),
      { seed: 791 },
    )
  })
})
