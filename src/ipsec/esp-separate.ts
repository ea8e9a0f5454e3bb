import {
  cbcDecrypt,
  cbcEncrypt,
  cipherInfo,
  type EspIntegrityName,
  equalConstantTime,
  espIntegrityInfo,
  icv,
} from '../crypto/index.ts'
import { concat, espHeaderLength } from '../wire/index.ts'
import { authentications, type SeparateProtection } from './algorithms.ts'
import type { SecurityAssociation } from './security-association.ts'

/**
 * A cipher and an authenticator, each with its key, either of which may be missing: CBC (RFC 2451, RFC 3602) or NULL
 * (RFC 2410), with HMAC (RFC 2403, RFC 2404, RFC 4868).
 */

const integrityOf = ({ authentication }: SecurityAssociation): EspIntegrityName | null =>
  authentication === null ? null : authentications[authentication].integrity

/** IV, ciphertext and ICV, which covers the header too. `plain`: whole blocks. */
export const sealSeparate = (
  association: SecurityAssociation,
  protection: SeparateProtection,
  header: Uint8Array,
  iv: Uint8Array,
  plain: Uint8Array,
): Uint8Array => {
  const body = protection.kind === 'none' ? plain : cbcEncrypt(protection.cipher, association.encryptionKey, iv, plain)
  const integrity = integrityOf(association)
  return integrity === null
    ? concat(iv, body)
    : concat(iv, body, icv(integrity, association.authenticationKey, header, iv, body))
}

/** What was encrypted, trailer included; or why not. */
export const openSeparate = (
  association: SecurityAssociation,
  protection: SeparateProtection,
  packet: Uint8Array,
): Uint8Array | 'malformed' | 'icv-invalid' => {
  const integrity = integrityOf(association)
  const bodyStart = espHeaderLength + (protection.kind === 'none' ? 0 : cipherInfo(protection.cipher).blockLength)
  const bodyEnd = packet.length - (integrity === null ? 0 : espIntegrityInfo(integrity).icvLength)
  if (bodyEnd < bodyStart) return 'malformed'
  if (
    integrity !== null &&
    !equalConstantTime(
      icv(integrity, association.authenticationKey, packet.subarray(0, bodyEnd)),
      packet.subarray(bodyEnd),
    )
  )
    return 'icv-invalid'
  const body = packet.subarray(bodyStart, bodyEnd)
  if (protection.kind === 'none') return body
  const plain = cbcDecrypt(
    protection.cipher,
    association.encryptionKey,
    packet.subarray(espHeaderLength, bodyStart),
    body,
  )
  return plain.ok ? plain.value : 'malformed'
}
