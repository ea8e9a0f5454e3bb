const faultyPeer = 'only a peer that breaks the protocol, or means harm, brings it about: the tests in src/ike play one'

/** Causes that no folder of configurations and lab.yaml can bring about, and why. */
export const withoutScenario: Readonly<Record<string, string>> = {
  'authentication-hash-invalid': faultyPeer,
  'bad-nonce': faultyPeer,
  'bad-public-value': faultyPeer,
  'bad-spi': faultyPeer,
  'certificate-key-of-other-kind':
    'a router chooses among certificates of the agreed kind only: a peer that is none may not',
  'certificate-signature-invalid':
    'where both ends hold a CA of that name its cause is known better: ca-key-changed, two-cas-of-one-name',
  'child-not-found': faultyPeer,
  'chosen-proposal-was-not-offered': faultyPeer,
  'chosen-transform-was-not-offered': faultyPeer,
  'group-mismatch': faultyPeer,
  'hash-and-url-not-allowed': faultyPeer,
  'malformed-certificate': faultyPeer,
  'no-answer': 'a router of a lab answers or refuses: only a host that is none stays silent',
  'no-certificate': faultyPeer,
  'no-identity': faultyPeer,
  'no-ikev2-profile': 'the reader of configurations stops at a name that does not exist, with file, line and remedy',
  'no-responder-spi': faultyPeer,
  'payload-missing': faultyPeer,
  'proxy-identities-changed': faultyPeer,
  reflected: faultyPeer,
  'returned-selectors-were-not-offered': faultyPeer,
  'signature-invalid':
    'where the key of a router is not that of its certificate the cause is known better: key-pair-changed-after-enrolment',
  'temporary-failure': 'both ends must renew at once: the tests of src/ike/v2 let them',
  'too-many-cases': 'more than ten thousand walks: src/prove/classes.test.ts sets a lower limit',
}
