import { hash, type IkeV2Keys, ikeV2SignAuth, prf, sharedKeyAuth } from '../../crypto/index.ts'
import { findTrustpoint, type IdentityCertificate, keyBelongs, type Trustpoint } from '../../pki/index.ts'
import {
  chooseIkeV2OwnCertificate,
  type IkeV2Profile,
  ikeV2OwnIdentity,
  ikeV2SharedKey,
  type ReceivedIkeV2Identity,
  type SelectionContext,
} from '../../selection/index.ts'
import type { IkeV2MessageName, RejectCode } from '../../trace/index.ts'
import {
  concat,
  encodeIkeV2PayloadBody,
  type IkeV2Payload,
  ikeV2AuthMethod,
  ikeV2CertificateEncoding,
  toHex,
} from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { traceDecision } from './decisions.ts'
import type { PeerAbilities, PeerRequests, Suite } from './session.ts'
import { signatureMethod } from './signature-method.ts'

/** What both sides' AUTH covers (RFC 7296 §2.15). */
export interface Covered {
  readonly suite: Suite
  readonly keys: IkeV2Keys
  readonly nonceI: Uint8Array
  readonly nonceR: Uint8Array
  readonly initRequest: Uint8Array
  readonly initResponse: Uint8Array
}

/** The octets that a side signs: its first message, the other's nonce, and its identity under SK_p. */
export const signedOctets = (
  side: 'I' | 'R',
  { suite, keys, nonceI, nonceR, initRequest, initResponse }: Covered,
  identity: IkeV2Payload,
): Uint8Array => {
  const body = encodeIkeV2PayloadBody(identity)
  return side === 'I'
    ? concat(initRequest, nonceR, prf(suite.prf, keys.skPi, body))
    : concat(initResponse, nonceI, prf(suite.prf, keys.skPr, body))
}

/** How this side proves itself: with a certificate, or with a shared key. */
export type OwnMeans =
  | { readonly kind: 'certificate'; readonly trustpoint: Trustpoint; readonly identity: IdentityCertificate }
  | { readonly kind: 'shared-key'; readonly key: string }

export interface OwnRefusal {
  readonly code: RejectCode
  readonly detail: string
}

/** The means that the profile's `authentication local` asks for; what stands in the way where there are none. */
export const ownMeans = (
  ctx: IkeV2Context,
  out: Outbox,
  question: {
    readonly role: 'initiator' | 'responder'
    readonly message: IkeV2MessageName
    readonly profile: IkeV2Profile
    readonly requests: PeerRequests
    readonly abilities: PeerAbilities
    readonly peerAddress: string
    readonly peerIdentity: ReceivedIkeV2Identity | null
  },
): OwnMeans | OwnRefusal => {
  const { profile, message, role } = question
  const method = profile.authenticationLocal?.method
  switch (method) {
    case 'pre-share': {
      const found = ikeV2SharedKey(ctx.selection, {
        profile,
        peerAddress: question.peerAddress,
        identity: question.peerIdentity,
        side: 'local',
      })
      traceDecision(out, 'which shared key is used?', message, found)
      if (found.key === null) {
        out.trace('ike:v2_shared_key_missing', { peer: question.peerAddress, side: 'local' })
        return { code: 'no-shared-key', detail: `profile ${profile.name} has no key for ${question.peerAddress}` }
      }
      out.trace('ike:v2_shared_key_found', { keyring: profile.keyring?.name ?? null, peerBlock: found.choice })
      return { kind: 'shared-key', key: found.key }
    }
    case 'rsa-sig':
    case 'ecdsa-sig':
      return certificateMeans(ctx, out, role, message, profile, method === 'rsa-sig' ? 'rsa' : 'ec', question)
    case 'eap':
      return { code: 'eap-not-supported', detail: `profile ${profile.name} authenticates by EAP` }
    case undefined:
      return { code: 'profile-without-authentication', detail: `profile ${profile.name} has no authentication local` }
    default: {
      const never: never = method
      throw new Error(`unknown method ${String(never)}`)
    }
  }
}

const certificateMeans = (
  ctx: IkeV2Context,
  out: Outbox,
  role: 'initiator' | 'responder',
  message: IkeV2MessageName,
  profile: IkeV2Profile,
  keyType: 'rsa' | 'ec',
  { requests, abilities }: { readonly requests: PeerRequests; readonly abilities: PeerAbilities },
): OwnMeans | OwnRefusal => {
  const decision = chooseIkeV2OwnCertificate(ctx.selection, {
    role,
    profile,
    requests: requests.hashes,
    keyType,
    ...(abilities.announcedMethods === null || !ctx.selection.ikev2.supportedAuthenticationMethods
      ? {}
      : { peerMethods: abilities.announcedMethods }),
  })
  out.trace('ike:v2_certreq_received', {
    encoding: requests.encoding,
    requests: requests.hashes.length,
    examined: decision.examined.map(({ request, trustpoints, chosen }) => ({
      hash: toHex(requests.hashes[request] ?? new Uint8Array()),
      trustpoints,
      chosen,
    })),
    chosen: decision.choice,
  })
  traceDecision(out, 'which certificate is sent?', message, decision)
  const trustpoint = decision.choice === null ? undefined : findTrustpoint(ctx.selection.store, decision.choice)
  const identity = trustpoint?.identity
  if (!trustpoint || !identity?.keys) {
    const detail =
      role === 'initiator' && profile.trustpoints.length === 0
        ? `profile ${profile.name} names no pki trustpoint, and an initiator cannot sign without one`
        : `profile ${profile.name} has no certificate from a CA that the peer asks for`
    out.trace('ike:v2_certificate_payload_failed', { detail })
    return {
      code:
        role === 'initiator' && profile.trustpoints.length === 0
          ? 'initiator-profile-without-trustpoint'
          : 'no-certificate-to-send',
      detail,
    }
  }
  const { certificate, chain } = identity
  out.trace('ike:v2_certificate_chain', {
    trustpoint: trustpoint.name,
    passed: true,
    subject: certificate.subject.ios,
    issuer: certificate.issuer.ios,
    serial: certificate.serial,
    chainLength: 1 + chain.length,
  })
  return { kind: 'certificate', trustpoint, identity }
}

