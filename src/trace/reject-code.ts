/**
 * Why a router refuses what it received, or cannot send what it ought to: the stable codes of `ike:rejected`. `prove/`
 * has an entry of its catalogue of causes for each, which the compiler checks.
 */
export type RejectCode =
  | CertificateRejectCode
  | AuthenticationRejectCode
  | NegotiationRejectCode
  | ChildRejectCode
  | MessageRejectCode

/** Why the chain of a certificate is not valid. */
export type ValidationRejectCode =
  | 'no-suitable-trustpoint'
  | 'certificate-signature-invalid'
  | 'signature-algorithm-not-supported'
  | 'certificate-version-not-supported'
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-not-ca'
  | 'path-length-exceeded'
  | 'key-usage-forbids-signing-certificates'
  | 'key-usage-forbids-signature'
  | 'extended-key-usage-forbids-ike'
  | 'unknown-critical-extension'
  | 'revoked'
  | 'revocation-status-unknown'
  | 'weak-key'
  | 'certificate-map-forbids'

/** The certificate of the peer, or the own one. */
type CertificateRejectCode =
  | ValidationRejectCode
  | 'certificate-outside-profile-trustpoints'
  | 'no-certificate-for-any-request'
  | 'no-certificate-to-send'
  | 'initiator-profile-without-trustpoint'
  | 'no-certificate'
  | 'malformed-certificate'
  | 'certificate-key-of-other-kind'
  | 'signature-invalid'
  | 'signature-hash-not-supported'
  | 'hash-and-url-not-allowed'
  | 'hash-and-url-not-http'
  | 'hash-and-url-unreachable'
  | 'hash-and-url-other-content'

/** Who the peer is, and how it proves that. */
type AuthenticationRejectCode =
  | 'no-identity'
  | 'peer-identity-outside-profile'
  | 'no-ikev2-profile'
  | 'no-ikev2-profile-matches'
  | 'profile-without-authentication'
  | 'authentication-method-mismatch'
  | 'authentication-hash-invalid'
  | 'no-authentication-material'
  | 'no-preshared-key'
  | 'preshared-key-outside-profile-keyrings'
  | 'no-shared-key'
  | 'shared-key-mismatch'
  | 'cannot-decrypt'
  | 'eap-not-supported'

/** The IKE SA. */
type NegotiationRejectCode =
  | 'isakmp-disabled'
  | 'responder-only'
  | 'tunnel-vrf-differs'
  | 'no-common-policy'
  | 'no-ikev2-policy'
  | 'no-common-ikev2-proposal'
  | 'chosen-proposal-was-not-offered'

/** Quick mode and the child SA. */
type ChildRejectCode =
  | 'no-offer-for-flow'
  | 'flow-cannot-be-offered'
  | 'profile-did-not-match'
  | 'proxy-identities-not-supported'
  | 'proxy-identities-changed'
  | 'returned-selectors-were-not-offered'
  | 'transform-mismatch'
  | 'pfs-mismatch'
  | 'group-mismatch'
  | 'chosen-transform-was-not-offered'
  | 'temporary-failure'
  | 'child-not-found'

/** A message that no router of the lab sends: only a faulty or hostile peer does. */
type MessageRejectCode =
  | 'payload-missing'
  | 'bad-nonce'
  | 'bad-public-value'
  | 'bad-spi'
  | 'no-responder-spi'
  | 'reflected'
