import { describe, expect, it } from 'vitest'
import type { IpsecProfile } from '../../ipsec/index.ts'
import type { IsakmpPolicy, IsakmpProfile } from '../../selection/index.ts'
import type { RouterConfiguration } from '../configuration.ts'
import { showIpsecSa } from './ipsec.ts'
import { showIsakmpPeers, showIsakmpPolicy, showIsakmpProfile, showIsakmpSa, showIsakmpSaDetail } from './isakmp.ts'
import { showCryptoSession } from './session.ts'
import { showCommand } from './show-command.ts'
import type { IpsecFlowState, IpsecSaState, IsakmpSaState, ShowState } from './state.ts'

const at = { router: 'R1', file: 'R1.cfg', line: 1, text: '' }

const policy: IsakmpPolicy = {
  priority: 10,
  encryption: { cipher: '3des' },
  hash: 'md5',
  authentication: 'rsa-sig',
  group: 2,
  lifetime: 86400,
  at,
}

const sa: IsakmpSaState = {
  local: '192.168.0.1',
  localPort: 500,
  remote: '192.168.0.2',
  remotePort: 500,
  role: 'initiator',
  state: 'QM_IDLE',
  connectionId: 1010,
  deleted: false,
  agreed: { encryption: policy.encryption, hash: 'md5', authentication: 'rsa-sig', group: 2, lifetimeRemaining: 86350 },
  deadPeerDetection: false,
  natTraversal: false,
  phase1Id: 'R2.cisco.com',
  profile: 'prof1',
}

const esp: IpsecSaState = {
  spi: 'b2c0867d',
  encryption: 'esp-aes 256',
  authentication: 'esp-sha256-hmac',
  mode: 'tunnel',
  udpEncapsulation: false,
  connectionId: 2,
  remainingKilobytes: 4607999,
  remainingSeconds: 3581,
}

const gre = (address: string) => ({ address, mask: '255.255.255.255', protocol: 47, port: 0 })

const flow: IpsecFlowState = {
  interface: 'Tunnel1',
  map: 'Tunnel1-head-0',
  local: '192.168.0.1',
  remote: '192.168.0.2',
  remotePort: 500,
  localProxy: gre('192.168.0.1'),
  remoteProxy: gre('192.168.0.2'),
  pfsGroup: null,
  packets: { encapsulated: 5, decapsulated: 4, sendErrors: 0, receiveErrors: 0 },
  mtu: { plaintext: 1438, path: 1500, interface: 'Ethernet0/0' },
  upFor: 671,
  inbound: [{ ...esp, spi: '0x09395627', connectionId: 1 }],
  outbound: [esp],
}

const idle: IpsecFlowState = { ...flow, inbound: [], outbound: [], upFor: null }

describe('show crypto isakmp sa', () => {
  it('puts the responder under dst and the initiator under src', () => {
    expect(showIsakmpSa([sa])).toBe(`IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
192.168.0.2     192.168.0.1     QM_IDLE           1010 ACTIVE

IPv6 Crypto ISAKMP SA

`)
    expect(
      showIsakmpSa([{ ...sa, role: 'responder', state: 'MM_NO_STATE', connectionId: 0, deleted: true }]),
    ).toContain('192.168.0.1     192.168.0.2     MM_NO_STATE          0 ACTIVE (deleted)\n')
  })

  it('gives the suite and the remaining lifetime in detail', () => {
    expect(
      showIsakmpSaDetail([{ ...sa, deadPeerDetection: true }]),
    ).toBe(`Codes: C - IKE configuration mode, D - Dead Peer Detection
       K - Keepalives, N - NAT-traversal
       T - cTCP encapsulation, X - IKE Extended Authentication
       psk - Preshared key, rsig - RSA signature
       renc - RSA encryption
IPv4 Crypto ISAKMP SA

C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.

1010  192.168.0.1     192.168.0.2            ACTIVE 3des md5    rsig 2  23:59:10 D   ${''}
       Engine-id:Conn-id =  SW:10

IPv6 Crypto ISAKMP SA

`)
  })

  it('leaves the columns of the suite empty until one is agreed', () => {
    expect(showIsakmpSaDetail([{ ...sa, agreed: null, connectionId: 0 }])).toContain(
      `0     192.168.0.1     192.168.0.2            ACTIVE${' '.repeat(21)}0 `,
    )
  })
})

