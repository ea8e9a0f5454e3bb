import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { keyPairOf } from '../../src/crypto/index.ts'
import { identityName, issueCertificate, parseCertificate } from '../../src/pki/index.ts'
import { describeWith } from '../support/requires.ts'
import { type Authentication, INITIATORS, OUR_NAME, THEIR_NAME, WEB, withPeers } from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'
import { derOf, type Issued, strongSwanCa, strongSwanCertificate, strongSwanCrl } from '../support/strongswan-pki.ts'

/** Each side's certificates and revocation lists, read by the other. */
describeWith({ tools: STRONGSWAN }, 'certificates between ikewise and strongSwan', () => {
  let ca: Issued
  let theirs: Issued

  beforeAll(() => {
    ca = strongSwanCa('C=CH, O=ikewise, CN=CA1')
    theirs = strongSwanCertificate(ca, `C=CH, O=ikewise, CN=${THEIR_NAME}`, THEIR_NAME, { crl: WEB })
  }, 120_000)

  const authentication = (identity: Issued): Authentication => ({
    method: 'rsa-sig',
    trustpoints: [{ name: 'CA1', ca, identity }],
    theirs,
    theirCas: [ca],
  })

  for (const initiator of INITIATORS) {
    it(`strongSwan takes a certificate that ikewise issued, named as IOS names it, when ${initiator} initiates`, () =>
      withPeers({ authentication: authentication(issuedByIkewise(ca)) }, async ({ initiate, ikewise }) => {
        await initiate(initiator)
        expect(await ikewise.event('ike:own_certificate')).toMatchObject({
          subject: `serialNumber=100+ipaddress=192.0.2.1+hostname=${OUR_NAME},cn=R1,ou=IT,o=ikewise`,
        })
      }))
  }

  for (const version of [1, 2] as const)
    it.each(INITIATORS)(
      `each end trusts the root, and takes the other's intermediate from IKEv${version}, when %s initiates`,
      (initiator) => {
        const below = (name: string): Issued =>
          strongSwanCertificate(ca, `C=CH, O=ikewise, CN=${name}`, name, { isCa: true })
        const [ours, theirsBelow] = [below('East'), below('West')]
        const leaf = (issuer: Issued, name: string): Issued =>
          strongSwanCertificate(issuer, `C=CH, O=ikewise, CN=${name}`, name)
        const withChains: Authentication = {
          method: 'rsa-sig',
          trustpoints: [{ name: 'CA1', ca, identity: leaf(ours, OUR_NAME), chain: [ours] }],
          theirs: leaf(theirsBelow, THEIR_NAME),
          theirCas: [ca, theirsBelow],
        }
        return withPeers(
          { version, authentication: withChains },
          async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
            await initiate(initiator)
            await pingFromStrongSwan()
            const validated = version === 1 ? 'pki:validation_succeeded' : 'ike:v2_validation_ended'
            expect(ikewise.events(validated)).toMatchObject([{ trustpoint: 'CA1' }])
            expect(strongSwan.log()).toMatch(/received issuer cert "C=CH, O=ikewise, CN=East"/)
          },
        )
      },
    )

  it.each(INITIATORS)('long messages travel in fragments, when %s initiates', (initiator) => {
    // Names as long as this one make MM5 and MM6 longer than what ikewise sends in one piece.
    const identity = issuedByIkewise(ca, 'CN=R1,OU=a unit with a name that is longer than most,O=ikewise')
    const site = { authentication: authentication(identity), globalLines: ['crypto isakmp fragmentation'] }
    return withPeers({ ...site, fragmentSize: 600 }, async ({ initiate, strongSwan }) => {
      await initiate(initiator)
      expect(strongSwan.log()).toMatch(/splitting IKE message/)
      // As a responder strongSwan announces fragmentation only to a peer that did so in MM1; ikewise does so in MM3.
      if (initiator === 'strongSwan') expect(strongSwan.log()).toMatch(/received fragment #2/)
    })
  })

  it('ikewise fetches the CRL that a certificate names, and takes the certificate that is not in it', () => {
    const site = { authentication: authentication(issuedByIkewise(ca)), revocationCheck: 'crl' }
    return withPeers({ ...site, web: derOf(strongSwanCrl(ca, [])) }, async ({ initiate, ikewise }) => {
      await initiate('strongSwan')
      expect(ikewise.events('pki:crl_received')).toMatchObject([{ url: WEB, entries: 0 }])
    })
  })

  it('ikewise rejects a certificate that the CRL revokes', () => {
    const site = { authentication: authentication(issuedByIkewise(ca)), revocationCheck: 'crl' }
    return withPeers({ ...site, web: derOf(strongSwanCrl(ca, [theirs])) }, async ({ ikewise, strongSwan }) => {
      expect(await strongSwan.initiate('net', 2)).toBe(false)
      expect(ikewise.events('pki:crl_received')).toMatchObject([{ url: WEB, entries: 1 }])
      expect(await ikewise.event('ike:rejected')).toMatchObject({ message: 'MM5', code: 'revoked' })
    })
  })
})

/** What the lab's CA would issue to a router that enrolled with serial number, address and host name. */
function issuedByIkewise(ca: Issued, subjectName = 'CN=R1,OU=IT,O=ikewise'): Issued {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const authority = parseCertificate(derOf(ca.certificate))
  const subject = identityName({
    subjectName,
    serialNumber: '100',
    ipAddress: '192.0.2.1',
    fqdn: OUR_NAME,
  })
  if (!authority.ok || !subject.ok) throw new Error('the names and the certificate above are well formed')
  const { der } = issueCertificate({
    version: 3,
    serial: '03',
    subject: subject.value,
    issuer: authority.value.subject,
    notBefore: Date.now() - 60_000,
    notAfter: Date.now() + 86_400_000,
    keys: keyPairOf(privateKey),
    issuerKeys: keyPairOf(createPrivateKey(ca.privateKey)),
    hash: 'sha256',
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    dns: [OUR_NAME],
  })
  const certificate = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
  return { certificate, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}
