import {
  bindIkeV2Profile,
  type IkeV2Profile,
  ikeV2ResponderRequests,
  ikeV2SharedKey,
  ikeV2ValidationTrustpoints,
} from '../../selection/index.ts'
import { judgeCas } from './certificates.ts'
import { receivedV2 } from './identities.ts'
import { isSignature, keyTypeOf, request, type Ways } from './ikev2-common.ts'
import { ownSide } from './ikev2-own-side.ts'
import { fails } from './known.ts'
import type { PeerIdentity } from './peer-plan.ts'
import type { PeerFailure, PeerRefusal } from './types.ts'

/** IKEv2 with one side unknown: what becomes of a peer that calls itself otherwise (ios-semantics §2.8, §2.9). */

const named: PeerIdentity = { kind: 'fqdn', name: 'stranger.invalid' }
const stranger = receivedV2(named)

/** How the known router, a responder, refuses a stranger that is otherwise as the profile of the tunnel wants it. */
export const strangerFailure = (ways: Ways): PeerFailure => {
  const { known } = ways
  const { end, flow } = known
  const { choice } = bindIkeV2Profile(end.selection, {
    identity: stranger,
    certificate: null,
    localAddress: flow.localAddress,
  })
  const other = end.selection.ikev2.profiles.find(({ name }) => name === choice)
  const code = other ? refusalUnder(ways, other) : 'no-ikev2-profile-matches'
  return fails(request, known.router.name, code)
}

/** A profile that takes anybody has its own methods, trustpoints and keys, which are asked first. */
const refusalUnder = (ways: Ways, other: IkeV2Profile): PeerRefusal => {
  const { known, profile } = ways
  const { selection } = known.end
  const own = ownSide({ ...ways, profile: other, admission: { ...ways.admission, identities: [], maps: [] } }, [named])
  if ('impossible' in own && own.impossible.rejectedBy === known.router.name) return own.impossible.code
  const proves = profile.authenticationRemote.find(({ method }) => method !== 'eap')?.method
  if (proves === undefined || !other.authenticationRemote.some(({ method }) => method === proves))
    return 'authentication-method-mismatch'
  if (isSignature(proves)) {
    const judge = (as: IkeV2Profile): ReturnType<typeof judgeCas> =>
      judgeCas(
        known,
        ikeV2ResponderRequests(selection).choice,
        ikeV2ValidationTrustpoints(selection, as).choice,
        keyTypeOf(proves),
      )
    const under = judge(other)
    const refusals = judge(profile).flatMap(({ refusal }, index) => (refusal === null ? [under[index]?.refusal] : []))
    return refusals.every((refusal) => refusal) ? (refusals[0] ?? 'profile-did-not-match') : 'profile-did-not-match'
  }
  const keyOf = (as: IkeV2Profile): string | null =>
    ikeV2SharedKey(selection, { profile: as, peerAddress: known.flow.peer, identity: stranger, side: 'remote' }).key
  const key = keyOf(other)
  if (key === null) return 'no-shared-key'
  return key === keyOf(profile) ? 'profile-did-not-match' : 'shared-key-mismatch'
}
