import { describe, expect, it } from 'vitest'
import {
  builtIns,
  CA1,
  CA2,
  certificateOf,
  contextOf,
  profileOf,
  trustpointOf,
} from '../../test/support/selection-stubs.ts'
import { defaultKnobs, validationTrustpoints } from './index.ts'

const first = trustpointOf('IOSCA1', CA1, 31)
const second = trustpointOf('IOSCA2', CA2, 38, { identity: false })
const bare = trustpointOf('BARE', CA2, 45, { identity: false, authenticated: false })
const ctx = contextOf({ store: { trustpoints: [first, second, bare, ...builtIns] } })

describe('which trustpoints validate the peer', () => {
  it('every one that holds a CA certificate, without a profile or where the profile lists none', () => {
    for (const profile of [null, profileOf('prof1', 5)]) {
      const decision = validationTrustpoints(ctx, profile)
      expect(decision).toMatchObject({ choice: null, rule: 'v1.validation.all' })
      expect(decision.candidates.filter(({ taken }) => taken).map(({ name }) => name)).toEqual(['IOSCA1', 'IOSCA2'])
    }
    expect(validationTrustpoints(ctx, profileOf('prof1', 5)).because).toEqual([profileOf('prof1', 5).at])
  })

  it('only those of the list, in its order; an identity certificate is not needed', () => {
    const decision = validationTrustpoints(ctx, profileOf('prof1', 5, { trustPoints: ['IOSCA2', 'IOSCA1'] }))
    expect(decision).toMatchObject({
      choice: ['IOSCA2', 'IOSCA1'],
      rule: 'v1.validation.profile-list',
      because: [{ line: 6 }, { line: 7 }],
    })
  })

  it('none in the place of a listed trust point that is unknown or was never authenticated', () => {
    const decision = validationTrustpoints(ctx, profileOf('prof1', 5, { trustPoints: ['GONE', 'BARE'] }))
    expect(decision.choice).toEqual([])
    expect(decision.candidates.slice(0, 2).map(({ reason }) => reason)).toEqual([
      'profile prof1 lists ca trust-point GONE, but the router has no such trustpoint',
      'profile prof1 lists ca trust-point BARE, but it holds no CA certificate',
    ])
  })

  it('leaves it to a knob what a later trustpoint of the same CA does to one that is listed', () => {
    const older = { ...first, ca: { ...certificateOf(CA1, CA1), spki: Uint8Array.of(1) } }
    const newer = { ...trustpointOf('AGAIN', CA1, 50), ca: older.ca }
    const profile = profileOf('prof1', 5, { trustPoints: ['IOSCA1'] })
    const ask = (value: 'anyTrustpoint' | 'lastDefined', trustPoints = profile) =>
      validationTrustpoints(
        contextOf({ store: { trustpoints: [newer, older] }, knobs: { ...defaultKnobs, 'v1.sameCa': value } }),
        trustPoints,
      )
    expect(ask('anyTrustpoint')).toMatchObject({ choice: ['IOSCA1'], knob: { name: 'v1.sameCa' } })
    expect(ask('lastDefined').choice).toEqual([])
    expect(ask('lastDefined').candidates[0]?.reason).toContain('AGAIN of the same CA was defined after it')
    const both = profileOf('prof1', 5, { trustPoints: ['IOSCA1', 'AGAIN'] })
    expect(ask('lastDefined', both)).toMatchObject({ choice: ['IOSCA1', 'AGAIN'] })
    expect(ask('lastDefined', both).knob).toBeUndefined()
  })
})
