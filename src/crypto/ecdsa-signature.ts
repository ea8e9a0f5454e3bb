import { type KeyObject, sign, verify } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { plain } from './bytes.ts'
import { type HashName, hash } from './hash.ts'

export type EcCurve = 'P-256' | 'P-384' | 'P-521'

/** `deterministic`: RFC 6979, for captures that repeat. `random`: OpenSSL's, for live use. */
export interface EcdsaOptions {
  readonly nonce: 'deterministic' | 'random'
}

interface CurveMethod {
  readonly curve: typeof p256
  /** Octets of r and of s. */
  readonly length: number
  readonly ikeV1Hash: HashName
}

/** By OpenSSL's names. The hash of a curve in IKEv1: RFC 4754 §4. */
const methods: ReadonlyMap<string, CurveMethod> = new Map<string, CurveMethod>([
  ['prime256v1', { curve: p256, length: 32, ikeV1Hash: 'sha256' }],
  ['secp384r1', { curve: p384, length: 48, ikeV1Hash: 'sha384' }],
  ['secp521r1', { curve: p521, length: 66, ikeV1Hash: 'sha512' }],
])

const methodOf = (key: KeyObject): CurveMethod | undefined =>
  key.asymmetricKeyType === 'ec' ? methods.get(key.asymmetricKeyDetails?.namedCurve ?? '') : undefined

/**
 * The hash that an ECDSA signature of IKEv1 goes with: that of the key's curve, whatever the negotiated hash
 * (RFC 4754 §4). undefined: no such signature is defined for the key.
 */
export const ikeV1SignatureHash = (key: KeyObject): HashName | undefined => methodOf(key)?.ikeV1Hash

/**
 * ECDSA over the hash of the data, as r | s, each as long as the curve's order (RFC 4754 §7); in IKEv1 the data is
 * HASH_I or HASH_R. Throws on a key that is not a private key of P-256, P-384 or P-521.
 *
 * The deterministic nonce costs 4 to 20 times the random one, and its arithmetic is not constant in time: it is for the lab.
 */
export const ecdsaSign = (
  key: KeyObject,
  hashName: HashName,
  data: Uint8Array,
  { nonce }: EcdsaOptions,
): Uint8Array => {
  const method = methodOf(key)
  if (!method || key.type !== 'private') throw new TypeError('not a private key of P-256, P-384 or P-521')
  if (nonce === 'random') return plain(sign(hashName, data, { key, dsaEncoding: 'ieee-p1363' }))
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  return method.curve.sign(hash(hashName, data), scalar, { lowS: false, prehash: false }).toCompactRawBytes()
}

/** Whether r | s is the signature of the data. Any other length, r or s out of range, or another kind of key: false. */
export const ecdsaVerify = (key: KeyObject, hashName: HashName, data: Uint8Array, signature: Uint8Array): boolean => {
  const method = methodOf(key)
  if (!method || key.type !== 'public' || signature.length !== 2 * method.length) return false
  return verify(hashName, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
