import { describe, expect, it } from 'vitest'
import {
  authenticationNames,
  combinedNames,
  counting,
  encryptionNames,
  here,
  host,
  outboundSa,
  there,
} from '../../test/support/ipsec.ts'
import { encodeIpv4 } from '../wire/index.ts'
import { encapsulate } from './encapsulation.ts'
import { ivLength } from './esp.ts'
import { plaintextMtu } from './plaintext-mtu.ts'
import type { SecurityAssociation } from './security-association.ts'

/** Octets on the wire of a packet that is so long. */
const onWire = (association: SecurityAssociation, length: number): number => {
  const packet = encodeIpv4({ source: here, destination: there, protocol: 17, payload: new Uint8Array(length - 20) })
  const sealed = encapsulate(association, packet, counting(ivLength(association)))
  if (!sealed.ok) throw new Error(sealed.reason)
  return 20 + (association.udpEncapsulation ? 8 : 0) + sealed.packet.length
}

describe('plaintextMtu', () => {
  it.each([
    ['esp-aes 128', 'esp-sha-hmac', 1438],
    ['esp-aes 256', 'esp-sha256-hmac', 1438],
    ['esp-3des', 'esp-sha-hmac', 1446],
  ] as const)('of %s and %s in tunnel mode is what IOS prints: %i', (encryption, authentication, octets) => {
    expect(plaintextMtu(outboundSa({ encryption, authentication }), 1500)).toBe(octets)
  })

  const suites = [
    ...encryptionNames.flatMap((encryption) => authenticationNames.map((name) => [encryption, name] as const)),
    ...combinedNames.map((encryption) => [encryption, null] as const),
  ]
  it.each(suites)(
    'of %s and %s is the longest packet that fits, in both modes, in UDP and without',
    (encryption, authentication) => {
      for (const mode of ['tunnel', 'transport'] as const)
        for (const udpEncapsulation of [false, true]) {
          const ends = { localProxy: host(here), remoteProxy: host(there) }
          const association = outboundSa({ encryption, authentication, mode, udpEncapsulation, ...ends })
          const octets = plaintextMtu(association, 1500)
          expect(onWire(association, octets)).toBeLessThanOrEqual(1500)
          expect(onWire(association, octets + 1)).toBeGreaterThan(1500)
        }
    },
  )
})
