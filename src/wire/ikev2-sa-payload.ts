import { Reader, type Writer } from './bytes.ts'
import type { IkeV2Payload, IkeV2Proposal, IkeV2Transform } from './ikev2-message.ts'
import { malformedV2, rejectV2 } from './ikev2-reject.ts'
import type { Attribute, Decoded } from './isakmp-message.ts'
import type { WireLimits } from './limits.ts'
import { accept } from './reject.ts'

/**
 * The SA payload of IKEv2 and what nests in it, RFC 7296 §3.3.
 *
 * ```
 * | Last (0) or 2 |   RESERVED    |         Proposal Length       |
 * | Proposal Num  |  Protocol ID  |    SPI Size   |Num  Transforms|
 * |                        SPI (variable)                         |
 *
 * | Last (0) or 3 |   RESERVED    |        Transform Length       |
 * |Transform Type |   RESERVED    |          Transform ID         |
 * |                      Transform Attributes                     |
 * ```
 */
type SaPayload = Extract<IkeV2Payload, { type: 'SA' }>

const moreProposals = 2
const moreTransforms = 3
const substructureHeader = 8
const attributeFormat = 0x8000

/** `reader` stands behind the generic header and ends where the payload ends. */
export const decodeIkeV2Sa = (reader: Reader, limits: WireLimits): Decoded<SaPayload> => {
  const proposals: IkeV2Proposal[] = []
  const budget = { transforms: limits.maxTransforms }
  for (let more = true; more; ) {
    const at = reader.offset
    if (proposals.length === limits.maxProposals)
      return rejectV2('too-many-proposals', at, `more than ${limits.maxProposals} proposals in one SA payload`)
    const last = reader.u8()
    const proposal = decodeProposal(reader, at, budget, limits)
    if (!proposal.ok) return proposal
    proposals.push(proposal.value)
    more = reader.remaining > 0
    if (last !== (more ? moreProposals : 0))
      return malformedV2(at, `a proposal says ${last}, ${reader.remaining} octets follow`)
  }
  return accept({ type: 'SA', proposals })
}

/** `at` is where the proposal begins; its first octet is read. */
const decodeProposal = (
  outer: Reader,
  at: number,
  budget: { transforms: number },
  limits: WireLimits,
): Decoded<IkeV2Proposal> => {
  const reserved = outer.u8()
  const length = outer.u16()
  if (outer.overrun || length < substructureHeader || length > outer.end - at)
    return malformedV2(at + 2, `a proposal of ${length} octets in ${outer.end - at}`)
  const reader = new Reader(outer.bytes, outer.offset, at + length)
  outer.offset = at + length
  const number = reader.u8()
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const count = reader.u8()
  if (spiSize > reader.remaining)
    return rejectV2('bad-spi-size', at + 6, `an SPI of ${spiSize} octets in ${reader.remaining}`)
  const spi = reader.take(spiSize)
  // Counted before they are read: the count is the sender's claim, the room is what it really sent.
  if (count > budget.transforms)
    return rejectV2('too-many-transforms', at + 7, `more than ${limits.maxTransforms} transforms in one SA payload`)
  budget.transforms -= count
  const transforms: IkeV2Transform[] = []
  for (let index = 0; index < count; index += 1) {
    const begin = reader.offset
    const last = reader.u8()
    const transform = decodeTransform(reader, begin, limits)
    if (!transform.ok) return transform
    transforms.push(transform.value)
    if (last !== (index < count - 1 ? moreTransforms : 0))
      return malformedV2(begin, `transform ${index + 1} of ${count} says ${last}`)
  }
  if (reader.remaining > 0) return malformedV2(reader.offset, `${reader.remaining} octets behind ${count} transforms`)
  const proposal = { number, protocolId, spi, transforms }
  return accept(reserved === 0 ? proposal : { ...proposal, reserved })
}

const decodeTransform = (outer: Reader, at: number, limits: WireLimits): Decoded<IkeV2Transform> => {
  const reserved = outer.u8()
  const length = outer.u16()
  if (outer.overrun || length < substructureHeader || length > outer.end - at)
    return malformedV2(at + 2, `a transform of ${length} octets in ${outer.end - at}`)
  const reader = new Reader(outer.bytes, outer.offset, at + length)
  outer.offset = at + length
  const type = reader.u8()
  const reserved2 = reader.u8()
  const id = reader.u16()
  const attributes: Attribute[] = []
  while (reader.remaining > 0) {
    const begin = reader.offset
    if (attributes.length === limits.maxAttributes)
      return rejectV2('too-many-attributes', begin, `more than ${limits.maxAttributes} attributes in one transform`)
    const attribute = decodeAttribute(reader)
    if (!attribute) return rejectV2('bad-attribute', begin, 'an attribute is cut short')
    attributes.push(attribute)
  }
  const transform = { type, id, attributes }
  if (reserved === 0 && reserved2 === 0) return accept(transform)
  return accept({ ...transform, ...(reserved !== 0 && { reserved }), ...(reserved2 !== 0 && { reserved2 }) })
}

const decodeAttribute = (reader: Reader): Attribute | null => {
  const typeField = reader.u16()
  const type = typeField & ~attributeFormat
  const value = reader.u16()
  if (reader.overrun) return null
  if (typeField !== type) return { form: 'basic', type, value }
  return value > reader.remaining ? null : { form: 'variable', type, value: reader.take(value) }
}

export const encodeIkeV2Sa = (writer: Writer, { proposals }: SaPayload): void => {
  proposals.forEach((proposal, index) => {
    const start = writer.length
    writer.u8(index < proposals.length - 1 ? moreProposals : 0)
    writer.u8(proposal.reserved ?? 0)
    writer.u16(0)
    writer.u8(proposal.number)
    writer.u8(proposal.protocolId)
    writer.u8(proposal.spi.length)
    writer.u8(proposal.transforms.length)
    writer.bytes(proposal.spi)
    proposal.transforms.forEach((transform, position) => {
      encodeTransform(writer, transform, position < proposal.transforms.length - 1)
    })
    writer.patchU16(start + 2, writer.length - start)
  })
}

const encodeTransform = (writer: Writer, transform: IkeV2Transform, more: boolean): void => {
  const start = writer.length
  writer.u8(more ? moreTransforms : 0)
  writer.u8(transform.reserved ?? 0)
  writer.u16(0)
  writer.u8(transform.type)
  writer.u8(transform.reserved2 ?? 0)
  writer.u16(transform.id)
  for (const attribute of transform.attributes) {
    if (attribute.type >= attributeFormat) throw new RangeError(`attribute type ${attribute.type} does not fit 15 bits`)
    if (attribute.form === 'basic') {
      writer.u16(attribute.type | attributeFormat)
      writer.u16(attribute.value)
    } else {
      writer.u16(attribute.type)
      writer.u16(attribute.value.length)
      writer.bytes(attribute.value)
    }
  }
  writer.patchU16(start + 2, writer.length - start)
}
