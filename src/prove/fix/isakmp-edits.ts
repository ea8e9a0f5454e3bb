import {
  type IsakmpProfile,
  type MatchStatement,
  matchesIdentity,
  type OwnIdentity,
  ownIdentity,
} from '../../selection/index.ts'
import { certificateMapEdits } from './certificate-map-edits.ts'
import { type Edit, listLines, section, wideningCost } from './edit.ts'
import { addMatch, dropMatch, nameAnother, sendIdentity } from './profile-edits.ts'
import { commonTrustpoints, counts, listsOf, type Side } from './side.ts'

const header = ({ name }: IsakmpProfile): string => `crypto isakmp profile ${name}`

const headed = (profile: IsakmpProfile): IsakmpProfile & { readonly header: string } => ({
  ...profile,
  header: header(profile),
})

const tunnelsProfile = ({ selection, flow }: Side): IsakmpProfile | undefined =>
  selection.profiles.find(({ name }) => name === flow?.isakmpProfile?.name)

const trusted = ({ caTrustPoints }: IsakmpProfile): readonly string[] => caTrustPoints.map(({ name }) => name)

/** `ca trust-point`: which CAs count for this peer, for what is sent and for what is accepted. */
export const isakmpListEdits = (own: Side, other: Side): readonly Edit[] =>
  own.selection.profiles
    .filter(({ name }) => counts(own, name))
    .flatMap((profile) => {
      const before = trusted(profile)
      const edits = listsOf(commonTrustpoints(own, other)).flatMap((after): readonly Edit[] => {
        if (JSON.stringify(before) === JSON.stringify(after)) return []
        const lines = listLines('ca trust-point', before, after)
        const added = before.length === 0 ? [] : after.filter((name) => !before.includes(name))
        return [
          {
            router: own.router.name,
            subject: `${header(profile)} ca trust-point`,
            paste: section(header(profile), lines),
            undo: section(header(profile), listLines('ca trust-point', after, before)),
            text: `${own.router.name}: profile ${profile.name} names trust point ${after.join(' and ')}${after.length === 1 ? ' only' : ''}`,
            cost: lines.length + (added.length > 0 ? wideningCost / 2 : 0),
            widens: added.length > 0 ? `profile ${profile.name} comes to trust ${added.join(' and ')} as well` : null,
          },
        ]
      })
      if (before.length === 0) return edits
      const lines = listLines('ca trust-point', before, [])
      return [
        ...edits,
        {
          router: own.router.name,
          subject: `${header(profile)} ca trust-point`,
          paste: section(header(profile), lines),
          undo: section(header(profile), listLines('ca trust-point', [], before)),
          text: `${own.router.name}: profile ${profile.name} names no trust point`,
          cost: lines.length + wideningCost,
          widens: `profile ${profile.name} comes to trust every CA that ${own.router.name} knows`,
        },
      ]
    })

/** ID_DER_ASN1_DN (RFC 2407 §4.6.2.1). */
const distinguishedName = 9

const identityKinds: Readonly<Record<number, string>> = { 1: 'address', 2: 'host', 3: 'user' }

const matchLine = ({ type, value }: OwnIdentity): string | null => {
  const kind = identityKinds[type]
  if (kind === undefined) return null
  return `match identity ${kind} ${value}${type === 1 ? ' 255.255.255.255' : ''}`
}

/** The identity that an end sends when its tunnel's profile counts. */
const sentBy = (side: Side): OwnIdentity | null =>
  side.flow
    ? ownIdentity(side.selection, {
        profile: tunnelsProfile(side) ?? null,
        localAddress: side.flow.localAddress,
        certificate: side.selection.store.trustpoints.find(({ identity }) => identity)?.identity?.certificate ?? null,
      }).choice
    : null

/** Which profile the peer is bound to, and which one the tunnel names. */
export const isakmpIdentityEdits = (own: Side, other: Side): readonly Edit[] => [
  ...matchEdits(own, other),
  ...mapEdits(own, other),
  ...tunnelEdits(own),
  ...selfIdentityEdits(own, other),
]

const matchEdits = (own: Side, other: Side): readonly Edit[] => {
  const identity = sentBy(other)
  const profile = tunnelsProfile(own)
  if (!identity || !profile || !own.flow) return []
  const vrf = own.selection.vrfs?.get(own.flow.localAddress)
  const words = matchLine(identity)
  const line = words && `${words}${vrf === undefined ? '' : ` ${vrf}`}`
  const fits = (statement: MatchStatement): boolean => matchesIdentity(statement, identity, vrf).choice
  const add =
    line && !profile.matchIdentity.some(fits)
      ? [addMatch(own, headed(profile), line, { name: other.router.name, sends: identity.value })]
      : []
  const remove = own.selection.profiles
    .filter((each) => each !== profile)
    .flatMap((each) =>
      each.matchIdentity.filter(fits).map(({ at }) => dropMatch(own, headed(each), at.text.trim(), profile.name)),
    )
  return [...add, ...remove]
}

const mapEdits = (own: Side, other: Side): readonly Edit[] => {
  const tunnels = tunnelsProfile(own)?.name
  if (tunnels === undefined) return []
  const profiles = own.selection.profiles.map(headed)
  return certificateMapEdits(own, other, tunnels, profiles, sentBy(other)?.type === distinguishedName)
}

/** The tunnel names another profile. */
const tunnelEdits = (own: Side): readonly Edit[] =>
  nameAnother(own, 'isakmp-profile', own.selection.profiles, {
    before: tunnelsProfile(own),
    named: own.flow?.isakmpProfile?.name,
    trusted,
  })

/** What this end sends, so that the profile of the other one fits it. */
const selfIdentityEdits = (own: Side, other: Side): readonly Edit[] => {
  const profile = tunnelsProfile(own)
  const wanted = tunnelsProfile(other)
  if (!profile || !wanted) return []
  const before = profile.selfIdentity?.at.text.trim()
  const lines = wanted.matchIdentity.flatMap((statement): readonly string[] => {
    if (statement.kind === 'host') return [`self-identity fqdn ${statement.fqdn}`]
    if (statement.kind === 'user') return [`self-identity user-fqdn ${statement.user}`]
    return statement.kind === 'address' && statement.address === own.flow?.localAddress ? ['self-identity address'] : []
  })
  return sendIdentity(own, headed(profile), 'self-identity', lines, { before, peer: other.router.name })
}
