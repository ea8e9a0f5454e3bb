import type { Payload } from '../../wire/index.ts'
import { toHex, vendorIds, vendorName } from '../../wire/index.ts'
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

/** Vendor ids under the name IOS prints. */
const iosNames: Readonly<Record<string, string>> = {
  RFC3947: 'NAT-T RFC 3947',
  'NAT-T-07': 'NAT-T v7',
  'NAT-T-03': 'NAT-T v3',
  'NAT-T-02n': 'NAT-T v2',
  DPD: 'DPD',
  UNITY: 'Unity',
  XAUTH: 'XAUTH',
  FRAGMENTATION: 'IKE Fragmentation',
}

/** Reads the peer's vendor ids, traces each, and adds to what is known of the peer. */
export const readVendors = (out: Outbox, payloads: readonly Payload[], before: PeerAbilities): PeerAbilities => {
  let { dpd, fragmentation, natT } = before
  let ios = false
  for (const { data } of all(payloads, 'VID')) {
    const name = vendorName(data) ?? ''
    out.trace('ike:vendor_id', { name: iosNames[name] ?? 'unknown', hex: toHex(data) })
    if (name === 'DPD') dpd = true
    if (name === 'FRAGMENTATION') fragmentation = true
    if (name === 'RFC3947') natT = true
    if (name === 'UNITY') ios = true
  }
  if (ios) out.trace('ike:another_ios', {})
  return { dpd, fragmentation, natT }
}

export const noAbilities: PeerAbilities = { dpd: false, fragmentation: false, natT: false }
