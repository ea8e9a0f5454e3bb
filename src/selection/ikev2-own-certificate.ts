import type { Trustpoint } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import { equalBytes } from '../wire/index.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import type { IkeV2Profile } from './ikev2-configuration.ts'
import { keyHashOf, maySign } from './ikev2-requests.ts'
import { methodsAccepted } from './ikev2-supported-methods.ts'
import { lastDefinedFirst } from './trustpoints.ts'

/** What one hash did to the choice. `inProfile` is null where the profile names no trustpoint; `signs`: it holds a certificate that can sign. */
export interface ExaminedHash {
  readonly request: number
  readonly trustpoints: readonly {
    readonly trustpoint: string
    readonly inProfile: boolean | null
    readonly signs: boolean
  }[]
  readonly chosen: string | null
}

export interface IkeV2OwnCertificateDecision extends Decision<string | null> {
  readonly examined: readonly ExaminedHash[]
}

export interface IkeV2OwnCertificateQuestion {
  readonly role: 'initiator' | 'responder'
  readonly profile: IkeV2Profile
  /** Hashes of the peer's CERTREQ, in order. */
  readonly requests: readonly Uint8Array[]
  readonly keyType: 'rsa' | 'ec'
  /** What the peer announced (RFC 9593), raw. */
  readonly peerMethods?: Uint8Array
}

/**
 * The certificate with which a router signs IKE_AUTH: the first hash, in received order, whose trustpoint the profile
 * lets sign and which holds a certificate. An initiator whose profile names no trustpoint cannot sign; a responder's may
 * use any. Source: the seed; ios-semantics §2.8.
 */
export const chooseIkeV2OwnCertificate = (
  ctx: SelectionContext,
  question: IkeV2OwnCertificateQuestion,
): IkeV2OwnCertificateDecision => {
  const { requests, profile, role } = question
  const list = listOf(question)
  const examined: ExaminedHash[] = []
  let chosen: Trustpoint | undefined
  for (const [request, keyHash] of requests.entries()) {
    const found = trustpointsOf(ctx, keyHash)
    const taken = found.find(
      (trustpoint) => (list === null || list.has(trustpoint.name)) && unusable(question, trustpoint, request) === null,
    )
    examined.push({
      request,
      trustpoints: found.map((trustpoint) => ({
        trustpoint: trustpoint.name,
        inProfile: profile.trustpoints.length === 0 ? null : (list?.has(trustpoint.name) ?? null),
        signs: unusable(question, trustpoint, request) === null,
      })),
      chosen: taken?.name ?? null,
    })
    if (taken) {
      chosen = taken
      break
    }
  }
  if (!chosen) return { ...withoutMatch(ctx, question, list), examined }
  const others = ctx.store.trustpoints.filter(({ name, builtIn }) => name !== chosen.name && !builtIn)
  const why =
    list === null
      ? `the first CA asked for from which it may sign; profile ${profile.name} names no trustpoint`
      : `the first CA asked for from which profile ${profile.name} lets it sign`
  return {
    ...decide(
      'v2.own-certificate.first-request',
      chosen.name,
      [
        candidate(chosen.name, true, why, list?.get(chosen.name) ?? chosen.configuration?.at),
        ...others.map((other) => passedOver(question, other, list, examined.length - 1)),
      ],
      [list?.get(chosen.name) ?? (role === 'responder' ? profile.at : undefined), chosen.configuration?.at],
    ),
    examined,
  }
}

/** The trustpoints that the profile lets sign; null: any, which only a responder may. */
const listOf = ({ role, profile }: IkeV2OwnCertificateQuestion): ReadonlyMap<string, SourceRef> | null =>
  role === 'responder' && profile.trustpoints.length === 0
    ? null
    : new Map(profile.trustpoints.filter(maySign).map(({ name, at }) => [name, at]))

const trustpointsOf = (ctx: SelectionContext, keyHash: Uint8Array): readonly Trustpoint[] =>
  lastDefinedFirst(
    ctx.store.trustpoints.filter((trustpoint) => {
      const own = keyHashOf(trustpoint)
      return own !== undefined && equalBytes(own, keyHash)
    }),
  )

/** Why a trustpoint cannot sign for this request, or null. */
const unusable = (
  { keyType, peerMethods }: IkeV2OwnCertificateQuestion,
  { identity }: Trustpoint,
  request: number,
): string | null => {
  if (!identity) return 'the router has no certificate of its own from this CA'
  const held = identity.certificate.keyType
  if (held !== keyType) return `its key is of kind ${held}; the profile needs ${keyType}`
  if (peerMethods && !methodsAccepted(peerMethods, request, keyType))
    return 'the peer announces that it does not accept this kind of signature from this CA'
  return null
}

const passedOver = (
  question: IkeV2OwnCertificateQuestion,
  trustpoint: Trustpoint,
  list: ReadonlyMap<string, SourceRef> | null,
  deciding: number,
): Candidate => {
  const { requests, profile } = question
  const own = keyHashOf(trustpoint)
  const asked = own ? requests.findIndex((request) => equalBytes(request, own)) : -1
  const reason = (): string => {
    const never = unusable(question, trustpoint, Math.max(asked, 0))
    if (never !== null) return never
    if (list !== null && !list.has(trustpoint.name)) return `profile ${profile.name} does not let it sign`
    if (asked < 0) return 'the peer does not ask for its CA'
    return asked > deciding ? 'the peer asks for its CA too, but later' : 'another trustpoint of the same CA is taken'
  }
  return candidate(trustpoint.name, false, reason(), trustpoint.configuration?.at)
}

/** No request led to a certificate. What a responder does then is not documented: a knob says it. */
const withoutMatch = (
  ctx: SelectionContext,
  question: IkeV2OwnCertificateQuestion,
  list: ReadonlyMap<string, SourceRef> | null,
): Decision<string | null> => {
  const { role, profile, requests } = question
  const own = ctx.store.trustpoints.filter(({ builtIn }) => !builtIn)
  const withoutList = role === 'initiator' && profile.trustpoints.length === 0
  const usable = own.filter(
    (trustpoint) => (list === null || list.has(trustpoint.name)) && unusable(question, trustpoint, 0) === null,
  )
  const knob = role === 'responder' && usable.length > 0 ? knobUsed(ctx.knobs, 'v2.respNoMatchCert') : undefined
  // A peer that asks for nothing at all gets the first certificate that may sign, whoever it is.
  const first = requests.length === 0 && !withoutList ? usable[0] : knob?.value === 'any' ? usable[0] : undefined
  const complaint =
    requests.length === 0 ? 'the peer asks for no CA at all' : 'the peer asks for no CA from which it may sign'
  return decide(
    withoutList ? 'v2.own-certificate.initiator-without-trustpoint' : 'v2.own-certificate.no-request-matches',
    first?.name ?? null,
    own.map((trustpoint) => {
      const taken = trustpoint === first
      const never = unusable(question, trustpoint, 0)
      const outside = list !== null && !list.has(trustpoint.name)
      return candidate(
        trustpoint.name,
        taken,
        taken
          ? `${complaint}, and this is the first certificate`
          : withoutList
            ? `profile ${profile.name} names no pki trustpoint, and an initiator needs one to sign`
            : (never ?? (outside ? `profile ${profile.name} does not let it sign` : complaint)),
        trustpoint.configuration?.at,
      )
    }),
    [profile.at, ...(list?.values() ?? [])],
    requests.length === 0 ? undefined : knob,
  )
}
