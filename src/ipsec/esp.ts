import { cbcDecrypt, cbcEncrypt, cipherInfo, equalConstantTime, espIntegrityInfo, icv } from '../crypto/index.ts'
import { concat, decodeEsp, u32At } from '../wire/index.ts'
import { authentications, encryptions } from './algorithms.ts'
import { mayBeNew, withSequence } from './replay-window.ts'
import type { SecurityAssociation } from './security-association.ts'

/** ESP (RFC 4303): CBC with HMAC, or HMAC alone with esp-null. */

const maxSequence = 0xffffffff

/** Octets of IV that `sealEsp` needs. */
export const ivLength = ({ encryption }: SecurityAssociation): number => {
  const { cipher } = encryptions[encryption]
  return cipher === null ? 0 : cipherInfo(cipher).blockLength
}

const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

/** Padding 1, 2, 3 … to the block, then its length and the next header (RFC 4303 §2.4). */
const trailer = (payload: number, blockLength: number, nextHeader: number): Uint8Array => {
  const align = Math.max(blockLength, 4)
  const padding = (align - ((payload + 2) % align)) % align
  return Uint8Array.from({ length: padding + 2 }, (_, index) =>
    index < padding ? index + 1 : index === padding ? padding : nextHeader,
  )
}

export type Sealed =
  | { readonly ok: true; readonly packet: Uint8Array; readonly association: SecurityAssociation }
  | { readonly ok: false; readonly reason: string }

/** Builds the ESP packet around `inner`. `nextHeader` 4: an IPv4 packet (tunnel mode). `iv` must be unpredictable, `ivLength` octets. */
export const sealEsp = (
  association: SecurityAssociation,
  inner: Uint8Array,
  nextHeader: number,
  iv: Uint8Array,
): Sealed => {
  if (association.sequence >= maxSequence) return { ok: false, reason: 'sequence-numbers-used-up' }
  const sequence = association.sequence + 1
  const { cipher } = encryptions[association.encryption]
  const block = ivLength(association)
  if (iv.length !== block) throw new Error(`an IV of ${iv.length} octets where ${block} are needed`)
  const plain = concat(inner, trailer(inner.length, block, nextHeader))
  const body = cipher === null ? plain : cbcEncrypt(cipher, association.encryptionKey, iv, plain)
  const covered = concat(association.spi, u32(sequence), iv, body)
  const packet =
    association.authentication === null
      ? covered
      : concat(
          covered,
          icv(authentications[association.authentication].integrity, association.authenticationKey, covered),
        )
  return {
    ok: true,
    packet,
    association: {
      ...association,
      sequence,
      octets: association.octets + inner.length,
      packets: association.packets + 1,
    },
  }
}

export type Opened =
  | {
      readonly ok: true
      readonly inner: Uint8Array
      readonly nextHeader: number
      readonly sequence: number
      readonly association: SecurityAssociation
    }
  | { readonly ok: false; readonly reason: 'malformed' | 'replayed' | 'icv-invalid' | 'padding-invalid' }

/** Opens an ESP packet: replay, then ICV, and only then decryption and padding (attacks E1, E2). A refused packet leaves the SA as it was. */
export const openEsp = (association: SecurityAssociation, packet: Uint8Array): Opened => {
  const decoded = decodeEsp(packet)
  if (!decoded.ok) return { ok: false, reason: 'malformed' }
  const sequence = u32At(packet, 4)
  if (!mayBeNew(association.replay, sequence)) return { ok: false, reason: 'replayed' }
  const integrity = association.authentication === null ? null : authentications[association.authentication].integrity
  const icvLength = integrity === null ? 0 : espIntegrityInfo(integrity).icvLength
  const block = ivLength(association)
  const bodyStart = 8 + block
  const bodyEnd = packet.length - icvLength
  if (bodyEnd - bodyStart < 2) return { ok: false, reason: 'malformed' }
  if (
    integrity !== null &&
    !equalConstantTime(
      icv(integrity, association.authenticationKey, packet.subarray(0, bodyEnd)),
      packet.subarray(bodyEnd),
    )
  )
    return { ok: false, reason: 'icv-invalid' }
  const { cipher } = encryptions[association.encryption]
  const body = packet.subarray(bodyStart, bodyEnd)
  const opened =
    cipher === null
      ? { ok: true as const, value: body }
      : cbcDecrypt(cipher, association.encryptionKey, packet.subarray(8, bodyStart), body)
  if (!opened.ok) return { ok: false, reason: 'malformed' }
  const plain = opened.value
  const padding = plain[plain.length - 2] ?? 0
  const nextHeader = plain[plain.length - 1] ?? 0
  const end = plain.length - 2 - padding
  if (end < 0) return { ok: false, reason: 'padding-invalid' }
  for (let index = 0; index < padding; index += 1)
    if (plain[end + index] !== index + 1) return { ok: false, reason: 'padding-invalid' }
  const inner = plain.slice(0, end)
  return {
    ok: true,
    inner,
    nextHeader,
    sequence,
    association: {
      ...association,
      replay: withSequence(association.replay, sequence),
      octets: association.octets + inner.length,
      packets: association.packets + 1,
    },
  }
}
