import { caNameOf, type Name, nameKey, type Trustpoint } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import { lastDefinedFirst } from './trustpoints.ts'

/** A CERTREQ as it was received. `ca` is null for an empty authority: any CA (RFC 2408 §3.10). */
export interface ReceivedRequest {
  readonly encoding: number
  readonly ca: Name | null
  readonly der: Uint8Array
}

/** What one request did to the choice. `inProfileList` is null where no list applies. */
export interface ExaminedRequest {
  /** Index into the requests that were handed in. */
  readonly request: number
  readonly trustpoints: readonly { readonly trustpoint: string; readonly inProfileList: boolean | null }[]
  readonly chosen: string | null
}

/** The name of the trustpoint whose certificate is sent, and what each request did; those after the choice are not examined. */
export interface OwnCertificateDecision extends Decision<string | null> {
  readonly examined: readonly ExaminedRequest[]
}

export interface OwnCertificateQuestion {
  readonly role: 'initiator' | 'responder'
  readonly profile: IsakmpProfile | null
  /** In the order of the payloads. */
  readonly requests: readonly ReceivedRequest[]
  readonly keyType: 'rsa' | 'ec'
}

/** X.509 certificate for signatures (RFC 2408 §3.9): the only encoding that IOS sends in main mode. */
const x509Signature = 4

/**
 * The certificate with which a router signs MM5 or MM6: the first request, in received order, from whose CA the
 * router holds a certificate with the right kind of key. An initiator takes trust points of its profile only, if the
 * profile lists any; a responder does not know its profile yet and takes any. Of several trustpoints of one CA the
 * last defined wins. Source: the seed; ios-semantics §0.3 items 1, 2 and 5, §1.8.
 */
export const chooseOwnCertificate = (
  ctx: SelectionContext,
  question: OwnCertificateQuestion,
): OwnCertificateDecision => {
  const { requests, profile } = question
  const list = listThatApplies(question)
  const usable = ctx.store.trustpoints.filter((trustpoint) => unusable(trustpoint, question.keyType) === null)
  const byIssuer = issuers(usable)
  const examined: ExaminedRequest[] = []
  let chosen: Trustpoint | undefined
  for (const [index, request] of requests.entries()) {
    const found: { readonly trustpoint: string; readonly inProfileList: boolean | null }[] = []
    if (chosen === undefined) {
      for (const trustpoint of trustpointsFor(request, usable, byIssuer)) {
        const inProfileList = list === null ? null : list.has(trustpoint.name)
        found.push({ trustpoint: trustpoint.name, inProfileList })
        if (inProfileList === false) continue
        chosen = trustpoint
        break
      }
    }
    const by = found.some(({ trustpoint }) => trustpoint === chosen?.name) ? (chosen?.name ?? null) : null
    examined.push({ request: index, trustpoints: found, chosen: by })
  }
  if (chosen === undefined) return { ...withoutRequest(ctx, question, usable, list), examined }
  const deciding = examined.findIndex(({ chosen: name }) => name !== null)
  const others = ctx.store.trustpoints.filter(({ name }) => name !== chosen.name)
  const firstAsked = firstRequests(requests)
  return {
    ...decide(
      'v1.own-certificate.first-request',
      chosen.name,
      [
        candidate(
          chosen.name,
          true,
          whyTaken(question, requests[deciding], list),
          list?.get(chosen.name) ?? chosen.configuration?.at,
        ),
        ...others.map((other) => passedOver(question, other, list, deciding, firstAsked)),
      ],
      [
        list === null && question.role === 'initiator' ? profile?.at : undefined,
        list?.get(chosen.name),
        chosen.configuration?.at,
      ],
    ),
    examined,
  }
}

/** The profile's trust points with their lines, where they restrict the choice: for an initiator whose profile has some. */
const listThatApplies = ({ role, profile }: OwnCertificateQuestion): ReadonlyMap<string, SourceRef> | null =>
  role === 'responder' || profile === null || profile.caTrustPoints.length === 0
    ? null
    : new Map(profile.caTrustPoints.map(({ name, at }) => [name, at]))

/** Why a trustpoint can never sign, or null. */
const unusable = ({ identity }: Trustpoint, keyType: 'rsa' | 'ec'): string | null => {
  if (identity === undefined) return 'the router has no certificate of its own from this CA'
  const held = identity.certificate.keyType
  return held === keyType ? null : `its key is of kind ${held}; the policy agreed on needs ${keyType}`
}

const issuerOf = (trustpoint: Trustpoint): Name | undefined =>
  caNameOf(trustpoint) ?? trustpoint.identity?.certificate.issuer

/** Trustpoints by the name of whoever issued their certificates: a router may know a thousand CAs, and be asked for as many. */
const issuers = (usable: readonly Trustpoint[]): ReadonlyMap<string, readonly Trustpoint[]> => {
  const found = new Map<string, Trustpoint[]>()
  for (const trustpoint of usable) {
    const issuer = issuerOf(trustpoint)
    if (!issuer || issuer.rdns.length === 0) continue
    const key = nameKey(issuer)
    const known = found.get(key)
    if (known) known.push(trustpoint)
    else found.set(key, [trustpoint])
  }
  return found
}

