import type { Candidate, Decision } from '../trace/index.ts'
import type { IsakmpProfile, MatchStatement, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { frontVrf } from './front-vrf.ts'
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
  const judged = ctx.profiles.map((profile) => judge(ctx, profile, peer))
  const fitting = judged.filter(fits)
  const best = mostSpecific(fitting)
  const [first] = best
  if (first === undefined) {
    const tried = ctx.profiles.flatMap(({ matchIdentity }) => matchIdentity.map(({ at }) => at))
    return decide('v1.profile.none', null, judged.map(passedOver), tried)
  }
  if (best.length === 1) {
    const candidates = judged.map((entry) =>
      !fits(entry)
        ? passedOver(entry)
        : entry === first
          ? candidate(first.profile.name, true, first.reason, first.statement.at)
          : lost(entry, `profile ${first.profile.name} fits more closely`),
    )
    return decide('v1.profile.most-specific', first.profile.name, candidates, [first.statement.at])
  }
  return settleOverlap(ctx, judged, best)
}

/** Several profiles fit equally well: sources disagree on what IOS does, so a knob says it. */
const settleOverlap = (
  ctx: SelectionContext,
  judged: readonly Judged[],
  best: readonly Fitting[],
): Decision<string | null> => {
  const knob = knobUsed(ctx.knobs, 'v1.overlap')
  const winner = knob.value === 'none' ? undefined : best.at(knob.value === 'first' ? 0 : -1)
  const candidates = judged.map((entry): Candidate => {
    if (!fits(entry)) return passedOver(entry)
    if (entry === winner)
      return candidate(
        entry.profile.name,
        true,
        `${entry.reason}; other profiles fit as well, and this one is configured ${knob.value}`,
        entry.statement.at,
      )
    if (!best.includes(entry)) return lost(entry, 'other profiles fit more closely')
    if (winner === undefined) return lost(entry, 'other profiles fit as well, and then none is taken')
    return lost(entry, `profile ${winner.profile.name} fits as well and is configured ${knob.value}`)
  })
  const lines = [winner?.statement.at, ...best.map(({ statement }) => statement.at)]
  return decide('v1.profile.overlap', winner?.profile.name ?? null, candidates, lines, knob)
}

/** A profile held against the identity, with its closest statement that fits, if one does. */
interface Judged {
  readonly profile: IsakmpProfile
  readonly statement: MatchStatement | null
  readonly reason: string
}
type Fitting = Judged & { readonly statement: MatchStatement }

const fits = (entry: Judged): entry is Fitting => entry.statement !== null

const mostSpecific = (fitting: readonly Fitting[]): readonly Fitting[] => {
  const closest = fitting.reduce((most, { statement }) => Math.max(most, specificity(statement)), 0)
  return fitting.filter(({ statement }) => specificity(statement) === closest)
}

const passedOver = ({ profile, reason }: Judged): Candidate =>
  candidate(profile.name, false, reason, profile.matchIdentity[0]?.at ?? profile.at)

const lost = ({ profile, statement, reason }: Fitting, why: string): Candidate =>
  candidate(profile.name, false, `${reason}, but ${why}`, statement.at)

const judge = (
  ctx: SelectionContext,
  profile: IsakmpProfile,
  { identity, localAddress }: { readonly identity: ReceivedIdentity; readonly localAddress: string },
): Judged => {
  const no = (reason: string): Judged => ({ profile, statement: null, reason })
  const { matchIdentity } = profile
  if (isIncomplete(profile)) return no('it has no match statement: IOS deems it incomplete and ignores it')
  if (profile.localAddress !== undefined && profile.localAddress !== localAddress)
    return no(`it is for the local address ${profile.localAddress}, and the peer came to ${localAddress}`)
  const [only] = matchIdentity
  if (only === undefined) return no('it matches by certificate map only, once the certificate is known')
  const vrf = frontVrf(ctx, localAddress)
  const matching = matchIdentity.filter((statement) => mismatch(statement, identity, vrf) === null)
  const [first, ...rest] = matching
  if (first === undefined)
    return no(
      matchIdentity.length === 1
        ? `${statementText(only)}: ${mismatch(only, identity, vrf)}`
        : `none of its match identity statements fits ${identity.value}`,
    )
  const closest = rest.reduce((best, next) => (specificity(next) > specificity(best) ? next : best), first)
  return { profile, statement: closest, reason: `${statementText(closest)} fits` }
}

/** `% A profile is deemed incomplete until it has match identity statements`; a certificate map counts as one (ios-semantics §1.4). */
const isIncomplete = ({ matchIdentity, matchCertificate }: IsakmpProfile): boolean =>
  matchIdentity.length === 0 && matchCertificate.length === 0
