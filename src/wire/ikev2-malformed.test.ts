import { describe, expect, it } from 'vitest'
import { concat, fromHex } from './bytes.ts'
import { decodeIkeV2Header, decodeIkeV2Message, decodeIkeV2Payloads, encodeIkeV2Payloads } from './ikev2-codec.ts'
import type { IkeV2Payload, IkeV2Transform } from './ikev2-message.ts'
import { defaultLimits, type WireLimits } from './limits.ts'

const invalidSyntax = 7

/** First payload number, chain, and the rejection: code and offset. The notify is INVALID_SYNTAX throughout. */
type Trap = readonly [string, number, string, readonly [string, number]]

const oneTransform = '00 00 0008 01 00 0003'

const chains: readonly Trap[] = [
  ['a payload announced where nothing is left', 40, '', ['truncated', 0]],
  ['a second payload announced where nothing is left', 40, '28000004', ['truncated', 4]],
  ['a generic header cut short', 40, '000000', ['truncated', 0]],
  ['a payload of 0 octets, which would be read for ever', 40, '28000000', ['bad-payload-length', 2]],
  ['a payload of 3 octets', 40, '28000003', ['bad-payload-length', 2]],
  ['an unknown payload of 0 octets', 200, '00000000', ['bad-payload-length', 2]],
  ['a payload of 65535 octets in 4', 40, '0000ffff', ['truncated', 0]],
  ['a payload one octet longer than the rest', 40, '00000006aa', ['truncated', 0]],
  ['octets behind the last payload', 40, '00000005 aa bb', ['bad-length', 5]],
  ['an SA without proposals', 33, '00000004', ['bad-payload-length', 6]],
  ['a proposal of 7 octets', 33, '0000000b 00 00 0007 01 01 00', ['bad-payload-length', 6]],
  ['a proposal longer than its SA', 33, '0000000c 00 00 0009 01 01 00 00', ['bad-payload-length', 6]],
  ['an SPI longer than its proposal', 33, '0000000d 00 00 0009 01 01 08 00 aa', ['bad-spi-size', 10]],
  ['a proposal that says another follows', 33, '0000000c 02 00 0008 01 01 00 00', ['bad-payload-length', 4]],
  [
    'a proposal that says it is the last, and is not',
    33,
    '00000014 00 00 0008 01 01 00 00 00 00 0008 02 01 00 00',
    ['bad-payload-length', 4],
  ],
  [
    'more transforms than there are',
    33,
    `00000014 00 00 0010 01 01 00 02 03${oneTransform.slice(2)}`,
    ['bad-payload-length', 22],
  ],
  [
    'fewer transforms than there are',
    33,
    `00000014 00 00 0010 01 01 00 00 ${oneTransform}`,
    ['bad-payload-length', 12],
  ],
  [
    'a transform that says another follows',
    33,
    '00000014 00 00 0010 01 01 00 01 03 00 0008 01 00 0003',
    ['bad-payload-length', 12],
  ],
  ['a transform of 4 octets', 33, '00000014 00 00 0010 01 01 00 01 00 00 0004 01 00 0003', ['bad-payload-length', 14]],
  [
    'an attribute without its value',
    33,
    '00000016 00 00 0012 01 01 00 01 00 00 000a 01 00 000c 800e',
    ['bad-attribute', 20],
  ],
  [
    'an attribute longer than its transform',
    33,
    '00000019 00 00 0015 01 01 00 01 00 00 000d 01 00 000c 000e 0002 80',
    ['bad-attribute', 20],
  ],
  ['a KE without its group', 34, '00000005 00', ['bad-payload-length', 4]],
  ['an identity that ends in its reserved field', 35, '00000007 02 0000', ['bad-payload-length', 4]],
  ['an empty identity payload', 36, '00000004', ['bad-payload-length', 4]],
  ['a certificate without encoding', 37, '00000004', ['bad-payload-length', 4]],
  ['a certificate request without encoding', 38, '00000004', ['bad-payload-length', 4]],
  ['an AUTH that ends in its reserved field', 39, '00000007 010000', ['bad-payload-length', 4]],
  ['a notify that ends in its fixed fields', 41, '00000007 03 00 40', ['bad-payload-length', 4]],
  ['a notify whose SPI runs past it', 41, '0000000b 03 04 4009 010203', ['bad-spi-size', 8]],
  ['a delete of more SPIs than it holds', 42, '0000000c 03 04 0002 01020304', ['bad-payload-length', 8]],
  ['a delete of fewer SPIs than it holds', 42, '0000000c 03 04 0000 01020304', ['bad-payload-length', 8]],
  ['a delete of SPIs of no octets', 42, '00000008 01 00 ffff', ['bad-spi-size', 8]],
  ['a delete that ends in its fixed fields', 42, '00000007 030400', ['bad-payload-length', 4]],
  ['selectors that end in their reserved field', 44, '00000006 0100', ['bad-payload-length', 6]],
  ['a selector that is announced and not there', 44, '00000008 01 000000', ['bad-payload-length', 8]],
  ['a selector of 3 octets', 45, '0000000c 01 000000 07 00 0003', ['bad-payload-length', 8]],
  [
    'an IPv4 selector of 15 octets',
    45,
    '00000017 01 000000 07 00 000f 0000 ffff 0a000000 0a0000',
    ['bad-payload-length', 8],
  ],
  [
    'an IPv6 selector as long as one of IPv4',
    45,
    '00000018 01 000000 08 00 0010 0000 ffff 0a000000 0a0000ff',
    ['bad-payload-length', 8],
  ],
  ['octets behind the last selector', 45, '00000009 00 000000 aa', ['bad-payload-length', 8]],
  ['a configuration attribute cut short', 47, '0000000b 01 000000 0001 00', ['bad-attribute', 8]],
  ['a configuration attribute longer than its payload', 47, '0000000d 01 000000 0001 0002 0a', ['bad-attribute', 8]],
  ['a configuration payload that ends in its reserved field', 47, '00000006 0100', ['bad-payload-length', 4]],
  ['a fragment without its total', 53, '00000006 0001', ['bad-payload-length', 4]],
]

