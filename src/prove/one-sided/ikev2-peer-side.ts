import {
  type IkeV2Profile,
  ikeV2InitiatorRequests,
  ikeV2ResponderRequests,
  ikeV2ValidationTrustpoints,
} from '../../selection/index.ts'
import type { MessageName, RejectCode } from '../../trace/index.ts'
import { bindingCas, comingIdentities, demandedSubjects } from './admission.ts'
import { type MethodAnalysis, type PeerOption, unique } from './analysis.ts'
import { type AskedCa, judgeCas } from './certificates.ts'
import { atEnd, identitiesOf, isSignature, keyTypeOf, request, response, type Ways } from './ikev2-common.ts'
import { keyAmong, keysFor, keyText } from './ikev2-keys.ts'
import type { OwnSide } from './ikev2-own-side.ts'
import { condition, fails, failureUnder, type Known, never, peerName, readingsOf, saidBy } from './known.ts'
import type { PeerIdentity } from './peer-plan.ts'
import { certificateConditions } from './shared-conditions.ts'
import type { PeerCondition } from './types.ts'

/** IKEv2 with one side unknown: the ways in which the peer may prove itself, and what each asks (ios-semantics §2.5, §2.8). */

/** The side of the peer: the methods by which it may prove itself, and what each asks. */
export const peerSide = (
  ways: Ways,
  own: OwnSide,
): readonly { readonly method: string; readonly way: MethodAnalysis }[] => {
  const { known, profile, role } = ways
  const stage: MessageName = role === 'initiator' ? response : request
  const methods = profile.authenticationRemote.map(({ method }) => method).filter((method) => method !== 'eap')
  if (methods.length === 0)
    return [
      {
        method: 'eap',
        way: {
          impossible: never(
            known,
            stage,
            profile.authenticationRemote.length > 0 ? 'eap-not-supported' : 'authentication-method-mismatch',
            profile.authenticationRemote[0]?.at ?? profile.at,
          ),
        },
      },
    ]
  return methods.map((method) => ({
    method,
    way: isSignature(method) ? bySignature(ways, own, method) : byKey(ways, own),
  }))
}

/** Peers of one method; those whose identities lead to other keys are made apart. */
const optionsOf = (
  { admission, known, profile }: Ways,
  own: OwnSide,
  rest: Pick<PeerOption, 'method' | 'issuers' | 'subjects'>,
  ownKeyFor: (identity: PeerIdentity) => string | null,
): readonly PeerOption[] => {
  const identities = rest.issuers.length > 0 ? comingIdentities(known, admission) : admission.identities
  const byKeys = new Map<string, PeerOption>()
  for (const identity of identities) {
    const keys = { knownKey: own.keyFor(identity), ownKey: ownKeyFor(identity) }
    if (own.method === 'pre-share' && keys.knownKey === null) continue
    if (rest.method === 'pre-share' && keys.ownKey === null) continue
    const key = JSON.stringify(keys)
    const same = byKeys.get(key)
    byKeys.set(key, {
      policy: null,
      knownMethod: own.method,
      anchors: own.anchors,
      expects: identitiesOf(known, profile, own.certificates),
      ...keys,
      ...rest,
      identities: [...(same?.identities ?? []), identity],
    })
  }
  return [...byKeys.values()]
}

const bySignature = (ways: Ways, own: OwnSide, method: 'rsa-sig' | 'ecdsa-sig'): MethodAnalysis => {
  const { known, role, profile } = ways
  const { selection } = known.end
  const asks = role === 'initiator' ? ikeV2InitiatorRequests(selection, profile) : ikeV2ResponderRequests(selection)
  const stage: MessageName = role === 'initiator' ? response : request
  const allowed = ikeV2ValidationTrustpoints(selection, profile).choice
  const judged = judgeCas(known, asks.choice, allowed, keyTypeOf(method))
  const asked = role === 'responder' ? bindingCas(known, profile, ways.admission, judged, keyTypeOf(method)) : judged
  const taken = asked.filter(({ refusal }) => refusal === null)
  if (taken.length === 0)
    return { impossible: never(known, stage, refusalCode(asked), profile.trustpoints[0]?.at ?? profile.at) }
  const options = optionsOf(
    ways,
    own,
    {
      method,
      issuers: unique(taken.map(({ issuer }) => issuer)),
      subjects: demandedSubjects(ways.admission, taken),
    },
    () => null,
  )
  if (options.length === 0) return withoutKey(known, stage, profile)
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
      refusedBy: profile.trustpoints[0]?.at,
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
    options,
  }
}

/** A responder that finds no request for a CA of its own fails, or signs with any certificate. */
const withKnob = (
  known: Known,
  failure: NonNullable<PeerCondition['otherwise']>,
): NonNullable<PeerCondition['otherwise']> => failureUnder(known, 'v2.respNoMatchCert', 'fail', failure) ?? failure

const refusalCode = (asked: readonly AskedCa[]): RejectCode =>
  (asked.find(({ builtIn }) => !builtIn) ?? asked[0])?.refusal ?? 'no-suitable-trustpoint'

const withoutKey = (known: Known, stage: MessageName, { keyring, at }: IkeV2Profile): MethodAnalysis => ({
  impossible: never(known, stage, 'no-shared-key', keyring?.at ?? at),
})

const byKey = (ways: Ways, own: OwnSide): MethodAnalysis => {
  const { known, role, profile, admission } = ways
  const stage: MessageName = role === 'initiator' ? response : request
  const keys = keysFor(known, profile, 'remote', admission.identities)
  const options = optionsOf(ways, own, { method: 'pre-share', issuers: [], subjects: [] }, (identity) =>
    keyAmong(keys, identity),
  )
  const [found] = keys
  if (!found || options.length === 0) return withoutKey(known, stage, profile)
  return {
    conditions: [
      condition({
        kind: 'shared-key',
        with: 'pre-share',
        message: stage,
        does: `${known.router.name} expects a shared key from the peer`,
        must: `prove itself with ${keyText(keys, admission.identities)}`,
        otherwise: fails(stage, known.router.name, 'shared-key-mismatch', atEnd(known, role)),
        ...saidBy(found.decision),
      }),
    ],
    options,
  }
}
