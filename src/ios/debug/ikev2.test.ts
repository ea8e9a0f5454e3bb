import { describe, expect, it } from 'vitest'
import {
  type EventBody,
  event,
  type IkeV2PacketData,
  type IkeV2TraceEvents,
  type ProxyText,
  type SelectorText,
  type TraceEvent,
} from '../../trace/index.ts'
import { debugLog } from './debug-log.ts'

const time = Date.UTC(2013, 6, 17, 18, 9, 4, 542)
const stamp = '*Jul 17 18:09:04.542: '

const at = (body: EventBody, connection = 1): TraceEvent => ({ ...body, time, router: 'R1', connection }) as TraceEvent

/** The log without its stamps: a line without a stamp continues the entry above it and begins with `|`. */
const lines = (...events: readonly TraceEvent[]): readonly string[] =>
  debugLog(events, { router: 'R1', timezone: { name: 'UTC', offsetMinutes: 0 }, dialect: '15.x' })
    .split('\n')
    .slice(0, -1)
    .map((line) => (line.startsWith(stamp) ? line.slice(stamp.length) : `|${line}`))

const ends = { local: '192.168.0.1', peer: '192.168.0.2' } as const
const packet: IkeV2PacketData = {
  ...ends,
  localPort: 500,
  peerPort: 500,
  message: 'IKE_SA_INIT request',
  messageId: 0,
  initiatorSpi: '1d418169b24bf95a',
  responderSpi: '0000000000000000',
  payloads: ['SA', 'KE', 'N', 'VID', 'VID'],
  encrypted: false,
  length: 300,
  retransmission: 0,
  digest: '00',
}
const authRequest: IkeV2PacketData = {
  ...packet,
  message: 'IKE_AUTH request',
  messageId: 1,
  responderSpi: 'a645046f734260c6',
  payloads: ['ENCR'],
  encrypted: true,
}
const named = { subject: 'cn=R2', issuer: 'cn=CA2', serial: '3E' } as const
const selector: SelectorText = {
  start: '0.0.0.0',
  end: '255.255.255.255',
  protocol: 0,
  startPort: 0,
  endPort: 65535,
}
const strong = ['AES-CBC-256', 'SHA256', 'SHA256', 'DH_GROUP_2048_MODP/Group 14'] as const
const weak = ['3DES', 'MD5', 'MD596', 'DH_GROUP_1024_MODP/Group 2'] as const

type Golden = {
  readonly [N in keyof IkeV2TraceEvents]: { readonly data: IkeV2TraceEvents[N]; readonly prints: readonly string[] }
}

