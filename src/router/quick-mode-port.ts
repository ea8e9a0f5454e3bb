import type { QuickModeAnswer, QuickModePort } from '../ike/index.ts'
import {
  acceptReturned,
  attributesText,
  type CheckedTransform,
  type ChosenTransform,
  chooseProposal,
  encryptions,
  keyLengths,
  matchMap,
  modesOf,
  offerProposals,
  type ProtectedFlow,
  transformText,
} from '../ipsec/index.ts'
import type { Knobs } from '../selection/index.ts'
import { type EventBody, event } from '../trace/index.ts'
import { mapCheckEvents } from './map-check-events.ts'

/** IOS's numbers in `IPSec policy invalidated proposal with error …` (ios-semantics §4.5). */
const error = { noMap: 32, transform: 256 } as const

const keySizeOf = (encryption: ChosenTransform['encryption']): number => encryptions[encryption].keyBits ?? 0

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

/** The proxy identities that both ends agree on: of a crypto map's entry perhaps a part. */
type Proxies = Pick<ProtectedFlow, 'localProxy' | 'remoteProxy'>

const childOf = (
  flow: ProtectedFlow,
  { localProxy, remoteProxy }: Proxies,
  choice: ChosenTransform,
): Extract<QuickModeAnswer, { accepted: true }>['child'] => ({
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
  { localProxy, remoteProxy }: Proxies,
  choice: ChosenTransform,
): EventBody =>
  event('ipsec:proposal_validated', {
    local,
    remote: peer,
    localProxy,
    remoteProxy,
    transform: transformText(choice),
    mode: choice.mode,
    keySize: keySizeOf(choice.encryption),
  })

/** Lets quick mode ask `ipsec/`: what to offer, whether a proposal fits, and whether what came back was offered. */
export const quickModePort = (flows: readonly ProtectedFlow[], knobs: Knobs): QuickModePort => ({
  offer: (name, { spi, udpEncapsulation }) => {
    const flow = flows.find((candidate) => candidate.name === name)
    if (!flow) return { refused: `there is no flow ${name}` }
    if (flow.responderOnly) return { refused: `${flow.map} is responder-only` }
    const [set] = flow.transformSets
    if (!set) return { refused: `${flow.map} names no transform set` }
    const encryption = set.encryption ?? 'esp-null'
    return {
      flow: name,
      localProxy: flow.localProxy,
      remoteProxy: flow.remoteProxy,
      proposals: offerProposals(flow, spi, udpEncapsulation),
      pfsGroup: flow.pfs ?? null,
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
          keySize: keySizeOf(encryption),
          map: flow.map,
        }),
      ],
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
    if (!choice) {
      const pfs = checked.find(({ verdict }) => verdict === 'pfs')
      return {
        accepted: false,
        code: pfs ? 'pfs-mismatch' : 'transform-mismatch',
        detail: (pfs ?? checked[0])?.reason ?? 'nothing was proposed',
        error: error.transform,
        events: all,
      }
    }
    return {
      accepted: true,
      child: childOf(flow, request, choice),
      proposal: { ...choice.proposal, spi: request.spi, transforms: [choice.transform] },
      events: [...all, validated(request, request, choice)],
    }
  },

  confirm: ({ offer, returned, local, peer, udpEncapsulation }) => {
    const flow = flows.find((candidate) => candidate.name === offer.flow)
    if (!flow) throw new Error(`there is no flow ${offer.flow} any more`)
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
