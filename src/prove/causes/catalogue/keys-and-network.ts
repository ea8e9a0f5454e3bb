import type { Family } from './entry.ts'
import { authenticationRefused, mainModeRefused, peer1, repeats, self1, self2 } from './log-lines.ts'

/** Shared keys. */
export type SharedKeyCode =
  | 'no-authentication-material'
  | 'no-preshared-key'
  | 'preshared-key-outside-profile-keyrings'
  | 'cannot-decrypt'
  | 'authentication-hash-invalid'
  | 'no-shared-key'
  | 'shared-key-mismatch'
  | 'eap-not-supported'
  | 'profile-without-authentication'

/** What becomes of the packets. */
export type NetworkFamilyCode = 'peer-unreachable' | 'fragments-dropped' | 'tunnel-vrf-differs' | 'no-answer'

const failure = ['failure'] as const
const both = 'the engineers of {self} and {peer} together'
const own = 'the engineer of {self}'

export const sharedKeys: Family<SharedKeyCode> = {
  'no-authentication-material': {
    title: 'There is neither a key nor a certificate',
    kinds: failure,
    summary: '{self} has neither a pre-shared key nor an identity certificate for any of its ISAKMP policies',
    happened: '{self} was to begin, and has nothing to authenticate with under any of its policies.',
    why: 'A policy is offered only where something goes with it: a key for the address of the peer, or a certificate of the right kind.',
    log: self1('No Cert or pre-shared address key.', 'construct_initial_message: Can not start Main mode'),
    actor: own,
    remedy:
      'Enrol a trustpoint (`crypto pki enroll`), or configure the key of {peer} in a keyring that the profile names.',
    source: '§1.8, §1.9 [V]',
    entries: [],
  },
  'no-preshared-key': {
    title: 'There is no shared key for the peer (IKEv1)',
    kinds: failure,
    summary: '{self} has no pre-shared key for {peer}',
    happened: 'A policy with a shared key was agreed on, and no keyring of {self} has one for the address of {peer}.',
    why: 'The responder needs the key before it knows the profile: it looks in every keyring by the address that the packets come from, which NAT may have changed.',
    log: [
      ...self1('No pre-shared key with …!'),
      ...peer1('deleting SA reason "Death by retransmission P1" state (I) …'),
    ],
    actor: own,
    remedy: 'Add `pre-shared-key address` for the address from which {peer} is seen.',
    source: '§1.9 [V]',
    entries: [],
  },
  'preshared-key-outside-profile-keyrings': {
    title: 'The key is in a keyring that the profile does not name',
    kinds: failure,
    summary: 'the key with which {self} spoke to {peer} is in a keyring that the bound profile does not name',
    happened: '{self} found a key by address in one keyring, and then bound {peer} to a profile that names others.',
    why: 'The key is needed two messages before the identity tells the profile. It is the twin of the certificate that the profile does not trust, and as one-sided.',
    log: mainModeRefused,
    actor: own,
    remedy: 'Keep one keyring for each peer address, and let the profile that matches the peer name it.',
    source: '§1.9 [V]; Cisco 117259',
    entries: [],
  },
  'cannot-decrypt': {
    title: 'The shared keys differ (IKEv1)',
    kinds: failure,
    summary: '{self} cannot decrypt what {peer} sends: the keys differ',
    happened: 'MM5 of {peer} makes no sense when it is decrypted.',
    why: 'With shared keys the key is part of what the messages are encrypted with: another key shows as garbage, not as a refusal.',
    log: [
      ...self1('%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from … failed its sanity check or is malformed'),
      ...peer1('deleting SA reason "Death by retransmission P1" state (I) MM_KEY_EXCH (peer …)'),
    ],
    actor: both,
    remedy: 'Enter the same key on both sides; look for blanks at its end.',
    source: '§4.5 [V]; RFC 2409 §5.4',
    entries: [],
  },
  'authentication-hash-invalid': {
    title: 'The proof of the shared key does not hold',
    kinds: failure,
    summary: 'the hash with which {peer} proves its key does not verify at {self}',
    happened: 'The message of {peer} could be decrypted, and its hash is wrong.',
    why: 'Something that the hash covers was changed on the way, or somebody else answers.',
    log: mainModeRefused,
    actor: both,
    remedy: 'Look for a device between them that rewrites ISAKMP; compare the keys.',
    source: 'RFC 2409 §5',
    entries: [],
  },
  'no-shared-key': {
    title: 'There is no shared key for the peer (IKEv2)',
    kinds: failure,
    summary: '{self} has no shared key for {peer}',
    happened:
      'The profile of {self} authenticates with a shared key, and neither it nor its keyring has one for {peer}.',
    why: 'A key in the profile comes first, then the keyring that it names: by address, then by identity.',
    log: self2('Auth exchange failed'),
    actor: own,
    remedy:
      'Add a `peer` with the address and the key to the keyring, and name the keyring in the profile (`keyring local NAME`).',
    source: '§2.4 [V]',
    entries: [],
  },
  'shared-key-mismatch': {
    title: 'The shared keys differ (IKEv2)',
    kinds: failure,
    summary: '{self} and {peer} have different shared keys',
    happened: 'AUTH of {peer} does not verify with the key that {self} has for it.',
    why: 'Local and remote keys may differ by design in IKEv2: what one side calls local the other must call remote.',
    log: authenticationRefused,
    actor: both,
    remedy: 'Enter the same key on both sides, or crosswise where local and remote keys differ.',
    source: '§2.4 [V]; RFC 7296 §2.15',
    entries: [],
  },
  'eap-not-supported': {
    title: 'EAP is asked for',
    kinds: failure,
    summary: 'EAP between {self} and {peer} is not modelled',
    happened: 'A profile wants EAP, or the peer sends no AUTH because it does.',
    why: 'EAP needs a server behind the router. Between two routers it is no choice, and here it is not modelled: the verdict says so instead of guessing.',
    log: self2('Auth exchange failed'),
    actor: own,
    remedy: 'Use signatures or a shared key between routers.',
    source: '§2.5 [V]',
    entries: [],
  },
  'profile-without-authentication': {
    title: 'The IKEv2 profile says not how to authenticate',
    kinds: failure,
    summary: 'the IKEv2 profile of {self} has no authentication local',
    happened: '{self} has to prove who it is, and its profile names no method.',
    why: 'Exactly one `authentication local` makes a profile complete; nothing is assumed.',
    log: self2('Auth exchange failed'),
    actor: own,
    remedy: 'Add `authentication local rsa-sig` (or `pre-share`, `ecdsa-sig`) to the profile.',
    source: '§2.5 [V]',
    entries: [],
  },
}

