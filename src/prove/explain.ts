import type { Decision, MessageName, SourceRef, TraceEvent } from '../trace/index.ts'
import { tellingDecisions } from './questions.ts'
import type { Because } from './verdict.ts'

type DecisionEvent = Extract<TraceEvent, { name: 'ike:decision' }>
type Choice = string | readonly string[] | null

/** The common name, or else the most telling part, of a DN in IOS's spelling. */
export const shortName = (dn: string): string =>
  /(?:^|[,+])cn=([^,+]+)/i.exec(dn)?.[1] ?? /(?:^|[,+])ou=([^,+]+)/i.exec(dn)?.[1] ?? dn

const list = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const one = (choice: Choice): string | null => (typeof choice === 'string' ? choice : null)
const many = (choice: Choice): readonly string[] => (Array.isArray(choice) ? choice : [])

/** What the router did, as a sentence without its subject, by the question of the decision. */
const sentences: Readonly<Record<string, (choice: Choice) => string>> = {
  'which CAs are asked for?': (choice) => {
    const names = many(choice).map(shortName)
    if (names.length === 0) return 'asks for no CA'
    return names.length === 1 ? `asks for ${names[0]} only` : `asks for ${names.length} CAs, ${names[0]} first`
  },
  'which certificate is sent?': (choice) =>
    choice === null ? 'has no certificate to send' : `signs with its certificate of ${one(choice)}`,
  'which profile binds?': (choice) => (choice === null ? 'binds no profile' : `binds profile ${one(choice)}`),
  'does a certificate map bind another profile?': (choice) =>
    `binds profile ${one(choice) ?? '(none)'} by certificate map`,
  'does the responder fit the profile?': (choice) => {
    if (choice === 'accepted-with-warning') return 'does not find the identity in its profile, and goes on'
    return choice === null || choice === 'rejected'
      ? 'does not find the identity in its profile'
      : 'finds the identity in its profile'
  },
  'which trust points validate?': (choice) =>
    choice === null ? 'trusts every trustpoint' : `trusts ${list(many(choice))} only`,
  'does the extended key usage fit the role?': (choice) =>
    choice === 'accepted'
      ? 'accepts the extended key usage of the certificate'
      : 'finds that the extended key usage does not fit the role',
  'does the certificate name the identity?': (choice) =>
    choice === 'yes' ? 'finds the identity in the certificate' : 'does not find the identity in the certificate',
  'which identity is sent?': (choice) => `identifies itself as ${one(choice)}`,
  'which ISAKMP policy?': (choice) => (choice === null ? 'finds no policy in common' : `takes ${one(choice)}`),
  'which pre-shared key?': (choice) =>
    choice === null ? 'has no pre-shared key' : `takes the key of keyring ${one(choice)}`,
  'is the key of a keyring of the profile?': (choice) =>
    choice === 'yes' ? 'finds the key in the profile' : 'does not find the key in the profile',
  'which IKEv2 policy?': (choice) => (choice === null ? 'has no IKEv2 policy' : `takes IKEv2 policy ${one(choice)}`),
  'which IKE proposal?': (choice) =>
    choice === null ? 'finds no IKE proposal in common' : `takes IKE proposal ${one(choice)}`,
  'which shared key is used?': (choice) =>
    choice === null ? 'has no shared key of its own' : `takes the key of ${one(choice)}`,
  'which shared key proves the peer?': (choice) =>
    choice === null ? 'has no shared key for its peer' : `expects the key of ${one(choice)}`,
  'is the method of the peer accepted?': (choice) =>
    choice === null ? "does not accept the peer's method" : `accepts ${one(choice)}`,
  'which crypto map entry?': (choice) =>
    choice === null ? 'finds no tunnel or crypto map entry' : `takes ${one(choice)}`,
}

/** A decision as one line of an explanation. */
export const explain = (event: DecisionEvent, index: number): Because => {
  const { question, decision, message } = event.data
  const sentence =
    sentences[question]?.(decision.choice) ?? `${question} ${one(decision.choice) ?? list(many(decision.choice))}`
  return {
    rule: decision.rule,
    router: event.router,
    message,
    what: `${event.router} ${sentence}`,
    why: reasonOf(decision),
    at: decision.because[0] ?? null,
    event: index,
  }
}

/** The reason for what was taken; where nothing was, the reason why the first candidate was passed over. */
const reasonOf = (decision: Decision<Choice>): string =>
  (decision.candidates.find(({ taken }) => taken) ?? decision.candidates[0])?.reason ?? ''

const messageOrder: readonly MessageName[] = [
  ...(['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3', 'INFO'] as const),
  ...(['IKE_SA_INIT request', 'IKE_SA_INIT response', 'IKE_AUTH request', 'IKE_AUTH response'] as const),
  ...(['CREATE_CHILD_SA request', 'CREATE_CHILD_SA response'] as const),
  ...(['INFORMATIONAL request', 'INFORMATIONAL response'] as const),
]

/** The chain of decisions that led to a rejection, in the order in which the routers took them. */
export const becauseOf = (
  events: readonly TraceEvent[],
  rejected: { readonly index: number; readonly code: string; readonly self: string; readonly peer: string },
): readonly Because[] => {
  const found: Because[] = []
  for (const { question, router } of tellingDecisions(rejected.code)) {
    const name = router === 'self' ? rejected.self : rejected.peer
    for (let index = rejected.index; index >= 0; index -= 1) {
      const event = events[index]
      if (event?.name !== 'ike:decision' || event.router !== name || event.data.question !== question) continue
      found.push(explain(event, index))
      break
    }
  }
  return found.sort(
    (a, b) =>
      (a.event ?? 0) - (b.event ?? 0) ||
      messageOrder.indexOf(a.message ?? 'INFO') - messageOrder.indexOf(b.message ?? 'INFO'),
  )
}

/** A configuration line as `R1.cfg:7`. */
export const placeOf = (at: SourceRef): string => `${at.file}:${at.line}`
