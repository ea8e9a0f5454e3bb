/**
 * Why bytes are no packet of a layer below or beside IKE. The peer is never told: such a packet is dropped and
 * counted, so a reason and a place are all there is.
 */
export interface PacketReject {
  readonly layer: 'ipv4' | 'udp' | 'udp-4500' | 'icmp' | 'gre' | 'esp'
  readonly code: 'truncated' | 'bad-version' | 'bad-length' | 'bad-checksum' | 'reserved-spi' | 'unsupported'
  /** Counted from the first octet of the layer's own header. */
  readonly offset: number
  readonly detail: string
}

export type DecodedPacket<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reject: PacketReject }

export const acceptPacket = <T>(value: T): DecodedPacket<T> => ({ ok: true, value })

export const rejectPacket = (
  layer: PacketReject['layer'],
  code: PacketReject['code'],
  offset: number,
  detail: string,
): DecodedPacket<never> => ({ ok: false, reject: { layer, code, offset, detail } })
