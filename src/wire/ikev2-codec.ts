import { Reader, Writer } from './bytes.ts'
import type { IkeV2Header, IkeV2Message, IkeV2Payload } from './ikev2-message.ts'
import { decodeIkeV2Body, ikeV2PayloadNumber, writeIkeV2Body } from './ikev2-payload-codec.ts'
import { ikeV2NotifyType, ikeV2PayloadType } from './ikev2-registry.ts'
import { rejectV2 } from './ikev2-reject.ts'
import type { Decoded } from './isakmp-message.ts'
import { defaultLimits, type WireLimits } from './limits.ts'
import { accept } from './reject.ts'

/** Octets of the IKE header, of a payload's generic header, and of the fragment fields behind it (RFC 7383 §2.5). */
const headerLength = 28
const genericLength = 4
const fragmentLength = 4
const spiLength = 8
const lengthOffset = 24
const criticalBit = 0x80

/** The major version that a datagram claims; null where it is too short to say. */
export const ikeMajorVersion = (datagram: Uint8Array): number | null => {
  const octet = datagram[17]
  return octet === undefined ? null : octet >>> 4
}

/**
 * The IKE header, RFC 7296 §3.1. `datagram` is the whole message without the non-ESP marker; the SPIs alias it. Any
 * minor version passes (§2.5).
 */
export const decodeIkeV2Header = (datagram: Uint8Array): Decoded<IkeV2Header> => {
  if (datagram.length < headerLength)
    return rejectV2(
      'truncated',
      datagram.length,
      `a header is ${headerLength} octets, the datagram has ${datagram.length}`,
    )
  const reader = new Reader(datagram)
  const initiatorSpi = reader.take(spiLength)
  const responderSpi = reader.take(spiLength)
  const nextPayload = reader.u8()
  const version = reader.u8()
  const majorVersion = version >>> 4
  if (majorVersion !== 2)
    return rejectV2(
      'bad-version',
      17,
      `major version ${majorVersion}, expected 2`,
      ikeV2NotifyType.INVALID_MAJOR_VERSION,
    )
  const exchangeType = reader.u8()
  const flags = reader.u8()
  const messageId = reader.u32()
  const length = reader.u32()
  if (length !== datagram.length)
    return rejectV2('bad-length', lengthOffset, `length ${length}, the datagram has ${datagram.length} octets`)
  return accept({
    initiatorSpi,
    responderSpi,
    nextPayload,
    majorVersion,
    minorVersion: version & 0x0f,
    exchangeType,
    flags,
    messageId,
    length,
  })
}

/**
 * A message as it travels; an SK or SKF payload ends it (RFC 7296 §3.14). The payloads alias `datagram`: whoever keeps
 * one beyond the life of the buffer copies it. Time and memory are O(octets). A payload that is not known is kept, the
 * critical bit with it: what follows from that is the engine's to say (RFC 7296 §2.5).
 */
export const decodeIkeV2Message = (datagram: Uint8Array, limits: WireLimits = defaultLimits): Decoded<IkeV2Message> => {
  if (datagram.length > limits.maxMessage)
    return rejectV2('too-large', 0, `a message of ${datagram.length} octets, the limit is ${limits.maxMessage}`)
  const header = decodeIkeV2Header(datagram)
  if (!header.ok) return header
  const payloads = decodeChain(header.value.nextPayload, new Reader(datagram, headerLength), limits)
  return payloads.ok ? accept({ header: header.value, payloads: payloads.value }) : payloads
}

/**
 * What was inside an SK payload; `firstType` is the number of its first payload. Nothing may follow the last one, and
 * none is encrypted again. The payloads alias `body`, from whose start the offset of a reject counts.
 */
export const decodeIkeV2Payloads = (
  firstType: number,
  body: Uint8Array,
  limits: WireLimits = defaultLimits,
): Decoded<readonly IkeV2Payload[]> => {
  const limit = limits.maxMessage - headerLength
  if (body.length > limit) return rejectV2('too-large', 0, `a body of ${body.length} octets, the limit is ${limit}`)
  const chain = decodeChain(firstType, new Reader(body), limits)
  if (chain.ok && chain.value.some(isProtected))
    return rejectV2('bad-next-payload', 0, 'an encrypted payload stands inside another')
  return chain
}

const isProtected = ({ type }: IkeV2Payload): boolean => type === 'SK' || type === 'SKF'

/**
 * RFC 7296 §3.2.
 * ```
 * | Next Payload  |C|  RESERVED   |         Payload Length        |
 * ```
 */
