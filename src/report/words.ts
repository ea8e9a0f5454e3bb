import type { Lab, Source } from '../lab/index.ts'
import { type Case, type Direction, type Fix, placeOf, type StabilityEvent, type Tunnel } from '../prove/index.ts'
import { displayWidth } from './text/paint.ts'

/** What the verdict says, in words that every report shares. */

const alternativesTold = 3

/** `R1 enrolled in IOSCA1 after IOSCA2, or v2.overlap=first`. */
const whenText = ({ when }: Case): string => {
  const told = when.slice(0, alternativesTold).map((all) => all.map(({ text }) => text).join(' and '))
  const rest = when.length - told.length
  return [...told, ...(rest > 0 ? [`in ${rest} other ${rest === 1 ? 'way' : 'ways'}`] : [])].join(', or ')
}

/** `up`, `down at MM5`. */
const outcomeText = ({ outcome, stage }: Pick<Case, 'stage'> & Pick<Direction, 'outcome'>): string =>
  stage === null ? outcome : `${outcome} at ${stage}`

/** `up if R1 enrolled in IOSCA1 after IOSCA2, down at MM5 otherwise`; null where nothing is unknown that matters. */
export const casesText = ({ cases }: Direction): string | null => {
  if (cases.length < 2) return null
  const ordered = [...cases].sort((a, b) => Number(b.outcome === 'up') - Number(a.outcome === 'up'))
  return ordered
    .map((each, index) =>
      index === ordered.length - 1 ? `${outcomeText(each)} otherwise` : `${outcomeText(each)} if ${whenText(each)}`,
    )
    .join(', ')
}

/** The case of which the fields of a direction tell. */
const toldCase = ({ cases, outcome }: Direction): Case | null =>
  (outcome === 'undecided' ? cases.find((each) => each.outcome !== 'up') : cases[0]) ?? null

/** When the case holds of which a direction's cause tells; null where it always does. */
export const toldCaseText = (direction: Direction): string | null => {
  const told = toldCase(direction)
  return told && told.when.length > 0 ? whenText(told) : null
}

/** The outcome of the case of which a direction's cause tells: never `undecided`. */
export const toldOutcomeText = (direction: Direction): string => outcomeText(toldCase(direction) ?? direction)

/** `up if v2.overlap=first`: what else may come of it, where an outcome holds for what documents say and not for more. */
const otherCasesText = (direction: Direction): string => {
  const told = toldCase(direction)
  return direction.cases
    .filter((each) => each !== told)
    .map((each) => `${outcomeText(each)} if ${whenText(each)}`)
    .join('; ')
}

/** Which certificates an established direction used: `both sign with IOSCA1`. */
const certificatesText = ({ certificates, initiator, responder }: Direction): string => {
  const [a, b] = [certificates[initiator], certificates[responder]]
  if (!a || !b) return 'pre-shared key'
  return a.trustpoint === b.trustpoint
    ? `both sign with ${a.trustpoint}`
    : `${initiator} signs with ${a.trustpoint}, ${responder} with ${b.trustpoint}`
}

const trafficText = ({ traffic }: Direction): string =>
  traffic && traffic.sent > 0 ? `; ping through ESP: ${traffic.received} of ${traffic.sent}` : ''

/** How a direction went, in a sentence; where it depends, the exact condition first. */
export const directionText = (direction: Direction): string => {
  const summary = direction.cause?.summary ?? 'for no reason that was found'
  if (direction.outcome === 'undecided') return `${casesText(direction) ?? ''}; there ${summary}`
  const stage = direction.stage ? `at ${direction.stage}` : 'before the first message'
  const others = otherCasesText(direction)
  const said =
    direction.outcome === 'up' ? certificatesText(direction) + trafficText(direction) : `${stage}, ${summary}`
  return others === '' ? said : `${said} (${others})`
}

/** What the state that `show` prints means for the engineer who finds it. */
export const finalText = (final: Direction['final'][string] | undefined): string => {
  const state = final?.isakmp ?? final?.ikev2
  if (state === undefined || state === null) return 'holds no SA'
  if (state === 'MM_NO_STATE') return 'has given up (MM_NO_STATE)'
  if (state === 'QM_IDLE' && final?.ipsec === false) return 'keeps phase 1 without phase 2 (QM_IDLE)'
  return `ends in ${state}`
}

/** `R1 tries 4 times more, to the same end`. */
export const againText = (router: string, times: number, sameEnd: boolean): string =>
  `${router} tries ${times === 1 ? 'once' : `${times} times`} more${sameEnd ? ', to the same end' : ''}`

