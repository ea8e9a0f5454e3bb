import type { QuickModePort } from '../ike/index.ts'
import {
  acceptReturned,
  attributesText,
  type CheckedTransform,
  chooseProposal,
  matchMap,
  offerProposals,
  type ProtectedFlow,
} from '../ipsec/index.ts'
import type { Knobs } from '../selection/index.ts'
import { type EventBody, event } from '../trace/index.ts'
import { childOf, flowOffered, offerable, refusalOf, validated } from './agreed-child.ts'
import { mapCheckEvents } from './map-check-events.ts'

/** IOS's numbers in `IPSec policy invalidated proposal with error …` (ios-semantics §4.5). */
const error = { noMap: 32, transform: 256 } as const

const checkedEvents = (checked: readonly CheckedTransform[]): readonly EventBody[] =>
  checked.map(({ proposal, transform, acceptable, reason, transformSet }) =>
    event('ike:qm_transform_checked', {
      proposal,
      transform: transform.number,
      attributes: attributesText(transform),
      acceptable,
      reason,
      transformSet,
    }),
  )

/** Lets quick mode ask `ipsec/`: what to offer, whether a proposal fits, and whether what came back was offered. */
export const quickModePort = (flows: readonly ProtectedFlow[], knobs: Knobs): QuickModePort => ({
  offer: (name, { spi, udpEncapsulation }) => {
    const found = offerable(flows, name)
    if (typeof found === 'string') return { refused: found }
    const { flow, requested } = found
    return {
      flow: name,
      localProxy: flow.localProxy,
      remoteProxy: flow.remoteProxy,
      proposals: offerProposals(flow, spi, udpEncapsulation),
      pfsGroup: flow.pfs ?? null,
      events: [requested],
    }
  },

  answer: (request) => {
    const decision = matchMap(
      flows,
      {
        localAddress: request.local,
        peer: request.peer,
        localProxy: request.localProxy,
        remoteProxy: request.remoteProxy,
        boundProfile: request.boundProfile,
      },
      knobs,
    )
    const events = mapCheckEvents(decision, flows, request.boundProfile, request, 'IKEv1')
    const { flow } = decision
    if (!flow) {
      const [first] = decision.candidates
      return {
        accepted: false,
        code: decision.failure ?? 'proxy-identities-not-supported',
        detail: first?.reason ?? 'no tunnel or crypto map protects anything',
        error: error.noMap,
        events,
      }
    }
    const { choice, checked } = chooseProposal(flow, request.proposals, request.udpEncapsulation)
    const all = [...events, ...checkedEvents(checked)]
    if (!choice) return { accepted: false, ...refusalOf(checked), error: error.transform, events: all }
    return {
      accepted: true,
      child: childOf(flow, request, choice),
      proposal: { ...choice.proposal, spi: request.spi, transforms: [choice.transform] },
      events: [...all, validated(request, request, choice)],
    }
  },

  confirm: ({ offer, returned, local, peer, udpEncapsulation }) => {
    const flow = flowOffered(flows, offer.flow)
    const { choice, checked } = acceptReturned(flow, offer.proposals, returned, udpEncapsulation)
    const events = checkedEvents(checked)
    if (!choice)
      return {
        accepted: false,
        code: 'chosen-transform-was-not-offered',
        detail: checked[0]?.reason ?? 'the responder returned no transform',
        error: error.transform,
        events,
      }
    return {
      accepted: true,
      child: childOf(flow, offer, choice),
      proposal: choice.proposal,
      events: [...events, validated({ local, peer }, offer, choice)],
    }
  },
})
