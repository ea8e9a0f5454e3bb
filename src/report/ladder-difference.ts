import type { DecisionRow, Ladder, LadderRow } from './ladder.ts'

/**
 * Where two ladders part: the rows of the first decision that a router took differently; or, where every decision that
 * both hold is alike, the refusal that only one of them holds. Null where they do not part.
 */
export type Difference =
  | { readonly kind: 'decision'; readonly left: number; readonly right: number }
  | { readonly kind: 'refusal'; readonly side: 'left' | 'right'; readonly row: number }

/** The profile is chosen by the responder when it learns who the peer is, and checked by the initiator, which began with one. */
const subjects: Readonly<Record<string, string>> = {
  'does the responder fit the profile?': 'which profile binds?',
}

/** What a decision is about, whichever role its router plays. */
export const subjectOf = ({ router, question }: DecisionRow): string => `${router} ${subjects[question] ?? question}`

/**
 * What was chosen, so that it compares between the roles: an initiator that finds its peer in the profile with which it
 * began has bound that profile, and one that does not has bound none.
 */
const choiceOf = ({ profile }: Ladder, { question, choice }: DecisionRow): string => {
  if (question !== 'does the responder fit the profile?') return JSON.stringify(choice)
  return JSON.stringify(choice === null || choice === 'rejected' ? null : profile)
}

const isDecision = (row: LadderRow): row is DecisionRow => row.kind === 'decision'
const refusalOf = ({ rows }: Ladder): number => rows.findIndex(({ kind }) => kind === 'rejection')

/**
 * The first difference between two ladders. Decisions are compared by who decides, what about and what is chosen, never by
 * role or place: a router asks for CAs in MM3 as initiator and in MM4 as responder, and it is the same question. The
 * decisions are gone through in the order of the ladder that ends in a refusal (of the right one where both or neither
 * do), each router's first answer to each question; one that the other ladder never came to, or that only the other role
 * takes, does not count.
 */
export const firstDifference = (left: Ladder, right: Ladder): Difference | null => {
  const refusals = { left: refusalOf(left), right: refusalOf(right) }
  const [walked, other] = refusals.right < 0 && refusals.left >= 0 ? [left, right] : [right, left]
  const seen = new Set<string>()
  for (const [index, row] of walked.rows.entries()) {
    if (!isDecision(row)) continue
    const subject = subjectOf(row)
    if (seen.has(subject)) continue
    seen.add(subject)
    const at = other.rows.findIndex((candidate) => isDecision(candidate) && subjectOf(candidate) === subject)
    const twin = other.rows[at]
    if (!twin || !isDecision(twin) || choiceOf(other, twin) === choiceOf(walked, row)) continue
    return walked === left ? { kind: 'decision', left: index, right: at } : { kind: 'decision', left: at, right: index }
  }
  if (refusals.left >= 0 && refusals.right < 0) return { kind: 'refusal', side: 'left', row: refusals.left }
  if (refusals.right >= 0 && refusals.left < 0) return { kind: 'refusal', side: 'right', row: refusals.right }
  return null
}

/** Rows that stand beside each other: both begin with the same message, or neither begins with one. */
export interface Band {
  readonly left: readonly LadderRow[]
  readonly right: readonly LadderRow[]
}

/** Cut before each message. */
const sections = ({ rows }: Ladder): readonly (readonly LadderRow[])[] => {
  const found: LadderRow[][] = [[]]
  for (const row of rows) {
    if (row.kind === 'message') found.push([])
    found.at(-1)?.push(row)
  }
  return found
}

/** Two ladders side by side, each message of one beside the same message of the other as long as they go the same way. */
export const bandsOf = (left: Ladder, right: Ladder): readonly Band[] => {
  const [ours, theirs] = [sections(left), sections(right)]
  const bands: Band[] = []
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1)
    bands.push({ left: ours[index] ?? [], right: theirs[index] ?? [] })
  return bands.filter((band) => band.left.length > 0 || band.right.length > 0)
}
