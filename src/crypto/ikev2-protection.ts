import { concat } from '../wire/index.ts'
import { type AeadName, aeadOpen, aeadSeal, aeadTagLength } from './aead.ts'
import { equalConstantTime } from './bytes.ts'
import { type CipherName, cbcDecrypt, cbcEncrypt, cipherInfo } from './cipher.ts'
import { type EspIntegrityName, espIntegrityInfo, icv } from './esp-integrity.ts'
import type { HashName } from './hash.ts'
import { accept, type CryptoResult, reject } from './result.ts'

type CbcCipher = 'des' | '3des' | `aes-cbc-${128 | 192 | 256}`
type AeadCipher = `aes-${'gcm' | 'ccm' | 'ccm-8'}-${128 | 192 | 256}` | 'chacha20-poly1305'

/** What encrypts the SK payload, by the names of `crypto ikev2 proposal`; the AEAD ciphers have ICVs of 16 octets, those of `ccm-8` of 8. */
export type IkeV2CipherName = CbcCipher | AeadCipher

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

const cbcNames: Readonly<Record<CbcCipher, CipherName>> = {
  des: 'des',
  '3des': '3des',
  'aes-cbc-128': 'aes128',
  'aes-cbc-192': 'aes192',
  'aes-cbc-256': 'aes256',
}

const isCbc = (name: IkeV2CipherName): name is CbcCipher => Object.hasOwn(cbcNames, name)

interface AeadLengths {
  readonly algorithm: AeadName
  /** Of the key alone. */
  readonly keyOctets: number
  readonly saltLength: number
}

/** RFC 4106 §4, RFC 4309 §4, RFC 7634 §2. */
const aeads: Readonly<Record<AeadCipher, AeadLengths>> = {
  'aes-gcm-128': { algorithm: 'aes-gcm', keyOctets: 16, saltLength: 4 },
  'aes-gcm-192': { algorithm: 'aes-gcm', keyOctets: 24, saltLength: 4 },
  'aes-gcm-256': { algorithm: 'aes-gcm', keyOctets: 32, saltLength: 4 },
  'aes-ccm-128': { algorithm: 'aes-ccm', keyOctets: 16, saltLength: 3 },
  'aes-ccm-192': { algorithm: 'aes-ccm', keyOctets: 24, saltLength: 3 },
  'aes-ccm-256': { algorithm: 'aes-ccm', keyOctets: 32, saltLength: 3 },
  'aes-ccm-8-128': { algorithm: 'aes-ccm-8', keyOctets: 16, saltLength: 3 },
  'aes-ccm-8-192': { algorithm: 'aes-ccm-8', keyOctets: 24, saltLength: 3 },
  'aes-ccm-8-256': { algorithm: 'aes-ccm-8', keyOctets: 32, saltLength: 3 },
  'chacha20-poly1305': { algorithm: 'chacha20-poly1305', keyOctets: 32, saltLength: 4 },
}

const aeadIvLength = 8

export const ikeV2CipherInfo = (name: IkeV2CipherName): IkeV2CipherInfo => {
  if (!isCbc(name)) {
    const { algorithm, keyOctets, saltLength } = aeads[name]
    return {
      keyLength: keyOctets + saltLength,
      saltLength,
      ivLength: aeadIvLength,
      blockLength: 1,
      icvLength: aeadTagLength(algorithm),
      aead: true,
    }
  }
  const { keyLength, blockLength } = cipherInfo(cbcNames[name])
  return { keyLength, saltLength: 0, ivLength: blockLength, blockLength, icvLength: 0, aead: false }
}

/** Lengths in octets (RFC 2403, RFC 2404, RFC 3566, RFC 4494, RFC 4868). */
export interface IkeV2IntegrityInfo {
  readonly keyLength: number
  readonly icvLength: number
}

const integrities: Readonly<Record<IkeV2IntegrityName, EspIntegrityName>> = {
  md5: 'hmac-md5-96',
  sha1: 'hmac-sha1-96',
  sha256: 'hmac-sha256-128',
  sha384: 'hmac-sha384-192',
  sha512: 'hmac-sha512-256',
  'aes-xcbc': 'aes-xcbc-96',
  'aes-cmac': 'aes-cmac-96',
}

export const ikeV2IntegrityInfo = (name: IkeV2IntegrityName): IkeV2IntegrityInfo => espIntegrityInfo(integrities[name])

/** The keys of one direction of an IKE SA. `integrity` is null with an AEAD cipher, and its key empty. */
export interface IkeV2Protection {
  readonly cipher: IkeV2CipherName
  readonly integrity: IkeV2IntegrityName | null
  readonly encryptionKey: Uint8Array
  readonly integrityKey: Uint8Array
}

