import { describe, expect, it } from 'vitest'
import { anything, flowOf, here, host, network, there } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type { ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'
import type { MapDecision, MapKnobs } from './map-walk.ts'
import { encodeSelector, selectorOf } from './traffic-selectors.ts'
import { type IkeV2MapQuestion, matchIkeV2Map } from './v2-map-check.ts'

/*
 * ios-semantics §5, IKEv2: the responder binds a profile by the peer's identity. Where that is not the profile of the
 * tunnel, no entry takes the traffic selectors, and TS_UNACCEPTABLE goes back.
 */

const anyBinding: MapKnobs = { 'map.noProfileAcceptsAny': 'true' }
const noBinding: MapKnobs = { 'map.noProfileAcceptsAny': 'false' }
const ref = (name: string): NonNullable<ProtectedFlow['ikev2Profile']> => ({ name, at: lineAt(21, name) })
const bound = (name: string): Pick<ProtectedFlow, 'ikev2Profile'> => ({ ikev2Profile: ref(name) })

const ask = (
  boundProfile: string | null,
  tsi: readonly ProxyIdentity[] = [anything],
  tsr: readonly ProxyIdentity[] = [anything],
): IkeV2MapQuestion => ({
  localAddress: here,
  peer: there,
  boundProfile,
  tsi: tsi.map(selectorOf).map(encodeSelector),
  tsr: tsr.map(selectorOf).map(encodeSelector),
})
const reasons = ({ checked }: MapDecision): readonly string[] => checked.map(({ reason }) => reason)

describe('the profile of a map entry', () => {
  it.each([
    // entry's profile, bound profile, with the knob true, with the knob false
    ['profile1', 'profile1', 'matches', 'matches'],
    ['profile1', 'profile3', 'profile-did-not-match', 'profile-did-not-match'],
    ['profile1', null, 'profile-did-not-match', 'profile-did-not-match'],
    [null, null, 'matches', 'matches'],
    [null, 'profile3', 'matches', 'profile-did-not-match'],
  ] as const)('entry %s, peer bound to %s: %s, or %s', (own, boundTo, ifAny, ifNone) => {
    const flows = [flowOf(own === null ? {} : bound(own))]
    expect(reasons(matchIkeV2Map(flows, ask(boundTo), anyBinding))).toEqual([ifAny])
    expect(reasons(matchIkeV2Map(flows, ask(boundTo), noBinding))).toEqual([ifNone])
  })

  it('that is for IKEv1 does not take a peer of IKEv2', () => {
    const decision = matchIkeV2Map([flowOf({ isakmpProfile: ref('prof1') })], ask('profile1'), anyBinding)
    expect(decision).toMatchObject({ choice: null, failure: 'profile-did-not-match' })
    expect(decision.knob).toBeUndefined()
  })

  it('is told apart from selectors that have nothing in common', () => {
    expect(matchIkeV2Map([flowOf(bound('profile1'))], ask('profile3'), anyBinding).failure).toBe(
      'profile-did-not-match',
    )
    const map = flowOf({ ...bound('profile1'), localProxy: host('10.1.0.1') })
    const decision = matchIkeV2Map([map], ask('profile1', [anything], [host('10.9.0.1')]), anyBinding)
    expect(decision.failure).toBe('proxy-identities-not-supported')
    expect(decision.candidates[0]?.reason).toContain('10.9.0.1-10.9.0.1 to 0.0.0.0-255.255.255.255')
  })
})

describe('the walk', () => {
  const one = flowOf({ name: 'CMAP 10 entry 1', map: 'CMAP 10', localProxy: network('10.1.0.0', '255.255.255.0') })
  const two = flowOf({ name: 'CMAP 20 entry 1', map: 'CMAP 20', localProxy: network('10.3.0.0', '255.255.255.0') })

  it('takes the first entry that has something in common, and says what the SA covers', () => {
    const decision = matchIkeV2Map([one, two], ask(null, [host('10.2.0.9')]), anyBinding)
    expect(decision).toMatchObject({
      choice: 'CMAP 10',
      proxies: { localProxy: one.localProxy, remoteProxy: host('10.2.0.9') },
    })
    expect(reasons(decision)).toEqual(['matches', 'other-map-taken'])
  })

  it('prefers the entry that holds the packet which the peer named first', () => {
    const decision = matchIkeV2Map([one, two], ask(null, [host('10.2.0.9')], [host('10.3.0.7'), anything]), anyBinding)
    expect(decision.choice).toBe('CMAP 20')
    expect(reasons(decision)).toEqual(['other-map-taken', 'matches'])
    expect(decision.candidates.filter(({ taken }) => taken)).toHaveLength(1)
  })

  it('leaves denied traffic to the next entry', () => {
    const denied = { ...one, localProxy: anything, exceptions: [{ source: anything, destination: host('10.2.0.9') }] }
    expect(matchIkeV2Map([denied, one], ask(null, [host('10.2.0.9')]), anyBinding).choice).toBe('CMAP 10')
    expect(reasons(matchIkeV2Map([denied], ask(null, [host('10.2.0.9')]), anyBinding))).toEqual(['proxies-differ'])
  })

  it('looks at no entry of another peer', () => {
    const other = flowOf({ peers: ['203.0.113.9'] })
    expect(reasons(matchIkeV2Map([other], ask(null), anyBinding))).toEqual(['peer-differs'])
  })
})