const golden: Golden = {
  'ike:v2_sa_requested': { data: { ...ends, profile: 'profile1' }, prints: [] },
  'ike:v2_policy_searched': {
    data: { local: '192.168.0.1', policy: 'pol-1', byDefault: false },
    prints: ['IKEv2:Searching Policy with fvrf 0, local address 192.168.0.1', "IKEv2:Found Policy 'pol-1'"],
  },
  'ike:v2_dh_computed': {
    data: { what: 'secret', group: 5, passed: true },
    prints: [
      'IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Computing DH secret key, DH Group 5',
      'IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] DH key Computation PASSED',
      'IKEv2:(SA ID = 1):Request queued for computation of DH secret',
    ],
  },
  'ike:v2_generating': {
    data: { message: 'IKE_SA_INIT request' },
    prints: [
      'IKEv2:IKEv2 initiator - no config data to send in IKE_SA_INIT exch',
      'IKEv2:(SA ID = 1):Generating IKE_SA_INIT message',
    ],
  },
  'ike:v2_proposal_sent': {
    data: { protocol: 'IKE', number: 1, spiSize: 0, rekey: false, transforms: ['AES-CBC', 'SHA1', 'SHA96'] },
    prints: [
      'IKEv2:(SA ID = 1):IKE Proposal: 1, SPI size: 0 (initial negotiation), ',
      '|Num. transforms: 3',
      '|   AES-CBC   SHA1   SHA96 ',
    ],
  },
  'ike:v2_payloads_encrypting': {
    data: { message: 'IKE_AUTH request', payloads: ['VID', 'IDi', 'NOTIFY(INITIAL_CONTACT)'] },
    prints: [
      'IKEv2:(SA ID = 1):Building packet for encryption.  ',
      '|Payload contents: ',
      '| VID IDi NOTIFY(INITIAL_CONTACT)',
    ],
  },
  'ike:v2_packet_sent': {
    data: packet,
    prints: [
      'IKEv2:(SA ID = 1):Sending Packet [To 192.168.0.2:500/From 192.168.0.1:500/VRF i0:f0] ',
      '|Initiator SPI : 1D418169B24BF95A - Responder SPI : 0000000000000000 Message id: 0',
      '|IKEv2 IKE_SA_INIT Exchange REQUEST ',
      '|Payload contents: ',
      '| SA KE N VID VID ',
      '|',
      'IKEv2:(SA ID = 1):Insert SA',
    ],
  },
  'ike:v2_packet_received': {
    data: { ...authRequest, localPort: 4500, peerPort: 4501, message: 'IKE_AUTH response' },
    prints: [
      'IKEv2:(SA ID = 1):Received Packet [From 192.168.0.2:4501/To 192.168.0.1:4500/VRF i0:f0] ',
      '|Initiator SPI : 1D418169B24BF95A - Responder SPI : A645046F734260C6 Message id: 1',
      '|IKEv2 IKE_AUTH Exchange RESPONSE ',
      '|Payload contents: ',
      '| ENCR ',
      '|',
    ],
  },
  'ike:v2_payloads_decrypted': { data: { message: 'IKE_AUTH request', payloads: ['IDi'] }, prints: [] },
  'ike:v2_processing': {
    data: { message: 'IKE_SA_INIT response' },
    prints: [
      'IKEv2:(SA ID = 1):Processing IKE_SA_INIT message',
      'IKEv2:(SA ID = 1):Verify SA init message',
      'IKEv2:(SA ID = 1):Processing IKE_SA_INIT message',
    ],
  },
  'ike:v2_vendor_id': { data: { name: 'CISCO-DELETE-REASON', hex: '434953434f' }, prints: [] },
  'ike:v2_proposal_checked': {
    data: { protocol: 'IKE', acceptable: false, received: [weak], expected: [strong], detail: '' },
    prints: [
      'IKEv2:(SA ID = 1):Received Policies: : Failed to find a matching policyProposal 1:  3DES MD5 MD596 DH_GROUP_1024_MODP/Group 2',
      'IKEv2:(SA ID = 1):Expected Policies: : Failed to find a matching policyProposal 1:  AES-CBC-256 SHA256 SHA256 DH_GROUP_2048_MODP/Group 14',
    ],
  },
  'ike:v2_certreq_received': {
    data: {
      encoding: 4,
      requests: 1,
      examined: [{ hash: '00', trustpoints: [{ trustpoint: 'TP1', inProfile: true, signs: true }], chosen: 'TP1' }],
      chosen: 'TP1',
    },
    prints: [
      'IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)',
      "IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1' ",
      'CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()',
      'CRYPTO_PKI: Found a subject match',
      'CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()',
      'CRYPTO_PKI: Found a subject match',
      'CRYPTO_PKI: Trust-Point TP1 picked up',
      'CRYPTO_PKI: 1 matching trustpoints found',
    ],
  },
  'ike:v2_certreq_sent': { data: { encoding: 4, requests: [] }, prints: [] },
  'ike:v2_certificate_chain': {
    data: { trustpoint: 'TP2', passed: true, ...named, chainLength: 1 },
    prints: [
      'IKEv2:(SA ID = 1):[IKEv2 -> PKI] Getting cert chain for the trustpoint TP2',
      'IKEv2:(SA ID = 1):[PKI -> IKEv2] Getting of cert chain for the trustpoint PASSED',
    ],
  },
  'ike:v2_certificate_payload_failed': {
    data: { detail: '' },
    prints: ['IKEv2:(SA ID = 1):Failed to build certificate payload'],
  },
  'ike:v2_nat_checked': {
    data: { behindNat: 'none', float: false },
    prints: ['IKEv2:(SA ID = 1):Checking NAT discovery', 'IKEv2:(SA ID = 1):NAT not found'],
  },
  'ike:v2_keys_derived': {
    data: { rekey: false },
    prints: [
      'IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Calculate SKEYSEED and create rekeyed IKEv2 SA',
      'IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] SKEYSEED calculation and creation of rekeyed IKEv2 SA PASSED',
    ],
  },
  'ike:v2_sa_init_complete': {
    data: { peer: '192.168.0.2' },
    prints: ['IKEv2:(SA ID = 1):Completed SA init exchange'],
  },
  'ike:v2_shared_key_found': {
    data: { keyring: 'KEYS', peerBlock: 'R2' },
    prints: ['IKEv2:% Getting preshared key from profile keyring KEYS', "IKEv2:% Matched peer block 'R2'"],
  },
  'ike:v2_shared_key_missing': {
    data: { peer: '192.168.0.2', side: 'remote' },
    prints: ['IKEv2:% No preshared key found for 192.168.0.2'],
  },
  'ike:v2_own_authentication': {
    data: { method: 'PSK', identity: '192.168.0.1', keyLength: 8 },
    prints: [
      'IKEv2:(SA ID = 1):Check for EAP exchange',
      'IKEv2:(SA ID = 1):Generate my authentication data',
      'IKEv2:(SA ID = 1):Use preshared key for id 192.168.0.1, key len 8',
      'IKEv2:[IKEv2 -> Crypto Engine] Generate IKEv2 authentication data',
      'IKEv2:[Crypto Engine -> IKEv2] IKEv2 authentication data generation PASSED',
      'IKEv2:(SA ID = 1):Get my authentication method',
      "IKEv2:(SA ID = 1):My authentication method is 'PSK'",
      'IKEv2:(SA ID = 1):Check for EAP exchange',
    ],
  },
  'ike:v2_own_identity': {
    data: { payload: 'IDi', idType: 1, value: '192.168.0.1' },
    prints: ["IKEv2:(SA ID = 1):Constructing IDi payload: '192.168.0.1' of type 'IPv4 address'"],
  },
  'ike:v2_peer_identity': { data: { idType: 2, value: 'R2.cisco.com' }, prints: [] },
  'ike:v2_profile_searched': {
    data: { idType: 2, value: 'R2.cisco.com', profile: 'profile3' },
    prints: [
      "IKEv2:(SA ID = 1):Searching policy based on peer's identity 'R2.cisco.com' of type 'FQDN'",
      "IKEv2:found matching IKEv2 profile 'profile3'",
      "IKEv2:(SA ID = 1):Verify peer's policy",
      "IKEv2:(SA ID = 1):Peer's policy verified",
    ],
  },
  'ike:v2_peer_certificate': { data: { encoding: 4, ...named, first: true }, prints: [] },
  'ike:v2_peer_method': {
    data: { method: 'RSA', number: 1, accepted: true },
    prints: [
      "IKEv2:(SA ID = 1):Get peer's authentication method",
      "IKEv2:(SA ID = 1):Peer's authentication method is 'RSA'",
    ],
  },
  'ike:v2_validation_begun': {
    data: { handle: 'A16A8', list: ['TP1'] },
    prints: [
      'IKEv2:(SA ID = 1):[IKEv2 -> PKI] Validating certificate chain',
      'CRYPTO_PKI: (A16A8) Adding peer certificate',
      'CRYPTO_PKI: ip-ext-val: IP extension validation not required',
      'CRYPTO_PKI: (A16A8) Check for identical certs',
      'CRYPTO_PKI: (A16A8) Create a list of suitable trustpoints',
    ],
  },
  'ike:v2_validation_ended': {
    data: {
      ...{ handle: 'A16A8', passed: true, code: null, trustpoint: 'TP1', ...named, detail: '' },
      peer: '192.168.0.2',
    },
    prints: [
      'CRYPTO_PKI: (A16A8) Suitable trustpoints are: TP1,',
      'CRYPTO_PKI: (A16A8) Attempting to validate certificate using TP1 policy',
      'CRYPTO_PKI: (A16A8) Using TP1 to validate certificate',
      'CRYPTO_PKI: (A16A8) Certificate is verified',
      'CRYPTO_PKI: (A16A8) Certificate validation succeeded',
      'IKEv2:(SA ID = 1):[PKI -> IKEv2] Validation of certificate chain PASSED',
    ],
  },
  'ike:v2_authentication_verified': {
    data: { good: true, method: 'RSA', detail: '' },
    prints: [
      "IKEv2:(SA ID = 1):Verify peer's authentication data",
      "IKEv2:(SA ID = 1):Verification of peer's authenctication data PASSED",
    ],
  },
  'ike:v2_notify_sent': {
    data: { message: 'IKE_AUTH response', notify: 'TS_UNACCEPTABLE', protected: true },
    prints: [
      'IKEv2:(SA ID = 1):There was no IPSEC policy found for received TS',
      'IKEv2:(SA ID = 1):',
      'IKEv2:(SA ID = 1):Sending TS unacceptable notify',
    ],
  },
  'ike:v2_notify_received': {
    data: { message: 'IKE_SA_INIT response', notify: 'NO_PROPOSAL_CHOSEN', protected: false },
    prints: ['IKEv2:(SA ID = 1):: Received no proposal chosen notify'],
  },
  'ike:v2_cookie': { data: { what: 'asked for' }, prints: [] },
  'ike:v2_group_changed': {
    data: { from: 5, to: 14 },
    prints: ['IKEv2:(SA ID = 1):Sending invalid ke notification, peer sent group 5, local policy prefers group 14'],
  },
  'ike:v2_selectors': {
    data: { side: 'refused', initiator: [selector], responder: [selector] },
    prints: [],
  },
  'ike:v2_configuration_request': {
    data: { sent: true, attributes: ['split-dns'] },
    prints: [
      'IKEv2:Config data to send:',
      'IKEv2:(SA ID = 1):Config-type: Config-request ',
      'IKEv2:(SA ID = 1):Attrib type: split-dns, length: 0',
      'IKEv2:(SA ID = 1):Have config mode data to send',
    ],
  },
  'ike:v2_sa_established': {
    data: {
      ...{ ...ends, role: 'I', profile: 'profile1', rekeyed: false, lifetimeSeconds: 86400 },
      ...{ initiatorSpi: packet.initiatorSpi, responderSpi: authRequest.responderSpi },
    },
    prints: [
      'IKEv2:(SA ID = 1):IKEV2 SA created; inserting SA into database. SA lifetime timer (86400 sec) started',
      'IKEv2:(SA ID = 1):Session with IKE ID PAIR (192.168.0.2, 192.168.0.1) is UP',
      'IKEv2:IKEv2 MIB tunnel started, tunnel index 1',
      'IKEv2:(SA ID = 1):Checking for duplicate IKEv2 SA',
      'IKEv2:(SA ID = 1):No duplicate IKEv2 SA found',
    ],
  },
  'ike:v2_child_created': {
    data: { flow: 'Tunnel1', inbound: '01', outbound: '02', rekeyed: false, role: 'I' },
    prints: ['IKEv2:(SA ID = 1):Load IPSEC key material'],
  },
  'ike:v2_sa_deleted': {
    data: { ...ends, role: 'I', status: 'READY', reason: 'command' },
    prints: ['IKEv2:(SA ID = 1):Deleting SA'],
  },
  'ike:v2_child_deleted': {
    data: { inbound: '01', outbound: '02', reason: 'command' },
    prints: ['IKEv2:(SA ID = 1):Check for existing IPSEC SA'],
  },
  'ike:v2_rekey_begun': { data: { sa: 'CHILD', reason: 'lifetime' }, prints: [] },
  'ike:v2_rekey_collision': { data: { sa: 'IKE', kept: 'own' }, prints: [] },
  'ike:v2_retransmission': {
    data: { message: 'IKE_SA_INIT request', messageId: 0, attempt: 1, limit: 5 },
    prints: ['IKEv2:(SA ID = 1):Retransmitting packet'],
  },
  'ike:v2_duplicate': { data: { message: 'IKE_AUTH request', messageId: 1, answered: true }, prints: [] },
  'ike:v2_delete_sent': {
    data: { protocolId: 3, spis: ['a153cf67'] },
    prints: ['IKEv2:(SA ID = 1):Sending DELETE INFO message for IPsec SA [SPI: 0xA153CF67]'],
  },
  'ike:v2_delete_received': {
    data: { protocolId: 3, spis: ['0x335da6c6'] },
    prints: [
      'IKEv2:(SA ID = 1):Process delete request from peer',
      'IKEv2:(SA ID = 1):Processing DELETE INFO message for IPsec SA [SPI: 0x335DA6C6]',
    ],
  },
  'ike:v2_dpd': {
    data: { what: 'sent', peer: '192.168.0.2' },
    prints: ['IKEv2:(SA ID = 1):Sending DPD/liveness query'],
  },
  'ike:v2_fragmented': { data: { message: 'IKE_AUTH request', fragments: 3, size: 1400 }, prints: [] },
}

