import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, host, network } from '../../test/support/ipsec.ts'
import { fromHex, type TrafficSelector } from '../wire/index.ts'
import { dotted, maskOf, numberOf } from './addresses.ts'
import type { ProxyIdentity } from './configuration.ts'
import { sameProxy } from './selectors.ts'
import {
  encodeSelector,
  type Ipv4Selector,
  intersection,
  largestProxy,
  proxyOf,
  readSelector,
  selectorCovers,
  selectorOf,
} from './traffic-selectors.ts'

const seed = { seed: 7296, numRuns: 2000 }

const base = numberOf('10.0.0.0')
const last = 0xffff
const selector: fc.Arbitrary<Ipv4Selector> = fc
  .record({
    protocol: fc.constantFrom(0, 6, 17),
    ports: fc.oneof(fc.constant([0, last]), fc.constantFrom([80, 80], [53, 80], [443, 443])),
    start: fc.integer({ min: 0, max: 40 }),
    length: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ protocol, ports, start, length }) => ({
    protocol,
    startPort: ports[0] ?? 0,
    endPort: ports[1] ?? last,
    start: base + start,
    end: base + start + length,
  }))

const proxy: fc.Arbitrary<ProxyIdentity> = fc
  .tuple(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 0, max: 32 }),
    fc.constantFrom(0, 6, 17),
    fc.nat(last),
  )
  .map(([address, length, protocol, port]) => network(dotted(address), maskOf(length), protocol, port))

interface Point {
  readonly address: number
  readonly protocol: number
  readonly port: number
}
const points: readonly Point[] = Array.from({ length: 90 }, (_, index) => base + index).flatMap((address) =>
  [6, 17].flatMap((protocol) => [53, 60, 80, 443].map((port) => ({ address, protocol, port }))),
)
const names = (each: Ipv4Selector, { address, protocol, port }: Point): boolean =>
  (each.protocol === 0 || each.protocol === protocol) &&
  port >= each.startPort &&
  port <= each.endPort &&
  address >= each.start &&
  address <= each.end

describe('a proxy identity as a selector', () => {
  it.each([
    ['everything', anything, '00000000', 'ffffffff', 0, last],
    ['a host', host('10.1.2.3', 47), '0a010203', '0a010203', 0, last],
    ['a network', network('10.1.2.3', '255.255.255.0'), '0a010200', '0a0102ff', 0, last],
    ['one port', host('10.1.2.3', 6, 80), '0a010203', '0a010203', 80, 80],
  ])('%s', (_, identity, start, end, startPort, endPort) => {
    expect(encodeSelector(selectorOf(identity))).toEqual({
      kind: 'range',
      tsType: 7,
      protocol: identity.protocol,
      startPort,
      endPort,
      start: fromHex(start),
      end: fromHex(end),
    })
  })

  it('comes back the same', () => {
    fc.assert(
      fc.property(proxy, (identity) => {
        const read = readSelector(encodeSelector(selectorOf(identity)))
        const back = read && proxyOf(read)
        expect(back !== null && sameProxy(back, identity)).toBe(true)
      }),
      seed,
    )
  })
})

describe('a selector of a peer', () => {
  const range = {
    kind: 'range',
    tsType: 7,
    protocol: 0,
    startPort: 0,
    endPort: last,
    start: fromHex('0a000000'),
    end: fromHex('0a0000ff'),
  } as const
  it.each<readonly [string, TrafficSelector]>([
    ['of IPv6', { ...range, tsType: 8, start: new Uint8Array(16), end: new Uint8Array(16).fill(0xff) }],
    ['of a type that is not known', { kind: 'unknown', tsType: 9, protocol: 0, data: new Uint8Array(12) }],
    ['that ends before it begins', { ...range, start: fromHex('0a000100') }],
    ['with opaque ports', { ...range, startPort: last, endPort: 0 }],
    ['with addresses of another length', { ...range, start: fromHex('0a00') }],
  ])('%s is none that can be chosen', (_, each) => {
    expect(readSelector(each)).toBeNull()
  })
})

describe('intersection', () => {
  it('names what both name, and nothing else', () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        const both = intersection(a, b)
        for (const point of points) expect(both !== null && names(both, point)).toBe(names(a, point) && names(b, point))
      }),
      { ...seed, numRuns: 300 },
    )
  })

  it('is covered by both, and a selector that covers another meets it in the whole of it', () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        const both = intersection(a, b)
        if (both) expect(selectorCovers(a, both) && selectorCovers(b, both)).toBe(true)
        if (selectorCovers(a, b)) expect(both).toEqual(b)
      }),
      seed,
    )
  })
})

describe('largestProxy', () => {
  it('lies inside, and no network twice its size does', () => {
    fc.assert(
      fc.property(selector, (each) => {
        const found = largestProxy(each)
        if (each.startPort !== each.endPort && each.startPort !== 0) {
          expect(found).toBeNull()
          return
        }
        const named = found && selectorOf(found)
        expect(named !== null && selectorCovers(each, named)).toBe(true)
        const size = named === null ? 0 : 2 * (named.end - named.start + 1)
        for (let start = Math.ceil(each.start / size) * size; start + size - 1 <= each.end; start += size)
          expect.unreachable(`${dotted(start)} of ${size} addresses lies inside`)
      }),
      seed,
    )
  })

  it('holds what it must hold, or is not there', () => {
    fc.assert(
      fc.property(selector, fc.nat(80), (each, offset) => {
        const one = { ...each, start: base + offset, end: base + offset }
        const found = largestProxy(each, one)
        if (found) expect(selectorCovers(selectorOf(found), one)).toBe(true)
        else expect(selectorCovers(each, one) && each.startPort === 0).toBe(false)
      }),
      seed,
    )
  })

  it.each([
    ['10.0.0.5', '10.0.0.77', '10.0.0.32', '255.255.255.224'],
    ['10.0.0.0', '10.0.0.255', '10.0.0.0', '255.255.255.0'],
    ['0.0.0.0', '255.255.255.255', '0.0.0.0', '0.0.0.0'],
    ['10.0.0.7', '10.0.0.7', '10.0.0.7', '255.255.255.255'],
    ['255.255.255.254', '255.255.255.255', '255.255.255.254', '255.255.255.254'],
  ])('of %s to %s is %s %s', (start, end, address, mask) => {
    const each = { protocol: 0, startPort: 0, endPort: last, start: numberOf(start), end: numberOf(end) }
    expect(largestProxy(each)).toEqual(network(address, mask))
  })
})
