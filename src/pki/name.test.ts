import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identityName, nameFromIos } from './ios-name.ts'
import { nameFromDer, sameName } from './name.ts'
import type { Name } from './types.ts'

const nameOf = (text: string): Name => {
  const read = nameFromIos(text)
  if (!read.ok) throw new Error(read.reject.detail)
  return read.value
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the spelling of IOS', () => {
  it.each([
    'serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com',
    'cn=CA2,o=cisco,o=com',
    'ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US',
    'cn=Cisco Root CA 2048,o=Cisco Systems',
    'hostname=CLIENT',
    'cn=a+b,st=x,l=y,e=r1@cisco.com,dc=lab',
  ])('%s reads back as it is written', (text) => {
    expect(nameOf(text).ios).toBe(text)
  })

  it('is the reverse of the encoding: the document’s router has o=com first and its own RDN last', () => {
    const { rdns } = nameOf('serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com')
    expect(rdns.map((rdn) => rdn.map(({ value }) => value))).toEqual([
      ['com'],
      ['cisco'],
      ['IT'],
      ['R1'],
      ['100', '192.168.0.1', 'R1.cisco.com'],
    ])
  })

  it('takes the types that IOS takes: PrintableString, and IA5String for the host name', () => {
    const [, , , , own = []] = nameOf(
      'serialNumber=100+ipaddress=192.168.0.1+hostname=R1,cn=R1,ou=IT,o=cisco,o=com',
    ).rdns
    expect(own.map(({ value, tag }) => [value, tag])).toEqual([
      ['100', 19],
      ['R1', 22],
      ['192.168.0.1', 19],
    ])
    expect(nameOf('cn=Café').rdns[0]?.[0]?.tag).toBe(12)
  })

  it('sorts an RDN by its encodings, so that what is short comes first (ios-semantics §3.3)', () => {
    const long = nameOf('serialNumber=9YM0123456789ABCDEFGH+hostname=R1.ogit.online+ipaddress=15.1.1.1')
    expect(long.ios).toBe('ipaddress=15.1.1.1+hostname=R1.ogit.online+serialNumber=9YM0123456789ABCDEFGH')
  })

  it('is what OpenSSL encodes for the same name', () => {
    // openssl req -subj '/O=com/O=cisco/CN=CA2' with string_mask = nombstr, the subject's DER.
    expect(hex(nameOf('cn=CA2,o=cisco,o=com').der)).toBe(
      '302c310c300a060355040a1303636f6d310e300c060355040a1305636973636f310c300a06035504031303434132',
    )
  })

  it('refuses what is no name, and says which part', () => {
    expect(nameFromIos('R1')).toMatchObject({ ok: false, reject: { detail: '"R1" is not attribute=value' } })
    expect(nameFromIos('planet=mars')).toMatchObject({ ok: false, reject: { detail: 'unknown attribute planet' } })
  })

  it('reads back whatever it writes', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 .@-]{0,20}[A-Za-z0-9]$/)
    const attribute = fc.tuple(fc.constantFrom('cn', 'ou', 'o', 'c', 'st', 'l', 'e', 'serialNumber', 'hostname'), value)
    const rdn = fc.array(attribute, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(rdn, { minLength: 1, maxLength: 5 }), (rdns) => {
        const name = nameOf(rdns.map((parts) => parts.map(([type, text]) => `${type}=${text}`).join('+')).join(','))
        const again = nameOf(name.ios)
        expect(hex(again.der)).toBe(hex(name.der))
        const decoded = nameFromDer(name.der)
        expect(decoded.ok && decoded.value.ios).toBe(name.ios)
      }),
    )
  })
})

describe('the subject with which a router enrols', () => {
  it('is the typed name in reverse, then one RDN of what the router adds', () => {
    const made = identityName({
      subjectName: 'CN=R1, OU=IT ,O=cisco,O=com',
      serialNumber: '100',
      ipAddress: '192.168.0.1',
      fqdn: 'R1.cisco.com',
    })
    expect(made.ok && made.value.ios).toBe(
      'serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com',
    )
  })

  it('leaves out what is not given', () => {
    expect(identityName({ fqdn: 'R1' })).toMatchObject({ ok: true, value: { ios: 'hostname=R1' } })
    expect(identityName({ subjectName: 'cn=R1' })).toMatchObject({ ok: true, value: { ios: 'cn=R1' } })
  })
})

describe('two names are one', () => {
  const same = (a: string, b: string): boolean => sameName(nameOf(a), nameOf(b))

  it('whatever the case, the surplus blanks and the type of their texts', () => {
    expect(same('cn=CA1,o=Cisco', 'CN=ca1,O=CISCO')).toBe(true)
    expect(same('cn=A  B', 'cn=A B')).toBe(true)
    expect(same('hostname=r1+cn=x', 'cn=x+hostname=R1')).toBe(true)
  })

  it('only with the same attributes in the same order of RDNs', () => {
    expect(same('cn=CA1,o=cisco', 'o=cisco,cn=CA1')).toBe(false)
    expect(same('cn=CA1,o=cisco', 'cn=CA1,o=cisco,o=com')).toBe(false)
    expect(same('cn=CA1+o=cisco', 'cn=CA1,o=cisco')).toBe(false)
    expect(same('cn=CA1', 'ou=CA1')).toBe(false)
    expect(same('cn=CA1', 'cn=CA1.')).toBe(false)
  })

  it('never where one goes on behind a NUL, or looks alike in another script', () => {
    expect(same('cn=CA1', 'cn=CA1\0evil')).toBe(false)
    expect(same('cn=CA1', 'cn=СA1')).toBe(false)
  })

  it('never where both are empty', () => {
    const empty = nameFromDer(Uint8Array.of(0x30, 0))
    if (!empty.ok) throw new Error(empty.reject.detail)
    expect(sameName(empty.value, empty.value)).toBe(false)
  })
})

it('a control character of a peer’s name reaches no terminal', () => {
  expect(nameOf('cn=\u001b[2Jx').ios).toBe('cn=\\1b[2Jx')
  expect(nameOf('cn=a\u202eb').ios).toBe('cn=a\\202eb')
})
