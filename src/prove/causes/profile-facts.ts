import type { Certificate } from '../../pki/index.ts'
import {
  fitsIdentity,
  type IkeV2Profile,
  type IsakmpProfile,
  ikeV2ValidationTrustpoints,
  matchesCertificateMap,
  matchesIdentity,
  type ReceivedIdentity,
  validationTrustpoints,
} from '../../selection/index.ts'
import { ipv4ToBytes } from '../../wire/index.ts'
import type { IdentityFact, RefusalFacts } from './facts.ts'

/* What the profiles of the router that refuses have to do with it. */

/** Numbers of ID payloads, the same in both versions (RFC 2407 §4.6.2.1, RFC 7296 §3.5). */
const idType = { IPV4_ADDR: 1, FQDN: 2, DER_ASN1_DN: 9 } as const

/** A profile of either version, as far as the causes look at it. */
type Profile =
  | { readonly version: 1; readonly profile: IsakmpProfile }
  | { readonly version: 2; readonly profile: IkeV2Profile }

const profilesOf = ({ self: { selection }, version }: RefusalFacts): readonly Profile[] =>
  version === 1
    ? selection.profiles.map((profile) => ({ version, profile }))
    : selection.ikev2.profiles.map((profile) => ({ version, profile }))

const profileNamed = (facts: RefusalFacts, name: string | null): Profile | null =>
  profilesOf(facts).find(({ profile }) => profile.name === name) ?? null

/** The profile of the tunnel that leads to the peer: to what the peer ought to be bound. */
const tunnelProfile = (facts: RefusalFacts): Profile | null =>
  profileNamed(facts, facts.self.profileTowards(facts.addresses.peer, facts.version))

/** The certificate with which the peer signs. */
const peerCertificate = ({ peer, peerSigns }: RefusalFacts): Certificate | null =>
  peer.selection.store.trustpoints.find(({ name }) => name === peerSigns)?.identity?.certificate ?? null

/** The trustpoints that validate the peer under the profile that it is bound to; null: all. */
export const anchorsOf = (facts: RefusalFacts): readonly string[] | null => {
  const entry = profileNamed(facts, facts.bound)
  const { selection } = facts.self
  if (facts.version === 1) {
    const { choice, knob } = validationTrustpoints(selection, entry?.version === 1 ? entry.profile : null)
    if (knob) facts.lean(knob.name)
    return choice
  }
  return entry?.version === 2 ? ikeV2ValidationTrustpoints(selection, entry.profile).choice : null
}

const mapFits = ({ self }: RefusalFacts, { profile }: Profile, certificate: Certificate | null): boolean =>
  certificate !== null &&
  profile.matchCertificate.some(({ map: name }) => {
    const map = self.selection.certificateMaps.find((known) => known.name === name)
    return map !== undefined && matchesCertificateMap(map, certificate).choice
  })

const octetsOf = ({ type, value }: IdentityFact): Uint8Array =>
  (type === idType.IPV4_ADDR ? ipv4ToBytes(value) : undefined) ?? new TextEncoder().encode(value)

/** Whether a statement of the profile fits an identity, whatever VRF it counts in. */
const identityFits = (entry: Profile, identity: IdentityFact): boolean => {
  const received: ReceivedIdentity = { ...identity, data: octetsOf(identity) }
  if (entry.version === 2)
    return entry.profile.matchIdentityRemote.some((statement) => fitsIdentity(statement, received))
  return entry.profile.matchIdentity.some((statement) => {
    if (!('vrf' in statement)) return matchesIdentity(statement, received).choice
    const { vrf: _, ...global } = statement
    return matchesIdentity(global, received).choice
  })
}

/** Whether the profile would take the peer by what it is, wherever the packet came in. */
const fitsPeer = (facts: RefusalFacts, entry: Profile): boolean =>
  mapFits(facts, entry, peerCertificate(facts)) ||
  (facts.peerIdentity !== null && identityFits(entry, facts.peerIdentity))

