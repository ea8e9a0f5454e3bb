import type { Reader, Writer } from './bytes.ts'
import type { ConfigurationAttribute, IkeV2Payload, TrafficSelector } from './ikev2-message.ts'
import { ikeV2PayloadType } from './ikev2-registry.ts'
import { malformedV2, rejectV2 } from './ikev2-reject.ts'
import { decodeIkeV2Sa, encodeIkeV2Sa } from './ikev2-sa-payload.ts'
import type { Decoded } from './isakmp-message.ts'
import type { WireLimits } from './limits.ts'
import { accept } from './reject.ts'

/**
 * The body of each IKEv2 payload: what follows the generic header. A decoder reads the fields of the RFC's picture from
 * a reader that ends where the payload ends; a field that is cut short shows in `reader.overrun`. Whatever is variable
 * aliases the datagram.
 */
type Body = (reader: Reader, limits: WireLimits) => Decoded<IkeV2Payload>

const noReserved: Uint8Array = new Uint8Array(3)

/** Three octets that should be zero; kept only where they are not. */
const reserved3 = (reader: Reader): { readonly reserved3?: Uint8Array } => {
  const octets = reader.take(3)
  return octets.some((octet) => octet !== 0) ? { reserved3: octets } : {}
}

/** RFC 7296 §3.4. */
const decodeKe: Body = (reader) => {
  const group = reader.u16()
  const reserved2 = reader.u16()
  return accept({ type: 'KE', group, ...(reserved2 !== 0 && { reserved2 }), data: reader.rest() })
}

/** RFC 7296 §3.5. */
const decodeId =
  (type: 'IDi' | 'IDr'): Body =>
  (reader) => {
    const idType = reader.u8()
    return accept<IkeV2Payload>({ type, idType, ...reserved3(reader), data: reader.rest() })
  }

/** RFC 7296 §3.6. */
const decodeCert: Body = (reader) => {
  const encoding = reader.u8()
  return accept({ type: 'CERT', encoding, data: reader.rest() })
}

/** RFC 7296 §3.7. */
const decodeCertreq: Body = (reader) => {
  const encoding = reader.u8()
  return accept({ type: 'CERTREQ', encoding, authority: reader.rest() })
}

/** RFC 7296 §3.8. */
const decodeAuth: Body = (reader) => {
  const method = reader.u8()
  return accept({ type: 'AUTH', method, ...reserved3(reader), data: reader.rest() })
}

const opaque =
  (type: 'NONCE' | 'VID' | 'EAP'): Body =>
  (reader) =>
    accept<IkeV2Payload>({ type, data: reader.rest() })

/** RFC 7296 §3.10. */
const decodeNotify: Body = (reader) => {
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const notifyType = reader.u16()
  if (spiSize > reader.remaining)
    return rejectV2('bad-spi-size', reader.offset, `an SPI of ${spiSize} octets in ${reader.remaining}`)
  const spi = reader.take(spiSize)
  return accept({ type: 'NOTIFY', protocolId, spi, notifyType, data: reader.rest() })
}

/** RFC 7296 §3.11. The SPIs fill the payload exactly, so their count is no claim that costs memory. */
const decodeDelete: Body = (reader, limits) => {
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const count = reader.u16()
  if (spiSize === 0 && count > 0) return rejectV2('bad-spi-size', reader.offset, `${count} SPIs of no octets`)
  if (count > limits.maxSpis)
    return rejectV2('too-many-spis', reader.offset, `${count} SPIs, the limit is ${limits.maxSpis}`)
  if (count * spiSize !== reader.remaining)
    return malformedV2(reader.offset, `${count} SPIs of ${spiSize} octets in ${reader.remaining}`)
  const spis = Array.from({ length: count }, () => reader.take(spiSize))
  return accept({ type: 'DELETE', protocolId, spiSize, spis })
}

const addressOctets: Readonly<Record<number, number>> = { 7: 4, 8: 16 }
const selectorHeader = 4

