import { type IkeV2Profile, type IkeV2Proposal, ikeV2OwnIdentity, ikeV2Policy } from '../../selection/index.ts'
import { ikeV2IdType } from '../../wire/index.ts'
import { admissionOf } from './admission.ts'
import { type Analysis, impossible, joined } from './analysis.ts'
import { childConditions } from './child-conditions.ts'
import { statementsOf } from './identities.ts'
import {
  atEnd,
  identitiesOf,
  isSignature,
  keyTypeOf,
  ofPeerAtEnd,
  type Role,
  request,
  response,
  type Ways,
  wholeProposals,
} from './ikev2-common.ts'
import { type OwnSide, ownSide } from './ikev2-own-side.ts'
import { peerSide } from './ikev2-peer-side.ts'
import { strangerFailure } from './ikev2-stranger.ts'
import { condition, fails, type Known, listText, never, peerName, readingsOf, refusedByAll, saidBy } from './known.ts'
import { addressCondition, identityCondition, matchCondition } from './shared-conditions.ts'
import type { NoPeer, PeerCondition } from './types.ts'

/* IKEv2 with one side unknown, in the order of the messages (RFC 7296 §1.2; ios-semantics §2.8, §2.9, §7). */

const typeNames: Readonly<Record<number, string>> = {
  [ikeV2IdType.IPV4_ADDR]: 'IPv4 address',
  [ikeV2IdType.FQDN]: 'FQDN',
  [ikeV2IdType.RFC822_ADDR]: 'email',
  [ikeV2IdType.KEY_ID]: 'key id',
  [ikeV2IdType.DER_ASN1_DN]: 'DN',
}

const proposalText = ({ encryption, prf, integrity, groups }: IkeV2Proposal): string =>
  [
    encryption.join(' or '),
    ...(integrity.length > 0 ? [`integrity ${integrity.join(' or ')}`] : []),
    `prf ${prf.join(' or ')}`,
    `group ${groups.join(' or ')}`,
  ].join(', ')

const proposalCondition = ({ router }: Known, role: Role, proposals: readonly IkeV2Proposal[]): PeerCondition =>
  condition({
    kind: 'ike-proposal',
    message: 'IKE_SA_INIT request',
    does: `${router.name} ${role === 'initiator' ? 'offers' : 'accepts'} ${proposals.length === 1 ? 'one IKEv2 proposal' : `${proposals.length} IKEv2 proposals`}`,
    must:
      proposals.length === 1
        ? `take ${proposals.map(proposalText).join('')}`
        : 'take an algorithm of each kind out of one of these proposals',
    oneOf: proposals.map((proposal) => ({ value: proposalText(proposal), leadsTo: `proposal ${proposal.name}` })),
    otherwise: fails('IKE_SA_INIT request', role === 'initiator' ? peerName : router.name, 'no-common-ikev2-proposal'),
    rule: 'v2.proposal.first-common',
    at: proposals[0]?.at ?? null,
  })

const matched = ({ known, role, profile }: Ways, own: OwnSide): PeerCondition => {
  const { flow } = known
  const said = ikeV2OwnIdentity(known.end.selection, profile, {
    localAddress: flow.localAddress,
    certificate: own.certificates[0] ?? null,
  })
  return matchCondition(
    known,
    identitiesOf(known, profile, own.certificates),
    {
      with: null,
      message: role === 'initiator' ? request : response,
      otherwise:
        role === 'initiator'
          ? fails(request, peerName, 'no-ikev2-profile-matches')
          : fails(response, peerName, 'peer-identity-outside-profile', ofPeerAtEnd(known)),
      ...saidBy(said),
      readings: readingsOf(
        known,
        ['v2.defaultLocalId'],
        ({ selection }) =>
          ikeV2OwnIdentity(selection, profile, {
            localAddress: flow.localAddress,
            certificate: own.certificates[0] ?? null,
          }).identity.value,
        (value) => `${known.router.name} identifies itself as ${value}`,
      ),
    },
    (type) => typeNames[type] ?? `type ${type}`,
  )
}

const identified = (ways: Ways): PeerCondition => {
  const { known, role, profile, admission } = ways
  return identityCondition(known, profile, admission, {
    with: null,
    message: role === 'initiator' ? response : request,
    asBound: role === 'responder',
    knobs: role === 'responder' ? ['v2.overlap'] : [],
    otherwise: profile.matchIdentityRemote.some(({ kind }) => kind === 'any')
      ? null
      : role === 'initiator'
        ? fails(response, known.router.name, 'peer-identity-outside-profile', atEnd(known, role))
        : strangerFailure(ways),
  })
}

