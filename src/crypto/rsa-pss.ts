import { constants, createHash, type KeyObject, privateEncrypt } from 'node:crypto'
import { concat } from '../wire/index.ts'
import { plain } from './bytes.ts'
import { type HashName, hash, hashLength } from './hash.ts'

/** MGF1 (RFC 8017 appendix B.2.1). */
const mgf1 = (name: HashName, seed: Uint8Array, length: number): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(length / hashLength(name)) }, (_, counter) =>
    createHash(name)
      .update(seed)
      .update(Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter))
      .digest(),
  )
  return concat(...blocks).slice(0, length)
}

/**
 * RSASSA-PSS with MGF1 over the same hash and a salt that is given, so that a run repeats: OpenSSL would draw its own.
 * EMSA-PSS of RFC 8017 §9.1.1. Throws where the key is too small for hash and salt.
 */
export const rsaSignPss = (key: KeyObject, name: HashName, data: Uint8Array, salt: Uint8Array): Uint8Array => {
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1
  const length = Math.ceil(bits / 8)
  const digest = hash(name, new Uint8Array(8), hash(name, data), salt)
  const spare = length - salt.length - digest.length - 2
  if (spare < 0) throw new RangeError(`a key of ${bits + 1} bits is too small`)
  const block = concat(new Uint8Array(spare), Uint8Array.of(1), salt)
  const mask = mgf1(name, digest, block.length)
  const masked = block.map((octet, index) => octet ^ (mask[index] ?? 0))
  masked[0] = (masked[0] ?? 0) & (0xff >>> (8 * length - bits))
  const message = concat(masked, digest, Uint8Array.of(0xbc))
  const modulus = Math.ceil((bits + 1) / 8)
  return plain(
    privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, concat(new Uint8Array(modulus - length), message)),
  )
}
