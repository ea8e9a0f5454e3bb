import { describe, expect, it } from 'vitest'
import { accepted, notices } from '../../../test/support/ios-configuration.ts'

const tunnel = (protection: string): string => `interface Tunnel1
 tunnel source 192.0.2.1
 tunnel destination 192.0.2.2
 tunnel protection ipsec profile ${protection}
`

const transport = {
  name: 'default',
  encryption: 'esp-aes 128',
  authentication: 'esp-sha-hmac',
  mode: 'transport',
}

describe('smart defaults of IPsec', () => {
  it('give a tunnel the profile default, and that the transform set default', () => {
    const { ipsec } = accepted(tunnel('default'))
    expect(ipsec.transformSets).toMatchObject([transport])
    expect(ipsec.profiles).toMatchObject([{ name: 'default', transformSets: [{ name: 'default', at: { line: 4 } }] }])
    expect(notices(tunnel('default'))).toEqual([])
  })

  it('give their transform set to a profile and to a crypto map entry that name none', () => {
    const { ipsec } = accepted('crypto ipsec profile P\n set pfs group14\ncrypto map M 1 ipsec-isakmp\n')
    expect(ipsec.profiles).toMatchObject([{ name: 'P', transformSets: [{ name: 'default' }] }])
    expect(ipsec.cryptoMaps).toMatchObject([{ name: 'M', transformSets: [{ name: 'default' }] }])
    expect(ipsec.transformSets).toMatchObject([transport])
  })

  it('yield to what the user configures under their names', () => {
    const own =
      'crypto ipsec transform-set default esp-gcm\n mode tunnel\ncrypto ipsec profile default\n set pfs group19\n'
    const { ipsec } = accepted(`${own}${tunnel('default')}`)
    expect(ipsec.transformSets).toMatchObject([{ name: 'default', encryption: 'esp-gcm 128', mode: 'tunnel' }])
    expect(ipsec.profiles).toMatchObject([{ name: 'default', pfs: 19, transformSets: [{ name: 'default' }] }])
  })

  it('stand nowhere where nothing uses them', () => {
    const { ipsec } = accepted(
      'crypto ipsec transform-set T esp-aes esp-sha-hmac\ncrypto ipsec profile P\n set transform-set T\n',
    )
    expect(ipsec.transformSets.map(({ name }) => name)).toEqual(['T'])
    expect(ipsec.profiles.map(({ name }) => name)).toEqual(['P'])
  })

  it('are gone where they are turned off, and whatever relies on them is told of', () => {
    const off = 'no crypto ipsec transform-set default\nno crypto ipsec profile default\n'
    const text = `${off}crypto ipsec profile P\n set pfs group14\ncrypto map M 1 ipsec-isakmp\n match address A\n set peer 192.0.2.2\nip access-list extended A\n permit ip any any\n`
    expect(accepted(text).ipsec).toMatchObject({ transformSets: [], profiles: [{ name: 'P', transformSets: [] }] })
    expect(notices(text)).toMatchObject([expect.stringMatching(/no "set transform-set"/)])
  })
})

describe('the smart default proposal of IKEv2', () => {
  it('is as it was where its name stands without a line', () => {
    expect(accepted('crypto ikev2 proposal default\n').ikev2?.proposals ?? []).toEqual([])
    expect(notices('crypto ikev2 proposal default\n')).toEqual([])
  })
})
