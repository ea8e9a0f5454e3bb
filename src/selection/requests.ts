import { caNameOf, type Name, nameKey, type Trustpoint } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { trustpointsInStoreOrder } from './trustpoints.ts'

/** A CA that a CERTREQ names, and the trustpoint on whose behalf. */
export interface RequestedCa {
  readonly ca: Name
  readonly trustpoint: string
}

/**
 * The CERTREQs of MM3: an initiator knows its profile and asks only for the CAs of the profile's `ca trust-point`
 * lines; without such lines, for every CA. Source: the seed; ios-semantics §1.8.
 */
export const initiatorRequests = (
  ctx: SelectionContext,
  profile: IsakmpProfile | null,
): Decision<readonly RequestedCa[]> =>
  profile === null || profile.caTrustPoints.length === 0
    ? everyRequest(ctx, unrestricted(profile), profile?.at)
    : listedRequests(ctx, profile)

/**
 * The CERTREQs of MM4: a responder learns the profile from MM5 only, so it asks for every CA, whatever its profiles
 * list. Source: the seed; ios-semantics §1.8.
 */
export const responderRequests = (ctx: SelectionContext): Decision<readonly RequestedCa[]> =>
  everyRequest(ctx, 'the profile is not known before MM5', undefined)

const unrestricted = (profile: IsakmpProfile | null): string =>
  profile === null ? 'the router uses no profile here' : `profile ${profile.name} names no trust point`

const listedRequests = (ctx: SelectionContext, profile: IsakmpProfile): Decision<readonly RequestedCa[]> => {
  const inStore = new Map(ctx.store.trustpoints.map((trustpoint, index) => [trustpoint.name, { trustpoint, index }]))
  const position = (name: string): number => inStore.get(name)?.index ?? inStore.size
  const list =
    ctx.knobs['v1.listOrder'] === 'store'
      ? profile.caTrustPoints.toSorted((a, b) => position(a.name) - position(b.name))
      : profile.caTrustPoints
  const { requests, candidates } = askOnceForEachCa(
    list.map(({ name, at }) => ({
      name,
      trustpoint: inStore.get(name)?.trustpoint,
      reason: `profile ${profile.name} lists ca trust-point ${name}`,
      at,
    })),
  )
  const listed = new Set(list.map(({ name }) => name))
  const unlisted = ctx.store.trustpoints
    .filter(({ name }) => !listed.has(name))
    .map(({ name }) => candidate(name, false, `profile ${profile.name} does not list it`))
  return decide(
    'v1.requests.initiator-profile-list',
    requests,
    [...candidates, ...unlisted],
    list.map(({ at }) => at),
    list.length > 1 ? knobUsed(ctx.knobs, 'v1.listOrder') : undefined,
  )
}

const everyRequest = (
  ctx: SelectionContext,
  why: string,
  profileLine: SourceRef | undefined,
): Decision<readonly RequestedCa[]> => {
  const trustpoints = trustpointsInStoreOrder(ctx)
  const newest = trustpoints.find(({ identity }) => identity !== undefined)
  const { requests, candidates } = askOnceForEachCa(
    trustpoints.map((trustpoint) => ({
      name: trustpoint.name,
      trustpoint,
      reason: `${placeInStore(trustpoint, trustpoint === newest)}; ${why}`,
      at: trustpoint.configuration?.at,
    })),
  )
  const lines = candidates.filter(({ taken }) => taken).map(({ at }) => at)
  return decide('v1.requests.all', requests, candidates, [profileLine, ...lines])
}

const placeInStore = ({ builtIn, identity }: Trustpoint, newest: boolean): string => {
  if (builtIn) return 'a CA built into IOS, after all others'
  if (identity === undefined) return 'the router trusts this CA and has no certificate from it'
  const { ios } = identity.certificate.issuer
  return newest ? `its newest certificate is from ${ios}` : `it has an older certificate from ${ios}`
}

interface Wish {
  readonly name: string
  readonly trustpoint: Trustpoint | undefined
  readonly reason: string
  readonly at: SourceRef | undefined
}

/** An empty name is no other's, not even another empty one's. */
const isNobody = ({ rdns }: Name): boolean => rdns.length === 0

/** One CERTREQ for each CA, however many trustpoints it has; none for a trustpoint without a CA certificate. */
const askOnceForEachCa = (
  wishes: readonly Wish[],
): { readonly requests: readonly RequestedCa[]; readonly candidates: readonly Candidate[] } => {
  const requests: RequestedCa[] = []
  const byCa = new Map<string, RequestedCa>()
  const candidates = wishes.map(({ name, trustpoint, reason, at }) => {
    if (trustpoint === undefined) return candidate(name, false, `${reason}, but the router has no such trustpoint`, at)
    const ca = caNameOf(trustpoint)
    if (ca === undefined) return candidate(name, false, 'it has no CA certificate: it was never authenticated', at)
    const same = isNobody(ca) ? undefined : byCa.get(nameKey(ca))
    if (same !== undefined)
      return candidate(name, false, `trustpoint ${same.trustpoint} asks for the same CA already`, at)
    const request = { ca, trustpoint: name }
    requests.push(request)
    byCa.set(nameKey(ca), request)
    return candidate(name, true, reason, at)
  })
  return { requests, candidates }
}
