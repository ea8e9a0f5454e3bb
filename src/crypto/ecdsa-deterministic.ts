import { createECDH } from 'node:crypto'
import { type CurveInfo, curves, type EcCurve } from './curves.ts'
import { type HashName, hashLength, hmac } from './hash.ts'
import { fromBigInt, modInverse, toBigInt } from './integers.ts'

/**
 * ECDSA with the nonce of RFC 6979, as r | s. `scalar` is the private key at the curve's length, `digest` the
 * `hashName` of the message; s is not brought into the lower half of its range.
 *
 * For the lab only: OpenSSL multiplies the point, but the arithmetic around it is not constant in time.
 */
export const signDeterministically = (
  curveName: EcCurve,
  scalar: Uint8Array,
  hashName: HashName,
  digest: Uint8Array,
): Uint8Array => {
  const curve = curves[curveName]
  const order = toBigInt(curve.order)
  const key = toBigInt(scalar)
  const message = leftmostBits(digest, curve)
  const candidates = nonces(curve, scalar, hashName, fromBigInt(message % order, curve.length))
  for (;;) {
    const nonce = candidates.next().value
    const r = xOfMultiple(curve, nonce) % order
    const s = (modInverse(toBigInt(nonce), order) * (message + r * key)) % order
    if (r !== 0n && s !== 0n) return concatenate(fromBigInt(r, curve.length), fromBigInt(s, curve.length))
  }
}

/** RFC 6979 §2.3.2, bits2int. */
const leftmostBits = (bytes: Uint8Array, { orderBits }: CurveInfo): bigint => {
  const excess = 8 * bytes.length - orderBits
  return excess > 0 ? toBigInt(bytes) >> BigInt(excess) : toBigInt(bytes)
}

/** The nonces of RFC 6979 §3.2, at the curve's length: the first is as good as always the one. */
function* nonces(
  curve: CurveInfo,
  scalar: Uint8Array,
  hashName: HashName,
  message: Uint8Array,
): Generator<Uint8Array, never> {
  const order = toBigInt(curve.order)
  let v: Uint8Array = new Uint8Array(hashLength(hashName)).fill(1)
  let k: Uint8Array = new Uint8Array(hashLength(hashName))
  const update = (...seed: readonly Uint8Array[]): void => {
    k = hmac(hashName, k, v, ...seed)
    v = hmac(hashName, k, v)
  }
  update(Uint8Array.of(0), scalar, message)
  update(Uint8Array.of(1), scalar, message)
  for (;;) {
    const candidate = new Uint8Array(curve.length)
    for (let filled = 0; filled < candidate.length; filled += v.length) {
      v = hmac(hashName, k, v)
      candidate.set(v.subarray(0, candidate.length - filled), filled)
    }
    const nonce = leftmostBits(candidate, curve)
    if (nonce > 0n && nonce < order) yield fromBigInt(nonce, curve.length)
    update(Uint8Array.of(0))
  }
}

const xOfMultiple = ({ openssl, length }: CurveInfo, scalar: Uint8Array): bigint => {
  const engine = createECDH(openssl)
  engine.setPrivateKey(scalar)
  return toBigInt(engine.getPublicKey(null, 'uncompressed').subarray(1, 1 + length))
}

const concatenate = (r: Uint8Array, s: Uint8Array): Uint8Array => {
  const signature = new Uint8Array(r.length + s.length)
  signature.set(r)
  signature.set(s, r.length)
  return signature
}
