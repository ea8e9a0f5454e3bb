/** Which decisions explain a cause: the questions of the trace, by the stable code of the failure. */

/** `self`: the router that rejects; `peer`: the one that is rejected. */
export interface Telling {
  readonly question: string
  readonly router: 'self' | 'peer'
}

const ownCertificate: Telling = { question: 'which certificate is sent?', router: 'peer' }
const requests: Telling = { question: 'which CAs are asked for?', router: 'self' }
const profile: Telling = { question: 'which profile binds?', router: 'self' }
const rebinding: Telling = { question: 'does a certificate map bind another profile?', router: 'self' }
const checkedProfile: Telling = { question: 'does the responder fit the profile?', router: 'self' }
const anchors: Telling = { question: 'which trust points validate?', router: 'self' }
const ikeProposal: Telling = { question: 'which IKE proposal?', router: 'self' }
const policy: Telling = { question: 'which ISAKMP policy?', router: 'self' }

const certificate: readonly Telling[] = [requests, ownCertificate, profile, checkedProfile, rebinding, anchors]

const telling: Readonly<Record<string, readonly Telling[]>> = {
  'certificate-outside-profile-trustpoints': certificate,
  'no-suitable-trustpoint': certificate,
  'no-certificate-for-any-request': [
    { question: 'which CAs are asked for?', router: 'peer' },
    { question: 'which certificate is sent?', router: 'self' },
  ],
  'extended-key-usage-forbids-ike': [
    ownCertificate,
    profile,
    { question: 'does the extended key usage fit the role?', router: 'self' },
  ],
  'no-common-policy': [policy],
  'profile-did-not-match': [profile, rebinding, { question: 'which crypto map entry?', router: 'self' }],
  'proxy-identities-not-supported': [profile, { question: 'which crypto map entry?', router: 'self' }],
  'peer-identity-outside-profile': [{ question: 'which identity is sent?', router: 'peer' }, checkedProfile],
  'preshared-key-outside-profile-keyrings': [
    { question: 'which pre-shared key?', router: 'self' },
    profile,
    { question: 'is the key of a keyring of the profile?', router: 'self' },
  ],
  'initiator-profile-without-trustpoint': [
    { question: 'which CAs are asked for?', router: 'peer' },
    { question: 'which certificate is sent?', router: 'self' },
  ],
  'no-certificate-to-send': [
    { question: 'which CAs are asked for?', router: 'peer' },
    { question: 'which certificate is sent?', router: 'self' },
  ],
  'no-ikev2-profile-matches': [{ question: 'which identity is sent?', router: 'peer' }, profile],
  'no-common-ikev2-proposal': [{ question: 'which IKEv2 policy?', router: 'self' }, ikeProposal],
  'no-ikev2-policy': [{ question: 'which IKEv2 policy?', router: 'self' }],
  'authentication-method-mismatch': [profile, { question: 'is the method of the peer accepted?', router: 'self' }],
  'shared-key-mismatch': [
    { question: 'which shared key is used?', router: 'peer' },
    profile,
    { question: 'which shared key proves the peer?', router: 'self' },
  ],
  'no-shared-key': [profile, { question: 'which shared key is used?', router: 'self' }],
  'no-preshared-key': [{ question: 'which pre-shared key?', router: 'self' }],
  'cannot-decrypt': [{ question: 'which pre-shared key?', router: 'self' }],
}

/** The decisions that tell why; for a certificate that is refused for itself, how it came to be sent. */
export const tellingDecisions = (code: string): readonly Telling[] =>
  telling[code] ?? [ownCertificate, profile, anchors]
