import type { IkeV2Group } from '../selection/index.ts'
import {
  type IkeV2Proposal,
  type IkeV2Transform,
  ikeV2Esn,
  ikeV2Group,
  ikeV2Integrity,
  ikeV2KeyLengthAttribute,
  ikeV2ProtocolId,
  ikeV2TransformType,
  u32At,
} from '../wire/index.ts'
import { authentications, type EspAlgorithms, encryptions, protectsAnything } from './algorithms.ts'
import type { IpsecLifetime, TransformSet } from './configuration.ts'
import type { EspMode } from './esp-attributes.ts'
import type { ProtectedFlow } from './flows.ts'
import { isIkeV2Group } from './supported-groups.ts'
import { algorithmsOf, modesOf } from './transform-set.ts'

/** The SA payload for ESP in IKEv2 (RFC 7296 §3.3): what is offered, what is chosen, what may come back. */

const { ENCR, INTEG, DH, ESN } = ikeV2TransformType

const transform = (type: number, id: number, keyBits?: number): IkeV2Transform => ({
  type,
  id,
  attributes: keyBits === undefined ? [] : [{ form: 'basic', type: ikeV2KeyLengthAttribute, value: keyBits }],
})

/** Without an authenticator no transform says so: INTEG is left out (RFC 7296 §3.3.3). */
const transformsOf = ({ encryption, authentication }: EspAlgorithms, group: number | undefined) => [
  transform(ENCR, encryptions[encryption].ikeV2Id, encryptions[encryption].keyBits),
  ...(authentication === null ? [] : [transform(INTEG, authentications[authentication].ikeV2Id)]),
  ...(group === undefined ? [] : [transform(DH, group)]),
  transform(ESN, ikeV2Esn.NONE),
]

/**
 * One proposal for each transform set of the flow, in its order. `spi` is ours, four octets. `keyExchange`: whether the
 * exchange may carry a KE payload; IKE_AUTH does not, and names no group (RFC 7296 §1.2).
 */
export const offerChildProposals = (
  flow: ProtectedFlow,
  spi: Uint8Array,
  keyExchange: boolean,
): readonly IkeV2Proposal[] =>
  flow.transformSets.map((set, index) => ({
    number: index + 1,
    protocolId: ikeV2ProtocolId.ESP,
    spi,
    transforms: transformsOf(algorithmsOf(set), keyExchange ? flow.pfs : undefined),
  }))

/** Whether the initiator asks for transport mode: of all proposals at once, so the first transform set decides. */
export const asksForTransport = (flow: ProtectedFlow): boolean => {
  const [first] = flow.transformSets
  return first !== undefined && modesOf(flow, first)[0] === 'transport'
}

/** Why a proposal was passed over; stable. */
export type ChildProposalVerdict =
  | 'acceptable'
  | 'not-esp'
  | 'spi'
  | 'transform-type'
  | 'encryption'
  | 'authentication'
  | 'extended-sequence-numbers'
  | 'pfs'
  | 'mode'
  | 'not-offered'

export interface CheckedChildProposal {
  readonly proposal: number
  readonly acceptable: boolean
  readonly verdict: ChildProposalVerdict
  readonly reason: string
  readonly transformSet: string | null
}

export interface ChosenChildProposal extends EspAlgorithms {
  /** The peer's, with the one transform of each type that was chosen. */
  readonly proposal: IkeV2Proposal
  readonly transformSet: TransformSet
  readonly mode: EspMode
  /** Our own: IKEv2 negotiates none (RFC 7296 §2.8). */
  readonly lifetime: IpsecLifetime
  /** The group that the KE payloads must be of; null: no key exchange. */
  readonly pfsGroup: IkeV2Group | null
}

export interface ChildProposalChoice {
  readonly choice: ChosenChildProposal | null
  /** Every pair that was compared, in order; the last is the one that was taken. */
  readonly checked: readonly CheckedChildProposal[]
}

/** What stands around the SA payload. */
export interface ChildExchange {
  /** The exchange may carry KE payloads: CREATE_CHILD_SA. */
  readonly keyExchange: boolean
  /** The group of the KE payload that came with it. */
  readonly group: number | null
  /** USE_TRANSPORT_MODE came with it. */
  readonly transport: boolean
}

type Refusal = { readonly verdict: ChildProposalVerdict; readonly reason: string }

/** RFC 4303 §2.1: 0 to 255 are reserved. */
const lowestSpi = 256