export interface Breaking {
  /** `2014-06-17`, or `any day`. */
  readonly when: string
  readonly text: string
  /** `R1 initiates: up → down (expired)`. */
  readonly effects: readonly string[]
}

/** What would change an outcome, in the order of the verdict; what changes none is left out. */
export const breakingEvents = ({ stability, directions }: Tunnel): readonly Breaking[] => {
  const today = new Map(directions.map((each) => [`${each.initiator} ${each.responder}`, each.outcome]))
  return stability.flatMap(({ at, text, directions: after }) => {
    const effects = after.flatMap(({ initiator, responder, outcome, code }) => {
      const before = today.get(`${initiator} ${responder}`)
      if (before === undefined || before === outcome) return []
      return [`${initiator} initiates: ${before} → ${outcome}${code === null ? '' : ` (${code})`}`]
    })
    return effects.length === 0 ? [] : [{ when: at === null ? 'any day' : at.slice(0, 10), text, effects }]
  })
}

const eventWords: Readonly<Record<StabilityEvent['kind'], readonly [string, string]>> = {
  renew: ['renewal', 'renewals'],
  enrol: ['enrolment elsewhere', 'enrolments elsewhere'],
  expire: ['expiry', 'expiries'],
  rekey: ['rekeying from the other end', 'rekeyings from the other end'],
  reload: ['reload', 'reloads'],
}

/** `2 renewals, 1 reload`: what was tried and changes no outcome; empty where nothing was. */
export const harmlessText = (tunnel: Tunnel): string => {
  const breaking = new Set(breakingEvents(tunnel).map(({ text }) => text))
  const counts = new Map<StabilityEvent['kind'], number>()
  for (const { kind, text } of tunnel.stability) if (!breaking.has(text)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${count} ${eventWords[kind][count === 1 ? 0 : 1]}`).join(', ')
}

/** `up from both sides in 8 cases, by 2 negotiations`. */
export const provedText = ({ proved: { cases, negotiations } }: Fix): string =>
  `up from both sides in ${cases} ${cases === 1 ? 'case' : 'cases'}, by ${negotiations} ${negotiations === 1 ? 'negotiation' : 'negotiations'}`

/** What stands for keys in the lines of a fix, and where each of them is: they are shown to nobody. */
export const fixKeys = ({ edits }: Fix): readonly { readonly placeholder: string; readonly place: string }[] => {
  const keys = edits.flatMap((edit) => edit.keys.map(({ placeholder, at }) => ({ placeholder, place: placeOf(at) })))
  return keys.filter(({ placeholder }, index) => keys.findIndex((key) => key.placeholder === placeholder) === index)
}

const sourceWords: Partial<Record<Source['kind'], string>> = {
  assumed: 'assumed: ',
  unknown: 'not known: ',
  'not-read': 'not read: ',
}

/** `session.log:3-150   the certificates of R1`, `assumed: …`. */
const sourceText = ({ kind, file, lines, text }: Source): string => {
  const range = lines === null ? '' : lines.from === lines.to ? `:${lines.from}` : `:${lines.from}-${lines.to}`
  return `${sourceWords[kind] ?? ''}${text}${file === null ? '' : ` (${file}${range})`}`
}

const knobsText = (lab: Lab): string => {
  const settled = [...lab.settled].sort().map((name) => `${name}=${lab.knobs[name]}`)
  return settled.length === 0
    ? 'what IOS does where documents disagree was tried in every way (ikewise knobs)'
    : `${settled.join(', ')}, as given; what else IOS does where documents disagree was tried in every way (ikewise knobs)`
}

/** What a verdict rests on: the orders, the knobs and the clock that were given, and what was tried in every way. */
export const assumptions = (lab: Lab): readonly string[] => {
  if (lab.sources.length > 0) return [...lab.sources.map(sourceText), knobsText(lab)]
  const orders = lab.routers
    .filter(({ enrolled }) => enrolled.length > 1)
    .map(({ name, enrolled, orderKnown }) => {
      const names = enrolled.map((trustpoint) => trustpoint.name)
      return orderKnown
        ? `${name} enrolled in ${names.join(', then ')}, as given`
        : `${name} enrolled in ${names.join(', ')} in an order that nobody gave: each was tried`
    })
  return [
    ...orders,
    knobsText(lab),
    `the clock stands at ${new Date(lab.clock).toISOString()}`,
    'the keys are the lab’s own, and it has issued the certificates anew: names, dates and algorithms are those given',
  ]
}

/** The widest of some texts, in columns. */
export const widestOf = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth))
