import { describe, expect, it } from 'vitest'
import { counting, outboundSa } from '../../test/support/ipsec.ts'
import { newAssociation, volumeState } from './security-association.ts'

describe('a new SA', () => {
  it('takes the encryption key from KEYMAT first, and begins without packets', () => {
    const { encryptionKey: _, authenticationKey: __, ...settings } = outboundSa()
    const association = newAssociation({ ...settings, keymat: counting(48) })
    expect(association).toMatchObject({ sequence: 0, octets: 0, packets: 0, replay: { highest: 0, seen: 0n } })
    expect(association.encryptionKey).toEqual(counting(16))
    expect(association.authenticationKey).toEqual(counting(32, 17))
  })

  it('does not share memory with KEYMAT', () => {
    const keymat = counting(48)
    const { encryptionKey: _, authenticationKey: __, ...settings } = outboundSa()
    const association = newAssociation({ ...settings, keymat })
    keymat.fill(0)
    expect(association.encryptionKey).toEqual(counting(16))
  })
})

describe('the volume of an SA', () => {
  const at = (octets: number) => volumeState(outboundSa({ octets, lifetime: { seconds: 3600, kilobytes: 10 } }))

  it.each([
    [0, 'fresh'],
    [9215, 'fresh'],
    [9216, 'rekey'],
    [10_239, 'rekey'],
    [10_240, 'expired'],
    [20_000, 'expired'],
  ] as const)('after %i of 10240 octets it is %s', (octets, state) => {
    expect(at(octets)).toBe(state)
  })
})
