import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  authenticationNames,
  combinedNames,
  counting,
  encryptionNames,
  inboundSaOf,
  outboundSa,
} from '../../test/support/ipsec.ts'
import { fromHex, u32At, u32Bytes } from '../wire/index.ts'
import type { EspAuthentication, EspEncryption } from './configuration.ts'
import { ivLength, openEsp, sealEsp } from './esp.ts'
import { replayWindowSize } from './replay-window.ts'
import type { SecurityAssociation } from './security-association.ts'

const seed = { seed: 4303, numRuns: 40 }
const ipv4 = 4

/** Every pair that protects something. */
const separate: readonly (readonly [EspEncryption, EspAuthentication | null])[] = encryptionNames.flatMap(
  (encryption) =>
    [...authenticationNames, null]
      .filter((authentication) => encryption !== 'esp-null' || authentication !== null)
      .map((authentication) => [encryption, authentication] as const),
)
const combined = combinedNames.map((encryption) => [encryption, null] as const)
const suites = [...separate, ...combined]
const authenticated = [...separate.filter(([, authentication]) => authentication !== null), ...combined]

const seal = (
  association: SecurityAssociation,
  inner: Uint8Array,
  nextHeader = ipv4,
): { readonly packet: Uint8Array; readonly association: SecurityAssociation } => {
  const sealed = sealEsp(association, inner, nextHeader, counting(ivLength(association), 0xa0))
  if (!sealed.ok) throw new Error(sealed.reason)
  return sealed
}

const flip = (packet: Uint8Array, bit: number): Uint8Array =>
  packet.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet))

describe.each(suites)('ESP with %s and %s', (encryption, authentication) => {
  const out = outboundSa({ encryption, authentication })
  const inbound = inboundSaOf(out)

  it('opens to what was sealed, for every length and next header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(255), (inner, nextHeader) => {
        const sealed = seal(out, inner, nextHeader)
        expect(openEsp(inbound, sealed.packet)).toMatchObject({
          ...{ ok: true, inner, nextHeader, sequence: 1 },
          association: { packets: 1, octets: inner.length, sequence: 0 },
        })
        expect(sealed.association).toMatchObject({ sequence: 1, packets: 1, octets: inner.length })
      }),
      seed,
    )
  })

  it('ends the ciphertext on a block of the cipher, and of four octets at least', () => {
    const empty = seal(out, new Uint8Array(0)).packet.length
    const block = Math.max(ivLength(out), 4)
    for (let length = 0; length <= 40; length += 1) {
      const grown = seal(out, counting(length)).packet.length - empty
      expect(grown).toBe(Math.ceil((length + 2) / block) * block - block)
    }
  })
})

describe('ESP with an authenticator', () => {
  it.each(authenticated)(
    '%s and %s: refuses a packet of which any one bit was flipped',
    (encryption, authentication) => {
      const out = outboundSa({ encryption, authentication })
      const inbound = inboundSaOf(out)
      const { packet } = seal(out, counting(20))
      for (let bit = 0; bit < packet.length * 8; bit += 1) {
        const opened = openEsp(inbound, flip(packet, bit))
        const reason = opened.ok ? 'opened' : opened.reason
        // The first four octets find the SA; the sequence number is number 1 with one bit more or without its only one.
        if (bit < 32) expect(['other-spi', 'malformed']).toContain(reason)
        else expect(reason).toBe(u32At(flip(packet, bit), 4) === 0 ? 'replayed' : 'icv-invalid')
      }
      expect(openEsp(inbound, packet).ok).toBe(true)
    },
  )

  it.each(authenticated)('%s and %s: refuses a packet that was cut anywhere', (encryption, authentication) => {
    const out = outboundSa({ encryption, authentication })
    const { packet } = seal(out, counting(45))
    for (let length = 0; length < packet.length; length += 1)
      expect(openEsp(inboundSaOf(out), packet.subarray(0, length)).ok).toBe(false)
  })

  it('refuses what another key made', () => {
    const out = outboundSa()
    const { packet } = seal({ ...out, authenticationKey: counting(32, 0x77) }, counting(20))
    expect(openEsp(inboundSaOf(out), packet)).toEqual({ ok: false, reason: 'icv-invalid' })
  })
})