export interface OwnProof {
  readonly identity: IkeV2Payload
  readonly certificates: readonly IkeV2Payload[]
  readonly auth: IkeV2Payload
  readonly trustpoint: string | null
  /** As IOS names it. */
  readonly method: string
  /** As it is printed. */
  readonly identityText: string
}

/** ID, CERT and AUTH of this side. */
export const ownProof = (
  ctx: IkeV2Context,
  out: Outbox,
  question: {
    readonly side: 'I' | 'R'
    readonly message: IkeV2MessageName
    readonly profile: IkeV2Profile
    readonly means: OwnMeans
    readonly covered: Covered
    readonly abilities: PeerAbilities
    readonly localAddress: string
  },
): OwnProof => {
  const { side, message, means, profile, covered } = question
  const own = ikeV2OwnIdentity(ctx.selection, profile, {
    localAddress: question.localAddress,
    certificate: means.kind === 'certificate' ? means.identity.certificate : null,
  })
  traceDecision(out, 'which identity is sent?', message, own)
  const type = side === 'I' ? 'IDi' : 'IDr'
  const identity: IkeV2Payload = { type, idType: own.identity.type, data: own.identity.data }
  const octets = signedOctets(side, covered, identity)
  if (means.kind === 'certificate' && !keyBelongs(means.identity))
    out.trace('pki:key_mismatch', { trustpoint: means.trustpoint.name })
  const signed = means.kind === 'certificate' ? sign(ctx, means, question.abilities, octets) : null
  const method = signed?.name ?? 'PSK'
  out.trace('ike:v2_own_authentication', {
    method,
    identity: own.identity.value,
    ...(means.kind === 'shared-key' ? { keyLength: means.key.length } : {}),
  })
  // IOS proves first, then begins the message (ios-semantics §4.6).
  out.trace('ike:v2_generating', { message })
  out.trace('ike:v2_own_identity', { payload: type, idType: own.identity.type, value: own.identity.value })
  return {
    identity,
    certificates:
      means.kind === 'certificate'
        ? certificatePayloads(
            means.identity,
            isSentByUrl(ctx.selection, means.identity, question.abilities.httpCertLookup),
          )
        : [],
    auth: signed
      ? { type: 'AUTH', method: signed.number, data: signed.data }
      : {
          type: 'AUTH',
          method: ikeV2AuthMethod.SHARED_KEY,
          data: sharedKeyAuth(
            covered.suite.prf,
            means.kind === 'shared-key' ? new TextEncoder().encode(means.key) : new Uint8Array(),
            octets,
          ),
        },
    trustpoint: means.kind === 'certificate' ? means.trustpoint.name : null,
    method,
    identityText: own.identity.value,
  }
}

/**
 * Whether the certificate goes as hash and URL: it is published, the router does so (`http-url cert`), and the peer has
 * said that it can look it up. Source: RFC 7296 §3.6, ios-semantics §2.8.
 */
export const isSentByUrl = (
  { ikev2 }: Pick<SelectionContext, 'ikev2'>,
  { url }: IdentityCertificate,
  peerLooksUp: boolean,
): boolean => url !== undefined && ikev2.httpUrlCert && peerLooksUp

const certificatePayloads = (
  { certificate, chain, url = '' }: IdentityCertificate,
  byUrl: boolean,
): readonly IkeV2Payload[] => {
  const whole = ({ der }: { readonly der: Uint8Array }): IkeV2Payload => ({
    type: 'CERT',
    encoding: ikeV2CertificateEncoding.X509_SIGNATURE,
    data: der,
  })
  if (!byUrl) return [certificate, ...chain].map(whole)
  const named: IkeV2Payload = {
    type: 'CERT',
    encoding: ikeV2CertificateEncoding.HASH_AND_URL_X509,
    data: concat(hash('sha1', certificate.der), new TextEncoder().encode(url)),
  }
  return [named, ...chain.map(whole)]
}

interface Signed {
  readonly number: number
  readonly name: string
  readonly data: Uint8Array
}

const sign = (
  ctx: IkeV2Context,
  { identity }: Extract<OwnMeans, { kind: 'certificate' }>,
  { signatureHashes }: PeerAbilities,
  octets: Uint8Array,
): Signed => {
  const { certificate, keys } = identity
  if (!keys) throw new Error(`no private key for ${certificate.subject.ios}`)
  const { number, name, hash: digest } = signatureMethod(ctx.selection, certificate, signatureHashes)
  const data = ikeV2SignAuth({
    key: keys.privateKey,
    octets,
    method: number,
    hash: digest,
    ...(ctx.settings.signatureNonce === 'random' ? { random: ctx.random } : {}),
  })
  return { number, name, data }
}
