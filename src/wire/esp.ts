import { Reader, u32At, Writer } from './bytes.ts'
import { acceptPacket, type DecodedPacket, rejectPacket } from './packet.ts'

/** An ESP packet as it stands on the wire, RFC 4303 §2: all that is known without the keys. */
export interface EspPacket {
  readonly spi: number
  readonly sequence: number
  /** Initialization vector, ciphertext and integrity check value. */
  readonly body: Uint8Array
}

/** Octets in front of the body: SPI and sequence number, which the integrity check covers too. */
export const espHeaderLength = 8

/** RFC 4303 §2.1: 0 never stands on the wire, 1 to 255 are reserved by IANA. */
const lowestSpi = 256

/** `packet` begins with the SPI. The body aliases it. */
export const decodeEsp = (packet: Uint8Array): DecodedPacket<EspPacket> => {
  if (packet.length < espHeaderLength)
    return rejectPacket('esp', 'truncated', packet.length, `${packet.length} octets, a header is ${espHeaderLength}`)
  const reader = new Reader(packet)
  const spi = reader.u32()
  if (spi < lowestSpi) return rejectPacket('esp', 'reserved-spi', 0, `SPI ${spi}`)
  return acceptPacket({ spi, sequence: reader.u32(), body: reader.rest() })
}

export const encodeEsp = (packet: EspPacket): Uint8Array => {
  if (packet.spi < lowestSpi) throw new RangeError(`SPI ${packet.spi} is reserved`)
  const writer = new Writer(espHeaderLength + packet.body.length)
  writer.u32(packet.spi)
  writer.u32(packet.sequence)
  writer.bytes(packet.body)
  return writer.finish()
}

/** What a datagram on port 4500 is, RFC 3948 §2. */
export type Udp4500 =
  | { readonly kind: 'keepalive' }
  | { readonly kind: 'ike'; readonly message: Uint8Array }
  | { readonly kind: 'esp'; readonly packet: Uint8Array }

const nonEspMarkerLength = 4
const keepaliveOctet = 0xff

/** RFC 3948 §2.3: keeps a NAT's binding alive and is never answered. */
export const natKeepalive = (): Uint8Array => Uint8Array.of(keepaliveOctet)

/**
 * Tells the three uses of UDP port 4500 apart by their first octets (RFC 3948 §2.1 to §2.3). The views alias
 * `datagram` and are not looked into: `decodeHeader` and `decodeEsp` judge them.
 */
export const demuxUdp4500 = (datagram: Uint8Array): DecodedPacket<Udp4500> => {
  if (datagram.length === 1 && datagram[0] === keepaliveOctet) return acceptPacket({ kind: 'keepalive' })
  if (datagram.length < nonEspMarkerLength)
    return rejectPacket('udp-4500', 'truncated', datagram.length, `${datagram.length} octets are no message`)
  if (u32At(datagram, 0) === 0) return acceptPacket({ kind: 'ike', message: datagram.subarray(nonEspMarkerLength) })
  return acceptPacket({ kind: 'esp', packet: datagram })
}

/** An IKE message for port 4500: behind the non-ESP marker of RFC 3948 §2.2. */
export const withNonEspMarker = (message: Uint8Array): Uint8Array => {
  const datagram = new Uint8Array(nonEspMarkerLength + message.length)
  datagram.set(message, nonEspMarkerLength)
  return datagram
}