describe('debug text of one event of IKEv2', () => {
  for (const name of Object.keys(golden) as (keyof Golden)[])
    it(name, () => {
      const { data, prints } = golden[name]
      expect(lines(at({ name, data } as EventBody))).toEqual(prints)
    })
})

describe('packets of IKEv2', () => {
  const received = (data: IkeV2PacketData, connection = 1) => at(event('ike:v2_packet_received', data), connection)
  const opened = (connection: number, ...payloads: readonly string[]) =>
    at(event('ike:v2_payloads_decrypted', { message: 'IKE_AUTH request', payloads }), connection)
  const contents = (log: readonly string[]) => log.filter((_, line) => log[line - 1] === '|Payload contents: ')

  it('shows what was inside a received packet, each SA for itself', () => {
    const log = lines(received(authRequest, 1), received(authRequest, 2), opened(2, 'IDr'), opened(1, 'VID', 'IDi'))
    expect(contents(log)).toEqual(['| VID IDi ', '| IDr '])
  })

  it('shows the envelope of a packet that could not be decrypted, and of all fragments but the last', () => {
    const fragment = { ...authRequest, payloads: ['SKF'] }
    const log = lines(received(authRequest), received(fragment), received(fragment), opened(1, 'IDi'))
    expect(contents(log)).toEqual(['| ENCR ', '| SKF ', '| IDi '])
  })

  it('enters the SA once, and a responder verifies first', () => {
    const sent = at(event('ike:v2_packet_sent', packet))
    expect(lines(sent, sent).filter((line) => line.endsWith('Insert SA'))).toHaveLength(1)
    expect(lines(received(packet)).slice(-2)).toEqual([
      'IKEv2:(SA ID = 1):Verify SA init message',
      'IKEv2:(SA ID = 1):Insert SA',
    ])
  })

  it('enters nothing while there is no SA, and names none', () => {
    const log = lines(received(packet, 0))
    expect(log[0]).toMatch(/^IKEv2:Received Packet/)
    expect(log.at(-1)).toBe('|')
  })

  it.each([
    ['IKE_AUTH response', ['Process auth response notify']],
    ['IKE_AUTH request', ['Stopping timer to wait for auth message']],
    ['INFORMATIONAL response', ['Processing ACK to informational exchange']],
    ['INFORMATIONAL request', []],
    ['CREATE_CHILD_SA request', ['Processing CREATE_CHILD_SA message']],
  ] as const)('processes %s', (message, texts) => {
    expect(lines(at(event('ike:v2_processing', { message })))).toEqual(texts.map((text) => `IKEv2:(SA ID = 1):${text}`))
  })

  it('looks at the window of the peer before a request that is not of the initial exchanges', () => {
    const building = (message: 'INFORMATIONAL request' | 'INFORMATIONAL response' | 'IKE_AUTH request') =>
      lines(at(event('ike:v2_payloads_encrypting', { message, payloads: ['DELETE'] })))
    const checking = 'IKEv2:(SA ID = 1):Checking if request will fit in peer window'
    expect(building('INFORMATIONAL request')).toContain(checking)
    expect(building('INFORMATIONAL response')).not.toContain(checking)
    expect(building('IKE_AUTH request')).not.toContain(checking)
  })

  it('generates informational messages in silence', () => {
    expect(lines(at(event('ike:v2_generating', { message: 'INFORMATIONAL request' })))).toEqual([])
    expect(lines(at(event('ike:v2_generating', { message: 'IKE_AUTH response' })))).toEqual([
      'IKEv2:(SA ID = 1):Generating IKE_AUTH message',
    ])
  })

  it('says what a proposal is for, and nothing of one that will do', () => {
    const sent = (protocol: 'IKE' | 'ESP', rekey: boolean) =>
      lines(at(event('ike:v2_proposal_sent', { protocol, number: 1, spiSize: 4, rekey, transforms: [] })))[0]
    expect(sent('ESP', true)).toContain('(IPSec negotiation)')
    expect(sent('IKE', true)).toContain('(rekey)')
    const checked = { ...golden['ike:v2_proposal_checked'].data, acceptable: true }
    expect(lines(at(event('ike:v2_proposal_checked', checked)))).toEqual([])
    const esp = { ...golden['ike:v2_proposal_checked'].data, protocol: 'ESP', received: [weak, strong] } as const
    expect(lines(at(event('ike:v2_proposal_checked', esp))).slice(0, 2)).toEqual([
      'IKEv2:(SA ID = 1):Received Policies: : Failed to find a matching policyESP: Proposal 1:  3DES MD5 MD596 DH_GROUP_1024_MODP/Group 2',
      '|Proposal 2:  AES-CBC-256 SHA256 SHA256 DH_GROUP_2048_MODP/Group 14',
    ])
  })
})

