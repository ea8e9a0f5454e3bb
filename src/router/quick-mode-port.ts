import type { QuickModeAnswer, QuickModePort } from '../ike/index.ts'
import {
  attributesText,
  type CheckedTransform,
  type ChosenTransform,
  chooseProposal,
  encryptions,
  keyLengths,
  type MapDecision,
  matchMap,
  offerProposals,
  type ProtectedFlow,
  transformText,
} from '../ipsec/index.ts'
import type { Knobs } from '../selection/index.ts'
import { type EventBody, event } from '../trace/index.ts'

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

const childOf = (
  flow: ProtectedFlow,
  choice: ChosenTransform,
): Extract<QuickModeAnswer, { accepted: true }>['child'] => ({
  flow: flow.name,
  localProxy: flow.localProxy,
  remoteProxy: flow.remoteProxy,
  encryption: choice.encryption,
  authentication: choice.authentication,
  transform: transformText(choice),
  mode: choice.mode,
  keyLength: keyLengths(choice).total,
  seconds: choice.lifetime.seconds,
  kilobytes: choice.lifetime.kilobytes,
  pfsGroup: choice.pfsGroup,
})

const validated = (flow: ProtectedFlow, choice: ChosenTransform): EventBody =>
  event('ipsec:proposal_validated', {
    local: flow.localAddress,
    remote: flow.peer,
    localProxy: flow.localProxy,
    remoteProxy: flow.remoteProxy,
    transform: transformText(choice),
    mode: choice.mode,
    keySize: keySizeOf(choice.encryption),
  })

const mapEvents = (
  decision: MapDecision,
  flows: readonly ProtectedFlow[],
  request: {
    readonly boundProfile: string | null
    readonly localProxy: ProtectedFlow['localProxy']
    readonly remoteProxy: ProtectedFlow['remoteProxy']
  },
): readonly EventBody[] => [
  event('ipsec:map_checked', {
    boundProfile: request.boundProfile,
    candidates: decision.checked.map(({ flow, reason }) => {
      const entry = flows.find(({ name }) => name === flow)
      return {
        map: entry?.map ?? flow,
        profile: entry?.isakmpProfile?.name ?? null,
        accepted: reason === 'matches',
        reason,
      }
    }),
    map: decision.choice,
    localProxy: request.localProxy,
    remoteProxy: request.remoteProxy,
  }),
  event('ike:decision', { question: 'which crypto map entry?', message: 'QM1', decision }),
]

/** Lets quick mode ask `ipsec/`: what to offer, whether a proposal fits, and whether what came back was offered. */
export const quickModePort = (flows: readonly ProtectedFlow[], knobs: Knobs): QuickModePort => ({
  offer: (name, { spi, udpEncapsulation }) => {
    const flow = flows.find((candidate) => candidate.name === name)
    if (!flow) return { refused: `there is no flow ${name}` }
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
          mode: set.mode,
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
    const events = mapEvents(decision, flows, request)
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
      const pfs = checked.find(({ reason }) => reason.includes('group'))
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
      child: childOf(flow, choice),
      proposal: { ...choice.proposal, spi: request.spi, transforms: [choice.transform] },
      events: [...all, validated(flow, choice)],
    }
  },

  confirm: ({ offer, returned, udpEncapsulation }) => {
    const flow = flows.find((candidate) => candidate.name === offer.flow)
    const [proposal] = returned
    const offered = offer.proposals.find(({ number }) => number === proposal?.number)
    if (!flow || !proposal || !offered || proposal.transforms.length !== 1)
      return {
        accepted: false,
        code: 'chosen-transform-was-not-offered',
        detail: 'the responder returned a proposal that was not offered',
        error: error.transform,
        events: [],
      }
    const { choice, checked } = chooseProposal(flow, returned, udpEncapsulation)
    const events = checkedEvents(checked)
    if (!choice || choice.pfsGroup !== offer.pfsGroup)
      return {
        accepted: false,
        code: 'chosen-transform-was-not-offered',
        detail: checked[0]?.reason ?? 'the responder returned a transform that was not offered',
        error: error.transform,
        events,
      }
    return { accepted: true, child: childOf(flow, choice), proposal, events: [...events, validated(flow, choice)] }
  },
})
