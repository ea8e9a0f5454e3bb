import { decideDirection } from '../decide-direction.ts'
import { type Analysis, distinct, type PeerOption, unique } from './analysis.ts'
import type { Known } from './known.ts'
import { type Choices, plain, planOf } from './make-plan.ts'
import { type PeerLab, peerLab, type Role } from './peer-lab.ts'
import type { PeerPlan } from './peer-plan.ts'
import { peerLines } from './peer-text.ts'

/** Looks for a peer that meets the conditions: in both directions if it can, else in one. */

const common = <T>(a: readonly T[], b: readonly T[]): readonly T[] => {
  const keys = new Set(b.map((value) => JSON.stringify(value)))
  return [...a.filter((value) => keys.has(JSON.stringify(value))), ...a, ...b]
}

const shared = <T>(a: readonly T[], b: readonly T[]): readonly T[] => {
  const both = a.filter((value) => b.includes(value))
  return unique([...both, ...a, ...b])
}

const samePolicy = (a: PeerOption, b: PeerOption): boolean =>
  a.policy?.priority === b.policy?.priority && a.method === b.method && a.knownMethod === b.knownMethod

const choicesOf = (starts: PeerOption | null, answers: PeerOption | null): Choices | null => {
  const option = starts ?? answers
  if (!option) return null
  const one = starts ?? option
  const two = answers ?? option
  const ikeV1 = option.policy !== null
  return {
    option,
    issuers: option.method === 'pre-share' ? [null] : shared(one.issuers, two.issuers),
    anchors: shared(one.anchors, two.anchors),
    identities: distinct(common(one.identities, two.identities)),
    subjects: distinct([...common(one.subjects, two.subjects), plain]),
    expects: distinct([...one.expects, ...two.expects]),
    // With IKEv1 the peer answers with the key of the known router as initiator, and starts with the other one.
    keys: ikeV1
      ? {
          initiator: answers?.knownKey ?? starts?.knownKey ?? null,
          responder: starts?.knownKey ?? answers?.knownKey ?? null,
        }
      : { initiator: (starts ?? two).ownKey, responder: (starts ?? two).knownKey },
  }
}

/** So many peers are tried at most; the first is nearly always one that comes up. */
const mostPlans = 48

const plansOf = (known: Known, choices: Choices): readonly PeerPlan[] => {
  const plans: PeerPlan[] = []
  for (const identity of choices.identities)
    for (const subject of choices.subjects)
      for (const issuer of choices.issuers) {
        // A peer that trusts what it signs with itself has one trustpoint.
        const own = choices.anchors.filter((anchor) => anchor === issuer)
        const [first] = choices.anchors
        const lists = own.length > 0 ? [own] : first ? choices.anchors.map((anchor) => [anchor]) : [[]]
        for (const anchors of lists) plans.push(planOf(known, choices, issuer, anchors, identity, subject))
      }
  return plans
}

/** The directions in which a peer comes up, in some case at least, by the decisions; those of every case count more. */
const worth = ({ world, directions }: PeerLab, roles: readonly Role[]): number =>
  roles.reduce((sum, role) => {
    const direction = directions[role]
    if (!direction) return sum
    const { outcome, groups } = decideDirection(world, direction)
    if (outcome === 'up' && groups.length === 1) return sum + 100
    const up = groups.some(({ classes }) => classes.some(({ walk }) => walk.outcome === 'up'))
    return sum + (outcome === 'up' ? 90 : up ? 10 : 0)
  }, 0)

const best = (known: Known, all: readonly Choices[], roles: readonly Role[]): PeerLab | null => {
  let found: { readonly lab: PeerLab; readonly worth: number } | null = null
  let left = mostPlans
  for (const choices of all)
    for (const plan of plansOf(known, choices)) {
      if (left === 0) return found?.lab ?? null
      left -= 1
      const lab = peerLab(known, plan, peerLines(plan))
      const value = worth(lab, roles)
      if (value > 0 && (found === null || value > found.worth)) found = { lab, worth: value }
      if (value === 100 * roles.length) return lab
    }
  return found?.lab ?? null
}

/** Peers that come up: one for both directions, or one for each. */
export const findPeers = (
  known: Known,
  { initiator, responder }: Readonly<Record<Role, Analysis>>,
): readonly { readonly lab: PeerLab; readonly roles: readonly Role[] }[] => {
  const roles = (['initiator', 'responder'] as const).filter(
    (role) => (role === 'initiator' ? initiator : responder).impossible === null,
  )
  const only = (role: Role): readonly Choices[] =>
    (role === 'initiator' ? initiator : responder).options.flatMap(
      (option) => choicesOf(role === 'initiator' ? option : null, role === 'responder' ? option : null) ?? [],
    )
  if (roles.length === 2) {
    const pairs = initiator.options.flatMap((starts) =>
      responder.options
        .filter((answers) => samePolicy(starts, answers))
        .flatMap((answers) => choicesOf(starts, answers) ?? []),
    )
    const both = best(known, pairs, roles)
    if (both && roles.every((role) => worth(both, [role]) > 0)) return [{ lab: both, roles }]
  }
  return roles.flatMap((role) => {
    const lab = best(known, only(role), [role])
    return lab ? [{ lab, roles: [role] }] : []
  })
}