describe('certificates of IKEv2', () => {
  const request = (hash: string, inProfile: boolean | null, ...trustpoints: readonly string[]) => ({
    hash,
    trustpoints: trustpoints.map((trustpoint) => ({ trustpoint, inProfile, signs: false })),
    chosen: null,
  })
  const asked = (...examined: readonly ReturnType<typeof request>[]) =>
    at(event('ike:v2_certreq_received', { encoding: 4, requests: examined.length, examined, chosen: null }))
  const retrieved = (log: readonly string[]) => log.filter((line) => line.includes('Retrieved'))

  it('says nothing of hashes that are not known or that the profile rules out', () => {
    const log = lines(asked(request('00', null), request('01', false, 'TP2'), request('02', true, 'TP1')))
    expect(retrieved(log)).toEqual(["IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1' "])
  })

  it('says so where no hash is left', () => {
    expect(retrieved(lines(asked(request('01', false, 'TP2'))))).toEqual([
      'IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): NONE',
    ])
  })

  it('names every trustpoint of a CA', () => {
    const log = lines(asked(request('01', null, 'TP1', 'TP2')))
    expect(retrieved(log)).toEqual(["IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1' 'TP2' "])
    expect(log.at(-1)).toBe('CRYPTO_PKI: 2 matching trustpoints found')
  })

  it('finds the records before the trustpoint at the first look-up of an SA, and after it from then on', () => {
    const order = (log: readonly string[]) =>
      log.flatMap((line) =>
        line.includes('picked up') ? ['picked'] : line.includes('a subject match') ? ['found'] : [],
      )
    const one = asked(request('01', null, 'TP1'))
    const first = ['found', 'found', 'picked']
    const later = ['picked', 'found', 'found']
    expect(order(lines(one, one, one))).toEqual([...first, ...later, ...later])
    const another = at(event('ike:v2_sa_requested', golden['ike:v2_sa_requested'].data))
    expect(order(lines(one, another, one))).toEqual([...first, ...first])
  })

  it.each([
    ['no-suitable-trustpoint', 'CRYPTO_PKI: (A16A8) No suitable trustpoints found'],
    ['certificate-outside-profile-trustpoints', 'CRYPTO_PKI: (A16A8) No suitable trustpoints found'],
    [
      'expired',
      '%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.  The certificate (SN: 3E) has expired.',
    ],
    ['a code of a later release', '%PKI-3-CERTIFICATE_INVALID: Certificate chain validation has failed.'],
  ])('says why a chain is bad: %s', (code, text) => {
    const { data } = golden['ike:v2_validation_ended']
    const ended = event('ike:v2_validation_ended', { ...data, passed: false, trustpoint: null, code })
    expect(lines(at(ended))).toEqual([
      text,
      'IKEv2:(SA ID = 1):[PKI -> IKEv2] Validation of certificate chain FAILED',
      "IKEv2:(SA ID = 1):Verification of peer's authentication data FAILED",
    ])
  })

  it('lists the suitable trustpoints once a validation, also when a CRL was fetched in between', () => {
    const crl = { handle: 'A16A8', url: 'http://ca/crl', via: 'cdp', issuer: 'cn=CA1', trustpoint: 'TP1' } as const
    const ended = at(event('ike:v2_validation_ended', golden['ike:v2_validation_ended'].data))
    const log = lines(at(event('pki:crl_requested', crl)), ended)
    expect(log.filter((line) => line.includes('Suitable trustpoints are'))).toHaveLength(1)
  })
})

