import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ikeV2AuthMethod, ikeV2Encryption, ikeV2Group, ikeV2Integrity, ikeV2Prf } from '../wire/index.ts'
import { dhKeyPair } from './dh.ts'
import type { DhGroupId } from './dh-groups.ts'
import type { HashName } from './hash.ts'
import { ikeV2SignAuth, ikeV2VerifyAuth } from './ikev2-auth.ts'
import { deriveIkeV2Keys, ikeV2Skeyseed } from './ikev2-keys.ts'
import { type PrfName, prfInfo } from './ikev2-prf.ts'
import {
  type IkeV2CipherName,
  type IkeV2IntegrityName,
  ikeV2CipherInfo,
  openIkeV2,
  sealIkeV2,
} from './ikev2-protection.ts'
import { labEcKey, labRsaKey } from './lab-keys.ts'

/*
 * Whatever RFC 8247 says an IKEv2 MUST or SHOULD have, by its number in IANA's registry, from the exchange of public
 * values to a message that is sealed and opened.
 */

const octets = (start: number, length: number): Uint8Array => new Uint8Array(length).map((_, i) => start + 5 * i)
const [ni, nr, spiI, spiR] = [octets(1, 32), octets(2, 32), octets(3, 8), octets(4, 8)]

/** A message from the initiator, opened by the responder, whose keys come from its own half of the exchange. */
const passes = (
  group: DhGroupId,
  prf: PrfName,
  cipher: IkeV2CipherName,
  integrity: IkeV2IntegrityName | null,
): boolean => {
  const [a, b] = [dhKeyPair(group, (n) => octets(1, n)), dhKeyPair(group, (n) => octets(2, n))]
  const [own, peer] = [a.computeShared(b.publicValue), b.computeShared(a.publicValue)]
  if (!own.ok || !peer.ok) return false
  const [sender, receiver] = [own.value, peer.value].map((shared) => {
    const skeyseed = ikeV2Skeyseed(prf, ni, nr, shared)
    const keys = deriveIkeV2Keys({ prf, skeyseed, ni, nr, spiI, spiR, cipher, integrity })
    expect(keys.skD).toHaveLength(prfInfo(prf).keyLength)
    return { cipher, integrity, encryptionKey: keys.skEi, integrityKey: keys.skAi }
  })
  if (!sender || !receiver) return false
  const head = octets(7, 32)
  const message = sealIkeV2(sender, head, octets(8, ikeV2CipherInfo(cipher).ivLength), octets(9, 50))
  const opened = openIkeV2(receiver, message, head.length)
  return opened.ok && Buffer.compare(opened.value, octets(9, 50)) === 0
}

describe('RFC 8247', () => {
  it.each<readonly [string, number, IkeV2CipherName]>([
    ['MUST', ikeV2Encryption.AES_CBC, 'aes-cbc-128'],
    ['MUST', ikeV2Encryption.AES_CBC, 'aes-cbc-256'],
    ['SHOULD', ikeV2Encryption.CHACHA20_POLY1305, 'chacha20-poly1305'],
    ['SHOULD', ikeV2Encryption.AES_GCM_16, 'aes-gcm-128'],
    ['SHOULD', ikeV2Encryption.AES_GCM_16, 'aes-gcm-256'],
    ['SHOULD', ikeV2Encryption.AES_CCM_8, 'aes-ccm-8-128'],
    ['SHOULD', ikeV2Encryption.AES_CCM_8, 'aes-ccm-8-256'],
  ])('§2.1: %s have encryption %i, %s', (_, number, cipher) => {
    expect([12, 28, 20, 14]).toContain(number)
    expect(passes(19, 'sha256', cipher, ikeV2CipherInfo(cipher).aead ? null : 'sha256')).toBe(true)
  })

  it.each<readonly [string, number, PrfName]>([
    ['MUST', ikeV2Prf.HMAC_SHA2_256, 'sha256'],
    ['SHOULD', ikeV2Prf.HMAC_SHA2_512, 'sha512'],
    ['MUST', ikeV2Prf.HMAC_SHA1, 'sha1'],
    ['SHOULD', ikeV2Prf.AES128_XCBC, 'aes-xcbc'],
  ])('§2.2: %s have PRF %i, %s', (_, number, prf) => {
    expect([5, 7, 2, 4]).toContain(number)
    expect(passes(19, prf, 'aes-gcm-128', null)).toBe(true)
  })

  it.each<readonly [string, number, IkeV2IntegrityName]>([
    ['MUST', ikeV2Integrity.HMAC_SHA2_256_128, 'sha256'],
    ['SHOULD', ikeV2Integrity.HMAC_SHA2_512_256, 'sha512'],
    ['MUST', ikeV2Integrity.HMAC_SHA1_96, 'sha1'],
    ['SHOULD', ikeV2Integrity.AES_XCBC_96, 'aes-xcbc'],
  ])('§2.3: %s have integrity %i, %s', (_, number, integrity) => {
    expect([12, 14, 2, 5]).toContain(number)
    expect(passes(19, 'sha256', 'aes-cbc-128', integrity)).toBe(true)
  })

  it.each<readonly [string, DhGroupId]>([
    ['MUST', ikeV2Group.MODP_2048],
    ['SHOULD', ikeV2Group.ECP_256],
    ['MAY, by RFC 8031,', ikeV2Group.CURVE25519],
  ])('§2.4: %s have group %i', (_, group) => {
    expect(passes(group, 'sha256', 'aes-gcm-128', null)).toBe(true)
  })

  const ed25519 = generateKeyPairSync('ed25519').privateKey
  it.each<readonly [string, number, string, KeyObject, HashName, boolean]>([
    ['MUST', ikeV2AuthMethod.RSA_SIGNATURE, 'RSA', labRsaKey(2048, 0), 'sha1', false],
    ['SHOULD', ikeV2AuthMethod.ECDSA_256, 'ECDSA on P-256', labEcKey('P-256', 0), 'sha256', false],
    ['SHOULD', ikeV2AuthMethod.ECDSA_384, 'ECDSA on P-384', labEcKey('P-384', 0), 'sha384', false],
    ['SHOULD', ikeV2AuthMethod.ECDSA_521, 'ECDSA on P-521', labEcKey('P-521', 0), 'sha512', false],
    ['SHOULD', ikeV2AuthMethod.DIGITAL_SIGNATURE, 'RSASSA-PSS', labRsaKey(2048, 0), 'sha256', true],
    ['SHOULD', ikeV2AuthMethod.DIGITAL_SIGNATURE, 'RSASSA-PKCS1', labRsaKey(2048, 0), 'sha256', false],
    ['SHOULD', ikeV2AuthMethod.DIGITAL_SIGNATURE, 'ECDSA', labEcKey('P-256', 0), 'sha256', false],
    ['MAY', ikeV2AuthMethod.DIGITAL_SIGNATURE, 'Ed25519', ed25519, 'sha512', false],
  ])('§3: %s have authentication %i with %s', (_, method, _name, key, hash, pss) => {
    const signed = octets(1, 300)
    const data = ikeV2SignAuth({ method, key, hash, pss, octets: signed })
    expect(ikeV2VerifyAuth({ method, key: createPublicKey(key), data, octets: signed }).ok).toBe(true)
  })
})
