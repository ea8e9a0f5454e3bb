import { describe, expect, it } from 'vitest'
import {
  contextOf,
  distinguishedName,
  fqdn,
  ipv4,
  keyId,
  profileOf,
  statement,
  userFqdn,
} from '../../test/support/selection-stubs.ts'
import type { IsakmpProfile, Knobs, MatchStatement } from './configuration.ts'
import { bindProfile, defaultKnobs, initiatorIdentityCheck, matchesIdentity, type ReceivedIdentity } from './index.ts'

type Bare = Parameters<typeof statement>[1]
const profile = (name: string, line: number, ...matches: readonly Bare[]): IsakmpProfile =>
  profileOf(name, line, { matchIdentity: matches.map((bare, index) => statement(line + 1 + index, bare)) })
const bind = (profiles: readonly IsakmpProfile[], identity: ReceivedIdentity, knobs: Partial<Knobs> = {}) =>
  bindProfile(contextOf({ profiles, knobs: { ...defaultKnobs, ...knobs } }), { identity, localAddress: '192.168.0.1' })

const address = (a: string, mask = '255.255.255.255'): Bare => ({ kind: 'address', address: a, mask })
const host = (name: string): Bare => ({ kind: 'host', fqdn: name })
const domain = (name: string): Bare => ({ kind: 'host-domain', domain: name })
const ipv6 = (...octets: readonly number[]): ReceivedIdentity => {
  const data = new Uint8Array(16)
  data.set(octets)
  return { type: 5, value: 'an IPv6 address', data }
}

describe('which statement fits which identity (ios-semantics §1.5)', () => {
  const table: readonly (readonly [Bare, ReceivedIdentity, boolean])[] = [
    [address('192.168.0.2'), ipv4('192.168.0.2'), true],
    [address('192.168.0.2'), ipv4('192.168.0.3'), false],
    [address('192.168.0.9', '255.255.255.0'), ipv4('192.168.0.3'), true],
    [address('192.168.0.9', '255.255.255.0'), ipv4('192.168.1.3'), false],
    [address('0.0.0.0', '0.0.0.0'), ipv4('203.0.113.255'), true],
    [address('192.0.0.5', '255.0.0.255'), ipv4('192.7.7.5'), true],
    [address('192.168.0.2'), fqdn('192.168.0.2'), false],
    [address('0.0.0.0', '0.0.0.0'), { type: 1, value: 'short', data: Uint8Array.of(192, 168, 0) }, false],
    [host('R2.cisco.com'), fqdn('R2.cisco.com'), true],
    [host('R2.cisco.com'), fqdn('r2.CISCO.com'), true],
    [host('R2.cisco.com'), fqdn('R2.cisco.com.'), false],
    [host('R2.cisco.com'), fqdn('R2.cisco.com\0'), false],
    [host('R2.cisco.com'), fqdn('\uFEFFR2.cisco.com'), false],
    [host('link.cisco.com'), fqdn('lin\u212A.cisco.com'), false],
    [host('R2'), fqdn('R2.cisco.com'), false],
    [host('R2.cisco.com'), userFqdn('R2.cisco.com'), false],
    [domain('cisco.com'), fqdn('R2.Cisco.com'), true],
    [domain('cisco.com'), fqdn('a.b.cisco.com'), true],
    [domain('cisco.com'), fqdn('cisco.com'), false],
    [domain('cisco.com'), fqdn('R2.francisco.com'), false],
    [{ kind: 'user', user: 'alice@cisco.com' }, userFqdn('alice@Cisco.com'), true],
    [{ kind: 'user', user: 'alice@cisco.com' }, userFqdn('Alice@cisco.com'), false],
    [{ kind: 'user-domain', domain: 'cisco.com' }, userFqdn('bob@CISCO.com'), true],
    [{ kind: 'user-domain', domain: 'cisco.com' }, userFqdn('cisco.com'), false],
    [{ kind: 'user-domain', domain: 'cisco.com' }, userFqdn('a@cisco.com@evil.example'), false],
    [{ kind: 'group', group: 'vpn' }, keyId('vpn'), true],
    [{ kind: 'group', group: 'vpn' }, keyId('VPN'), false],
    [{ kind: 'address-ipv6', prefix: '2001:db8::/32' }, ipv6(0x20, 0x01, 0x0d, 0xb8, 0xff), true],
    [{ kind: 'address-ipv6', prefix: '2001:db8::/32' }, ipv6(0x20, 0x01, 0x0d, 0xb9), false],
    [{ kind: 'address-ipv6', prefix: '2001:db8:8000::/33' }, ipv6(0x20, 0x01, 0x0d, 0xb8, 0x7f), false],
    [
      { kind: 'address-ipv6', prefix: '::ffff:192.0.2.1/128' },
      ipv6(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1),
      true,
    ],
    [{ kind: 'address-ipv6', prefix: '1::2::3/64' }, ipv6(), false],
    [host('R2.cisco.com'), distinguishedName('cn=R2,o=cisco'), false],
    [{ kind: 'host', fqdn: 'R2.cisco.com', vrf: 'red' }, fqdn('R2.cisco.com'), false],
  ]

  it.each(
    table.map(
      ([bare, identity, expected], index) =>
        [index, JSON.stringify(bare), identity.value, bare, identity, expected] as const,
    ),
  )('%i: %s with %s', (_index, _bare, _value, bare, identity, expected) => {
    const decision = matchesIdentity(statement(8, bare) as MatchStatement, identity)
    expect(decision.choice).toBe(expected)
    expect(decision.candidates).toMatchObject([{ taken: expected }])
    expect(decision.because.map(({ line }) => line)).toEqual([8])
  })

  it('a distinguished name says that only a certificate map can match it', () => {
    const decision = matchesIdentity(statement(8, host('R2.cisco.com')) as MatchStatement, distinguishedName('cn=R2'))
    expect(decision.candidates[0]?.reason).toMatch(/only a certificate map/)
  })
})

