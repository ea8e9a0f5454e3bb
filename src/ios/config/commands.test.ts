import { describe, expect, it } from 'vitest'
import { accepted, everyMode, notices, refused } from '../../../test/support/ios-configuration.ts'

const configuration = accepted(everyMode)

describe('a configuration in which every command stands', () => {
  it('takes the global commands', () => {
    expect(configuration).toMatchObject({
      hostname: 'R1',
      domainName: 'cisco.com',
      timezone: { name: 'CET', offsetMinutes: 90 },
      isakmpIdentity: 'dn',
      isakmpDefaultPolicies: false,
      isakmpFragmentation: true,
      isakmpKeepalive: { interval: 10, retry: 3, periodic: true },
      natTransparency: false,
    })
    expect(configuration.ipsec.lifetime).toEqual({ seconds: 7200, kilobytes: 10000 })
  })

  it('sorts policies by priority and fills in the defaults of IOS', () => {
    expect(configuration.isakmpPolicies).toMatchObject([
      {
        priority: 10,
        encryption: { cipher: 'aes', bits: 128 },
        hash: 'sha',
        authentication: 'ecdsa-sig',
        group: 14,
        lifetime: 86400,
      },
      {
        priority: 20,
        encryption: { cipher: 'aes', bits: 256 },
        hash: 'sha384',
        authentication: 'pre-share',
        group: 19,
        lifetime: 3600,
      },
    ])
    expect(accepted('crypto isakmp policy 1\n').isakmpPolicies).toMatchObject([
      { encryption: { cipher: 'des' }, hash: 'sha', authentication: 'rsa-sig', group: 1, lifetime: 86400 },
    ])
  })

  it('keeps every match form of a profile in the order of the text', () => {
    const [profile] = configuration.isakmpProfiles
    expect(profile?.matchIdentity.map(({ at: _, ...statement }) => statement)).toEqual([
      { kind: 'address', address: '192.168.0.2', mask: '255.255.255.255' },
      { kind: 'address', address: '10.0.0.0', mask: '255.0.0.0', vrf: 'RED' },
      { kind: 'address-ipv6', prefix: '2001:db8::/32' },
      { kind: 'host', fqdn: 'R2.cisco.com' },
      { kind: 'host-domain', domain: 'example.com' },
      { kind: 'user', user: 'u@example.com' },
      { kind: 'user-domain', domain: 'example.org' },
      { kind: 'group', group: 'VPN' },
    ])
    expect(profile).toMatchObject({
      caTrustPoints: [{ name: 'TP1' }, { name: 'ROOT' }],
      keyrings: [{ name: 'KR' }, { name: 'default' }],
      matchCertificate: [{ map: 'CM' }],
      selfIdentity: { kind: 'user-fqdn', name: 'r1@cisco.com' },
      keepalive: { interval: 30, retry: 5 },
      localAddress: 'Ethernet0/0',
      virtualTemplate: 1,
      vrf: 'RED',
      initiateAggressive: true,
    })
  })

  it('reads keys into the default keyring and into named ones, and blots them out of the source lines', () => {
    expect(configuration.keyrings).toMatchObject([
      {
        name: 'default',
        keys: [
          { match: { kind: 'address', address: '192.168.0.2', mask: '255.255.255.255' }, key: '0123456789abcdef' },
          { match: { kind: 'hostname', hostname: 'R3.cisco.com' }, key: '0123456789ABCDEF' },
        ],
      },
      {
        name: 'KR',
        vrf: 'RED',
        keys: [{ match: { address: '192.168.9.0', mask: '255.255.255.0' }, key: 'a key with blanks in it' }],
      },
    ])
    const lines = JSON.stringify([
      configuration.keyrings.map(({ keys }) => keys.map(({ at }) => at)),
      configuration.notices,
    ])
    expect(lines).not.toMatch(/0123456789|with blanks|AAAAencrypted/)
    expect(notices(everyMode)).toContainEqual(expect.stringMatching(/not-modelled .*type 6/))
  })

  it('reads trust points and certificate maps', () => {
    expect(configuration.trustpoints).toMatchObject([
      {
        name: 'TP1',
        enrollment: { kind: 'url', url: 'http://192.168.0.3:80' },
        subjectName: 'CN=R1, OU=IT ,O=cisco',
        fqdn: 'R1.cisco.com',
        ipAddress: 'none',
        serialNumber: true,
        subjectAltName: 'r1.example.net',
        revocationCheck: ['ocsp', 'crl', 'none'],
        chainValidation: { mode: 'continue', parent: 'ROOT' },
        rsaKeyPair: { label: 'R1.cisco.com', bits: 2048 },
        hash: 'sha256',
        primary: true,
        usage: ['ike', 'ssl-client'],
        matchCertificate: [{ map: 'CM', action: { kind: 'allow-expired-certificate' } }],
        vrf: 'MGMT',
      },
      {
        name: 'ROOT',
        enrollment: { kind: 'terminal' },
        ecKeyPair: 'EC',
        revocationCheck: ['none'],
        chainValidation: { mode: 'stop' },
      },
    ])
    expect(configuration.certificateMaps).toMatchObject([
      {
        name: 'CM',
        sequences: [
          {
            sequence: 10,
            rules: [
              { field: 'subject-name', operator: 'co', value: 'ou = qytang' },
              { field: 'issuer-name', operator: 'eq', value: 'cn=CA1,o=cisco' },
              { field: 'serial-number', operator: 'ne', value: '0A' },
              { field: 'valid-start', operator: 'ge', value: '2024-01-01T12:30:00.000Z' },
              { field: 'expires-on', operator: 'lt', value: '2030-02-03T00:00:00.000Z' },
            ],
          },
          { sequence: 20, rules: [{ field: 'alt-subject-name', operator: 'nc', value: 'evil' }] },
        ],
      },
    ])
  })

  it('reads what protects traffic', () => {
    expect(configuration.ipsec).toMatchObject({
      transformSets: [
        { name: 'TS1', encryption: 'esp-aes 256', authentication: 'esp-sha512-hmac', mode: 'transport' },
        { name: 'TS2', encryption: 'esp-aes 128', authentication: 'esp-sha256-hmac', mode: 'tunnel' },
      ],
      profiles: [
        {
          name: 'P',
          transformSets: [{ name: 'TS1' }, { name: 'TS2' }],
          isakmpProfile: { name: 'prof1' },
          pfs: 14,
          lifetime: { seconds: 1800 },
          responderOnly: true,
        },
      ],
      cryptoMaps: [
        {
          name: 'CMAP',
          sequence: 10,
          accessList: '101',
          peers: ['192.168.0.4'],
          transformSets: [{ name: 'TS1' }],
          pfs: 19,
          localAddress: 'Loopback0',
          isakmpProfile: { name: 'prof1' },
        },
        {
          name: 'CMAP',
          sequence: 20,
          accessList: 'VPN',
          peers: ['192.168.0.2', '192.168.0.3'],
          transformSets: [{ name: 'TS2' }],
        },
      ],
      interfaces: [
        { name: 'Loopback0', addresses: [{ address: '192.168.100.1' }, { address: '192.168.101.1' }], shutdown: false },
        {
          name: 'Tunnel1',
          tunnel: {
            source: 'Loopback0',
            destination: '192.168.0.2',
            mode: 'ipsec ipv4',
            protection: { ipsecProfile: 'P' },
          },
        },
        { name: 'Ethernet0/0', cryptoMap: { name: 'CMAP' }, shutdown: true },
      ],
      routes: [
        { network: '192.168.200.0', via: '10.0.0.2' },
        { network: '0.0.0.0', mask: '0.0.0.0', via: 'Tunnel1' },
      ],
    })
  })

  it('reads access lists with wildcards as masks, in the order of their sequence numbers', () => {
    const any = { address: '0.0.0.0', mask: '0.0.0.0' }
    const bare = configuration.ipsec.accessLists.map(({ name, entries }) => ({
      name,
      entries: entries.map(({ at: _, ...entry }) => entry),
    }))
    expect(bare).toEqual([
      {
        name: 'VPN',
        entries: [
          {
            action: 'deny',
            source: { ...any, protocol: 17, port: 0 },
            destination: { ...any, protocol: 17, port: 500 },
          },
          {
            action: 'permit',
            source: { address: '10.1.1.1', mask: '255.255.255.255', protocol: 6, port: 80 },
            destination: { address: '10.2.0.0', mask: '255.255.0.0', protocol: 6, port: 0 },
          },
          { action: 'permit', source: { ...any, protocol: 0, port: 0 }, destination: { ...any, protocol: 0, port: 0 } },
        ],
      },
      {
        name: '101',
        entries: [
          {
            action: 'permit',
            source: { address: '1.1.1.1', mask: '255.255.255.255', protocol: 47, port: 0 },
            destination: { address: '2.2.2.2', mask: '255.255.255.255', protocol: 47, port: 0 },
          },
        ],
      },
    ])
  })
})

