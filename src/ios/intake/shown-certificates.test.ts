import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seedMayBeAbsent } from '../../../test/support/seed-score.ts'
import { momentOf } from './printed-time.ts'
import { readShownCertificates } from './shown-certificates.ts'

const read = (text: string) => readShownCertificates(text.split('\n'), 1)

const verbose = `CA Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 00F927E468449534B7
  Certificate Usage: Signature
  Issuer:
    cn=Example Root, CA
    o=Example, Inc.
  Subject:
    cn=Example Root, CA
    o=Example, Inc.
  Validity Date:
    start date: 00:00:00 UTC Feb 29 2024
    end   date: 00:00:00 UTC Mar 1 2034
  Subject Key Info:
    Public Key Algorithm: ecEncryption
    EC Public Key:  (384 bit)
  Signature Algorithm: SHA384 with ECDSA
  Fingerprint MD5: D9E4599D C573463B 1A2B3C4D 5E6F7081
  Fingerprint SHA1: 50CB1BE1 F8A16D5C 0DB3BC72 E6D422B0 82D7F7CD
  X509v3 extensions:
    X509v3 Key Usage: 86000000
      Digital Signature
      Key Cert Sign
      CRL Signature
    X509v3 Basic Constraints:
        CA: TRUE
    Authority Info Access:
  Cert install time: 21:58:51 IST Nov 10 2024
  Associated Trustpoints: ROOT SUB
  Storage: nvram:ExampleRoot#34B7CA.cer
`

describe('show crypto pki certificates', () => {
  it('verbose, with everything that it tells', () => {
    const { certificates, odd } = read(verbose)
    expect(odd).toEqual([])
    expect(certificates).toMatchObject([
      {
        kind: 'ca',
        from: 1,
        version: 3,
        serial: 'F927E468449534B7',
        usage: 'Signature',
        subject: 'cn=Example Root, CA,o=Example, Inc.',
        key: { kind: 'ec', bits: 384 },
        signature: { family: 'ec', hash: 'sha384' },
        extensions: { keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'], basicConstraints: { ca: true } },
        fingerprints: { sha1: '50CB1BE1F8A16D5C0DB3BC72E6D422B082D7F7CD' },
        installed: { zone: 'IST' },
        trustpoints: ['ROOT', 'SUB'],
      },
    ])
  })

  it('indentation and blank lines mean nothing: mail and documents lose them', () => {
    const flat = verbose
      .split('\n')
      .flatMap((line) => [line.trim(), ''])
      .join('\n')
    const withoutLines = ({ certificates }: ReturnType<typeof read>) =>
      certificates.map(({ from: _, to: __, ...rest }) => rest)
    expect(withoutLines(read(flat))).toEqual(withoutLines(read(verbose)))
  })

  it('what was cut out is told by its line', () => {
    expect(read('Certificate\n Status: Available\n...\n<output omitted, 1 more>\nDear diary')).toMatchObject({
      omissions: [3, 4],
      odd: [5],
    })
  })
})

const seed = new URL('../../../../shared/seeds/ios-ike-multiple-certificates.it.txt', import.meta.url)

describe.skipIf(seedMayBeAbsent)("what the document's routers printed", () => {
  /** From a prompt with the command to the next one, or to the next sentence of the document. */
  const printed = (router: string): string =>
    readFileSync(seed, 'utf8')
      .split(new RegExp(`${router}#sh(?:ow)? crypto pki certificates\n`))[1]
      ?.split(/\n(?:Confrontare|Ora R2)/)[0] ?? ''

  it.each([
    ['R1', '03', 'cn=CA2,o=cisco,o=com', 'IOSCA2'],
    ['R2', '02', 'cn=CA1,o=cisco,o=com', 'IOSCA1'],
  ])('%s', (router, serial, issuer, trustpoint) => {
    const { certificates, omissions } = read(printed(router))
    expect(certificates).toMatchObject([
      {
        kind: 'identity',
        serial,
        issuer,
        trustpoints: [trustpoint],
        subject: expect.stringContaining(`hostname=${router}.cisco.com,cn=${router},ou=IT,o=cisco,o=com`),
        validFrom: { zone: 'CET' },
      },
    ])
    expect(omissions.length).toBeGreaterThan(0)
  })
})

describe('a time as IOS prints it', () => {
  const time = { text: '', wallClock: Date.UTC(2013, 5, 17, 13, 25, 1), zone: 'CET' }
  it("the router's own zone wins", () => {
    expect(momentOf(time, [{ name: 'CET', offsetMinutes: 120 }])).toEqual({
      time: Date.UTC(2013, 5, 17, 11, 25, 1),
      sure: true,
    })
  })

  it('a zone that nobody knows is taken for that of the router, and not for sure', () => {
    expect(momentOf({ ...time, zone: 'XYZ' }, [{ name: 'CET', offsetMinutes: 60 }])).toEqual({
      time: Date.UTC(2013, 5, 17, 12, 25, 1),
      sure: false,
    })
  })
})
