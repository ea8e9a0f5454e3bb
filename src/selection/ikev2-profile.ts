import type { Certificate } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import { ikeV2IdType } from '../wire/index.ts'
import { matchesCertificateMap } from './certificate-map.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { frontVrf, otherVrf } from './front-vrf.ts'
import type { IkeV2IdentityMatch, IkeV2Profile } from './ikev2-configuration.ts'
import { ipv6Prefix, maskBits, sameNetwork, samePrefix } from './ip-address.ts'
import type { ReceivedIdentity } from './match-identity.ts'
import { asciiLower, octetText } from './text.ts'

/** An identity of IKE_AUTH (RFC 7296 §3.5): the octets decide, `value` is how it is printed. */
export type ReceivedIkeV2Identity = ReceivedIdentity

const identityMatchText = (statement: IkeV2IdentityMatch): string => {
  switch (statement.kind) {
    case 'address':
      return `match identity remote address ${statement.address} ${statement.mask}`
    case 'address-ipv6':
      return `match identity remote address ${statement.prefix}`
    case 'any':
      return 'match identity remote any'
    case 'email':
      return `match identity remote email ${statement.email}`
    case 'email-domain':
      return `match identity remote email domain ${statement.domain}`
    case 'fqdn':
      return `match identity remote fqdn ${statement.fqdn}`
    case 'fqdn-domain':
      return `match identity remote fqdn domain ${statement.domain}`
    case 'key-id':
      return `match identity remote key-id ${statement.keyId}`
  }
}

const endsWithDomain = (text: string, domain: string, separator: string): boolean => {
  const name = asciiLower(text)
  const end = asciiLower(domain)
  return name.endsWith(`${separator}${end}`) || (separator === '.' && name === end)
}

/** Whether a statement fits an identity of its own type. A DN fits none but `any`: that takes a certificate map (ios-semantics §2.9). */
export const fitsIdentity = (statement: IkeV2IdentityMatch, identity: ReceivedIkeV2Identity): boolean => {
  const text = octetText(identity.data)
  switch (statement.kind) {
    case 'any':
      return true
    case 'address':
      return identity.type === ikeV2IdType.IPV4_ADDR && sameNetwork(identity.value, statement.address, statement.mask)
    case 'address-ipv6': {
      const prefix = ipv6Prefix(statement.prefix)
      return (
        identity.type === ikeV2IdType.IPV6_ADDR &&
        prefix !== undefined &&
        identity.data.length === 16 &&
        samePrefix(identity.data, prefix.octets, prefix.bits)
      )
    }
    case 'email':
      return identity.type === ikeV2IdType.RFC822_ADDR && asciiLower(text) === asciiLower(statement.email)
    case 'email-domain':
      return identity.type === ikeV2IdType.RFC822_ADDR && endsWithDomain(text, statement.domain, '@')
    case 'fqdn':
      return identity.type === ikeV2IdType.FQDN && asciiLower(text) === asciiLower(statement.fqdn)
    case 'fqdn-domain':
      return identity.type === ikeV2IdType.FQDN && endsWithDomain(text, statement.domain, '.')
    case 'key-id':
      return identity.type === ikeV2IdType.KEY_ID && text === statement.keyId
  }
}

const exact = 1000
const domainBase = 100

/** How closely a statement fits: certificate map and exact names first, then longer masks, domains, `any` last (ios-semantics §2.9 [I]). */
const specificity = (statement: IkeV2IdentityMatch): number => {
  switch (statement.kind) {
    case 'any':
      return 0
    case 'address': {
      const bits = maskBits(statement.mask)
      return bits === 32 ? exact : bits
    }
    case 'address-ipv6': {
      const bits = ipv6Prefix(statement.prefix)?.bits ?? 0
      return bits === 128 ? exact : bits
    }
    case 'email-domain':
    case 'fqdn-domain':
      return domainBase + Math.min(statement.domain.length, exact - domainBase - 1)
    case 'email':
    case 'fqdn':
    case 'key-id':
      return exact
  }
}

interface Peer {
  readonly identity: ReceivedIkeV2Identity
  readonly certificate: Certificate | null
}

interface Judged {
  readonly profile: IkeV2Profile
  readonly fits: boolean
  readonly closeness: number
  readonly reason: string
  readonly at: SourceRef
}

const judge = (ctx: SelectionContext, profile: IkeV2Profile, peer: Peer): Judged => {
  const refuse = (reason: string, at: SourceRef = profile.at): Judged => ({
    profile,
    fits: false,
    closeness: -1,
    reason,
    at,
  })
  const statements = profile.matchIdentityRemote
    .filter((statement) => fitsIdentity(statement, peer.identity))
    .map((statement) => ({
      closeness: specificity(statement),
      reason: `${identityMatchText(statement)} fits`,
      at: statement.at,
    }))
  const maps = profile.matchCertificate.flatMap(({ map: name, at }) => {
    const map = ctx.certificateMaps.find((known) => known.name === name)
    return map && peer.certificate && matchesCertificateMap(map, peer.certificate).choice
      ? [{ closeness: exact, reason: `certificate map ${name} fits the certificate`, at }]
      : []
  })
  const [best] = [...maps, ...statements].toSorted((a, b) => b.closeness - a.closeness)
  if (best) return { profile, fits: true, ...best }
  if (profile.matchIdentityRemote.length + profile.matchCertificate.length === 0)
    return refuse('it has no match statement and is incomplete')
  return refuse(
    `no statement of it fits ${peer.identity.value}`,
    profile.matchIdentityRemote[0]?.at ?? profile.matchCertificate[0]?.at,
  )
}

