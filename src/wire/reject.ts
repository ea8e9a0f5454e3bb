import type { Decoded, WireReject } from './isakmp-message.ts'
import { notifyType as notifyTypes } from './isakmp-registry.ts'

type Code = WireReject['code']

/** The error notify of RFC 2408 §3.14.1 that tells the peer; a particular reject may name a better one. */
const notifyOf: Readonly<Record<Code, number>> = {
  truncated: notifyTypes.PAYLOAD_MALFORMED,
  'bad-length': notifyTypes.UNEQUAL_PAYLOAD_LENGTHS,
  'bad-version': notifyTypes.INVALID_MAJOR_VERSION,
  'bad-flags': notifyTypes.INVALID_FLAGS,
  'bad-payload-length': notifyTypes.PAYLOAD_MALFORMED,
  'bad-spi-size': notifyTypes.INVALID_SPI,
  'bad-attribute': notifyTypes.BAD_PROPOSAL_SYNTAX,
  'bad-next-payload': notifyTypes.INVALID_PAYLOAD_TYPE,
  'too-large': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-payloads': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-proposals': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-transforms': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-attributes': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-certificate-requests': notifyTypes.PAYLOAD_MALFORMED,
  'too-many-spis': notifyTypes.PAYLOAD_MALFORMED,
}

export const accept = <T>(value: T): Decoded<T> => ({ ok: true, value })

export const reject = (
  code: Code,
  offset: number,
  detail: string,
  notifyType: number = notifyOf[code],
): Decoded<never> => ({ ok: false, reject: { code, offset, detail, notifyType } })
