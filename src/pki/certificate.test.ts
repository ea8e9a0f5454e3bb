import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caOf, day, keyNumber, noon } from '../../test/support/pki.ts'
import { nameOf } from '../../test/support/selection-stubs.ts'
import { type KeyPair, labRsaKeyPair } from '../crypto/index.ts'
import { parseCertificate, verifySignedBy } from './certificate.ts'
import { children, der, oidToBytes, readDer } from './der.ts'
import { keyUsageNames } from './extensions.ts'
import { issueCertificate } from './issue.ts'
import { sameKey } from './own-certificate.ts'
import { reissueCertificate } from './reissue.ts'
import { signed } from './signed.ts'
import type { Certificate } from './types.ts'

const root = caOf('cn=Root,o=lab', 1)
const holder = keyNumber(9)
const leaf = root.issue('serialNumber=100+ipaddress=192.0.2.1+hostname=R1.lab,cn=R1,o=lab', holder, {
  serial: '00F927',
  dns: ['r1.lab', 'R1'],
  ip: ['192.0.2.1'],
  email: ['r1@lab'],
  cdp: ['http://192.0.2.9/a.crl', 'ldap:///cn=b'],
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.17', '1.3.6.1.5.5.7.3.1'],
})

const detailOf = (bytes: Uint8Array): string => {
  const read = parseCertificate(bytes)
  return read.ok ? 'read' : read.reject.detail
}

describe('a certificate', () => {
  it('says what OpenSSL reads in it', () => {
    const theirs = new X509Certificate(leaf.der)
    expect(theirs.serialNumber).toBe(leaf.serial)
    expect(new Date(theirs.validFrom).getTime()).toBe(leaf.notBefore)
    expect(new Date(theirs.validTo).getTime()).toBe(leaf.notAfter)
    expect(theirs.subject.split('\n')).toContain('CN=R1')
    expect(theirs.issuer).toBe('O=lab\nCN=Root')
    expect(theirs.subjectAltName).toBe('email:r1@lab, DNS:r1.lab, DNS:R1, IP Address:192.0.2.1')
    expect(theirs.keyUsage).toEqual(leaf.extendedKeyUsage)
    expect(theirs.ca).toBe(false)
    expect(new X509Certificate(root.certificate.der).ca).toBe(true)
    expect(theirs.verify(new X509Certificate(root.certificate.der).publicKey)).toBe(true)
    expect(theirs.checkIssued(new X509Certificate(root.certificate.der))).toBe(true)
  })

  it('gives its extensions', () => {
    expect(leaf).toMatchObject({
      version: 3,
      keyType: 'ec',
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.17', '1.3.6.1.5.5.7.3.1'],
      subjectAltName: { dns: ['r1.lab', 'R1'], ip: ['192.0.2.1'], email: ['r1@lab'], uri: [] },
      crlDistributionPoints: ['http://192.0.2.9/a.crl', 'ldap:///cn=b'],
      unknownCriticalExtensions: [],
    })
    expect(root.certificate.basicConstraints).toEqual({ ca: true })
    expect(caOf('cn=x', 2, undefined, { ca: { pathLength: 3 } }).certificate.basicConstraints).toEqual({
      ca: true,
      pathLength: 3,
    })
  })

  it('of version 1 has no extensions', () => {
    const old = root.issue('cn=R1', holder, { version: 1 })
    expect(old).toMatchObject({ version: 1, crlDistributionPoints: [] })
    expect(old.keyUsage).toBeUndefined()
    expect(new X509Certificate(old.der).verify(new X509Certificate(root.certificate.der).publicKey)).toBe(true)
  })

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)('is signed with RSA and %s', (hash) => {
    const rsa = caOf('cn=RSA', 1)
    const signed = rsa.issue('cn=R1', labRsaKeyPair(2048, 9), { hash: hash === 'md5' ? 'sha256' : hash })
    expect(verifySignedBy(signed, rsa.certificate)).toBe(true)
    expect(verifySignedBy(signed, root.issue('cn=x', keyNumber(5)))).toBe(false)
  })

  it('is dated in UTCTime to 2049 and in GeneralizedTime after', () => {
    const late = root.issue('cn=R1', holder, { notAfter: Date.UTC(2050, 0, 1) })
    expect(late.notAfter).toBe(Date.UTC(2050, 0, 1))
    expect(new Date(new X509Certificate(late.der).validTo).getTime()).toBe(late.notAfter)
    expect(root.issue('cn=R1', holder, { notAfter: Date.UTC(2049, 11, 31, 23, 59, 59) }).notAfter).toBe(
      Date.UTC(2049, 11, 31, 23, 59, 59),
    )
  })
})

