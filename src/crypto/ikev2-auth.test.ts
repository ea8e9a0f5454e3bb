import { constants, createPublicKey, type KeyObject, privateEncrypt, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { curves } from './curves.ts'
import { hash, hmac } from './hash.ts'
import { type IkeV2AuthCheck, ikeV2SignAuth, ikeV2VerifyAuth, sharedKeyAuth } from './ikev2-auth.ts'
import { prf } from './ikev2-prf.ts'
import { fromBigInt } from './integers.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const octets = new TextEncoder().encode('RealMessage1 | NonceRData | MACedIDForI')
const other = new TextEncoder().encode('RealMessage2 | NonceIData | MACedIDForR')

const rsa = labRsaKey(2048, 0)
const ec = { 'P-256': labEcKey('P-256', 0), 'P-384': labEcKey('P-384', 0), 'P-521': labEcKey('P-521', 0) }

const check = (method: number, key: KeyObject, data: Uint8Array, over: Uint8Array = octets): IkeV2AuthCheck =>
  ikeV2VerifyAuth({ method, key: createPublicKey(key), data, octets: over })
const refusal = (method: number, key: KeyObject, data: Uint8Array, over: Uint8Array = octets): string => {
  const checked = check(method, key, data, over)
  return checked.ok ? 'accepted' : checked.code
}
const invalid = 'auth-signature-invalid'

describe('a shared key', () => {
  it('is mixed with the key pad, then with the octets (RFC 7296 §2.15)', () => {
    const secret = new TextEncoder().encode('cisco123')
    const pad = Uint8Array.from('Key Pad for IKEv2', (letter) => letter.charCodeAt(0))
    expect(pad).toHaveLength(17)
    expect(sharedKeyAuth('sha256', secret, octets)).toEqual(hmac('sha256', hmac('sha256', secret, pad), octets))
    expect(sharedKeyAuth('aes-xcbc', secret, octets)).toEqual(prf('aes-xcbc', prf('aes-xcbc', secret, pad), octets))
  })
})

describe('method 1, RSA', () => {
  const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const

  it.each(hashes)('with %s is PKCS#1 v1.5 as another implementation signs it', (name) => {
    const data = ikeV2SignAuth({ method: 1, key: rsa, hash: name, octets })
    expect(hex(data)).toBe(sign(name, octets, rsa).toString('hex'))
    expect(check(1, rsa, data)).toEqual({ ok: true, hash: name, algorithm: 'RSASSA-PKCS1-v1_5' })
    expect(refusal(1, rsa, data, other)).toBe(invalid)
    expect(refusal(1, labRsaKey(2048, 1), data)).toBe(invalid)
  })

  it('does not sign with MD5, nor verify it', () => {
    expect(() => ikeV2SignAuth({ method: 1, key: rsa, hash: 'md5', octets })).toThrow(RangeError)
    expect(refusal(1, rsa, sign('md5', octets, rsa))).toBe(invalid)
  })

  /** Raw RSA with the private key: what a forger with e = 3 would have the verifier recover (attacks A3). */
  const forged = (digestInfo: Uint8Array, padding = 256 - digestInfo.length - 3): Uint8Array => {
    const message = new Uint8Array(256)
    message.set([0, 1, ...new Uint8Array(padding).fill(0xff), 0, ...digestInfo])
    return privateEncrypt({ key: rsa, padding: constants.RSA_NO_PADDING }, message)
  }
  const digest = hash('sha256', octets)
  const forgeries: readonly (readonly [string, Uint8Array])[] = [
    ['the hash alone, as IKEv1 signs it', forged(digest)],
    ['octets behind the hash', forged(concat(fromHex('3031300d060960864801650304020105000420'), digest, octets), 8)],
    ['no NULL for parameters', forged(concat(fromHex('302f300b0609608648016503040201 0420'), digest))],
    ['other parameters than NULL', forged(concat(fromHex('3033300f06096086480165030402010401aa 0420'), digest))],
    ['a length of DER in two octets', forged(concat(fromHex('308131300d060960864801650304020105000420'), digest))],
    [
      'the hash of another algorithm',
      forged(concat(fromHex('3031300d060960864801650304020105000420'), hash('sha384', octets).subarray(0, 32))),
    ],
    ['a hash that is cut', forged(concat(fromHex('3030300d06096086480165030402010500041f'), digest.subarray(0, 31)))],
  ]

  it.each(forgeries)('refuses %s', (_, data) => {
    expect(data).toHaveLength(256)
    expect(refusal(1, rsa, data)).toBe(invalid)
  })

  it('accepts what the forgeries are made from, so that they are refused for what they say', () => {
    const good = forged(concat(fromHex('3031300d060960864801650304020105000420'), digest))
    expect(check(1, rsa, good)).toMatchObject({ ok: true, hash: 'sha256' })
  })

  it('refuses 0, the modulus and above, and other lengths (attacks A4)', () => {
    const modulus = Buffer.from(rsa.export({ format: 'jwk' }).n ?? '', 'base64url')
    const good = ikeV2SignAuth({ method: 1, key: rsa, hash: 'sha256', octets })
    const numbers = [new Uint8Array(256), modulus, new Uint8Array(256).fill(0xff), fromBigInt(1n, 256)]
    const cut = [new Uint8Array(0), good.subarray(1), good.subarray(0, 255), concat(Uint8Array.of(0), good)]
    for (const data of [...numbers, ...cut]) expect(refusal(1, rsa, data)).toBe(invalid)
  })

  it('refuses a key of another kind, or too small', () => {
    const small = labRsaKey(512, 0)
    expect(refusal(1, ec['P-256'], new Uint8Array(256))).toBe('auth-key-unfit')
    expect(refusal(1, small, ikeV2SignAuth({ method: 1, key: small, hash: 'sha1', octets }))).toBe('auth-key-unfit')
  })
})

describe('methods 9 to 11, ECDSA', () => {
  const methods = [
    [9, 'P-256', 'sha256'],
    [10, 'P-384', 'sha384'],
    [11, 'P-521', 'sha512'],
  ] as const

  it.each(methods)('%i is r | s of %s with %s (RFC 4754 §7), the same each time', (method, curve, name) => {
    const data = ikeV2SignAuth({ method, key: ec[curve], hash: 'sha1', octets })
    expect(data).toHaveLength(2 * curves[curve].length)
    expect(verify(name, octets, { key: createPublicKey(ec[curve]), dsaEncoding: 'ieee-p1363' }, data)).toBe(true)
    expect(check(method, ec[curve], data)).toEqual({ ok: true, hash: name, algorithm: 'ECDSA' })
    expect(ikeV2SignAuth({ method, key: ec[curve], hash: name, octets })).toEqual(data)
    expect(refusal(method, ec[curve], data, other)).toBe(invalid)
    expect(refusal(method, labEcKey(curve, 1), data)).toBe(invalid)
  })

  it.each(methods)('%i is no method for a key of another curve', (method, curve) => {
    const wrong = curve === 'P-256' ? ec['P-384'] : ec['P-256']
    expect(() => ikeV2SignAuth({ method, key: wrong, hash: 'sha256', octets })).toThrow(RangeError)
    expect(refusal(method, wrong, new Uint8Array(64))).toBe('auth-key-unfit')
    expect(refusal(method, rsa, new Uint8Array(256))).toBe('auth-key-unfit')
  })

  it.each(methods)('%i refuses r and s that are 0 or the order, and other lengths (attacks A4)', (method, curve) => {
    const { length, order } = curves[curve]
    const good = ikeV2SignAuth({ method, key: ec[curve], hash: 'sha256', octets })
    const [r, s] = [good.subarray(0, length), good.subarray(length)]
    const zero = new Uint8Array(length)
    const pairs = [
      [zero, s],
      [r, zero],
      [zero, zero],
      [order, s],
      [r, order],
      [s, r],
    ] as const
    for (const [first, second] of pairs) expect(refusal(method, ec[curve], concat(first, second))).toBe(invalid)
    for (const data of [new Uint8Array(0), good.subarray(1), concat(good, zero), concat(Uint8Array.of(0), good)])
      expect(refusal(method, ec[curve], data)).toBe(invalid)
    expect(refusal(method, ec[curve], sign('sha256', octets, ec[curve]))).toBe(invalid)
  })

  it('take their nonce from OpenSSL where random octets are given: live use', () => {
    const input = {
      method: 9,
      key: ec['P-256'],
      hash: 'sha256',
      octets,
      random: (n: number) => new Uint8Array(n),
    } as const
    const [one, two] = [ikeV2SignAuth(input), ikeV2SignAuth(input)]
    expect(hex(one)).not.toBe(hex(two))
    expect([one, two].map((data) => check(9, ec['P-256'], data).ok)).toEqual([true, true])
  })
})

describe('any other method', () => {
  it.each([0, 2, 3, 12, 13, 15, 255])('%i neither signs nor verifies', (method) => {
    expect(() => ikeV2SignAuth({ method, key: rsa, hash: 'sha256', octets })).toThrow(RangeError)
    expect(refusal(method, rsa, new Uint8Array(256))).toBe('auth-method-unknown')
  })
})
