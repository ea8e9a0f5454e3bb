import type { CauseEntry, Family } from './entry.ts'
import { certificateRefused, nothingToSignWith, peer1, peer2, self1, self2 } from './log-lines.ts'

/** Which certificate is asked for, which one is sent, and who trusts it. */
export type CertificateChoiceCode =
  | 'certificate-outside-profile-trustpoints'
  | 'initiator-profile-without-trustpoint'
  | 'no-certificate-for-any-request'
  | 'no-certificate-to-send'
  | 'no-suitable-trustpoint'
  | 'trustpoint-without-certificate'
  | 'enrolment-pending'
  | 'enrolment-rejected'
  | 'trustpoints-of-one-ca'
  | 'certificate-of-built-in-ca'
  | 'enrolment-order-decides'
  | 'roles-swap-at-rekey'
  | 'certificate-expires'

const unanswered = (what: 'pending' | 'rejected'): CauseEntry => ({
  title: `A certificate was requested, and the request is ${what}`,
  kinds: ['finding'],
  summary: `a trustpoint of {self} has sent a request for a certificate that is ${what}`,
  happened: `{self} has authenticated a CA and asked it for a certificate; the request is ${what}.`,
  why: 'A trustpoint with nothing but the certificate of its CA still adds a CERTREQ to what the router sends: peers that hold a certificate of that CA may choose it. The router itself can never sign with such a trustpoint.',
  log: [],
  actor: `whoever runs the CA, and {self}`,
  remedy:
    what === 'pending'
      ? 'Grant the request at the CA, and wait for the next poll of {self} (`show crypto pki certificates` says Pending until then).'
      : 'Look up the reason in the log (%PKI-6-CERTREJECT, Fail Info), mend the challenge password or the subject, and enrol again.',
  source: '§6 entry 30, §3.1 [I], rejection [V]',
  entries: [30],
})

