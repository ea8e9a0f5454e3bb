import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, flowOf, here, host, network, there } from '../../test/support/ipsec.ts'
import { fromHex, type TrafficSelector } from '../wire/index.ts'
import { dotted, maskOf, numberOf } from './addresses.ts'
import type { ProxyIdentity } from './configuration.ts'
import { answerSelectors, confirmNarrowed, narrowToFlow, offerSelectors, type SelectorPair } from './narrowing.ts'
import { encodeSelector, intersection, selectorOf } from './traffic-selectors.ts'

const ts = (identity: ProxyIdentity): TrafficSelector => encodeSelector(selectorOf(identity))
const range = (start: string, end: string, startPort = 0, endPort = 0xffff, protocol = 0): TrafficSelector =>
  encodeSelector({ protocol, startPort, endPort, start: numberOf(start), end: numberOf(end) })
const ipv6: TrafficSelector = {
  kind: 'range',
  tsType: 8,
  protocol: 0,
  startPort: 0,
  endPort: 0xffff,
  start: new Uint8Array(16),
  end: fromHex('ff'.repeat(16)),
}

const inside = network('10.1.0.0', '255.255.255.0')
const outside = network('10.2.0.0', '255.255.255.0')
/** The responder protects `inside`; the initiator is on the other side. */
const flow = flowOf({ kind: 'crypto-map', localProxy: inside, remoteProxy: outside })
const narrow = (tsi: readonly TrafficSelector[], tsr: readonly TrafficSelector[], one = flow) =>
  narrowToFlow(one, { tsi, tsr })

describe('the responder', () => {
  it('takes mirror images whole', () => {
    expect(narrow([ts(outside)], [ts(inside)])).toEqual({
      fit: 'whole',
      localProxy: inside,
      remoteProxy: outside,
      holdsFirst: true,
    })
  })

  it('narrows a wide offer to its own flow', () => {
    expect(narrow([ts(anything)], [ts(anything)])).toMatchObject({
      fit: 'whole',
      localProxy: inside,
      remoteProxy: outside,
    })
    const gre = flowOf({ kind: 'gre-tunnel', localProxy: host(here, 47), remoteProxy: host(there, 47) })
    expect(narrow([ts(anything)], [ts(anything)], gre)).toMatchObject({ fit: 'whole', localProxy: host(here, 47) })
  })

  it('takes a narrow offer as it is', () => {
    expect(narrow([ts(host('10.2.0.7'))], [ts(network('10.1.0.128', '255.255.255.128'))])).toMatchObject({
      fit: 'part',
      remoteProxy: host('10.2.0.7'),
      localProxy: network('10.1.0.128', '255.255.255.128'),
    })
  })

  it('keeps the packet that the initiator named first, and as much around it as was offered (RFC 7296 §2.9)', () => {
    const packet = host('10.2.0.7', 6, 1024)
    const tsi = [ts(packet), ts(network('10.2.0.0', '255.255.0.0'))]
    const tsr = [ts(host('10.1.0.9', 6, 80)), ts(network('10.1.0.0', '255.255.0.0'))]
    expect(narrow(tsi, tsr)).toMatchObject({ fit: 'whole', holdsFirst: true })
  })

  it('keeps the port of that packet where some ports are offered, which no SA of ours can cover', () => {
    const tsi = [ts(host('10.2.0.7', 6, 1500)), range('10.2.0.0', '10.2.0.255', 1000, 2000, 6)]
    expect(narrow(tsi, [ts(inside)])).toMatchObject({
      fit: 'part',
      remoteProxy: network('10.2.0.0', '255.255.255.0', 6, 1500),
      holdsFirst: true,
    })
  })

  it('says where it cannot keep it', () => {
    const tsi = [ts(host('172.16.0.1')), ts(outside)]
    expect(narrow(tsi, [ts(inside)])).toMatchObject({ fit: 'whole', holdsFirst: false })
  })

  it('makes one network of a range that is none', () => {
    expect(narrow([range('10.2.0.5', '10.2.0.77')], [ts(inside)])).toMatchObject({
      fit: 'part',
      remoteProxy: network('10.2.0.32', '255.255.255.224'),
    })
  })

  it('passes over selectors that it cannot choose', () => {
    expect(narrow([ipv6, ts(outside)], [ipv6, ts(inside)])).toMatchObject({ fit: 'whole' })
    expect(narrow([ipv6], [ipv6])).toEqual({ fit: 'differ' })
    expect(narrow([], [])).toEqual({ fit: 'differ' })
    expect(narrow([range('10.2.0.0', '10.2.0.255', 1000, 2000, 6)], [ts(inside)])).toEqual({ fit: 'differ' })
    // Port 0 alone is not every port, which a proxy identity writes as 0.
    expect(narrow([range('10.2.0.0', '10.2.0.255', 0, 0, 6)], [ts(inside)])).toEqual({ fit: 'differ' })
  })

  it.each([
    ['another network there', [ts(network('10.9.0.0', '255.255.255.0'))], [ts(inside)]],
    ['another network here', [ts(outside)], [ts(network('10.9.0.0', '255.255.255.0'))]],
    ['the two sides swapped', [ts(inside)], [ts(outside)]],
    ['TCP there and UDP here', [ts({ ...outside, protocol: 6 })], [ts({ ...inside, protocol: 17 })]],
  ])('has nothing in common with %s', (_, tsi, tsr) => {
    expect(narrow(tsi, tsr)).toEqual({ fit: 'differ' })
  })

  it('has nothing in common with what a deny entry takes away whole', () => {
    const denied = { ...flow, exceptions: [{ source: inside, destination: host('10.2.0.7') }] }
    expect(narrow([ts(host('10.2.0.7'))], [ts(inside)], denied)).toEqual({ fit: 'denied' })
    expect(narrow([ts(outside)], [ts(inside)], denied)).toMatchObject({ fit: 'whole' })
  })
})

