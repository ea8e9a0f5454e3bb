import {
  constants,
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  getDiffieHellman,
  hash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import type { DhGroupId } from '../crypto/index.ts'

/*
 * The floor: the cryptographic operations that both sides of a negotiation cannot do without, called in node:crypto
 * directly, on octets that are ready. Messages, decisions, certificates' text, states and the trace are not in it.
 */

/** An operation and how often both sides together do it. */
export interface FloorOperation {
  readonly name: string
  readonly count: number
  readonly run: () => void
}

/** Does everything once, each operation as often as it is due. */
export const runFloor = (operations: readonly FloorOperation[]): void => {
  for (const { count, run } of operations) for (let done = 0; done < count; done += 1) run()
}

const exponentLength = 32

const modpEngine = (group: 2 | 14) =>
  createDiffieHellman(getDiffieHellman(group === 2 ? 'modp2' : 'modp14').getPrime(), 2)

const modp = (group: 2 | 14): { readonly generate: () => void; readonly agree: () => void } => {
  const engine = modpEngine(group)
  const exponent = (): Buffer => {
    const random = randomBytes(exponentLength)
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x40
    return random
  }
  engine.setPrivateKey(exponent())
  const peer = engine.generateKeys()
  return {
    generate: () => {
      engine.setPrivateKey(exponent())
      engine.generateKeys()
    },
    agree: () => {
      engine.computeSecret(peer)
    },
  }
}

const p256 = (): { readonly generate: () => void; readonly agree: () => void } => {
  const peer = createECDH('prime256v1').generateKeys()
  let engine = createECDH('prime256v1')
  engine.generateKeys()
  return {
    // An object for each pair: both ends' pairs are alive at the same time.
    generate: () => {
      engine = createECDH('prime256v1')
      engine.generateKeys()
    },
    agree: () => {
      engine.computeSecret(peer)
    },
  }
}

/** Keys as JWK: what costs node least. */
const x25519 = (): { readonly generate: () => void; readonly agree: () => void } => {
  const type = { kty: 'OKP', crv: 'X25519' } as const
  const x = randomBytes(exponentLength).toString('base64url')
  const draw = (): KeyObject =>
    createPrivateKey({
      key: { ...type, d: randomBytes(exponentLength).toString('base64url'), x },
      format: 'jwk',
    })
  let privateKey = draw()
  const peer = createPublicKey(draw()).export({ format: 'jwk' })
  return {
    generate: () => {
      privateKey = draw()
      createPublicKey(privateKey).export({ format: 'jwk' })
    },
    agree: () => {
      diffieHellman({ privateKey, publicKey: createPublicKey({ key: peer, format: 'jwk' }) })
    },
  }
}

/** Groups that the benchmark has a floor for. */
export type FloorGroup = Extract<DhGroupId, 2 | 14 | 19 | 31>

/** Two key pairs and two shared secrets. */
export const keyAgreement = (group: FloorGroup): readonly FloorOperation[] => {
  const { generate, agree } = group === 19 ? p256() : group === 31 ? x25519() : modp(group)
  return [
    { name: `group ${group}: key pair`, count: 2, run: generate },
    { name: `group ${group}: shared secret`, count: 2, run: agree },
  ]
}

const hashLength = 32

/** IKEv2's signatures over `length` octets, with SHA-256. */
export const hashedProofs = (privateKey: KeyObject, length: number): readonly FloorOperation[] => {
  const data = randomBytes(length)
  const publicKey = createPublicKey(privateKey)
  const signature = sign('sha256', data, privateKey)
  return [
    {
      name: 'signature made',
      count: 2,
      run: () => {
        sign('sha256', data, privateKey)
      },
    },
    {
      name: 'signature checked',
      count: 2,
      run: () => {
        verify('sha256', data, publicKey, signature)
      },
    },
  ]
}

/** IKEv1's RSA signature over the bare hash, made and checked on both sides. */
export const rawRsaProofs = (privateKey: KeyObject): readonly FloorOperation[] => {
  const digest = randomBytes(hashLength)
  const publicKey = createPublicKey(privateKey)
  const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digest)
  return [
    {
      name: 'signature made',
      count: 2,
      run: () => {
        privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digest)
      },
    },
    {
      name: 'signature checked',
      count: 2,
      run: () => {
        publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature)
      },
    },
  ]
}

/** The CA's signature on the peer's certificate, which each side checks. `length`: of the signed part, in octets. */
export const certificateChecks = (authorityKey: KeyObject, length: number): readonly FloorOperation[] => {
  const body = randomBytes(length)
  const signature = sign('sha256', body, authorityKey)
  const publicKey = createPublicKey(authorityKey)
  return [
    {
      name: 'certificate signature checked',
      count: 2,
      run: () => {
        verify('sha256', body, publicKey, signature)
      },
    },
  ]
}

/** HMAC-SHA-256 over what a PRF of the key schedule typically covers. */
export const prfs = (count: number, length: number): FloorOperation => {
  const key = randomBytes(hashLength)
  const data = randomBytes(length)
  return {
    name: `HMAC-SHA-256 of ${length} octets`,
    count,
    run: () => {
      createHmac('sha256', key).update(data).digest()
    },
  }
}

export const hashes = (count: number, length: number): FloorOperation => {
  const data = randomBytes(length)
  return {
    name: `SHA-256 of ${length} octets`,
    count,
    run: () => {
      hash('sha256', data, 'buffer')
    },
  }
}

/** Cookies, nonces, SPIs and message ids, which a peer must not be able to guess. */
export const randomOctets = (count: number, length: number): FloorOperation => ({
  name: `${length} random octets`,
  count,
  run: () => {
    randomBytes(length)
  },
})

/** AES-128-CBC: a message of `length` octets is encrypted by one side and decrypted by the other. */
export const cbcMessage = (length: number): FloorOperation => {
  const key = randomBytes(16)
  const iv = randomBytes(16)
  const data = randomBytes(length)
  return {
    name: `AES-128-CBC of ${length} octets, both ways`,
    count: 1,
    run: () => {
      const ciphertext = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(data)
      createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(ciphertext)
    },
  }
}

/** A message that is encrypted and decrypted, the tag made and checked. */
export const gcmMessage = (length: number): FloorOperation => {
  const key = randomBytes(16)
  const iv = randomBytes(12)
  const data = randomBytes(length)
  return {
    name: `AES-128-GCM of ${length} octets, both ways`,
    count: 1,
    run: () => {
      const cipher = createCipheriv('aes-128-gcm', key, iv)
      const ciphertext = cipher.update(data)
      cipher.final()
      const decipher = createDecipheriv('aes-128-gcm', key, iv).setAuthTag(cipher.getAuthTag())
      decipher.update(ciphertext)
      decipher.final()
    },
  }
}