const decodeChain = (firstType: number, reader: Reader, limits: WireLimits): Decoded<readonly IkeV2Payload[]> => {
  const payloads: IkeV2Payload[] = []
  let certificateRequests = 0
  for (let type = firstType; type !== ikeV2PayloadType.NONE; ) {
    const start = reader.offset
    if (payloads.length === limits.maxPayloads)
      return rejectV2('too-many-payloads', start, `more than ${limits.maxPayloads} payloads`)
    if (type === ikeV2PayloadType.CERTREQ && ++certificateRequests > limits.maxCertificateRequests)
      return rejectV2(
        'too-many-certificate-requests',
        start,
        `more than ${limits.maxCertificateRequests} certificate requests`,
      )
    const available = reader.remaining
    const next = reader.u8()
    const flags = reader.u8()
    const length = reader.u16()
    if (reader.overrun || length > available)
      return rejectV2('truncated', start, `payload ${type} of ${length} octets, ${available} are left`)
    if (length < genericLength)
      return rejectV2(
        'bad-payload-length',
        start + 2,
        `payload ${type} of ${length} octets, its header has ${genericLength}`,
      )
    const payload = decodeIkeV2Body(type, next, new Reader(reader.bytes, reader.offset, start + length), limits)
    if (!payload.ok) return payload
    payloads.push(withFlags(payload.value, flags))
    reader.offset = start + length
    if (type === ikeV2PayloadType.SK || type === ikeV2PayloadType.SKF) break
    type = next
  }
  if (reader.remaining > 0)
    return rejectV2('bad-length', reader.offset, `${reader.remaining} octets behind the last payload`)
  return accept(payloads)
}

const withFlags = (payload: IkeV2Payload, flags: number): IkeV2Payload => {
  if (flags === 0) return payload
  const reserved = flags & ~criticalBit
  return {
    ...payload,
    ...((flags & criticalBit) !== 0 && { critical: true as const }),
    ...(reserved !== 0 && { reserved }),
  }
}

/**
 * The header's fields that a sender chooses; the length follows from the content. The minor version is 0 unless said:
 * whoever sends must not say otherwise (RFC 7296 §3.1).
 */
type Envelope = Pick<IkeV2Header, 'initiatorSpi' | 'responderSpi' | 'exchangeType' | 'flags' | 'messageId'> &
  Partial<Pick<IkeV2Header, 'minorVersion'>>

const begin = (writer: Writer, envelope: Envelope, nextPayload: number): void => {
  for (const spi of [envelope.initiatorSpi, envelope.responderSpi]) {
    if (spi.length !== spiLength) throw new RangeError(`an SPI of an IKE SA is ${spiLength} octets, not ${spi.length}`)
    writer.bytes(spi)
  }
  writer.u8(nextPayload)
  writer.u8(0x20 | (envelope.minorVersion ?? 0))
  writer.u8(envelope.exchangeType)
  writer.u8(envelope.flags)
  writer.u32(envelope.messageId)
  writer.u32(0)
}

/** Throws RangeError where a field does not fit, or where something follows an SK or SKF payload. */
export const encodeIkeV2Message = (message: Envelope & { readonly payloads: readonly IkeV2Payload[] }): Uint8Array => {
  const writer = new Writer()
  begin(writer, message, firstIkeV2PayloadType(message.payloads))
  writeChain(writer, message.payloads)
  writer.patchU32(lengthOffset, writer.length)
  return writer.finish()
}

/** The chain as it stands behind the header or inside an SK payload. Throws RangeError where a field does not fit. */
export const encodeIkeV2Payloads = (payloads: readonly IkeV2Payload[]): Uint8Array => {
  const writer = new Writer()
  writeChain(writer, payloads)
  return writer.finish()
}

/** The number for the next-payload field before the chain; 0 of no payloads. */
export const firstIkeV2PayloadType = ([first]: readonly IkeV2Payload[]): number =>
  first === undefined ? ikeV2PayloadType.NONE : ikeV2PayloadNumber(first)

/** A payload without its generic header: IDi' and IDr' of RFC 7296 §2.15. */
export const encodeIkeV2PayloadBody = (payload: IkeV2Payload): Uint8Array => {
  const writer = new Writer()
  writeIkeV2Body(writer, payload)
  return writer.finish()
}

const writeChain = (writer: Writer, payloads: readonly IkeV2Payload[]): void => {
  payloads.forEach((payload, index) => {
    const start = writer.length
    const follower = payloads[index + 1]
    if (payload.type === 'SK' || payload.type === 'SKF') {
      if (follower !== undefined) throw new RangeError(`${payload.type} is the last payload, ${follower.type} follows`)
      writer.u8(payload.firstInner)
    } else writer.u8(follower === undefined ? ikeV2PayloadType.NONE : ikeV2PayloadNumber(follower))
    writer.u8((payload.critical ? criticalBit : 0) | (payload.reserved ?? 0))
    writer.u16(0)
    writeIkeV2Body(writer, payload)
    writer.patchU16(start + 2, writer.length - start)
  })
}

/**
 * Everything of a protected message that stands before the IV, with all lengths as they will be: the octets that AEAD
 * ciphers authenticate (RFC 5282 §5.1). `dataLength`: octets of IV, ciphertext and ICV.
 */
export const ikeV2ProtectedHead = (
  envelope: Envelope,
  firstInner: number,
  dataLength: number,
  fragment?: { readonly number: number; readonly total: number },
): Uint8Array => {
  const writer = new Writer()
  begin(writer, envelope, fragment ? ikeV2PayloadType.SKF : ikeV2PayloadType.SK)
  writer.u8(firstInner)
  writer.u8(0)
  writer.u16(genericLength + (fragment ? fragmentLength : 0) + dataLength)
  if (fragment) {
    writer.u16(fragment.number)
    writer.u16(fragment.total)
  }
  writer.patchU32(lengthOffset, writer.length + dataLength)
  return writer.finish()
}
