import { type IsakmpProfile, matchesIdentity, type OwnIdentity, ownIdentity } from '../../selection/index.ts'
import { type Edit, listLines, section, wideningCost } from './edit.ts'
import { commonTrustpoints, listsOf, profileHolder, type Side } from './side.ts'

const header = ({ name }: IsakmpProfile): string => `crypto isakmp profile ${name}`

const tunnelsProfile = ({ selection, flow }: Side): IsakmpProfile | undefined =>
  selection.profiles.find(({ name }) => name === flow?.isakmpProfile?.name)

/** `ca trust-point`: which CAs count for this peer, for what is sent and for what is accepted. */
export const isakmpListEdits = (own: Side, other: Side): readonly Edit[] =>
  own.selection.profiles.flatMap((profile) => {
    const before = profile.caTrustPoints.map(({ name }) => name)
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
  ...tunnelEdits(own),
  ...selfIdentityEdits(own, other),
]

const matchEdits = (own: Side, other: Side): readonly Edit[] => {
  const identity = sentBy(other)
  const line = identity && matchLine(identity)
  const profile = tunnelsProfile(own)
  if (!line || !profile) return []
  const { name: router } = own.router
  const fits = profile.matchIdentity.some((statement) => matchesIdentity(statement, identity).choice)
  const add: Edit = {
    router,
    subject: `${header(profile)} ${line}`,
    paste: section(header(profile), [line]),
    undo: section(header(profile), [`no ${line}`]),
    text: `${router}: profile ${profile.name} matches ${other.router.name}, which sends ${identity.value}`,
    cost: 3,
    widens: null,
  }
  const others = own.selection.profiles.filter((each) => each !== profile)
  const remove = others.flatMap((each) =>
    each.matchIdentity.map(({ at }): Edit => {
      const statement = at.text.trim()
      return {
        router,
        subject: `${header(each)} ${statement}`,
        paste: section(header(each), [`no ${statement}`]),
        undo: section(header(each), [statement]),
        text: `${router}: profile ${each.name} no longer takes peers of ${profile.name} (${statement})`,
        cost: 4,
        widens: null,
      }
    }),
  )
  return fits ? remove : [add, ...remove]
}

/** The tunnel names another profile. */
const tunnelEdits = (own: Side): readonly Edit[] => {
  const holder = profileHolder(own)
  if (holder === null) return []
  const before = own.flow?.isakmpProfile?.name
  return own.selection.profiles
    .filter(({ name }) => name !== before)
    .map(({ name }) => ({
      router: own.router.name,
      subject: `${holder} isakmp-profile`,
      paste: section(holder, [`set isakmp-profile ${name}`]),
      undo: section(holder, [before === undefined ? `no set isakmp-profile ${name}` : `set isakmp-profile ${before}`]),
      text: `${own.router.name}: the tunnel names profile ${name}`,
      cost: 4,
      widens: null,
    }))
}

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
  return lines
    .filter((line) => line !== before)
    .map((line) => ({
      router: own.router.name,
      subject: `${header(profile)} self-identity`,
      paste: section(header(profile), [line]),
      undo: section(header(profile), [before ?? `no ${line}`]),
      text: `${own.router.name}: profile ${profile.name} sends the identity that ${other.router.name} matches (${line})`,
      cost: 4,
      widens: null,
    }))
}