/** The trustpoints that a request asks for, in the order in which IOS looks at them. An empty authority leaves it the order of the store. */
const trustpointsFor = (
  { encoding, ca }: ReceivedRequest,
  usable: readonly Trustpoint[],
  byIssuer: ReadonlyMap<string, readonly Trustpoint[]>,
): readonly Trustpoint[] => {
  if (encoding !== x509Signature) return []
  if (ca === null) return usable
  const asked = byIssuer.get(nameKey(ca)) ?? []
  return asked.length < 2 ? asked : lastDefinedFirst(asked)
}

/** The first request that asks for a trustpoint: its index. */
const firstRequests = (requests: readonly ReceivedRequest[]): ((trustpoint: Trustpoint) => number | undefined) => {
  const named = new Map<string, number>()
  let forAny: number | undefined
  for (const [index, { encoding, ca }] of requests.entries()) {
    if (encoding !== x509Signature) continue
    if (ca === null) forAny ??= index
    // An empty name is nobody's.
    else if (ca.rdns.length > 0 && !named.has(nameKey(ca))) named.set(nameKey(ca), index)
  }
  return (trustpoint) => {
    const issuer = issuerOf(trustpoint)
    const forIts = issuer && named.get(nameKey(issuer))
    return forAny === undefined || forIts === undefined ? (forIts ?? forAny) : Math.min(forIts, forAny)
  }
}

const whyTaken = (
  { role, profile }: OwnCertificateQuestion,
  request: ReceivedRequest | undefined,
  list: ReadonlyMap<string, SourceRef> | null,
): string => {
  const asked = request?.ca
    ? `the first CA asked for from which it may sign is ${request.ca.ios}`
    : 'the peer accepts any CA, and this is the first certificate'
  if (role === 'responder') return `${asked}; the profile is not known before MM5`
  if (profile === null) return `${asked}; the router uses no profile here`
  return list === null
    ? `${asked}; profile ${profile.name} names no trust point`
    : `${asked}; profile ${profile.name} lists this trust point`
}

const passedOver = (
  { requests, keyType, profile }: OwnCertificateQuestion,
  trustpoint: Trustpoint,
  list: ReadonlyMap<string, SourceRef> | null,
  deciding: number,
  firstAsked: (trustpoint: Trustpoint) => number | undefined,
): Candidate => {
  const reason = (): string => {
    const never = unusable(trustpoint, keyType)
    if (never !== null) return never
    if (list !== null && !list.has(trustpoint.name)) return `profile ${profile?.name} does not list this trust point`
    const asked = firstAsked(trustpoint)
    if (asked === undefined) return 'the peer does not ask for its CA'
    if (asked > deciding) return 'the peer asks for its CA too, but later'
    return requests[asked]?.ca === null
      ? 'another certificate stands before it in the store'
      : 'another trustpoint of the same CA was defined after it'
  }
  return candidate(trustpoint.name, false, reason(), trustpoint.configuration?.at)
}

/** No request led to a certificate: what IOS does is not documented, so knobs say it. */
const withoutRequest = (
  ctx: SelectionContext,
  question: OwnCertificateQuestion,
  usable: readonly Trustpoint[],
  list: ReadonlyMap<string, SourceRef> | null,
): Decision<string | null> => {
  const asked = question.requests.length > 0
  const knob = asked ? knobUsed(ctx.knobs, 'v1.noCertreqMatch') : knobUsed(ctx.knobs, 'v1.noCertreqAtAll')
  const allowed = usable.filter(({ name }) => list === null || list.has(name))
  const primary = allowed.find(({ configuration }) => configuration?.primary === true)
  const first = knob.value === 'firstIdCert' && asked ? allowed[0] : (primary ?? allowed[0])
  const chosen = knob.value === 'fail' ? undefined : first
  const complaint = asked ? 'the peer asks for no CA from which it may sign' : 'the peer asks for no CA at all'
  const candidates = ctx.store.trustpoints
    .filter(({ builtIn }) => !builtIn)
    .map((trustpoint): Candidate => {
      const taken = trustpoint === chosen
      const never = unusable(trustpoint, question.keyType)
      const outside = list !== null && !list.has(trustpoint.name)
      const reason = taken
        ? `${complaint}, and this is the ${trustpoint === primary ? 'primary' : 'first'} certificate`
        : (never ?? (outside ? `profile ${question.profile?.name} does not list this trust point` : `${complaint}`))
      return candidate(trustpoint.name, taken, reason, trustpoint.configuration?.at)
    })
  return decide(
    asked ? 'v1.own-certificate.no-request-matches' : 'v1.own-certificate.no-request',
    chosen?.name ?? null,
    candidates,
    [...(list?.values() ?? []), chosen?.configuration?.at],
    allowed.length === 0 ? undefined : knob,
  )
}
