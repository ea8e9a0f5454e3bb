/** The events that IKEv2 alone emits. What both versions share (`ike:decision`, `ike:rejected`, `pki:…`, `ipsec:…`) stands in `events.ts`. */

export type IkeV2Exchange = 'IKE_SA_INIT' | 'IKE_AUTH' | 'CREATE_CHILD_SA' | 'INFORMATIONAL'

export type IkeV2MessageName = `${IkeV2Exchange} ${'request' | 'response'}`

/** As `show crypto ikev2 sa` prints it (ios-semantics §4.9). */
export type IkeV2SaStatus = 'IN-NEG' | 'READY' | 'DELETE'

export interface IkeV2PacketData {
  readonly local: string
  readonly peer: string
  readonly localPort: number
  readonly peerPort: number
  readonly message: IkeV2MessageName
  readonly messageId: number
  /** Hex, 16 digits. */
  readonly initiatorSpi: string
  readonly responderSpi: string
  /** What stands outside: `SA`, `KE`, `N`, `NOTIFY(COOKIE)` …, or `ENCR`. */
  readonly payloads: readonly string[]
  readonly encrypted: boolean
  readonly fragment?: { readonly number: number; readonly total: number }
  /** Octets of the IKE message. */
  readonly length: number
  readonly retransmission: number
  /** SHA-256 of the message, first 8 octets in hex: ties the event to a packet of the capture. */
  readonly digest: string
}

/** One range of a traffic selector, addresses dotted. */
export interface SelectorText {
  readonly start: string
  readonly end: string
  readonly protocol: number
  readonly startPort: number
  readonly endPort: number
}

/** The algorithms of one proposal by IOS's names, in order: `AES-CBC`, `SHA256`, `DH_GROUP_2048_MODP/Group 14`, `Don't use ESN`. */
export type TransformNames = readonly string[]

