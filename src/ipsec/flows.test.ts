import { describe, expect, it } from 'vitest'
import {
  anything,
  here,
  host,
  interfaceOf,
  ipsecConfiguration,
  network,
  there,
  transformSet,
} from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type {
  AccessList,
  AccessListEntry,
  CryptoMapEntry,
  Interface,
  IpsecConfiguration,
  IpsecProfile,
} from './configuration.ts'
import { flowProblems, protectedFlows } from './flows.ts'

const profile: IpsecProfile = {
  name: 'P',
  transformSets: [{ name: 'TS', at: lineAt(12) }],
  responderOnly: false,
  at: lineAt(11, 'crypto ipsec profile P'),
}

const tunnel = (more: Partial<NonNullable<Interface['tunnel']>> = {}, rest: Partial<Interface> = {}): Interface =>
  interfaceOf('Tunnel1', '172.16.0.1', '255.255.255.0', {
    tunnel: {
      source: 'Ethernet0/0',
      destination: there,
      mode: 'ipsec ipv4',
      protection: { ipsecProfile: 'P', at: lineAt(32, 'tunnel protection ipsec profile P') },
      ...more,
    },
    ...rest,
  })

const ethernet = interfaceOf('Ethernet0/0', here)
const withTunnel = (one: Interface, more: Partial<IpsecConfiguration> = {}): IpsecConfiguration =>
  ipsecConfiguration({ interfaces: [ethernet, one], profiles: [profile], ...more })

const codes = (configuration: IpsecConfiguration): readonly string[] =>
  flowProblems(configuration).map(({ code }) => code)

