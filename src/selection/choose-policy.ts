import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
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
  const checked: CheckedPolicy[] = []
  const candidates: Candidate[] = []
  const lines: (SourceRef | undefined)[] = []
  let agreed: AgreedPolicy | null = null
  for (const policy of effectivePolicies(ctx)) {
    if (agreed !== null) {
      candidates.push(passedOver(policy, `policy ${agreed.policy.priority} comes before it and fits`))
      continue
    }
    const compared = compareInOrder(policy, offered)
    for (const check of compared) checked.push(check)
    const last = compared.at(-1)
    if (last?.acceptable) {
      agreed = { transform: compared.length - 1, policy, lifetimeSeconds: last.lifetimeSeconds }
      const reason = `transform ${last.transform} of the peer equals it; lifetime ${last.lifetimeSeconds} s`
      candidates.push(candidate(nameOf(policy), true, reason, policy.at))
    } else {
      candidates.push(passedOver(policy, whyNot(policy, compared)))
      lines.push(policy.at)
    }
  }
  const because = agreed === null ? lines : [agreed.policy.at]
  return { ...decide('v1.policy.first-own-priority', agreed, candidates, because), checked }
}

/** The transforms compared with one policy, up to the first that equals it. */
const compareInOrder = (policy: IsakmpPolicy, offered: readonly OfferedTransform[]): readonly CheckedPolicy[] => {
  const compared: CheckedPolicy[] = []
  for (const transform of offered) {
    const check = compare(policy, transform)
    compared.push(check)
    if (check.acceptable) break
  }
  return compared
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

const nameOf = ({ priority }: IsakmpPolicy): string => `policy ${priority}`

const passedOver = (policy: IsakmpPolicy, reason: string): Candidate =>
  candidate(nameOf(policy), false, reason, policy.at)

const whyNot = (policy: IsakmpPolicy, compared: readonly CheckedPolicy[]): string => {
  if (policy.authentication === 'rsa-encr') return 'rsa-encr is refused: it is open to Bleichenbacher attacks'
  const [first, ...rest] = compared
  if (first === undefined) return 'the peer offers no transform'
  const closest = rest.reduce((best, next) => (next.mismatches.length < best.mismatches.length ? next : best), first)
  return `no transform of the peer equals it; transform ${closest.transform} comes closest and differs in: ${closest.mismatches.join(', ')}`
}