/**
 * RFC 7296 §3.13.
 * ```
 * | Number of TSs |                 RESERVED                      |
 * |   TS Type     |IP Protocol ID |       Selector Length         |
 * |           Start Port          |           End Port            |
 * |                         Starting Address                      |
 * |                         Ending Address                        |
 * ```
 */
const decodeTs =
  (type: 'TSi' | 'TSr'): Body =>
  (reader) => {
    const count = reader.u8()
    const kept = reserved3(reader)
    const selectors: TrafficSelector[] = []
    for (let index = 0; index < count; index += 1) {
      const at = reader.offset
      const selector = decodeSelector(reader)
      if (!selector) return malformedV2(at, `traffic selector ${index + 1} of ${count} does not fit`)
      selectors.push(selector)
    }
    if (reader.remaining > 0) return malformedV2(reader.offset, `${reader.remaining} octets behind ${count} selectors`)
    return accept<IkeV2Payload>({ type, ...kept, selectors })
  }

const decodeSelector = (reader: Reader): TrafficSelector | null => {
  const tsType = reader.u8()
  const protocol = reader.u8()
  const length = reader.u16()
  if (reader.overrun || length < selectorHeader || length - selectorHeader > reader.remaining) return null
  const octets = addressOctets[tsType]
  if (octets === undefined) return { kind: 'unknown', tsType, protocol, data: reader.take(length - selectorHeader) }
  if (length !== selectorHeader + 4 + 2 * octets) return null
  const startPort = reader.u16()
  const endPort = reader.u16()
  const start = reader.take(octets)
  const end = reader.take(octets)
  return { kind: 'range', tsType: tsType === 7 ? 7 : 8, protocol, startPort, endPort, start, end }
}

/** RFC 7296 §3.15. */
const decodeCp: Body = (reader, limits) => {
  const configurationType = reader.u8()
  const kept = reserved3(reader)
  const attributes: ConfigurationAttribute[] = []
  while (reader.remaining > 0) {
    const at = reader.offset
    if (attributes.length === limits.maxAttributes)
      return rejectV2('too-many-attributes', at, `more than ${limits.maxAttributes} attributes in one CP payload`)
    const field = reader.u16()
    const length = reader.u16()
    if (reader.overrun || length > reader.remaining)
      return rejectV2('bad-attribute', at, 'a configuration attribute is cut short')
    const value = reader.take(length)
    const type = field & 0x7fff
    attributes.push(field === type ? { type, value } : { type, value, reserved: true })
  }
  return accept({ type: 'CP', configurationType, ...kept, attributes })
}

/** RFC 7383 §2.5. */
const decodeSkf =
  (firstInner: number): Body =>
  (reader) => {
    const number = reader.u16()
    const total = reader.u16()
    return accept({ type: 'SKF', firstInner, number, total, data: reader.rest() })
  }

const bodies: ReadonlyMap<number, Body> = new Map<number, Body>([
  [ikeV2PayloadType.SA, decodeIkeV2Sa],
  [ikeV2PayloadType.KE, decodeKe],
  [ikeV2PayloadType.IDi, decodeId('IDi')],
  [ikeV2PayloadType.IDr, decodeId('IDr')],
  [ikeV2PayloadType.CERT, decodeCert],
  [ikeV2PayloadType.CERTREQ, decodeCertreq],
  [ikeV2PayloadType.AUTH, decodeAuth],
  [ikeV2PayloadType.NONCE, opaque('NONCE')],
  [ikeV2PayloadType.NOTIFY, decodeNotify],
  [ikeV2PayloadType.DELETE, decodeDelete],
  [ikeV2PayloadType.VID, opaque('VID')],
  [ikeV2PayloadType.TSi, decodeTs('TSi')],
  [ikeV2PayloadType.TSr, decodeTs('TSr')],
  [ikeV2PayloadType.CP, decodeCp],
  [ikeV2PayloadType.EAP, opaque('EAP')],
])

/**
 * The payload of that number. `next` is the next-payload field of its header: inside an SK or SKF payload it names the
 * first payload within. A number that is not known is kept as bytes.
 */
