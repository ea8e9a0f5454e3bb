import { type CipherName, cipherInfo, type EspIntegrityName, espIntegrityInfo } from '../crypto/index.ts'
import { authenticationAlgorithm, espTransformId } from '../wire/index.ts'
import type { EspAuthentication, EspEncryption } from './configuration.ts'

/** ESP's algorithms: IOS's names, the registries' numbers (RFC 2407 §4.4.4, §4.5), and what computes them. */

interface Encryption {
  readonly transformId: number
  readonly keyBits?: number
  /** null: esp-null. */
  readonly cipher: CipherName | null
  readonly debugName: string
}

export const encryptions: Readonly<Record<EspEncryption, Encryption>> = {
  'esp-des': { transformId: espTransformId.DES, cipher: 'des', debugName: 'ESP_DES' },
  'esp-3des': { transformId: espTransformId['3DES'], cipher: '3des', debugName: 'ESP_3DES' },
  'esp-null': { transformId: espTransformId.NULL, cipher: null, debugName: 'ESP_NULL' },
  'esp-aes 128': { transformId: espTransformId.AES_CBC, keyBits: 128, cipher: 'aes128', debugName: 'ESP_AES' },
  'esp-aes 192': { transformId: espTransformId.AES_CBC, keyBits: 192, cipher: 'aes192', debugName: 'ESP_AES' },
  'esp-aes 256': { transformId: espTransformId.AES_CBC, keyBits: 256, cipher: 'aes256', debugName: 'ESP_AES' },
}

interface Authentication {
  readonly attribute: number
  readonly integrity: EspIntegrityName
  readonly debugName: string
}

export const authentications: Readonly<Record<EspAuthentication, Authentication>> = {
  'esp-md5-hmac': { attribute: authenticationAlgorithm.HMAC_MD5, integrity: 'hmac-md5-96', debugName: 'HMAC-MD5' },
  'esp-sha-hmac': { attribute: authenticationAlgorithm.HMAC_SHA, integrity: 'hmac-sha1-96', debugName: 'HMAC-SHA' },
  'esp-sha256-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_256,
    integrity: 'hmac-sha256-128',
    debugName: 'HMAC-SHA256',
  },
  'esp-sha384-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_384,
    integrity: 'hmac-sha384-192',
    debugName: 'HMAC-SHA384',
  },
  'esp-sha512-hmac': {
    attribute: authenticationAlgorithm.HMAC_SHA2_512,
    integrity: 'hmac-sha512-256',
    debugName: 'HMAC-SHA512',
  },
}

export interface EspAlgorithms {
  readonly encryption: EspEncryption
  readonly authentication: EspAuthentication | null
}

/** Octets of key for each part, and for one direction together (RFC 2409 §5.5: encryption first). */
export const keyLengths = ({
  encryption,
  authentication,
}: EspAlgorithms): { readonly encryption: number; readonly authentication: number; readonly total: number } => {
  const { cipher } = encryptions[encryption]
  const forCipher = cipher === null ? 0 : cipherInfo(cipher).keyLength
  const forIntegrity =
    authentication === null ? 0 : espIntegrityInfo(authentications[authentication].integrity).keyLength
  return { encryption: forCipher, authentication: forIntegrity, total: forCipher + forIntegrity }
}

/** As IOS prints a transform set: a 128-bit key is not said. */
export const transformText = ({ encryption, authentication }: EspAlgorithms): string =>
  [encryption === 'esp-aes 128' ? 'esp-aes' : encryption, authentication].filter((part) => part !== null).join(' ')

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
