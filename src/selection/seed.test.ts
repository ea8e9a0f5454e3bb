import { describe, expect, it } from 'vitest'
import {
  builtInNames,
  builtIns,
  CA1,
  CA2,
  contextOf,
  fqdn,
  profileOf,
  statement,
  trustpointOf,
} from '../../test/support/selection-stubs.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import {
  bindProfile,
  chooseOwnCertificate,
  initiatorRequests,
  type RequestedCa,
  responderRequests,
  validationTrustpoints,
} from './index.ts'

/*
 * The two routers of the seed. R1's profile lists ca trust-point IOSCA1, R2's lists none; both are enrolled in both
 * CAs, and the order of enrolment is what varies. `newest` is the CA of the certificate that was enrolled last.
 */

const definition = { IOSCA1: 31, IOSCA2: 38 }

const routerOf = (
  router: 'R1' | 'R2',
  newest: 'CA1' | 'CA2',
  trustPoints: readonly string[],
): { readonly ctx: SelectionContext; readonly profile: IsakmpProfile } => {
  const first = trustpointOf('IOSCA1', CA1, definition.IOSCA1, { router })
  const second = trustpointOf('IOSCA2', CA2, definition.IOSCA2, { router })
  const peer = router === 'R1' ? 'R2.cisco.com' : 'R1.cisco.com'
  const profile = profileOf('prof1', 5, {
    router,
    trustPoints,
    matchIdentity: [statement(7, { kind: 'host', fqdn: peer })],
  })
  const trustpoints = [...(newest === 'CA1' ? [first, second] : [second, first]), ...builtIns]
  return { ctx: contextOf({ router, hostname: router, store: { trustpoints }, profiles: [profile] }), profile }
}

const asReceived = (requests: readonly RequestedCa[]) => requests.map(({ ca }) => ({ encoding: 4, ca, der: ca.der }))
const names = (requests: readonly RequestedCa[]): readonly string[] => requests.map(({ ca }) => ca.ios)

interface Side {
  readonly ctx: SelectionContext
  readonly profile: IsakmpProfile
}

/** Main mode as far as the certificates decide it. */
const negotiate = (initiator: Side, responder: Side) => {
  const mm3 = initiatorRequests(initiator.ctx, initiator.profile).choice
  const own = chooseOwnCertificate(responder.ctx, {
    role: 'responder',
    profile: null,
    requests: asReceived(mm3),
    keyType: 'rsa',
  })
  const mm4 = responderRequests(responder.ctx).choice
  const other = chooseOwnCertificate(initiator.ctx, {
    role: 'initiator',
    profile: initiator.profile,
    requests: asReceived(mm4),
    keyType: 'rsa',
  })
  const bound = bindProfile(responder.ctx, {
    identity: fqdn(`${initiator.ctx.hostname}.cisco.com`),
    localAddress: '192.168.0.1',
  }).choice
  const accepts = ({ ctx }: Side, profile: IsakmpProfile | null, trustpoint: string | null): boolean => {
    const anchors = validationTrustpoints(ctx, profile).choice
    return trustpoint !== null && (anchors === null || anchors.includes(trustpoint))
  }
  const boundProfile = responder.ctx.profiles.find(({ name }) => name === bound) ?? null
  const mm5 = accepts(responder, boundProfile, other.choice)
  const mm6 = accepts(initiator, initiator.profile, own.choice)
  return { mm5: other.choice, mm6: own.choice, result: !mm5 ? 'down at MM5' : !mm6 ? 'down at MM6' : 'up' }
}

