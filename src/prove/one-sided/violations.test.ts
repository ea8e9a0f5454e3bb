import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labOf, randomRouter } from '../../../test/support/one-sided.ts'
import type { Issuer } from '../../lab/index.ts'
import { defaultKnobs } from '../../selection/index.ts'
import { walk, worldOf } from '../static/index.ts'
import { analyse, knownTunnels } from './analyse.ts'
import type { Known } from './known.ts'
import { proveOneSided } from './one-sided.ts'
import { type PeerLab, peerLab, type Role } from './peer-lab.ts'
import { type PeerPlan, trustpointsOf } from './peer-plan.ts'
import { peerLines } from './peer-text.ts'
import { findPeers } from './search.ts'
import type { PeerCondition } from './types.ts'

const roles = ['initiator', 'responder'] as const

/** A neighbour of a peer that comes up: its plan and its lines, with one thing another. */
interface Neighbour {
  readonly plan: PeerPlan
  readonly lines: readonly string[]
}

const planned = (plan: PeerPlan): Neighbour => ({ plan, lines: peerLines(plan) })

const strange: Issuer['label'] = 'CA4'

const foreign = ({ world: { lab } }: Known): Issuer => {
  const found = lab.issuers.find(({ label }) => label === strange)
  if (!found) throw new Error('the lab has no foreign CA')
  return found
}

