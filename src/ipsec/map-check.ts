import type { Decision } from '../trace/index.ts'
import type { ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'

export interface MapQuestion {
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

export interface MapDecision extends Decision<string | null> {
  readonly flow: ProtectedFlow | null
  readonly checked: readonly MapVerdict[]
  readonly failure: 'profile-did-not-match' | 'proxy-identities-not-supported' | null
}

const sameProxy = (a: ProxyIdentity, b: ProxyIdentity): boolean =>
  a.address === b.address && a.mask === b.mask && a.protocol === b.protocol && a.port === b.port

const text = ({ address, mask, protocol, port }: ProxyIdentity): string => `${address}/${mask}/${protocol}/${port}`

/**
 * Which tunnel or crypto map entry takes a proposal of quick mode. An entry whose profile is not the one that phase 1
 * was bound to is passed over: that is how a wrong binding shows (ios-semantics §5).
 */
export const matchMap = (
  flows: readonly ProtectedFlow[],
  question: MapQuestion,
  knobs: { readonly 'map.noProfileAcceptsAny': 'true' | 'false' },
): MapDecision => {
  let taken: ProtectedFlow | null = null
  let usedKnob = false
  const judged = flows.map(
    (flow): { readonly flow: ProtectedFlow; readonly reason: MapVerdict['reason']; readonly detail: string } => {
      if (taken) return { flow, reason: 'other-map-taken', detail: 'an entry before it matched' }
      if (flow.localAddress !== question.localAddress || flow.peer !== question.peer)
        return { flow, reason: 'peer-differs', detail: `it leads from ${flow.localAddress} to ${flow.peer}` }
      if (!profileFits(flow, question.boundProfile)) {
        if (!flow.isakmpProfile) usedKnob = true
        return {
          flow,
          reason: 'profile-did-not-match',
          detail: `it names profile ${flow.isakmpProfile?.name ?? '(none)'}, and phase 1 is bound to ${question.boundProfile ?? 'none'}`,
        }
      }
      if (!flow.isakmpProfile && question.boundProfile !== null) usedKnob = true
      if (!sameProxy(flow.localProxy, question.localProxy) || !sameProxy(flow.remoteProxy, question.remoteProxy))
        return {
          flow,
          reason: 'proxies-differ',
          detail: `it protects ${text(flow.localProxy)} to ${text(flow.remoteProxy)}, proposed is ${text(question.localProxy)} to ${text(question.remoteProxy)}`,
        }
      taken = flow
      return { flow, reason: 'matches', detail: `peer, profile and proxy identities match` }
    },
  )
  const choice = taken as ProtectedFlow | null
  const wrongProfile = judged.find(({ reason }) => reason === 'profile-did-not-match')
  const telling = wrongProfile ? [wrongProfile, ...judged.filter((entry) => entry !== wrongProfile)] : judged
  return {
    rule: 'ipsec.map.profile-and-proxies',
    source: '[S] §5',
    choice: choice?.map ?? null,
    flow: choice,
    candidates: (choice ? judged : telling).map(({ flow, reason, detail }) => ({
      name: flow.map,
      taken: reason === 'matches',
      reason: detail,
      at: flow.isakmpProfile?.at ?? flow.at,
    })),
    because: choice
      ? [choice.at]
      : telling
          .slice(0, 1)
          .map(({ flow, reason }) =>
            reason === 'profile-did-not-match' ? (flow.isakmpProfile?.at ?? flow.at) : flow.at,
          ),
    checked: judged.map(({ flow, reason }) => ({ flow: flow.name, reason })),
    failure: choice ? null : wrongProfile ? 'profile-did-not-match' : 'proxy-identities-not-supported',
    ...(usedKnob ? { knob: { name: 'map.noProfileAcceptsAny', value: knobs['map.noProfileAcceptsAny'] } } : {}),
  }

  function profileFits(flow: ProtectedFlow, bound: string | null): boolean {
    return flow.isakmpProfile
      ? flow.isakmpProfile.name === bound
      : knobs['map.noProfileAcceptsAny'] === 'true' || bound === null
  }
}
