import type { Direction, Proof, Tunnel } from '../prove/index.ts'
import { type Ladder, type LadderRow, ladderOf } from './ladder.ts'
import { type Difference, firstDifference, subjectOf } from './ladder-difference.ts'

/** A direction, as the verdict tells it and as its negotiation went. */
export interface DirectionLadder {
  readonly direction: Direction
  readonly ladder: Ladder
  /** Events of the trace that are links of the cause. */
  readonly telling: ReadonlySet<number>
}

/** The ladders of a tunnel: two, or one where only one initiator was asked for. */
export interface TunnelLadders {
  readonly directions: readonly DirectionLadder[]
  readonly difference: Difference | null
}

/** The ladders of a tunnel's directions, each of the run of which the verdict tells. */
export const tunnelLadders = ({ runs }: Proof, tunnel: Tunnel): TunnelLadders => {
  const directions = tunnel.directions.flatMap((direction): readonly DirectionLadder[] => {
    const found = runs.find(
      ({ planned, otherwise }) =>
        otherwise === 0 &&
        planned.initiator.name === direction.initiator &&
        planned.responder.name === direction.responder,
    )
    if (!found) return []
    const events = direction.cause?.because.flatMap(({ event }) => (event === null ? [] : [event])) ?? []
    return [{ direction, ladder: ladderOf(found.run), telling: new Set(events) }]
  })
  const [left, right] = directions
  return { directions, difference: left && right ? firstDifference(left.ladder, right.ladder) : null }
}

/** Whether a row is where the two ladders part. */
export const isDifference = (
  { directions, difference }: TunnelLadders,
  { ladder }: DirectionLadder,
  row: LadderRow,
): boolean => {
  if (difference === null) return false
  const side = directions[0]?.ladder === ladder ? 'left' : 'right'
  if (difference.kind === 'refusal') return difference.side === side && ladder.rows[difference.row] === row
  return ladder.rows[difference[side]] === row
}

/**
 * The subjects that tell the story of a tunnel: those of the decisions that led to a refusal, and that of the first
 * difference. The rest is the same wherever one looks.
 */
export const tellingSubjects = (ladders: TunnelLadders): ReadonlySet<string> =>
  new Set(
    ladders.directions.flatMap((each) =>
      each.ladder.rows.flatMap((row) =>
        row.kind === 'decision' &&
        (row.events.some((event) => each.telling.has(event)) || isDifference(ladders, each, row))
          ? [subjectOf(row)]
          : [],
      ),
    ),
  )
