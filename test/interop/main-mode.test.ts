import { beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import {
  AES_SHA1,
  AES_SHA256,
  type Authentication,
  INITIATORS,
  OUR_INSIDE,
  OUR_NAME,
  type Peers,
  type Suite,
  THEIR_INSIDE,
  THEIR_NAME,
  TRIPLE_DES_MD5,
  withPeers,
} from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'
import { type Issued, type KeyType, strongSwanCa, strongSwanCertificate } from '../support/strongswan-pki.ts'

/*
 * ikewise and strongSwan as the two ends of one tunnel (RFC 2409 §5.1 and §5.4, ESP in UDP):
 *
 *   initiator                                 responder
 *   MM1  HDR, SA                       →
 *                                      ←      MM2  HDR, SA
 *   MM3  HDR, KE, NONCE, NAT-D…        →                           strongSwan asks for CAs in MM5, ikewise like IOS here
 *                                      ←      MM4  HDR, KE, NONCE, CERTREQ…, NAT-D…
 *   MM5  HDR*, ID, [CERT,] SIG or HASH →                           from here on port 4500
 *                                      ←      MM6  HDR*, ID, [CERT,] SIG or HASH
 *   QM1 → ← QM2 → QM3, then an echo request each way in ESP
 */
describeWith({ tools: STRONGSWAN }, 'main mode with strongSwan', () => {
  let ca1: Issued
  let ca2: Issued
  const issue = (ca: Issued, name: string, type: KeyType = 'rsa') =>
    strongSwanCertificate(ca, `C=CH, O=ikewise, CN=${name}`, name, { type })

  beforeAll(() => {
    ca1 = strongSwanCa('C=CH, O=ikewise, CN=CA1')
    ca2 = strongSwanCa('C=CH, O=ikewise, CN=CA2')
  }, 120_000)

  const oneCa = (): Authentication => ({
    method: 'rsa-sig',
    trustpoints: [{ name: 'CA1', ca: ca1, identity: issue(ca1, OUR_NAME) }],
    theirs: issue(ca1, THEIR_NAME),
    theirCas: [ca1],
  })

  const expectTunnel = async ({ ikewise, strongSwan, pingFromStrongSwan }: Peers): Promise<void> => {
    await ikewise.event('ike:phase1_complete')
    await pingFromStrongSwan()
    await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
    expect(await strongSwan.sas()).toMatchObject([
      {
        state: 'ESTABLISHED',
        children: [{ child: 'net', state: 'INSTALLED', encapsulated: true, packetsIn: 2, packetsOut: 2 }],
      },
    ])
    expect(ikewise.events('ike:rejected')).toEqual([])
  }

  for (const initiator of INITIATORS) {
    for (const suite of [AES_SHA256, TRIPLE_DES_MD5]) {
      it(`comes up with RSA certificates of one CA, ${suite.name}, when ${initiator} initiates`, () =>
        withPeers({ suite, authentication: oneCa() }, async (peers) => {
          await peers.initiate(initiator)
          await expectTunnel(peers)
        }))
    }

    it(`comes up with RSA certificates of two CAs that both ends trust, when ${initiator} initiates`, () => {
      const authentication: Authentication = {
        method: 'rsa-sig',
        trustpoints: [
          { name: 'CA1', ca: ca1 },
          { name: 'CA2', ca: ca2, identity: issue(ca2, OUR_NAME) },
        ],
        theirs: issue(ca1, THEIR_NAME),
        theirCas: [ca1, ca2],
      }
      return withPeers({ authentication }, async (peers) => {
        await peers.initiate(initiator)
        await expectTunnel(peers)
      })
    })

    it(`comes up with a pre-shared key, when ${initiator} initiates`, () =>
      withPeers({ authentication: { method: 'pre-share', key: 'Xyzzy1' } }, async (peers) => {
        await peers.initiate(initiator)
        await expectTunnel(peers)
      }))

    // Each curve has its hash in HASH_I and HASH_R, whichever was negotiated (RFC 2409 §5.1, RFC 4754).
    for (const suite of [AES_SHA256, AES_SHA1]) {
      it(`comes up with ECDSA certificates on P-256, ${suite.name}, when ${initiator} initiates`, () => {
        const ca = strongSwanCa('C=CH, O=ikewise, CN=ECCA', 'ecdsa')
        const authentication: Authentication = {
          method: 'ecdsa-sig',
          trustpoints: [{ name: 'ECCA', ca, identity: issue(ca, OUR_NAME, 'ecdsa') }],
          theirs: issue(ca, THEIR_NAME, 'ecdsa'),
          theirCas: [ca],
        }
        return withPeers({ suite, authentication }, async (peers) => {
          await peers.initiate(initiator)
          await expectTunnel(peers)
        })
      })
    }
  }

  it('finds its policies and transforms among several that strongSwan proposes', () => {
    const suite: Suite = {
      ...AES_SHA256,
      proposal: 'aes256-sha512-modp4096,aes128-sha256-modp2048',
      espProposal: 'aes256-sha512,aes128-sha256',
    }
    return withPeers({ suite, authentication: { method: 'pre-share', key: 'Xyzzy1' } }, async (peers) => {
      await peers.initiate('strongSwan')
      await expectTunnel(peers)
    })
  })

  it('signs with the certificate of the CA that strongSwan asks for, which it does in MM5 only', () => {
    const authentication: Authentication = {
      method: 'rsa-sig',
      trustpoints: [
        { name: 'CA1', ca: ca1, identity: issue(ca1, OUR_NAME) },
        { name: 'CA2', ca: ca2, identity: issue(ca2, OUR_NAME) },
      ],
      theirs: issue(ca1, THEIR_NAME),
      theirCas: [ca1],
    }
    return withPeers({ authentication }, async (peers) => {
      await peers.initiate('strongSwan')
      await expectTunnel(peers)
      expect(peers.ikewise.events('ike:own_certificate')).toMatchObject([{ trustpoint: 'CA1' }])
    })
  })

  it('rejects in MM5 a certificate whose CA is not in `ca trust-point`, and sends no MM6', () => {
    const authentication: Authentication = {
      method: 'rsa-sig',
      trustpoints: [
        { name: 'CA1', ca: ca1 },
        { name: 'CA2', ca: ca2, identity: issue(ca2, OUR_NAME) },
      ],
      trustpointList: ['CA2'],
      theirs: issue(ca1, THEIR_NAME),
      theirCas: [ca1, ca2],
    }
    return withPeers({ authentication }, async ({ ikewise, strongSwan }) => {
      expect(await strongSwan.initiate('net', 2)).toBe(false)
      expect(await ikewise.event('ike:rejected')).toMatchObject({
        message: 'MM5',
        code: 'certificate-outside-profile-trustpoints',
      })
      expect(ikewise.events('ike:packet_sent').map(({ message }) => message)).not.toContain('MM6')
      expect(ikewise.events('ike:phase1_complete')).toEqual([])
    })
  })

  it('is refused in MM5 when the pre-shared keys differ', () =>
    withPeers(
      { authentication: { method: 'pre-share', key: 'Xyzzy1' }, theirKey: 'Plugh2' },
      async ({ ikewise, strongSwan }) => {
        expect(await strongSwan.initiate('net', 2)).toBe(false)
        expect(await ikewise.event('ike:rejected')).toMatchObject({ message: 'MM5', code: 'cannot-decrypt' })
        expect(ikewise.events('ike:phase1_complete')).toEqual([])
      },
    ))
})
