import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plainLab, plainPair } from '../../../test/support/plain-pair.ts'
import { plainPhase1 } from '../../../test/support/random-pair/phase1.ts'
import { type Lab, readLab, storeOf } from '../../lab/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { directionsOf } from '../directions.ts'
import { prove } from '../prove.ts'
import { worldOf } from '../static/index.ts'
import type { Fix } from '../verdict.ts'
import { withEdit } from './paste.ts'

const labOf = (name: string): Lab => readLab([join(import.meta.dirname, '../../../examples', name)])

const fixesOf = (name: string, canChange: readonly string[] = []): readonly Fix[] =>
  prove(labOf(name), { fix: { canChange } }).verdict.tunnels.flatMap(({ fixes }) => fixes ?? [])

/** What every direction comes to, with the codes of what fails in any case of the orders. */
const outcomes = (lab: Lab): readonly string[] => {
  const open = { ...lab, routers: lab.routers.map((router) => ({ ...router, orderKnown: false })) }
  const world = worldOf(open)
  return directionsOf(open).map(({ initiator, responder, flow }) => {
    const { outcome, groups } = decideDirection(world, { initiator: initiator.name, responder: responder.name, flow })
    return JSON.stringify([initiator.name, outcome, groups.map(({ classes }) => classes[0]?.walk.code)])
  })
}

const pasted = (lab: Lab, fix: Fix, lines: 'paste' | 'undo'): Lab =>
  fix.edits.reduce<Lab>((changed, { router, [lines]: text }) => {
    const next = withEdit(changed, { router, paste: text })
    if (!next) throw new Error(`IOS's reader refuses ${text.join(' / ')}`)
    return next
  }, lab)

describe('the fix that is offered first', () => {
  it.each([
    // What Cisco recommends: both ends name the same trust points.
    ['ikev1-asymmetric-trustpoints', 'R2', ['crypto isakmp profile prof1', ' ca trust-point IOSCA1']],
    ['ikev2-asymmetric-trustpoints', 'R2', ['crypto ikev2 profile profile1', ' no pki trustpoint TP2']],
    ['ikev2-no-trustpoint', 'R1', ['crypto ikev2 profile profile1', ' pki trustpoint TP1']],
    ['ikev1-pfs-one-sided', 'R2', ['crypto ipsec profile prof1', ' set pfs group14']],
    [
      'ikev2-overlapping-profiles',
      'R2',
      [
        'crypto ikev2 profile profile2',
        ' no match identity remote address 192.168.0.1 255.255.255.255',
        'crypto ikev2 profile profile3',
        ' no match identity remote address 192.168.0.1 255.255.255.255',
      ],
    ],
    [
      'ikev2-half-open',
      'R1',
      ['crypto ikev2 profile profile1', ' match identity remote address 192.168.0.2 255.255.255.255'],
    ],
  ])('of %s is for %s', (name, router, paste) => {
    const [first] = fixesOf(name)
    expect(first?.edits.map((edit) => [edit.router, edit.paste])).toEqual([[router, paste]])
    expect(first).toMatchObject({ widensTrust: null, fragile: null })
    expect(first?.proved.negotiations).toBeGreaterThanOrEqual(2)
  })

  it('pins what comes up today by chance', () => {
    expect(fixesOf('ikev1-reordered-enrolment')[0]?.edits[0]?.paste).toEqual([
      'crypto isakmp profile prof1',
      ' ca trust-point IOSCA1',
    ])
  })

  it('is none where both directions come up in every order', () => {
    expect(fixesOf('ikev1-symmetric-trustpoints')).toEqual([])
  })

  it('is none where no line of configuration helps', () => {
    expect(fixesOf('ikev1-expired-certificate')).toEqual([])
  })
})

