import { describe, expect, it } from 'vitest'
import type { IpsecProfile } from '../../ipsec/index.ts'
import type { IkeV2Configuration, IkeV2Profile } from '../../selection/index.ts'
import type { RouterConfiguration } from '../configuration.ts'
import { showIkeV2Policy, showIkeV2Profile, showIkeV2Proposal } from './ikev2-configuration.ts'
import { showIkeV2Sa, showIkeV2Session } from './ikev2-sa.ts'
import { showCryptoSession } from './session.ts'
import { showCommand } from './show-command.ts'
import type { IkeV2ChildState, IkeV2SaState, IpsecFlowState, ShowState } from './state.ts'

const at = { router: 'R2', file: 'R2.cfg', line: 1, text: '' }

const host = (address: string) => ({ start: address, end: address, protocol: 47, startPort: 0, endPort: 65535 })

const child: IkeV2ChildState = {
  local: [host('192.168.0.1')],
  remote: [host('192.168.0.2')],
  inboundSpi: '0448c5b0',
  outboundSpi: '0x41ccf09e',
  encryption: 'esp-aes 256',
  authentication: 'esp-sha256-hmac',
  mode: 'tunnel',
}

const sa: IkeV2SaState = {
  id: 1,
  sessionId: 3,
  local: '192.168.0.1',
  localPort: 500,
  remote: '192.168.0.2',
  remotePort: 500,
  role: 'initiator',
  status: 'READY',
  agreed: { encryption: 'aes-cbc-256', integrity: 'sha256', prf: 'sha256', group: 14 },
  authSign: 'RSA',
  authVerify: 'RSA',
  lifetime: 86400,
  activeSeconds: 53,
  localSpi: '6f86196ab2c574e3',
  remoteSpi: '74ad695cf23c4805',
  localId: '192.168.0.1',
  remoteId: '192.168.0.2',
  nextMessageIds: { local: 2, remote: 0 },
  window: { local: 5, remote: 5 },
  deadPeerDetection: null,
  behindNat: 'none',
  fragmentationMtu: null,
  profile: 'profile1',
  children: [child],
}

const opening: IkeV2SaState = {
  ...sa,
  status: 'IN-NEG',
  agreed: null,
  authSign: null,
  authVerify: null,
  remoteId: null,
  activeSeconds: 0,
  children: [],
}

const plain = `Tunnel-id Local                 Remote                fvrf/ivrf            Status ${''}
1         192.168.0.1/500       192.168.0.2/500       none/none            READY  ${''}
      Encr: AES-CBC, keysize: 256, PRF: SHA256, Hash: SHA256, DH Grp:14, Auth sign: RSA, Auth verify: RSA
      Life/Active Time: 86400/53 sec
`

const detail = `      CE id: 1001, Session-id: 3
      Status Description: Negotiation done
      Local spi: 6F86196AB2C574E3       Remote spi: 74AD695CF23C4805
      Local id: 192.168.0.1
      Remote id: 192.168.0.2
      Local req msg id:  2              Remote req msg id:  0         ${''}
      Local next msg id: 2              Remote next msg id: 0         ${''}
      Local req queued:  2              Remote req queued:  0         ${''}
      Local window:      5              Remote window:      5         ${''}
      DPD configured for 0 seconds, retry 0
      Fragmentation not  configured.
      Extended Authentication not configured.
      NAT-T is not detected  ${''}
      Cisco Trust Security SGT is disabled
      Initiator of SA : Yes
`

const table = (text: string): string => ` IPv4 Crypto IKEv2  SA ${''}

${text}
 IPv6 Crypto IKEv2  SA ${''}

`

