import { type IkeV2Policy, type IkeV2Proposal, ikeV2Policy } from '../../selection/index.ts'
import { type Edit, freeName, section, wideningCost } from './edit.ts'
import type { Side } from './side.ts'

/* Phase 1 of IKEv2: proposals, and the policies that name them (ios-semantics §2.2, §2.3). */

const weakCiphers: readonly string[] = ['des', '3des']

const isWeak = ({ encryption, integrity, prf, groups }: IkeV2Proposal): boolean =>
  encryption.some((cipher) => weakCiphers.includes(cipher)) ||
  [...integrity, ...prf].includes('md5') ||
  groups.some((group) => group < 14)

const proposalLines = ({ encryption, integrity, prf, groups }: IkeV2Proposal): readonly string[] => [
  `encryption ${encryption.join(' ')}`,
  ...(integrity.length === 0 ? [] : [`integrity ${integrity.join(' ')}`]),
  `prf ${prf.join(' ')}`,
  `group ${groups.join(' ')}`,
]

const sameAlgorithms = (a: IkeV2Proposal, b: IkeV2Proposal): boolean =>
  JSON.stringify(proposalLines(a)) === JSON.stringify(proposalLines(b))

/** The policy that serves the tunnel, if it is one of the user's, and what it proposes. */
const inUse = ({ selection, flow }: Side) => {
  if (!flow) return null
  const { choice, proposals } = ikeV2Policy(selection, { localAddress: flow.localAddress })
  return { proposals, policy: selection.ikev2.policies.find(({ name }) => name === choice) ?? null }
}

/** Where the smart default serves the tunnel, a policy of the user's takes its place: it names the default's proposal too. */
const newPolicy = (own: Side): { readonly name: string; readonly lines: readonly string[] } => {
  const vrf = own.flow && own.selection.vrfs?.get(own.flow.localAddress)
  const { ikev2 } = own.selection
  return {
    name: freeName(new Set(ikev2.policies.map(({ name }) => name)), 'of-the-tunnel'),
    lines: [...(vrf ? [`match fvrf ${vrf}`] : []), ...(ikev2.defaultProposal ? ['proposal default'] : [])],
  }
}

const policyLines = (
  own: Side,
  policy: IkeV2Policy | null,
  proposal: string,
): { readonly paste: readonly string[]; readonly undo: readonly string[] } => {
  if (policy) {
    const header = `crypto ikev2 policy ${policy.name}`
    return { paste: section(header, [`proposal ${proposal}`]), undo: section(header, [`no proposal ${proposal}`]) }
  }
  const { name, lines } = newPolicy(own)
  return {
    paste: section(`crypto ikev2 policy ${name}`, [...lines, `proposal ${proposal}`]),
    undo: [`no crypto ikev2 policy ${name}`],
  }
}

/** This end has a proposal of the other one; one of its own that no policy names is used first. */
export const proposalEdits = (own: Side, other: Side): readonly Edit[] => {
  const [mine, theirs] = [inUse(own), inUse(other)]
  if (!mine || !theirs) return []
  const { name: router } = own.router
  const known = own.selection.ikev2.proposals
  return theirs.proposals.map((wanted): Edit => {
    const same = known.find((proposal) => sameAlgorithms(proposal, wanted))
    const name =
      same?.name ?? freeName(new Set(known.map((proposal) => proposal.name)), `${wanted.name}-of-${other.router.name}`)
    const { paste, undo } = policyLines(own, mine.policy, name)
    const weak = isWeak(wanted)
    return {
      router,
      subject: `crypto ikev2 policy ${mine.policy?.name ?? ''} ${name}`,
      paste: [...(same ? [] : section(`crypto ikev2 proposal ${name}`, proposalLines(wanted))), ...paste],
      undo: [...undo, ...(same ? [] : [`no crypto ikev2 proposal ${name}`])],
      text: `${router}: its policy names proposal ${name}, as ${other.router.name} has it`,
      cost: (same ? 4 : 6) + (weak ? wideningCost / 2 : 0),
      widens: weak ? `phase 1 may be protected by ${proposalLines(wanted).join(', ')}, which is weak` : null,
    }
  })
}
