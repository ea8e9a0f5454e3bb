import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { curves } from './curves.ts'
import { type HashName, hash } from './hash.ts'
import { type IkeV2AuthCheck, ikeV2SignAuth, ikeV2VerifyAuth } from './ikev2-auth.ts'
import { fromBigInt, toBigInt } from './integers.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const octets = new TextEncoder().encode('RealMessage1 | NonceRData | MACedIDForI')
const other = new TextEncoder().encode('RealMessage2 | NonceIData | MACedIDForR')

const rsa = labRsaKey(2048, 0)
const ec = { 'P-256': labEcKey('P-256', 0), 'P-384': labEcKey('P-384', 0), 'P-521': labEcKey('P-521', 0) }

/** RFC 8032 §7.1, test 3. */
const ed25519 = createPrivateKey({
  format: 'der',
  type: 'pkcs8',
  key: Buffer.from(
    '302e020100300506032b657004220420c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'hex',
  ),
})

const check = (method: number, key: KeyObject, data: Uint8Array, over: Uint8Array = octets): IkeV2AuthCheck =>
  ikeV2VerifyAuth({ method, key: createPublicKey(key), data, octets: over })
const refusal = (method: number, key: KeyObject, data: Uint8Array, over: Uint8Array = octets): string => {
  const checked = check(method, key, data, over)
  return checked.ok ? 'accepted' : checked.code
}
const invalid = 'auth-signature-invalid'

const tlv = (tag: string, ...parts: readonly string[]): string => {
  const body = parts.join('')
  return `${tag}${(body.length / 2).toString(16).padStart(2, '0')}${body}`
}
const sha2 = (last: 1 | 2 | 3, parameters = '0500'): string => tlv('30', `060960864801650304020${last}`, parameters)
const mgf1 = (digest: string): string => tlv('30', '06092a864886f70d010108', digest)
const salt = (length: string): string => tlv('a2', tlv('02', length))

/** An AlgorithmIdentifier of RSASSA-PSS with these parameters (RFC 4055 §3.1). */
const pss = (...parameters: readonly string[]): string => tlv('30', '06092a864886f70d01010a', tlv('30', ...parameters))

/** For each: the key, hash and the choice of PSS; the pictures are of RFC 7427 appendix A and RFC 8420 appendix A. */
const identifiers: readonly (readonly [string, KeyObject, HashName, boolean, string])[] = [
  ['RSASSA-PKCS1-v1_5', rsa, 'sha1', false, '300d06092a864886f70d0101050500'],
  ['RSASSA-PKCS1-v1_5', rsa, 'sha256', false, '300d06092a864886f70d01010b0500'],
  ['RSASSA-PKCS1-v1_5', rsa, 'sha384', false, '300d06092a864886f70d01010c0500'],
  ['RSASSA-PKCS1-v1_5', rsa, 'sha512', false, '300d06092a864886f70d01010d0500'],
  [
    'RSASSA-PSS',
    rsa,
    'sha256',
    true,
    `304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a
     06092a864886f70d010108300d06096086480165030402010500a203020120`,
  ],
  [
    'RSASSA-PSS',
    rsa,
    'sha384',
    true,
    `304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a
     06092a864886f70d010108300d06096086480165030402020500a203020130`,
  ],
  [
    'RSASSA-PSS',
    rsa,
    'sha512',
    true,
    `304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a
     06092a864886f70d010108300d06096086480165030402030500a203020140`,
  ],
  ['ECDSA', ec['P-256'], 'sha256', false, '300a06082a8648ce3d040302'],
  ['ECDSA', ec['P-384'], 'sha384', false, '300a06082a8648ce3d040303'],
  ['ECDSA', ec['P-521'], 'sha512', false, '300a06082a8648ce3d040304'],
  ['ECDSA', ec['P-256'], 'sha512', false, '300a06082a8648ce3d040304'],
  ['Ed25519', ed25519, 'sha512', false, '300506032b6570'],
]

