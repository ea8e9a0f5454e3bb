import { type IkeV2Proposal, type IkeV2Transform, ikeV2TransformType } from '../wire/index.ts'

/** IOS's names of the transforms of an ESP proposal, as its debugs list them (ios-semantics §4.6). */

/** By number (RFC 7296 §3.3.2). The authenticators that are cut carry their width. */
const names: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [ikeV2TransformType.ENCR]: {
    2: 'DES',
    3: '3DES',
    11: 'NULL',
    12: 'AES-CBC',
    20: 'AES-GCM',
    21: 'AES-GMAC',
    28: 'CHACHA20-POLY1305',
  },
  [ikeV2TransformType.INTEG]: {
    0: 'None',
    1: 'MD596',
    2: 'SHA96',
    5: 'AES-XCBC96',
    8: 'AES-CMAC96',
    12: 'SHA256',
    13: 'SHA384',
    14: 'SHA512',
  },
  [ikeV2TransformType.DH]: {
    0: 'None',
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
  },
  [ikeV2TransformType.ESN]: { 0: "Don't use ESN", 1: 'Use ESN' },
}

const nameOf = ({ type, id }: IkeV2Transform): string => names[type]?.[id] ?? `transform ${type}/${id}`

/** One name for each transform, in the proposal's order; an unknown one by its numbers. */
export const ikeV2TransformNames = ({ transforms }: IkeV2Proposal): readonly string[] => transforms.map(nameOf)
