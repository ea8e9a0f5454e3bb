import type { CauseEntry, Family } from './entry.ts'

/** What no router of a lab sends: a peer with a fault, or one that means harm. */
export type MessageCode =
  | 'payload-missing'
  | 'bad-nonce'
  | 'bad-public-value'
  | 'bad-spi'
  | 'no-responder-spi'
  | 'reflected'
  | 'chosen-transform-was-not-offered'
  | 'chosen-proposal-was-not-offered'
  | 'proxy-identities-changed'
  | 'returned-selectors-were-not-offered'
  | 'group-mismatch'
  | 'temporary-failure'
  | 'child-not-found'

const breach = (entry: Pick<CauseEntry, 'title' | 'summary' | 'happened' | 'why' | 'source'>): CauseEntry => ({
  kinds: ['failure'],
  log: [],
  actor: 'the engineer of {peer}',
  remedy:
    'Find out who answers at the address of {peer}, and what stands between: a capture shows the message. Report it to the maker of {peer} if it is its own.',
  entries: [],
  ...entry,
})

export const messages: Family<MessageCode> = {
  'payload-missing': breach({
    title: 'A payload is missing',
    summary: 'a message of {peer} lacks a payload that {self} needs',
    happened: 'A message has the right type and lacks a payload without which it means nothing.',
    why: 'Each message must hold certain payloads; what the rest of a message says is not worth looking at without them.',
    source: 'RFC 7296 appendix C; RFC 2409 §5',
  }),
  'bad-nonce': breach({
    title: 'A nonce has an impossible length',
    summary: 'the nonce of {peer} is too short or too long for {self}',
    happened: 'A nonce has fewer or more octets than are allowed.',
    why: 'A short nonce makes keys predictable.',
    source: 'RFC 2409 §5 (8 to 256 octets); RFC 7296 §2.10 (16 to 256)',
  }),
  'bad-public-value': breach({
    title: 'A Diffie-Hellman value may not be used',
    summary: 'the Diffie-Hellman value of {peer} is not one that {self} may use',
    happened: 'A public value is 0, 1 or p - 1, has the wrong length, or is no point of the curve.',
    why: 'Such values force a secret that everybody knows, or tell parts of the private key.',
    source: 'RFC 6989 §2',
  }),
  'bad-spi': breach({
    title: 'An SPI has an impossible length',
    summary: '{peer} sent an SPI of the wrong length to {self}',
    happened: 'The SPI of a proposal has not four octets for ESP, or not eight for IKE.',
    why: 'An SA cannot be addressed by it.',
    source: 'RFC 7296 §3.3.1; RFC 2407 §4.4',
  }),
  'no-responder-spi': breach({
    title: 'The answer carries no SPI of the responder',
    summary: '{peer} answered without an SPI of its own',
    happened: 'IKE_SA_INIT was answered with a responder SPI of zero.',
    why: 'Zero says that there is no SA yet.',
    source: 'RFC 7296 §2.6',
  }),
  reflected: breach({
    title: 'The own message came back',
    summary: '{self} received its own nonce or public value in an answer',
    happened: 'The answer holds what {self} itself had sent.',
    why: 'Somebody mirrors packets: to answer would prove the own identity to oneself.',
    source: 'RFC 7296 §2.15, §5',
  }),
  'chosen-transform-was-not-offered': breach({
    title: 'The answer chooses what was not offered (transform)',
    summary: '{peer} returned a transform that {self} had not offered',
    happened: 'The transform in the answer is none of those that were offered, or has another attribute.',
    why: 'A responder may choose and not change: otherwise it could weaken what is agreed on.',
    source: 'RFC 2408 §4.2; RFC 7296 §2.7',
  }),
  'chosen-proposal-was-not-offered': breach({
    title: 'The answer chooses what was not offered (proposal)',
    summary: '{peer} returned an IKE proposal that {self} had not offered',
    happened: 'The proposal in the answer is none of those that were offered.',
    why: 'A responder may choose and not change: otherwise it could weaken what is agreed on.',
    source: 'RFC 7296 §2.7, §3.3',
  }),
  'proxy-identities-changed': breach({
    title: 'The answer names other networks',
    summary: '{peer} returned other proxy identities than {self} had proposed',
    happened: 'QM2 names other networks than QM1.',
    why: 'In IKEv1 the responder takes the proxy identities as they are, or refuses.',
    source: 'RFC 2409 §5.5',
  }),
  'returned-selectors-were-not-offered': breach({
    title: 'The answer widens the traffic',
    summary: '{peer} returned traffic selectors that {self} had not offered',
    happened: 'The traffic selectors in the answer lie outside those that were offered.',
    why: 'A responder may narrow and never widen.',
    source: 'RFC 7296 §2.9',
  }),
  'group-mismatch': breach({
    title: 'The answer is for another group',
    summary: '{peer} answered with another Diffie-Hellman group than agreed',
    happened: 'The KE payload is of another group than the proposal says.',
    why: 'The two must be the same, or no secret comes of it.',
    source: 'RFC 7296 §1.2, §3.4',
  }),
  'temporary-failure': breach({
    title: 'Both ends renew at once',
    summary: '{self} cannot answer {peer} at this moment: an exchange of its own is under way',
    happened: 'A request came while the SA that it is about is being renewed or deleted.',
    why: 'Collisions are answered with TEMPORARY_FAILURE; the other end tries again. It is a fault only if it never ends.',
    source: 'RFC 7296 §2.25',
  }),
  'child-not-found': breach({
    title: 'The child that is to be renewed does not exist',
    summary: '{peer} wants to renew a child SA that {self} does not have',
    happened: 'CREATE_CHILD_SA names an SPI that is unknown.',
    why: 'One side has deleted what the other still holds.',
    source: 'RFC 7296 §2.25',
  }),
}
