import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import { type HashName, hash, hashLength, hmac } from './hash.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const names: readonly HashName[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']

describe('hash', () => {
  it.each([
    ['md5', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ] as const)('%s of "abc" is the published digest', (name, digest) => {
    expect(hex(hash(name, ascii('abc')))).toBe(digest)
  })

  it.each(names)('%s of parts is the digest of what they make together', (name) => {
    expect(hash(name, ascii('a'), ascii(''), ascii('bc'))).toEqual(hash(name, ascii('abc')))
    expect(hash(name)).toHaveLength(hashLength(name))
  })

  it('gives a plain Uint8Array, whose slices are copies', () => {
    const digest = hash('sha1', ascii('abc'))
    expect(digest.constructor).toBe(Uint8Array)
    digest.slice(0, 1)[0] = 0
    expect(digest[0]).toBe(0xa9)
  })
})

describe('hmac', () => {
  it.each([
    ['md5', '750c783e6ab0b503eaa86e310a5db738'],
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    ['sha384', 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649'],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('%s agrees with test case 2 of RFC 2202 and RFC 4231', (name, mac) => {
    expect(hex(hmac(name, ascii('Jefe'), ascii('what do ya want '), ascii('for nothing?')))).toBe(mac)
  })

  it.each([
    ['md5', 80, '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd'],
    ['sha1', 80, 'aa4ae5e15272d00e95705637ce8a3b55ed402112'],
    ['sha256', 131, '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'],
  ] as const)('%s hashes a key longer than its block (test case 6)', (name, length, mac) => {
    const key = new Uint8Array(length).fill(0xaa)
    expect(hex(hmac(name, key, ascii('Test Using Larger Than Block-Size Key - Hash Key First')))).toBe(mac)
  })

  it('takes an empty key', () => {
    expect(hex(hmac('md5', fromHex(''), ascii('')))).toBe('74e6f7298a9c2d168935f58c001bad88')
  })
})
