import type { HashName } from '../../crypto/index.ts'
import type { Certificate } from '../../pki/index.ts'
import type { SelectionContext } from '../../selection/index.ts'
import { ikeV2AuthMethod, signatureHashAlgorithm } from '../../wire/index.ts'

/** How a certificate signs: the number of the method, IOS's name for it, and the hash. */
interface SignatureMethod {
  readonly number: number
  readonly name: string
  readonly hash: HashName
}

/** Hashes that we sign with where the peer says which it takes, the strongest that fits the key first. */
const hashNumbers: readonly (readonly [HashName, number])[] = [
  ['sha256', signatureHashAlgorithm.SHA2_256],
  ['sha384', signatureHashAlgorithm.SHA2_384],
  ['sha512', signatureHashAlgorithm.SHA2_512],
]

/** What this side announces in SIGNATURE_HASH_ALGORITHMS. SHA-1 is not among them: a signature over it proves little (attacks A6). */
export const acceptedHashes: readonly number[] = [
  ...hashNumbers.map(([, number]) => number),
  signatureHashAlgorithm.IDENTITY,
]

const ecdsaMethods: Readonly<Record<string, readonly [number, HashName]>> = {
  prime256v1: [ikeV2AuthMethod.ECDSA_256, 'sha256'],
  secp384r1: [ikeV2AuthMethod.ECDSA_384, 'sha384'],
  secp521r1: [ikeV2AuthMethod.ECDSA_521, 'sha512'],
}

/** RFC 7427 where both ends announced hashes; otherwise the methods of RFC 7296 and RFC 4754. */
export const signatureMethod = (
  { abilities, ikev2, knobs }: SelectionContext,
  certificate: Certificate,
  peerHashes: readonly number[],
): SignatureMethod => {
  const digital = ikev2.digitalSignatures ? hashNumbers.find(([, number]) => peerHashes.includes(number)) : undefined
  if (digital) return { number: ikeV2AuthMethod.DIGITAL_SIGNATURE, name: 'Digital Signature', hash: digital[0] }
  if (certificate.keyType === 'rsa')
    return {
      number: ikeV2AuthMethod.RSA_SIGNATURE,
      name: 'RSA',
      hash: abilities?.signatureHash ?? knobs['sig.v2Hash'],
    }
  const curve = certificate.publicKey.asymmetricKeyDetails?.namedCurve ?? ''
  const [number, hash] = ecdsaMethods[curve] ?? [ikeV2AuthMethod.ECDSA_256, 'sha256']
  return { number, name: 'ECDSA', hash }
}
