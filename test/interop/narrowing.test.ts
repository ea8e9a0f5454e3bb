import { describe, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import {
  AES_SHA256,
  type Authentication,
  INITIATORS,
  OUR_INSIDE,
  THEIR_INSIDE,
  withPeers,
} from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'

/*
 * Traffic selectors that are no mirror images (RFC 7296 §2.9). Our crypto map protects 10.1.0.0/24 to 10.2.0.0/24; what
 * strongSwan has instead stands in each test. Both ends end with the part that they have in common, whoever begins.
 */

const authentication: Authentication = { method: 'pre-share', key: 'a-rather-long-shared-secret' }

const network = (address: string, mask: string) => ({ address, mask, protocol: 0, port: 0 })
const whole = '255.255.255.0'

describeWith({ tools: STRONGSWAN }, "IKEv2's traffic selectors with strongSwan", () => {
  describe.each(INITIATORS)('when %s initiates', (initiator) => {
    it.each([
      ['a wider network', '10.2.0.0/16', '10.1.0.0/24', network('10.2.0.0', whole), network('10.1.0.0', whole)],
      ['everything', '0.0.0.0/0', '0.0.0.0/0', network('10.2.0.0', whole), network('10.1.0.0', whole)],
      [
        'a narrower network',
        '10.2.0.0/25',
        '10.1.0.0/30',
        network('10.2.0.0', '255.255.255.128'),
        network('10.1.0.0', '255.255.255.252'),
      ],
      [
        'one host, and networks that we have not',
        '10.2.0.1/32,10.9.0.0/24',
        '10.1.0.0/24',
        network('10.2.0.1', '255.255.255.255'),
        network('10.1.0.0', whole),
      ],
    ])('%s there: %s to %s', (_, local, remote, theirs, ours) =>
      withPeers(
        { version: 2, suite: AES_SHA256, authentication, child: { local_ts: local, remote_ts: remote } },
        async ({ ikewise, initiate, pingFromStrongSwan }) => {
          await initiate(initiator)
          expect(ikewise.events('ipsec:sa_installed')).toMatchObject([
            { localProxy: ours, remoteProxy: theirs },
            { localProxy: ours, remoteProxy: theirs },
          ])
          await pingFromStrongSwan()
          await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
        },
      ),
    )
  })

  it('with nothing in common are refused, and strongSwan is told so', () =>
    withPeers(
      { version: 2, suite: AES_SHA256, authentication, child: { local_ts: '10.9.0.0/24' } },
      async ({ ikewise, strongSwan }) => {
        await strongSwan.initiate('net').catch(() => undefined)
        const refused = await ikewise.event('ike:rejected')
        expect(refused).toMatchObject({ code: 'proxy-identities-not-supported', notify: 'TS_UNACCEPTABLE' })
        expect(ikewise.events('ipsec:sa_installed')).toEqual([])
      },
    ))
})
