import { describe, expect, it } from 'vitest'
import { addressNumber, encodePacket, isInNetwork, prefixLength } from './ipv4.ts'

describe('addresses', () => {
  it('are four decimal octets without leading zeros', () => {
    expect(addressNumber('192.168.0.1')).toBe(0xc0a80001)
    expect(addressNumber('255.255.255.255')).toBe(0xffffffff)
    for (const wrong of ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', 'a.b.c.d', '1.2.3.4 ']) {
      expect(addressNumber(wrong)).toBeUndefined()
    }
  })

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
    ).toThrow('not an IPv4 address: R1')
  })
})
