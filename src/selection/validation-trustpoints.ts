import { type Certificate, type CertificateStore, sameKey, type Trustpoint } from '../pki/index.ts'
import type { Decision, ValidationRejectCode } from '../trace/index.ts'
import { equalBytes } from '../wire/index.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { lastDefinedFirst } from './trustpoints.ts'

/**
 * The names of the trustpoints against which the peer's certificate is validated, in the order of the profile's list;
 * null: every trustpoint. Both roles. A listed trust point that does not exist or has no CA certificate validates
 * nothing and is left out, so the list may be empty. Source: the seed; ios-semantics §1.8.
 */
export const validationTrustpoints = (
  ctx: SelectionContext,
  profile: IsakmpProfile | null,
): Decision<readonly string[] | null> => {
  const { trustpoints } = ctx.store
  if (profile === null || profile.caTrustPoints.length === 0) {
    const why =
      profile === null ? 'no profile restricts the trustpoints' : `profile ${profile.name} names no trust point`
    return decide(
      'v1.validation.all',
      null,
      trustpoints.map(({ name, ca, configuration }) =>
        candidate(name, ca !== undefined, ca === undefined ? 'it holds no CA certificate' : why, configuration?.at),
      ),
      [profile?.at],
    )
  }
  const byName = new Map(trustpoints.map((trustpoint) => [trustpoint.name, trustpoint]))
  const names = new Set(profile.caTrustPoints.map(({ name }) => name))
  // Of several trustpoints of one CA a router takes the last defined: what that does to one that is listed, a knob says.
  const shadowing = ({ ca }: Trustpoint): Trustpoint | undefined => {
    const [last] = lastDefinedFirst(trustpoints.filter((other) => ca && other.ca && sameKey(other.ca, ca)))
    return last && !names.has(last.name) ? last : undefined
  }
  const knob = profile.caTrustPoints.some(({ name }) => {
    const trustpoint = byName.get(name)
    return trustpoint && shadowing(trustpoint)
  })
    ? knobUsed(ctx.knobs, 'v1.sameCa')
    : undefined
  const onlyLast = knob?.value === 'lastDefined'
  const listed = profile.caTrustPoints.map(({ name, at }) => {
    const trustpoint = byName.get(name)
    const lists = `profile ${profile.name} lists ca trust-point ${name}`
    if (trustpoint === undefined) return candidate(name, false, `${lists}, but the router has no such trustpoint`, at)
    if (trustpoint.ca === undefined) return candidate(name, false, `${lists}, but it holds no CA certificate`, at)
    const later = onlyLast ? shadowing(trustpoint) : undefined
    if (later) return candidate(name, false, `${lists}, but ${later.name} of the same CA was defined after it`, at)
    return candidate(name, true, lists, at)
  })
  const others = trustpoints
    .filter(({ name }) => !names.has(name))
    .map(({ name, configuration }) =>
      candidate(name, false, `profile ${profile.name} does not list it`, configuration?.at),
    )
  return decide(
    'v1.validation.profile-list',
    listed.filter(({ taken }) => taken).map(({ name }) => name),
    [...listed, ...others],
    listed.map(({ at }) => at),
    knob,
  )
}

/**
 * What a refusal by validation is called: a CA that the router knows but the profile does not allow is another cause
 * than one that nobody knows. `allowed` is the choice of `validationTrustpoints` or of its counterpart for IKEv2.
 */
export const validationRefusal = (
  code: ValidationRejectCode,
  leaf: Certificate,
  { trustpoints }: CertificateStore,
  allowed: readonly string[] | null,
): ValidationRejectCode | 'certificate-outside-profile-trustpoints' =>
  code === 'no-suitable-trustpoint' &&
  allowed !== null &&
  trustpoints.some(({ ca, name }) => ca && !allowed.includes(name) && equalBytes(ca.subject.der, leaf.issuer.der))
    ? 'certificate-outside-profile-trustpoints'
    : code
