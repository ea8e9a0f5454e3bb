import { effectivePolicies, type IsakmpPolicy, policiesToOffer, signatureKeyType } from '../../selection/index.ts'
import { type Analysis, impossible, joined } from './analysis.ts'
import { childConditions } from './child-conditions.ts'
import { profileOf, type Role } from './ikev1-common.ts'
import { byKey } from './ikev1-key.ts'
import { initiatesBySignature, respondsBySignature } from './ikev1-signature.ts'
import { condition, fails, type Known, listText, never, peerName } from './known.ts'
import type { PeerMethod } from './peer-plan.ts'
import { addressCondition } from './shared-conditions.ts'
import type { PeerCondition } from './types.ts'

/* IKEv1 with one side unknown, in the order of the messages (RFC 2409 §5; ios-semantics §1, §7). */

const algorithmsText = ({ encryption, hash, authentication, group }: IsakmpPolicy): string =>
  `${encryption.cipher === 'aes' ? `aes ${encryption.bits}` : encryption.cipher}, ${hash}, ${authentication}, group ${group}`

const methodOf = (policy: IsakmpPolicy): PeerMethod =>
  policy.authentication === 'rsa-sig' || policy.authentication === 'ecdsa-sig' ? policy.authentication : 'pre-share'

/** Policies by how they authenticate, each with those that it holds, in their order. */
const byMethod = (policies: readonly IsakmpPolicy[]): readonly (readonly [PeerMethod, readonly IsakmpPolicy[]])[] =>
  [...new Set(policies.map(methodOf))].map((method) => [
    method,
    policies.filter((policy) => methodOf(policy) === method),
  ])

const policyCondition = ({ router }: Known, role: Role, policies: readonly IsakmpPolicy[]): PeerCondition =>
  condition({
    kind: 'ike-proposal',
    message: 'MM1',
    does: `${router.name} ${role === 'initiator' ? 'offers' : 'accepts'} ${policies.length === 1 ? 'one ISAKMP policy' : `${policies.length} ISAKMP policies`}`,
    must:
      policies.length === 1
        ? `have an ISAKMP policy of ${policies.map(algorithmsText).join('')}`
        : 'have one of these ISAKMP policies',
    oneOf: policies.map((policy) => ({
      value: algorithmsText(policy),
      leadsTo: `policy ${policy.priority}, ${policy.lifetime} s; the shorter lifetime counts`,
    })),
    otherwise: fails('MM1', role === 'initiator' ? peerName : router.name, 'no-common-policy'),
    rule: 'v1.policy.first-own-priority',
    at: policies[0]?.at ?? null,
  })

/** What the peer must be so that the known router's main mode and quick mode, in this role, come up. */
export const analyseIkeV1 = (known: Known, role: Role): Analysis => {
  const { end, flow, router } = known
  if (end.isakmpDisabled) return impossible(never(known, 'MM1', 'isakmp-disabled'))
  const policies =
    role === 'initiator'
      ? policiesToOffer(end.selection, {
          profile: profileOf(known),
          peer: flow.peer,
          localAddress: flow.localAddress,
        }).policies
      : effectivePolicies(end.selection).filter(({ authentication }) => authentication !== 'rsa-encr')
  if (policies.length === 0)
    return impossible(never(known, 'MM1', role === 'initiator' ? 'no-authentication-material' : 'no-common-policy'))
  if (flow.transformSets.length === 0)
    return impossible(never(known, 'QM1', role === 'initiator' ? 'no-offer-for-flow' : 'transform-mismatch', flow.at))
  const ways = byMethod(policies).map(([method, own]) => {
    const [first] = own
    const keyType = first ? signatureKeyType(first) : null
    const way =
      keyType === null
        ? byKey(known, role, own)
        : role === 'initiator'
          ? initiatesBySignature(known, method, keyType, own)
          : respondsBySignature(known, method, keyType, own)
    return { method, own, way }
  })
  const usable = ways.flatMap(({ own, way }) => ('impossible' in way ? [] : own))
  const lost = ways.filter(({ way }) => 'impossible' in way).map(({ method }) => method)
  const policy = policyCondition(known, role, usable)
  return joined(
    ways.map(({ way }) => way),
    [
      addressCondition(
        known,
        role,
        usable.some((each) => methodOf(each) === 'pre-share'),
      ),
      lost.length === 0
        ? policy
        : {
            ...policy,
            does: `${policy.does} that can lead to a tunnel; those with ${listText(lost)} lead ${router.name} nowhere`,
          },
    ],
    childConditions(known, role),
  )
}
