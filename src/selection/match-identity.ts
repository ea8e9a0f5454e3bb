import type { Decision } from '../trace/index.ts'
import type { MatchStatement } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { tableText } from './front-vrf.ts'
import { ipv6Prefix, maskBits, sameNetwork, samePrefix } from './ip-address.ts'
import { asciiLower, octetText } from './text.ts'

/** Identification types of RFC 2407 §4.6.2.1. */
export const identityType = {
  IPV4_ADDR: 1,
  FQDN: 2,
  USER_FQDN: 3,
  IPV6_ADDR: 5,
  DER_ASN1_DN: 9,
  KEY_ID: 11,
} as const

/** An identity of MM5 or MM6. `data` decides; `value` is how it is printed: dotted, a name, or a DN in IOS's spelling. */
export interface ReceivedIdentity {
  readonly type: number
  readonly value: string
  readonly data: Uint8Array
}

/**
 * Whether a `match identity` statement fits an identity (ios-semantics §1.5). A DN fits none: that takes a certificate
 * map. A statement counts in the VRF that it names, else in the global table; `vrf` is that in which the packet came.
 */
export const matchesIdentity = (
  statement: MatchStatement,
  identity: ReceivedIdentity,
  vrf?: string,
): Decision<boolean> => {
  const reason = mismatch(statement, identity, vrf)
  const fits = reason === null
  return decide(
    'v1.match-identity',
    fits,
    [candidate(statementText(statement), fits, reason ?? `it fits ${identity.value}`, statement.at)],
    [statement.at],
  )
}

/**
 * How closely a statement fits, for comparing statements that fit the same identity: an exact name before any domain,
 * a longer domain before a shorter, a longer mask before a shorter (ios-semantics §1.6).
 */
export const specificity = (statement: MatchStatement): number => {
  switch (statement.kind) {
    case 'address':
      return maskBits(statement.mask)
    case 'address-ipv6':
      return ipv6Prefix(statement.prefix)?.bits ?? 0
    case 'host-domain':
    case 'user-domain':
      return statement.domain.split('.').length
    case 'host':
    case 'user':
    case 'group':
      return exact
  }
}

const exact = Number.MAX_SAFE_INTEGER

/** The statement as the configuration spells it, without its VRF. */
export const statementText = (statement: MatchStatement): string => {
  switch (statement.kind) {
    case 'address':
      return `match identity address ${statement.address} ${statement.mask}`
    case 'address-ipv6':
      return `match identity address ipv6 ${statement.prefix}`
    case 'host':
      return `match identity host ${statement.fqdn}`
    case 'host-domain':
      return `match identity host domain ${statement.domain}`
    case 'user':
      return `match identity user ${statement.user}`
    case 'user-domain':
      return `match identity user domain ${statement.domain}`
    case 'group':
      return `match identity group ${statement.group}`
  }
}

/** Why a statement does not fit, or null if it does. */
export const mismatch = (
  statement: MatchStatement,
  identity: ReceivedIdentity,
  vrf: string | undefined,
): string | null => {
  const counts = 'vrf' in statement ? statement.vrf : undefined
  if (counts !== vrf) return `it counts in ${tableText(counts)}, and the peer is in ${tableText(vrf)}`
  const { type, names } = wanted[statement.kind]
  if (identity.type === identityType.DER_ASN1_DN)
    return 'the peer sent a distinguished name: only a certificate map can match that'
  if (identity.type !== type)
    return `it fits ${names} only, and the peer sent ${typeText(identity.type)} ${identity.value}`
  return fits(statement, identity) ? null : `it does not fit ${identity.value}`
}

const wanted: Readonly<Record<MatchStatement['kind'], { readonly type: number; readonly names: string }>> = {
  address: { type: identityType.IPV4_ADDR, names: 'IPv4 addresses' },
  'address-ipv6': { type: identityType.IPV6_ADDR, names: 'IPv6 addresses' },
  host: { type: identityType.FQDN, names: 'host names' },
  'host-domain': { type: identityType.FQDN, names: 'host names' },
  user: { type: identityType.USER_FQDN, names: 'user names' },
  'user-domain': { type: identityType.USER_FQDN, names: 'user names' },
  group: { type: identityType.KEY_ID, names: 'group names' },
}

/** What an identity type holds, with its article. */
const typeText = (type: number): string => typeTexts[type] ?? `an identity of type ${type},`

const typeTexts: Readonly<Record<number, string>> = {
  [identityType.IPV4_ADDR]: 'the IPv4 address',
  [identityType.FQDN]: 'the host name',
  [identityType.USER_FQDN]: 'the user name',
  [identityType.IPV6_ADDR]: 'the IPv6 address',
  [identityType.DER_ASN1_DN]: 'the distinguished name',
  [identityType.KEY_ID]: 'the key id',
}

const fits = (statement: MatchStatement, { data }: ReceivedIdentity): boolean => {
  const text = octetText(data)
  switch (statement.kind) {
    case 'address':
      return data.length === 4 && sameNetwork(data.join('.'), statement.address, statement.mask)
    case 'address-ipv6': {
      const prefix = ipv6Prefix(statement.prefix)
      return prefix !== undefined && data.length === 16 && samePrefix(data, prefix.octets, prefix.bits)
    }
    case 'host':
      return asciiLower(text) === asciiLower(statement.fqdn)
    case 'host-domain':
      return asciiLower(text).endsWith(`.${asciiLower(statement.domain)}`)
    case 'user':
      return withDomainLower(text) === withDomainLower(statement.user)
    case 'user-domain':
      return text.includes('@') && domainOf(text) === asciiLower(statement.domain)
    case 'group':
      return text === statement.group
  }
}

/** After the last `@`; the domain of a mailbox has no case, its local part has (RFC 5321 §2.4). */
const domainOf = (user: string): string => asciiLower(user.slice(user.lastIndexOf('@') + 1))
const withDomainLower = (user: string): string => `${user.slice(0, user.lastIndexOf('@') + 1)}${domainOf(user)}`
