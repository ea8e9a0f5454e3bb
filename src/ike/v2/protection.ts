import type { IkeV2Context } from './context.ts'
import type { PeerAbilities } from './session.ts'

/** IP header and UDP header (RFC 7383 §2.5.1: the size is that of the IP datagram). */
const ipAndUdp = 28
const nonEspMarker = 4

/** Octets of the largest IKE message that goes out whole; null where one of the ends does not fragment. */
export const fragmentSizeFor = (
  ctx: IkeV2Context,
  { abilities }: { readonly abilities: PeerAbilities },
): number | null => {
  const { fragmentationMtu } = ctx.selection.ikev2
  return fragmentationMtu === undefined || !abilities.fragmentation ? null : fragmentationMtu - ipAndUdp - nonEspMarker
}
