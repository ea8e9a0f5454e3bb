import type { Decision } from '../trace/index.ts'
import type { ProtectedFlow } from './flows.ts'
import type { AgreedProxies } from './narrowing.ts'

/** The walk over the tunnels and crypto map entries that both versions of IKE share (ios-semantics §5). */

/** Who negotiates, seen from the responder. */
export interface MapEnds {
  /** The ends of phase 1 or of the IKE SA, dotted. */
  readonly localAddress: string
  readonly peer: string
  /** The profile that it was bound to. */
  readonly boundProfile: string | null
}

export interface MapVerdict {
  readonly flow: string
  readonly reason: 'matches' | 'profile-did-not-match' | 'peer-differs' | 'proxies-differ' | 'other-map-taken'
}

/** `choice` is the map's tag, `flow` the flow itself, and `proxies` what the SA will cover. */
export interface MapDecision extends Decision<string | null> {
  readonly flow: ProtectedFlow | null
  readonly proxies: AgreedProxies | null
  readonly checked: readonly MapVerdict[]
  readonly failure: 'profile-did-not-match' | 'proxy-identities-not-supported' | null
}

export interface MapKnobs {
  readonly 'map.noProfileAcceptsAny': 'true' | 'false'
}

type ProfileReference = NonNullable<ProtectedFlow['isakmpProfile']>

/** What a version of IKE brings to the walk. */
export interface MapRules {
  readonly rule: string
  /** The profile that a flow names for this version, and for the other one. */
  readonly profileOf: (flow: ProtectedFlow) => ProfileReference | undefined
  readonly otherProfileOf: (flow: ProtectedFlow) => ProfileReference | undefined
  /** What the proposal and the flow have in common, or why nothing. `preferred`: no flow before it need be asked. */
  readonly fit: (flow: ProtectedFlow) => Fit | { readonly refused: string }
}

interface Fit {
  readonly proxies: AgreedProxies
  readonly detail: string
  readonly preferred: boolean
}

interface Judged {
  readonly flow: ProtectedFlow
  readonly reason: MapVerdict['reason']
  readonly detail: string
  readonly fit: Fit | null
  /** Where the configuration decides. */
  readonly at: ProtectedFlow['at']
  /** Whether the verdict would be another under the other value of the knob. */
  readonly leansOnKnob: boolean
}

/**
 * A map entry with a profile accepts the binding to that one only; one with a profile for the other version none; and one
 * without any accepts any binding, if the knob says so.
 */
const profileFits = (flow: ProtectedFlow, bound: string | null, rules: MapRules, knobs: MapKnobs): boolean => {
  const own = rules.profileOf(flow)
  if (own) return own.name === bound
  if (rules.otherProfileOf(flow)) return false
  return bound === null || knobs['map.noProfileAcceptsAny'] === 'true'
}

const profileText = (flow: ProtectedFlow, rules: MapRules): string => {
  const other = rules.otherProfileOf(flow)
  return rules.profileOf(flow)?.name ?? (other ? `${other.name} of the other version of IKE` : '(none)')
}

const judge = (flow: ProtectedFlow, ends: MapEnds, rules: MapRules, knobs: MapKnobs): Judged => {
  const { localAddress, peer, boundProfile } = ends
  const own = rules.profileOf(flow)
  const other = rules.otherProfileOf(flow)
  const base = { flow, fit: null, at: flow.at, leansOnKnob: false }
  if (flow.localAddress !== localAddress || !flow.peers.includes(peer))
    return {
      ...base,
      reason: 'peer-differs',
      detail: `it leads from ${flow.localAddress} to ${flow.peers.join(' or ')}`,
    }
  if (flow.isInOtherVrf)
    return { ...base, reason: 'peer-differs', detail: 'its tunnel vrf is not the VRF in which the packet came' }
  const leansOnKnob = !own && !other && boundProfile !== null
  if (!profileFits(flow, boundProfile, rules, knobs))
    return {
      ...base,
      reason: 'profile-did-not-match',
      detail: `it names profile ${profileText(flow, rules)}, and the peer is bound to ${boundProfile ?? 'none'}`,
      at: own?.at ?? other?.at ?? flow.at,
      leansOnKnob,
    }
  const fit = rules.fit(flow)
  return 'refused' in fit
    ? { ...base, reason: 'proxies-differ', detail: fit.refused, leansOnKnob }
    : { ...base, reason: 'matches', detail: fit.detail, fit, leansOnKnob }
}

/** The preferred entry, or else the first that matches; behind it nothing is looked at. */
const judgeAll = (
  flows: readonly ProtectedFlow[],
  ends: MapEnds,
  rules: MapRules,
  knobs: MapKnobs,
): readonly Judged[] => {
  const all = flows.map((flow) => judge(flow, ends, rules, knobs))
  const preferred = all.findIndex(({ fit }) => fit?.preferred)
  const taken = preferred >= 0 ? preferred : all.findIndex(({ fit }) => fit !== null)
  if (taken < 0) return all
  return all.map((judged, index): Judged => {
    const untaken = { ...judged, fit: null, at: judged.flow.at, leansOnKnob: false, reason: 'other-map-taken' as const }
    if (index > taken) return { ...untaken, detail: 'an entry before it matched' }
    return index < taken && judged.fit
      ? { ...untaken, detail: 'a later entry holds the packet that the peer named first' }
      : judged
  })
}

/**
 * Which tunnel or crypto map entry takes a proposal. An entry whose profile is not the one that the peer was bound to is
 * passed over: that is how a wrong binding shows (ios-semantics §5). Only the responder asks.
 */
export const walkMap = (
  flows: readonly ProtectedFlow[],
  ends: MapEnds,
  rules: MapRules,
  knobs: MapKnobs,
): MapDecision => {
  const judged = judgeAll(flows, ends, rules, knobs)
  const taken = judged.find(({ reason }) => reason === 'matches')
  const wrongProfile = judged.find(({ reason }) => reason === 'profile-did-not-match')
  // Without a match the entry that only its profile kept away tells most.
  const telling = !taken && wrongProfile ? [wrongProfile, ...judged.filter((entry) => entry !== wrongProfile)] : judged
  const decisive = taken ?? telling[0]
  return {
    rule: rules.rule,
    source: '[S] §5',
    choice: taken?.flow.map ?? null,
    flow: taken?.flow ?? null,
    proxies: taken?.fit?.proxies ?? null,
    candidates: telling.map((entry) => ({
      name: entry.flow.map,
      taken: entry === taken,
      reason: entry.detail,
      at: rules.profileOf(entry.flow)?.at ?? entry.flow.at,
    })),
    because: decisive ? [decisive.at] : [],
    checked: judged.map(({ flow, reason }) => ({ flow: flow.name, reason })),
    failure: taken ? null : wrongProfile ? 'profile-did-not-match' : 'proxy-identities-not-supported',
    ...(judged.some(({ leansOnKnob }) => leansOnKnob)
      ? { knob: { name: 'map.noProfileAcceptsAny', value: knobs['map.noProfileAcceptsAny'] } }
      : {}),
  }
}
