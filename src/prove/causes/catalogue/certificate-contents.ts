import type { CauseEntry, Family } from './entry.ts'
import { certificateRefused } from './log-lines.ts'

/** What stands in a certificate, and what a router cannot use of it. */
export type CertificateContentsCode =
  | 'certificate-version-not-supported'
  | 'extended-key-usage-forbids-ike'
  | 'key-usage-forbids-signature'
  | 'key-usage-forbids-signing-certificates'
  | 'issuer-not-ca'
  | 'path-length-exceeded'
  | 'unknown-critical-extension'
  | 'weak-key'
  | 'malformed-certificate'
  | 'no-certificate'
  | 'certificate-key-of-other-kind'
  | 'certificate-map-forbids'

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

export const certificateContents: Family<CertificateContentsCode> = {
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
}
