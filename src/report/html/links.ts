import { countingLines, debugEntries } from '../../ios/index.ts'
import type { Lab, LabRouter } from '../../lab/index.ts'
import type { OneSidedDirection, PeerCondition, Proof, ProofRun } from '../../prove/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { type DecodedMessage, decodedMessages } from '../decode/messages.ts'
import { type Ladder, type LadderRow, ladderOf } from '../ladder.ts'

/** A line of a debug log, and the anchor of its event. */
export interface DebugLine {
  readonly id: string
  readonly text: string
}

export interface Packet {
  readonly id: string
  readonly digest: string
  readonly row: Extract<LadderRow, { kind: 'message' }>
  readonly message: DecodedMessage | null
}

/** A negotiation with all that the page shows of it. */
export interface PageRun {
  readonly proof: ProofRun
  readonly ladder: Ladder
  readonly packets: readonly Packet[]
  /** By router: the initiator's first. */
  readonly debug: ReadonlyMap<string, readonly DebugLine[]>
  readonly rowId: (row: LadderRow) => string
}

/** A negotiation of which the page shows the ladder alone. */
export type DrawnRun = Pick<PageRun, 'ladder' | 'packets' | 'rowId'>

/** A negotiation of the only known router with a peer that was made for it. */
export interface PeerRun extends DrawnRun {
  readonly role: OneSidedDirection['role']
}

export interface RouterLines {
  readonly name: string
  readonly files: readonly string[]
  readonly lines: readonly { readonly id: string; readonly at: SourceRef }[]
}

/** Something that the only known router asks of its peer, and its anchor. */
interface Demand {
  readonly id: string
  readonly router: string
  readonly role: OneSidedDirection['role']
  readonly condition: PeerCondition
}

/** The anchor of a condition, or of another part, of a tunnel whose peer nobody knows. */
export const conditionId = (tunnel: number, role: OneSidedDirection['role'], part: number | string): string =>
  `o${tunnel}-${role}-${part}`

/** What a page consists of: anchors, and which of them belong together. */
export interface PageModel {
  readonly routers: readonly RouterLines[]
  readonly runs: readonly PageRun[]
  readonly demands: readonly Demand[]
  /** By tunnel whose peer nobody knows; of each role the run first of which the proof tells. */
  readonly peerRuns: readonly (readonly PeerRun[])[]
  /** The anchor of a configuration line; null where the line is not shown. */
  readonly lineId: (at: SourceRef) => string | null
  /** The anchors that belong to one, in the order in which the page shows them. */
  readonly related: (id: string) => readonly string[]
}

/** Which anchors belong together. What belongs to one belongs to the other. */
class Relations {
  readonly #of: Map<string, Set<string>> = new Map()

  add(a: string, b: string): void {
    this.#set(a).add(b)
    this.#set(b).add(a)
  }

