import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, equalBytes, u16Bytes } from './bytes.ts'
import {
  decodeIkeV2Header,
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  encodeIkeV2Message,
  encodeIkeV2Payloads,
  firstIkeV2PayloadType,
} from './ikev2-codec.ts'
import { describeIkeV2Payload } from './ikev2-describe.ts'
import type {
  ConfigurationAttribute,
  IkeV2Message,
  IkeV2Payload,
  IkeV2Proposal,
  IkeV2Transform,
  TrafficSelector,
} from './ikev2-message.ts'
import { ikeV2PayloadType } from './ikev2-registry.ts'
import type { Attribute } from './isakmp-message.ts'

const seed = 7_296
const u8 = fc.integer({ min: 0, max: 0xff })
const u15 = fc.integer({ min: 0, max: 0x7fff })
const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

/** A field that should be zero is absent where it is. */
const optional = { requiredKeys: [] } satisfies { requiredKeys: never[] }
const nonZero = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
const join = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> =>
  fc.tuple(a, b).map(([left, right]) => ({ ...left, ...right }))
const reserved3 = fc.record({ reserved3: exactly(3).filter((bytes) => bytes.some((octet) => octet !== 0)) }, optional)

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ form: fc.constant('basic' as const), type: u15, value: u16 }),
  fc.record({ form: fc.constant('variable' as const), type: u15, value: octets(12) }),
)
const transform: fc.Arbitrary<IkeV2Transform> = join(
  fc.record({ type: u8, id: u16, attributes: fc.array(attribute, { maxLength: 4 }) }),
  fc.record({ reserved: nonZero(0xff), reserved2: nonZero(0xff) }, optional),
)
const proposal: fc.Arbitrary<IkeV2Proposal> = join(
  fc.record({ number: u8, protocolId: u8, spi: octets(8), transforms: fc.array(transform, { maxLength: 6 }) }),
  fc.record({ reserved: nonZero(0xff) }, optional),
)

const range = (tsType: 7 | 8, length: number): fc.Arbitrary<TrafficSelector> =>
  fc.record({
    ...{ kind: fc.constant('range' as const), tsType: fc.constant(tsType), protocol: u8 },
    ...{ startPort: u16, endPort: u16, start: exactly(length), end: exactly(length) },
  })
const selector: fc.Arbitrary<TrafficSelector> = fc.oneof(
  range(7, 4),
  range(8, 16),
  fc.record({
    kind: fc.constant('unknown' as const),
    tsType: u8.filter((type) => type !== 7 && type !== 8),
    protocol: u8,
    data: octets(20),
  }),
)
const configured: fc.Arbitrary<ConfigurationAttribute> = join(
  fc.record({ type: u15, value: octets(20) }),
  fc.record({ reserved: fc.constant(true as const) }, optional),
)

const sized = fc.oneof(
  fc.record({ spiSize: fc.constant(4), spis: fc.array(exactly(4), { maxLength: 4 }) }),
  fc.record({ spiSize: fc.constant(8), spis: fc.array(exactly(8), { maxLength: 2 }) }),
  fc.record({ spiSize: u8, spis: fc.constant([]) }),
)

const knownTypes: ReadonlySet<number> = new Set(
  Object.entries(ikeV2PayloadType)
    .filter(([name]) => !['GSPM', 'IDg', 'GSA', 'KD', 'PS'].includes(name))
    .map(([, number]) => number),
)
const one = <T extends IkeV2Payload['type']>(type: T): fc.Arbitrary<T> => fc.constant(type)

const clear = fc.oneof<fc.Arbitrary<IkeV2Payload>[]>(
  fc.array(proposal, { minLength: 1, maxLength: 3 }).map((proposals) => ({ type: 'SA', proposals })),
  join(
    fc.record({ type: one('KE'), group: u16, data: octets(40) }),
    fc.record({ reserved2: nonZero(0xffff) }, optional),
  ),
  join(fc.record({ type: fc.constantFrom('IDi' as const, 'IDr' as const), idType: u8, data: octets(30) }), reserved3),
  fc.record({ type: one('CERT'), encoding: u8, data: octets(60) }),
  fc.record({ type: one('CERTREQ'), encoding: u8, authority: octets(60) }),
  join(fc.record({ type: one('AUTH'), method: u8, data: octets(60) }), reserved3),
  fc.record({ type: fc.constantFrom('NONCE' as const, 'VID' as const, 'EAP' as const), data: octets(40) }),
  fc.record({ type: one('NOTIFY'), protocolId: u8, spi: octets(8), notifyType: u16, data: octets(20) }),
  join(fc.record({ type: one('DELETE'), protocolId: u8 }), sized),
  join(
    fc.record({
      type: fc.constantFrom('TSi' as const, 'TSr' as const),
      selectors: fc.array(selector, { maxLength: 5 }),
    }),
    reserved3,
  ),
  join(
    fc.record({ type: one('CP'), configurationType: u8, attributes: fc.array(configured, { maxLength: 6 }) }),
    reserved3,
  ),
  fc.record({
    type: one('UNKNOWN'),
    payloadType: u8.filter((number) => !knownTypes.has(number)),
    data: octets(30),
  }),
)
const encrypted = fc.oneof<fc.Arbitrary<IkeV2Payload>[]>(
  fc.record({ type: one('SK'), firstInner: u8, data: octets(80) }),
  fc.record({ type: one('SKF'), firstInner: u8, number: u16, total: u16, data: octets(80) }),
)
const generic = fc.record({ critical: fc.constant(true as const), reserved: nonZero(0x7f) }, optional)
const payload = join(clear, generic) as fc.Arbitrary<IkeV2Payload>
const payloads = fc.array(payload, { maxLength: 10 })
const travelling = fc
  .tuple(payloads, fc.option(join(encrypted, generic) as fc.Arbitrary<IkeV2Payload>))
  .map(([chain, last]) => (last === null ? chain : [...chain, last]))

