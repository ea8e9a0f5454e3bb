import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import type { IsakmpProfile, Keyring, PreSharedKey, SelectionContext } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { frontVrf, tableText } from './front-vrf.ts'
import { maskBits, sameNetwork } from './ip-address.ts'
import { identityType, type ReceivedIdentity } from './match-identity.ts'
import type { SelectionRuleId } from './rules.ts'
import { asciiLower, octetText } from './text.ts'
import { withoutKey } from './without-key.ts'

/** The key that was found. The key stands here only: not in the candidates, and in no line. */
export interface FoundKey {
  readonly keyring: string
  readonly key: string
  readonly at: SourceRef
}

interface Question {
  readonly role: 'initiator' | 'responder'
  readonly profile: IsakmpProfile | null
  /** The peer's address, dotted. */
  readonly peer: string
  /** The local address, dotted: whose VRF counts. Absent: one of the global table. */
  readonly localAddress?: string
  /** Known in aggressive mode and from MM5 on; keys by host name need it. */
  readonly peerIdentity?: ReceivedIdentity | null
}

/**
 * The pre-shared key for a peer. An initiator looks in the keyrings of its profile, or else in the keyring `default`;
 * a responder does not know its profile yet and looks in every keyring. The most specific entry wins, then the first:
 * in the order of the profile's list for an initiator, of the configuration for a responder.
 * Source: ios-semantics §1.9; Cisco 117259.
 */
export const preSharedKey = (ctx: SelectionContext, question: Question): Decision<FoundKey | null> => {
  const { rule, keyrings, absent } = keyringsToSearch(ctx, question)
  const entries = keyrings.flatMap((keyring) =>
    keyring.keys.map((key) => ({ keyring, key, ...judge(ctx, keyring, key, question) })),
  )
  const fitting = entries.filter(({ closeness }) => closeness >= 0)
  const closest = fitting.reduce((most, { closeness }) => Math.max(most, closeness), -1)
  const winner = fitting.find(({ closeness }) => closeness === closest)
  const candidates = entries.map((entry): Candidate => {
    const taken = entry === winner
    const lost = entry.closeness < closest ? 'a more specific entry fits too' : 'an entry before it fits as closely'
    const reason = taken || entry.closeness < 0 ? entry.reason : `${entry.reason}, but ${lost}`
    return candidate(`${entry.keyring.name}: ${peerOf(entry.key)}`, taken, reason, withoutKey(entry.key))
  })
  const lines = question.profile?.keyrings.map(({ at }) => at) ?? []
  if (winner === undefined)
    return decide(rule, null, [...candidates, ...absent], question.role === 'initiator' ? lines : [])
  const at = withoutKey(winner.key)
  return decide(rule, { keyring: winner.keyring.name, key: winner.key.key, at }, [...candidates, ...absent], [at])
}

const keyringsToSearch = (
  ctx: SelectionContext,
  { role, profile }: Question,
): { readonly rule: SelectionRuleId; readonly keyrings: readonly Keyring[]; readonly absent: readonly Candidate[] } => {
  if (role === 'responder') return { rule: 'v1.preshared-key.all-keyrings', keyrings: ctx.keyrings, absent: [] }
  if (profile === null || profile.keyrings.length === 0)
    return {
      rule: 'v1.preshared-key.default-keyring',
      keyrings: ctx.keyrings.filter(({ name }) => name === 'default'),
      absent: [],
    }
  const named = profile.keyrings.map((entry) => ({
    entry,
    keyring: ctx.keyrings.find(({ name }) => name === entry.name),
  }))
  return {
    rule: 'v1.preshared-key.profile-keyrings',
    keyrings: named.flatMap(({ keyring }) => keyring ?? []),
    absent: named
      .filter(({ keyring }) => keyring === undefined)
      .map(({ entry }) =>
        candidate(
          entry.name,
          false,
          `profile ${profile.name} names keyring ${entry.name}, which holds no key`,
          entry.at,
        ),
      ),
  }
}

/** How closely an entry fits the peer: bits of its mask, 33 for a host name, -1 if it does not fit. */
const judge = (
  ctx: SelectionContext,
  keyring: Keyring,
  { match }: PreSharedKey,
  { peer, peerIdentity, localAddress }: Question,
): { readonly closeness: number; readonly reason: string } => {
  const vrf = frontVrf(ctx, localAddress)
  if (keyring.vrf !== vrf)
    return {
      closeness: -1,
      reason: `keyring ${keyring.name} counts in ${tableText(keyring.vrf)}, and the peer is in ${tableText(vrf)}`,
    }
  if (match.kind === 'address')
    return sameNetwork(peer, match.address, match.mask)
      ? { closeness: maskBits(match.mask), reason: `it is for ${peer}` }
      : { closeness: -1, reason: `it is not for ${peer}` }
  if (peerIdentity == null || peerIdentity.type !== identityType.FQDN)
    return { closeness: -1, reason: 'it is for a host name, and main mode finds the key by the address of the peer' }
  return asciiLower(octetText(peerIdentity.data)) === asciiLower(match.hostname)
    ? { closeness: 33, reason: `it is for ${match.hostname}` }
    : { closeness: -1, reason: `it is not for ${peerIdentity.value}` }
}

const peerOf = ({ match }: PreSharedKey): string =>
  match.kind === 'hostname' ? match.hostname : `${match.address} ${match.mask}`

/**
 * Whether the keyring whose key is in use is one of the profile that MM5 bound; if not, IOS aborts. A profile that
 * names no keyring asks nothing. Source: Cisco 117259; ios-semantics §1.9.
 */
export const keyringOfProfileHolds = (
  _ctx: SelectionContext,
  profile: IsakmpProfile,
  keyring: string,
): Decision<boolean> => {
  const { keyrings, name } = profile
  if (keyrings.length === 0)
    return decide(
      'v1.preshared-key.keyring-of-profile',
      true,
      [candidate(keyring, true, `profile ${name} names no keyring`, profile.at)],
      [profile.at],
    )
  const line = keyrings.find((entry) => entry.name === keyring)
  const lines = keyrings.map(({ at }) => at)
  const reason =
    line === undefined
      ? `the key came from keyring ${keyring}, which profile ${name} does not name`
      : `profile ${name} names keyring ${keyring}`
  return decide(
    'v1.preshared-key.keyring-of-profile',
    line !== undefined,
    [candidate(keyring, line !== undefined, reason, line?.at ?? lines[0])],
    [line?.at, ...lines],
  )
}
