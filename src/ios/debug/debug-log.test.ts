import { describe, expect, it } from 'vitest'
import {
  type EventBody,
  type EventName,
  event,
  type IkeV2TraceEvents,
  type PacketData,
  type ProxyText,
  type TraceEvent,
  type TraceEvents,
} from '../../trace/index.ts'
import { debugLog } from './debug-log.ts'

const utc = { name: 'UTC', offsetMinutes: 0 }
const time = Date.UTC(2013, 5, 7, 8, 9, 5, 42)
const stamp = '*Jun  7 08:09:05.042: '

const at = (body: EventBody, connection = 1010, router = 'R1'): TraceEvent =>
  ({ ...body, time, router, connection }) as TraceEvent

const log = (...events: readonly TraceEvent[]): string =>
  debugLog(events, { router: 'R1', timezone: utc, dialect: '15.x' })

/** The log without its stamps: a line without a stamp continues the entry above it and begins with `|`. */
const lines = (...events: readonly TraceEvent[]): readonly string[] =>
  log(...events)
    .split('\n')
    .slice(0, -1)
    .map((line) => (line.startsWith(stamp) ? line.slice(stamp.length) : `|${line}`))

const place = { role: 'R', saState: 'MM_KEY_EXCH', peer: '192.168.0.2' } as const
const named = { subject: 'cn=R2', issuer: 'cn=CA2', serial: '3E' } as const
const packet: PacketData = {
  peer: '192.168.0.2',
  localPort: 500,
  peerPort: 500,
  role: 'I',
  saState: 'QM_IDLE',
  message: 'QM1',
  messageId: 7,
  payloads: [],
  encrypted: true,
  length: 100,
  retransmission: 0,
  digest: '00',
}
const fqdn = { type: 2, value: 'R2.cisco.com', protocol: 17, port: 500, length: 20 } as const
const net = (address: string, mask = '255.255.255.0', protocol = 0): ProxyText => ({ address, mask, protocol, port: 0 })
const host = (address: string): ProxyText => net(address, '255.255.255.255', 47)
const proxies = { localProxy: host('192.168.0.1'), remoteProxy: host('192.168.0.2') }
const ends = { local: '192.168.0.1', remote: '192.168.0.2' }
const notify = { notify: 'PROPOSAL_NOT_CHOSEN', protocolId: 3, spi: '63a278d7', protected: true, messageId: 595 }

type Golden = {
  readonly [N in Exclude<EventName, keyof IkeV2TraceEvents>]: {
    readonly data: TraceEvents[N]
    readonly prints: readonly string[]
  }
}

