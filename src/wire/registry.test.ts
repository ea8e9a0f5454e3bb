import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toHex } from './bytes.ts'
import { describePayload } from './describe.ts'
import * as ipsec from './ipsec-registry.ts'
import type { Payload } from './isakmp-message.ts'
import * as isakmp from './isakmp-registry.ts'
import { nameOf } from './registry.ts'
import { vendorIds, vendorName } from './vendor-ids.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const noBytes = new Uint8Array(0)

describe('the registries', () => {
  it.each(Object.entries({ ...isakmp, ...ipsec }))('%s gives one name to each number, and it back', (_, registry) => {
    const entries = Object.entries(registry)
    expect(new Set(entries.map(([, number]) => number)).size).toBe(entries.length)
    for (const [name, number] of entries) expect(nameOf(registry, number)).toBe(name)
  })

  it('name no number that is not assigned', () => {
    expect(nameOf(isakmp.notifyType, 0)).toBeUndefined()
    expect(nameOf(isakmp.groupDescription, 1025)).toBeUndefined()
  })
})

describe('the vendor ids', () => {
  it('are the MD5 of the text that each stands for', () => {
    const { natT, unity, xauth, ciscoFragmentation } = vendorIds
    expect(toHex(natT.rfc3947)).toBe(md5('RFC 3947'))
    expect(toHex(natT.draft07)).toBe(md5('draft-ietf-ipsec-nat-t-ike-07'))
    expect(toHex(natT.draft03)).toBe(md5('draft-ietf-ipsec-nat-t-ike-03'))
    expect(toHex(natT.draft02)).toBe(md5('draft-ietf-ipsec-nat-t-ike-02'))
    expect(toHex(natT.draft02n)).toBe(md5('draft-ietf-ipsec-nat-t-ike-02\n'))
    expect(toHex(unity)).toBe(`${md5('CISCO-UNITY').slice(0, 28)}0100`)
    expect(toHex(xauth)).toBe(md5('draft-ietf-ipsra-isakmp-xauth-06.txt').slice(0, 16))
    expect(toHex(ciscoFragmentation)).toBe(`${md5('FRAGMENTATION')}80000000`)
  })

  it('are known by what stands in front of a version or of capabilities', () => {
    const dpdOfAnotherVersion = vendorIds.dpd.slice()
    dpdOfAnotherVersion[15] = 9
    expect(vendorName(dpdOfAnotherVersion)).toBe('DPD')
    expect(vendorName(vendorIds.ciscoFragmentation.subarray(0, 16))).toBe('FRAGMENTATION')
    expect(vendorName(vendorIds.natT.draft02n)).toBe('NAT-T-02n')
    expect(vendorName(vendorIds.dpd.subarray(0, 13))).toBeUndefined()
    expect(vendorName(noBytes)).toBeUndefined()
  })
})

describe('a payload in a word', () => {
  const notify = { type: 'NOTIFY', doi: 1, protocolId: 1, spi: noBytes, data: noBytes } as const
  const deletion = { type: 'DELETE', doi: 1, spiSize: 4, spis: [] } as const
  const words: readonly (readonly [string, Payload])[] = [
    ['SA', { type: 'SA', doi: 1, situation: noBytes, proposals: [] }],
    ['NONCE', { type: 'NONCE', data: noBytes }],
    ['NOTIFY(INITIAL_CONTACT)', { ...notify, notifyType: 24578 }],
    ['NOTIFY(R_U_THERE_ACK)', { ...notify, notifyType: 36137 }],
    ['NOTIFY(40000)', { ...notify, notifyType: 40000 }],
    ['DELETE(ESP)', { ...deletion, protocolId: 3 }],
    ['DELETE(77)', { ...deletion, protocolId: 77 }],
    ['VID(DPD)', { type: 'VID', data: vendorIds.dpd }],
    ['VID', { type: 'VID', data: Uint8Array.of(1) }],
    ['NAT-D', { type: 'NAT-D', draft: true, data: noBytes }],
    ['FRAGMENT(2)', { type: 'FRAGMENT', fragmentId: 9, number: 2, flags: 1, data: noBytes }],
    ['UNKNOWN(200)', { type: 'UNKNOWN', payloadType: 200, data: noBytes }],
  ]

  it.each(words)('is %s', (word, payload) => {
    expect(describePayload(payload)).toBe(word)
  })
})