export interface IkeV2TraceEvents {
  /** Traffic asks for an IKE SA. `profile` is of the crypto map or ipsec profile. */
  'ike:v2_sa_requested': { readonly local: string; readonly peer: string; readonly profile: string | null }
  /** `Searching Policy with fvrf 0, local address A` and what was found. `byDefault`: no policy of the user's. */
  'ike:v2_policy_searched': {
    readonly local: string
    readonly policy: string | null
    readonly byDefault: boolean
  }
  /** An own Diffie-Hellman value or the shared secret was computed; not the secret itself. */
  'ike:v2_dh_computed': { readonly what: 'public key' | 'secret'; readonly group: number; readonly passed: boolean }
  /** A message is being built. */
  'ike:v2_generating': { readonly message: IkeV2MessageName }
  /** A proposal of this router, with its algorithms. */
  'ike:v2_proposal_sent': {
    readonly protocol: 'IKE' | 'ESP'
    readonly number: number
    readonly spiSize: number
    readonly rekey: boolean
    readonly transforms: TransformNames
  }
  /** Before encryption: `Building packet for encryption. Payload contents:`. */
  'ike:v2_payloads_encrypting': { readonly message: IkeV2MessageName; readonly payloads: readonly string[] }
  /** A message of IKEv2 left the router. */
  'ike:v2_packet_sent': IkeV2PacketData
  /** A message of IKEv2 arrived. */
  'ike:v2_packet_received': IkeV2PacketData
  /** What stood inside an encrypted message. */
  'ike:v2_payloads_decrypted': { readonly message: IkeV2MessageName; readonly payloads: readonly string[] }
  /** A message is being read. */
  'ike:v2_processing': { readonly message: IkeV2MessageName }
  /** A vendor id of the peer: its name where it is known, else `unknown`, and its octets. */
  'ike:v2_vendor_id': { readonly name: string; readonly hex: string }
  /** The proposals of the peer compared with those of this router. */
  'ike:v2_proposal_checked': {
    readonly protocol: 'IKE' | 'ESP'
    readonly acceptable: boolean
    readonly received: readonly TransformNames[]
    readonly expected: readonly TransformNames[]
    readonly detail: string
  }
  /**
   * The hashes of the peer's CERTREQ, in order, and what each did to the choice of the own certificate. `inProfile` is
   * null where no list applies. Requests behind the one that decided are not examined.
   */
  'ike:v2_certreq_received': {
    readonly encoding: number
    readonly requests: number
    readonly examined: readonly {
      readonly hash: string
      readonly trustpoints: readonly {
        readonly trustpoint: string
        readonly inProfile: boolean | null
        readonly signs: boolean
      }[]
      readonly chosen: string | null
    }[]
    readonly chosen: string | null
  }
  /** The CERTREQ payload: for each trustpoint the CA, and the hash of its key that stands for it. */
  'ike:v2_certreq_sent': {
    readonly encoding: number
    readonly requests: readonly { readonly trustpoint: string; readonly ca: string; readonly hash: string }[]
  }
  /** `Getting cert chain for the trustpoint TP`. */
  'ike:v2_certificate_chain': {
    readonly trustpoint: string
    readonly passed: boolean
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly chainLength: number
  }
  /** `Failed to build certificate payload`: nothing to sign with. */
  'ike:v2_certificate_payload_failed': { readonly detail: string }
  /** What the NAT detection notifications say, and whether the exchange goes on at port 4500. */
  'ike:v2_nat_checked': { readonly behindNat: 'none' | 'self' | 'peer' | 'both'; readonly float: boolean }
  /** SKEYSEED and what follows from it; `rekey`: of an IKE SA that renews another. */
  'ike:v2_keys_derived': { readonly rekey: boolean }
  /** IKE_SA_INIT is done: keys exist, nobody is authenticated. */
  'ike:v2_sa_init_complete': { readonly peer: string }
  /** A shared key for the peer: the keyring and its peer block. */
  'ike:v2_shared_key_found': { readonly keyring: string | null; readonly peerBlock: string | null }
  /** No shared key for the peer: none to prove this router (`local`), or none to prove the peer (`remote`). */
  'ike:v2_shared_key_missing': { readonly peer: string; readonly side: 'local' | 'remote' }
  /** `method` as IOS names it: `RSA`, `ECDSA`, `PSK`, and `Digital Signature` of RFC 7427. */
  'ike:v2_own_authentication': { readonly method: string; readonly identity: string; readonly keyLength?: number }
  /** The own identity, just before it is sent. */
  'ike:v2_own_identity': {
    readonly payload: 'IDi' | 'IDr'
    readonly idType: number
    readonly value: string
  }
  /** The identity of the peer. */
  'ike:v2_peer_identity': { readonly idType: number; readonly value: string }
  /** `Searching policy based on peer's identity '…' of type '…'` and what was found. */
  'ike:v2_profile_searched': {
    readonly idType: number
    readonly value: string
    readonly profile: string | null
  }
  /** A certificate of the peer; `first` is its own, the others stand above it. */
  'ike:v2_peer_certificate': {
    readonly encoding: number
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly first: boolean
  }
  /** The method by which the peer authenticates, and whether the profile takes it. */
  'ike:v2_peer_method': { readonly method: string; readonly number: number; readonly accepted: boolean }
  /** The trustpoints against which the peer's certificate is checked. `list` is null where every trustpoint counts. */
  'ike:v2_validation_begun': { readonly handle: string; readonly list: readonly string[] | null }
  /** What came of the check of the peer's certificate. */
  'ike:v2_validation_ended': {
    readonly handle: string
    readonly passed: boolean
    /** Stable id of the cause; null where it passed. */
    readonly code: string | null
    readonly trustpoint: string | null
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly detail: string
    readonly peer: string
    readonly notBefore?: number
    readonly notAfter?: number
  }
  /** The AUTH payload of the peer verifies, or does not. */
  'ike:v2_authentication_verified': { readonly good: boolean; readonly method: string; readonly detail: string }
  /** A notification went out. */
  'ike:v2_notify_sent': { readonly message: IkeV2MessageName; readonly notify: string; readonly protected: boolean }
  /** A notification arrived. */
  'ike:v2_notify_received': { readonly message: IkeV2MessageName; readonly notify: string; readonly protected: boolean }
  /** A responder under load asks for a cookie (RFC 7296 §2.6); what became of it. */
  'ike:v2_cookie': { readonly what: 'asked for' | 'returned' | 'good' | 'wrong' }
  /** INVALID_KE_PAYLOAD: the initiator begins again with another group. */
  'ike:v2_group_changed': { readonly from: number; readonly to: number }
  /** Traffic selectors of a child SA: offered, received, narrowed to these, or refused. */
  'ike:v2_selectors': {
    readonly side: 'offered' | 'received' | 'narrowed' | 'refused'
    readonly initiator: readonly SelectorText[]
    readonly responder: readonly SelectorText[]
  }
  /** Names of the attributes that are asked for; `sent` is false where the profile does not ask. */
  'ike:v2_configuration_request': { readonly sent: boolean; readonly attributes: readonly string[] }
  /** An IKE SA stands. */
  'ike:v2_sa_established': {
    readonly local: string
    readonly peer: string
    readonly role: 'I' | 'R'
    readonly profile: string | null
    readonly initiatorSpi: string
    readonly responderSpi: string
    readonly rekeyed: boolean
    readonly lifetimeSeconds: number
  }
  /** A pair of child SAs stands. `flow` names the tunnel or crypto map entry. */
  'ike:v2_child_created': {
    readonly flow: string
    readonly inbound: string
    readonly outbound: string
    readonly rekeyed: boolean
    readonly role: 'I' | 'R'
  }
  /** An IKE SA is gone. */
  'ike:v2_sa_deleted': {
    readonly local: string
    readonly peer: string
    readonly role: 'I' | 'R'
    readonly status: IkeV2SaStatus
    readonly reason: string
  }
  /** A pair of child SAs is gone. */
  'ike:v2_child_deleted': { readonly inbound: string; readonly outbound: string; readonly reason: string }
  /** An SA is about to be renewed. */
  'ike:v2_rekey_begun': { readonly sa: 'IKE' | 'CHILD'; readonly reason: 'lifetime' | 'volume' | 'command' }
  /** Both ends renewed the same SA at once; the redundant one goes (RFC 7296 §2.8). */
  'ike:v2_rekey_collision': { readonly sa: 'IKE' | 'CHILD'; readonly kept: 'own' | 'peer' }
  /** A request leaves again, because no answer came. */
  'ike:v2_retransmission': {
    readonly message: IkeV2MessageName
    readonly messageId: number
    readonly attempt: number
    readonly limit: number
  }
  /** A request that was answered already gets the same bytes. */
  'ike:v2_duplicate': { readonly message: IkeV2MessageName; readonly messageId: number; readonly answered: boolean }
  /** A delete payload went out, with these SPIs. */
  'ike:v2_delete_sent': { readonly protocolId: number; readonly spis: readonly string[] }
  /** A delete payload arrived, with these SPIs. */
  'ike:v2_delete_received': { readonly protocolId: number; readonly spis: readonly string[] }
  /** An empty INFORMATIONAL request asks whether the peer lives: sent, answered, or never answered. */
  'ike:v2_dpd': { readonly what: 'sent' | 'answered' | 'failed'; readonly peer: string }
  /** A message left in fragments (RFC 7383). */
  'ike:v2_fragmented': { readonly message: IkeV2MessageName; readonly fragments: number; readonly size: number }
}
