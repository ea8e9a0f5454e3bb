import type { CipherName, DhGroupId, DhKeyPair, HashName } from '../../crypto/index.ts'
import type { Certificate } from '../../pki/index.ts'
import type { IsakmpPolicy, OwnCertificateDecision, ReceivedIdentity, ReceivedRequest } from '../../selection/index.ts'
import type { MessageName, PacketData, SaState } from '../../trace/index.ts'
import type { Payload } from '../../wire/index.ts'
import type { CrlAnswer, Endpoint, Outbox } from '../effects.ts'
import type { QuickModeNode } from './quick-mode-node.ts'

/** A message that was sent and may have to be sent again, byte for byte. */
export interface Flight {
  readonly message: MessageName
  readonly datagram: Uint8Array
  readonly attempts: number
  /** What the trace said when it was sent first. */
  readonly packet: PacketData
}

/** What a request looked like and what it was answered with: a duplicate gets the same bytes. */
export interface Answered {
  readonly digest: string
  readonly message: MessageName
  readonly reply: Flight | null
}

/** What both ends agreed on in MM1 and MM2. */
export interface Agreement {
  readonly policy: IsakmpPolicy
  readonly lifetimeSeconds: number
  readonly hash: HashName
  readonly cipher: CipherName
  readonly group: DhGroupId
  /** The body of the initiator's SA payload: SAi_b of RFC 2409 §5. */
  readonly saBody: Uint8Array
  readonly natT: boolean
}

/** Keys of RFC 2409 §5 and what the hashes of MM5 and MM6 are computed over. */
export interface Phase1Keys {
  readonly skeyid: Uint8Array
  readonly skeyidD: Uint8Array
  readonly skeyidA: Uint8Array
  readonly encryptionKey: Uint8Array
  readonly publicI: Uint8Array
  readonly publicR: Uint8Array
}

export interface Nat {
  readonly selfBehind: boolean
  readonly peerBehind: boolean
}

/** What is known of the peer's abilities from its vendor ids. */
export interface PeerAbilities {
  readonly dpd: boolean
  readonly fragmentation: boolean
  readonly natT: boolean
}

/** MM5 or MM6, opened. */
export interface ReceivedProof {
  readonly message: 'MM5' | 'MM6'
  readonly payloads: readonly Payload[]
  /** The last block of the message. */
  readonly iv: Uint8Array
  readonly digest: string
  readonly identity: ReceivedIdentity
  readonly handle: string
}

/** A peer that has said who it is, while its proof is examined or a CRL is on its way. */
export interface PendingPeer extends ReceivedProof {
  readonly profile: string | null
  /** The peer's certificate first; empty with a pre-shared key. */
  readonly chain: readonly Certificate[]
  /** The trustpoints that may validate; null: all. */
  readonly anchors: readonly string[] | null
  /** Of the CRLs that were asked for. */
  readonly answers: ReadonlyMap<string, CrlAnswer>
}

interface Base {
  /** Number of the session inside its endpoint; never used twice. */
  readonly id: number
  /** IOS's conn-id; 0 until keys exist. */
  readonly connection: number
  readonly role: 'I' | 'R'
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly cookieI: Uint8Array
  /** Eight zero octets until MM2. */
  readonly cookieR: Uint8Array
  /** The initiator's from its crypto map or ipsec profile; the responder's from MM5 on. */
  readonly profile: string | null
  readonly abilities: PeerAbilities
  /**
   * MM5 says INITIAL-CONTACT: its initiator holds no SA with this peer when it sends it (not when it began: the peer may
   * have come up with us meanwhile). A responder knows it once MM5 is proved.
   */
  readonly initialContact: boolean
  readonly createdAt: number
  readonly flight: Flight | null
  readonly answered: readonly Answered[]
  /** Why a message of the peer was refused, if one was: the session stays as IOS leaves it. */
  readonly refused: { readonly message: MessageName; readonly code: string } | null
}

interface Keyed extends Base {
  readonly agreement: Agreement
  readonly keys: Phase1Keys
  readonly iv: Uint8Array
  readonly nat: Nat
  readonly requests: readonly ReceivedRequest[]
  /** The keyring that gave the pre-shared key. */
  readonly keyring: string | null
}

