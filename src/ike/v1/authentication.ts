import {
  ecdsaSignRaw,
  ecdsaVerifyRaw,
  equalConstantTime,
  hashI,
  hashR,
  ikeV1SignatureHash,
  rsaSignRaw,
  rsaVerifyRaw,
} from '../../crypto/index.ts'
import type { Certificate, IdentityCertificate } from '../../pki/index.ts'
import type { Payload } from '../../wire/index.ts'
import type { Agreement, Phase1Keys } from './session.ts'

/** The values that HASH_I and HASH_R cover (RFC 2409 §5). */
interface Covered {
  readonly agreement: Agreement
  readonly keys: Phase1Keys
  readonly cookieI: Uint8Array
  readonly cookieR: Uint8Array
}

/**
 * HASH_I or HASH_R over the identity of the side that sends it. A signature method that is tied to a hash takes the HMAC
 * of that hash in the negotiated one's place (RFC 2409 §5.1): an ECDSA signature that of its curve's. `signer` is null
 * with a pre-shared key.
 */
export const authenticationHash = (
  side: 'I' | 'R',
  covered: Covered,
  identityBody: Uint8Array,
  signer: Certificate | null,
): Uint8Array => {
  const { agreement, keys, cookieI, cookieR } = covered
  const compute = side === 'I' ? hashI : hashR
  return compute(
    (signer && ikeV1SignatureHash(signer.publicKey)) ?? agreement.hash,
    keys.skeyid,
    keys.publicI,
    keys.publicR,
    cookieI,
    cookieR,
    agreement.saBody,
    identityBody,
  )
}

/** The payload that proves who we are: SIG with a certificate, HASH with a pre-shared key. Throws if our own key cannot sign: that is ours to have checked. */
export const proofPayload = (
  hash: Uint8Array,
  identity: IdentityCertificate | null,
  nonce: 'deterministic' | 'random',
): Payload => {
  if (!identity) return { type: 'HASH', data: hash }
  const { certificate, keys } = identity
  if (!keys) throw new Error(`no private key for ${certificate.subject.ios}`)
  if (certificate.keyType === 'rsa') return { type: 'SIG', data: rsaSignRaw(keys.privateKey, hash) }
  return { type: 'SIG', data: ecdsaSignRaw(keys.privateKey, hash, { nonce }) }
}

/** Checks the peer's proof. RSA: PKCS#1 over the bare hash; ECDSA over the bare hash too (RFC 2409 §5.1, RFC 4754). */
export const proofIsGood = (
  hash: Uint8Array,
  proof: Extract<Payload, { type: 'SIG' | 'HASH' }>,
  certificate: Certificate | null,
): boolean => {
  if (proof.type === 'HASH') return certificate === null && equalConstantTime(hash, proof.data)
  if (!certificate) return false
  if (certificate.keyType === 'rsa') return rsaVerifyRaw(certificate.publicKey, hash, proof.data)
  return ecdsaVerifyRaw(certificate.publicKey, hash, proof.data)
}
