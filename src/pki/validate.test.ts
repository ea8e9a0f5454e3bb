import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { caOf, day, keyNumber, noon, trusting } from '../../test/support/pki.ts'
import { lineAt, nameOf } from '../../test/support/selection-stubs.ts'
import { keyPairOf } from '../crypto/index.ts'
import { issueCertificate } from './issue.ts'
import type { Certificate, CertificateMatchAction, Trustpoint, ValidationResult } from './types.ts'
import { type ValidationQuestion, validateChain } from './validate.ts'

const root = caOf('cn=Root,o=lab', 1)
const sub = caOf('cn=Sub,o=lab', 2, root)
const other = caOf('cn=Other,o=lab', 3)
const rootTrustpoint = trusting('ROOT', root)
const holder = keyNumber(9)
const leaf = root.issue('cn=R1', holder)
const leafOfSub = sub.issue('cn=R1', holder)

const validate = (
  chain: readonly Certificate[],
  anchors: readonly Trustpoint[] = [rootTrustpoint],
  more: Partial<ValidationQuestion> = {},
): ValidationResult =>
  validateChain({
    chain,
    anchors,
    store: { trustpoints: anchors },
    now: noon,
    crls: new Map(),
    matchesCertificateMap: () => false,
    ocsp: 'noAnswer',
    ...more,
  })

/** What came out, in one line. */
const outcome = (result: ValidationResult): string =>
  result.result === 'valid'
    ? `valid by ${result.trustpoint}: ${result.path.map(({ subject }) => subject.ios).join(' < ')}`
    : result.result === 'rejected'
      ? `${result.code} (${result.subject})`
      : `needs ${result.request.url}`

describe('a path is found', () => {
  it('from the leaf to the CA of a trustpoint', () => {
    expect(outcome(validate([leaf]))).toBe('valid by ROOT: cn=R1 < cn=Root,o=lab')
  })

  it('over an intermediate that the peer sends along', () => {
    expect(outcome(validate([leafOfSub, sub.certificate]))).toBe('valid by ROOT: cn=R1 < cn=Sub,o=lab < cn=Root,o=lab')
    expect(outcome(validate([leafOfSub]))).toBe('no-suitable-trustpoint (cn=R1)')
  })

  it('over an intermediate that another trustpoint holds', () => {
    const store = { trustpoints: [rootTrustpoint, trusting('SUB', sub)] }
    expect(outcome(validate([leafOfSub], [rootTrustpoint], { store }))).toBe(
      'valid by ROOT: cn=R1 < cn=Sub,o=lab < cn=Root,o=lab',
    )
  })

  it('whatever the order of the certificates that come along, and with the root among them', () => {
    const deep = caOf('cn=Deep,o=lab', 4, sub)
    const end = deep.issue('cn=R1', holder)
    for (const along of [
      [sub.certificate, deep.certificate],
      [root.certificate, deep.certificate, other.certificate, sub.certificate],
    ])
      expect(outcome(validate([end, ...along]))).toBe(
        'valid by ROOT: cn=R1 < cn=Deep,o=lab < cn=Sub,o=lab < cn=Root,o=lab',
      )
  })

  it('past an intermediate that leads nowhere: two CAs of one name and key, one certified by a stranger', () => {
    const stranger = caOf('cn=Sub,o=lab', 2, other)
    expect(outcome(validate([leafOfSub, stranger.certificate, sub.certificate]))).toMatch(/^valid by ROOT/)
  })

  it('past an expired certificate of a CA whose renewed one is there', () => {
    const expired = caOf('cn=Sub,o=lab', 2, root, { notAfter: noon - day })
    expect(outcome(validate([leafOfSub, expired.certificate, sub.certificate]))).toMatch(/^valid by ROOT/)
    const old = trusting('OLD', caOf('cn=Root,o=lab', 1, undefined, { notAfter: noon - day }))
    expect(outcome(validate([leaf], [old, rootTrustpoint]))).toMatch(/^valid by ROOT/)
    expect(outcome(validate([leaf], [old]))).toBe('expired (cn=Root,o=lab)')
  })

  it('only to a trustpoint that counts', () => {
    const store = { trustpoints: [rootTrustpoint, trusting('OTHER', other)] }
    const result = validate([leaf], [trusting('OTHER', other)], { store })
    expect(outcome(result)).toBe('no-suitable-trustpoint (cn=R1)')
    expect(result.steps.at(-1)?.detail).toBe(
      'the issuer cn=Root,o=lab is the CA of none of the trustpoints that count (OTHER)',
    )
  })

  it('never through the root that the peer brings itself', () => {
    const forged = caOf('cn=Root,o=lab', 7)
    const theirs = forged.issue('cn=R1', holder)
    expect(outcome(validate([theirs, forged.certificate]))).toBe('certificate-signature-invalid (cn=R1)')
  })

  it('or a loop of CAs that certify each other ends', () => {
    const a = caOf('cn=A', 4, caOf('cn=B', 5))
    const b = caOf('cn=B', 5, a)
    const end = a.issue('cn=R1', holder)
    expect(outcome(validate([end, a.certificate, b.certificate]))).toBe('no-suitable-trustpoint (cn=R1)')
  })

  it('or a hundred intermediates of one name cost no more signatures than there are pairs', () => {
    const end = sub.issue('cn=R1', holder)
    const many = Array.from({ length: 100 }, (_, index) =>
      other.issue('cn=Sub,o=lab', keyNumber(2), {
        serial: (index + 16).toString(16),
        ca: {},
        keyUsage: ['keyCertSign'],
      }),
    )
    expect(outcome(validate([end, ...many]))).toBe('no-suitable-trustpoint (cn=R1)')
  })
})

