import type { Decision } from './decision.ts'
import type { IkeV2MessageName, IkeV2TraceEvents } from './ikev2-events.ts'
import type { IpsecTraceEvents, ProxyText } from './ipsec-events.ts'
import type { PkiTraceEvents } from './pki-events.ts'
import type { RejectCode } from './reject-code.ts'
import type { SourceRef } from './source.ts'
import type { Role, SaState } from './states.ts'

/**
 * The event schema of the trace. One engine emits these; IOS debug text, ladder, verdict, JSON and capture comments
 * are renderings of them (DESIGN, principle 4). No secret stands in an event.
 */

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

export interface TraceEvents extends IkeV2TraceEvents, PkiTraceEvents, IpsecTraceEvents {
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
  /** A key for the peer stands in a keyring. */
  'ike:preshared_key_found': { readonly peer: string; readonly keyring: string; readonly at: SourceRef | null }
  /** No keyring has a key for the peer. */
  'ike:preshared_key_missing': { readonly peer: string }
  /** Vendor ids put into MM1, in order: `rfc3947`, `07`, `03`, `02`. */
  'ike:natt_vendor_ids_sent': { readonly names: readonly string[] }
  /** Main mode or a quick mode begins. `messageId` is 0 in main mode. */
  'ike:exchange_begun': { readonly exchange: 'Main' | 'Quick'; readonly messageId: number }
  /** A message of IKEv1 left the router. */
  'ike:packet_sent': PacketData
  /** A message of IKEv1 arrived. */
  'ike:packet_received': PacketData
  /** What stood inside an encrypted message. */
  'ike:payloads_decrypted': {
    readonly message: MessageName
    readonly messageId: number
    readonly payloads: readonly string[]
  }
  /** `Input = …` and `Old State = … New State = …`. `node` is the message id in quick mode. */
  'ike:state_changed': { readonly input: string; readonly old: string; readonly new: string; readonly node?: number }
  /** The SA payload of main mode is read. */
  'ike:sa_payload_processed': { readonly messageId: number }
  /** A vendor id of the peer: its name where it is known, else `unknown`, and its octets. */
  'ike:vendor_id': { readonly name: string; readonly hex: string }
  /** The ISAKMP profiles that were asked for a keyring, in order. */
  'ike:profiles_scanned': { readonly profiles: readonly string[] }
  /** A transform of MM1 or MM2 compared with an ISAKMP policy of this router. */
  'ike:transform_checked': {
    readonly transform: number
    readonly nextPayload: number
    readonly priority: number
    readonly attributes: Phase1Attributes
    readonly acceptable: boolean
    /** Each as IOS names it: `Encryption algorithm`, `Hash algorithm`, `Diffie-Hellman group`, `Authentication method`, `key length`. */
    readonly mismatches: readonly string[]
  }
  /** The ISAKMP policy that both ends use. */
  'ike:policy_agreed': { readonly priority: number; readonly lifetimeSeconds: number }
  /** No transform of the peer equals a policy of this router. */
  'ike:no_policy': { readonly local: string; readonly peer: string }
  /** A CERTREQ payload: the CA asked for, and the trustpoint on whose account. */
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
  /** The Diffie-Hellman value of the peer is read. */
  'ike:key_exchange_processed': Record<string, never>
  /** The nonce of the peer is read. */
  'ike:nonce_processed': { readonly messageId: number }
  /** SKEYID and the keys that follow from it exist. From here on the connection has its number. */
  'ike:keys_derived': { readonly connection: number }
  /** What the NAT-D payloads say, and whether the exchange goes on at port 4500. */
  'ike:nat_detected': { readonly behindNat: 'none' | 'self' | 'peer' | 'both'; readonly float: boolean }
  /** The peer's vendor ids are those of another IOS. */
  'ike:another_ios': Record<string, never>
  /** INITIAL-CONTACT went out with the identity. */
  'ike:initial_contact_sent': Record<string, never>
  /** The peer says that it holds no other SA with this router. */
  'ike:initial_contact_received': { readonly local: string; readonly peer: string; readonly peerPort: number }
  /** The own identity, just before it is sent. `nextPayload` is 6 (CERT) or 8 (HASH). */
  'ike:own_identity': {
    readonly method: 'RSA signature' | 'ECDSA signature' | 'pre-shared key'
    readonly idType: string
    readonly nextPayload: number
    readonly identity: IdentityText
  }
  /** The certificate with which this router signs, and how many certificates go with it. */
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
  /** No certificate may be sent. */
  'ike:no_own_certificate': { readonly peer: string; readonly detail: string }
  /** The identity of the peer. */
  'ike:peer_identity': { readonly nextPayload: number; readonly identity: IdentityText }
  /** The ISAKMP profile to which the peer is bound, and by what. */
  'ike:profile_bound': {
    readonly profile: string | null
    readonly by: 'identity' | 'certificate-map' | 'configuration' | 'none'
  }
  /** A certificate of the peer; `first` is its own, the others stand above it. `handle` names the validation. */
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
  /** A certificate of the peer that cannot be read. */
  'ike:peer_certificate_malformed': { readonly detail: string }
  /** Informational only: the tunnel comes up all the same (ios-semantics §0.3 item 6). */
  'ike:identity_not_in_certificate': { readonly idType: number; readonly id: string; readonly certificateValue: string }
  /** The signature of the peer, or its hash with a pre-shared key. */
  'ike:signature_checked': { readonly good: boolean; readonly kind: 'SIG' | 'HASH' }
  /** The peer is who it says it is. */
  'ike:peer_authenticated': { readonly local: string; readonly peer: string; readonly peerPort: number }
  /** Phase 1 stands at this end. */
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
  /** A message leaves again, because no answer came. */
  'ike:retransmission': {
    readonly message: MessageName
    readonly attempt: number
    readonly limit: number
    readonly saState: SaState
    readonly phase: 1 | 2
    /** Of the exchange, in phase 2. */
    readonly messageId?: number
  }
  /** A message arrived again, and whether its answer was repeated. */
  'ike:duplicate': { readonly message: MessageName; readonly answered: boolean }
  /** The phase 1 SA is gone. */
  'ike:sa_deleted': { readonly reason: string; readonly role: Role; readonly saState: SaState; readonly peer: string }
  /** A notification went out; `protected`, with the keys of phase 1. */
  'ike:notify_sent': {
    readonly notify: string
    readonly protocolId: number
    readonly spi: string
    readonly protected: boolean
    readonly messageId: number
  }
  /** A notification arrived; `protected`, with the keys of phase 1. */
  'ike:notify_received': {
    readonly notify: string
    readonly protocolId: number
    readonly spi: string
    readonly protected: boolean
    readonly messageId: number
  }
  /** A delete payload went out, with these SPIs. */
  'ike:delete_sent': { readonly protocolId: number; readonly spis: readonly string[] }
  /** A delete payload arrived, with these SPIs. */
  'ike:delete_received': {
    readonly protocolId: number
    readonly spis: readonly string[]
    readonly messageId?: number
  }
  /** R-U-THERE of dead peer detection (RFC 3706) went out. */
  'ike:dpd_sent': { readonly sequence: number }
  /** R-U-THERE was answered: by this router, or, where it says `peer`, by the peer. */
  'ike:dpd_answered': { readonly sequence: number; readonly peer?: string }
  /** The peer did not answer and counts as dead. */
  'ike:dpd_failed': { readonly peer: string }
  /** An SA is about to be renewed, because its time or its volume runs out. */
  'ike:rekey_begun': { readonly phase: 1 | 2; readonly reason: 'lifetime' | 'volume' }
  /** RESPONDER-LIFETIME: the responder keeps its SA for less time than was proposed. */
  'ike:lifetime_notified': { readonly seconds: number; readonly protocolId: number }
  /** The SPI that this router chose for what it will receive. */
  'ike:qm_spi': { readonly role: Role; readonly spi: string }
  /** The hash of a quick mode message is right. */
  'ike:qm_hash_processed': { readonly messageId: number }
  /** The SA payload of quick mode is read. */
  'ike:qm_sa_processed': { readonly messageId: number }
  /** The nonce of quick mode is read. */
  'ike:qm_nonce_processed': { readonly messageId: number }
  /** The proxy identities of quick mode. */
  'ike:qm_ids_processed': { readonly messageId: number; readonly initiator: ProxyText; readonly responder: ProxyText }
  /** An ESP transform of the peer compared with the transform sets of this router. */
  'ike:qm_transform_checked': {
    readonly proposal: number
    readonly transform: number
    readonly attributes: Phase2Attributes
    readonly acceptable: boolean
    readonly reason: string
    readonly transformSet: string | null
  }
  /** Quick mode ends without an SA. `error` is the number that IOS prints. */
  'ike:qm_rejected': {
    readonly messageId: number
    readonly error: number
    readonly local: string
    readonly peer: string
    readonly notify: string
  }
  /** A quick mode or an informational exchange is done with, well or not. */
  'ike:node_deleted': { readonly messageId: number; readonly error: boolean; readonly reason: string }
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
