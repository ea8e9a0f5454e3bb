import { momentOf } from '../../ios/index.ts'
import type { Source } from '../lab.ts'
import type { Listing, RouterEvidence, TrustpointEvidence } from './evidence.ts'

/** Trustpoints of a router in the order of their enrolment, as far as anything shows it. */
export interface EnrolmentOrder {
  /** Oldest first. */
  readonly trustpoints: readonly TrustpointEvidence[]
  readonly known: boolean
  readonly source: Source
}

const namesIn = ({ certificates }: Listing, kind: 'identity' | 'ca'): readonly string[] => [
  ...new Set(
    certificates.filter((shown) => shown.kind === kind && !shown.trustpool).flatMap(({ trustpoints }) => trustpoints),
  ),
]

const isSubsequence = (names: readonly string[], of: readonly string[]): boolean =>
  JSON.stringify(of.filter((name) => names.includes(name))) === JSON.stringify(names)

/** What a listing shows: identity certificates newest first, then those of CAs (ios-semantics §3.5). */
const newestFirst = (listing: Listing, held: readonly TrustpointEvidence[]): readonly TrustpointEvidence[] => {
  const own = namesIn(listing, 'identity').filter((name) => held.some((each) => each.name === name))
  const cas = namesIn(listing, 'ca')
  // Where the CAs stand in the same order, they show where a trustpoint without a certificate of its own stands.
  const names = isSubsequence(own, cas) ? cas : [...own, ...cas]
  const rank = ({ name }: TrustpointEvidence): number => {
    const at = names.indexOf(name)
    return at < 0 ? names.length : at
  }
  const listed = held.filter(({ name }) => names.includes(name))
  const rest = held.filter((each) => !listed.includes(each))
  return [...listed.toSorted((a, b) => rank(a) - rank(b)), ...rest]
}

const place = ({ printed: { recording, output } }: Listing): Pick<Source, 'file' | 'lines'> => ({
  file: recording.file,
  lines: { from: output.from, to: output.to },
})

const list = (trustpoints: readonly TrustpointEvidence[]): string => trustpoints.map(({ name }) => name).join(', ')

/** The order of enrolment: from a listing, else from install times; a configuration alone does not prove it (§3.5). */
export const enrolmentOrder = ({ router, trustpoints, listings, zones }: RouterEvidence): EnrolmentOrder => {
  const held = trustpoints.filter(({ ca, identity }) => ca !== null || identity.kind !== 'none')
  const own = held.filter(({ identity }) => identity.kind !== 'none')
  const source = (text: string, from?: Listing): Source => ({
    kind: 'order',
    router: router.name,
    ...(from ? place(from) : { file: null, lines: null }),
    text,
  })
  const listing = listings.find(({ complete }) => complete) ?? listings.find(({ printed }) => !printed.output.part)
  if (listing) {
    const listed = namesIn(listing, 'identity')
    const unlisted = own.filter(({ name }) => !listed.includes(name))
    const ordered = newestFirst(listing, held)
    if (unlisted.length < 2)
      return {
        trustpoints: ordered.toReversed(),
        known: true,
        source: source(`${router.name} enrolled, oldest first: ${list(ordered.toReversed()) || '(nothing)'}`, listing),
      }
  }
  if (held.length < 2)
    return {
      trustpoints: held,
      known: true,
      source: source(held.length === 0 ? `${router.name} enrolled in nothing` : `${router.name} enrolled once`),
    }
  const installed = own.map((each) => ({
    each,
    time:
      each.identity.kind === 'shown' && each.identity.shown.installed
        ? momentOf(each.identity.shown.installed, zones).time
        : (installTimeOf(listings, each.name, zones) ?? null),
  }))
  const times = new Set(installed.map(({ time }) => time))
  if (own.length > 0 && !times.has(null) && times.size === own.length) {
    const byTime = installed.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)).map(({ each }) => each)
    const rest = held.filter((each) => !own.includes(each))
    return {
      trustpoints: [...rest, ...byTime],
      known: true,
      source: source(`${router.name} enrolled, oldest first: ${list(byTime)} (their install times)`, listings[0]),
    }
  }
  return {
    trustpoints: held,
    known: false,
    source: { ...source(`nothing shows in which order ${router.name} enrolled in ${list(held)}`), kind: 'unknown' },
  }
}

const installTimeOf = (
  listings: readonly Listing[],
  name: string,
  zones: RouterEvidence['zones'],
): number | undefined => {
  const found = listings
    .flatMap(({ certificates }) => certificates)
    .find(({ kind, trustpoints, installed }) => kind === 'identity' && installed !== null && trustpoints.includes(name))
  return found?.installed ? momentOf(found.installed, zones).time : undefined
}
