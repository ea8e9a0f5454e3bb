import { Reader, Writer } from './bytes.ts'
import { internetChecksum } from './internet-checksum.ts'
import { acceptPacket, type DecodedPacket, rejectPacket } from './packet.ts'

/** An ICMP echo, what `ping` sends and gets back. */
export interface IcmpEcho {
  readonly kind: 'request' | 'reply'
  readonly identifier: number
  readonly sequence: number
  readonly data: Uint8Array
}

const headerLength = 8
const checksumOffset = 2
const echoReply = 0
const echoRequest = 8

/**
 * RFC 792, echo and echo reply; any other message is rejected as unsupported. The data aliases `bytes`.
 * ```
 * |     Type      |     Code      |          Checksum             |
 * |           Identifier          |        Sequence Number        |
 * ```
 */
export const decodeIcmpEcho = (bytes: Uint8Array): DecodedPacket<IcmpEcho> => {
  if (bytes.length < headerLength)
    return rejectPacket('icmp', 'truncated', bytes.length, `${bytes.length} octets, a header is ${headerLength}`)
  if (internetChecksum(bytes) !== 0)
    return rejectPacket('icmp', 'bad-checksum', checksumOffset, 'the checksum is wrong')
  const reader = new Reader(bytes)
  const type = reader.u8()
  const code = reader.u8()
  if ((type !== echoRequest && type !== echoReply) || code !== 0)
    return rejectPacket('icmp', 'unsupported', 0, `type ${type} code ${code} is no echo`)
  reader.u16()
  const kind = type === echoRequest ? 'request' : 'reply'
  return acceptPacket({ kind, identifier: reader.u16(), sequence: reader.u16(), data: reader.rest() })
}

export const encodeIcmpEcho = (echo: IcmpEcho): Uint8Array => {
  const writer = new Writer(headerLength + echo.data.length)
  writer.u8(echo.kind === 'request' ? echoRequest : echoReply)
  writer.u8(0)
  writer.u16(0)
  writer.u16(echo.identifier)
  writer.u16(echo.sequence)
  writer.bytes(echo.data)
  writer.patchU16(checksumOffset, internetChecksum(writer.view()))
  return writer.finish()
}
