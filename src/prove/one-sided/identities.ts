import { isInNetwork } from '../../net/index.ts'
import {
  bindIkeV2Profile,
  bindProfile,
  fitsIdentity,
  type IkeV2IdentityMatch,
  type IkeV2Profile,
  type IsakmpProfile,
  identityType,
  type MatchStatement,
  matchesIdentity,
  type ReceivedIdentity,
} from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { ikeV2IdType, ipv4ToBytes } from '../../wire/index.ts'
import type { End } from '../static/index.ts'
import type { PeerIdentity } from './peer-plan.ts'

/** Which identities a peer may send: an example for each statement, tried on the decisions. */

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)

/** An identity as it arrives. A DN comes with its certificate and is told by that. */
export const receivedV1 = (identity: PeerIdentity): ReceivedIdentity => {
  switch (identity.kind) {
    case 'address':
      return { type: identityType.IPV4_ADDR, value: identity.address, data: ipv4ToBytes(identity.address) }
    case 'fqdn':
      return { type: identityType.FQDN, value: identity.name, data: octets(identity.name) }
    case 'user':
      return { type: identityType.USER_FQDN, value: identity.name, data: octets(identity.name) }
    case 'key-id':
      return { type: identityType.KEY_ID, value: identity.id, data: octets(identity.id) }
    case 'dn':
      return { type: identityType.DER_ASN1_DN, value: 'its DN', data: new Uint8Array() }
  }
}

export const receivedV2 = (identity: PeerIdentity): ReceivedIdentity => {
  const { type, ...rest } = receivedV1(identity)
  const types: Readonly<Record<number, number>> = {
    [identityType.IPV4_ADDR]: ikeV2IdType.IPV4_ADDR,
    [identityType.FQDN]: ikeV2IdType.FQDN,
    [identityType.USER_FQDN]: ikeV2IdType.RFC822_ADDR,
    [identityType.DER_ASN1_DN]: ikeV2IdType.DER_ASN1_DN,
    [identityType.KEY_ID]: ikeV2IdType.KEY_ID,
  }
  return { ...rest, type: types[type] ?? type }
}

/** What a statement asks for, in words. */
const wanted = (statement: MatchStatement | IkeV2IdentityMatch): string => {
  switch (statement.kind) {
    case 'address':
      return statement.mask === '255.255.255.255'
        ? `the address ${statement.address}`
        : `an address of ${statement.address} ${statement.mask}`
    case 'address-ipv6':
      return `an IPv6 address of ${statement.prefix}`
    case 'any':
      return 'any identity'
    case 'host':
    case 'fqdn':
      return `the host name ${statement.fqdn}`
    case 'host-domain':
    case 'fqdn-domain':
      return `a host name of the domain ${statement.domain}`
    case 'user':
      return `the user name ${statement.user}`
    case 'email':
      return `the mail address ${statement.email}`
    case 'user-domain':
      return `a user name of the domain ${statement.domain}`
    case 'email-domain':
      return `a mail address of the domain ${statement.domain}`
    case 'group':
      return `the group ${statement.group}`
    case 'key-id':
      return `the key id ${statement.keyId}`
  }
}

const firstHost = (address: string, mask: string): string => {
  const masks = mask.split('.').map(Number)
  const network = address.split('.').map((octet, index) => Number(octet) & (masks[index] ?? 0))
  const last = network[3] ?? 0
  return [...network.slice(0, 3), mask === '255.255.255.255' ? last : last + 1].join('.')
}

/** An identity as the peer sends it, in words. */
export const identityText = (identity: PeerIdentity): string => {
  switch (identity.kind) {
    case 'address':
      return `the address ${identity.address}`
    case 'fqdn':
      return `the host name ${identity.name}`
    case 'user':
      return `the mail address ${identity.name}`
    case 'key-id':
      return `the key id ${identity.id}`
    case 'dn':
      return 'its DN'
  }
}

/**
 * Identities that a statement fits and that IOS can send: of a wide one several, for another profile may take some. A router
 * of IKEv1 sends no address but its own.
 */
