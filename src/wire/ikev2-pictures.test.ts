import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import {
  decodeIkeV2Header,
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  encodeIkeV2Message,
  encodeIkeV2PayloadBody,
  encodeIkeV2Payloads,
  firstIkeV2PayloadType,
  ikeMajorVersion,
  ikeV2ProtectedHead,
} from './ikev2-codec.ts'
import type { IkeV2Payload } from './ikev2-message.ts'

const hex = (text: string): string => toHex(fromHex(text))
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const empty = new Uint8Array(0)

/** Each payload as the RFC draws it: number, octets with the generic header, and what they say. */
const pictures: readonly (readonly [string, number, string, IkeV2Payload])[] = [
  [
    'SA with two proposals (RFC 7296 §3.3)',
    33,
    `00000044
     02 00 0028 01 03 04 03 aabbccdd
       03 00 000c 01 00 000c 800e 0080
       03 00 0008 03 00 0002
       00 00 0008 05 00 0000
     00 00 0018 02 01 00 02
       03 00 0008 02 00 0005
       00 00 0008 04 00 001f`,
    {
      type: 'SA',
      proposals: [
        {
          number: 1,
          protocolId: 3,
          spi: fromHex('aabbccdd'),
          transforms: [
            { type: 1, id: 12, attributes: [{ form: 'basic', type: 14, value: 128 }] },
            { type: 3, id: 2, attributes: [] },
            { type: 5, id: 0, attributes: [] },
          ],
        },
        {
          number: 2,
          protocolId: 1,
          spi: empty,
          transforms: [
            { type: 2, id: 5, attributes: [] },
            { type: 4, id: 31, attributes: [] },
          ],
        },
      ],
    },
  ],
  [
    'SA with an attribute in the long form (§3.3.5)',
    33,
    '0000001f 00 00 001b 01 01 00 01 00 00 0013 01 00 ffff 1234 0003 010203 800e 0100',
    {
      type: 'SA',
      proposals: [
        {
          number: 1,
          protocolId: 1,
          spi: empty,
          transforms: [
            {
              type: 1,
              id: 0xffff,
              attributes: [
                { form: 'variable', type: 0x1234, value: fromHex('010203') },
                { form: 'basic', type: 14, value: 256 },
              ],
            },
          ],
        },
      ],
    },
  ],
  ['KE (§3.4)', 34, '0000000c 001f 0000 01020304', { type: 'KE', group: 31, data: fromHex('01020304') }],
  [
    'KE with its reserved field (§3.4)',
    34,
    '0000000a 0013 beef 0102',
    { type: 'KE', group: 19, reserved2: 0xbeef, data: fromHex('0102') },
  ],
  ['IDi (§3.5)', 35, '0000000a 02 000000 7231', { type: 'IDi', idType: 2, data: ascii('r1') }],
  [
    'IDr with its reserved field (§3.5)',
    36,
    '0000000c 01 010203 c0000201',
    { type: 'IDr', idType: 1, reserved3: fromHex('010203'), data: fromHex('c0000201') },
  ],
  ['CERT (§3.6)', 37, '00000007 04 3000', { type: 'CERT', encoding: 4, data: fromHex('3000') }],
  [
    'CERTREQ of two authorities (§3.7)',
    38,
    `0000002d 04 ${'11'.repeat(20)}${'22'.repeat(20)}`,
    { type: 'CERTREQ', encoding: 4, authority: fromHex('11'.repeat(20) + '22'.repeat(20)) },
  ],
  ['AUTH (§3.8)', 39, '0000000b 0e 000000 0a0b0c', { type: 'AUTH', method: 14, data: fromHex('0a0b0c') }],
  [
    'AUTH with its reserved field (§3.8)',
    39,
    '00000009 01 000001 0a',
    { type: 'AUTH', method: 1, reserved3: fromHex('000001'), data: fromHex('0a') },
  ],
  ['Nonce (§3.9)', 40, '00000006 abcd', { type: 'NONCE', data: fromHex('abcd') }],
  [
    'Notify about a child SA (§3.10)',
    41,
    '0000000c 03 04 4009 01020304',
    { type: 'NOTIFY', protocolId: 3, spi: fromHex('01020304'), notifyType: 16393, data: empty },
  ],
  [
    'Notify with data (§3.10)',
    41,
    '0000000a 00 00 402f 0002',
    { type: 'NOTIFY', protocolId: 0, spi: empty, notifyType: 16431, data: fromHex('0002') },
  ],
  [
    'Delete of two child SAs (§3.11)',
    42,
    '00000010 03 04 0002 01020304 05060708',
    { type: 'DELETE', protocolId: 3, spiSize: 4, spis: [fromHex('01020304'), fromHex('05060708')] },
  ],
  ['Delete of the IKE SA (§3.11)', 42, '00000008 01 00 0000', { type: 'DELETE', protocolId: 1, spiSize: 0, spis: [] }],
  ['Vendor ID (§3.12)', 43, '00000007 010203', { type: 'VID', data: fromHex('010203') }],
  [
    'TSi of IPv4 and IPv6 (§3.13)',
    44,
    `00000040 02 000000
     07 00 0010 0000 ffff 0a000000 0a0000ff
     08 11 0028 0035 0035 20010db8000000000000000000000000 20010db8ffffffffffffffffffffffff`,
    {
      type: 'TSi',
      selectors: [
        {
          kind: 'range',
          tsType: 7,
          protocol: 0,
          startPort: 0,
          endPort: 65535,
          start: fromHex('0a000000'),
          end: fromHex('0a0000ff'),
        },
        {
          kind: 'range',
          tsType: 8,
          protocol: 17,
          startPort: 53,
          endPort: 53,
          start: fromHex('20010db8000000000000000000000000'),
          end: fromHex('20010db8ffffffffffffffffffffffff'),
        },
      ],
    },
  ],
  [
    'TSr of a type that is not known (§3.13)',
    45,
    '0000000e 01 0a0b0c 0a 00 0006 beef',
    {
      type: 'TSr',
      reserved3: fromHex('0a0b0c'),
      selectors: [{ kind: 'unknown', tsType: 10, protocol: 0, data: fromHex('beef') }],
    },
  ],
  [
    'CP (§3.15)',
    47,
    '0000001c 02 000000 0001 0004 0a000001 8007 0003 494f53 000e 0001 01',
    {
      type: 'CP',
      configurationType: 2,
      attributes: [
        { type: 1, value: fromHex('0a000001') },
        { type: 7, value: ascii('IOS'), reserved: true },
        { type: 14, value: fromHex('01') },
      ],
    },
  ],
  ['EAP (§3.16)', 48, '00000008 03010004', { type: 'EAP', data: fromHex('03010004') }],
  ['SK (§3.14)', 46, '23000008 00112233', { type: 'SK', firstInner: 35, data: fromHex('00112233') }],
  [
    'SKF, the second fragment (RFC 7383 §2.5)',
    53,
    '0000000a 0002 0003 ffee',
    { type: 'SKF', firstInner: 0, number: 2, total: 3, data: fromHex('ffee') },
  ],
  ['a payload that is not known', 200, '00000006 0102', { type: 'UNKNOWN', payloadType: 200, data: fromHex('0102') }],
  [
    'a payload that is not known, and critical (§2.5)',
    49,
    '00800006 0102',
    { type: 'UNKNOWN', payloadType: 49, critical: true, data: fromHex('0102') },
  ],
  [
    'a payload of IKEv1, which is not known either (attacks A13)',
    13,
    '00000005 aa',
    { type: 'UNKNOWN', payloadType: 13, data: fromHex('aa') },
  ],
  ['the reserved bits', 40, '00ff0005 01', { type: 'NONCE', critical: true, reserved: 0x7f, data: fromHex('01') }],
]

