import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  builtIns,
  certificateOf,
  contextOf,
  fqdn,
  ipv4,
  lineAt,
  nameOf,
  profileOf,
  statement,
  trustpointOf,
} from '../../test/support/selection-stubs.ts'
import type { Trustpoint } from '../pki/index.ts'
import type { Decision } from '../trace/index.ts'
import type { IsakmpPolicy, IsakmpProfile, Knobs, SelectionContext, SelfIdentity } from './configuration.ts'
import {
  bindProfile,
  chooseOwnCertificate,
  choosePolicy,
  extendedKeyUsageFits,
  identityInCertificate,
  initiatorIdentityCheck,
  initiatorRequests,
  keyringOfProfileHolds,
  knobs,
  matchesCertificateMap,
  matchesIdentity,
  ownIdentity,
  preSharedKey,
  type ReceivedRequest,
  rebindByCertificate,
  responderRequests,
  rules,
  validationTrustpoints,
} from './index.ts'

const seed = { seed: 20130620, numRuns: 300 }

const caNames = ['cn=CA1,o=cisco,o=com', 'cn=CA2,o=cisco,o=com', 'cn=CA3,o=cisco,o=com', 'cn=CA4,o=cisco,o=com']
const trustpointNames = ['TP1', 'TP2', 'TP3', 'TP4', 'TP5']

const arbitraryTrustpoint = (name: string, index: number): fc.Arbitrary<Trustpoint> =>
  fc
    .record({
      ca: fc.constantFrom(...caNames),
      line: fc.constant(100 + index),
      identity: fc.boolean(),
      authenticated: fc.boolean(),
      primary: fc.boolean(),
      keyType: fc.constantFrom('rsa' as const, 'ec' as const),
    })
    .map(({ ca, line, ...held }) => trustpointOf(name, ca, line, held))

const arbitraryStore: fc.Arbitrary<readonly Trustpoint[]> = fc
  .tuple(...trustpointNames.map(arbitraryTrustpoint))
  .chain((all) => fc.shuffledSubarray(all))
  .map((user) => [...user, ...builtIns])

const arbitraryKnobs: fc.Arbitrary<Knobs> = fc
  .tuple(...knobs.map(({ name, values }) => fc.constantFrom(...values).map((value) => [name, value] as const)))
  .map((entries) => Object.fromEntries(entries) as unknown as Knobs)

const arbitraryStatement = fc.oneof(
  fc
    .constantFrom('R2.cisco.com', 'r2.CISCO.com', 'R3.cisco.com')
    .map((name) => statement(1, { kind: 'host', fqdn: name })),
  fc.constantFrom('cisco.com', 'com').map((domain) => statement(2, { kind: 'host-domain', domain })),
  fc
    .constantFrom('255.255.255.255', '255.255.255.0', '0.0.0.0', 'no mask')
    .map((mask) => statement(3, { kind: 'address', address: '192.168.0.2', mask })),
  fc.string().map((prefix) => statement(4, { kind: 'address-ipv6', prefix })),
  fc.string().map((user) => statement(5, { kind: 'user', user })),
  fc.string().map((group) => statement(6, { kind: 'group', group })),
)

