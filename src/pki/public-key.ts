import { createPublicKey, type KeyObject } from 'node:crypto'
import { children, DerError, readDer, type Tlv } from './der.ts'

/** PKCS#1 (RFC 8017 appendix C). @internal */
export const rsaEncryption = '1.2.840.113549.1.1.1'

/** Peers come back, at the latest to renew, and importing costs more than checking a signature: these keys are kept. */
const kept = new Map<string, KeyObject>()
const mostKept = 256

/**
 * The key of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7); `oid` is its algorithm's. Throws DerError where it is no key.
 * The same octets give the same key object.
 */
export const importPublicKey = (spki: Tlv, oid: string): KeyObject => {
  const octets = Buffer.from(spki.der)
  const name = octets.toString('latin1')
  const known = kept.get(name)
  if (known) return known
  const key = freshKey(spki, octets, oid)
  const [oldest] = kept.keys()
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest)
  kept.set(name, key)
  return key
}

/** An RSA key is taken out and imported as PKCS#1, which costs OpenSSL 3 a thirtieth of what the whole structure does. */
const freshKey = (spki: Tlv, octets: Buffer, oid: string): KeyObject => {
  const rsa = oid === rsaEncryption ? rsaPublicKey(spki) : null
  try {
    return rsa
      ? createPublicKey({ key: Buffer.from(rsa), format: 'der', type: 'pkcs1' })
      : createPublicKey({ key: octets, format: 'der', type: 'spki' })
  } catch {
    throw new DerError('the public key cannot be used')
  }
}

/** RSAPublicKey (RFC 8017 appendix A.1.1), whose checks OpenSSL leaves to us: two positive numbers and nothing else. */
const rsaPublicKey = (spki: Tlv): Uint8Array => {
  const [algorithm, key, ...more] = children(spki)
  if (algorithm?.tag !== 0x30 || key?.tag !== 3) throw new DerError('an RSA key without an algorithm or a number')
  const [, parameters, ...rest] = children(algorithm)
  if (more.length > 0 || rest.length > 0 || (parameters && parameters.tag !== 5))
    throw new DerError('an RSA key with parameters')
  const bits = key.content
  if (bits[0] !== 0) throw new DerError('an RSA key that does not end with an octet')
  const numbers = children(readDer(bits.subarray(1), 0x30))
  if (numbers.length !== 2 || numbers.some(({ tag, content }) => tag !== 2 || (content[0] ?? 0x80) >= 0x80))
    throw new DerError('an RSA key that is not two positive numbers')
  return bits.subarray(1)
}
