import { equalBytes } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { type HashName, hashLength } from './hash.ts'

/** What signs where the signature names its algorithm (RFC 7427, RFC 8420). Ed25519 hashes by itself. */
export type SignatureAlgorithm = {
  /** The DER of the AlgorithmIdentifier. */
  readonly identifier: Uint8Array
} & (
  | { readonly name: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA'; readonly hash: HashName }
  | { readonly name: 'Ed25519'; readonly hash: null }
)

const sha2 = [
  ['sha256', 1],
  ['sha384', 2],
  ['sha512', 3],
] as const

/** The DER of a value whose content has less than 128 octets, in hexadecimal. */
const tlv = (tag: string, ...parts: readonly string[]): string => {
  const body = parts.join('')
  return `${tag}${(body.length / 2).toString(16).padStart(2, '0')}${body}`
}

/**
 * RSASSA-PSS-params with one hash for all and a salt as long as it (RFC 7427 appendix A.4). The first is what we write;
 * some leave out the NULL behind a hash, or write the trailer field's default (RFC 4055 §2.1, §3.1).
 */
const pssIdentifiers = (name: HashName, last: number): readonly string[] =>
  ['0500', ''].flatMap((parameters) =>
    ['', 'a303020101'].map((trailer) => {
      const digest = tlv('30', `060960864801650304020${last}`, parameters)
      const mask = tlv('30', '06092a864886f70d010108', digest)
      const salt = tlv('a2', tlv('02', hashLength(name).toString(16)))
      return tlv('30', '06092a864886f70d01010a', tlv('30', tlv('a0', digest), tlv('a1', mask), salt, trailer))
    }),
  )

const rsa = (hash: HashName, last: string): SignatureAlgorithm => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash,
  identifier: fromHex(`300d06092a864886f70d0101${last}0500`),
})

const algorithms: readonly SignatureAlgorithm[] = [
  ...[rsa('sha1', '05'), rsa('sha256', '0b'), rsa('sha384', '0c'), rsa('sha512', '0d')],
  ...sha2.flatMap(([hash, last]) =>
    pssIdentifiers(hash, last).map(
      (der): SignatureAlgorithm => ({ name: 'RSASSA-PSS', hash, identifier: fromHex(der) }),
    ),
  ),
  ...sha2.map(
    ([hash, last]): SignatureAlgorithm => ({
      name: 'ECDSA',
      hash,
      identifier: fromHex(`300a06082a8648ce3d04030${last + 1}`),
    }),
  ),
  { name: 'Ed25519', hash: null, identifier: fromHex('300506032b6570') },
]

/** The algorithm of an identifier, which is compared octet for octet: nothing of it is parsed (attacks A3, A5). */
export const algorithmOfIdentifier = (identifier: Uint8Array): SignatureAlgorithm | undefined =>
  algorithms.find((known) => equalBytes(known.identifier, identifier))

/** The algorithm of that name with that hash; Ed25519 goes with any. */
export const algorithmNamed = (name: SignatureAlgorithm['name'], hash: HashName): SignatureAlgorithm | undefined =>
  algorithms.find((known) => known.name === name && (known.hash === null || known.hash === hash))