  of(id: string): readonly string[] {
    return [...(this.#of.get(id) ?? [])]
  }

  #set(id: string): Set<string> {
    const known = this.#of.get(id)
    if (known) return known
    const fresh = new Set<string>()
    this.#of.set(id, fresh)
    return fresh
  }
}

/** The configuration lines on which a row rests. */
const linesOf = (row: LadderRow): readonly SourceRef[] =>
  row.kind === 'decision' ? [...row.because, ...row.candidates.flatMap(({ at }) => (at === undefined ? [] : [at]))] : []

const routerOf = (row: LadderRow): string => (row.kind === 'message' || row.kind === 'traffic' ? row.from : row.router)

/**
 * The debug line that stands for an event: of the event itself, else the next of the same router, which IOS prints once it
 * has decided, else the last before it.
 */
const debugOf = (entries: readonly { readonly id: string; readonly index: number }[], event: number): string | null => {
  const next = entries.find(({ index }) => index >= event) ?? entries.at(-1)
  return next?.id ?? null
}

const rowIdsOf =
  (run: string) =>
  (row: LadderRow): string =>
    `${run}-e${row.events[0] ?? 0}${row.kind === 'traffic' ? 't' : ''}`

/** The other cases of a direction are told by their ladders alone: what they rest on is shown, what they leave is not. */
const pageRun = (lab: Lab, proof: ProofRun, number: number, relations: Relations): PageRun => {
  const { run } = proof
  const ladder = ladderOf(run)
  const rowId = rowIdsOf(`r${number}`)
  if (proof.otherwise > 0) return { proof, ladder, packets: [], debug: new Map(), rowId }
  const indices = new Map(run.events.map((event, index) => [event, index]))
  // The negotiations that begin anew are left out here as in the ladder.
  const again = ladder.rows.find(({ kind }) => kind === 'again')
  const last = again?.events[0] ?? run.events.length
  const entriesOf = new Map(
    [run.initiator, run.responder].map((name) => {
      const router = lab.routers.find((candidate) => candidate.name === name)
      const entries = router
        ? debugEntries(run.events, {
            router: name,
            timezone: router.configuration.timezone,
            clockOffset: router.clockOffset ?? 0,
            dialect: '15.x',
          })
        : []
      return [
        name,
        entries
          .map(({ text, event }, entry) => ({
            id: `r${number}-${name === run.initiator ? 'i' : 'r'}${entry}`,
            text,
            index: indices.get(event) ?? 0,
          }))
          .filter(({ index }) => index < last),
      ] as const
    }),
  )
  const decoded = decodedMessages(run)
  const packets = ladder.rows.flatMap((row) =>
    row.kind === 'message'
      ? row.digests.map(
          (digest, index): Packet => ({
            id: `${rowId(row)}-p${index}`,
            digest,
            row,
            message: decoded.get(digest) ?? null,
          }),
        )
      : [],
  )
  for (const { id, row } of packets) relations.add(rowId(row), id)
  for (const row of ladder.rows) {
    const entry = debugOf(entriesOf.get(routerOf(row)) ?? [], row.events[0] ?? 0)
    if (entry !== null) relations.add(rowId(row), entry)
    if (row.kind !== 'decision' && row.kind !== 'rejection') continue
    const packet = packets.findLast((candidate) => candidate.row.message === row.message)
    if (packet) relations.add(rowId(row), packet.id)
  }
  return { proof, ladder, packets, debug: entriesOf, rowId }
}

/** The files in which the parts of a router's configuration stand. */
const filesOf = (router: LabRouter | undefined): readonly string[] => [
  ...new Set((router?.texts ?? []).map(({ file }) => file)),
]

/** Everything that the page shows, with the anchors by which its parts refer to each other. */
export const pageModel = (lab: Lab, { runs, verdict, oneSided }: Proof): PageModel => {
  const relations = new Relations()
  const anchor = (at: Pick<SourceRef, 'router' | 'file' | 'line'>): string => {
    const router = lab.routers.findIndex(({ name }) => name === at.router)
    const file = filesOf(lab.routers[router]).indexOf(at.file)
    return file <= 0 ? `c${router}-${at.line}` : `c${router}-${file}-${at.line}`
  }
  const routers = lab.routers.map((router): RouterLines => {
    const lines = countingLines(router.texts, router.name)
    return { name: router.name, files: filesOf(router), lines: lines.map((at) => ({ id: anchor(at), at })) }
  })
  const shown = new Set(routers.flatMap(({ lines }) => lines.map(({ id }) => id)))
  const lineId = (at: SourceRef): string | null => {
    const id = anchor(at)
    return shown.has(id) ? id : null
  }
  const pages = runs.map((proof, number) => pageRun(lab, proof, number, relations))
  const peerRuns = oneSided.map((each, tunnel) =>
    each.runs.map(
      ({ role, run }, number): PeerRun => ({
        role,
        ladder: ladderOf(run),
        packets: [],
        rowId: rowIdsOf(`o${tunnel}-n${number}`),
      }),
    ),
  )
  for (const { ladder, rowId } of [...pages, ...peerRuns.flat()])
    for (const row of ladder.rows)
      for (const at of linesOf(row)) {
        const id = lineId(at)
        if (id !== null) relations.add(rowId(row), id)
      }
  const demands = verdict.oneSided.flatMap(({ router, directions }, tunnel) =>
    directions.flatMap(({ role, conditions }) =>
      conditions.map((condition, index): Demand => ({ id: conditionId(tunnel, role, index), router, role, condition })),
    ),
  )
  for (const { id, condition } of demands) {
    const line = condition.at === null ? null : lineId(condition.at)
    if (line !== null) relations.add(id, line)
  }
  return { routers, runs: pages, demands, peerRuns, lineId, related: (id) => relations.of(id) }
}
