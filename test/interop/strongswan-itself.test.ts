import { expect, it } from 'vitest'
import { withNamespaces } from '../support/namespaces.ts'
import { describeWith } from '../support/requires.ts'
import { type Settings, STRONGSWAN, StrongSwan } from '../support/strongswan.ts'
import { strongSwanCa, strongSwanCertificate } from '../support/strongswan-pki.ts'

/** Both ends are strongSwan: when this fails, the other tests of this folder say nothing about ikewise. */
describeWith({ tools: STRONGSWAN }, 'the strongSwan that the interoperation tests run against', () => {
  it('brings up main mode and quick mode with itself, carries a ping in ESP and deletes', async () => {
    const ca = strongSwanCa('C=CH, O=ikewise, CN=CA1')
    const east = strongSwanCertificate(ca, 'C=CH, O=ikewise, CN=east', 'east.test')
    const west = strongSwanCertificate(ca, 'C=CH, O=ikewise, CN=west', 'west.test')
    const connection = (
      local: string,
      remote: string,
      remoteAddress: string,
      nets: readonly [string, string],
    ): Settings => ({
      site: {
        version: 1,
        proposals: 'aes128-sha256-modp2048',
        encap: 'yes',
        remote_addrs: remoteAddress,
        local: { auth: 'pubkey', id: `${local}.test`, certs: 'own.pem' },
        remote: { auth: 'pubkey', id: `${remote}.test` },
        children: { net: { local_ts: nets[0], remote_ts: nets[1], esp_proposals: 'aes128-sha256' } },
      },
    })
    await withNamespaces(
      [
        { address: '192.0.2.1', inner: ['10.1.0.1'] },
        { address: '192.0.2.2', inner: ['10.2.0.1'] },
      ],
      async (first, second) => {
        const credentials = (own: typeof east) => ({
          x509: { 'own.pem': own.certificate },
          x509ca: { 'ca.pem': ca.certificate },
          private: { 'own.pem': own.privateKey },
        })
        const one = await StrongSwan.start(first, {
          connections: connection('east', 'west', second.address, ['10.1.0.0/24', '10.2.0.0/24']),
          credentials: credentials(east),
        })
        const two = await StrongSwan.start(second, {
          connections: connection('west', 'east', first.address, ['10.2.0.0/24', '10.1.0.0/24']),
          credentials: credentials(west),
        })

        expect(await one.initiate('net'), one.log()).toBe(true)
        await first.run('ping', '-c', '1', '-W', '5', '-I', '10.1.0.1', '10.2.0.1')
        const [sa] = await two.sas()
        expect(sa).toMatchObject({
          connection: 'site',
          state: 'ESTABLISHED',
          children: [{ child: 'net', state: 'INSTALLED', encapsulated: true, packetsIn: 1, packetsOut: 1 }],
        })

        expect(await two.terminate({ ike: 'site' })).toBe(true)
        expect(await one.sas()).toEqual([])
        await one.stop()
        await two.stop()
      },
    )
  })
})
