import { momentOf, type ShownTime } from '../../ios/index.ts'
import type { Source } from '../lab.ts'
import type { RouterEvidence } from './evidence.ts'

/** A time that a session shows, with the file and the router. */
export interface TimeEvidence {
  readonly router: RouterEvidence
  readonly file: string
  readonly shown: ShownTime
}

/** The clock where nothing tells the time: any moment will do, for all dates are made around it. */
const anyTime = Date.UTC(2026, 0, 1)
const hour = 3_600_000

interface Validity {
  readonly from: number
  readonly to: number
}

/** The dates of every certificate that is known. */
const validities = ({ trustpoints, zones }: RouterEvidence): readonly Validity[] =>
  trustpoints.flatMap(({ ca, identity }) =>
    [ca, identity].flatMap((held): readonly Validity[] => {
      if (held?.kind === 'der') return [{ from: held.certificate.notBefore, to: held.certificate.notAfter }]
      if (held?.kind !== 'shown' || !held.shown.validFrom || !held.shown.validTo) return []
      return [{ from: momentOf(held.shown.validFrom, zones).time, to: momentOf(held.shown.validTo, zones).time }]
    }),
  )

/** A moment after the last certificate was issued and, where there is one, before the first expires. */
const amongDates = (dates: readonly Validity[]): number => {
  const from = Math.max(...dates.map((each) => each.from))
  const to = Math.min(...dates.map((each) => each.to))
  return to > from ? Math.min(from + hour, from + Math.floor((to - from) / 2)) : from + 1000
}

/**
 * The moment of the proof: the newest `show clock`; else the newest time that a router has seen, its certificates'
 * beginnings among them; else a moment within all validity periods.
 */
export const labClock = (
  times: readonly TimeEvidence[],
  routers: readonly RouterEvidence[],
): { readonly clock: number; readonly source: Source } => {
  const at = ({ shown, router: { zones } }: TimeEvidence): { readonly time: number; readonly sure: boolean } =>
    momentOf(shown.time, zones)
  const newest = (says: ShownTime['says']): TimeEvidence | undefined =>
    times.filter(({ shown }) => shown.says === says).toSorted((a, b) => at(b).time - at(a).time)[0]
  const dates = routers.flatMap(validities)
  const told = newest('clock')
  const seen = newest('at least')
  const source = (clock: number, text: string, from?: TimeEvidence): Source => ({
    kind: from ? 'clock' : 'assumed',
    router: from?.router.router.name ?? null,
    file: from?.file ?? null,
    lines: from ? { from: from.shown.line, to: from.shown.line } : null,
    text: `the clock stands at ${new Date(clock).toISOString().replace('.000Z', 'Z')}: ${text}`,
  })
  const zoneText = (evidence: TimeEvidence): string =>
    at(evidence).sure
      ? evidence.shown.time.text
      : `${evidence.shown.time.text}, taking ${evidence.shown.time.zone} for the zone of the configuration`
  if (told) return { clock: at(told).time, source: source(at(told).time, zoneText(told), told) }
  const issued = Math.max(Number.NEGATIVE_INFINITY, ...dates.map(({ from }) => from))
  if (seen && at(seen).time >= issued)
    return {
      clock: at(seen).time,
      source: source(at(seen).time, `${zoneText(seen)}, the last that a router tells`, seen),
    }
  if (dates.length > 0) {
    const clock = amongDates(dates)
    return { clock, source: source(clock, 'after the newest certificate was issued; no router tells the time') }
  }
  return { clock: anyTime, source: source(anyTime, 'nothing tells the time, and no date depends on it') }
}
