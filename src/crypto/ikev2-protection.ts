import { concat } from '../wire/index.ts'
import { type AeadName, aeadOpen, aeadSeal } from './aead.ts'
import { aesCmac, aesXcbc } from './aes-mac.ts'
import { equalConstantTime } from './bytes.ts'
import { type CipherName, cbcDecrypt, cbcEncrypt, cipherInfo } from './cipher.ts'
import { type HashName, hmac } from './hash.ts'
import { accept, type CryptoResult, reject } from './result.ts'

/** What encrypts the SK payload, by the names of `crypto ikev2 proposal`; the AEAD ciphers have ICVs of 16 octets. */
export type IkeV2CipherName =
  | 'des'
  | '3des'
  | 'aes-cbc-128'
  | 'aes-cbc-192'
  | 'aes-cbc-256'
  | 'aes-gcm-128'
  | 'aes-gcm-192'
  | 'aes-gcm-256'
  | 'aes-ccm-128'
  | 'aes-ccm-192'
  | 'aes-ccm-256'
  | 'chacha20-poly1305'

export type IkeV2IntegrityName = HashName | 'aes-xcbc' | 'aes-cmac'

/** Lengths in octets. `keyLength` counts the salt, which stands at its end (RFC 5282 §7.1). */
export interface IkeV2CipherInfo {
  readonly keyLength: number
  readonly saltLength: number
  readonly ivLength: number
  readonly blockLength: number
  /** 0: an integrity algorithm goes with it. */
  readonly icvLength: number
  readonly aead: boolean
}

type CbcName = Extract<IkeV2CipherName, 'des' | '3des' | `aes-cbc-${string}`>
type AeadCipherName = Exclude<IkeV2CipherName, CbcName>

const cbcNames: Readonly<Record<CbcName, CipherName>> = {
  des: 'des',
  '3des': '3des',
  'aes-cbc-128': 'aes128',
  'aes-cbc-192': 'aes192',
  'aes-cbc-256': 'aes256',
}

const isCbc = (name: IkeV2CipherName): name is CbcName => Object.hasOwn(cbcNames, name)

const aead = (key: number, saltLength: number): IkeV2CipherInfo => ({
  keyLength: key + saltLength,
  saltLength,
  ivLength: 8,
  blockLength: 1,
  icvLength: 16,
  aead: true,
})

const aeads: Readonly<Record<AeadCipherName, IkeV2CipherInfo>> = {
  'aes-gcm-128': aead(16, 4),
  'aes-gcm-192': aead(24, 4),
  'aes-gcm-256': aead(32, 4),
  'aes-ccm-128': aead(16, 3),
  'aes-ccm-192': aead(24, 3),
  'aes-ccm-256': aead(32, 3),
  'chacha20-poly1305': aead(32, 4),
}

export const ikeV2CipherInfo = (name: IkeV2CipherName): IkeV2CipherInfo => {
  if (!isCbc(name)) return aeads[name]
  const { keyLength, blockLength } = cipherInfo(cbcNames[name])
  return { keyLength, saltLength: 0, ivLength: blockLength, blockLength, icvLength: 0, aead: false }
}

/** Lengths in octets (RFC 2403, RFC 2404, RFC 3566, RFC 4494, RFC 4868). */
export interface IkeV2IntegrityInfo {
  readonly keyLength: number
  readonly icvLength: number
}

const integrities: Readonly<Record<IkeV2IntegrityName, IkeV2IntegrityInfo>> = {
  md5: { keyLength: 16, icvLength: 12 },
  sha1: { keyLength: 20, icvLength: 12 },
  sha256: { keyLength: 32, icvLength: 16 },
  sha384: { keyLength: 48, icvLength: 24 },
  sha512: { keyLength: 64, icvLength: 32 },
  'aes-xcbc': { keyLength: 16, icvLength: 12 },
  'aes-cmac': { keyLength: 16, icvLength: 12 },
}

export const ikeV2IntegrityInfo = (name: IkeV2IntegrityName): IkeV2IntegrityInfo => integrities[name]

const checksum = (name: IkeV2IntegrityName, key: Uint8Array, data: Uint8Array): Uint8Array => {
  const full =
    name === 'aes-xcbc' ? aesXcbc(key, data) : name === 'aes-cmac' ? aesCmac(key, data) : hmac(name, key, data)
  return full.subarray(0, integrities[name].icvLength)
}

/** The keys of one direction of an IKE SA. `integrity` is null with an AEAD cipher, and its key empty. */
export interface IkeV2Protection {
  readonly cipher: IkeV2CipherName
  readonly integrity: IkeV2IntegrityName | null
  readonly encryptionKey: Uint8Array
  readonly integrityKey: Uint8Array
}

