export { aeadOpen, aeadSeal } from './aead.ts'
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
export {
  type IkeV2AuthCheck,
  type IkeV2AuthRejectCode,
  type IkeV2SignInput,
  ikeV2SignAuth,
  ikeV2VerifyAuth,
  sharedKeyAuth,
} from './ikev2-auth.ts'
export {
  deriveIkeV2Keys,
  type IkeV2KeyInput,
  type IkeV2Keys,
  ikeV2Keymat,
  ikeV2Skeyseed,
  ikeV2SkeyseedRekey,
} from './ikev2-keys.ts'
export { type PrfInfo, type PrfName, prf, prfInfo, prfPlus } from './ikev2-prf.ts'
export {
  type IkeV2CipherInfo,
  type IkeV2CipherName,
  type IkeV2IntegrityInfo,
  type IkeV2IntegrityName,
  type IkeV2Protection,
  ikeV2CipherInfo,
  ikeV2DataLength,
  ikeV2IntegrityInfo,
  openIkeV2,
  sealIkeV2,
} from './ikev2-protection.ts'
export { type KeyPair, keyPairOf } from './key-pair.ts'
export { labEcKey, labEcKeyPair, labRsaKey, labRsaKeyPair } from './lab-keys.ts'
export { latest, once } from './once.ts'
export type { CryptoReject, CryptoRejectCode, CryptoResult } from './result.ts'
export { rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'
