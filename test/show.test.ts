import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { command, exampleFolder } from './support/examples.ts'

/** What the document prints of its routers, blanks at both ends apart: the first certificate of each. */
const printed = {
  R1: `Certificate
Status: Available
Certificate Serial Number (hex): 03
Certificate Usage: General Purpose
Issuer:
cn=CA2
o=cisco
o=com
Subject:
Name: R1.cisco.com
IP Address: 192.168.0.1
Serial Number: 100
serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com
cn=R1
ou=IT
o=cisco
o=com
Validity Date:
start date: 13:25:01 CET Jun 17 2013
end   date: 13:25:01 CET Jun 17 2014
Associated Trustpoints: IOSCA2`,
  R2: `Certificate
Status: Available
Certificate Serial Number (hex): 02
Certificate Usage: General Purpose
Issuer:
cn=CA1
o=cisco
o=com
Subject:
Name: R2.cisco.com
IP Address: 192.168.0.2
Serial Number: 101
serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com
cn=R2
ou=IT
o=cisco
o=com
Validity Date:
start date: 13:23:49 CET Jun 17 2013
end   date: 13:23:49 CET Jun 17 2014
Associated Trustpoints: IOSCA1
Storage: nvram:CA1#2.cer`,
} as const

const example = 'ikev1-asymmetric-trustpoints'
const show = (...words: readonly string[]) => command('show', exampleFolder(example), ...words)

describe('ikewise show', () => {
  it.each(Object.entries(printed))('prints the certificates of %s as the document does', async (router, first) => {
    const { code, out, err } = await show(router, 'crypto', 'pki', 'certificates')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out.split('\n').map((line) => line.trim())
    expect(lines.slice(0, first.split('\n').length)).toEqual(first.split('\n'))
    expect(lines.filter((line) => /Certificate$/.test(line))).toEqual([
      'Certificate',
      'Certificate',
      'CA Certificate',
      'CA Certificate',
    ])
    const associated = lines.filter((line) => line.startsWith('Associated')).map((line) => line.split(' ').at(-1))
    expect(associated).toEqual(
      router === 'R1' ? ['IOSCA2', 'IOSCA1', 'IOSCA2', 'IOSCA1'] : ['IOSCA1', 'IOSCA2', 'IOSCA1', 'IOSCA2'],
    )
  })

  const commands = [
    'crypto pki certificates',
    'crypto pki trustpoints',
    'crypto isakmp policy',
    'crypto isakmp profile',
    'crypto isakmp sa',
    'crypto isakmp sa detail',
    'crypto ipsec sa',
    'crypto session',
  ]

  it.each(['R1', 'R2'].flatMap((router) => commands.map((words) => [router, words] as const)))(
    '%s %s, after R1 has brought the tunnel up',
    async (router, words) => {
      const { code, out, err } = await show(router, ...words.split(' '), '--initiator', 'R1')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      await expect(out).toMatchFileSnapshot(`golden/${example}/show/${router}/${words.replaceAll(' ', '-')}.txt`)
    },
  )

  it('shows where a failed negotiation leaves the routers', async () => {
    const { out } = await show('R1', 'cry', 'isa', 'sa', '--initiator', 'R2')
    expect(out).toMatch(/^192\.168\.0\.1 +192\.168\.0\.2 +MM_NO_STATE +\d+ ACTIVE \(deleted\)$/m)
  })

  it('says what it can show where it cannot', async () => {
    const { code, out, err } = await show('R1', 'crypto', 'gdoi')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('available here: ')
  })

  it('takes several files', async () => {
    const [first, second] = ['R1.cfg', 'R2.cfg'].map((name) => join(exampleFolder(example), name)) as [string, string]
    const { code, out, err } = await command('show', first, second, 'R2', 'crypto', 'isakmp', 'policy')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Protection suite of priority 10')
    const wrong = await command('show', first, 'R2.cnf', 'R1', 'crypto', 'isakmp', 'policy')
    expect(wrong.err).toContain(`${first}: there is no router R2.cnf`)
  })

  it('names the routers where it is asked for another', async () => {
    const { code, err } = await show('R3', 'crypto', 'session')
    expect(code).toBe(2)
    expect(err).toContain('there is no router R3')
    expect(err).toContain('the routers are R1, R2')
  })
})

describe('ikewise show, with IKEv2', () => {
  const ikeV2 = (name: string, ...words: readonly string[]) => command('show', exampleFolder(name), ...words)

  it('prints the SA of a tunnel that came up', async () => {
    const { code, out } = await ikeV2('ikev2-certificates', 'R2', 'cry', 'ike', 'sa', 'det', '--initiator', 'R1')
    expect(code).toBe(0)
    expect(out).toMatch(/^1 +192\.168\.0\.2\/500 +192\.168\.0\.1\/500 +none\/none +READY +$/m)
    expect(out).toMatch(/Encr: 3DES, PRF: MD5, Hash: MD596, DH Grp:2, Auth sign: RSA, Auth verify: RSA$/m)
    expect(out).toContain('      Initiator of SA : No\n')
  })

  it('prints the session with its child', async () => {
    const { out } = await ikeV2('ikev2-certificates', 'R1', 'crypto', 'ikev2', 'session')
    expect(out).toMatch(/^Session-id:1, Status:UP-ACTIVE, IKE count:1, CHILD count:1$/m)
    expect(out).toMatch(/^Child sa: local selector {2}192\.168\.0\.1\/0 - 192\.168\.0\.1\/65535$/m)
    expect(out).toMatch(/^ +ESP spi in\/out: 0x[0-9A-F]+\/0x[0-9A-F]+ +$/m)
  })

  it('lists overlapping profiles in the order in which the document has them searched', async () => {
    const { out } = await ikeV2('ikev2-overlapping-profiles', 'R2', 'crypto', 'ikev2', 'profile')
    expect(out.match(/^IKEv2 profile: .*$/gm)).toEqual([
      'IKEv2 profile: profile3',
      'IKEv2 profile: profile2',
      'IKEv2 profile: profile1',
    ])
  })

  it('prints proposals and policies without a negotiation', async () => {
    const proposals = await ikeV2('ikev2-certificates', 'R1', 'crypto', 'ikev2', 'proposal')
    expect(proposals.out).toContain(' IKEv2 proposal: prop-1 \n     Encryption : 3DES\n')
    const policies = await ikeV2('ikev2-certificates', 'R1', 'crypto', 'ikev2', 'policy')
    expect(policies.out).toMatch(/^ IKEv2 policy : pol-1$/m)
  })

  it('shows where a failed negotiation leaves the routers', async () => {
    const { out } = await ikeV2('ikev2-asymmetric-trustpoints', 'R2', 'cry', 'ikev2', 'sa', '--initiator', 'R2')
    expect(out).toMatch(/^1 +192\.168\.0\.2\/500 +192\.168\.0\.1\/500 +none\/none +DELETE +$/m)
  })
})
