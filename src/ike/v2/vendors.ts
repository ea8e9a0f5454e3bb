import { type IkeV2Payload, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { all } from './message-rules.ts'

/** IOS's vendor ids are text: two in IKE_SA_INIT, one in IKE_AUTH (the seed shows their number, ios-semantics §2.10). */
const texts = {
  deleteReason: 'CISCO-DELETE-REASON',
  flexVpn: 'FLEXVPN-SUPPORTED',
  greMode: 'CISCO-GRE-MODE',
} as const

const vendorId = (name: keyof typeof texts): IkeV2Payload => ({
  type: 'VID',
  data: new TextEncoder().encode(texts[name]),
})

export const saInitVendorIds: readonly IkeV2Payload[] = [vendorId('deleteReason'), vendorId('flexVpn')]
export const authVendorIds: readonly IkeV2Payload[] = [vendorId('greMode')]

const printable = /^[\x20-\x7e]+$/

export const traceVendorIds = (out: Outbox, payloads: readonly IkeV2Payload[]): void => {
  for (const { data } of all(payloads, 'VID')) {
    const text = new TextDecoder().decode(data)
    out.trace('ike:v2_vendor_id', { name: printable.test(text) ? text : 'unknown', hex: toHex(data) })
  }
}
