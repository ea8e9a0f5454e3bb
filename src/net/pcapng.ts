/** A writer of capture files in the pcapng format (draft-ietf-opsawg-pcapng). The same packets give the same bytes. */

/** `time`: milliseconds since 1970 UTC; a thousandth is the smallest step. `packet`: an IPv4 packet, header included. */
export interface CapturedPacket {
  readonly time: number
  /** Where it was captured: the name under which the capture lists the interface. */
  readonly interface: string
  readonly packet: Uint8Array
  /** Write only so many octets of the packet; its true length stays on record. See `octetsUpToIsakmpHeader`. */
  readonly octets?: number
  /** Shown by Wireshark beside the packet. */
  readonly comment?: string
}

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6

const END_OF_OPTIONS = 0
const OPT_COMMENT = 1
const IF_NAME = 2
const EPB_FLAGS = 2
/** The direction bits of `epb_flags`: the packet left by this interface. */
const OUTBOUND = 2

/** LINKTYPE_RAW: packets begin with their IP header. */
const LINKTYPE_RAW = 101

/**
 * The capture as a file: one section, the interfaces in the order in which packets first name them, the packets in the
 * order given. It names no host, program or machine.
 */
export function writePcapng(packets: readonly CapturedPacket[]): Uint8Array {
  const interfaces = [...new Set(packets.map((packet) => packet.interface))]
  const numbers = new Map(interfaces.map((name, number) => [name, number]))
  const body = [
    ...interfaces.map(interfaceDescription),
    ...packets.map((packet) => enhancedPacket(packet, numbers.get(packet.interface) ?? 0)),
  ]
  return concat([sectionHeader(body.reduce((sum, block) => sum + block.length, 0)), ...body])
}

function sectionHeader(length: number): Uint8Array {
  const fields = new DataView(new ArrayBuffer(16))
  fields.setUint32(0, 0x1a2b3c4d, true) // tells the byte order
  fields.setUint16(4, 1, true) // version 1.0
  fields.setUint16(6, 0, true)
  fields.setBigUint64(8, BigInt(length), true)
  return block(SECTION_HEADER, [bytesOf(fields)])
}

function interfaceDescription(name: string): Uint8Array {
  const fields = new DataView(new ArrayBuffer(8))
  fields.setUint16(0, LINKTYPE_RAW, true)
  fields.setUint32(4, 0, true) // packets of any length
  return block(INTERFACE_DESCRIPTION, [bytesOf(fields), options([[IF_NAME, text(name)]])])
}

function enhancedPacket({ time, packet, octets, comment }: CapturedPacket, interfaceNumber: number): Uint8Array {
  const fields = new DataView(new ArrayBuffer(20))
  const microseconds = BigInt(Math.round(time * 1000))
  fields.setUint32(0, interfaceNumber, true)
  fields.setUint32(4, Number(microseconds >> 32n), true)
  fields.setUint32(8, Number(microseconds & 0xffffffffn), true)
  const captured = packet.subarray(0, octets)
  fields.setUint32(12, captured.length, true)
  fields.setUint32(16, packet.length, true)
  const comments: readonly Option[] = comment === undefined ? [] : [[OPT_COMMENT, text(comment)]]
  const flags = new Uint8Array([OUTBOUND, 0, 0, 0])
  return block(ENHANCED_PACKET, [bytesOf(fields), padded(captured), options([...comments, [EPB_FLAGS, flags]])])
}

type Option = readonly [code: number, value: Uint8Array]

function options(list: readonly Option[]): Uint8Array {
  return concat(
    [...list, [END_OF_OPTIONS, new Uint8Array()] as const].flatMap(([code, value]) => {
      const head = new DataView(new ArrayBuffer(4))
      head.setUint16(0, code, true)
      head.setUint16(2, value.length, true)
      return [bytesOf(head), padded(value)]
    }),
  )
}

/** Type and length, the body, the length again: a reader can walk the file both ways. */
function block(type: number, body: readonly Uint8Array[]): Uint8Array {
  const length = 12 + body.reduce((sum, part) => sum + part.length, 0)
  const head = new DataView(new ArrayBuffer(8))
  head.setUint32(0, type, true)
  head.setUint32(4, length, true)
  const tail = new DataView(new ArrayBuffer(4))
  tail.setUint32(0, length, true)
  return concat([bytesOf(head), ...body, bytesOf(tail)])
}

/** Everything in the format stands at a multiple of four octets. */
function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array((bytes.length + 3) & ~3)
  result.set(bytes)
  return result
}

/** An option's length has 16 bits: a longer text is cut, at a character, and says so. */
function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value)
  if (bytes.length <= 0xffff) return bytes
  const room = new Uint8Array(0xffff - 3)
  const { written } = new TextEncoder().encodeInto(value, room)
  return concat([room.subarray(0, written), new TextEncoder().encode('…')])
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}