const reencrypted: readonly Trap[] = [
  ['an encrypted payload inside another', 46, '28000005 aa', ['bad-next-payload', 0]],
  ['a fragment inside an encrypted payload', 40, '35000004 0000000800010001', ['bad-next-payload', 0]],
]

const inMessage = (first: number, body: Uint8Array): Uint8Array => {
  const header = new Uint8Array(28)
  header.set([first, 0x20, 34, 8], 16)
  header.set([0, 0, (28 + body.length) >>> 8, (28 + body.length) & 0xff], 24)
  return concat(header, body)
}

describe('a chain is rejected, at the octet that is wrong, with', () => {
  it.each([...chains, ...reencrypted])('%s', (_, first, hex, [code, offset]) => {
    const decoded = decodeIkeV2Payloads(first, fromHex(hex))
    expect(decoded.ok || decoded.reject).toMatchObject({ code, offset, notifyType: invalidSyntax })
  })

  it.each(chains)('%s, counted from the start of a message', (_, first, hex, [code, offset]) => {
    const decoded = decodeIkeV2Message(inMessage(first, fromHex(hex)))
    expect(decoded.ok || decoded.reject).toMatchObject({ code, offset: 28 + offset, notifyType: invalidSyntax })
  })

  it('a payload behind SK, which must be the last', () => {
    const decoded = decodeIkeV2Message(inMessage(46, fromHex('28000006 aabb 00000005 cc')))
    expect(decoded.ok || decoded.reject).toMatchObject({ code: 'bad-length', offset: 34, notifyType: invalidSyntax })
  })
})

describe('a header is rejected', () => {
  const good = inMessage(0, new Uint8Array(0))
  const changed = (at: number, ...octets: readonly number[]): Uint8Array => {
    const bytes = good.slice()
    bytes.set(octets, at)
    return bytes
  }
  const headers: readonly (readonly [string, Uint8Array, string, number])[] = [
    ['of 27 octets', good.subarray(0, 27), 'truncated', 7],
    ['of no octets', good.subarray(0, 0), 'truncated', 7],
    ['of IKEv1', changed(17, 0x10), 'bad-version', 5],
    ['of a version that is to come', changed(17, 0x30), 'bad-version', 5],
    ['with a length that is not the datagram’s (CVE-2013-4564)', changed(24, 0, 0, 0, 29), 'bad-length', 7],
    ['with a length below its own', changed(24, 0, 0, 0, 0), 'bad-length', 7],
    ['with a length of 32 bits', changed(24, 0xff, 0xff, 0xff, 0xff), 'bad-length', 7],
  ]

  it.each(headers)('%s', (_, bytes, code, notifyType) => {
    const decoded = decodeIkeV2Header(bytes)
    expect(decoded.ok || decoded.reject).toMatchObject({ code, notifyType })
    expect(decodeIkeV2Message(bytes)).toEqual(decoded)
  })
})

const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)
const empty = new Uint8Array(0)
const transform = (attributes: number): IkeV2Transform => ({
  type: 1,
  id: 12,
  attributes: many(attributes, { form: 'basic', type: 14, value: 128 } as const),
})
const sa = (...proposals: readonly (readonly IkeV2Transform[])[]): IkeV2Payload => ({
  type: 'SA',
  proposals: proposals.map((transforms, index) => ({ number: index + 1, protocolId: 1, spi: empty, transforms })),
})
const certreq: IkeV2Payload = { type: 'CERTREQ', encoding: 4, authority: empty }
const deletion = (count: number): IkeV2Payload => ({
  type: 'DELETE',
  protocolId: 3,
  spiSize: 4,
  spis: many(count, fromHex('01020304')),
})
const configuration = (count: number): IkeV2Payload => ({
  type: 'CP',
  configurationType: 1,
  attributes: many(count, { type: 1, value: empty }),
})
const nonce: IkeV2Payload = { type: 'NONCE', data: empty }
const first = { SA: 33, CERTREQ: 38, NONCE: 40, DELETE: 42, CP: 47 } as const
type Counted = Extract<IkeV2Payload, { type: keyof typeof first }>

