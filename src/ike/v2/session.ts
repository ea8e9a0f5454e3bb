import type { DhKeyPair, IkeV2Keys } from '../../crypto/index.ts'
import type { Certificate } from '../../pki/index.ts'
import type {
  IkeV2Proposal as ConfiguredProposal,
  IkeV2Encryption,
  IkeV2Group,
  IkeV2Integrity,
  IkeV2Prf,
  ReceivedIkeV2Identity,
} from '../../selection/index.ts'
import type { IkeV2Exchange, IkeV2MessageName, IkeV2PacketData, IkeV2SaStatus } from '../../trace/index.ts'
import type { IkeV2Payload } from '../../wire/index.ts'
import type { CrlAnswer, Endpoint } from '../effects.ts'
import type { ChildOffer } from './context.ts'
import type { OwnMeans } from './own-authentication.ts'

/** A message that was sent and may have to be sent again, byte for byte; more than one datagram where it was fragmented. */
export interface Flight {
  readonly message: IkeV2MessageName
  readonly messageId: number
  readonly datagrams: readonly Uint8Array[]
  /** What the trace said when they were sent first. */
  readonly packets: readonly IkeV2PacketData[]
  readonly attempts: number
}

/** A request of the peer and what it was answered with: a duplicate gets the same bytes. */
export interface Answered {
  readonly messageId: number
  /** Of the whole request; null until the answer is there. */
  readonly digest: string
  readonly reply: Flight | null
}

/** What both ends agreed on in IKE_SA_INIT. `integrity` is null with an AEAD cipher. */
export interface Suite {
  readonly encryption: IkeV2Encryption
  readonly integrity: IkeV2Integrity | null
  readonly prf: IkeV2Prf
  readonly group: IkeV2Group
}

export interface Nat {
  readonly selfBehind: boolean
  readonly peerBehind: boolean
}

export interface PeerAbilities {
  readonly fragmentation: boolean
  /** Numbers of RFC 7427's registry that the peer announced; empty: it did not. */
  readonly signatureHashes: readonly number[]
  readonly httpCertLookup: boolean
  /** Authentication methods that the peer announced (RFC 9593), raw. */
  readonly announcedMethods: Uint8Array | null
  /** Requests that it takes at once: SET_WINDOW_SIZE (RFC 7296 §2.3). Told, not used: one is enough for us. */
  readonly window: number
}

/** The CERTREQ of the peer: one encoding, and the SHA-1 of each CA's key in order. */
export interface PeerRequests {
  readonly encoding: number
  readonly hashes: readonly Uint8Array[]
}

/** What IKE_AUTH brought, while a CRL or a certificate is on its way. */
export interface PendingPeer {
  readonly message: 'IKE_AUTH request' | 'IKE_AUTH response'
  readonly payloads: readonly IkeV2Payload[]
  readonly digest: string
  readonly identity: ReceivedIkeV2Identity
  readonly profile: string | null
  readonly handle: string
  readonly crls: ReadonlyMap<string, CrlAnswer>
  /** Certificates that hash-and-URL named, by URL. */
  readonly fetched: ReadonlyMap<string, Uint8Array | { readonly unreachable: string }>
  readonly chain: readonly Certificate[] | null
  /** The responder chooses its own certificate before it examines the peer's. */
  readonly means: OwnMeans | null
}

interface Base {
  /** Number of the session inside its endpoint; never used twice. */
  readonly id: number
  /** IOS's SA ID: the lowest that is free. */
  readonly connection: number
  /** Of the exchange that made this IKE SA: it decides whose SPI stands first. */
  readonly role: 'I' | 'R'
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly spiI: Uint8Array
  /** Eight zero octets until the responder has spoken. */
  readonly spiR: Uint8Array
  /** The initiator's from its crypto map or ipsec profile; the responder's from IKE_AUTH on. */
  readonly profile: string | null
  readonly createdAt: number
  /** Why a message of the peer was refused, if one was. */
  readonly refused: { readonly message: IkeV2MessageName; readonly code: string } | null
}

export interface SaInitSent extends Base {
  readonly state: 'I_SA_INIT'
  readonly proposals: readonly ConfiguredProposal[]
  readonly dh: DhKeyPair
  readonly nonce: Uint8Array
  readonly cookie: Uint8Array | null
  /** COOKIE and INVALID_KE_PAYLOAD are followed a bounded number of times (attacks A15). */
  readonly restarts: number
  readonly groupChanged: boolean
  /** The message as it was sent: AUTH covers it. */
  readonly request: Uint8Array
  readonly flight: Flight
}

interface Exchanged extends Base {
  readonly suite: Suite
  readonly nonceI: Uint8Array
  readonly nonceR: Uint8Array
  readonly initRequest: Uint8Array
  readonly initResponse: Uint8Array
  readonly nat: Nat
  readonly abilities: PeerAbilities
}