/** A VRF or a local address of the profile is another than that of the packet. */
const isElsewhere = ({ self, addresses, peerIdentity }: RefusalFacts, entry: Profile): boolean => {
  const vrf = self.selection.vrfs?.get(addresses.self)
  if (entry.version === 2) {
    const { fvrf, matchLocalAddress } = entry.profile
    const local = matchLocalAddress.length === 0 || matchLocalAddress.some(({ address }) => address === addresses.self)
    return (fvrf !== 'any' && fvrf !== vrf) || !local
  }
  const { localAddress, matchIdentity } = entry.profile
  if (localAddress !== undefined && localAddress !== addresses.self) return true
  if (peerIdentity === null) return false
  const received: ReceivedIdentity = { ...peerIdentity, data: octetsOf(peerIdentity) }
  return !matchIdentity.some((statement) => matchesIdentity(statement, received, vrf).choice)
}

/** Whether the tunnel's profile would bind a peer that signed with this certificate, which it did not. */
export const wouldBindWith = (facts: RefusalFacts, certificate: Certificate): boolean => {
  const own = tunnelProfile(facts)
  return own !== null && !fitsPeer(facts, own) && mapFits(facts, own, certificate)
}

/** Some profile fits the peer, and only its VRF or local address keeps it away (entry 31). */
export const isKeptAwayByPlace = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  const wanted = own === null ? profilesOf(facts) : [own]
  return wanted.some((entry) => fitsPeer(facts, entry) && isElsewhere(facts, entry))
}

/** The tunnel's profile fits the peer as well as the one that was bound, or several fit and none was taken (entry 4). */
export const severalProfilesFit = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  if (own === null || !fitsPeer(facts, own) || isElsewhere(facts, own)) return false
  return profilesOf(facts).some((entry) => entry.profile.name !== own.profile.name && fitsPeer(facts, entry))
}

/** The tunnel's profile fits the peer too, and would trust its certificate, which the one that was bound does not (entry 4). */
export const wouldPassUnderTunnelProfile = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  if (own === null || own.profile.name === facts.bound || !severalProfilesFit(facts)) return false
  const identity = facts.peer.selection.store.trustpoints.find(({ name }) => name === facts.peerSigns)?.identity
  if (!identity) return false
  const anchors = anchorsOf({ ...facts, bound: own.profile.name })
  return facts.self.examines([identity.certificate, ...identity.chain], anchors).refusal === null
}

export const noProfileIsBound = ({ bound }: RefusalFacts): boolean => bound === null

/** A DN fits no statement but `any`: only a certificate map can match it (entry 8). */
export const isDnWithoutMap = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  return facts.peerIdentity?.type === idType.DER_ASN1_DN && own !== null && !fitsPeer(facts, own)
}

/** The peer calls itself by its bare host name where a name with a domain is expected (entry 29). */
export const isWithoutDomain = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  const { peerIdentity } = facts
  if (own === null || peerIdentity?.type !== idType.FQDN || peerIdentity.value.includes('.')) return false
  const host = `${peerIdentity.value.toLowerCase()}.`
  const expected =
    own.version === 1
      ? own.profile.matchIdentity.map((each) => (each.kind === 'host' ? each.fqdn : each.kind))
      : own.profile.matchIdentityRemote.map((each) => (each.kind === 'fqdn' ? each.fqdn : each.kind))
  return expected.some(
    (text) => text === 'host-domain' || text === 'fqdn-domain' || text.toLowerCase().startsWith(host),
  )
}

/** Another profile than the tunnel's has the peer, and it authenticates by other methods (entry 6). */
export const isCapturedByOtherMethod = (facts: RefusalFacts): boolean => {
  const own = tunnelProfile(facts)
  const bound = profileNamed(facts, facts.bound)
  if (own?.version !== 2 || bound?.version !== 2 || own.profile.name === bound.profile.name) return false
  const accepted = new Set(bound.profile.authenticationRemote.map(({ method }) => method))
  return own.profile.authenticationRemote.some(({ method }) => !accepted.has(method))
}
