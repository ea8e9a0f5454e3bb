import { describe, expect, it } from 'vitest'
import { anything, flowOf, here, host, network, there } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type { ProtectedFlow } from './flows.ts'
import { type MapQuestion, matchMap } from './map-check.ts'
import type { MapDecision, MapKnobs } from './map-walk.ts'

/*
 * ios-semantics §5. The responder walks its map entries; one whose profile is not the one that phase 1 is bound to is
 * passed over, and that shows as "map_db_check_isakmp_profile profile did not match".
 */

const anyBinding: MapKnobs = { 'map.noProfileAcceptsAny': 'true' }
const noBinding: MapKnobs = { 'map.noProfileAcceptsAny': 'false' }

const bound = (profile: string): Pick<ProtectedFlow, 'isakmpProfile'> => ({
  isakmpProfile: { name: profile, at: lineAt(21, `set isakmp-profile ${profile}`) },
})

const question = (boundProfile: string | null, more: Partial<MapQuestion> = {}): MapQuestion => ({
  localAddress: here,
  peer: there,
  localProxy: anything,
  remoteProxy: anything,
  boundProfile,
  ...more,
})

const reasons = ({ checked }: MapDecision): readonly string[] => checked.map(({ reason }) => reason)

describe('the profile of a map entry', () => {
  it.each([
    // entry's profile, bound profile, with the knob true, with the knob false
    ['prof1', 'prof1', 'matches', 'matches'],
    ['prof1', 'prof2', 'profile-did-not-match', 'profile-did-not-match'],
    ['prof1', null, 'profile-did-not-match', 'profile-did-not-match'],
    [null, null, 'matches', 'matches'],
    [null, 'prof2', 'matches', 'profile-did-not-match'],
  ] as const)('entry %s, phase 1 bound to %s: %s, or %s', (own, boundTo, ifAny, ifNone) => {
    const flows = [flowOf(own === null ? {} : bound(own))]
    expect(reasons(matchMap(flows, question(boundTo), anyBinding))).toEqual([ifAny])
    expect(reasons(matchMap(flows, question(boundTo), noBinding))).toEqual([ifNone])
  })

  it('names the knob exactly where the verdict leans on it', () => {
    expect(matchMap([flowOf()], question('prof2'), anyBinding).knob).toEqual({
      name: 'map.noProfileAcceptsAny',
      value: 'true',
    })
    expect(matchMap([flowOf()], question(null), anyBinding).knob).toBeUndefined()
    expect(matchMap([flowOf(bound('prof1'))], question('prof2'), anyBinding).knob).toBeUndefined()
  })

  it('is told apart from wrong proxies: the failure says which it was, and the reason stands at its line', () => {
    const wrongProfile = matchMap([flowOf(bound('prof1'))], question('prof2'), anyBinding)
    expect(wrongProfile).toMatchObject({ choice: null, flow: null, failure: 'profile-did-not-match' })
    expect(wrongProfile.because).toEqual([bound('prof1').isakmpProfile?.at])
    const wrongProxies = matchMap([flowOf(bound('prof1'))], question('prof1', { localProxy: host(here) }), anyBinding)
    expect(wrongProxies).toMatchObject({ choice: null, failure: 'proxy-identities-not-supported' })
    expect(wrongProxies.because).toEqual([flowOf().at])
  })
})

describe('the walk over the entries', () => {
  const elsewhere = flowOf({ name: 'Tunnel9-head-0', map: 'Tunnel9-head-0', peers: ['203.0.113.9'] })
  const other = flowOf({ name: 'Tunnel2-head-0', map: 'Tunnel2-head-0', ...bound('prof2') })
  const own = flowOf({ ...bound('prof1') })

  it('passes over entries to other peers and of other profiles, and stops at the first that fits', () => {
    const decision = matchMap([elsewhere, other, own, own], question('prof1'), anyBinding)
    expect(reasons(decision)).toEqual(['peer-differs', 'profile-did-not-match', 'matches', 'other-map-taken'])
    expect(decision).toMatchObject({ choice: own.map, flow: own, failure: null })
    expect(decision.candidates.filter(({ taken }) => taken)).toHaveLength(1)
  })

  it('shows first, of entries that all fail, the one that only its profile kept away', () => {
    const decision = matchMap([elsewhere, other], question('prof1'), anyBinding)
    expect(decision.candidates.map(({ name }) => name)).toEqual(['Tunnel2-head-0', 'Tunnel9-head-0'])
  })

  it('finds nothing where nothing is configured', () => {
    expect(matchMap([], question('prof1'), anyBinding)).toMatchObject({
      choice: null,
      failure: 'proxy-identities-not-supported',
      candidates: [],
      because: [],
    })
  })

  it('takes a proposal from any peer of a crypto map entry, not only the first', () => {
    const two = flowOf({ kind: 'crypto-map', peer: '203.0.113.9', peers: ['203.0.113.9', there] })
    expect(matchMap([two], question(null), anyBinding).flow).toBe(two)
  })

  it('does not take a proposal that came to another of our addresses', () => {
    expect(reasons(matchMap([own], question('prof1', { localAddress: '192.0.2.99' }), anyBinding))).toEqual([
      'peer-differs',
    ])
  })
})

describe('proxy identities', () => {
  const inside = network('10.1.0.0', '255.255.255.0')
  const outside = network('10.2.0.0', '255.255.255.0')
  const map = flowOf({ kind: 'crypto-map', localProxy: inside, remoteProxy: outside })
  const fits = (flow: ProtectedFlow, localProxy = inside, remoteProxy = outside): boolean =>
    matchMap([flow], question(null, { localProxy, remoteProxy }), anyBinding).flow !== null

  it('of mirror-image access lists fit', () => {
    expect(fits(map)).toBe(true)
  })

  it('that are a part of a crypto map entry fit: the tunnel comes up from the side that names less', () => {
    expect(fits(map, host('10.1.0.5'), network('10.2.0.128', '255.255.255.128'))).toBe(true)
    expect(fits(map, network('10.1.0.0', '255.255.255.0', 6, 80))).toBe(true)
  })

  it('that are more than a crypto map entry do not fit', () => {
    expect(fits(map, network('10.1.0.0', '255.255.0.0'))).toBe(false)
    expect(fits(map, inside, anything)).toBe(false)
  })

  it('of a tunnel interface must be the whole of it', () => {
    const tunnel = flowOf({ kind: 'gre-tunnel', localProxy: host(here, 47), remoteProxy: host(there, 47) })
    expect(fits(tunnel, host(here, 47), host(there, 47))).toBe(true)
    expect(fits(tunnel, host(here), host(there))).toBe(false)
    expect(fits(flowOf(), inside, outside)).toBe(false)
    expect(fits(flowOf(), anything, anything)).toBe(true)
  })

  it('that a deny entry takes away whole are left to the next entry', () => {
    const denied = { ...map, exceptions: [{ source: host('10.1.0.5'), destination: outside }] }
    const next = { ...map, name: 'CMAP 20 entry 1', map: 'CMAP 20' }
    expect(fits(denied, host('10.1.0.5'), host('10.2.0.5'))).toBe(false)
    expect(fits(denied, host('10.1.0.6'), host('10.2.0.5'))).toBe(true)
    expect(fits(denied)).toBe(true)
    const decision = matchMap(
      [denied, next],
      question(null, { localProxy: host('10.1.0.5'), remoteProxy: outside }),
      anyBinding,
    )
    expect(decision.choice).toBe('CMAP 20')
  })
})
