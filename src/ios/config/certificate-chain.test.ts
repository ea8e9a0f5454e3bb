import { describe, expect, it } from 'vitest'
import { accepted, notices, refused } from '../../../test/support/ios-configuration.ts'

/** A SEQUENCE of `size` bytes of content, as IOS prints it. */
function hexOf(size: number): { readonly der: Uint8Array; readonly lines: readonly string[] } {
  const der = Uint8Array.from([
    0x30,
    0x82,
    size >> 8,
    size & 255,
    ...Array.from({ length: size }, (_, index) => index & 255),
  ])
  const words =
    Buffer.from(der)
      .toString('hex')
      .toUpperCase()
      .match(/.{1,8}/g) ?? []
  const lines = words.flatMap((_, index) => (index % 8 === 0 ? [`  ${words.slice(index, index + 8).join(' ')} `] : []))
  return { der, lines }
}

const { der, lines } = hexOf(301)
const header = 'crypto pki trustpoint T\ncrypto pki certificate chain T\n'

describe('crypto pki certificate chain', () => {
  it('keeps each certificate with its kind and serial, in order', () => {
    const body = lines.join('\n')
    const forms = [
      'certificate 02',
      'certificate ca 00F927E4',
      'certificate self-signed 01',
      'certificate rollover 0a',
      'certificate ca rollover 0b',
    ]
    const text = `${header}${forms.map((form) => ` ${form}\n${body}\n  \tquit\n`).join('')}crypto isakmp policy 7\n`
    const read = accepted(text)
    expect(read.certificateChains).toMatchObject([
      {
        trustpoint: 'T',
        certificates: [
          { kind: 'identity', serial: '02' },
          { kind: 'ca', serial: '00F927E4' },
          { kind: 'self-signed', serial: '01' },
          { kind: 'other', serial: '0A' },
          { kind: 'other', serial: '0B' },
        ],
      },
    ])
    for (const certificate of read.certificateChains[0]?.certificates ?? []) expect(certificate.der).toEqual(der)
    expect(read.isakmpPolicies).toHaveLength(1)
  })

  it('reads lower case, no indent and blank lines between all lines', () => {
    const text = `${header}certificate 02\n\n${lines.join('\n\n').toLowerCase().replace(/^ +/gm, '')}\n\nquit\n`
    expect(accepted(text).certificateChains[0]?.certificates[0]?.der).toEqual(der)
  })

  it.each([
    ['cut short', lines.slice(0, 4), /^the certificate is cut short: 128 of its 305 bytes are here$/, 7, 73],
    ['too long', [...lines, '  00'], /^1 bytes too many after the certificate's 305$/, 3, 1],
    ['with half a byte', [...lines.slice(0, 2), '  308'], /^an odd number of hexadecimal digits$/, 6, 5],
    ['with a letter that is no digit', [lines[0] ?? '', '  3082G'], /^"G" is no hexadecimal digit$/, 5, 7],
    ['that is none', ['  02010A'], /^these bytes begin no certificate$/, 3, 2],
  ])('a certificate %s is refused', (_, body, message, line, column) => {
    const errors = refused(`${header} certificate 02\n${body.join('\n')}\n  quit\n`)
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toMatch(message)
    if (!/too many/.test(errors[0]?.message ?? '')) expect(errors[0]).toMatchObject({ line, column })
    expect(errors[0]?.remedy).toContain('line 3')
  })

  it.each([
    ['the end of the text', ''],
    ['an exclamation mark', '!\nhostname R1\n'],
    ['another section', 'crypto pki certificate chain U\n'],
    ['the next certificate', ' certificate ca 01\n'],
  ])('a certificate without quit before %s is refused', (_, after) => {
    expect(refused(`${header} certificate 02\n${lines[0]}\n${after}`)[0]?.message).toMatch(
      /has no end|ends inside a certificate/,
    )
  })

  it.each(['', '  quit\n'])('a certificate whose bytes were left out, as brief does, is known by its number', (end) => {
    const [chain] = accepted(
      `${header} certificate 02\n${end} certificate ca 01\n${end}license udi pid 1\n`,
    ).certificateChains
    expect(chain?.certificates).toEqual([])
    expect(chain?.elsewhere.map(({ kind, serial }) => [kind, serial])).toEqual([
      ['identity', '02'],
      ['ca', '01'],
    ])
  })

  it('a certificate in a file of the router is reported', () => {
    expect(notices(`${header} certificate ca 03 nvram:CA2#1CA.cer\n`)).toEqual([
      '3 not-modelled "certificate ca 03 nvram:CA2#1CA.cer" is not modelled',
    ])
  })

  it('certificates of a trust point that is not configured are noted', () => {
    expect(notices('crypto pki certificate chain GONE\n')).toEqual([
      '1 dangling-reference certificates of trust point GONE, which is not configured',
    ])
  })
})
