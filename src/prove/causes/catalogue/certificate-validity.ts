import type { CauseEntry, Family } from './entry.ts'
import { authenticationRefused, certificateRefused, mainModeRefused, self1, self2 } from './log-lines.ts'

/** Whether a certificate that may be used is good. */
export type CertificateValidityCode =
  | 'expired'
  | 'not-yet-valid'
  | 'clock-wrong'
  | 'revoked'
  | 'revocation-status-unknown'
  | 'ocsp-answer-unknown'
  | 'intermediate-ca-missing'
  | 'two-cas-of-one-name'
  | 'ca-key-changed'
  | 'ca-name-with-several-keys'
  | 'certificate-signature-invalid'
  | 'key-pair-changed-after-enrolment'
  | 'signature-invalid'
  | 'signature-hash-not-supported'
  | 'signature-algorithm-not-supported'
  | 'certificate-version-not-supported'
  | 'extended-key-usage-forbids-ike'
  | 'key-usage-forbids-signature'
  | 'key-usage-forbids-signing-certificates'
  | 'issuer-not-ca'
  | 'path-length-exceeded'
  | 'unknown-critical-extension'
  | 'weak-key'
  | 'malformed-chain'
  | 'malformed-certificate'
  | 'no-certificate'
  | 'certificate-key-of-other-kind'
  | 'certificate-map-forbids'
  | 'hash-and-url-not-allowed'
  | 'hash-and-url-not-http'
  | 'hash-and-url-unreachable'
  | 'hash-and-url-other-content'

const failure = ['failure'] as const

/** Of a certificate that its CA should not have issued like that: both versions refuse it alike. */
const badlyIssued = (
  entry: Pick<CauseEntry, 'title' | 'summary' | 'happened' | 'why' | 'remedy'> & { readonly source?: string },
): CauseEntry => ({
  kinds: failure,
  log: certificateRefused,
  actor: 'the engineer of {peer}, with whoever runs its CA',
  source: 'RFC 5280 §4.2, §6.1',
  entries: [],
  ...entry,
})

const byUrl = (entry: Pick<CauseEntry, 'title' | 'summary' | 'happened' | 'remedy'>): CauseEntry => ({
  kinds: failure,
  why: 'A router that was told HTTP_CERT_LOOKUP_SUPPORTED may name its certificate by a hash and a URL instead of sending it (RFC 7296 §3.6). `crypto ikev2 http-url cert` is on by default in IOS.',
  log: authenticationRefused,
  actor: 'the engineers of {self} and {peer} together',
  source: '§6 entry 13, §2.8 [V]; RFC 7296 §3.6',
  entries: [13],
  ...entry,
})

