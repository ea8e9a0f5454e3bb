import type { KeyObject } from 'node:crypto'
import { concat, ikeV2AuthMethod } from '../wire/index.ts'
import type { EcCurve } from './curves.ts'
import { digestInfo, digestInfoHashes } from './digest-info.ts'
import { type DigitalSignInput, fitsAlgorithm, signDigitally, verifiesDigitally } from './digital-signature.ts'
import { curveOf, ecdsaSign, ecdsaVerify } from './ecdsa-signature.ts'
import type { HashName } from './hash.ts'
import { type PrfName, prf } from './ikev2-prf.ts'
import { modulusLength, rsaFindSigned, rsaSignRaw } from './rsa-signature.ts'
import { algorithmNamed, algorithmOfIdentifier, type SignatureAlgorithm } from './signature-algorithms.ts'

/** What AUTH proves with: RFC 7296 §2.15, RFC 4754, RFC 7427, RFC 8420. */

const keyPad = new TextEncoder().encode('Key Pad for IKEv2')

/** prf(prf(shared secret, "Key Pad for IKEv2"), signed octets). */
export const sharedKeyAuth = (name: PrfName, secret: Uint8Array, octets: Uint8Array): Uint8Array =>
  prf(name, prf(name, secret, keyPad), octets)

const rsaMethod = ikeV2AuthMethod.RSA_SIGNATURE
const digitalMethod = ikeV2AuthMethod.DIGITAL_SIGNATURE

/** RFC 4754 §4: each method is one curve with one hash. */
const ecdsaMethods: ReadonlyMap<number, { readonly curve: EcCurve; readonly hash: HashName }> = new Map([
  [ikeV2AuthMethod.ECDSA_256, { curve: 'P-256', hash: 'sha256' }],
  [ikeV2AuthMethod.ECDSA_384, { curve: 'P-384', hash: 'sha384' }],
  [ikeV2AuthMethod.ECDSA_521, { curve: 'P-521', hash: 'sha512' }],
])

export interface IkeV2SignInput extends DigitalSignInput {
  /** 1, 9, 10, 11 or 14. */
  readonly method: number
  /** Methods 9 to 11 have their own; Ed25519 has none. */
  readonly hash: HashName
  /** RSA with method 14: PSS instead of PKCS#1 v1.5. */
  readonly pss?: boolean
}

/** The AUTH payload's data. Throws on a key or hash that the method cannot use: they are our own. */
export const ikeV2SignAuth = (input: IkeV2SignInput): Uint8Array => {
  const { method, key, octets, random } = input
  if (method === rsaMethod) return rsaSignRaw(key, digestInfo(input.hash, octets))
  if (method === digitalMethod) {
    const algorithm = algorithmFor(input)
    return concat(Uint8Array.of(algorithm.identifier.length), algorithm.identifier, signDigitally(algorithm, input))
  }
  const ecdsa = ecdsaMethods.get(method)
  if (ecdsa === undefined) throw new RangeError(`authentication method ${method} does not sign`)
  if (curveOf(key) !== ecdsa.curve)
    throw new RangeError(`authentication method ${method} takes a key of ${ecdsa.curve}`)
  return ecdsaSign(key, ecdsa.hash, octets, { nonce: random ? 'random' : 'deterministic' })
}

const algorithmFor = ({ key, hash, pss }: IkeV2SignInput): SignatureAlgorithm => {
  const type = key.asymmetricKeyType
  const name = type === 'ec' ? 'ECDSA' : type === 'ed25519' ? 'Ed25519' : pss ? 'RSASSA-PSS' : 'RSASSA-PKCS1-v1_5'
  const algorithm = algorithmNamed(name, hash)
  if (!algorithm) throw new RangeError(`no ${name} signature with ${hash}`)
  return algorithm
}

/** Why a signature is refused. The codes are stable. */
export type IkeV2AuthRejectCode =
  | 'auth-method-unknown'
  | 'auth-key-unfit'
  | 'auth-algorithm-unknown'
  | 'auth-signature-invalid'

/** `hash` is `identity` where the algorithm hashes by itself (RFC 8420 §2). */
export type IkeV2AuthCheck =
  | { readonly ok: true; readonly hash: string; readonly algorithm: string }
  | { readonly ok: false; readonly code: IkeV2AuthRejectCode; readonly detail: string }

interface VerifyInput {
  readonly method: number
  /** The peer's public key. */
  readonly key: KeyObject
  readonly data: Uint8Array
  readonly octets: Uint8Array
}

const refused = (code: IkeV2AuthRejectCode, detail: string): IkeV2AuthCheck => ({ ok: false, code, detail })

const verdict = (good: boolean, algorithm: SignatureAlgorithm['name'], hash: string): IkeV2AuthCheck =>
  good ? { ok: true, hash, algorithm } : refused('auth-signature-invalid', `the ${algorithm} signature does not verify`)

/**
 * Whether AUTH's data is the signature of the octets under the peer's public key. Method 1 takes SHA-1, which RFC 7296
 * names, and SHA-2, which newer IOS uses (ios-semantics §2.11). Which hash is good enough is the caller's to say.
 */
export const ikeV2VerifyAuth = (input: VerifyInput): IkeV2AuthCheck => {
  const { method, key, data, octets } = input
  if (method === rsaMethod) return verifyRsa(input)
  if (method === digitalMethod) return verifyDigital(input)
  const ecdsa = ecdsaMethods.get(method)
  if (ecdsa === undefined) return refused('auth-method-unknown', `authentication method ${method} is not known`)
  if (curveOf(key) !== ecdsa.curve) return refused('auth-key-unfit', `the key is not of ${ecdsa.curve}`)
  return verdict(ecdsaVerify(key, ecdsa.hash, octets, data), 'ECDSA', ecdsa.hash)
}

const verifyRsa = ({ key, data, octets }: VerifyInput): IkeV2AuthCheck => {
  if (modulusLength(key) === null) return refused('auth-key-unfit', 'the key is not an RSA key of 1024 bits or more')
  const signed = digestInfoHashes.map((name) => digestInfo(name, octets))
  const name = digestInfoHashes[rsaFindSigned(key, signed, data)]
  return verdict(name !== undefined, 'RSASSA-PKCS1-v1_5', name ?? '')
}

/** RFC 7427 §3: the length of the AlgorithmIdentifier in an octet, the identifier, the signature. */
const verifyDigital = ({ key, data, octets }: VerifyInput): IkeV2AuthCheck => {
  const split = 1 + (data[0] ?? 0)
  const algorithm = algorithmOfIdentifier(data.subarray(1, split))
  if (!algorithm) return refused('auth-algorithm-unknown', 'the algorithm of the signature is not known')
  if (!fitsAlgorithm(algorithm, key)) return refused('auth-key-unfit', `the key is none for ${algorithm.name}`)
  const good = verifiesDigitally(algorithm, key, octets, data.subarray(split))
  return verdict(good, algorithm.name, algorithm.hash ?? 'identity')
}