export const network: Family<NetworkFamilyCode> = {
  'peer-unreachable': {
    title: 'Packets do not arrive',
    kinds: failure,
    summary: 'packets of {self} do not reach {peer}, or those of {peer} do not come back',
    happened: 'A router on the way has no route for the packets of the negotiation, or drops them.',
    why: 'IKE needs the addresses of both ends to reach each other outside the tunnel: UDP 500, UDP 4500 and ESP.',
    log: repeats('MM_NO_STATE'),
    actor: 'the engineer of the router that drops',
    remedy:
      'Add the route; allow UDP 500 and 4500 and ESP. A route to the peer must not lead through the tunnel itself.',
    source: 'RFC 2408 §2.5; §5 [I]',
    entries: [],
  },
  'fragments-dropped': {
    title: 'Fragments of a large message are lost',
    kinds: failure,
    summary: 'a message with certificates is larger than a packet, and the network drops its fragments',
    happened:
      'MM5, MM6 or IKE_AUTH did not fit a packet. Its IP fragments are dropped on the way, so it never arrives whole.',
    why: 'A certificate, and more so a chain, makes these messages larger than the MTU. Firewalls and control-plane policing drop IP fragments. The log of the receiver shows no PKI line at all: small messages pass, and pings too.',
    log: repeats('MM_KEY_EXCH'),
    actor: both,
    remedy:
      'Let IKE fragment its messages itself, on both sides: `crypto ikev2 fragmentation mtu 1400`, `crypto isakmp fragmentation`. Or let fragments pass, or use a smaller chain.',
    source: '§6 entry 14, §0.3 item 8 [V]',
    entries: [14],
  },
  'tunnel-vrf-differs': {
    title: 'The tunnel routes its packets in another VRF than that of its source',
    kinds: failure,
    summary: 'the tunnel of {self} routes its packets in another VRF than that of its source: nothing leaves',
    happened: 'The source interface of the tunnel stands in one VRF, and the tunnel sends in another.',
    why: 'The packets of a tunnel, and those of IKE for it, are routed in the VRF that `tunnel vrf` names, the front-door VRF; without the line in the global table.',
    log: [],
    actor: own,
    remedy: 'Add `tunnel vrf NAME` with the VRF of the source interface, and `match fvrf NAME` to the profile.',
    source: '§6 entry 31, §2.9 [M-m]',
    entries: [31],
  },
  'no-answer': {
    title: 'Nobody answers',
    kinds: failure,
    summary: '{peer} never answered {self}',
    happened: '{self} repeated its message until it gave up.',
    why: 'The packets arrived somewhere, and nobody there speaks this version of IKE, or does not want to.',
    log: repeats('MM_NO_STATE'),
    actor: both,
    remedy:
      'Look at whether {peer} has the tunnel configured and receives the packets (`debug crypto isakmp`, a capture).',
    source: 'RFC 2408 §2.5; RFC 7296 §2.4',
    entries: [],
  },
}
