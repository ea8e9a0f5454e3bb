import type { RejectCode, TraceEvent } from '../../trace/index.ts'
import type { Ends } from '../static/ends.ts'
import type { IdentityFact, RefusalFacts } from './facts.ts'

/** The newest of what a router's events say. */
const last = <Found>(
  events: readonly TraceEvent[],
  router: string,
  read: (event: TraceEvent) => Found | undefined,
): Found | undefined => {
  for (const event of events.toReversed()) {
    if (event.router !== router) continue
    const found = read(event)
    if (found !== undefined) return found
  }
  return undefined
}

const peerIdentityIn = (event: TraceEvent): IdentityFact | undefined => {
  if (event.name === 'ike:peer_identity') return event.data.identity
  return event.name === 'ike:v2_peer_identity' ? { type: event.data.idType, value: event.data.value } : undefined
}

const signerIn = (event: TraceEvent): string | undefined =>
  event.name === 'ike:own_certificate' || event.name === 'ike:v2_certificate_chain' ? event.data.trustpoint : undefined

const bindings: ReadonlySet<string> = new Set(['which profile binds?', 'does a certificate map bind another profile?'])

/** Wrapped, because none may have been bound. */
const boundIn = (event: TraceEvent): { readonly profile: string | null } | undefined => {
  if (event.name !== 'ike:decision' || !bindings.has(event.data.question)) return undefined
  const { choice } = event.data.decision
  return { profile: typeof choice === 'string' ? choice : null }
}

/** What a negotiation shows of a refusal: its events up to that one. */
export const factsOfRun = (
  { initiator, responder, flow, authorities }: Ends,
  events: readonly TraceEvent[],
  { router, code }: { readonly router: string; readonly code: RejectCode },
): RefusalFacts => {
  const initiates = router === initiator.name
  const [self, peer] = initiates ? [initiator, responder] : [responder, initiator]
  const version = flow.ikev2Profile ? 2 : 1
  const configured = (version === 1 ? flow.isakmpProfile?.name : flow.ikev2Profile?.name) ?? null
  const identity = last(events, self.name, peerIdentityIn)
  return {
    code,
    version,
    self,
    peer,
    role: initiates ? 'initiator' : 'responder',
    addresses: initiates ? { self: flow.localAddress, peer: flow.peer } : { self: flow.peer, peer: flow.localAddress },
    peerSigns: identity ? (last(events, peer.name, signerIn) ?? null) : null,
    peerIdentity: identity ?? null,
    bound: initiates && configured !== null ? configured : (last(events, self.name, boundIn)?.profile ?? null),
    authorities,
    lean: () => undefined,
  }
}
