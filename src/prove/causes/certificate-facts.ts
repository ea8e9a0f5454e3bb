import {
  type Certificate,
  caNameOf,
  type IdentityCertificate,
  keyBelongs,
  sameKey,
  sameName,
  type Trustpoint,
} from '../../pki/index.ts'

import type { RefusalFacts } from './facts.ts'
import { anchorsOf, wouldBindWith } from './profile-facts.ts'

/* What the certificates of both ends have to do with a refusal. */

type Held = Trustpoint & { readonly identity: IdentityCertificate }

const isHeld = (trustpoint: Trustpoint): trustpoint is Held => trustpoint.identity !== undefined

const signerOf = ({ peer, peerSigns }: RefusalFacts): Held | null =>
  peer.selection.store.trustpoints.find((entry): entry is Held => isHeld(entry) && entry.name === peerSigns) ?? null

const sameCa = (a: Certificate | undefined, b: Certificate | undefined): boolean =>
  a !== undefined && b !== undefined && (a === b || (sameName(a.subject, b.subject) && sameKey(a, b)))

/** Trustpoints of the peer that hold another certificate of the CA whose certificate it sent. */
const siblings = (facts: RefusalFacts): readonly Held[] => {
  const signer = signerOf(facts)
  if (!signer) return []
  return facts.peer.selection.store.trustpoints.filter(
    (entry): entry is Held => isHeld(entry) && entry.name !== signer.name && sameCa(entry.ca, signer.ca),
  )
}

/** The peer holds a certificate of the same CA that would have been accepted (entry 7). */
export const sendsSiblingOfGoodCertificate = (facts: RefusalFacts): boolean => {
  const others = siblings(facts)
  if (others.length === 0) return false
  const anchors = anchorsOf(facts)
  return others.some(
    ({ identity }) => facts.self.examines([identity.certificate, ...identity.chain], anchors).refusal === null,
  )
}

/** The router lists a trustpoint of the right CA, and another one of that CA, defined after it, stands in its way (entry 7; knob `v1.sameCa`). */
export const ownSiblingStandsInTheWay = (facts: RefusalFacts): boolean => {
  const { self, version, bound } = facts
  const signer = signerOf(facts)
  const profile = self.selection.profiles.find(({ name }) => name === bound)
  if (version !== 1 || !signer || !profile) return false
  const listed = profile.caTrustPoints.map(({ name }) => name)
  return self.examines([signer.identity.certificate, ...signer.identity.chain], listed).refusal === null
}

/** The peer holds a certificate of the same CA by which the tunnel's profile would have bound it (entry 7). */
export const siblingWouldBind = (facts: RefusalFacts): boolean =>
  siblings(facts).some(({ identity }) => wouldBindWith(facts, identity.certificate))

/** The certificate is of a CA that is built into IOS: asked for by everybody, trusted by no trustpoint (entry 23). */
export const sentForBuiltInCa = (facts: RefusalFacts): boolean => {
  const signer = signerOf(facts)
  if (!signer) return false
  const { issuer } = signer.identity.certificate
  const known = facts.self.selection.store.trustpoints.filter((trustpoint) => {
    const name = caNameOf(trustpoint)
    return name !== undefined && sameName(name, issuer)
  })
  const isSo = known.length > 0 && known.every(({ builtIn }) => builtIn)
  if (isSo) facts.lean('builtins')
  return isSo
}

const isWaiting = ({ ca, identity, builtIn }: Trustpoint): boolean => ca !== undefined && !identity && !builtIn

/** A trustpoint of the peer for a CA that is trusted holds no certificate: it was never enrolled (entry 30). */
export const hasWaitingTrustpoint = (facts: RefusalFacts): boolean => {
  const allowed = anchorsOf(facts)
  const trusted = facts.self.selection.store.trustpoints.filter(
    ({ name }) => allowed === null || allowed.includes(name),
  )
  return facts.peer.selection.store.trustpoints.some(
    (entry) => isWaiting(entry) && trusted.some(({ ca }) => sameCa(ca, entry.ca)),
  )
}