const examplesOf = (
  statement: MatchStatement | IkeV2IdentityMatch,
  peer: string,
  version: 1 | 2,
): readonly PeerIdentity[] => {
  switch (statement.kind) {
    case 'address':
      if (isInNetwork(peer, statement.address, statement.mask)) return [{ kind: 'address', address: peer }]
      return version === 1 ? [] : [{ kind: 'address', address: firstHost(statement.address, statement.mask) }]
    case 'any':
      return [
        { kind: 'address', address: peer },
        { kind: 'fqdn', name: 'peer.invalid' },
        { kind: 'user', name: 'peer@peer.invalid' },
        { kind: 'key-id', id: 'peer' },
      ]
    case 'host':
    case 'fqdn':
      return [{ kind: 'fqdn', name: statement.fqdn }]
    case 'host-domain':
    case 'fqdn-domain':
      return ['peer', 'branch'].map((host) => ({ kind: 'fqdn', name: `${host}.${statement.domain}` }))
    case 'user':
      return [{ kind: 'user', name: statement.user }]
    case 'email':
      return [{ kind: 'user', name: statement.email }]
    case 'user-domain':
    case 'email-domain':
      return ['peer', 'branch'].map((user) => ({ kind: 'user', name: `${user}@${statement.domain}` }))
    case 'key-id':
      return [{ kind: 'key-id', id: statement.keyId }]
    case 'group':
    case 'address-ipv6':
      return []
  }
}

/** The first of them; null where IOS can send none. */
export const exampleOf = (
  statement: MatchStatement | IkeV2IdentityMatch,
  peer: string,
  version: 1 | 2,
): PeerIdentity | null => examplesOf(statement, peer, version)[0] ?? null

/** The example that leads to the profile, where one does. */
const bestExample = (
  examples: readonly PeerIdentity[],
  bind: (identity: PeerIdentity) => string | null,
  profile: string,
): Pick<StatementUse, 'example' | 'binds'> => {
  const example = examples.find((each) => bind(each) === profile) ?? examples[0] ?? null
  return { example, binds: example ? bind(example) : null }
}

/** A statement of a profile with what comes of it. */
export interface StatementUse {
  readonly text: string
  readonly at: SourceRef
  /** Null: IOS cannot send such an identity over IPv4. */
  readonly example: PeerIdentity | null
  /** To which profile the example leads, by identity alone; null: none. */
  readonly binds: string | null
  /** Identities that fit and lead elsewhere, as another profile fits them more closely. */
  readonly except: readonly { readonly text: string; readonly binds: string }[]
}

const usesV1 = (end: End, profile: IsakmpProfile, peer: string, localAddress: string): readonly StatementUse[] => {
  const bind = (identity: PeerIdentity): string | null =>
    bindProfile(end.selection, { identity: receivedV1(identity), localAddress }).choice
  const others = end.selection.profiles.filter((other) => other !== profile)
  return profile.matchIdentity.map((statement) => {
    const best = bestExample(examplesOf(statement, peer, 1), bind, profile.name)
    const except = others.flatMap((other) =>
      other.matchIdentity.flatMap((rival) => {
        const inside = exampleOf(rival, peer, 1)
        return inside && matchesIdentity(statement, receivedV1(inside)).choice && bind(inside) === other.name
          ? [{ text: wanted(rival), binds: other.name }]
          : []
      }),
    )
    return { text: wanted(statement), at: statement.at, ...best, except }
  })
}

const usesV2 = (end: End, profile: IkeV2Profile, peer: string, localAddress: string): readonly StatementUse[] => {
  const bind = (identity: PeerIdentity): string | null =>
    bindIkeV2Profile(end.selection, { identity: receivedV2(identity), certificate: null, localAddress }).choice
  const others = end.selection.ikev2.profiles.filter((other) => other !== profile)
  return profile.matchIdentityRemote.map((statement) => {
    const best = bestExample(examplesOf(statement, peer, 2), bind, profile.name)
    const except = others.flatMap((other) =>
      other.matchIdentityRemote.flatMap((rival) => {
        const inside = exampleOf(rival, peer, 2)
        return inside && fitsIdentity(statement, receivedV2(inside)) && bind(inside) === other.name
          ? [{ text: wanted(rival), binds: other.name }]
          : []
      }),
    )
    return { text: wanted(statement), at: statement.at, ...best, except }
  })
}

/** What each statement of a profile lets in. `peer`: the address from which the peer comes. */
export const statementsOf = (
  end: End,
  profile: IsakmpProfile | IkeV2Profile,
  peer: string,
  localAddress: string,
): readonly StatementUse[] =>
  'matchIdentity' in profile ? usesV1(end, profile, peer, localAddress) : usesV2(end, profile, peer, localAddress)
