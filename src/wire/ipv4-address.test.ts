import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToIpv4, ipv4Number, ipv4Text, ipv4ToBytes, requireIpv4Number } from './ipv4-address.ts'

describe('dotted addresses', () => {
  it('are four decimal octets without leading zeros', () => {
    expect(ipv4Number('192.168.0.1')).toBe(0xc0a80001)
    expect(ipv4Number('255.255.255.255')).toBe(0xffffffff)
    expect(ipv4Number('0.0.0.0')).toBe(0)
    for (const wrong of ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.', '.1.2.3', 'a.b.c.d', '1.2.3.4 '])
      expect(ipv4Number(wrong)).toBeUndefined()
  })

  it('are what node takes for one, and throw RangeError where one is needed', () => {
    const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '0', '00', '01', '1a', ' 1', '-1', '0001'))
    const text = fc.oneof(
      fc.array(octet, { maxLength: 6 }).map((octets) => octets.join('.')),
      fc.string(),
      fc.ipV4(),
    )
    fc.assert(
      fc.property(text, (address) => {
        if (isIPv4(address)) expect(ipv4Number(address)).toBe(Buffer.from(ipv4ToBytes(address)).readUInt32BE())
        else {
          expect(ipv4Number(address)).toBeUndefined()
          expect(() => ipv4ToBytes(address)).toThrow(RangeError)
          expect(() => requireIpv4Number(address)).toThrow(`'${address}' is no dotted IPv4 address`)
        }
      }),
    )
  })

  it('are what their number and their octets say', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(ipv4Text(requireIpv4Number(address))).toBe(address)
        expect(bytesToIpv4(ipv4ToBytes(address))).toBe(address)
      }),
    )
    expect(ipv4Text(~0xff)).toBe('255.255.255.0')
  })
})
