import { describe, expect, it } from 'vitest'
import { caOf, day, keyNumber, noon, trusting } from '../../test/support/pki.ts'
import { issueCrl } from './issue.ts'
import { revocationStatus } from './revocation.ts'
import type { Crl, CrlAnswers, RevocationMethod } from './types.ts'

const root = caOf('cn=Root,o=lab', 1)
const holder = keyNumber(9)
const one = 'http://192.0.2.1/one.crl'
const two = 'http://192.0.2.2/two.crl'
const leaf = root.issue('cn=R1', holder, { serial: '0A', cdp: one })

const statusOf = (
  methods: readonly RevocationMethod[],
  answers: Readonly<Record<string, Crl | { readonly unreachable: string }>> = {},
  more: {
    readonly certificate?: typeof leaf
    readonly url?: string
    readonly issuer?: typeof root.certificate
    readonly ocsp?: 'good'
  } = {},
): string => {
  const { certificate = leaf, url, issuer = root.certificate, ocsp = 'noAnswer' } = more
  const trustpoint = trusting('TP', root, {
    revocationCheck: methods,
    enrollment: url === undefined ? { kind: 'terminal' } : { kind: 'url', url },
  })
  const crls: CrlAnswers = new Map(Object.entries(answers))
  const status = revocationStatus({ certificate, issuer, trustpoint }, { crls, now: noon, ocsp })
  return status.status === 'needs-crl'
    ? `needs ${status.request.via} ${status.request.url}`
    : `${status.status}: ${status.detail}`
}

const gone = { unreachable: 'no answer' }

describe('revocation-check', () => {
  it('none accepts without asking', () => {
    expect(statusOf(['none'])).toBe('good: revocation-check none')
  })

  it('crl asks for the list before it says anything', () => {
    expect(statusOf(['crl'])).toBe(`needs cdp ${one}`)
    expect(statusOf(['crl'], { [one]: root.crl([]) })).toBe('good: not on the list of cn=Root,o=lab')
    expect(statusOf(['crl'], { [one]: root.crl(['0A']) })).toBe('revoked: serial 0A is on the list of cn=Root,o=lab')
    expect(statusOf(['crl'], { [one]: root.crl(['0B']) })).toMatch(/^good/)
  })

  it('crl alone accepts nobody while the list cannot be had', () => {
    expect(statusOf(['crl'], { [one]: gone })).toBe(`unknown: ${one}: no answer`)
  })

  it('crl none accepts where the list cannot be had, and not where the certificate is on it', () => {
    expect(statusOf(['crl', 'none'], { [one]: gone })).toBe(`good: ${one}: no answer; then none`)
    expect(statusOf(['crl', 'none'], { [one]: root.crl(['0A']) })).toMatch(/^revoked/)
  })

  it('tries the methods in their order', () => {
    expect(statusOf(['none', 'crl'], { [one]: root.crl(['0A']) })).toMatch(/^good/)
    expect(statusOf(['ocsp', 'crl'], { [one]: root.crl(['0A']) })).toMatch(/^revoked/)
    const nothing = 'an OCSP responder is taken to give no answer'
    expect(statusOf(['ocsp'])).toBe(`unknown: ${nothing}`)
    expect(statusOf(['ocsp', 'none'])).toBe(`good: ${nothing}; then none`)
    expect(statusOf(['ocsp', 'crl'], {}, { ocsp: 'good' })).toBe(
      'good: an OCSP responder is taken to say that it is good',
    )
  })
})

