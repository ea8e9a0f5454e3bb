import type { IkeV2PacketData, TraceEvent } from '../../trace/index.ts'

/** What earlier events of an IKEv2 SA say, where IOS's text depends on it. */
export interface IkeV2Recall {
  /** Hashes of the peer's CERTREQ for which PKI has looked up trustpoints. */
  readonly trustpointLookups: number
  /** The first packet of IKE_SA_INIT went by, with which IOS enters the SA into its table. */
  readonly inserted: boolean
  /** This router sent the first packet. */
  readonly initiator: boolean
  readonly initialExchangeComplete: boolean
  /** The peer's certificates were refused: there is no key to verify its AUTH with. */
  readonly chainRefused: boolean
  /** Hex, as the last packet had them, or the exchange that renewed the SA. */
  readonly spis: { readonly initiator: string; readonly responder: string } | null
  readonly localIdentity: string | null
  readonly peerIdentity: string | null
}

const newSa: IkeV2Recall = {
  trustpointLookups: 0,
  inserted: false,
  initiator: false,
  initialExchangeComplete: false,
  chainRefused: false,
  spis: null,
  localIdentity: null,
  peerIdentity: null,
}

/** Hashes that name a trustpoint the profile does not rule out: IOS prints a look-up for these alone (ios-semantics §2.8). */
export const lookedUp = <T extends { readonly trustpoints: readonly { readonly inProfile: boolean | null }[] }>(
  examined: readonly T[],
): readonly T[] => examined.filter(({ trustpoints }) => trustpoints.some(({ inProfile }) => inProfile !== false))

const isOpening = ({ message }: IkeV2PacketData): boolean => message === 'IKE_SA_INIT request'

const packetSeen = (recall: IkeV2Recall, data: IkeV2PacketData): IkeV2Recall => ({
  ...recall,
  inserted: true,
  spis: { initiator: data.initiatorSpi, responder: data.responderSpi },
})

/** The recall after an event; the same object where nothing of it changed. SA IDs are given out again: a request begins anew. */
export const rememberIkeV2 = (before: IkeV2Recall | null, event: TraceEvent): IkeV2Recall | null => {
  if (!event.name.startsWith('ike:v2_')) return before
  const recall = before ?? newSa
  switch (event.name) {
    case 'ike:v2_sa_requested':
      return newSa
    case 'ike:v2_packet_received':
      return packetSeen(isOpening(event.data) ? newSa : recall, event.data)
    case 'ike:v2_packet_sent':
      return { ...packetSeen(recall, event.data), initiator: recall.initiator || isOpening(event.data) }
    case 'ike:v2_certreq_received':
      return { ...recall, trustpointLookups: recall.trustpointLookups + lookedUp(event.data.examined).length }
    case 'ike:v2_sa_init_complete':
      return { ...recall, initialExchangeComplete: true }
    // The one event of a renewed SA that comes before its first packet.
    case 'ike:v2_sa_established':
      return {
        ...(event.data.rekeyed ? newSa : recall),
        spis: { initiator: event.data.initiatorSpi, responder: event.data.responderSpi },
        initialExchangeComplete: true,
      }
    case 'ike:v2_validation_ended':
      return { ...recall, chainRefused: !event.data.passed }
    case 'ike:v2_own_identity':
      return { ...recall, localIdentity: event.data.value }
    case 'ike:v2_peer_identity':
      return { ...recall, peerIdentity: event.data.value }
    default:
      return recall
  }
}
