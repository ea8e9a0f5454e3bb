export { bindProfile } from './bind-profile.ts'
export { matchesCertificateMap } from './certificate-map.ts'
export { type AgreedPolicy, type CheckedPolicy, choosePolicy, type PolicyDecision } from './choose-policy.ts'
export type * from './configuration.ts'
export { extendedKeyUsageFits } from './extended-key-usage.ts'
export { type IdentityInCertificate, identityInCertificate } from './identity-in-certificate.ts'
export {
  type IkeV2Agreed,
  type IkeV2TransformNumbers,
  ikeV2ProposalTransforms,
  isAead,
  type OfferedIkeV2Proposal,
} from './ikev2-algorithms.ts'
export {
  type IkeV2OwnIdentityDecision,
  type IkeV2SharedKeyDecision,
  ikeV2OwnIdentity,
  ikeV2PeerMethod,
  ikeV2SharedKey,
  ikeV2ValidationTrustpoints,
} from './ikev2-authentication.ts'
export type * from './ikev2-configuration.ts'
export { defaultIkeV2Lifetime, noIkeV2 } from './ikev2-none.ts'
export {
  chooseIkeV2OwnCertificate,
  type ExaminedHash,
  type IkeV2OwnCertificateDecision,
  type IkeV2OwnCertificateQuestion,
} from './ikev2-own-certificate.ts'
export {
  chooseIkeV2Proposal,
  defaultIkeV2Proposal,
  type IkeV2PolicyDecision,
  type IkeV2ProposalDecision,
  ikeV2Policy,
} from './ikev2-policy.ts'
export {
  bindIkeV2Profile,
  fitsIdentity,
  ikeV2InitiatorProfileCheck,
  type ReceivedIkeV2Identity,
} from './ikev2-profile.ts'
export { ikeV2InitiatorRequests, ikeV2ResponderRequests, type RequestedKey } from './ikev2-requests.ts'
export { ikeV2AnnouncedMethods } from './ikev2-supported-methods.ts'
export { type IdentityCheck, initiatorIdentityCheck } from './initiator-identity-check.ts'
export { defaultKnobs, type KnobDescription, type KnobResult, knobs, parseKnob } from './knobs.ts'
export { identityType, matchesIdentity, type ReceivedIdentity } from './match-identity.ts'
export {
  chooseOwnCertificate,
  type ExaminedRequest,
  type OwnCertificateDecision,
  type OwnCertificateQuestion,
  type ReceivedRequest,
} from './own-certificate.ts'
export { type OwnIdentity, ownIdentity } from './own-identity.ts'
export { defaultPolicies, effectivePolicies, policiesToOffer, signatureKeyType } from './policies.ts'
export { type OfferedTransform, policyTransform } from './policy-transform.ts'
export { type FoundKey, keyringOfProfileHolds, preSharedKey } from './pre-shared-key.ts'
export { rebindByCertificate } from './rebind-by-certificate.ts'
export { initiatorRequests, type RequestedCa, responderRequests } from './requests.ts'
export { type Rule, rules, type SelectionRuleId } from './rules.ts'
export { validationRefusal, validationTrustpoints } from './validation-trustpoints.ts'
export { withoutKey } from './without-key.ts'
