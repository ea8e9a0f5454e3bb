import type { ProxyIdentity } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'
import { type MapDecision, type MapEnds, type MapKnobs, walkMap } from './map-walk.ts'
import { type AgreedProxies, isDenied } from './narrowing.ts'
import { proxyCovers, sameProxy } from './selectors.ts'

/** What quick mode asks: the proxies as the initiator proposes them, seen from here. */
export interface MapQuestion extends MapEnds, AgreedProxies {}

const text = ({ address, mask, protocol, port }: ProxyIdentity): string => `${address}/${mask}/${protocol}/${port}`

export const proxiesText = ({ localProxy, remoteProxy }: AgreedProxies): string =>
  `${text(localProxy)} to ${text(remoteProxy)}`

/**
 * A tunnel is proposed whole. Of a crypto map's entry a part may be proposed, and the SA then covers that part: with
 * access lists that are no mirror images the tunnel comes up from the side that names less only [M-h: Cisco's guides on
 * mirror-image access lists].
 */
const proxiesFit = (flow: ProtectedFlow, question: AgreedProxies): 'whole' | 'part' | 'denied' | 'differ' => {
  const { localProxy, remoteProxy } = question
  if (isDenied(flow, question)) return 'denied'
  if (sameProxy(flow.localProxy, localProxy) && sameProxy(flow.remoteProxy, remoteProxy)) return 'whole'
  return flow.kind === 'crypto-map' &&
    proxyCovers(flow.localProxy, localProxy) &&
    proxyCovers(flow.remoteProxy, remoteProxy)
    ? 'part'
    : 'differ'
}

/** Which tunnel or crypto map entry takes a proposal of quick mode (ios-semantics §5). */
export const matchMap = (flows: readonly ProtectedFlow[], question: MapQuestion, knobs: MapKnobs): MapDecision =>
  walkMap(
    flows,
    question,
    {
      rule: 'ipsec.map.profile-and-proxies',
      profileOf: ({ isakmpProfile }) => isakmpProfile,
      otherProfileOf: ({ ikev2Profile }) => ikev2Profile,
      fit: (flow) => {
        const proxies = { localProxy: question.localProxy, remoteProxy: question.remoteProxy }
        const fit = proxiesFit(flow, proxies)
        if (fit === 'denied')
          return {
            refused: `proposed is ${proxiesText(proxies)}, which a deny entry of its access list leaves to the next entry`,
          }
        if (fit === 'differ')
          return { refused: `it protects ${proxiesText(flow)}, proposed is ${proxiesText(proxies)}` }
        const detail =
          fit === 'whole'
            ? 'peer, profile and proxy identities match'
            : 'peer and profile match, and a part of its traffic is proposed'
        return { proxies, detail, preferred: true }
      },
    },
    knobs,
  )
