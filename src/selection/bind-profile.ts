import type { Candidate, Decision } from '../trace/index.ts'
import type { IsakmpProfile, MatchStatement, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { mismatch, type ReceivedIdentity, specificity, statementText } from './match-identity.ts'

/**
 * The profile to which a responder binds the peer, by the identity of MM5: the most specific `match identity` wins.
 * Profiles that fit equally well are an overlap, settled by the knob `v1.overlap`; a profile without any match
 * statement is incomplete and ignored. Null: no profile, and phase 1 goes on. Source: the seed; ios-semantics §1.6.
 */
export const bindProfile = (
  ctx: SelectionContext,
  peer: { readonly identity: ReceivedIdentity; readonly localAddress: string },
): Decision<string | null> => {
  const judged = ctx.profiles.map((profile) => judge(profile, peer))
  const fitting = judged.filter((entry) => entry.statement !== null)
  const closest = Math.max(...fitting.map(({ closeness }) => closeness))
  const best = fitting.filter(({ closeness }) => closeness === closest)
  const knob = best.length > 1 ? knobUsed(ctx.knobs, 'v1.overlap') : undefined
  const winner = knob?.value === 'none' ? undefined : best.at(knob?.value === 'first' ? 0 : -1)
  const candidates = judged.map((entry): Candidate => {
    const at = entry.statement?.at ?? entry.profile.at
    if (entry === winner) return candidate(entry.profile.name, true, whyBound(entry, knob?.value), at)
    if (entry.statement === null) return candidate(entry.profile.name, false, entry.reason, at)
    const reason =
      entry.closeness < closest ? `${winner?.profile.name ?? 'another profile'} fits more closely` : lostTo(knob?.value)
    return candidate(entry.profile.name, false, `${entry.reason}, but ${reason}`, at)
  })
  const tried = judged.flatMap(({ profile }) => profile.matchIdentity.map(({ at }) => at))
  const because =
    winner === undefined
      ? best.length > 0
        ? best.map(({ statement }) => statement?.at)
        : tried
      : [winner.statement?.at, ...best.map(({ statement }) => statement?.at)]
  return decide(
    knob !== undefined ? 'v1.profile.overlap' : winner === undefined ? 'v1.profile.none' : 'v1.profile.most-specific',
    winner?.profile.name ?? null,
    candidates,
    because,
    knob,
  )
}

interface Judged {
  readonly profile: IsakmpProfile
  /** The closest statement that fits, null if none does. */
  readonly statement: MatchStatement | null
  readonly closeness: number
  readonly reason: string
}

const judge = (
  profile: IsakmpProfile,
  peer: { readonly identity: ReceivedIdentity; readonly localAddress: string },
): Judged => {
  const passedOver = (reason: string): Judged => ({ profile, statement: null, closeness: -1, reason })
  if (isIncomplete(profile)) return passedOver('it has no match statement: IOS deems it incomplete and ignores it')
  if (profile.localAddress !== undefined && profile.localAddress !== peer.localAddress)
    return passedOver(`it is for the local address ${profile.localAddress}, and the peer came to ${peer.localAddress}`)
  let closest: MatchStatement | null = null
  let reason = 'it matches by certificate map only, after the certificate has come'
  for (const statement of profile.matchIdentity) {
    const against = mismatch(statement, peer.identity)
    if (against === null)
      closest = closest === null || specificity(statement) > specificity(closest) ? statement : closest
    else
      reason =
        profile.matchIdentity.length > 1
          ? `none of its match identity statements fits ${peer.identity.value}`
          : `${statementText(statement)}: ${against}`
  }
  if (closest === null) return passedOver(reason)
  return { profile, statement: closest, closeness: specificity(closest), reason: `${statementText(closest)} fits` }
}

/** `% A profile is deemed incomplete until it has match identity statements`; a certificate map counts as one (ios-semantics §1.4). */
const isIncomplete = ({ matchIdentity, matchCertificate }: IsakmpProfile): boolean =>
  matchIdentity.length === 0 && matchCertificate.length === 0

const whyBound = ({ reason }: Judged, overlap: 'last' | 'first' | 'none' | undefined): string =>
  overlap === undefined ? reason : `${reason}; other profiles fit as well, and this one is configured ${overlap}`

const lostTo = (overlap: 'last' | 'first' | 'none' | undefined): string =>
  overlap === 'none'
    ? 'another profile fits as well, and then none is taken'
    : `a profile that fits as well is configured ${overlap === 'first' ? 'before' : 'after'} it`
