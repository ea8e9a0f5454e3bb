import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { labEcKey, labRsaKey } from '../crypto/index.ts'
import { spkiOf } from './key-identifier.ts'

describe('a SubjectPublicKeyInfo', () => {
  const keys = [
    ...[512, 768, 1024, 2048].map((bits) => createPublicKey(labRsaKey(bits, 0))),
    ...[3, 17, 65537].map(
      (publicExponent) => generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent }).publicKey,
    ),
    createPublicKey(labEcKey('P-256', 0)),
    createPublicKey(labEcKey('P-521', 1)),
  ]

  it.each(keys.map((key) => [key.asymmetricKeyType, key.asymmetricKeyDetails, key] as const))(
    'of %s, %o, is what OpenSSL writes',
    (_, __, key) => expect(Buffer.from(spkiOf(key))).toEqual(key.export({ format: 'der', type: 'spki' })),
  )
})