const icvLengthOf = ({ cipher, integrity }: IkeV2Protection): number =>
  ikeV2CipherInfo(cipher).icvLength + (integrity === null ? 0 : integrities[integrity].icvLength)

/** Padding and its length fill the block (RFC 7296 §3.14); a cipher without blocks has the length alone. */
const paddedLength = (plaintext: number, blockLength: number): number =>
  Math.ceil((plaintext + 1) / blockLength) * blockLength

/** Octets of IV, ciphertext and ICV around so many octets of plaintext. */
export const ikeV2DataLength = (protection: IkeV2Protection, plaintextLength: number): number => {
  const { ivLength, blockLength } = ikeV2CipherInfo(protection.cipher)
  return ivLength + paddedLength(plaintextLength, blockLength) + icvLengthOf(protection)
}

const algorithmOf = (name: AeadCipherName): AeadName =>
  name === 'chacha20-poly1305' ? name : name.startsWith('aes-gcm') ? 'aes-gcm' : 'aes-ccm'

/** The salt stands at the end of the keys, and before the IV in the nonce. */
const keyAndNonce = (name: AeadCipherName, keys: Uint8Array, iv: Uint8Array) => {
  const { keyLength, saltLength } = aeads[name]
  const split = keyLength - saltLength
  return [keys.subarray(0, split), concat(keys.subarray(split), iv)] as const
}

/**
 * The whole message around a plaintext: head, IV, ciphertext, ICV. `head` is everything before the IV with its lengths
 * as they will be; `iv` has `ivLength` octets. Throws where it has not: that is the caller's to know.
 */
export const sealIkeV2 = (
  protection: IkeV2Protection,
  head: Uint8Array,
  iv: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array => {
  const { cipher, integrity, encryptionKey, integrityKey } = protection
  const { ivLength, blockLength } = ikeV2CipherInfo(cipher)
  if (iv.length !== ivLength) throw new RangeError(`an IV of ${iv.length} octets where ${ivLength} are needed`)
  const padded = new Uint8Array(paddedLength(plaintext.length, blockLength))
  padded.set(plaintext)
  padded[padded.length - 1] = padded.length - plaintext.length - 1
  if (!isCbc(cipher))
    return concat(head, iv, aeadSeal(algorithmOf(cipher), ...keyAndNonce(cipher, encryptionKey, iv), head, padded))
  const covered = concat(head, iv, cbcEncrypt(cbcNames[cipher], encryptionKey, iv, padded))
  return integrity === null ? covered : concat(covered, checksum(integrity, integrityKey, covered))
}

/**
 * The plaintext of a message whose IV begins at `dataOffset`. Integrity first, in constant time; only then decryption
 * and padding (attacks E2). Nothing is handed out of a message that is not authentic.
 */
export const openIkeV2 = (
  protection: IkeV2Protection,
  message: Uint8Array,
  dataOffset: number,
): CryptoResult<Uint8Array> => {
  const { cipher, integrity, encryptionKey, integrityKey } = protection
  const { ivLength } = ikeV2CipherInfo(cipher)
  const icvLength = icvLengthOf(protection)
  if (message.length - dataOffset < ivLength + icvLength + 1)
    return reject('not-whole-blocks', `${message.length - dataOffset} octets hold no IV, ciphertext and ICV`)
  const bodyStart = dataOffset + ivLength
  const iv = message.subarray(dataOffset, bodyStart)
  if (!isCbc(cipher)) {
    const [key, nonce] = keyAndNonce(cipher, encryptionKey, iv)
    const head = message.subarray(0, dataOffset)
    const opened = aeadOpen(algorithmOf(cipher), key, nonce, head, message.subarray(bodyStart))
    return opened.ok ? withoutPadding(opened.value) : opened
  }
  const end = message.length - icvLength
  if (
    integrity !== null &&
    !equalConstantTime(checksum(integrity, integrityKey, message.subarray(0, end)), message.subarray(end))
  )
    return reject('tag-invalid', 'the message is not authentic')
  const opened = cbcDecrypt(cbcNames[cipher], encryptionKey, iv, message.subarray(bodyStart, end))
  return opened.ok ? withoutPadding(opened.value) : opened
}

/** What the padding holds is not checked: any content is allowed (RFC 7296 §3.14). */
const withoutPadding = (padded: Uint8Array): CryptoResult<Uint8Array> => {
  const length = padded.length - 1 - (padded.at(-1) ?? 0)
  return length < 0
    ? reject('not-whole-blocks', 'the padding is longer than the payload')
    : accept(padded.slice(0, length))
}