const golden: Golden = {
  'ike:sa_requested': {
    data: { peer: '192.168.0.2', local: '192.168.0.1', profile: null, localPort: 500, peerPort: 500 },
    prints: [
      'ISAKMP:(1010): SA request profile is (NULL)',
      'ISAKMP: Created a peer struct for 192.168.0.2, peer port 500',
      'ISAKMP: local port 500, remote port 500',
      'ISAKMP: set new node 0 to QM_IDLE      ',
      'ISAKMP:(1010):Can not start Aggressive mode, trying Main mode.',
    ],
  },
  'ike:sa_created': {
    data: { peer: '192.168.0.2', local: '192.168.0.1', localPort: 500, peerPort: 512, role: 'R' },
    prints: ['ISAKMP: Created a peer struct for 192.168.0.2, peer port 512', 'ISAKMP: local port 500, remote port 512'],
  },
  'ike:preshared_key_found': {
    data: { peer: '192.168.0.2', keyring: 'VPN', at: null },
    prints: [
      'ISAKMP:(1010):found peer pre-shared key matching 192.168.0.2',
      'ISAKMP:(1010):Found ADDRESS key in keyring VPN',
    ],
  },
  'ike:preshared_key_missing': {
    data: { peer: '192.168.0.2' },
    prints: ['ISAKMP:(1010):No pre-shared key with 192.168.0.2!'],
  },
  'ike:natt_vendor_ids_sent': {
    data: { names: ['rfc3947', '07'] },
    prints: ['ISAKMP:(1010): constructed NAT-T vendor-rfc3947 ID', 'ISAKMP:(1010): constructed NAT-T vendor-07 ID'],
  },
  'ike:exchange_begun': {
    data: { exchange: 'Quick', messageId: 787769575 },
    prints: ['ISAKMP:(1010):beginning Quick Mode exchange, M-ID of 787769575'],
  },
  'ike:packet_sent': {
    data: packet,
    prints: [
      'ISAKMP:(1010): sending packet to 192.168.0.2 my_port 500 peer_port 500 (I) QM_IDLE      ',
      'ISAKMP:(1010):Sending an IKE IPv4 Packet.',
    ],
  },
  'ike:packet_received': {
    data: { ...packet, role: 'N', saState: 'NEW SA', message: 'MM1', peerPort: 512 },
    prints: ['ISAKMP (1010): received packet from 192.168.0.2 dport 500 sport 512 Global (N) NEW SA'],
  },
  'ike:payloads_decrypted': { data: { message: 'MM5', messageId: 0, payloads: ['ID'] }, prints: [] },
  'ike:state_changed': {
    data: { input: 'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE', old: 'IKE_R_MM3', new: 'IKE_R_MM4' },
    prints: [
      'ISAKMP:(1010):Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE',
      'ISAKMP:(1010):Old State = IKE_R_MM3  New State = IKE_R_MM4 ',
      '|',
    ],
  },
  'ike:sa_payload_processed': {
    data: { messageId: 0 },
    prints: ['ISAKMP:(1010): processing SA payload. message ID = 0'],
  },
  'ike:vendor_id': {
    data: { name: 'NAT-T RFC 3947', hex: '4A131C81070358455C5728F20E95452F' },
    prints: [
      'ISAKMP:(1010): processing vendor id payload',
      'ISAKMP:(1010): vendor ID seems Unity/DPD but major 69 mismatch',
      'ISAKMP (1010): vendor ID is NAT-T RFC 3947',
    ],
  },
  'ike:profiles_scanned': {
    data: { profiles: ['prof1', 'prof2'] },
    prints: ['ISAKMP : Scanning profiles for xauth ... prof1 prof2'],
  },
  'ike:transform_checked': {
    data: {
      ...{ transform: 1, nextPayload: 3, priority: 10, acceptable: false },
      attributes: {
        encryption: 'AES-CBC',
        keyLength: 256,
        hash: 'SHA256',
        group: '14',
        authentication: 'RSA sig',
        lifetimeSeconds: 86400,
      },
      mismatches: ['Encryption algorithm', 'key length'],
    },
    prints: [
      'ISAKMP:(1010):Checking ISAKMP transform 1 against priority 10 policy',
      'ISAKMP:      encryption AES-CBC',
      'ISAKMP:      keylength of 256',
      'ISAKMP:      hash SHA256',
      'ISAKMP:      default group 14',
      'ISAKMP:      auth RSA sig',
      'ISAKMP:      life type in seconds',
      'ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80 ',
      'ISAKMP:(1010):Encryption algorithm offered does not match policy!',
      'ISAKMP:(1010):Proposed key length does not match policy',
      'ISAKMP:(1010):atts are not acceptable. Next payload is 3',
    ],
  },
  'ike:policy_agreed': {
    data: { priority: 10, lifetimeSeconds: 86400 },
    prints: [
      'ISAKMP:(1010):Acceptable atts:actual life: 0',
      'ISAKMP:(1010):Acceptable atts:life: 0',
      'ISAKMP:(1010):Fill atts in sa vpi_length:4',
      'ISAKMP:(1010):Fill atts in sa life_in_seconds:86400',
      'ISAKMP:(1010):Returning Actual lifetime: 86400',
      'ISAKMP:(1010)::Started lifetime timer: 86400.',
      '|',
    ],
  },
  'ike:no_policy': {
    data: { local: '192.168.0.1', peer: '192.168.0.2' },
    prints: [
      'ISAKMP:(1010):no offers accepted!',
      'ISAKMP:(1010): phase 1 SA policy not acceptable! (local 192.168.0.1 remote 192.168.0.2)',
    ],
  },
  'ike:certreq_sent': {
    data: { issuer: 'cn=CA1,o=cisco,o=com', trustpoint: 'IOSCA1' },
    prints: ['ISAKMP (1010): constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com'],
  },
  'ike:certreq_received': {
    data: {
      messageId: 0,
      encoding: 4,
      issuer: 'cn=CA1',
      examined: [{ trustpoint: 'IOSCA1', inProfileList: true }],
      chosen: 'IOSCA1',
    },
    prints: [
      'ISAKMP:(1010): processing CERT_REQ payload. message ID = 0',
      'ISAKMP:(1010): peer wants a CT_X509_SIGNATURE cert',
      'ISAKMP:(1010): peer wants cert issued by cn=CA1',
      'ISAKMP: Examining profile list for trustpoint IOSCA1',
      'ISAKMP: Found matching profile for IOSCA1',
      ' Choosing trustpoint IOSCA1 as issuer',
    ],
  },
  'ike:key_exchange_processed': { data: {}, prints: ['ISAKMP:(1010): processing KE payload. message ID = 0'] },
  'ike:nonce_processed': {
    data: { messageId: 0 },
    prints: ['ISAKMP:(1010): processing NONCE payload. message ID = 0'],
  },
  'ike:keys_derived': { data: { connection: 1010 }, prints: [] },
  'ike:nat_detected': {
    data: { behindNat: 'none', float: false },
    prints: [
      'ISAKMP:received payload type 20',
      'ISAKMP (1010): His hash no match - this node outside NAT',
      'ISAKMP:received payload type 20',
      'ISAKMP (1010): No NAT Found for self or peer',
    ],
  },
  'ike:another_ios': { data: {}, prints: ['ISAKMP:(1010): speaking to another IOS box!'] },
  'ike:initial_contact_sent': { data: {}, prints: ['ISAKMP:(1010):Send initial contact'] },
  'ike:initial_contact_received': {
    data: { local: '192.168.0.1', peer: '192.168.0.2', peerPort: 500 },
    prints: [
      'ISAKMP:(1010): processing NOTIFY INITIAL_CONTACT protocol 1',
      '|\tspi 0, message ID = 0',
      'ISAKMP:(1010):Process initial contact,',
      "|bring down existing phase 1 and 2 SA's with local 192.168.0.1 remote 192.168.0.2 remote port 500",
    ],
  },
  'ike:own_identity': {
    data: {
      method: 'pre-shared key',
      idType: 'ID_IPV4_ADDR',
      nextPayload: 8,
      identity: { type: 1, value: '192.168.0.1', protocol: 17, port: 500, length: 12 },
    },
    prints: [
      'ISAKMP:(1010):SA is doing pre-shared key authentication using id type ID_IPV4_ADDR',
      'ISAKMP (1010): ID payload',
      '|       next-payload : 8',
      '|       type         : 1',
      '|       address      : 192.168.0.1',
      '|       protocol     : 17',
      '|       port         : 500',
      '|       length       : 12',
      'ISAKMP:(1010):Total payload length: 12',
    ],
  },
  'ike:own_certificate': {
    data: { ...place, ...named, trustpoint: 'IOSCA1', chainLength: 1 },
    prints: [
      'ISAKMP:(1010): IKE->PKI Get CertificateChain to be sent to peer state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      'ISAKMP:(1010): PKI->IKE Got CertificateChain to be sent to peer state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      'ISAKMP (1010): constructing CERT payload for cn=R2',
      "ISAKMP:(1010): using the IOSCA1 trustpoint's keypair to sign",
    ],
  },
  'ike:no_own_certificate': {
    data: { peer: '192.168.0.2', detail: '' },
    prints: ['ISAKMP:(1010): no valid cert found to return'],
  },
  'ike:peer_identity': {
    data: { nextPayload: 6, identity: fqdn },
    prints: [
      'ISAKMP:(1010): processing ID payload. message ID = 0',
      'ISAKMP (1010): ID payload',
      '|       next-payload : 6',
      '|       type         : 2',
      '|       FQDN name    : R2.cisco.com',
      '|       protocol     : 17',
      '|       port         : 500',
      '|       length       : 20',
    ],
  },
  'ike:profile_bound': {
    data: { profile: 'prof1', by: 'identity' },
    prints: ['ISAKMP:(0):: peer matches prof1 profile'],
  },
  'ike:peer_certificate': {
    data: { ...place, ...named, encoding: 4, handle: '900C5', first: true },
    prints: [
      'ISAKMP:(1010): processing CERT payload. message ID = 0',
      'ISAKMP:(1010): processing a CT_X509_SIGNATURE cert',
      "ISAKMP:(1010): IKE->PKI Add peer's certificate state (R) MM_KEY_EXCH (peer 192.168.0.2)",
      'CRYPTO_PKI: (900C5) Adding peer certificate',
      "ISAKMP:(1010): PKI->IKE Added peer's certificate state (R) MM_KEY_EXCH (peer 192.168.0.2)",
    ],
  },
  'ike:peer_certificate_malformed': {
    data: { detail: 'cut short' },
    prints: [
      'ISAKMP:(1010): processing CERT payload. message ID = 0',
      'ISAKMP:(1010): processing a CT_X509_SIGNATURE cert',
    ],
  },
  'pki:validation_begun': {
    data: { ...place, handle: '900C5', list: ['IOSCA1', 'IOSCA2'], keyringOfProfile: false },
    prints: [
      'ISAKMP:(1010): IKE->PKI Get PeerCertificateChain state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      'ISAKMP:(1010): PKI->IKE Got PeerCertificateChain state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      "ISAKMP:(1010): peer's pubkey isn't cached",
      'ISAKMP:(0): Creating CERT validation list: IOSCA1, IOSCA2, ',
      'ISAKMP:(1010): IKE->PKI Validate certificate chain state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      'CRYPTO_PKI:ip-ext-val:IP extension validation not required',
      'CRYPTO_PKI: (900C5) Check for identical certs',
      'CRYPTO_PKI: (900C5) Create a list of suitable trustpoints',
    ],
  },
  'pki:validation_step': {
    data: { handle: '900C5', check: 'signature', subject: 'cn=R2', passed: true, detail: '' },
    prints: [],
  },
  'pki:crl_requested': {
    data: { handle: '900C5', url: 'http://192.168.0.3/ca.crl', via: 'cdp', issuer: 'cn=CA1', trustpoint: 'IOSCA1' },
    prints: [
      'CRYPTO_PKI: (900C5) Suitable trustpoints are: IOSCA1,',
      'CRYPTO_PKI: (900C5) Attempting to validate certificate using IOSCA1 policy',
      'CRYPTO_PKI: (900C5) Using IOSCA1 to validate certificate',
      'CRYPTO_PKI: (900C5) Checking certificate revocation',
      'CRYPTO_PKI: (900C5) Starting CRL revocation check',
    ],
  },
  'pki:crl_received': {
    data: { handle: '900C5', url: 'http://192.168.0.3/ca.crl', issuer: 'cn=CA1', entries: 0 },
    prints: ['CRYPTO_PKI: (900C5) Matching CRL found'],
  },
  'pki:crl_failed': {
    data: {
      handle: '900C5',
      url: 'http://192.168.0.3/ca.crl',
      trustpoint: 'IOSCA1',
      detail: 'Enrollment URL not configured.',
    },
    prints: [
      '%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint IOSCA1 failed',
      '| Reason : Enrollment URL not configured.',
    ],
  },
  'pki:validation_succeeded': {
    data: { ...place, handle: 'A0013', trustpoint: 'IOSCA1', subject: 'cn=R2' },
    prints: [
      'CRYPTO_PKI: (A0013) Suitable trustpoints are: IOSCA1,',
      'CRYPTO_PKI: (A0013) Attempting to validate certificate using IOSCA1 policy',
      'CRYPTO_PKI: (A0013) Using IOSCA1 to validate certificate',
      'CRYPTO_PKI: (A0013) Certificate is verified',
      'CRYPTO_PKI: (A0013) Certificate validation succeeded',
      'ISAKMP:(1010): PKI->IKE Validate certificate chain state (R) MM_KEY_EXCH (peer 192.168.0.2)',
    ],
  },
  'pki:validation_failed': {
    data: { ...place, ...named, handle: '900C5', code: 'no-suitable-trustpoint', detail: '' },
    prints: [
      'CRYPTO_PKI: (900C5) No suitable trustpoints found',
      'ISAKMP:(1010): PKI->IKE Validate certificate chain state (R) MM_KEY_EXCH (peer 192.168.0.2)',
      '%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 192.168.0.2 is bad: unknown error returned in certificate validation',
      'ISAKMP:(1010): Unknown error in cert validation, -1',
    ],
  },
  'pki:key_mismatch': {
    data: { trustpoint: 'TP1' },
    prints: ['%PKI-3-KEY_CMP_MISMATCH: Key in the certificate and stored key does not match for Trustpoint-TP1.'],
  },
  'ike:identity_not_in_certificate': {
    data: { idType: 1, id: '192.168.30.2', certificateValue: '172.16.5.2' },
    prints: ['%CRYPTO-6-IKMP_NO_ID_CERT_ADDR_MATCH: ID of 192.168.30.2 (type 1) and certificate addr with 172.16.5.2'],
  },
  'ike:signature_checked': {
    data: { good: true, kind: 'SIG' },
    prints: ['ISAKMP:(1010): processing SIG payload. message ID = 0'],
  },
  'ike:peer_authenticated': {
    data: { local: '192.168.0.1', peer: '192.168.0.2', peerPort: 500 },
    prints: [
      'ISAKMP:(1010):SA authentication status:',
      '|       authenticated',
      'ISAKMP:(1010):SA has been authenticated with 192.168.0.2',
      'ISAKMP: Trying to insert a peer 192.168.0.1/192.168.0.2/500/,  and inserted successfully.',
    ],
  },
  'ike:phase1_complete': { data: { local: '192.168.0.1', peer: '192.168.0.2' }, prints: [] },
  'ike:rejected': {
    data: { message: 'MM5', code: 'signature-invalid', detail: '', notify: null, peer: '192.168.0.2' },
    prints: ['%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at 192.168.0.2'],
  },
  'ike:ignored': {
    data: { message: 'unknown', reason: 'no-sa', detail: '', peer: '192.168.0.2' },
    prints: ['%CRYPTO-4-IKMP_NO_SA: IKE message from 192.168.0.2 has no SA and is not an initialization offer'],
  },
  'ike:retransmission': {
    data: { message: 'MM5', attempt: 1, limit: 5, saState: 'MM_KEY_EXCH', phase: 1 },
    prints: [
      'ISAKMP:(1010): retransmitting phase 1 MM_KEY_EXCH...',
      'ISAKMP (1010): incrementing error counter on sa, attempt 1 of 5: retransmit phase 1',
      'ISAKMP:(1010): retransmitting phase 1 MM_KEY_EXCH',
    ],
  },
  'ike:duplicate': {
    data: { message: 'MM5', answered: true },
    prints: [
      'ISAKMP:(1010): phase 1 packet is a duplicate of a previous packet.',
      'ISAKMP:(1010): retransmitting due to retransmit phase 1',
    ],
  },
  'ike:sa_deleted': {
    data: { reason: 'Death by retransmission P1', role: 'I', saState: 'MM_KEY_EXCH', peer: '192.168.0.2' },
    prints: ['ISAKMP:(1010):deleting SA reason "Death by retransmission P1" state (I) MM_KEY_EXCH (peer 192.168.0.2)'],
  },
  'ike:notify_sent': {
    data: notify,
    prints: ['ISAKMP:(1010):Sending NOTIFY PROPOSAL_NOT_CHOSEN protocol 3', '|\tspi 1671592151, message ID = 595'],
  },
  'ike:notify_received': {
    data: notify,
    prints: [
      'ISAKMP:(1010): processing HASH payload. message ID = 595',
      'ISAKMP:(1010): processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3',
      '|\tspi 1671592151, message ID = 595',
    ],
  },
  'ike:delete_sent': { data: { protocolId: 3, spis: ['63a278d7'] }, prints: [] },
  'ike:delete_received': {
    data: { protocolId: 3, spis: ['63a278d7'], messageId: 17 },
    prints: [
      'ISAKMP:(1010): processing HASH payload. message ID = 17',
      'ISAKMP:(1010): processing DELETE payload. message ID = 17',
    ],
  },
  'ike:dpd_sent': { data: { sequence: 689 }, prints: [] },
  'ike:dpd_answered': {
    data: { sequence: 689, peer: '192.168.0.2' },
    prints: ['ISAKMP:(1010): DPD/R_U_THERE_ACK received from peer 192.168.0.2, sequence 0x2B1'],
  },
  'ike:dpd_failed': { data: { peer: '192.168.0.2' }, prints: ['ISAKMP:(1010):peer 192.168.0.2 not responding!'] },
  'ike:rekey_begun': { data: { phase: 1, reason: 'lifetime' }, prints: [] },
  'ike:lifetime_notified': {
    data: { seconds: 3600, protocolId: 1 },
    prints: ['ISAKMP:(1010): restart ike sa timer to 3600 secs'],
  },
  'ike:qm_spi': { data: { role: 'R', spi: '63a278d7' }, prints: ['ISAKMP:(1010):QM Responder gets spi'] },
  'ike:qm_hash_processed': {
    data: { messageId: 7 },
    prints: ['ISAKMP:(1010): processing HASH payload. message ID = 7'],
  },
  'ike:qm_sa_processed': { data: { messageId: 7 }, prints: ['ISAKMP:(1010): processing SA payload. message ID = 7'] },
  'ike:qm_nonce_processed': {
    data: { messageId: 7 },
    prints: ['ISAKMP:(1010): processing NONCE payload. message ID = 7'],
  },
  'ike:qm_ids_processed': {
    data: { messageId: 7, initiator: proxies.localProxy, responder: proxies.remoteProxy },
    prints: [
      'ISAKMP:(1010): processing ID payload. message ID = 7',
      'ISAKMP:(1010): processing ID payload. message ID = 7',
    ],
  },
  'ike:qm_transform_checked': {
    data: {
      ...{ proposal: 1, transform: 1, acceptable: false, reason: '', transformSet: null },
      attributes: {
        ...{ transformId: 'ESP_AES', encapsulation: 1, authenticator: 'HMAC-SHA256', keyLength: 256, group: 14 },
        lifetimes: [
          { unit: 'seconds', value: 3600, form: 'basic' },
          { unit: 'kilobytes', value: 4608000, form: 'variable' },
        ],
      },
    },
    prints: [
      'ISAKMP:(1010):Checking IPSec proposal 1',
      'ISAKMP: transform 1, ESP_AES',
      'ISAKMP:   attributes in transform:',
      'ISAKMP:      encaps is 1 (Tunnel)',
      'ISAKMP:      SA life type in seconds',
      'ISAKMP:      SA life duration (basic) of 3600',
      'ISAKMP:      SA life type in kilobytes',
      'ISAKMP:      SA life duration (VPI) of  0x0 0x46 0x50 0x0 ',
      'ISAKMP:      authenticator is HMAC-SHA256',
      'ISAKMP:      key length is 256',
      'ISAKMP:      group is 14',
      'ISAKMP:(1010):atts are acceptable.',
      'IPSEC(ipsec_process_proposal): transform proposal not supported for identity: ',
      '|    {esp-aes 256 esp-sha256-hmac }',
    ],
  },
  'ike:qm_rejected': {
    data: { messageId: 7, error: 32, local: '192.168.0.1', peer: '192.168.0.2', notify: 'PROPOSAL_NOT_CHOSEN' },
    prints: [
      'ISAKMP:(1010): IPSec policy invalidated proposal with error 32',
      'ISAKMP:(1010): phase 2 SA policy not acceptable! (local 192.168.0.1 remote 192.168.0.2)',
    ],
  },
  'ike:node_deleted': {
    data: { messageId: 7, error: true, reason: 'QM rejected' },
    prints: ['ISAKMP:(1010):deleting node 7 error TRUE reason "QM rejected"'],
  },
  'ipsec:sa_requested': {
    data: {
      ...{ local: '15.1.1.1', remote: '25.2.2.2', transform: 'esp-aes', mode: 'tunnel', map: 'CMAP' },
      ...{
        localProxy: net('10.1.0.0', '255.255.0.0'),
        remoteProxy: net('10.2.0.0', '255.255.0.0'),
        seconds: 3600,
        kilobytes: 4608000,
        keySize: 128,
      },
    },
    prints: [
      'IPSEC(sa_request): ,',
      '|  (key eng. msg.) OUTBOUND local= 15.1.1.1:500, remote= 25.2.2.2:500,',
      '|    local_proxy= 10.1.0.0/255.255.0.0/256/0,',
      '|    remote_proxy= 10.2.0.0/255.255.0.0/256/0,',
      '|    protocol= ESP, transform= esp-aes  (Tunnel), ',
      '|    lifedur= 3600s and 4608000kb, ',
      '|    spi= 0x0(0), conn_id= 0, keysize= 128, flags= 0x0',
    ],
  },
  'ipsec:proposal_validated': {
    data: { ...ends, ...proxies, transform: 'esp-aes esp-sha256-hmac', mode: 'tunnel', keySize: 128 },
    prints: [
      'IPSEC(validate_proposal_request): proposal part #1',
      'IPSEC(validate_proposal_request): proposal part #1,',
      '|  (key eng. msg.) INBOUND local= 192.168.0.1:0, remote= 192.168.0.2:0,',
      '|    local_proxy= 192.168.0.1/255.255.255.255/47/0,',
      '|    remote_proxy= 192.168.0.2/255.255.255.255/47/0,',
      '|    protocol= ESP, transform= esp-aes esp-sha256-hmac  (Tunnel), ',
      '|    lifedur= 0s and 0kb, ',
      '|    spi= 0x0(0), conn_id= 0, keysize= 128, flags= 0x0',
    ],
  },
  'ipsec:map_checked': {
    data: {
      boundProfile: 'prof2',
      candidates: [{ map: 'Tunnel1-head-0', profile: 'prof1', accepted: false, reason: 'profile-did-not-match' }],
      map: null,
      ...proxies,
    },
    prints: [
      'map_db_check_isakmp_profile profile did not match',
      'map_db_find_best did not find matching map',
      'IPSEC(ipsec_process_proposal): proxy identities not supported',
    ],
  },
  'ipsec:sa_installed': {
    data: {
      ...{
        destination: '192.168.0.1',
        spi: '63a278d7',
        transform: 'esp-aes esp-sha256-hmac',
        connection: 1,
        direction: 'in',
      },
      ...{ ...ends, ...proxies, seconds: 3600, kilobytes: 4608000, interface: 'Tunnel1', map: 'Tunnel1-head-0' },
    },
    prints: [
      'IPSEC(key_engine): got a queue event with 1 KMI message(s)',
      'IPSEC(crypto_ipsec_create_ipsec_sas): Map found Tunnel1-head-0',
      'IPSEC(create_sa): sa created,',
      '|  (sa) sa_dest= 192.168.0.1, sa_proto= 50, ',
      '|    sa_spi= 0x63A278D7(1671592151), ',
      '|    sa_trans= esp-aes esp-sha256-hmac , sa_conn_id= 1',
      '|    sa_lifetime(k/sec)= (4608000/3600),',
      '|  (identity) local= 192.168.0.1:0, remote= 192.168.0.2:0,',
      '|    local_proxy= 192.168.0.1/255.255.255.255/47/0,',
      '|    remote_proxy= 192.168.0.2/255.255.255.255/47/0',
      'ISAKMP:(1010):Received IPSec Install callback... proceeding with the negotiation',
      'ISAKMP:(1010):Successfully installed IPSEC SA (SPI:0x63A278D7) on Tunnel1',
    ],
  },
  'ipsec:sa_deleted': {
    data: {
      destination: '192.168.0.1',
      spi: '09395627',
      reason: 'lifetime',
      transform: 'esp-aes esp-sha-hmac',
      connection: 3,
    },
    prints: [
      'IPSEC(delete_sa): deleting SA,',
      '|  (sa) sa_dest= 192.168.0.1, sa_proto= 50, ',
      '|    sa_spi= 0x9395627(154752551), ',
      '|    sa_trans= esp-aes esp-sha-hmac , sa_conn_id= 3',
    ],
  },
  'ipsec:invalid_spi': {
    data: { destination: '192.168.0.1', source: '192.168.0.2', spi: '0x63A278D7', interface: 'Ethernet0/0' },
    prints: [
      "%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=192.168.0.1, prot=50, spi=0x63A278D7(1671592151), srcaddr=192.168.0.2, input interface=Ethernet0/0",
    ],
  },
  'ipsec:packet_sent': {
    data: { spi: '01', sequence: 1, inner: 'ICMP', length: 100, peer: '192.168.0.2' },
    prints: [],
  },
  'ipsec:packet_received': {
    data: { spi: '01', sequence: 1, inner: 'ICMP', length: 100, peer: '192.168.0.2' },
    prints: [],
  },
  'ipsec:packet_dropped': { data: { spi: '01', reason: 'replay', peer: '192.168.0.2' }, prints: [] },
  'ike:decision': {
    data: {
      question: 'which profile binds?',
      message: 'MM5',
      decision: { rule: 'v1.bind', source: 'S', choice: 'prof1', candidates: [], because: [] },
    },
    prints: [],
  },
}

