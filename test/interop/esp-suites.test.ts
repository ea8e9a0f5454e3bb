import { describe, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import {
  AES_SHA256,
  type Authentication,
  OUR_INSIDE,
  type Suite,
  THEIR_INSIDE,
  withPeers,
} from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'

/*
 * ESP with every cipher and authenticator that strongSwan's own ESP can do, a ping each way. What is written of a
 * transform, how KEYMAT is cut, and every octet of ESP are then what another implementation takes them for.
 */

/** IOS's transform set and strongSwan's proposal. */
const suites: readonly (readonly [transformSet: string, espProposal: string])[] = [
  ['esp-3des esp-sha-hmac', '3des-sha1'],
  ['esp-aes 192 esp-sha384-hmac', 'aes192-sha384'],
  ['esp-aes 256 esp-sha512-hmac', 'aes256-sha512'],
  ['esp-aes 256 esp-md5-hmac', 'aes256-md5'],
  ['esp-null esp-sha256-hmac', 'null-sha256'],
  ['esp-gcm 128', 'aes128gcm16'],
  ['esp-gcm 256', 'aes256gcm16'],
]

const authentication: Authentication = { method: 'pre-share', key: 'a-rather-long-shared-secret' }

describeWith({ tools: STRONGSWAN }, 'ESP with strongSwan', () => {
  describe.each([1, 2] as const)('negotiated with IKEv%i', (version) => {
    it.each(suites)('%s, which strongSwan calls %s, carries a ping each way', (transformSet, espProposal) => {
      const suite: Suite = { ...AES_SHA256, name: transformSet, transformSet, espProposal }
      return withPeers(
        { version, suite, authentication },
        async ({ ikewise, strongSwan, initiate, pingFromStrongSwan }) => {
          await initiate('ikewise')
          await pingFromStrongSwan()
          await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
          expect(await strongSwan.sas()).toMatchObject([
            { children: [{ state: 'INSTALLED', packetsIn: 2, packetsOut: 2 }] },
          ])
          expect(ikewise.events('ipsec:packet_dropped')).toEqual([])
        },
      )
    })
  })
})
