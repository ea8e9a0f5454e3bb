import { Reader, Writer } from './bytes.ts'
import { headerLength } from './header.ts'
import type { Decoded, Payload, PayloadChain } from './isakmp-message.ts'
import { payloadType } from './isakmp-registry.ts'
import { defaultLimits, type WireLimits } from './limits.ts'
import { bodies, payloadNumber, writeBody } from './payload-codec.ts'
import { accept, reject } from './reject.ts'

/** Octets of the generic payload header. */
const genericLength = 4

/**
 * The chain of payloads in `body`, a clear body or a decrypted one; `firstType` is the header's next payload. What
 * follows the last payload is returned as padding. The payloads alias `body`: whoever keeps one beyond the life of
 * the buffer copies it. Time and memory are O(octets). Offsets of a reject count from the start of `body`.
 */
export const decodePayloads = (
  firstType: number,
  body: Uint8Array,
  limits: WireLimits = defaultLimits,
): Decoded<PayloadChain> => {
  if (body.length > limits.maxMessage - headerLength)
    return reject('too-large', 0, `a body of ${body.length} octets, the limit is ${limits.maxMessage - headerLength}`)
  return decodeChain(firstType, new Reader(body), limits)
}

/**
 * RFC 2408 §3.2.
 * ```
 * | Next Payload  |   RESERVED    |         Payload Length        |
 * ```
 */
export const decodeChain = (firstType: number, reader: Reader, limits: WireLimits): Decoded<PayloadChain> => {
  const payloads: Payload[] = []
  let certificateRequests = 0
  for (let type = firstType; type !== payloadType.NONE; ) {
    const start = reader.offset
    if (payloads.length === limits.maxPayloads)
      return reject('too-many-payloads', start, `more than ${limits.maxPayloads} payloads`)
    if (type === payloadType.CERTREQ && ++certificateRequests > limits.maxCertificateRequests)
      return reject(
        'too-many-certificate-requests',
        start,
        `more than ${limits.maxCertificateRequests} certificate requests`,
      )
    const available = reader.remaining
    const next = reader.u8()
    const reserved = reader.u8()
    const length = reader.u16()
    if (reader.overrun) return reject('truncated', start, `payload ${type} is announced, ${available} octets are left`)
    if (length < genericLength)
      return reject(
        'bad-payload-length',
        start + 2,
        `payload ${type} of ${length} octets, its header has ${genericLength}`,
      )
    if (length > available)
      return reject('truncated', start + 2, `payload ${type} of ${length} octets, ${available} are left`)
    const payload = decodeBody(type, new Reader(reader.bytes, reader.offset, start + length), limits)
    if (!payload.ok) return payload
    payloads.push(reserved === 0 ? payload.value : { ...payload.value, reserved })
    reader.offset = start + length
    type = next
  }
  return accept({ payloads, padding: reader.rest() })
}

const decodeBody = (type: number, reader: Reader, limits: WireLimits): Decoded<Payload> => {
  const start = reader.offset
  const decode = bodies.get(type)
  if (decode === undefined) {
    if (type === payloadType.PROPOSAL || type === payloadType.TRANSFORM)
      return reject('bad-next-payload', start - genericLength, `payload ${type} stands inside an SA only`)
    return accept({ type: 'UNKNOWN', payloadType: type, data: reader.rest() })
  }
  const payload = decode(reader, limits)
  if (payload.ok && reader.overrun)
    return reject('bad-payload-length', start - 2, `payload ${type} ends inside its fixed fields`)
  return payload
}

/** The number for the next-payload field before the chain; 0 of no payloads. */
export const firstPayloadType = (payloads: readonly Payload[]): number => {
  const first = payloads[0]
  return first === undefined ? payloadType.NONE : payloadNumber(first)
}

/** The chain as it stands behind the header. Throws RangeError where a field does not fit. */
export const encodePayloads = (payloads: readonly Payload[], padding?: Uint8Array): Uint8Array => {
  const writer = new Writer()
  writeChain(writer, payloads)
  if (padding !== undefined) writer.bytes(padding)
  return writer.finish()
}

export const writeChain = (writer: Writer, payloads: readonly Payload[]): void => {
  payloads.forEach((payload, index) => {
    const follower = payloads[index + 1]
    const start = writer.length
    writer.u8(follower === undefined ? payloadType.NONE : payloadNumber(follower))
    writer.u8(payload.reserved ?? 0)
    writer.u16(0)
    writeBody(writer, payload)
    writer.patchU16(start + 2, writer.length - start)
  })
}

/** A payload without its generic header: the SAi_b, IDii_b and IDir_b that RFC 2409 §5 hashes. */
export const encodePayloadBody = (payload: Payload): Uint8Array => {
  const writer = new Writer()
  writeBody(writer, payload)
  return writer.finish()
}
