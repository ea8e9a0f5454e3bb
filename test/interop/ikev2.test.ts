import { beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import {
  AES_SHA256,
  type Authentication,
  INITIATORS,
  OUR_INSIDE,
  OUR_NAME,
  type Peers,
  type Site,
  type Suite,
  THEIR_INSIDE,
  THEIR_NAME,
  TRIPLE_DES_MD5,
  withPeers,
} from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'
import { type Issued, type KeyType, strongSwanCa, strongSwanCertificate } from '../support/strongswan-pki.ts'
import { until } from '../support/until.ts'

/*
 * ikewise and strongSwan as the two ends of one IKEv2 tunnel (RFC 7296, ESP in UDP):
 *
 *   initiator                                        responder
 *   IKE_SA_INIT  SA, KE, N, NAT-D…            →
 *                                             ←      IKE_SA_INIT  SA, KE, N, NAT-D…, [CERTREQ]
 *   IKE_AUTH     SK {IDi, [CERT…,] [CERTREQ,]
 *                    AUTH, SA, TSi, TSr}      →                            from here on port 4500
 *                                             ←      IKE_AUTH     SK {IDr, [CERT…,] AUTH, SA, TSi, TSr}
 *   then an echo request each way in ESP
 */

const GCM_P256: Suite = {
  name: 'AES-GCM-128, group 19',
  policy: [],
  proposal: 'aes128gcm16-prfsha256-ecp256',
  transformSet: 'esp-aes esp-sha256-hmac',
  espProposal: 'aes128-sha256',
  ikev2: ['encryption aes-gcm-128', 'prf sha256', 'group 19'],
}

const GCM_X25519: Suite = {
  name: 'AES-GCM-256, group 31',
  policy: [],
  proposal: 'aes256gcm16-prfsha384-x25519',
  transformSet: 'esp-aes 256 esp-sha256-hmac',
  espProposal: 'aes256-sha256',
  ikev2: ['encryption aes-gcm-256', 'prf sha384', 'group 31'],
}

describeWith({ tools: STRONGSWAN }, 'IKEv2 with strongSwan', () => {
  let ca1: Issued
  let ca2: Issued
  const issue = (ca: Issued, name: string, type: KeyType = 'rsa') =>
    strongSwanCertificate(ca, `C=CH, O=ikewise, CN=${name}`, name, { type })

  beforeAll(() => {
    ca1 = strongSwanCa('C=CH, O=ikewise, CN=CA1')
    ca2 = strongSwanCa('C=CH, O=ikewise, CN=CA2')
  }, 120_000)

  const preShared: Site = { version: 2, authentication: { method: 'pre-share', key: 'Xyzzy1' } }
  const oneCa = (): Authentication => ({
    method: 'rsa-sig',
    trustpoints: [{ name: 'CA1', ca: ca1, identity: issue(ca1, OUR_NAME) }],
    theirs: issue(ca1, THEIR_NAME),
    theirCas: [ca1],
  })

  const expectTraffic = async ({ ikewise, strongSwan, pingFromStrongSwan }: Peers): Promise<void> => {
    await ikewise.event('ike:v2_sa_established')
    await pingFromStrongSwan()
    await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
    // strongSwan keeps the inbound half of a child that was renewed for a few seconds.
    const installed = { child: 'net', state: 'INSTALLED', encapsulated: true }
    expect(await strongSwan.sas()).toMatchObject([
      { state: 'ESTABLISHED', children: expect.arrayContaining([expect.objectContaining(installed)]) },
    ])
    expect(ikewise.events('ike:rejected')).toEqual([])
  }

  for (const initiator of INITIATORS) {
    for (const suite of [AES_SHA256, GCM_P256, GCM_X25519, TRIPLE_DES_MD5])
      it(`comes up with a shared key, ${suite.name}, when ${initiator} initiates`, () =>
        withPeers({ ...preShared, suite }, async (peers) => {
          await peers.initiate(initiator)
          await expectTraffic(peers)
        }))

    it(`comes up with RSA certificates of one CA by method 1, when ${initiator} initiates`, () =>
      withPeers({ version: 2, authentication: oneCa() }, async (peers) => {
        await peers.initiate(initiator)
        await expectTraffic(peers)
        expect(peers.ikewise.events('ike:v2_peer_method')).toMatchObject([{ method: 'RSA', number: 1 }])
      }))

    it(`comes up with the certificate of either CA, whichever was enrolled last, when ${initiator} initiates`, async () => {
      for (const newest of [ca1, ca2]) {
        const trustpoint = (name: string, ca: Issued) => ({ name, ca, identity: issue(ca, OUR_NAME) })
        const both = [trustpoint('CA1', ca1), trustpoint('CA2', ca2)]
        const authentication: Authentication = {
          method: 'rsa-sig',
          trustpoints: newest === ca2 ? both : both.toReversed(),
          theirs: issue(ca1, THEIR_NAME),
          theirCas: [ca1, ca2],
        }
        await withPeers({ version: 2, authentication }, async (peers) => {
          await peers.initiate(initiator)
          await expectTraffic(peers)
        })
      }
    })

    it(`comes up with ECDSA certificates on P-256, when ${initiator} initiates`, () => {
      const ca = strongSwanCa('C=CH, O=ikewise, CN=ECCA', 'ecdsa')
      const authentication: Authentication = {
        method: 'ecdsa-sig',
        trustpoints: [{ name: 'ECCA', ca, identity: issue(ca, OUR_NAME, 'ecdsa') }],
        theirs: issue(ca, THEIR_NAME, 'ecdsa'),
        theirCas: [ca],
      }
      return withPeers({ version: 2, authentication }, async (peers) => {
        await peers.initiate(initiator)
        await expectTraffic(peers)
        expect(peers.ikewise.events('ike:v2_peer_method')).toMatchObject([{ method: 'ECDSA', number: 9 }])
      })
    })

    it(`answers and asks in fragments, when ${initiator} initiates`, () =>
      withPeers(
        {
          version: 2,
          authentication: oneCa(),
          globalLines: ['crypto ikev2 fragmentation mtu 700'],
          connection: { fragmentation: 'yes' },
          fragmentSize: 700,
        },
        async (peers) => {
          await peers.initiate(initiator)
          await expectTraffic(peers)
          expect(peers.ikewise.events('ike:v2_fragmented')).not.toEqual([])
          expect(peers.strongSwan.log()).toMatch(/received fragment #2/)
        },
      ))
  }

  it('asks for a cookie while half-open SAs stand, and strongSwan brings it back', () =>
    withPeers({ ...preShared, globalLines: ['crypto ikev2 cookie-challenge 0'] }, async (peers) => {
      await peers.initiate('strongSwan')
      await expectTraffic(peers)
      expect(peers.ikewise.events('ike:v2_cookie').map(({ what }) => what)).toEqual(['asked for', 'good'])
    }))

  it('brings strongSwan the cookie that it asks for', () =>
    withPeers({ ...preShared, cookieThreshold: 1 }, async (peers) => {
      await peers.leaveHalfOpen()
      await peers.initiate('ikewise')
      await peers.ikewise.event('ike:v2_sa_established')
      await peers.pingFromStrongSwan()
      expect(peers.ikewise.events('ike:v2_cookie').map(({ what }) => what)).toEqual(['returned'])
    }))

  it('changes to the group that strongSwan wants', () =>
    withPeers(
      {
        ...preShared,
        suite: { ...AES_SHA256, ikev2: ['encryption aes-cbc-128', 'integrity sha256', 'group 5 14'] },
      },
      async (peers) => {
        await peers.initiate('ikewise')
        await expectTraffic(peers)
        expect(peers.ikewise.events('ike:v2_group_changed')).toMatchObject([{ from: 5, to: 14 }])
      },
    ))

  it('makes strongSwan change to the group that ikewise wants', () =>
    withPeers(
      { ...preShared, suite: { ...AES_SHA256, proposal: 'aes128-sha256-modp1536-modp2048' } },
      async (peers) => {
        await peers.initiate('strongSwan')
        await expectTraffic(peers)
        expect(peers.ikewise.events('ike:v2_group_changed')).toMatchObject([{ from: 5, to: 14 }])
      },
    ))

  for (const initiator of INITIATORS)
    it(`renews a child with perfect forward secrecy when strongSwan asks, ${initiator} having initiated`, () =>
      withPeers(
        { ...preShared, pfs: ['group14', 'modp2048'], child: { rekey_time: '3s', life_time: '60s', rand_time: 0 } },
        async (peers) => {
          await peers.initiate(initiator)
          await peers.ikewise.event('ike:v2_child_created', { fits: ({ rekeyed }) => rekeyed, limit: 20_000 })
          await expectTraffic(peers)
        },
      ))

  it('renews a child itself when its lifetime nears its end', () =>
    withPeers(
      {
        ...preShared,
        globalLines: ['crypto ipsec security-association lifetime seconds 120'],
        child: { rekey_time: 0 },
      },
      async (peers) => {
        await peers.initiate('ikewise')
        const old = peers.ikewise.spis()
        peers.ikewise.rekey('child')
        await peers.ikewise.event('ike:v2_child_deleted')
        await expectTraffic(peers)
        expect(peers.ikewise.spis()).toHaveLength(2)
        expect(peers.ikewise.spis()).not.toEqual(old)
      },
    ))

  it('renews the IKE SA when strongSwan asks, and the child lives on', () =>
    withPeers({ ...preShared, connection: { rekey_time: '3s', over_time: '60s', rand_time: 0 } }, async (peers) => {
      await peers.initiate('ikewise')
      const old = peers.ikewise.spis()
      await peers.ikewise.event('ike:v2_sa_deleted', { limit: 20_000 })
      await expectTraffic(peers)
      expect(peers.ikewise.spis()).toEqual(old)
    }))

  it('renews the IKE SA itself, and the child lives on', () =>
    withPeers(preShared, async (peers) => {
      await peers.initiate('strongSwan')
      const old = peers.ikewise.spis()
      peers.ikewise.rekey('ike')
      await peers.ikewise.event('ike:v2_sa_deleted')
      await expectTraffic(peers)
      expect(peers.ikewise.spis()).toEqual(old)
    }))

  it('both ends delete: whoever asks, nothing is left', async () => {
    for (const who of INITIATORS)
      await withPeers(preShared, async (peers) => {
        await peers.initiate('ikewise')
        if (who === 'ikewise') peers.ikewise.clear()
        else expect(await peers.strongSwan.terminate({ ike: 'site' })).toBe(true)
        await peers.ikewise.event('ike:v2_sa_deleted')
        await until('strongSwan has no SA left', async () => (await peers.strongSwan.sas()).length === 0)
        expect(peers.ikewise.spis()).toEqual([])
      })
  })

  it('asks whether strongSwan lives, and answers when strongSwan asks', () =>
    withPeers(
      { ...preShared, globalLines: ['crypto ikev2 dpd 10 2 periodic'], connection: { dpd_delay: '2s' } },
      async (peers) => {
        await peers.initiate('ikewise')
        await peers.ikewise.event('ike:v2_packet_received', {
          fits: ({ message }) => message === 'INFORMATIONAL request',
          limit: 20_000,
        })
        expect(await peers.strongSwan.sas()).toMatchObject([{ state: 'ESTABLISHED' }])
      },
    ))

  it.each(INITIATORS)('a wrong shared key is refused with AUTHENTICATION_FAILED, when %s initiates', (initiator) =>
    withPeers({ ...preShared, theirKey: 'Plugh2' }, async ({ ikewise, strongSwan }) => {
      if (initiator === 'ikewise') ikewise.initiate()
      else void strongSwan.initiate('net').catch(() => {})
      if (initiator === 'ikewise')
        await ikewise.event('ike:v2_notify_received', {
          fits: ({ notify }) => notify === 'AUTHENTICATION_FAILED',
        })
      else expect(await ikewise.event('ike:rejected')).toMatchObject({ code: 'shared-key-mismatch' })
    }),
  )

  it.each(INITIATORS)('both sign by RFC 7427, with RSA and with ECDSA, when %s initiates', async (initiator) => {
    const ecCa = strongSwanCa('C=CH, O=ikewise, CN=ECCA', 'ecdsa')
    const elliptic: Authentication = {
      method: 'ecdsa-sig',
      trustpoints: [{ name: 'ECCA', ca: ecCa, identity: issue(ecCa, OUR_NAME, 'ecdsa') }],
      theirs: issue(ecCa, THEIR_NAME, 'ecdsa'),
      theirCas: [ecCa],
    }
    for (const authentication of [oneCa(), elliptic])
      await withPeers({ version: 2, authentication, digitalSignatures: true }, async (peers) => {
        await peers.initiate(initiator)
        await expectTraffic(peers)
        expect(peers.ikewise.events('ike:v2_peer_method')).toMatchObject([{ number: 14 }])
        expect(peers.ikewise.events('ike:v2_own_authentication')).toMatchObject([{ method: 'Digital Signature' }])
      })
  })
})
