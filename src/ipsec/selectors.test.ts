import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, host, network } from '../../test/support/ipsec.ts'
import { bytesToIpv4, decodeIpv4, encodeIpv4, type Ipv4Packet, ipProtocol, u16Bytes, u32Bytes } from '../wire/index.ts'
import type { ProxyIdentity } from './configuration.ts'
import { proxiesMeet, proxyCovers, sameProxy, selectorsMatch } from './selectors.ts'

const seed = { seed: 4301, numRuns: 2000 }

const dotted = (number: number): string => bytesToIpv4(u32Bytes(number))
/** Few addresses, so that networks often hold one another. */
const address = fc.integer({ min: 0x0a000000, max: 0x0a00000f })
const length = fc.oneof(fc.integer({ min: 28, max: 32 }), fc.constantFrom(0, 8))
const protocol = fc.constantFrom(0, 6, 17, 47)
const port = fc.constantFrom(0, 53, 80)
const proxy: fc.Arbitrary<ProxyIdentity> = fc
  .tuple(address, length, protocol, port)
  .map(([at, bits, proto, number]) => ({
    address: dotted(at),
    mask: dotted(bits === 0 ? 0 : 0xffffffff << (32 - bits)),
    protocol: proto,
    port: proto === 6 || proto === 17 ? number : 0,
  }))

interface Point {
  readonly address: number
  readonly protocol: number
  readonly port: number
}

const points: readonly Point[] = Array.from({ length: 18 }, (_, index) => 0x09ffffff + index).flatMap((at) =>
  [1, 6, 17, 47].flatMap((proto) => [53, 80, 443].map((number) => ({ address: at, protocol: proto, port: number }))),
)

const bitsOf = (text: string): string =>
  text
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')

/** The meaning of a proxy identity, said bit by bit. */
const names = (identity: ProxyIdentity, point: Point): boolean => {
  const [want, mask, have] = [bitsOf(identity.address), bitsOf(identity.mask), bitsOf(dotted(point.address))]
  return (
    [...mask].every((bit, index) => bit === '0' || want[index] === have[index]) &&
    (identity.protocol === 0 || identity.protocol === point.protocol) &&
    (identity.port === 0 || identity.port === point.port)
  )
}

describe('proxyCovers', () => {
  it('is reflexive, antisymmetric and transitive', () => {
    fc.assert(
      fc.property(proxy, proxy, proxy, (a, b, c) => {
        expect(proxyCovers(a, a)).toBe(true)
        if (proxyCovers(a, b) && proxyCovers(b, c)) expect(proxyCovers(a, c)).toBe(true)
        if (sameProxy(a, b)) expect(points.every((point) => names(a, point) === names(b, point))).toBe(true)
      }),
      seed,
    )
  })

  it('means that all which the inner one names is named by the outer one', () => {
    fc.assert(
      fc.property(proxy, proxy, (outer, inner) => {
        if (proxyCovers(outer, inner))
          for (const point of points) if (names(inner, point)) expect(names(outer, point)).toBe(true)
      }),
      seed,
    )
  })

  it('has a greatest element: everything', () => {
    fc.assert(
      fc.property(proxy, (inner) => {
        expect(proxyCovers(anything, inner)).toBe(true)
      }),
      seed,
    )
  })

  it('does not look at the bits of an address that its mask leaves out', () => {
    expect(sameProxy(network('10.1.2.3', '255.255.255.0'), network('10.1.2.0', '255.255.255.0'))).toBe(true)
  })

  it.each([
    ['a network and a host in it', network('10.0.0.0', '255.255.255.0'), host('10.0.0.7'), true],
    ['a host and its network', host('10.0.0.7'), network('10.0.0.0', '255.255.255.0'), false],
    ['any protocol and TCP', host('10.0.0.7'), host('10.0.0.7', 6), true],
    ['TCP and any protocol', host('10.0.0.7', 6), host('10.0.0.7'), false],
    ['any port and one', host('10.0.0.7', 6), host('10.0.0.7', 6, 80), true],
    ['one port and any', host('10.0.0.7', 6, 80), host('10.0.0.7', 6), false],
    ['two networks side by side', network('10.0.0.0', '255.255.255.0'), network('10.0.1.0', '255.255.255.0'), false],
  ])('%s', (_, outer, inner, covers) => {
    expect(proxyCovers(outer, inner)).toBe(covers)
  })
})

describe('proxiesMeet', () => {
  it('means that both name something', () => {
    fc.assert(
      fc.property(proxy, proxy, (a, b) => {
        expect(proxiesMeet(a, b)).toBe(points.some((point) => names(a, point) && names(b, point)))
      }),
      seed,
    )
  })
})

const packetOf = (source: Point, destination: Point): Ipv4Packet => {
  const read = decodeIpv4(
    encodeIpv4({
      source: dotted(source.address),
      destination: dotted(destination.address),
      protocol: source.protocol,
      payload: Uint8Array.of(...u16Bytes(source.port), ...u16Bytes(destination.port), 0, 0, 0, 0),
    }),
  )
  if (!read.ok) throw new Error(read.reject.detail)
  return read.value
}

describe('E3: selectorsMatch', () => {
  it('says of every packet what the two identities say bit by bit', () => {
    const point = fc.record({ address, protocol: fc.constantFrom(6, 17), port: fc.constantFrom(53, 80, 443) })
    fc.assert(
      fc.property(proxy, proxy, point, point, (from, to, source, other) => {
        const destination = { ...other, protocol: source.protocol }
        expect(selectorsMatch(packetOf(source, destination), from, to)).toBe(
          names(from, source) && names(to, destination),
        )
      }),
      seed,
    )
  })

  const tcp = packetOf(
    { address: 0x0a000001, protocol: ipProtocol.TCP, port: 1024 },
    { address: 0x0a000002, protocol: ipProtocol.TCP, port: 80 },
  )

  it('lets no fragment through a selector that names a port, for it does not say one', () => {
    const web = host('10.0.0.2', ipProtocol.TCP, 80)
    expect(selectorsMatch(tcp, anything, web)).toBe(true)
    expect(selectorsMatch({ ...tcp, fragmentOffset: 185 }, anything, web)).toBe(false)
    expect(selectorsMatch({ ...tcp, fragmentOffset: 185 }, anything, host('10.0.0.2', ipProtocol.TCP))).toBe(true)
  })

  it('lets no packet too short for its ports through a selector that names one', () => {
    expect(selectorsMatch({ ...tcp, payload: Uint8Array.of(4, 0, 0) }, anything, host('10.0.0.2', 6, 80))).toBe(false)
  })

  it('reads no ports where the protocol has none', () => {
    expect(selectorsMatch({ ...tcp, protocol: ipProtocol.GRE }, anything, host('10.0.0.2', 47, 80))).toBe(false)
  })
})