const proposalRefusal = ({ protocolId, spi, transforms }: IkeV2Proposal): Refusal | null => {
  if (protocolId !== ikeV2ProtocolId.ESP) return { verdict: 'not-esp', reason: `protocol ${protocolId} is not ESP` }
  if (spi.length !== 4 || u32At(spi, 0) < lowestSpi) return { verdict: 'spi', reason: 'the SPI is no SPI of ESP' }
  // A type that is not understood, or that ESP has not, refuses the proposal and not only its transforms (§3.3.6).
  const strange = transforms.find(({ type }) => ![ENCR, INTEG, DH, ESN].some((known) => known === type))
  return strange ? { verdict: 'transform-type', reason: `ESP has no transform of type ${strange.type}` } : null
}

/** Bits; null: a transform with an attribute that is not known, or with one that stands twice, cannot be chosen (§3.3.6). */
const keyBitsOf = ({ attributes }: IkeV2Transform): number | undefined | null => {
  const [attribute, another] = attributes
  if (!attribute) return undefined
  return another || attribute.form !== 'basic' || attribute.type !== ikeV2KeyLengthAttribute ? null : attribute.value
}

const find = (transforms: readonly IkeV2Transform[], type: number, id: number, keyBits?: number) =>
  transforms.find((each) => each.type === type && each.id === id && keyBitsOf(each) === keyBits)

const has = (transforms: readonly IkeV2Transform[], type: number): boolean =>
  transforms.some((each) => each.type === type)

type Picked = { readonly transforms: readonly IkeV2Transform[] } | Refusal

const pickEncryption = (transforms: readonly IkeV2Transform[], { encryption }: EspAlgorithms): Picked => {
  const { ikeV2Id, keyBits } = encryptions[encryption]
  const found = find(transforms, ENCR, ikeV2Id, keyBits)
  return found ? { transforms: [found] } : { verdict: 'encryption', reason: `${encryption} is not proposed` }
}

const pickIntegrity = (transforms: readonly IkeV2Transform[], { authentication }: EspAlgorithms): Picked => {
  if (authentication !== null) {
    const found = find(transforms, INTEG, authentications[authentication].ikeV2Id)
    return found ? { transforms: [found] } : { verdict: 'authentication', reason: `${authentication} is not proposed` }
  }
  if (!has(transforms, INTEG)) return { transforms: [] }
  const none = find(transforms, INTEG, ikeV2Integrity.NONE)
  return none
    ? { transforms: [none] }
    : { verdict: 'authentication', reason: 'an authenticator is proposed, and the transform set has none' }
}

const pickSequenceNumbers = (transforms: readonly IkeV2Transform[]): Picked => {
  const found = find(transforms, ESN, ikeV2Esn.NONE)
  return found
    ? { transforms: [found] }
    : {
        verdict: 'extended-sequence-numbers',
        reason: has(transforms, ESN)
          ? 'only extended sequence numbers are proposed'
          : 'nothing is said about extended sequence numbers',
      }
}

type PickedGroup = { readonly transforms: readonly IkeV2Transform[]; readonly group: IkeV2Group | null } | Refusal

/** No group: none was named, or "none" was one of them. */
const withoutGroup = (transforms: readonly IkeV2Transform[], reason: string): PickedGroup => {
  const none = find(transforms, DH, ikeV2Group.NONE)
  if (none) return { transforms: [none], group: null }
  return has(transforms, DH) ? { verdict: 'pfs', reason } : { transforms: [], group: null }
}

/** A group that is proposed where none is demanded is accepted, as IOS does in quick mode; that of the KE payload first. */
const pickGroup = (
  transforms: readonly IkeV2Transform[],
  { pfs }: ProtectedFlow,
  { keyExchange, group }: ChildExchange,
): PickedGroup => {
  if (!keyExchange) return withoutGroup(transforms, 'a group is proposed where there is no key exchange')
  if (pfs !== undefined) {
    const found = find(transforms, DH, pfs)
    return found
      ? { transforms: [found], group: pfs }
      : { verdict: 'pfs', reason: `perfect forward secrecy with group ${pfs} is demanded and not proposed` }
  }
  const offered = transforms.filter(({ type, attributes }) => type === DH && attributes.length === 0)
  const ofPayload = offered.find(({ id }) => id === group && isIkeV2Group(id))
  const none = withoutGroup(transforms, 'none of the groups that are proposed is supported')
  if (!ofPayload && 'transforms' in none) return none
  const found = ofPayload ?? offered.find(({ id }) => isIkeV2Group(id))
  return found && isIkeV2Group(found.id) ? { transforms: [found], group: found.id } : none
}

