import { constants, createHash, type KeyObject, sign, verify } from 'node:crypto'
import { concat, equalBytes, ikeV2AuthMethod } from '../wire/index.ts'
import { fromHex, plain } from './bytes.ts'
import type { EcCurve } from './curves.ts'
import { curveOf, ecdsaSign, ecdsaVerify } from './ecdsa-signature.ts'
import { type HashName, hash, hashLength } from './hash.ts'
import { type PrfName, prf } from './ikev2-prf.ts'
import { rsaSignPss } from './rsa-pss.ts'
import { modulusLength, rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'

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

/** DigestInfo up to the digest (RFC 8017 §9.2). MD5 proves nothing and has none. */
const digestInfoHead: Readonly<Partial<Record<HashName, Uint8Array>>> = {
  sha1: fromHex('3021300906052b0e03021a05000414'),
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
}
const rsaHashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const

const digestInfo = (name: HashName, octets: Uint8Array): Uint8Array => {
  const head = digestInfoHead[name]
  if (!head) throw new RangeError(`no RSA signature with ${name}`)
  return concat(head, hash(name, octets))
}

interface Algorithm {
  readonly name: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA' | 'Ed25519'
  readonly hash: HashName | null
  readonly identifier: Uint8Array
}

const rsaOid: Readonly<Record<(typeof rsaHashes)[number], string>> = {
  sha1: '05',
  sha256: '0b',
  sha384: '0c',
  sha512: '0d',
}
const sha2Oid = { sha256: 1, sha384: 2, sha512: 3 } as const
const ecdsaOid = { sha256: '02', sha384: '03', sha512: '04' } as const
const sha2 = ['sha256', 'sha384', 'sha512'] as const

const sequence = (body: string): string => `30${(body.length / 2).toString(16).padStart(2, '0')}${body}`

/**
 * RSASSA-PSS-params with one hash for all and a salt as long as it (RFC 7427 appendix A.4). The first is what we write;
 * some leave out the NULL behind a hash, or write the trailer field's default (RFC 4055 §2.1, §3.1).
 */
const pssIdentifiers = (name: (typeof sha2)[number]): readonly Uint8Array[] => {
  const salt = hashLength(name).toString(16)
  return ['0500', ''].flatMap((none) =>
    ['', 'a303020101'].map((trailer) => {
      const digest = sequence(`060960864801650304020${sha2Oid[name]}${none}`)
      const mask = sequence(`06092a864886f70d010108${digest}`)
      const tagged = (tag: string, body: string): string => sequence(body).replace(/^30/, tag)
      const parameters = sequence(`${tagged('a0', digest)}${tagged('a1', mask)}a2030201${salt}${trailer}`)
      return fromHex(sequence(`06092a864886f70d01010a${parameters}`))
    }),
  )
}

/** Every AlgorithmIdentifier that is accepted, octet for octet: nothing of it is parsed (attacks A3, A5). */
const algorithms: readonly Algorithm[] = [
  ...rsaHashes.map(
    (name): Algorithm => ({
      name: 'RSASSA-PKCS1-v1_5',
      hash: name,
      identifier: fromHex(`300d06092a864886f70d0101${rsaOid[name]}0500`),
    }),
  ),
  ...sha2.flatMap((name) =>
    pssIdentifiers(name).map((identifier): Algorithm => ({ name: 'RSASSA-PSS', hash: name, identifier })),
  ),
  ...sha2.map(
    (name): Algorithm => ({
      name: 'ECDSA',
      hash: name,
      identifier: fromHex(`300a06082a8648ce3d0403${ecdsaOid[name]}`),
    }),
  ),
  { name: 'Ed25519', hash: null, identifier: fromHex('300506032b6570') },
]

export interface IkeV2SignInput {
  /** 1, 9, 10, 11 or 14. */
  readonly method: number
  readonly key: KeyObject
  /** Methods 9 to 11 have their own; Ed25519 has none. */
  readonly hash: HashName
  /** RSA with method 14: PSS instead of PKCS#1 v1.5. */
  readonly pss?: boolean
  readonly octets: Uint8Array
  /** Gives nonces and salts; without it they are derived, and a run repeats. */
  readonly random?: (octets: number) => Uint8Array
}

/** The AUTH payload's data. Throws on a key or hash that the method cannot use: they are our own. */
export const ikeV2SignAuth = (input: IkeV2SignInput): Uint8Array => {
  const { method, key, octets } = input
  if (method === rsaMethod) return rsaSignRaw(key, digestInfo(input.hash, octets))
  if (method === digitalMethod) {
    const algorithm = algorithmFor(input)
    return concat(Uint8Array.of(algorithm.identifier.length), algorithm.identifier, signWith(algorithm, input))
  }
  const ecdsa = ecdsaMethods.get(method)
  if (ecdsa === undefined) throw new RangeError(`authentication method ${method} does not sign`)
  if (curveOf(key) !== ecdsa.curve)
    throw new RangeError(`authentication method ${method} takes a key of ${ecdsa.curve}`)
  return ecdsaSign(key, ecdsa.hash, octets, nonceOf(input))
}

const nonceOf = ({ random }: IkeV2SignInput): { readonly nonce: 'random' | 'deterministic' } => ({
  nonce: random ? 'random' : 'deterministic',
})

const algorithmFor = ({ key, hash: name, pss }: IkeV2SignInput): Algorithm => {
  const type = key.asymmetricKeyType
  const wanted = type === 'ec' ? 'ECDSA' : type === 'ed25519' ? 'Ed25519' : pss ? 'RSASSA-PSS' : 'RSASSA-PKCS1-v1_5'
  const found = algorithms.find(
    (algorithm) => algorithm.name === wanted && (algorithm.hash === null || algorithm.hash === name),
  )
  if (!found) throw new RangeError(`no ${wanted} signature with ${name}`)
  return found
}

const signWith = (algorithm: Algorithm, input: IkeV2SignInput): Uint8Array => {
  const { key, hash: name, octets } = input
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5':
      return rsaSignRaw(key, digestInfo(name, octets))
    case 'RSASSA-PSS':
      return rsaSignPss(key, name, octets, saltFor(input))
    case 'ECDSA':
      return derSignature(ecdsaSign(key, name, octets, nonceOf(input)))
    case 'Ed25519':
      return plain(sign(null, octets, key))
  }
}

