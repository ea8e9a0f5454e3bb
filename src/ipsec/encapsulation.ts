import { decodeIpv4, encodeIpv4, ipProtocol, isFragment } from '../wire/index.ts'
import { type OpenRefusal, openEsp, type SealRefusal, sealEsp } from './esp.ts'
import type { SecurityAssociation } from './security-association.ts'
import { selectorsMatch } from './selectors.ts'

/** IP packets into an SA and out of it: tunnel and transport mode (RFC 4303 §3.1), and the check of selectors on both ways. */

/** The next header of a packet that carries nothing and only hides how much traffic there is (RFC 4303 §2.6). */
const dummyPacket = 59

export type EncapsulationResult =
  | { readonly ok: true; readonly packet: Uint8Array; readonly association: SecurityAssociation }
  | {
      readonly ok: false
      readonly reason:
        | SealRefusal
        | 'inner-packet-malformed'
        | 'outside-proxy-identities'
        | 'fragment-in-transport-mode'
    }

/**
 * The ESP packet around an IPv4 packet that this router sends. `iv`: `ivLength` unpredictable octets. Transport mode
 * keeps only what the packet carries: its header stays outside, and the addresses are those of the SA's ends.
 */
export const encapsulate = (
  association: SecurityAssociation,
  packet: Uint8Array,
  iv: Uint8Array,
): EncapsulationResult => {
  const read = decodeIpv4(packet)
  if (!read.ok) return { ok: false, reason: 'inner-packet-malformed' }
  if (!selectorsMatch(read.value, association.localProxy, association.remoteProxy))
    return { ok: false, reason: 'outside-proxy-identities' }
  if (association.mode === 'tunnel') return sealEsp(association, packet, ipProtocol.IPV4, iv)
  // Transport mode protects whole packets only (RFC 4303 §3.1.1).
  if (isFragment(read.value)) return { ok: false, reason: 'fragment-in-transport-mode' }
  return sealEsp(association, read.value.payload, read.value.protocol, iv)
}

export type DecapsulationResult =
  | {
      readonly ok: true
      readonly packet: Uint8Array
      readonly sequence: number
      readonly association: SecurityAssociation
    }
  | {
      readonly ok: false
      readonly reason: OpenRefusal | 'dummy-packet' | 'inner-packet-malformed' | 'outside-proxy-identities'
      /** As it stands after the packet: changed if the packet is authentic and only what it carries is refused. */
      readonly association: SecurityAssociation
    }

/** The IPv4 packet in an ESP packet of this SA. What it carries must stand between the SA's proxy identities (RFC 4301 §5.2; attacks E3). */
export const decapsulate = (before: SecurityAssociation, esp: Uint8Array): DecapsulationResult => {
  const opened = openEsp(before, esp)
  if (!opened.ok) return { ...opened, association: before }
  const { association, sequence, nextHeader, inner } = opened
  if (nextHeader === dummyPacket) return { ok: false, reason: 'dummy-packet', association }
  if (association.mode === 'tunnel' && nextHeader !== ipProtocol.IPV4)
    return { ok: false, reason: 'inner-packet-malformed', association }
  const packet =
    association.mode === 'tunnel'
      ? inner
      : encodeIpv4({
          source: association.remote,
          destination: association.local,
          protocol: nextHeader,
          payload: inner,
        })
  const read = decodeIpv4(packet)
  if (!read.ok) return { ok: false, reason: 'inner-packet-malformed', association }
  if (!selectorsMatch(read.value, association.remoteProxy, association.localProxy))
    return { ok: false, reason: 'outside-proxy-identities', association }
  return { ok: true, packet, sequence, association }
}
