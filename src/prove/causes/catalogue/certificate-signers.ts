import type { Family } from './entry.ts'
import { authenticationRefused, certificateRefused, mainModeRefused, self1, self2 } from './log-lines.ts'

/** Who has signed a certificate, and with which key. */
export type CertificateSignersCode =
  | 'intermediate-ca-missing'
  | 'two-cas-of-one-name'
  | 'ca-key-changed'
  | 'ca-name-with-several-keys'
  | 'certificate-signature-invalid'
  | 'key-pair-changed-after-enrolment'
  | 'signature-invalid'
  | 'signature-hash-not-supported'
  | 'signature-algorithm-not-supported'

const failure = ['failure'] as const

export const certificateSigners: Family<CertificateSignersCode> = {
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
}
