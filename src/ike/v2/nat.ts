import { equalConstantTime, hash } from '../../crypto/index.ts'
import { concat, type IkeV2Payload, ikeV2NotifyType, ipv4ToBytes, u16Bytes } from '../../wire/index.ts'
import type { Endpoint } from '../effects.ts'
import { all } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import type { Nat } from './session.ts'

interface Ends {
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly local: Endpoint
  readonly peer: Endpoint
}

/** RFC 7296 §2.23: SHA-1 over the SPIs, the address and the port. */
const natHash = ({ spiI, spiR }: Ends, { address, port }: Endpoint): Uint8Array =>
  hash('sha1', concat(spiI, spiR, ipv4ToBytes(address), u16Bytes(port)))

const nowhere: Endpoint = { address: '0.0.0.0', port: 0 }

/**
 * The two NAT_DETECTION notifies of IKE_SA_INIT. `pretend`: as if we stood behind a NAT, so that ESP travels in UDP
 * (`nat force-encap`).
 */
export const natDetectionPayloads = (ends: Ends, pretend: boolean): readonly IkeV2Payload[] => [
  statusNotify('NAT_DETECTION_SOURCE_IP', natHash(ends, pretend ? nowhere : ends.local)),
  statusNotify('NAT_DETECTION_DESTINATION_IP', natHash(ends, ends.peer)),
]

/** Who stands behind a NAT, from the peer's notifies: one of its sources must name it, its destination us. Null: it does not say. */
export const detectNat = (ends: Ends, payloads: readonly IkeV2Payload[]): Nat | null => {
  const notifies = all(payloads, 'NOTIFY')
  const of = (type: number): readonly Uint8Array[] =>
    notifies.filter(({ notifyType }) => notifyType === type).map(({ data }) => data)
  const sources = of(ikeV2NotifyType.NAT_DETECTION_SOURCE_IP)
  const destinations = of(ikeV2NotifyType.NAT_DETECTION_DESTINATION_IP)
  if (sources.length === 0 || destinations.length === 0) return null
  const peer = natHash(ends, ends.peer)
  const own = natHash(ends, ends.local)
  return {
    peerBehind: !sources.some((data) => equalConstantTime(data, peer)),
    selfBehind: !destinations.some((data) => equalConstantTime(data, own)),
  }
}

export const natText = ({ selfBehind, peerBehind }: Nat): 'none' | 'self' | 'peer' | 'both' =>
  selfBehind ? (peerBehind ? 'both' : 'self') : peerBehind ? 'peer' : 'none'