describe('authentication of IKEv2', () => {
  const verified = (good: boolean) => at(event('ike:v2_authentication_verified', { good, method: 'PSK', detail: '' }))
  const failed = "IKEv2:(SA ID = 1):Verification of peer's authentication data FAILED"

  it('says once that the proof failed, where the chain was refused or where AUTH is wrong', () => {
    const { data } = golden['ike:v2_validation_ended']
    const refused = at(event('ike:v2_validation_ended', { ...data, passed: false, code: 'expired' }))
    expect(lines(refused, verified(false))).toEqual(lines(refused))
    expect(lines(refused).at(-1)).toBe(failed)
    expect(lines(verified(false))).toEqual([
      "IKEv2:(SA ID = 1):Verify peer's authentication data",
      failed,
      'IKEv2:(SA ID = 1):: Failed to authenticate the IKE SA',
    ])
  })

  it('signs with the key that PKI holds', () => {
    const own = event('ike:v2_own_authentication', { method: 'RSA', identity: '192.168.0.1' })
    expect(lines(at(own))).toContain('IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Sign authentication data')
    expect(lines(at(own))).toContain("IKEv2:(SA ID = 1):My authentication method is 'RSA'")
  })

  it.each([
    [1, 'IPv4 address', []],
    [9, 'DER ASN1 DN', ['IKEv2:%Profile could not be found by peer certificate.']],
    [200, 'type 200', []],
  ])('finds no profile for an identity of type %i', (idType, type, byCertificate) => {
    expect(lines(at(event('ike:v2_profile_searched', { idType, value: 'x', profile: null })))).toEqual([
      `IKEv2:(SA ID = 1):Searching policy based on peer's identity 'x' of type '${type}'`,
      ...byCertificate,
      'IKEv2:% IKEv2 profile not found',
      'IKEv2:(SA ID = 1):: Failed to locate an item in the database',
    ])
  })
})

