import { createECDH, type ECDH } from 'node:crypto'
import { padLeft, plain } from './bytes.ts'
import { curves, drawScalar, type EcCurve } from './curves.ts'
import { type DhGroupId, dhGroups } from './dh-groups.ts'
import { accept, type CryptoResult, reject } from './result.ts'

export type EcpGroupId = Extract<DhGroupId, 19 | 20 | 21>

const curveOf: Readonly<Record<EcpGroupId, EcCurve>> = { 19: 'P-256', 20: 'P-384', 21: 'P-521' }

/** The octet that announces x | y in the form of SEC 1; IKE leaves it out. */
const uncompressed = 0x04

/**
 * A private scalar inside an OpenSSL object of its own: setting a scalar computes the public point, which at P-384
 * costs as much as half a shared secret, so that a shared object would pay it twice.
 */
export const ecpKey = (id: EcpGroupId, randomBytes: (length: number) => Uint8Array): ECDH => {
  const curve = curveOf[id]
  const key = createECDH(curves[curve].openssl)
  key.setPrivateKey(drawScalar(curve, randomBytes))
  return key
}

/** x | y, each at the field's width (RFC 5903 §7). */
export const ecpPublicValue = (key: ECDH): Uint8Array => plain(key.getPublicKey(null, 'uncompressed')).subarray(1)

/** The x coordinate of the common point (RFC 5903 §7), after the checks of RFC 6989 §2.3. */
export const ecpSharedSecret = (id: EcpGroupId, key: ECDH, peerPublic: Uint8Array): CryptoResult<Uint8Array> => {
  const { publicLength, sharedLength } = dhGroups[id]
  if (peerPublic.length !== publicLength)
    return reject(
      'dh-public-length',
      `group ${id} has public values of ${publicLength} octets, not ${peerPublic.length}`,
    )
  const point = new Uint8Array(1 + publicLength)
  point[0] = uncompressed
  point.set(peerPublic, 1)
  try {
    return accept(padLeft(key.computeSecret(point), sharedLength))
  } catch (error) {
    if (!isInvalidPublicKey(error)) throw error
    return reject('dh-public-not-on-curve', `the public value is no point of group ${id}`)
  }
}

const isInvalidPublicKey = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY'
