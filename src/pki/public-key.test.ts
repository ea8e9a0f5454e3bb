import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { labEcKey, labRsaKey } from '../crypto/index.ts'
import { DerError, der, readDer } from './der.ts'
import { importPublicKey, rsaEncryption } from './public-key.ts'

const spkiOf = (key: ReturnType<typeof labRsaKey>): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }))

const algorithm = new Uint8Array(Buffer.from('300d06092a864886f70d0101010500', 'hex'))
const number = (...octets: readonly number[]): Uint8Array => der(2, Uint8Array.from(octets))
const modulus = number(0, ...Array.from({ length: 128 }, () => 0xc5))
const exponent = number(1, 0, 1)

/** A SubjectPublicKeyInfo around what stands in its bit string. */
const spki = (content: Uint8Array, head: Uint8Array = algorithm): Uint8Array =>
  der(0x30, head, der(3, Uint8Array.of(0), content))

const imported = (bytes: Uint8Array): unknown => importPublicKey(readDer(bytes), rsaEncryption)

describe('a public key', () => {
  it('of RSA is the one that OpenSSL reads from the whole structure', () => {
    const key = labRsaKey(2048, 0)
    expect(importPublicKey(readDer(spkiOf(key)), rsaEncryption).equals(createPublicKey(key))).toBe(true)
  })

  it('of another kind is imported as it stands', () => {
    const ec = labEcKey('P-256', 0)
    expect(importPublicKey(readDer(spkiOf(ec)), '1.2.840.10045.2.1').equals(createPublicKey(ec))).toBe(true)
    const { publicKey } = generateKeyPairSync('ed25519')
    const bytes = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    expect(importPublicKey(readDer(bytes), '1.3.101.112').equals(publicKey)).toBe(true)
  })

  it('is read where modulus and exponent are two positive numbers', () => {
    expect(imported(spki(der(0x30, modulus, exponent)))).toMatchObject({ asymmetricKeyType: 'rsa' })
  })

  it('is imported once for the same octets, and anew for others', () => {
    const [one, other] = [labEcKey('P-256', 0), labEcKey('P-256', 1)].map((key) => spkiOf(key))
    if (!one || !other) throw new Error('two keys')
    const first = importPublicKey(readDer(one), '1.2.840.10045.2.1')
    expect(importPublicKey(readDer(one.slice()), '1.2.840.10045.2.1')).toBe(first)
    expect(importPublicKey(readDer(other), '1.2.840.10045.2.1').equals(first)).toBe(false)
  })

  it('is still what its octets say after so many others that it was forgotten', () => {
    const first = spkiOf(labEcKey('P-256', 0))
    const key = importPublicKey(readDer(first), '1.2.840.10045.2.1')
    for (let last = 0; last < 300; last += 1)
      imported(
        spki(der(0x30, number(0, ...Array.from({ length: 127 }, () => 0xc5), (last & 255) | 1, last >> 8), exponent)),
      )
    const again = importPublicKey(readDer(first), '1.2.840.10045.2.1')
    expect(again.equals(key)).toBe(true)
  })

  it.each([
    ['a negative modulus', spki(der(0x30, number(0xc5, 1), exponent))],
    ['a third number', spki(der(0x30, modulus, exponent, exponent))],
    ['one number', spki(der(0x30, modulus))],
    ['octets behind the numbers', spki(Uint8Array.of(...der(0x30, modulus, exponent), 5, 0))],
    ['parameters', spki(der(0x30, modulus, exponent), Uint8Array.of(...algorithm.slice(0, -2), 2, 0).fill(1, -1))],
    ['unused bits', der(0x30, algorithm, der(3, Uint8Array.of(1), der(0x30, modulus, number(2))))],
    ['another structure', spki(exponent)],
  ])('with %s is refused', (_, bytes) => {
    expect(() => imported(bytes)).toThrow(DerError)
  })
})
