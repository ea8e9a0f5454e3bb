import {
  ikeV2InitiatorRequests,
  ikeV2ResponderRequests,
  ikeV2SharedKey,
  ikeV2ValidationTrustpoints,
} from '../../selection/index.ts'
import type { MessageName, RejectCode } from '../../trace/index.ts'
import { demandedSubjects } from './admission.ts'
import { type MethodAnalysis, type PeerOption, unique } from './analysis.ts'
import { type AskedCa, judgeCas } from './certificates.ts'
import { receivedV2 } from './identities.ts'
import { atEnd, identitiesOf, isSignature, keyTypeOf, request, response, type Ways } from './ikev2-common.ts'
import type { OwnSide } from './ikev2-own-side.ts'
import { condition, fails, failureUnder, type Known, never, peerName, readingsOf, saidBy } from './known.ts'
import type { PeerIdentity } from './peer-plan.ts'
import { certificateConditions } from './shared-conditions.ts'
import type { PeerCondition } from './types.ts'

/** IKEv2 with one side unknown: the ways in which the peer may prove itself, and what each asks (ios-semantics §2.5, §2.8). */

/** The side of the peer: the methods by which it may prove itself, and what each asks. */
export const peerSide = (ways: Ways, own: OwnSide): readonly MethodAnalysis[] => {
  const { known, profile, role } = ways
  const stage: MessageName = role === 'initiator' ? response : request
  const methods = profile.authenticationRemote.map(({ method }) => method).filter((method) => method !== 'eap')
  if (methods.length === 0)
    return [
      {
        impossible: never(
          known,
          stage,
          profile.authenticationRemote.length > 0 ? 'eap-not-supported' : 'authentication-method-mismatch',
          profile.authenticationRemote[0]?.at ?? profile.at,
        ),
      },
    ]
  return methods.map((method) => (isSignature(method) ? bySignature(ways, own, method) : byKey(ways, own)))
}

const optionOf = (
  { admission, known, profile }: Ways,
  own: OwnSide,
  rest: Pick<PeerOption, 'method' | 'issuers' | 'subjects' | 'ownKey'>,
): PeerOption => ({
  policy: null,
  knownMethod: own.method,
  anchors: own.anchors,
  identities: [
    ...admission.identities,
    ...(rest.issuers.length > 0 && admission.maps.length > 0
      ? ([{ kind: 'dn' }, { kind: 'address', address: known.flow.peer }] satisfies readonly PeerIdentity[])
      : []),
  ],
  expects: identitiesOf(known, profile, own.certificates),
  knownKey: own.key,
  ...rest,
})

const bySignature = (ways: Ways, own: OwnSide, method: 'rsa-sig' | 'ecdsa-sig'): MethodAnalysis => {
  const { known, role, profile } = ways
  const { selection } = known.end
  const asks = role === 'initiator' ? ikeV2InitiatorRequests(selection, profile) : ikeV2ResponderRequests(selection)
  const stage: MessageName = role === 'initiator' ? response : request
  const allowed = ikeV2ValidationTrustpoints(selection, profile).choice
  const asked = judgeCas(known, asks.choice, allowed, keyTypeOf(method))
  const taken = asked.filter(({ refusal }) => refusal === null)
  if (taken.length === 0)
    return { impossible: never(known, stage, refusalCode(asked), profile.trustpoints[0]?.at ?? profile.at) }
  return {
    conditions: certificateConditions(known, asked, {
      method,
      message: role === 'initiator' ? request : 'IKE_SA_INIT response',
      inListOrder: false,
      otherwise:
        role === 'initiator'
          ? withKnob(known, fails(request, peerName, 'no-certificate-to-send'))
          : fails(request, peerName, 'no-certificate-to-send'),
      refusedAt: stage,
      half: atEnd(known, role),
      ...saidBy(asks),
      readings: readingsOf(
        known,
        ['store.caOnlyPosition'],
        ({ selection: other }) =>
          (role === 'initiator' ? ikeV2InitiatorRequests(other, profile) : ikeV2ResponderRequests(other)).choice.map(
            ({ trustpoint }) => trustpoint,
          ),
        (names) => `asks in the order ${names.join(', ')}`,
      ),
    }),
    options: [
      optionOf(ways, own, {
        method,
        issuers: unique(taken.map(({ issuer }) => issuer)),
        subjects: demandedSubjects(ways.admission, taken),
        ownKey: null,
      }),
    ],
  }
}

/** A responder that finds no request for a CA of its own fails, or signs with any certificate. */
const withKnob = (
  known: Known,
  failure: NonNullable<PeerCondition['otherwise']>,
): NonNullable<PeerCondition['otherwise']> => failureUnder(known, 'v2.respNoMatchCert', 'fail', failure) ?? failure

const refusalCode = (asked: readonly AskedCa[]): RejectCode =>
  (asked.find(({ builtIn }) => !builtIn) ?? asked[0])?.refusal ?? 'no-suitable-trustpoint'

const byKey = (ways: Ways, own: OwnSide): MethodAnalysis => {
  const { known, role, profile, admission } = ways
  const { end, flow, router } = known
  const stage: MessageName = role === 'initiator' ? response : request
  const found = admission.identities
    .map((example) =>
      ikeV2SharedKey(end.selection, { profile, peerAddress: flow.peer, identity: receivedV2(example), side: 'remote' }),
    )
    .find(({ key }) => key !== null)
  if (!found) return { impossible: never(known, stage, 'no-shared-key', profile.keyring?.at ?? profile.at) }
  return {
    conditions: [
      condition({
        kind: 'shared-key',
        with: 'pre-share',
        message: stage,
        does: `${router.name} expects the key of ${found.choice} from the peer`,
        must: 'prove itself with the same key',
        otherwise: fails(stage, router.name, 'shared-key-mismatch', atEnd(known, role)),
        ...saidBy(found),
      }),
    ],
    options: [optionOf(ways, own, { method: 'pre-share', issuers: [], subjects: [], ownKey: found.key })],
  }
}
