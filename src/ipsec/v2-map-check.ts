import { type TrafficSelector, toHex } from '../wire/index.ts'
import { dotted } from './addresses.ts'
import type { ProtectedFlow } from './flows.ts'
import { proxiesText } from './map-check.ts'
import { type MapDecision, type MapEnds, type MapKnobs, walkMap } from './map-walk.ts'
import { narrowToFlow, type SelectorPair } from './narrowing.ts'
import { readSelector } from './traffic-selectors.ts'

/** What IKE_AUTH and CREATE_CHILD_SA ask: the initiator's TSi and TSr. */
export interface IkeV2MapQuestion extends MapEnds, SelectorPair {}

/** `10.2.0.0-10.2.0.255/6/80-80`; all ports and protocol 0 are left out. */
const selectorText = (selector: TrafficSelector): string => {
  const read = readSelector(selector)
  if (!read)
    return selector.kind === 'range' ? `type ${selector.tsType}` : `type ${selector.tsType} ${toHex(selector.data)}`
  const { start, end, protocol, startPort, endPort } = read
  const ports = startPort === 0 && endPort === 0xffff ? '' : `/${startPort}-${endPort}`
  return `${dotted(start)}-${dotted(end)}${protocol === 0 && ports === '' ? '' : `/${protocol}${ports}`}`
}

const list = (selectors: readonly TrafficSelector[]): string => selectors.map(selectorText).join(', ') || 'nothing'

/**
 * Which tunnel or crypto map entry takes the traffic selectors of a peer, and to what they are narrowed (RFC 7296 §2.9).
 * None: TS_UNACCEPTABLE. A flow that holds the packet which the initiator named first is preferred to one before it that
 * does not.
 */
export const matchIkeV2Map = (
  flows: readonly ProtectedFlow[],
  question: IkeV2MapQuestion,
  knobs: MapKnobs,
): MapDecision =>
  walkMap(
    flows,
    question,
    {
      rule: 'ipsec.map.profile-and-selectors',
      profileOf: ({ ikev2Profile }) => ikev2Profile,
      otherProfileOf: ({ isakmpProfile }) => isakmpProfile,
      fit: (flow) => {
        const narrowed = narrowToFlow(flow, question)
        const offered = `${list(question.tsr)} to ${list(question.tsi)}`
        if (!('localProxy' in narrowed))
          return {
            refused:
              narrowed.fit === 'denied'
                ? `offered is ${offered}, which a deny entry of its access list leaves to the next entry`
                : `it protects ${proxiesText(flow)}, offered is ${offered}`,
          }
        const { localProxy, remoteProxy, fit, holdsFirst } = narrowed
        return {
          proxies: { localProxy, remoteProxy },
          detail:
            fit === 'whole'
              ? 'peer and profile match, and all of its traffic is offered'
              : 'peer and profile match, and a part of its traffic is offered',
          preferred: holdsFirst,
        }
      },
    },
    knobs,
  )