/** The peer that violates just this condition; null where a router of IOS cannot do so without violating another. */
const violate = (known: Known, role: Role, { plan, lines }: PeerLab, condition: PeerCondition): Neighbour | null => {
  const ikeV1 = plan.ike.version === 1
  const stranger = foreign(known)
  switch (condition.kind) {
    case 'address':
      if (ikeV1 && plan.identity.kind === 'address') return null
      return planned({ ...plan, address: plan.mask === '255.255.255.0' ? '192.168.0.77' : '198.51.100.6' })
    case 'ike-proposal':
      return planned({
        ...plan,
        ike:
          plan.ike.version === 1
            ? {
                version: 1,
                policy: {
                  ...plan.ike.policy,
                  encryption: { cipher: 'des' },
                  group: plan.ike.policy.group === 19 ? 20 : 1,
                },
              }
            : {
                version: 2,
                proposals: [{ name: 'X', encryption: ['des'], integrity: ['md5'], prf: ['md5'], groups: [1] }],
              },
      })
    case 'authentication': {
      const wanted = condition.must.includes('remote') ? ' authentication remote' : ' authentication local'
      const other = wanted === ' authentication remote' ? plan.knownMethod : plan.method
      const method = other === 'pre-share' ? 'rsa-sig' : 'pre-share key other'
      // The other method may be welcome too, and without a certificate no map leads to the profile.
      if (condition.must.includes(method.split(' ')[0] ?? method)) return null
      if (known.end.selection.ikev2.profiles.some(({ matchCertificate }) => matchCertificate.length > 0)) return null
      // A peer that signs needs a certificate to come so far.
      const own = other === 'pre-share' && wanted === ' authentication local'
      const held: PeerPlan = own
        ? {
            ...plan,
            trusts: [stranger],
            certificate: { issuer: stranger, key: 'rsa', subject: { subjectName: 'CN=peer', fqdn: null } },
          }
        : plan
      if (own) return null
      return {
        plan: held,
        lines: peerLines(held).map((line) => (line.startsWith(wanted) ? `${wanted} ${method}` : line)),
      }
    }
    case 'shared-key':
      if (ikeV1) return planned({ ...plan, keys: { initiator: 'other', responder: 'other' } })
      return condition.must.startsWith('expect')
        ? planned({ ...plan, keys: { ...plan.keys, responder: 'other' } })
        : planned({ ...plan, keys: { ...plan.keys, initiator: 'other' } })
    case 'certificate':
      if (!plan.certificate) return null
      return planned({ ...plan, certificate: { ...plan.certificate, issuer: stranger } })
    case 'other-certificates': {
      const [refused] = condition.oneOf
      const issuer = known.world.lab.issuers.find(({ certificate }) => certificate.subject.ios === refused?.value)
      return plan.certificate && issuer ? planned({ ...plan, certificate: { ...plan.certificate, issuer } }) : null
    }
    case 'requests': {
      const issuer = plan.certificate?.issuer
      // Whatever a router of IKEv1 signs with, it asks for as well.
      const asked = issuer && condition.oneOf.some(({ value }) => value.endsWith(issuer.certificate.subject.ios))
      if (asked && (ikeV1 || role === 'initiator')) return null
      return planned({ ...plan, trusts: [stranger] })
    }
    case 'trust': {
      const held = trustpointsOf(plan)
      const name = held.find(({ trusts }) => trusts)?.name ?? ''
      const signing = held.find(({ signs }) => signs)?.name
      if (ikeV1) {
        const wider = peerLines({ ...plan, trusts: [...plan.trusts, stranger] })
        return {
          plan: { ...plan, trusts: [...plan.trusts, stranger] },
          lines: wider.filter(
            (line) => line !== `   ca trust-point ${name}` && line !== `   ca trust-point ${signing}`,
          ),
        }
      }
      const wider: PeerPlan = { ...plan, trusts: [...plan.trusts, stranger] }
      return {
        plan: wider,
        lines: peerLines(wider).flatMap((line) => {
          if (line === ` pki trustpoint ${name}`) return [`${line} sign`]
          return line === ` pki trustpoint ${name} verify` ? [] : [line]
        }),
      }
    }
    case 'match':
      return {
        plan,
        lines: lines
          .filter((line) => !line.startsWith(' match certificate') && !line.startsWith('   match certificate'))
          .flatMap((line) => {
            if (!/^ +match identity/.test(line)) return [line]
            return []
          })
          .flatMap((line) =>
            line.startsWith('crypto isakmp profile')
              ? [line, '   match identity host nobody.invalid']
              : line.startsWith('crypto ikev2 profile')
                ? [line, ' match identity remote fqdn nobody.invalid']
                : [line],
          ),
      }
    case 'identity': {
      // Whoever fits a certificate map is let in whatever it calls itself.
      const byMap = condition.oneOf.some(({ value }) => value.startsWith('a certificate that fits'))
      const rules = known.end.selection.certificateMaps.flatMap(({ sequences }) =>
        sequences.flatMap((each) => each.rules),
      )
      if (byMap && !rules.some(({ field }) => field === 'subject-name')) return null
      const subject = { subjectName: 'CN=stranger', fqdn: null }
      const certificate = plan.certificate && (byMap ? { ...plan.certificate, subject } : plan.certificate)
      return planned({ ...plan, certificate, identity: { kind: 'fqdn', name: 'stranger.invalid' } })
    }
    case 'transform':
      return planned({
        ...plan,
        child: {
          ...plan.child,
          transformSets: plan.child.transformSets
            .slice(0, 1)
            .map((set) => ({ ...set, encryption: 'esp-des' as const, authentication: 'esp-sha512-hmac' as const })),
        },
      })
    case 'pfs': {
      const demanded = role === 'responder' ? null : plan.child.pfs === 16 ? 15 : 16
      return planned({ ...plan, child: { ...plan.child, pfs: demanded } })
    }
    case 'selectors': {
      const proxy = (address: string) => ({ address, mask: '255.255.255.0', protocol: 0, port: 0 })
      const entries = [{ action: 'permit' as const, source: proxy('172.31.1.0'), destination: proxy('172.31.2.0') }]
      return planned({ ...plan, child: { ...plan.child, kind: 'crypto-map', entries } })
    }
  }
}

const endOf = ({ world, plan, directions }: PeerLab, role: Role): readonly (string | null)[] => {
  const direction = directions[role]
  if (!direction) return ['no tunnel']
  const { outcome, stage, rejectedBy, rejectCode } = walk(world, direction, new Map(), world.lab.knobs)
  return [outcome, stage, rejectedBy === plan.name ? 'peer' : rejectedBy, rejectCode]
}

