import { type DhGroupId, deriveIkeV2Keys, dhGroups, type IkeV2Keys } from '../../crypto/index.ts'
import {
  type IkeV2Proposal as ConfiguredProposal,
  chooseIkeV2Proposal,
  type IkeV2Group,
  ikeV2ProposalTransforms,
  type OfferedIkeV2Proposal,
  type SelectionContext,
} from '../../selection/index.ts'
import {
  type IkeV2Proposal,
  type IkeV2Transform,
  ikeV2KeyLengthAttribute,
  ikeV2ProtocolId,
  ikeV2TransformType,
} from '../../wire/index.ts'
import type { Suite } from './session.ts'

/** Proposals of an IKE SA: from the configuration to the wire and back (RFC 7296 §3.3). */

const plain = (type: number, id: number): IkeV2Transform => ({ type, id, attributes: [] })

const keyed = (id: number, bits: number | undefined): IkeV2Transform => ({
  type: ikeV2TransformType.ENCR,
  id,
  attributes: bits === undefined ? [] : [{ form: 'basic', type: ikeV2KeyLengthAttribute, value: bits }],
})

/** The SA payload's proposals, numbered from 1. `spi` is empty in IKE_SA_INIT, eight octets where an IKE SA is renewed. */
export const wireProposals = (proposals: readonly ConfiguredProposal[], spi: Uint8Array): readonly IkeV2Proposal[] =>
  proposals.map((proposal, index) => {
    const { encryption, prf, integrity, groups } = ikeV2ProposalTransforms(proposal)
    return {
      number: index + 1,
      protocolId: ikeV2ProtocolId.IKE,
      spi,
      transforms: [
        ...encryption.map(({ id, keyBits }) => keyed(id, keyBits)),
        ...prf.map((id) => plain(ikeV2TransformType.PRF, id)),
        ...integrity.map((id) => plain(ikeV2TransformType.INTEG, id)),
        ...groups.map((id) => plain(ikeV2TransformType.DH, id)),
      ],
    }
  })

/** What the peer offers, as the decision reads it. A proposal of another protocol or with a transform type that is not known is left out (RFC 7296 §3.3.6). */
export const offeredProposals = (proposals: readonly IkeV2Proposal[]): readonly OfferedIkeV2Proposal[] =>
  proposals
    .filter(
      ({ protocolId, transforms }) =>
        protocolId === ikeV2ProtocolId.IKE && transforms.every(({ type }) => type >= 1 && type <= 4),
    )
    .map(({ number, transforms }) => {
      const ids = (type: number): readonly number[] =>
        transforms.filter((transform) => transform.type === type).map(({ id }) => id)
      return {
        number,
        encryption: transforms
          .filter(({ type }) => type === ikeV2TransformType.ENCR)
          .map(({ id, attributes }) => {
            const length = attributes.find(({ type }) => type === ikeV2KeyLengthAttribute)
            return length?.form === 'basic' ? { id, keyBits: length.value } : { id }
          }),
        prf: ids(ikeV2TransformType.PRF),
        integrity: ids(ikeV2TransformType.INTEG),
        groups: ids(ikeV2TransformType.DH),
      }
    })

export type ProposalChoice = ReturnType<typeof chooseIkeV2Proposal>

/** The proposal with the one transform of each type that was agreed on, as the responder returns it. */
export const agreedWireProposal = (choice: NonNullable<ProposalChoice['agreed']>, spi: Uint8Array): IkeV2Proposal => {
  const [only] = wireProposals(
    [
      {
        name: choice.proposal.name,
        encryption: [choice.encryption],
        integrity: choice.integrity === null ? [] : [choice.integrity],
        prf: [choice.prf],
        groups: [choice.group],
      },
    ],
    spi,
  )
  if (!only) throw new Error('one proposal in, one proposal out')
  return { ...only, number: choice.number }
}

export const suiteOf = ({ encryption, integrity, prf, group }: NonNullable<ProposalChoice['agreed']>): Suite => ({
  encryption,
  integrity,
  prf,
  group,
})

const exactlyOne = (transforms: readonly IkeV2Transform[], type: number): boolean =>
  transforms.filter((transform) => transform.type === type).length === 1

/** The suite that a responder returned, if it is one that was offered: one proposal, one transform of each type (RFC 7296 §3.3.6). */
export const returnedSuite = (
  ctx: SelectionContext,
  own: readonly ConfiguredProposal[],
  returned: readonly IkeV2Proposal[],
): ProposalChoice | string => {
  const [proposal, another] = returned
  if (!proposal || another) return `the responder returned ${returned.length} proposals`
  const { transforms } = proposal
  const { ENCR, PRF, INTEG, DH } = ikeV2TransformType
  if (![ENCR, PRF, DH].every((type) => exactlyOne(transforms, type)))
    return 'the responder returned more or fewer than one transform of a type'
  if (transforms.filter(({ type }) => type === INTEG).length > 1)
    return 'the responder returned more than one integrity transform'
  const offered = own[proposal.number - 1]
  if (!offered) return `the responder returned proposal ${proposal.number}, which was not offered`
  const choice = chooseIkeV2Proposal(ctx, [offered], offeredProposals(returned))
  return choice.agreed ? choice : `the responder returned transforms that proposal ${proposal.number} does not hold`
}

export const isDhGroup = (group: number): group is DhGroupId & IkeV2Group => Object.hasOwn(dhGroups, group)

/** All keys of an IKE SA (RFC 7296 §2.14). */
export const keysOf = (
  suite: Suite,
  skeyseed: Uint8Array,
  exchanged: {
    readonly nonceI: Uint8Array
    readonly nonceR: Uint8Array
    readonly spiI: Uint8Array
    readonly spiR: Uint8Array
  },
): IkeV2Keys =>
  deriveIkeV2Keys({
    prf: suite.prf,
    skeyseed,
    ni: exchanged.nonceI,
    nr: exchanged.nonceR,
    spiI: exchanged.spiI,
    spiR: exchanged.spiR,
    cipher: suite.encryption,
    integrity: suite.integrity,
  })
