import type { RejectCode } from '../../trace/index.ts'
import {
  asksByOcspOnly,
  caHasNamesake,
  caHasOtherKey,
  hasWaitingTrustpoint,
  isValidByRightTime,
  keyIsNotThatOfCertificate,
  lacksIntermediate,
  ownSiblingStandsInTheWay,
  sendsSiblingOfGoodCertificate,
  sentForBuiltInCa,
  siblingWouldBind,
  waitsForRequestedCertificate,
} from './certificate-facts.ts'
import type { NetworkCode, RefusalFacts } from './facts.ts'
import {
  isCapturedByOtherMethod,
  isDnWithoutMap,
  isKeptAwayByPlace,
  isWithoutDomain,
  noProfileIsBound,
  severalProfilesFit,
  wouldPassUnderTunnelProfile,
} from './profile-facts.ts'
import { differsInMethodOnly, wouldAgreeWithUnusedProposal } from './proposal-facts.ts'

/** What stands behind a refusal and shows only to one who sees both ends: no router can log it. */
export type HiddenCauseCode =
  | 'trustpoints-of-one-ca'
  | 'certificate-of-built-in-ca'
  | 'trustpoint-without-certificate'
  | 'clock-wrong'
  | 'ocsp-answer-unknown'
  | 'intermediate-ca-missing'
  | 'two-cas-of-one-name'
  | 'ca-key-changed'
  | 'key-pair-changed-after-enrolment'
  | 'overlapping-profile-bound'
  | 'no-isakmp-profile-matches'
  | 'profile-of-other-vrf-or-address'
  | 'distinguished-name-without-certificate-map'
  | 'identity-without-domain'
  | 'catch-all-profile-of-other-method'
  | 'ikev2-proposal-without-policy'

export type CauseCode = RejectCode | HiddenCauseCode | NetworkCode

type Refinement = readonly [code: HiddenCauseCode | RejectCode, holds: (facts: RefusalFacts) => boolean]

const sibling: Refinement = ['trustpoints-of-one-ca', sendsSiblingOfGoodCertificate]
const ownSibling: Refinement = ['trustpoints-of-one-ca', ownSiblingStandsInTheWay]
const siblingIdentity: Refinement = ['trustpoints-of-one-ca', siblingWouldBind]
const builtIn: Refinement = ['certificate-of-built-in-ca', sentForBuiltInCa]
const waiting: Refinement = ['trustpoint-without-certificate', hasWaitingTrustpoint]
const waitingOwn: Refinement = ['trustpoint-without-certificate', waitsForRequestedCertificate]
const intermediate: Refinement = ['intermediate-ca-missing', lacksIntermediate]
const namesake: Refinement = ['two-cas-of-one-name', caHasNamesake]
const rolled: Refinement = ['ca-key-changed', caHasOtherKey]
const otherKey: Refinement = ['key-pair-changed-after-enrolment', keyIsNotThatOfCertificate]
const clock: Refinement = ['clock-wrong', isValidByRightTime]
const elsewhere: Refinement = ['profile-of-other-vrf-or-address', isKeptAwayByPlace]
const overlap: Refinement = ['overlapping-profile-bound', severalProfilesFit]
const dn: Refinement = ['distinguished-name-without-certificate-map', isDnWithoutMap]
const domain: Refinement = ['identity-without-domain', isWithoutDomain]
const captured: Refinement = ['catch-all-profile-of-other-method', isCapturedByOtherMethod]

/** What may stand behind a refusal, in the order in which it is asked: the first that holds is the cause. */
const refinements: { readonly [Code in RejectCode]?: readonly Refinement[] } = {
  'certificate-outside-profile-trustpoints': [
    ownSibling,
    ['overlapping-profile-bound', wouldPassUnderTunnelProfile],
    sibling,
    builtIn,
    waiting,
  ],
  'no-suitable-trustpoint': [builtIn, intermediate, rolled, namesake, waiting],
  'no-certificate-for-any-request': [waitingOwn, rolled, namesake],
  'no-certificate-to-send': [waitingOwn, rolled, namesake],
  'certificate-signature-invalid': [rolled, namesake],
  'signature-invalid': [otherKey],
  'not-yet-valid': [clock, sibling],
  expired: [clock, sibling],
  revoked: [sibling],
  'revocation-status-unknown': [['ocsp-answer-unknown', asksByOcspOnly]],
  'no-ikev2-profile-matches': [elsewhere, overlap, siblingIdentity, dn, domain],
  'peer-identity-outside-profile': [elsewhere, siblingIdentity, dn, domain],
  'profile-did-not-match': [
    elsewhere,
    overlap,
    siblingIdentity,
    dn,
    domain,
    ['no-isakmp-profile-matches', noProfileIsBound],
  ],
  'authentication-method-mismatch': [captured],
  'no-shared-key': [captured],
  'shared-key-mismatch': [captured],
  'no-common-policy': [['authentication-method-mismatch', differsInMethodOnly]],
  'no-common-ikev2-proposal': [['ikev2-proposal-without-policy', wouldAgreeWithUnusedProposal]],
}

/**
 * The root cause of a refusal: the code of the router that refuses, or what stands behind it. The decisions and a
 * negotiation both ask here, with the facts that each has found for itself.
 */
export const rootCause = (facts: RefusalFacts): RejectCode | HiddenCauseCode =>
  refinements[facts.code]?.find(([, holds]) => holds(facts))?.[0] ?? facts.code
