import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import type { Payload } from './isakmp-message.ts'
import { decodePayloads, encodePayloadBody, encodePayloads } from './payload-chain.ts'

/** MM1 of a router with two policies. */
const phase1 = fromHex(
  [
    '00 00 0064', // SA
    '00000001 00000001', // DOI IPsec, identity only
    '00 00 0058 01 01 00 02', // proposal 1, ISAKMP, no SPI, 2 transforms
    '03 00 0028 01 01 0000', // transform 1, KEY_IKE
    '8001 0007 800e 0100', // AES-CBC, 256 bits
    '8002 0002 8004 000e', // SHA, group 14
    '8003 0003 800b 0001', // RSA signatures, a life in seconds
    '000c 0004 00015180', // 86400, in the variable form
    '00 00 0028 02 01 0000', // transform 2
    '8001 0005 8002 0001', // 3DES, MD5
    '8004 0002 8003 0001', // group 2, pre-shared key
    '800b 0001 800c 0e10', // 3600 s, in the basic form
    'c000 0001 4000 0000', // a private attribute in each form
  ].join(''),
)

const basic = (type: number, value: number) => ({ form: 'basic', type, value }) as const

const phase1Payload: Payload = {
  type: 'SA',
  doi: 1,
  situation: fromHex('00000001'),
  proposals: [
    {
      number: 1,
      protocolId: 1,
      spi: fromHex(''),
      transforms: [
        {
          number: 1,
          id: 1,
          attributes: [
            ...[basic(1, 7), basic(14, 256), basic(2, 2), basic(4, 14), basic(3, 3), basic(11, 1)],
            { form: 'variable', type: 12, value: fromHex('00015180') },
          ],
        },
        {
          number: 2,
          id: 1,
          attributes: [
            ...[basic(1, 5), basic(2, 1), basic(4, 2), basic(3, 1), basic(11, 1), basic(12, 3600)],
            basic(0x4000, 1),
            { form: 'variable', type: 0x4000, value: fromHex('') },
          ],
        },
      ],
    },
  ],
}

/** Quick mode: AH and ESP together as proposal 1, then ESP alone as proposal 2. */
const phase2 = fromHex(
  [
    '00 00 0054',
    '00000001 00000001',
    '02 00 0018 01 02 04 01 0a0b0c0d', // proposal 1, AH, SPI of 4 octets
    '00 00 000c 01 03 0000 8004 0001', // AH_SHA, tunnel
    '02 00 001c 01 03 04 01 1a1b1c1d', // proposal 1, ESP
    '00 00 0010 01 0c 0000 8004 0001 8006 0080', // AES, tunnel, 128 bits
    '00 00 0014 02 03 04 01 2a2b2c2d', // proposal 2, ESP
    '00 00 0008 01 03 0000', // 3DES, no attributes
  ].join(''),
)

const sa = (bytes: Uint8Array): Extract<Payload, { type: 'SA' }> => {
  const decoded = decodePayloads(1, bytes)
  const payload = decoded.ok ? decoded.value.payloads[0] : undefined
  if (payload?.type !== 'SA') throw new Error(JSON.stringify(decoded))
  return payload
}

describe('the SA payload', () => {
  it('of phase 1 is decoded and encoded as RFC 2408 §3.4 to §3.6 draw it', () => {
    expect(sa(phase1)).toEqual(phase1Payload)
    expect(toHex(encodePayloads([phase1Payload]))).toBe(toHex(phase1))
  })

  it('without its generic header is the SAi_b of RFC 2409', () => {
    expect(toHex(encodePayloadBody(phase1Payload))).toBe(toHex(phase1.subarray(4)))
  })

  it('of quick mode keeps proposals of one number apart, each with its SPI', () => {
    const { proposals } = sa(phase2)
    expect(proposals.map(({ number, protocolId, spi }) => [number, protocolId, toHex(spi)])).toEqual([
      [1, 2, '0a0b0c0d'],
      [1, 3, '1a1b1c1d'],
      [2, 3, '2a2b2c2d'],
    ])
    expect(toHex(encodePayloads([sa(phase2)]))).toBe(toHex(phase2))
  })

  it('keeps every reserved field', () => {
    const marked = phase1.slice()
    marked[1] = 0x11
    marked[13] = 0x22
    marked[21] = 0x33
    marked.set([0x44, 0x55], 26)
    const payload = sa(marked)
    const [proposal] = payload.proposals
    const [first, second] = proposal?.transforms ?? []
    expect([payload.reserved, proposal?.reserved, first?.reserved, first?.reserved2]).toEqual([
      0x11, 0x22, 0x33, 0x4455,
    ])
    expect(second).not.toHaveProperty('reserved')
    expect(toHex(encodePayloads([payload]))).toBe(toHex(marked))
  })

  it('finds the proposals behind a situation with secrecy and integrity labels (RFC 2407 §4.6.1)', () => {
    const labelled = fromHex(
      [
        '00 00 0038',
        '00000001 00000007',
        '00000009', // labelled domain
        '0005 0000 0102030405 000000', // secrecy level of 5 octets, padded
        '0021 0000 ffffffff 80000000', // secrecy category of 33 bits, padded
        '0000 0000 0000 0000', // no integrity level, no category
        '00 00 0008 01 01 00 00', // a proposal without transforms
      ].join(''),
    )
    const payload = sa(labelled)
    expect(payload.situation.length).toBe(40)
    expect(payload.proposals).toEqual([{ number: 1, protocolId: 1, spi: fromHex(''), transforms: [] }])
    expect(toHex(encodePayloads([payload]))).toBe(toHex(labelled))
  })

  it.each([
    [1, 16, true],
    [2, 4, true],
    [3, 4, true],
    [3, 5, false],
    [4, 2, true],
    [4, 4, true],
    [4, 3, false],
    [9, 7, true],
  ])('of protocol %i with an SPI of %i octets is read: %s', (protocolId, spiSize, ok) => {
    const proposals = [{ number: 1, protocolId, spi: new Uint8Array(spiSize), transforms: [] }]
    expect(decodePayloads(1, encodePayloads([{ ...phase1Payload, proposals }])).ok).toBe(ok)
  })

  it('of another DOI is kept whole, since only the DOI knows where its situation ends', () => {
    const foreign = phase1.slice()
    foreign[7] = 2
    const payload = sa(foreign)
    expect([payload.doi, payload.situation.length, payload.proposals]).toEqual([2, 92, []])
    expect(toHex(encodePayloads([payload]))).toBe(toHex(foreign))
  })

  it('is not encoded with an attribute type of 16 bits', () => {
    const attributes = [basic(0x8000, 1)]
    const transforms = [{ number: 1, id: 1, attributes }]
    const proposals = [{ number: 1, protocolId: 1, spi: fromHex(''), transforms }]
    expect(() => encodePayloads([{ ...phase1Payload, proposals }])).toThrow(RangeError)
  })
})

