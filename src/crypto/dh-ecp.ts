import { createECDH, type ECDH } from 'node:crypto'
import { fromHex, padLeft, plain } from './bytes.ts'
import { type DhGroupId, dhGroups } from './dh-groups.ts'
import { accept, type CryptoResult, reject } from './result.ts'

export type EcpGroupId = Extract<DhGroupId, 19 | 20 | 21>

interface EcpGroup {
  readonly openssl: string
  readonly order: Uint8Array
  /** The bits of a scalar's first octet: 521 bits are 65 octets and one bit. */
  readonly topMask: number
}

/** Orders: RFC 5903 §3. */
const groups: Readonly<Record<EcpGroupId, EcpGroup>> = {
  19: {
    openssl: 'prime256v1',
    order: fromHex('ffffffff00000000ffffffffffffffff bce6faada7179e84f3b9cac2fc632551'),
    topMask: 0xff,
  },
  20: {
    openssl: 'secp384r1',
    order: fromHex(`ffffffffffffffffffffffffffffffff ffffffffffffffffc7634d81f4372ddf
      581a0db248b0a77aecec196accc52973`),
    topMask: 0xff,
  },
  21: {
    openssl: 'secp521r1',
    order: fromHex(`01ff ffffffffffffffffffffffffffffffff ffffffffffffffffffffffffffffffff
      fa51868783bf2f966b7fcc0148f709a5 d03bb5c9b8899c47aebb6fb71e91386409`),
    topMask: 0x01,
  },
}

const uncompressed = 0x04
const maxDraws = 64

/** A uniform scalar from 1 to the order less one, by drawing again (FIPS 186-5 A.2.2). */
const drawScalar = (id: EcpGroupId, randomBytes: (length: number) => Uint8Array): Uint8Array => {
  const { order, topMask } = groups[id]
  for (let draw = 0; draw < maxDraws; draw++) {
    const scalar = Uint8Array.from(randomBytes(order.length))
    scalar[0] = (scalar[0] ?? 0) & topMask
    if (Buffer.compare(scalar, order) < 0 && scalar.some((octet) => octet !== 0)) return scalar
  }
  throw new Error(`the random source gave no scalar for group ${id} in ${maxDraws} draws`)
}

/**
 * A private scalar inside OpenSSL's object of its own: setting a scalar computes the public point, which at P-384
 * costs as much as half a shared secret, so that a shared object would pay it twice.
 */
export const ecpKey = (id: EcpGroupId, randomBytes: (length: number) => Uint8Array): ECDH => {
  const key = createECDH(groups[id].openssl)
  key.setPrivateKey(drawScalar(id, randomBytes))
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
