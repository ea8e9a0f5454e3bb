import type { ProtectedFlow } from '../../ipsec/index.ts'
import type { LabRouter } from '../../lab/index.ts'
import type { Trustpoint } from '../../pki/index.ts'
import type { SelectionContext } from '../../selection/index.ts'

/** One end of the tunnel that is to be mended. */
export interface Side {
  readonly router: LabRouter
  readonly selection: SelectionContext
  /** Its flow towards the other end; null where only the other one has a tunnel. */
  readonly flow: ProtectedFlow | null
  /** The profiles to which it binds the other end in one case or another: of no other profile the lists count. Null: nobody knows. */
  readonly binds: ReadonlySet<string> | null
}

/** Whether the list of trustpoints of a profile counts for this tunnel. What is announced by RFC 9593 rests on all of them. */
export const counts = ({ flow, binds, selection: { ikev2 } }: Side, profile: string): boolean =>
  binds === null ||
  ikev2.supportedAuthenticationMethods ||
  binds.has(profile) ||
  profile === flow?.isakmpProfile?.name ||
  profile === flow?.ikev2Profile?.name

/** What the tunnel comes to trust by naming another profile; null: nothing that it did not. An empty list: every CA. */
export const trustsMore = (before: readonly string[] | null, after: readonly string[]): string | null => {
  if (before === null || before.length === 0) return null
  if (after.length === 0) return 'every CA that the router knows'
  const more = after.filter((name) => !before.includes(name))
  return more.length === 0 ? null : more.join(' and ')
}

const caOf = ({ ca }: Trustpoint): string | undefined => ca?.subject.ios

/**
 * Trustpoints that both ends can use: this one holds a certificate of the CA, and so does the other. In the order of the
 * store: what is newest today stands first.
 */
export const commonTrustpoints = (own: Side, other: Side): readonly Trustpoint[] => {
  const theirs = new Set(other.router.enrolled.filter(({ identity }) => identity).map(caOf))
  return own.selection.store.trustpoints.filter((entry) => entry.identity && entry.ca && theirs.has(caOf(entry)))
}

/** Trustpoints whose CA has given the other end a certificate: they can validate it. */
export const verifyingTrustpoints = (own: Side, other: Side): readonly Trustpoint[] => {
  const theirs = new Set(other.router.enrolled.filter(({ identity }) => identity).map(caOf))
  return own.selection.store.trustpoints.filter((entry) => entry.ca && !entry.builtIn && theirs.has(caOf(entry)))
}

/** Trustpoints with which this end can sign so that the other end knows the CA. */
export const signingTrustpoints = (own: Side, other: Side): readonly Trustpoint[] => {
  const known = new Set(other.router.enrolled.filter(({ ca }) => ca).map(caOf))
  return own.selection.store.trustpoints.filter((entry) => entry.identity?.keys && known.has(caOf(entry)))
}

/** Where the tunnel's profile is named: the section's header. */
export const profileHolder = ({ router: { configuration }, flow }: Side): string | null => {
  if (!flow) return null
  const { ipsec } = configuration
  const protection = ipsec.interfaces.find(({ name }) => name === flow.interface)?.tunnel?.protection
  if (protection) return `crypto ipsec profile ${protection.ipsecProfile}`
  const entry = ipsec.cryptoMaps.find(({ name, sequence }) => `${name} ${sequence}` === flow.map)
  return entry ? `crypto map ${entry.name} ${entry.sequence} ipsec-isakmp` : null
}

/** The lists worth trying: each trustpoint alone, then all of them. */
export const listsOf = (trustpoints: readonly Trustpoint[]): readonly (readonly string[])[] => {
  const names = trustpoints.map(({ name }) => name)
  return [...names.map((name) => [name]), ...(names.length > 1 ? [names] : [])]
}

/**
 * Whether keys may stand in a configuration that nobody can read off it: under the router's master key, or on an AAA
 * server. Then none is put beside them.
 */
export const cannotReadKeys = ({ router: { configuration, texts } }: Side): boolean =>
  configuration.notices.some(({ text }) => text.includes('(type 6)')) ||
  texts.some(({ text }) => /^\s*keyring aaa\s/m.test(text))