describe('a tunnel interface', () => {
  it('with `tunnel mode ipsec ipv4` protects everything', () => {
    const configuration = withTunnel(tunnel())
    expect(protectedFlows(configuration)).toEqual([
      {
        name: 'Tunnel1-head-0',
        map: 'Tunnel1-head-0',
        kind: 'ipsec-tunnel',
        interface: 'Tunnel1',
        localAddress: here,
        peer: there,
        peers: [there],
        localProxy: anything,
        remoteProxy: anything,
        exceptions: [],
        transformSets: [transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac')],
        lifetime: { seconds: 3600, kilobytes: 4_608_000 },
        at: lineAt(32, 'tunnel protection ipsec profile P'),
        settingsAt: lineAt(11, 'crypto ipsec profile P'),
      },
    ])
    expect(codes(configuration)).toEqual([])
  })

  it('without a mode is GRE and protects its two ends with protocol 47', () => {
    expect(protectedFlows(withTunnel(tunnel({ mode: 'gre ip' })))).toMatchObject([
      { kind: 'gre-tunnel', localProxy: host(here, 47), remoteProxy: host(there, 47) },
    ])
  })

  it('takes ISAKMP profile, PFS and lifetime from its ipsec profile, and the rest of the lifetime from the default', () => {
    const isakmpProfile = { name: 'prof1', at: lineAt(13) }
    const full = { ...profile, isakmpProfile, pfs: 14, lifetime: { seconds: 900 } } as const
    expect(protectedFlows(withTunnel(tunnel(), { profiles: [full] }))).toMatchObject([
      { isakmpProfile, pfs: 14, lifetime: { seconds: 900, kilobytes: 4_608_000 } },
    ])
  })

  it('may give its source as an address', () => {
    expect(protectedFlows(withTunnel(tunnel({ source: '192.0.2.77' })))).toMatchObject([{ localAddress: '192.0.2.77' }])
  })

  it('protects nothing while it is shut down or has no protection', () => {
    const { protection: _, ...bare } = tunnel().tunnel ?? { mode: 'gre ip' }
    for (const one of [tunnel({}, { shutdown: true }), interfaceOf('Tunnel1', null, '', { tunnel: bare })]) {
      expect(protectedFlows(withTunnel(one))).toEqual([])
      expect(codes(withTunnel(one))).toEqual([])
    }
  })

  const { source: _source, ...noSource } = tunnel().tunnel ?? { mode: 'gre ip' as const }
  const { destination: _destination, ...noDestination } = tunnel().tunnel ?? { mode: 'gre ip' as const }
  it.each([
    ['an ipsec profile that is not there', withTunnel(tunnel(), { profiles: [] }), 'no-ipsec-profile'],
    ['no source', withTunnel({ ...tunnel(), tunnel: noSource }), 'no-local-address'],
    ['a source without an address', withTunnel(tunnel({ source: 'Loopback7' })), 'no-local-address'],
    [
      'a source that is shut down',
      { ...withTunnel(tunnel()), interfaces: [{ ...ethernet, shutdown: true }, tunnel()] },
      'no-local-address',
    ],
    ['no destination', withTunnel({ ...tunnel(), tunnel: noDestination }), 'no-peer'],
  ] as const)('with %s protects nothing, and says so', (_, configuration, code) => {
    expect(protectedFlows(configuration)).toEqual([])
    expect(codes(configuration)).toEqual([code])
  })

  it.each([
    [
      'no transform set that exists',
      { profiles: [{ ...profile, transformSets: [{ name: 'X', at: lineAt(12) }] }] },
      ['no-transform-set'],
    ],
    [
      'a transform set that protects nothing',
      { transformSets: [transformSet('TS', 'esp-null', undefined)] },
      ['transform-set-protects-nothing', 'no-transform-set'],
    ],
    [
      'no route to its peer',
      { interfaces: [interfaceOf('Ethernet0/0', '203.0.113.1'), tunnel()] },
      ['no-route-to-peer'],
    ],
    [
      'a route to its peer through itself',
      {
        interfaces: [interfaceOf('Ethernet0/0', '203.0.113.1'), tunnel()],
        routes: [{ network: '0.0.0.0', mask: '0.0.0.0', via: 'Tunnel1', at: lineAt(50) }],
      },
      ['route-to-peer-through-itself'],
    ],
    [
      'a gateway in the network of a loopback',
      {
        interfaces: [interfaceOf('Ethernet0/0', '203.0.113.1'), interfaceOf('Loopback0', '10.9.0.1'), tunnel()],
        routes: [{ network: '0.0.0.0', mask: '0.0.0.0', via: '10.9.0.2', at: lineAt(50) }],
      },
      ['route-to-peer-into-loopback'],
    ],
  ] as const)('with %s is there, and the problem is said', (_, more, expected) => {
    const configuration = withTunnel(tunnel(), more)
    expect(protectedFlows(configuration)).toHaveLength(1)
    expect(codes(configuration)).toEqual(expected)
  })
})

describe('a crypto map', () => {
  const inside = network('10.1.0.0', '255.255.255.0')
  const outside = network('10.2.0.0', '255.255.255.0')
  const entry = (action: 'permit' | 'deny', source = inside, destination = outside): AccessListEntry => ({
    action,
    source,
    destination,
    at: lineAt(60),
  })
  const list = (...entries: readonly AccessListEntry[]): AccessList => ({ name: 'ACL', entries })
  const mapEntry = (sequence: number, more: Partial<CryptoMapEntry> = {}): CryptoMapEntry => ({
    name: 'CMAP',
    sequence,
    accessList: 'ACL',
    peers: [there],
    transformSets: [{ name: 'TS', at: lineAt(72) }],
    at: lineAt(70 + sequence, `crypto map CMAP ${sequence} ipsec-isakmp`),
    ...more,
  })
  const bound = { ...ethernet, cryptoMap: { name: 'CMAP', at: lineAt(31) } }
  const withMap = (more: Partial<IpsecConfiguration>): IpsecConfiguration =>
    ipsecConfiguration({
      interfaces: [bound],
      cryptoMaps: [mapEntry(10)],
      accessLists: [list(entry('permit'))],
      ...more,
    })

  it('protects each permit entry of its access list', () => {
    const second = network('10.3.0.0', '255.255.255.0')
    expect(protectedFlows(withMap({ accessLists: [list(entry('permit'), entry('permit', second))] }))).toMatchObject([
      { name: 'CMAP 10 entry 1', map: 'CMAP 10', kind: 'crypto-map', localProxy: inside, remoteProxy: outside },
      { name: 'CMAP 10 entry 2', map: 'CMAP 10', localProxy: second },
    ])
  })

  it('leaves out the bits of an address that the wildcard covers, as IOS does', () => {
    const untidy = entry('permit', network('10.1.0.77', '255.255.255.0'), network('10.2.0.1', '255.255.0.0'))
    expect(protectedFlows(withMap({ accessLists: [list(untidy)] }))).toMatchObject([
      { localProxy: network('10.1.0.0', '255.255.255.0'), remoteProxy: network('10.2.0.0', '255.255.0.0') },
    ])
  })

  it('cannot protect what a discontiguous wildcard names, and says so', () => {
    const odd = entry('permit', network('10.1.0.0', '255.0.255.0'))
    const configuration = withMap({ accessLists: [list(odd, entry('permit'))] })
    expect(protectedFlows(configuration).map(({ name }) => name)).toEqual(['CMAP 10 entry 2'])
    expect(codes(configuration)).toEqual(['discontiguous-wildcard'])
  })

  it('keeps from each permit entry what the deny entries before it name, and no others', () => {
    const denied = entry('deny', host('10.1.0.5'))
    const late = entry('deny', host('10.1.0.6'))
    const flows = protectedFlows(withMap({ accessLists: [list(denied, entry('permit'), late, entry('permit'))] }))
    expect(flows.map(({ exceptions }) => exceptions)).toEqual([[denied], [denied, late]])
  })

  it('orders its entries by sequence, not by place in the text', () => {
    const flows = protectedFlows(withMap({ cryptoMaps: [mapEntry(20), mapEntry(5), mapEntry(10)] }))
    expect(flows.map(({ map }) => map)).toEqual(['CMAP 5', 'CMAP 10', 'CMAP 20'])
  })

  it('on two interfaces gives flows of different names', () => {
    const twice = [bound, { ...interfaceOf('Ethernet0/1', '198.51.100.1'), cryptoMap: bound.cryptoMap }]
    const names = protectedFlows(withMap({ interfaces: twice })).map(({ name }) => name)
    expect(names).toEqual(['CMAP 10 entry 1', 'CMAP 10 entry 1 on Ethernet0/1'])
  })

  it('may use the address of another interface', () => {
    const loopback = interfaceOf('Loopback0', '10.9.9.9', '255.255.255.255')
    const configuration = withMap({
      interfaces: [bound, loopback],
      cryptoMaps: [mapEntry(10, { localAddress: 'Loopback0' })],
    })
    expect(protectedFlows(configuration)).toMatchObject([{ localAddress: '10.9.9.9' }])
  })

  it('protects nothing on an interface that is shut down', () => {
    expect(protectedFlows(withMap({ interfaces: [{ ...bound, shutdown: true }] }))).toEqual([])
  })

  it.each([
    ['no peer', { cryptoMaps: [mapEntry(10, { peers: [] })] }, 'no-peer'],
    ['an access list that is not there', { accessLists: [] }, 'no-access-list'],
    ['an access list that permits nothing', { accessLists: [list(entry('deny'))] }, 'no-permit-entry'],
    ['no local address', { interfaces: [{ ...bound, addresses: [] }] }, 'no-local-address'],
  ] as const)('entry with %s protects nothing, and says so', (_, more, code) => {
    expect(protectedFlows(withMap(more))).toEqual([])
    expect(codes(withMap(more))).toEqual([code])
  })

  it('entry with a problem does not take the others with it', () => {
    const configuration = withMap({ cryptoMaps: [mapEntry(10, { peers: [] }), mapEntry(20)] })
    expect(protectedFlows(configuration).map(({ map }) => map)).toEqual(['CMAP 20'])
    expect(flowProblems(configuration)).toMatchObject([{ code: 'no-peer', at: { line: 80 } }])
  })

  it('entry may name a transform set that only authenticates, or only encrypts', () => {
    const sets = [transformSet('TS', undefined, 'esp-sha-hmac'), transformSet('T2', 'esp-3des', undefined)]
    expect(codes(withMap({ transformSets: sets }))).toEqual([])
  })
})