describe('which profile binds', () => {
  it.each([
    [
      'an exact host before its domain',
      [profile('exact', 1, host('R2.cisco.com')), profile('domain', 9, domain('cisco.com'))],
      fqdn('R2.cisco.com'),
      'exact',
    ],
    [
      'a longer domain before a shorter',
      [profile('long', 1, domain('lab.cisco.com')), profile('short', 9, domain('cisco.com'))],
      fqdn('R2.lab.cisco.com'),
      'long',
    ],
    [
      'a longer mask before a shorter',
      [
        profile('host', 1, address('10.0.0.1')),
        profile('net', 9, address('10.0.0.0', '255.255.255.0')),
        profile('any', 19, address('0.0.0.0', '0.0.0.0')),
      ],
      ipv4('10.0.0.1'),
      'host',
    ],
    [
      'the closest statement of a profile counts',
      [profile('two', 1, domain('cisco.com'), host('R2.cisco.com')), profile('one', 9, domain('cisco.com'))],
      fqdn('R2.cisco.com'),
      'two',
    ],
    [
      'an exact user before its domain',
      [
        profile('exact', 1, { kind: 'user', user: 'a@x.org' }),
        profile('domain', 9, { kind: 'user-domain', domain: 'x.org' }),
      ],
      userFqdn('a@x.org'),
      'exact',
    ],
  ] as const)('%s, in either order of the configuration', (_what, profiles, identity, expected) => {
    for (const order of [profiles, profiles.toReversed()]) {
      const decision = bind(order, identity)
      expect(decision.choice).toBe(expected)
      expect(decision.rule).toBe('v1.profile.most-specific')
      expect(decision.knob).toBeUndefined()
    }
  })

  it.each([
    ['last', 'p3'],
    ['first', 'p1'],
    ['none', null],
  ] as const)('identical rules are an overlap: v1.overlap=%s', (value, expected) => {
    const profiles = ['p1', 'p2', 'p3'].map((name, index) => profile(name, index * 10, host('R2.cisco.com')))
    const decision = bind([...profiles, profile('wide', 50, domain('cisco.com'))], fqdn('R2.cisco.com'), {
      'v1.overlap': value,
    })
    expect(decision.choice).toBe(expected)
    expect(decision.rule).toBe('v1.profile.overlap')
    expect(decision.knob).toEqual({ name: 'v1.overlap', value })
    expect(decision.because).toHaveLength(3)
    expect(decision.candidates.filter(({ taken }) => taken).map(({ name }) => name)).toEqual(
      expected === null ? [] : [expected],
    )
  })

  it('an identity that fits nothing binds no profile, and the statements that were tried are named', () => {
    const decision = bind(
      [profile('p1', 1, host('R9.cisco.com')), profile('p2', 9, address('10.0.0.1'))],
      fqdn('R2.cisco.com'),
    )
    expect(decision.choice).toBeNull()
    expect(decision.rule).toBe('v1.profile.none')
    expect(decision.because.map(({ line }) => line)).toEqual([2, 10])
    expect(decision.candidates[0]?.reason).toBe('match identity host R9.cisco.com: it does not fit R2.cisco.com')
  })

  it('a profile without a match statement is incomplete and ignored', () => {
    expect(bind([profile('empty', 1)], fqdn('R2.cisco.com')).candidates[0]?.reason).toMatch(/incomplete/)
  })

  it('a profile with a certificate map only is complete, and waits for the certificate', () => {
    const mapped = profileOf('mapped', 1, { matchCertificate: [{ map: 'M', at: statement(2, host('x')).at }] })
    expect(bind([mapped], fqdn('R2.cisco.com')).candidates[0]?.reason).toMatch(/certificate map only/)
  })

  it('a profile for another local address is passed over', () => {
    const elsewhere = { ...profile('elsewhere', 1, host('R2.cisco.com')), localAddress: '192.168.0.9' }
    expect(bind([elsewhere], fqdn('R2.cisco.com')).choice).toBeNull()
    expect(bind([{ ...elsewhere, localAddress: '192.168.0.1' }], fqdn('R2.cisco.com')).choice).toBe('elsewhere')
  })
})