export const certificateValidity: Family<CertificateValidityCode> = {
  expired: {
    title: 'A certificate has expired',
    kinds: failure,
    summary: 'the certificate of {peer} has expired by the clock of {self}',
    happened: 'By the clock of {self} a certificate on the path from that of {peer} to its CA has ended.',
    why: 'Dates are compared with the clock of the router that validates, whenever a certificate is validated: at the start and at each renewal of phase 1.',
    log: [
      ...self1('%PKI-3-CERTIFICATE_INVALID_EXPIRED: …'),
      ...self2('%PKI-3-CERTIFICATE_INVALID_EXPIRED: …'),
      ...certificateRefused,
    ],
    actor: 'the engineer of {peer}',
    remedy:
      'Renew the certificate of {peer} (`crypto pki enroll`, later `auto-enroll`); look at the clock of {self} first (`show clock`, NTP). A renewed certificate is the newest: prove what that does to the order.',
    source: '§6 entry 11 [V]',
    entries: [11],
  },
  'not-yet-valid': {
    title: 'A certificate is not valid yet',
    kinds: failure,
    summary: 'the certificate of {peer} is not valid yet by the clock of {self}',
    happened: 'By the clock of {self} a certificate on the path from that of {peer} to its CA begins later.',
    why: 'Certificates are rarely issued for tomorrow: mostly a clock is wrong, that of the router, which starts in 1993 or 2002 without NTP, or that of the CA.',
    log: [
      ...self1('%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: …'),
      ...self2('%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: …'),
      ...certificateRefused,
    ],
    actor: 'the engineer of {self}, then whoever runs the CA of {peer}',
    remedy:
      'Compare `show clock` on {self} with the validity in `show crypto pki certificates` on {peer}; mend the clock with NTP, or wait.',
    source: '§6 entry 11 [V]',
    entries: [11],
  },
  'clock-wrong': {
    title: 'A clock is wrong',
    kinds: ['failure', 'finding'],
    summary:
      'the clock of {self} is wrong, so a certificate or a list that is good today looks expired or not yet valid',
    happened: 'The certificate of {peer} is valid today, and the clock of {self} shows another day.',
    why: 'A router has no other measure of validity than its own clock. Without NTP or a battery it starts at a date of the factory.',
    log: [
      ...self1('%PKI-3-CERTIFICATE_INVALID_…: …'),
      ...self2('%PKI-3-CERTIFICATE_INVALID_…: …'),
      ...certificateRefused,
    ],
    actor: 'the engineer of {self}',
    remedy:
      'Set the clock and keep it: `ntp server ADDRESS`, and `show clock detail` must name NTP as its source. No certificate has to be renewed.',
    source: '§6 entry 11 [V]',
    entries: [11],
  },
  revoked: {
    title: 'A certificate has been revoked',
    kinds: failure,
    summary: 'the certificate of {peer} is on the revocation list that {self} fetched',
    happened: 'The list of the CA names the serial number of the certificate of {peer}.',
    why: '`revocation-check crl` is the default: the list is fetched and asked, and who stands on it is refused at once.',
    log: [...self1('%PKI-3-CERTIFICATE_REVOKED: …'), ...self2('%PKI-3-CERTIFICATE_REVOKED: …'), ...certificateRefused],
    actor: 'whoever runs the CA, then the engineer of {peer}',
    remedy:
      'Find out why it was revoked. If {peer} is to be trusted, enrol it with a new key pair; never turn the check off for that.',
    source: '§3.1 [M-h]; RFC 5280 §6.3',
    entries: [],
  },
  'revocation-status-unknown': {
    title: 'Nobody can say whether the certificate is revoked',
    kinds: failure,
    summary: '{self} cannot find out whether the certificate of {peer} is revoked, and its trustpoint demands to know',
    happened:
      '{self} could not fetch the revocation list of the CA, or could not use it, and its trustpoint has no further method.',
    why: '`revocation-check crl` is the default and has no way out: without a list the certificate is refused. A list that is reached only through the tunnel is never reached.',
    log: [
      ...self1('%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint … failed'),
      ...self2('%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint … failed'),
      ...certificateRefused,
    ],
    actor: 'the engineer of {self}, then whoever runs the CA',
    remedy:
      'Make the distribution point reachable from {self} outside the tunnel (route, DNS, `source interface`), or keep lists longer (`crl cache extend`). `revocation-check crl none` goes on without a list: it accepts revoked certificates while the CA is away.',
    source: '§6 entry 12, §3.1 [V]',
    entries: [12],
  },
  'ocsp-answer-unknown': {
    title: 'Nobody knows what the OCSP responder answers',
    kinds: failure,
    summary: '{self} asks an OCSP responder about the certificate of {peer}, and its answer is not known here',
    happened:
      'The trustpoint of {self} asks by OCSP and fetches no list. Where the responder answers well the tunnel comes up; where it does not, or says revoked, it does not.',
    why: 'An OCSP responder is a server outside of the configurations: what it answers cannot be read from them. The verdict tells of both answers instead of guessing one.',
    log: certificateRefused,
    actor: 'the engineer of {self}, with whoever runs the CA',
    remedy:
      'Make sure that {self} reaches the responder outside the tunnel (`show crypto pki trustpoints status`, `debug crypto pki transactions`), or add a method behind it: `revocation-check ocsp crl`.',
    source: '§3.1 [M-h]; RFC 6960',
    entries: [],
  },
  'intermediate-ca-missing': {
    title: 'The certificate of a CA in between is missing',
    kinds: failure,
    summary:
      '{self} trusts the root above the CA of {peer}, and knows the certificate of that CA neither from {peer} nor from a trustpoint',
    happened:
      '{peer} sent its own certificate alone. {self} trusts the root, and has no certificate of the CA in between.',
    why: 'A path is built from what the peer sends and what the own trustpoints hold. IOS sends its chain; other devices send it only when told to. The side whose trustpoint is the sub-CA itself needs no chain, so the tunnel may come up from one side.',
    log: [...self1('No suitable trustpoints found'), ...self2('No suitable trustpoints found'), ...certificateRefused],
    actor: 'the engineer of {peer}',
    remedy:
      'Let {peer} send its chain (IOS: authenticate root and sub-CA; ASA: `set trustpoint NAME chain`), or authenticate the sub-CA in a trustpoint of {self}.',
    source: '§6 entry 10, §1.10 [V]',
    entries: [10],
  },
  'two-cas-of-one-name': {
    title: 'Two CAs have the same name',
    kinds: failure,
    summary: '{self} and {peer} each know a CA of the same name, and they are two CAs with two keys',
    happened:
      'Both ends hold certificates of a CA of the same name. They are two CAs: the keys differ, and so do the places where the routers enrolled.',
    why: 'IKEv1 asks for a CA by name, which both have: the wrong certificate is chosen and its signature does not verify. IKEv2 asks by the hash of the key, and finds nothing.',
    log: [
      ...self1('%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from … is bad: …'),
      ...mainModeRefused,
      ...self2('Failed to build certificate payload', 'Auth exchange failed'),
    ],
    actor: 'whoever runs the CAs',
    remedy: 'Rename one CA and enrol again. IKEv2 chooses rightly where one side holds both; IKEv1 never can.',
    source: '§6 entry 24 [D]',
    entries: [24],
  },
  'ca-key-changed': {
    title: 'The CA has a new key, and one side still holds the old one',
    kinds: failure,
    summary: '{self} and {peer} hold certificates of the same CA from before and after its change of key',
    happened: 'The CA rolled over to a new key. One side authenticated it before that, the other after it.',
    why: 'The name stays, so IKEv1 chooses as before and the signature does not verify with the other key. IKEv2 asks by the hash of the key: no trustpoint is found.',
    log: [
      ...self1('%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from … is bad: …'),
      ...mainModeRefused,
      ...self2('Failed to build certificate payload', 'Auth exchange failed'),
    ],
    actor: 'the engineer of the router that enrolled before the change',
    remedy:
      'Authenticate the CA again on that router and enrol (`crypto pki authenticate`, `crypto pki enroll`); with `auto-enroll` and rollover at the CA it happens by itself.',
    source: '§6 entry 25 [D]',
    entries: [25],
  },
  'ca-name-with-several-keys': {
    title: 'A name of a CA stands for several keys',
    kinds: ['finding'],
    summary: 'a CA of {self} has a namesake, or another key, at another router',
    happened: 'Routers of the scenario hold certificates of CAs with one name and different keys.',
    why: 'It does not matter until such a certificate is asked for: IKEv1 by the name, which is ambiguous, IKEv2 by the key, which is not.',
    log: [],
    actor: 'whoever runs the CAs',
    remedy:
      'If it is one CA that changed its key, let every router authenticate it again. If they are two, rename one.',
    source: '§6 entries 24 and 25 [D]',
    entries: [24, 25],
  },
  'certificate-signature-invalid': {
    title: 'The signature on the certificate does not verify',
    kinds: failure,
    summary: '{self} holds another key of the CA than the one that signed the certificate of {peer}',
    happened:
      'A trustpoint of {self} has a CA of the right name, and the signature on the certificate does not verify with its key.',
    why: 'Either the certificate was altered, or the CA of that name is not the one that issued it.',
    log: certificateRefused,
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Compare the fingerprints of the CA certificates of both routers (`show crypto pki certificates verbose`), and authenticate again the one that is not what the CA publishes.',
    source: 'RFC 5280 §6.1; §6 entries 24 and 25 [D]',
    entries: [],
  },
  'key-pair-changed-after-enrolment': {
    title: 'The key pair is not the one that the certificate was issued for',
    kinds: failure,
    summary:
      '{peer} signs with another key than that of its certificate: the key pair was made anew after the enrolment',
    happened: 'The certificate of {peer} is good, and its signature does not verify with the key in it.',
    why: '`crypto key generate rsa` under the label in use, or `rsakeypair` with another label, replaces the key and leaves the certificate.',
    log: [
      ...self1('signature invalid!'),
      ...self2("Verification of peer's authentication data FAILED"),
      ...mainModeRefused,
      ...authenticationRefused,
    ],
    actor: 'the engineer of {peer}',
    remedy:
      'Enrol {peer} again, with the key pair that it is to keep; %PKI-3-KEY_CMP_MISMATCH in its own log tells of it. No change on {self} helps.',
    source: '§6 entry 26 [V] for the message, [I]',
    entries: [26],
  },
  'signature-invalid': {
    title: 'The signature of the peer does not verify',
    kinds: failure,
    summary: 'the signature of {peer} does not verify at {self}',
    happened: 'The certificate of {peer} is good, and the signature over the exchange does not verify with its key.',
    why: 'Whoever sends it does not hold the private key, or the message was altered on its way: that is what the signature is for.',
    log: [...mainModeRefused, ...authenticationRefused],
    actor: 'the engineer of {peer}',
    remedy: 'Find out who answers at that address. If it is {peer}, enrol it again with a new key pair.',
    source: 'RFC 2409 §5.1; RFC 7296 §2.15',
    entries: [],
  },
  'signature-hash-not-supported': {
    title: 'The hash of the signature is not supported',
    kinds: failure,
    summary: '{peer} signs with a hash that the release of {self} does not support',
    happened: '{peer} signed IKE_AUTH with a hash that {self} cannot check.',
    why: 'An RSA signature of method 1 means SHA-1 by the standard; newer releases sign with SHA-512 all the same (knob sig.v2Hash).',
    log: authenticationRefused,
    actor: 'the engineers of {self} and {peer} together',
    remedy: 'Bring both to releases that agree on the hash, or let the side that can choose sign with the older one.',
    source: '§6 entry 28, §2.11 [V]',
    entries: [28],
  },
  'signature-algorithm-not-supported': {
    title: 'The hash on the certificate is not supported',
    kinds: failure,
    summary: 'the certificate of {peer} is signed with an algorithm that the release of {self} does not support',
    happened: 'The CA of {peer} signs with a hash that {self} cannot check.',
    why: 'Old releases know MD5 and SHA-1 only. The side with the newer release sees nothing wrong, so the tunnel fails where the old one validates.',
    log: certificateRefused,
    actor: 'the engineers of {self} and {peer} together',
    remedy: 'Choose a certificate whose hash both know, or update the release of {self}.',
    source: '§6 entry 28 [S, V]',
    entries: [28],
  },
  'certificate-version-not-supported': {
    title: 'The version of X.509 is not supported',
    kinds: failure,
    summary: 'the certificate of {peer} has a version of X.509 that the release of {self} does not take',
    happened: 'The certificate of {peer} is of a version that {self} does not accept.',
    why: 'The document itself warns of certificates of version 1: not every release takes them from a peer.',
    log: certificateRefused,
    actor: 'the engineer of {peer}, with whoever runs its CA',
    remedy: 'Have the certificate issued as version 3, or choose another one.',
    source: '§6 entry 28 [S]',
    entries: [28],
  },
  'extended-key-usage-forbids-ike': {
    title: 'The extended key usage does not fit the role',
    kinds: failure,
    summary: 'the extended key usage of the certificate of {peer} does not let it play its role towards {self}',
    happened: 'The certificate of {peer} names usages, and the one for its role in this negotiation is not among them.',
    why: 'With Client Authentication alone a router may begin and not answer, or the other way round: half of the negotiations fail.',
    log: certificateRefused,
    actor: 'the engineer of {peer}, with whoever runs its CA',
    remedy:
      'Have it issued again with Server Authentication and Client Authentication, or with IPsec IKE, or without the extension.',
    source: '§6 entry 27 [V, a claim]',
    entries: [27],
  },
  'key-usage-forbids-signature': badlyIssued({
    title: 'The key usage forbids signatures',
    summary: 'the key usage of the certificate of {peer} does not allow it to sign',
    happened: 'The certificate carries a key usage without digitalSignature and nonRepudiation.',
    why: 'A key that is for encipherment only may not sign an exchange. CAs that issue usage keys give two certificates, one of each kind.',
    remedy: 'Enrol {peer} for general-purpose keys, or use the signing certificate of the two.',
  }),
  'key-usage-forbids-signing-certificates': badlyIssued({
    title: 'The key usage of a CA forbids it to issue certificates',
    summary: 'a certificate on the path of {peer} was issued by a CA whose key usage does not allow that',
    happened: 'The key usage of a CA on the path lacks keyCertSign.',
    why: 'Only a key that may sign certificates makes a CA.',
    remedy: 'Have the certificate of that CA issued again with keyCertSign, and authenticate it again.',
  }),
  'issuer-not-ca': badlyIssued({
    title: 'The issuer is no CA',
    summary: 'the certificate of {peer} was issued by something that is not marked as a CA',
    happened:
      'A certificate on the path was issued with a certificate that basicConstraints does not mark as that of a CA.',
    why: 'Without that mark any router with a certificate could issue others.',
    remedy: 'Enrol {peer} in a real CA, or have the certificate of the sub-CA issued with CA:TRUE.',
  }),
  'path-length-exceeded': badlyIssued({
    title: 'More CAs stand below a CA than it allows',
    summary: 'the path of the certificate of {peer} is longer than a CA on it allows',
    happened: 'A CA limits how many CAs may stand below it, and more do.',
    why: 'pathLenConstraint keeps a sub-CA from making further sub-CAs.',
    remedy: 'Enrol {peer} in a CA that may issue to it.',
  }),
  'unknown-critical-extension': badlyIssued({
    title: 'A critical extension is unknown',
    summary: 'the certificate of {peer} carries a critical extension that {self} does not know',
    happened: 'A certificate on the path has an extension that is marked critical and that {self} cannot judge.',
    why: 'Critical means: whoever does not understand it must refuse the certificate.',
    remedy: 'Have the certificate issued without the extension, or not critical.',
  }),
  'weak-key': badlyIssued({
    title: 'A key is too short',
    summary: 'a key on the path of the certificate of {peer} has less than 1024 bits',
    happened: 'An RSA key on the path is shorter than what is accepted.',
    why: 'Such keys can be broken: a signature with them proves nothing.',
    remedy: 'Make new keys of at least 2048 bits and enrol again.',
  }),
  'malformed-chain': badlyIssued({
    title: 'The chain cannot be used',
    summary: 'the chain of certificates that {peer} sent does not hang together',
    happened: '{peer} sent certificates from which no path can be built.',
    why: 'The leaf must come first, and each certificate be issued by the next.',
    remedy:
      'Look at what {peer} holds (`show crypto pki certificates`), and authenticate its CAs again from the root down.',
  }),
  'malformed-certificate': badlyIssued({
    title: 'The certificate cannot be read',
    summary: '{self} cannot read the certificate of {peer}',
    happened: 'The CERT payload holds something that is no X.509 certificate.',
    why: 'The message was altered, or the peer has a fault.',
    remedy: 'Import or enrol the certificate of {peer} again; look at the packet if it goes on.',
  }),
  'no-certificate': badlyIssued({
    title: 'The peer sent no certificate',
    summary: '{peer} sent no certificate to {self}',
    happened: '{peer} signed and sent no certificate that can be used.',
    why: 'IOS keeps no certificates of peers beforehand: without a CERT payload there is no key to check the signature with.',
    remedy:
      'Let {peer} send its certificate: other implementations have an option for it, `leftsendcert=always` in strongSwan.',
    source: 'RFC 2409 §5.1; RFC 7296 §3.6',
  }),
  'certificate-key-of-other-kind': badlyIssued({
    title: 'The key is of another kind than agreed',
    summary: 'the key in the certificate of {peer} is not of the kind agreed with {self}',
    happened: 'RSA signatures were agreed on and the certificate holds an EC key, or the other way round.',
    why: 'The method of authentication is agreed before certificates are sent.',
    remedy: 'Enrol {peer} with a key pair of the agreed kind, or agree on the other method on both sides.',
    source: 'RFC 4754; §1.2 [M-h]',
  }),
  'certificate-map-forbids': {
    title: 'A certificate map of the trustpoint keeps the certificate out',
    kinds: failure,
    summary: 'the trustpoint of {self} takes only certificates that fit its map, and that of {peer} does not',
    happened: 'The trustpoint that would validate the certificate has `match certificate`, and no map of it fits.',
    why: '`match certificate MAP` under a trustpoint limits what it validates, unless an action behind it says otherwise.',
    log: certificateRefused,
    actor: 'the engineer of {self}',
    remedy:
      'Compare the map with the subject and the issuer as `show crypto pki certificates` prints them, and widen it by what {peer} has; or have the certificate issued with the name that is expected.',
    source: '§1.7 [V]',
    entries: [],
  },
  'hash-and-url-not-allowed': byUrl({
    title: 'The peer names its certificate by a URL, and that may not be fetched',
    summary: '{peer} names its certificate by a URL, and {self} does not fetch it',
    happened: '{peer} sent the hash and the URL of its certificate; {self} does not fetch certificates.',
    remedy: '`no crypto ikev2 http-url cert` on {peer}, and on {self} so that it does not announce what it cannot do.',
  }),
  'hash-and-url-not-http': byUrl({
    title: 'The URL of the certificate is no HTTP URL',
    summary: '{peer} names its certificate by something that is no HTTP URL',
    happened: '{peer} named its certificate by a URL of another kind.',
    remedy: 'Only http:// is allowed there: mend the URL on {peer}, or send the certificate itself.',
  }),
  'hash-and-url-unreachable': byUrl({
    title: 'The certificate cannot be fetched from its URL',
    summary: '{self} cannot fetch the certificate of {peer} from the URL that {peer} names',
    happened: 'The server at the URL does not answer {self}, or answers with an error.',
    remedy: 'Make the server reachable from {self} outside the tunnel, or `no crypto ikev2 http-url cert` on both.',
  }),
  'hash-and-url-other-content': byUrl({
    title: 'The URL gives another certificate than announced',
    summary: 'what the URL of {peer} gives has another hash than {peer} announced',
    happened: 'What was fetched does not have the hash that stood beside the URL.',
    remedy: 'Put the certificate in use on the server: after a renewal the old one may still be there.',
  }),
}