describe('the life of an IKEv2 SA', () => {
  it('names the default policy as such, and none where there is none', () => {
    const searched = (policy: string | null, byDefault: boolean) =>
      lines(at(event('ike:v2_policy_searched', { local: '10.0.0.1', policy, byDefault }))).slice(1)
    expect(searched('default', true)).toEqual([
      'IKEv2:Using the Default Policy for Proposal',
      "IKEv2:Found Policy 'default'",
    ])
    expect(searched(null, false)).toEqual([])
  })

  it.each([
    ['none', ['NAT not found']],
    ['self', ['NAT INSIDE found']],
    ['peer', ['NAT OUTSIDE found']],
    ['both', ['NAT INSIDE found', 'NAT OUTSIDE found']],
  ] as const)('tells where the NAT is: %s', (behindNat, texts) => {
    const float = behindNat !== 'none'
    const floats = float ? ['NAT detected float to init port 4500, resp port 4500'] : []
    expect(lines(at(event('ike:v2_nat_checked', { behindNat, float }))).slice(1)).toEqual(
      [...texts, ...floats].map((text) => `IKEv2:(SA ID = 1):${text}`),
    )
  })

  it('names the session by the identities of the two ends', () => {
    const established = at(event('ike:v2_sa_established', golden['ike:v2_sa_established'].data))
    const own = at(event('ike:v2_own_identity', { payload: 'IDr', idType: 2, value: 'R1.cisco.com' }))
    const peer = at(event('ike:v2_peer_identity', { idType: 2, value: 'R2.cisco.com' }))
    expect(lines(own, peer, established)).toContain(
      'IKEv2:(SA ID = 1):Session with IKE ID PAIR (R2.cisco.com, R1.cisco.com) is UP',
    )
  })

  it('has no new session where an SA renews another', () => {
    const data = { ...golden['ike:v2_sa_established'].data, rekeyed: true, lifetimeSeconds: 3600 }
    expect(lines(at(event('ike:v2_sa_established', data)))).toEqual([
      'IKEv2:(SA ID = 1):IKEV2 SA created; inserting SA into database. SA lifetime timer (3600 sec) started',
    ])
  })

  it('says at the end which exchange failed', () => {
    const { data } = golden['ike:v2_sa_deleted']
    const dead = at(event('ike:v2_sa_deleted', { ...data, status: 'IN-NEG' }))
    const init = at(event('ike:v2_sa_init_complete', { peer: '192.168.0.2' }))
    expect(lines(dead)).toEqual([
      'IKEv2:(SA ID = 1):Initial exchange failed: Initial exchange failed',
      'IKEv2:(SA ID = 1):Abort exchange',
      'IKEv2:(SA ID = 1):Deleting SA',
    ])
    expect(lines(init, dead)[1]).toBe('IKEv2:(SA ID = 1):: Auth exchange failed')
  })

  it("deletes the IKE SA by the header's two SPIs", () => {
    const gone = at(event('ike:v2_delete_sent', { protocolId: 1, spis: [] }))
    expect(lines(at(event('ike:v2_packet_received', authRequest)), gone).at(-1)).toBe(
      'IKEv2:(SA ID = 1):Sending DELETE INFO message for IKEv2 SA [ISPI: 0x1D418169B24BF95A RSPI: 0xA645046F734260C6]',
    )
    expect(lines(gone)).toEqual(['IKEv2:(SA ID = 1):Sending DELETE INFO message for IKEv2 SA'])
  })

  it('knows the SPIs of a renewed SA before it has sent anything', () => {
    const data = { ...golden['ike:v2_sa_established'].data, rekeyed: true }
    const gone = event('ike:v2_delete_sent', { protocolId: 1, spis: [] })
    expect(lines(at(event('ike:v2_sa_established', data), 2), at(gone, 2)).at(-1)).toBe(
      'IKEv2:(SA ID = 2):Sending DELETE INFO message for IKEv2 SA [ISPI: 0x1D418169B24BF95A RSPI: 0xA645046F734260C6]',
    )
  })

  it('is silent about notifies that only tell, and about answers to DPD', () => {
    const message = 'IKE_AUTH request'
    expect(lines(at(event('ike:v2_notify_sent', { message, notify: 'SET_WINDOW_SIZE', protected: true })))).toEqual([])
    expect(
      lines(at(event('ike:v2_notify_received', { message, notify: 'USE_TRANSPORT_MODE', protected: true }))),
    ).toEqual([])
    expect(lines(at(event('ike:v2_dpd', { what: 'answered', peer: '192.168.0.2' })))).toEqual([])
    expect(lines(at(event('ike:v2_selectors', { side: 'offered', initiator: [], responder: [] })))).toEqual([])
  })

  it('says nothing of configuration data that is not asked for', () => {
    expect(lines(at(event('ike:v2_configuration_request', { sent: false, attributes: ['banner'] })))).toEqual([])
  })

  it('tells the initiator of the group that the peer prefers', () => {
    const changed = at(event('ike:v2_group_changed', { from: 5, to: 14 }))
    expect(lines(at(event('ike:v2_packet_sent', packet)), changed).at(-1)).toBe(
      'IKEv2:(SA ID = 1):Processing invalid ke notification, we sent group 5, peer prefers group 14',
    )
  })
})

