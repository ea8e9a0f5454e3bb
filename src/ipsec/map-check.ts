import type { Decision } from '../trace/index.ts'
import type { ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'
import { proxyCovers, sameProxy } from './selectors.ts'

export interface MapQuestion {
  /** The ends of phase 1, dotted. */
  readonly localAddress: string
  readonly peer: string
  /** As the initiator proposes them, seen from here. */
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  /** The ISAKMP profile that phase 1 was bound to. */
  readonly boundProfile: string | null
}

export interface MapVerdict {
  readonly flow: string
  readonly reason: 'matches' | 'profile-did-not-match' | 'peer-differs' | 'proxies-differ' | 'other-map-taken'
}

/** `choice` is the map's tag, `flow` the flow itself. */
export interface MapDecision extends Decision<string | null> {
  readonly flow: ProtectedFlow | null
  readonly checked: readonly MapVerdict[]
  readonly failure: 'profile-did-not-match' | 'proxy-identities-not-supported' | null
}

export interface MapKnobs {
  readonly 'map.noProfileAcceptsAny': 'true' | 'false'
}

interface Judged {
  readonly flow: ProtectedFlow
  readonly reason: MapVerdict['reason']
  readonly detail: string
  /** Whether the verdict would be another under the other value of the knob. */
  readonly leansOnKnob: boolean
}

const text = ({ address, mask, protocol, port }: ProxyIdentity): string => `${address}/${mask}/${protocol}/${port}`

/** A map entry without a profile accepts any binding, if the knob says so; one with a profile only that (ios-semantics §5). */
const profileFits = (flow: ProtectedFlow, bound: string | null, knobs: MapKnobs): boolean =>
  flow.isakmpProfile ? flow.isakmpProfile.name === bound : bound === null || knobs['map.noProfileAcceptsAny'] === 'true'

/** Traffic that a deny entry names never reaches the permit entry behind it. */
const isDenied = ({ exceptions }: ProtectedFlow, { localProxy, remoteProxy }: MapQuestion): boolean =>
  exceptions.some(({ source, destination }) => proxyCovers(source, localProxy) && proxyCovers(destination, remoteProxy))

/**
 * A tunnel is proposed whole. Of a crypto map's entry a part may be proposed, and the SA then covers that part: with
 * access lists that are no mirror images the tunnel comes up from the side that names less only [M-h: Cisco's guides on
 * mirror-image access lists].
 */
const proxiesFit = (flow: ProtectedFlow, question: MapQuestion): 'whole' | 'part' | 'denied' | 'differ' => {
  const { localProxy, remoteProxy } = question
  if (isDenied(flow, question)) return 'denied'
  if (sameProxy(flow.localProxy, localProxy) && sameProxy(flow.remoteProxy, remoteProxy)) return 'whole'
  return flow.kind === 'crypto-map' &&
    proxyCovers(flow.localProxy, localProxy) &&
    proxyCovers(flow.remoteProxy, remoteProxy)
    ? 'part'
    : 'differ'
}

const judge = (flow: ProtectedFlow, question: MapQuestion, knobs: MapKnobs): Judged => {
  const { localAddress, peer, boundProfile, localProxy, remoteProxy } = question
  if (flow.localAddress !== localAddress || !flow.peers.includes(peer))
    return {
      flow,
      reason: 'peer-differs',
      detail: `it leads from ${flow.localAddress} to ${flow.peers.join(' or ')}`,
      leansOnKnob: false,
    }
  const leansOnKnob = !flow.isakmpProfile && boundProfile !== null
  if (!profileFits(flow, boundProfile, knobs))
    return {
      flow,
      reason: 'profile-did-not-match',
      detail: `it names profile ${flow.isakmpProfile?.name ?? '(none)'}, and phase 1 is bound to ${boundProfile ?? 'none'}`,
      leansOnKnob,
    }
  const fit = proxiesFit(flow, question)
  const proposed = `${text(localProxy)} to ${text(remoteProxy)}`
  if (fit === 'denied' || fit === 'differ')
    return {
      flow,
      reason: 'proxies-differ',
      detail:
        fit === 'denied'
          ? `proposed is ${proposed}, which a deny entry of its access list leaves to the next entry`
          : `it protects ${text(flow.localProxy)} to ${text(flow.remoteProxy)}, proposed is ${proposed}`,
      leansOnKnob: false,
    }
  return {
    flow,
    reason: 'matches',
    detail:
      fit === 'whole'
        ? 'peer, profile and proxy identities match'
        : 'peer and profile match, and a part of its traffic is proposed',
    leansOnKnob,
  }
}

/** In order; behind the entry that is taken nothing is looked at. */
const judgeAll = (flows: readonly ProtectedFlow[], question: MapQuestion, knobs: MapKnobs): readonly Judged[] => {
  let taken = false
  return flows.map((flow) => {
    if (taken) return { flow, reason: 'other-map-taken', detail: 'an entry before it matched', leansOnKnob: false }
    const judged = judge(flow, question, knobs)
    taken = judged.reason === 'matches'
    return judged
  })
}

const placeOf = ({ flow, reason }: Judged): ProtectedFlow['at'] =>
  reason === 'profile-did-not-match' ? (flow.isakmpProfile?.at ?? flow.at) : flow.at

/**
 * Which tunnel or crypto map entry takes a proposal of quick mode. An entry whose profile is not the one that phase 1
 * was bound to is passed over: that is how a wrong binding shows (ios-semantics §5). Only the responder asks.
 */
export const matchMap = (flows: readonly ProtectedFlow[], question: MapQuestion, knobs: MapKnobs): MapDecision => {
  const judged = judgeAll(flows, question, knobs)
  const taken = judged.find(({ reason }) => reason === 'matches')
  const wrongProfile = judged.find(({ reason }) => reason === 'profile-did-not-match')
  // Without a match the entry that only its profile kept away tells most.
  const telling = !taken && wrongProfile ? [wrongProfile, ...judged.filter((entry) => entry !== wrongProfile)] : judged
  const decisive = taken ?? telling[0]
  return {
    rule: 'ipsec.map.profile-and-proxies',
    source: '[S] §5',
    choice: taken?.flow.map ?? null,
    flow: taken?.flow ?? null,
    candidates: telling.map((entry) => ({
      name: entry.flow.map,
      taken: entry === taken,
      reason: entry.detail,
      at: entry.flow.isakmpProfile?.at ?? entry.flow.at,
    })),
    because: decisive ? [placeOf(decisive)] : [],
    checked: judged.map(({ flow, reason }) => ({ flow: flow.name, reason })),
    failure: taken ? null : wrongProfile ? 'profile-did-not-match' : 'proxy-identities-not-supported',
    ...(judged.some(({ leansOnKnob }) => leansOnKnob)
      ? { knob: { name: 'map.noProfileAcceptsAny', value: knobs['map.noProfileAcceptsAny'] } }
      : {}),
  }
}
