import { type KeyObject, sign, verify } from 'node:crypto'
import { plain } from './bytes.ts'
import { curves, type EcCurve } from './curves.ts'
import { signDeterministically } from './ecdsa-deterministic.ts'
import { type HashName, hash } from './hash.ts'

/** `deterministic`: RFC 6979, for captures that repeat. `random`: OpenSSL's, for live use. */
export interface EcdsaOptions {
  readonly nonce: 'deterministic' | 'random'
}

const curveByOpensslName: ReadonlyMap<string, EcCurve> = new Map([
  [curves['P-256'].openssl, 'P-256'],
  [curves['P-384'].openssl, 'P-384'],
  [curves['P-521'].openssl, 'P-521'],
])

export const curveOf = (key: KeyObject): EcCurve | undefined =>
  key.asymmetricKeyType === 'ec' ? curveByOpensslName.get(key.asymmetricKeyDetails?.namedCurve ?? '') : undefined

const ikeV1Hashes: Readonly<Record<EcCurve, HashName>> = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' }

/**
 * The hash that an ECDSA signature of IKEv1 goes with: that of the key's curve, whatever hash was negotiated
 * (RFC 4754 §4). undefined: no such signature is defined for the key.
 */
export const ikeV1SignatureHash = (key: KeyObject): HashName | undefined => {
  const curve = curveOf(key)
  return curve && ikeV1Hashes[curve]
}

/**
 * ECDSA over the hash of the data, as r | s, each as long as the curve's order (RFC 4754 §7). Throws on a key that is not a private key of P-256, P-384 or P-521.
 *
 * The deterministic nonce is for the lab: its arithmetic is not constant in time.
 */
export const ecdsaSign = (
  key: KeyObject,
  hashName: HashName,
  data: Uint8Array,
  { nonce }: EcdsaOptions,
): Uint8Array => {
  const curve = curveOf(key)
  if (!curve || key.type !== 'private') throw new TypeError('not a private key of P-256, P-384 or P-521')
  if (nonce === 'random') return plain(sign(hashName, data, { key, dsaEncoding: 'ieee-p1363' }))
  return signDeterministically(curve, privateScalar(key), hashName, hash(hashName, data))
}

/** JWK gives the scalar at the curve's full length (RFC 7518 §6.2.2.1). */
export const privateScalar = (key: KeyObject): Uint8Array =>
  Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')

/** Whether r | s is the signature of the data. Any other length, r or s out of range, or another kind of key: false. */
export const ecdsaVerify = (key: KeyObject, hashName: HashName, data: Uint8Array, signature: Uint8Array): boolean => {
  const curve = curveOf(key)
  if (!curve || key.type !== 'public' || signature.length !== 2 * curves[curve].length) return false
  return verify(hashName, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
