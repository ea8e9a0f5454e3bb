import { Reader, u16At, Writer } from './bytes.ts'
import { internetChecksum } from './internet-checksum.ts'
import { bytesToIpv4, ipv4ToBytes } from './ipv4-address.ts'
import { acceptPacket, type DecodedPacket, rejectPacket } from './packet.ts'

/** What an IPv4 packet carries, by IANA's protocol numbers. */
export const ipProtocol = { ICMP: 1, IPV4: 4, TCP: 6, UDP: 17, GRE: 47, ESP: 50, AH: 51 } as const

/** Bits of the three-bit field of flags, RFC 791 §3.1. */
export const ipv4Flag = { MORE_FRAGMENTS: 1, DONT_FRAGMENT: 2 } as const

/** An IPv4 packet, RFC 791 §3.1. Addresses are dotted; `fragmentOffset` counts units of 8 octets. */
export interface Ipv4Packet {
  readonly typeOfService: number
  readonly identification: number
  readonly flags: number
  readonly fragmentOffset: number
  readonly timeToLive: number
  readonly protocol: number
  readonly source: string
  readonly destination: string
  /** Whole 32-bit words. */
  readonly options: Uint8Array
  readonly payload: Uint8Array
}

const fixedLength = 20
const checksumOffset = 10
/** What IOS gives the packets that it originates. */
const defaultTimeToLive = 255
const noOptions: Uint8Array = new Uint8Array(0)

/**
 * ```
 * |Version|  IHL  |Type of Service|          Total Length         |
 * |         Identification        |Flags|      Fragment Offset    |
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * |                       Source Address                          |
 * |                    Destination Address                        |
 * |                    Options                    |    Padding    |
 * ```
 * The payload aliases `bytes`. Octets behind the total length are left out: a link pads short frames, and ESP may
 * pad against traffic analysis (RFC 4303 §2.7).
 */
export const decodeIpv4 = (bytes: Uint8Array): DecodedPacket<Ipv4Packet> => {
  if (bytes.length < fixedLength)
    return rejectPacket('ipv4', 'truncated', bytes.length, `${bytes.length} octets, a header is ${fixedLength}`)
  const reader = new Reader(bytes)
  const first = reader.u8()
  const version = first >>> 4
  const headerLength = (first & 0x0f) * 4
  const typeOfService = reader.u8()
  const totalLength = reader.u16()
  if (version !== 4) return rejectPacket('ipv4', 'bad-version', 0, `version ${version}`)
  if (headerLength < fixedLength || headerLength > totalLength)
    return rejectPacket('ipv4', 'bad-length', 0, `a header of ${headerLength} octets in a packet of ${totalLength}`)
  if (totalLength > bytes.length)
    return rejectPacket('ipv4', 'truncated', 2, `total length ${totalLength}, there are ${bytes.length} octets`)
  if (internetChecksum(bytes.subarray(0, headerLength)) !== 0)
    return rejectPacket('ipv4', 'bad-checksum', checksumOffset, 'the header checksum is wrong')
  const identification = reader.u16()
  const fragment = reader.u16()
  const timeToLive = reader.u8()
  const protocol = reader.u8()
  reader.u16()
  return acceptPacket({
    typeOfService,
    identification,
    flags: fragment >>> 13,
    fragmentOffset: fragment & 0x1fff,
    timeToLive,
    protocol,
    source: bytesToIpv4(reader.take(4)),
    destination: bytesToIpv4(reader.take(4)),
    options: reader.take(headerLength - fixedLength),
    payload: bytes.subarray(headerLength, totalLength),
  })
}

type Ipv4Required = Pick<Ipv4Packet, 'source' | 'destination' | 'protocol' | 'payload'>

/** With its checksum. What is not given is zero, the time to live 255. Throws RangeError where a field does not fit. */
export const encodeIpv4 = (packet: Ipv4Required & Partial<Ipv4Packet>): Uint8Array => {
  const options = packet.options ?? noOptions
  const headerLength = fixedLength + options.length
  if (options.length % 4 !== 0 || options.length > 40) throw new RangeError(`IPv4 options of ${options.length} octets`)
  const writer = new Writer(headerLength + packet.payload.length)
  writer.u8(0x40 | (headerLength / 4))
  writer.u8(packet.typeOfService ?? 0)
  writer.u16(headerLength + packet.payload.length)
  writer.u16(packet.identification ?? 0)
  writer.u16(((packet.flags ?? 0) << 13) | (packet.fragmentOffset ?? 0))
  writer.u8(packet.timeToLive ?? defaultTimeToLive)
  writer.u8(packet.protocol)
  writer.u16(0)
  writer.bytes(ipv4ToBytes(packet.source))
  writer.bytes(ipv4ToBytes(packet.destination))
  writer.bytes(options)
  writer.patchU16(checksumOffset, internetChecksum(writer.view()))
  writer.bytes(packet.payload)
  return writer.finish()
}

/** Whether the packet is one of several: a fragment has no whole payload to decode. */
export const isFragment = (packet: Pick<Ipv4Packet, 'flags' | 'fragmentOffset'>): boolean =>
  packet.fragmentOffset !== 0 || (packet.flags & ipv4Flag.MORE_FRAGMENTS) !== 0

/** The sum of the pseudo header that the UDP checksum covers, RFC 768. */
export const pseudoHeaderSum = (
  addresses: Pick<Ipv4Packet, 'source' | 'destination'>,
  protocol: number,
  length: number,
): number => {
  const source = ipv4ToBytes(addresses.source)
  const destination = ipv4ToBytes(addresses.destination)
  return u16At(source, 0) + u16At(source, 2) + u16At(destination, 0) + u16At(destination, 2) + protocol + length
}
