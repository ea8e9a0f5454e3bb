import { type HashName, hmac } from './hash.ts'
import { uint32 } from './ikev1-keys.ts'

/*
 * What IKEv1's messages are authenticated with: RFC 2409 §5, §5.5 and §5.7. `sai_b` and `id_b` are payload bodies,
 * without the generic header: the SA of the initiator as it was sent, with all its proposals.
 */

/** HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b). RFC 2409 §5. */
export const hashI = (
  prf: HashName,
  skeyid: Uint8Array,
  gxi: Uint8Array,
  gxr: Uint8Array,
  cookieI: Uint8Array,
  cookieR: Uint8Array,
  sai_b: Uint8Array,
  id_b: Uint8Array,
): Uint8Array => hmac(prf, skeyid, gxi, gxr, cookieI, cookieR, sai_b, id_b)

/** HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b); the arguments stand as in {@link hashI}. RFC 2409 §5. */
export const hashR = (
  prf: HashName,
  skeyid: Uint8Array,
  gxi: Uint8Array,
  gxr: Uint8Array,
  cookieI: Uint8Array,
  cookieR: Uint8Array,
  sai_b: Uint8Array,
  id_b: Uint8Array,
): Uint8Array => hmac(prf, skeyid, gxr, gxi, cookieR, cookieI, sai_b, id_b)

/** HASH(1) = prf(SKEYID_a, M-ID | what follows the HASH payload, with its generic headers). RFC 2409 §5.5. */
export const quickModeHash1 = (
  prf: HashName,
  skeyidA: Uint8Array,
  messageId: number,
  afterHash: Uint8Array,
): Uint8Array => hmac(prf, skeyidA, uint32(messageId), afterHash)

/** HASH(2) = prf(SKEYID_a, M-ID | Ni_b | what follows the HASH payload). RFC 2409 §5.5. */
export const quickModeHash2 = (
  prf: HashName,
  skeyidA: Uint8Array,
  messageId: number,
  ni: Uint8Array,
  afterHash: Uint8Array,
): Uint8Array => hmac(prf, skeyidA, uint32(messageId), ni, afterHash)

/** HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b). RFC 2409 §5.5. */
export const quickModeHash3 = (
  prf: HashName,
  skeyidA: Uint8Array,
  messageId: number,
  ni: Uint8Array,
  nr: Uint8Array,
): Uint8Array => hmac(prf, skeyidA, Uint8Array.of(0), uint32(messageId), ni, nr)

/** HASH(1) of an informational exchange = prf(SKEYID_a, M-ID | N or D, with its generic header). RFC 2409 §5.7. */
export const informationalHash = (
  prf: HashName,
  skeyidA: Uint8Array,
  messageId: number,
  afterHash: Uint8Array,
): Uint8Array => quickModeHash1(prf, skeyidA, messageId, afterHash)
