import { fromHex } from './bytes.ts'

/** The curves of RFC 5903 and RFC 4754, by the names of NIST that JWK uses. */
export type EcCurve = 'P-256' | 'P-384' | 'P-521'

export interface CurveInfo {
  readonly openssl: string
  /** Octets of a coordinate, of a scalar, and of the numbers of a signature. */
  readonly length: number
  /** The number of points, a prime. */
  readonly order: Uint8Array
  readonly orderBits: number
}

/** RFC 5903 §3. */
export const curves: Readonly<Record<EcCurve, CurveInfo>> = {
  'P-256': {
    openssl: 'prime256v1',
    length: 32,
    order: fromHex('ffffffff00000000ffffffffffffffff bce6faada7179e84f3b9cac2fc632551'),
    orderBits: 256,
  },
  'P-384': {
    openssl: 'secp384r1',
    length: 48,
    order: fromHex(`ffffffffffffffffffffffffffffffff ffffffffffffffffc7634d81f4372ddf
      581a0db248b0a77aecec196accc52973`),
    orderBits: 384,
  },
  'P-521': {
    openssl: 'secp521r1',
    length: 66,
    order: fromHex(`01ff ffffffffffffffffffffffffffffffff fffffffffffffffffffffffffffffffa
      51868783bf2f966b7fcc0148f709a5d0 3bb5c9b8899c47aebb6fb71e91386409`),
    orderBits: 521,
  },
}

const maxDraws = 64

/**
 * A uniform scalar from 1 to the order less one, by drawing again what is out of range (FIPS 186-5 A.2.2). Throws
 * after 64 draws: that is a broken random source.
 */
export const drawScalar = (curve: EcCurve, randomBytes: (length: number) => Uint8Array): Uint8Array => {
  const { order, length, orderBits } = curves[curve]
  const topMask = 0xff >> (8 * length - orderBits)
  for (let draw = 0; draw < maxDraws; draw++) {
    const scalar = Uint8Array.from(randomBytes(length))
    scalar[0] = (scalar[0] ?? 0) & topMask
    if (Buffer.compare(scalar, order) < 0 && scalar.some((octet) => octet !== 0)) return scalar
  }
  throw new Error(`the random source gave no scalar of ${curve} in ${maxDraws} draws`)
}
