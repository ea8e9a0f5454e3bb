import { protocolId } from './ipsec-registry.ts'
import type { Payload } from './isakmp-message.ts'
import { notifyType } from './isakmp-registry.ts'
import { nameOf } from './registry.ts'
import { vendorName } from './vendor-ids.ts'

/**
 * A payload in a word, for traces and captures: `SA`, `NOTIFY(INITIAL_CONTACT)`, `VID(DPD)`, `DELETE(ESP)`,
 * `FRAGMENT(2)`. Names are the RFC's; a number stands where there is none. No content of the payload is shown.
 */
export const describePayload = (payload: Payload): string => {
  switch (payload.type) {
    case 'NOTIFY':
      return `NOTIFY(${nameOf(notifyType, payload.notifyType) ?? payload.notifyType})`
    case 'DELETE':
      return `DELETE(${nameOf(protocolId, payload.protocolId) ?? payload.protocolId})`
    case 'VID': {
      const name = vendorName(payload.data)
      return name === undefined ? 'VID' : `VID(${name})`
    }
    case 'FRAGMENT':
      return `FRAGMENT(${payload.number})`
    case 'UNKNOWN':
      return `UNKNOWN(${payload.payloadType})`
    default:
      return payload.type
  }
}
