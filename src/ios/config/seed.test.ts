import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RouterConfiguration } from '../configuration.ts'
import { parseConfiguration } from './parse-configuration.ts'

function read(router: 'R1' | 'R2'): RouterConfiguration {
  const text = readFileSync(new URL(`../../../test/fixtures/seed/${router}.cfg`, import.meta.url), 'utf8')
  const result = parseConfiguration(text, { file: `configs/${router}.cfg` })
  if (!result.ok) throw new Error(JSON.stringify(result.errors, null, 1))
  return result.configuration
}

/** Without source references, to compare what was read. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (/^at$|^ignored$|^notices$/.test(key) ? undefined : inner)))
}

function expected(router: 1 | 2): unknown {
  const peer = router === 1 ? 2 : 1
  const trustpoint = (ca: 1 | 2): unknown => ({
    name: `IOSCA${ca}`,
    enrollment: { kind: 'url', url: `http://192.168.0.${ca + 2}:80` },
    serialNumber: true,
    fqdn: `R${router}.cisco.com`,
    ipAddress: `192.168.0.${router}`,
    subjectName: `CN=R${router},OU=IT,O=cisco,O=com`,
    revocationCheck: ['crl'],
    chainValidation: { mode: 'stop' },
    primary: false,
    usage: [],
    matchCertificate: [],
  })
  const address = (name: string, ip: string): unknown => ({
    name,
    addresses: [{ address: ip, mask: '255.255.255.0' }],
    shutdown: false,
  })
  return {
    file: `configs/R${router}.cfg`,
    hostname: `R${router}`,
    hostnameAssumed: true,
    timezone: { name: 'UTC', offsetMinutes: 0 },
    isakmpPolicies: [
      {
        priority: 10,
        encryption: { cipher: '3des' },
        hash: 'md5',
        authentication: 'rsa-sig',
        group: 2,
        lifetime: 86400,
      },
    ],
    isakmpDefaultPolicies: true,
    isakmpProfiles: [
      {
        name: 'prof1',
        caTrustPoints: router === 1 ? [{ name: 'IOSCA1' }] : [],
        matchIdentity: [{ kind: 'host', fqdn: `R${peer}.cisco.com` }],
        matchCertificate: [],
        keyrings: [],
        selfIdentity: { kind: 'fqdn' },
        initiateAggressive: false,
      },
    ],
    isakmpIdentity: 'address',
    isakmpFragmentation: false,
    natTransparency: true,
    keyrings: [],
    certificateMaps: [],
    trustpoints: [trustpoint(1), trustpoint(2)],
    certificateChains: [],
    ipsec: {
      transformSets: [{ name: 'TS', encryption: 'esp-aes 128', authentication: 'esp-sha256-hmac', mode: 'tunnel' }],
      profiles: [
        { name: 'prof1', transformSets: [{ name: 'TS' }], isakmpProfile: { name: 'prof1' }, responderOnly: false },
      ],
      cryptoMaps: [],
      accessLists: [],
      interfaces: [
        address('Loopback0', `192.168.${router}00.1`),
        {
          ...(address('Tunnel1', `10.0.0.${router}`) as object),
          tunnel: {
            source: 'Ethernet0/0',
            destination: `192.168.0.${peer}`,
            mode: 'gre ip',
            protection: { ipsecProfile: 'prof1' },
          },
        },
        address('Ethernet0/0', `192.168.0.${router}`),
      ],
      routes: [{ network: `192.168.${peer}00.0`, mask: '255.255.255.0', via: `10.0.0.${peer}` }],
      lifetime: { seconds: 3600, kilobytes: 4608000 },
    },
  }
}

describe('the configurations of the seed, with the blank lines and no-break spaces of its pages', () => {
  it.each([1, 2] as const)('R%i is read to the last line', (router) => {
    const configuration = read(`R${router}`)
    expect(bare(configuration)).toEqual(expected(router))
    expect(configuration.ignored.map((at) => at.text.trim())).toEqual(router === 1 ? ['description Simulate LAN'] : [])
  })

  it('says where the line stands that the verdict points at', () => {
    const at = read('R1').isakmpProfiles[0]?.caTrustPoints[0]?.at
    expect(at).toMatchObject({ router: 'R1', file: 'configs/R1.cfg', line: 13 })
    expect(at?.text.trim()).toBe('ca trust-point IOSCA1')
  })

  it('reports the algorithms that no longer protect, each at its line', () => {
    const { notices } = read('R2')
    expect(notices.map(({ kind, at, text }) => `${at.line} ${kind}: ${text}`)).toEqual([
      '3 weak: policy 10 encrypts with 3DES',
      '5 weak: policy 10 hashes with MD5',
      '7 weak: policy 10 uses Diffie-Hellman group 2',
    ])
  })
})
