import type { Decision } from './decision.ts'
import type { IkeV2MessageName, IkeV2TraceEvents } from './ikev2-events.ts'
import type { RejectCode } from './reject-code.ts'
import type { SourceRef } from './source.ts'

/**
 * The event schema of the trace. One engine emits these; IOS debug text, ladder, verdict, JSON and capture comments
 * are renderings of them (DESIGN, principle 4). No secret stands in an event.
 */

/** `I` initiator, `R` responder, `N` no session yet, as IOS prints it. */
export type Role = 'I' | 'R' | 'N'

/** The phase 1 states of `show crypto isakmp sa` (ios-semantics §4.9). */
export type SaState = 'NEW SA' | 'MM_NO_STATE' | 'MM_SA_SETUP' | 'MM_KEY_EXCH' | 'MM_KEY_AUTH' | 'QM_IDLE'

/** Messages of IKEv1. */
export type IkeV1MessageName = 'MM1' | 'MM2' | 'MM3' | 'MM4' | 'MM5' | 'MM6' | 'QM1' | 'QM2' | 'QM3' | 'INFO'

export type MessageName = IkeV1MessageName | IkeV2MessageName

/** An identity as it stands in an ID payload. `type` is the number of RFC 2407 §4.6.2.1; `value` is dotted, a name, or a DN in IOS's spelling. */
export interface IdentityText {
  readonly type: number
  readonly value: string
  readonly protocol: number
  readonly port: number
  /** Octets of the payload from the ID type on: 8 + identity; 20 for R1.cisco.com. */
  readonly length: number
}

/** A proxy identity of quick mode. */
export interface ProxyText {
  readonly address: string
  readonly mask: string
  readonly protocol: number
  readonly port: number
}

/** Phase 1 attributes of one transform, as IOS names them. */
export interface Phase1Attributes {
  readonly encryption: string
  readonly keyLength?: number
  readonly hash: string
  readonly group: string
  readonly authentication: string
  readonly lifetimeSeconds?: number
  readonly lifetimeForm?: 'basic' | 'variable'
}

/** Attributes of an ESP transform as they were offered. */
export interface Phase2Attributes {
  readonly transformId: string
  readonly encapsulation: number
  readonly lifetimes: readonly {
    readonly unit: 'seconds' | 'kilobytes'
    readonly value: number
    readonly form: 'basic' | 'variable'
  }[]
  readonly authenticator?: string
  readonly keyLength?: number
  readonly group?: number
}

export interface PacketData {
  /** The other end's address. */
  readonly peer: string
  readonly localPort: number
  readonly peerPort: number
  readonly role: Role
  readonly saState: SaState
  readonly message: MessageName
  readonly messageId: number
  /** `SA`, `KE`, `CERTREQ`, `NOTIFY(INITIAL_CONTACT)` … in order; for a received encrypted message these follow in `payloads_decrypted`. */
  readonly payloads: readonly string[]
  readonly encrypted: boolean
  /** Octets of the ISAKMP message. */
  readonly length: number
  readonly retransmission: number
  /** SHA-256 of the datagram, first 8 octets in hex: ties the event to a packet of the capture. */
  readonly digest: string
}

