export { gcmOpen, gcmSeal } from './aes-gcm.ts'
export { equalConstantTime } from './bytes.ts'
export { type CipherInfo, type CipherName, cbcDecrypt, cbcEncrypt, cipherInfo } from './cipher.ts'
export type { EcCurve } from './curves.ts'
export { deterministicRandom } from './deterministic-random.ts'
export { type DhKeyPair, dhKeyPair } from './dh.ts'
export { type DhGroupId, type DhGroupInfo, dhGroups } from './dh-groups.ts'
export { ecdsaSignRaw, ecdsaVerifyRaw } from './ecdsa-raw.ts'
export { type EcdsaOptions, ecdsaSign, ecdsaVerify, ikeV1SignatureHash } from './ecdsa-signature.ts'
export { type EspIntegrityInfo, type EspIntegrityName, espIntegrityInfo, icv } from './esp-integrity.ts'
export { type HashName, hash, hashLength, hmac } from './hash.ts'
export {
  hashI,
  hashR,
  informationalHash,
  quickModeHash1,
  quickModeHash2,
  quickModeHash3,
} from './ikev1-hashes.ts'
export {
  deriveIkeV1Keys,
  type IkeV1KeyInput,
  type IkeV1Keys,
  type KeymatInput,
  keymat,
  phase1Iv,
  phase2Iv,
  skeyidPreShared,
  skeyidSignature,
} from './ikev1-keys.ts'
export { labEcKey, labRsaKey } from './lab-keys.ts'
export type { CryptoReject, CryptoRejectCode, CryptoResult } from './result.ts'
export { rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'
