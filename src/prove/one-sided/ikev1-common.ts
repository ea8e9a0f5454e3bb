import type { Certificate } from '../../pki/index.ts'
import {
  type IsakmpPolicy,
  type IsakmpProfile,
  identityType,
  type OwnIdentity,
  ownIdentity,
} from '../../selection/index.ts'
import { type Admission, admissionOf } from './admission.ts'
import { distinct, type PeerOption } from './analysis.ts'
import { condition, fails, failureUnder, type Known, never, peerName, saidBy } from './known.ts'
import type { PeerIdentity, PeerMethod } from './peer-plan.ts'
import { identityCondition, matchCondition } from './shared-conditions.ts'
import type { PeerCondition } from './types.ts'

/** IKEv1 with one side unknown: what both ways of authentication share. */

export type Role = 'initiator' | 'responder'

export const profileOf = ({ end, flow }: Known): IsakmpProfile | null =>
  end.selection.profiles.find(({ name }) => name === flow.isakmpProfile?.name) ?? null

const typeName = (type: number): string =>
  ({
    [identityType.IPV4_ADDR]: 'IPv4 address',
    [identityType.FQDN]: 'FQDN',
    [identityType.USER_FQDN]: 'USER_FQDN',
    [identityType.DER_ASN1_DN]: 'DN',
  })[type] ?? `type ${type}`

/** The identities under which the known router comes, for every certificate that it may sign with. */
export const identitiesOf = (
  { end, flow }: Known,
  profile: IsakmpProfile | null,
  certificates: readonly (Certificate | null)[],
): readonly OwnIdentity[] =>
  distinct(
    certificates.map(
      (certificate) => ownIdentity(end.selection, { profile, localAddress: flow.localAddress, certificate }).choice,
    ),
  )

export const optionsFor = (
  policies: readonly IsakmpPolicy[],
  method: PeerMethod,
  rest: Omit<PeerOption, 'policy' | 'method' | 'knownMethod'>,
): readonly PeerOption[] => policies.map((policy) => ({ policy, method, knownMethod: method, ...rest }))

/** The tunnel of the peer must belong to the profile that the known router's identity binds there. */
export const matched = (
  known: Known,
  role: Role,
  method: PeerMethod,
  profile: IsakmpProfile | null,
  certificates: readonly (Certificate | null)[],
): PeerCondition => {
  const identities = identitiesOf(known, profile, certificates)
  const said = ownIdentity(known.end.selection, {
    profile,
    localAddress: known.flow.localAddress,
    certificate: certificates[0] ?? null,
  })
  return matchCondition(
    known,
    identities,
    {
      with: method,
      message: role === 'initiator' ? 'MM5' : 'MM6',
      otherwise:
        role === 'initiator'
          ? fails('QM1', peerName, 'profile-did-not-match')
          : failureUnder(known, 'v1.initiatorIdCheck', 'fail', {
              stage: 'MM6',
              rejectedBy: peerName,
              code: 'peer-identity-outside-profile',
              outcome: 'down',
            }),
      ...saidBy(said),
      readings: [],
    },
    typeName,
  )
}

export const sameAddress = ({ flow }: Known): PeerIdentity => ({ kind: 'address', address: flow.peer })

export const initiatorCheck = (known: Known, byMapOnly: boolean): PeerCondition['otherwise'] =>
  byMapOnly
    ? null
    : failureUnder(known, 'v1.initiatorIdCheck', 'fail', {
        stage: 'MM6',
        rejectedBy: known.router.name,
        code: 'peer-identity-outside-profile',
        outcome: 'down',
      })

export type Bound =
  | {
      readonly identities: PeerOption['identities']
      readonly maps: Admission['maps']
      readonly conditions: readonly PeerCondition[]
    }
  | { readonly impossible: ReturnType<typeof never> }

/** Which identity leads to the profile of the tunnel; a tunnel without one asks nothing of it. */
export const boundCondition = (known: Known, method: PeerMethod, profile: IsakmpProfile | null): Bound => {
  const keyTypes = method === 'pre-share' ? [] : [method === 'rsa-sig' ? ('rsa' as const) : ('ec' as const)]
  const { flow, router, end } = known
  const otherwise = fails('QM1', router.name, 'profile-did-not-match')
  if (flow.isakmpProfile === undefined) {
    const bindsNone = end.selection.profiles.length === 0
    return {
      identities: [sameAddress(known), { kind: 'fqdn', name: 'peer.invalid' }],
      maps: [],
      conditions: bindsNone
        ? []
        : [
            condition({
              kind: 'identity',
              with: method,
              message: 'MM5',
              does: `${router.name}'s tunnel names no profile, so any identity will do; a profile that it binds restricts the CAs`,
              must: 'best identify itself in a way that no profile matches',
              otherwise: failureUnder(known, 'map.noProfileAcceptsAny', 'false', otherwise),
              at: flow.at,
            }),
          ],
    }
  }
  const admission = profile ? admissionOf(known, profile, { asBound: true, keyTypes }) : null
  if (!profile || !admission || (admission.identities.length === 0 && admission.maps.length === 0))
    return { impossible: never(known, 'QM1', 'profile-did-not-match', flow.isakmpProfile.at) }
  const byMap: readonly PeerIdentity[] = admission.maps.length > 0 ? [{ kind: 'dn' }, sameAddress(known)] : []
  return {
    identities: [...admission.identities, ...byMap],
    maps: admission.maps,
    conditions: [
      identityCondition(known, profile, admission, {
        with: method,
        message: 'MM5',
        asBound: true,
        knobs: ['v1.overlap'],
        otherwise,
      }),
    ],
  }
}
