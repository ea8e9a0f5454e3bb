import type { ValidationRejectCode } from '../trace/index.ts'
import { verifySignedBy } from './certificate.ts'
import { nameKey, sameName } from './name.ts'
import { sameKey } from './own-certificate.ts'
import { hashOfAlgorithm, type SigningHash } from './signed.ts'
import type { Certificate, CertificateStore, Name, Trustpoint } from './types.ts'

/** From the leaf to the CA that is trusted: who issued whom, and under which trustpoint that counts. */

/** A certificate with the CA that signed it. `trustpoint`: whose `revocation-check` and `match certificate` judge it. */
export interface Link {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly trustpoint: Trustpoint
}

export type ChainSearch =
  | { readonly found: true; readonly links: readonly [Link, ...Link[]] }
  | {
      readonly found: false
      readonly code: ValidationRejectCode
      readonly certificate: Certificate
      readonly detail: string
    }

export interface ChainQuestion {
  /** As received: leaf first. */
  readonly chain: readonly Certificate[]
  /** The trustpoints that count. */
  readonly anchors: readonly Trustpoint[]
  readonly store: CertificateStore
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** What the release can do; left out: everything. */
  readonly abilities?: ValidationAbilities
}

/** Of a release: hashes of signatures, and versions of X.509, that it takes from a peer. Left out: all. */
interface ValidationAbilities {
  readonly hashes?: readonly SigningHash[]
  readonly certificateVersions?: readonly (1 | 2 | 3)[]
}

const longestPath = 16

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => sameName(subject, issuer)
const isInForce = ({ notBefore, notAfter }: Certificate, now: number): boolean => notBefore <= now && now <= notAfter

/** Where two certificates of one CA are there, as after a renewal, the one in force is tried first. */
const inForceFirst = <T>(list: readonly T[], certificate: (entry: T) => Certificate, now: number): readonly T[] =>
  list.toSorted((a, b) => Number(isInForce(certificate(b), now)) - Number(isInForce(certificate(a), now)))

interface Anchor {
  readonly trustpoint: Trustpoint
  readonly ca: Certificate
}

interface Anchors {
  readonly all: readonly Anchor[]
  /** By the name of the CA, in the same order. */
  readonly named: (name: Name) => readonly Anchor[]
}

const known = new WeakMap<readonly Trustpoint[], Anchors>()

/** Kept by the list: a store is asked for many certificates, and may hold a thousand CAs. */
const anchorsOf = (trustpoints: readonly Trustpoint[]): Anchors => {
  const before = known.get(trustpoints)
  if (before) return before
  const all = trustpoints.flatMap((trustpoint) => (trustpoint.ca ? [{ trustpoint, ca: trustpoint.ca }] : []))
  const byName = new Map<string, Anchor[]>()
  for (const anchor of all) {
    const key = nameKey(anchor.ca.subject)
    const same = byName.get(key)
    if (same) same.push(anchor)
    else byName.set(key, [anchor])
  }
  const anchors: Anchors = { all, named: (name) => (name.rdns.length === 0 ? [] : (byName.get(nameKey(name)) ?? [])) }
  known.set(trustpoints, anchors)
  return anchors
}

/**
 * Finds a path: each issuer is the CA of an anchor, an intermediate that was received, or one that the store holds.
 * An intermediate that leads nowhere is left at once and for good, so the search costs at most one signature for each
 * pair of certificates whatever a peer sends. Source: RFC 5280 §6.1; ios-semantics §3.1 (`chain-validation`).
 */