describe('along the path', () => {
  it.each([
    ['notBefore', { notBefore: noon + 1000 }, 'not-yet-valid (cn=R1)'],
    ['notAfter', { notAfter: noon - 1000 }, 'expired (cn=R1)'],
    ['the very second of notAfter', { notAfter: noon }, 'valid by ROOT: cn=R1 < cn=Root,o=lab'],
    ['the very second of notBefore', { notBefore: noon }, 'valid by ROOT: cn=R1 < cn=Root,o=lab'],
    ['keyEncipherment alone', { keyUsage: ['keyEncipherment'] }, 'key-usage-forbids-signature (cn=R1)'],
    ['nonRepudiation', { keyUsage: ['nonRepudiation'] }, 'valid by ROOT: cn=R1 < cn=Root,o=lab'],
  ] as const)('the leaf is held to %s', (_, contents, expected) => {
    expect(outcome(validate([root.issue('cn=R1', holder, contents)]))).toBe(expected)
  })

  it.each([
    ['in force', { notAfter: noon - day }, 'expired (cn=Sub,o=lab)'],
    [
      'allowed to sign certificates',
      { keyUsage: ['digitalSignature'] },
      'key-usage-forbids-signing-certificates (cn=Sub,o=lab)',
    ],
  ] as const)('an intermediate must be %s', (_, contents, expected) => {
    const bad = caOf('cn=Sub,o=lab', 2, root, contents)
    expect(outcome(validate([bad.issue('cn=R1', holder), bad.certificate]))).toBe(expected)
  })

  it('an intermediate must be marked as a CA: a router cannot issue certificates to others', () => {
    const router = root.issue('cn=R1', keyNumber(2))
    const forged = sub.issue('cn=R2', holder)
    const renamed = issueCertificate({
      version: 3,
      serial: '0C',
      subject: nameOf('cn=R2'),
      issuer: router.subject,
      notBefore: noon - day,
      notAfter: noon + day,
      keys: holder,
      issuerKeys: keyNumber(2),
      hash: 'sha256',
    })
    expect(outcome(validate([renamed, router]))).toBe('issuer-not-ca (cn=R1)')
    expect(outcome(validate([forged, router]))).toBe('no-suitable-trustpoint (cn=R2)')
  })

  it('a version 1 certificate is believed as a CA where it is configured, and not as an intermediate', () => {
    const old = caOf('cn=Old', 4, undefined, { version: 1 })
    const end = old.issue('cn=R1', holder)
    expect(outcome(validate([end], [trusting('OLD', old)]))).toBe('valid by OLD: cn=R1 < cn=Old')
    const below = caOf('cn=Below', 5, root, { version: 1 })
    expect(outcome(validate([below.issue('cn=R1', holder), below.certificate]))).toBe('issuer-not-ca (cn=Below)')
  })

  it('the path length counts the CAs below, and not those that issue to themselves', () => {
    const short = caOf('cn=Root,o=lab', 1, undefined, { ca: { pathLength: 0 } })
    const anchors = [trusting('ROOT', short)]
    expect(outcome(validate([leaf], anchors))).toMatch(/^valid/)
    expect(outcome(validate([leafOfSub, sub.certificate], anchors))).toBe('path-length-exceeded (cn=Root,o=lab)')
    const one = [trusting('ROOT', caOf('cn=Root,o=lab', 1, undefined, { ca: { pathLength: 1 } }))]
    expect(outcome(validate([leafOfSub, sub.certificate], one))).toMatch(/^valid/)
    const deep = caOf('cn=Deep', 4, sub)
    expect(outcome(validate([deep.issue('cn=R1', holder), deep.certificate, sub.certificate], one))).toBe(
      'path-length-exceeded (cn=Root,o=lab)',
    )
  })

  it('a critical extension that is not known is refused', () => {
    const strange = { ...leaf, unknownCriticalExtensions: ['1.2.3.4'] }
    expect(outcome(validate([strange]))).toBe('unknown-critical-extension (cn=R1)')
  })

  it('an RSA key below 1024 bits is refused', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 768 })
    expect(outcome(validate([root.issue('cn=R1', keyPairOf(privateKey))]))).toBe('weak-key (cn=R1)')
  })
})