const holdsByDefault = (only: string | null): boolean =>
  only === null || Object.entries(defaultKnobs).some(([name, value]) => only === `${name}=${value}`)

const seen = new Map<string, number>()
const kinds: readonly PeerCondition['kind'][] = [
  ...(['address', 'ike-proposal', 'authentication', 'shared-key', 'requests', 'trust', 'match'] as const),
  ...(['certificate', 'other-certificates', 'identity', 'transform', 'pfs', 'selectors'] as const),
]

describe('a router of whose peer nothing is known', () => {
  it('comes up with the peer that is made for it, in every case, and each violated condition fails as it says', () => {
    fc.assert(
      fc.property(randomRouter, (random) => {
        const lab = labOf(random)
        const world = worldOf(lab)
        for (const router of lab.routers)
          for (const known of knownTunnels(world, router)) {
            const analyses = { initiator: analyse(known, 'initiator'), responder: analyse(known, 'responder') }
            const peers = findPeers(known, analyses)
            for (const role of roles) {
              const { impossible, conditions } = analyses[role]
              const peer = peers.find((each) => each.roles.includes(role))?.lab
              if (impossible) continue
              if (!peer) throw new Error(`${role}: no peer was found`)
              for (const condition of conditions) {
                const { otherwise, kind } = condition
                if (otherwise === null) continue
                // What counts with another method than that of the peer that was made is not violated by it.
                const methods: readonly (string | null)[] = [null, peer.plan.method]
                if (!methods.includes(condition.with)) continue
                const neighbour = violate(known, role, peer, condition)
                if (!neighbour) continue
                const end = endOf(peerLab(known, neighbour.plan, neighbour.lines), role)
                const told = [otherwise.outcome, otherwise.stage, otherwise.rejectedBy, otherwise.code]
                if (holdsByDefault(otherwise.only)) expect([role, kind, ...end]).toEqual([role, kind, ...told])
                else expect([role, kind, end[0]]).toEqual([role, kind, 'up'])
                const count = `IKEv${random.version} ${role} ${kind}`
                seen.set(count, (seen.get(count) ?? 0) + 1)
              }
            }
          }
      }),
      { numRuns: 60, seed: 11 },
    )
    for (const kind of kinds)
      expect(
        [...seen.keys()].some((count) => count.endsWith(kind)),
        kind,
      ).toBe(true)
  }, 240_000)

  it('is proved by negotiations, and what no peer brings up is said to be so', () => {
    fc.assert(
      fc.property(randomRouter, (random) => {
        for (const { tunnel, runs } of proveOneSided(labOf(random))) {
          expect(JSON.stringify(tunnel)).not.toMatch(/s3cret|t0ken/)
          for (const { role, outcome, proof, cause, unproved } of tunnel.directions) {
            if (cause) {
              expect(proof).toBeNull()
              continue
            }
            expect({ role, outcome, unproved }).toEqual({ role, outcome: 'undecided', unproved: null })
            // What orders decide is settled by the peer; an overlap of two profiles, whom a profile takes, and in which order a list is
            // asked for, are not.
            const ofProfiles =
              / where (v[12]\.overlap|certmap\.rebind)=\w+( or \w+)*$|profile-of-other-vrf-or-address|v1\.initiatorIdCheck=fail$|v1\.listOrder=store$/
            expect(proof?.dependsOn.filter((text) => !ofProfiles.test(text))).toEqual([])
            const refused = runs
              .find((run) => run.role === role)
              ?.run.events.some(({ name }) => name === 'ike:rejected')
            if (proof?.dependsOn.length === 0) expect(refused).toBe(false)
            expect(runs.filter((run) => run.role === role).length).toBeGreaterThan(0)
          }
        }
      }),
      { numRuns: 25, seed: 11 },
    )
  }, 240_000)
})
