import type { Issuer } from '../../lab/index.ts'
import {
  type IsakmpPolicy,
  initiatorRequests,
  responderRequests,
  validationTrustpoints,
} from '../../selection/index.ts'
import type { MessageName } from '../../trace/index.ts'
import { admissionOf, bindingCas, demandedSubjects } from './admission.ts'
import { type MethodAnalysis, unique } from './analysis.ts'
import { type AskedCa, allFaulty, answersV1, judgeCas, type OwnAnswer } from './certificates.ts'
import {
  boundCondition,
  identitiesOf,
  initiatorCheck,
  matched,
  optionsFor,
  profileOf,
  sameAddress,
} from './ikev1-common.ts'
import { fails, failureUnder, type Known, never, peerName, readingsOf, refusedByAll, saidBy } from './known.ts'
import type { PeerMethod } from './peer-plan.ts'
import { certificateConditions, identityCondition, requestsCondition, trustCondition } from './shared-conditions.ts'

/** IKEv1 with one side unknown: authentication with certificates (ios-semantics §1.6, §1.8). */

const issuersFrom = (answers: readonly OwnAnswer[]): readonly Issuer[] =>
  unique(answers.filter(({ fault }) => fault === null).map(({ issuer }) => issuer))

const issuersOf = (asked: readonly AskedCa[]): readonly Issuer[] =>
  unique(asked.filter(({ refusal }) => refusal === null).map(({ issuer }) => issuer))

const refusalOf = (known: Known, asked: readonly AskedCa[], stage: MessageName): MethodAnalysis => {
  const own = asked.find(({ builtIn }) => !builtIn) ?? asked[0]
  return {
    impossible: never(known, stage, own?.refusal ?? 'no-suitable-trustpoint', profileOf(known)?.at ?? known.flow.at),
  }
}

/** Signatures, the known router being the initiator. */
export const initiatesBySignature = (
  known: Known,
  method: PeerMethod,
  keyType: 'rsa' | 'ec',
  policies: readonly IsakmpPolicy[],
): MethodAnalysis => {
  const { end, router, flow } = known
  const { selection } = end
  const profile = profileOf(known)
  const answers = answersV1(known, 'initiator', profile, keyType)
  if (answers.length === 0)
    return {
      impossible: never(known, 'MM4', 'no-certificate-for-any-request', profile?.caTrustPoints[0]?.at ?? flow.at),
    }
  const fault = allFaulty(answers)
  if (fault !== null) return { impossible: refusedByAll(known, 'MM5', fault) }
  const requests = initiatorRequests(selection, profile)
  const allowed = profile ? validationTrustpoints(selection, profile).choice : null
  const asked = judgeCas(known, requests.choice, allowed, keyType)
  if (!asked.some(({ refusal }) => refusal === null)) return refusalOf(known, asked, 'MM6')
  const certificates = answers.map(({ certificate }) => certificate)
  const admission = profile ? admissionOf(known, profile, { asBound: false, keyTypes: [keyType] }) : null
  return {
    conditions: [
      ...certificateConditions(known, asked, {
        method,
        message: 'MM3',
        inListOrder:
          profile !== null && profile.caTrustPoints.length > 0 && selection.knobs['v1.listOrder'] === 'config',
        otherwise: fails('MM5', peerName, 'no-certificate-for-any-request'),
        refusedAt: 'MM6',
        refusedBy: profile?.caTrustPoints[0]?.at,
        half: 'down',
        ...saidBy(requests),
        readings: readingsOf(
          known,
          ['v1.listOrder', 'store.caOnlyPosition'],
          (other) => initiatorRequests(other.selection, profile).choice.map(({ trustpoint }) => trustpoint),
          (names) => `asks in the order ${names.filter((name) => !name.includes('=')).join(', ')}`,
        ),
      }),
      requestsCondition(known, answers, {
        method,
        message: 'MM4',
        otherwise: failureUnder(known, 'v1.noCertreqMatch', 'fail', {
          stage: 'MM4',
          rejectedBy: router.name,
          code: 'no-certificate-for-any-request',
          outcome: 'down',
        }),
      }),
      trustCondition(known, answers, method, 'MM5', fails('MM5', peerName, 'certificate-outside-profile-trustpoints')),
      matched(known, 'initiator', method, profile, certificates),
      ...(profile && admission
        ? [
            identityCondition(known, profile, admission, {
              with: method,
              message: 'MM6',
              asBound: false,
              knobs: [],
              otherwise: initiatorCheck(known, admission.maps.length > 0 && profile.matchIdentity.length === 0),
            }),
          ]
        : []),
    ],
    options: optionsFor(policies, method, {
      issuers: issuersOf(asked),
      anchors: issuersFrom(answers),
      identities: [...(admission?.identities ?? []), { kind: 'fqdn', name: 'peer.invalid' }, sameAddress(known)],
      subjects: demandedSubjects(admission ?? { maps: [] }, asked),
      expects: identitiesOf(known, profile, certificates),
      ownKey: null,
      knownKey: null,
    }),
  }
}

/** Signatures, the known router being the responder. */
export const respondsBySignature = (
  known: Known,
  method: PeerMethod,
  keyType: 'rsa' | 'ec',
  policies: readonly IsakmpPolicy[],
): MethodAnalysis => {
  const { end, flow, router } = known
  const { selection } = end
  const profile = profileOf(known)
  const answers = answersV1(known, 'responder', null, keyType)
  if (answers.length === 0) return { impossible: never(known, 'MM5', 'no-certificate-for-any-request', flow.at) }
  const fault = allFaulty(answers)
  if (fault !== null) return { impossible: refusedByAll(known, 'MM6', fault) }
  const bound = boundCondition(known, method, profile)
  if ('impossible' in bound) return bound
  const requests = responderRequests(selection)
  const judged = judgeCas(known, requests.choice, validationTrustpoints(selection, profile).choice, keyType)
  const asked = bindingCas(known, profile, bound, judged, keyType)
  if (!asked.some(({ refusal }) => refusal === null)) return refusalOf(known, asked, 'MM5')
  const certificates = answers.map(({ certificate }) => certificate)
  return {
    conditions: [
      requestsCondition(known, answers, {
        method,
        message: 'MM3',
        otherwise: failureUnder(known, 'v1.noCertreqMatch', 'fail', {
          stage: 'MM5',
          rejectedBy: router.name,
          code: 'no-certificate-for-any-request',
          outcome: 'down',
        }),
      }),
      ...certificateConditions(known, asked, {
        method,
        message: 'MM4',
        inListOrder: false,
        otherwise: fails('MM4', peerName, 'no-certificate-for-any-request'),
        refusedAt: 'MM5',
        refusedBy: profile?.caTrustPoints[0]?.at,
        half: 'down',
        ...saidBy(requests),
        readings: readingsOf(
          known,
          ['store.caOnlyPosition'],
          (other) => responderRequests(other.selection).choice.map(({ trustpoint }) => trustpoint),
          (names) => `asks in the order ${names.filter((name) => !name.includes('=')).join(', ')}`,
        ),
      }),
      ...bound.conditions,
      trustCondition(known, answers, method, 'MM6', null),
      matched(known, 'responder', method, profile, certificates),
    ],
    options: optionsFor(policies, method, {
      issuers: issuersOf(asked),
      anchors: issuersFrom(answers),
      identities: bound.identities,
      subjects: demandedSubjects(bound, asked),
      expects: identitiesOf(known, profile, certificates),
      ownKey: null,
      knownKey: null,
    }),
  }
}
