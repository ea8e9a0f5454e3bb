import type { Reader, Writer } from './bytes.ts'
import { doi as dois } from './ipsec-registry.ts'
import type { Decoded, Payload } from './isakmp-message.ts'
import { payloadType } from './isakmp-registry.ts'
import type { WireLimits } from './limits.ts'
import { accept, reject } from './reject.ts'
import { decodeSa, encodeSa, isSpiSize } from './sa-payload.ts'

/**
 * The body of each payload, that is what follows the generic header. A decoder reads its fields in the order of the
 * RFC's picture from a reader that ends where the payload ends; a field that is cut short shows in `reader.overrun`,
 * which the caller asks once. Whatever is variable aliases the datagram.
 */
type Body = (reader: Reader, limits: WireLimits) => Decoded<Payload>

/** KE §3.7, HASH §3.11, SIG §3.12, NONCE §3.13, VID §3.16 of RFC 2408: data and nothing else. */
const opaque =
  (type: 'KE' | 'HASH' | 'SIG' | 'NONCE' | 'VID'): Body =>
  (reader) =>
    accept<Payload>({ type, data: reader.rest() })

/**
 * RFC 2407 §4.6.2.
 * ```
 * |   ID Type     |  Protocol ID  |             Port              |
 * |                     Identification Data                       |
 * ```
 */
const decodeId: Body = (reader) => {
  const idType = reader.u8()
  const protocol = reader.u8()
  const port = reader.u16()
  return accept({ type: 'ID', idType, protocol, port, data: reader.rest() })
}

/** RFC 2408 §3.9: one octet of encoding, then the certificate. */
const decodeCert: Body = (reader) => {
  const encoding = reader.u8()
  return accept({ type: 'CERT', encoding, data: reader.rest() })
}

/** RFC 2408 §3.10: one octet of encoding, then the authority, empty for any. */
const decodeCertreq: Body = (reader) => {
  const encoding = reader.u8()
  return accept({ type: 'CERTREQ', encoding, authority: reader.rest() })
}

/**
 * RFC 2408 §3.14.
 * ```
 * |              Domain of Interpretation  (DOI)                  |
 * |  Protocol-ID  |   SPI Size    |      Notify Message Type      |
 * |                Security Parameter Index (SPI)                 |
 * |                       Notification Data                       |
 * ```
 */
const decodeNotify: Body = (reader) => {
  const doi = reader.u32()
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const notifyType = reader.u16()
  if (spiSize > reader.remaining)
    return reject('bad-spi-size', reader.offset, `an SPI of ${spiSize} octets in ${reader.remaining}`)
  const spi = reader.take(spiSize)
  return accept({ type: 'NOTIFY', doi, protocolId, spi, notifyType, data: reader.rest() })
}

/**
 * RFC 2408 §3.15. The SPIs fill the payload exactly, so their count is no claim that costs memory.
 * ```
 * |              Domain of Interpretation  (DOI)                  |
 * |  Protocol-Id  |   SPI Size    |           # of SPIs           |
 * |               Security Parameter Index(es) (SPI)              |
 * ```
 */
const decodeDelete: Body = (reader, limits) => {
  const doi = reader.u32()
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const count = reader.u16()
  if ((spiSize === 0 && count > 0) || (doi === dois.IPSEC && !isSpiSize(protocolId, spiSize)))
    return reject('bad-spi-size', reader.offset, `${count} SPIs of ${spiSize} octets for protocol ${protocolId}`)
  if (count > limits.maxSpis)
    return reject('too-many-spis', reader.offset, `${count} SPIs, the limit is ${limits.maxSpis}`)
  if (count * spiSize !== reader.remaining)
    return reject('bad-payload-length', reader.offset, `${count} SPIs of ${spiSize} octets in ${reader.remaining}`)
  const spis: Uint8Array[] = []
  for (let index = 0; index < count; index++) spis.push(reader.take(spiSize))
  return accept({ type: 'DELETE', doi, protocolId, spiSize, spis })
}

/** RFC 3947 §3.2: the hash of cookies, address and port. */
const decodeNatD =
  (draft: boolean): Body =>
  (reader) => {
    const data = reader.rest()
    return accept(draft ? { type: 'NAT-D', draft, data } : { type: 'NAT-D', data })
  }