describe('the place of the list', () => {
  it('is each distribution point in turn', () => {
    const certificate = root.issue('cn=R1', holder, { cdp: [one, two] })
    expect(statusOf(['crl'], { [one]: gone }, { certificate })).toBe(`needs cdp ${two}`)
    expect(statusOf(['crl'], { [one]: gone, [two]: root.crl([]) }, { certificate })).toMatch(/^good/)
    expect(statusOf(['crl'], { [one]: gone, [two]: gone }, { certificate })).toBe(
      `unknown: ${one}: no answer; ${two}: no answer`,
    )
  })

  it('is one that HTTP reaches', () => {
    const certificate = root.issue('cn=R1', holder, { cdp: ['ldap:///cn=Root', one] })
    expect(statusOf(['crl'], {}, { certificate })).toBe(`needs cdp ${one}`)
    const ldap = root.issue('cn=R1', holder, { cdp: 'ldap:///cn=Root' })
    expect(statusOf(['crl'], {}, { certificate: ldap })).toBe(
      'unknown: no distribution point that HTTP reaches (ldap:///cn=Root)',
    )
  })

  it('is the CA itself where the certificate names none', () => {
    const certificate = root.issue('cn=R1', holder)
    const issuer = 'issuer=cn%3DRoot%2Co%3Dlab'
    expect(statusOf(['crl'], {}, { certificate, url: 'http://192.0.2.3:80' })).toBe(
      `needs scep http://192.0.2.3:80/cgi-bin/pkiclient.exe?operation=GetCRL&${issuer}`,
    )
    expect(statusOf(['crl'], {}, { certificate, url: 'http://192.0.2.3/scep/' })).toBe(
      `needs scep http://192.0.2.3/scep/pkiclient.exe?operation=GetCRL&${issuer}`,
    )
    expect(statusOf(['crl'], {}, { certificate })).toMatch(/^unknown: no distribution point .* no enrolment URL$/)
  })
})

describe('a list that proves nothing is no answer', () => {
  const refused = (list: Crl, more: Parameters<typeof statusOf>[2] = {}): string =>
    statusOf(['crl'], { [one]: list }, more).replace(`${one}: `, '')

  it('of another CA', () => {
    expect(refused(caOf('cn=Other', 3).crl(['0A']))).toBe('unknown: the list is of another CA')
  })

  it('with a signature that is not the issuer’s', () => {
    expect(refused(root.crl([], { keys: keyNumber(5) }))).toBe('unknown: the signature of the list does not verify')
  })

  it('of an intermediate whose key did not sign it, though no trustpoint holds that intermediate', () => {
    const sub = caOf('cn=Sub', 2, root)
    const certificate = sub.issue('cn=R1', holder, { cdp: one })
    const more = { certificate, issuer: sub.certificate }
    expect(refused(sub.crl([], { keys: keyNumber(5) }), more)).toBe(
      'unknown: the signature of the list does not verify',
    )
    expect(refused(sub.crl([]), more)).toMatch(/^good/)
  })

  it('of tomorrow, and of yesterday', () => {
    expect(refused(root.crl([], { thisUpdate: noon + 1000 }))).toBe(
      'unknown: the list is good from 2013-06-20T12:00:01Z',
    )
    expect(refused(root.crl([], { thisUpdate: noon - 2 * day, nextUpdate: noon - 1000 }))).toBe(
      'unknown: the list was good until 2013-06-20T11:59:59Z',
    )
  })

  it('of a CA whose key may not sign lists', () => {
    const mute = caOf('cn=Root,o=lab', 1, undefined, { keyUsage: ['keyCertSign'] })
    expect(refused(root.crl([]), { issuer: mute.certificate })).toMatch(/may not sign lists/)
  })

  it('with a critical extension that is not known, or for certificates of another kind or place', () => {
    const list = root.crl(['0A'])
    expect(refused({ ...list, unknownCriticalExtensions: ['2.5.29.27'] })).toMatch(/critical extension 2\.5\.29\.27/)
    expect(refused({ ...list, only: 'authorities' })).toMatch(/CAs only/)
    expect(refused({ ...list, only: 'users' })).toMatch(/^revoked/)
    expect(refused({ ...list, distributionPoints: [two] })).toMatch(/another distribution point/)
    expect(refused({ ...list, distributionPoints: [two, one] })).toMatch(/^revoked/)
    const authority = caOf('cn=Sub', 2, root, { cdp: one, serial: '0A' })
    expect(refused({ ...list, only: 'users' }, { certificate: authority.certificate })).toMatch(
      /no certificates of CAs/,
    )
  })
})

it('a list of two hundred serials finds each of them', () => {
  const serials = Array.from({ length: 200 }, (_, index) => (index + 16).toString(16).toUpperCase())
  const list = issueCrl({
    issuer: root.certificate.subject,
    thisUpdate: noon - day,
    nextUpdate: noon + day,
    revoked: serials,
    issuerKeys: root.keys,
    hash: 'sha256',
  })
  for (const serial of serials)
    expect(
      statusOf(['crl'], { [one]: list }, { certificate: root.issue('cn=R1', holder, { serial, cdp: one }) }),
    ).toMatch(/^revoked/)
})