describe('show crypto ikev2 sa', () => {
  it('has a table for each SA', () => {
    expect(showIkeV2Sa([sa])).toBe(table(plain))
    expect(showIkeV2Sa([sa, sa])).toBe(table(`${plain}\n${plain}`))
  })

  it('gives identities, message ids and what the ends can do in detail', () => {
    expect(showIkeV2Sa([sa], { detail: true })).toBe(table(`${plain}${detail}`))
  })

  it('prints nothing without SAs', () => {
    expect(showIkeV2Sa([])).toBe('')
    expect(showIkeV2Session([])).toBe('')
  })

  it('has numbers in place of algorithms until they are agreed', () => {
    expect(showIkeV2Sa([opening])).toContain(
      '      Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0\n',
    )
    expect(showIkeV2Sa([opening])).toContain('none/none            IN-NEG \n')
  })

  it.each([
    ['aes-gcm-128', null, 'AES-GCM, keysize: 128, PRF: SHA384, Hash: None'],
    ['3des', 'md5', '3DES, PRF: SHA384, Hash: MD596'],
    ['des', 'sha1', 'DES, PRF: SHA384, Hash: SHA96'],
  ] as const)('names %s', (encryption, integrity, text) => {
    const agreed = { encryption, integrity, prf: 'sha384', group: 19 } as const
    expect(showIkeV2Sa([{ ...sa, agreed }])).toContain(`      Encr: ${text}, DH Grp:19, Auth sign: RSA`)
  })

  it.each([
    [{ ...sa, status: 'DELETE' }, 'Deleting IKE SA'],
    [{ ...opening, role: 'initiator' }, 'Initiator waiting for INIT response'],
    [{ ...opening, agreed: sa.agreed }, 'Initiator waiting for AUTH response'],
    [{ ...opening, role: 'responder' }, 'Responder waiting for AUTH message'],
  ] as const)('describes the status %#', (one, text) => {
    expect(showIkeV2Sa([one], { detail: true })).toContain(`      Status Description: ${text}\n`)
  })

  it.each([
    ['self', 'inside'],
    ['peer', 'outside'],
  ] as const)('says that NAT is met: %s', (behindNat, text) => {
    expect(showIkeV2Sa([{ ...sa, behindNat }], { detail: true })).toContain(`      NAT-T is detected ${text} \n`)
  })

  it('tells of DPD, fragments and the other role', () => {
    const other = {
      ...sa,
      role: 'responder',
      deadPeerDetection: { interval: 10, retry: 2 },
      fragmentationMtu: 1400,
      remoteId: null,
    } as const
    const text = showIkeV2Sa([other], { detail: true })
    expect(text).toContain('      DPD configured for 10 seconds, retry 2\n')
    expect(text).toContain('      IETF Std Fragmentation  enabled.\n')
    expect(text).toContain('      IETF Std Fragmentation MTU in use: 1372 bytes.\n')
    expect(text).toContain('      Initiator of SA : No\n')
    expect(text).not.toContain('Remote id:')
  })
})

describe('show crypto ikev2 session', () => {
  const session = (text: string): string => ` IPv4 Crypto IKEv2 Session ${''}

Session-id:3, Status:UP-ACTIVE, IKE count:1, CHILD count:1

${text}
 IPv6 Crypto IKEv2 Session ${''}

`
  const children = `Child sa: local selector  192.168.0.1/0 - 192.168.0.1/65535
          remote selector 192.168.0.2/0 - 192.168.0.2/65535
          ESP spi in/out: 0x448C5B0/0x41CCF09E  ${''}
`

  it('puts the children below their SA', () => {
    expect(showIkeV2Session([sa])).toBe(session(`${plain}${children}`))
  })

  it('gives their algorithms in detail', () => {
    expect(showIkeV2Session([sa], { detail: true })).toBe(
      session(`${plain}${detail}${children}          AH spi in/out: 0x0/0x0  ${''}
          CPI in/out: 0x0/0x0  ${''}
          Encr: AES-CBC, keysize: 256, esp_hmac: SHA256
          ah_hmac: None, comp: IPCOMP_NONE, mode tunnel
`),
    )
  })

  it.each([
    ['esp-3des', 'esp-md5-hmac', 'Encr: 3DES, esp_hmac: MD596'],
    ['esp-aes 128', 'esp-sha-hmac', 'Encr: AES-CBC, keysize: 128, esp_hmac: SHA96'],
    ['esp-gcm 256', null, 'Encr: AES-GCM, keysize: 256, esp_hmac: None'],
    ['esp-null', 'esp-sha512-hmac', 'Encr: NULL, esp_hmac: SHA512'],
  ] as const)('names %s', (encryption, authentication, text) => {
    const other = { ...child, encryption, authentication }
    expect(showIkeV2Session([{ ...sa, children: [other] }], { detail: true })).toContain(`          ${text}\n`)
  })

  it('counts SAs and children of one session together, renewed ones too', () => {
    const renewed = { ...sa, id: 2, children: [] }
    const text = showIkeV2Session([sa, renewed, { ...opening, id: 3, sessionId: 4 }])
    expect(text.match(/^Session-id.*$/gm)).toEqual([
      'Session-id:3, Status:UP-ACTIVE, IKE count:2, CHILD count:1',
      'Session-id:4, Status:DOWN-NEGOTIATING, IKE count:1, CHILD count:0',
    ])
    expect(showIkeV2Session([renewed])).toContain('Status:UP-IDLE')
  })

  it('lists every selector of a child', () => {
    const two = { ...child, local: [host('10.0.0.1'), host('10.0.0.2')] }
    expect(showIkeV2Session([{ ...sa, children: [two] }])).toContain(
      'Child sa: local selector  10.0.0.1/0 - 10.0.0.1/65535\n          local selector  10.0.0.2/0 - 10.0.0.2/65535\n',
    )
  })
})

