import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labOf, randomRouter } from '../../../test/support/one-sided.ts'
import type { Issuer } from '../../lab/index.ts'
import { walk, worldOf } from '../static/index.ts'
import { analyse, knownTunnels } from './analyse.ts'
import type { Analysis } from './analysis.ts'
import type { Known } from './known.ts'
import { type PeerLab, peerLab, type Role } from './peer-lab.ts'
import type { PeerPlan } from './peer-plan.ts'
import { peerLines } from './peer-text.ts'
import { findPeers } from './search.ts'
import type { PeerConditionKind } from './types.ts'

const roles = ['initiator', 'responder'] as const

const comesUp = ({ world, directions }: PeerLab, role: Role): boolean => {
  const direction = directions[role]
  return direction !== null && walk(world, direction, new Map(), world.lab.knobs).outcome === 'up'
}

/** What a condition says of a CA; undefined: nothing. */
const told = ({ conditions }: Analysis, kind: PeerConditionKind, { certificate }: Issuer): string | null | undefined =>
  conditions
    .filter((condition) => condition.kind === kind)
    .flatMap(({ oneOf }) => oneOf)
    .find(({ value }) => value.endsWith(certificate.subject.ios))?.leadsTo

const names = (analysis: Analysis, kind: PeerConditionKind, issuer: Issuer): boolean =>
  told(analysis, kind, issuer) !== undefined

/** What the conditions say of a peer that signs with a certificate of one CA and trusts another. */
const isToldToComeUp = (analysis: Analysis, role: Role, plan: PeerPlan, signs: Issuer, trusts: Issuer): boolean => {
  if (!names(analysis, 'certificate', signs)) return false
  // A router that proves itself with a key needs no request.
  if (plan.knownMethod === 'pre-share') return true
  // An initiator of IKEv2 asks for what it trusts, one of IKEv1 in the order of its list, in which that stands first; a
  // responder asks for the CA of its own certificate first.
  const asked = role === 'initiator' ? [signs, trusts] : plan.ike.version === 2 ? [trusts] : [trusts, signs]
  const deciding = asked.find((issuer) => names(analysis, 'requests', issuer))
  if (!deciding || told(analysis, 'requests', deciding)?.includes('every peer refuses')) return false
  return plan.ike.version === 1 || deciding === trusts
}

/** A peer for a direction that is said to be closed: from the other direction's, where that one is open. */
const basePlan = (known: Known, analyses: Readonly<Record<Role, Analysis>>): PeerPlan | null =>
  findPeers(known, analyses)[0]?.lab.plan ?? null

describe('the conditions on certificates are exact', () => {
  it('a peer comes up where it meets them and nowhere else, whichever CA it signs with and whichever it trusts', () => {
    const counts = { up: 0, down: 0 }
    fc.assert(
      fc.property(
        randomRouter.filter(({ method, map }) => method !== 'pre-share' && map === null),
        (random) => {
          const lab = labOf(random)
          for (const router of lab.routers)
            for (const known of knownTunnels(worldOf(lab), router)) {
              const analyses = { initiator: analyse(known, 'initiator'), responder: analyse(known, 'responder') }
              const plan = basePlan(known, analyses)
              if (!plan?.certificate) continue
              for (const issuer of lab.issuers)
                for (const anchor of lab.issuers) {
                  const tried: PeerPlan = { ...plan, certificate: { ...plan.certificate, issuer }, trusts: [anchor] }
                  const peer = peerLab(known, tried, peerLines(tried))
                  for (const role of roles) {
                    const analysis = analyses[role]
                    const told = analysis.impossible === null && isToldToComeUp(analysis, role, tried, issuer, anchor)
                    const up = comesUp(peer, role)
                    expect({ role, signs: issuer.label, trusts: anchor.label, up }).toEqual({
                      role,
                      signs: issuer.label,
                      trusts: anchor.label,
                      up: told,
                    })
                    counts[up ? 'up' : 'down'] += 1
                  }
                }
            }
        },
      ),
      { numRuns: 60, seed: 11 },
    )
    expect(Math.min(counts.up, counts.down)).toBeGreaterThan(20)
  }, 240_000)
})