const choose = (
  proposal: IkeV2Proposal,
  set: TransformSet,
  flow: ProtectedFlow,
  exchange: ChildExchange,
): ChosenChildProposal | Refusal => {
  const algorithms = algorithmsOf(set)
  if (!protectsAnything(algorithms)) return { verdict: 'encryption', reason: 'the transform set protects nothing' }
  const encryption = pickEncryption(proposal.transforms, algorithms)
  if ('verdict' in encryption) return encryption
  const integrity = pickIntegrity(proposal.transforms, algorithms)
  if ('verdict' in integrity) return integrity
  const group = pickGroup(proposal.transforms, flow, exchange)
  if ('verdict' in group) return group
  const sequenceNumbers = pickSequenceNumbers(proposal.transforms)
  if ('verdict' in sequenceNumbers) return sequenceNumbers
  return {
    ...algorithms,
    proposal: {
      ...proposal,
      transforms: [encryption, integrity, group, sequenceNumbers].flatMap(({ transforms }) => transforms),
    },
    transformSet: set,
    mode: exchange.transport && modesOf(flow, set).includes('transport') ? 'transport' : 'tunnel',
    lifetime: flow.lifetime,
    pfsGroup: group.group,
  }
}

/**
 * The responder's choice: the first proposal that holds what one of the flow's transform sets says. Where `pfsGroup` is
 * not the group of the KE payload, INVALID_KE_PAYLOAD asks for it (RFC 7296 §1.3).
 */
export const chooseChildProposal = (
  flow: ProtectedFlow,
  proposals: readonly IkeV2Proposal[],
  exchange: ChildExchange,
): ChildProposalChoice => {
  const checked: CheckedChildProposal[] = []
  for (const proposal of proposals) {
    const common = { proposal: proposal.number, acceptable: false }
    const refused = proposalRefusal(proposal)
    if (refused) {
      checked.push({ ...common, ...refused, transformSet: null })
      continue
    }
    for (const set of flow.transformSets) {
      const chosen = choose(proposal, set, flow, exchange)
      if (!('verdict' in chosen)) {
        checked.push({ ...common, acceptable: true, verdict: 'acceptable', reason: 'equal', transformSet: set.name })
        return { choice: chosen, checked }
      }
      checked.push({ ...common, ...chosen, transformSet: set.name })
    }
  }
  return { choice: null, checked }
}

const same = (a: IkeV2Transform, b: IkeV2Transform): boolean =>
  a.type === b.type && a.id === b.id && keyBitsOf(a) !== null && keyBitsOf(a) === keyBitsOf(b)

/** Exactly one transform of each type that was offered, and nothing else (RFC 7296 §3.3.6). */
const isSelection = (offered: IkeV2Proposal, returned: IkeV2Proposal): boolean => {
  const types = new Set(offered.transforms.map(({ type }) => type))
  return (
    returned.transforms.length === types.size &&
    [...types].every((type) => has(returned.transforms, type)) &&
    returned.transforms.every((each) => offered.transforms.some((other) => same(other, each)))
  )
}

/**
 * What the responder returned must be one proposal that was offered, with one of its transforms of each type, and
 * transport mode only where it was asked for.
 */
export const acceptReturnedChild = (
  flow: ProtectedFlow,
  offer: { readonly proposals: readonly IkeV2Proposal[]; readonly transport: boolean },
  returned: readonly IkeV2Proposal[],
  exchange: ChildExchange,
): ChildProposalChoice => {
  const [proposal] = returned
  if (!proposal) return { choice: null, checked: [] }
  const refuse = (verdict: ChildProposalVerdict, reason: string): ChildProposalChoice => ({
    choice: null,
    checked: [{ proposal: proposal.number, acceptable: false, verdict, reason, transformSet: null }],
  })
  if (returned.length > 1) return refuse('not-offered', 'the responder returned more than one proposal')
  const source = offer.proposals.find(({ number }) => number === proposal.number)
  if (!source || !isSelection(source, proposal))
    return refuse('not-offered', 'the responder returned transforms that were not offered')
  if (exchange.transport && !offer.transport)
    return refuse('mode', 'the responder returned transport mode, which was not asked for')
  return chooseChildProposal(flow, returned, exchange)
}
