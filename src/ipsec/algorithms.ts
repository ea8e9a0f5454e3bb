import { type CipherName, cipherInfo, type EspIntegrityName, espIntegrityInfo } from '../crypto/index.ts'
import { authenticationAlgorithm, espTransformId, ikeV2Encryption, ikeV2Integrity } from '../wire/index.ts'
import type { CombinedEncryption, EspAuthentication, EspEncryption } from './configuration.ts'

/** ESP's algorithms: IOS's names, the registries' numbers (RFC 2407 §4.4.4, §4.5; RFC 7296 §3.3.2), and what computes them. */

/** A cipher that leaves authentication to another algorithm. */
export type SeparateProtection = { readonly kind: 'none' } | { readonly kind: 'cbc'; readonly cipher: CipherName }

/** One that authenticates; AES-GMAC does nothing else. `keyLength`: octets, without the salt. */
export interface CombinedProtection {
  readonly kind: 'combined'
  readonly mode: 'gcm' | 'gmac'
  readonly keyLength: 16 | 24 | 32
}

interface Encryption {
  readonly transformId: number
  readonly ikeV2Id: number
  readonly keyBits?: number
  readonly protection: SeparateProtection | CombinedProtection
  readonly debugName: string
}

/** Octets of salt behind the key of AES-GCM and AES-GMAC (RFC 4106 §8.1, RFC 4543 §5.1). */
const saltLength = 4

const aesCbc = (keyBits: 128 | 192 | 256): Encryption => ({
  transformId: espTransformId.AES_CBC,
  ikeV2Id: ikeV2Encryption.AES_CBC,
  keyBits,
  protection: { kind: 'cbc', cipher: `aes${keyBits}` },
  debugName: 'ESP_AES',
})

const combined = (mode: CombinedProtection['mode'], keyLength: CombinedProtection['keyLength']): Encryption => ({
  transformId: mode === 'gcm' ? espTransformId.AES_GCM_16 : espTransformId.NULL_AUTH_AES_GMAC,
  ikeV2Id: mode === 'gcm' ? ikeV2Encryption.AES_GCM_16 : ikeV2Encryption.NULL_AUTH_AES_GMAC,
  keyBits: keyLength * 8,
  protection: { kind: 'combined', mode, keyLength },
  debugName: mode === 'gcm' ? 'ESP_AES_GCM' : 'ESP_AES_GMAC',
})

export const encryptions: Readonly<Record<EspEncryption, Encryption>> = {
  'esp-des': {
    transformId: espTransformId.DES,
    ikeV2Id: ikeV2Encryption.DES,
    protection: { kind: 'cbc', cipher: 'des' },
    debugName: 'ESP_DES',
  },
  'esp-3des': {
    transformId: espTransformId['3DES'],
    ikeV2Id: ikeV2Encryption['3DES'],
    protection: { kind: 'cbc', cipher: '3des' },
    debugName: 'ESP_3DES',
  },
  'esp-aes 128': aesCbc(128),
  'esp-aes 192': aesCbc(192),
  'esp-aes 256': aesCbc(256),
  'esp-null': {
    transformId: espTransformId.NULL,
    ikeV2Id: ikeV2Encryption.NULL,
    protection: { kind: 'none' },
    debugName: 'ESP_NULL',
  },
  'esp-gcm 128': combined('gcm', 16),
  'esp-gcm 192': combined('gcm', 24),
  'esp-gcm 256': combined('gcm', 32),
  'esp-gmac 128': combined('gmac', 16),
  'esp-gmac 192': combined('gmac', 24),
  'esp-gmac 256': combined('gmac', 32),
}

/** Whether a cipher authenticates as well, and so takes no authenticator beside it. */
export const isCombined = (encryption: EspEncryption): encryption is CombinedEncryption =>
  encryptions[encryption].protection.kind === 'combined'

interface Authentication {
  readonly attribute: number
  readonly ikeV2Id: number
  readonly integrity: EspIntegrityName
  readonly debugName: string
}

export const authentications: Readonly<Record<EspAuthentication, Authentication>> = {
  'esp-md5-hmac': {
    attribute: authenticationAlgorithm.HMAC_MD5,
    ikeV2Id: ikeV2Integrity.HMAC_MD5_96,
    integrity: 'hmac-md5-96',
    debugName: 'HMAC-MD5',
  },
  'esp-sha-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA,
    ikeV2Id: ikeV2Integrity.HMAC_SHA1_96,
    integrity: 'hmac-sha1-96',
    debugName: 'HMAC-SHA',
  },
  'esp-sha256-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_256,
    ikeV2Id: ikeV2Integrity.HMAC_SHA2_256_128,
    integrity: 'hmac-sha256-128',
    debugName: 'HMAC-SHA256',
  },
  'esp-sha384-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_384,
    ikeV2Id: ikeV2Integrity.HMAC_SHA2_384_192,
    integrity: 'hmac-sha384-192',
    debugName: 'HMAC-SHA384',
  },
  'esp-sha512-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_512,
    ikeV2Id: ikeV2Integrity.HMAC_SHA2_512_256,
    integrity: 'hmac-sha512-256',
    debugName: 'HMAC-SHA512',
  },
}

export interface EspAlgorithms {
  readonly encryption: EspEncryption
  readonly authentication: EspAuthentication | null
}

const encryptionKeyLength = (protection: Encryption['protection']): number => {
  switch (protection.kind) {
    case 'none':
      return 0
    case 'cbc':
      return cipherInfo(protection.cipher).keyLength
    case 'combined':
      return protection.keyLength + saltLength
  }
}

/**
 * Octets of key for each part, a salt with the encryption key, and for one direction together (RFC 2409 §5.5, RFC 7296
 * §2.17: encryption first).
 */
export const keyLengths = ({
  encryption,
  authentication,
}: EspAlgorithms): { readonly encryption: number; readonly authentication: number; readonly total: number } => {
  const forCipher = encryptionKeyLength(encryptions[encryption].protection)
  const forIntegrity =
    authentication === null ? 0 : espIntegrityInfo(authentications[authentication].integrity).keyLength
  return { encryption: forCipher, authentication: forIntegrity, total: forCipher + forIntegrity }
}

/** As IOS prints a transform set: a 128-bit key is not said. */
export const transformText = ({ encryption, authentication }: EspAlgorithms): string =>
  [encryption.replace(/ 128$/, ''), authentication].filter((part) => part !== null).join(' ')

/**
 * The cipher of a transform. The key length of AES must be said (RFC 3602 §5.3), that of a cipher with one length must
 * not (RFC 2407 §4.5).
 */
export const espEncryptionOf = (transformId: number, keyBits: number | undefined): EspEncryption | undefined =>
  (Object.keys(encryptions) as EspEncryption[]).find(
    (name) => encryptions[name].transformId === transformId && encryptions[name].keyBits === keyBits,
  )

export const espAuthenticationOf = (attribute: number): EspAuthentication | undefined =>
  (Object.keys(authentications) as EspAuthentication[]).find((name) => authentications[name].attribute === attribute)

/** Whether anything is protected at all: neither cipher nor authenticator is no ESP (RFC 4303 §1, attacks E2). */
export const protectsAnything = ({ encryption, authentication }: EspAlgorithms): boolean =>
  encryption !== 'esp-null' || authentication !== null
