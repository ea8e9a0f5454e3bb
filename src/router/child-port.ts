import type { ChildAnswer, ChildPort } from '../ike/index.ts'
import {
  type AgreedProxies,
  acceptReturnedChild,
  answerSelectors,
  asksForTransport,
  type CheckedChildProposal,
  type ChildExchange,
  chooseChildProposal,
  confirmNarrowed,
  ikeV2TransformNames,
  matchIkeV2Map,
  offerChildProposals,
  offerSelectors,
  type ProtectedFlow,
} from '../ipsec/index.ts'
import type { Knobs } from '../selection/index.ts'
import type { RejectCode } from '../trace/index.ts'
import { type EventBody, event } from '../trace/index.ts'
import type { IkeV2Proposal } from '../wire/index.ts'
import { childOf, flowOffered, offerable, refusalOf, validated } from './agreed-child.ts'
import { mapCheckEvents } from './map-check-events.ts'

const spiLength = 4

const checkedEvent = (
  proposals: readonly IkeV2Proposal[],
  flow: ProtectedFlow,
  checked: readonly CheckedChildProposal[],
  acceptable: boolean,
): EventBody =>
  event('ike:v2_proposal_checked', {
    protocol: 'ESP',
    acceptable,
    received: proposals.map(ikeV2TransformNames),
    expected: offerChildProposals(flow, new Uint8Array(spiLength), true).map(ikeV2TransformNames),
    detail: checked.at(-1)?.reason ?? 'nothing was proposed',
  })

/** Lets IKEv2 ask `ipsec/` about its children: what to offer, whether an offer fits, and whether what came back was offered. */
export const childPort = (flows: readonly ProtectedFlow[], knobs: Knobs): ChildPort => ({
  offer: (name, { spi, keyExchange }) => {
    const found = offerable(flows, name)
    if (typeof found === 'string') return { refused: found }
    const { flow, requested } = found
    const proposals = offerChildProposals(flow, spi, keyExchange)
    return {
      flow: name,
      proposals,
      ...offerSelectors(flow),
      transport: asksForTransport(flow),
      group: keyExchange ? (flow.pfs ?? null) : null,
      events: [
        requested,
        ...proposals.map((proposal) =>
          event('ike:v2_proposal_sent', {
            protocol: 'ESP',
            number: proposal.number,
            spiSize: spiLength,
            rekey: false,
            transforms: ikeV2TransformNames(proposal),
          }),
        ),
      ],
    }
  },

  answer: (request) => {
    const { tsi, tsr, proposals, group } = request
    const decision = matchIkeV2Map(
      flows,
      { localAddress: request.local, peer: request.peer, boundProfile: request.boundProfile, tsi, tsr },
      knobs,
    )
    const { flow, proxies } = decision
    const events = mapCheckEvents(decision, flows, request.boundProfile, proxies ?? anything, 'IKEv2')
    if (!flow || !proxies)
      return {
        accepted: false,
        code: decision.failure ?? 'proxy-identities-not-supported',
        detail: decision.candidates[0]?.reason ?? 'no tunnel or crypto map protects anything',
        notify: 'TS_UNACCEPTABLE',
        events,
      }
    const exchange: ChildExchange = { keyExchange: request.keyExchange, group, transport: request.transport }
    const { choice, checked } = chooseChildProposal(flow, proposals, exchange)
    const all = [...events, checkedEvent(proposals, flow, checked, choice !== null)]
    if (!choice) return { accepted: false, ...refusalOf(checked), notify: 'NO_PROPOSAL_CHOSEN', events: all }
    if (choice.pfsGroup !== null && choice.pfsGroup !== group)
      return {
        accepted: false,
        code: 'group-mismatch',
        detail: `the value is of group ${group ?? '(none)'}, chosen is ${choice.pfsGroup}`,
        notify: 'INVALID_KE_PAYLOAD',
        group: choice.pfsGroup,
        events: all,
      }
    return {
      accepted: true,
      child: childOf(flow, proxies, choice),
      proposal: { ...choice.proposal, spi: request.spi },
      ...answerSelectors(proxies),
      transport: choice.mode === 'transport',
      events: [...all, validated(request, proxies, choice)],
    }
  },

  confirm: (request) => {
    const { offer, returned, transport } = request
    const flow = flowOffered(flows, offer.flow)
    const refuse = (code: RejectCode, detail: string, events: readonly EventBody[] = []): ChildAnswer => ({
      accepted: false,
      code,
      detail,
      notify: 'NO_PROPOSAL_CHOSEN',
      events,
    })
    const narrowed = confirmNarrowed(offer, request)
    if (!narrowed.ok) return refuse('returned-selectors-were-not-offered', narrowed.reason)
    const exchange: ChildExchange = { keyExchange: offer.group !== null, group: offer.group, transport }
    const { choice, checked } = acceptReturnedChild(flow, offer, returned, exchange)
    const events = [checkedEvent(returned, flow, checked, choice !== null)]
    if (!choice)
      return refuse('chosen-transform-was-not-offered', checked[0]?.reason ?? 'the responder returned nothing', events)
    return {
      accepted: true,
      child: childOf(flow, narrowed, choice),
      proposal: choice.proposal,
      tsi: request.tsi,
      tsr: request.tsr,
      transport: choice.mode === 'transport',
      events: [...events, validated(request, narrowed, choice)],
    }
  },
})

const any = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }
/** What the event says where nothing was agreed on. */
const anything: AgreedProxies = { localProxy: any, remoteProxy: any }
