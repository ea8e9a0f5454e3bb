import type { IkeGroup } from '../selection/index.ts'
import { type Proposal, protocolId, type Transform } from '../wire/index.ts'
import type { EspAlgorithms } from './algorithms.ts'
import type { IpsecLifetime, TransformSet } from './configuration.ts'
import { type EspMode, type EspTransform, readTransform, sameTransform, writeTransform } from './esp-attributes.ts'
import type { ProtectedFlow } from './flows.ts'
import { isGroup } from './supported-groups.ts'
import { algorithmsOf, modesOf } from './transform-set.ts'

/** Quick mode's SA payload for ESP (RFC 2407 §4.4, RFC 2409 §5.5): what is offered, what is chosen, what may come back. */

/** One proposal for each transform set of the flow, in its order. `spi` is ours, four octets. */
export const offerProposals = (flow: ProtectedFlow, spi: Uint8Array, udpEncapsulation: boolean): readonly Proposal[] =>
  flow.transformSets.map((set, index) => ({
    number: index + 1,
    protocolId: protocolId.ESP,
    spi,
    transforms: [
      writeTransform(1, {
        ...algorithmsOf(set),
        mode: modesOf(flow, set)[0],
        udpEncapsulation,
        group: flow.pfs,
        lifetime: flow.lifetime,
      }),
    ],
  }))

/** Why a transform was passed over; stable. */
export type TransformVerdict =
  | 'acceptable'
  | 'not-esp'
  | 'several-protocols'
  | 'attributes'
  | 'encryption'
  | 'authentication'
  | 'mode'
  | 'udp-encapsulation'
  | 'pfs'
  | 'not-offered'

export interface CheckedTransform {
  readonly proposal: number
  readonly transform: Transform
  readonly acceptable: boolean
  readonly verdict: TransformVerdict
  readonly reason: string
  readonly transformSet: string | null
}

export interface ChosenTransform extends EspAlgorithms {
  readonly proposal: Proposal
  readonly transform: Transform
  readonly transformSet: TransformSet
  readonly mode: EspMode
  /** The shorter of both sides' lifetimes. */
  readonly lifetime: IpsecLifetime
  readonly pfsGroup: number | null
}

export interface TransformChoice {
  readonly choice: ChosenTransform | null
  /** Every pair that was compared, in order; the last is the one that was taken. */
  readonly checked: readonly CheckedTransform[]
}

type Refusal = { readonly verdict: TransformVerdict; readonly reason: string }

/** A group that is proposed where none is demanded is accepted, as IOS does. */
const pfsRefusal = (demanded: IkeGroup | undefined, proposed: number | undefined): string | null => {
  if (demanded !== undefined && proposed === undefined)
    return `perfect forward secrecy with group ${demanded} is demanded and not proposed`
  if (demanded !== undefined && proposed !== demanded) return `group ${proposed} is not group ${demanded}`
  if (proposed !== undefined && !isGroup(proposed)) return `group ${proposed} is not supported`
  return null
}

const refusal = (
  read: EspTransform,
  set: TransformSet,
  flow: ProtectedFlow,
  udpEncapsulation: boolean,
): Refusal | null => {
  const own = algorithmsOf(set)
  const modes = modesOf(flow, set)
  if (read.encryption !== own.encryption)
    return { verdict: 'encryption', reason: `${read.encryption} is not ${own.encryption}` }
  if (read.authentication !== own.authentication)
    return {
      verdict: 'authentication',
      reason: `${read.authentication ?? 'no authentication'} is not ${own.authentication ?? 'none'}`,
    }
  if (!modes.includes(read.mode)) return { verdict: 'mode', reason: `${read.mode} mode is not ${modes[0]} mode` }
  if (read.udpEncapsulation !== udpEncapsulation)
    return {
      verdict: 'udp-encapsulation',
      reason: read.udpEncapsulation
        ? 'UDP encapsulation without a NAT'
        : 'a NAT was found, and UDP encapsulation is not proposed',
    }
  const pfs = pfsRefusal(flow.pfs, read.group)
  return pfs === null ? null : { verdict: 'pfs', reason: pfs }
}

const shorter = (own: IpsecLifetime, proposed: Partial<IpsecLifetime>): IpsecLifetime => ({
  seconds: Math.min(own.seconds, proposed.seconds ?? own.seconds),
  kilobytes: Math.min(own.kilobytes, proposed.kilobytes ?? own.kilobytes),
})

const protocolRefusal = (proposal: Proposal, proposals: readonly Proposal[]): Refusal | null => {
  // Proposals of one number belong together (RFC 2408 §4.2): AH and ESP at once is not modelled.
  if (proposals.some((other) => other !== proposal && other.number === proposal.number))
    return { verdict: 'several-protocols', reason: 'several protocols at once are not supported' }
  return proposal.protocolId === protocolId.ESP
    ? null
    : { verdict: 'not-esp', reason: `protocol ${proposal.protocolId} is not ESP` }
}

/**
 * The first proposed transform that equals one of the flow's transform sets. `udpEncapsulation`: whether phase 1 found
 * a NAT.
 */
export const chooseProposal = (
  flow: ProtectedFlow,
  proposals: readonly Proposal[],
  udpEncapsulation: boolean,
): TransformChoice => {
  const checked: CheckedTransform[] = []
  for (const proposal of proposals) {
    const foreign = protocolRefusal(proposal, proposals)
    for (const transform of proposal.transforms) {
      const common = { proposal: proposal.number, transform, acceptable: false }
      const read = foreign ? foreign.reason : readTransform(transform)
      if (typeof read === 'string') {
        checked.push({ ...common, verdict: foreign?.verdict ?? 'attributes', reason: read, transformSet: null })
        continue
      }
      for (const transformSet of flow.transformSets) {
        const refused = refusal(read, transformSet, flow, udpEncapsulation)
        if (refused) {
          checked.push({ ...common, ...refused, transformSet: transformSet.name })
          continue
        }
        checked.push({
          ...common,
          acceptable: true,
          verdict: 'acceptable',
          reason: 'equal',
          transformSet: transformSet.name,
        })
        const { encryption, authentication, mode, group } = read
        const lifetime = shorter(flow.lifetime, read.lifetime)
        return {
          checked,
          choice: {
            proposal,
            transform,
            transformSet,
            encryption,
            authentication,
            mode,
            lifetime,
            pfsGroup: group ?? null,
          },
        }
      }
    }
  }
  return { choice: null, checked }
}

/**
 * What the responder returned must be one proposal with one transform that was offered, nothing changed, added or left
 * out (RFC 2409 §5); the order of the attributes and the form of their numbers are free.
 */
export const acceptReturned = (
  flow: ProtectedFlow,
  offered: readonly Proposal[],
  returned: readonly Proposal[],
  udpEncapsulation: boolean,
): TransformChoice => {
  const [proposal] = returned
  const transform = proposal?.transforms[0]
  if (!proposal || !transform) return { choice: null, checked: [] }
  const source = offered.find(({ number, protocolId: id }) => number === proposal.number && id === proposal.protocolId)
  const single = returned.length === 1 && proposal.transforms.length === 1
  if (single && source?.transforms.some((candidate) => sameTransform(candidate, transform)))
    return chooseProposal(flow, returned, udpEncapsulation)
  const read = readTransform(transform)
  const reason = !single
    ? 'the responder returned more than one transform'
    : typeof read === 'string'
      ? read
      : 'the responder returned a transform that was not offered'
  return {
    choice: null,
    checked: [
      { proposal: proposal.number, transform, acceptable: false, verdict: 'not-offered', reason, transformSet: null },
    ],
  }
}