describe('show crypto session with IKEv2', () => {
  const proxy = (address: string) => ({ address, mask: '255.255.255.255', protocol: 47, port: 0 })
  const flow: IpsecFlowState = {
    interface: 'Tunnel1',
    map: 'Tunnel1-head-0',
    local: '192.168.0.1',
    remote: '192.168.0.2',
    remotePort: 4500,
    localProxy: proxy('192.168.0.1'),
    remoteProxy: proxy('192.168.0.2'),
    pfsGroup: null,
    packets: { encapsulated: 0, decapsulated: 0, sendErrors: 0, receiveErrors: 0 },
    mtu: { plaintext: 1438, path: 1500, interface: 'Ethernet0/0' },
    upFor: null,
    inbound: [],
    outbound: [],
  }

  it('names version, session and profile of its SA', () => {
    const text = showCryptoSession({ isakmpSas: [], ikev2Sas: [sa], ipsecFlows: [flow] })
    expect(text).toContain('Profile: profile1\nSession status: UP-IDLE')
    expect(text).toContain(
      '  Session ID: 3  \n  IKEv2 SA: local 192.168.0.1/500 remote 192.168.0.2/500 Active \n  IPSEC FLOW',
    )
  })

  it('gives identity, abilities and what is left of its life in detail', () => {
    const able = {
      ...sa,
      deadPeerDetection: { interval: 10, retry: 2 },
      behindNat: 'self',
      fragmentationMtu: 1400,
    } as const
    const text = showCryptoSession({ isakmpSas: [], ikev2Sas: [able], ipsecFlows: [flow] }, { detail: true })
    expect(text).toContain('      Phase1_id: 192.168.0.2\n')
    expect(text).toContain('          Capabilities:DNF connid:1 lifetime:23:59:07\n')
  })

  it.each([
    ['DOWN-NEGOTIATING', opening],
    ['DOWN', { ...sa, status: 'DELETE' } as const],
  ])('calls the state %s', (status, one) => {
    const text = showCryptoSession({ isakmpSas: [], ikev2Sas: [one], ipsecFlows: [flow] })
    expect(text).toMatch(new RegExp(`^Session status: ${status} *$`, 'm'))
    expect(text).toContain('192.168.0.2/500 Inactive \n')
  })
})

const profile: IkeV2Profile = {
  name: 'profile1',
  at,
  shutdown: false,
  authenticationLocal: { method: 'rsa-sig', at },
  authenticationRemote: [{ method: 'rsa-sig', at }],
  identityLocal: { kind: 'address', address: '192.168.0.2', at },
  matchIdentityRemote: [{ kind: 'address', address: '192.168.0.1', mask: '255.255.255.255', at }],
  matchCertificate: [],
  matchLocalAddress: [],
  trustpoints: [{ name: 'TP1', use: 'both', at }],
  forceEncapsulation: false,
  configurationRequest: true,
  initialContactForce: false,
}

const ikev2: IkeV2Configuration = {
  proposals: [],
  policies: [],
  keyrings: [],
  profiles: [profile],
  defaultProposal: true,
  defaultPolicy: true,
  httpUrlCert: true,
  window: 5,
  maxInNegotiation: 40,
  supportedAuthenticationMethods: false,
  digitalSignatures: false,
}

const ipsecProfile: IpsecProfile = {
  name: 'IPSEC',
  at,
  transformSets: [],
  ikev2Profile: { name: 'profile1', at },
  responderOnly: false,
}

const configuration: RouterConfiguration = {
  file: 'R2.cfg',
  hostname: 'R2',
  timezone: { name: 'CET', offsetMinutes: 60 },
  isakmpPolicies: [],
  isakmpDefaultPolicies: true,
  isakmpProfiles: [],
  isakmpIdentity: 'address',
  isakmpFragmentation: false,
  natTransparency: true,
  keyrings: [],
  ikev2,
  certificateMaps: [],
  trustpoints: [],
  certificateChains: [],
  ipsec: {
    transformSets: [],
    profiles: [ipsecProfile],
    cryptoMaps: [],
    interfaces: [],
    accessLists: [],
    routes: [],
    lifetime: { seconds: 3600, kilobytes: 4608000 },
  },
  ignored: [],
  notices: [],
}