/** No identity leads to the profile of the tunnel: none does to any, or another profile takes them all. */
const admitsNobody = (known: Known, profile: IkeV2Profile): NoPeer => {
  const taken = statementsOf(known.end, profile, known.flow.peer, known.flow.localAddress).find(({ binds }) => binds)
  if (!taken) return never(known, request, 'no-ikev2-profile-matches', profile.at)
  const { summary, ...cause } = never(known, request, 'profile-did-not-match', taken.at)
  return { ...cause, summary: `${summary}: profile ${taken.binds} takes whoever fits profile ${profile.name}` }
}

/** By which methods the peer may prove itself; those that its certificate or key would not pass lead nowhere. */
const authenticated = ({ known, role, profile }: Ways, peers: ReturnType<typeof peerSide>): PeerCondition => {
  const stage = role === 'initiator' ? response : request
  const open = peers.filter(({ way }) => !('impossible' in way)).map(({ method }) => method)
  const lost = peers.flatMap(({ method, way }) =>
    'impossible' in way ? [`${method} leads nowhere: ${way.impossible.summary}`] : [],
  )
  const accepted = profile.authenticationRemote.map(({ method }) => method)
  return condition({
    kind: 'authentication',
    message: stage,
    does: [`${known.router.name} accepts ${listText(accepted, 'or')}`, ...lost].join('; '),
    must: `have \`authentication local ${listText(open, 'or')}\``,
    otherwise: fails(stage, known.router.name, 'authentication-method-mismatch', atEnd(known, role)),
    rule: 'v2.peer-method',
    at:
      profile.authenticationRemote.find(({ method }) => open.includes(method))?.at ??
      profile.authenticationRemote[0]?.at ??
      null,
  })
}

/** What the peer must be so that IKE_SA_INIT and IKE_AUTH, with the known router in this role, come up. */
export const analyseIkeV2 = (known: Known, role: Role): Analysis => {
  const { end, flow } = known
  const { proposals } = ikeV2Policy(end.selection, { localAddress: flow.localAddress })
  const initRequest = 'IKE_SA_INIT request'
  if (role === 'initiator' && proposals[0]?.groups[0] === undefined)
    return impossible(never(known, initRequest, 'no-ikev2-policy'))
  const usable = wholeProposals(known)
  const lacking = proposals[0]?.at
  if (usable.length === 0)
    return impossible(
      role === 'initiator'
        ? refusedByAll(known, initRequest, 'no-common-ikev2-proposal', lacking)
        : never(known, initRequest, 'no-common-ikev2-proposal', lacking),
    )
  const profile = end.selection.ikev2.profiles.find(({ name }) => name === flow.ikev2Profile?.name)
  if (!profile)
    return impossible(
      never(
        known,
        request,
        role === 'initiator' ? 'no-ikev2-profile' : 'no-ikev2-profile-matches',
        flow.ikev2Profile?.at,
      ),
    )
  const methods = profile.authenticationRemote.map(({ method }) => method)
  const keyTypes = methods.filter(isSignature).map(keyTypeOf)
  const admission = admissionOf(known, profile, { asBound: role === 'responder', keyTypes })
  const admits = admission.identities.length > 0 || admission.maps.length > 0
  const ways: Ways = { known, role, profile, admission }
  if (role === 'responder' && !admits) return impossible(admitsNobody(known, profile))
  const own = ownSide(ways)
  if ('impossible' in own) return impossible(own.impossible)
  if (!admits) return impossible(never(known, response, 'peer-identity-outside-profile', profile.at))
  if (flow.transformSets.length === 0)
    return impossible(
      never(known, request, role === 'initiator' ? 'flow-cannot-be-offered' : 'transform-mismatch', flow.at),
    )
  const peers = peerSide(ways, own)
  return joined(
    peers.map(({ way }) => way),
    [
      addressCondition(known, role, [own.method, ...methods].includes('pre-share')),
      proposalCondition(known, role, usable),
      ...own.conditions,
      matched(ways, own),
      authenticated(ways, peers),
      identified(ways),
    ],
    childConditions(known, role),
  )
}
