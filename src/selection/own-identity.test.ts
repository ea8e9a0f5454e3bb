import { describe, expect, it } from 'vitest'
import {
  CA1,
  certificateOf,
  contextOf,
  distinguishedName,
  fqdn,
  ipv4,
  keyId,
  lineAt,
  profileOf,
  userFqdn,
} from '../../test/support/selection-stubs.ts'
import type { SelectionContext, SelfIdentity } from './configuration.ts'
import { identityInCertificate, ownIdentity } from './index.ts'

const certificate = certificateOf(
  'serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com',
  CA1,
)
const identify = (
  self: SelfIdentity | undefined,
  more: Partial<SelectionContext> = {},
  signs: typeof certificate | null = certificate,
) =>
  ownIdentity(contextOf(more), {
    profile: self === undefined ? null : profileOf('prof1', 5, { selfIdentity: { ...self, at: lineAt(6) } }),
    localAddress: '192.168.0.1',
    certificate: signs,
  })

describe('which identity is sent', () => {
  it('the address, where nothing is configured', () => {
    expect(identify(undefined)).toMatchObject({
      rule: 'v1.identity.address',
      choice: { type: 1, value: '192.168.0.1', data: Uint8Array.of(192, 168, 0, 1) },
    })
  })

  it('self-identity of the profile before crypto isakmp identity', () => {
    const decision = identify({ kind: 'fqdn' }, { identity: 'dn' })
    expect(decision).toMatchObject({
      rule: 'v1.identity.profile',
      choice: { type: 2, value: 'R1.cisco.com' },
      because: [{ line: 6 }],
    })
    expect(decision.choice.data).toHaveLength(12)
    expect(identify({ kind: 'address' }, { identity: 'dn' }).choice.type).toBe(1)
  })

  it('fqdn with its own name, and the bare host name where no domain is configured', () => {
    expect(identify({ kind: 'fqdn', name: 'vpn.example.org' }).choice.value).toBe('vpn.example.org')
    const { domainName: _, ...bare } = contextOf({ identity: 'hostname' })
    const decision = ownIdentity(bare, { profile: null, localAddress: '192.168.0.1', certificate })
    expect(decision).toMatchObject({ rule: 'v1.identity.global', choice: { type: 2, value: 'R1' } })
    expect(decision.candidates[0]?.reason).toMatch(/host name alone/)
  })

  it('user-fqdn', () => {
    expect(identify({ kind: 'user-fqdn', name: 'r1@cisco.com' }).choice).toMatchObject({
      type: 3,
      value: 'r1@cisco.com',
    })
  })

  it('dn: the subject of the certificate, byte for byte', () => {
    const { choice } = identify(undefined, { identity: 'dn' })
    expect(choice).toEqual({ type: 9, value: certificate.subject.ios, data: certificate.subject.der })
  })

  it('dn without a certificate falls back to the address, with the words of IOS', () => {
    const decision = identify(undefined, { identity: 'dn' }, null)
    expect(decision.choice.type).toBe(1)
    expect(decision.candidates[0]?.reason).toContain(
      'Unable to get router cert or routerdoes not have a cert: needed to find DN!',
    )
  })

  it('an IPv6 address that the packet does not have falls back to the address', () => {
    expect(identify({ kind: 'address-ipv6' })).toMatchObject({ rule: 'v1.identity.address', choice: { type: 1 } })
  })
})

describe('whether the certificate carries the identity', () => {
  const modern = certificateOf('cn=R1', CA1, {
    subjectAltName: { dns: ['r1.cisco.com'], email: ['r1@cisco.com'], ip: ['10.0.0.1', '2001:db8::1'] },
  })
  const ipv6 = {
    type: 5,
    value: '2001:db8::1',
    data: Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  }

  it.each([
    ['its ipaddress', ipv4('192.168.0.1'), certificate, true, '192.168.0.1'],
    ['another ipaddress', ipv4('192.168.30.2'), certificate, false, '192.168.0.1'],
    ['no address at all', ipv4('10.0.0.1'), certificateOf('cn=R1', CA1), false, ''],
    ['an alternative address', ipv4('10.0.0.1'), modern, true, '10.0.0.1'],
    ['its hostname', fqdn('r1.CISCO.com'), certificate, true, 'R1.cisco.com'],
    ['another hostname', fqdn('R2.cisco.com'), certificate, false, 'R1.cisco.com'],
    ['an alternative name', fqdn('R1.cisco.com'), modern, true, 'r1.cisco.com'],
    ['a mail address', userFqdn('r1@cisco.com'), modern, true, 'r1@cisco.com'],
    ['an IPv6 address', ipv6, modern, true, '2001:db8::1'],
    ['its subject', distinguishedName(certificate.subject.ios), certificate, true, certificate.subject.ios],
    ['another subject', distinguishedName('cn=R2,o=cisco'), certificate, false, certificate.subject.ios],
    [
      'a subject that is no name',
      { type: 9, value: '00', data: Uint8Array.of(0) },
      certificate,
      false,
      certificate.subject.ios,
    ],
    ['a key id', keyId('vpn'), certificate, false, ''],
  ] as const)('%s', (_what, identity, held, carries, printed) => {
    expect(identityInCertificate(identity, held)).toMatchObject({
      choice: carries,
      certificateValue: printed,
      rule: 'v1.identity-in-certificate',
    })
  })
})
