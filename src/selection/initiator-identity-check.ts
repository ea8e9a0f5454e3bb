import type { Decision } from '../trace/index.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { frontVrf } from './front-vrf.ts'
import { mismatch, type ReceivedIdentity, statementText } from './match-identity.ts'

export type IdentityCheck = 'accepted' | 'accepted-with-warning' | 'rejected'

/**
 * Whether the responder's identity of MM6 fits the profile under which this router began. A mismatch is printed and
 * phase 1 goes on, or it fails: the knob `v1.initiatorIdCheck`. A profile that matches by certificate map alone says
 * nothing about identities. Source: ios-semantics §1.6.
 */
export const initiatorIdentityCheck = (
  ctx: SelectionContext,
  {
    profile,
    identity,
    localAddress,
  }: { readonly profile: IsakmpProfile; readonly identity: ReceivedIdentity; readonly localAddress: string },
): Decision<IdentityCheck> => {
  if (profile.matchIdentity.length === 0 && profile.matchCertificate.length > 0) {
    const reason = `profile ${profile.name} matches by certificate map only and asks nothing of the identity`
    const lines = profile.matchCertificate.map(({ at }) => at)
    return decide('v1.profile.initiator-check', 'accepted', [candidate(profile.name, true, reason, lines[0])], lines)
  }
  const candidates = profile.matchIdentity.map((statement) => {
    const against = mismatch(statement, identity, frontVrf(ctx, localAddress))
    return candidate(statementText(statement), against === null, against ?? `it fits ${identity.value}`, statement.at)
  })
  const fitting = candidates.filter(({ taken }) => taken)
  if (fitting.length > 0)
    return decide(
      'v1.profile.initiator-check',
      'accepted',
      candidates,
      fitting.map(({ at }) => at),
    )
  const knob = knobUsed(ctx.knobs, 'v1.initiatorIdCheck')
  const none = candidate(profile.name, false, `profile ${profile.name} has no match identity statement`, profile.at)
  return decide(
    'v1.profile.initiator-check',
    knob.value === 'warn' ? 'accepted-with-warning' : 'rejected',
    candidates.length > 0 ? candidates : [none],
    candidates.length > 0 ? candidates.map(({ at }) => at) : [profile.at],
    knob,
  )
}
