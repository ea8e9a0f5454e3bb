import { constants, createHash, type KeyObject, sign, verify } from 'node:crypto'
import { concat } from '../wire/index.ts'
import { plain } from './bytes.ts'
import { digestInfo } from './digest-info.ts'
import { curveOf, ecdsaSign } from './ecdsa-signature.ts'
import { type HashName, hashLength } from './hash.ts'
import { rsaSignPss } from './rsa-pss.ts'
import { modulusLength, rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'
import type { SignatureAlgorithm } from './signature-algorithms.ts'

/** Signatures in the form of certificates, as RFC 7427 puts them behind their AlgorithmIdentifier. */

export interface DigitalSignInput {
  readonly key: KeyObject
  readonly octets: Uint8Array
  /** Gives the salt of PSS, and has ECDSA draw its nonce; without it both are derived, and a run repeats. */
  readonly random?: (octets: number) => Uint8Array
}

/** Throws on a key that is none for the algorithm. */
export const signDigitally = (algorithm: SignatureAlgorithm, input: DigitalSignInput): Uint8Array => {
  const { key, octets, random } = input
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5':
      return rsaSignRaw(key, digestInfo(algorithm.hash, octets))
    case 'RSASSA-PSS':
      return rsaSignPss(key, algorithm.hash, octets, saltFor(input, hashLength(algorithm.hash)))
    case 'ECDSA':
      return ecdsaSigValue(ecdsaSign(key, algorithm.hash, octets, { nonce: random ? 'random' : 'deterministic' }))
    case 'Ed25519':
      return plain(sign(null, octets, key))
  }
}

/** Derived from key and message where no random octets are given. */
const saltFor = ({ random, key, octets }: DigitalSignInput, length: number): Uint8Array => {
  if (random) return random(length)
  const secret = key.export({ format: 'der', type: 'pkcs8' })
  return plain(createHash('sha512').update(secret).update(octets).digest()).slice(0, length)
}

/** r | s as ECDSA-Sig-Value (RFC 3279 §2.2.3). */
const ecdsaSigValue = (raw: Uint8Array): Uint8Array => {
  const half = raw.length / 2
  const body = concat(derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half)))
  return concat(body.length < 128 ? Uint8Array.of(0x30, body.length) : Uint8Array.of(0x30, 0x81, body.length), body)
}

const derInteger = (value: Uint8Array): Uint8Array => {
  const minimal = value.subarray(value.findIndex((octet) => octet !== 0))
  const positive = (minimal[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal
  return concat(Uint8Array.of(0x02, positive.length), positive)
}

/** Whether a public key is one for the algorithm, and one to trust. */
export const fitsAlgorithm = ({ name }: SignatureAlgorithm, key: KeyObject): boolean => {
  if (name === 'ECDSA') return curveOf(key) !== undefined
  return name === 'Ed25519' ? key.asymmetricKeyType === 'ed25519' : modulusLength(key) !== null
}

/** Whether the signature is the key's over the octets; the key fits the algorithm. */
export const verifiesDigitally = (
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  octets: Uint8Array,
  signature: Uint8Array,
): boolean => {
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5':
      return rsaVerifyRaw(key, digestInfo(algorithm.hash, octets), signature)
    case 'RSASSA-PSS': {
      const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: hashLength(algorithm.hash) }
      return verifyQuietly(algorithm.hash, octets, { key, ...options }, signature)
    }
    case 'ECDSA':
      return verifyQuietly(algorithm.hash, octets, { key, dsaEncoding: 'der' }, signature)
    case 'Ed25519':
      return verifyQuietly(null, octets, { key }, signature)
  }
}

/** OpenSSL throws at some signatures that are none. */
const verifyQuietly = (
  name: HashName | null,
  octets: Uint8Array,
  key: Parameters<typeof verify>[2],
  signature: Uint8Array,
): boolean => {
  try {
    return verify(name, octets, key, signature)
  } catch {
    return false
  }
}