/** The responder has answered IKE_SA_INIT. The shared secret waits for IKE_AUTH: a flood costs no exponentiation more (attacks D2). */
export interface SaInitAnswered extends Exchanged {
  readonly state: 'R_SA_INIT'
  readonly dh: DhKeyPair
  readonly peerPublic: Uint8Array
  readonly requestDigest: string
  readonly flight: Flight
  readonly keys: IkeV2Keys | null
  readonly pending: PendingPeer | null
}

export interface Keyed extends Exchanged {
  readonly keys: IkeV2Keys
}

export interface AuthSent extends Keyed {
  readonly state: 'I_AUTH'
  readonly flight: Flight
  readonly offer: ChildOffer | null
  readonly childSpi: Uint8Array
  readonly ownTrustpoint: string | null
  readonly ownMethod: string
  readonly ownIdentity: string
  readonly pending: PendingPeer | null
}

/** A pair of SPIs that this IKE SA negotiated. */
export interface Child {
  readonly flow: string
  readonly inbound: Uint8Array
  readonly outbound: Uint8Array
  readonly installedAt: number
  readonly seconds: number
  /** Who began its negotiation. */
  readonly role: 'I' | 'R'
}

/** Something that waits for the exchange under way: one request at a time (RFC 7296 §2.3 allows more, never demands it). */
export type Task =
  | { readonly kind: 'create-child'; readonly flow: string; readonly group?: number }
  | { readonly kind: 'rekey-child'; readonly inbound: string; readonly reason: RekeyReason; readonly group?: number }
  | { readonly kind: 'delete-child'; readonly inbound: string; readonly reason: string }
  | { readonly kind: 'rekey-ike'; readonly reason: RekeyReason; readonly group?: number }
  | { readonly kind: 'delete-ike'; readonly reason: string }
  | { readonly kind: 'authentication-failed'; readonly reason: string }
  | { readonly kind: 'dpd' }

type RekeyReason = 'lifetime' | 'volume' | 'command'

/** What the peer's rekey of the same SA left behind while ours was under way. `lowestNonce`: hex. */
interface PeerRekey {
  readonly lowestNonce: string
  /** Inbound SPI of the child, or the id of the session, that the peer's rekey made. */
  readonly made: string | number
}

/** Our request that waits for its response. */
export type Outstanding = { readonly flight: Flight } & (
  | {
      readonly task: Extract<Task, { kind: 'create-child' | 'rekey-child' }>
      readonly offer: ChildOffer
      readonly spi: Uint8Array
      readonly nonce: Uint8Array
      readonly dh: DhKeyPair | null
      readonly peerRekey: PeerRekey | null
    }
  | {
      readonly task: Extract<Task, { kind: 'rekey-ike' }>
      readonly proposals: readonly ConfiguredProposal[]
      readonly spi: Uint8Array
      readonly nonce: Uint8Array
      readonly dh: DhKeyPair
      readonly peerRekey: PeerRekey | null
    }
  | { readonly task: Extract<Task, { kind: 'delete-child' | 'delete-ike' | 'authentication-failed' | 'dpd' }> }
)

export interface Established extends Keyed {
  readonly state: 'ESTABLISHED'
  readonly peerIdentity: ReceivedIkeV2Identity
  readonly peerCertificate: Certificate | null
  readonly ownIdentity: string
  /** The trustpoint whose key signed for us, null with a shared key. */
  readonly ownTrustpoint: string | null
  /** As IOS names them: RSA, ECDSA, PSK. */
  readonly ownMethod: string
  readonly peerMethod: string
  readonly establishedAt: number
  /** Seconds. */
  readonly lifetime: number
  readonly nextMessageId: number
  /** The lowest request of the peer that was not answered yet. */
  readonly expectedMessageId: number
  readonly answered: readonly Answered[]
  readonly outstanding: Outstanding | null
  readonly queue: readonly Task[]
  readonly children: readonly Child[]
  readonly lastHeard: number
  /** The session that renews this one; children have gone there, only its deletion is awaited. */
  readonly successor: number | null
}

export interface Dead extends Base {
  readonly state: 'DEAD'
  readonly reason: string
  readonly diedIn: Exclude<SessionState, 'DEAD'>
}

export type Session = SaInitSent | SaInitAnswered | AuthSent | Established | Dead
type SessionState = 'I_SA_INIT' | 'R_SA_INIT' | 'I_AUTH' | 'ESTABLISHED' | 'DEAD'

/** The status as `show crypto ikev2 sa` prints it. */
export const saStatus = (session: Session): IkeV2SaStatus => {
  switch (session.state) {
    case 'I_SA_INIT':
    case 'R_SA_INIT':
    case 'I_AUTH':
      return 'IN-NEG'
    case 'ESTABLISHED':
      return 'READY'
    case 'DEAD':
      return 'DELETE'
    default: {
      const never: never = session
      throw new Error(`no status for ${String(never)}`)
    }
  }
}

export const messageName = (exchange: IkeV2Exchange, response: boolean): IkeV2MessageName =>
  `${exchange} ${response ? 'response' : 'request'}`

export const noSpi: Uint8Array = new Uint8Array(8)