describe('events of both versions, in IKEv2', () => {
  const peer = '192.168.0.2'
  const rejected = event('ike:rejected', {
    message: 'IKE_AUTH request',
    code: 'cannot-decrypt',
    detail: '',
    notify: null,
    peer,
  })
  const host = (address: string): ProxyText => ({ address, mask: '255.255.255.255', protocol: 47, port: 0 })
  const installed = event('ipsec:sa_installed', {
    ...{ destination: '192.168.0.1', spi: '01', transform: 'esp-aes', connection: 1, direction: 'in' },
    ...{ local: '192.168.0.1', remote: peer, localProxy: host('192.168.0.1'), remoteProxy: host(peer) },
    ...{ seconds: 3600, kilobytes: 4608000, interface: 'Tunnel1', map: 'Tunnel1-head-0' },
  })

  it('rejects in the lines of the step that failed', () => {
    expect(lines(at(rejected))).toEqual([])
  })

  it('does not wait for the SA as quick mode does', () => {
    const before = at(event('ike:v2_sa_init_complete', { peer }))
    expect(lines(at(installed)).join('\n')).toContain('Received IPSec Install callback')
    expect(lines(before, at(installed)).join('\n')).not.toContain('ISAKMP:')
  })

  it.each([
    ['IKE_AUTH request', 'no-sa', ["IKEv2:Couldn't find matching SA: Detected an invalid IKE SPI"]],
    ['IKE_AUTH request', 'truncated', []],
    ['unknown', 'truncated', []],
  ] as const)('ignores %s: %s', (message, reason, texts) => {
    const before = at(event('ike:v2_vendor_id', { name: '', hex: '' }))
    expect(lines(before, at(event('ike:ignored', { message, reason, detail: '', peer })))).toEqual(texts)
  })
})
