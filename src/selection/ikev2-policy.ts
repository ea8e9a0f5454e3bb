import type { Candidate, Decision } from '../trace/index.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { frontVrf, otherVrf } from './front-vrf.ts'
import {
  commonTransforms,
  type IkeV2Agreed,
  ikeV2ProposalTransforms,
  type OfferedIkeV2Proposal,
  transformText,
} from './ikev2-algorithms.ts'
import type { IkeV2Configuration, IkeV2Policy, IkeV2Proposal } from './ikev2-configuration.ts'

/** `crypto ikev2 proposal default` of 15.x (ios-semantics §2.1). */
export const defaultIkeV2Proposal: IkeV2Proposal = {
  name: 'default',
  encryption: ['aes-cbc-256', 'aes-cbc-192', 'aes-cbc-128'],
  prf: ['sha512', 'sha384', 'sha256', 'sha1', 'md5'],
  integrity: ['sha512', 'sha384', 'sha256', 'sha1', 'md5'],
  groups: [5, 2],
}

export interface IkeV2PolicyDecision extends Decision<string | null> {
  /** In the order of the policy. */
  readonly proposals: readonly IkeV2Proposal[]
}

const byName = ({ proposals, defaultProposal }: IkeV2Configuration, wanted: string): readonly IkeV2Proposal[] => {
  const known = proposals.filter(({ name }) => name === wanted)
  return known.length === 0 && wanted === defaultIkeV2Proposal.name && defaultProposal ? [defaultIkeV2Proposal] : known
}

/** `proposal default` is the user's own proposal of that name, or else the smart default. */
const named = (ikev2: IkeV2Configuration, policy: IkeV2Policy): readonly IkeV2Proposal[] =>
  policy.proposals.flatMap(({ name }) => byName(ikev2, name))

const mismatch = (policy: IkeV2Policy, localAddress: string, vrf: string | undefined): string | null => {
  const elsewhere = otherVrf(policy.fvrf, vrf)
  if (elsewhere !== null) return elsewhere
  if (policy.matchLocal.length === 0 || policy.matchLocal.some(({ address }) => address === localAddress)) return null
  return `it serves ${policy.matchLocal.map(({ address }) => address).join(' and ')}, not ${localAddress}`
}

/**
 * The policy of a local address: one that names the address before one that serves any, then the first configured;
 * the smart default where the user has none. A proposal that no policy names is not used at all. Source: ios-semantics
 * §2.1, §2.3.
 */
export const ikeV2Policy = (
  ctx: SelectionContext,
  { localAddress }: { readonly localAddress: string },
): IkeV2PolicyDecision => {
  const { ikev2 } = ctx
  const vrf = frontVrf(ctx, localAddress)
  const judged = ikev2.policies.map((policy) => ({
    policy,
    reason:
      mismatch(policy, localAddress, vrf) ??
      (named(ikev2, policy).length === 0 ? 'it names no proposal that exists' : null),
  }))
  const fitting = judged.filter(({ reason }) => reason === null)
  const taken = fitting.find(({ policy }) => policy.matchLocal.length > 0) ?? fitting[0]
  const candidates = judged.map(
    (entry): Candidate =>
      candidate(
        entry.policy.name,
        entry === taken,
        entry.reason ?? (entry === taken ? `it serves ${localAddress}` : 'another policy stands before it'),
        entry.policy.at,
      ),
  )
  if (taken)
    return {
      ...decide('v2.policy.by-local-address', taken.policy.name, candidates, [taken.policy.at]),
      proposals: named(ikev2, taken.policy),
    }
  const proposals = ikev2.defaultPolicy ? byName(ikev2, defaultIkeV2Proposal.name) : []
  const usesDefault = proposals.length > 0
  return {
    ...decide('v2.policy.smart-default', usesDefault ? 'default' : null, [
      ...candidates,
      candidate(
        'default',
        usesDefault,
        usesDefault ? 'no policy of the user serves this address' : 'the default policy or its proposal is turned off',
      ),
    ]),
    proposals,
  }
}

export interface IkeV2ProposalDecision extends Decision<string | null> {
  readonly agreed: (IkeV2Agreed & { readonly proposal: IkeV2Proposal; readonly number: number }) | null
  /** In words, for IOS's `Received Policies` and `Expected Policies`. */
  readonly received: readonly (readonly string[])[]
  readonly expected: readonly (readonly string[])[]
}

/**
 * The first of the peer's proposals that has an algorithm of each kind in common with one of ours; within it the peer's
 * order decides. Source: ios-semantics §2.2.
 */
export const chooseIkeV2Proposal = (
  _ctx: SelectionContext,
  own: readonly IkeV2Proposal[],
  offered: readonly OfferedIkeV2Proposal[],
): IkeV2ProposalDecision => {
  const candidates: Candidate[] = []
  let agreed: IkeV2ProposalDecision['agreed'] = null
  for (const proposal of own)
    for (const offer of offered) {
      if (agreed) break
      const common = commonTransforms(proposal, offer)
      const fits = typeof common !== 'string'
      candidates.push(
        candidate(
          proposal.name,
          fits,
          fits ? `proposal ${offer.number} of the peer fits` : `proposal ${offer.number} of the peer: ${common}`,
          proposal.at,
        ),
      )
      if (fits) agreed = { ...common, proposal, number: offer.number }
    }
  return {
    ...decide('v2.proposal.first-common', agreed?.proposal.name ?? null, candidates, [
      agreed?.proposal.at,
      ...own.map(({ at }) => at),
    ]),
    agreed,
    received: offered.map(transformText),
    expected: own.map((proposal) => transformText(ikeV2ProposalTransforms(proposal))),
  }
}
