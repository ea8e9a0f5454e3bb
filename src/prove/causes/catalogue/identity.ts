import type { Family } from './entry.ts'
import {
  authenticationRefused,
  childWithOtherSelectors,
  noProfileFound,
  responder1,
  responder2,
  self1,
  self2,
  wrongProfile,
} from './log-lines.ts'

/** Who the peer is, and to which profile it is bound. */
export type IdentityCode =
  | 'overlapping-profile-bound'
  | 'profiles-overlap'
  | 'profile-did-not-match'
  | 'no-isakmp-profile-matches'
  | 'no-ikev2-profile-matches'
  | 'peer-identity-outside-profile'
  | 'catch-all-profile-of-other-method'
  | 'distinguished-name-without-certificate-map'
  | 'identity-without-domain'
  | 'identity-not-in-certificate'
  | 'profile-of-other-vrf-or-address'
  | 'no-identity'
  | 'no-ikev2-profile'

const failure = ['failure'] as const

export const identity: Family<IdentityCode> = {
  'overlapping-profile-bound': {
    title: 'Several profiles match the peer, and another than that of the tunnel is bound',
    kinds: failure,
    summary: 'several profiles of {self} match {peer}, and the one that binds is not that of the tunnel',
    happened:
      'The profile of the tunnel matches {peer}, and so does another one of {self}, which was taken. The tunnel belongs to a profile that is not bound, so its crypto map entry was passed over.',
    why: 'Where several profiles match, the most specific is taken; where they match alike, sources disagree which. Only the responder searches, so the other direction works.',
    log: [...wrongProfile, ...childWithOtherSelectors, ...self2('map_db_check_isakmp_profile profile did not match')],
    actor: 'the engineer of {self}',
    remedy:
      'Make the match statements disjoint: delete the profile that nobody needs, or narrow it (a full identity, a certificate map, a local address).',
    source: '§6 entry 4, §0.3 item 10, §5 [S]',
    entries: [4],
  },
  'profiles-overlap': {
    title: 'Several profiles match the same peer',
    kinds: ['finding'],
    summary: 'several profiles of {self} match {peer}; which of them binds is hard to predict',
    happened:
      'More than one profile matches the identity of {peer}. Today the right one is bound, or it makes no difference.',
    why: 'Documents and reports disagree on which profile is taken then: the most specific, the last, the first, or none.',
    log: [...self2("found matching IKEv2 profile '…'"), ...self1('peer matches … profile')],
    actor: 'the engineer of {self}',
    remedy: 'Make the match statements disjoint.',
    source: '§6 entry 4, §0.3 item 10 [S]',
    entries: [4],
  },
  'profile-did-not-match': {
    title: 'The tunnel belongs to another profile than the one that is bound',
    kinds: failure,
    summary: 'the tunnel of {self} belongs to another profile than the one that {peer} was bound to',
    happened:
      '{self} bound {peer} to a profile by its identity. The tunnel or crypto map entry that leads to {peer} names another one, so it was passed over and nothing was left.',
    why: 'The profile on the tunnel is compared with the profile of the IKE SA before the traffic is. It is the responder that compares: the other direction may work.',
    log: [...wrongProfile, ...childWithOtherSelectors, ...self2('map_db_check_isakmp_profile profile did not match')],
    actor: 'the engineer of {self}',
    remedy:
      'Let the tunnel name the profile that matches the identity of {peer} (`set isakmp-profile` or `set ikev2-profile`), or move the match statement into the profile of the tunnel.',
    source: '§6 entry 5, §5 [S, V]',
    entries: [5],
  },
  'no-isakmp-profile-matches': {
    title: 'No ISAKMP profile matches the identity of the peer',
    kinds: failure,
    summary: 'no ISAKMP profile of {self} matches the identity of {peer}, and the tunnel of {self} belongs to one',
    happened:
      'Phase 1 came up without a profile. Then quick mode found no crypto map entry: the tunnel names a profile, and none is bound.',
    why: 'In IKEv1 an identity that fits no profile is no reason to refuse: phase 1 goes on with the global trustpoints. The profile on the tunnel is compared later.',
    log: [...responder1('peer matches *none* of the profiles'), ...wrongProfile],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Let {peer} send the identity that {self} expects (`self-identity`, `crypto isakmp identity`), or add a `match identity` statement for what it sends.',
    source: '§1.6 [V], §5 [I]; §6 entry 5',
    entries: [5],
  },
  'no-ikev2-profile-matches': {
    title: 'No IKEv2 profile matches the identity of the peer',
    kinds: failure,
    summary: 'no IKEv2 profile of {self} matches the identity of {peer}',
    happened: '{self} searched its IKEv2 profiles by the identity and the certificate of {peer}, and none fits.',
    why: 'In IKEv2 a profile is needed to authenticate at all: without one the peer is refused.',
    log: noProfileFound,
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Compare the identity in the first line of the log with the `match identity remote` lines of {self}. Mend `identity local` on {peer}, or add a match statement.',
    source: '§2.9 [S, V]',
    entries: [],
  },
  'peer-identity-outside-profile': {
    title: 'The responder is not whom the initiator expects',
    kinds: failure,
    summary: 'the identity of {peer} matches no statement of the profile that {self} used',
    happened:
      '{self} began with the profile of its tunnel. {peer} answered with an identity that this profile does not match, and {self} dropped the answer.',
    why: 'The initiator knows with whom it wants to speak. In IKEv2 it tells nobody that it refuses: {peer} is READY, holds ESP SAs and encrypts, and {self} logs %CRYPTO-4-RECVD_PKT_INV_SPI for what arrives: half-open. What IKEv1 does is not documented (knob v1.initiatorIdCheck).',
    log: [...self1('peer matches *none* of the profiles'), ...noProfileFound],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Mend `match identity remote` on {self}, or `identity local` on {peer}; then clear the SA on {peer} (`clear crypto ikev2 sa`), which keeps it otherwise until DPD or the lifetime ends it.',
    source: '§6 entry 15, §0.3 item 7 [V] for IKEv2, §1.6 [I] for IKEv1',
    entries: [15],
  },
  'catch-all-profile-of-other-method': {
    title: 'A profile with another method of authentication catches the peer',
    kinds: failure,
    summary: 'a profile of {self} with another method of authentication matches {peer} before that of the tunnel does',
    happened:
      'A profile of {self} that is meant for others, with a statement that matches {peer} too, was bound; it asks for another method than {peer} uses.',
    why: 'A profile is chosen by identity alone, not by the method of the peer. One that matches anybody, or a whole network, takes every peer that nobody claims more closely.',
    log: [...responder2("found matching IKEv2 profile '…'"), ...authenticationRefused],
    actor: 'the engineer of {self}',
    remedy:
      'Give both profiles narrow match statements: the full identity, or `match certificate MAP` for peers that use certificates; keep `match identity remote any` out of profiles with a shared key.',
    source: '§6 entry 6 [V]',
    entries: [6],
  },
  'distinguished-name-without-certificate-map': {
    title: 'The peer sends its distinguished name, and no certificate map matches it',
    kinds: failure,
    summary: '{peer} calls itself by its distinguished name, and the profile of {self} has no certificate map for it',
    happened:
      'The identity of {peer} is the subject of its certificate. The profile of {self} matches addresses or names.',
    why: 'No `match identity` statement but `any` fits a distinguished name: that takes a certificate map. An ASA with a certificate sends its DN by default; IOS does with `identity local dn` or `crypto isakmp identity dn`.',
    log: [
      ...self2("Searching policy based on peer's identity '…' of type 'DER ASN1 DN'"),
      ...self2('%Profile could not be found by peer certificate.'),
      ...noProfileFound,
      ...responder1('peer matches *none* of the profiles'),
    ],
    actor: 'the engineer of {self}, or that of {peer}',
    remedy:
      'Add `crypto pki certificate map` with the subject of {peer} and `match certificate MAP` to the profile of {self}; or let {peer} send an address or a name (`identity local`, on an ASA `crypto isakmp identity address`).',
    source: '§6 entry 8, §1.5, §2.9 [V]',
    entries: [8],
  },
  'identity-without-domain': {
    title: 'The host name is sent without its domain',
    kinds: failure,
    summary: '{peer} calls itself by its bare host name, and {self} expects it with the domain',
    happened: '{peer} identifies itself by its host name alone. {self} has a statement for the name with its domain.',
    why: '`self-identity fqdn` without a name sends host name and `ip domain name`. Without a domain only the host name is left. Certificates enrolled in that state carry the bare name too.',
    log: [...responder1('peer matches *none* of the profiles'), ...noProfileFound],
    actor: 'the engineer of {peer}',
    remedy:
      'Configure `ip domain name`, or give the name in full: `self-identity fqdn NAME`, `identity local fqdn NAME`.',
    source: '§6 entry 29, §1.4 [I, V]',
    entries: [29],
  },
  'identity-not-in-certificate': {
    title: 'The identity does not stand in the certificate',
    kinds: ['finding'],
    summary: '{peer} calls itself by a name or an address that its certificate does not carry',
    happened: '{self} found no trace of the identity of {peer} in its certificate, logged that, and went on.',
    why: 'IOS compares the two and does not insist. Other implementations do: strongSwan and Windows refuse.',
    log: self1('%CRYPTO-6-IKMP_NO_ID_CERT_…_MATCH: ID of … (type …) and certificate …'),
    actor: 'the engineer of {peer}',
    remedy:
      'Enrol {peer} with the name or address that it sends (`fqdn`, `ip-address`, `subject-alt-name`), when it is renewed anyway.',
    source: '§6 entry 9, §0.3 item 6 [V]',
    entries: [9],
  },
  'profile-of-other-vrf-or-address': {
    title: 'The profile serves another VRF or another local address',
    kinds: failure,
    summary:
      'a profile of {self} matches {peer}, and serves another VRF or another local address than the packets come to',
    happened:
      'A profile of {self} matches the identity of {peer}. It was left out because it serves another VRF or local address.',
    why: '`match fvrf`, `match address local`, `local-address` and a VRF behind `match identity` are conditions of their own, beside the identity. Without `match fvrf` an IKEv2 profile serves the global table only.',
    log: [...noProfileFound, ...responder1('peer matches *none* of the profiles')],
    actor: 'the engineer of {self}',
    remedy:
      'Set `match fvrf` (or `match fvrf any`) and `match address local` to where the packets of {peer} come in; in IKEv1 the VRF behind `match identity` and the keyring’s.',
    source: '§6 entry 31, §2.9 [M-m], §1.4 [V]',
    entries: [31],
  },
  'no-identity': {
    title: 'The peer says not who it is',
    kinds: failure,
    summary: '{peer} sent no identity to {self}',
    happened: 'IKE_AUTH of {peer} holds no ID payload.',
    why: 'A responder may leave IDr out only where it has none; authentication covers the identity.',
    log: authenticationRefused,
    actor: 'the engineer of {peer}',
    remedy: 'Configure an identity on {peer} (`identity local`); look at the packet if it goes on.',
    source: 'RFC 7296 §2.15, §3.5',
    entries: [],
  },
  'no-ikev2-profile': {
    title: 'The tunnel names no IKEv2 profile',
    kinds: failure,
    summary: 'the tunnel of {self} names no IKEv2 profile',
    happened: '{self} was to begin, and its tunnel names no IKEv2 profile that exists.',
    why: 'IKEv2 has no default profile: nothing says how to authenticate.',
    log: [],
    actor: 'the engineer of {self}',
    remedy: 'Add `set ikev2-profile NAME` to the ipsec profile or the crypto map entry.',
    source: '§2.1 [M-h]',
    entries: [],
  },
}
