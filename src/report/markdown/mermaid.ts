import type { Ladder, LadderRow, MessageRow } from '../ladder.ts'
import { subjectOf } from '../ladder-difference.ts'
import { payloadWords } from '../payload-words.ts'
import { wrap } from '../text/paint.ts'
import { type DirectionLadder, isDifference, type TunnelLadders, tellingSubjects } from '../tunnel-ladders.ts'
import { mermaidText } from './escape.ts'

/**
 * A ladder as a sequence diagram of Mermaid: what GitHub, GitLab and other trackers draw from a fenced block. The
 * participants are `a` and `b`, so that no name of a router can be a word of the language.
 */

/** Columns at which a text is broken: Mermaid makes a box as wide as its longest line. */
const columns = 44

const label = (text: string): string => wrap(text, columns).map(mermaidText).join('<br/>')

const messageText = ({ message, payloads, encrypted, sent, digests }: MessageRow): string =>
  [
    `${message}${encrypted ? ', encrypted' : ''}${sent > 1 ? `, sent ${sent} times` : ''}${digests.length > 1 ? `, in ${digests.length} fragments` : ''}`,
    payloadWords(payloads).join(', '),
  ]
    .filter((part) => part !== '')
    .join(': ')

/** What stands beside a lifeline: the router and the text; null for a row that is an arrow, or that is not drawn. */
const noteOf = (row: LadderRow): { readonly router: string; readonly text: string } | null => {
  switch (row.kind) {
    case 'decision':
      return { router: row.router, text: row.why === '' ? row.what : `${row.what}: ${row.why}` }
    case 'check':
      return { router: row.router, text: row.what }
    case 'rejection':
      return {
        router: row.router,
        text: `✗ ${row.router} refuses ${row.message}: ${row.code}${row.notify === null ? '' : ` (${row.notify})`}`,
      }
    case 'sa-installed':
      return { router: row.router, text: `✓ ${row.router} holds the ${row.sa} SA${row.ways.length > 1 ? 's' : ''}` }
    case 'ended':
      return { router: row.router, text: `${row.router} deletes its SA: ${row.reason}` }
    case 'again':
      return { router: row.router, text: `${row.router} begins anew, ${row.times} times, to the same end` }
    default:
      return null
  }
}

const arrowOf = (
  row: LadderRow,
): { readonly from: string; readonly received: boolean; readonly text: string } | null => {
  if (row.kind === 'message') return { from: row.from, received: row.read, text: messageText(row) }
  if (row.kind === 'traffic')
    return {
      from: row.from,
      received: row.received > 0,
      text: `ESP: ping, ${row.received} of ${row.sent} answered`,
    }
  return null
}

/** Decisions and checks that explain; everything else is always drawn. */
const isDrawn = (row: LadderRow, subjects: ReadonlySet<string>): boolean => {
  if (row.kind === 'decision') return subjects.has(subjectOf(row))
  return row.kind !== 'check' || !row.passed
}

const rowLines = (row: LadderRow, ladder: Ladder, marked: boolean): readonly string[] => {
  const end = (router: string): string => (router === ladder.initiator ? 'a' : 'b')
  const arrow = arrowOf(row)
  if (arrow) {
    const from = end(arrow.from)
    return [`${from}${arrow.received ? '->>' : '-x'}${from === 'a' ? 'b' : 'a'}: ${label(arrow.text)}`]
  }
  const note = noteOf(row)
  if (!note) return []
  const line = `Note over ${end(note.router)}: ${label(marked ? `◆ Here the directions part. ${note.text}` : note.text)}`
  return marked ? ['rect rgba(255, 176, 0, 0.25)', `  ${line}`, 'end'] : [line]
}

/** The text of a Mermaid diagram of one direction, without its fence. */
export const mermaidLadder = (ladders: TunnelLadders, direction: DirectionLadder): string => {
  const { ladder } = direction
  const subjects = tellingSubjects(ladders)
  const lines = ladder.rows
    .filter((row) => isDrawn(row, subjects))
    .flatMap((row) => rowLines(row, ladder, isDifference(ladders, direction, row)))
  return [
    'sequenceDiagram',
    ...[
      `participant a as ${mermaidText(ladder.initiator)}`,
      `participant b as ${mermaidText(ladder.responder)}`,
      ...lines,
    ].map((line) => `  ${line}`),
  ].join('\n')
}
