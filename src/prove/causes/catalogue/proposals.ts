import type { Family } from './entry.ts'
import {
  authenticationRefused,
  childWithOtherSelectors,
  firstMessageRefused,
  noProposalChosen,
  peer2,
  quickModeRefused,
  self1,
  self2,
  silence,
} from './log-lines.ts'

/** What is proposed: policies, proposals, transform sets, traffic. */
export type ProposalCode =
  | 'no-common-policy'
  | 'no-common-ikev2-proposal'
  | 'authentication-method-mismatch'
  | 'ikev2-proposal-without-policy'
  | 'no-ikev2-policy'
  | 'dh-guess-corrected'
  | 'transform-mismatch'
  | 'pfs-mismatch'
  | 'proxy-identities-not-supported'
  | 'no-offer-for-flow'
  | 'flow-cannot-be-offered'
  | 'isakmp-disabled'
  | 'responder-only'

const failure = ['failure'] as const

export const proposals: Family<ProposalCode> = {
  'no-common-policy': {
    title: 'No ISAKMP policy is common to both',
    kinds: failure,
    summary: 'no ISAKMP policy of {self} equals one that {peer} offers',
    happened: '{self} compared every policy of its own with every transform of MM1, and none is equal.',
    why: 'Encryption with its key length, hash, group and method must all be equal; of the lifetimes the shorter counts. Lines that are left out take old defaults: DES, SHA, RSA signatures, group 1.',
    log: [...self1('atts are not acceptable. Next payload is …'), ...firstMessageRefused],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Add a policy with the same encryption, hash, group and authentication on both sides; `show crypto isakmp policy` shows the lines that are left out.',
    source: '§6 entry 16, §1.2 [V]',
    entries: [16],
  },
  'no-common-ikev2-proposal': {
    title: 'No IKEv2 proposal is common to both',
    kinds: failure,
    summary: '{self} and {peer} have no IKEv2 proposal in common',
    happened: 'No proposal of {self} shares an algorithm of each kind with one of {peer}.',
    why: 'A proposal lists alternatives of each kind; encryption, integrity, PRF and group must overlap. The group of the first guess is corrected, a group that is not listed is not.',
    log: noProposalChosen,
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Add the missing algorithm to one of the proposals: the log of {self} shows what it received and what it expected.',
    source: '§6 entry 16, §2.2 [V]',
    entries: [16],
  },
  'authentication-method-mismatch': {
    title: 'The methods of authentication differ',
    kinds: failure,
    summary: '{self} and {peer} authenticate by different methods',
    happened:
      'One side uses certificates and the other a shared key, or RSA and the other ECDSA; everything else fits.',
    why: 'In IKEv1 the method is part of the policy: no policy is equal then. In IKEv2 each side has its own, and the other must accept it with `authentication remote`. There is no optional method and no fallback.',
    log: [
      ...self1('Authentication method offered does not match policy!'),
      ...firstMessageRefused,
      ...authenticationRefused,
    ],
    actor: 'the engineers of {self} and {peer} together',
    remedy:
      'Set the same method on both sides. To migrate, keep a policy (IKEv1) or a profile (IKEv2) of either method for as long as it takes.',
    source: '§6 entry 19 [V]',
    entries: [19],
  },
  'ikev2-proposal-without-policy': {
    title: 'A proposal stands in no policy',
    kinds: ['failure', 'finding'],
    summary: 'an IKEv2 proposal that would fit is named by no policy, so it is not used',
    happened: 'A proposal of the user is named by no `crypto ikev2 policy`. The smart default is used in its place.',
    why: 'Only proposals of a policy are offered and accepted. Nothing warns of one that is not.',
    log: [...noProposalChosen],
    actor: 'the engineer of the router on which the proposal stands',
    remedy: 'Name it: `crypto ikev2 policy NAME`, `proposal NAME`; or delete it.',
    source: '§6 entry 20, §2.1 [V]',
    entries: [20],
  },
  'no-ikev2-policy': {
    title: 'No IKEv2 policy serves the local address',
    kinds: failure,
    summary: '{self} has no IKEv2 policy with a proposal for this address',
    happened:
      '{self} was to begin, and found no policy: none of its own serves the address, and the smart default is turned off.',
    why: '`match address local` and `match fvrf` limit a policy; `no crypto ikev2 policy default` or `no crypto ikev2 proposal default` take the default away.',
    log: self2('Searching Policy with fvrf 0, local address …'),
    actor: 'the engineer of {self}',
    remedy:
      'Add a policy that serves the address and names a proposal, or allow the default again (`crypto ikev2 policy default`).',
    source: '§2.1, §2.3 [V, M-m]',
    entries: [],
  },
  'dh-guess-corrected': {
    title: 'The first guess of a group is corrected',
    kinds: ['finding'],
    summary: '{peer} guessed another Diffie-Hellman group than {self} takes, and sent IKE_SA_INIT again',
    happened:
      '{self} answered IKE_SA_INIT with INVALID_KE_PAYLOAD; {peer} sent it again with the group that was asked for.',
    why: 'An initiator sends a public value of its first group before it knows which one the responder takes. It costs one round trip and is no fault.',
    log: [...peer2('NOTIFY(INVALID_KE_PAYLOAD)')],
    actor: 'nobody',
    remedy: 'Nothing. To save the round trip, list the same group first on both sides.',
    source: '§6 entry 17, §2.2 [V]; RFC 7296 §1.2',
    entries: [17],
  },
  'transform-mismatch': {
    title: 'No transform set is common to both',
    kinds: failure,
    summary: 'no transform set of {self} equals one that {peer} proposes',
    happened:
      'Phase 1 is authenticated. No transform set of {self} has the algorithms and the mode that {peer} proposes.',
    why: 'ESP encryption, its key length and authentication must be equal. In IKEv1 phase 1 stays (QM_IDLE) without phase 2; in IKEv2 on IOS-XE the IKE SA goes with its first child.',
    log: [
      ...self1('IPSEC(ipsec_process_proposal): transform proposal not supported for identity:'),
      ...quickModeRefused(256),
      ...self2('NOTIFY(NO_PROPOSAL_CHOSEN)'),
      ...peer2('Received no proposal chosen notify'),
    ],
    actor: 'the engineers of {self} and {peer} together',
    remedy: 'Configure the same `crypto ipsec transform-set` and mode on both sides, or let one side name both sets.',
    source: '§6 entry 18, §0.3 item 8 [V]',
    entries: [18],
  },
  'pfs-mismatch': {
    title: 'Perfect forward secrecy is not agreed on',
    kinds: failure,
    summary: '{self} and {peer} do not agree on perfect forward secrecy',
    happened:
      'One side demands a fresh Diffie-Hellman exchange in quick mode, and the other proposes none or another group.',
    why: 'Whoever has `set pfs` demands at least that; without it a proposal with PFS is accepted. So it fails from one side only.',
    log: quickModeRefused(256),
    actor: 'the engineers of {self} and {peer} together',
    remedy: 'Set the same `set pfs groupN` on both sides.',
    source: '§6 entry 18 [V]',
    entries: [18],
  },
  'proxy-identities-not-supported': {
    title: 'The traffic that is to be protected differs',
    kinds: ['failure', 'finding'],
    summary: 'no tunnel or crypto map entry of {self} has the proxy identities that {peer} proposes',
    happened: '{peer} proposes networks for which {self} has no tunnel and no crypto map entry.',
    why: 'The access lists of the two crypto maps must mirror each other; the responder takes what lies within its own, and nothing wider. The profile is right: the line of the profile check is missing from the log.',
    log: [
      ...self1(
        'map_db_find_best did not find matching map',
        'IPSEC(ipsec_process_proposal): proxy identities not supported',
      ),
      ...quickModeRefused(32),
      ...childWithOtherSelectors,
    ],
    actor: 'the engineers of {self} and {peer} together',
    remedy: 'Make the access lists mirrors of each other, line by line; a tunnel interface needs none.',
    source: '§5 [S]',
    entries: [],
  },
  'no-offer-for-flow': {
    title: 'There is nothing to propose for the traffic (IKEv1)',
    kinds: failure,
    summary: '{self} has nothing to propose for the traffic',
    happened: 'Phase 1 is up, and {self} has no transform set for the flow.',
    why: 'The crypto map entry or the ipsec profile names no transform set that can be used, and the default one is turned off.',
    log: [],
    actor: 'the engineer of {self}',
    remedy: 'Name a transform set: `set transform-set NAME`.',
    source: '§2.1 [V]',
    entries: [],
  },
  'flow-cannot-be-offered': {
    title: 'There is nothing to propose for the traffic (IKEv2)',
    kinds: failure,
    summary: '{self} has nothing to propose for the traffic',
    happened: '{self} has no transform set for its first child SA.',
    why: 'The crypto map entry or the ipsec profile names no transform set that can be used, and the default one is turned off.',
    log: self2('Auth exchange failed'),
    actor: 'the engineer of {self}',
    remedy: 'Name a transform set: `set transform-set NAME`.',
    source: '§2.1 [V]',
    entries: [],
  },
  'isakmp-disabled': {
    title: 'ISAKMP is turned off',
    kinds: ['failure', 'finding'],
    summary: 'ISAKMP is turned off on {self}: no crypto isakmp enable',
    happened: '{self} neither begins nor answers ISAKMP.',
    why: '`no crypto isakmp enable` stands in the configuration. A peer sees nothing but silence.',
    log: silence,
    actor: 'the engineer of {self}',
    remedy: '`crypto isakmp enable`.',
    source: '§1.1 [V]',
    entries: [],
  },
  'responder-only': {
    title: 'The router only answers',
    kinds: failure,
    summary: 'the ipsec profile of {self} says responder-only: it waits for the other end to begin',
    happened: '{self} has traffic for the tunnel and does not begin.',
    why: '`responder-only` stands in its ipsec profile: the router answers and never begins or renews.',
    log: [],
    actor: 'the engineer of {self}, if that is not meant',
    remedy: 'Let the other end begin, and keep it alive from there; or `no responder-only`.',
    source: '§2.1, §8 [V]',
    entries: [],
  },
}
