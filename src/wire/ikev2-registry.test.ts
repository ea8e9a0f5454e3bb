import { describe, expect, it } from 'vitest'
import { describeIkeV2Payload } from './ikev2-describe.ts'
import type { IkeV2Payload } from './ikev2-message.ts'
import * as registries from './ikev2-registry.ts'
import { nameOf, type Registry } from './registry.ts'

const { ikeV2KeyLengthAttribute, ...named } = registries
const empty = new Uint8Array(0)

describe('the registries of IKEv2', () => {
  it.each(Object.entries<Registry>(named))('%s gives one name to each number, and it back', (_, registry) => {
    const entries = Object.entries(registry)
    expect(entries.length).toBeGreaterThan(1)
    expect(new Set(entries.map(([, number]) => number)).size).toBe(entries.length)
    for (const [name, number] of entries) expect(nameOf(registry, number)).toBe(name)
  })

  it('keep errors apart from status types (RFC 7296 §3.10.1)', () => {
    const numbers = Object.entries(named.ikeV2NotifyType)
    const errors = numbers.filter(([, number]) => number < 16_384).map(([name]) => name)
    expect(errors).toContain('AUTHENTICATION_FAILED')
    expect(errors).toContain('TS_UNACCEPTABLE')
    for (const status of ['COOKIE', 'REKEY_SA', 'INITIAL_CONTACT', 'HTTP_CERT_LOOKUP_SUPPORTED'])
      expect(errors).not.toContain(status)
    expect(numbers.every(([, number]) => number > 0 && number < 40_960)).toBe(true)
  })

  it('have the numbers that later RFCs assign', () => {
    expect(named.ikeV2PayloadType.SKF).toBe(53) // RFC 7383
    expect(named.ikeV2NotifyType.IKEV2_FRAGMENTATION_SUPPORTED).toBe(16_430)
    expect(named.ikeV2AuthMethod.DIGITAL_SIGNATURE).toBe(14) // RFC 7427
    expect(named.ikeV2NotifyType.SIGNATURE_HASH_ALGORITHMS).toBe(16_431)
    expect(named.ikeV2AuthMethod.NULL).toBe(13) // RFC 7619
    expect(named.ikeV2IdType.NULL).toBe(13)
    expect(named.ikeV2Encryption.CHACHA20_POLY1305).toBe(28) // RFC 7634
    expect(named.ikeV2Group.CURVE25519).toBe(31) // RFC 8031
    expect(named.signatureHashAlgorithm.IDENTITY).toBe(5) // RFC 8420
    expect(named.ikeV2NotifyType.USE_PPK).toBe(16_435) // RFC 8784
    expect(named.ikeV2ExchangeType.IKE_INTERMEDIATE).toBe(43) // RFC 9242
    expect(named.ikeV2TransformType.ADDKE7).toBe(12) // RFC 9370
    expect(named.ikeV2NotifyType.ADDITIONAL_KEY_EXCHANGE).toBe(16_441)
    expect(named.ikeV2NotifyType.SUPPORTED_AUTH_METHODS).toBe(16_443) // RFC 9593
    expect(ikeV2KeyLengthAttribute).toBe(14)
  })
})

describe('an IKEv2 payload in a word, as IOS prints it', () => {
  const notify = { type: 'NOTIFY', protocolId: 0, spi: empty, data: empty } as const
  const words: readonly (readonly [string, IkeV2Payload])[] = [
    ['SA', { type: 'SA', proposals: [] }],
    ['KE', { type: 'KE', group: 14, data: empty }],
    ['N', { type: 'NONCE', data: empty }],
    ['VID', { type: 'VID', data: empty }],
    ['IDi', { type: 'IDi', idType: 1, data: empty }],
    ['IDr', { type: 'IDr', idType: 1, data: empty }],
    ['CERT', { type: 'CERT', encoding: 4, data: empty }],
    ['CERTREQ', { type: 'CERTREQ', encoding: 4, authority: empty }],
    ['AUTH', { type: 'AUTH', method: 1, data: empty }],
    ['CFG', { type: 'CP', configurationType: 1, attributes: [] }],
    ['TSi', { type: 'TSi', selectors: [] }],
    ['TSr', { type: 'TSr', selectors: [] }],
    ['EAP', { type: 'EAP', data: empty }],
    ['ENCR', { type: 'SK', firstInner: 35, data: empty }],
    ['SKF', { type: 'SKF', firstInner: 35, number: 1, total: 2, data: empty }],
    ['DELETE', { type: 'DELETE', protocolId: 1, spiSize: 0, spis: [] }],
    ['NOTIFY(NAT_DETECTION_SOURCE_IP)', { ...notify, notifyType: 16_388 }],
    ['NOTIFY(ESP_TFC_NO_SUPPORT)', { ...notify, notifyType: 16_394 }],
    ['NOTIFY(NON_FIRST_FRAGS)', { ...notify, notifyType: 16_395 }],
    ['NOTIFY(40960)', { ...notify, notifyType: 40_960 }],
    ['UNKNOWN(200)', { type: 'UNKNOWN', payloadType: 200, data: empty }],
  ]

  it.each(words)('is %s', (word, payload) => {
    expect(describeIkeV2Payload(payload)).toBe(word)
  })
})
