import { Reader, type Writer } from './bytes.ts'
import type { Decoded, IsakmpHeader } from './isakmp-message.ts'
import { isakmpFlag, notifyType } from './isakmp-registry.ts'
import { accept, reject } from './reject.ts'

/** Octets of the ISAKMP header. */
export const headerLength = 28

const cookieLength = 8
const lengthOffset = 24

/**
 * The ISAKMP header, RFC 2408 §3.1. `datagram` is the whole message, without the non-ESP marker of port 4500; the
 * cookies alias it. Rejects another length than the datagram's (§5.2 asks for the size, so neither a short nor a
 * padded datagram passes) and another version than 1.0.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |                       Initiator Cookie (8)                    |
 * |                       Responder Cookie (8)                    |
 * | Next Payload  | MjVer | MnVer | Exchange Type |     Flags     |
 * |                          Message ID                           |
 * |                            Length                             |
 * ```
 */
export const decodeHeader = (datagram: Uint8Array): Decoded<IsakmpHeader> => {
  if (datagram.length < headerLength)
    return reject(
      'truncated',
      datagram.length,
      `a header is ${headerLength} octets, the datagram has ${datagram.length}`,
    )
  const reader = new Reader(datagram)
  const initiatorCookie = reader.take(cookieLength)
  const responderCookie = reader.take(cookieLength)
  const nextPayload = reader.u8()
  const version = reader.u8()
  const majorVersion = version >>> 4
  const minorVersion = version & 0x0f
  if (majorVersion !== 1) return reject('bad-version', 17, `major version ${majorVersion}, expected 1`)
  if (minorVersion !== 0)
    return reject('bad-version', 17, `minor version ${minorVersion}, expected 0`, notifyType.INVALID_MINOR_VERSION)
  const exchangeType = reader.u8()
  const flags = reader.u8()
  const messageId = reader.u32()
  const length = reader.u32()
  if (length !== datagram.length)
    return reject('bad-length', lengthOffset, `length ${length}, the datagram has ${datagram.length} octets`)
  return accept({
    initiatorCookie,
    responderCookie,
    nextPayload,
    majorVersion,
    minorVersion,
    exchangeType,
    flags,
    messageId,
    length,
  })
}

export const isEncrypted = (header: Pick<IsakmpHeader, 'flags'>): boolean =>
  (header.flags & isakmpFlag.ENCRYPTION) !== 0

const cookie = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length !== cookieLength) throw new RangeError(`a cookie is ${cookieLength} octets, not ${bytes.length}`)
  return bytes
}

export const writeHeader = (writer: Writer, header: IsakmpHeader): void => {
  writer.bytes(cookie(header.initiatorCookie))
  writer.bytes(cookie(header.responderCookie))
  writer.u8(header.nextPayload)
  writer.u8((header.majorVersion << 4) | header.minorVersion)
  writer.u8(header.exchangeType)
  writer.u8(header.flags)
  writer.u32(header.messageId)
  writer.u32(header.length)
}
