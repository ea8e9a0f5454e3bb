import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Certificate, Name, Trustpoint, TrustpointConfiguration } from '../../pki/index.ts'
import { nameLines, storage, usage } from './certificate-text.ts'
import { showPkiCertificates, showPkiTrustpoints } from './pki.ts'

const cet = { name: 'CET', offsetMinutes: 60 }
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })

const oids: Readonly<Record<string, string>> = {
  cn: '2.5.4.3',
  serialNumber: '2.5.4.5',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  hostname: '1.2.840.113549.1.9.2',
  ipaddress: '1.2.840.113549.1.9.8',
}

/** A name from its printed lines, so that both sides of the comparison are written out. */
const name = (...printed: readonly string[]): Name => ({
  der: new TextEncoder().encode(printed.join('\n')),
  rdns: [...printed].reverse().map((rdn) =>
    rdn.split('+').map((pair) => {
      const [key = '', value = ''] = pair.split('=')
      return { oid: oids[key] ?? key, value, tag: 19 }
    }),
  ),
  ios: printed.join(','),
})

const certificate = (serial: string, subject: Name, issuer: Name, more: Partial<Certificate> = {}): Certificate => ({
  der: new TextEncoder().encode(`${serial} ${subject.ios} ${issuer.ios}`),
  version: 3,
  serial,
  subject,
  issuer,
  notBefore: Date.UTC(2013, 5, 17, 11, 25, 1),
  notAfter: Date.UTC(2014, 5, 17, 11, 25, 1),
  spki: new Uint8Array(),
  publicKey,
  keyType: 'rsa',
  signatureAlgorithm: 'sha1WithRSAEncryption',
  crlDistributionPoints: [],
  unknownCriticalExtensions: [],
  ...more,
})

const ca = (common: string): Name => name(`cn=${common}`, 'o=cisco', 'o=com')
const r1 = name('serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com', 'cn=R1', 'ou=IT', 'o=cisco', 'o=com')

