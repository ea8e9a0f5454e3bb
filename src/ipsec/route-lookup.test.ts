import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interfaceOf, ipsecConfiguration } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import { bytesToIpv4, u32Bytes } from '../wire/index.ts'
import type { Interface, Route } from './configuration.ts'
import { type RouteChoice, routeLookup } from './route-lookup.ts'

const dotted = (number: number): string => bytesToIpv4(u32Bytes(number))
/** The leading bits of an address, as text. */
const prefix = (address: string, bits: number): string =>
  address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')
    .slice(0, bits)
const maskOf = (bits: number): string => dotted(bits === 0 ? 0 : 0xffffffff << (32 - bits))
const route = (network: string, bits: number, via: string): Route => ({
  network,
  mask: maskOf(bits),
  via,
  at: lineAt(40, `ip route ${network} ${maskOf(bits)} ${via}`),
})

const interfaces: readonly Interface[] = [
  interfaceOf('Ethernet0/0', '192.0.2.1'),
  interfaceOf('Ethernet0/1', '198.51.100.1'),
  interfaceOf('Loopback0', '10.1.0.1', '255.255.255.255'),
  interfaceOf('Tunnel1', null),
]

const lookup = (
  routes: readonly Route[],
  destination: string,
  ifs: readonly Interface[] = interfaces,
): RouteChoice | undefined => routeLookup(ipsecConfiguration({ interfaces: ifs, routes }), destination)

describe('routeLookup', () => {
  it('takes the longest prefix, as a walk over all lengths does', () => {
    const bits = fc.integer({ min: 0, max: 32 })
    const near = fc.integer({ min: 0x0b000000, max: 0x0b00000f })
    const anyRoute = fc
      .tuple(near, bits, fc.constantFrom('Ethernet0/0', 'Ethernet0/1', 'Tunnel1'))
      .map(([at, length, via]) => route(dotted(length === 0 ? 0 : at & (0xffffffff << (32 - length))), length, via))
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 12 }), near, (routes, destination) => {
        let expected: string | undefined
        for (let length = 32; length >= 0 && expected === undefined; length -= 1)
          expected = routes.find(
            ({ network, mask }) =>
              mask === maskOf(length) && prefix(network, length) === prefix(dotted(destination), length),
          )?.via
        expect(lookup(routes, dotted(destination))?.interface).toBe(expected)
      }),
      { seed: 1812, numRuns: 1000 },
    )
  })

  it('finds what is on the link without a next hop', () => {
    expect(lookup([], '192.0.2.77')).toEqual({ interface: 'Ethernet0/0', nextHop: null })
  })

  it('prefers what is connected to a static route of the same length', () => {
    expect(lookup([route('192.0.2.0', 24, 'Ethernet0/1')], '192.0.2.77')?.interface).toBe('Ethernet0/0')
    expect(lookup([route('192.0.2.64', 26, 'Ethernet0/1')], '192.0.2.77')?.interface).toBe('Ethernet0/1')
  })

  it('follows a gateway to the interface behind which it stands', () => {
    expect(lookup([route('10.2.0.0', 16, '198.51.100.9')], '10.2.3.4')).toEqual({
      interface: 'Ethernet0/1',
      nextHop: '198.51.100.9',
    })
  })

  it('follows gateways behind gateways', () => {
    const routes = [route('10.2.0.0', 16, '10.9.9.9'), route('10.9.9.9', 32, '192.0.2.2')]
    expect(lookup(routes, '10.2.3.4')).toEqual({ interface: 'Ethernet0/0', nextHop: '10.9.9.9' })
  })

  it('leaves out a route whose interface is down or unknown, or whose gateway cannot be reached', () => {
    const down = [...interfaces, interfaceOf('Tunnel9', null, '255.255.255.0', { shutdown: true })]
    const fallback = route('0.0.0.0', 0, 'Ethernet0/1')
    for (const via of ['Tunnel9', 'Tunnel77'])
      expect(lookup([route('10.2.0.0', 16, via), fallback], '10.2.3.4', down)?.interface).toBe('Ethernet0/1')
    expect(lookup([route('10.2.0.0', 16, '203.0.113.5')], '10.2.3.4')).toBeUndefined()
  })

  it('throws away what Null0 takes, although a shorter prefix would lead out', () => {
    const routes = [route('10.2.0.0', 16, 'Null0'), route('0.0.0.0', 0, 'Ethernet0/0')]
    expect(lookup(routes, '10.2.3.4')).toBeUndefined()
    expect(lookup(routes, '10.3.3.4')?.interface).toBe('Ethernet0/0')
  })

  it('names interfaces without regard to case', () => {
    expect(lookup([route('10.2.0.0', 16, 'ethernet0/1')], '10.2.3.4')?.interface).toBe('Ethernet0/1')
  })

  it('ends where gateways lead to one another, and where very many do', () => {
    expect(lookup([route('10.2.0.0', 16, '10.3.0.1'), route('10.3.0.0', 16, '10.2.0.1')], '10.2.3.4')).toBeUndefined()
    const chain = Array.from({ length: 2000 }, (_, index) =>
      route(dotted(0x0b000000 + index), 32, dotted(0x0b000001 + index)),
    )
    expect(lookup(chain, '11.0.0.0')).toBeUndefined()
  })

  it('ignores an interface that is shut down', () => {
    expect(
      lookup([], '192.0.2.77', [interfaceOf('Ethernet0/0', '192.0.2.1', '255.255.255.0', { shutdown: true })]),
    ).toBeUndefined()
  })
})

describe('routeLookup in a VRF', () => {
  const front: Interface = { ...interfaceOf('Ethernet1/0', '203.0.113.1'), vrf: 'FRONT' }
  const all = [...interfaces, front]
  const routes = [route('0.0.0.0', 0, '192.0.2.254'), { ...route('0.0.0.0', 0, '203.0.113.254'), vrf: 'FRONT' }]
  const within = (destination: string, vrf?: string): RouteChoice | undefined =>
    routeLookup(ipsecConfiguration({ interfaces: all, routes }), destination, vrf)

  it('sees the interfaces and the routes of its own table only', () => {
    expect(within('10.9.9.9', 'FRONT')).toEqual({ interface: 'Ethernet1/0', nextHop: '203.0.113.254' })
    expect(within('10.9.9.9')).toEqual({ interface: 'Ethernet0/0', nextHop: '192.0.2.254' })
    expect(within('203.0.113.7')).toEqual({ interface: 'Ethernet0/0', nextHop: '192.0.2.254' })
    expect(within('192.0.2.7', 'OTHER')).toBeUndefined()
  })
})