/** The router that cannot sign has a trustpoint for a CA that is asked for, and no certificate in it (entry 30). */
export const waitsForRequestedCertificate = ({ self, peer }: RefusalFacts): boolean =>
  self.selection.store.trustpoints.some(
    (entry) => isWaiting(entry) && peer.selection.store.trustpoints.some(({ ca }) => sameCa(ca, entry.ca)),
  )

/** The CA above the issuer is trusted; the issuer's own certificate came neither in the message nor from a trustpoint (entry 10). */
export const lacksIntermediate = (facts: RefusalFacts): boolean => {
  const signer = signerOf(facts)
  if (!signer) return false
  const allowed = anchorsOf(facts)
  const trusted = facts.self.selection.store.trustpoints.filter(
    ({ name }) => allowed === null || allowed.includes(name),
  )
  const above = (name: Certificate['issuer']): Certificate | undefined =>
    facts.authorities.find(({ subject }) => sameName(subject, name))
  let ca = above(signer.identity.certificate.issuer)
  for (let depth = 0; ca !== undefined && depth < facts.authorities.length; depth += 1) {
    if (sameName(ca.subject, ca.issuer)) return false
    ca = above(ca.issuer)
    if (trusted.some((entry) => sameCa(entry.ca, ca))) return true
  }
  return false
}

/** Where a trustpoint enrols; a CA of the same name at another place is another CA. */
const placeOf = ({ configuration }: Trustpoint): string | null =>
  configuration?.enrollment.kind === 'url' ? configuration.enrollment.url.replace(/\/+$/, '').toLowerCase() : null

/** Trustpoints of both ends whose CAs have one name and two keys. `mine` as the peer signs or would sign. */
const namesakes = (
  mine: readonly Trustpoint[],
  theirs: readonly Trustpoint[],
): readonly (readonly [Trustpoint, Trustpoint])[] =>
  mine.flatMap((own) =>
    theirs
      .filter(({ ca }) => ca && own.ca && sameName(ca.subject, own.ca.subject) && !sameKey(ca, own.ca))
      .map((other) => [own, other] as const),
  )

/** The namesakes that bear on a refusal: of the certificate that was sent, or of those that the router itself holds. */
const bearing = (facts: RefusalFacts): readonly (readonly [Trustpoint, Trustpoint])[] => {
  const { self, peer } = facts
  const signer = signerOf(facts)
  return signer
    ? namesakes([signer], self.selection.store.trustpoints)
    : namesakes(self.selection.store.trustpoints.filter(isHeld), peer.selection.store.trustpoints)
}

/** One CA, of which one side holds the certificate of a former or later key (entry 25). */
export const caHasOtherKey = (facts: RefusalFacts): boolean =>
  bearing(facts).some(([a, b]) => placeOf(a) === placeOf(b))

/** Two CAs that happen to have one name (entry 24). */
export const caHasNamesake = (facts: RefusalFacts): boolean =>
  bearing(facts).some(([a, b]) => placeOf(a) !== placeOf(b))

/** The peer signs with another key than that of its certificate (entry 26). */
export const keyIsNotThatOfCertificate = (facts: RefusalFacts): boolean => {
  const identity = signerOf(facts)?.identity
  return identity !== undefined && !keyBelongs(identity)
}

/** By the right time the path is valid: the clock of the router that refuses is wrong (entry 11). */
export const isValidByRightTime = (facts: RefusalFacts): boolean => {
  const signer = signerOf(facts)
  const { ahead, right } = facts.self.clock
  if (!signer || ahead === 0) return false
  const path = [signer.identity.certificate, ...signer.identity.chain, ...(signer.ca ? [signer.ca] : [])]
  return path.every(({ notBefore, notAfter }) => notBefore <= right && right <= notAfter)
}

/** The trustpoints that could validate the certificate ask by OCSP and fetch no list. */
export const asksByOcspOnly = (facts: RefusalFacts): boolean => {
  const allowed = anchorsOf(facts)
  const asking = facts.self.selection.store.trustpoints
    .filter(({ name, ca }) => ca !== undefined && (allowed === null || allowed.includes(name)))
    .map(({ configuration }) => configuration?.revocationCheck ?? ['crl'])
  return asking.length > 0 && asking.every((methods) => methods.includes('ocsp') && !methods.includes('crl'))
}
