/** What each stable code says in one line. `peer` is the router that is rejected, `self` the one that rejects. */
const summaries: Readonly<Record<string, (self: string, peer: string) => string>> = {
  'certificate-outside-profile-trustpoints': (self, peer) =>
    `${peer} signs with a certificate of a CA that ${self} knows, but that the profile bound to ${peer} does not trust`,
  'no-suitable-trustpoint': (self, peer) =>
    `${self} has no trustpoint for the CA that issued the certificate of ${peer}`,
  'no-certificate-for-any-request': (self, peer) => `${self} holds no certificate from a CA that ${peer} asks for`,
  'no-authentication-material': (self) =>
    `${self} has neither a pre-shared key nor an identity certificate for any of its ISAKMP policies`,
  'no-common-policy': (self, peer) => `no ISAKMP policy of ${self} equals one that ${peer} offers`,
  'chosen-transform-was-not-offered': (self, peer) => `${peer} returned a transform that ${self} had not offered`,
  'no-preshared-key': (self, peer) => `${self} has no pre-shared key for ${peer}`,
  'preshared-key-outside-profile-keyrings': (self, peer) =>
    `the key with which ${self} spoke to ${peer} is in a keyring that the bound profile does not name`,
  'cannot-decrypt': (self, peer) => `${self} cannot decrypt what ${peer} sends: the keys differ`,
  'peer-identity-outside-profile': (self, peer) =>
    `the identity of ${peer} matches no statement of the profile that ${self} used`,
  'signature-invalid': (self, peer) => `the signature of ${peer} does not verify at ${self}`,
  'signature-hash-not-supported': (self, peer) =>
    `${peer} signs with a hash that the release of ${self} does not support`,
  'certificate-signature-invalid': (self, peer) =>
    `${self} holds another key of the CA than the one that signed the certificate of ${peer}`,
  'signature-algorithm-not-supported': (self, peer) =>
    `the certificate of ${peer} is signed with an algorithm that the release of ${self} does not support`,
  'certificate-version-not-supported': (self, peer) =>
    `the certificate of ${peer} has a version of X.509 that the release of ${self} does not take`,
  'extended-key-usage-forbids-ike': (self, peer) =>
    `the extended key usage of the certificate of ${peer} does not let it play its role towards ${self}`,
  'authentication-hash-invalid': (self, peer) =>
    `the hash with which ${peer} proves its key does not verify at ${self}`,
  'no-certificate': (self, peer) => `${peer} sent no certificate to ${self}`,
  'malformed-certificate': (self, peer) => `${self} cannot read the certificate of ${peer}`,
  'certificate-key-of-other-kind': (self, peer) =>
    `the key in the certificate of ${peer} is not of the kind agreed with ${self}`,
  'not-yet-valid': (self, peer) => `the certificate of ${peer} is not valid yet by the clock of ${self}`,
  expired: (self, peer) => `the certificate of ${peer} has expired by the clock of ${self}`,
  revoked: (self, peer) => `the certificate of ${peer} is on the revocation list that ${self} fetched`,
  'revocation-status-unknown': (self, peer) =>
    `${self} cannot find out whether the certificate of ${peer} is revoked, and its trustpoint demands to know`,
  'profile-did-not-match': (self, peer) =>
    `the tunnel of ${self} belongs to another profile than the one that ${peer} was bound to`,
  'proxy-identities-not-supported': (self, peer) =>
    `no tunnel or crypto map entry of ${self} has the proxy identities that ${peer} proposes`,
  'transform-mismatch': (self, peer) => `no transform set of ${self} equals one that ${peer} proposes`,
  'pfs-mismatch': (self, peer) => `${self} and ${peer} do not agree on perfect forward secrecy`,
  'bad-public-value': (self, peer) => `the Diffie-Hellman value of ${peer} is not one that ${self} may use`,
  'isakmp-disabled': (self) => `ISAKMP is turned off on ${self}: no crypto isakmp enable`,
  'tunnel-vrf-differs': (self) =>
    `the tunnel of ${self} routes its packets in another VRF than that of its source: nothing leaves`,
  'responder-only': (self) => `the ipsec profile of ${self} says responder-only: it waits for the other end to begin`,
  'no-offer-for-flow': (self) => `${self} has nothing to propose for the traffic`,
  'no-ikev2-policy': (self) => `${self} has no IKEv2 policy with a proposal for this address`,
  'no-common-ikev2-proposal': (self, peer) => `${self} and ${peer} have no IKEv2 proposal in common`,
  'no-ikev2-profile': (self) => `the tunnel of ${self} names no IKEv2 profile`,
  'initiator-profile-without-trustpoint': (self) =>
    `the IKEv2 profile of ${self} names no pki trustpoint, and an initiator cannot sign without one`,
  'no-certificate-to-send': (self, peer) =>
    `${self} holds no certificate that its profile allows from a CA that ${peer} asks for`,
  'no-ikev2-profile-matches': (self, peer) => `no IKEv2 profile of ${self} matches the identity of ${peer}`,
  'authentication-method-mismatch': (self, peer) =>
    `${peer} authenticates by a method that the profile of ${self} does not accept`,
  'no-shared-key': (self, peer) => `${self} has no shared key for ${peer}`,
  'shared-key-mismatch': (self, peer) => `${self} and ${peer} have different shared keys`,
  'eap-not-supported': (self, peer) => `EAP between ${self} and ${peer} is not modelled`,
  'fragments-dropped': (self, peer) =>
    `IP fragments between ${self} and ${peer} are lost, and a message with certificates does not fit one packet`,
  'peer-unreachable': (self, peer) => `packets of ${self} do not reach ${peer}`,
  'no-answer': (self, peer) => `${peer} never answered ${self}`,
}

export const summaryOf = (code: string, self: string, peer: string, detail: string): string =>
  summaries[code]?.(self, peer) ?? detail
