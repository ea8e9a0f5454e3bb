import {
  fitsIdentity,
  type IkeV2IdentityMatch,
  type IkeV2Profile,
  ikeV2OwnIdentity,
  type OwnIdentity,
} from '../../selection/index.ts'
import { ikeV2IdType, ipv4ToBytes } from '../../wire/index.ts'
import { certificateMapEdits } from './certificate-map-edits.ts'
import { type Edit, listLines, section, wideningCost } from './edit.ts'
import { addMatch, dropMatch, nameAnother, sendIdentity } from './profile-edits.ts'
import { commonTrustpoints, counts, listsOf, type Side, signingTrustpoints, verifyingTrustpoints } from './side.ts'

const header = ({ name }: IkeV2Profile): string => `crypto ikev2 profile ${name}`

const headed = (profile: IkeV2Profile): IkeV2Profile & { readonly header: string } => ({
  ...profile,
  header: header(profile),
})

const tunnelsProfile = ({ selection, flow }: Side): IkeV2Profile | undefined =>
  selection.ikev2.profiles.find(({ name }) => name === flow?.ikev2Profile?.name)

/** The trustpoints that may verify. */
const trusted = ({ trustpoints }: IkeV2Profile): readonly string[] =>
  trustpoints.filter(({ use }) => use !== 'sign').map(({ name }) => name)

/** `pki trustpoint`: with which certificate a profile signs, and which CAs it accepts. */
export const ikeV2ListEdits = (own: Side, other: Side): readonly Edit[] =>
  own.selection.ikev2.profiles
    .filter(({ name }) => counts(own, name))
    .flatMap((profile) => {
      const before = profile.trustpoints.map(({ name, use }) => (use === 'both' ? name : `${name} ${use}`))
      return wishes(own, other).flatMap((after): readonly Edit[] => {
        if (JSON.stringify(before) === JSON.stringify(after)) return []
        const lines = listLines('pki trustpoint', before, after)
        const verifies = after.filter((entry) => !entry.endsWith(' sign')).map((entry) => entry.replace(/ verify$/, ''))
        const added = before.length === 0 ? [] : verifies.filter((name) => !trusted(profile).includes(name))
        return [
          {
            router: own.router.name,
            subject: `${header(profile)} pki trustpoint`,
            paste: section(header(profile), lines),
            undo: section(header(profile), listLines('pki trustpoint', after, before)),
            text: `${own.router.name}: profile ${profile.name} names trustpoint ${after.join(' and ')}${after.length === 1 ? ' only' : ''}`,
            cost: lines.length + (added.length > 0 ? wideningCost / 2 : 0),
            widens: added.length > 0 ? `profile ${profile.name} comes to trust ${added.join(' and ')} as well` : null,
          },
        ]
      })
    })

/** Lists of common trustpoints, and one trustpoint to sign with others to verify. */
const wishes = (own: Side, other: Side): readonly (readonly string[])[] => {
  const verify = verifyingTrustpoints(own, other).map(({ name }) => name)
  const split = signingTrustpoints(own, other).map(({ name }) => [
    `${name} sign`,
    ...verify.filter((each) => each !== name).map((each) => `${each} verify`),
  ])
  return [...listsOf(commonTrustpoints(own, other)), ...split.filter((list) => list.length > 1)]
}

const matchLine = ({ type, value }: OwnIdentity): string | null => {
  switch (type) {
    case ikeV2IdType.IPV4_ADDR:
      return `match identity remote address ${value} 255.255.255.255`
    case ikeV2IdType.FQDN:
      return `match identity remote fqdn ${value}`
    case ikeV2IdType.RFC822_ADDR:
      return `match identity remote email ${value}`
    case ikeV2IdType.KEY_ID:
      return `match identity remote key-id ${value}`
    default:
      return null
  }
}

const sentBy = (side: Side): OwnIdentity | null => {
  const profile = tunnelsProfile(side)
  if (!profile || !side.flow) return null
  const certificate = side.selection.store.trustpoints.find(({ identity }) => identity)?.identity?.certificate ?? null
  return ikeV2OwnIdentity(side.selection, profile, { localAddress: side.flow.localAddress, certificate }).identity
}

const addressIdentity = (value: string): OwnIdentity => ({
  type: ikeV2IdType.IPV4_ADDR,
  value,
  data: ipv4ToBytes(value),
})

/** Which profile the peer is bound to, and which one the tunnel names. */
export const ikeV2IdentityEdits = (own: Side, other: Side): readonly Edit[] => [
  ...matchEdits(own, other),
  ...mapEdits(own, other),
  ...tunnelEdits(own),
  ...localIdentityEdits(own, other),
]

const matchEdits = (own: Side, other: Side): readonly Edit[] => {
  const profile = tunnelsProfile(own)
  if (!profile) return []
  const identity = sentBy(other)
  const line = identity && matchLine(identity)
  const fits = identity !== null && profile.matchIdentityRemote.some((statement) => fitsIdentity(statement, identity))
  // Where no line says what the other end sends, it may be its address, or the subject of its certificate.
  const mayFit = (statement: IkeV2IdentityMatch): boolean =>
    (identity !== null && fitsIdentity(statement, identity)) ||
    (other.flow !== null && fitsIdentity(statement, addressIdentity(other.flow.localAddress)))
  const add =
    line && !fits ? [addMatch(own, headed(profile), line, { name: other.router.name, sends: identity.value })] : []
  const remove = own.selection.ikev2.profiles
    .filter((each) => each !== profile)
    .flatMap((each) =>
      each.matchIdentityRemote
        .filter(mayFit)
        .map(({ at }) => dropMatch(own, headed(each), at.text.trim(), profile.name)),
    )
  return [...add, ...remove]
}

const mapEdits = (own: Side, other: Side): readonly Edit[] => {
  const tunnels = tunnelsProfile(own)?.name
  if (tunnels === undefined) return []
  const profiles = own.selection.ikev2.profiles.map(headed)
  return certificateMapEdits(own, other, tunnels, profiles, sentBy(other)?.type === ikeV2IdType.DER_ASN1_DN)
}

/** The tunnel names another profile. */
const tunnelEdits = (own: Side): readonly Edit[] =>
  nameAnother(own, 'ikev2-profile', own.selection.ikev2.profiles, {
    before: tunnelsProfile(own),
    named: own.flow?.ikev2Profile?.name,
    trusted,
  })

/** What this end sends, so that the profile of the other one fits it. */
const localIdentityEdits = (own: Side, other: Side): readonly Edit[] => {
  const profile = tunnelsProfile(own)
  const wanted = tunnelsProfile(other)
  if (!profile || !wanted) return []
  const before = profile.identityLocal?.at.text.trim()
  const lines = wanted.matchIdentityRemote.flatMap((statement): readonly string[] => {
    switch (statement.kind) {
      case 'fqdn':
        return [`identity local fqdn ${statement.fqdn}`]
      case 'email':
        return [`identity local email ${statement.email}`]
      case 'key-id':
        return [`identity local key-id ${statement.keyId}`]
      case 'address':
        return statement.address === own.flow?.localAddress ? [`identity local address ${statement.address}`] : []
      default:
        return []
    }
  })
  return sendIdentity(own, headed(profile), 'identity local', lines, { before, peer: other.router.name })
}