/** As long as the hash (RFC 8247 §3.2). Derived from key and message where no random octets are given. */
const saltFor = ({ random, key, hash: name, octets }: IkeV2SignInput): Uint8Array => {
  const length = hashLength(name)
  if (random) return random(length)
  const secret = key.export({ format: 'der', type: 'pkcs8' })
  return plain(createHash('sha512').update(secret).update(octets).digest()).slice(0, length)
}

/** r | s as ECDSA-Sig-Value: RFC 7427 uses the form of certificates, RFC 4754 the other. */
const derSignature = (raw: Uint8Array): Uint8Array => {
  const half = raw.length / 2
  const integers = [raw.subarray(0, half), raw.subarray(half)].map(derInteger)
  const body = concat(...integers)
  return concat(body.length < 128 ? Uint8Array.of(0x30, body.length) : Uint8Array.of(0x30, 0x81, body.length), body)
}

const derInteger = (value: Uint8Array): Uint8Array => {
  const first = value.findIndex((octet) => octet !== 0)
  const minimal = first < 0 ? Uint8Array.of(0) : value.subarray(first)
  const positive = (minimal[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal
  return concat(Uint8Array.of(0x02, positive.length), positive)
}

/** Why a signature is refused. The codes are stable. */
export type IkeV2AuthRejectCode =
  | 'auth-method-unknown'
  | 'auth-key-unfit'
  | 'auth-algorithm-unknown'
  | 'auth-signature-invalid'

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

const verdict = (good: boolean, algorithm: Algorithm['name'], hashName: HashName | null): IkeV2AuthCheck =>
  good
    ? { ok: true, hash: hashName ?? 'identity', algorithm }
    : refused('auth-signature-invalid', `the ${algorithm} signature does not verify`)

/**
 * Whether AUTH's data is the signature of the octets under the peer's public key. Method 1 takes SHA-1, which RFC 7296
 * names, and SHA-2, which newer IOS uses (ios-semantics §2.11). Which hash is good enough is the caller's to say.
 */
export const ikeV2VerifyAuth = (input: VerifyInput): IkeV2AuthCheck => {
  const { method, key, data, octets } = input
  if (method === digitalMethod) return verifyDigital(input)
  if (method === rsaMethod) {
    if (modulusLength(key) === null) return refused('auth-key-unfit', 'the key is not an RSA key of 1024 bits or more')
    const found = rsaHashes.find((name) => rsaVerifyRaw(key, digestInfo(name, octets), data))
    return verdict(found !== undefined, 'RSASSA-PKCS1-v1_5', found ?? null)
  }
  const ecdsa = ecdsaMethods.get(method)
  if (ecdsa === undefined) return refused('auth-method-unknown', `authentication method ${method} is not known`)
  if (curveOf(key) !== ecdsa.curve) return refused('auth-key-unfit', `the key is not of ${ecdsa.curve}`)
  return verdict(ecdsaVerify(key, ecdsa.hash, octets, data), 'ECDSA', ecdsa.hash)
}

/** RFC 7427 §3: the length of the AlgorithmIdentifier in an octet, the identifier, the signature. */
const verifyDigital = ({ key, data, octets }: VerifyInput): IkeV2AuthCheck => {
  const split = 1 + (data[0] ?? 0)
  const identifier = data.subarray(1, split)
  const algorithm = algorithms.find((known) => equalBytes(known.identifier, identifier))
  if (!algorithm) return refused('auth-algorithm-unknown', 'the algorithm of the signature is not known')
  if (!fits(algorithm, key)) return refused('auth-key-unfit', `the key is none for ${algorithm.name}`)
  return verdict(verifies(algorithm, key, octets, data.subarray(split)), algorithm.name, algorithm.hash)
}

const fits = ({ name }: Algorithm, key: KeyObject): boolean => {
  if (name === 'ECDSA') return curveOf(key) !== undefined
  return name === 'Ed25519' ? key.asymmetricKeyType === 'ed25519' : modulusLength(key) !== null
}

/** The key fits the algorithm. */
const verifies = (
  { name, hash: hashName }: Algorithm,
  key: KeyObject,
  octets: Uint8Array,
  signature: Uint8Array,
): boolean => {
  if (name === 'Ed25519') return verifyQuietly(null, octets, { key }, signature)
  if (hashName === null) return false
  if (name === 'ECDSA') return verifyQuietly(hashName, octets, { key, dsaEncoding: 'der' }, signature)
  if (name === 'RSASSA-PKCS1-v1_5') return rsaVerifyRaw(key, digestInfo(hashName, octets), signature)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return verifyQuietly(hashName, octets, { key, padding, saltLength: hashLength(hashName) }, signature)
}

/** OpenSSL throws at some signatures that are none. */
const verifyQuietly = (
  name: HashName | null,
  octets: Uint8Array,
  key: Parameters<typeof verify>[2],
  signature: Uint8Array,
): boolean => {
  try {
    return verify(name, octets, key, signature)
  } catch {
    return false
  }
}
