import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { plain } from './bytes.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/**
 * Curve25519 in IKEv2 (RFC 8031, RFC 7748): 32 octets each way. Keys go in and out as JSON Web Keys (RFC 8037), which
 * node takes as they are; the DER forms pass through OpenSSL's decoder and cost ten times as much.
 */

const keyLength = 32
const keyType = { kty: 'OKP', crv: 'X25519' } as const
const base64url = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url')

/** A private key is written with its public half, which node asks for and then computes itself. */
const anyPublicHalf = base64url(new Uint8Array(keyLength))

export type X25519Key = KeyObject

/** The private key of 32 random octets; OpenSSL sets and clears the bits that RFC 7748 §5 fixes. */
export const x25519Key = (random: Uint8Array): X25519Key =>
  createPrivateKey({ key: { ...keyType, d: base64url(random), x: anyPublicHalf }, format: 'jwk' })

export const x25519PublicValue = (key: X25519Key): Uint8Array => {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return plain(Buffer.from(x, 'base64url'))
}

/** A value that gives all zeros is rejected (RFC 8031 §2.3; attacks K1). */
export const x25519SharedSecret = (key: X25519Key, peerPublic: Uint8Array): CryptoResult<Uint8Array> => {
  if (peerPublic.length !== keyLength)
    return reject('dh-public-length', `a value of ${peerPublic.length} octets, expected ${keyLength}`)
  const publicKey = createPublicKey({ key: { ...keyType, x: base64url(peerPublic) }, format: 'jwk' })
  try {
    const shared = plain(diffieHellman({ privateKey: key, publicKey }))
    if (shared.some((octet) => octet !== 0)) return accept(shared)
  } catch {
    // OpenSSL refuses points of small order itself.
  }
  return reject('dh-public-wrong-order', 'the shared secret is zero')
}
