import { ikeV2NotifyType } from './ikev2-registry.ts'
import type { Decoded, WireReject } from './isakmp-message.ts'
import { reject } from './reject.ts'

/** In IKEv2 one notify answers all that is malformed or too much (RFC 7296 §2.21.3, §3.10.1). */
export const rejectV2 = (
  code: WireReject['code'],
  offset: number,
  detail: string,
  notifyType: number = ikeV2NotifyType.INVALID_SYNTAX,
): Decoded<never> => reject(code, offset, detail, notifyType)

/** Lengths that contradict each other. */
export const malformedV2 = (offset: number, detail: string): Decoded<never> =>
  rejectV2('bad-payload-length', offset, detail)
