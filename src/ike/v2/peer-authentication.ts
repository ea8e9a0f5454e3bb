import { equalConstantTime, hash, ikeV2VerifyAuth, sharedKeyAuth } from '../../crypto/index.ts'
import { type Certificate, type CrlRequest, parseCertificate, type Trustpoint, validateChain } from '../../pki/index.ts'
import {
  bindIkeV2Profile,
  extendedKeyUsageFits,
  type IkeV2Profile,
  identityInCertificate,
  ikeV2InitiatorProfileCheck,
  ikeV2PeerMethod,
  ikeV2SharedKey,
  ikeV2ValidationTrustpoints,
  matchesCertificateMap,
  validationRefusal,
} from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { equalBytes, type IkeV2Payload, ikeV2AuthMethod, ikeV2CertificateEncoding, nameOf } from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { profileNamed, traceDecision } from './decisions.ts'
import { readIdentity } from './identity.ts'
import { all, find } from './message-rules.ts'
import { type Covered, signedOctets } from './own-authentication.ts'
import type { PendingPeer } from './session.ts'

export interface Rejection {
  readonly outcome: 'rejected'
  readonly code: RejectCode
  readonly detail: string
}

/** `waiting`: something has to be fetched before the question can be answered. */
export type Waiting =
  | { readonly outcome: 'waiting'; readonly crl: CrlRequest }
  | { readonly outcome: 'waiting'; readonly certificate: string }

interface Asker {
  readonly role: 'I' | 'R'
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly profile: string | null
}

const rejected = (code: RejectCode, detail: string): Rejection => ({ outcome: 'rejected', code, detail })

/** Starts the examination of IKE_AUTH: the identity, and nothing fetched yet. */
export const beginPeer = (
  out: Outbox,
  asker: Asker,
  message: PendingPeer['message'],
  payloads: readonly IkeV2Payload[],
  digest: string,
): PendingPeer | Rejection => {
  const payload = find(payloads, asker.role === 'R' ? 'IDi' : 'IDr')
  if (!payload) return rejected('no-identity', 'the peer sent no identity')
  const identity = readIdentity(payload)
  out.trace('ike:v2_peer_identity', { idType: identity.type, value: identity.value })
  return {
    message,
    payloads,
    digest,
    identity,
    profile: asker.profile,
    handle: digest.slice(0, 5).toUpperCase(),
    crls: new Map(),
    fetched: new Map(),
    chain: null,
    means: null,
  }
}

/** Reads the certificates that came; those named by hash and URL must have been fetched, if that is allowed. */
export const readChain = (
  ctx: IkeV2Context,
  out: Outbox,
  pending: PendingPeer,
): readonly Certificate[] | Rejection | Waiting => {
  const chain: Certificate[] = []
  for (const { encoding, data } of all(pending.payloads, 'CERT')) {
    const der = encoding === ikeV2CertificateEncoding.HASH_AND_URL_X509 ? fetchedDer(ctx, pending, data) : data
    if (!(der instanceof Uint8Array)) return der
    if (encoding !== ikeV2CertificateEncoding.X509_SIGNATURE && encoding !== ikeV2CertificateEncoding.HASH_AND_URL_X509)
      continue
    const parsed = parseCertificate(der)
    if (!parsed.ok) return rejected('malformed-certificate', parsed.reject.detail)
    const { subject, issuer, serial } = parsed.value
    out.trace('ike:v2_peer_certificate', {
      encoding,
      subject: subject.ios,
      issuer: issuer.ios,
      serial,
      first: chain.length === 0,
    })
    chain.push(parsed.value)
  }
  return chain
}

const hashLength = 20

