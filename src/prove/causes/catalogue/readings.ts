import type { Family } from './entry.ts'

/** What the reader of a configuration has to say of a line. */
export type ReadingCode =
  | 'not-modelled'
  | 'dangling-reference'
  | 'incomplete'
  | 'weak'
  | 'flow-without-effect'
  | 'too-many-cases'
  | 'peer-not-in-scenario'

const finding = ['finding'] as const
const actor = 'the engineer of {self}'

export const readings: Family<ReadingCode> = {
  'not-modelled': {
    title: 'A line is not taken into account',
    kinds: finding,
    summary: 'a crypto line in the configuration of {self} is not modelled, and is not taken into account',
    happened: 'The configuration has a line on cryptography that this program does not act upon.',
    why: 'A verdict that ignores a line in silence is worth nothing: it is named, and the verdict holds for the rest.',
    log: [],
    actor,
    remedy: 'Judge whether the line bears on the tunnel; docs/model.md says what is modelled.',
    source: 'docs/model.md',
    entries: [],
  },
  'dangling-reference': {
    title: 'A name leads nowhere',
    kinds: finding,
    summary: 'a line of {self} names something that its configuration does not define',
    happened: 'A line names a profile, a trustpoint, a map or a list that does not exist.',
    why: 'IOS accepts the line and acts as if it were not there, or refuses later.',
    log: [],
    actor,
    remedy: 'Define what is named, or mend the name.',
    source: '§8',
    entries: [],
  },
  incomplete: {
    title: 'Something is incomplete or ambiguous',
    kinds: finding,
    summary: 'a section in the configuration of {self} lacks what makes it count, or says the same as another',
    happened: 'A section lacks a statement without which IOS ignores it, or repeats what another says.',
    why: 'A profile without a match statement is never bound; two with the same statement are bound by an order that no document settles.',
    log: [],
    actor,
    remedy: 'Complete it, or delete it.',
    source: '§1.4 [V], §0.3 item 10',
    entries: [],
  },
  weak: {
    title: 'An algorithm is weak',
    kinds: finding,
    summary: '{self} is configured with an algorithm that should not be used any more',
    happened: 'DES, 3DES, MD5, SHA-1 or a short group stands in a policy, a proposal or a transform set.',
    why: 'It works, and it can be broken. Releases of today warn of it or have removed it.',
    log: [],
    actor: 'the engineers of both ends',
    remedy: 'AES, SHA-256 and group 14, 19 or better, on both sides at once.',
    source: 'RFC 8247; RFC 8221',
    entries: [],
  },
  'flow-without-effect': {
    title: 'A tunnel or a crypto map entry cannot work',
    kinds: finding,
    summary: 'a tunnel or crypto map entry of {self} protects nothing as it stands',
    happened: 'Something that it needs is missing: a route, an address, an access list, an interface that is up.',
    why: 'IOS takes the lines and never begins.',
    log: [],
    actor,
    remedy: 'Add what the text of the finding names.',
    source: '§5, §8',
    entries: [],
  },
  'too-many-cases': {
    title: 'More cases than were tried',
    kinds: finding,
    summary: 'there are more orders of enrolment and readings of the documents than were told apart',
    happened:
      'The search for cases was given up at a limit. The outcome is undecided, and nothing is said of the cases that were not tried. Or a router holds so many certificates that the renewal of each was not tried: then no outcome of today is open, but what is foretold of renewals is missing.',
    why: 'Each trustpoint that could be the newest, and each knob on which a decision leans, doubles the cases or worse.',
    log: [],
    actor,
    remedy: 'Say what is known: the order of enrolment in lab.yaml, and the knobs (`--knob NAME=VALUE`).',
    source: 'docs/verdict.md',
    entries: [],
  },
  'peer-not-in-scenario': {
    title: 'The tunnel leads to nobody here',
    kinds: finding,
    summary: 'a tunnel or crypto map entry of {self} leads to an address that no router of the scenario has',
    happened: '{self} protects traffic towards a peer, and no router that was given has its address.',
    why: 'Without a partner there is nothing to negotiate. A mistyped `tunnel destination` or `set peer` looks like that.',
    log: [],
    actor,
    remedy: 'Mend the address of the peer, or add the configuration of the router that has it.',
    source: '§5, §8',
    entries: [],
  },
}
