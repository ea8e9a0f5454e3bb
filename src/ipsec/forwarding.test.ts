import { describe, expect, it } from 'vitest'
import { flowOf, here, host, interfaceOf, ipsecConfiguration, network, there } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import { decodeIpv4, encodeGre, encodeIpv4, greProtocolIpv4, ipProtocol } from '../wire/index.ts'
import type { ProtectedFlow } from './flows.ts'
import { flowTowards, outboundFlow, unwrap } from './forwarding.ts'

const packet = (source: string, destination: string): Uint8Array =>
  encodeIpv4({ source, destination, protocol: ipProtocol.ICMP, payload: Uint8Array.of(8, 0, 0, 0), identification: 7 })

const configuration = ipsecConfiguration({
  interfaces: [interfaceOf('Ethernet0/0', here), interfaceOf('Tunnel1', '172.16.0.1')],
  routes: [
    { network: '10.2.0.0', mask: '255.255.0.0', via: 'Tunnel1', at: lineAt(50) },
    { network: '10.3.0.0', mask: '255.255.0.0', via: there, at: lineAt(51) },
  ],
})

const tunnelFlow = flowOf()
const mapFlow = flowOf({
  name: 'CMAP 10 entry 1',
  kind: 'crypto-map',
  interface: 'Ethernet0/0',
  localProxy: network('10.1.0.0', '255.255.0.0'),
  remoteProxy: network('10.3.0.0', '255.255.0.0'),
})

const taken = (flows: readonly ProtectedFlow[], source: string, destination: string): string | undefined =>
  outboundFlow(configuration, flows, packet(source, destination))?.flow.name

describe('outboundFlow', () => {
  it('follows the route into a tunnel interface, whatever the addresses', () => {
    expect(taken([mapFlow, tunnelFlow], '10.77.0.1', '10.2.0.1')).toBe(tunnelFlow.name)
  })

  it('asks the access list where a packet leaves by the interface of a crypto map', () => {
    expect(taken([tunnelFlow, mapFlow], '10.1.0.1', '10.3.0.1')).toBe(mapFlow.name)
    expect(taken([tunnelFlow, mapFlow], '10.9.0.1', '10.3.0.1')).toBeUndefined()
  })

  it('leaves denied traffic to the next entry', () => {
    const denied = {
      ...mapFlow,
      exceptions: [{ source: host('10.1.0.5'), destination: network('0.0.0.0', '0.0.0.0') }],
    }
    const next = { ...mapFlow, name: 'CMAP 20 entry 1' }
    expect(taken([denied, next], '10.1.0.5', '10.3.0.1')).toBe(next.name)
    expect(taken([denied, next], '10.1.0.6', '10.3.0.1')).toBe(denied.name)
    expect(taken([denied], '10.1.0.5', '10.3.0.1')).toBeUndefined()
  })

  it('takes nothing without a route, and nothing that is no IPv4 packet', () => {
    expect(taken([tunnelFlow], '10.1.0.1', '203.0.113.1')).toBeUndefined()
    expect(outboundFlow(configuration, [tunnelFlow], Uint8Array.of(1, 2, 3))).toBeNull()
  })

  it('wraps what goes into a GRE tunnel between the tunnel ends, and unwrap takes it out again', () => {
    const gre = flowOf({ kind: 'gre-tunnel' })
    const user = packet('10.1.0.1', '10.2.0.1')
    const inner = outboundFlow(configuration, [gre], user)?.inner ?? new Uint8Array(0)
    const read = decodeIpv4(inner)
    expect(read.ok && read.value).toMatchObject({ source: here, destination: there, protocol: ipProtocol.GRE })
    expect(unwrap(gre, inner)).toEqual(user)
  })
})

describe('unwrap', () => {
  const gre = flowOf({ kind: 'gre-tunnel' })
  const between = (protocol: number, payload: Uint8Array): Uint8Array =>
    encodeIpv4({ source: there, destination: here, protocol, payload })

  it('gives what an SA without GRE carries as it is', () => {
    const user = packet('10.1.0.1', '10.2.0.1')
    expect(unwrap(flowOf(), user)).toBe(user)
  })

  it.each([
    ['what is no IP packet', Uint8Array.of(1, 2, 3)],
    ['what is not GRE', between(ipProtocol.ICMP, Uint8Array.of(8, 0, 0, 0))],
    ['a GRE packet cut short', between(ipProtocol.GRE, Uint8Array.of(0, 0))],
    [
      'GRE around something else than IPv4',
      between(ipProtocol.GRE, encodeGre({ protocol: 0x86dd, checksummed: false, payload: packet(here, there) })),
    ],
  ])('gives nothing of %s', (_, inner) => {
    expect(unwrap(gre, inner)).toBeNull()
  })

  it('gives a packet whose GRE is in order', () => {
    const user = packet('10.2.0.1', '10.1.0.1')
    const wrapped = between(ipProtocol.GRE, encodeGre({ protocol: greProtocolIpv4, checksummed: true, payload: user }))
    expect(unwrap(gre, wrapped)).toEqual(user)
  })
})

describe('flowTowards', () => {
  const towards = (address: string, flows: readonly ProtectedFlow[], port = 80): string | undefined =>
    flowTowards(configuration, flows, { address, port })?.name

  it('finds the tunnel into which a request of the router itself would go', () => {
    expect(towards('10.2.0.9', [tunnelFlow])).toBe(tunnelFlow.name)
    expect(towards('10.3.0.9', [tunnelFlow])).toBeUndefined()
    expect(towards('198.18.0.1', [tunnelFlow])).toBeUndefined()
  })

  it('asks the access list for protocol and port', () => {
    const web = { ...mapFlow, localProxy: network('0.0.0.0', '0.0.0.0') }
    expect(towards('10.3.0.9', [web])).toBe(web.name)
    const named = { ...web, remoteProxy: { ...web.remoteProxy, protocol: ipProtocol.TCP, port: 8080 } }
    expect(towards('10.3.0.9', [named])).toBeUndefined()
    expect(towards('10.3.0.9', [named], 8080)).toBe(web.name)
  })
})
