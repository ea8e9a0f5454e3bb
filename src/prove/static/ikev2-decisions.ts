import { ikeV2OfferedProposals, ikeV2WireProposals } from '../../ike/index.ts'
import type { Certificate } from '../../pki/index.ts'
import {
  bindIkeV2Profile,
  chooseIkeV2OwnCertificate,
  chooseIkeV2Proposal,
  type IkeV2OwnCertificateDecision,
  type IkeV2Profile,
  ikeV2InitiatorProfileCheck,
  ikeV2InitiatorRequests,
  ikeV2OwnIdentity,
  ikeV2Policy,
  ikeV2ResponderRequests,
  ikeV2ValidationTrustpoints,
  type OwnIdentity,
  type RequestedKey,
} from '../../selection/index.ts'
import type { Decision } from '../../trace/index.ts'
import type { End } from './ends.ts'
import { keptBy, keptByBoth } from './kept.ts'
import { keptOwnCertificate } from './kept-own-certificate.ts'

/* The decisions of IKEv2 as a walk takes them: once for what they read, as in IKEv1 (`ikev1-decisions.ts`). */

type Selection = End['selection']
type Standing = End['standing']
type Made<F extends (...args: never[]) => unknown> = ReturnType<F>
type Proposals = Made<typeof ikeV2Policy>['proposals']

const policiesKept = keptBy<Standing, Made<typeof ikeV2Policy>>()

/** The policy for a local address. */
export const policyOf = ({ standing, selection }: End, localAddress: string): Made<typeof ikeV2Policy> =>
  policiesKept(standing, localAddress, () => ikeV2Policy(selection, { localAddress }))

const proposalsKept = keptByBoth<Proposals, Proposals, Made<typeof chooseIkeV2Proposal>>()

/** What a responder makes of the proposals of its peer. */
export const proposalChosen = (
  { selection }: End,
  offered: Proposals,
  own: Proposals,
): Made<typeof chooseIkeV2Proposal> =>
  proposalsKept(offered, own, '', () =>
    chooseIkeV2Proposal(selection, own, ikeV2OfferedProposals(ikeV2WireProposals(offered, new Uint8Array()))),
  )

const requestsKept = keptBy<Selection, Decision<readonly RequestedKey[]>>()

/** The hashes in IKE_SA_INIT. */
export const asResponder = ({ selection }: End): Decision<readonly RequestedKey[]> =>
  requestsKept(selection, 'responder', () => ikeV2ResponderRequests(selection))

/** Those in IKE_AUTH. */
export const asInitiator = ({ selection }: End, profile: IkeV2Profile): Decision<readonly RequestedKey[]> =>
  requestsKept(selection, `initiator ${profile.name}`, () => ikeV2InitiatorRequests(selection, profile))

const anchorsKept = keptBy<Selection, Made<typeof ikeV2ValidationTrustpoints>>()

/** The trustpoints against which the peer is validated. */
export const anchorsOf = ({ selection }: End, profile: IkeV2Profile): Made<typeof ikeV2ValidationTrustpoints> =>
  anchorsKept(selection, profile.name, () => ikeV2ValidationTrustpoints(selection, profile))

const ownCertificateKept = keptOwnCertificate<RequestedKey, IkeV2OwnCertificateDecision>()

/** With what a router signs that was asked so. `methods`: what the peer announced (RFC 9593). */
export const ownCertificate = (
  end: End,
  role: 'initiator' | 'responder',
  profile: IkeV2Profile,
  requests: readonly RequestedKey[],
  methods: Uint8Array | null,
  keyType: 'rsa' | 'ec',
): IkeV2OwnCertificateDecision => {
  const { selection } = end
  const peerMethods = selection.ikev2.supportedAuthenticationMethods ? methods : null
  return ownCertificateKept(end, requests, `${role} ${keyType} ${profile.name} ${peerMethods ?? ''}`, () =>
    chooseIkeV2OwnCertificate(selection, {
      role,
      profile,
      requests: requests.map(({ keyHash }) => keyHash),
      keyType,
      ...(peerMethods === null ? {} : { peerMethods }),
    }),
  )
}

const identitiesKept = keptByBoth<Standing, object, Made<typeof ikeV2OwnIdentity>>()
const noCertificate: object = {}

/** Who a router says it is. */
export const identityOf = (
  { standing, selection }: End,
  profile: IkeV2Profile,
  localAddress: string,
  certificate: Certificate | null,
): Made<typeof ikeV2OwnIdentity> =>
  identitiesKept(standing, certificate ?? noCertificate, `${localAddress} ${profile.name}`, () =>
    ikeV2OwnIdentity(selection, profile, { localAddress, certificate }),
  )

/* An identity that comes from `identityOf` belongs to one certificate, or to none. */
const profilesKept = keptByBoth<Standing, OwnIdentity, Made<typeof bindIkeV2Profile>>()

/** The profile to which a responder binds its peer. */
export const profileBound = (
  { standing, selection }: End,
  identity: OwnIdentity,
  certificate: Certificate | null,
  localAddress: string,
): Made<typeof bindIkeV2Profile> =>
  profilesKept(standing, identity, localAddress, () =>
    bindIkeV2Profile(selection, { identity, certificate, localAddress }),
  )

const checksKept = keptByBoth<Standing, OwnIdentity, Made<typeof ikeV2InitiatorProfileCheck>>()

/** Whether the responder fits the initiator's profile. */
export const profileChecked = (
  { standing, selection }: End,
  profile: IkeV2Profile,
  identity: OwnIdentity,
  certificate: Certificate | null,
  localAddress: string,
): Made<typeof ikeV2InitiatorProfileCheck> =>
  checksKept(standing, identity, `${localAddress} ${profile.name}`, () =>
    ikeV2InitiatorProfileCheck(selection, profile, { identity, certificate, localAddress }),
  )
