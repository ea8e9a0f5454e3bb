import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import type { Payload, Transform } from './isakmp-message.ts'
import { defaultLimits, type WireLimits } from './limits.ts'
import { decodeClearMessage, encodeClearMessage } from './message.ts'
import { decodePayloads, encodePayloads, firstPayloadType } from './payload-chain.ts'

const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)
const noBytes = new Uint8Array(0)

const transform = (attributes: number): Transform => ({
  number: 1,
  id: 1,
  attributes: many(attributes, { form: 'basic', type: 1, value: 7 } as const),
})

const sa = (...proposals: readonly (readonly Transform[])[]): Payload => ({
  type: 'SA',
  doi: 1,
  situation: fromHex('00000001'),
  proposals: proposals.map((transforms, index) => ({ number: index, protocolId: 1, spi: noBytes, transforms })),
})

const certreq: Payload = { type: 'CERTREQ', encoding: 4, authority: noBytes }
const deletion = (count: number): Payload => ({
  type: 'DELETE',
  doi: 1,
  protocolId: 3,
  spiSize: 4,
  spis: many(count, fromHex('01020304')),
})

/** For each limit: set to 5, what just passes and what does not. */
const cases: readonly (readonly [keyof WireLimits, string, readonly Payload[], readonly Payload[]])[] = [
  ['maxPayloads', 'too-many-payloads', many(5, sa()), many(6, sa())],
  ['maxProposals', 'too-many-proposals', [sa(...many(5, []))], [sa(...many(6, []))]],
  ['maxTransforms', 'too-many-transforms', [sa(many(5, transform(0)))], [sa(many(6, transform(0)))]],
  ['maxAttributes', 'too-many-attributes', [sa([transform(5)])], [sa([transform(6)])]],
  ['maxCertificateRequests', 'too-many-certificate-requests', many(5, certreq), many(6, certreq)],
  ['maxSpis', 'too-many-spis', [deletion(5)], [deletion(6)]],
]

describe('the limit', () => {
  it.each(cases)('%s holds what it says and rejects one more as %s', (limit, code, within, beyond) => {
    const limits = { ...defaultLimits, [limit]: 5 }
    expect(decodePayloads(firstPayloadType(within), encodePayloads(within), limits).ok).toBe(true)
    const rejected = decodePayloads(firstPayloadType(beyond), encodePayloads(beyond), limits)
    expect(!rejected.ok && rejected.reject).toMatchObject({ code, notifyType: 16 })
    expect(!rejected.ok && rejected.reject.detail).toContain('5')
    expect(decodePayloads(firstPayloadType(beyond), encodePayloads(beyond)).ok).toBe(true)
  })

  it('maxTransforms counts the transforms of all proposals together', () => {
    const limits = { ...defaultLimits, maxTransforms: 5 }
    const three = many(3, transform(0))
    const decoded = decodePayloads(1, encodePayloads([sa(three, three)]), limits)
    expect(!decoded.ok && decoded.reject.code).toBe('too-many-transforms')
  })

  it('maxMessage counts the header, in a clear message and in a decrypted body', () => {
    const cookies = { initiatorCookie: new Uint8Array(8), responderCookie: new Uint8Array(8) }
    const payloads: readonly Payload[] = [{ type: 'VID', data: new Uint8Array(68) }]
    const message = encodeClearMessage({ ...cookies, exchangeType: 2, flags: 0, messageId: 0, payloads })
    const body = message.subarray(28)
    expect(message.length).toBe(100)
    for (const [maxMessage, ok] of [
      [100, true],
      [99, false],
    ] as const) {
      const limits = { ...defaultLimits, maxMessage }
      expect(decodeClearMessage(message, limits).ok).toBe(ok)
      expect(decodePayloads(13, body, limits).ok).toBe(ok)
    }
    const rejected = decodeClearMessage(message, { ...defaultLimits, maxMessage: 99 })
    expect(!rejected.ok && rejected.reject.code).toBe('too-large')
  })

  it('of certificate requests leaves room for a router that asks for every CA it knows', () => {
    const chain = encodePayloads(many(100, certreq))
    expect(decodePayloads(7, chain).ok).toBe(true)
  })
})

describe('a hostile count', () => {
  it('costs nothing: what is announced and not sent is never allocated', () => {
    // 65535 SPIs of no octets each, in a payload of 12.
    const spis = decodePayloads(12, fromHex('00 00 000c 00000001 09 00 ffff'), { ...defaultLimits, maxSpis: 65_535 })
    expect(!spis.ok && spis.reject.code).toBe('bad-spi-size')
  })

  it('of the smallest payloads that fill a datagram stops at the limit', () => {
    const body = new Uint8Array(65_507)
    for (let at = 0; at + 4 <= body.length; at += 4) body.set([13, 0, 0, 4], at)
    const decoded = decodePayloads(13, body)
    expect(!decoded.ok && decoded.reject).toMatchObject({
      code: 'too-many-payloads',
      offset: 4 * defaultLimits.maxPayloads,
    })
  })
})
