import type { IkeV2Encryption, IkeV2Group, IkeV2Integrity, IkeV2Prf } from '../../selection/index.ts'

/** How IOS's show commands name IKEv2's algorithms (ios-semantics §4.9). What no IOS has is named in the same manner. */

interface EncryptionName {
  readonly name: string
  /** Bits, where the cipher has more than one size. */
  readonly keySize: number | null
}

export const encryptionNames: Readonly<Record<IkeV2Encryption, EncryptionName>> = {
  des: { name: 'DES', keySize: null },
  '3des': { name: '3DES', keySize: null },
  'aes-cbc-128': { name: 'AES-CBC', keySize: 128 },
  'aes-cbc-192': { name: 'AES-CBC', keySize: 192 },
  'aes-cbc-256': { name: 'AES-CBC', keySize: 256 },
  'aes-gcm-128': { name: 'AES-GCM', keySize: 128 },
  'aes-gcm-192': { name: 'AES-GCM', keySize: 192 },
  'aes-gcm-256': { name: 'AES-GCM', keySize: 256 },
  'aes-ccm-128': { name: 'AES-CCM', keySize: 128 },
  'aes-ccm-192': { name: 'AES-CCM', keySize: 192 },
  'aes-ccm-256': { name: 'AES-CCM', keySize: 256 },
  'chacha20-poly1305': { name: 'CHACHA20-POLY1305', keySize: null },
}

/** The two short ones carry the 96 bits that are left of them. */
export const integrityNames: Readonly<Record<IkeV2Integrity, string>> = {
  md5: 'MD596',
  sha1: 'SHA96',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  'aes-xcbc': 'AES-XCBC96',
  'aes-cmac': 'AES-CMAC96',
}

export const prfNames: Readonly<Record<IkeV2Prf, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  'aes-xcbc': 'AES-XCBC',
  'aes-cmac': 'AES-CMAC',
}

const groupFields: Readonly<Record<IkeV2Group, string>> = {
  1: '768_MODP',
  2: '1024_MODP',
  5: '1536_MODP',
  14: '2048_MODP',
  15: '3072_MODP',
  16: '4096_MODP',
  19: '256_ECP',
  20: '384_ECP',
  21: '521_ECP',
  24: '2048_256_MODP',
  31: 'CURVE25519',
}

/** `DH_GROUP_2048_MODP/Group 14`. */
export const groupName = (group: IkeV2Group): string => `DH_GROUP_${groupFields[group]}/Group ${group}`
