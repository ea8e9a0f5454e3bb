import { type CipherName, cbcDecrypt, cipherInfo, type HashName, phase1Iv, phase2Iv } from '../../crypto/index.ts'
import type { IkeV1Key } from '../../net/index.ts'
import {
  type Attribute,
  decodeClearMessage,
  decodeHeader,
  decodePayloads,
  encryptionAlgorithm,
  equalBytes,
  hashAlgorithm,
  headerLength,
  type IsakmpHeader,
  isEncrypted,
  type Payload,
  phase1Attribute,
  toHex,
} from '../../wire/index.ts'

interface Message {
  readonly header: IsakmpHeader
  /** Null where the key does not open it. */
  readonly payloads: readonly Payload[] | null
}

/** What the decryption of an SA needs to know of it. The last transform that was seen is the one that was agreed. */
interface Association {
  transform: readonly Attribute[]
  /** The bodies of the KE payloads, that of the initiator first. */
  readonly keyExchanges: Uint8Array[]
  /** The last ciphertext block of phase 1. */
  lastBlock: Uint8Array | null
  /** The last ciphertext block of each exchange of phase 2, by message id. */
  readonly chains: Map<number, Uint8Array>
}

const fixedCiphers: Readonly<Record<number, CipherName>> = {
  [encryptionAlgorithm.DES_CBC]: 'des',
  [encryptionAlgorithm['3DES_CBC']]: '3des',
}

const aesCiphers: Readonly<Record<number, CipherName>> = { 128: 'aes128', 192: 'aes192', 256: 'aes256' }

const hashes: Readonly<Record<number, HashName>> = {
  [hashAlgorithm.MD5]: 'md5',
  [hashAlgorithm.SHA]: 'sha1',
  [hashAlgorithm.SHA2_256]: 'sha256',
  [hashAlgorithm.SHA2_384]: 'sha384',
  [hashAlgorithm.SHA2_512]: 'sha512',
}

const smallestAesKey = 128

const attributeValue = (attributes: readonly Attribute[], type: number): number | undefined => {
  const found = attributes.find((attribute) => attribute.type === type)
  return found?.form === 'basic' ? found.value : undefined
}

const cipherOf = (attributes: readonly Attribute[]): CipherName | undefined => {
  const algorithm = attributeValue(attributes, phase1Attribute.ENCRYPTION_ALGORITHM) ?? 0
  return algorithm === encryptionAlgorithm.AES_CBC
    ? aesCiphers[attributeValue(attributes, phase1Attribute.KEY_LENGTH) ?? smallestAesKey]
    : fixedCiphers[algorithm]
}

/**
 * Reads the messages of main mode and of what follows it, in their order and each once: the IV of each is the last
 * ciphertext block of the one before it (RFC 2409 appendix B).
 */
export class IkeV1Decryption {
  readonly #keys: readonly IkeV1Key[]
  readonly #associations: Map<string, Association> = new Map()

  constructor(keys: readonly IkeV1Key[]) {
    this.#keys = keys
  }

  /** Null where the octets are no message of IKEv1. */
  read(message: Uint8Array): Message | null {
    const header = decodeHeader(message)
    if (!header.ok) return null
    const association = this.#of(header.value)
    if (isEncrypted(header.value))
      return { header: header.value, payloads: this.#open(association, header.value, message.subarray(headerLength)) }
    const clear = decodeClearMessage(message)
    if (!clear.ok) return null
    for (const payload of clear.value.payloads) {
      if (payload.type === 'KE') association.keyExchanges.push(payload.data)
      if (payload.type === 'SA') association.transform = payload.proposals[0]?.transforms[0]?.attributes ?? []
    }
    return clear.value
  }

  #of({ initiatorCookie }: IsakmpHeader): Association {
    const name = toHex(initiatorCookie)
    const known = this.#associations.get(name)
    if (known) return known
    const fresh: Association = { transform: [], keyExchanges: [], lastBlock: null, chains: new Map() }
    this.#associations.set(name, fresh)
    return fresh
  }

  #open(association: Association, header: IsakmpHeader, body: Uint8Array): readonly Payload[] | null {
    const key = this.#keys.find(({ cookieI }) => equalBytes(cookieI, header.initiatorCookie))?.key
    const cipher = cipherOf(association.transform)
    const hash = hashes[attributeValue(association.transform, phase1Attribute.HASH_ALGORITHM) ?? 0]
    const [gxi, gxr] = association.keyExchanges
    if (!key || !cipher || !hash || !gxi || !gxr) return null
    const { blockLength } = cipherInfo(cipher)
    const ofPhase1 = association.lastBlock ?? phase1Iv(hash, gxi, gxr, blockLength)
    const iv =
      header.messageId === 0
        ? ofPhase1
        : (association.chains.get(header.messageId) ?? phase2Iv(hash, ofPhase1, header.messageId, blockLength))
    const block = body.slice(-blockLength)
    if (header.messageId === 0) association.lastBlock = block
    else association.chains.set(header.messageId, block)
    const opened = cbcDecrypt(cipher, key, iv, body)
    if (!opened.ok) return null
    const chain = decodePayloads(header.nextPayload, opened.value)
    return chain.ok ? chain.value.payloads : null
  }
}