describe('E1: sequence numbers', () => {
  const out = outboundSa()

  it('never lets a packet in twice', () => {
    const { packet } = seal(out, counting(20))
    const first = openEsp(inboundSaOf(out), packet)
    if (!first.ok) throw new Error(first.reason)
    expect(openEsp(first.association, packet)).toEqual({ ok: false, reason: 'replayed' })
  })

  it('lets packets in out of order down to the edge of the window, and none behind it', () => {
    const at = (sequence: number): Uint8Array => seal({ ...out, sequence: sequence - 1 }, counting(8)).packet
    const first = openEsp(inboundSaOf(out), at(1000))
    if (!first.ok) throw new Error(first.reason)
    expect(openEsp(first.association, at(1000 - replayWindowSize + 1)).ok).toBe(true)
    expect(openEsp(first.association, at(1000 - replayWindowSize))).toEqual({ ok: false, reason: 'replayed' })
  })

  it('does not move the window for a packet that is not authentic', () => {
    const { packet } = seal(out, counting(20))
    const forged = new Uint8Array(packet)
    forged.set(u32Bytes(0xfffffff0), 4)
    const inbound = inboundSaOf(out)
    expect(openEsp(inbound, forged)).toEqual({ ok: false, reason: 'icv-invalid' })
    expect(openEsp(inbound, packet).ok).toBe(true)
  })

  it('sends the last sequence number and then no more: the counter never turns over', () => {
    const last = seal({ ...out, sequence: 0xfffffffe }, counting(20))
    expect(u32At(last.packet, 4)).toBe(0xffffffff)
    expect(openEsp(inboundSaOf(out), last.packet).ok).toBe(true)
    expect(sealEsp(last.association, counting(20), ipv4, counting(16))).toEqual({
      ok: false,
      reason: 'sequence-numbers-used-up',
    })
  })
})

describe('E2: what is checked before and after decryption', () => {
  const out = outboundSa({ encryption: 'esp-null', authentication: 'esp-sha-hmac' })

  /** Made by hand, so that the trailer may be wrong under a valid ICV. */
  const withTrailer = (plain: Uint8Array): Uint8Array => {
    const covered = Buffer.concat([out.spi, u32Bytes(1), plain])
    const check = createHmac('sha1', out.authenticationKey).update(covered).digest().subarray(0, 12)
    return new Uint8Array(Buffer.concat([covered, check]))
  }

  it.each([
    ['padding of 1, 2, 3', '01020304 05010203 0304', 'ok'],
    ['no padding', '0102 0004', 'ok'],
    ['padding that does not count', '01020304 05010202 0304', 'padding-invalid'],
    ['padding that begins at 0', '01020304 05000102 0304', 'padding-invalid'],
    ['padding longer than the packet', '01020304 05010203 ff04', 'padding-invalid'],
    ['nothing but a trailer', '0004', 'ok'],
    ['padding of zeros', '0102 0000 0204', 'padding-invalid'],
    ['too little for a trailer', '00', 'malformed'],
    ['nothing', '', 'malformed'],
  ])('%s: %s is %s', (_, plain, expected) => {
    const opened = openEsp(inboundSaOf(out), withTrailer(fromHex(plain)))
    expect(opened.ok ? 'ok' : opened.reason).toBe(expected)
  })

  it.each(authenticated)('%s and %s: a packet too short for IV and ICV is malformed', (encryption, authentication) => {
    const out = outboundSa({ encryption, authentication })
    const empty = seal(out, new Uint8Array(0)).packet
    const body = Math.max(ivLength(out), 4)
    expect(openEsp(inboundSaOf(out), empty.subarray(0, empty.length - body - 1))).toEqual({
      ok: false,
      reason: 'malformed',
    })
  })

  it('says nothing about padding where the ICV is wrong: there is no oracle', () => {
    const cbc = outboundSa()
    const { packet } = seal(cbc, counting(45))
    const reasons = new Set<string>()
    for (let octet = 24; octet < packet.length; octet += 1) {
      const opened = openEsp(inboundSaOf(cbc), flip(packet, octet * 8))
      reasons.add(opened.ok ? 'opened' : opened.reason)
    }
    expect([...reasons]).toEqual(['icv-invalid'])
  })

  it('refuses a packet of another SA before it looks at anything else', () => {
    const { packet } = seal(outboundSa({ spi: Uint8Array.of(1, 2, 3, 4) }), counting(20))
    expect(openEsp(inboundSaOf(outboundSa()), packet)).toEqual({ ok: false, reason: 'other-spi' })
  })
})

describe('E5: reserved SPIs', () => {
  it.each([0, 1, 255])('SPI %i never reaches an SA', (spi) => {
    const out = outboundSa()
    const { packet } = seal(out, counting(20))
    const reserved = new Uint8Array(packet)
    reserved.set(u32Bytes(spi))
    expect(openEsp({ ...inboundSaOf(out), spi: u32Bytes(spi) }, reserved)).toEqual({ ok: false, reason: 'malformed' })
  })
})

describe('bytes from outside', () => {
  it('are never more than refused, whatever they are', () => {
    const inbound = inboundSaOf(outboundSa())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, rightSpi) => {
        const packet = rightSpi ? Uint8Array.of(...inbound.spi, ...bytes) : bytes
        expect(openEsp(inbound, packet).ok).toBe(false)
      }),
      { ...seed, numRuns: 2000 },
    )
  })

  it('an IV of another length than the cipher takes is our own fault', () => {
    expect(() => sealEsp(outboundSa(), counting(4), ipv4, counting(8))).toThrow(RangeError)
  })
})
