import type { AgreedChild, ChildAnswer, ChildPort } from '../ike/index.ts'
import {
  type AgreedProxies,
  acceptReturnedChild,
  answerSelectors,
  asksForTransport,
  type CheckedChildProposal,
  type ChildExchange,
  type ChosenChildProposal,
  chooseChildProposal,
  confirmNarrowed,
  encryptions,
  ikeV2TransformNames,
  keyLengths,
  matchIkeV2Map,
  modesOf,
  offerChildProposals,
  offerSelectors,
  type ProtectedFlow,
  transformText,
} from '../ipsec/index.ts'
import type { Knobs } from '../selection/index.ts'
import type { RejectCode } from '../trace/index.ts'
import { type EventBody, event } from '../trace/index.ts'
import type { IkeV2Proposal } from '../wire/index.ts'
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

const childOf = (
  flow: ProtectedFlow,
  { localProxy, remoteProxy }: AgreedProxies,
  choice: ChosenChildProposal,
): AgreedChild => ({
  flow: flow.name,
  localProxy,
  remoteProxy,
  encryption: choice.encryption,
  authentication: choice.authentication,
  transform: transformText(choice),
  mode: choice.mode,
  keyLength: keyLengths(choice).total,
  seconds: choice.lifetime.seconds,
  kilobytes: choice.lifetime.kilobytes,
  pfsGroup: choice.pfsGroup,
})

const validated = (
  { local, peer }: { readonly local: string; readonly peer: string },
  { localProxy, remoteProxy }: AgreedProxies,
  choice: ChosenChildProposal,
): EventBody =>
  event('ipsec:proposal_validated', {
    local,
    remote: peer,
    localProxy,
    remoteProxy,
    transform: transformText(choice),
    mode: choice.mode,
    keySize: encryptions[choice.encryption].keyBits ?? 0,
  })

/** Codes that a refusal of the SA payload stands for: those of quick mode, so that one cause has one code. */
const refusalCode = (
  checked: readonly CheckedChildProposal[],
): { readonly code: RejectCode; readonly detail: string } => {
  const pfs = checked.find(({ verdict }) => verdict === 'pfs')
  return {
    code: pfs ? 'pfs-mismatch' : 'transform-mismatch',
    detail: (pfs ?? checked[0])?.reason ?? 'nothing was proposed',
  }
}

/** Lets IKEv2 ask `ipsec/` about its children: what to offer, whether an offer fits, and whether what came back was offered. */
export const childPort = (flows: readonly ProtectedFlow[], knobs: Knobs): ChildPort => ({
  offer: (name, { spi, keyExchange }) => {
    const flow = flows.find((candidate) => candidate.name === name)
    if (!flow) return { refused: `there is no flow ${name}` }
    if (flow.responderOnly) return { refused: `${flow.map} is responder-only` }
    const [set] = flow.transformSets
    if (!set) return { refused: `${flow.map} names no transform set` }
    const encryption = set.encryption ?? 'esp-null'
    const proposals = offerChildProposals(flow, spi, keyExchange)
    return {
      flow: name,
      proposals,
      ...offerSelectors(flow),
      transport: asksForTransport(flow),
      group: keyExchange ? (flow.pfs ?? null) : null,
      events: [
        event('ipsec:sa_requested', {
          local: flow.localAddress,
          remote: flow.peer,
          localProxy: flow.localProxy,
          remoteProxy: flow.remoteProxy,
          transform: transformText({ encryption, authentication: set.authentication ?? null }),
          mode: modesOf(flow, set)[0],
          seconds: flow.lifetime.seconds,
          kilobytes: flow.lifetime.kilobytes,
          keySize: encryptions[encryption].keyBits ?? 0,
          map: flow.map,
        }),
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
    if (!choice) return { accepted: false, ...refusalCode(checked), notify: 'NO_PROPOSAL_CHOSEN', events: all }
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
    const flow = flows.find((candidate) => candidate.name === offer.flow)
    if (!flow) throw new Error(`there is no flow ${offer.flow} any more`)
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