describe('forms of no', () => {
  it('takes back what was set', () => {
    const text = `crypto isakmp policy 1
 encr aes
 no encr
 group 14
 no group
crypto isakmp policy 2
no crypto isakmp policy 2
crypto pki trustpoint A
crypto isakmp profile p
 ca trust-point A
 no ca trust-point A
 match identity host a.b
 match identity host c.d
 no match identity host a.b
 self-identity fqdn
 no self-identity
interface e0/0
 ip address 1.1.1.1 255.0.0.0
 no ip address
 shutdown
 no shut
no crypto isakmp enable
`
    const read = accepted(text)
    expect(read.isakmpPolicies).toMatchObject([{ priority: 1, encryption: { cipher: 'des' }, group: 1 }])
    expect(read.isakmpProfiles[0]).toMatchObject({ caTrustPoints: [], matchIdentity: [{ fqdn: 'c.d' }] })
    expect(read.isakmpProfiles[0]?.selfIdentity).toBeUndefined()
    expect(read.ipsec.interfaces).toMatchObject([{ name: 'Ethernet0/0', addresses: [], shutdown: false }])
    expect(read.isakmpDisabled).toBe(true)
  })
})

describe('transform sets', () => {
  it.each([
    ['esp-des esp-md5-hmac', 'esp-des', 'esp-md5-hmac'],
    ['esp-3des esp-sha-hmac', 'esp-3des', 'esp-sha-hmac'],
    ['esp-aes 128 esp-sha256-hmac', 'esp-aes 128', 'esp-sha256-hmac'],
    ['esp-aes 192 esp-sha384-hmac', 'esp-aes 192', 'esp-sha384-hmac'],
    ['esp-null esp-sha512-hmac', 'esp-null', 'esp-sha512-hmac'],
    ['esp-sha-hmac esp-aes 256', 'esp-aes 256', 'esp-sha-hmac'],
    ['esp-sha-hmac', undefined, 'esp-sha-hmac'],
    ['esp-gcm', 'esp-gcm 128', undefined],
    ['esp-gcm 256', 'esp-gcm 256', undefined],
    ['esp-gmac 192', 'esp-gmac 192', undefined],
  ])('%s', (words, encryption, authentication) => {
    const [made] = accepted(`crypto ipsec transform-set T ${words}\n`).ipsec.transformSets
    expect(made?.encryption).toBe(encryption)
    expect(made?.authentication).toBe(authentication)
  })

  it('a cipher that authenticates takes no authenticator, and is not called unauthenticated', () => {
    expect(refused('crypto ipsec transform-set T esp-gcm 256 esp-sha-hmac\n')).toMatchObject([
      { message: 'esp-sha-hmac stands beside esp-gcm 256, which authenticates by itself' },
    ])
    expect(accepted('crypto ipsec transform-set T esp-gcm 256\n').notices).toEqual([])
  })

  it.each(['ah-sha-hmac', 'comp-lzs', 'esp-seal'])('%s is reported', (words) => {
    expect(notices(`crypto ipsec transform-set T ${words}\n`)).toEqual([
      `1 not-modelled transform ${words} of transform set T is not modelled`,
    ])
  })
})

describe('VRFs', () => {
  it('an interface, a tunnel and a route stand in the table that they name', () => {
    const { ipsec } = accepted(`hostname R1
interface Ethernet0/0
 vrf forwarding FRONT
 ip address 192.0.2.1 255.255.255.0
interface Ethernet0/1
 ip address 198.51.100.1 255.255.255.0
 ip vrf forwarding FRONT
interface Tunnel1
 tunnel source Ethernet0/0
 tunnel vrf FRONT
ip route vrf FRONT 0.0.0.0 0.0.0.0 192.0.2.254
ip route vrf FRONT 10.0.0.0 255.0.0.0 Ethernet0/0 192.0.2.253
`)
    expect(ipsec.interfaces).toMatchObject([
      { vrf: 'FRONT', addresses: [{ address: '192.0.2.1' }] },
      // IOS takes the address away when the VRF changes under it.
      { vrf: 'FRONT', addresses: [] },
      { tunnel: { vrf: 'FRONT' } },
    ])
    expect(ipsec.interfaces[2]).not.toHaveProperty('vrf')
    expect(ipsec.routes).toMatchObject([
      { vrf: 'FRONT', via: '192.0.2.254' },
      { vrf: 'FRONT', via: '192.0.2.253' },
    ])
  })
})
