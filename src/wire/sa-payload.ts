import { Reader, type Writer } from './bytes.ts'
import { doi as dois, protocolId as protocols, situation as situations } from './ipsec-registry.ts'
import type { Attribute, Decoded, Payload, Proposal, Transform } from './isakmp-message.ts'
import { notifyType, payloadType } from './isakmp-registry.ts'
import type { WireLimits } from './limits.ts'
import { accept, reject } from './reject.ts'

/**
 * The SA payload and what nests in it: RFC 2408 §3.4 (SA), §3.5 (proposal), §3.6 (transform), §3.3 (attribute) and
 * RFC 2407 §4.6.1 (situation).
 *
 * ```
 * |              Domain of Interpretation  (DOI)                  |
 * |                           Situation                           |
 *
 * |  Next 2 or 0  |   RESERVED    |         Payload Length        |
 * |  Proposal #   |  Protocol-Id  |    SPI Size   |# of Transforms|
 * |                        SPI (variable)                         |
 *
 * |  Next 3 or 0  |   RESERVED    |         Payload Length        |
 * |  Transform #  |  Transform-Id |           RESERVED2           |
 * |                        SA Attributes                          |
 *
 * |A|       Attribute Type        |    AF=1: value, AF=0: length  |
 * ```
 */
type SaPayload = Extract<Payload, { type: 'SA' }>

const situationOffset = 4
const proposalHeaderLength = 8
const transformHeaderLength = 8
const attributeHeaderLength = 4
const attributeFormat = 0x8000

/** Transforms that the rest of the SA payload may still hold; shared by its proposals. */
interface Budget {
  transforms: number
}

/** `reader` stands behind the generic header and ends where the payload ends. */
export const decodeSa = (reader: Reader, limits: WireLimits): Decoded<SaPayload> => {
  const start = reader.offset
  const doi = reader.u32()
  if (reader.overrun) return reject('bad-payload-length', start, 'an SA payload without room for its DOI')
  // Another DOI has a situation of another form: nothing behind it can be found, so all of it is kept as the situation.
  if (doi !== dois.IPSEC) return accept({ type: 'SA', doi, situation: reader.rest(), proposals: [] })
  const situation = reader.take(situationLength(reader))
  if (reader.overrun) return reject('bad-payload-length', start + situationOffset, 'the situation is cut short')
  const proposals: Proposal[] = []
  const budget: Budget = { transforms: limits.maxTransforms }
  for (let more = reader.remaining > 0; more; ) {
    const at = reader.offset
    if (proposals.length === limits.maxProposals)
      return reject('too-many-proposals', at, `more than ${limits.maxProposals} proposals in one SA payload`)
    const next = reader.u8()
    const proposal = decodeProposal(reader, at, budget, limits)
    if (!proposal.ok) return proposal
    proposals.push(proposal.value)
    const misplaced = checkNext(next, payloadType.PROPOSAL, reader, at)
    if (misplaced !== undefined) return misplaced
    more = next !== payloadType.NONE
  }
  return accept({ type: 'SA', doi, situation, proposals })
}

/**
 * Octets of the situation at the reader, without moving it. With secrecy or integrity, a labelled domain and for
 * each of both a level and a category bitmap follow, each padded to 32 bits (RFC 2407 §4.6.1).
 */
const situationLength = (reader: Reader): number => {
  const ahead = new Reader(reader.bytes, reader.offset, reader.end)
  const bits = ahead.u32()
  if ((bits & (situations.SECRECY | situations.INTEGRITY)) !== 0) {
    ahead.u32()
    for (const label of [situations.SECRECY, situations.INTEGRITY]) {
      if ((bits & label) === 0) continue
      const levelOctets = ahead.u16()
      ahead.u16()
      ahead.take(wholeWords(levelOctets))
      const categoryBits = ahead.u16()
      ahead.u16()
      ahead.take(wholeWords(Math.ceil(categoryBits / 8)))
    }
  }
  return ahead.overrun ? Number.POSITIVE_INFINITY : ahead.offset - reader.offset
}

/** Below the SA payload RFC 2408 §5.5 has an error of its own. */
const malformed = (code: 'bad-payload-length' | 'bad-next-payload', offset: number, detail: string): Decoded<never> =>
  reject(code, offset, detail, notifyType.BAD_PROPOSAL_SYNTAX)

const wholeWords = (octets: number): number => Math.ceil(octets / 4) * 4

/** A list inside an SA says at each entry whether another of its kind follows; the container's end must agree. */
const checkNext = (next: number, kind: number, reader: Reader, at: number): Decoded<never> | undefined => {
  const expected = reader.remaining > 0 ? kind : payloadType.NONE
  if (next === expected) return undefined
  if (next === payloadType.NONE)
    return malformed('bad-payload-length', reader.offset, `${reader.remaining} octets behind the last entry`)
  return malformed('bad-next-payload', at, `next payload ${next} inside an SA, expected ${expected}`)
}

