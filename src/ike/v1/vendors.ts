import type { Payload } from '../../wire/index.ts'
import { toHex, vendorIds } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { all } from './message-rules.ts'
import type { PeerAbilities } from './session.ts'

const vendor = (data: Uint8Array): Payload => ({ type: 'VID', data })

/** What IOS announces in MM1 (ios-semantics §4.2). */
export const mm1Vendors = (natTraversal: boolean): readonly Payload[] =>
  natTraversal
    ? [
        vendor(vendorIds.natT.rfc3947),
        vendor(vendorIds.natT.draft07),
        vendor(vendorIds.natT.draft03),
        vendor(vendorIds.natT.draft02n),
      ]
    : []

/** The NAT traversal that the responder settles on in MM2. */
export const mm2Vendors = (natTraversal: boolean): readonly Payload[] =>
  natTraversal ? [vendor(vendorIds.natT.rfc3947)] : []

/** What IOS announces in MM3 and MM4. */
export const keyExchangeVendors = (fragmentation: boolean): readonly Payload[] => [
  vendor(vendorIds.unity),
  vendor(vendorIds.dpd),
  vendor(vendorIds.xauth),
  ...(fragmentation ? [vendor(vendorIds.ciscoFragmentation)] : []),
]

const startsWith = (data: Uint8Array, prefix: Uint8Array): boolean =>
  data.length >= prefix.length && prefix.every((octet, index) => data[index] === octet)

/** Vendor ids that a peer may send, under the name IOS prints; the first octets decide where a version follows. */
const known: readonly { readonly name: string; readonly id: Uint8Array }[] = [
  { name: 'NAT-T RFC 3947', id: vendorIds.natT.rfc3947 },
  { name: 'NAT-T v7', id: vendorIds.natT.draft07 },
  { name: 'NAT-T v3', id: vendorIds.natT.draft03 },
  { name: 'NAT-T v2', id: vendorIds.natT.draft02n },
  { name: 'Unity', id: vendorIds.unity.subarray(0, 14) },
  { name: 'DPD', id: vendorIds.dpd.subarray(0, 14) },
  { name: 'XAUTH', id: vendorIds.xauth },
  { name: 'IKE Fragmentation', id: vendorIds.ciscoFragmentation.subarray(0, 16) },
]

/** Reads the peer's vendor ids, traces each, and adds to what is known of the peer. */
export const readVendors = (out: Outbox, payloads: readonly Payload[], before: PeerAbilities): PeerAbilities => {
  let { dpd, fragmentation, natT } = before
  let ios = false
  for (const { data } of all(payloads, 'VID')) {
    const name = known.find(({ id }) => startsWith(data, id))?.name ?? 'unknown'
    out.trace('ike:vendor_id', { name, hex: toHex(data) })
    if (name === 'DPD') dpd = true
    if (name === 'IKE Fragmentation') fragmentation = true
    if (name === 'NAT-T RFC 3947') natT = true
    if (name === 'Unity') ios = true
  }
  if (ios) out.trace('ike:another_ios', {})
  return { dpd, fragmentation, natT }
}

export const noAbilities: PeerAbilities = { dpd: false, fragmentation: false, natT: false }
