import type { IkeV2Proposal } from '../../selection/index.ts'
import type { TransformNames } from '../../trace/index.ts'

/** IOS's names of the transforms of an IKE proposal, as its debugs list them (ios-semantics §4.6). */

const encryptionNames: Readonly<Record<IkeV2Proposal['encryption'][number], string>> = {
  des: 'DES',
  '3des': '3DES',
  'aes-cbc-128': 'AES-CBC',
  'aes-cbc-192': 'AES-CBC',
  'aes-cbc-256': 'AES-CBC',
  'aes-gcm-128': 'AES-GCM',
  'aes-gcm-192': 'AES-GCM',
  'aes-gcm-256': 'AES-GCM',
  'aes-ccm-128': 'AES-CCM',
  'aes-ccm-192': 'AES-CCM',
  'aes-ccm-256': 'AES-CCM',
  'chacha20-poly1305': 'CHACHA20-POLY1305',
}

const prfNames: Readonly<Record<IkeV2Proposal['prf'][number], string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  'aes-xcbc': 'AES-XCBC',
  'aes-cmac': 'AES-CMAC',
}

/** The truncated ones carry their width. */
const integrityNames: Readonly<Record<IkeV2Proposal['integrity'][number], string>> = {
  md5: 'MD596',
  sha1: 'SHA96',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  'aes-xcbc': 'AES-XCBC96',
  'aes-cmac': 'AES-CMAC96',
}

const groupNames: Readonly<Record<IkeV2Proposal['groups'][number], string>> = {
  1: 'DH_GROUP_768_MODP/Group 1',
  2: 'DH_GROUP_1024_MODP/Group 2',
  5: 'DH_GROUP_1536_MODP/Group 5',
  14: 'DH_GROUP_2048_MODP/Group 14',
  15: 'DH_GROUP_3072_MODP/Group 15',
  16: 'DH_GROUP_4096_MODP/Group 16',
  19: 'DH_GROUP_256_ECP/Group 19',
  20: 'DH_GROUP_384_ECP/Group 20',
  21: 'DH_GROUP_521_ECP/Group 21',
  24: 'DH_GROUP_2048_256_MODP/Group 24',
  31: 'DH_GROUP_25519/Group 31',
}

export const transformNames = ({ encryption, prf, integrity, groups }: IkeV2Proposal): TransformNames => [
  ...encryption.map((name) => encryptionNames[name]),
  ...prf.map((name) => prfNames[name]),
  ...integrity.map((name) => integrityNames[name]),
  ...groups.map((group) => groupNames[group]),
]
