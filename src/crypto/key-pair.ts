import { createPublicKey, type KeyObject } from 'node:crypto'
import { once } from './once.ts'

/**
 * A key pair whose halves are made when they are first asked for: a lab holds many keys and uses few, and deriving the
 * private half of an RSA key costs as much as a signature.
 */
export interface KeyPair {
  readonly type: 'rsa' | 'ec'
  /** Bits of an RSA modulus; null of EC. */
  readonly modulusLength: number | null
  /** Of a key of the lab, by which it is known without being derived: `rsa 2048 0`. Null of any other. */
  readonly name: string | null
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** A pair from what makes its halves. */
export const lazyKeyPair = (
  { type, modulusLength, name }: Pick<KeyPair, 'type' | 'modulusLength' | 'name'>,
  makePrivate: () => KeyObject,
  makePublic: () => KeyObject,
): KeyPair => {
  const privateHalf = once(makePrivate)
  const publicHalf = once(makePublic)
  return {
    type,
    modulusLength,
    name,
    get publicKey() {
      return publicHalf()
    },
    get privateKey() {
      return privateHalf()
    },
  }
}

/** The pair of a private key. Throws TypeError on a key that is neither RSA nor EC. */
export const keyPairOf = (privateKey: KeyObject): KeyPair => {
  const { asymmetricKeyType: type } = privateKey
  if (type !== 'rsa' && type !== 'ec') throw new TypeError(`a pair of RSA or EC, not of ${type ?? 'a secret'}`)
  return lazyKeyPair(
    { type, modulusLength: privateKey.asymmetricKeyDetails?.modulusLength ?? null, name: null },
    () => privateKey,
    () => createPublicKey(privateKey),
  )
}
