import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, equalBytes, u16Bytes } from './bytes.ts'
import { describePayload } from './describe.ts'
import { decodeHeader } from './header.ts'
import type { Attribute, ClearMessage, Payload, Proposal, Transform } from './isakmp-message.ts'
import { decodeClearMessage, encodeClearMessage, encodeHeader } from './message.ts'
import { decodePayloads, encodePayloads, firstPayloadType } from './payload-chain.ts'
import { bodies } from './payload-codec.ts'

const seed = 20_408
const u8 = fc.integer({ min: 0, max: 0xff })
const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

/** A reserved field is absent where it is zero. */
const reserved = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
const optional = { requiredKeys: [] } satisfies { requiredKeys: never[] }

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ form: fc.constant('basic' as const), type: fc.integer({ min: 0, max: 0x7fff }), value: u16 }),
  fc.record({ form: fc.constant('variable' as const), type: fc.integer({ min: 0, max: 0x7fff }), value: octets(12) }),
)

const withReserved = <T extends object>(base: fc.Arbitrary<T>): fc.Arbitrary<T & { reserved?: number }> =>
  fc.tuple(base, fc.record({ reserved: reserved(0xff) }, optional)).map(([value, extra]) => ({ ...value, ...extra }))

const transform: fc.Arbitrary<Transform> = withReserved(
  fc
    .tuple(
      fc.record({ number: u8, id: u8, attributes: fc.array(attribute, { maxLength: 8 }) }),
      fc.record({ reserved2: reserved(0xffff) }, optional),
    )
    .map(([value, extra]) => ({ ...value, ...extra })),
)

const protocolAndSpi = fc.oneof(
  fc.record({ protocolId: fc.constant(1), spi: octets(16) }),
  fc.record({ protocolId: fc.constantFrom(2, 3), spi: exactly(4) }),
  fc.record({ protocolId: fc.integer({ min: 5, max: 255 }), spi: octets(20) }),
)

const proposal: fc.Arbitrary<Proposal> = withReserved(
  fc
    .tuple(protocolAndSpi, fc.record({ number: u8, transforms: fc.array(transform, { maxLength: 4 }) }))
    .map(([protocol, rest]) => ({ ...protocol, ...rest })),
)

const opaque = (type: 'KE' | 'HASH' | 'SIG' | 'NONCE' | 'VID'): fc.Arbitrary<Payload> =>
  octets(40).map((data) => ({ type, data }))

const draft = fc.constantFrom({}, { draft: true as const })
const nonZero = exactly(3).filter((bytes) => bytes.some((octet) => octet !== 0))

const deletion: fc.Arbitrary<Payload> = fc
  .oneof(
    fc.record({ protocolId: fc.constant(3), spis: fc.array(exactly(4), { maxLength: 4 }), spiSize: fc.constant(4) }),
    fc.record({ protocolId: fc.constant(1), spis: fc.array(exactly(16), { maxLength: 2 }), spiSize: fc.constant(16) }),
  )
  .map((sized) => ({ type: 'DELETE', doi: 1, ...sized }))

const unknownType = u8.filter((number) => number > 3 && !bodies.has(number))

const payload: fc.Arbitrary<Payload> = withReserved(
  fc.oneof<fc.Arbitrary<Payload>[]>(
    fc
      .array(proposal, { maxLength: 3 })
      .map((proposals) => ({ type: 'SA', doi: 1, situation: Uint8Array.of(0, 0, 0, 1), proposals })),
    ...(['KE', 'HASH', 'SIG', 'NONCE', 'VID'] as const).map(opaque),
    fc.record({ type: fc.constant('ID' as const), idType: u8, protocol: u8, port: u16, data: octets(30) }),
    fc.record({ type: fc.constant('CERT' as const), encoding: u8, data: octets(60) }),
    fc.record({ type: fc.constant('CERTREQ' as const), encoding: u8, authority: octets(60) }),
    fc.record({
      ...{ type: fc.constant('NOTIFY' as const), doi: u32, protocolId: u8, notifyType: u16 },
      ...{ spi: octets(20), data: octets(20) },
    }),
    deletion,
    fc.tuple(draft, octets(64)).map(([form, data]) => ({ type: 'NAT-D', ...form, data })),
    fc
      .tuple(draft, fc.record({ reservedId: nonZero }, optional), u8, octets(16))
      .map(([form, kept, idType, address]) => ({ type: 'NAT-OA', ...form, ...kept, idType, address })),
    fc.record({
      ...{ type: fc.constant('FRAGMENT' as const), fragmentId: u16, number: u8, flags: u8 },
      data: octets(80),
    }),
    fc.record({ type: fc.constant('UNKNOWN' as const), payloadType: unknownType, data: octets(30) }),
  ),
)