const envelope = fc.record({
  ...{ initiatorSpi: exactly(8), responderSpi: exactly(8), exchangeType: u8, flags: u8, messageId: u32 },
  minorVersion: fc.integer({ min: 0, max: 15 }),
})

const reencode = ({ header, payloads: decoded }: IkeV2Message): Uint8Array =>
  encodeIkeV2Message({ ...header, payloads: decoded })

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
  const written = kind === 'octet' ? Uint8Array.of(value) : u16Bytes(value)
  return concat(before, written, after.subarray(written.length))
}

const withLength = (bytes: Uint8Array): Uint8Array => {
  const fixed = bytes.slice()
  if (fixed.length >= 28) fixed.set([0, 0, fixed.length >>> 8, fixed.length & 0xff], 24)
  return fixed
}

describe('IKEv2 round trips', () => {
  it('decode(encode(message)) is the message', () => {
    fc.assert(
      fc.property(envelope, travelling, (fields, chain) => {
        const bytes = encodeIkeV2Message({ ...fields, payloads: chain })
        const header = {
          ...fields,
          ...{ nextPayload: firstIkeV2PayloadType(chain), majorVersion: 2, length: bytes.length },
        }
        expect(decodeIkeV2Message(bytes)).toEqual({ ok: true, value: { header, payloads: chain } })
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('decode(encode(what was encrypted)) is the same payloads', () => {
    fc.assert(
      fc.property(payloads, (chain) => {
        const decoded = decodeIkeV2Payloads(firstIkeV2PayloadType(chain), encodeIkeV2Payloads(chain))
        expect(decoded).toEqual({ ok: true, value: chain })
      }),
      { seed, numRuns: 500 },
    )
  })

  it('a mutated message is rejected as a value, or encodes to the same octets again', () => {
    let accepted = 0
    let rejected = 0
    fc.assert(
      fc.property(
        envelope,
        travelling,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (fields, chain, changes) => {
          const bytes = withLength(changes.reduce(mutate, encodeIkeV2Message({ ...fields, payloads: chain })))
          const decoded = decodeIkeV2Message(bytes)
          if (decoded.ok) {
            accepted++
            expect(equalBytes(reencode(decoded.value), bytes)).toBe(true)
            for (const each of decoded.value.payloads) expect(describeIkeV2Payload(each)).not.toBe('')
          } else {
            rejected++
            expect(decoded.reject.offset).toBeLessThanOrEqual(bytes.length)
            expect([5, 7]).toContain(decoded.reject.notifyType)
          }
        },
      ),
      { seed, numRuns: 5_000 },
    )
    expect(accepted).toBeGreaterThan(500)
    expect(rejected).toBeGreaterThan(500)
  })

  it('any octets behind any first payload are rejected as a value, or encode to the same octets again', () => {
    let accepted = 0
    fc.assert(
      fc.property(u8, fc.uint8Array({ maxLength: 300 }), (first, body) => {
        decodeIkeV2Header(body)
        const decoded = decodeIkeV2Payloads(first, body)
        if (!decoded.ok) return
        accepted++
        expect(firstIkeV2PayloadType(decoded.value)).toBe(first)
        expect(equalBytes(encodeIkeV2Payloads(decoded.value), body)).toBe(true)
      }),
      { seed, numRuns: 20_000 },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  it('any cut of a message is rejected as a value', () => {
    fc.assert(
      fc.property(envelope, fc.array(payload, { minLength: 1, maxLength: 4 }), (fields, chain) => {
        const bytes = encodeIkeV2Message({ ...fields, payloads: chain })
        for (let length = 0; length < bytes.length; length += 1)
          expect(decodeIkeV2Message(bytes.subarray(0, length)).ok).toBe(false)
      }),
      { seed, numRuns: 50 },
    )
  })
})

describe('the octets that a decoder hands out', () => {
  it('are the datagram’s own: nothing is copied', () => {
    const bytes = encodeIkeV2Message({
      ...{ initiatorSpi: new Uint8Array(8), responderSpi: new Uint8Array(8), exchangeType: 34, flags: 8, messageId: 0 },
      payloads: [{ type: 'NONCE', data: new Uint8Array(16) }],
    })
    const decoded = decodeIkeV2Message(bytes)
    const nonce = decoded.ok ? decoded.value.payloads[0] : undefined
    expect(nonce?.type === 'NONCE' && nonce.data.buffer).toBe(bytes.buffer)
  })
})