describe('what is no certificate is refused with a reason', () => {
  const body = children(readDer(leaf.der, 0x30))
  const [tbs, algorithm, signature] = body.map((part) => part.der)
  if (!tbs || !algorithm || !signature) throw new Error('a certificate has three parts')

  it.each([
    ['nothing', new Uint8Array(0), 'the encoding is cut short'],
    ['a certificate cut short', leaf.der.slice(0, -1), /octets where \d+ are left/],
    ['octets behind it', Uint8Array.of(...leaf.der, 0), '1 octets after the end'],
    ['a fourth part', der(0x30, tbs, algorithm, signature, der(5)), 'more than a body, an algorithm and a signature'],
    ['no signature', der(0x30, tbs, algorithm), /signature is missing/],
    [
      'another algorithm outside than inside',
      der(0x30, tbs, Uint8Array.from(Buffer.from('300a06082a8648ce3d040303', 'hex')), signature),
      'the two signature algorithms differ',
    ],
    ['an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0), 'an indefinite length'],
    ['a length with a leading zero', Uint8Array.of(0x30, 0x82, 0, 1, 0), 'a length that is not minimal'],
    ['a length beyond the end', Uint8Array.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff), /an element of 2147483647 octets/],
    ['70,000 octets', new Uint8Array(70_000), '70000 octets, more than 65535'],
  ])('%s', (_, bytes, detail) => {
    expect(detailOf(bytes)).toMatch(detail)
  })

  it('with a nesting that no certificate has', () => {
    let deep: Uint8Array = der(5)
    for (let level = 0; level < 60; level += 1) deep = der(0x30, deep)
    expect(detailOf(deep)).toBe('more than 32 levels')
  })

  it('whatever octets are changed, cut or put in: a value, and never a certificate that the CA signed', () => {
    fc.assert(
      fc.property(fc.nat(leaf.der.length - 1), fc.nat(3), fc.uint8Array({ maxLength: 4 }), (at, cut, put) => {
        const changed = Uint8Array.of(...leaf.der.slice(0, at), ...put, ...leaf.der.slice(at + cut))
        if (Buffer.compare(changed, leaf.der) === 0) return
        const read = parseCertificate(changed)
        if (read.ok) expect(verifySignedBy(read.value, root.certificate)).toBe(false)
      }),
      { numRuns: 3000, seed: 4 },
    )
  })
})

describe('an extension that is not known (attacks A10)', () => {
  /** The leaf with one extension more, signed by the root again. */
  const withExtension = (oid: string, critical: boolean): Certificate => {
    const [tbs] = children(readDer(leaf.der, 0x30))
    if (!tbs) throw new Error('a certificate has a body')
    const more = der(
      0x30,
      der(6, oidToBytes(oid)),
      ...(critical ? [der(1, Uint8Array.of(0xff))] : []),
      der(4, der(0x30)),
    )
    const fields = children(tbs).map((field) =>
      field.tag === 0xa3
        ? der(0xa3, der(0x30, ...children(readDer(field.content, 0x30)).map((each) => each.der), more))
        : field.der,
    )
    const read = parseCertificate(signed(root.keys, 'sha256', () => der(0x30, ...fields)))
    if (!read.ok) throw new Error(read.reject.detail)
    return read.value
  }

  it.each([
    ['a critical one is kept for validation to refuse', '1.2.3.4', true, ['1.2.3.4']],
    ['another one is passed over', '1.2.3.4', false, []],
    ['critical name constraints are refused, for they are not enforced', '2.5.29.30', true, ['2.5.29.30']],
    ['and so are those that a CA forgot to mark', '2.5.29.30', false, ['2.5.29.30']],
  ] as const)('%s', (_, oid, critical, unknown) => {
    const certificate = withExtension(oid, critical)
    expect(certificate.unknownCriticalExtensions).toEqual(unknown)
    expect(verifySignedBy(certificate, root.certificate)).toBe(true)
  })

  it('that stands twice makes no certificate', () => {
    expect(() => withExtension('2.5.29.15', true)).toThrow('extension 2.5.29.15 stands twice')
  })
})

describe('a certificate that is issued again', () => {
  it('keeps all but the key, its identifiers and the signature', () => {
    const ca = keyNumber(5)
    const again = reissueCertificate(leaf, { subject: keyNumber(6), issuer: ca, hash: 'sha256' })
    const { der: _, spki: __, publicKey: ___, subjectKeyId, authorityKeyId, ...rest } = leaf
    expect(again).toMatchObject(rest)
    expect(again.subjectKeyId).not.toEqual(subjectKeyId)
    expect(again.authorityKeyId).not.toEqual(authorityKeyId)
    expect(verifySignedBy(again, caOf('cn=x', 5).certificate)).toBe(true)
    expect(verifySignedBy(again, root.certificate)).toBe(false)
    expect([again.notBefore, again.notAfter]).toEqual([noon - 10 * day, noon + 100 * day])
  })
})

