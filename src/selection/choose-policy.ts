import type { Candidate, Decision } from '../trace/index.ts'
import type { IsakmpPolicy, SelectionContext } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { effectivePolicies } from './policies.ts'
import { encryptionNumbers, hashNumbers, methodOf, type OfferedTransform } from './policy-transform.ts'

/** What a responder agrees to. `transform` is an index into the transforms offered; the lifetime is in seconds. */
export interface AgreedPolicy {
  readonly transform: number
  readonly policy: IsakmpPolicy
  readonly lifetimeSeconds: number
}

/** One comparison. `transform` is the number of the transform; `mismatches` are named as IOS names them. */
export interface CheckedPolicy {
  readonly transform: number
  readonly priority: number
  readonly acceptable: boolean
  readonly mismatches: readonly string[]
  /** The shorter of both lifetimes. */
  readonly lifetimeSeconds: number
}

export interface PolicyDecision extends Decision<AgreedPolicy | null> {
  readonly checked: readonly CheckedPolicy[]
}

/**
 * The first own policy, in ascending priority, that equals one of the transforms offered, in their order: the
 * responder's preference counts before the initiator's. Encryption with key length, hash, group and authentication
 * must be equal; of the lifetimes the shorter counts. Whether there is a key or certificate to go with the policy
 * shows later. Source: ios-semantics §1.2; Cisco's IKE configuration guide.
 */
export const choosePolicy = (ctx: SelectionContext, offered: readonly OfferedTransform[]): PolicyDecision => {
  const policies = effectivePolicies(ctx)
  const checked: CheckedPolicy[] = []
  for (const policy of policies) {
    for (const [index, transform] of offered.entries()) {
      const check = compare(policy, transform)
      checked.push(check)
      if (!check.acceptable) continue
      const { lifetimeSeconds } = check
      const candidates = policies.map((other) => explain(other, checked, policy))
      const agreed = { transform: index, policy, lifetimeSeconds }
      return { ...decide('v1.policy.first-own-priority', agreed, candidates, [policy.at]), checked }
    }
  }
  const candidates = policies.map((policy) => explain(policy, checked, null))
  return {
    ...decide(
      'v1.policy.first-own-priority',
      null,
      candidates,
      policies.map(({ at }) => at),
    ),
    checked,
  }
}

const compare = (policy: IsakmpPolicy, offered: OfferedTransform): CheckedPolicy => {
  const own = encryptionNumbers(policy.encryption)
  const mismatches: string[] = []
  if (own.encryption !== offered.encryption) mismatches.push('Encryption algorithm')
  else if (own.keyLength !== offered.keyLength) mismatches.push('key length')
  if (hashNumbers[policy.hash] !== offered.hash) mismatches.push('Hash algorithm')
  if (policy.group !== offered.group) mismatches.push('Diffie-Hellman group')
  if (methodOf(policy) !== offered.authentication) mismatches.push('Authentication method')
  return {
    transform: offered.number,
    priority: policy.priority,
    acceptable: mismatches.length === 0,
    mismatches,
    lifetimeSeconds: Math.min(policy.lifetime, offered.lifetimeSeconds || policy.lifetime),
  }
}

const explain = (policy: IsakmpPolicy, checked: readonly CheckedPolicy[], agreed: IsakmpPolicy | null): Candidate => {
  const name = `policy ${policy.priority}`
  if (policy === agreed) {
    const { transform, lifetimeSeconds } = checked.at(-1) ?? { transform: 0, lifetimeSeconds: policy.lifetime }
    return candidate(
      name,
      true,
      `transform ${transform} of the peer equals it; lifetime ${lifetimeSeconds} s`,
      policy.at,
    )
  }
  if (policy.authentication === 'rsa-encr')
    return candidate(name, false, 'rsa-encr is refused: it is open to Bleichenbacher attacks', policy.at)
  const compared = checked.filter(({ priority }) => priority === policy.priority)
  if (compared.length === 0)
    return candidate(
      name,
      false,
      agreed === null ? 'the peer offers no transform' : `policy ${agreed.priority} comes before it and fits`,
      policy.at,
    )
  const closest = compared.reduce((a, b) => (b.mismatches.length < a.mismatches.length ? b : a))
  const what = closest.mismatches.join(', ')
  return candidate(
    name,
    false,
    `no transform of the peer equals it; transform ${closest.transform} comes closest and differs in: ${what}`,
    policy.at,
  )
}
