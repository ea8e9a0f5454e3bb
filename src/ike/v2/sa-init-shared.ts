import { type DhKeyPair, type IkeV2Keys, ikeV2Skeyseed } from '../../crypto/index.ts'
import type { IkeV2Proposal as ConfiguredProposal } from '../../selection/index.ts'
import {
  concat,
  type IkeV2Payload,
  ikeV2CertificateEncoding,
  ikeV2NotifyType,
  u16At,
  u16Bytes,
  u32At,
} from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { all, notifyOf } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import type { PeerAbilities, PeerRequests, Suite } from './session.ts'
import { acceptedHashes } from './signature-method.ts'
import { keysOf } from './suites.ts'
import { transformNames } from './transform-names.ts'

/** IOS's nonces in IKEv2 are 32 octets long [M-h]; RFC 7296 §2.10 asks for 16 to 256, and half the key of the PRF. */
export const nonceLength = 32
const shortestNonce = 16
const longestNonce = 256

/** What both sides announce in IKE_SA_INIT after vendor ids and NAT detection. */
export const abilityNotifies = (ctx: IkeV2Context): readonly IkeV2Payload[] => {
  const { fragmentationMtu, digitalSignatures } = ctx.selection.ikev2
  return [
    ...(fragmentationMtu === undefined ? [] : [statusNotify('IKEV2_FRAGMENTATION_SUPPORTED')]),
    ...(digitalSignatures ? [statusNotify('SIGNATURE_HASH_ALGORITHMS', concat(...acceptedHashes.map(u16Bytes)))] : []),
  ]
}

export const readAbilities = (payloads: readonly IkeV2Payload[]): PeerAbilities => {
  const hashes = notifyOf(payloads, ikeV2NotifyType.SIGNATURE_HASH_ALGORITHMS)
  return {
    fragmentation: notifyOf(payloads, ikeV2NotifyType.IKEV2_FRAGMENTATION_SUPPORTED) !== undefined,
    signatureHashes: hashes
      ? Array.from({ length: Math.floor(hashes.data.length / 2) }, (_, index) => u16At(hashes.data, index * 2))
      : [],
    httpCertLookup: notifyOf(payloads, ikeV2NotifyType.HTTP_CERT_LOOKUP_SUPPORTED) !== undefined,
    announcedMethods: notifyOf(payloads, ikeV2NotifyType.SUPPORTED_AUTH_METHODS)?.data ?? null,
    window: readWindow(payloads),
  }
}

const windowOctets = 4

/** One request at a time until the peer says otherwise (RFC 7296 §2.3). */
export const readWindow = (payloads: readonly IkeV2Payload[]): number => {
  const size = notifyOf(payloads, ikeV2NotifyType.SET_WINDOW_SIZE)
  return size?.data.length === windowOctets ? u32At(size.data, 0) : 1
}

const hashLength = 20

/** The hashes of every CERTREQ whose encoding we can serve, in order (RFC 7296 §3.7). */
export const readRequests = (payloads: readonly IkeV2Payload[]): PeerRequests => {
  const served = all(payloads, 'CERTREQ').filter(
    ({ encoding }) =>
      encoding === ikeV2CertificateEncoding.X509_SIGNATURE || encoding === ikeV2CertificateEncoding.HASH_AND_URL_X509,
  )
  return {
    encoding: served[0]?.encoding ?? ikeV2CertificateEncoding.X509_SIGNATURE,
    hashes: served.flatMap(({ authority }) =>
      Array.from({ length: Math.floor(authority.length / hashLength) }, (_, index) =>
        authority.slice(index * hashLength, (index + 1) * hashLength),
      ),
    ),
  }
}

export const requestPayload = (ctx: IkeV2Context, hashes: readonly Uint8Array[]): IkeV2Payload => ({
  type: 'CERTREQ',
  encoding: requestEncoding(ctx),
  authority: concat(...hashes),
})

/** With `http-url cert` IOS asks for hash and URL (ios-semantics §0.3 item 9). */
export const requestEncoding = (ctx: IkeV2Context): number =>
  ctx.selection.ikev2.httpUrlCert ? ikeV2CertificateEncoding.HASH_AND_URL_X509 : ikeV2CertificateEncoding.X509_SIGNATURE

export const traceProposals = (out: Outbox, proposals: readonly ConfiguredProposal[], rekey: boolean): void => {
  for (const [index, proposal] of proposals.entries())
    out.trace('ike:v2_proposal_sent', {
      protocol: 'IKE',
      number: index + 1,
      spiSize: rekey ? 8 : 0,
      rekey,
      transforms: transformNames(proposal),
    })
}

/** Why a peer's nonce cannot be used, or null. */
export const nonceProblem = (nonce: Uint8Array): string | null =>
  nonce.length < shortestNonce || nonce.length > longestNonce
    ? `a nonce of ${nonce.length} octets; RFC 7296 asks for ${shortestNonce} to ${longestNonce}`
    : null

export interface Exchanged {
  readonly suite: Suite
  readonly nonceI: Uint8Array
  readonly nonceR: Uint8Array
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
}

/** The keys of a new IKE SA, or why the peer's public value gives none. */
export const deriveKeys = (
  out: Outbox,
  dh: DhKeyPair,
  peerPublic: Uint8Array,
  exchanged: Exchanged,
): { readonly keys: IkeV2Keys } | { readonly refused: string } => {
  const shared = dh.computeShared(peerPublic)
  out.trace('ike:v2_dh_computed', { what: 'secret', group: dh.group, passed: shared.ok })
  if (!shared.ok) return { refused: shared.reject.detail }
  const { suite, nonceI, nonceR } = exchanged
  const keys = keysOf(suite, ikeV2Skeyseed(suite.prf, nonceI, nonceR, shared.value), exchanged)
  out.trace('ike:v2_keys_derived', { rekey: false })
  return { keys }
}

export const exportKeys = (ctx: IkeV2Context, out: Outbox, exchanged: Exchanged, keys: IkeV2Keys): void => {
  if (!ctx.settings.exportKeys) return
  const { suite, spiI, spiR } = exchanged
  out.push({
    kind: 'ikev2-keys',
    keys: {
      initiatorSpi: spiI,
      responderSpi: spiR,
      encryption: suite.encryption,
      integrity: suite.integrity,
      encryptionKeyI: keys.skEi,
      encryptionKeyR: keys.skEr,
      integrityKeyI: keys.skAi,
      integrityKeyR: keys.skAr,
    },
  })
}
