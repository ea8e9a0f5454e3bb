import { describe, expect, it } from 'vitest'
import { certificateOf, contextOf } from '../../test/support/selection-stubs.ts'
import { defaultKnobs, extendedKeyUsageFits } from './index.ts'

const certificate = certificateOf('cn=R1', 'cn=CA1')
const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'
const ipsecIke = '1.3.6.1.5.5.7.3.17'

const ask = (
  extendedKeyUsage: readonly string[] | undefined,
  role: 'initiator' | 'responder',
  knob: 'ignored' | 'byRole' = 'byRole',
) =>
  extendedKeyUsageFits(contextOf({ knobs: { ...defaultKnobs, 'pki.extendedKeyUsage': knob } }), {
    certificate: extendedKeyUsage ? { ...certificate, extendedKeyUsage } : certificate,
    role,
  })

describe('whether the extended key usage lets a certificate play its role', () => {
  it.each([
    [undefined, 'responder'],
    [[ipsecIke], 'responder'],
    [['2.5.29.37.0'], 'initiator'],
    [[serverAuth], 'responder'],
    [[clientAuth], 'initiator'],
    [[serverAuth, clientAuth], 'responder'],
  ] as const)('%j plays the %s, whatever the knob says', (usage, role) => {
    for (const knob of ['ignored', 'byRole'] as const) {
      expect(ask(usage, role, knob).choice).toBe('accepted')
      expect(ask(usage, role, knob).knob).toBeUndefined()
    }
  })

  it.each([
    [[clientAuth], 'responder', 'server authentication'],
    [[serverAuth], 'initiator', 'client authentication'],
  ] as const)('%j does not play the %s, if IOS looks at it', (usage, role, lacks) => {
    const decision = ask(usage, role)
    expect(decision).toMatchObject({ choice: 'rejected', knob: { name: 'pki.extendedKeyUsage', value: 'byRole' } })
    expect(decision.candidates[0]?.reason).toContain(lacks)
    expect(ask(usage, role, 'ignored').choice).toBe('accepted')
  })
})
