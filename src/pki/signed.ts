import { type KeyObject, sign, verify } from 'node:crypto'
import { ecdsaSign, type KeyPair } from '../crypto/index.ts'
import {
  attempt,
  bytesToOid,
  children,
  DerError,
  der,
  integerFromHex,
  need,
  oidToBytes,
  readDer,
  type Tlv,
} from './der.ts'

/** Signed structures — certificates and lists are `SEQUENCE { body, algorithm, signature }` (RFC 5280 §4.1.1, §5.1.1). */

export type SigningHash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
type Family = 'rsa' | 'ec'

interface Algorithm {
  readonly oid: string
  readonly name: string
  readonly family: Family
  readonly hash: SigningHash
}

/** RFC 3279 §2.2, RFC 4055 §5, RFC 5758 §3.2. */
const algorithms: readonly Algorithm[] = [
  { oid: '1.2.840.113549.1.1.4', name: 'md5WithRSAEncryption', family: 'rsa', hash: 'md5' },
  { oid: '1.2.840.113549.1.1.5', name: 'sha1WithRSAEncryption', family: 'rsa', hash: 'sha1' },
  { oid: '1.2.840.113549.1.1.11', name: 'sha256WithRSAEncryption', family: 'rsa', hash: 'sha256' },
  { oid: '1.2.840.113549.1.1.12', name: 'sha384WithRSAEncryption', family: 'rsa', hash: 'sha384' },
  { oid: '1.2.840.113549.1.1.13', name: 'sha512WithRSAEncryption', family: 'rsa', hash: 'sha512' },
  { oid: '1.2.840.10045.4.1', name: 'ecdsa-with-SHA1', family: 'ec', hash: 'sha1' },
  { oid: '1.2.840.10045.4.3.2', name: 'ecdsa-with-SHA256', family: 'ec', hash: 'sha256' },
  { oid: '1.2.840.10045.4.3.3', name: 'ecdsa-with-SHA384', family: 'ec', hash: 'sha384' },
  { oid: '1.2.840.10045.4.3.4', name: 'ecdsa-with-SHA512', family: 'ec', hash: 'sha512' },
]

/** The hash of a signature algorithm by its name; undefined where the algorithm is not known. */
export const hashOfAlgorithm = (name: string): SigningHash | undefined =>
  algorithms.find((algorithm) => algorithm.name === name)?.hash

export interface Signed {
  readonly body: Tlv
  /** The AlgorithmIdentifier outside the body, which nothing signs: whoever reads the body compares it with the one inside. */
  readonly algorithm: Tlv
  /** The dotted OID where the algorithm is not known. */
  readonly algorithmName: string
  readonly signature: Uint8Array
}

/** Takes a signed structure apart. Throws DerError. */
export const readSigned = (bytes: Uint8Array, maximum: number): Signed => {
  if (bytes.length > maximum) throw new DerError(`${bytes.length} octets, more than ${maximum}`)
  const [body, algorithm, signature, ...more] = children(readDer(bytes, 0x30))
  if (more.length > 0) throw new DerError('more than a body, an algorithm and a signature')
  const bits = need(signature, 3, 'the signature').content
  if (bits[0] !== 0) throw new DerError('a signature that does not end with an octet')
  const identifier = need(algorithm, 0x30, 'the signature algorithm')
  const [oid, parameters, ...rest] = children(identifier)
  const dotted = bytesToOid(need(oid, 6, 'the signature algorithm').content)
  const known = algorithms.find((entry) => entry.oid === dotted)
  if (known && (rest.length > 0 || (parameters && (parameters.tag !== 5 || known.family === 'ec'))))
    throw new DerError(`${known.name} with parameters`)
  return {
    body: need(body, 0x30, 'the body'),
    algorithm: identifier,
    algorithmName: known?.name ?? dotted,
    signature: bits.subarray(1),
  }
}

/** Throws where the algorithm inside the body is not, octet for octet, the one outside (RFC 5280 §4.1.1.2). */
export const sameAlgorithm = (inner: Tlv | undefined, outer: Tlv): void => {
  if (!inner || Buffer.compare(inner.der, outer.der) !== 0) throw new DerError('the two signature algorithms differ')
}

/** Whether `key` made the signature. An algorithm that is not known, or of another kind than the key, is no signature. */
export const isSignedBy = (bytes: Uint8Array, key: KeyObject): boolean => {
  const read = attempt(() => readSigned(bytes, bytes.length), 'malformed')
  if (!read.ok) return false
  const { algorithmName, body, signature } = read.value
  const algorithm = algorithms.find(({ name }) => name === algorithmName)
  if (algorithm === undefined || algorithm.family !== key.asymmetricKeyType) return false
  try {
    return verify(algorithm.hash, body.der, key, signature)
  } catch {
    return false
  }
}

/** Whether the lab can sign so: there is no ECDSA with MD5. */
export const canSign = ({ type }: KeyPair, hash: SigningHash): boolean =>
  algorithms.some((algorithm) => algorithm.family === type && algorithm.hash === hash)

const algorithmOf = ({ type }: KeyPair, hash: SigningHash): Algorithm => {
  const algorithm = algorithms.find((entry) => entry.family === type && entry.hash === hash)
  if (!algorithm) throw new TypeError(`there is no signature with ${type} and ${hash}`)
  return algorithm
}

/** What signatures of that key and hash are called. Throws TypeError where there are none. */
export const signatureAlgorithmOf = (keys: KeyPair, hash: SigningHash): string => algorithmOf(keys, hash).name

const signatureOf = (body: Uint8Array, { type, privateKey }: KeyPair, hash: SigningHash): Uint8Array => {
  if (type === 'rsa') return sign(hash, body, privateKey)
  if (hash === 'md5') throw new TypeError('there is no ECDSA with MD5')
  const numbers = ecdsaSign(privateKey, hash, body, { nonce: 'deterministic' })
  const half = numbers.length / 2
  const number = (octets: Uint8Array): Uint8Array => integerFromHex(Buffer.from(octets).toString('hex'))
  return der(0x30, number(numbers.subarray(0, half)), number(numbers.subarray(half)))
}

/**
 * Signs a body, whose contents are made once the algorithm is known. The same arguments give the same octets: PKCS#1
 * signatures have no randomness, ECDSA's nonce is that of RFC 6979. Throws where there is no such algorithm.
 */
export const signed = (keys: KeyPair, hash: SigningHash, body: (algorithm: Uint8Array) => Uint8Array): Uint8Array => {
  const oid = der(6, oidToBytes(algorithmOf(keys, hash).oid))
  const identifier = keys.type === 'rsa' ? der(0x30, oid, der(5)) : der(0x30, oid)
  const bytes = body(identifier)
  return der(0x30, bytes, identifier, der(3, Uint8Array.of(0), signatureOf(bytes, keys, hash)))
}
