import { ikeV2Encryption, ikeV2Integrity, ikeV2Prf } from '../wire/index.ts'
import type { IkeV2Encryption, IkeV2Group, IkeV2Integrity, IkeV2Prf, IkeV2Proposal } from './ikev2-configuration.ts'

/** The algorithms of `crypto ikev2 proposal` and their numbers in IANA's registries. */

interface Cipher {
  readonly id: number
  /** Said in the key length attribute; a cipher with one length has none (RFC 7296 §3.3.5). */
  readonly keyBits?: number
}

const ciphers: Readonly<Record<IkeV2Encryption, Cipher>> = {
  des: { id: ikeV2Encryption.DES },
  '3des': { id: ikeV2Encryption['3DES'] },
  'aes-cbc-128': { id: ikeV2Encryption.AES_CBC, keyBits: 128 },
  'aes-cbc-192': { id: ikeV2Encryption.AES_CBC, keyBits: 192 },
  'aes-cbc-256': { id: ikeV2Encryption.AES_CBC, keyBits: 256 },
  'aes-gcm-128': { id: ikeV2Encryption.AES_GCM_16, keyBits: 128 },
  'aes-gcm-192': { id: ikeV2Encryption.AES_GCM_16, keyBits: 192 },
  'aes-gcm-256': { id: ikeV2Encryption.AES_GCM_16, keyBits: 256 },
  'aes-ccm-128': { id: ikeV2Encryption.AES_CCM_16, keyBits: 128 },
  'aes-ccm-192': { id: ikeV2Encryption.AES_CCM_16, keyBits: 192 },
  'aes-ccm-256': { id: ikeV2Encryption.AES_CCM_16, keyBits: 256 },
  'chacha20-poly1305': { id: ikeV2Encryption.CHACHA20_POLY1305 },
}

const prfs: Readonly<Record<IkeV2Prf, number>> = {
  md5: ikeV2Prf.HMAC_MD5,
  sha1: ikeV2Prf.HMAC_SHA1,
  sha256: ikeV2Prf.HMAC_SHA2_256,
  sha384: ikeV2Prf.HMAC_SHA2_384,
  sha512: ikeV2Prf.HMAC_SHA2_512,
  'aes-xcbc': ikeV2Prf.AES128_XCBC,
  'aes-cmac': ikeV2Prf.AES128_CMAC,
}

const integrities: Readonly<Record<IkeV2Integrity, number>> = {
  md5: ikeV2Integrity.HMAC_MD5_96,
  sha1: ikeV2Integrity.HMAC_SHA1_96,
  sha256: ikeV2Integrity.HMAC_SHA2_256_128,
  sha384: ikeV2Integrity.HMAC_SHA2_384_192,
  sha512: ikeV2Integrity.HMAC_SHA2_512_256,
  'aes-xcbc': ikeV2Integrity.AES_XCBC_96,
  'aes-cmac': ikeV2Integrity.AES_CMAC_96,
}

/** Ciphers that protect integrity themselves take no integrity algorithm (RFC 7296 §3.3.3). */
export const isAead = (name: IkeV2Encryption): boolean => !/^(?:des|3des|aes-cbc-\d+)$/.test(name)

/** The transforms of one proposal as numbers, each list in the order of preference. */
export interface IkeV2TransformNumbers {
  readonly encryption: readonly { readonly id: number; readonly keyBits?: number }[]
  readonly prf: readonly number[]
  readonly integrity: readonly number[]
  readonly groups: readonly number[]
}

/** What a peer offers. */
export interface OfferedIkeV2Proposal extends IkeV2TransformNumbers {
  readonly number: number
}

export const ikeV2ProposalTransforms = ({
  encryption,
  prf,
  integrity,
  groups,
}: Pick<IkeV2Proposal, 'encryption' | 'prf' | 'integrity' | 'groups'>): IkeV2TransformNumbers => ({
  encryption: encryption.map((name) => ciphers[name]),
  prf: prf.map((name) => prfs[name]),
  integrity: integrity.map((name) => integrities[name]),
  groups,
})

/** The first of the peer's that is ours too: its order decides (ios-semantics §2.2). */
const firstCommon = <Name extends string>(
  offered: readonly number[],
  own: readonly Name[],
  numbers: Readonly<Record<Name, number>>,
): Name | undefined => {
  for (const id of offered) {
    const found = own.find((name) => numbers[name] === id)
    if (found !== undefined) return found
  }
  return undefined
}

const firstCipher = (
  offered: IkeV2TransformNumbers['encryption'],
  own: readonly IkeV2Encryption[],
): IkeV2Encryption | undefined => {
  for (const { id, keyBits } of offered) {
    const found = own.find((name) => ciphers[name].id === id && ciphers[name].keyBits === keyBits)
    if (found !== undefined) return found
  }
  return undefined
}

export interface IkeV2Agreed {
  readonly encryption: IkeV2Encryption
  readonly integrity: IkeV2Integrity | null
  readonly prf: IkeV2Prf
  readonly group: IkeV2Group
}

/** What two proposals have in common, or the kind of algorithm of which they have none. */
export const commonTransforms = (own: IkeV2Proposal, offered: IkeV2TransformNumbers): IkeV2Agreed | string => {
  const encryption = firstCipher(offered.encryption, own.encryption)
  if (encryption === undefined) return 'no encryption algorithm in common'
  const prf = firstCommon(offered.prf, own.prf, prfs)
  if (prf === undefined) return 'no PRF in common'
  const integrity = isAead(encryption) ? null : firstCommon(offered.integrity, own.integrity, integrities)
  if (integrity === undefined) return 'no integrity algorithm in common'
  const group = offered.groups.find((id): id is IkeV2Group => own.groups.some((mine) => mine === id))
  if (group === undefined) return 'no Diffie-Hellman group in common'
  return { encryption, integrity, prf, group }
}

const nameOf = (numbers: Readonly<Record<string, number>>, id: number): string =>
  Object.keys(numbers).find((name) => numbers[name] === id) ?? `number ${id}`

/** A proposal in words, for explanations: the names of `crypto ikev2 proposal`. */
export const transformText = ({ encryption, prf, integrity, groups }: IkeV2TransformNumbers): readonly string[] => [
  ...encryption.map(
    ({ id, keyBits }) =>
      (Object.keys(ciphers) as IkeV2Encryption[]).find(
        (name) => ciphers[name].id === id && ciphers[name].keyBits === keyBits,
      ) ?? `encryption ${id}${keyBits === undefined ? '' : ` of ${keyBits} bits`}`,
  ),
  ...prf.map((id) => `prf ${nameOf(prfs, id)}`),
  ...integrity.map((id) => nameOf(integrities, id)),
  ...groups.map((id) => `group ${id}`),
]
