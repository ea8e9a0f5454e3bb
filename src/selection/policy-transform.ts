import { authenticationMethod, encryptionAlgorithm, hashAlgorithm } from '../wire/index.ts'
import type { IkeEncryption, IkeGroup, IkeHash, IsakmpPolicy } from './configuration.ts'

/** A phase 1 transform in the numbers of the wire: RFC 2409 appendix A and the IANA registry that continues it. */
export interface OfferedTransform {
  readonly number: number
  readonly encryption: number
  /** Bits; for ciphers with a variable key only. */
  readonly keyLength?: number
  readonly hash: number
  readonly authentication: number
  readonly group: number
  readonly lifetimeSeconds?: number
}

/**
 * The transform that an initiator offers for a policy. Its `number` is 1: whoever puts several into a proposal numbers
 * them. Throws for `rsa-encr`, which is never offered: it is open to Bleichenbacher's attack (attacks A1).
 */
export const policyTransform = (policy: IsakmpPolicy): OfferedTransform => {
  const authentication = methodOf(policy)
  if (authentication === null) throw new Error('rsa-encr is never offered')
  return {
    number: 1,
    ...encryptionNumbers(policy.encryption),
    hash: hashNumbers[policy.hash],
    authentication,
    group: policy.group,
    lifetimeSeconds: policy.lifetime,
  }
}

/** The cipher and its key length as attributes; AES always says its length (RFC 3602 §5.3), the others never. */
export const encryptionNumbers = (
  encryption: IkeEncryption,
): { readonly encryption: number; readonly keyLength?: number } => {
  switch (encryption.cipher) {
    case 'des':
      return { encryption: encryptionAlgorithm.DES_CBC }
    case '3des':
      return { encryption: encryptionAlgorithm['3DES_CBC'] }
    case 'aes':
      return { encryption: encryptionAlgorithm.AES_CBC, keyLength: encryption.bits }
  }
}

export const hashNumbers: Readonly<Record<IkeHash, number>> = {
  md5: hashAlgorithm.MD5,
  sha: hashAlgorithm.SHA,
  sha256: hashAlgorithm.SHA2_256,
  sha384: hashAlgorithm.SHA2_384,
  sha512: hashAlgorithm.SHA2_512,
}

/** The authentication method of a policy on the wire; null for `rsa-encr`, which this engine refuses. */
export const methodOf = ({ authentication, group, hash }: IsakmpPolicy): number | null => {
  switch (authentication) {
    case 'pre-share':
      return authenticationMethod.PRE_SHARED_KEY
    case 'rsa-sig':
      return authenticationMethod.RSA_SIGNATURE
    case 'ecdsa-sig':
      return ecdsaByGroup[group] ?? ecdsaByHash[hash] ?? authenticationMethod.ECDSA_SHA256_P256
    case 'rsa-encr':
      return null
  }
}

/**
 * RFC 4754 has a method for each curve, IOS one keyword for all. Suite B (RFC 6380) pairs the curve of the signature
 * with the curve of the group; with a group that is no curve, the hash tells it.
 */
const ecdsaByGroup: Readonly<Partial<Record<IkeGroup, number>>> = {
  19: authenticationMethod.ECDSA_SHA256_P256,
  20: authenticationMethod.ECDSA_SHA384_P384,
  21: authenticationMethod.ECDSA_SHA512_P521,
}
const ecdsaByHash: Readonly<Partial<Record<IkeHash, number>>> = {
  sha384: authenticationMethod.ECDSA_SHA384_P384,
  sha512: authenticationMethod.ECDSA_SHA512_P521,
}
