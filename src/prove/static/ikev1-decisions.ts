import type { ProtectedFlow } from '../../ipsec/index.ts'
import type { Certificate } from '../../pki/index.ts'
import {
  bindProfile,
  chooseOwnCertificate,
  choosePolicy,
  type IsakmpPolicy,
  type IsakmpProfile,
  initiatorIdentityCheck,
  initiatorRequests,
  type OwnCertificateDecision,
  type OwnIdentity,
  ownIdentity,
  policiesToOffer,
  policyTransform,
  type ReceivedRequest,
  type RequestedCa,
  rebindByCertificate,
  responderRequests,
  validationTrustpoints,
} from '../../selection/index.ts'
import type { Decision } from '../../trace/index.ts'
import { certificateEncoding } from '../../wire/index.ts'
import type { End } from './ends.ts'
import { keptBy, keptByBoth } from './kept.ts'
import { keptOwnCertificate } from './kept-own-certificate.ts'

/*
 * The decisions of IKEv1 as a walk takes them: once for what they read. Of a direction's classes one differs from the next
 * in the order of one store, and none with the time. What reads a store is kept by it and by what was asked of it; what
 * reads none, by what stands whatever the order.
 */

type Selection = End['selection']
type Standing = End['standing']
type Made<F extends (...args: never[]) => unknown> = ReturnType<F>

const nameOf = (profile: IsakmpProfile | null): string => profile?.name ?? ''

const offersKept = keptBy<Selection, readonly IsakmpPolicy[]>()

/** The policies of MM1. */
export const policiesOffered = (
  { selection }: End,
  profile: IsakmpProfile | null,
  { peer, localAddress }: ProtectedFlow,
): readonly IsakmpPolicy[] =>
  offersKept(
    selection,
    `${peer} ${localAddress} ${nameOf(profile)}`,
    () => policiesToOffer(selection, { profile, peer, localAddress }).policies,
  )

const policiesKept = keptByBoth<Standing, readonly IsakmpPolicy[], Made<typeof choosePolicy>>()

/** What a responder makes of them. */
export const policyChosen = (
  { standing, selection }: End,
  offered: readonly IsakmpPolicy[],
): Made<typeof choosePolicy> =>
  policiesKept(standing, offered, '', () =>
    choosePolicy(
      selection,
      offered.map((policy, index) => ({ ...policyTransform(policy), number: index + 1 })),
    ),
  )

const requestsKept = keptBy<Selection, Decision<readonly RequestedCa[]>>()

/** The requests of MM3. */
export const asInitiator = ({ selection }: End, profile: IsakmpProfile | null): Decision<readonly RequestedCa[]> =>
  requestsKept(selection, `initiator ${nameOf(profile)}`, () => initiatorRequests(selection, profile))

/** Those of MM4. */
export const asResponder = ({ selection }: End): Decision<readonly RequestedCa[]> =>
  requestsKept(selection, 'responder', () => responderRequests(selection))

const received = (requests: readonly RequestedCa[]): readonly ReceivedRequest[] =>
  requests.map(({ ca }) => ({ encoding: certificateEncoding.X509_SIGNATURE, ca, der: ca.der }))

const ownCertificateKept = keptOwnCertificate<RequestedCa, OwnCertificateDecision>()

/** With what a router signs that was asked so. */
export const ownCertificate = (
  end: End,
  role: 'initiator' | 'responder',
  profile: IsakmpProfile | null,
  requests: readonly RequestedCa[],
  keyType: 'rsa' | 'ec',
): OwnCertificateDecision =>
  ownCertificateKept(end, requests, `${role} ${keyType} ${nameOf(profile)}`, () =>
    chooseOwnCertificate(end.selection, { role, profile, requests: received(requests), keyType }),
  )

const anchorsKept = keptBy<Selection, Made<typeof validationTrustpoints>>()

/** The trustpoints against which the peer is validated. */
export const anchorsOf = ({ selection }: End, profile: IsakmpProfile | null): Made<typeof validationTrustpoints> =>
  anchorsKept(selection, nameOf(profile), () => validationTrustpoints(selection, profile))

const identitiesKept = keptByBoth<Standing, object, Decision<OwnIdentity>>()
const noCertificate: object = {}

/** Who a router says it is. */
export const identityOf = (
  { standing, selection }: End,
  profile: IsakmpProfile | null,
  localAddress: string,
  certificate: Certificate | null,
): Decision<OwnIdentity> =>
  identitiesKept(standing, certificate ?? noCertificate, `${localAddress} ${nameOf(profile)}`, () =>
    ownIdentity(selection, { profile, localAddress, certificate }),
  )

const profilesKept = keptByBoth<Standing, OwnIdentity, Made<typeof bindProfile>>()

/** The profile to which the peer's identity binds it. */
export const profileBound = (
  { standing, selection }: End,
  identity: OwnIdentity,
  localAddress: string,
): Made<typeof bindProfile> =>
  profilesKept(standing, identity, localAddress, () => bindProfile(selection, { identity, localAddress }))

const reboundKept = keptByBoth<Standing, Certificate, Made<typeof rebindByCertificate>>()

/** The profile to which its certificate binds it after that. */
export const profileRebound = (
  { standing, selection }: End,
  certificate: Certificate,
  bound: string | null,
): Made<typeof rebindByCertificate> =>
  reboundKept(standing, certificate, bound === null ? 'none' : `profile ${bound}`, () =>
    rebindByCertificate(selection, { certificate, bound }),
  )

const checksKept = keptByBoth<Standing, OwnIdentity, Made<typeof initiatorIdentityCheck>>()

/** Whether the responder's identity is in the initiator's profile. */
export const identityChecked = (
  { standing, selection }: End,
  profile: IsakmpProfile,
  identity: OwnIdentity,
  localAddress: string,
): Made<typeof initiatorIdentityCheck> =>
  checksKept(standing, identity, `${localAddress} ${profile.name}`, () =>
    initiatorIdentityCheck(selection, { profile, identity, localAddress }),
  )
