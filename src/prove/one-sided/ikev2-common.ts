import { ikeV2OfferedProposals, ikeV2WireProposals } from '../../ike/index.ts'
import type { Certificate } from '../../pki/index.ts'
import {
  chooseIkeV2Proposal,
  type IkeV2Profile,
  type IkeV2Proposal,
  ikeV2OwnIdentity,
  ikeV2Policy,
  type OwnIdentity,
} from '../../selection/index.ts'
import type { Admission } from './admission.ts'
import { distinct } from './analysis.ts'
import type { Known } from './known.ts'

/** IKEv2 with one side unknown: what both sides of it share. */

export type Role = 'initiator' | 'responder'
export const request = 'IKE_AUTH request'
export const response = 'IKE_AUTH response'

/** How each end proves itself in one direction. */
export interface Ways {
  readonly known: Known
  readonly role: Role
  readonly profile: IkeV2Profile
  readonly admission: Admission
}

export const isSignature = (method: string): method is 'rsa-sig' | 'ecdsa-sig' =>
  method === 'rsa-sig' || method === 'ecdsa-sig'
export const keyTypeOf = (method: 'rsa-sig' | 'ecdsa-sig'): 'rsa' | 'ec' => (method === 'rsa-sig' ? 'rsa' : 'ec')

/** The proposals that a peer can agree to at all: one that lacks a kind of algorithm has nothing in common with any, itself included. */
export const wholeProposals = ({ end: { selection }, flow }: Known): readonly IkeV2Proposal[] =>
  ikeV2Policy(selection, { localAddress: flow.localAddress }).proposals.filter((proposal) => {
    const offered = ikeV2OfferedProposals(ikeV2WireProposals([proposal], new Uint8Array()))
    return chooseIkeV2Proposal(selection, [proposal], offered).agreed !== null
  })

/** Whoever refuses in the last message leaves the other end with its SAs, where nothing is said. */
export const atEnd = (known: Known, role: Role): 'down' | 'half-open' =>
  role === 'initiator' && known.world.lab.knobs['v2.initValidateFailure'] === 'halfOpen' ? 'half-open' : 'down'

export const ofPeerAtEnd = (known: Known): 'down' | 'half-open' =>
  known.world.lab.knobs['v2.initValidateFailure'] === 'halfOpen' ? 'half-open' : 'down'

export const identitiesOf = (
  known: Known,
  profile: IkeV2Profile,
  certificates: readonly (Certificate | null)[],
): readonly OwnIdentity[] => {
  const { world, router, flow, end } = known
  const { lab } = world
  const others = lab.settled.has('v2.defaultLocalId')
    ? []
    : (['address', 'dnForSig'] as const).map((value) =>
        world.end(router.name, new Map(), { ...lab.knobs, 'v2.defaultLocalId': value }),
      )
  return distinct(
    [end, ...others].flatMap(({ selection }) =>
      certificates.map(
        (certificate) =>
          ikeV2OwnIdentity(selection, profile, { localAddress: flow.localAddress, certificate }).identity,
      ),
    ),
  )
}
