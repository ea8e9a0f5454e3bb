import { cipherInfo } from '../crypto/index.ts'
import { concat, decodeEsp, u32At, u32Bytes } from '../wire/index.ts'
import { encryptions } from './algorithms.ts'
import { openCombined, sealCombined } from './esp-combined.ts'
import { openSeparate, sealSeparate } from './esp-separate.ts'
import { mayBeNew, withSequence } from './replay-window.ts'
import type { SecurityAssociation } from './security-association.ts'

/** ESP (RFC 4303): sequence numbers, replay and padding around what the algorithms do. */

const maxSequence = 0xffffffff
/** Octets behind the padding: its length, and the next header. */
const trailerLength = 2
/** The trailer ends on a boundary of four octets, whatever the cipher (RFC 4303 §2.4). */
const alignment = 4

/** Octets of the block that the padding fills; 1 where the cipher has none. */
const blockLength = ({ encryption }: SecurityAssociation): number => {
  const { protection } = encryptions[encryption]
  return protection.kind === 'cbc' ? cipherInfo(protection.cipher).blockLength : 1
}

/** Octets of unpredictable IV that `sealEsp` needs: none where the IV is a counter. */
export const ivLength = ({ encryption }: SecurityAssociation): number => {
  const { protection } = encryptions[encryption]
  return protection.kind === 'cbc' ? cipherInfo(protection.cipher).blockLength : 0
}

/** Padding 1, 2, 3 … to the block, then its length and the next header (RFC 4303 §2.4). */
const trailer = (payload: number, block: number, nextHeader: number): Uint8Array => {
  const align = Math.max(block, alignment)
  const padding = (align - ((payload + trailerLength) % align)) % align
  const octets = new Uint8Array(padding + trailerLength)
  for (let index = 0; index < padding; index += 1) octets[index] = index + 1
  octets[padding] = padding
  octets[padding + 1] = nextHeader
  return octets
}

/** Without extended sequence numbers the counter never turns over: the SA ends first (RFC 4303 §3.3.3; attacks E1). */
export type SealRefusal = 'sequence-numbers-used-up'

export type Sealed =
  | { readonly ok: true; readonly packet: Uint8Array; readonly association: SecurityAssociation }
  | { readonly ok: false; readonly reason: SealRefusal }

/**
 * Builds the ESP packet around `inner`. `nextHeader` 4: an IPv4 packet (tunnel mode). `iv`: `ivLength` unpredictable
 * octets; throws where there are more or fewer.
 */
export const sealEsp = (
  association: SecurityAssociation,
  inner: Uint8Array,
  nextHeader: number,
  iv: Uint8Array,
): Sealed => {
  if (association.sequence >= maxSequence) return { ok: false, reason: 'sequence-numbers-used-up' }
  const sequence = association.sequence + 1
  if (iv.length !== ivLength(association))
    throw new RangeError(`an IV of ${iv.length} octets where ${ivLength(association)} are needed`)
  const plain = concat(inner, trailer(inner.length, blockLength(association), nextHeader))
  const header = concat(association.spi, u32Bytes(sequence))
  const { protection } = encryptions[association.encryption]
  const body =
    protection.kind === 'combined'
      ? sealCombined(association, protection, header, plain)
      : sealSeparate(association, protection, header, iv, plain)
  return {
    ok: true,
    packet: concat(header, body),
    association: {
      ...association,
      sequence,
      octets: association.octets + inner.length,
      packets: association.packets + 1,
    },
  }
}

export type OpenRefusal = 'malformed' | 'other-spi' | 'replayed' | 'icv-invalid' | 'padding-invalid'

export type Opened =
  | {
      readonly ok: true
      readonly inner: Uint8Array
      readonly nextHeader: number
      readonly sequence: number
      readonly association: SecurityAssociation
    }
  | { readonly ok: false; readonly reason: OpenRefusal }

/** What the padding of a decrypted payload says, or null where it is not 1, 2, 3 … (RFC 4303 §2.4). */
const withoutTrailer = (plain: Uint8Array): { readonly inner: Uint8Array; readonly nextHeader: number } | null => {
  const [padding = 0, nextHeader = 0] = plain.subarray(-trailerLength)
  const end = plain.length - trailerLength - padding
  if (end < 0) return null
  for (let index = 0; index < padding; index += 1) if (plain[end + index] !== index + 1) return null
  return { inner: plain.slice(0, end), nextHeader }
}

/**
 * Opens an ESP packet that begins with its SPI: replay, then the ICV in constant time, and only then what was encrypted,
 * and its padding (attacks E1, E2). A packet that is refused leaves the SA as it was.
 */
export const openEsp = (association: SecurityAssociation, packet: Uint8Array): Opened => {
  const decoded = decodeEsp(packet)
  if (!decoded.ok) return { ok: false, reason: 'malformed' }
  const { spi, sequence } = decoded.value
  if (spi !== u32At(association.spi, 0)) return { ok: false, reason: 'other-spi' }
  if (!mayBeNew(association.replay, sequence)) return { ok: false, reason: 'replayed' }
  const { protection } = encryptions[association.encryption]
  const plain =
    protection.kind === 'combined'
      ? openCombined(association, protection, packet)
      : openSeparate(association, protection, packet)
  if (typeof plain === 'string') return { ok: false, reason: plain }
  if (plain.length < trailerLength) return { ok: false, reason: 'malformed' }
  const read = withoutTrailer(plain)
  if (!read) return { ok: false, reason: 'padding-invalid' }
  return {
    ok: true,
    ...read,
    sequence,
    association: {
      ...association,
      replay: withSequence(association.replay, sequence),
      octets: association.octets + read.inner.length,
      packets: association.packets + 1,
    },
  }
}