/** What protects a message, cipher and integrity together. */
type Layers =
  | { readonly kind: 'aead'; readonly cipher: AeadName; readonly saltAt: number }
  | { readonly kind: 'cbc'; readonly cipher: CipherName; readonly integrity: EspIntegrityName }

/** Encryption without integrity must not be, and AEAD takes none beside it: who asks for either is wrong. */
const layersOf = ({ cipher, integrity }: IkeV2Protection): Layers => {
  if (isCbc(cipher) && integrity !== null)
    return { kind: 'cbc', cipher: cbcNames[cipher], integrity: integrities[integrity] }
  if (!isCbc(cipher) && integrity === null)
    return { kind: 'aead', cipher: aeads[cipher].algorithm, saltAt: aeads[cipher].keyOctets }
  throw new RangeError(`${cipher} does not go with ${integrity ?? 'no'} integrity`)
}

const icvLengthOf = (layers: Layers): number =>
  layers.kind === 'aead' ? aeadTagLength(layers.cipher) : espIntegrityInfo(layers.integrity).icvLength

/** Padding and its length fill the block (RFC 7296 §3.14); a cipher without blocks has the length alone. */
const paddedLength = (plaintext: number, blockLength: number): number =>
  Math.ceil((plaintext + 1) / blockLength) * blockLength

/** Octets of IV, ciphertext and ICV around so many octets of plaintext. */
export const ikeV2DataLength = (protection: IkeV2Protection, plaintextLength: number): number => {
  const { ivLength, blockLength } = ikeV2CipherInfo(protection.cipher)
  return ivLength + paddedLength(plaintextLength, blockLength) + icvLengthOf(layersOf(protection))
}

/** The whole of an AEAD nonce: salt, then IV. */
const nonceOf = (encryptionKey: Uint8Array, saltAt: number, iv: Uint8Array): Uint8Array =>
  concat(encryptionKey.subarray(saltAt), iv)

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
  const { encryptionKey, integrityKey } = protection
  const { ivLength, blockLength } = ikeV2CipherInfo(protection.cipher)
  if (iv.length !== ivLength) throw new RangeError(`an IV of ${iv.length} octets where ${ivLength} are needed`)
  const layers = layersOf(protection)
  const padded = new Uint8Array(paddedLength(plaintext.length, blockLength))
  padded.set(plaintext)
  padded[padded.length - 1] = padded.length - plaintext.length - 1
  if (layers.kind === 'aead') {
    const key = encryptionKey.subarray(0, layers.saltAt)
    const nonce = nonceOf(encryptionKey, layers.saltAt, iv)
    return concat(head, iv, aeadSeal(layers.cipher, key, nonce, head, padded))
  }
  const covered = concat(head, iv, cbcEncrypt(layers.cipher, encryptionKey, iv, padded))
  return concat(covered, icv(layers.integrity, integrityKey, covered))
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
  const { encryptionKey, integrityKey } = protection
  const { ivLength } = ikeV2CipherInfo(protection.cipher)
  const layers = layersOf(protection)
  const icvLength = icvLengthOf(layers)
  if (message.length - dataOffset < ivLength + icvLength)
    return reject('not-whole-blocks', `${message.length - dataOffset} octets hold no IV and ICV`)
  const bodyStart = dataOffset + ivLength
  const iv = message.subarray(dataOffset, bodyStart)
  if (layers.kind === 'aead') {
    const key = encryptionKey.subarray(0, layers.saltAt)
    const nonce = nonceOf(encryptionKey, layers.saltAt, iv)
    const head = message.subarray(0, dataOffset)
    const opened = aeadOpen(layers.cipher, key, nonce, head, message.subarray(bodyStart))
    return opened.ok ? withoutPadding(opened.value) : opened
  }
  const end = message.length - icvLength
  if (!equalConstantTime(icv(layers.integrity, integrityKey, message.subarray(0, end)), message.subarray(end)))
    return reject('tag-invalid', 'the message is not authentic')
  const opened = cbcDecrypt(layers.cipher, encryptionKey, iv, message.subarray(bodyStart, end))
  return opened.ok ? withoutPadding(opened.value) : opened
}

/** What the padding holds is not checked: any content is allowed (RFC 7296 §3.14). */
const withoutPadding = (padded: Uint8Array): CryptoResult<Uint8Array> => {
  const length = padded.length - 1 - (padded.at(-1) ?? 0)
  return length < 0
    ? reject('not-whole-blocks', 'the padding is longer than the payload')
    : accept(padded.slice(0, length))
}
