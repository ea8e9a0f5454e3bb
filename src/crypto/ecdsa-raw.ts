import type { KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { type CurveInfo, curves, type EcCurve } from './curves.ts'
import { signDeterministically } from './ecdsa-deterministic.ts'
import { curveOf, type EcdsaOptions, ikeV1SignatureHash, privateScalar } from './ecdsa-signature.ts'

/*
 * ECDSA over a hash value as it stands. node:crypto hashes whatever it signs; IKEv1 signs HASH_I or HASH_R, which is a
 * hash already (RFC 2409 §5.1 for DSS; strongSwan 5.9.8 does the same for ECDSA).
 */

type Curves = typeof import('@noble/curves/nist.js')

const load = createRequire(import.meta.url)
const nameInLibrary = { 'P-256': 'p256', 'P-384': 'p384', 'P-521': 'p521' } as const

/** Loaded at the first use: it takes a fifth of the time in which a process starts, and few tunnels need it. */
const library = (curve: EcCurve): Curves['p256'] => (load('@noble/curves/nist.js') as Curves)[nameInLibrary[curve]]

/**
 * Signs a digest as r | s, each as long as the curve's order (RFC 4754 §7). Throws on a key that is not a private key
 * of P-256, P-384 or P-521. The deterministic nonce is for the lab: its arithmetic is not constant in time.
 */
export const ecdsaSignRaw = (key: KeyObject, digest: Uint8Array, { nonce }: EcdsaOptions): Uint8Array => {
  const curve = curveOf(key)
  const hashName = ikeV1SignatureHash(key)
  if (!curve || !hashName || key.type !== 'private') throw new TypeError('not a private key of P-256, P-384 or P-521')
  if (nonce === 'deterministic') return signDeterministically(curve, privateScalar(key), hashName, digest)
  const options = { prehash: false, lowS: false, extraEntropy: true } as const
  return library(curve).sign(digest, privateScalar(key), options).toBytes('compact')
}

/** Whether r | s is the signature of the digest. Any other length, r or s out of range, or another kind of key: false. */
export const ecdsaVerifyRaw = (key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean => {
  const curve = curveOf(key)
  if (!curve || key.type !== 'public' || !isInRange(signature, curves[curve])) return false
  const options = { prehash: false, lowS: false, format: 'compact' } as const
  return library(curve).verify(signature, digest, publicPoint(key, curve), options)
}

/** The library throws where r or s is 0 or not below the order; here it is an answer like any other. */
const isInRange = (signature: Uint8Array, { length, order }: CurveInfo): boolean =>
  signature.length === 2 * length &&
  [signature.subarray(0, length), signature.subarray(length)].every(
    (number) => number.some((octet) => octet !== 0) && Buffer.compare(number, order) < 0,
  )

/** The uncompressed point (SEC 1 §2.3.3). */
const publicPoint = (key: KeyObject, curve: EcCurve): Uint8Array => {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const point = new Uint8Array(1 + 2 * curves[curve].length)
  point[0] = 4
  point.set(Buffer.from(x, 'base64url'), 1)
  point.set(Buffer.from(y, 'base64url'), 1 + curves[curve].length)
  return point
}