describe('show crypto isakmp policy', () => {
  it('lists the configured policies and the default suite', () => {
    expect(showIsakmpPolicy([policy])).toBe(`Global IKE policy
Protection suite of priority 10
\tencryption algorithm:\tThree key triple DES
\thash algorithm:\t\tMessage Digest 5
\tauthentication method:\tRivest-Shamir-Adleman Signature
\tDiffie-Hellman group:\t#2 (1024 bit)
\tlifetime:\t\t86400 seconds, no volume limit
Default protection suite
\tencryption algorithm:\tDES - Data Encryption Standard (56 bit keys).
\thash algorithm:\t\tSecure Hash Standard
\tauthentication method:\tRivest-Shamir-Adleman Signature
\tDiffie-Hellman group:\t#1 (768 bit)
\tlifetime:\t\t86400 seconds, no volume limit
`)
  })

  it('lists the built-in policies where none is configured', () => {
    const { at: _, ...builtIn } = policy
    const aes: IsakmpPolicy = {
      ...builtIn,
      priority: 65507,
      encryption: { cipher: 'aes', bits: 128 },
      hash: 'sha256',
      group: 24,
    }
    expect(showIsakmpPolicy([aes])).toBe(`Default IKE policy
Default protection suite of priority 65507
\tencryption algorithm:\tAES - Advanced Encryption Standard (128 bit keys).
\thash algorithm:\t\tSecure Hash Standard 2 (256 bit)
\tauthentication method:\tRivest-Shamir-Adleman Signature
\tDiffie-Hellman group:\t#24 (2048 bit, 256 bit subgroup)
\tlifetime:\t\t86400 seconds, no volume limit
`)
  })
})

const profile: IsakmpProfile = {
  name: 'prof1',
  at,
  caTrustPoints: [{ name: 'IOSCA1', at }],
  matchIdentity: [
    { kind: 'host', fqdn: 'R2.cisco.com', at },
    { kind: 'address', address: '192.168.0.0', mask: '255.255.255.0', at },
    { kind: 'host-domain', domain: 'cisco.com', at },
  ],
  matchCertificate: [{ map: 'CMAP', at }],
  keyrings: [],
  initiateAggressive: false,
}

const ipsecProfile: IpsecProfile = {
  name: 'prof1',
  transformSets: [],
  isakmpProfile: { name: 'prof1', at },
  responderOnly: false,
  at,
}

const configuration: RouterConfiguration = {
  file: 'R1.cfg',
  hostname: 'R1',
  timezone: { name: 'CET', offsetMinutes: 60 },
  isakmpPolicies: [policy],
  isakmpDefaultPolicies: true,
  isakmpProfiles: [profile],
  isakmpIdentity: 'address',
  isakmpFragmentation: false,
  natTransparency: true,
  keyrings: [],
  certificateMaps: [],
  trustpoints: [],
  certificateChains: [],
  ipsec: {
    transformSets: [],
    profiles: [ipsecProfile],
    cryptoMaps: [],
    accessLists: [],
    interfaces: [],
    routes: [],
    lifetime: { seconds: 3600, kilobytes: 4608000 },
  },
  ignored: [],
  notices: [],
}

describe('show crypto isakmp profile and peers', () => {
  it('prints what each profile matches, and who uses it', () => {
    expect(showIsakmpProfile(configuration)).toBe(`IKEv1 PROFILE prof1
Ref Count = 2
   Identities matched are:
    fqdn R2.cisco.com
    ip-address 192.168.0.0 255.255.255.0
    fqdn domain cisco.com
   Certificate maps matched are:
    CMAP
   keyring(s): <none>
   trustpoint(s): IOSCA1
   virtual-template: <none>

`)
    const bare = { ...profile, caTrustPoints: [], matchIdentity: [], matchCertificate: [] }
    expect(showIsakmpProfile({ ...configuration, isakmpProfiles: [bare] })).toContain('   trustpoint(s): <all>\n')
    expect(showIsakmpProfile({ ...configuration, isakmpProfiles: [] })).toBe('')
  })

  it('prints each peer once, with the identity it proved', () => {
    expect(showIsakmpPeers([sa, { ...sa, connectionId: 1011 }])).toBe(
      'Peer: 192.168.0.2 Port: 500 Local: 192.168.0.1\n Phase1 id: R2.cisco.com\n',
    )
    expect(showIsakmpPeers([{ ...sa, phase1Id: null }])).toBe('Peer: 192.168.0.2 Port: 500 Local: 192.168.0.1\n')
    expect(showIsakmpPeers([])).toBe('')
  })
})

