import { concat } from '../wire/index.ts'
import { type PrfName, prf, prfInfo, prfPlus } from './ikev2-prf.ts'
import {
  type IkeV2CipherName,
  type IkeV2IntegrityName,
  ikeV2CipherInfo,
  ikeV2IntegrityInfo,
} from './ikev2-protection.ts'

/*
 * The key schedule of IKEv2: RFC 7296 §2.14, §2.17 and §2.18. Nonces are payload bodies; `shared` is g^ir at the
 * group's full width.
 */

const halfKey = 8

/** SKEYSEED of a new IKE SA: prf(Ni | Nr, g^ir). */
export const ikeV2Skeyseed = (name: PrfName, ni: Uint8Array, nr: Uint8Array, shared: Uint8Array): Uint8Array => {
  const { fixedKey } = prfInfo(name)
  return prf(name, fixedKey ? concat(ni.subarray(0, halfKey), nr.subarray(0, halfKey)) : concat(ni, nr), shared)
}

/** SKEYSEED of an IKE SA that renews another: prf(SK_d, g^ir | Ni | Nr), with the PRF and SK_d of the old one (RFC 7296 §2.18). */
export const ikeV2SkeyseedRekey = (
  name: PrfName,
  skD: Uint8Array,
  shared: Uint8Array,
  ni: Uint8Array,
  nr: Uint8Array,
): Uint8Array => prf(name, skD, shared, ni, nr)

export interface IkeV2Keys {
  /** From which the keys of child SAs come. */
  readonly skD: Uint8Array
  /** Integrity of what initiator and responder send; empty with an AEAD cipher. */
  readonly skAi: Uint8Array
  readonly skAr: Uint8Array
  /** Encryption of what they send; with the salt, where the cipher has one. */
  readonly skEi: Uint8Array
  readonly skEr: Uint8Array
  /** For AUTH. */
  readonly skPi: Uint8Array
  readonly skPr: Uint8Array
}

export interface IkeV2KeyInput {
  readonly prf: PrfName
  readonly skeyseed: Uint8Array
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly cipher: IkeV2CipherName
  readonly integrity: IkeV2IntegrityName | null
}

/** SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr). */
export const deriveIkeV2Keys = (input: IkeV2KeyInput): IkeV2Keys => {
  const forPrf = prfInfo(input.prf).keyLength
  const forIntegrity = input.integrity === null ? 0 : ikeV2IntegrityInfo(input.integrity).keyLength
  const forCipher = ikeV2CipherInfo(input.cipher).keyLength
  const lengths = [forPrf, forIntegrity, forIntegrity, forCipher, forCipher, forPrf, forPrf]
  const seed = concat(input.ni, input.nr, input.spiI, input.spiR)
  const material = prfPlus(
    input.prf,
    input.skeyseed,
    seed,
    lengths.reduce((sum, length) => sum + length, 0),
  )
  let offset = 0
  const next = (length: number): Uint8Array => {
    offset += length
    return material.slice(offset - length, offset)
  }
  return {
    skD: next(forPrf),
    skAi: next(forIntegrity),
    skAr: next(forIntegrity),
    skEi: next(forCipher),
    skEr: next(forCipher),
    skPi: next(forPrf),
    skPr: next(forPrf),
  }
}

/** KEYMAT of a child SA: prf+(SK_d, [g^ir |] Ni | Nr). `shared` is null without PFS. */
export const ikeV2Keymat = (input: {
  readonly prf: PrfName
  readonly skD: Uint8Array
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly shared: Uint8Array | null
  readonly length: number
}): Uint8Array => {
  const { shared, ni, nr } = input
  return prfPlus(input.prf, input.skD, shared === null ? concat(ni, nr) : concat(shared, ni, nr), input.length)
}