/**
 * RFC 3947 §5.2.
 * ```
 * |    ID Type    |  RESERVED     |            RESERVED           |
 * |           IPv4 (4 octets) or IPv6 address (16 octets)         |
 * ```
 */
const decodeNatOa =
  (draft: boolean): Body =>
  (reader) => {
    const idType = reader.u8()
    const reservedId = reader.take(3)
    const address = reader.rest()
    const kept = reservedId.some((octet) => octet !== 0) ? { reservedId } : {}
    return accept<Payload>({ type: 'NAT-OA', ...(draft && { draft }), idType, ...kept, address })
  }

/**
 * Cisco's IKE fragment.
 * ```
 * |          Fragment ID          |    Number     | Flags, 1=last |
 * |                             Data                              |
 * ```
 */
const decodeFragment: Body = (reader) => {
  const fragmentId = reader.u16()
  const number = reader.u8()
  const flags = reader.u8()
  return accept({ type: 'FRAGMENT', fragmentId, number, flags, data: reader.rest() })
}

/** The decoder of each payload number that is known; any other is kept as bytes. */
export const bodies: ReadonlyMap<number, Body> = new Map<number, Body>([
  [payloadType.SA, decodeSa],
  [payloadType.KE, opaque('KE')],
  [payloadType.ID, decodeId],
  [payloadType.CERT, decodeCert],
  [payloadType.CERTREQ, decodeCertreq],
  [payloadType.HASH, opaque('HASH')],
  [payloadType.SIG, opaque('SIG')],
  [payloadType.NONCE, opaque('NONCE')],
  [payloadType.NOTIFY, decodeNotify],
  [payloadType.DELETE, decodeDelete],
  [payloadType.VID, opaque('VID')],
  [payloadType.NAT_D, decodeNatD(false)],
  [payloadType.NAT_OA, decodeNatOa(false)],
  [payloadType.NAT_D_DRAFT, decodeNatD(true)],
  [payloadType.NAT_OA_DRAFT, decodeNatOa(true)],
  [payloadType.FRAGMENT, decodeFragment],
])

/** The number that announces the payload in the next-payload field before it. */
export const payloadNumber = (payload: Payload): number => {
  switch (payload.type) {
    case 'NAT-D':
      return payload.draft ? payloadType.NAT_D_DRAFT : payloadType.NAT_D
    case 'NAT-OA':
      return payload.draft ? payloadType.NAT_OA_DRAFT : payloadType.NAT_OA
    case 'UNKNOWN':
      return payload.payloadType
    default:
      return payloadType[payload.type]
  }
}

/** Writes the payload without its generic header. */
export const writeBody = (writer: Writer, payload: Payload): void => {
  switch (payload.type) {
    case 'SA':
      encodeSa(writer, payload)
      return
    case 'ID':
      writer.u8(payload.idType)
      writer.u8(payload.protocol)
      writer.u16(payload.port)
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
    case 'NOTIFY':
      writer.u32(payload.doi)
      writer.u8(payload.protocolId)
      writer.u8(payload.spi.length)
      writer.u16(payload.notifyType)
      writer.bytes(payload.spi)
      writer.bytes(payload.data)
      return
    case 'DELETE':
      writer.u32(payload.doi)
      writer.u8(payload.protocolId)
      writer.u8(payload.spiSize)
      writer.u16(payload.spis.length)
      for (const spi of payload.spis) {
        if (spi.length !== payload.spiSize)
          throw new RangeError(`an SPI of ${spi.length} octets among those of ${payload.spiSize}`)
        writer.bytes(spi)
      }
      return
    case 'NAT-OA':
      writer.u8(payload.idType)
      writer.bytes(payload.reservedId ?? noReserved)
      writer.bytes(payload.address)
      return
    case 'FRAGMENT':
      writer.u16(payload.fragmentId)
      writer.u8(payload.number)
      writer.u8(payload.flags)
      writer.bytes(payload.data)
      return
    case 'KE':
    case 'HASH':
    case 'SIG':
    case 'NONCE':
    case 'VID':
    case 'NAT-D':
    case 'UNKNOWN':
      writer.bytes(payload.data)
      return
    default:
      payload satisfies never
  }
}

const noReserved: Uint8Array = new Uint8Array(3)
