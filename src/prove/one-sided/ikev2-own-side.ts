import type { Certificate } from '../../pki/index.ts'
import { type IkeV2Profile, ikeV2SharedKey } from '../../selection/index.ts'
import { comingIdentities } from './admission.ts'
import { type PeerOption, unique } from './analysis.ts'
import { allFaulty, answersV2 } from './certificates.ts'
import { keyTypeOf, ofPeerAtEnd, type Role, request, response, type Ways } from './ikev2-common.ts'
import { type KeyFound, keyAmong, keysFor, keyText } from './ikev2-keys.ts'
import { condition, fails, failureUnder, type Known, never, peerName, refusedByAll, saidBy } from './known.ts'
import type { PeerIdentity, PeerMethod } from './peer-plan.ts'
import { requestsCondition, trustCondition } from './shared-conditions.ts'
import type { NoPeer, PeerCondition } from './types.ts'

/** IKEv2 with one side unknown: how the known router proves itself, and what that asks of the peer (ios-semantics §2.5, §2.8). */

/** The side of the known router: how it proves itself, and what that asks of the peer. */
export interface OwnSide {
  readonly method: PeerMethod
  readonly anchors: PeerOption['anchors']
  /** The shared key towards a peer of this identity; null: it has none, or needs none. */
  readonly keyFor: (identity: PeerIdentity) => string | null
  readonly certificates: readonly (Certificate | null)[]
  readonly conditions: readonly PeerCondition[]
}

/** `called`: under which identities a peer may come; what leads to the
 * profile where it is not given.
 */
export const ownSide = (
  { known, role, profile, admission }: Ways,
  called?: readonly PeerIdentity[],
): OwnSide | { readonly impossible: NoPeer } => {
  const { flow, router } = known
  const method = profile.authenticationLocal?.method
  const at = profile.authenticationLocal?.at ?? profile.at
  if (method === undefined) return { impossible: never(known, request, 'profile-without-authentication', at) }
  if (method === 'eap') return { impossible: never(known, request, 'eap-not-supported', at) }
  const check = authenticated(known, role, method, at)
  if (method === 'pre-share') {
    // An initiator does not know yet who will answer.
    const identities: readonly PeerIdentity[] =
      role === 'initiator' ? [{ kind: 'address', address: flow.peer }] : (called ?? comingIdentities(known, admission))
    const keys = role === 'initiator' ? initiatorsKey(known, profile) : keysFor(known, profile, 'local', identities)
    const [found] = keys
    if (!found) return { impossible: never(known, request, 'no-shared-key', profile.keyring?.at ?? at) }
    return {
      method,
      anchors: [],
      keyFor: (identity) => (role === 'initiator' ? found.decision.key : keyAmong(keys, identity)),
      certificates: [null],
      conditions: [
        check,
        condition({
          kind: 'shared-key',
          with: method,
          message: role === 'initiator' ? request : response,
          does: `${router.name} proves itself with a shared key`,
          must: `expect from ${router.name} ${keyText(keys, identities)}`,
          otherwise:
            role === 'initiator'
              ? fails(request, peerName, 'shared-key-mismatch')
              : fails(response, peerName, 'shared-key-mismatch', ofPeerAtEnd(known)),
          ...saidBy(found.decision),
        }),
      ],
    }
  }
  const answers = answersV2(known, role, profile, keyTypeOf(method))
  if (answers.length === 0)
    return {
      impossible: never(
        known,
        request,
        role === 'initiator' && profile.trustpoints.length === 0
          ? 'initiator-profile-without-trustpoint'
          : 'no-certificate-to-send',
        profile.trustpoints[0]?.at ?? profile.at,
      ),
    }
  const fault = allFaulty(answers)
  if (fault !== null) return { impossible: refusedByAll(known, role === 'initiator' ? request : response, fault) }
  return {
    method,
    anchors: unique(answers.filter(({ fault: own }) => own === null).map(({ issuer }) => issuer)),
    keyFor: () => null,
    certificates: answers.map(({ certificate }) => certificate),
    conditions: [
      requestsCondition(known, answers, {
        method,
        message: role === 'initiator' ? 'IKE_SA_INIT response' : request,
        otherwise: withoutRequest(known, role),
      }),
      trustCondition(known, answers, method, role === 'initiator' ? request : response, trustFailure(role)),
      check,
    ],
  }
}

const initiatorsKey = ({ end, flow }: Known, profile: IkeV2Profile): readonly KeyFound[] => {
  const { key, ...decision } = ikeV2SharedKey(end.selection, {
    profile,
    peerAddress: flow.peer,
    identity: null,
    side: 'local',
  })
  return key === null ? [] : [{ decision: { ...decision, key }, identities: [{ kind: 'address', address: flow.peer }] }]
}

const withoutRequest = (known: Known, role: Role): PeerCondition['otherwise'] => {
  const failure = {
    stage: request,
    rejectedBy: known.router.name,
    code: 'no-certificate-to-send',
    outcome: 'down',
  } as const
  return role === 'initiator' ? { ...failure, only: null } : failureUnder(known, 'v2.respNoMatchCert', 'fail', failure)
}

const trustFailure = (role: Role): PeerCondition['otherwise'] =>
  role === 'initiator' ? fails(request, peerName, 'certificate-outside-profile-trustpoints') : null

/** The peer must accept the method of the known router. */
const authenticated = (known: Known, role: Role, method: string, at: PeerCondition['at']): PeerCondition =>
  condition({
    kind: 'authentication',
    message: role === 'initiator' ? request : response,
    does: `${known.router.name} proves itself by ${method}`,
    must: `have \`authentication remote ${method}\``,
    otherwise:
      role === 'initiator'
        ? fails(request, peerName, 'authentication-method-mismatch')
        : fails(response, peerName, 'authentication-method-mismatch', ofPeerAtEnd(known)),
    rule: 'v2.peer-method',
    at,
  })