describe('the two ends together', () => {
  const small = fc
    .tuple(
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 28, max: 32 }),
      fc.constantFrom(0, 6, 17),
      fc.constantFrom(0, 80),
    )
    .map(([last, length, protocol, port]) =>
      network(dotted(numberOf('10.0.0.0') + last), maskOf(length), protocol, protocol === 0 ? 0 : port),
    )

  it('agree on what both have, and the initiator takes what the responder answers', () => {
    fc.assert(
      fc.property(small, small, small, small, (ownLocal, ownRemote, theirLocal, theirRemote) => {
        const offer = offerSelectors({ localProxy: theirLocal, remoteProxy: theirRemote })
        const responder = flowOf({ kind: 'crypto-map', localProxy: ownLocal, remoteProxy: ownRemote })
        const narrowed = narrowToFlow(responder, offer)
        const common = [
          intersection(selectorOf(ownLocal), selectorOf(theirRemote)),
          intersection(selectorOf(ownRemote), selectorOf(theirLocal)),
        ]
        if (!('localProxy' in narrowed)) {
          const [here, there] = common
          expect(!here || !there || (here.protocol !== there.protocol && here.protocol * there.protocol !== 0)).toBe(
            true,
          )
          return
        }
        // Two networks that meet lie one in the other: nothing is lost.
        expect([selectorOf(narrowed.localProxy), selectorOf(narrowed.remoteProxy)]).toEqual(common)
        expect(confirmNarrowed(offer, answerSelectors(narrowed))).toMatchObject({
          ok: true,
          localProxy: narrowed.remoteProxy,
          remoteProxy: narrowed.localProxy,
        })
      }),
      { seed: 7296, numRuns: 2000 },
    )
  })

  it('find the widest of as many selectors as a payload holds', () => {
    const many = Array.from({ length: 255 }, (_, index) => ts(host(`10.2.0.${index}`)))
    const sides = { tsi: [...many, ts(outside)], tsr: [...many, ts(inside)] }
    expect(narrowToFlow(flow, sides)).toMatchObject({ fit: 'whole' })
  })
})

describe('the initiator', () => {
  const offer = offerSelectors({ localProxy: outside, remoteProxy: inside })
  const confirm = (returned: Partial<SelectorPair>) => confirmNarrowed(offer, { ...offer, ...returned })

  it('accepts all that it offered, and what the responder answers with', () => {
    expect(confirm({})).toEqual({ ok: true, localProxy: outside, remoteProxy: inside })
    expect(confirm(answerSelectors({ localProxy: inside, remoteProxy: outside }))).toMatchObject({ ok: true })
  })

  it('accepts a part of it', () => {
    expect(confirm({ tsr: [ts(host('10.1.0.9', 6, 80))] })).toEqual({
      ok: true,
      localProxy: outside,
      remoteProxy: host('10.1.0.9', 6, 80),
    })
  })

  it('accepts several selectors of which one is all', () => {
    expect(confirm({ tsr: [ts(host('10.1.0.9')), ts(inside)] })).toMatchObject({ ok: true, remoteProxy: inside })
  })

  it.each([
    ['more than was offered', [ts(network('10.1.0.0', '255.255.0.0'))], 'more TSr'],
    ['something else', [ts(network('10.9.0.0', '255.255.255.0'))], 'more TSr'],
    ['an offered selector and one more', [ts(inside), ts(host('10.9.0.1'))], 'more TSr'],
    ['nothing', [], 'no TSr'],
    ['IPv6', [ipv6], 'not offered'],
    ['a range that is no network', [range('10.1.0.5', '10.1.0.77')], 'no single network'],
    ['two networks side by side', [ts(host('10.1.0.5')), ts(host('10.1.0.9'))], 'no single network'],
    ['some of the ports', [range('10.1.0.0', '10.1.0.255', 1000, 2000, 6)], 'no single network'],
  ])('refuses %s', (_, tsr, reason) => {
    expect(confirm({ tsr })).toEqual({ ok: false, reason: expect.stringContaining(reason) })
  })
})