/** Why a profile does not come into question at all for a packet, or null. */
const excluded = (ctx: SelectionContext, profile: IkeV2Profile, localAddress: string): string | null =>
  profile.shutdown ? 'it is shut down' : placedElsewhere(ctx, profile, localAddress)

/** The VRF or the local address that a profile serves, where it is not that of the packet. */
const placedElsewhere = (
  ctx: SelectionContext,
  { fvrf, matchLocalAddress }: IkeV2Profile,
  localAddress: string,
): string | null => {
  const elsewhere = otherVrf(fvrf, frontVrf(ctx, localAddress))
  if (elsewhere !== null) return elsewhere
  return matchLocalAddress.length === 0 || matchLocalAddress.some(({ address }) => address === localAddress)
    ? null
    : `it serves ${matchLocalAddress.map(({ address }) => address).join(' and ')}, not ${localAddress}`
}

/**
 * The profile to which a responder binds its peer, by identity or certificate map. Several that fit: the most specific,
 * and of those that are alike the last configured; sources disagree, so the knob `v2.overlap` says it. Null: none, and
 * the peer is refused. Source: the seed; ios-semantics §0.3 item 10, §2.9.
 */
export const bindIkeV2Profile = (
  ctx: SelectionContext,
  { identity, certificate, localAddress }: Peer & { readonly localAddress: string },
): Decision<string | null> => {
  const judged = ctx.ikev2.profiles.map((profile): Judged => {
    const never = excluded(ctx, profile, localAddress)
    return never === null
      ? judge(ctx, profile, { identity, certificate })
      : { profile, fits: false, closeness: -1, reason: never, at: profile.at }
  })
  const fitting = judged.filter(({ fits }) => fits)
  const knob = knobUsed(ctx.knobs, 'v2.overlap')
  const winner = winnerOf(fitting, knob.value)
  const overlap = fitting.length > 1
  const candidates = judged.map((entry): Candidate => {
    if (entry === winner)
      return candidate(
        entry.profile.name,
        true,
        overlap ? `${entry.reason}; other profiles fit as well, and this one is taken` : entry.reason,
        entry.at,
      )
    if (!entry.fits) return candidate(entry.profile.name, false, entry.reason, entry.at)
    const lost = winner
      ? entry.closeness < winner.closeness
        ? `profile ${winner.profile.name} fits more closely`
        : `profile ${winner.profile.name} fits as well and is taken`
      : 'several profiles fit, and then none is taken'
    return candidate(entry.profile.name, false, `${entry.reason}, but ${lost}`, entry.at)
  })
  const rule = !overlap ? (winner ? 'v2.profile.match' : 'v2.profile.none') : 'v2.profile.overlap'
  return decide(
    rule,
    winner?.profile.name ?? null,
    winner ? [...candidates.filter(({ taken }) => taken), ...candidates.filter(({ taken }) => !taken)] : candidates,
    [winner?.at, ...fitting.map(({ at }) => at), ...(winner ? [] : judged.map(({ at }) => at))],
    overlap ? knob : undefined,
  )
}

const winnerOf = (
  fitting: readonly Judged[],
  overlap: 'mostSpecificThenLast' | 'last' | 'first' | 'none',
): Judged | undefined => {
  if (fitting.length <= 1) return fitting[0]
  switch (overlap) {
    case 'first':
      return fitting[0]
    case 'last':
      return fitting.at(-1)
    case 'none':
      return undefined
    case 'mostSpecificThenLast': {
      const closest = Math.max(...fitting.map(({ closeness }) => closeness))
      return fitting.findLast(({ closeness }) => closeness === closest)
    }
  }
}

/**
 * Whether the responder's identity fits the profile with which the initiator began; null where it does not, and then the
 * responder holds an SA that nobody answers (ios-semantics §0.3 item 7, §2.9).
 */
export const ikeV2InitiatorProfileCheck = (
  ctx: SelectionContext,
  profile: IkeV2Profile,
  { localAddress, ...peer }: Peer & { readonly localAddress: string },
): Decision<string | null> => {
  const fitting = judge(ctx, profile, peer)
  const place = placedElsewhere(ctx, profile, localAddress)
  const knob = fitting.fits && place !== null ? knobUsed(ctx.knobs, 'v2.initiatorPlace') : undefined
  const judged: Judged =
    place !== null && knob?.value === 'checked' ? { ...fitting, fits: false, reason: place } : fitting
  return decide(
    'v2.profile.initiator-check',
    judged.fits ? profile.name : null,
    [candidate(profile.name, judged.fits, judged.reason, judged.at)],
    [judged.at],
    knob,
  )
}