describe('debug text of one event', () => {
  for (const name of Object.keys(golden) as (keyof Golden)[])
    it(name, () => {
      const { data, prints } = golden[name]
      expect(lines(at({ name, data } as EventBody))).toEqual(prints)
    })
})

describe('debug text that depends on more than the event', () => {
  it("gives times in the router's zone, the day in two columns", () => {
    const zone = { name: 'CET', offsetMinutes: 60 }
    const night = { ...at(event('ike:another_ios', {})), time: Date.UTC(2013, 11, 31, 23, 30, 0, 7.9) }
    expect(debugLog([night], { router: 'R1', timezone: zone, dialect: '15.x' })).toBe(
      '*Jan  1 00:30:00.007: ISAKMP:(1010): speaking to another IOS box!\n',
    )
  })

  it('passes over what other routers did', () => {
    expect(log(at(event('ike:another_ios', {}), 1010, 'R2'))).toBe('')
  })

  it('says that the profile has no keyring only where a profile is bound', () => {
    const begun = at(event('pki:validation_begun', golden['pki:validation_begun'].data))
    const keyring = 'ISAKMP:(1010):Profile has no keyring, aborting key search'
    expect(lines(begun)).not.toContain(keyring)
    expect(lines(at(event('ike:profile_bound', { profile: 'prof1', by: 'identity' })), begun)).toContain(keyring)
    expect(lines(at(event('ike:profile_bound', { profile: null, by: 'none' })), begun)).not.toContain(keyring)
    const withKeyring = at(
      event('pki:validation_begun', { ...golden['pki:validation_begun'].data, keyringOfProfile: true }),
    )
    expect(lines(at(event('ike:profile_bound', { profile: 'prof1', by: 'identity' })), withKeyring)).not.toContain(
      keyring,
    )
  })

  it('prints no validation list where every trustpoint counts', () => {
    const begun = at(event('pki:validation_begun', { ...golden['pki:validation_begun'].data, list: null }))
    expect(lines(begun).join('\n')).not.toContain('Creating CERT validation list')
  })

  it('examines no trustpoint after a request has decided, and begins anew with the next session', () => {
    const request = at(event('ike:certreq_received', golden['ike:certreq_received'].data), 0)
    const examining = 'ISAKMP: Examining profile list for trustpoint IOSCA1'
    const count = (...events: readonly TraceEvent[]) => lines(...events).filter((line) => line === examining).length
    expect(count(request, request)).toBe(1)
    expect(count(request, at(event('ike:sa_created', golden['ike:sa_created'].data), 0), request)).toBe(2)
  })

  it('finds no match for a trustpoint outside the list of the profile', () => {
    const outside = {
      ...golden['ike:certreq_received'].data,
      examined: [{ trustpoint: 'IOSCA2', inProfileList: false }],
      chosen: null,
    }
    expect(lines(at(event('ike:certreq_received', outside))).slice(3)).toEqual([
      'ISAKMP: Examining profile list for trustpoint IOSCA2',
    ])
  })

  it('lists the suitable trustpoints once a validation, also when a CRL was fetched in between', () => {
    const requested = at(event('pki:crl_requested', { ...golden['pki:crl_requested'].data, handle: 'A0013' }))
    const succeeded = at(event('pki:validation_succeeded', golden['pki:validation_succeeded'].data))
    expect(lines(requested, succeeded).filter((line) => line.includes('Suitable trustpoints are'))).toHaveLength(1)
  })

  it.each([
    ['one CERT_REQ', ['KE', 'CERTREQ'], 'ISAKMP:(0): sending packet'],
    ['seven CERT_REQs', ['KE', ...Array.from({ length: 7 }, () => 'CERTREQ')], 'ISAKMP (0): sending packet'],
    ['no CERT_REQ', ['KE'], 'ISAKMP:(0): sending packet'],
  ])('prefixes MM3 as the seed does after %s', (_, payloads, prefix) => {
    const mm3 = event('ike:packet_sent', { ...packet, message: 'MM3', saState: 'MM_SA_SETUP', payloads })
    expect(lines(at(mm3, 0))[0]).toBe(`${prefix} to 192.168.0.2 my_port 500 peer_port 500 (I) MM_SA_SETUP`)
  })

  it('tells of the floating port with MM5 on 4500', () => {
    const floated = event('ike:packet_received', {
      ...packet,
      message: 'MM5',
      role: 'R',
      saState: 'MM_KEY_EXCH',
      localPort: 4500,
      peerPort: 4501,
    })
    expect(lines(at(floated))[1]).toBe('ISAKMP:(1010):Detected port floating to port = 4501')
  })

  it('has quick mode name its node, with no empty line', () => {
    const changed = event('ike:state_changed', {
      input: 'IKE_MESG_INTERNAL, IKE_INIT_QM',
      old: 'IKE_QM_READY',
      new: 'IKE_QM_I_QM1',
      node: 7,
    })
    expect(lines(at(changed))).toEqual([
      'ISAKMP:(1010):Node 7, Input = IKE_MESG_INTERNAL, IKE_INIT_QM',
      'ISAKMP:(1010):Old State = IKE_QM_READY  New State = IKE_QM_I_QM1',
    ])
  })

  it('says what binds when it is a certificate map, and when it is nothing', () => {
    expect(lines(at(event('ike:profile_bound', { profile: 'certpro', by: 'certificate-map' })))).toEqual([
      'ISAKMP:(1010): certificate map matches certpro profile',
      'ISAKMP:(1010): Trying to re-validate CERT using new profile',
    ])
    expect(lines(at(event('ike:profile_bound', { profile: null, by: 'none' })))).toEqual([
      'ISAKMP:(0):: peer matches *none* of the profiles',
    ])
  })

  it.each([
    [
      'expired',
      { notAfter: time },
      '%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.  The certificate (SN: 3E) has expired.    Validity period ended on 08:09:05 UTC Jun 7 2013',
      'certificate invalid',
    ],
    [
      'not-yet-valid',
      { notBefore: time },
      '%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: Certificate chain validation has failed.  The certificate (SN: 3E) is not yet valid   Validity period starts on 08:09:05 UTC Jun 7 2013',
      'certificate invalid',
    ],
    [
      'expired',
      {},
      '%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.  The certificate (SN: 3E) has expired.',
      'certificate invalid',
    ],
    [
      'revoked',
      {},
      '%PKI-3-CERTIFICATE_REVOKED: Certificate chain validation has failed.  The certificate (SN: 3E) is revoked',
      'certificate invalid',
    ],
    [
      'signature-invalid',
      {},
      '%PKI-3-CERTIFICATE_INVALID: Certificate chain validation has failed.',
      'certificate invalid',
    ],
    [
      'a code of a later release',
      {},
      '%PKI-3-CERTIFICATE_INVALID: Certificate chain validation has failed.',
      'certificate invalid',
    ],
  ])('logs why the chain is bad: %s', (code, dates, syslog, reason) => {
    const failed = lines(
      at(event('pki:validation_failed', { ...golden['pki:validation_failed'].data, ...dates, code })),
    )
    expect(failed[0]).toBe(syslog)
    expect(failed.at(-1)).toBe(`%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 192.168.0.2 is bad: ${reason}`)
  })

  it('blames the CA when no revocation list can be had', () => {
    const failed = event('pki:validation_failed', {
      ...golden['pki:validation_failed'].data,
      code: 'revocation-status-unknown',
    })
    expect(lines(at(failed)).at(-1)).toContain('is bad: CA request failed!')
  })

  it('names key and certificate when neither is there to begin with', () => {
    expect(lines(at(event('ike:no_own_certificate', { peer: '192.168.0.2', detail: '' }), 0))).toEqual([
      'ISAKMP:(0): No Cert or pre-shared address key.',
      'ISAKMP:(0): construct_initial_message: Can not start Main mode',
    ])
  })

  it('accepts a map after its proxies were compared', () => {
    const checked = event('ipsec:map_checked', {
      boundProfile: 'prof1',
      candidates: [{ map: 'CMAP', profile: null, accepted: true, reason: 'matches' }],
      map: 'CMAP',
      localProxy: net('192.168.102.0'),
      remoteProxy: net('192.168.101.0'),
    })
    expect(lines(at(checked))).toEqual([
      'Crypto mapdb : proxy_match',
      '|        src addr     : 192.168.102.0',
      '|        dst addr     : 192.168.101.0',
      '|        protocol     : 0',
      '|        src port     : 0',
      '|        dst port     : 0',
      '(ipsec_process_proposal)Map Accepted: CMAP',
    ])
  })

  it.each([
    [
      'MM5',
      'cannot-decrypt',
      '%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 192.168.0.2 failed its sanity check or is malformed',
    ],
    [
      'QM1',
      'proxy-identities-not-supported',
      '%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Quick mode failed with peer at 192.168.0.2',
    ],
    [
      'MM5',
      'malformed-certificate',
      '%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 192.168.0.2 is bad: certificate invalid',
    ],
    ['QM1', 'no-offer-for-flow', undefined],
    ['INFO', 'temporary-failure', undefined],
    ['MM1', 'no-authentication-material', 'ISAKMP: Error while processing SA request: Failed to initialize SA'],
  ] as const)('says how %s failed: %s', (message, code, first) => {
    const rejected = event('ike:rejected', { message, code, detail: '', notify: null, peer: '192.168.0.2' })
    expect(lines(at(rejected))[0]).toBe(first)
  })

  it.each([
    ['truncated', ['%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 192.168.0.2 failed its sanity check or is malformed']],
    ['reflected', []],
  ])('logs of what it ignores only the malformed and the homeless: %s', (reason, expected) => {
    expect(lines(at(event('ike:ignored', { message: 'MM3', reason, detail: '', peer: '192.168.0.2' })))).toEqual(
      expected,
    )
  })

  it('counts phase 2 retransmissions on the node and on the SA', () => {
    const again = event('ike:retransmission', {
      message: 'QM1',
      attempt: 2,
      limit: 5,
      saState: 'QM_IDLE',
      phase: 2,
      messageId: 7,
    })
    expect(lines(at(again))).toEqual([
      'ISAKMP:(1010): retransmitting phase 2 QM_IDLE       7 ...',
      'ISAKMP:(1010):incrementing error counter on node, attempt 2 of 5: retransmit phase 2',
      'ISAKMP (1010): incrementing error counter on sa, attempt 2 of 5: retransmit phase 2',
      'ISAKMP:(1010): retransmitting phase 2 7 QM_IDLE      ',
    ])
  })
})