describe('a list is fetched only for what is otherwise good (attacks A18)', () => {
  const asking = trusting('ROOT', root, {
    revocationCheck: ['crl'],
    enrollment: { kind: 'url', url: 'http://192.0.2.1' },
  })
  const evil = 'http://192.0.2.66/evil.crl'

  it.each([
    ['signed by nobody we know', other.issue('cn=R1', holder, { cdp: evil }), 'no-suitable-trustpoint (cn=R1)'],
    [
      'with a forged signature',
      caOf('cn=Root,o=lab', 7).issue('cn=R1', holder, { cdp: evil }),
      'certificate-signature-invalid (cn=R1)',
    ],
    ['that has expired', root.issue('cn=R1', holder, { cdp: evil, notAfter: noon - day }), 'expired (cn=R1)'],
  ])('not for a certificate %s', (_, certificate, expected) => {
    expect(outcome(validate([certificate], [asking]))).toBe(expected)
  })

  it('and for a good one', () => {
    expect(outcome(validate([root.issue('cn=R1', holder, { cdp: evil })], [asking]))).toBe(`needs ${evil}`)
  })
})

describe('chain-validation', () => {
  const stop = trusting('SUB', sub)
  const onwards = (parent?: string): Trustpoint =>
    trusting('SUB', sub, {
      chainValidation: parent === undefined ? { mode: 'continue' } : { mode: 'continue', parent },
    })

  it('stop trusts a CA that is no root', () => {
    expect(outcome(validate([leafOfSub], [stop]))).toBe('valid by SUB: cn=R1 < cn=Sub,o=lab')
  })

  it('continue goes on to the CA above, wherever it is held', () => {
    const anchors = [onwards()]
    expect(outcome(validate([leafOfSub], anchors))).toBe('no-suitable-trustpoint (cn=Sub,o=lab)')
    const store = { trustpoints: [...anchors, rootTrustpoint] }
    expect(outcome(validate([leafOfSub], anchors, { store }))).toBe(
      'valid by SUB: cn=R1 < cn=Sub,o=lab < cn=Root,o=lab',
    )
  })

  it('continue PARENT goes on to the parent that is named and to no other', () => {
    const others = [trusting('OTHER', other), rootTrustpoint]
    const to = (parent: string): ValidationResult =>
      validate([leafOfSub], [onwards(parent)], { store: { trustpoints: [onwards(parent), ...others] } })
    expect(outcome(to('ROOT'))).toMatch(/^valid by SUB/)
    expect(outcome(to('OTHER'))).toBe('no-suitable-trustpoint (cn=Sub,o=lab)')
    expect(to('OTHER').steps.at(-1)?.detail).toBe(
      'trustpoint SUB has chain-validation continue, and trustpoint OTHER, which chain-validation names, does not hold the CA cn=Root,o=lab above it',
    )
  })

  it('continue looks at the certificate of the CA: its dates, and its revocation by the method of the parent', () => {
    const parent = trusting('ROOT', root, {
      revocationCheck: ['crl'],
      enrollment: { kind: 'url', url: 'http://192.0.2.1' },
    })
    const anchors = [onwards('ROOT')]
    const store = { trustpoints: [...anchors, parent] }
    const asked = validate([leafOfSub], anchors, { store })
    if (asked.result !== 'needs-crl') throw new Error(outcome(asked))
    expect(asked.request).toMatchObject({ trustpoint: 'ROOT', issuer: { ios: 'cn=Root,o=lab' } })
    const answered = (revoked: readonly string[]): string =>
      outcome(validate([leafOfSub], anchors, { store, crls: new Map([[asked.request.url, root.crl(revoked)]]) }))
    expect(answered([])).toMatch(/^valid by SUB/)
    expect(answered([sub.certificate.serial])).toBe('revoked (cn=Sub,o=lab)')
  })

  it('continue at a root is stop, as IOS has it', () => {
    const anchors = [trusting('ROOT', root, { chainValidation: { mode: 'continue', parent: 'NOBODY' } })]
    expect(outcome(validate([leaf], anchors))).toMatch(/^valid by ROOT/)
  })
})

