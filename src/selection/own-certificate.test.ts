import { describe, expect, it } from 'vitest'
import { CA1, CA2, contextOf, profileOf, requestFor, trustpointOf } from '../../test/support/selection-stubs.ts'
import type { Knobs } from './configuration.ts'
import { chooseOwnCertificate, defaultKnobs, type OwnCertificateDecision, type ReceivedRequest } from './index.ts'

const CA3 = 'cn=CA3,o=cisco,o=com'
const first = trustpointOf('IOSCA1', CA1, 31)
const second = trustpointOf('IOSCA2', CA2, 38)
const contextWith = (trustpoints: readonly ReturnType<typeof trustpointOf>[], knobs: Partial<Knobs> = {}) =>
  contextOf({ store: { trustpoints }, knobs: { ...defaultKnobs, ...knobs } })
const choose = (
  trustpoints: readonly ReturnType<typeof trustpointOf>[],
  requests: readonly ReceivedRequest[],
  more: {
    readonly role?: 'initiator' | 'responder'
    readonly list?: readonly string[]
    readonly keyType?: 'rsa' | 'ec'
    readonly knobs?: Partial<Knobs>
  } = {},
): OwnCertificateDecision =>
  chooseOwnCertificate(contextWith(trustpoints, more.knobs), {
    role: more.role ?? 'initiator',
    profile: more.list === undefined ? null : profileOf('prof1', 5, { trustPoints: more.list }),
    requests,
    keyType: more.keyType ?? 'rsa',
  })
const reasonFor = (decision: OwnCertificateDecision, name: string) =>
  decision.candidates.find((candidate) => candidate.name === name)?.reason

describe('which certificate signs', () => {
  it('the order of the requests decides, not the order of the store', () => {
    for (const store of [
      [first, second],
      [second, first],
    ]) {
      expect(choose(store, [requestFor(CA1), requestFor(CA2)]).choice).toBe('IOSCA1')
      expect(choose(store, [requestFor(CA2), requestFor(CA1)]).choice).toBe('IOSCA2')
    }
  })

  it('an initiator skips a request whose trustpoint its profile does not list, and says so', () => {
    const decision = choose([first, second], [requestFor(CA2), requestFor(CA1)], { list: ['IOSCA1'] })
    expect(decision.choice).toBe('IOSCA1')
    expect(decision.examined).toEqual([
      { request: 0, trustpoints: [{ trustpoint: 'IOSCA2', inProfileList: false }], chosen: null },
      { request: 1, trustpoints: [{ trustpoint: 'IOSCA1', inProfileList: true }], chosen: 'IOSCA1' },
    ])
    expect(reasonFor(decision, 'IOSCA2')).toBe('profile prof1 does not list this trust point')
    expect(decision.because[0]?.text).toBe(' ca trust-point IOSCA1')
  })

  it('a responder ignores the list', () => {
    const decision = choose([first, second], [requestFor(CA2), requestFor(CA1)], {
      role: 'responder',
      list: ['IOSCA1'],
    })
    expect(decision.choice).toBe('IOSCA2')
    expect(decision.examined[0]?.trustpoints).toEqual([{ trustpoint: 'IOSCA2', inProfileList: null }])
  })

  it('a trustpoint with a CA certificate only can never sign', () => {
    const decision = choose([trustpointOf('C', CA3, 9, { identity: false }), first], [requestFor(CA3), requestFor(CA1)])
    expect(decision.choice).toBe('IOSCA1')
    expect(decision.examined[0]).toEqual({ request: 0, trustpoints: [], chosen: null })
    expect(reasonFor(decision, 'C')).toBe('the router has no certificate of its own from this CA')
  })

  it('a certificate with a key of another kind is passed over', () => {
    const ec = trustpointOf('EC', CA1, 50, { keyType: 'ec' })
    expect(choose([ec, second], [requestFor(CA1), requestFor(CA2)]).choice).toBe('IOSCA2')
    const decision = choose([ec, second], [requestFor(CA1), requestFor(CA2)], { keyType: 'ec' })
    expect(decision.choice).toBe('EC')
    expect(reasonFor(decision, 'IOSCA2')).toBe('its key is of kind rsa; the policy agreed on needs ec')
  })

  it('of two trustpoints of one CA the last defined signs, whatever the order of the store', () => {
    const later = trustpointOf('LATER', CA1, 60)
    for (const store of [
      [first, later],
      [later, first],
    ]) {
      const decision = choose(store, [requestFor(CA1)])
      expect(decision.choice).toBe('LATER')
      expect(reasonFor(decision, 'IOSCA1')).toBe('another trustpoint of the same CA was defined after it')
    }
    const listed = choose([first, later], [requestFor(CA1)], { list: ['IOSCA1'] })
    expect(listed.choice).toBe('IOSCA1')
    expect(listed.examined[0]?.trustpoints).toEqual([
      { trustpoint: 'LATER', inProfileList: false },
      { trustpoint: 'IOSCA1', inProfileList: true },
    ])
  })

  it('an empty authority takes the first certificate of the store that may sign', () => {
    const any: ReceivedRequest = { encoding: 4, ca: null, der: new Uint8Array(0) }
    expect(choose([second, first], [any]).choice).toBe('IOSCA2')
    expect(choose([second, first], [any], { list: ['IOSCA1'] }).choice).toBe('IOSCA1')
  })

  it('a request for another encoding than X.509 for signatures is not examined', () => {
    const decision = choose([first, second], [{ ...requestFor(CA1), encoding: 1 }, requestFor(CA2)])
    expect(decision.choice).toBe('IOSCA2')
    expect(decision.examined[0]).toEqual({ request: 0, trustpoints: [], chosen: null })
  })

  it.each([
    ['fail', null],
    ['firstIdCert', 'IOSCA2'],
    ['primary', 'IOSCA1'],
  ] as const)('no request matches, v1.noCertreqMatch=%s', (value, expected) => {
    const primary = trustpointOf('IOSCA1', CA1, 31, { primary: true })
    const decision = choose([second, primary], [requestFor(CA3)], { knobs: { 'v1.noCertreqMatch': value } })
    expect(decision.choice).toBe(expected)
    expect(decision.rule).toBe('v1.own-certificate.no-request-matches')
    expect(decision.knob).toEqual({ name: 'v1.noCertreqMatch', value })
  })

  it.each([
    ['firstIdCert', 'IOSCA2'],
    ['fail', null],
  ] as const)('no request at all, v1.noCertreqAtAll=%s', (value, expected) => {
    const decision = choose([second, first], [], { knobs: { 'v1.noCertreqAtAll': value } })
    expect(decision.choice).toBe(expected)
    expect(decision.rule).toBe('v1.own-certificate.no-request')
    expect(decision.examined).toEqual([])
  })

  it('without any request a primary trustpoint goes before the first', () => {
    expect(choose([second, trustpointOf('IOSCA1', CA1, 31, { primary: true })], []).choice).toBe('IOSCA1')
  })

  it('the fallback stays inside the list of an initiator, and outside it of a responder', () => {
    expect(choose([second, first], [], { list: ['IOSCA1'] }).choice).toBe('IOSCA1')
    expect(choose([second, first], [], { list: ['IOSCA1'], role: 'responder' }).choice).toBe('IOSCA2')
  })

  it('a router that can sign with nothing leans on no knob', () => {
    const decision = choose([], [requestFor(CA1)])
    expect(decision.choice).toBeNull()
    expect(decision.knob).toBeUndefined()
  })
})