describe('a certificate of the lab', () => {
  const text = fc.stringMatching(/^[a-z0-9]{1,12}$/)
  const time = fc.integer({ min: -1e12, max: 8e12 })
  const contents = fc.record(
    {
      version: fc.constantFrom(1 as const, 3 as const),
      serial: fc.stringMatching(/^[0-9a-fA-F]{1,20}$/),
      notBefore: time,
      notAfter: time,
      hash: fc.constantFrom('sha1' as const, 'sha256' as const, 'sha384' as const, 'sha512' as const),
      ca: fc.record({ pathLength: fc.nat(300) }, { requiredKeys: [] }),
      keyUsage: fc.subarray([...keyUsageNames]),
      extendedKeyUsage: fc.subarray(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.17', '2.999.4711']),
      dns: fc.array(text, { maxLength: 2 }),
      ip: fc.array(fc.ipV4(), { maxLength: 2 }),
      email: fc.array(text, { maxLength: 2 }),
      cdp: fc.array(
        text.map((name) => `http://${name}/x.crl`),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['version', 'serial', 'notBefore', 'notAfter', 'hash'] },
  )

  it('says before it is signed what its octets say', () => {
    fc.assert(
      fc.property(contents, fc.constantFrom(keyNumber(7), labRsaKeyPair(1024, 1)), (given, keys) => {
        const names = { subject: nameOf('cn=R1,o=lab'), issuer: nameOf('cn=CA,o=lab') }
        const issued = issueCertificate({ ...given, ...names, keys, issuerKeys: keyNumber(1) })
        const read = parseCertificate(issued.der)
        if (!read.ok) throw new Error(read.reject.detail)
        const { publicKey, ...rest } = read.value
        const { publicKey: own, ...said } = issued
        expect(said).toEqual(rest)
        expect(own.equals(publicKey)).toBe(true)
        expect(verifySignedBy(read.value, caOf('cn=x', 1).certificate)).toBe(true)
        const again = reissueCertificate(read.value, { subject: keys, issuer: keyNumber(1), hash: given.hash })
        expect(again.der).toEqual(issued.der)
        const { publicKey: same, ...saidAgain } = again
        expect(saidAgain).toEqual(rest)
        expect(same.equals(publicKey)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('is signed when its octets are asked for', () => {
    const asked: string[] = []
    const watched = (name: string, pair: KeyPair): KeyPair => ({
      type: pair.type,
      modulusLength: pair.modulusLength,
      name: null,
      get publicKey() {
        asked.push(`public ${name}`)
        return pair.publicKey
      },
      get privateKey() {
        asked.push(`private ${name}`)
        return pair.privateKey
      },
    })
    const issued = issueCertificate({
      version: 3,
      serial: '01',
      subject: nameOf('cn=R1'),
      issuer: nameOf('cn=CA'),
      notBefore: noon,
      notAfter: noon + day,
      keys: watched('own', keyNumber(2)),
      issuerKeys: watched('issuer', keyNumber(1)),
      hash: 'sha256',
      keyUsage: ['digitalSignature'],
    })
    expect([issued.subject.ios, issued.keyType, issued.keyUsage, issued.signatureAlgorithm, asked]).toEqual([
      'cn=R1',
      'ec',
      ['digitalSignature'],
      'ecdsa-with-SHA256',
      [],
    ])
    expect(issued.der).toBe(issued.der)
    expect(asked).toEqual(['public own', 'public issuer', 'private issuer'])
  })

  it('shares its key with another or not, whoever issued it and whether it came in a message', () => {
    const issue = (number: number, subject: string): Certificate => root.issue(subject, labRsaKeyPair(1024, number))
    const received = (certificate: Certificate): Certificate => {
      const read = parseCertificate(certificate.der)
      if (!read.ok) throw new Error(read.reject.detail)
      return read.value
    }
    const [one, again, other] = [issue(0, 'cn=A'), issue(0, 'cn=B'), issue(1, 'cn=A')]
    for (const [a, b] of [one, received(one), { ...one }].flatMap((x) => [again, received(again)].map((y) => [x, y])))
      expect(a && b && sameKey(a, b)).toBe(true)
    for (const [a, b] of [one, received(one), { ...one }].flatMap((x) => [other, received(other)].map((y) => [x, y])))
      expect(a && b && sameKey(a, b)).toBe(false)
  })

  it('is refused at once where its contents make none', () => {
    const issue = (more: object): unknown =>
      issueCertificate({
        version: 3,
        serial: '01',
        subject: nameOf('cn=R1'),
        issuer: nameOf('cn=CA'),
        notBefore: noon,
        notAfter: noon + day,
        keys: keyNumber(2),
        issuerKeys: keyNumber(1),
        hash: 'sha256',
        ...more,
      })
    expect(() => issue({ notAfter: Number.NaN })).toThrow()
    expect(() => issue({ notAfter: 9e14 })).toThrow()
    expect(() => issue({ extendedKeyUsage: ['ipsec'] })).toThrow()
    expect(() => issue({ keyUsage: ['everything'] })).toThrow('no key usage')
    expect(() => issue({ hash: 'md5' })).toThrow('there is no signature with ec and md5')
  })
})
