export { bindProfile } from './bind-profile.ts'
export { matchesCertificateMap } from './certificate-map.ts'
export { type AgreedPolicy, type CheckedPolicy, choosePolicy, type PolicyDecision } from './choose-policy.ts'
export type * from './configuration.ts'
export { type IdentityInCertificate, identityInCertificate } from './identity-in-certificate.ts'
export type * from './ikev2-configuration.ts'
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
export { defaultPolicies, effectivePolicies } from './policies.ts'
export { type OfferedTransform, policyTransform } from './policy-transform.ts'
export { type FoundKey, keyringOfProfileHolds, preSharedKey } from './pre-shared-key.ts'
export { rebindByCertificate } from './rebind-by-certificate.ts'
export { initiatorRequests, type RequestedCa, responderRequests } from './requests.ts'
export { type Rule, rules, type SelectionRuleId } from './rules.ts'
export { validationTrustpoints } from './validation-trustpoints.ts'