describe('match certificate of a trustpoint', () => {
  const with_ = (map: string, action?: CertificateMatchAction): Trustpoint =>
    trusting('ROOT', root, {
      revocationCheck: ['crl'],
      enrollment: { kind: 'url', url: 'http://192.0.2.1' },
      matchCertificate: [{ map, at: lineAt(2), ...(action === undefined ? {} : { action }) }],
    })
  const fits = (map: string) => map === 'FITS'
  const skip = { kind: 'skip-revocation-check' } as const

  it('alone lets only those in that the map fits', () => {
    const none = (map: string): Trustpoint => {
      const trustpoint = with_(map)
      if (!trustpoint.configuration) throw new Error('configured')
      return { ...trustpoint, configuration: { ...trustpoint.configuration, revocationCheck: ['none'] } }
    }
    expect(outcome(validate([leaf], [none('FITS')], { matchesCertificateMap: fits }))).toMatch(/^valid/)
    expect(outcome(validate([leaf], [none('NOT')], { matchesCertificateMap: fits }))).toBe(
      'certificate-map-forbids (cn=R1)',
    )
  })

  it('skip revocation-check makes an exception for those that fit', () => {
    expect(outcome(validate([leaf], [with_('FITS', skip)], { matchesCertificateMap: fits }))).toMatch(/^valid/)
    expect(outcome(validate([leaf], [with_('NOT', skip)], { matchesCertificateMap: fits }))).toMatch(/^needs http:/)
  })

  it('allow expired-certificate makes an exception for those that fit', () => {
    const expired = root.issue('cn=R1', holder, { notAfter: noon - 1000 })
    const allowing = (map: string): Trustpoint => {
      const trustpoint = with_(map, { kind: 'allow-expired-certificate' })
      if (!trustpoint.configuration) throw new Error('configured')
      return { ...trustpoint, configuration: { ...trustpoint.configuration, revocationCheck: ['none'] } }
    }
    expect(outcome(validate([expired], [allowing('FITS')], { matchesCertificateMap: fits }))).toMatch(/^valid/)
    expect(outcome(validate([expired], [allowing('NOT')], { matchesCertificateMap: fits }))).toBe('expired (cn=R1)')
    const early = root.issue('cn=R1', holder, { notBefore: noon + 1000 })
    expect(outcome(validate([early], [allowing('FITS')], { matchesCertificateMap: fits }))).toBe(
      'not-yet-valid (cn=R1)',
    )
  })

  it('override cdp url asks for the list elsewhere', () => {
    const action = { kind: 'override-cdp', url: 'http://192.0.2.7/list.crl' } as const
    expect(outcome(validate([leaf], [with_('FITS', action)], { matchesCertificateMap: fits }))).toBe(
      'needs http://192.0.2.7/list.crl',
    )
  })
})

describe('a release that lacks an algorithm or a version', () => {
  const old = leaf.version === 3 ? ([1, 2] as const) : ([3] as const)

  it('refuses what it cannot check before it looks at the signature', () => {
    expect(outcome(validate([leaf], undefined, { abilities: { hashes: ['md5', 'sha1'] } }))).toBe(
      'signature-algorithm-not-supported (cn=R1)',
    )
    expect(outcome(validate([leaf], undefined, { abilities: { certificateVersions: old } }))).toBe(
      'certificate-version-not-supported (cn=R1)',
    )
  })

  it('refuses an intermediate too, and says no more of a CA that it does not know', () => {
    const sha1 = { hashes: ['sha256'] } as const
    expect(outcome(validate([leafOfSub, sub.certificate], undefined, { abilities: sha1 }))).toMatch(/^valid by ROOT/)
    expect(outcome(validate([leafOfSub], undefined, { abilities: { hashes: ['md5'] } }))).toBe(
      'no-suitable-trustpoint (cn=R1)',
    )
  })
})
