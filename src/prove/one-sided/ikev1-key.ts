import { type IsakmpPolicy, keyringOfProfileHolds, preSharedKey } from '../../selection/index.ts'
import { admissionOf } from './admission.ts'
import type { MethodAnalysis } from './analysis.ts'
import {
  type Bound,
  boundCondition,
  identitiesOf,
  initiatorCheck,
  matched,
  optionsFor,
  profileOf,
  type Role,
  sameAddress,
} from './ikev1-common.ts'
import { condition, fails, type Known, never, peerName } from './known.ts'
import { identityCondition } from './shared-conditions.ts'
import type { PeerCondition } from './types.ts'

/** IKEv1 with one side unknown: authentication with a pre-shared key (ios-semantics §1.9). */

const keyCondition = (
  known: Known,
  role: Role,
  found: { readonly keyring: string; readonly at: PeerCondition['at'] },
): PeerCondition =>
  condition({
    kind: 'shared-key',
    with: 'pre-share',
    message: 'MM5',
    does: `both sides prove themselves with one shared key`,
    must: `have the key of keyring ${found.keyring} for ${known.flow.localAddress}`,
    otherwise: fails('MM5', role === 'initiator' ? peerName : known.router.name, 'cannot-decrypt'),
    rule: role === 'initiator' ? 'v1.preshared-key.profile-keyrings' : 'v1.preshared-key.all-keyrings',
    at: found.at,
  })

export const byKey = (known: Known, role: Role, policies: readonly IsakmpPolicy[]): MethodAnalysis => {
  const { end, flow } = known
  const profile = profileOf(known)
  const { peer, localAddress } = flow
  const question = { role, profile: role === 'initiator' ? profile : null, peer, localAddress }
  const found = preSharedKey(end.selection, question).choice
  if (!found) return { impossible: never(known, role === 'initiator' ? 'MM1' : 'MM3', 'no-preshared-key', flow.at) }
  const bound: Bound =
    role === 'responder'
      ? boundCondition(known, 'pre-share', profile)
      : { identities: [sameAddress(known)], maps: [], conditions: [] }
  if ('impossible' in bound) return bound
  if (role === 'responder' && profile && !keyringOfProfileHolds(end.selection, profile, found.keyring).choice)
    return { impossible: never(known, 'MM5', 'preshared-key-outside-profile-keyrings', profile.keyrings[0]?.at) }
  const admission =
    role === 'initiator' && profile ? admissionOf(known, profile, { asBound: false, keyTypes: [] }) : null
  return {
    conditions: [
      keyCondition(known, role, found),
      matched(known, role, 'pre-share', profile, [null]),
      ...bound.conditions,
      ...(profile && admission
        ? [
            identityCondition(known, profile, admission, {
              with: 'pre-share',
              message: 'MM6',
              asBound: false,
              knobs: [],
              otherwise: initiatorCheck(known, false),
            }),
          ]
        : []),
    ],
    options: optionsFor(policies, 'pre-share', {
      issuers: [],
      anchors: [],
      identities: [...(admission?.identities ?? []), ...bound.identities],
      subjects: [],
      expects: identitiesOf(known, profile, [null]),
      ownKey: found.key,
      knownKey: found.key,
    }),
  }
}
