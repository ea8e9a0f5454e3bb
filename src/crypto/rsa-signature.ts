import { constants, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto'
import { equalConstantTime, plain } from './bytes.ts'

const minimumModulusBits = 1024

/** 00 01, eight octets of padding at least, 00 (RFC 8017 §9.2). */
const minimumOverhead = 11

/**
 * IKEv1's RSA signature: PKCS#1 type 1 padding over the bare hash, with no DigestInfo (RFC 2409 §5.1). It is as long
 * as the modulus, and the same for the same hash.
 */
export const rsaSignRaw = (key: KeyObject, digest: Uint8Array): Uint8Array =>
  plain(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digest))

/** Whether the signature is {@link rsaSignRaw} of the digest. As {@link rsaFindSigned}. */
export const rsaVerifyRaw = (key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean =>
  rsaFindSigned(key, [digest], signature) === 0

/**
 * Which of the contents is signed: its index, or -1. The whole encoded message is built anew for each and compared in
 * constant time; nothing of what the peer sent is parsed, so that nothing can hide in it (CVE-2018-16151,
 * CVE-2026-50721). A key below 1024 bits or with a public exponent below 3 or even never verifies.
 */
export const rsaFindSigned = (key: KeyObject, contents: readonly Uint8Array[], signature: Uint8Array): number => {
  const length = modulusLength(key)
  if (length === null || signature.length !== length) return -1
  const recovered = recover(key, signature)
  if (recovered === null) return -1
  return contents.findIndex(
    (content) =>
      content.length + minimumOverhead <= length && equalConstantTime(recovered, encodedMessage(content, length)),
  )
}

/** Octets of a public key's modulus; null where the key is not one to trust. */
export const modulusLength = (key: KeyObject): number | null => {
  if (key.type !== 'public' || key.asymmetricKeyType !== 'rsa') return null
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (bits < minimumModulusBits || publicExponent < 3n || publicExponent % 2n === 0n) return null
  return Math.ceil(bits / 8)
}

/** OpenSSL throws at a signature that is the modulus or above. */
const recover = (key: KeyObject, signature: Uint8Array): Uint8Array | null => {
  try {
    return plain(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature))
  } catch {
    return null
  }
}

const encodedMessage = (digest: Uint8Array, length: number): Uint8Array => {
  const message = new Uint8Array(length).fill(0xff)
  message[0] = 0x00
  message[1] = 0x01
  message[length - digest.length - 1] = 0x00
  message.set(digest, length - digest.length)
  return message
}
