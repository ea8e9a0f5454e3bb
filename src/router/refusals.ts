import type { RouterConfiguration } from '../ios/index.ts'
import type { ProtectedFlow } from '../ipsec/index.ts'
import type { TraceEvents } from '../trace/index.ts'

/** Why a router begins or answers no negotiation at all. */
export type Refusal = Pick<TraceEvents['ike:rejected'], 'message' | 'code' | 'detail'>

export const isakmpOff: Refusal = {
  message: 'MM1',
  code: 'isakmp-disabled',
  detail: 'ISAKMP is turned off: no crypto isakmp enable',
}

/** Why no negotiation is begun for a flow; null where one is. */
export const whyNotBegun = (
  flow: ProtectedFlow,
  { isakmpDisabled }: Pick<RouterConfiguration, 'isakmpDisabled'>,
): Refusal | null => {
  const message = flow.ikev2Profile ? 'IKE_SA_INIT request' : 'MM1'
  if (flow.responderOnly)
    return {
      message,
      code: 'responder-only',
      detail: `responder-only stands in the ipsec profile of ${flow.map}: it begins no negotiation`,
    }
  if (flow.isInOtherVrf)
    return {
      message,
      code: 'tunnel-vrf-differs',
      detail: `tunnel vrf of ${flow.interface} is not the VRF in which its source ${flow.localAddress} stands: nothing can leave`,
    }
  return !flow.ikev2Profile && isakmpDisabled ? isakmpOff : null
}
