import { Reader, Writer } from './bytes.ts'
import { internetChecksum } from './internet-checksum.ts'
import { acceptPacket, type DecodedPacket, rejectPacket } from './packet.ts'

/** The protocol type of IPv4 inside GRE: its EtherType. */
export const greProtocolIpv4 = 0x0800

/** A GRE packet, RFC 2784. */
export interface GrePacket {
  readonly protocol: number
  /** Whether the header carries a checksum over the packet; it is right where the packet was decoded. */
  readonly checksummed: boolean
  readonly payload: Uint8Array
}

const checksumBit = 0x8000
/** Bits 1 to 5: routing, key and sequence of RFC 1701 and RFC 2890, which a receiver without them discards (§2.3). */
const unsupportedBits = 0x7c00
const versionBits = 0x0007
const shortLength = 4
const longLength = 8
const checksumOffset = 4

/**
 * The payload aliases `bytes`.
 * ```
 * |C|       Reserved0       | Ver |         Protocol Type         |
 * |      Checksum (C)             |       Reserved1 (C)           |
 * ```
 */
export const decodeGre = (bytes: Uint8Array): DecodedPacket<GrePacket> => {
  const reader = new Reader(bytes)
  const flags = reader.u16()
  const protocol = reader.u16()
  const checksummed = (flags & checksumBit) !== 0
  const headerLength = checksummed ? longLength : shortLength
  if (bytes.length < headerLength)
    return rejectPacket('gre', 'truncated', bytes.length, `${bytes.length} octets, the header is ${headerLength}`)
  if ((flags & versionBits) !== 0)
    return rejectPacket('gre', 'bad-version', 1, `version ${flags & versionBits}, expected 0`)
  if ((flags & unsupportedBits) !== 0)
    return rejectPacket('gre', 'unsupported', 0, 'a key, a sequence number or a route')
  if (checksummed && internetChecksum(bytes) !== 0)
    return rejectPacket('gre', 'bad-checksum', checksumOffset, 'the checksum is wrong')
  return acceptPacket({ protocol, checksummed, payload: bytes.subarray(headerLength) })
}

export const encodeGre = (packet: GrePacket): Uint8Array => {
  const writer = new Writer((packet.checksummed ? longLength : shortLength) + packet.payload.length)
  writer.u16(packet.checksummed ? checksumBit : 0)
  writer.u16(packet.protocol)
  if (packet.checksummed) writer.u32(0)
  writer.bytes(packet.payload)
  if (packet.checksummed) writer.patchU16(checksumOffset, internetChecksum(writer.view()))
  return writer.finish()
}