describe('what the seed shows', () => {
  const r1 = routerOf('R1', 'CA2', ['IOSCA1'])
  const r2 = routerOf('R2', 'CA1', [])

  it('initiator R1 requests only the trust point of its profile', () => {
    expect(names(initiatorRequests(r1.ctx, r1.profile).choice)).toEqual([CA1])
  })

  it('responder R2 requests every trustpoint before the profile is known', () => {
    expect(names(responderRequests(r2.ctx).choice)).toEqual([CA1, CA2, ...builtInNames])
  })

  it('initiator R2 requests every trustpoint because its profile names none', () => {
    expect(names(initiatorRequests(r2.ctx, r2.profile).choice)).toEqual([CA1, CA2, ...builtInNames])
  })

  it('responder R1 requests every trustpoint although its profile lists one, newest certificate first', () => {
    expect(names(responderRequests(r1.ctx).choice)).toEqual([CA2, CA1, ...builtInNames])
  })

  it('responder R2 signs with IOSCA1, the only CA asked for', () => {
    const requests = asReceived(initiatorRequests(r1.ctx, r1.profile).choice)
    const decision = chooseOwnCertificate(r2.ctx, { role: 'responder', profile: null, requests, keyType: 'rsa' })
    expect(decision.choice).toBe('IOSCA1')
    expect(decision.examined).toEqual([
      { request: 0, trustpoints: [{ trustpoint: 'IOSCA1', inProfileList: null }], chosen: 'IOSCA1' },
    ])
  })

  it('initiator R1 examines its profile list for the first request and no further request', () => {
    const requests = asReceived(responderRequests(r2.ctx).choice)
    const decision = chooseOwnCertificate(r1.ctx, { role: 'initiator', profile: r1.profile, requests, keyType: 'rsa' })
    expect(decision.choice).toBe('IOSCA1')
    expect(decision.examined).toHaveLength(7)
    expect(decision.examined[0]).toEqual({
      request: 0,
      trustpoints: [{ trustpoint: 'IOSCA1', inProfileList: true }],
      chosen: 'IOSCA1',
    })
    for (const later of decision.examined.slice(1)) expect(later).toMatchObject({ trustpoints: [], chosen: null })
  })

  it('initiator R2 signs with IOSCA2, the first CA that R1 asks for, and its profile is why', () => {
    const requests = asReceived(responderRequests(r1.ctx).choice)
    const decision = chooseOwnCertificate(r2.ctx, { role: 'initiator', profile: r2.profile, requests, keyType: 'rsa' })
    expect(decision.choice).toBe('IOSCA2')
    expect(decision.rule).toBe('v1.own-certificate.first-request')
    expect(decision.because[0]).toEqual(r2.profile.at)
    expect(decision.candidates).toEqual([
      {
        name: 'IOSCA2',
        taken: true,
        reason: `the first CA asked for from which it may sign is ${CA2}; profile prof1 names no trust point`,
        at: expect.objectContaining({ line: definition.IOSCA2 }),
      },
      {
        name: 'IOSCA1',
        taken: false,
        reason: 'the peer asks for its CA too, but later',
        at: expect.objectContaining({ line: definition.IOSCA1 }),
      },
      ...builtIns.map(({ name }) => ({
        name,
        taken: false,
        reason: 'the router has no certificate of its own from this CA',
      })),
    ])
  })

  it('R1 binds prof1 to R2 and then trusts IOSCA1 only', () => {
    const bound = bindProfile(r1.ctx, { identity: fqdn('R2.cisco.com'), localAddress: '192.168.0.1' })
    expect(bound.choice).toBe('prof1')
    expect(bound.because.map(({ line }) => line)).toEqual([7])
    const anchors = validationTrustpoints(r1.ctx, r1.profile)
    expect(anchors.choice).toEqual(['IOSCA1'])
    expect(anchors.because.map(({ text }) => text)).toEqual([' ca trust-point IOSCA1'])
  })
})

describe('the four orders of enrolment', () => {
  it.each([
    [
      'CA2',
      'CA1',
      { mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' },
      { mm5: 'IOSCA2', mm6: 'IOSCA1', result: 'down at MM5' },
    ],
    ['CA1', 'CA1', { mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' }, { mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' }],
    [
      'CA2',
      'CA2',
      { mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' },
      { mm5: 'IOSCA2', mm6: 'IOSCA2', result: 'down at MM5' },
    ],
    ['CA1', 'CA2', { mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' }, { mm5: 'IOSCA1', mm6: 'IOSCA2', result: 'up' }],
  ] as const)('R1 newest from %s, R2 newest from %s', (first, second, r1Initiates, r2Initiates) => {
    const r1 = routerOf('R1', first, ['IOSCA1'])
    const r2 = routerOf('R2', second, [])
    expect(negotiate(r1, r2)).toEqual(r1Initiates)
    expect(negotiate(r2, r1)).toEqual(r2Initiates)
  })

  it('without ca trust-point on either side both directions come up, and each router signs for the CA that is newest at its peer', () => {
    const r1 = routerOf('R1', 'CA2', [])
    const r2 = routerOf('R2', 'CA1', [])
    expect(negotiate(r1, r2)).toEqual({ mm5: 'IOSCA1', mm6: 'IOSCA2', result: 'up' })
    expect(negotiate(r2, r1)).toEqual({ mm5: 'IOSCA2', mm6: 'IOSCA1', result: 'up' })
  })

  it.each(['CA1', 'CA2'] as const)('symmetric lists come up in every order (R1 newest from %s)', (newest) => {
    for (const other of ['CA1', 'CA2'] as const) {
      const r1 = routerOf('R1', newest, ['IOSCA1'])
      const r2 = routerOf('R2', other, ['IOSCA1'])
      expect(negotiate(r1, r2)).toEqual({ mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' })
      expect(negotiate(r2, r1)).toEqual({ mm5: 'IOSCA1', mm6: 'IOSCA1', result: 'up' })
    }
  })
})