describe('every fix that is offered', () => {
  const failing = [
    'ikev1-asymmetric-trustpoints',
    'ikev1-crl-unreachable',
    'ikev1-no-common-policy',
    'ikev1-pfs-one-sided',
    'ikev1-profile-mismatch',
    'ikev1-reordered-enrolment',
    'ikev1-transform-mismatch',
    'ikev2-asymmetric-trustpoints',
    'ikev2-half-open',
    'ikev2-no-trustpoint',
    'ikev2-overlapping-profiles',
  ]

  it.each(failing)('of %s brings every case up, and is taken back by its undo lines', (name) => {
    const lab = labOf(name)
    const before = outcomes(lab)
    const fixes = fixesOf(name)
    expect(fixes.length).toBeGreaterThan(0)
    for (const fix of fixes) {
      const mended = pasted(lab, fix, 'paste')
      for (const outcome of outcomes(mended)) expect(outcome).toMatch(/"up",\[null\]/)
      expect(outcomes(pasted(mended, fix, 'undo'))).toEqual(before)
    }
  })

  it('that gives trust away comes after those that do not, and says so', () => {
    for (const name of failing) {
      const widening = fixesOf(name).map(({ widensTrust }) => widensTrust !== null)
      expect(widening).toEqual([...widening].sort())
    }
    expect(fixesOf('ikev1-crl-unreachable')[0]?.widensTrust).toMatch(/revoked/)
  })
})

describe('--can-change', () => {
  it('leaves the other router alone', () => {
    const fixes = fixesOf('ikev1-asymmetric-trustpoints', ['r1'])
    expect(fixes.flatMap(({ edits }) => edits.map(({ router }) => router))).toEqual(['R1'])
    expect(fixes[0]?.widensTrust).toMatch(/IOSCA2/)
  })
})

describe('where messages are too large, or name what nobody can fetch', () => {
  const first = (lab: Lab): readonly (readonly string[])[] =>
    prove(lab, { fix: { canChange: [] } })
      .verdict.tunnels.flatMap(({ fixes }) => fixes?.[0]?.edits ?? [])
      .map(({ router, paste }) => [router, ...paste])

  it('IKE divides its messages itself, on both sides', () => {
    expect(first({ ...labOf('ikev1-intermediate-ca'), mtu: 1280, dropsFragments: true })).toEqual([
      ['R1', 'crypto isakmp fragmentation'],
      ['R2', 'crypto isakmp fragmentation'],
    ])
    expect(first({ ...labOf('ikev2-certificates'), mtu: 1000, dropsFragments: true })).toEqual([
      ['R1', 'crypto ikev2 fragmentation'],
      ['R2', 'crypto ikev2 fragmentation'],
    ])
  })

  it('certificates travel whole once one side says so', () => {
    const lab = labOf('ikev2-certificates')
    const routers = lab.routers.map((router) => {
      const enrolled = router.enrolled.map((trustpoint) =>
        router.name === 'R1' && trustpoint.identity
          ? { ...trustpoint, identity: { ...trustpoint.identity, url: 'http://172.16.9.9/R1.cer' } }
          : trustpoint,
      )
      return { ...router, enrolled, store: storeOf(enrolled, lab.knobs) }
    })
    expect(first({ ...lab, routers })).toEqual([['R1', 'no crypto ikev2 http-url cert']])
  })
})

it('a fix keeps the host name that is known from elsewhere', () => {
  const lab = labOf('ikev1-asymmetric-trustpoints')
  const renamed: Lab = {
    ...lab,
    routers: lab.routers.map((router) => ({
      ...router,
      texts: router.texts.map(({ file, text }) => ({ file, text: text.replace(/^hostname .*$/m, '!') })),
    })),
  }
  const [first] = fixesOf('ikev1-asymmetric-trustpoints')
  if (!first) throw new Error('there is a fix')
  for (const { configuration } of pasted(renamed, first, 'paste').routers)
    expect(configuration.hostname).toMatch(/^R[12]$/)
})

