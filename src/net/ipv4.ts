/** IPv4 addresses and packets (RFC 791, RFC 768), as far as a network that carries IKE and ESP needs them. */

import { ipv4Number, requireIpv4Number } from '../wire/index.ts'

/** A UDP endpoint; the address is dotted. ESP has no ports: 0 stands in their place. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** What travels. `bytes` is the payload of UDP, or the whole ESP packet from its SPI on. */
export interface Datagram {
  readonly protocol: 'udp' | 'esp'
  readonly from: Endpoint
  readonly to: Endpoint
  readonly bytes: Uint8Array
}

const PROTOCOL_NUMBERS = { udp: 17, esp: 50 } as const
const HEADER_LENGTH = 20
const UDP_HEADER_LENGTH = 8
const MAX_PACKET_LENGTH = 0xffff

/** IOS sends what it originates with this time to live. */
export const INITIAL_TTL: number = 255

/** Whether `address` lies in `network`/`mask`; all dotted. False where one of them is no address. */
export function isInNetwork(address: string, network: string, mask: string): boolean {
  const [a, n, m] = [ipv4Number(address), ipv4Number(network), ipv4Number(mask)]
  return a !== undefined && n !== undefined && m !== undefined && ((a ^ n) & m) === 0
}

/** The number of leading ones of a dotted mask, for "the longest prefix wins". */
export function prefixLength(mask: string): number {
  return Math.clz32(~(ipv4Number(mask) ?? 0))
}

/**
 * The IPv4 packet of a datagram, checksums included. `identification` is the header's, 0 to 65535.
 * Throws where an address is not dotted or the packet exceeds 65535 octets: the network cannot carry it.
 */
export function encodePacket(datagram: Datagram, identification: number): Uint8Array {
  const isUdp = datagram.protocol === 'udp'
  const length = HEADER_LENGTH + (isUdp ? UDP_HEADER_LENGTH : 0) + datagram.bytes.length
  if (length > MAX_PACKET_LENGTH) throw new RangeError(`an IPv4 packet of ${length} octets`)
  const source = requireIpv4Number(datagram.from.address)
  const destination = requireIpv4Number(datagram.to.address)
  const protocol = PROTOCOL_NUMBERS[datagram.protocol]

  const packet = new Uint8Array(length)
  const view = new DataView(packet.buffer)
  view.setUint8(0, 0x45) // version 4, five words of header
  view.setUint16(2, length)
  view.setUint16(4, identification)
  view.setUint8(8, INITIAL_TTL)
  view.setUint8(9, protocol)
  view.setUint32(12, source)
  view.setUint32(16, destination)
  view.setUint16(10, checksum(packet.subarray(0, HEADER_LENGTH)))

  packet.set(datagram.bytes, length - datagram.bytes.length)
  if (isUdp) {
    view.setUint16(HEADER_LENGTH, datagram.from.port)
    view.setUint16(HEADER_LENGTH + 2, datagram.to.port)
    view.setUint16(HEADER_LENGTH + 4, length - HEADER_LENGTH)
    // The pseudo-header is the addresses, the protocol and the length of the UDP packet.
    const pseudoHeader = sumWords(packet.subarray(12, 20), protocol + length - HEADER_LENGTH)
    const sum = checksum(packet.subarray(HEADER_LENGTH), pseudoHeader)
    view.setUint16(HEADER_LENGTH + 6, sum === 0 ? 0xffff : sum) // RFC 768: zero means "none"
  }
  return packet
}

const FRAGMENT_UNIT = 8
const MORE_FRAGMENTS = 0x2000

/**
 * The packet as it leaves by a link of that MTU, in octets: whole, or in fragments in their order (RFC 791 §3.2). Each has
 * a header of its own and, but for the last, a multiple of eight octets.
 */
export function fragmentPacket(packet: Uint8Array, mtu: number): readonly Uint8Array[] {
  if (packet.length <= mtu) return [packet]
  const payload = packet.subarray(HEADER_LENGTH)
  const room = Math.max(1, Math.floor((mtu - HEADER_LENGTH) / FRAGMENT_UNIT)) * FRAGMENT_UNIT
  const count = Math.ceil(payload.length / room)
  return Array.from({ length: count }, (_, index) => {
    const piece = payload.subarray(index * room, (index + 1) * room)
    const fragment = new Uint8Array(HEADER_LENGTH + piece.length)
    fragment.set(packet.subarray(0, HEADER_LENGTH))
    fragment.set(piece, HEADER_LENGTH)
    const view = new DataView(fragment.buffer)
    view.setUint16(2, fragment.length)
    view.setUint16(6, (index + 1 < count ? MORE_FRAGMENTS : 0) | ((index * room) / FRAGMENT_UNIT))
    view.setUint16(10, 0)
    view.setUint16(10, checksum(fragment.subarray(0, HEADER_LENGTH)))
    return fragment
  })
}

/** The internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array, start = 0): number {
  let sum = sumWords(bytes, start)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** At most 2¹⁵ words of 16 bits and a small start: the sum stays below 2³². */
function sumWords(bytes: Uint8Array, start: number): number {
  let sum = start
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) + (bytes[i + 1] ?? 0)
  return sum
}
