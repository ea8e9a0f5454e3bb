import { equalConstantTime, type HashName, hash } from '../../crypto/index.ts'
import type { Payload } from '../../wire/index.ts'
import { ipv4ToBytes } from '../../wire/index.ts'
import type { Endpoint } from '../effects.ts'
import { all } from './message-rules.ts'
import type { Nat } from './session.ts'

/** RFC 3947 §3.2: HASH(CKY-I | CKY-R | IP | Port) with the hash of phase 1. */
const natHash = (name: HashName, cookieI: Uint8Array, cookieR: Uint8Array, { address, port }: Endpoint): Uint8Array =>
  hash(name, cookieI, cookieR, ipv4ToBytes(address), Uint8Array.of(port >>> 8, port & 255))

/** A session, as far as NAT detection hashes it. */
interface Ends {
  readonly cookieI: Uint8Array
  readonly cookieR: Uint8Array
  readonly local: Endpoint
  readonly peer: Endpoint
}

/** The two NAT-D payloads of MM3 and MM4: the destination first, then the source. */
export const natDetectionPayloads = ({ cookieI, cookieR, local, peer }: Ends, name: HashName): readonly Payload[] => [
  { type: 'NAT-D', data: natHash(name, cookieI, cookieR, peer) },
  { type: 'NAT-D', data: natHash(name, cookieI, cookieR, local) },
]

/** Nobody does, or nobody can tell. */
export const noNat: Nat = { selfBehind: false, peerBehind: false }

/** Who stands behind a NAT, from the peer's NAT-D payloads: its first names us, each further one may name the peer. */
export const detectNat = (
  { cookieI, cookieR, local, peer }: Ends,
  name: HashName,
  payloads: readonly Payload[],
): Nat | null => {
  const received = all(payloads, 'NAT-D')
  const [ours, ...theirs] = received
  if (!ours || theirs.length === 0) return null
  const ownHash = natHash(name, cookieI, cookieR, local)
  const peerHash = natHash(name, cookieI, cookieR, peer)
  return {
    selfBehind: !equalConstantTime(ours.data, ownHash),
    peerBehind: !theirs.some((payload) => equalConstantTime(payload.data, peerHash)),
  }
}
