import type { LogLine } from './entry.ts'

/* Lines that many causes share: how an exchange looks on both sides when one of them refuses. */

type Writes = (...texts: readonly string[]) => readonly LogLine[]

const writes =
  (side: LogLine['side'], protocol: LogLine['protocol'], as?: 'initiator' | 'responder'): Writes =>
  (...texts) =>
    texts.map((text) => ({ side, protocol, text, ...(as === undefined ? {} : { as }) }))

export const self1: Writes = writes('self', 'IKEv1')
export const peer1: Writes = writes('peer', 'IKEv1')
export const self2: Writes = writes('self', 'IKEv2')
export const peer2: Writes = writes('peer', 'IKEv2')
export const responder1: Writes = writes('self', 'IKEv1', 'responder')
export const responder2: Writes = writes('self', 'IKEv2', 'responder')
const toInitiator1: Writes = writes('peer', 'IKEv1', 'responder')
const toResponder1: Writes = writes('peer', 'IKEv1', 'initiator')
const toInitiator2: Writes = writes('peer', 'IKEv2', 'responder')
const toResponder2: Writes = writes('peer', 'IKEv2', 'initiator')

const mainModeFailure = '%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at …'

/** The first message is refused: the initiator hears of it by a notify, and goes on sending. */
export const firstMessageRefused: readonly LogLine[] = [
  ...self1('no offers accepted!', 'phase 1 SA policy not acceptable! (local … remote …)', mainModeFailure),
  ...peer1('deleting SA reason "Death by retransmission P1" state (I) MM_NO_STATE (peer …)'),
]

/** A router that does not answer at all. */
export const silence: readonly LogLine[] = [
  ...toInitiator1('deleting SA reason "Death by retransmission P1" state (I) MM_NO_STATE (peer …)'),
]

/** Nobody refuses: the initiator repeats its message until it gives up. */
export const repeats = (state: 'MM_NO_STATE' | 'MM_KEY_EXCH'): readonly LogLine[] => [
  ...self1(`retransmitting phase 1 ${state}`),
  ...self2('Retransmitting packet'),
]

/** MM5 or MM6 is refused, in silence: the other side repeats what it sent until it gives up. */
export const mainModeRefused: readonly LogLine[] = [
  ...self1(mainModeFailure),
  ...toInitiator1('deleting SA reason "Death by retransmission P1" state (I) MM_KEY_EXCH (peer …)'),
  ...toResponder1('retransmitting due to retransmit phase 1'),
]

/** IKE_AUTH is refused. An initiator that refuses the answer says nothing: its peer believes that all is well. */
export const authenticationRefused: readonly LogLine[] = [
  ...responder2('Sending authentication failure notify'),
  ...self2('Auth exchange failed'),
  ...toInitiator2('NOTIFY(AUTHENTICATION_FAILED)', 'Auth exchange failed'),
  ...toResponder2("IPSEC(key_engine_enable_outbound): rec'd enable notify from ISAKMP"),
]

/** The certificate is refused when it is validated. */
export const certificateRefused: readonly LogLine[] = [
  ...self1('%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from … is bad: …'),
  ...self2(
    '[PKI -> IKEv2] Validation of certificate chain FAILED',
    "Verification of peer's authentication data FAILED",
  ),
  ...mainModeRefused,
  ...authenticationRefused,
]

/** Quick mode is refused: phase 1 stays. */
export const quickModeRefused = (error: 32 | 256): readonly LogLine[] => [
  ...self1(
    `IPSec policy invalidated proposal with error ${error}`,
    'phase 2 SA policy not acceptable! (local … remote …)',
    '%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Quick mode failed with peer at …',
  ),
  ...peer1('processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3'),
]

/** The tunnel of the responder belongs to another profile. */
export const wrongProfile: readonly LogLine[] = [
  ...self1('map_db_check_isakmp_profile profile did not match', 'map_db_find_best did not find matching map'),
  ...quickModeRefused(32),
]

export const childWithOtherSelectors: readonly LogLine[] = [
  ...self2(
    'map_db_find_best did not find matching map',
    'IPSEC(ipsec_process_proposal): proxy identities not supported',
  ),
  ...self2('NOTIFY(TS_UNACCEPTABLE)'),
  ...peer2('Received TS unacceptable notify'),
]

/** No profile is found for the peer, by whom it says that it is. */
export const noProfileFound: readonly LogLine[] = [
  ...self2("Searching policy based on peer's identity '…' of type '…'", '% IKEv2 profile not found'),
  ...self2('Failed to locate an item in the database'),
  ...authenticationRefused,
]

/** A router has nothing to sign with. */
export const nothingToSignWith: readonly LogLine[] = [
  ...self1('no valid cert found to return', mainModeFailure),
  ...self2('Failed to build certificate payload', 'Auth exchange failed'),
  ...responder2('Sending authentication failure notify'),
  ...peer2('Auth exchange failed'),
]

/** IKE_SA_INIT finds no common proposal. */
export const noProposalChosen: readonly LogLine[] = [
  ...self2(
    'Received Policies: : Failed to find a matching policy…',
    'Expected Policies: : Failed to find a matching policy…',
    'Sending no proposal chosen notify',
  ),
  ...peer2('Received no proposal chosen notify', 'Initial exchange failed'),
]