describe('method 14, the digital signature of RFC 7427', () => {
  it.each(identifiers)(
    '%s with key %# and %s carries its AlgorithmIdentifier',
    (algorithm, key, name, isPss, picture) => {
      const identifier = fromHex(picture)
      const data = ikeV2SignAuth({ method: 14, key, hash: name, pss: isPss, octets })
      expect(data[0]).toBe(identifier.length)
      expect(hex(data.subarray(1, 1 + identifier.length))).toBe(hex(identifier))
      const expected = algorithm === 'Ed25519' ? 'identity' : name
      expect(check(14, key, data)).toEqual({ ok: true, hash: expected, algorithm })
      expect(refusal(14, key, data, other)).toBe(invalid)
      expect(ikeV2SignAuth({ method: 14, key, hash: name, pss: isPss, octets })).toEqual(data)
    },
  )

  it.each(identifiers)(
    '%s with key %# verifies with another implementation',
    (algorithm, key, name, isPss, picture) => {
      const split = 1 + fromHex(picture).length
      const signature = ikeV2SignAuth({ method: 14, key, hash: name, pss: isPss, octets }).subarray(split)
      const padding = isPss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
      const options = algorithm.startsWith('RSA') ? { padding, ...(isPss && { saltLength: hash(name).length }) } : {}
      const over = algorithm === 'Ed25519' ? null : name
      expect(verify(over, octets, { key: createPublicKey(key), ...options }, signature)).toBe(true)
    },
  )

  it.each(identifiers)('%s with key %# and any octet changed is refused', (_, key, name, isPss) => {
    const data = ikeV2SignAuth({ method: 14, key, hash: name, pss: isPss, octets })
    for (let at = 0; at < data.length; at += 1) {
      const changed = data.map((octet, index) => (index === at ? octet ^ 1 : octet))
      expect(check(14, key, changed).ok).toBe(false)
    }
    for (const cut of [data.subarray(1), data.subarray(0, -1), concat(data, Uint8Array.of(0))])
      expect(check(14, key, cut).ok).toBe(false)
  })

  it('of Ed25519 is that of RFC 8032 §7.1', () => {
    const data = ikeV2SignAuth({ method: 14, key: ed25519, hash: 'sha512', octets: fromHex('af82') })
    expect(hex(data.subarray(8))).toBe(
      hex(
        fromHex(`6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
          18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a`),
      ),
    )
  })

  const withIdentifier = (picture: string, signature: Uint8Array): Uint8Array => {
    const identifier = fromHex(picture)
    return concat(Uint8Array.of(identifier.length), identifier, signature)
  }
  const pssSignature = (name: HashName, saltLength: number): Uint8Array =>
    sign(name, octets, { key: rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

  const hashes = [tlv('a0', sha2(1)), tlv('a1', mgf1(sha2(1)))]
  const bare = [tlv('a0', sha2(1, '')), tlv('a1', mgf1(sha2(1, '')))]
  const trailer = (field: string): string => tlv('a3', tlv('02', field))

  it.each([
    ['as RFC 7427 draws them', pss(...hashes, salt('20'))],
    ['with the default trailer field', pss(...hashes, salt('20'), trailer('01'))],
    ['with no NULL behind the hashes', pss(...bare, salt('20'))],
    ['with neither NULL nor brevity', pss(...bare, salt('20'), trailer('01'))],
  ])('takes PSS parameters %s (RFC 4055 §2.1, §3.1)', (_, picture) => {
    expect(check(14, rsa, withIdentifier(picture, pssSignature('sha256', 32)))).toEqual({
      ...{ ok: true, hash: 'sha256', algorithm: 'RSASSA-PSS' },
    })
  })

  const strange: readonly (readonly [string, string])[] = [
    ['nothing, which is SHA-1 by default', pss()],
    ['no hash for MGF1 (CVE-2018-6459)', pss(tlv('a0', sha2(1)), tlv('a1', mgf1('')), salt('20'))],
    ['another hash for MGF1', pss(tlv('a0', sha2(1)), tlv('a1', mgf1(sha2(3))), salt('20'))],
    ['a huge salt (CVE-2021-41990)', pss(...hashes, salt('7fffffff'))],
    ['a negative salt', pss(...hashes, salt('ff'))],
    ['a salt that is not as long as the hash', pss(...hashes, salt('14'))],
    ['a salt that is 20 by default', pss(...hashes)],
    ['another trailer field', pss(...hashes, salt('20'), trailer('02'))],
    ['octets behind them', `${pss(...hashes, salt('20'))}00`],
  ]

  it.each(strange)('refuses PSS parameters with %s (attacks A5)', (_, picture) => {
    for (const saltLength of [20, 32])
      expect(refusal(14, rsa, withIdentifier(picture, pssSignature('sha256', saltLength)))).toBe(
        'auth-algorithm-unknown',
      )
  })

  it.each([0, 20, 31, 33, 222])('refuses a PSS signature whose salt has %i octets, not those it says', (saltLength) => {
    expect(refusal(14, rsa, withIdentifier(pss(...hashes, salt('20')), pssSignature('sha256', saltLength)))).toBe(
      invalid,
    )
  })

  it('refuses an identifier that is not known, cut, or with parameters where there must be none', () => {
    const ecdsa = sign('sha256', octets, ec['P-256'])
    expect(check(14, ec['P-256'], withIdentifier('300a06082a8648ce3d040302', ecdsa)).ok).toBe(true)
    for (const picture of ['300c06082a8648ce3d0403020500', '300906082a8648ce3d0403', '', '300906072a8648ce3d0401'])
      expect(refusal(14, ec['P-256'], withIdentifier(picture, ecdsa))).toBe('auth-algorithm-unknown')
    for (const data of [new Uint8Array(0), Uint8Array.of(12), Uint8Array.of(255, 0x30, 0x0a)])
      expect(refusal(14, ec['P-256'], data)).toBe('auth-algorithm-unknown')
    expect(refusal(14, ec['P-256'], withIdentifier('300a06082a8648ce3d040302', new Uint8Array(0)))).toBe(invalid)
  })

  it('refuses an algorithm that is not of the key', () => {
    const ecdsa = withIdentifier('300a06082a8648ce3d040302', sign('sha256', octets, ec['P-256']))
    expect(refusal(14, rsa, ecdsa)).toBe('auth-key-unfit')
    expect(refusal(14, ed25519, ecdsa)).toBe('auth-key-unfit')
    expect(refusal(14, rsa, withIdentifier('300506032b6570', new Uint8Array(64)))).toBe('auth-key-unfit')
    expect(refusal(14, ec['P-256'], withIdentifier(pss(...hashes, salt('20')), new Uint8Array(256)))).toBe(
      'auth-key-unfit',
    )
    const small = labRsaKey(512, 0)
    const signed = withIdentifier('300d06092a864886f70d01010b0500', sign('sha256', octets, small))
    expect(refusal(14, small, signed)).toBe('auth-key-unfit')
  })

  it('refuses ECDSA in the form of RFC 4754, with 0, with negative numbers or octets behind them', () => {
    const { length, order } = curves['P-256']
    const raw = ikeV2SignAuth({ method: 9, key: ec['P-256'], hash: 'sha256', octets })
    const integer = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(2, bytes.length), bytes)
    const sequence = (...parts: readonly Uint8Array[]): Uint8Array => {
      const body = concat(...parts)
      return concat(Uint8Array.of(0x30, body.length), body)
    }
    const positive = (bytes: Uint8Array): Uint8Array => integer(concat(Uint8Array.of(0), bytes))
    const [r, s] = [raw.subarray(0, length), raw.subarray(length)]
    const negative = integer(fromBigInt(2n ** 256n - toBigInt(s), 32))
    const zero = integer(Uint8Array.of(0))
    const good = sign('sha256', octets, ec['P-256'])
    const wrong = [raw, sequence(zero, positive(s)), sequence(positive(r), zero), sequence(zero, zero)]
    const more = [
      sequence(positive(r), negative),
      sequence(positive(order), positive(s)),
      concat(good, Uint8Array.of(0)),
    ]
    for (const signature of [...wrong, ...more])
      expect(refusal(14, ec['P-256'], withIdentifier('300a06082a8648ce3d040302', signature))).toBe(invalid)
  })

  it('takes the salt of PSS from the random octets that are given', () => {
    const asked: number[] = []
    const salted = (octet: number): Uint8Array =>
      ikeV2SignAuth({
        ...{ method: 14, key: rsa, hash: 'sha384', pss: true, octets },
        random: (count) => {
          asked.push(count)
          return new Uint8Array(count).fill(octet)
        },
      })
    expect(hex(salted(1))).not.toBe(hex(salted(2)))
    expect(asked).toEqual([48, 48])
    expect(check(14, rsa, salted(3)).ok).toBe(true)
  })

  it('derives another salt for other octets, where none are given', () => {
    const input = { method: 14, key: rsa, hash: 'sha256', pss: true } as const
    expect(hex(ikeV2SignAuth({ ...input, octets }))).not.toBe(hex(ikeV2SignAuth({ ...input, octets: other })))
  })

  it('does not sign with what it has no identifier for', () => {
    const p224 = generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey
    expect(() => ikeV2SignAuth({ method: 14, key: rsa, hash: 'md5', octets })).toThrow(RangeError)
    expect(() => ikeV2SignAuth({ method: 14, key: rsa, hash: 'sha1', pss: true, octets })).toThrow(RangeError)
    expect(() => ikeV2SignAuth({ method: 14, key: p224, hash: 'sha256', octets })).toThrow(TypeError)
  })
})

describe('what arrives as AUTH', () => {
  it('may be any octets under any key: never a throw, and never accepted', () => {
    const keys = [rsa, ec['P-256'], ec['P-521'], ed25519]
    const known = identifiers.map(([, , , , picture]) => withLength(fromHex(picture)))
    const data = fc
      .tuple(fc.constantFrom(new Uint8Array(0), ...known), fc.uint8Array({ maxLength: 300 }))
      .map(([front, rest]) => concat(front, rest))
    fc.assert(
      fc.property(fc.constantFrom(1, 9, 10, 11, 14), fc.constantFrom(...keys), data, (method, key, bytes) => {
        expect(check(method, key, bytes).ok).toBe(false)
      }),
      { seed: 7_427, numRuns: 1_000 },
    )
  })
})

const withLength = (identifier: Uint8Array): Uint8Array => concat(Uint8Array.of(identifier.length), identifier)