const showProfiles = (...profiles: readonly IkeV2Profile[]): string =>
  showIkeV2Profile({ ...configuration, ikev2: { ...ikev2, profiles } })

describe('show crypto ikev2 profile', () => {
  it('prints what a profile matches and how it authenticates', () => {
    expect(showIkeV2Profile(configuration)).toBe(`IKEv2 profile: profile1
 Ref Count: 2
 Match criteria: ${''}
  Fvrf: global
  Local address/interface: none
  Identities: ${''}
   address 192.168.0.1 255.255.255.255
  Certificate maps: none
 Local identity: address 192.168.0.2
 Remote identity: none
 Local authentication method: rsa-sig
 Remote authentication method(s): rsa-sig
 EAP options: none
 Keyring: none
 Trustpoint(s): TP1
 Lifetime: 86400 seconds
 DPD: disabled
 NAT-keepalive: disabled
 Ivrf: none
 Virtual-template: none
 mode auto: none
 AAA AnyConnect EAP authentication mlist: none
 AAA EAP authentication mlist: none
 AAA authentication mlist: none
 AAA Accounting: none
 AAA group authorization: none
 AAA user authorization: none

`)
  })

  it('lists in the order of the search: the last of the configuration is met first', () => {
    const names = showProfiles(profile, { ...profile, name: 'profile2' }, { ...profile, name: 'profile3' })
    expect(names.match(/^IKEv2 profile: .*$/gm)).toEqual([
      'IKEv2 profile: profile3',
      'IKEv2 profile: profile2',
      'IKEv2 profile: profile1',
    ])
  })

  it('prints every form of an identity', () => {
    const text = showProfiles({
      ...profile,
      matchIdentityRemote: [
        { kind: 'any', at },
        { kind: 'address-ipv6', prefix: '2001:db8::/32', at },
        { kind: 'fqdn', fqdn: 'R1.cisco.com', at },
        { kind: 'fqdn-domain', domain: 'cisco.com', at },
        { kind: 'email', email: 'r1@cisco.com', at },
        { kind: 'email-domain', domain: 'cisco.com', at },
        { kind: 'key-id', keyId: 'R1', at },
      ],
    })
    expect(text).toContain(
      '   any\n   address 2001:db8::/32\n   fqdn R1.cisco.com\n   fqdn domain cisco.com\n   email r1@cisco.com\n   email domain cisco.com\n   key-id R1\n',
    )
  })

  it.each([
    [{ kind: 'dn', at }, 'DN'],
    [{ kind: 'fqdn', fqdn: 'R2.cisco.com', at }, 'fqdn R2.cisco.com'],
    [{ kind: 'email', email: 'r2@cisco.com', at }, 'email r2@cisco.com'],
    [{ kind: 'key-id', keyId: 'R2', at }, 'key-id R2'],
  ] as const)('prints the own identity %#', (identityLocal, text) => {
    expect(showProfiles({ ...profile, identityLocal })).toContain(` Local identity: ${text}\n`)
  })

  it('lists trustpoints and what each is for, maps and addresses', () => {
    const text = showProfiles({
      ...profile,
      shutdown: true,
      fvrf: 'any',
      matchCertificate: [{ map: 'MAP1', at }],
      matchLocalAddress: [{ address: '192.168.0.2', at }],
      matchIdentityRemote: [],
      trustpoints: [
        { name: 'TP1', use: 'sign', at },
        { name: 'TP2', use: 'verify', at },
      ],
      dpd: { interval: 10, retry: 2, periodic: false },
      keyring: { name: 'KEYS', at },
      lifetime: 3600,
      virtualTemplate: 1,
    })
    expect(text).toContain('IKEv2 profile: profile1\n Shutdown : Yes\n')
    expect(text).toContain('  Fvrf: any\n  Local address/interface: 192.168.0.2\n  Identities: none\n')
    expect(text).toContain('  Certificate maps: \n   MAP1\n')
    expect(text).toContain(' Trustpoint(s): \n  TP1 sign\n  TP2 verify\n')
    expect(text).toContain(' Keyring: KEYS\n')
    expect(text).toContain(' Lifetime: 3600 seconds\n DPD: interval 10, retry-interval 2, on-demand\n')
    expect(text).toContain(' Virtual-template: 1\n')
  })

  it('says none of what is not configured', () => {
    const { authenticationLocal, identityLocal, ...bare } = profile
    const text = showProfiles({ ...bare, authenticationRemote: [], trustpoints: [] })
    expect([authenticationLocal?.method, identityLocal?.kind]).toEqual(['rsa-sig', 'address'])
    expect(text).toContain(' Local identity: none\n')
    expect(text).toContain(' Local authentication method: none\n Remote authentication method(s): none\n')
    expect(text).toContain(' Trustpoint(s): none\n')
  })
})