const ipsecSaText = `
interface: Tunnel1
    Crypto map tag: Tunnel1-head-0, local addr 192.168.0.1

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (192.168.0.1/255.255.255.255/47/0)
   remote ident (addr/mask/prot/port): (192.168.0.2/255.255.255.255/47/0)
   current_peer 192.168.0.2 port 500
     PERMIT, flags={origin_is_acl,}
    #pkts encaps: 5, #pkts encrypt: 5, #pkts digest: 5
    #pkts decaps: 4, #pkts decrypt: 4, #pkts verify: 4
    #pkts compressed: 0, #pkts decompressed: 0
    #pkts not compressed: 0, #pkts compr. failed: 0
    #pkts not decompressed: 0, #pkts decompress failed: 0
    #send errors 0, #recv errors 0

     local crypto endpt.: 192.168.0.1, remote crypto endpt.: 192.168.0.2
     plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb Ethernet0/0
     current outbound spi: 0xB2C0867D(2998961789)
     PFS (Y/N): N, DH group: none

     inbound esp sas:
      spi: 0x9395627(154752551)
        transform: esp-256-aes esp-sha256-hmac ,
        in use settings ={Tunnel, }
        conn id: 1, flow_id: SW:1, sibling_flags 80000040, crypto map: Tunnel1-head-0
        sa timing: remaining key lifetime (k/sec): (4607999/3581)
        IV size: 16 bytes
        replay detection support: Y
        Status: ACTIVE(ACTIVE)

     inbound ah sas:

     inbound pcp sas:

     outbound esp sas:
      spi: 0xB2C0867D(2998961789)
        transform: esp-256-aes esp-sha256-hmac ,
        in use settings ={Tunnel, }
        conn id: 2, flow_id: SW:2, sibling_flags 80000040, crypto map: Tunnel1-head-0
        sa timing: remaining key lifetime (k/sec): (4607999/3581)
        IV size: 16 bytes
        replay detection support: Y
        Status: ACTIVE(ACTIVE)

     outbound ah sas:

     outbound pcp sas:
`

describe('show crypto ipsec sa', () => {
  it('prints a flow with its two SAs', () => {
    expect(showIpsecSa([flow])).toBe(ipsecSaText)
  })

  it('names an interface once for all its flows', () => {
    expect(showIpsecSa([flow, idle]).match(/^interface: /gm)).toHaveLength(1)
    expect(showIpsecSa([flow, { ...idle, interface: 'Tunnel2' }]).match(/^interface: /gm)).toHaveLength(2)
    expect(showIpsecSa([])).toBe('')
  })

  it('has no SPI without SAs, and tells of forward secrecy and UDP', () => {
    expect(showIpsecSa([idle])).toContain('     current outbound spi: 0x0(0)\n')
    const other = { ...esp, encryption: 'esp-3des', mode: 'transport', udpEncapsulation: true } as const
    const text = showIpsecSa([{ ...flow, pfsGroup: 14, inbound: [other] }])
    expect(text).toContain('     PFS (Y/N): Y, DH group: group14\n')
    expect(text).toContain('        in use settings ={Transport UDP-Encaps, }\n')
    expect(text).toContain('        IV size: 8 bytes\n')
  })
})

describe('show crypto session', () => {
  it('prints the session of a tunnel', () => {
    expect(showCryptoSession({ isakmpSas: [sa], ikev2Sas: [], ipsecFlows: [flow] })).toBe(`Crypto session current status

Interface: Tunnel1
Profile: prof1
Session status: UP-ACTIVE     ${''}
Peer: 192.168.0.2 port 500 ${''}
  Session ID: 0  ${''}
  IKEv1 SA: local 192.168.0.1/500 remote 192.168.0.2/500 Active ${''}
  IPSEC FLOW: permit 47 host 192.168.0.1 host 192.168.0.2 ${''}
        Active SAs: 2, origin: crypto map

`)
  })

  it('adds identity, capabilities and counters in detail', () => {
    expect(
      showCryptoSession(
        { isakmpSas: [{ ...sa, natTraversal: true, deadPeerDetection: true }], ikev2Sas: [], ipsecFlows: [flow] },
        { detail: true },
      ),
    ).toBe(
      `Crypto session current status

Code: C - IKE Configuration mode, D - Dead Peer Detection     ${''}
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ${''}
X - IKE Extended Authentication, F - IKE Fragmentation
R - IKE Auto Reconnect

Interface: Tunnel1
Profile: prof1
Uptime: 00:11:11
Session status: UP-ACTIVE     ${''}
Peer: 192.168.0.2 port 500 fvrf: (none) ivrf: (none)
      Phase1_id: R2.cisco.com
      Desc: (none)
  Session ID: 0  ${''}
  IKEv1 SA: local 192.168.0.1/500 remote 192.168.0.2/500 Active ${''}
          Capabilities:DN connid:1010 lifetime:23:59:10
  IPSEC FLOW: permit 47 host 192.168.0.1 host 192.168.0.2 ${''}
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 4 drop 0 life (KB/Sec) 4607999/3581
        Outbound: #pkts enc'ed 5 drop 0 life (KB/Sec) 4607999/3581

`,
    )
  })

  it.each([
    ['UP-IDLE', [sa], [idle]],
    ['UP-NO-IKE', [], [flow]],
    ['DOWN-NEGOTIATING', [{ ...sa, state: 'MM_KEY_EXCH' } as const], [idle]],
    ['DOWN', [{ ...sa, deleted: true }], [idle]],
    ['DOWN', [], [idle]],
  ])('calls the state %s', (status, isakmpSas, ipsecFlows) => {
    expect(showCryptoSession({ isakmpSas, ikev2Sas: [], ipsecFlows })).toMatch(
      new RegExp(`^Session status: ${status} *$`, 'm'),
    )
  })

  it('prints networks with their masks, and ip for any protocol', () => {
    const net = (address: string) => ({ address, mask: '255.255.255.0', protocol: 0, port: 0 })
    const networks = { ...idle, localProxy: net('10.1.0.0'), remoteProxy: net('10.2.0.0') }
    expect(showCryptoSession({ isakmpSas: [], ikev2Sas: [], ipsecFlows: [networks] })).toContain(
      '  IPSEC FLOW: permit ip 10.1.0.0/255.255.255.0 10.2.0.0/255.255.255.0 \n',
    )
  })
})

