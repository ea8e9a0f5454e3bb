import type { IkeV2Payload } from './ikev2-message.ts'
import { ikeV2NotifyType } from './ikev2-registry.ts'
import { nameOf } from './registry.ts'

/** A payload in a word as IOS prints it: `N`, `CFG`, `ENCR`, `NOTIFY(NAT_DETECTION_SOURCE_IP)`. No content is shown. */
export const describeIkeV2Payload = (payload: IkeV2Payload): string => {
  switch (payload.type) {
    case 'NONCE':
      return 'N'
    case 'CP':
      return 'CFG'
    case 'SK':
      return 'ENCR'
    case 'NOTIFY':
      return `NOTIFY(${iosNames[payload.notifyType] ?? nameOf(ikeV2NotifyType, payload.notifyType) ?? payload.notifyType})`
    case 'UNKNOWN':
      return `UNKNOWN(${payload.payloadType})`
    default:
      return payload.type
  }
}

/** Where IOS's spelling is not the RFC's (the seed). */
const iosNames: Readonly<Record<number, string>> = {
  [ikeV2NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED]: 'ESP_TFC_NO_SUPPORT',
  [ikeV2NotifyType.NON_FIRST_FRAGMENTS_ALSO]: 'NON_FIRST_FRAGS',
}
