import type { AgreedProxies, MapDecision, ProtectedFlow } from '../ipsec/index.ts'
import { bareDecision, type EventBody, event } from '../trace/index.ts'

/** What the trace says of the walk over tunnels and crypto map entries. */
export const mapCheckEvents = (
  decision: MapDecision,
  flows: readonly ProtectedFlow[],
  boundProfile: string | null,
  { localProxy, remoteProxy }: AgreedProxies,
  protocol: 'IKEv1' | 'IKEv2',
): readonly EventBody[] => [
  event('ipsec:map_checked', {
    boundProfile,
    candidates: decision.checked.map(({ flow, reason }) => {
      const entry = flows.find(({ name }) => name === flow)
      const profile = protocol === 'IKEv1' ? entry?.isakmpProfile : entry?.ikev2Profile
      return { map: entry?.map ?? flow, profile: profile?.name ?? null, accepted: reason === 'matches', reason }
    }),
    map: decision.choice,
    localProxy,
    remoteProxy,
  }),
  event('ike:decision', {
    question: 'which crypto map entry?',
    message: protocol === 'IKEv1' ? 'QM1' : 'IKE_AUTH request',
    decision: bareDecision(decision),
  }),
]
