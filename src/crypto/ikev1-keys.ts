import { type CipherName, cipherInfo } from './cipher.ts'
import { fitDesKey } from './des-weak-keys.ts'
import { type HashName, hash, hmac } from './hash.ts'

/*
 * The key schedule of IKEv1: RFC 2409 §5 and appendix B. `prf` is the HMAC of the negotiated hash (§4). Nonces are
 * payload bodies, without the generic header; gxy is the shared secret at the group's full width.
 */

const zero = Uint8Array.of(0)
const one = Uint8Array.of(1)
const two = Uint8Array.of(2)

/** SKEYID where both sides sign: prf(Ni_b | Nr_b, g^xy). RFC 2409 §5. */
export const skeyidSignature = (prf: HashName, ni: Uint8Array, nr: Uint8Array, gxy: Uint8Array): Uint8Array => {
  const key = new Uint8Array(ni.length + nr.length)
  key.set(ni)
  key.set(nr, ni.length)
  return hmac(prf, key, gxy)
}

/** SKEYID with a pre-shared key: prf(psk, Ni_b | Nr_b). RFC 2409 §5. */
export const skeyidPreShared = (prf: HashName, psk: Uint8Array, ni: Uint8Array, nr: Uint8Array): Uint8Array =>
  hmac(prf, psk, ni, nr)

export interface IkeV1KeyInput {
  readonly prf: HashName
  readonly skeyid: Uint8Array
  readonly gxy: Uint8Array
  readonly cookieI: Uint8Array
  readonly cookieR: Uint8Array
  readonly cipher: CipherName
}

export interface IkeV1Keys {
  readonly skeyid: Uint8Array
  /** From which the keys of the IPsec SAs come. */
  readonly skeyidD: Uint8Array
  /** Authenticates the messages of phase 2. */
  readonly skeyidA: Uint8Array
  /** From which `encryptionKey` comes. */
  readonly skeyidE: Uint8Array
  /** As long as the cipher's key. */
  readonly encryptionKey: Uint8Array
}

/** SKEYID_d, _a and _e (RFC 2409 §5) and the key that protects the ISAKMP messages (appendix B). */
export const deriveIkeV1Keys = ({ prf, skeyid, gxy, cookieI, cookieR, cipher }: IkeV1KeyInput): IkeV1Keys => {
  const skeyidD = hmac(prf, skeyid, gxy, cookieI, cookieR, zero)
  const skeyidA = hmac(prf, skeyid, skeyidD, gxy, cookieI, cookieR, one)
  const skeyidE = hmac(prf, skeyid, skeyidA, gxy, cookieI, cookieR, two)
  return { skeyid, skeyidD, skeyidA, skeyidE, encryptionKey: encryptionKey(prf, skeyidE, cipher) }
}

/**
 * Appendix B: the first octets of SKEYID_e; where it is too short, of K1 | K2 | … with K1 = prf(SKEYID_e, 0) and
 * Kn = prf(SKEYID_e, Kn-1). DES passes over weak keys.
 */
const encryptionKey = (prf: HashName, skeyidE: Uint8Array, cipher: CipherName): Uint8Array => {
  if (cipher === 'des') return fitDesKey(skeyidE)
  const { keyLength } = cipherInfo(cipher)
  if (keyLength <= skeyidE.length) return skeyidE.subarray(0, keyLength)
  return expand(keyLength, (previous) => hmac(prf, skeyidE, previous ?? zero))
}

/** The first `length` octets of K1 | K2 | …, each the function of the one before it. */
const expand = (length: number, next: (previous: Uint8Array | undefined) => Uint8Array): Uint8Array => {
  const expanded = new Uint8Array(length)
  let block: Uint8Array | undefined
  for (let filled = 0; filled < length; filled += block.length) {
    block = next(block)
    expanded.set(block.subarray(0, length - filled), filled)
  }
  return expanded
}

/** The IV of the first encrypted message of main mode: hash(g^xi | g^xr), cut to a block. RFC 2409 appendix B. */
export const phase1Iv = (name: HashName, gxi: Uint8Array, gxr: Uint8Array, blockLength: number): Uint8Array =>
  hash(name, gxi, gxr).subarray(0, blockLength)

/**
 * The IV of the first message of a phase 2 exchange: hash(last ciphertext block of phase 1 | M-ID), cut to a block.
 * Every message id has its own chain; the messages after the first take the last ciphertext block of the one before.
 * RFC 2409 appendix B.
 */
export const phase2Iv = (
  name: HashName,
  lastPhase1Block: Uint8Array,
  messageId: number,
  blockLength: number,
): Uint8Array => hash(name, lastPhase1Block, uint32(messageId)).subarray(0, blockLength)

export interface KeymatInput {
  readonly prf: HashName
  readonly skeyidD: Uint8Array
  /** The shared secret of quick mode's own Diffie-Hellman: with PFS only. */
  readonly gxyPfs?: Uint8Array
  /** 2 AH, 3 ESP (RFC 2407 §4.4.1). */
  readonly protocolId: number
  /** Of the SA that the keys are for: each direction has its own. */
  readonly spi: Uint8Array
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  /** Octets wanted: the cipher's key, then the integrity key. */
  readonly length: number
}

/** KEYMAT = K1 | K2 | …, K1 = prf(SKEYID_d, [g(qm)^xy |] protocol | SPI | Ni_b | Nr_b), Kn with Kn-1 in front. RFC 2409 §5.5. */
export const keymat = (input: KeymatInput): Uint8Array => {
  const { prf, skeyidD, gxyPfs, spi, ni, nr, length } = input
  const protocol = Uint8Array.of(input.protocolId)
  const seed = gxyPfs ? [gxyPfs, protocol, spi, ni, nr] : [protocol, spi, ni, nr]
  return expand(length, (previous) => (previous ? hmac(prf, skeyidD, previous, ...seed) : hmac(prf, skeyidD, ...seed)))
}

/** A message id as it stands on the wire. */
export const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