const spis = { initiatorSpi: fromHex('0102030405060708'), responderSpi: fromHex('1112131415161718') }
const header = '0102030405060708 1112131415161718'
const lengthOf = (body: string): string => (28 + fromHex(body).length).toString(16).padStart(8, '0')

describe('the picture of', () => {
  it.each(pictures)('%s is read', (_, number, octets, payload) => {
    const nextPayload = number.toString(16).padStart(2, '0')
    const decoded = decodeIkeV2Message(
      fromHex(`${header} ${nextPayload} 20 22 08 00000000 ${lengthOf(octets)} ${octets}`),
    )
    expect(decoded.ok && decoded.value.payloads).toEqual([payload])
  })

  it.each(pictures)('%s is written', (_, number, octets, payload) => {
    expect(firstIkeV2PayloadType([payload])).toBe(number)
    expect(toHex(encodeIkeV2Payloads([payload]))).toBe(hex(octets))
    expect(toHex(encodeIkeV2PayloadBody(payload))).toBe(hex(octets).slice(8))
  })
})

describe('a message', () => {
  const message = `${header} 22 20 24 28 000000ff 0000002d 28000009 0013 0000 aa 00000008 01020304`

  it('is its header and the chain of its payloads', () => {
    expect(decodeIkeV2Message(fromHex(message))).toEqual({
      ok: true,
      value: {
        header: {
          ...spis,
          ...{ nextPayload: 34, majorVersion: 2, minorVersion: 0, exchangeType: 36, flags: 0x28 },
          ...{ messageId: 255, length: 45 },
        },
        payloads: [
          { type: 'KE', group: 19, data: fromHex('aa') },
          { type: 'NONCE', data: fromHex('01020304') },
        ],
      },
    })
  })

  it('is written with the lengths that follow from its payloads', () => {
    const payloads: readonly IkeV2Payload[] = [
      { type: 'KE', group: 19, data: fromHex('aa') },
      { type: 'NONCE', data: fromHex('01020304') },
    ]
    const written = encodeIkeV2Message({ ...spis, exchangeType: 36, flags: 0x28, messageId: 255, payloads })
    expect(toHex(written)).toBe(hex(message))
  })

  it('may be nothing but a header: a check of liveness has no payloads', () => {
    const bytes = encodeIkeV2Message({ ...spis, exchangeType: 37, flags: 0, messageId: 1, payloads: [] })
    expect(bytes).toHaveLength(28)
    expect(decodeIkeV2Message(bytes)).toMatchObject({ ok: true, value: { payloads: [] } })
    expect(decodeIkeV2Payloads(0, empty)).toEqual({ ok: true, value: [] })
  })

  it('of a newer minor version is read, and written as it was (RFC 7296 §2.5)', () => {
    const bytes = fromHex(`${header} 28 2f 22 18 00000000 00000020 00000004`)
    const decoded = decodeIkeV2Message(bytes)
    expect(decoded.ok && decoded.value.header).toMatchObject({ majorVersion: 2, minorVersion: 15 })
    expect(decoded.ok && encodeIkeV2Message({ ...decoded.value.header, payloads: decoded.value.payloads })).toEqual(
      bytes,
    )
  })

  it('tells its major version from 18 octets on', () => {
    expect(ikeMajorVersion(fromHex(message))).toBe(2)
    expect(ikeMajorVersion(fromHex(`${header} 01 10`))).toBe(1)
    expect(ikeMajorVersion(fromHex(`${header} 01`))).toBeNull()
  })
})