export const decodeIkeV2Body = (
  type: number,
  next: number,
  reader: Reader,
  limits: WireLimits,
): Decoded<IkeV2Payload> => {
  const start = reader.offset
  if (type === ikeV2PayloadType.SK) return accept({ type: 'SK', firstInner: next, data: reader.rest() })
  const decode = type === ikeV2PayloadType.SKF ? decodeSkf(next) : bodies.get(type)
  if (decode === undefined) return accept({ type: 'UNKNOWN', payloadType: type, data: reader.rest() })
  const payload = decode(reader, limits)
  return payload.ok && reader.overrun ? malformedV2(start, `payload ${type} ends inside its fixed fields`) : payload
}

/** The number that announces the payload in the next-payload field before it. */
export const ikeV2PayloadNumber = (payload: IkeV2Payload): number =>
  payload.type === 'UNKNOWN' ? payload.payloadType : ikeV2PayloadType[payload.type]

/** Writes the payload without its generic header. */
export const writeIkeV2Body = (writer: Writer, payload: IkeV2Payload): void => {
  switch (payload.type) {
    case 'SA':
      encodeIkeV2Sa(writer, payload)
      return
    case 'KE':
      writer.u16(payload.group)
      writer.u16(payload.reserved2 ?? 0)
      writer.bytes(payload.data)
      return
    case 'IDi':
    case 'IDr':
      writer.u8(payload.idType)
      writer.bytes(payload.reserved3 ?? noReserved)
      writer.bytes(payload.data)
      return
    case 'CERT':
      writer.u8(payload.encoding)
      writer.bytes(payload.data)
      return
    case 'CERTREQ':
      writer.u8(payload.encoding)
      writer.bytes(payload.authority)
      return
    case 'AUTH':
      writer.u8(payload.method)
      writer.bytes(payload.reserved3 ?? noReserved)
      writer.bytes(payload.data)
      return
    case 'NOTIFY':
      writer.u8(payload.protocolId)
      writer.u8(payload.spi.length)
      writer.u16(payload.notifyType)
      writer.bytes(payload.spi)
      writer.bytes(payload.data)
      return
    case 'DELETE':
      writer.u8(payload.protocolId)
      writer.u8(payload.spiSize)
      writer.u16(payload.spis.length)
      for (const spi of payload.spis) {
        if (spi.length !== payload.spiSize)
          throw new RangeError(`an SPI of ${spi.length} octets among those of ${payload.spiSize}`)
        writer.bytes(spi)
      }
      return
    case 'TSi':
    case 'TSr':
      writer.u8(payload.selectors.length)
      writer.bytes(payload.reserved3 ?? noReserved)
      for (const selector of payload.selectors) writeSelector(writer, selector)
      return
    case 'CP':
      writer.u8(payload.configurationType)
      writer.bytes(payload.reserved3 ?? noReserved)
      for (const { type, value, reserved } of payload.attributes) {
        writer.u16(reserved ? type | 0x8000 : type)
        writer.u16(value.length)
        writer.bytes(value)
      }
      return
    case 'SKF':
      writer.u16(payload.number)
      writer.u16(payload.total)
      writer.bytes(payload.data)
      return
    case 'NONCE':
    case 'VID':
    case 'EAP':
    case 'SK':
    case 'UNKNOWN':
      writer.bytes(payload.data)
      return
    default:
      payload satisfies never
  }
}

const writeSelector = (writer: Writer, selector: TrafficSelector): void => {
  writer.u8(selector.tsType)
  writer.u8(selector.protocol)
  if (selector.kind === 'unknown') {
    writer.u16(selectorHeader + selector.data.length)
    writer.bytes(selector.data)
    return
  }
  writer.u16(selectorHeader + 4 + selector.start.length + selector.end.length)
  writer.u16(selector.startPort)
  writer.u16(selector.endPort)
  writer.bytes(selector.start)
  writer.bytes(selector.end)
}