describe('the initiator compares the identity of MM6 with its own profile', () => {
  const check = (own: IsakmpProfile, value: 'warn' | 'fail' = 'warn') =>
    initiatorIdentityCheck(contextOf({ knobs: { ...defaultKnobs, 'v1.initiatorIdCheck': value } }), {
      profile: own,
      identity: fqdn('R2.cisco.com'),
      localAddress: '192.168.0.1',
    })

  it('accepts what a statement fits, and leans on no knob', () => {
    const decision = check(profile('p', 1, host('R9.cisco.com'), host('R2.cisco.com')), 'fail')
    expect(decision.choice).toBe('accepted')
    expect(decision.knob).toBeUndefined()
    expect(decision.because.map(({ line }) => line)).toEqual([3])
  })

  it.each([
    ['warn', 'accepted-with-warning'],
    ['fail', 'rejected'],
  ] as const)('v1.initiatorIdCheck=%s: %s', (value, expected) => {
    expect(check(profile('p', 1, host('R9.cisco.com')), value)).toMatchObject({
      choice: expected,
      knob: { name: 'v1.initiatorIdCheck', value },
    })
    expect(check(profile('p', 1), value).choice).toBe(expected)
  })

  it('a profile that matches by certificate map only asks nothing of the identity', () => {
    expect(
      check(profileOf('mapped', 1, { matchCertificate: [{ map: 'M', at: statement(2, host('x')).at }] }), 'fail')
        .choice,
    ).toBe('accepted')
  })
})

describe('the VRF in which the peer came', () => {
  const inFront = contextOf({ vrfs: new Map([['192.0.2.1', 'FRONT']]) })
  const bound = (vrf: string | undefined, localAddress: string): string | null =>
    bindProfile(
      {
        ...inFront,
        profiles: [
          profileOf('prof1', 5, {
            matchIdentity: [
              statement(6, { kind: 'host', fqdn: 'R2.cisco.com', ...(vrf === undefined ? {} : { vrf }) }),
            ],
          }),
        ],
      },
      { identity: fqdn('R2.cisco.com'), localAddress },
    ).choice

  it('must be that of the statement, or the global table where it names none', () => {
    expect(bound('FRONT', '192.0.2.1')).toBe('prof1')
    expect(bound(undefined, '192.0.2.1')).toBeNull()
    expect(bound('FRONT', '192.168.0.1')).toBeNull()
    expect(bound(undefined, '192.168.0.1')).toBe('prof1')
  })
})
