import type { TraceEvent } from '../../trace/index.ts'
import { type IkeV2Recall, rememberIkeV2 } from './ikev2-recall.ts'

/** What earlier events of the same connection say, where IOS's text depends on it. */
export interface Recall {
  /** The profile that the peer's identity or certificate bound. */
  readonly boundProfile: string | null
  /** IOS stops looking for its own certificate at the first request that fits. */
  readonly ownCertificateChosen: boolean
  /** PKI handle whose suitable trustpoints have been listed. */
  readonly listedTrustpoints: string | null
  /** null for a connection of IKEv1. */
  readonly ikeV2: IkeV2Recall | null
}

export const nothingYet: Recall = {
  boundProfile: null,
  ownCertificateChosen: false,
  listedTrustpoints: null,
  ikeV2: null,
}

/** The recall after an event of its connection. */
export const remember = (recall: Recall, event: TraceEvent): Recall => {
  const ikeV2 = rememberIkeV2(recall.ikeV2, event)
  if (ikeV2 !== recall.ikeV2) return { ...recall, ikeV2 }
  switch (event.name) {
    // Connection 0 serves one new session after the other.
    case 'ike:sa_requested':
    case 'ike:sa_created':
      return nothingYet
    case 'ike:profile_bound':
      return { ...recall, boundProfile: event.data.profile }
    case 'ike:certreq_received':
      return event.data.chosen === null ? recall : { ...recall, ownCertificateChosen: true }
    case 'pki:crl_requested':
    case 'pki:validation_succeeded':
      return { ...recall, listedTrustpoints: event.data.handle }
    default:
      return recall
  }
}