export const findChain = ({ chain, anchors, store, now, abilities = {} }: ChainQuestion): ChainSearch => {
  const [leaf] = chain
  if (!leaf) throw new Error('a chain has a leaf')
  const trusted = anchorsOf(anchors)
  const held = anchorsOf(store.trustpoints)
  const trustedFor = (issuer: Name): readonly Anchor[] => inForceFirst(trusted.named(issuer), ({ ca }) => ca, now)
  const intermediatesFor = (issuer: Name): readonly Certificate[] => {
    const received = chain.slice(1).filter(({ subject }) => sameName(subject, issuer))
    return inForceFirst([...received, ...held.named(issuer).map(({ ca }) => ca)], (ca) => ca, now)
  }
  const dead = new Set<Certificate>()
  let badSignature: Certificate | undefined
  let unsupported: Extract<ChainSearch, { readonly found: false }> | undefined
  let openEnd: { readonly certificate: Certificate; readonly detail: string } | undefined

  const upFrom = (path: readonly [Certificate, ...Certificate[]]): readonly [Link, ...Link[]] | null => {
    const last = path.at(-1) ?? leaf
    const roots = trustedFor(last.issuer)
    const intermediates = intermediatesFor(last.issuer)
    const hasIssuer = roots.length + intermediates.length > 0
    const lack = hasIssuer ? lackingFor(last, abilities) : null
    if (lack) {
      unsupported ??= { found: false, ...lack, certificate: last }
      return null
    }
    for (const { trustpoint, ca } of roots) {
      if (!verifySignedBy(last, ca)) {
        badSignature ??= last
        continue
      }
      const above = continued({ trustpoint, ca }, held)
      if ('detail' in above) openEnd ??= { certificate: ca, detail: above.detail }
      else return [...linksOf(path, { trustpoint, ca }), ...above.links]
    }
    if (path.length >= longestPath) return null
    for (const candidate of intermediates) {
      const isNext =
        !dead.has(candidate) &&
        !isSelfIssued(candidate) &&
        !path.some((other) => other === candidate || sameKey(other, candidate)) &&
        verifySignedBy(last, candidate)
      if (!isNext) continue
      const found = upFrom([...path, candidate])
      if (found) return found
      dead.add(candidate)
    }
    return null
  }

  const links = upFrom([leaf])
  if (links) return { found: true, links }
  if (unsupported) return unsupported
  if (openEnd) return { found: false, code: 'no-suitable-trustpoint', ...openEnd }
  if (badSignature)
    return {
      found: false,
      code: 'certificate-signature-invalid',
      certificate: badSignature,
      detail: `the signature does not verify with the key of ${badSignature.issuer.ios} that the trustpoint holds`,
    }
  const top = [...dead].at(0) ?? leaf
  return {
    found: false,
    code: 'no-suitable-trustpoint',
    certificate: leaf,
    detail: `the issuer ${top.issuer.ios} is the CA of none of the trustpoints that count (${
      inForceFirst(trusted.all, ({ ca }) => ca, now)
        .map(({ trustpoint }) => trustpoint.name)
        .join(', ') || 'there are none'
    })`,
  }
}

/** What a release would need to check a certificate, and has not: it refuses before it looks at the signature. The seed warns of X.509 version 1. */
const lackingFor = (
  { version, signatureAlgorithm }: Certificate,
  { hashes, certificateVersions }: ValidationAbilities,
): { readonly code: ValidationRejectCode; readonly detail: string } | null => {
  if (certificateVersions && !certificateVersions.includes(version))
    return { code: 'certificate-version-not-supported', detail: `an X.509 certificate of version ${version}` }
  const hash = hashOfAlgorithm(signatureAlgorithm)
  return hashes && (hash === undefined || !hashes.includes(hash))
    ? { code: 'signature-algorithm-not-supported', detail: `signed with ${signatureAlgorithm}` }
    : null
}

const linksOf = (path: readonly [Certificate, ...Certificate[]], { trustpoint, ca }: Anchor): [Link, ...Link[]] => {
  const [leaf, ...others] = path
  const issuers = [...others, ca]
  const link = (certificate: Certificate, index: number): Link => ({
    certificate,
    issuer: issuers[index] ?? ca,
    trustpoint,
  })
  return [link(leaf, 0), ...others.map((certificate, index) => link(certificate, index + 1))]
}

/**
 * `chain-validation continue [PARENT]`: the CA of the trustpoint is itself validated, against the parent that is named,
 * else against whatever trustpoint holds its CA. `stop`, the default, trusts it. A root has nobody above it: IOS goes
 * back to `stop` there.
 */
const continued = (
  { trustpoint, ca }: Anchor,
  held: Anchors,
): { readonly links: readonly Link[] } | { readonly detail: string } => {
  const links: Link[] = []
  let top: Anchor = { trustpoint, ca }
  while (links.length < longestPath) {
    const validation = top.trustpoint.configuration?.chainValidation
    if (validation?.mode !== 'continue' || isSelfIssued(top.ca)) return { links }
    const { parent } = validation
    const { ca: below } = top
    const next = held
      .named(below.issuer)
      .find((anchor) => (parent === undefined || anchor.trustpoint.name === parent) && verifySignedBy(below, anchor.ca))
    if (!next) {
      const where = parent === undefined ? 'no trustpoint' : `trustpoint ${parent}, which chain-validation names,`
      const not = parent === undefined ? 'holds' : 'does not hold'
      return {
        detail: `trustpoint ${top.trustpoint.name} has chain-validation continue, and ${where} ${not} the CA ${below.issuer.ios} above it`,
      }
    }
    links.push({ certificate: below, issuer: next.ca, trustpoint: next.trustpoint })
    top = next
  }
  return { detail: `more than ${longestPath} CAs above trustpoint ${trustpoint.name}` }
}
