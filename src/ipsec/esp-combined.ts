import { aeadOpen, aeadSeal } from '../crypto/index.ts'
import { concat, espHeaderLength } from '../wire/index.ts'
import type { CombinedProtection } from './algorithms.ts'
import type { SecurityAssociation } from './security-association.ts'

/**
 * Ciphers that authenticate: AES-GCM with an ICV of 16 octets (RFC 4106), and AES-GMAC, which authenticates only (RFC
 * 4543).
 *
 * The nonce is the salt and the IV of eight octets. A nonce that is used twice under one key breaks both, so the IV is
 * the sequence number, which no SA uses twice (attacks E4; RFC 8750 §2 makes the same choice). What a peer puts there is
 * its own affair.
 */

/** Octets on the wire. */
export const combinedLengths = { iv: 8, icv: 16 } as const
const nothing = new Uint8Array(0)

const keyAndNonce = (
  { encryptionKey }: SecurityAssociation,
  { keyLength }: CombinedProtection,
  iv: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } => ({
  key: encryptionKey.subarray(0, keyLength),
  nonce: concat(encryptionKey.subarray(keyLength), iv),
})

/** IV, ciphertext and ICV. `header`: SPI and sequence number. */
export const sealCombined = (
  association: SecurityAssociation,
  protection: CombinedProtection,
  header: Uint8Array,
  plain: Uint8Array,
): Uint8Array => {
  const iv = concat(new Uint8Array(4), header.subarray(4))
  const { key, nonce } = keyAndNonce(association, protection, iv)
  return protection.mode === 'gcm'
    ? concat(iv, aeadSeal('aes-gcm', key, nonce, header, plain))
    : concat(iv, plain, aeadSeal('aes-gcm', key, nonce, concat(header, iv, plain), nothing))
}

/** What was protected, trailer included; or why not. */
export const openCombined = (
  association: SecurityAssociation,
  protection: CombinedProtection,
  packet: Uint8Array,
): Uint8Array | 'malformed' | 'icv-invalid' => {
  const bodyStart = espHeaderLength + combinedLengths.iv
  const bodyEnd = packet.length - combinedLengths.icv
  if (bodyEnd < bodyStart) return 'malformed'
  const { key, nonce } = keyAndNonce(association, protection, packet.subarray(espHeaderLength, bodyStart))
  if (protection.mode === 'gmac') {
    const opened = aeadOpen('aes-gcm', key, nonce, packet.subarray(0, bodyEnd), packet.subarray(bodyEnd))
    return opened.ok ? packet.subarray(bodyStart, bodyEnd) : 'icv-invalid'
  }
  const opened = aeadOpen('aes-gcm', key, nonce, packet.subarray(0, espHeaderLength), packet.subarray(bodyStart))
  return opened.ok ? opened.value : 'icv-invalid'
}
