import {
  narrowToFlow,
  offerSelectors,
  type ProtectedFlow,
  protectedFlows,
  proxiesMeet,
  proxyCovers,
} from '../ipsec/index.ts'
import type { Lab, LabRouter } from '../lab/index.ts'
import { accessListLine } from './access-list-line.ts'
import { owns } from './directions.ts'
import type { Finding } from './verdict.ts'

/*
 * Entries of crypto maps behind the first towards a router. A direction is proved for the first; of the others it is told
 * where no entry of the peer takes them, since nothing else of a list that is no mirror shows.
 */

/** Whether the peer takes what a flow offers: all of it within one of its own in IKEv1, a part in IKEv2 (RFC 7296 §2.9). */
const takes = (own: ProtectedFlow, offered: ProtectedFlow): boolean => {
  const [local, remote] = [offered.remoteProxy, offered.localProxy]
  if (offered.ikev2Profile)
    return (
      proxiesMeet(own.localProxy, local) &&
      proxiesMeet(own.remoteProxy, remote) &&
      'localProxy' in narrowToFlow(own, offerSelectors(offered))
    )
  return (
    proxyCovers(own.localProxy, local) &&
    proxyCovers(own.remoteProxy, remote) &&
    !own.exceptions.some(({ source, destination }) => proxyCovers(source, local) && proxyCovers(destination, remote))
  )
}

/** Further flows, behind the first, of a router towards another one that has some towards the same address. */
const between = (initiator: LabRouter, responder: LabRouter, further: readonly ProtectedFlow[]): readonly Finding[] => {
  if (further.length === 0) return []
  const theirs = protectedFlows(responder.configuration.ipsec)
  const isMissed = (flow: ProtectedFlow): boolean => {
    const facing = theirs.filter(
      ({ localAddress, peers }) => localAddress === flow.peer && peers.includes(flow.localAddress),
    )
    return facing.length > 0 && !facing.some((own) => takes(own, flow))
  }
  return further
    .filter((flow) => flow.kind === 'crypto-map' && isMissed(flow))
    .map(({ map, localProxy, remoteProxy, at }) => {
      const entry = accessListLine({ action: 'permit', source: localProxy, destination: remoteProxy })
      return {
        code: 'proxy-identities-not-supported',
        severity: 'warning',
        router: initiator.name,
        text: `crypto map ${map}: nothing of ${responder.name} mirrors ${entry}, so ${initiator.name} cannot bring that up; what is proved is the first entry towards ${responder.name}`,
        at,
      }
    })
}

/** Of every two routers, both ways. */
export const mirrorFindings = ({ routers }: Lab): readonly Finding[] =>
  routers.flatMap((initiator) => {
    const flows = protectedFlows(initiator.configuration.ipsec)
    if (flows.length < 2 || !flows.some(({ kind }) => kind === 'crypto-map')) return []
    return routers
      .filter((responder) => responder !== initiator)
      .flatMap((responder) => between(initiator, responder, flows.filter(({ peer }) => owns(responder, peer)).slice(1)))
  })