const caCertificate = (common: string): Certificate =>
  certificate('01', ca(common), ca(common), { keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'] })

const trustpoint = (label: string, common: string, serial: string, more: Partial<Certificate> = {}): Trustpoint => ({
  name: label,
  builtIn: false,
  ca: caCertificate(common),
  identity: { certificate: certificate(serial, r1, ca(common), more), keys: null, chain: [] },
})

const newestFirst = { trustpoints: [trustpoint('IOSCA2', 'CA2', '03'), trustpoint('IOSCA1', 'CA1', '02')] }

const seedZone = { name: 'CET', offsetMinutes: 120 }

describe('show crypto pki certificates', () => {
  it('prints the identity certificates newest first, then the CA certificates', () => {
    expect(showPkiCertificates(newestFirst, { timezone: seedZone })).toBe(
      `Certificate
  Status: Available
  Certificate Serial Number (hex): 03
  Certificate Usage: General Purpose
  Issuer: ${''}
    cn=CA2
    o=cisco
    o=com
  Subject:
    Name: R1.cisco.com
    IP Address: 192.168.0.1
    Serial Number: 100
    serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com
    cn=R1
    ou=IT
    o=cisco
    o=com
  Validity Date: ${''}
    start date: 13:25:01 CET Jun 17 2013
    end   date: 13:25:01 CET Jun 17 2014
  Associated Trustpoints: IOSCA2 ${''}
  Storage: nvram:CA2#3.cer

Certificate
  Status: Available
  Certificate Serial Number (hex): 02
  Certificate Usage: General Purpose
  Issuer: ${''}
    cn=CA1
    o=cisco
    o=com
  Subject:
    Name: R1.cisco.com
    IP Address: 192.168.0.1
    Serial Number: 100
    serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com
    cn=R1
    ou=IT
    o=cisco
    o=com
  Validity Date: ${''}
    start date: 13:25:01 CET Jun 17 2013
    end   date: 13:25:01 CET Jun 17 2014
  Associated Trustpoints: IOSCA1 ${''}
  Storage: nvram:CA1#2.cer

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 01
  Certificate Usage: Signature
  Issuer: ${''}
    cn=CA2
    o=cisco
    o=com
  Subject: ${''}
    cn=CA2
    o=cisco
    o=com
  Validity Date: ${''}
    start date: 13:25:01 CET Jun 17 2013
    end   date: 13:25:01 CET Jun 17 2014
  Associated Trustpoints: IOSCA2 ${''}
  Storage: nvram:CA2#1CA.cer

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 01
  Certificate Usage: Signature
  Issuer: ${''}
    cn=CA1
    o=cisco
    o=com
  Subject: ${''}
    cn=CA1
    o=cisco
    o=com
  Validity Date: ${''}
    start date: 13:25:01 CET Jun 17 2013
    end   date: 13:25:01 CET Jun 17 2014
  Associated Trustpoints: IOSCA1 ${''}
  Storage: nvram:CA1#1CA.cer
`,
    )
  })

  it('adds key, fingerprints and extensions when it is verbose', () => {
    const one = {
      trustpoints: [
        trustpoint('IOSCA1', 'CA1', '02', {
          keyUsage: ['digitalSignature', 'keyEncipherment'],
          basicConstraints: { ca: false },
          subjectAltName: { dns: ['R1.cisco.com'], ip: ['192.168.0.1'], email: [], uri: [] },
          crlDistributionPoints: ['http://192.168.0.3/CA1.crl'],
          subjectKeyId: Uint8Array.of(0x2f, 0x6a, 0x86, 0x70, 0x69),
          authorityKeyId: Uint8Array.of(0x31, 0xde, 0xf8, 0xac),
        }),
      ],
    }
    const [identity = ''] = showPkiCertificates(one, { timezone: cet, verbose: true }).split('\n\n')
    expect(identity).toContain('  Status: Available\n  Version: 3\n')
    expect(identity).toContain('  CRL Distribution Points: \n    http://192.168.0.3/CA1.crl\n  Validity Date: \n')
    expect(identity.slice(identity.indexOf('  Subject Key Info'))).toBe(
      `  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (1024 bit)
  Signature Algorithm: SHA1 with RSA Encryption
  Fingerprint MD5: 908917BB 6B099FA0 64D48881 6BB4A01E ${''}
  Fingerprint SHA1: B15DFBE5 0CCA2EBA 9BC55447 0B315713 C74D8CE5 ${''}
  X509v3 extensions:
    X509v3 Key Usage: A0000000
      Digital Signature
      Key Encipherment
    X509v3 Subject Key ID: 2F6A8670 69 ${''}
    X509v3 Basic Constraints:
        CA: FALSE
    X509v3 Subject Alternative Name:
        R1.cisco.com
        IP Address : 192.168.0.1
    X509v3 Authority Key ID: 31DEF8AC ${''}
    Authority Info Access:
  Associated Trustpoints: IOSCA1 ${''}
  Storage: nvram:CA1#2.cer`,
    )
  })

  it('lists a CA that two trustpoints share once, with both', () => {
    const shared = { trustpoints: [trustpoint('B', 'CA1', '03'), trustpoint('A', 'CA1', '02')] }
    const text = showPkiCertificates(shared, { timezone: cet })
    expect(text.match(/^CA Certificate$/gm)).toHaveLength(1)
    expect(text).toContain('  Associated Trustpoints: B A \n  Storage: nvram:CA1#1CA.cer\n')
  })

  it('leaves out the built-in CAs, and everything else when one trustpoint is asked for', () => {
    const store = {
      trustpoints: [...newestFirst.trustpoints, { name: 'Trustpool1', builtIn: true, ca: caCertificate('Built in') }],
    }
    expect(showPkiCertificates(store, { timezone: cet })).not.toContain('Built in')
    const one = showPkiCertificates(store, { timezone: cet, trustpoint: 'IOSCA1' })
    expect(one.match(/Associated Trustpoints: .*/g)).toEqual([
      'Associated Trustpoints: IOSCA1 ',
      'Associated Trustpoints: IOSCA1 ',
    ])
  })

  it('prints nothing for an empty store', () => {
    expect(showPkiCertificates({ trustpoints: [] }, { timezone: cet })).toBe('')
  })

  it('calls a certificate of the router by itself so', () => {
    const subject = name('cn=IOS-Self-Signed-Certificate-4146203551')
    const own = certificate('01', subject, subject)
    const store = {
      trustpoints: [{ name: 'TP', builtIn: false, identity: { certificate: own, keys: null, chain: [] } }],
    }
    const text = showPkiCertificates(store, { timezone: cet })
    expect(text).toMatch(/^Router Self-Signed Certificate\n/)
    expect(text).toContain('    Name: IOS-Self-Signed-Certificate-4146203551\n')
    expect(text).toContain('  Storage: nvram:IOS-Self-Sig#1.cer\n')
  })
})

describe('the parts of a certificate', () => {
  it('keeps a comma that belongs to a value', () => {
    const verisign = name('ou=Class 3 Public Primary Certification Authority', 'o=VeriSign, Inc.', 'c=US')
    expect(nameLines(verisign)).toEqual([
      'ou=Class 3 Public Primary Certification Authority',
      'o=VeriSign, Inc.',
      'c=US',
    ])
  })

  it('keeps a name whole rather than cut it wrongly', () => {
    expect(nameLines(name('cn=a,o=b'))).toEqual(['cn=a,o=b'])
    expect(nameLines(name())).toEqual([])
  })

  it.each([
    ['CA.hitler.com', '02', 'identity', 'nvram:CAhitlercom#2.cer'],
    ['Cisco Licensing Root CA', '01', 'ca', 'nvram:CiscoLicensi#1CA.cer'],
    ['RCA1', '5A001212', 'ca', 'nvram:RCA1#1212CA.cer'],
  ] as const)('stores a certificate of %s with serial %s as IOS does', (common, serial, kind, file) => {
    expect(storage(certificate(serial, r1, name(`cn=${common}`)), kind)).toBe(file)
  })

  it.each([
    [undefined, 'General Purpose'],
    [['digitalSignature', 'keyEncipherment'], 'General Purpose'],
    [['digitalSignature'], 'Signature'],
    [['keyEncipherment'], 'Encryption'],
    [['keyCertSign'], 'Signature'],
  ])('reads the usage off %s', (keyUsage, expected) => {
    expect(usage(certificate('01', r1, r1, keyUsage ? { keyUsage } : {}))).toBe(expected)
  })
})

const configured = (label: string, enrollment: TrustpointConfiguration['enrollment']): TrustpointConfiguration => ({
  name: label,
  at: { router: 'R1', file: 'R1.cfg', line: 1, text: '' },
  enrollment,
  serialNumber: true,
  revocationCheck: ['crl'],
  chainValidation: { mode: 'stop' },
  primary: false,
  usage: [],
  matchCertificate: [],
})

describe('show crypto pki trustpoints', () => {
  it("prints each CA with its serial number, in the configuration's order", () => {
    const configuration = [
      configured('IOSCA1', { kind: 'url', url: 'http://192.168.0.3:80' }),
      configured('IOSCA2', { kind: 'url', url: 'http://192.168.0.4:80/scep' }),
      configured('NEW', { kind: 'terminal' }),
    ]
    expect(showPkiTrustpoints(newestFirst, configuration)).toBe(
      `Trustpoint IOSCA1:
    Subject Name:
    cn=CA1
    o=cisco
    o=com
          Serial Number (hex): 01
    Certificate configured.
    SCEP URL: http://192.168.0.3:80/cgi-bin


Trustpoint IOSCA2:
    Subject Name:
    cn=CA2
    o=cisco
    o=com
          Serial Number (hex): 01
    Certificate configured.
    SCEP URL: http://192.168.0.4:80/scep


Trustpoint NEW:
`,
    )
  })

  it('names the key of a self-signed trustpoint, and no built-in CA', () => {
    const subject = name('cn=IOS-Self-Signed-Certificate-1')
    const store = {
      trustpoints: [
        {
          name: 'SELF',
          builtIn: false,
          identity: { certificate: certificate('01', subject, subject), keys: null, chain: [] },
        },
        { name: 'Trustpool1', builtIn: true, ca: caCertificate('Built in') },
      ],
    }
    expect(showPkiTrustpoints(store, [configured('SELF', { kind: 'selfsigned' })])).toBe(
      `Trustpoint SELF:
    Subject Name:
    cn=IOS-Self-Signed-Certificate-1
          Serial Number (hex): 01
    Persistent self-signed certificate trust point
    Using key label SELF
`,
    )
  })
})
