import type { Lab } from '../../lab/index.ts'
import type {
  Because,
  Blocker,
  Cause,
  Direction,
  Finding,
  OneSidedDirection,
  OneSidedTunnel,
  Tunnel,
  Verdict,
} from '../../prove/index.ts'
import { demandText } from '../one-sided-words.ts'
import { type SarifFix, sarifFixes } from './fixes.ts'
import { type Location, locationOf, type PathOf } from './places.ts'

export interface SarifResult {
  readonly ruleId: string
  readonly level: 'error' | 'warning' | 'note'
  readonly message: { readonly text: string }
  readonly locations: readonly Location[]
  readonly relatedLocations?: readonly Location[]
  readonly codeFlows?: readonly {
    readonly message: { readonly text: string }
    readonly threadFlows: readonly {
      readonly locations: readonly { readonly location: Location; readonly importance: 'important' | 'essential' }[]
    }[]
  }[]
  readonly fixes?: readonly SarifFix[]
  readonly partialFingerprints: Readonly<Record<string, string>>
}

const sentenceOf = ({ message, what, why }: Because): string =>
  `${message === null ? '' : `${message}: `}${what}${why === '' ? '' : `: ${why}`}`

const conditionsOf = ({ cases }: Direction): string =>
  cases
    .map(
      ({ when, outcome }) =>
        `${outcome} if ${when.map((all) => all.map(({ text }) => text).join(' and ')).join(', or ')}`,
    )
    .join('; ')

const messageOf = (direction: Direction, cause: Cause): string => {
  const { initiator, responder, outcome, stage } = direction
  const head =
    outcome === 'undecided'
      ? `Whether ${initiator} can start the tunnel to ${responder} depends on what was not given (${conditionsOf(direction)}).`
      : `${initiator} cannot start the tunnel to ${responder}: ${outcome}${stage === null ? '' : ` at ${stage}`}.`
  return `${head} ${cause.summary[0]?.toUpperCase() ?? ''}${cause.summary.slice(1)}.`
}

/**
 * The line to which a viewer leads: that of the last decision which has one, for it is what the engineer changes or what
 * the refusal rests on. Without any, the router that refused.
 */
const primaryLocation = (direction: Direction, cause: Cause, pathOf: PathOf): Location => {
  const last = cause.because.findLast(({ at }) => at !== null)
  return last
    ? locationOf(last.router, last.at, pathOf)
    : locationOf(direction.rejectedBy ?? direction.initiator, null, pathOf)
}

/**
 * What would refuse next is no failure of today, and no result: its lines stand beside those of the cause, and without any the
 * router that would refuse.
 */
const blockerLocations = (
  { initiator }: Direction,
  { code, stage, rejectedBy, summary, at }: Blocker,
  index: number,
  pathOf: PathOf,
): readonly Location[] => {
  const when = index === 0 ? 'Mended, it next fails' : 'Then it fails'
  const text = `${when}${stage === null ? '' : ` at ${stage}`}: ${summary} (${code})`
  return at.length === 0
    ? [locationOf(rejectedBy ?? initiator, null, pathOf, { message: { text } })]
    : at.map((line) => locationOf(line.router, line, pathOf, { message: { text } }))
}

const directionResult = (lab: Lab, tunnel: Tunnel, direction: Direction, pathOf: PathOf): readonly SarifResult[] => {
  const { cause, initiator, responder, outcome } = direction
  if (cause === null) return []
  const links = cause.because
  const flow = links.map((link, index) => ({
    location: locationOf(link.router, link.at, pathOf, { message: { text: sentenceOf(link) } }),
    importance: index === links.length - 1 ? ('essential' as const) : ('important' as const),
  }))
  const related = [
    ...links
      .filter(({ at }) => at !== null)
      .map((link) => locationOf(link.router, link.at, pathOf, { message: { text: sentenceOf(link) } })),
    ...direction.nextBlockers.flatMap((blocker, index) => blockerLocations(direction, blocker, index, pathOf)),
  ].map((location, id) => ({ id, ...location }))
  const fixes = sarifFixes(lab, tunnel.fixes ?? [], pathOf)
  return [
    {
      ruleId: cause.code,
      level: outcome === 'undecided' ? 'warning' : 'error',
      message: { text: messageOf(direction, cause) },
      locations: [primaryLocation(direction, cause, pathOf)],
      ...(related.length === 0 ? {} : { relatedLocations: related }),
      ...(flow.length === 0
        ? {}
        : {
            codeFlows: [
              { message: { text: `How it came to it, ${initiator} initiating` }, threadFlows: [{ locations: flow }] },
            ],
          }),
      ...(fixes.length === 0 ? {} : { fixes }),
      partialFingerprints: { 'ikewise/direction/1': `${initiator} ${responder} ${cause.code}` },
    },
  ]
}

/** Of a tunnel whose peer nobody knows: what the peer must do, each condition at the line that asks for it. */
const oneSidedResult = (tunnel: OneSidedTunnel, direction: OneSidedDirection, pathOf: PathOf): SarifResult => {
  const { router, peer } = tunnel
  const { role, outcome, text, cause, conditions } = direction
  const related = conditions.flatMap((each) =>
    each.at === null
      ? []
      : [locationOf(router, each.at, pathOf, { message: { text: `${each.does}: ${demandText(each)}` } })],
  )
  return {
    ruleId: cause?.code ?? 'peer-unknown',
    level: outcome === 'down' ? 'error' : 'warning',
    message: { text: `${router} as ${role} of ${tunnel.tunnel} towards ${peer}: ${text}` },
    locations: [locationOf(router, cause?.at ?? tunnel.at, pathOf)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((location, id) => ({ id, ...location })) }),
    partialFingerprints: { 'ikewise/one-sided/1': `${router} ${role} ${tunnel.tunnel} ${cause?.code ?? outcome}` },
  }
}

const findingResult = ({ code, severity, router, text, at }: Finding, pathOf: PathOf): SarifResult => ({
  ruleId: code,
  level: severity,
  message: { text: `${router}: ${text}` },
  locations: [locationOf(router, at, pathOf)],
  partialFingerprints: { 'ikewise/finding/1': `${router} ${code} ${at === null ? '' : at.text.trim()}` },
})

/** One result for each direction that is not up, with the chain of decisions that led to it; then one for each finding. */
export const sarifResults = (
  lab: Lab,
  { tunnels, oneSided, findings }: Verdict,
  pathOf: PathOf,
): readonly SarifResult[] => [
  ...tunnels.flatMap((tunnel) =>
    tunnel.directions.flatMap((direction) => directionResult(lab, tunnel, direction, pathOf)),
  ),
  ...oneSided.flatMap((tunnel) => tunnel.directions.map((direction) => oneSidedResult(tunnel, direction, pathOf))),
  ...findings.map((finding) => findingResult(finding, pathOf)),
]