/** The phase 1 message with octets changed: what is rejected, where, and with which notify. */
const traps: readonly (readonly [string, number, string, readonly [string, number, number]])[] = [
  ['a proposal of 0 octets', 14, '0000', ['bad-payload-length', 14, 15]],
  ['a proposal shorter than its header', 14, '0007', ['bad-payload-length', 14, 15]],
  ['a proposal longer than the SA', 14, '0059', ['bad-payload-length', 14, 15]],
  ['a proposal that ends before its transforms do', 14, '0057', ['bad-payload-length', 62, 15]],
  ['an SPI of 17 octets for ISAKMP', 18, '11', ['bad-spi-size', 18, 11]],
  ['an SPI of 255 octets', 18, 'ff', ['bad-spi-size', 18, 11]],
  ['an SPI longer than its proposal', 17, '09ff', ['bad-spi-size', 18, 11]],
  ['an SPI of no octets for ESP', 17, '03', ['bad-spi-size', 18, 11]],
  ['one transform announced of two', 19, '01', ['bad-next-payload', 20, 15]],
  ['three transforms announced of two', 19, '03', ['bad-next-payload', 60, 15]],
  ['255 transforms announced of two', 19, 'ff', ['bad-next-payload', 60, 15]],
  ['no transform announced of two', 19, '00', ['bad-payload-length', 20, 15]],
  ['a transform followed by a proposal', 20, '02', ['bad-next-payload', 20, 15]],
  ['a last transform that announces another', 60, '03', ['bad-next-payload', 60, 15]],
  ['a transform of 0 octets', 22, '0000', ['bad-payload-length', 22, 15]],
  ['a transform shorter than its header', 22, '0007', ['bad-payload-length', 22, 15]],
  ['a transform longer than its proposal', 22, '0051', ['bad-payload-length', 22, 15]],
  ['an attribute longer than its transform', 54, '0005', ['bad-attribute', 52, 15]],
  ['an attribute of 65535 octets', 54, 'ffff', ['bad-attribute', 52, 15]],
  ['a last proposal that announces another', 12, '02', ['bad-next-payload', 12, 15]],
  ['a proposal list of another kind', 12, '01', ['bad-next-payload', 12, 15]],
  ['a labelled situation that runs past the payload', 11, '03', ['bad-payload-length', 8, 16]],
]

describe('the SA payload is rejected, at the octet that is wrong, with', () => {
  it.each(traps)('%s', (_, offset, hex, expected) => {
    const bytes = phase1.slice()
    bytes.set(fromHex(hex), offset)
    const decoded = decodePayloads(1, bytes)
    expect(decoded.ok || [decoded.reject.code, decoded.reject.offset, decoded.reject.notifyType]).toEqual(expected)
  })

  it('an attribute header cut short', () => {
    const bytes = fromHex('00 00 001f 00000001 00000001 00 00 0013 01 01 00 01 00 00 000b 01 01 0000 8001 00')
    const decoded = decodePayloads(1, bytes)
    expect(!decoded.ok && decoded.reject).toMatchObject({ code: 'bad-attribute', offset: 28 })
  })

  it('octets behind its last proposal', () => {
    const bytes = fromHex('00 00 0018 00000001 00000001 00 00 0008 01 01 00 00 00000000')
    const decoded = decodePayloads(1, bytes)
    expect(!decoded.ok && decoded.reject).toMatchObject({ code: 'bad-payload-length', offset: 20, notifyType: 15 })
  })

  it('no room for DOI or situation', () => {
    for (const hex of ['00 00 0004', '00 00 0007 000000', '00 00 0008 00000001', '00 00 000b 00000001 000000']) {
      const decoded = decodePayloads(1, fromHex(hex))
      expect(!decoded.ok && decoded.reject).toMatchObject({ code: 'bad-payload-length', notifyType: 16 })
    }
  })
})