const state: ShowState = {
  configuration,
  store: {
    trustpoints: [
      { name: 'IOSCA1', builtIn: false },
      { name: 'BUILTIN', builtIn: true },
    ],
  },
  isakmpPolicies: [policy],
  isakmpSas: [sa],
  ikev2Sas: [],
  ipsecFlows: [flow],
}

describe('a show command', () => {
  it.each([
    ['sh cry isa sa', showIsakmpSa([sa])],
    ['crypto isakmp sa', showIsakmpSa([sa])],
    ['show CRYPTO isakmp sa det', showIsakmpSaDetail([sa])],
    ['crypto isa pol', showIsakmpPolicy([policy])],
    ['crypto isa prof', showIsakmpProfile(configuration)],
    ['crypto isa pee', showIsakmpPeers([sa])],
    ['cry ip s', showIpsecSa([flow])],
    ['cry se', showCryptoSession(state)],
    ['cry se d', showCryptoSession(state, { detail: true })],
    ['cry p t', 'Trustpoint IOSCA1:\n'],
    ['cry ca cert', ''],
    ['cry pki cert verb IOSCA1', ''],
  ])('may be abbreviated: %s', (words, text) => {
    expect(showCommand(words.split(' '), state)).toEqual({ ok: true, text })
  })

  it('that is unknown is marked where it goes wrong, with what is available', () => {
    expect(showCommand(['crypto', 'isakmp', 'key'], state)).toEqual({
      ok: false,
      error: "crypto isakmp key\n              ^\n% Invalid input detected at '^' marker.",
      available: [
        'crypto isakmp peers',
        'crypto isakmp policy',
        'crypto isakmp profile',
        'crypto isakmp sa',
        'crypto isakmp sa detail',
      ],
    })
    expect(showCommand(['version'], state)).toMatchObject({
      ok: false,
      error: "version\n^\n% Invalid input detected at '^' marker.",
    })
  })

  it('that goes on too long is marked at the first word too many', () => {
    expect(showCommand(['crypto', 'ipsec', 'sa', 'detail'], state)).toMatchObject({
      ok: false,
      error: "crypto ipsec sa detail\n                ^\n% Invalid input detected at '^' marker.",
      available: ['crypto ipsec sa'],
    })
  })

  it('that could be several is ambiguous', () => {
    expect(showCommand(['crypto', 'isakmp', 'p'], state)).toEqual({
      ok: false,
      error: '% Ambiguous command:  "crypto isakmp p"',
      available: ['crypto isakmp peers', 'crypto isakmp policy', 'crypto isakmp profile'],
    })
  })

  it('that stops short is incomplete', () => {
    expect(showCommand(['crypto', 'session'], state).ok).toBe(true)
    expect(showCommand(['crypto', 'ipsec'], state)).toEqual({
      ok: false,
      error: '% Incomplete command.',
      available: ['crypto ipsec sa'],
    })
    expect(showCommand([], state)).toMatchObject({ ok: false, error: '% Incomplete command.' })
  })

  it('names the trustpoints that there are when one is unknown', () => {
    expect(showCommand(['crypto', 'pki', 'certificates', 'IOSCA3'], state)).toEqual({
      ok: false,
      error: '% Trustpoint IOSCA3 is not known',
      available: ['crypto pki certificates IOSCA1'],
    })
    expect(showCommand(['crypto', 'pki', 'certificates', 'BUILTIN'], state).ok).toBe(false)
  })
})
