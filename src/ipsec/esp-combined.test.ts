import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { counting, inboundSaOf, outboundSa } from '../../test/support/ipsec.ts'
import { fromHex, toHex } from '../wire/index.ts'
import { keyLengths } from './algorithms.ts'
import { ivLength, openEsp, sealEsp } from './esp.ts'

/** A packet of ESP with AES-GCM as draft-mcgrew-gcm-test-01 gives it: an IV that is no counter, and no extended sequence numbers. */
const published = {
  key: 'feffe992 8665731c 6d6a8f94 67308308',
  salt: 'cafebabe',
  spi: '0000a5f8',
  sequence: '0000000a',
  iv: 'facedbad decaf888',
  inner: `4500003e 698f0000 80114dcc c0a80102 c0a80101 0a980035 002a2343 b2d00100 00010000 00000000
    03736970 09637962 65726369 74790264 6b000001 0001`,
  nextHeader: 1,
  sealed: `deb22cd9 b07c72c1 6e3a65be eb8df304 a5a5897d 33ae530f 1ba76d5d 114d2a5c 3de81827 c10e9a4f
    51330d0e ec416642 cfbb85a5 b47e48a4 ec3b9ba9 5d918bd1 83b70d3a a8bc6ee4 c309e9d8 5a41ad4a`,
}

describe('AES-GCM in ESP', () => {
  it('opens the published packet', () => {
    const { key, salt, spi, sequence, iv, inner, nextHeader, sealed } = published
    const out = { ...outboundSa({ encryption: 'esp-gcm 128', spi: fromHex(spi) }), encryptionKey: fromHex(key + salt) }
    const opened = openEsp(inboundSaOf(out), fromHex(spi + sequence + iv + sealed))
    expect(opened).toMatchObject({ ok: true, sequence: 10, nextHeader, inner: fromHex(inner) })
  })

  it.each([
    ['esp-gcm 128', 'aes-128-gcm', 16],
    ['esp-gcm 192', 'aes-192-gcm', 24],
    ['esp-gcm 256', 'aes-256-gcm', 32],
  ] as const)('%s is what node:crypto makes of header, IV, payload and trailer', (encryption, cipher, keyLength) => {
    const out = outboundSa({ encryption })
    const iv = fromHex('00000000 00000001')
    const nonce = Buffer.concat([out.encryptionKey.subarray(keyLength), iv])
    const encrypt = createCipheriv(cipher, out.encryptionKey.subarray(0, keyLength), nonce)
    encrypt.setAAD(fromHex('11223344 00000001'))
    const plain = Buffer.concat([counting(9), fromHex('01 01 04')])
    const body = Buffer.concat([encrypt.update(plain), encrypt.final()])
    const sealed = sealEsp(out, counting(9), 4, new Uint8Array(0))
    expect(sealed.ok && toHex(sealed.packet)).toBe(
      toHex(Buffer.concat([fromHex('11223344 00000001'), iv, body, encrypt.getAuthTag()])),
    )
  })
})

describe('AES-GMAC in ESP (RFC 4543)', () => {
  it('leaves the payload in clear, and authenticates header, IV, payload and trailer', () => {
    const out = outboundSa({ encryption: 'esp-gmac 256' })
    const covered = Buffer.concat([fromHex('11223344 00000001 00000000 00000001'), counting(9), fromHex('01 01 04')])
    const nonce = Buffer.concat([out.encryptionKey.subarray(32), fromHex('00000000 00000001')])
    const mac = createCipheriv('aes-256-gcm', out.encryptionKey.subarray(0, 32), nonce)
    mac.setAAD(covered)
    mac.final()
    const sealed = sealEsp(out, counting(9), 4, new Uint8Array(0))
    expect(sealed.ok && toHex(sealed.packet)).toBe(toHex(Buffer.concat([covered, mac.getAuthTag()])))
  })
})

describe('E4: the nonce', () => {
  it('is used once: the IV is the sequence number, and the caller has no say in it', () => {
    let association = outboundSa({ encryption: 'esp-gcm 256' })
    expect(ivLength(association)).toBe(0)
    const ivs = new Set<string>()
    for (let count = 0; count < 500; count += 1) {
      const sealed = sealEsp(association, counting(4), 4, new Uint8Array(0))
      if (!sealed.ok) throw new Error(sealed.reason)
      ivs.add(toHex(sealed.packet.subarray(8, 16)))
      association = sealed.association
    }
    expect(ivs.size).toBe(500)
    expect(() => sealEsp(association, counting(4), 4, counting(8))).toThrow(RangeError)
  })

  it('has its salt from KEYMAT, behind the key', () => {
    expect(keyLengths({ encryption: 'esp-gcm 128', authentication: null })).toEqual({
      encryption: 20,
      authentication: 0,
      total: 20,
    })
    const out = outboundSa({ encryption: 'esp-gcm 128' })
    const sealed = sealEsp(out, counting(4), 4, new Uint8Array(0))
    const otherSalt = { ...out, encryptionKey: Uint8Array.of(...out.encryptionKey.subarray(0, 16), 0, 0, 0, 0) }
    expect(sealed.ok && openEsp(inboundSaOf(otherSalt), sealed.packet)).toEqual({ ok: false, reason: 'icv-invalid' })
  })
})
