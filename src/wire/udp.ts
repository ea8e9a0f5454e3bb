import { Reader, Writer } from './bytes.ts'
import { foldChecksum, onesSum } from './internet-checksum.ts'
import { type Ipv4Packet, ipProtocol, pseudoHeaderSum } from './ipv4.ts'
import { acceptPacket, type DecodedPacket, rejectPacket } from './packet.ts'

export interface UdpDatagram {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly payload: Uint8Array
}

type Addresses = Pick<Ipv4Packet, 'source' | 'destination'>

const headerLength = 8
const checksumOffset = 6

/**
 * RFC 768. The payload aliases `bytes`; a checksum of zero is none, any other is checked against `addresses`.
 * ```
 * |          Source Port          |       Destination Port        |
 * |            Length             |           Checksum            |
 * ```
 */
export const decodeUdp = (bytes: Uint8Array, addresses: Addresses): DecodedPacket<UdpDatagram> => {
  if (bytes.length < headerLength)
    return rejectPacket('udp', 'truncated', bytes.length, `${bytes.length} octets, a header is ${headerLength}`)
  const reader = new Reader(bytes)
  const sourcePort = reader.u16()
  const destinationPort = reader.u16()
  const length = reader.u16()
  const checksum = reader.u16()
  if (length < headerLength) return rejectPacket('udp', 'bad-length', 4, `length ${length}`)
  if (length > bytes.length)
    return rejectPacket('udp', 'truncated', 4, `length ${length}, there are ${bytes.length} octets`)
  const datagram = bytes.subarray(0, length)
  if (checksum !== 0 && checksumOf(datagram, addresses) !== 0)
    return rejectPacket('udp', 'bad-checksum', checksumOffset, 'the checksum is wrong')
  return acceptPacket({ sourcePort, destinationPort, payload: datagram.subarray(headerLength) })
}

/** With its checksum, or with zero where `addresses` is null, as RFC 3948 §2.1 asks for ESP in UDP. */
export const encodeUdp = (datagram: UdpDatagram, addresses: Addresses | null): Uint8Array => {
  const writer = new Writer(headerLength + datagram.payload.length)
  writer.u16(datagram.sourcePort)
  writer.u16(datagram.destinationPort)
  writer.u16(headerLength + datagram.payload.length)
  writer.u16(0)
  writer.bytes(datagram.payload)
  // A sum that comes out as zero is sent as its other form, since zero on the wire says that there is none.
  if (addresses !== null) writer.patchU16(checksumOffset, checksumOf(writer.view(), addresses) || 0xffff)
  return writer.finish()
}

const checksumOf = (datagram: Uint8Array, addresses: Addresses): number =>
  foldChecksum(onesSum(datagram, pseudoHeaderSum(addresses, ipProtocol.UDP, datagram.length)))
