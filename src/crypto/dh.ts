import { type EcpGroupId, ecpKey, ecpPublicValue, ecpSharedSecret } from './dh-ecp.ts'
import { type DhGroupId, dhGroups } from './dh-groups.ts'
import { type ModpGroupId, modpExponent, modpPublicValue, modpSharedSecret } from './dh-modp.ts'
import { x25519Key, x25519PublicValue, x25519SharedSecret } from './dh-x25519.ts'
import type { CryptoResult } from './result.ts'

/** One side's half of an exchange. The private half stays inside. */
export interface DhKeyPair {
  readonly group: DhGroupId
  /** As it stands in a KE payload: at the group's full width; for the elliptic groups x | y. */
  readonly publicValue: Uint8Array
  /**
   * g^xy at the group's full width; for the elliptic groups x alone (RFC 5903 §7). A public value that has the wrong
   * length, is 0, 1, p - 1 or above, of a wrong order or on no curve is a reject (RFC 6989).
   */
  readonly computeShared: (peerPublic: Uint8Array) => CryptoResult<Uint8Array>
}

/** A fresh key pair; the same random bytes give the same pair. `randomBytes` gives as many octets as it is asked for. */
export const dhKeyPair = (group: DhGroupId, randomBytes: (length: number) => Uint8Array): DhKeyPair =>
  group === 31
    ? x25519KeyPair(randomBytes)
    : isEcp(group)
      ? ecpKeyPair(group, randomBytes)
      : modpKeyPair(group, randomBytes)

const isEcp = (group: DhGroupId): group is EcpGroupId => dhGroups[group].kind === 'ecp'

const x25519KeyPair = (randomBytes: (length: number) => Uint8Array): DhKeyPair => {
  const key = x25519Key(randomBytes(dhGroups[31].exponentLength))
  return {
    group: 31,
    publicValue: x25519PublicValue(key),
    computeShared: (peerPublic) => x25519SharedSecret(key, peerPublic),
  }
}

const modpKeyPair = (group: ModpGroupId, randomBytes: (length: number) => Uint8Array): DhKeyPair => {
  const exponent = modpExponent(randomBytes(dhGroups[group].exponentLength))
  return {
    group,
    publicValue: modpPublicValue(group, exponent),
    computeShared: (peerPublic) => modpSharedSecret(group, exponent, peerPublic),
  }
}

const ecpKeyPair = (group: EcpGroupId, randomBytes: (length: number) => Uint8Array): DhKeyPair => {
  const key = ecpKey(group, randomBytes)
  return {
    group,
    publicValue: ecpPublicValue(key),
    computeShared: (peerPublic) => ecpSharedSecret(group, key, peerPublic),
  }
}