export const certificateChoice: Family<CertificateChoiceCode> = {
  'certificate-outside-profile-trustpoints': {
    title: 'The trust points of the profiles are not the same on both sides',
    kinds: ['failure'],
    summary:
      '{peer} signs with a certificate of a CA that {self} knows, but that the profile bound to {peer} does not trust',
    happened:
      '{peer} chose a certificate of a CA for which {self} had asked. The profile to which {self} then bound {peer} lists other trust points, so the certificate was refused.',
    why: 'A router asks for every CA that it knows, the newest certificate first, while it does not know the profile yet; the identity that tells the profile comes in the same message as the certificate. A router that is limited by no list answers the first request that it can. Where the lists of the two sides differ, what is asked for and what is trusted differ, and from which side the tunnel comes up depends on the order of enrolment.',
    log: [...self1('No suitable trustpoints found'), ...self2('No suitable trustpoints found'), ...certificateRefused],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Give the profiles of both sides the same list: the same `ca trust-point` lines (IKEv1) or `pki trustpoint` lines (IKEv2); where {peer} initiates, a list in its profile alone is enough. Enrolling again in another order mends it only until the next renewal.',
    source: '§6 entries 1 and 2, §1.8, §2.8 [S]',
    entries: [1, 2],
  },
  'initiator-profile-without-trustpoint': {
    title: 'The IKEv2 profile of the initiator names no trustpoint',
    kinds: ['failure'],
    summary: 'the IKEv2 profile of {self} names no pki trustpoint, and an initiator cannot sign without one',
    happened: '{self} began, was told for which CAs {peer} asks, and could not build its CERT payload.',
    why: 'A responder without `pki trustpoint` may use any trustpoint; an initiator may not. So the same profile works while the other side begins.',
    log: [
      ...self2(
        "[PKI -> IKEv2] Retrieved trustpoint(s): '…'",
        'Failed to build certificate payload',
        'Auth exchange failed',
      ),
      ...peer2('Auth exchange failed'),
    ],
    actor: 'the engineer of {self}',
    remedy: 'Add `pki trustpoint NAME` to the IKEv2 profile of {self}, with the trustpoint that {peer} can validate.',
    source: '§6 entry 3, §2.8 [S]',
    entries: [3],
  },
  'no-certificate-for-any-request': {
    title: 'No certificate of a CA that the peer asks for (IKEv1)',
    kinds: ['failure'],
    summary: '{self} holds no certificate from a CA that {peer} asks for',
    happened: 'None of the CERTREQs of {peer} names a CA of which {self} holds a certificate that it may send.',
    why: 'A router signs with its certificate of the first CA that the peer names and from which it holds one; an initiator looks only among the trust points of its profile. What IOS does where none fits is not documented (knob v1.noCertreqMatch).',
    log: nothingToSignWith,
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Agree on one CA: enrol {self} in a CA for which {peer} asks, or let {peer} authenticate the CA of {self}; then list it as `ca trust-point` in both profiles.',
    source: '§1.8 [S], without a match [M-l]',
    entries: [],
  },
  'no-certificate-to-send': {
    title: 'No certificate of a CA that the peer asks for (IKEv2)',
    kinds: ['failure'],
    summary: '{self} holds no certificate that its profile allows from a CA that {peer} asks for',
    happened:
      'None of the key hashes in the CERTREQ of {peer} is that of a CA with which the profile of {self} may sign.',
    why: 'CERTREQ in IKEv2 names CAs by the hash of their keys. A router signs with the first whose trustpoint its profile allows to sign and that holds a certificate.',
    log: [...self2('[PKI -> IKEv2] Retrieved trustpoint(s): NONE'), ...nothingToSignWith],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Let the profile of {self} sign with a trustpoint whose CA {peer} knows (`pki trustpoint NAME`, or `… sign`), or let the profile of {peer} verify with the CA of {self} (`pki trustpoint NAME verify`).',
    source: '§2.8 [S], without a match [M-l]',
    entries: [],
  },
  'no-suitable-trustpoint': {
    title: 'The CA of the peer is unknown',
    kinds: ['failure'],
    summary: '{self} has no trustpoint for the CA that issued the certificate of {peer}',
    happened: '{peer} signed with a certificate of a CA that no trustpoint of {self} holds.',
    why: 'A certificate is validated up to the CA of a trustpoint. That {self} never asked for this CA does not keep {peer} from sending such a certificate where nothing else fits.',
    log: [...self1('No suitable trustpoints found'), ...self2('No suitable trustpoints found'), ...certificateRefused],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Enrol {peer} in a CA that {self} knows. Only where that CA is to be trusted: add a trustpoint for it on {self} and authenticate it (`crypto pki authenticate`), and compare the fingerprint.',
    source: '§1.8, §4.8 [S]',
    entries: [],
  },
  'trustpoint-without-certificate': {
    title: 'A trustpoint holds the certificate of its CA and none of its own',
    kinds: ['failure'],
    summary: 'a trustpoint for a CA that both ends know was never enrolled, so its router cannot sign with it',
    happened:
      'Both ends know the CA on which they should meet, and one of them was never enrolled in it: it cannot sign, or it signs with something else that is refused.',
    why: 'A trustpoint that was authenticated adds a CERTREQ whether it is enrolled or not. It advertises trust, and can never sign.',
    log: [
      ...self1('%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at …'),
      ...self2('Auth exchange failed'),
    ],
    actor: 'the engineer of the router without the certificate',
    remedy:
      'Enrol the trustpoint (`crypto pki enroll NAME`), or find out what became of the request: `show crypto pki certificates` shows the CA certificate only, and %PKI-6-CERTREJECT tells of a refusal.',
    source: '§6 entry 30, §3.1 [I], rejection [V]',
    entries: [30],
  },
  'enrolment-pending': unanswered('pending'),
  'enrolment-rejected': unanswered('rejected'),
  'trustpoints-of-one-ca': {
    title: 'Two trustpoints are enrolled in the same CA',
    kinds: ['failure', 'finding'],
    summary: 'the router that signs has two trustpoints of one CA, and takes the certificate that was not meant',
    happened:
      'The router holds two certificates of one CA. The one that it sent was refused; the other would have been accepted.',
    why: 'A CERTREQ names a CA and cannot tell two trustpoints of it apart: the last defined is taken. Cisco does not support IPsec with two trustpoints of one CA server.',
    log: [...peer1("using the … trustpoint's keypair to sign"), ...peer2('Getting cert chain for the trustpoint …')],
    actor: 'the engineer of the router that has both',
    remedy:
      'Keep one trustpoint for each CA: remove the other with its certificate, or enrol it in a CA of another name.',
    source: '§6 entry 7, §0.3 item 5 [V]',
    entries: [7],
  },
  'certificate-of-built-in-ca': {
    title: 'The certificate is of a CA that is built into IOS',
    kinds: ['failure'],
    summary:
      '{peer} signs with a certificate of a CA that is built into IOS: {self} asks for it, and no trustpoint of {self} validates it',
    happened:
      '{peer} answered the request for one of the CAs that are built into IOS, with the certificate that came with the device or that signs itself. No trustpoint of {self} holds that CA.',
    why: 'Without a list every router asks for the built-in CAs too, behind its own. A peer that holds nothing better, or nothing else, answers that request.',
    log: [...self1('No suitable trustpoints found'), ...self2('No suitable trustpoints found'), ...certificateRefused],
    actor: 'the engineer of {peer}',
    remedy:
      'Name the trustpoint that is meant in the profile of {peer}: `ca trust-point` (IKEv1) or `pki trustpoint` (IKEv2). Enrol {peer} in a CA that {self} trusts if it has not been.',
    source: '§6 entry 23, §3.6 [I]',
    entries: [23],
  },
  'enrolment-order-decides': {
    title: 'The order of enrolment decides, and a renewal changes it',
    kinds: ['risk'],
    summary: 'a renewal, a new trustpoint or a reload changes from which side the tunnel comes up',
    happened:
      'Nothing yet. When a certificate is renewed, a trustpoint is added for another purpose, or the store is restored in another order, the newest certificate is another one, and with it the first request.',
    why: 'CERTREQs are sent in the order of the store, newest certificate first. Without lists on both sides the first request decides with which certificate the other side signs.',
    log: [...self1('constructing CERT_REQ for issuer …')],
    actor: 'the engineers of both ends',
    remedy:
      'Name the trust points in the profiles of both sides, so that the order no longer counts; watch the days on which certificates are renewed until then.',
    source: '§6 entry 21, §0.3 items 3 and 4 [I from S]',
    entries: [21],
  },
  'roles-swap-at-rekey': {
    title: 'The tunnel comes up from one side only, and either side begins the next phase 1',
    kinds: ['risk'],
    summary: 'once phase 1 ends the other side may begin the next one, and from there it does not come up',
    happened:
      'Nothing yet. The tunnel is up, begun by the side from which it comes up. When phase 1 ends, up to a day later, either end may begin the next one.',
    why: 'IKEv1 renews phase 1 by a new main mode, begun by whoever needs it first: with roles swapped the same configurations make other choices.',
    log: [],
    actor: 'the engineers of both ends',
    remedy: 'Mend the direction that fails even if nobody uses it today: its cause is named where it is told.',
    source: '§6 entry 22 [I]',
    entries: [22],
  },
  'certificate-expires': {
    title: 'A certificate on which the tunnel rests expires',
    kinds: ['risk'],
    summary: 'on the day on which this certificate ends, the tunnel does not come up any more',
    happened: 'Nothing yet. On the day that is named a certificate ends that one of the directions rests on.',
    why: 'Dates are compared when a certificate is validated: what is up stays up until phase 1 is renewed, and fails then.',
    log: [],
    actor: 'the engineer of the router that is named',
    remedy:
      'Renew it before that day (`auto-enroll 70 regenerate`), and prove with `--what-if renew:ROUTER:TRUSTPOINT` that the renewal does not change the order of the store for the worse.',
    source: '§6 entry 11 [V], §6 entry 21 [I from S]',
    entries: [],
  },
}