export interface Mm1Sent extends Base {
  readonly state: 'I_MM1'
  readonly saBody: Uint8Array
  readonly policies: readonly IsakmpPolicy[]
}

export interface Mm2Sent extends Base {
  readonly state: 'R_MM2'
  readonly agreement: Agreement
}

export interface Mm3Sent extends Base {
  readonly state: 'I_MM3'
  readonly agreement: Agreement
  readonly dh: DhKeyPair
  readonly nonce: Uint8Array
  readonly keyring: string | null
  readonly preSharedKey: string | null
}

export interface Mm4Sent extends Keyed {
  readonly state: 'R_MM4'
  readonly own: OwnCertificateDecision | null
  readonly pending: PendingPeer | null
}

export interface Mm5Sent extends Keyed {
  readonly state: 'I_MM5'
  readonly pending: PendingPeer | null
  /** The trustpoint whose key signed MM5. */
  readonly ownTrustpoint: string | null
}

export interface Established extends Keyed {
  readonly state: 'ESTABLISHED'
  readonly peerIdentity: ReceivedIdentity
  readonly peerCertificate: Certificate | null
  /** The trustpoint whose key signed for us, null with a pre-shared key. */
  readonly ownTrustpoint: string | null
  readonly establishedAt: number
  readonly nodes: ReadonlyMap<number, QuickModeNode>
  readonly children: readonly Child[]
  /** Message ids that we began; one that comes back to us is a reflection. */
  readonly ownMessageIds: ReadonlySet<number>
  /** Message ids of the last informational exchanges that were processed; one that comes again is a replay. */
  readonly seenMessageIds: ReadonlySet<number>
  /** Message ids of quick modes that are over and forgotten. A replayed QM1 would make SAs: these are never dropped. */
  readonly spentMessageIds: ReadonlySet<number>
  readonly dpd: {
    readonly sequence: number
    readonly unanswered: number
    readonly lastHeard: number
    readonly lastSent: number
    /** We have sent traffic since dead peer detection looked last. */
    readonly hasSpoken: boolean
  } | null
  /** Taken over by a newer phase 1 SA with the same peer; goes when its last exchange is over. */
  readonly superseded: boolean
}

/** A pair of SPIs that this phase 1 SA negotiated. */
export interface Child {
  readonly flow: string
  readonly inbound: Uint8Array
  readonly outbound: Uint8Array
  readonly installedAt: number
  readonly seconds: number
  readonly role: 'I' | 'R'
}

export interface Dead extends Base {
  readonly state: 'DEAD'
  readonly reason: string
  readonly diedIn: SaState
}

export type Session = Mm1Sent | Mm2Sent | Mm3Sent | Mm4Sent | Mm5Sent | Established | Dead

/** The state as `show crypto isakmp sa` prints it. */
export const saState = (session: Session): SaState => {
  switch (session.state) {
    case 'I_MM1':
      return 'MM_NO_STATE'
    case 'R_MM2':
    case 'I_MM3':
      return 'MM_SA_SETUP'
    case 'R_MM4':
    case 'I_MM5':
      return 'MM_KEY_EXCH'
    case 'ESTABLISHED':
      return 'QM_IDLE'
    case 'DEAD':
      return 'MM_NO_STATE'
    default: {
      const never: never = session
      throw new Error(`no state for ${String(never)}`)
    }
  }
}

export const noCookie: Uint8Array = new Uint8Array(8)

/** Duplicates are recognised over the last few requests only. */
const answeredKept = 4

export const remember = (answered: readonly Answered[], entry: Answered): readonly Answered[] => [
  entry,
  ...answered.slice(0, answeredKept - 1),
]

/** A session that ends here. The trace is told. */
export const deadOf = (out: Outbox, session: Session, reason: string): Dead => {
  out.trace('ike:sa_deleted', { reason, role: session.role, saState: saState(session), peer: session.peer.address })
  return {
    id: session.id,
    connection: session.connection,
    role: session.role,
    local: session.local,
    peer: session.peer,
    cookieI: session.cookieI,
    cookieR: session.cookieR,
    profile: session.profile,
    abilities: session.abilities,
    initialContact: session.initialContact,
    createdAt: session.createdAt,
    answered: [],
    refused: session.refused,
    flight: null,
    state: 'DEAD',
    reason,
    diedIn: saState(session),
  }
}
