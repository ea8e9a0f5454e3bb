import { ikeV2OfferedProposals, ikeV2WireProposals } from '../../ike/index.ts'
import {
  chooseIkeV2Proposal,
  effectivePolicies,
  type IkeV2Proposal,
  type IsakmpPolicy,
  ikeV2Policy,
} from '../../selection/index.ts'
import type { End } from '../static/ends.ts'
import type { RefusalFacts } from './facts.ts'

/* What the policies and proposals of both ends have to do with a refusal. */

const suite = ({ encryption, hash, group }: IsakmpPolicy): string => JSON.stringify([encryption, hash, group])

/** Policies of both ends are equal but for the method of authentication (entry 19). */
export const differsInMethodOnly = ({ self, peer }: RefusalFacts): boolean => {
  const theirs = effectivePolicies(peer.selection)
  const own = effectivePolicies(self.selection)
  const pairs = own.flatMap((a) => theirs.filter((b) => suite(a) === suite(b)).map((b) => [a, b] as const))
  return pairs.length > 0 && pairs.every(([a, b]) => a.authentication !== b.authentication)
}

const inUse = ({ selection }: End, localAddress: string): readonly IkeV2Proposal[] =>
  ikeV2Policy(selection, { localAddress }).proposals

/** The proposals in use, and those that no policy names. */
const withUnused = (end: End, localAddress: string): readonly IkeV2Proposal[] => {
  const { policies, proposals } = end.selection.ikev2
  const named = new Set(policies.flatMap((policy) => policy.proposals.map(({ name }) => name)))
  return [...inUse(end, localAddress), ...proposals.filter(({ name }) => !named.has(name))]
}

/** The ends would agree if a proposal that no policy names were in use (entry 20). */
export const wouldAgreeWithUnusedProposal = ({ self, peer, addresses }: RefusalFacts): boolean => {
  const own = withUnused(self, addresses.self)
  const theirs = withUnused(peer, addresses.peer)
  if (own.length === inUse(self, addresses.self).length && theirs.length === inUse(peer, addresses.peer).length)
    return false
  const offered = ikeV2OfferedProposals(ikeV2WireProposals(theirs, new Uint8Array()))
  return chooseIkeV2Proposal(self.selection, own, offered).agreed !== null
}