const payloads = fc.array(payload, { maxLength: 10 })
const envelope = fc.record({
  initiatorCookie: exactly(8),
  responderCookie: exactly(8),
  exchangeType: u8,
  flags: u8.map((flags) => flags & ~1),
  messageId: u32,
})

const reencode = ({ header, payloads: decoded }: ClearMessage): Uint8Array =>
  concat(encodeHeader(header), encodePayloads(decoded))

/** Cuts, overwrites and inserts: what a fuzzer does to a good message, with the length put right again. */
const mutation = fc.record({
  at: fc.nat(2000),
  kind: fc.constantFrom('octet', 'word', 'cut', 'insert'),
  value: u16,
})

const mutate = (bytes: Uint8Array, { at, kind, value }: { at: number; kind: string; value: number }): Uint8Array => {
  const place = at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  if (kind === 'cut') return before
  if (kind === 'insert') return concat(before, u16Bytes(value), after)
  const octetsOf = kind === 'octet' ? Uint8Array.of(value) : u16Bytes(value)
  return concat(before, octetsOf, after.subarray(octetsOf.length))
}

const withLength = (bytes: Uint8Array): Uint8Array => {
  const fixed = bytes.slice()
  if (fixed.length >= 28) fixed.set([0, 0, fixed.length >>> 8, fixed.length & 0xff], 24)
  return fixed
}

describe('round trips', () => {
  it('decode(encode(message)) is the message', () => {
    fc.assert(
      fc.property(envelope, payloads, (fields, chain) => {
        const bytes = encodeClearMessage({ ...fields, payloads: chain })
        const decoded = decodeClearMessage(bytes)
        const header = {
          ...fields,
          ...{ nextPayload: firstPayloadType(chain), majorVersion: 1, minorVersion: 0, length: bytes.length },
        }
        expect(decoded).toEqual({ ok: true, value: { header, payloads: chain } })
      }),
      { seed, numRuns: 500 },
    )
  })

  it('decode(encode(body)) is the body, padding included', () => {
    fc.assert(
      fc.property(payloads, octets(32), (chain, padding) => {
        const body = encodePayloads(chain, padding)
        const decoded = decodePayloads(firstPayloadType(chain), body)
        expect(decoded).toEqual({ ok: true, value: { payloads: chain, padding } })
      }),
      { seed, numRuns: 300 },
    )
  })

  it('a mutated message is rejected as a value, or encodes to the same octets again', () => {
    let accepted = 0
    let rejected = 0
    fc.assert(
      fc.property(envelope, payloads, fc.array(mutation, { minLength: 1, maxLength: 4 }), (fields, chain, changes) => {
        const bytes = withLength(changes.reduce(mutate, encodeClearMessage({ ...fields, payloads: chain })))
        const decoded = decodeClearMessage(bytes)
        if (decoded.ok) {
          accepted++
          expect(equalBytes(reencode(decoded.value), bytes)).toBe(true)
          for (const each of decoded.value.payloads) expect(describePayload(each)).not.toBe('')
        } else {
          rejected++
          expect(decoded.reject.offset).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { seed, numRuns: 5_000 },
    )
    expect(accepted).toBeGreaterThan(500)
    expect(rejected).toBeGreaterThan(500)
  })

  it('any octets behind any first payload are rejected as a value, or encode to the same octets again', () => {
    fc.assert(
      fc.property(u8, fc.uint8Array({ maxLength: 300 }), (first, body) => {
        decodeHeader(body)
        const decoded = decodePayloads(first, body)
        if (!decoded.ok) return
        expect(firstPayloadType(decoded.value.payloads)).toBe(first)
        expect(equalBytes(encodePayloads(decoded.value.payloads, decoded.value.padding), body)).toBe(true)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})
