import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counting, here, host, inboundSaOf, network, outboundSa, there } from '../../test/support/ipsec.ts'
import { encodeIpv4, type Ipv4Packet, ipProtocol, ipv4Flag } from '../wire/index.ts'
import { decapsulate, encapsulate } from './encapsulation.ts'
import { ivLength, sealEsp } from './esp.ts'
import { mayBeNew } from './replay-window.ts'
import type { SecurityAssociation } from './security-association.ts'

const seed = { seed: 4303, numRuns: 100 }
const iv = (association: SecurityAssociation): Uint8Array => counting(ivLength(association), 0xa0)

const packetOf = (more: Partial<Ipv4Packet> = {}): Uint8Array =>
  encodeIpv4({ source: here, destination: there, protocol: ipProtocol.ICMP, payload: counting(12), ...more })

const tunnel = outboundSa()
const transport = outboundSa({ mode: 'transport', localProxy: host(here), remoteProxy: host(there) })

const sent = (association: SecurityAssociation, packet: Uint8Array): Uint8Array => {
  const result = encapsulate(association, packet, iv(association))
  if (!result.ok) throw new Error(result.reason)
  return result.packet
}

/** ESP whose ICV is good around whatever is given. */
const sealed = (association: SecurityAssociation, inner: Uint8Array, nextHeader: number): Uint8Array => {
  const result = sealEsp(association, inner, nextHeader, iv(association))
  if (!result.ok) throw new Error(result.reason)
  return result.packet
}

describe('tunnel mode', () => {
  it('carries any packet whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(255), (payload, protocol) => {
        const packet = packetOf({ payload, protocol })
        expect(decapsulate(inboundSaOf(tunnel), sent(tunnel, packet))).toMatchObject({ ok: true, packet, sequence: 1 })
      }),
      seed,
    )
  })

  it('carries fragments', () => {
    const packet = packetOf({ flags: ipv4Flag.MORE_FRAGMENTS })
    expect(decapsulate(inboundSaOf(tunnel), sent(tunnel, packet))).toMatchObject({ ok: true, packet })
  })

  it('refuses to carry what is no IPv4 packet', () => {
    expect(encapsulate(tunnel, counting(30), iv(tunnel))).toEqual({ ok: false, reason: 'inner-packet-malformed' })
  })
})

describe('transport mode', () => {
  it('carries what is behind the header, and the ends come from the SA', () => {
    const out = decapsulate(inboundSaOf(transport), sent(transport, packetOf()))
    expect(out).toMatchObject({ ok: true, packet: packetOf() })
    expect(sent(transport, packetOf()).length).toBeLessThan(sent(outboundSa(), packetOf()).length)
  })

  it('carries no fragments (RFC 4303 §3.1.1)', () => {
    const fragment = packetOf({ flags: ipv4Flag.MORE_FRAGMENTS })
    expect(encapsulate(transport, fragment, iv(transport))).toEqual({ ok: false, reason: 'fragment-in-transport-mode' })
  })
})

describe('E3: what an SA carries stands between its proxy identities, on both ways', () => {
  const narrow = outboundSa({
    localProxy: network('10.1.0.0', '255.255.255.0'),
    remoteProxy: network('10.2.0.0', '255.255.255.0'),
  })

  it('outbound', () => {
    const foreign = packetOf({ source: '10.1.0.5', destination: '10.3.0.5' })
    expect(encapsulate(narrow, foreign, iv(narrow))).toEqual({ ok: false, reason: 'outside-proxy-identities' })
    expect(encapsulate(narrow, packetOf({ source: '10.1.0.5', destination: '10.2.0.5' }), iv(narrow)).ok).toBe(true)
  })

  it.each([
    ['a foreign source', '10.9.0.5', '10.2.0.5'],
    ['a foreign destination', '10.1.0.5', '10.9.0.5'],
    ['the two networks swapped', '10.2.0.5', '10.1.0.5'],
  ])('inbound: %s is refused although the packet is authentic', (_, source, destination) => {
    const inbound = inboundSaOf(narrow)
    const opened = decapsulate(inbound, sealed(narrow, packetOf({ source, destination }), ipProtocol.IPV4))
    expect(opened).toMatchObject({ ok: false, reason: 'outside-proxy-identities' })
    // It was authentic: its number is used up, so that it cannot come again.
    expect(mayBeNew(opened.association.replay, 1)).toBe(false)
  })

  it('a tunnel in the tunnel is judged by its outer addresses', () => {
    const nested = packetOf({
      source: '10.9.0.5',
      destination: '10.2.0.5',
      protocol: ipProtocol.IPV4,
      payload: packetOf({ source: '10.1.0.5', destination: '10.2.0.5' }),
    })
    expect(decapsulate(inboundSaOf(narrow), sealed(narrow, nested, ipProtocol.IPV4))).toMatchObject({
      ok: false,
      reason: 'outside-proxy-identities',
    })
  })
})

describe('what stands in an authentic packet', () => {
  it.each([
    ['IPv6 in tunnel mode', 41, counting(40), 'inner-packet-malformed'],
    ['a transport protocol in tunnel mode', ipProtocol.ICMP, counting(8), 'inner-packet-malformed'],
    ['IPv4 that calls itself something else', 41, packetOf(), 'inner-packet-malformed'],
    ['garbage that calls itself IPv4', ipProtocol.IPV4, counting(40), 'inner-packet-malformed'],
    ['nothing that calls itself IPv4', ipProtocol.IPV4, new Uint8Array(0), 'inner-packet-malformed'],
    ['a dummy packet (RFC 4303 §2.6)', 59, counting(40), 'dummy-packet'],
  ])('%s is dropped, and its sequence number is used up', (_, nextHeader, inner, reason) => {
    const dropped = decapsulate(inboundSaOf(tunnel), sealed(tunnel, inner, nextHeader))
    expect(dropped).toMatchObject({ ok: false, reason })
    expect(mayBeNew(dropped.association.replay, 1)).toBe(false)
  })

  it('a packet that is not authentic leaves the SA as it was', () => {
    const inbound = inboundSaOf(tunnel)
    const packet = sent(tunnel, packetOf())
    packet[packet.length - 1] = (packet[packet.length - 1] ?? 0) ^ 1
    const refused = decapsulate(inbound, packet)
    expect(refused).toMatchObject({ ok: false, reason: 'icv-invalid' })
    expect(refused.association).toBe(inbound)
  })
})