const mapNames = ['M1', 'M2', 'M3']
const arbitraryMaps = fc.array(
  fc.record({
    name: fc.constantFrom(...mapNames),
    sequences: fc.array(
      fc.record({
        sequence: fc.integer({ min: 1, max: 50 }),
        at: fc.constant(lineAt(1)),
        rules: fc.array(
          fc.record({
            field: fc.constantFrom(
              'subject-name' as const,
              'issuer-name' as const,
              'serial-number' as const,
              'expires-on' as const,
              'name' as const,
            ),
            operator: fc.constantFrom(
              'eq' as const,
              'ne' as const,
              'co' as const,
              'nc' as const,
              'lt' as const,
              'ge' as const,
            ),
            value: fc.oneof(fc.string(), fc.constantFrom('cn = r1', '2014-01-01T00:00:00Z', '03')),
            at: fc.constant(lineAt(2)),
          }),
          { maxLength: 3 },
        ),
      }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 3 },
)

const arbitraryProfiles: fc.Arbitrary<readonly IsakmpProfile[]> = fc
  .array(
    fc.record({
      trustPoints: fc.uniqueArray(fc.constantFrom(...trustpointNames, 'GONE'), { maxLength: 3 }),
      matchIdentity: fc.array(arbitraryStatement, { maxLength: 3 }),
      maps: fc.uniqueArray(fc.constantFrom(...mapNames), { maxLength: 2 }),
      keyrings: fc.uniqueArray(fc.constantFrom('default', 'one', 'gone'), { maxLength: 2 }),
      self: fc.constantFrom<SelfIdentity | null>(
        null,
        { kind: 'address' },
        { kind: 'address-ipv6' },
        { kind: 'fqdn' },
        { kind: 'fqdn', name: 'r1.example.org' },
        { kind: 'user-fqdn', name: 'r1@example.org' },
      ),
    }),
    { maxLength: 4 },
  )
  .map((list) =>
    list.map(({ trustPoints, matchIdentity, maps, keyrings, self }, index) =>
      profileOf(`p${index}`, 10 * index, {
        trustPoints,
        matchIdentity,
        matchCertificate: maps.map((map) => ({ map, at: lineAt(9) })),
        keyrings: keyrings.map((name) => ({ name, at: lineAt(8) })),
        ...(self === null ? {} : { selfIdentity: { ...self, at: lineAt(7) } }),
      }),
    ),
  )

const arbitraryPolicy: fc.Arbitrary<IsakmpPolicy> = fc.record({
  priority: fc.integer({ min: 1, max: 10000 }),
  encryption: fc.constantFrom(
    { cipher: 'des' as const },
    { cipher: '3des' as const },
    { cipher: 'aes' as const, bits: 128 as const },
  ),
  hash: fc.constantFrom('md5' as const, 'sha256' as const),
  authentication: fc.constantFrom('rsa-sig' as const, 'rsa-encr' as const, 'pre-share' as const, 'ecdsa-sig' as const),
  group: fc.constantFrom(2 as const, 14 as const, 19 as const),
  lifetime: fc.integer({ min: 60, max: 86400 }),
})

const arbitraryContext: fc.Arbitrary<SelectionContext> = fc
  .record({
    trustpoints: arbitraryStore,
    knobs: arbitraryKnobs,
    profiles: arbitraryProfiles,
    certificateMaps: arbitraryMaps,
    policies: fc.uniqueArray(arbitraryPolicy, { maxLength: 4, selector: ({ priority }) => priority }),
    identity: fc.constantFrom('address' as const, 'dn' as const, 'hostname' as const),
    isakmpDefaultPolicies: fc.boolean(),
  })
  .map(({ trustpoints, ...rest }) =>
    contextOf({
      ...rest,
      store: { trustpoints },
      keyrings: [
        {
          name: 'default',
          keys: [{ match: { kind: 'address', address: '0.0.0.0', mask: '0.0.0.0' }, key: 'k', at: lineAt(3) }],
        },
        { name: 'one', keys: [{ match: { kind: 'hostname', hostname: 'R2.cisco.com' }, key: 'k', at: lineAt(4) }] },
      ],
    }),
  )

const arbitraryRequests: fc.Arbitrary<readonly ReceivedRequest[]> = fc.array(
  fc.oneof(
    fc
      .record({
        encoding: fc.constantFrom(4, 4, 4, 1),
        ca: fc.constantFrom(...caNames, 'cn=Stranger').map((ca) => nameOf(ca)),
      })
      .map((request) => ({ ...request, der: request.ca.der })),
    fc.constant({ encoding: 4, ca: null, der: new Uint8Array(0) }),
  ),
  { maxLength: 6 },
)

const arbitraryIdentity = fc.oneof(
  fc.constantFrom(fqdn('R2.cisco.com'), ipv4('192.168.0.2')),
  fc.record({ type: fc.integer({ min: 0, max: 255 }), value: fc.string(), data: fc.uint8Array({ maxLength: 40 }) }),
)

const arbitraryOffer = fc.array(
  fc.record(
    {
      number: fc.integer({ min: 0, max: 255 }),
      encryption: fc.constantFrom(1, 5, 7, 8),
      keyLength: fc.constantFrom(128, 256),
      hash: fc.constantFrom(1, 2, 4),
      authentication: fc.constantFrom(1, 3, 4, 5, 9),
      group: fc.constantFrom(2, 14, 19),
      lifetimeSeconds: fc.nat(),
    },
    { requiredKeys: ['number', 'encryption', 'hash', 'authentication', 'group'] },
  ),
  { maxLength: 5 },
)

const certificate = certificateOf('hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco', 'cn=CA1,o=cisco,o=com')

const forClients = { ...certificate, extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }

/** Every decision of the room, asked about one world. */
const everyDecision = (
  ctx: SelectionContext,
  requests: readonly ReceivedRequest[],
  identity: ReturnType<typeof fqdn>,
  offered: Parameters<typeof choosePolicy>[1],
): readonly Decision<unknown>[] => [
  responderRequests(ctx),
  choosePolicy(ctx, offered),
  identityInCertificate(identity, certificate),
  extendedKeyUsageFits(ctx, { certificate, role: 'responder' }),
  extendedKeyUsageFits(ctx, { certificate: forClients, role: 'responder' }),
  bindProfile(ctx, { identity, localAddress: '192.168.0.1' }),
  ...[null, 'p0'].map((bound) => rebindByCertificate(ctx, { certificate, bound })),
  ...ctx.certificateMaps.map((map) => matchesCertificateMap(map, certificate)),
  ...[null, ...ctx.profiles].flatMap((profile) => [
    initiatorRequests(ctx, profile),
    validationTrustpoints(ctx, profile),
    ...[certificate, null].map((signs) =>
      ownIdentity(ctx, { profile, localAddress: '192.168.0.1', certificate: signs }),
    ),
    ...(['initiator', 'responder'] as const).flatMap((role) => [
      preSharedKey(ctx, { role, profile, peer: '192.168.0.2', peerIdentity: identity }),
      ...(['rsa', 'ec'] as const).map((keyType) => chooseOwnCertificate(ctx, { role, profile, requests, keyType })),
    ]),
  ]),
  ...ctx.profiles.flatMap((profile) => [
    initiatorIdentityCheck(ctx, { profile, identity, localAddress: '192.168.0.1' }),
    keyringOfProfileHolds(ctx, profile, 'one'),
    ...profile.matchIdentity.map((match) => matchesIdentity(match, identity)),
  ]),
]

describe('every decision, over random configurations', () => {
  it('answers, names a rule of the table, gives every candidate a reason, and answers the same again', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        arbitraryContext,
        arbitraryRequests,
        arbitraryIdentity,
        arbitraryOffer,
        (ctx, requests, identity, offered) => {
          const decisions = everyDecision(ctx, requests, identity, offered)
          for (const { rule, source, candidates, knob } of decisions) {
            seen.add(rule)
            expect(Object.keys(rules)).toContain(rule)
            expect(source).toBe(rules[rule as keyof typeof rules].source)
            for (const { name, reason } of candidates) {
              expect(reason, name).not.toBe('')
              expect(reason, name).not.toMatch(/undefined|null|NaN|\[object/)
            }
            if (knob !== undefined) expect(knob.value).toBe(ctx.knobs[knob.name as keyof Knobs])
          }
          expect(everyDecision(ctx, requests, identity, offered)).toEqual(decisions)
        },
      ),
      // So many that every rule is met, whatever a knob more does to the random stream.
      { ...seed, numRuns: 900 },
    )
    const ofIkeV1 = Object.keys(rules).filter((id) => !id.startsWith('v2.'))
    expect([...seen].toSorted()).toEqual(ofIkeV1.toSorted())
  })

  it('a choice that leans on no knob is the same under every value of every knob', () => {
    fc.assert(
      fc.property(
        arbitraryContext,
        arbitraryRequests,
        arbitraryIdentity,
        arbitraryKnobs,
        (ctx, requests, identity, other) => {
          const builtins = ctx.knobs.builtins
          const before = everyDecision(ctx, requests, identity, [])
          const after = everyDecision({ ...ctx, knobs: { ...other, builtins } }, requests, identity, [])
          for (const [index, decision] of before.entries())
            if (decision.knob === undefined) expect(after[index]?.choice).toEqual(decision.choice)
        },
      ),
      seed,
    )
  })
})

describe('the order of what comes in matters only where a rule says so', () => {
  it('the store does not matter to a certificate chosen by a named CA, and does to what is asked for', () => {
    fc.assert(
      fc.property(arbitraryContext, arbitraryRequests, (ctx, requests) => {
        const named = requests.filter(({ ca }) => ca !== null)
        const turned = { ...ctx, store: { trustpoints: ctx.store.trustpoints.toReversed() } }
        const question = { role: 'responder' as const, profile: null, requests: named, keyType: 'rsa' as const }
        const decision = chooseOwnCertificate(ctx, question)
        if (decision.rule !== 'v1.own-certificate.first-request') return
        expect(chooseOwnCertificate(turned, question).choice).toBe(decision.choice)
        const cas = responderRequests(ctx).choice.map(({ ca }) => ca.ios)
        const turnedCas = responderRequests(turned).choice.map(({ ca }) => ca.ios)
        expect(turnedCas.toSorted()).toEqual(cas.toSorted())
      }),
      seed,
    )
  })

  it('what comes after the deciding request changes nothing', () => {
    fc.assert(
      fc.property(arbitraryContext, arbitraryRequests, arbitraryRequests, (ctx, requests, more) => {
        const question = { role: 'responder' as const, profile: null, requests, keyType: 'rsa' as const }
        const decision = chooseOwnCertificate(ctx, question)
        if (decision.rule !== 'v1.own-certificate.first-request') return
        expect(chooseOwnCertificate(ctx, { ...question, requests: [...requests, ...more] }).choice).toBe(
          decision.choice,
        )
      }),
      seed,
    )
  })

  it('profiles bind alike in any order unless they overlap', () => {
    fc.assert(
      fc.property(arbitraryContext, arbitraryIdentity, (ctx, identity) => {
        const peer = { identity, localAddress: '192.168.0.1' }
        const decision = bindProfile(ctx, peer)
        if (decision.rule === 'v1.profile.overlap') return
        expect(bindProfile({ ...ctx, profiles: ctx.profiles.toReversed() }, peer).choice).toBe(decision.choice)
      }),
      seed,
    )
  })

  it('an initiator never signs, and nobody validates, outside the list of the profile', () => {
    fc.assert(
      fc.property(arbitraryContext, arbitraryRequests, (ctx, requests) => {
        for (const profile of ctx.profiles.filter(({ caTrustPoints }) => caTrustPoints.length > 0)) {
          const list = profile.caTrustPoints.map(({ name }) => name)
          const { choice } = chooseOwnCertificate(ctx, { role: 'initiator', profile, requests, keyType: 'rsa' })
          if (choice !== null) expect(list).toContain(choice)
          for (const name of validationTrustpoints(ctx, profile).choice ?? []) expect(list).toContain(name)
          for (const { trustpoint } of initiatorRequests(ctx, profile).choice) expect(list).toContain(trustpoint)
        }
      }),
      seed,
    )
  })
})