/** `at` is where the proposal begins; its next-payload octet is read. */
const decodeProposal = (outer: Reader, at: number, budget: Budget, limits: WireLimits): Decoded<Proposal> => {
  const reserved = outer.u8()
  const length = outer.u16()
  if (outer.overrun || length < proposalHeaderLength || length > outer.end - at)
    return malformed('bad-payload-length', at + 2, `a proposal of ${length} octets in ${outer.end - at}`)
  const reader = new Reader(outer.bytes, outer.offset, at + length)
  outer.offset = at + length
  const number = reader.u8()
  const protocolId = reader.u8()
  const spiSize = reader.u8()
  const transformCount = reader.u8()
  if (!isSpiSize(protocolId, spiSize) || spiSize > reader.remaining)
    return reject('bad-spi-size', at + 6, `an SPI of ${spiSize} octets for protocol ${protocolId}`)
  const spi = reader.take(spiSize)
  // Counted before they are read: the count is the sender's claim, the room is what it really sent.
  if (transformCount > budget.transforms)
    return reject('too-many-transforms', at + 7, `more than ${limits.maxTransforms} transforms in one SA payload`)
  budget.transforms -= transformCount
  const transforms: Transform[] = []
  for (let index = 0; index < transformCount; index++) {
    const begin = reader.offset
    const next = reader.u8()
    const transform = decodeTransform(reader, begin, limits)
    if (!transform.ok) return transform
    transforms.push(transform.value)
    const last = index === transformCount - 1
    const expected = last ? payloadType.NONE : payloadType.TRANSFORM
    if (next !== expected)
      return malformed(
        'bad-next-payload',
        begin,
        `next payload ${next} at transform ${index + 1} of ${transformCount}, expected ${expected}`,
      )
  }
  if (reader.remaining > 0)
    return malformed(
      'bad-payload-length',
      reader.offset,
      `${reader.remaining} octets behind ${transformCount} transforms`,
    )
  const proposal = { number, protocolId, spi, transforms }
  return accept(reserved === 0 ? proposal : { ...proposal, reserved })
}

/** RFC 2408 §2.4, RFC 2407 §4.6.2, RFC 3173 §3.3. A protocol that we do not know may size its SPI as it likes. */
export const isSpiSize = (protocol: number, size: number): boolean => {
  switch (protocol) {
    case protocols.ISAKMP:
      return size <= 16
    case protocols.AH:
    case protocols.ESP:
      return size === 4
    case protocols.IPCOMP:
      return size === 2 || size === 4
    default:
      return true
  }
}

const decodeTransform = (outer: Reader, at: number, limits: WireLimits): Decoded<Transform> => {
  const reserved = outer.u8()
  const length = outer.u16()
  if (outer.overrun || length < transformHeaderLength || length > outer.end - at)
    return malformed('bad-payload-length', at + 2, `a transform of ${length} octets in ${outer.end - at}`)
  const reader = new Reader(outer.bytes, outer.offset, at + length)
  outer.offset = at + length
  const number = reader.u8()
  const id = reader.u8()
  const reserved2 = reader.u16()
  const attributes: Attribute[] = []
  while (reader.remaining > 0) {
    const begin = reader.offset
    if (attributes.length === limits.maxAttributes)
      return reject('too-many-attributes', begin, `more than ${limits.maxAttributes} attributes in one transform`)
    if (reader.remaining < attributeHeaderLength)
      return reject('bad-attribute', begin, `${reader.remaining} octets left for an attribute`)
    const typeField = reader.u16()
    const type = typeField & ~attributeFormat
    if (typeField !== type) attributes.push({ form: 'basic', type, value: reader.u16() })
    else {
      const size = reader.u16()
      if (size > reader.remaining)
        return reject('bad-attribute', begin, `attribute ${type} of ${size} octets in ${reader.remaining}`)
      attributes.push({ form: 'variable', type, value: reader.take(size) })
    }
  }
  const transform = { number, id, attributes }
  if (reserved === 0 && reserved2 === 0) return accept(transform)
  return accept({ ...transform, ...(reserved !== 0 && { reserved }), ...(reserved2 !== 0 && { reserved2 }) })
}

export const encodeSa = (writer: Writer, payload: SaPayload): void => {
  writer.u32(payload.doi)
  writer.bytes(payload.situation)
  payload.proposals.forEach((proposal, index) => {
    const start = writer.length
    writer.u8(index < payload.proposals.length - 1 ? payloadType.PROPOSAL : payloadType.NONE)
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

const encodeTransform = (writer: Writer, transform: Transform, more: boolean): void => {
  const start = writer.length
  writer.u8(more ? payloadType.TRANSFORM : payloadType.NONE)
  writer.u8(transform.reserved ?? 0)
  writer.u16(0)
  writer.u8(transform.number)
  writer.u8(transform.id)
  writer.u16(transform.reserved2 ?? 0)
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