/** For each limit: set to 5, what just passes and what does not. */
const limited: readonly (readonly [keyof WireLimits, string, readonly IkeV2Payload[], readonly IkeV2Payload[]])[] = [
  ['maxPayloads', 'too-many-payloads', many(5, nonce), many(6, nonce)],
  ['maxProposals', 'too-many-proposals', [sa(...many(5, []))], [sa(...many(6, []))]],
  ['maxTransforms', 'too-many-transforms', [sa(many(5, transform(0)))], [sa(many(6, transform(0)))]],
  [
    'maxTransforms',
    'too-many-transforms',
    [sa(many(2, transform(0)), many(3, transform(0)))],
    [sa(many(3, transform(0)), many(3, transform(0)))],
  ],
  ['maxAttributes', 'too-many-attributes', [sa([transform(5)])], [sa([transform(6)])]],
  ['maxAttributes', 'too-many-attributes', [configuration(5)], [configuration(6)]],
  ['maxCertificateRequests', 'too-many-certificate-requests', many(5, certreq), many(6, certreq)],
  ['maxSpis', 'too-many-spis', [deletion(5)], [deletion(6)]],
]

describe('the limit', () => {
  it.each(limited)('%s holds what it says and rejects one more as %s', (limit, code, within, beyond) => {
    const limits = { ...defaultLimits, [limit]: 5 }
    const decode = (payloads: readonly IkeV2Payload[], allowed: WireLimits) =>
      decodeIkeV2Payloads(first[(payloads[0] as Counted).type], encodeIkeV2Payloads(payloads), allowed)
    expect(decode(within, limits).ok).toBe(true)
    const rejected = decode(beyond, limits)
    expect(!rejected.ok && rejected.reject).toMatchObject({ code, notifyType: invalidSyntax })
    expect(!rejected.ok && rejected.reject.detail).toContain('5')
    expect(decode(beyond, defaultLimits).ok).toBe(true)
  })

  it('maxMessage counts the header, in a message and in a decrypted body', () => {
    const body = encodeIkeV2Payloads([{ type: 'VID', data: new Uint8Array(68) }])
    for (const [maxMessage, ok] of [
      [100, true],
      [99, false],
    ] as const) {
      const limits = { ...defaultLimits, maxMessage }
      expect(decodeIkeV2Message(inMessage(43, body), limits).ok).toBe(ok)
      const inner = decodeIkeV2Payloads(43, body, limits)
      expect(inner.ok || inner.reject.code).toBe(ok || 'too-large')
    }
  })
})

describe('a hostile count', () => {
  it('of the smallest payloads that fill a datagram stops at the limit', () => {
    const body = new Uint8Array(65_504)
    for (let at = 0; at < body.length; at += 4) body.set([40, 0, 0, 4], at)
    const decoded = decodeIkeV2Payloads(40, body)
    expect(decoded.ok || decoded.reject).toMatchObject({
      code: 'too-many-payloads',
      offset: 4 * defaultLimits.maxPayloads,
    })
  })

  it('of 255 selectors in one that is there costs one', () => {
    const decoded = decodeIkeV2Payloads(44, fromHex('00000018 ff 000000 07 00 0010 0000 ffff 0a000000 0a0000ff'))
    expect(decoded.ok || decoded.reject.detail).toBe('traffic selector 2 of 255 does not fit')
  })
})

describe('what a decoder leaves to the engine', () => {
  it('is a fragment with the number 0, or beyond its total', () => {
    for (const numbers of ['0000 0003', '0004 0003', '0001 0000']) {
      const decoded = decodeIkeV2Message(inMessage(53, fromHex(`00000009 ${numbers} aa`)))
      expect(decoded.ok && decoded.value.payloads).toMatchObject([{ type: 'SKF' }])
    }
  })

  it('is an empty key exchange, nonce or signature, and an SK with nothing in it', () => {
    const decoded = decodeIkeV2Message(inMessage(34, fromHex('28000008 00130000 27000004 2e000008 01000000 00000004')))
    expect(decoded.ok && decoded.value.payloads).toMatchObject([
      { type: 'KE', data: empty },
      { type: 'NONCE', data: empty },
      { type: 'AUTH', data: empty },
      { type: 'SK', data: empty },
    ])
  })
})
