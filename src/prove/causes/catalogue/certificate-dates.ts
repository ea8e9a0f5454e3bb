import type { Family } from './entry.ts'
import { certificateRefused, self1, self2 } from './log-lines.ts'

/** The dates of a certificate, and whether it has been revoked. */
export type CertificateDatesCode =
  | 'expired'
  | 'not-yet-valid'
  | 'clock-wrong'
  | 'revoked'
  | 'revocation-status-unknown'
  | 'ocsp-answer-unknown'

const failure = ['failure'] as const

export const certificateDates: Family<CertificateDatesCode> = {
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
}
