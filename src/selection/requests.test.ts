import { describe, expect, it } from 'vitest'
import {
  builtInNames,
  builtIns,
  CA1,
  CA2,
  contextOf,
  profileOf,
  trustpointOf,
} from '../../test/support/selection-stubs.ts'
import { defaultKnobs, initiatorRequests, responderRequests } from './index.ts'

const CA3 = 'cn=CA3,o=cisco,o=com'
const a = trustpointOf('A', CA1, 10)
const b = trustpointOf('B', CA2, 20)
const caOnly = trustpointOf('C', CA3, 30, { identity: false })
const store = (...trustpoints: readonly ReturnType<typeof trustpointOf>[]) =>
  contextOf({ store: { trustpoints: [...trustpoints, ...builtIns] } })
const asked = (decision: ReturnType<typeof responderRequests>): readonly string[] =>
  decision.choice.map(({ trustpoint }) => trustpoint)
const reasonFor = (decision: ReturnType<typeof responderRequests>, name: string) =>
  decision.candidates.find((candidate) => candidate.name === name)?.reason

describe('which CAs are asked for', () => {
  it('a responder asks in the order of its store and says why', () => {
    const decision = responderRequests(store(b, a, caOnly))
    expect(decision.choice.map(({ ca }) => ca.ios)).toEqual([CA2, CA1, CA3, ...builtInNames])
    expect(decision.rule).toBe('v1.requests.all')
    expect(reasonFor(decision, 'B')).toBe(`its newest certificate is from ${CA2}; the profile is not known before MM5`)
    expect(reasonFor(decision, 'A')).toMatch(/^it has an older certificate/)
    expect(reasonFor(decision, 'C')).toMatch(/trusts this CA and has no certificate from it/)
    expect(reasonFor(decision, 'cn=Cisco SSCA2,o=Cisco Systems')).toMatch(/built into IOS/)
    expect(decision.because.map(({ line }) => line)).toEqual([20, 10, 30])
  })

  it('a trustpoint that was never authenticated is not asked for', () => {
    const decision = responderRequests(store(a, trustpointOf('D', CA2, 40, { authenticated: false, identity: false })))
    expect(asked(decision)).toEqual(['A', ...builtIns.map(({ name }) => name)])
    expect(reasonFor(decision, 'D')).toBe('it has no CA certificate: it was never authenticated')
  })

  it('two trustpoints of one CA give one request', () => {
    const decision = responderRequests(store(a, trustpointOf('A2', CA1, 50)))
    expect(asked(decision).filter((name) => name.startsWith('A'))).toEqual(['A'])
    expect(reasonFor(decision, 'A2')).toBe('trustpoint A asks for the same CA already')
  })

  it('the knob builtins=none leaves the built-in CAs out', () => {
    const ctx = { ...store(b, a), knobs: { ...defaultKnobs, builtins: 'none' as const } }
    expect(asked(responderRequests(ctx))).toEqual(['B', 'A'])
  })

  it('an initiator without a profile, or whose profile lists nothing, asks like a responder', () => {
    const ctx = store(b, a)
    expect(initiatorRequests(ctx, null).choice).toEqual(responderRequests(ctx).choice)
    const profile = profileOf('prof1', 5)
    expect(initiatorRequests(ctx, profile).choice).toEqual(responderRequests(ctx).choice)
    expect(initiatorRequests(ctx, profile).because[0]).toEqual(profile.at)
  })

  it('several listed trust points are asked for in the order of the list, or of the store, as the knob says', () => {
    const ctx = store(b, a)
    const profile = profileOf('prof1', 5, { trustPoints: ['A', 'B'] })
    const byList = initiatorRequests(ctx, profile)
    expect(asked(byList)).toEqual(['A', 'B'])
    expect(byList.knob).toEqual({ name: 'v1.listOrder', value: 'config' })
    const byStore = initiatorRequests({ ...ctx, knobs: { ...defaultKnobs, 'v1.listOrder': 'store' } }, profile)
    expect(asked(byStore)).toEqual(['B', 'A'])
  })

  it('one listed trust point leans on no knob, and passes over the rest with a reason', () => {
    const decision = initiatorRequests(store(b, a), profileOf('prof1', 5, { trustPoints: ['A'] }))
    expect(asked(decision)).toEqual(['A'])
    expect(decision.knob).toBeUndefined()
    expect(reasonFor(decision, 'B')).toBe('profile prof1 does not list it')
  })

  it('a list that names unknown or unauthenticated trust points asks for nothing in their place', () => {
    const ctx = store(a, trustpointOf('D', CA2, 40, { authenticated: false, identity: false }))
    const decision = initiatorRequests(ctx, profileOf('prof1', 5, { trustPoints: ['gone', 'D'] }))
    expect(decision.choice).toEqual([])
    expect(reasonFor(decision, 'gone')).toMatch(/the router has no such trustpoint/)
    expect(reasonFor(decision, 'D')).toMatch(/never authenticated/)
  })
})
