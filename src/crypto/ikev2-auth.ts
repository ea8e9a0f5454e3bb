import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { concat } from '../wire/index.ts'
import { plain } from './bytes.ts'
import { curveOf, ecdsaSign, ecdsaVerify } from './ecdsa-signature.ts'
import { type HashName, hash, hashLength } from './hash.ts'
import { type PrfName, prf } from './ikev2-prf.ts'
import { rsaSignPss } from './rsa-pss.ts'
import { rsaSignRaw, rsaVerifyRaw } from './rsa-signature.ts'

/** What AUTH proves with: RFC 7296 §2.15, RFC 4754, RFC 7427, RFC 8420. */

const keyPad = new TextEncoder().encode('Key Pad for IKEv2')

/** prf(prf(shared secret, "Key Pad for IKEv2"), signed octets). */
export const sharedKeyAuth = (name: PrfName, secret: Uint8Array, octets: Uint8Array): Uint8Array =>
  prf(name, prf(name, secret, keyPad), octets)

/** Numbers of the registry of authentication methods. */
const method = { RSA: 1, ECDSA_256: 9, ECDSA_384: 10, ECDSA_521: 11, DIGITAL: 14 } as const

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

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
const sha2Oid = { sha256: '01', sha384: '02', sha512: '03' } as const
const ecdsaOid = { sha256: '02', sha384: '03', sha512: '04' } as const
const sha2 = ['sha256', 'sha384', 'sha512'] as const

/** RSASSA-PSS-params with one hash for all and a salt as long as it (RFC 7427 appendix A.4); some write the default trailer field too. */
const pssIdentifiers = (name: (typeof sha2)[number]): readonly Uint8Array[] => {
  const digest = `300d06096086480165030402${sha2Oid[name]}0500`
  const salt = hashLength(name).toString(16).padStart(2, '0')
  return ['', 'a303020101'].map((trailer) => {
    const parameters = `a00f${digest}a11c301a06092a864886f70d010108${digest}a2030201${salt}${trailer}`
    const length = parameters.length / 2
    const octet = (value: number): string => value.toString(16).padStart(2, '0')
    return fromHex(`30${octet(length + 13)}06092a864886f70d01010a30${octet(length)}${parameters}`)
  })
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
  readonly hash: HashName
  /** RSA with method 14: PSS instead of PKCS#1 v1.5. */
  readonly pss?: boolean
  readonly octets: Uint8Array
  /** Gives nonces and salts; without it they are derived, and a run repeats. */
  readonly random?: (octets: number) => Uint8Array
}

/** The AUTH payload's data. Throws on a key that the method cannot use: it is our own. */
export const ikeV2SignAuth = (input: IkeV2SignInput): Uint8Array => {
  switch (input.method) {
    case method.RSA:
      return rsaSignRaw(input.key, digestInfo(input.hash, input.octets))
    case method.ECDSA_256:
    case method.ECDSA_384:
    case method.ECDSA_521:
      return ecdsaSign(input.key, input.hash, input.octets, nonceOf(input))
    case method.DIGITAL: {
      const algorithm = algorithmFor(input)
      return concat(Uint8Array.of(algorithm.identifier.length), algorithm.identifier, signWith(algorithm, input))
    }
    default:
      throw new RangeError(`authentication method ${input.method} does not sign`)
  }
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

export type IkeV2AuthCheck =
  | { readonly ok: true; readonly hash: string; readonly algorithm: string }
  | { readonly ok: false; readonly detail: string }

const refused = (detail: string): IkeV2AuthCheck => ({ ok: false, detail })

/**
 * Whether AUTH's data is the signature of the octets under the peer's public key. Method 1 takes SHA-1, which RFC 7296
 * names, and SHA-2, which newer IOS uses (ios-semantics §2.11).
 */
export const ikeV2VerifyAuth = (input: {
  readonly method: number
  readonly key: KeyObject
  readonly data: Uint8Array
  readonly octets: Uint8Array
}): IkeV2AuthCheck => {
  const { key, data, octets } = input
  switch (input.method) {
    case method.RSA: {
      const found = rsaHashes.find((name) => rsaVerifyRaw(key, digestInfo(name, octets), data))
      return found
        ? { ok: true, hash: found, algorithm: 'RSASSA-PKCS1-v1_5' }
        : refused('the RSA signature does not verify')
    }
    case method.ECDSA_256:
      return byCurve(input, 'P-256', 'sha256')
    case method.ECDSA_384:
      return byCurve(input, 'P-384', 'sha384')
    case method.ECDSA_521:
      return byCurve(input, 'P-521', 'sha512')
    case method.DIGITAL:
      return byIdentifier(input)
    default:
      return refused(`authentication method ${input.method} is not known`)
  }
}

type VerifyInput = Parameters<typeof ikeV2VerifyAuth>[0]

const byCurve = (
  { key, data, octets }: VerifyInput,
  curve: ReturnType<typeof curveOf>,
  name: HashName,
): IkeV2AuthCheck => {
  if (curveOf(key) !== curve) return refused(`the key is not of ${curve}`)
  return ecdsaVerify(key, name, octets, data)
    ? { ok: true, hash: name, algorithm: 'ECDSA' }
    : refused('the ECDSA signature does not verify')
}

const byIdentifier = ({ key, data, octets }: VerifyInput): IkeV2AuthCheck => {
  const length = data[0] ?? 0
  const identifier = data.subarray(1, 1 + length)
  const signature = data.subarray(1 + length)
  const algorithm = algorithms.find((known) => Buffer.compare(known.identifier, identifier) === 0)
  if (!algorithm || signature.length === 0) return refused('the algorithm of the signature is not known')
  return verifies(algorithm, key, octets, signature)
    ? { ok: true, hash: algorithm.hash ?? 'identity', algorithm: algorithm.name }
    : refused(`the ${algorithm.name} signature does not verify`)
}

const minimumModulusBits = 1024

const verifies = (algorithm: Algorithm, key: KeyObject, octets: Uint8Array, signature: Uint8Array): boolean => {
  const name = algorithm.hash
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5':
      return name !== null && rsaVerifyRaw(key, digestInfo(name, octets), signature)
    case 'RSASSA-PSS': {
      const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
      if (name === null || key.asymmetricKeyType !== 'rsa' || bits < minimumModulusBits) return false
      if (signature.length !== Math.ceil(bits / 8)) return false
      return verifyQuietly(name, octets, { key, padding: 6, saltLength: hashLength(name) }, signature)
    }
    case 'ECDSA':
      return (
        name !== null &&
        curveOf(key) !== undefined &&
        verifyQuietly(name, octets, { key, dsaEncoding: 'der' }, signature)
      )
    case 'Ed25519':
      return key.asymmetricKeyType === 'ed25519' && verifyQuietly(null, octets, { key }, signature)
  }
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