export interface TraceEvents extends IkeV2TraceEvents {
  /** Traffic asks for a phase 1 SA. `profile` is of the crypto map or ipsec profile; null prints `(NULL)`. */
  'ike:sa_requested': {
    readonly peer: string
    readonly local: string
    readonly profile: string | null
    readonly localPort: number
    readonly peerPort: number
  }
  /** A responder's new session. */
  'ike:sa_created': {
    readonly peer: string
    readonly local: string
    readonly localPort: number
    readonly peerPort: number
    readonly role: Role
  }
  'ike:preshared_key_found': { readonly peer: string; readonly keyring: string; readonly at: SourceRef | null }
  'ike:preshared_key_missing': { readonly peer: string }
  /** Vendor ids put into MM1, in order: `rfc3947`, `07`, `03`, `02`. */
  'ike:natt_vendor_ids_sent': { readonly names: readonly string[] }
  'ike:exchange_begun': { readonly exchange: 'Main' | 'Quick'; readonly messageId: number }
  'ike:packet_sent': PacketData
  'ike:packet_received': PacketData
  /** What stood inside an encrypted message. */
  'ike:payloads_decrypted': {
    readonly message: MessageName
    readonly messageId: number
    readonly payloads: readonly string[]
  }
  /** `Input = …` and `Old State = … New State = …`. `node` is the message id in quick mode. */
  'ike:state_changed': { readonly input: string; readonly old: string; readonly new: string; readonly node?: number }
  'ike:sa_payload_processed': { readonly messageId: number }
  'ike:vendor_id': { readonly name: string; readonly hex: string }
  'ike:profiles_scanned': { readonly profiles: readonly string[] }
  'ike:transform_checked': {
    readonly transform: number
    readonly nextPayload: number
    readonly priority: number
    readonly attributes: Phase1Attributes
    readonly acceptable: boolean
    /** Each as IOS names it: `Encryption algorithm`, `Hash algorithm`, `Diffie-Hellman group`, `Authentication method`, `key length`. */
    readonly mismatches: readonly string[]
  }
  'ike:policy_agreed': { readonly priority: number; readonly lifetimeSeconds: number }
  'ike:no_policy': { readonly local: string; readonly peer: string }
  'ike:certreq_sent': { readonly issuer: string; readonly trustpoint: string }
  /**
   * A CERTREQ of the peer, and what it did to the choice of the own certificate. `examined`: trustpoints of that CA;
   * `inProfileList` is null where no list applies. `chosen` is set on the request that decided.
   */
  'ike:certreq_received': {
    readonly messageId: number
    readonly encoding: number
    readonly issuer: string
    readonly examined: readonly { readonly trustpoint: string; readonly inProfileList: boolean | null }[]
    readonly chosen: string | null
  }
  'ike:key_exchange_processed': Record<string, never>
  'ike:nonce_processed': { readonly messageId: number }
  'ike:keys_derived': { readonly connection: number }
  'ike:nat_detected': { readonly behindNat: 'none' | 'self' | 'peer' | 'both'; readonly float: boolean }
  'ike:another_ios': Record<string, never>
  'ike:initial_contact_sent': Record<string, never>
  'ike:initial_contact_received': { readonly local: string; readonly peer: string; readonly peerPort: number }
  /** The own identity, just before it is sent. `nextPayload` is 6 (CERT) or 8 (HASH). */
  'ike:own_identity': {
    readonly method: 'RSA signature' | 'ECDSA signature' | 'pre-shared key'
    readonly idType: string
    readonly nextPayload: number
    readonly identity: IdentityText
  }
  'ike:own_certificate': {
    readonly trustpoint: string
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
    readonly chainLength: number
  }
  'ike:no_own_certificate': { readonly peer: string; readonly detail: string }
  'ike:peer_identity': { readonly nextPayload: number; readonly identity: IdentityText }
  'ike:profile_bound': {
    readonly profile: string | null
    readonly by: 'identity' | 'certificate-map' | 'configuration' | 'none'
  }
  'ike:peer_certificate': {
    readonly encoding: number
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly role: Role
    readonly saState: SaState
    readonly peer: string
    readonly handle: string
    readonly first: boolean
  }
  'ike:peer_certificate_malformed': { readonly detail: string }
  /** The trust points against which the peer is validated. `list` is null where every trustpoint counts. */
  'pki:validation_begun': {
    readonly handle: string
    readonly list: readonly string[] | null
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
    readonly keyringOfProfile: boolean
  }
  'pki:validation_step': {
    readonly handle: string
    readonly check: string
    readonly subject: string
    readonly passed: boolean
    readonly detail: string
  }
  'pki:crl_requested': {
    readonly handle: string
    readonly url: string
    readonly via: 'cdp' | 'scep'
    readonly issuer: string
    readonly trustpoint: string
  }
  'pki:crl_received': {
    readonly handle: string
    readonly url: string
    readonly issuer: string
    readonly entries: number
  }
  'pki:crl_failed': {
    readonly handle: string
    readonly url: string
    readonly trustpoint: string
    readonly detail: string
  }
  'pki:validation_succeeded': {
    readonly handle: string
    readonly trustpoint: string
    readonly subject: string
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
  }
  'pki:validation_failed': {
    readonly handle: string
    readonly code: string
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly detail: string
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
    /** Validity of the certificate that failed, milliseconds since 1970 UTC: IOS prints the limit that was passed. */
    readonly notBefore?: number
    readonly notAfter?: number
  }
  /** Informational only: the tunnel comes up all the same (ios-semantics §0.3 item 6). */
  'ike:identity_not_in_certificate': { readonly idType: number; readonly id: string; readonly certificateValue: string }
  'ike:signature_checked': { readonly good: boolean; readonly kind: 'SIG' | 'HASH' }
  'ike:peer_authenticated': { readonly local: string; readonly peer: string; readonly peerPort: number }
  'ike:phase1_complete': { readonly local: string; readonly peer: string }
  /** This side refuses what it received. `message` is the message that it refuses; `code` is the stable id of the cause. */
  'ike:rejected': {
    readonly message: MessageName
    readonly code: RejectCode
    readonly detail: string
    readonly notify: string | null
    readonly peer: string
  }
  /** Something arrived that may not change the state, and did not. */
  'ike:ignored': {
    readonly message: MessageName | 'unknown'
    readonly reason: string
    readonly detail: string
    readonly peer: string
  }
  'ike:retransmission': {
    readonly message: MessageName
    readonly attempt: number
    readonly limit: number
    readonly saState: SaState
    readonly phase: 1 | 2
    /** Of the exchange, in phase 2. */
    readonly messageId?: number
  }
  'ike:duplicate': { readonly message: MessageName; readonly answered: boolean }
  'ike:sa_deleted': { readonly reason: string; readonly role: Role; readonly saState: SaState; readonly peer: string }
  'ike:notify_sent': {
    readonly notify: string
    readonly protocolId: number
    readonly spi: string
    readonly protected: boolean
    readonly messageId: number
  }
  'ike:notify_received': {
    readonly notify: string
    readonly protocolId: number
    readonly spi: string
    readonly protected: boolean
    readonly messageId: number
  }
  'ike:delete_sent': { readonly protocolId: number; readonly spis: readonly string[] }
  'ike:delete_received': {
    readonly protocolId: number
    readonly spis: readonly string[]
    readonly messageId?: number
  }
  'ike:dpd_sent': { readonly sequence: number }
  'ike:dpd_answered': { readonly sequence: number; readonly peer?: string }
  'ike:dpd_failed': { readonly peer: string }
  'ike:rekey_begun': { readonly phase: 1 | 2; readonly reason: 'lifetime' | 'volume' }
  'ike:lifetime_notified': { readonly seconds: number; readonly protocolId: number }
  'ike:qm_spi': { readonly role: Role; readonly spi: string }
  'ike:qm_hash_processed': { readonly messageId: number }
  'ike:qm_sa_processed': { readonly messageId: number }
  'ike:qm_nonce_processed': { readonly messageId: number }
  'ike:qm_ids_processed': { readonly messageId: number; readonly initiator: ProxyText; readonly responder: ProxyText }
  'ike:qm_transform_checked': {
    readonly proposal: number
    readonly transform: number
    readonly attributes: Phase2Attributes
    readonly acceptable: boolean
    readonly reason: string
    readonly transformSet: string | null
  }
  'ike:qm_rejected': {
    readonly messageId: number
    readonly error: number
    readonly local: string
    readonly peer: string
    readonly notify: string
  }
  'ike:node_deleted': { readonly messageId: number; readonly error: boolean; readonly reason: string }
  'ipsec:sa_requested': {
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly transform: string
    readonly mode: 'tunnel' | 'transport'
    readonly seconds: number
    readonly kilobytes: number
    readonly keySize: number
    readonly map: string
  }
  'ipsec:proposal_validated': {
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly transform: string
    readonly mode: 'tunnel' | 'transport'
    readonly keySize: number
  }
  /** The map check of ios-semantics §5. */
  'ipsec:map_checked': {
    readonly boundProfile: string | null
    readonly candidates: readonly {
      readonly map: string
      readonly profile: string | null
      readonly accepted: boolean
      readonly reason: 'matches' | 'profile-did-not-match' | 'peer-differs' | 'proxies-differ' | 'other-map-taken'
    }[]
    readonly map: string | null
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
  }
  'ipsec:sa_installed': {
    readonly destination: string
    readonly spi: string
    readonly transform: string
    readonly connection: number
    readonly direction: 'in' | 'out'
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly seconds: number
    readonly kilobytes: number
    readonly interface: string
    readonly map: string
  }
  'ipsec:sa_deleted': {
    readonly destination: string
    readonly spi: string
    readonly reason: string
    readonly transform: string
    readonly connection: number
  }
  'ipsec:invalid_spi': {
    readonly destination: string
    readonly source: string
    readonly spi: string
    readonly interface: string
  }
  'ipsec:packet_sent': {
    readonly spi: string
    readonly sequence: number
    readonly inner: string
    readonly length: number
    readonly peer: string
  }
  'ipsec:packet_received': {
    readonly spi: string
    readonly sequence: number
    readonly inner: string
    readonly length: number
    readonly peer: string
  }
  'ipsec:packet_dropped': { readonly spi: string; readonly reason: string; readonly peer: string }
  /** Any decision of `selection/` or `ipsec/`, whole. */
  'ike:decision': {
    readonly question: string
    readonly message: MessageName | null
    readonly decision: Decision<string | readonly string[] | null>
  }
}

export type EventName = keyof TraceEvents

/** `time`: milliseconds since 1970 UTC, fractions allowed. `connection`: IOS's conn-id, 0 until keys exist. */
export type TraceEvent = {
  readonly [N in EventName]: {
    readonly time: number
    readonly router: string
    readonly connection: number
    readonly name: N
    readonly data: TraceEvents[N]
  }
}[EventName]

/** An event without time, router and connection: what the core hands out as an effect. */
export type EventBody = { readonly [N in EventName]: { readonly name: N; readonly data: TraceEvents[N] } }[EventName]

/** Builds an event body; the type of `data` follows from `name`. */
export const event = <N extends EventName>(name: N, data: TraceEvents[N]): EventBody => ({ name, data }) as EventBody