describe('phase 1 and certificate maps', () => {
  const fixes = (...pair: Parameters<typeof plainPair>): readonly Fix[] =>
    prove(plainLab(plainPair(...pair)), { fix: { canChange: ['R2'] } }).verdict.tunnels.flatMap(
      (each) => each.fixes ?? [],
    )

  it('an IKEv2 policy names a proposal of the peer', () => {
    const suite = (number: number): { readonly phase1: typeof plainPhase1 } => ({
      phase1: { ...plainPhase1, suite: number },
    })
    const [first] = fixes({ version: 2 }, [suite(0), suite(3)])
    expect(first?.widensTrust).toBeNull()
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto ikev2 proposal suite0-of-R1',
      ' encryption aes-cbc-256',
      ' integrity sha256',
      ' prf sha256',
      ' group 19',
      'crypto ikev2 policy pol',
      ' proposal suite0-of-R1',
    ])
  })

  it('a proposal that no policy names is used before anything new is made', () => {
    const unused = { phase1: { ...plainPhase1, policy: 'none' as const } }
    const [first] = fixes({ version: 2 }, [{}, unused])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto ikev2 policy of-the-tunnel',
      ' proposal default',
      ' proposal suite0',
    ])
  })

  it('a certificate map of another profile no longer takes the peer', () => {
    const [first] = fixes({ version: 2 }, [{}, { profiles: [{}, { matches: ['PEER'] }] }])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto ikev2 profile prof2',
      ' no match certificate PEER0',
    ])
  })

  it.each([1, 2] as const)('a distinguished name is matched by a certificate map of IKEv%i', (version) => {
    // IKEv1: an initiator may hold the identity against the statements of its profile alone, maps aside.
    const [first] = fixes({ version, identity: 'dn' }, [{}, { profiles: [{ matches: ['address'] }] }], {
      knobs: [{ name: 'v1.initiatorIdCheck', value: 'warn' }],
    })
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto pki certificate map FROM-R1 10',
      ' subject-name co cn = r1',
      `crypto ${version === 1 ? 'isakmp' : 'ikev2'} profile prof1`,
      ' match certificate FROM-R1',
    ])
  })

  it('a method of authentication is taken last, and called what it is', () => {
    const [first] = fixes({ version: 2 }, [{}, { profiles: [{ remote: 'ecdsa-sig' }] }])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto ikev2 profile prof1',
      ' authentication remote rsa-sig',
    ])
    expect(first?.widensTrust).toMatch(/rsa-sig as well/)
  })
})

describe('another profile for the tunnel', () => {
  it('that trusts more is called what it is', () => {
    const lists = [{ trustpoint: 0, use: 'both' as const }]
    const lab = plainLab(
      plainPair({ version: 2, identity: 'address' }, [
        { trustpoints: [{}, { authority: 1 }], openLists: true, profiles: [{ matches: ['other'], list: lists }, {}] },
        {},
      ]),
    )
    const fixes = prove(lab, { fix: { canChange: ['R1'] } }).verdict.tunnels.flatMap((each) => each.fixes ?? [])
    for (const { text, widensTrust } of fixes)
      if (text.includes('the tunnel names profile prof2')) expect(widensTrust).toMatch(/every CA/)
  })
})

describe('a tunnel beside the one that is mended', () => {
  it('stays as it is in every case, in those of other knobs too', () => {
    const list = (...places: readonly number[]) => places.map((trustpoint) => ({ trustpoint, use: 'both' as const }))
    const held = (...authorities: readonly number[]) =>
      authorities.map((authority) => ({ authority, revocation: 'none' as const }))
    // R3 needs what R1's second profile says; under v2.overlap=last that profile has R2 as well.
    const lab = plainLab(
      plainPair({ version: 2, identity: 'address' }, [
        {
          trustpoints: held(0, 1, 2),
          order: [2, 1, 0],
          orderKnown: true,
          profiles: [{ list: list(2, 0) }, { matches: ['network'], list: list(0, 1, 2) }],
        },
        { trustpoints: held(1, 2), profiles: [{ list: list(0, 1) }] },
        { trustpoints: held(0, 1, 2), profiles: [{ list: list(0) }] },
      ]),
    )
    const towardsR2 = (at: Lab): unknown => {
      const world = worldOf(at)
      return directionsOf(at)
        .filter(({ initiator, responder }) => initiator.name === 'R2' || responder.name === 'R2')
        .map(({ initiator, responder, flow }) =>
          decideDirection(world, { initiator: initiator.name, responder: responder.name, flow }).groups.map(
            ({ when, classes }) => [when, classes[0]?.walk.outcome, classes[0]?.walk.code],
          ),
        )
    }
    const { tunnels } = prove(lab, { fix: { canChange: [] } }).verdict
    for (const fix of tunnels.find(({ ends }) => ends.includes('R3'))?.fixes ?? [])
      expect([fix.text, towardsR2(pasted(lab, fix, 'paste'))]).toEqual([fix.text, towardsR2(lab)])
    expect(tunnels.map(({ ends }) => ends)).toEqual([
      ['R1', 'R2'],
      ['R1', 'R3'],
    ])
  })
})
