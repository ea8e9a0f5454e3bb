import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labOf, type RandomRouter, randomRouter } from '../../../test/support/one-sided.ts'
import type { Lab } from '../../lab/index.ts'
import { effectivePolicies, identityType, type OwnIdentity } from '../../selection/index.ts'
import { ipv4ToBytes } from '../../wire/index.ts'
import { walk, worldOf } from '../static/index.ts'
import { analyse, knownTunnels } from './analyse.ts'
import type { Known } from './known.ts'
import { type Choices, planOf } from './make-plan.ts'
import { proveOneSided } from './one-sided.ts'
import { peerLab, type Role } from './peer-lab.ts'
import type { PeerIdentity, PeerPlan } from './peer-plan.ts'
import { peerLines } from './peer-text.ts'

const roles = ['initiator', 'responder'] as const

const named = (type: number, value: string): OwnIdentity => ({ type, value, data: new TextEncoder().encode(value) })

/** Whatever the known router may call itself. */
const anyName = ({ router }: Known): readonly OwnIdentity[] => [
  ...['192.168.0.1', '203.0.113.9'].map((value) => ({ type: identityType.IPV4_ADDR, value, data: ipv4ToBytes(value) })),
  named(identityType.FQDN, 'r1.cisco.com'),
  named(identityType.USER_FQDN, 'r1@cisco.com'),
  named(identityType.KEY_ID, 'hub'),
  ...router.enrolled.flatMap(({ identity }) =>
    identity
      ? [{ type: identityType.DER_ASN1_DN, value: identity.certificate.subject.ios, data: new Uint8Array() }]
      : [],
  ),
]

const identities: readonly PeerIdentity[] = [
  { kind: 'fqdn', name: 'r2.cisco.com' },
  { kind: 'fqdn', name: 'r9.cisco.com' },
  { kind: 'user', name: 'r2@cisco.com' },
  { kind: 'user', name: 'peer@branch.net' },
  { kind: 'key-id', id: 'branch-2' },
  { kind: 'dn' },
]

/** Peers made without asking the analysis: all that the known router could be content with, and more. */
const anyPeers = (known: Known, lab: Lab, { method }: RandomRouter): readonly PeerPlan[] => {
  const policies = known.flow.ikev2Profile ? [null] : effectivePolicies(known.end.selection).slice(0, 2)
  return policies.flatMap((policy) =>
    [{ kind: 'address' as const, address: known.flow.peer }, ...identities]
      .filter(({ kind }) => policy === null || kind !== 'key-id')
      .flatMap((identity) => {
        const choices: Choices = {
          option: {
            policy,
            method,
            knownMethod: method,
            issuers: [],
            anchors: [],
            identities: [],
            subjects: [],
            expects: [],
            ownKey: null,
            knownKey: null,
          },
          issuers: [],
          anchors: [],
          identities: [],
          subjects: [],
          expects: anyName(known),
          keys: {
            initiator: method === 'pre-share' ? (policy ? 's3cret' : 't0ken') : null,
            responder: method === 'pre-share' ? 's3cret' : null,
          },
        }
        const issuers = method === 'pre-share' ? [null] : lab.issuers
        return issuers.map((issuer) =>
          planOf(known, choices, issuer, issuer ? lab.issuers : [], identity, {
            subjectName: 'CN=branch,O=acme',
            fqdn: null,
          }),
        )
      }),
  )
}

const upWith = (known: Known, plan: PeerPlan, role: Role): boolean => {
  const { world, directions } = peerLab(known, plan, peerLines(plan))
  const direction = directions[role]
  return direction !== null && walk(world, direction, new Map(), world.lab.knobs).outcome === 'up'
}

/** A router with a line of its configuration lost; null where IOS's reader refuses what is left. */
const damaged = (random: RandomRouter, without: number): Lab | null => {
  try {
    return labOf(random, without)
  } catch {
    return null
  }
}

describe('a direction of which it is said that no peer brings it up', () => {
  it('is brought up by none of the peers that were made without asking, whatever line its configuration lacks', () => {
    const causes = new Set<string>()
    fc.assert(
      fc.property(randomRouter, fc.nat(100), (random, without) => {
        const lab = damaged(random, without)
        if (!lab) return
        for (const router of lab.routers)
          for (const known of knownTunnels(worldOf(lab), router))
            for (const role of roles) {
              const { impossible } = analyse(known, role)
              if (!impossible) continue
              causes.add(impossible.code)
              expect([
                impossible.code,
                anyPeers(known, lab, random).filter((plan) => upWith(known, plan, role)),
              ]).toEqual([impossible.code, []])
            }
      }),
      { numRuns: 60, seed: 11 },
    )
    expect(causes.size).toBeGreaterThan(4)
  }, 240_000)
})

describe('every other direction', () => {
  it('has a peer that comes up, whatever line the configuration lacks', () => {
    fc.assert(
      fc.property(randomRouter, fc.nat(100), (random, without) => {
        const lab = damaged(random, without)
        if (!lab) return
        // The line that is lost may be the address of the outside: then it is said why there is none.
        for (const { tunnel } of proveOneSided(lab))
          for (const { role, cause, proof, unproved } of tunnel.directions)
            if (!cause && !unproved?.endsWith('whose address is not known'))
              expect([role, proof === null, unproved]).toEqual([role, false, null])
      }),
      { numRuns: 30, seed: 11 },
    )
  }, 240_000)
})
