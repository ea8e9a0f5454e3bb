import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { concat } from '../wire/index.ts'
import { plain } from './bytes.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/** Curve25519 in IKEv2 (RFC 8031, RFC 7748): 32 octets each way. */

/** DER of PKCS#8 and of SubjectPublicKeyInfo up to the 32 octets of the key (RFC 8410 §7, §4). */
const pkcs8Head = Uint8Array.from(Buffer.from('302e020100300506032b656e04220420', 'hex'))
const spkiHead = Uint8Array.from(Buffer.from('302a300506032b656e032100', 'hex'))
const keyLength = 32

export type X25519Key = ReturnType<typeof createPrivateKey>

/** The private key of 32 random octets; OpenSSL sets and clears the bits that RFC 7748 §5 fixes. */
export const x25519Key = (random: Uint8Array): X25519Key =>
  createPrivateKey({ key: Buffer.from(concat(pkcs8Head, random)), format: 'der', type: 'pkcs8' })

export const x25519PublicValue = (key: X25519Key): Uint8Array =>
  plain(createPublicKey(key).export({ format: 'der', type: 'spki' })).slice(spkiHead.length)

/** A value that gives all zeros is rejected (RFC 8031 §2.3; attacks K1). */
export const x25519SharedSecret = (key: X25519Key, peerPublic: Uint8Array): CryptoResult<Uint8Array> => {
  if (peerPublic.length !== keyLength)
    return reject('dh-public-length', `a value of ${peerPublic.length} octets, expected ${keyLength}`)
  const publicKey = createPublicKey({ key: Buffer.from(concat(spkiHead, peerPublic)), format: 'der', type: 'spki' })
  try {
    const shared = plain(diffieHellman({ privateKey: key, publicKey }))
    if (shared.some((octet) => octet !== 0)) return accept(shared)
  } catch {
    // OpenSSL refuses points of small order itself.
  }
  return reject('dh-public-wrong-order', 'the shared secret is zero')
}