describe('show crypto ikev2 proposal', () => {
  const smart = ` IKEv2 proposal: default ${''}
     Encryption : AES-CBC-256 AES-CBC-192 AES-CBC-128
     Integrity  : SHA512 SHA384 SHA256 SHA96 MD596
     PRF        : SHA512 SHA384 SHA256 SHA1 MD5
     DH Group   : DH_GROUP_1536_MODP/Group 5 DH_GROUP_1024_MODP/Group 2
`
  const ofUser: IkeV2Configuration['proposals'] = [
    { name: 'prop-1', at, encryption: ['3des'], integrity: ['md5'], prf: ['md5'], groups: [2] },
    { name: 'prop-2', at, encryption: ['aes-gcm-256'], integrity: [], prf: ['sha384'], groups: [19, 14] },
  ]

  it('has the smart default before those of the user', () => {
    expect(showIkeV2Proposal({ ikev2: { ...ikev2, proposals: ofUser } })).toBe(`${smart} IKEv2 proposal: prop-1 ${''}
     Encryption : 3DES
     Integrity  : MD596
     PRF        : MD5
     DH Group   : DH_GROUP_1024_MODP/Group 2
 IKEv2 proposal: prop-2 ${''}
     Encryption : AES-GCM-256
     Integrity  : none
     PRF        : SHA384
     DH Group   : DH_GROUP_256_ECP/Group 19 DH_GROUP_2048_MODP/Group 14
`)
  })

  it('has it where nothing is configured, and not where it is turned off', () => {
    expect(showIkeV2Proposal({})).toBe(smart)
    expect(showIkeV2Proposal({ ikev2: { ...ikev2, defaultProposal: false } })).toBe('')
  })
})

describe('show crypto ikev2 policy', () => {
  const smart = ` IKEv2 policy : default
      Match fvrf : any
      Match address local : any ${''}
      Proposal    : default ${''}
`
  const ofUser: IkeV2Configuration['policies'] = [
    { name: 'pol-1', at, matchLocal: [], proposals: [{ name: 'prop-1', at }] },
    {
      name: 'pol-2',
      at,
      matchLocal: [{ address: '192.168.0.2', at }],
      fvrf: 'any',
      proposals: [
        { name: 'prop-1', at },
        { name: 'prop-2', at },
      ],
    },
  ]

  it('has the smart default before those of the user', () => {
    expect(showIkeV2Policy({ ikev2: { ...ikev2, policies: ofUser } })).toBe(`${smart} IKEv2 policy : pol-1
      Match fvrf  : global
      Match address local : any ${''}
      Proposal    : prop-1 ${''}
 IKEv2 policy : pol-2
      Match fvrf : any
      Match address local : 192.168.0.2 ${''}
      Proposal    : prop-1 ${''}
      Proposal    : prop-2 ${''}
`)
  })

  it('has it where nothing is configured, and not where it is turned off', () => {
    expect(showIkeV2Policy({})).toBe(smart)
    expect(showIkeV2Policy({ ikev2: { ...ikev2, defaultPolicy: false } })).toBe('')
    expect(showIkeV2Policy({ ikev2: { ...ikev2, defaultProposal: false } })).not.toContain('Proposal')
  })
})

const state: ShowState = {
  configuration,
  store: { trustpoints: [] },
  isakmpPolicies: [],
  isakmpSas: [],
  ikev2Sas: [sa],
  ipsecFlows: [],
}

describe('a show command of IKEv2', () => {
  it.each([
    ['sh cry ike sa', showIkeV2Sa([sa])],
    ['crypto ikev2 sa det', showIkeV2Sa([sa], { detail: true })],
    ['crypto ikev2 se', showIkeV2Session([sa])],
    ['crypto ikev2 session d', showIkeV2Session([sa], { detail: true })],
    ['crypto ik prof', showIkeV2Profile(configuration)],
    ['crypto ikev2 prop', showIkeV2Proposal(configuration)],
    ['cr ik po', showIkeV2Policy(configuration)],
  ])('may be abbreviated: %s', (words, text) => {
    expect(showCommand(words.split(' '), state)).toEqual({ ok: true, text })
  })
})