/** What a URL gave must have the hash that stands beside it (RFC 7296 §3.6). */
const fetchedDer = (ctx: IkeV2Context, pending: PendingPeer, data: Uint8Array): Uint8Array | Rejection | Waiting => {
  const url = new TextDecoder().decode(data.subarray(hashLength))
  if (!ctx.settings.fetchCertificates)
    return rejected('hash-and-url-not-allowed', `the peer names its certificate by ${url}, and fetching is not allowed`)
  if (!/^http:\/\//.test(url)) return rejected('hash-and-url-not-http', `${url} is not an HTTP URL`)
  const fetched = pending.fetched.get(url)
  if (!fetched) return { outcome: 'waiting', certificate: url }
  if (!(fetched instanceof Uint8Array)) return rejected('hash-and-url-unreachable', `${url}: ${fetched.unreachable}`)
  return equalBytes(hash('sha1', fetched), data.subarray(0, hashLength))
    ? fetched
    : rejected('hash-and-url-other-content', `what ${url} gives has another hash`)
}

/** Which profile counts: the responder searches by identity and certificate, the initiator checks its own (ios-semantics §2.9). */
export const searchProfile = (
  ctx: IkeV2Context,
  out: Outbox,
  asker: Asker,
  { identity, message }: PendingPeer,
  certificate: Certificate | null,
): IkeV2Profile | Rejection => {
  const own = asker.role === 'I' ? profileNamed(ctx, asker.profile) : null
  const localAddress = asker.local.address
  const decision = own
    ? ikeV2InitiatorProfileCheck(ctx.selection, own, { identity, certificate, localAddress })
    : bindIkeV2Profile(ctx.selection, { identity, certificate, localAddress })
  out.trace('ike:v2_profile_searched', {
    idType: identity.type,
    value: identity.value,
    profile: decision.choice,
  })
  traceDecision(out, own ? 'does the responder fit the profile?' : 'which profile binds?', message, decision)
  const profile = profileNamed(ctx, decision.choice)
  if (profile) return profile
  return own
    ? rejected(
        'peer-identity-outside-profile',
        `the identity ${identity.value} of the responder matches no statement of profile ${own.name}`,
      )
    : rejected('no-ikev2-profile-matches', `no IKEv2 profile matches the identity ${identity.value}`)
}

const certificateMapMatches =
  (ctx: IkeV2Context) =>
  (name: string, certificate: Certificate): boolean => {
    const map = ctx.selection.certificateMaps.find((candidate) => candidate.name === name)
    return map !== undefined && matchesCertificateMap(map, certificate).choice
  }

/** `RSA`, `ECDSA`, `PSK`: as IOS names the methods. */
const methodName = (method: number): string => {
  switch (method) {
    case ikeV2AuthMethod.RSA_SIGNATURE:
      return 'RSA'
    case ikeV2AuthMethod.SHARED_KEY:
      return 'PSK'
    case ikeV2AuthMethod.ECDSA_256:
    case ikeV2AuthMethod.ECDSA_384:
    case ikeV2AuthMethod.ECDSA_521:
      return 'ECDSA'
    case ikeV2AuthMethod.DIGITAL_SIGNATURE:
      return 'Digital Signature'
    default:
      return nameOf(ikeV2AuthMethod, method) ?? `method ${method}`
  }
}

export interface Authenticated {
  readonly outcome: 'authenticated'
  readonly certificate: Certificate | null
  readonly method: string
}

/**
 * What a side checks in IKE_AUTH once the profile is known, in IOS's order: the method, the certificate, the proof
 * (ios-semantics §2.8). May be asked again when a CRL has come: what was said before is not said again.
 */
export const authenticatePeer = (
  ctx: IkeV2Context,
  out: Outbox,
  asker: Asker,
  pending: PendingPeer,
  profile: IkeV2Profile,
  covered: Covered,
): Authenticated | Rejection | Waiting => {
  const idPayload = find(pending.payloads, asker.role === 'R' ? 'IDi' : 'IDr')
  const auth = find(pending.payloads, 'AUTH')
  if (!idPayload) throw new Error('a peer without an identity is not examined')
  if (!auth) return rejected('eap-not-supported', 'the peer sends no AUTH: it wants EAP')
  const first = pending.crls.size === 0
  const method = ikeV2PeerMethod(ctx.selection, profile, auth.method)
  const name = methodName(auth.method)
  const accepted = method.choice !== null
  if (first) {
    traceDecision(out, 'is the method of the peer accepted?', pending.message, method)
    out.trace('ike:v2_peer_method', { method: name, number: auth.method, accepted })
  }
  if (!accepted)
    return rejected(
      'authentication-method-mismatch',
      `the peer authenticates by ${name}, profile ${profile.name} wants ${profile.authenticationRemote.map((remote) => remote.method).join(' or ') || 'nothing that it names'}`,
    )
  const octets = signedOctets(asker.role === 'R' ? 'I' : 'R', covered, idPayload)
  if (auth.method === ikeV2AuthMethod.SHARED_KEY)
    return bySharedKey(ctx, out, asker, pending, profile, covered, { octets, data: auth.data })
  const chain = pending.chain ?? []
  const failure = validate(ctx, out, asker, pending, chain, profile, first)
  if (failure) return failure
  const [leaf] = chain
  if (!leaf) throw new Error('a validated chain has a leaf')
  const checked = ikeV2VerifyAuth({ method: auth.method, key: leaf.publicKey, data: auth.data, octets })
  out.trace('ike:v2_authentication_verified', {
    good: checked.ok,
    method: name,
    detail: checked.ok ? `${checked.algorithm} with ${checked.hash}` : checked.detail,
  })
  if (!checked.ok)
    return rejected('signature-invalid', `the peer's signature does not prove its identity: ${checked.detail}`)
  const { hashes } = ctx.selection.abilities ?? {}
  if (hashes && !hashes.some((hash) => hash === checked.hash))
    return rejected('signature-hash-not-supported', `the peer signs AUTH with ${checked.hash}`)
  const named = identityInCertificate(pending.identity, leaf)
  traceDecision(out, 'does the certificate name the identity?', pending.message, {
    ...named,
    choice: named.choice ? 'yes' : 'no',
  })
  if (!named.choice)
    out.trace('ike:identity_not_in_certificate', {
      idType: pending.identity.type,
      id: pending.identity.value,
      certificateValue: named.certificateValue,
    })
  return { outcome: 'authenticated', certificate: leaf, method: name }
}

const bySharedKey = (
  ctx: IkeV2Context,
  out: Outbox,
  asker: Asker,
  pending: PendingPeer,
  profile: IkeV2Profile,
  covered: Covered,
  proof: { readonly octets: Uint8Array; readonly data: Uint8Array },
): Authenticated | Rejection => {
  const found = ikeV2SharedKey(ctx.selection, {
    profile,
    peerAddress: asker.peer.address,
    identity: pending.identity,
    side: 'remote',
  })
  traceDecision(out, 'which shared key proves the peer?', pending.message, found)
  if (found.key === null) {
    out.trace('ike:v2_shared_key_missing', { peer: asker.peer.address, side: 'remote' })
    return rejected('no-shared-key', `profile ${profile.name} has no key for ${asker.peer.address}`)
  }
  const good = equalConstantTime(
    sharedKeyAuth(covered.suite.prf, new TextEncoder().encode(found.key), proof.octets),
    proof.data,
  )
  out.trace('ike:v2_authentication_verified', {
    good,
    method: 'PSK',
    detail: good ? 'the keys are equal' : 'other keys',
  })
  return good
    ? { outcome: 'authenticated', certificate: null, method: 'PSK' }
    : rejected('shared-key-mismatch', 'the peer has another pre-shared key')
}

/** Null: valid. */
const validate = (
  ctx: IkeV2Context,
  out: Outbox,
  asker: Asker,
  pending: PendingPeer,
  chain: readonly Certificate[],
  profile: IkeV2Profile,
  first: boolean,
): Rejection | Waiting | null => {
  const [leaf] = chain
  if (!leaf) return rejected('no-certificate', 'the peer sent no certificate that can be used')
  const { handle } = pending
  const allowed = ikeV2ValidationTrustpoints(ctx.selection, profile)
  const { trustpoints } = ctx.selection.store
  const anchors: readonly Trustpoint[] =
    allowed.choice === null
      ? trustpoints
      : trustpoints.filter((trustpoint) => allowed.choice?.includes(trustpoint.name))
  if (first) {
    traceDecision(out, 'which trust points validate?', pending.message, allowed)
    out.trace('ike:v2_validation_begun', { handle, list: allowed.choice })
  }
  const result = validateChain({
    chain,
    anchors,
    store: ctx.selection.store,
    now: ctx.now,
    crls: { get: (url, request) => pending.crls.get(url) ?? ctx.crls.get(url, request) },
    matchesCertificateMap: certificateMapMatches(ctx),
    ocsp: ctx.selection.knobs['pki.ocsp'],
    ...(ctx.selection.abilities ? { abilities: ctx.selection.abilities } : {}),
  })
  if (result.result === 'needs-crl') {
    const { request } = result
    out.trace('pki:crl_requested', {
      handle,
      url: request.url,
      via: request.via,
      issuer: request.issuer.ios,
      trustpoint: request.trustpoint,
    })
    return { outcome: 'waiting', crl: request }
  }
  for (const step of result.steps) out.trace('pki:validation_step', { handle, ...step })
  const refused = result.result === 'rejected' ? result : usageRefusal(ctx, out, asker, pending, leaf)
  const code = refused ? validationRefusal(refused.code, leaf, ctx.selection.store, allowed.choice) : null
  out.trace('ike:v2_validation_ended', {
    handle,
    passed: code === null,
    code,
    trustpoint: result.trustpoint ?? null,
    subject: leaf.subject.ios,
    issuer: leaf.issuer.ios,
    serial: leaf.serial,
    detail: refused?.detail ?? '',
    peer: asker.peer.address,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
  })
  return code === null ? null : rejected(code, refused?.detail ?? '')
}

/** A certificate that is good in itself, and not for this role. One without the extension is not asked about. */
const usageRefusal = (
  { selection }: IkeV2Context,
  out: Outbox,
  { role }: Asker,
  { message }: PendingPeer,
  certificate: Certificate,
): { readonly code: 'extended-key-usage-forbids-ike'; readonly detail: string } | null => {
  if (!certificate.extendedKeyUsage) return null
  const fits = extendedKeyUsageFits(selection, { certificate, role: role === 'I' ? 'responder' : 'initiator' })
  traceDecision(out, 'does the extended key usage fit the role?', message, fits)
  if (fits.choice === 'accepted') return null
  return { code: 'extended-key-usage-forbids-ike', detail: fits.candidates[0]?.reason ?? '' }
}