describe('what stands before the IV of a protected message', () => {
  const envelope = { ...spis, exchangeType: 35, flags: 8, messageId: 1 }

  it('is the header and the generic header of SK, with all lengths as they will be', () => {
    const head = ikeV2ProtectedHead(envelope, 35, 40)
    expect(toHex(head)).toBe(hex(`${header} 2e 20 23 08 00000001 00000048 2300002c`))
    const decoded = decodeIkeV2Message(new Uint8Array([...head, ...new Uint8Array(40)]))
    expect(decoded.ok && decoded.value.payloads).toMatchObject([{ type: 'SK', firstInner: 35 }])
  })

  it('has the number and the total of a fragment', () => {
    const head = ikeV2ProtectedHead(envelope, 0, 16, { number: 2, total: 3 })
    expect(toHex(head)).toBe(hex(`${header} 35 20 23 08 00000001 00000034 00000018 00020003`))
    const decoded = decodeIkeV2Message(new Uint8Array([...head, ...new Uint8Array(16)]))
    expect(decoded.ok && decoded.value.payloads).toMatchObject([{ type: 'SKF', firstInner: 0, number: 2, total: 3 }])
  })
})

describe('an encoder', () => {
  const nonce: IkeV2Payload = { type: 'NONCE', data: empty }
  const wrong: readonly (readonly [string, () => unknown])[] = [
    [
      'an SPI of 7 octets',
      () =>
        encodeIkeV2Message({
          ...spis,
          initiatorSpi: new Uint8Array(7),
          exchangeType: 34,
          flags: 0,
          messageId: 0,
          payloads: [],
        }),
    ],
    ['a payload behind SK', () => encodeIkeV2Payloads([{ type: 'SK', firstInner: 0, data: empty }, nonce])],
    ['a payload of 65536 octets', () => encodeIkeV2Payloads([{ type: 'NONCE', data: new Uint8Array(65_532) }])],
    [
      'an SPI of another size than its DELETE says',
      () => encodeIkeV2Payloads([{ type: 'DELETE', protocolId: 3, spiSize: 4, spis: [empty] }]),
    ],
    [
      'an attribute type of 16 bits',
      () =>
        encodeIkeV2Payloads([
          {
            type: 'SA',
            proposals: [
              {
                number: 1,
                protocolId: 1,
                spi: empty,
                transforms: [{ type: 1, id: 1, attributes: [{ form: 'basic', type: 0x8000, value: 1 }] }],
              },
            ],
          },
        ]),
    ],
    [
      'an SPI of 256 octets',
      () =>
        encodeIkeV2Payloads([{ type: 'NOTIFY', protocolId: 1, spi: new Uint8Array(256), notifyType: 1, data: empty }]),
    ],
    [
      'a fragment larger than a payload',
      () =>
        ikeV2ProtectedHead({ ...spis, exchangeType: 35, flags: 0, messageId: 0 }, 0, 65_530, { number: 1, total: 1 }),
    ],
    ['reserved bits that overlap the critical one', () => encodeIkeV2Payloads([{ ...nonce, reserved: 0x100 }])],
  ]

  it.each(wrong)('throws on %s: it is our mistake', (_, encode) => {
    expect(encode).toThrow(RangeError)
  })
})

describe('the header alone', () => {
  it('is read without its payloads', () => {
    const decoded = decodeIkeV2Header(fromHex(`${header} c8 20 25 20 00000007 0000001c`))
    expect(decoded.ok && decoded.value).toMatchObject({ ...spis, nextPayload: 200, exchangeType: 37, messageId: 7 })
  })
})
